"""Every choice of values tried: a proof where there are few, or where one name follows from the rest.

NumPy tries millions a second. What could overflow its integers is left to others.
"""

from __future__ import annotations

from math import prod

import numpy as np

from sizeup.analyses.grid import LARGEST, Table, column_of, pivot_of
from sizeup.dims import FloorDiv, Symbol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sizeup.analyses.grid import Column, Demand, Values
    from sizeup.dims import Atom, Dim

MOST = 5_000_000
"""So many choices are tried."""


def exhaustive(
    demands: Sequence[Demand], values: Values, most: int
) -> list[tuple[int, ...]] | None:
    """All candidates, a value for each name in order; None if too many to try, or more than `most`.

    `values` are those that each name may take.
    """
    if not values:
        return None
    pivot = pivot_of(demands, values)
    names = [name for name in values if pivot is None or name != pivot.name]
    reach = {name: max(abs(some[0]), abs(some[-1])) for name, some in values.items()}
    dims = [dim for dim, _, _ in demands] + ([pivot.slope, pivot.rest] if pivot else [])
    if prod(len(values[name]) for name in names) > MOST or any(
        _reach(d, reach) > LARGEST for d in dims
    ):
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
