"""Inside a budget: what is asked, how it is answered, and how far it is proved."""

from __future__ import annotations

import json

import pytest

import sizeup
from sizeup.analyses import exhaustive
from sizeup.analyses.cpsat import System
from sizeup.cli import main
from sizeup.errors import UsageError

MLP = """
from keras import Sequential, layers
net = Sequential([layers.Input((20,)), layers.Dense(units), layers.Dense(3)])
"""
QUESTION = ["fit", "examples/question.txt:VGG1", "--set", "img_rows=28", "--set", "img_cols=28",
            "--set", "nb_classes=35", "--set", "nb_pool=2"]  # fmt: skip


def counted(units: int) -> int:
    return 20 * units + units + 3 * units + 3


def answered(capsys, *arguments: str) -> tuple[dict, int]:
    status = main([*arguments, "--json"])
    return json.loads(capsys.readouterr().out), status


def test_the_question_inside_a_budget(capsys):
    document, status = answered(
        capsys, *QUESTION, "--max-parameters", "500k", "--max-macs", "50M", "--max-activations", "8MiB",
        "--vary", "nb_filters=8..128", "--vary", "nb_conv=3,5",
    )  # fmt: skip
    best = document["settings"][0]
    truth = {}
    for filters in range(8, 129):
        for conv in (3, 5):
            side = (28 - 2 * conv + 2) // 2
            truth[filters, conv] = (
                filters * conv**2 + filters + filters**2 * conv**2 + filters
                + filters * side**2 * 128 + 128 + 128 * 35 + 35
            )  # fmt: skip
    within = {values: total for values, total in truth.items() if total <= 500_000}
    assert status == 0
    assert (best["values"]["nb_filters"], best["values"]["nb_conv"]) == max(within, key=within.get)
    assert best["parameters"] == best["objective"] == max(within.values())
    ranked = sorted(within.values(), reverse=True)
    assert [each["parameters"] for each in document["settings"]] == ranked[:5]
    assert document["budgets"] == {
        "max_parameters": 500_000, "max_macs": 50_000_000, "max_activations": 8 * 2**20 // 4,
    }  # fmt: skip
    assert document["bounds"] == {"nb_filters": [8, 128], "nb_conv": [3, 5]}
    assert (document["proved"], document["complete"], document["count"]) == (True, True, 1)


def test_that_nothing_fits_is_proved(capsys):
    document, status = answered(capsys, *QUESTION, "--max-parameters", "1k")
    assert (document["settings"], document["proved"], status) == ([], True, 1)


def test_a_number_in_the_code_is_varied_as_well(capsys):
    document, status = answered(capsys, "fit", "784:2000:10", "--free", "dense_1.units",
                                "--max-parameters", "100k")  # fmt: skip
    units = (100_000 - 10) // (784 + 1 + 10)
    assert status == 0
    assert document["settings"][0]["values"] == {"dense_1_units": units}
    assert document["settings"][0]["parameters"] == units * 795 + 10


def test_without_a_proof_the_best_found_is_no_more_than_that(capsys, monkeypatch):
    largest = System.largest
    monkeypatch.setattr(System, "largest", lambda *given: (largest(*given)[0], False))
    monkeypatch.setattr(exhaustive, "MOST", 0)
    document, status = answered(capsys, *QUESTION, "--max-parameters", "500k")
    assert document["settings"]
    assert (document["proved"], document["complete"], status) == (False, False, 3)
    monkeypatch.setattr(System, "largest", lambda *_: (None, False))
    document, status = answered(capsys, *QUESTION, "--max-parameters", "500k")
    assert (document["settings"], document["proved"], status) == ([], False, 3)


def test_where_the_solver_finds_no_end_few_settings_are_tried(capsys, monkeypatch):
    monkeypatch.setattr(System, "largest", lambda *_: (None, False))
    given = [
        *QUESTION,
        "--max-parameters",
        "500k",
        "--vary",
        "nb_conv=3",
        "--vary",
        "nb_filters=8..40",
    ]
    document, status = answered(capsys, *given)
    assert document["settings"][0]["values"] == {"nb_filters": 26, "nb_conv": 3}
    assert (document["proved"], status) == (True, 0)


def test_a_setting_under_which_no_network_exists_is_none():
    text = """
from keras import Sequential, layers
net = Sequential([layers.Input((9, 9, 6)), layers.Conv2D(12, 1, groups=g), layers.Flatten(),
                  layers.Dense(units)])
"""
    found = sizeup.fit(sizeup.read("-", text=text), max_parameters=20_000, minimize="parameters")
    assert found.proved
    assert found.settings[0].values == {"g": 6, "units": 1}


def test_every_outcome_of_a_condition_is_a_candidate_under_its_condition():
    text = """
from keras import Input, Sequential, layers
def build(rows):
    net = Sequential([Input((rows, 3))])
    if rows > 20:
        net.add(layers.Conv1D(2, 5, strides=2))
    net.add(layers.Flatten())
    net.add(layers.Dense(4))
    return net
"""

    def total(rows: int) -> int:
        return 32 + 4 + 4 * 2 * ((rows - 5) // 2 + 1) if rows > 20 else 12 * rows + 4

    networks = sizeup.read("-", text=text)
    assert len(networks) == 2
    for most in (100, 150, 190, 230, 260, 400):
        found = sizeup.fit(networks, max_parameters=most, vary={"rows": "1..40"}, limit=6)
        ranked = sorted(((t, r) for r in range(1, 41) if (t := total(r)) <= most), reverse=True)
        assert [s.measures["parameters"] for s in found.settings] == [t for t, _ in ranked[:6]]
        assert found.count == sum(t == ranked[0][0] for t, _ in ranked)
        assert all(total(s.values["rows"]) == s.objective for s in found.settings)
        assert all(eval(s.network.when, {}, dict(s.values)) for s in found.settings)


def test_a_person_reads_the_best_what_ties_and_what_less_buys():
    found = sizeup.fit(
        sizeup.read("-", text=MLP), max_parameters="1k", max_macs=900, maximize="macs",
        vary={"units": "1..60"}, limit=2,
    )  # fmt: skip
    units = min(900 // 23, (1000 - 3) // 24)
    shown = str(found)
    assert f"Best within 1,000 parameters and 900 MACs: {23 * units} MACs" in shown
    assert "proved" in shown
    assert f"{counted(units - 1):,}" in shown
    assert f"500 parameters  macs {23 * ((500 - 3) // 24)} with units {(500 - 3) // 24}" in shown


def test_the_edge_of_what_was_tried_is_said():
    found = sizeup.fit(sizeup.read("-", text=MLP), max_parameters="1M")
    assert found.settings[0].values == {"units": 1024}
    assert "--vary units=1..4096" in str(found)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a budget"),
        (["--max-parameters", "many"], "max_parameters: "),
        (["--max-macs", "8MiB"], "max_macs: "),
        (["--max-parameters", "1k", "--maximize", "nose"], "nose is not free"),
        (["--max-parameters", "1k", "--maximize", "units +"], "no expression"),
        (["--max-parameters", "1k", "--vary", "nose=1..3"], "nose is not free"),
        (["--max-parameters", "1k", "--where", "units"], "no comparison"),
        (
            ["--max-parameters", "1k", "--maximize", "units", "--minimize", "units"],
            "not allowed with",
        ),
    ],
)
def test_a_wrong_call_is_one_line(tmp_path, capsys, arguments, said):
    path = tmp_path / "net.py"
    path.write_text(MLP)
    assert main(["fit", str(path), *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_what_is_not_known_is_no_number_to_fit():
    text = (
        "from keras import Sequential, layers\nnet = Sequential([Mystery(3), layers.Dense(units)])"
    )
    with pytest.raises(UsageError, match="is not known"):
        sizeup.fit(sizeup.read("-", text=text), max_parameters=10)


def test_a_name_that_nothing_depends_on_has_a_value_too(monkeypatch):
    text = """
from keras import Sequential, layers
net = Sequential([layers.Input((9, 4)), layers.Conv1D(2, 1), layers.MaxPooling1D(size),
                  layers.GlobalMaxPooling1D(), layers.Dense(units)])
"""
    for _ in range(2):
        found = sizeup.fit(
            sizeup.read("-", text=text), max_parameters=100, vary={"size": "1..4"}, limit=8
        )
        assert [s.values["units"] for s in found.settings] == [30] * 4 + [29] * 4
        assert {s.values["size"] for s in found.settings[:4]} == {1, 2, 3, 4}
        assert (found.count, found.complete) == (4, True)
        monkeypatch.setattr(exhaustive, "MOST", 0)
