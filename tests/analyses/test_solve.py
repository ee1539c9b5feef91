"""The inverse finds exactly the solutions that trying everything finds, plainest first."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from itertools import product as combinations
from pathlib import Path

import pytest

from sizeup import dims
from sizeup.analyses.cpsat import System
from sizeup.analyses.shared import Relation
from sizeup.analyses.solve import Target, parse_bounds, solve
from sizeup.dims import maximum, minimum, product, symbol
from sizeup.errors import UsageError
from sizeup.numbers import parse_count

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
    assert {"solutions", "count", "complete", "bounds"} <= document.keys()
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
    facts = set(question(1024).shared.relations)
    assert facts == {
        Relation(FILTERS, 32),
        Relation(CONV, 3),
        Relation(POOL, 2),
        Relation(CLASSES, 35),
        Relation((ROWS - 2 * CONV + 2) // POOL, 12),
        Relation((COLS - 2 * CONV + 2) // POOL, 12),
    }, "and nothing that follows from these"


@cache
def one_total():
    net = vgg1()
    return solve([Target(net.total, 604_035, 604_035)], {}, positive=net.sides)


def test_one_total_alone_leaves_a_lower_bound_with_the_plainest_first():
    net, found = vgg1(), one_total()
    assert found.listed[0].values == dict(zip(NAMES, (32, 3, 2, 28, 28, 35), strict=True))
    assert len(found.listed) == 100 < found.count
    assert not found.proved
    assert not found.complete
    for solution in found.listed:
        assert net.total.bind(solution.values) == 604_035
        assert all(dims.bind(side, solution.values) >= 1 for side in net.sides)
        for name, values in solution.same_count.items():
            assert len(values) > 1
            assert {net.total.bind({**solution.values, name: v}) for v in values} == {604_035}


def test_another_process_with_another_hash_seed_gives_the_same_bytes():
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); import test_solve; "
        "print(json.dumps(test_solve.one_total().as_dict()))"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parent)]
    run = subprocess.run(command, check=True, capture_output=True, env={"PYTHONHASHSEED": "7"})
    assert run.stdout.decode() == json.dumps(one_total().as_dict()) + "\n"


# --- answers of every kind --------------------------------------------------------------------


def test_no_solution_is_proved():
    net = Net(784).dense(symbol("units")).dense(10)
    found = solve([Target(net.total, 407_051, 407_051)], {})
    assert {
        "solutions": [], "count": 0, "complete": True, "bounds": {"units": [1, 1024]},
    }.items() <= found.as_dict().items()  # fmt: skip


def test_no_solution_beyond_interval_arithmetic_is_proved_by_search():
    f, g = symbol("f"), symbol("g")
    found = solve([Target(f * f - 2 * g * g, 0, 0)], {})
    assert (found.listed, found.count, found.complete) == ((), 0, True), "√2 is irrational"


def test_choices_around_the_only_value_are_refused_without_a_search(monkeypatch):
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    found = solve([Target(2 * symbol("units"), 100, 100)], {"units": (1, 1000)})
    assert (found.count, found.complete) == (0, True)


def test_nothing_free_is_answered_with_yes_or_no():
    assert {
        "solutions": [{"same_count": {}}], "count": 1, "complete": True, "bounds": {},
    }.items() <= solve([Target(604_035, 604_035, 604_035)], {}).as_dict().items()  # fmt: skip
    assert solve([Target(604_035, 1, 2)], {}).as_dict()["count"] == 0


def test_rounded_total_means_every_total_that_rounds_to_it():
    units = symbol("units")
    total = Net(784).dense(units).dense(10).total
    quantity = parse_count("0.41M")
    found = solve([Target(total, quantity.low, quantity.high)], {})
    truth = [n for n in range(1, 1025) if 405_000 <= 784 * n + n + 10 * n + 10 < 415_000]
    assert sorted(s.values["units"] for s in found.listed) == truth
    assert found.listed[0].values == {"units": 512}, "a power of two is the plainest"
    assert found.listed[0].same_count == {"units": tuple(truth)}


def test_only_the_choices_given_are_tried():
    net = vgg1()
    bounds = {"nb_conv": (1, 3, 5, 7), "nb_pool": (2,), "nb_filters": (16, 32, 64)}
    bounds |= {"img_rows": range(20, 41), "img_cols": range(20, 41), "nb_classes": range(2, 101)}
    found = solve([Target(net.total, 604_035, 604_035)], bounds, positive=net.sides)
    truth = set()
    for values in combinations(*(bounds[name] for name in NAMES[:5])):
        classes, rest = divmod(604_035 - vgg1_without_classes(*values), 129)
        if rest == 0 and classes in bounds["nb_classes"]:
            truth.add((*values, classes))
    assert truth
    assert {tuple(s.values[name] for name in NAMES) for s in found.listed} == truth
    assert found.complete
    assert found.as_dict()["bounds"]["nb_conv"] == [1, 3, 5, 7]
    assert list(found.bounds) == list(bounds), "in the order of the bounds"


def vgg1_without_classes(filters, kernel, pool, height, width):
    """VGG1's parameters but 129 for each class, in plain integers."""
    height, width = ((side - 2 * kernel + 2) // pool for side in (height, width))
    convolutions = filters * kernel**2 + filters + filters**2 * kernel**2 + filters
    return convolutions + 128 * filters * height * width + 128


def test_sides_that_are_not_positive_are_no_solution():
    net = Net(1, ROWS, ROWS).conv(2, CONV).dense(3)
    wrong = {"img_rows": 4, "nb_conv": 6}
    total = net.total.bind(wrong)
    without = solve([Target(net.total, total, total)], {})
    assert wrong in [s.values for s in without.listed], "(−1)² is positive"
    found = solve([Target(net.total, total, total)], {}, positive=net.sides)
    assert wrong not in [s.values for s in found.listed]


def test_divisibility_can_be_demanded():
    heads, width = symbol("heads"), symbol("width")
    bounds = {"heads": range(1, 9), "width": range(1, 25)}
    found = solve([Target(width, 1, 24)], bounds, zero=[width % heads], limit=1000)
    truth = {(h, w) for h in range(1, 9) for w in range(1, 25) if w % h == 0}
    assert set(rows(found)) == truth
    assert found.complete


def test_more_solutions_than_the_limit_are_counted_but_not_called_complete():
    a, b = symbol("a"), symbol("b")
    found = solve([Target(a + b, 1000, 1000)], {}, limit=7)
    assert (found.count, found.proved, found.complete) == (999, True, False)
    assert len(found.listed) == 7
    assert rows(found)[0] == (500, 500), "equal round values are the plainest"


def test_products_of_sides_are_not_searched_in_expanded_form():
    """Eight terms of both signs, of which interval arithmetic knows nothing, take far longer."""
    nets = Net(1, ROWS, COLS), Net(1, ROWS, COLS)
    for net, layers, units in zip(nets, (2, 3), (128, 200), strict=True):
        for _ in range(layers):
            net.conv(FILTERS, CONV)
        net.dense(units).dense(CLASSES)
    meant = dict(zip(NAMES, (32, 3, None, 28, 28, 17), strict=True))
    totals = [net.total.bind(meant) for net in nets]
    found = solve(
        [Target(net.total, n, n) for net, n in zip(nets, totals, strict=True)],
        {name: range(1, 513) for name in NAMES},
        positive=[side for net in nets for side in net.sides],
        effort=3.0,
    )
    assert rows(found) == [(32, 3, 28, 28, 17)]
    assert found.complete


@pytest.mark.parametrize("side", [ROWS - CONV + 1, 10 - CONV, ROWS - minimum(COLS, 8)])
def test_a_product_with_a_positive_side_is_rewritten_with_it(side):
    system = System(dict.fromkeys(NAMES, range(1, 1025)))
    system.require(side, 1)
    expanded = FILTERS * side**2
    assert len(expanded.terms) > 1
    assert [coefficient for coefficient, _ in system._shortened(expanded).terms] == [1]


def test_a_side_that_shrinks_with_a_name_is_searched_as_exactly():
    f, c = symbol("f"), symbol("c")
    bounds = {"f": range(1, 51), "c": range(1, 51)}
    found = solve([Target(f * (10 - c) ** 2, 36, 36)], bounds, positive=[10 - c])
    assert set(rows(found)) == {(36, 9), (9, 8), (4, 7), (1, 4)}
    assert found.complete


def test_division_by_zero_is_no_solution_and_no_alternative():
    a, p = symbol("a"), symbol("p")
    found = solve([Target(a // (p - 2), 3, 3)], {"a": (3,), "p": range(5)})
    assert [solution.as_dict() for solution in found.listed] == [{"a": 3, "p": 3, "same_count": {}}]
    assert found.complete


def test_what_exceeds_64_bits_is_searched_but_never_called_proved():
    names = list("abcd")
    dim = product(map(symbol, names))
    found = solve([Target(dim, 2**80, 2**80)], dict.fromkeys(names, tuple(2**n for n in range(25))))
    assert not found.proved
    assert {dim.bind(solution.values) for solution in found.listed} <= {2**80}


def test_solutions_lost_to_64_bits_are_found_or_the_rest_is_not_called_all():
    names = list("abcd")
    a, b, c, d = map(symbol, names)
    truth = {v for v in combinations((1, 2**35), repeat=4) if v[0] * v[1] == v[2] * v[3]}
    found = solve([Target(a * b - c * d, 0, 0)], dict.fromkeys(names, (1, 2**35)))
    assert set(rows(found)) <= truth
    assert not found.proved or set(rows(found)) == truth


def test_missing_or_tools_is_an_error_that_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    with pytest.raises(UsageError, match=r"pip install 'sizeup\[solve\]'"):
        solve([Target(symbol("units") ** 2, 4, 4)], {})


@pytest.mark.parametrize("bounds", [(), range(5, 5), range(10**7)])
def test_bounds_that_hold_nothing_or_too_much_are_an_error(bounds):
    with pytest.raises(UsageError, match="units"):
        solve([Target(symbol("units"), 4, 4)], {"units": bounds})


def test_a_limit_below_one_is_an_error():
    with pytest.raises(UsageError, match="0"):
        solve([Target(symbol("units"), 4, 4)], {}, limit=0)


# --- bounds -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("8..512", range(8, 513)),
        (" 8 .. 512 ", range(8, 513)),
        ("0..4,096", range(4097)),
        ("3..3", range(3, 4)),
        ("1,3,5,7", (1, 3, 5, 7)),
        ("7, 1, 3, 1", (1, 3, 7)),
        ("16", (16,)),
        ("1_000,2_000", (1000, 2000)),
    ],
)
def test_bounds_are_a_range_or_choices(text, values):
    assert parse_bounds(text) == values


@pytest.mark.parametrize(
    "text",
    ["", "..", "8..", "..8", "8..4", "a", "1,,2", "1,", "-3..5", "0.1,0.2", "1..2..3", "1,024",
     "1k..2k", "1...5", "0..10000000"],
)  # fmt: skip
def test_what_is_no_bounds_is_an_error_in_one_line(text):
    with pytest.raises(UsageError, match=r"^[^\n]+$"):
        parse_bounds(text)


# --- relations --------------------------------------------------------------------------------


def test_names_that_are_always_equal_are_a_fact():
    a, b, c = map(symbol, "abc")
    targets = [Target(a - b, 0, 0), Target(a * b + c, 50, 50), Target(maximum(c, 40), 41, 46)]
    found = solve(targets, {})
    assert set(rows(found)) == {(2, 2, 46), (3, 3, 41)}
    assert found.shared.relations == (Relation(b, a),)


def test_a_part_that_is_constant_is_a_fact_only_where_it_does_not_follow():
    a, b = symbol("a"), symbol("b")
    inner = minimum(a, 5)
    targets = [Target(inner, 5, 5), Target((inner + 2) // b, 3, 3), Target(a, 5, 7)]
    found = solve(targets, {})
    assert set(rows(found)) == {(5, 2), (6, 2), (7, 2)}
    assert found.shared.relations == (Relation(b, 2), Relation(inner, 5))


def test_no_solution_has_no_relations():
    targets = [Target(symbol("a"), 0, 0)]
    assert solve(targets, {}).shared.relations == ()
