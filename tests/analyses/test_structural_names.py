"""Names whose values change the structure: `solve` and `fit` say what the real Keras builds.

Keras builds each network under every choice of values; those that it refuses are no solutions.
"""

from __future__ import annotations

import contextlib
import io
import json
from itertools import product

import pytest

import sizeup
from sizeup.cli import main

HEAD = "from keras import Input, Model, Sequential, layers\n"
DEEP = """
def net(filters, depth=3, kernel=3):
    x = i = Input((12, 12, 1))
    for _ in range(depth):
        x = layers.Conv2D(filters, kernel)(x)
    return Model(i, layers.Dense(10)(layers.Flatten()(x)))
"""
REQUIRED = """
def net(units, depth):
    x = i = Input((9,))
    for n in range(depth):
        x = layers.Dense(units * 2 ** n)(x)
    return Model(i, layers.Dense(3)(x))
"""
FLAGS = """
def net(units, use_bn=False, head=True, depth=1):
    model = Sequential([Input((6,))])
    for _ in range(depth):
        model.add(layers.Dense(units))
        if use_bn:
            model.add(layers.BatchNormalization())
    if head:
        model.add(layers.Dense(4))
    return model
"""
CHOSEN = """
WIDTHS = {"small": [4, 8], "large": [8, 16, 32], "flat": []}
SIZE = "small"
def net(units):
    model = Sequential([Input((5,))])
    for width in WIDTHS[SIZE]:
        model.add(layers.Dense(width))
    model.add(layers.Dense(units))
    return model
"""
CHECKED = """
def net(units, depth=1):
    if depth == 3:
        raise ValueError("three is not allowed")
    model = Sequential([Input((5,))])
    for width in [2, 4, 6, 8][:depth]:
        model.add(layers.Dense(width))
    model.add(layers.Dense(units))
    return model
"""
LISTED = """
def net(units, widths=(8,)):
    model = Sequential([Input((5,))])
    for width in widths:
        model.add(layers.Dense(width))
    model.add(layers.Dense(units))
    return model
"""
CASES = [
    (DEEP, {"depth": "1..6", "kernel": "1,3,5", "filters": "1..6"}),
    (REQUIRED, {"depth": "1..4", "units": "1..12"}),
    (FLAGS, {"use_bn": "True,False", "head": "0,1", "depth": "1..3", "units": "1..9"}),
    (CHOSEN, {"SIZE": "small,large,flat", "units": "1..40"}),
    (CHECKED, {"depth": "1..4", "units": "1..30"}),
    (LISTED, {"widths": "(4,),(4, 8),()", "units": "1..20"}),
]
NAMED = ["depth", "needed depth", "flags", "constant", "refused", "tuples"]
cases = pytest.mark.parametrize(("text", "varied"), CASES, ids=NAMED)


def values_of(text: str) -> list:
    """What a person means by a range or a list."""
    first, dots, last = text.partition("..")
    if dots:
        return list(range(int(first), int(last) + 1))
    try:
        return list(eval(text, {}))
    except NameError:
        return text.split(",")


def built(text: str, varied: dict[str, str]) -> dict[tuple, int]:
    """The parameters of every network that Keras builds, by the values of the names."""
    totals = {}
    for choice in product(*map(values_of, varied.values())):
        bound = dict(zip(varied, choice, strict=True))
        scope: dict = {}
        exec(HEAD + text, scope)
        constants = {name: value for name, value in bound.items() if name in scope}
        scope |= constants
        arguments = {name: value for name, value in bound.items() if name not in constants}
        with contextlib.suppress(ValueError):
            totals[choice] = scope["net"](**arguments).count_params()
    return totals


def asked(monkeypatch, capsys, command: str, text: str, *arguments: str) -> tuple[dict, int]:
    """The JSON of a command and its exit status."""
    monkeypatch.setattr("sys.stdin", io.StringIO(HEAD + text))
    status = main([command, "-", "--json", *arguments])
    return json.loads(capsys.readouterr().out), status


def varying(varied: dict[str, str]) -> list[str]:
    return [part for name, text in varied.items() for part in ("--vary", f"{name}={text}")]


def plain(value):
    """As JSON has it."""
    return list(value) if isinstance(value, tuple) else value


@cases
def test_solutions_are_the_networks_that_keras_builds(monkeypatch, capsys, text, varied):
    totals = built(text, varied)
    by_total: dict[int, list[tuple]] = {}
    for choice, total in totals.items():
        by_total.setdefault(total, []).append(choice)
    most = sorted(by_total, key=lambda total: (-len(by_total[total]), total))
    for total in (*most[:2], sorted(by_total)[len(by_total) // 2], max(totals.values()) + 1):
        truth = [dict(zip(varied, map(plain, c), strict=True)) for c in by_total.get(total, [])]
        arguments = ["--total", str(total), *varying(varied), "--limit", "500"]
        found, status = asked(monkeypatch, capsys, "solve", text, *arguments)
        rows = [{n: v for n, v in s.items() if n != "same_count"} for s in found["solutions"]]
        key = [*varied]
        assert sorted(rows, key=str_of(key)) == sorted(truth, key=str_of(key))
        assert found["count"] == len(truth)
        assert found["complete"]
        assert status == (0 if truth else 1)
        for solution in found["solutions"]:
            for name in varied:
                rest = {n: v for n, v in solution.items() if n not in (name, "same_count")}
                others = [each[name] for each in truth if rest.items() <= each.items()]
                said = solution["same_count"].get(name, [solution[name]])
                assert sorted(said, key=str) == sorted(others, key=str)


def str_of(names):
    return lambda row: [str(row[name]) for name in names]


@cases
def test_the_best_is_the_best_that_keras_builds(monkeypatch, capsys, text, varied):
    totals = built(text, varied)
    budget = sorted(totals.values())[len(totals) // 2]
    best = max(total for total in totals.values() if total <= budget)
    arguments = ["--max-parameters", str(budget), *varying(varied), "--limit", "500"]
    found, status = asked(monkeypatch, capsys, "fit", text, *arguments)
    assert status == 0
    assert found["proved"]
    assert found["complete"]
    assert found["count"] == sum(total == best for total in totals.values())
    within = {c: total for c, total in totals.items() if total <= budget}
    listed = {tuple(str(plain(s["values"][n])) for n in varied): s["parameters"]
              for s in found["settings"]}  # fmt: skip
    assert next(iter(listed.values())) == best
    told = {tuple(str(plain(v)) for v in choice): total for choice, total in within.items()}
    assert listed.items() <= told.items()
    assert len(listed) == min(500, len(told))


def test_relations_mention_what_is_read_again(monkeypatch, capsys):
    varied = {"depth": "0..4", "units": "1..12"}
    totals = built(REQUIRED, varied)
    relation = "units > 2 * depth and depth != 1"
    some = max(total for (depth, units), total in totals.items() if depth == 2 and units > 4)
    truth = [c for c, total in totals.items() if total == some and c[1] > 2 * c[0] and c[0] != 1]
    said = [*varying(varied), "--where", relation]
    found, _ = asked(monkeypatch, capsys, "solve", REQUIRED, "--total", str(some), *said)
    assert [(each["depth"], each["units"]) for each in found["solutions"]] == truth
    allowed = {c: t for c, t in totals.items() if c[1] > 2 * c[0] and c[0] != 1 and t <= some}
    found, _ = asked(monkeypatch, capsys, "fit", REQUIRED, "--max-parameters", str(some), *said,
                     "--maximize", "100 * depth + units")  # fmt: skip
    assert found["settings"][0]["objective"] == max(100 * d + u for d, u in allowed)
    assert found["proved"]


def test_bounds_and_the_plainest_come_as_they_are_given(monkeypatch, capsys):
    varied = {"head": "0,1", "units": "1..9", "depth": "1..3"}
    totals = built(FLAGS, varied)
    many = max(totals.values(), key=[*totals.values()].count)
    truth = {choice for choice, total in totals.items() if total == many}
    assert len(truth) > 1
    found, _ = asked(monkeypatch, capsys, "solve", FLAGS, "--total", str(many), *varying(varied))
    assert found["bounds"] == {"head": [0, 1], "depth": [1, 3], "units": [1, 9]}
    assert found["summary"]["of"] == len(truth)
    first, *_ = found["solutions"]
    found, _ = asked(monkeypatch, capsys, "solve", FLAGS, "--total", str(many), *varying(varied),
                     "--limit", "1")  # fmt: skip
    assert found["solutions"] == [first]
    assert (found["count"], found["proved"], found["complete"]) == (len(truth), True, False)


def test_names_that_a_value_makes_idle_are_not_in_its_solutions(monkeypatch, capsys):
    """Without a layer that has them, units multiply nothing."""
    varied = {"depth": "0..2", "units": "1..50"}
    total = built(REQUIRED, varied)[0, 1]
    found, _ = asked(monkeypatch, capsys, "solve", REQUIRED, "--total", str(total),
                     *varying(varied))  # fmt: skip
    assert found["solutions"] == [{"depth": 0, "same_count": {}}]
    assert (found["count"], found["complete"]) == (1, True)


def test_a_flag_that_matters_only_at_some_depths_is_read_again(monkeypatch, capsys):
    varied = {"depth": "0..2", "use_bn": "True,False", "head": "0,1", "units": "1..9"}
    total = max(built(FLAGS, {**varied, "head": "1..1"}).values())
    found, _ = asked(monkeypatch, capsys, "solve", FLAGS, "--total", str(total), *varying(varied))
    rows = [{name: each[name] for name in varied} for each in found["solutions"]]
    assert {"depth": 2, "use_bn": True, "head": 1, "units": 9} in rows
    assert found["complete"]


def test_names_that_are_numbers_are_not_read_again(monkeypatch, capsys):
    """A hundred kernels and a thousand filters are no more than the formula."""
    total = built(DEEP, {"filters": "7..7", "depth": "2..2", "kernel": "5..5"})[7, 2, 5]
    varied = {"filters": "1..1000", "kernel": "1..100", "depth": "1..3"}
    found, _ = asked(monkeypatch, capsys, "solve", DEEP, "--total", str(total), *varying(varied))
    assert found["complete"]
    solutions = [{n: each[n] for n in varied} for each in found["solutions"]]
    assert {"filters": 7, "kernel": 5, "depth": 2} in solutions


@pytest.mark.parametrize("command", [("solve", "--total", "9"), ("fit", "--max-parameters", "9")])
def test_too_many_readings_and_unknown_names_are_refused_in_words(capsys, monkeypatch, command):
    for varied, said in (
        (["depth=1..65"], "65 choices of values"),
        (["depth=1..20", "head=0,1", "use_bn=0,1"], "80 choices of values"),
        (["depth=1..3", "nose=1..3"], "nose is not free"),
        (["depth=1,024"], "1,024"),
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO(HEAD + FLAGS))
        options = [part for text in varied for part in ("--vary", text)]
        assert main([command[0], "-", *command[1:], *options]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1


def test_no_value_with_a_network_is_a_refusal_or_a_no(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(HEAD + CHECKED))
    assert main(["solve", "-", "--total", "50", "--vary", "depth=3"]) == 2
    assert "three is not allowed" in capsys.readouterr().err
    found, status = asked(monkeypatch, capsys, "solve", CHECKED, "--total", "7", "--vary",
                          "depth=3,4")  # fmt: skip
    assert status == 1
    assert (found["solutions"], found["complete"]) == ([], True)


SOME = """
N = 1
if N > 2:
    net = Sequential([Input((3,)), layers.Dense(N)])
"""


def test_values_under_which_nothing_is_built_are_no_solutions(monkeypatch, capsys):
    found, status = asked(monkeypatch, capsys, "solve", SOME, "--total", "20", "--vary", "N=1..9")
    assert found["solutions"] == [{"N": 5, "same_count": {}}]
    assert (found["complete"], status) == (True, 0)
    found, _ = asked(monkeypatch, capsys, "fit", SOME, "--max-parameters", "30", "--vary", "N=1..9")
    assert (found["settings"][0]["values"], found["proved"]) == ({"N": 7}, True)
    monkeypatch.setattr("sys.stdin", io.StringIO(HEAD + SOME))
    assert main(["solve", "-", "--total", "20", "--vary", "N=1,2"]) == 2
    assert "no network is built" in capsys.readouterr().err


def test_a_layer_that_only_some_of_the_networks_have(monkeypatch, capsys):
    varied = {"depth": "1..4", "units": "1..30"}
    found, _ = asked(monkeypatch, capsys, "solve", CHECKED, "--layer", "dense_3=45",
                     *varying(varied))  # fmt: skip
    # the layer with 2 and 4 units before it is the last: 4 · units + units
    assert [(each["depth"], each["units"]) for each in found["solutions"]] == [(2, 9)]


TWO = f"""{DEEP}
def other(units, size="one"):
    model = Sequential([Input((4,)), layers.Dense(units)])
    if size == "two":
        model.add(layers.Dense(2))
    return model
"""


def test_several_networks_are_known_together_and_each_is_best_once(monkeypatch, capsys):
    varied = {"filters": "1..6", "depth": "1..4"}
    totals = built(DEEP, varied)
    found, _ = asked(monkeypatch, capsys, "solve", TWO, "--total", f"net={totals[3, 2]}", "--total",
                     "other=10", *varying(varied), "--vary", "size=one,two")  # fmt: skip
    assert {(s["filters"], s["depth"], s["size"], s["units"]) for s in found["solutions"]} == {
        (f, d, "one", 2) for (f, d), total in totals.items() if total == totals[3, 2]
    }
    found, _ = asked(monkeypatch, capsys, "fit", TWO, "--max-parameters", "20", *varying(varied),
                     "--vary", "size=one,two")  # fmt: skip
    assert found["count"] == 1
    assert found["settings"][0]["network"] == "other"
    assert found["settings"][0]["values"] == {"size": "one", "units": 4}


def test_what_is_freed_by_name_is_read_again_where_it_must_be(monkeypatch, capsys):
    varied = {"depth": "1..4", "filters": "1..6"}
    totals = built(DEEP, varied)
    found, status = asked(monkeypatch, capsys, "solve", DEEP, "--free", "depth", "--free", "kernel",
                          "--where", "kernel == 3", "--total", str(totals[2, 5]),
                          *varying(varied))  # fmt: skip
    assert status == 0
    assert {(s["depth"], s["filters"]) for s in found["solutions"]} == {
        c for c, total in totals.items() if total == totals[2, 5]
    }


def test_what_one_value_leaves_unknown_is_not_passed_over(capsys, monkeypatch):
    text = CHECKED.replace("model.add(layers.Dense(units))",
                           "model.add(layers.Dense(units) if depth < 2 else mystery(units))")  # fmt: skip
    monkeypatch.setattr("sys.stdin", io.StringIO(HEAD + text))
    assert main(["solve", "-", "--total", "50", "--vary", "depth=1..2"]) == 2
    assert "depth 2" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO(HEAD + text))
    assert main(["fit", "-", "--max-parameters", "50", "--vary", "depth=1..2"]) == 2
    assert "depth 2" in capsys.readouterr().err


HALF = """
def net(units, depth=0):
    model = Sequential([Input((3,))])
    for _ in range(depth):
        model.add(layers.Dense(units, name="hidden"))
        if use_bn:
            model.add(layers.BatchNormalization())
    model.add(layers.Dense(units, name="last"))
    return model
"""


@pytest.mark.parametrize("known", [("--total", "net=20"), ("--layer", "net:hidden=20")])
def test_outcomes_of_one_value_are_not_taken_for_no_network(capsys, monkeypatch, known):
    monkeypatch.setattr("sys.stdin", io.StringIO(HEAD + HALF))
    assert main(["solve", "-", *known, "--vary", "depth=0,1"]) == 2
    assert "net[use_bn]" in capsys.readouterr().err


def test_a_layer_that_may_be_in_what_is_not_known_is_not_taken_for_absent(capsys, monkeypatch):
    text = HALF.replace("if use_bn:", "if depth == 1:").replace(
        "model.add(layers.BatchNormalization())", "model = mystery(model)"
    )
    monkeypatch.setattr("sys.stdin", io.StringIO(HEAD + text))
    assert main(["solve", "-", "--layer", "last=20", "--vary", "depth=0,1"]) == 2
    assert "depth 1" in capsys.readouterr().err


def test_people_read_the_same(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(HEAD + CHOSEN))
    options = ["--vary", "SIZE=small,large", "--vary", "units=1..40"]
    assert main(["solve", "-", "--total", "154", *options]) == 0
    shown = capsys.readouterr().out
    assert "small" in shown
    assert "large" in shown
    monkeypatch.setattr("sys.stdin", io.StringIO(HEAD + CHOSEN))
    assert main(["fit", "-", "--max-parameters", "1k", *options]) == 0
    assert "large" in capsys.readouterr().out


def test_from_python_too(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(HEAD + DEEP)
    varied = {"filters": "1..6", "depth": "1..4"}
    totals = built(DEEP, varied)
    found = sizeup.solve(str(path), totals={"net": totals[3, 2]}, vary=varied)
    assert {"depth": 2, "filters": 3} in [dict(each.values) for each in found.listed]
    best = sizeup.fit(str(path), max_parameters=totals[3, 2], vary=varied)
    within = [total for total in totals.values() if total <= totals[3, 2]]
    assert best.settings[0].measures["parameters"] == max(within)
