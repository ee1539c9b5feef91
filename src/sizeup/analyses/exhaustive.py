"""Every choice of values tried: a proof where there are few, or where one name follows from the rest.

NumPy tries millions a second. What could overflow its integers is left to others.
"""

from __future__ import annotations

from math import prod

import numpy as np

from sizeup.analyses.grid import LARGEST, Table, column_of, pivot_of
from sizeup.dims import FloorDiv, Symbol
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sizeup.analyses.grid import Column, Demand, Values
    from sizeup.dims import Atom, Dim

MOST = 5_000_000
"""So many choices are tried."""


MOST_ROWS = 20_000
"""So many choices of one value are kept."""


class Level(Record):
    """A value of an objective, how many choices have it, and these, or the first of them."""

    value: int
    count: int
    rows: tuple[tuple[int, ...], ...]


def exhaustive(
    demands: Sequence[Demand], values: Values, most: int
) -> list[tuple[int, ...]] | None:
    """All candidates, a value for each name in order; None if too many to try, or more than `most`.

    `values` are those that each name may take.
    """
    pivot = pivot_of(demands, values)
    names = [name for name in values if pivot is None or name != pivot.name]
    dims = [dim for dim, _, _ in demands] + ([pivot.slope, pivot.rest] if pivot else [])
    if not values or not _feasible(names, values, dims):
        return None
    found: list[tuple[int, ...]] = []
    for columns in _blocks({name: values[name] for name in names}):
        table = Table(columns)
        if pivot is not None:
            if not table.evaluate(pivot.slope).all():
                return None  # where the slope is 0, any value of the pivot may do
            table = Table(pivot.solve(columns, values[pivot.name]))
        met = table.meets(demands)
        sides = [table.columns[name][met].tolist() for name in values]
        found += zip(*sides, strict=True)
        if len(found) > most:
            return None
    return found


def ranked(
    demands: Sequence[Demand], values: Values, objective: Dim, most: int
) -> list[Level] | None:
    """The largest values of an objective where all demands hold, `most` of them, largest first.

    None if there are too many choices to try.
    """
    if not values or not _feasible(list(values), values, [objective, *(d for d, _, _ in demands)]):
        return None
    counts: dict[int, int] = {}
    rows: dict[int, list[tuple[int, ...]]] = {}
    for columns in _blocks(values):
        table = Table(columns)
        met = np.flatnonzero(np.broadcast_to(table.meets(demands), table.shape))
        here = np.broadcast_to(table.evaluate(objective), table.shape)[met]
        found, sizes = np.unique(here, return_counts=True)
        for value, size in zip(found[-most:].tolist(), sizes[-most:].tolist(), strict=True):
            if len(counts) == most and value not in counts:
                least = min(counts)
                if value < least:
                    continue
                del counts[least], rows[least]
            counts[value] = counts.get(value, 0) + size
            kept = rows.setdefault(value, [])
            places = met[here == value][: MOST_ROWS - len(kept)]
            kept += zip(*(columns[name][places].tolist() for name in values), strict=True)
    return [Level(value, counts[value], tuple(rows[value])) for value in sorted(counts)[::-1]]


def _feasible(names: Sequence[str], values: Values, dims: Iterable[Dim]) -> bool:
    """Whether so many choices can be tried, and no number overflows on the way."""
    reach = {name: max(abs(some[0]), abs(some[-1])) for name, some in values.items()}
    few = prod(len(values[name]) for name in names) <= MOST
    return few and all(_reach(dim, reach) <= LARGEST for dim in dims)


def _blocks(values: Values) -> Iterator[dict[str, Column]]:
    """All choices, a block for each value of the first name; a single empty one of no names."""
    names = list(values)
    for value in values[names[0]] if names else ():
        mesh = np.meshgrid([value], *(column_of(values[name]) for name in names[1:]), indexing="ij")
        yield {name: side.ravel() for name, side in zip(names, mesh, strict=True)}
    if not names:
        yield {}


def _reach(dim: Dim, names: Mapping[str, int]) -> int:
    """What no part of an expression exceeds in absolute value while it is worked out."""
    if isinstance(dim, int):
        return abs(dim)
    return sum(
        abs(coefficient) * prod(_reach_of(atom, names) ** power for atom, power in factors)
        for coefficient, factors in dim.terms
    )


def _reach_of(atom: Atom, names: Mapping[str, int]) -> int:
    if isinstance(atom, Symbol):
        return max(1, names[atom.name])
    parts = (atom.numerator, atom.denominator) if isinstance(atom, FloorDiv) else atom.args
    return max(1, *(_reach(part, names) for part in parts))
