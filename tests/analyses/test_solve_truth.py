"""Small systems, drawn: solving gives the same set of solutions as trying every value."""

from __future__ import annotations

import operator
from itertools import product as combinations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sizeup import dims
from sizeup.analyses import grid
from sizeup.analyses import solve as solving
from sizeup.analyses.plainness import cost, habits
from sizeup.analyses.solve import Target, solve

NAMES = ("img_rows", "img_cols", "nb_pool")
OPERATIONS = {
    "+": (operator.add, operator.add),
    "-": (operator.sub, operator.sub),
    "*": (operator.mul, operator.mul),
    "//": (operator.floordiv, dims.floor_div),
    "%": (operator.mod, dims.modulo),
    "max": (max, dims.maximum),
    "min": (min, dims.minimum),
}
"""What an operation is on integers, by Python itself, and on expressions."""


class InvalidError(Exception):
    """Something is divided by zero."""


def on_integers(tree, values):
    """The value of a tree by Python's own arithmetic, which knows nothing of expressions."""
    if not isinstance(tree, tuple):
        return values[tree] if isinstance(tree, str) else tree
    operation, left, right = tree
    left, right = on_integers(left, values), on_integers(right, values)
    if operation in {"//", "%"} and right == 0:
        raise InvalidError
    return OPERATIONS[operation][0](left, right)


def as_expression(tree, divisors):
    if not isinstance(tree, tuple):
        return dims.symbol(tree) if isinstance(tree, str) else tree
    operation, left, right = tree
    left, right = as_expression(left, divisors), as_expression(right, divisors)
    if operation in {"//", "%"}:
        divisors.append(right)
    return OPERATIONS[operation][1](left, right)


trees = st.recursive(
    st.sampled_from(NAMES) | st.integers(-3, 7),
    lambda inner: st.tuples(st.sampled_from(sorted(OPERATIONS)), inner, inner),
    max_leaves=7,
)
bounds = st.one_of(
    st.builds(lambda low, size: range(low, low + size), st.integers(0, 4), st.integers(1, 6)),
    st.sets(st.integers(0, 12), min_size=1, max_size=4).map(lambda some: tuple(sorted(some))),
)


@st.composite
def systems(draw):
    """Targets that some choice of values meets (mostly), sides that must be positive, bounds."""
    within = {name: draw(bounds) for name in NAMES}
    goals = draw(st.lists(trees, min_size=1, max_size=2))
    sides = draw(st.lists(trees, max_size=2))
    zeros = draw(st.lists(trees.map(lambda tree: ("%", tree, 2)), max_size=1))
    divisors = []
    try:
        made = [
            [as_expression(tree, divisors) for tree in group] for group in (goals, sides, zeros)
        ]
    except dims.DimError:
        assume(False)
    meant = {name: draw(st.sampled_from(list(values))) for name, values in within.items()}
    slack = draw(st.sampled_from([0, 0, 0, 2]))
    try:
        hits = [on_integers(tree, meant) for tree in goals]
    except InvalidError:
        hits = [draw(st.integers(-5, 50)) for _ in goals]
    targets = [
        Target(expr, hit - slack, hit + slack) for expr, hit in zip(made[0], hits, strict=True)
    ]

    def holds(values):
        try:
            return (
                all(
                    t.low <= on_integers(tree, values) <= t.high
                    for tree, t in zip(goals, targets, strict=True)
                )
                and all(on_integers(tree, values) >= 1 for tree in sides)
                and all(on_integers(tree, values) == 0 for tree in zeros)
            )
        except InvalidError:
            return False

    return targets, within, [*made[1], *(d * d for d in divisors)], made[2], holds


def brute(names, within, holds):
    """Every solution, by trying all; names that nothing depends on take any one value."""
    rest = {name: values[0] for name, values in within.items()}
    found = set()
    for choice in combinations(*(within[name] for name in names)):
        if holds(rest | dict(zip(names, choice, strict=True))):
            found.add(choice)
    return found


@given(systems())
@settings(max_examples=400)
def test_solving_finds_what_trying_everything_finds(system):
    targets, within, positive, zero, holds = system
    found = solve(targets, within, positive=positive, zero=zero, limit=10**6)
    names = list(found.bounds)
    truth = brute(names, within, holds)
    rows = [tuple(solution.values.values()) for solution in found.listed]
    assert set(rows) == truth
    assert len(rows) == len(truth) == found.count
    assert found.complete
    customs = habits(names)
    ranks = [(cost(customs, s.values), row) for s, row in zip(found.listed, rows, strict=True)]
    assert ranks == sorted(ranks)
    for solution in found.listed:
        others = {
            name: tuple(
                v for v in within[name]
                if tuple({**solution.values, name: v}.values()) in truth
            )
            for name in names
        }  # fmt: skip
        assert solution.same_count == {n: values for n, values in others.items() if len(values) > 1}


def demanded(targets, within, positive, zero, holds):
    """What is asked of names, their values and every solution in them."""
    names = list(solve(targets, within, positive=positive, zero=zero).bounds)
    demands = solving.demands_of(targets, positive, zero)
    return demands, {name: within[name] for name in names}, brute(names, within, holds)


@given(systems())
@settings(max_examples=200)
def test_plain_choices_alone_find_every_solution_that_follows_from_them(system):
    demands, values, truth = demanded(*system)
    assume(values)
    names = list(values)
    found = solving._plain(demands, values, limit=10**6)
    assert set(found) <= truth
    assert len(found) == len(set(found))
    pivot = grid.pivot_of(demands, values)
    for row in truth - set(found):
        assert dims.bind(pivot.slope, dict(zip(names, row, strict=True))) == 0
    customs = habits(names)
    costs = [cost(customs, dict(zip(names, row, strict=True))) for row in found]
    assert costs == sorted(costs)


@given(systems())
@settings(max_examples=200)
def test_what_is_tried_exhaustively_is_all_there_is(system):
    demands, values, truth = demanded(*system)
    found = solving._every(demands, values)
    assume(found is not None)
    assert len(found) == len(set(found))
    assert set(found) == truth


@given(st.integers(2, 6), st.integers(1, 40), st.sampled_from([range(1, 9), (2, 3, 7)]))
def test_a_name_that_only_its_own_length_depends_on_is_kept_out_and_counted(low, total, span):
    a, b, length = map(dims.symbol, ("a", "b", "length"))
    targets = [Target(a * b + a, total, total + 3)]
    within = {"a": range(1, 6), "length": span, "b": range(1, 6)}
    found = solve(targets, within, positive=[a, b, length - low, length // 2], limit=10**6)
    truth = {
        (x, n, y)
        for x, n, y in combinations(*within.values())
        if total <= x * y + x <= total + 3 and n > low and n >= 2
    }
    assert {tuple(s.values.values()) for s in found.listed} == truth
    assert found.count == len(truth)
    assert found.complete
    if truth:
        assert found.shared.apart == ("length",)
        several = tuple(sorted({n for _, n, _ in truth}))
        assert all(s.same_count.get("length", several) == several for s in found.listed)
        few = solve(targets, within, positive=[a, b, length - low, length // 2], limit=3)
        customs = habits(within)
        ranks = [cost(customs, s.values) for s in few.listed]
        assert ranks == sorted(ranks)
        assert {tuple(s.values.values()) for s in few.listed} <= truth
        assert len(few.listed) == min(3, len(truth))
        assert few.count == len(truth)
