"""Expressions over whole columns of values at once: the search for plain solutions.

Where totals leave millions of solutions open, nobody wants them all. `plainest` tries choices of
values in the order of their cost: all names but one take plain values, and the last, which some
demand holds linearly, follows from the others by division. NumPy computes millions of choices a
second, but its integers have 64 bits and may overflow: everything found here is a candidate that
the caller must verify. Imported only where it is needed, as NumPy comes with OR-Tools.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from sizeup.analyses.plainness import Habit, cost, habits
from sizeup.dims import Dim, DimError, FloorDiv, Max, Symbol, bind, symbol, symbols

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from sizeup.dims import Atom

    Column: TypeAlias = np.ndarray[Any, np.dtype[Any]]
    Demand: TypeAlias = tuple[Dim, int, int]
    Values: TypeAlias = Mapping[str, Sequence[int]]

CHOICES = 3_000_000
"""How many choices of values, whole or in part, `plainest` makes at most: about a second."""
LARGEST = (1 << 63) - 1


class Table:
    """Columns of values by name, of one length or of length 1, and what follows from them."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self.columns = columns
        self.shape = np.broadcast_shapes((1,), *(column.shape for column in columns.values()))
        self._known: dict[Atom, Column] = {Symbol(name): c for name, c in columns.items()}

    def evaluate(self, dim: Dim) -> Column:
        """The values of an expression.

        They are wrong where 64 bits overflow; the divisor 0 is taken for 1. Raises OverflowError
        where the expression itself holds a number of more than 64 bits.
        """
        if isinstance(dim, int):
            return np.array([dim], np.int64)
        result = np.zeros(1, np.int64)
        for factors, coefficient in dim.polynomial.items():
            term = np.array([coefficient], np.int64)
            for atom, power in factors:
                term = term * self._atom(atom) ** power
            result = result + term
        return result

    def _atom(self, atom: Atom) -> Column:
        if atom not in self._known:
            if isinstance(atom, FloorDiv):
                divisor = self.evaluate(atom.denominator)
                divisor = np.where(divisor == 0, 1, divisor)
                self._known[atom] = self.evaluate(atom.numerator) // divisor
            elif not isinstance(atom, Symbol):
                pick = np.maximum if isinstance(atom, Max) else np.minimum
                self._known[atom] = reduce(pick, map(self.evaluate, atom.args))
        return self._known[atom]

    def meets(self, demands: Iterable[Demand]) -> Column:
        """Which rows meet all demands: expressions with the least and the largest value."""
        met = np.ones(self.shape, np.bool_)
        for dim, low, high in demands:
            values = self.evaluate(dim)
            met &= (values >= max(low, -LARGEST)) & (values <= min(high, LARGEST))
        return met


def alternatives(
    demands: Iterable[Demand], values: Values, solution: Mapping[str, int], name: str
) -> list[int]:
    """Candidates of values that one name may take while the others stay: all, in doubt."""
    columns = {other: np.array([value]) for other, value in solution.items()}
    columns[name] = column_of(values[name])
    concerned = [demand for demand in demands if name in symbols(demand[0])]
    try:
        met = columns[name][Table(columns).meets(concerned)]
    except OverflowError:
        return list(values[name])
    return [int(value) for value in met]


def plainest(demands: Sequence[Demand], values: Values, limit: int) -> list[tuple[int, ...]]:
    """Candidates by rising cost: `limit` of them, or what some `CHOICES` choices bring up.

    `values` are those that each name may take. A candidate is a value for each name, in order.
    """
    pivot = pivot_of(demands, values)
    customs = habits(values)
    partial = habits(name for name in values if pivot is None or name != pivot.name)
    found: list[tuple[int, tuple[int, ...]]] = []
    for level, columns in _levels(partial, values):
        if len(found) >= limit and found[limit - 1][0] <= level:
            break
        table = Table(columns if pivot is None else pivot.solve(columns, values[pivot.name]))
        met = table.meets(demands)
        rows = zip(*(table.columns[name][met][:limit].tolist() for name in values), strict=True)
        found += [(cost(customs, dict(zip(values, row, strict=True))), row) for row in rows]
        found.sort()
    return [row for _, row in found[:limit]]


@dataclass(frozen=True, slots=True)
class Pivot:
    """A name that a demand holds linearly: slope · name + rest = value."""

    name: str
    slope: Dim
    rest: Dim
    value: int

    def solve(self, columns: Mapping[str, Column], allowed: Sequence[int]) -> dict[str, Column]:
        """The rows for which a whole and allowed value will do; the plainest values first."""
        table = Table(columns)
        gap = table.evaluate(self.value) - table.evaluate(self.rest)
        slope = table.evaluate(self.slope)
        found = np.broadcast_to(gap // np.where(slope == 0, 1, slope), table.shape)
        whole = found * slope == gap
        if isinstance(allowed, range):
            within = (found >= allowed[0]) & (found <= allowed[-1])
        else:
            within = np.isin(found, allowed)
        rows = np.flatnonzero(whole & within)
        (habit,) = habits([self.name])
        prices = [habit.cost(value) for value in found[rows].tolist()]
        rows = rows[np.argsort(prices, kind="stable")]
        return {self.name: found[rows]} | {name: column[rows] for name, column in columns.items()}


def pivot_of(demands: Iterable[Demand], values: Values) -> Pivot | None:
    """The name to solve for: one whose values need not be usual ones, with many of them."""
    found = []
    for dim, low, high in demands:
        for name in sorted(symbols(dim)) if low == high else ():
            try:
                rest = bind(dim, {name: 0})
                slope = bind(dim, {name: 1}) - rest
            except DimError:
                continue
            if dim == slope * symbol(name) + rest:
                found.append(Pivot(name, slope, rest, low))
    unusual = {habit.name: habit.role.unusual for habit in habits(values)}
    return min(found, key=lambda p: (unusual[p.name], -len(values[p.name])), default=None)


def column_of(values: Sequence[int]) -> Column:
    """Values, one below the other."""
    if isinstance(values, range):
        return np.arange(values.start, values.stop)
    return np.array(values)


class SpentError(Exception):
    """The budget of choices is spent."""


class Budget:
    """How many more choices, whole or in part, may be made."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, choices: int) -> None:
        """Account for choices before they take memory; raises SpentError if too many."""
        self.left -= choices
        if self.left < 0:
            raise SpentError


def _levels(customs: Sequence[Habit], values: Values) -> Iterator[tuple[int, dict[str, Column]]]:
    """All choices of values in blocks of equal cost, by rising cost, while the budget lasts."""
    offers = {habit.name: _offer(habit, values[habit.name]) for habit in customs}
    highest = sum(int(prices[-1]) for _, prices in offers.values())
    budget = Budget(CHOICES)
    try:
        for level in range(highest + 1):
            for block in _blocks(customs, offers, level, budget):
                yield level, block
    except SpentError:
        return


def _offer(habit: Habit, values: Sequence[int]) -> tuple[Column, Column]:
    """The values that a name may take and what each costs, the cheapest first."""
    offered, prices = column_of(values), np.array([habit.cost(value) for value in values])
    order = np.argsort(prices, kind="stable")
    return offered[order], prices[order]


def _blocks(
    customs: Sequence[Habit],
    offers: Mapping[str, tuple[Column, Column]],
    level: int,
    budget: Budget,
) -> Iterator[dict[str, Column]]:
    """The choices that cost just so much, one block for each value of the first name."""
    if not customs:
        yield {}
        return
    first, *others = customs
    offered, prices = offers[first.name]
    rows, picks = _within(np.zeros(1, np.int64), prices, 0 if others else level, level, budget)
    for value, price in zip(offered[picks], prices[picks], strict=True):
        columns, bills = {first.name: np.array([value])}, np.array([price])
        for habit in others:
            offered, prices = offers[habit.name]
            least = level if habit is others[-1] else 0
            rows, picks = _within(bills, prices, least, level, budget)
            chosen, paid = offered[picks], bills[rows] + prices[picks]
            if habit.before is not None:
                same = np.flatnonzero((bills >= least) & np.isin(columns[habit.before], offered))
                apart = chosen != columns[habit.before][rows]
                rows = np.concatenate([same, rows[apart]])
                chosen = np.concatenate([columns[habit.before][same], chosen[apart]])
                paid = np.concatenate([bills[same], paid[apart]])
            columns = {name: column[rows] for name, column in columns.items()}
            columns[habit.name], bills = chosen, paid
        yield columns


def _within(
    bills: Column, prices: Column, least: int, most: int, budget: Budget
) -> tuple[Column, Column]:
    """The pairs of a bill and one of the rising prices that sum to between least and most."""
    start = np.searchsorted(prices, least - bills, "left")
    counts = np.searchsorted(prices, most - bills, "right") - start
    budget.spend(int(counts.sum()))
    rows = np.repeat(np.arange(bills.size), counts)
    picks = np.arange(rows.size) - np.repeat(np.cumsum(counts) - counts - start, counts)
    return rows, picks
