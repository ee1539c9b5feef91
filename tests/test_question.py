"""The command line as its contract has it: exit statuses, one-line errors, the question's figures."""

import json
import shutil
from pathlib import Path

import pytest

import sizeup
from sizeup.cli import main

QUESTION = str(Path(__file__).parents[1] / "examples" / "question.txt")
BOUND = [
    f"--set={pair}"
    for pair in (
        "nb_filters=32", "nb_conv=3", "nb_pool=2", "img_rows=28", "img_cols=28", "nb_classes=35",
    )
]  # fmt: skip


def run(capsys, *arguments):
    status = main(list(arguments))
    out, err = capsys.readouterr()
    return status, out, err


def test_bound_question_has_the_published_counts(capsys):
    status, out, _ = run(capsys, "count", "--json", QUESTION, *BOUND)
    networks = json.loads(out)["networks"]
    counts = [[row["parameters"] for row in n["layers"] if row["parameters"]] for n in networks]
    assert status == 0
    assert counts == [[320, 9248, 589952, 4515], [320, 9248, 18496, 36928, 262400, 8995]]
    assert [n["parameters"]["total"] for n in networks] == [604035, 336387]
    assert [n["macs"] for n in networks] == [6097408, 9976704]


def test_free_question_gives_formulas_that_hold(capsys):
    status, out, _ = run(capsys, "count", "--json", QUESTION)
    network = json.loads(out)["networks"][0]
    values = dict(nb_filters=32, nb_conv=3, nb_pool=2, img_rows=28, img_cols=28, nb_classes=35)
    assert status == 0
    assert network["parameters"]["total"] is None
    assert {free["name"] for free in network["free"]} == set(values)
    assert eval(network["formula"], {}, values) == 604035


def test_solve_finds_the_four_solutions_and_no_other(capsys):
    status, out, _ = run(
        capsys, "solve", "--json", QUESTION, "--total=VGG1=604035", "--total=VGG2=336387"
    )
    found = json.loads(out)
    first = found["solutions"][0]
    assert (status, found["count"], found["complete"]) == (0, 4, True)
    assert (first["nb_filters"], first["img_rows"], first["img_cols"]) == (32, 28, 28)
    assert first["same_count"] == {"img_rows": [28, 29], "img_cols": [28, 29]}


def test_proved_absence_of_a_solution_is_a_no(capsys):
    status, out, _ = run(capsys, "solve", "--json", QUESTION, "--total=VGG1=5")
    assert (status, json.loads(out)["complete"]) == (1, True)


def test_diff_splits_the_difference_exactly(capsys):
    status, out, _ = run(capsys, "diff", "--json", QUESTION, *BOUND)
    found = json.loads(out)
    assert (status, found["delta"]) == (0, -267648)
    assert [(c["effect"], c["alone"], c["undone"]) for c in found["changes"]] == [
        (-632704, -403328, -862080),
        (365056, 594432, 135680),
    ]


def test_explain_says_what_follows_from_the_totals_in_the_text(capsys):
    status, out, _ = run(capsys, QUESTION)
    assert status == 0
    assert all(len(line) <= 100 for line in out.splitlines())
    for said in ("604,035", "336,387", "−267,648", "97.7 %", "18,307", "4,608 = 32·12·12"):
        assert said in out


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("", ()),
        ("\0\1", ()),
        ("x = 1\n", ()),
        ("m = Sequential([Dense(3, input_shape=(2,))])\n", ("--set", "nothing=3")),
        ("m = Sequential([Dense(3, input_shape=(2,))])\n", ("--set", "oops")),
        ("m = Sequential([Conv2D(3, 5, input_shape=(4, 4, 1))])\n", ()),
        ("while True:\n    x = 1\n", ()),
        ("x = [0] * 10**9\n", ()),
        ("x = 10**10**10\n", ()),
    ],
)
def test_bad_input_is_one_line_and_status_2(capsys, tmp_path, text, arguments):
    file = tmp_path / "net.py"
    file.write_text(text)
    status, out, err = run(capsys, "count", str(file), *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "Traceback" not in err


def test_missing_file_unknown_name_and_wrong_option(capsys):
    for arguments in (
        ("count", "none.py"),
        ("count", QUESTION + ":VGG9"),
        ("count", "--nope", "x"),
    ):
        status, _, err = run(capsys, *arguments)
        assert (status, err.count("\n")) == (2, 1)


def test_unseen_layer_gives_a_lower_bound_and_status_3(capsys, tmp_path):
    file = tmp_path / "net.py"
    file.write_text("i = Input((4,))\nx = Dense(3)(i)\nm = Model(i, mystery(x))\n")
    status, out, _ = run(capsys, "count", "--json", str(file))
    network = json.loads(out)["networks"][0]
    assert (status, network["parameters"]["total"], network["parameters"]["at_least"]) == (
        3,
        None,
        15,
    )
    unknown = [note for note in network["notes"] if note["level"] == "unknown"]
    assert [note["line"] for note in unknown] == [3]
    assert "mystery()" in unknown[0]["text"]


def test_undecided_condition_gives_both_networks(capsys, tmp_path):
    file = tmp_path / "net.py"
    file.write_text(
        "def f(img_rows):\n    m = Sequential([Dense(3, input_dim=2)])\n"
        "    if img_rows > 32:\n        m.add(Dense(1))\n    return m\n"
    )
    _, out, _ = run(capsys, "count", "--json", str(file))
    networks = json.loads(out)["networks"]
    assert [(n["when"], n["parameters"]["total"]) for n in networks] == [
        ("img_rows > 32", 13),
        ("img_rows <= 32", 9),
    ]


def test_reading_runs_nothing(capsys, tmp_path):
    target = tmp_path / "written"
    file = tmp_path / "net.py"
    file.write_text(
        f"import os\nopen({str(target)!r}, 'w').write('x')\nos.system('touch {target}')\n"
        f"exec(\"open({str(target)!r}, 'w')\")\nm = Sequential([Dense(3, input_shape=(2,))])\n"
    )
    status, _, _ = run(capsys, "count", "--json", str(file))
    assert status == 0
    assert not target.exists()


@pytest.mark.parametrize(
    ("name", "total"),
    [("vgg16", 138357544), ("alexnet", 60965224), ("lenet5", 61706), ("resnet20", 271098),
     ("resnet152", 60344232), ("resnet18", 11699112), ("vgg-a", 132863336), ("lenet5-1998", 60840)],
)  # fmt: skip
def test_zoo_has_the_totals_that_keras_builds(capsys, name, total):
    status, out, _ = run(capsys, "count", "--json", f"zoo:{name}")
    assert (status, json.loads(out)["networks"][0]["parameters"]["total"]) == (0, total)


def test_folded_table_keeps_the_total(capsys):
    status, out, _ = run(capsys, "count", "zoo:resnet152")
    assert status == 0
    assert "60,344,232" in out
    assert "×35" in out
    assert len(out.splitlines()) < shutil.get_terminal_size((100, 120)).lines * 2 + 240


def test_relations_of_one_total_hold_in_every_solution_that_is_listed(capsys):
    _, out, _ = run(capsys, "solve", "--json", QUESTION, "--total=VGG1=604035", "--limit=50")
    solutions = json.loads(out)["solutions"]
    found = sizeup.solve(QUESTION, totals={"VGG1": 604035}, limit=50)
    sides = [relation.as_dict() for relation in found.shared.relations]
    assert "129*nb_classes" in [side["left"] for side in sides]
    for solution in solutions:
        values = {name: solution[name] for name in found.bounds}
        for side in sides:
            assert eval(str(side["left"]), {}, values) == eval(str(side["right"]), {}, values)


def test_a_change_that_only_drops_a_bias_has_no_sum_that_becomes_itself(capsys, tmp_path):
    file = tmp_path / "pair.py"
    file.write_text(
        "a = Sequential([Dense(3, input_shape=(2,)), Dense(4)])\n"
        "b = Sequential([Dense(3, input_shape=(2,)), Dense(4, use_bias=False)])\n"
    )
    _, out, _ = run(capsys, "diff", "--json", str(file))
    found = json.loads(out)
    assert found["delta"] == -4
    assert "became" not in (found["changes"][0]["because"] or "")
