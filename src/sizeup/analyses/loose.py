"""Names that nothing known depends on: a sequence's length beside a recurrent layer's total.

They only multiply solutions, so they are kept out of the search, and are said once.
"""

from __future__ import annotations

from sizeup.analyses.constraints import EmptyError
from sizeup.analyses.plainness import cost, habits
from sizeup.dims import DimError, bind, symbols

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TypeAlias

    from sizeup.analyses.grid import Demand, Values

    Choice: TypeAlias = Mapping[str, int]

MOST = 10_000
"""So many values of a name are tried one by one."""


def loose(demands: Sequence[Demand], known: frozenset[str], values: Values) -> Values:
    """What each name may be that only lengths of its own depend on.

    `known` are the names in what is known. Raises EmptyError where nothing is left of one.
    """
    linked = known.union(*(symbols(dim) for dim, _, _ in demands if len(symbols(dim)) > 1))
    found = {}
    for name in values:
        if name not in linked and len(values[name]) <= MOST:
            own = [demand for demand in demands if name in symbols(demand[0])]
            kept = [value for value in values[name] if _holds(own, {name: value})]
            if not kept:
                raise EmptyError
            found[name] = tuple(kept)
    return found


def _holds(demands: Sequence[Demand], values: Choice) -> bool:
    try:
        found = [(bind(dim, values), low, high) for dim, low, high in demands]
    except DimError:
        return False
    return all(isinstance(value, int) and low <= value <= high for value, low, high in found)


def completed(
    choices: Sequence[Choice], apart: Values, order: Iterable[str], most: int
) -> list[Choice]:
    """Plain choices, plainest first, with values for the names that are apart.

    `choices` are those of all other names, `order` is that of all names.
    """
    customs = habits(order)
    rest = {habit.name: min(apart[habit.name], key=habit.cost)
            for habit in customs if habit.name in apart}  # fmt: skip

    def plainest(rows: Iterable[Choice]) -> list[Choice]:
        full: list[Choice] = [
            {habit.name: {**rest, **row}[habit.name] for habit in customs} for row in rows
        ]
        return sorted(full, key=lambda row: (cost(customs, row), tuple(row.values())))[:most]

    rows = plainest(choices)
    for habit in customs:
        if habit.name in apart:
            some = apart[habit.name]
            cheap = sorted(some, key=lambda value: (habit.cost(value), value))[:most]
            before = {row[habit.before] for row in rows} if habit.before is not None else set()
            cheap += sorted(before.intersection(some) - {*cheap})
            rows = plainest([{**row, habit.name: value} for row in rows for value in cheap])
    return rows
