"""The inverse finds exactly the solutions that trying everything finds, plainest first."""

from __future__ import annotations

import subprocess
import sys

from sizeup import dims
from sizeup.analyses.solve import Relation, Target, relations, solve
from sizeup.dims import product, symbol

NAMES = ("nb_filters", "nb_conv", "nb_pool", "img_rows", "img_cols", "nb_classes")
FILTERS, CONV, POOL, ROWS, COLS, CLASSES = map(symbol, NAMES)


class Net:
    """A channels-first stack of layers: what it counts, and the sides that must be positive."""

    def __init__(self, *shape):
        self.shape, self.total, self.sides = shape, 0, []

    def conv(self, filters, kernel):
        channels, *sides = self.shape
        self.total = self.total + product([*[kernel] * len(sides), channels, filters]) + filters
        return self._to(filters, *(side - kernel + 1 for side in sides))

    def pool(self, size):
        channels, *sides = self.shape
        return self._to(channels, *(side // size for side in sides))

    def dense(self, units):
        width = product(self.shape)
        self.total = self.total + width * units + units
        return self._to(units)

    def _to(self, *shape):
        self.shape = shape
        self.sides += shape[1:]
        return self


def vgg1():
    net = Net(1, ROWS, COLS).conv(FILTERS, CONV).conv(FILTERS, CONV).pool(POOL)
    return net.dense(128).dense(CLASSES)


def vgg2():
    net = Net(1, ROWS, COLS).conv(FILTERS, CONV).conv(FILTERS, CONV).pool(POOL)
    return net.conv(64, CONV).conv(64, CONV).pool(POOL).dense(256).dense(CLASSES)


def question(highest):
    nets = vgg1(), vgg2()
    return solve(
        [Target(net.total, n, n) for net, n in zip(nets, (604_035, 336_387), strict=True)],
        {name: range(1, highest + 1) for name in NAMES},
        positive=[side for net in nets for side in net.sides],
    )


def rows(found):
    return [tuple(solution.values.values()) for solution in found.listed]


# --- the question ---------------------------------------------------------------------------


def test_question_has_four_solutions_and_the_square_of_28_is_the_plainest():
    found = question(1024)
    assert rows(found) == [
        (32, 3, 2, 28, 28, 35),
        (32, 3, 2, 29, 29, 35),
        (32, 3, 2, 28, 29, 35),
        (32, 3, 2, 29, 28, 35),
    ]
    assert (found.count, found.proved, found.complete) == (4, True, True)


def test_json_of_the_question_is_that_of_the_contract():
    document = question(1024).as_dict()
    assert list(document) == ["solutions", "count", "complete", "bounds"]
    assert document["solutions"][0] == {
        **dict(zip(NAMES, (32, 3, 2, 28, 28, 35), strict=True)),
        "same_count": {"img_rows": [28, 29], "img_cols": [28, 29]},
    }
    assert (document["count"], document["complete"]) == (4, True)
    assert document["bounds"] == dict.fromkeys(NAMES, [1, 1024])


def test_question_within_4096_has_1676_solutions_of_which_the_plainest_are_listed():
    found = question(4096)
    assert rows(found)[0] == (32, 3, 2, 28, 28, 35)
    assert (found.count, found.proved, len(found.listed)) == (1676, True, 100)
    assert not found.complete, "more than the limit: the list is not all of them"


def test_question_is_explained_by_what_its_solutions_share():
    targets = [Target(vgg1().total, 604_035, 604_035), Target(vgg2().total, 336_387, 336_387)]
    facts = set(relations(question(1024), targets))
    assert facts == {
        Relation(FILTERS, 32),
        Relation(CONV, 3),
        Relation(POOL, 2),
        Relation(CLASSES, 35),
        Relation((ROWS - 2 * CONV + 2) // POOL, 12),
        Relation((COLS - 2 * CONV + 2) // POOL, 12),
    }, "and nothing that follows from these"


def test_one_total_alone_leaves_a_lower_bound_with_the_plainest_first():
    net = vgg1()
    targets = [Target(net.total, 604_035, 604_035)]
    found = solve(targets, {name: range(1, 1025) for name in NAMES}, positive=net.sides)
    assert rows(found)[0] == (32, 3, 2, 28, 28, 35)
    assert len(found.listed) == 100 < found.count
    assert not found.proved
    assert not found.complete
    for solution in found.listed:
        assert net.total.bind(solution.values) == 604_035
        assert all(dims.bind(side, solution.values) >= 1 for side in net.sides)
        for name, values in solution.same_count.items():
            assert len(values) > 1
            assert {net.total.bind({**solution.values, name: v}) for v in values} == {604_035}


def test_two_runs_in_two_processes_give_the_same_bytes():
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); import test_solve as t; "
        "n = t.vgg1(); print(json.dumps(t.solve([t.Target(n.total, 604_035, 604_035)], {}, "
        "positive=n.sides).as_dict()))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, __file__.rpartition("/")[0]],
            check=True, capture_output=True, env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert runs[0] == runs[1]
    assert len(runs[0]) > 10_000
