"""Expressions over whole columns of values at once: the search for plain solutions.

Where totals leave millions of solutions open, nobody wants them all. `plainest` tries choices of
values in the order of their cost: all names but one take plain values, and the last, which some
demand holds linearly, follows from the others by division. NumPy computes millions of choices a
second, but its integers have 64 bits and may overflow: everything found here is a candidate that
the caller must verify. Imported only where it is needed, as NumPy comes with OR-Tools.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from sizeup.analyses.plainness import Habit, cost, habits
from sizeup.dims import Dim, DimError, FloorDiv, Max, Symbol, bind, symbol, symbols

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from sizeup.dims import Atom

    Column: TypeAlias = np.ndarray[Any, np.dtype[Any]]
    Demand: TypeAlias = tuple[Dim, int, int]
    Values: TypeAlias = Mapping[str, Sequence[int]]

CHOICES = 1_500_000
"""How many choices of values `plainest` tries, about."""
LARGEST = (1 << 63) - 1


class Table:
    """Columns of values by name, of one length or of length 1, and what follows from them."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self.columns = columns
        self.shape = np.broadcast_shapes((1,), *(column.shape for column in columns.values()))
        self._known: dict[Atom, Column] = {Symbol(name): c for name, c in columns.items()}

    def evaluate(self, dim: Dim) -> Column:
        """The values of an expression.

        They are wrong where 64 bits overflow; a divisor below 1 is taken for 1.
        """
        if isinstance(dim, int):
            return np.array([dim])
        result = np.zeros(1, np.int64)
        for coefficient, factors in dim.terms:
            term = np.array([coefficient])
            for atom, power in factors:
                term = term * self._atom(atom) ** power
            result = result + term
        return result

    def _atom(self, atom: Atom) -> Column:
        if atom not in self._known:
            if isinstance(atom, FloorDiv):
                divisor = np.maximum(self.evaluate(atom.denominator), 1)
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
    """Candidates of values that one name may take while the others stay."""
    columns = {other: np.array([value]) for other, value in solution.items()}
    columns[name] = np.array(values[name])
    concerned = [demand for demand in demands if name in symbols(demand[0])]
    return [int(value) for value in columns[name][Table(columns).meets(concerned)]]


def plainest(demands: Sequence[Demand], values: Values, limit: int) -> list[dict[str, int]]:
    """Candidates by rising cost: `limit` of them, or what some `CHOICES` choices bring up.

    `values` are those that each name may take, in rising order.
    """
    pivot = _pivot(demands, values)
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
    return [dict(zip(values, row, strict=True)) for _, row in found[:limit]]


@dataclass(frozen=True, slots=True)
class Pivot:
    """A name that a demand holds linearly: slope · name + rest = value."""

    name: str
    slope: Dim
    rest: Dim
    value: int

    def solve(self, columns: Mapping[str, Column], allowed: Sequence[int]) -> dict[str, Column]:
        """The rows for which the name has an allowed value, and that value, plainest first."""
        table = Table(columns)
        gap, slope = self.value - table.evaluate(self.rest), table.evaluate(self.slope)
        found = np.broadcast_to(gap // np.where(slope == 0, 1, slope), table.shape)
        rows = np.flatnonzero((found * slope == gap) & np.isin(found, np.array(allowed)))
        (habit,) = habits([self.name])
        rows = rows[np.argsort([habit.cost(value) for value in found[rows].tolist()], kind="stable")]
        return {self.name: found[rows]} | {name: column[rows] for name, column in columns.items()}


def _pivot(demands: Iterable[Demand], values: Values) -> Pivot | None:
    """The name to solve for: the one whose values are least bound to be usual ones."""
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
    return min(found, key=lambda pivot: unusual[pivot.name], default=None)


def _levels(customs: Sequence[Habit], values: Values) -> Iterator[tuple[int, dict[str, Column]]]:
    """All choices of values in blocks of equal cost, by rising cost; some `CHOICES` of them."""
    offers = {
        habit.name: (
            np.array(values[habit.name]),
            np.array([*map(habit.role.cost, values[habit.name])], np.int16),
        )
        for habit in customs
    }
    highest = sum(int(offers[habit.name][1].max()) + habit.role.apart for habit in customs)
    tried = 0
    for level in range(highest + 1):
        for block in _blocks(customs, offers, level):
            yield level, block
            tried += len(next(iter(block.values()), ()))
            if tried > CHOICES:
                return


def _blocks(
    customs: Sequence[Habit], offers: Mapping[str, tuple[Column, Column]], level: int
) -> Iterator[dict[str, Column]]:
    """The choices that cost just so much, one block for each value of the first name."""
    if not customs:
        yield {}
        return
    first, *others = customs
    for value, price in zip(*offers[first.name], strict=True):
        if price > level:
            continue
        columns, bills = {first.name: np.array([value])}, np.array([price])
        for habit in others:
            offered, prices = offers[habit.name]
            offered, prices = offered[prices <= level], prices[prices <= level]
            total = np.add.outer(bills, prices)
            if habit.before is not None:
                same = np.equal.outer(columns[habit.before], offered)
                total = np.where(same, bills[:, None], total + habit.role.apart)
            rows, picks = np.nonzero(total <= level)
            columns = {name: column[rows] for name, column in columns.items()}
            columns[habit.name] = offered[picks]
            bills = total[rows, picks]
        exact = bills == level
        yield {name: column[exact] for name, column in columns.items()}
