"""Values that depend on which of several changes are made.

A set of changes is a bit mask. A table names the changes that its value really depends on and
holds the value for each set of those; the size of a layer depends on very few of all changes.
"""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

MOST_CHANGES = 12
"""So many changes may one value depend on; its table then has 2¹² entries."""


class TooManyChanges(Exception):  # noqa: N818 (not a defect: who catches it groups changes)
    """A value depends on more than `MOST_CHANGES`."""


@dataclass(frozen=True, slots=True)
class Table:
    """A value for each subset of `mask`."""

    mask: int
    values: dict[int, Any]

    def at(self, made: int) -> Any:
        """The value where these changes are made, whatever others are."""
        return self.values[made & self.mask]


def constant(value: Any) -> Table:
    """What depends on no change."""
    return Table(0, {0: value})


def choice(change: int | None, old: Any, new: Any) -> Table:
    """What the change of this number switches; without one, what is old."""
    return constant(old) if change is None else Table(1 << change, {0: old, 1 << change: new})


def combine(function: Callable[..., Any], *tables: Table) -> Table:
    """A function of several values; changes that it turns out not to depend on are dropped.

    Raises TooManyChanges.
    """
    mask = 0
    for table in tables:
        mask |= table.mask
    if mask.bit_count() > MOST_CHANGES:
        raise TooManyChanges
    values, known = {}, {}
    for made in subsets(mask):
        arguments = [table.at(made) for table in tables]
        key = tuple(map(id, arguments))
        if key not in known:
            known[key] = function(*arguments)
        values[made] = known[key]
    for bit in bits(mask):
        without = [made for made in values if not made & bit]
        if all(_same(values[made], values[made | bit]) for made in without):
            values = {made: values[made] for made in without}
            mask ^= bit
    return Table(mask, values)


def _same(one: Any, other: Any) -> bool:
    return one is other or bool(one == other)


def bits(mask: int) -> list[int]:
    """The changes in a set, each as a set of its own."""
    return [1 << place for place in range(mask.bit_length()) if mask >> place & 1]


def subsets(mask: int) -> Iterator[int]:
    """All subsets of a set, each after its own subsets."""
    subset = 0
    while subset != mask:
        yield subset
        subset = (subset - mask) & mask
    yield mask
