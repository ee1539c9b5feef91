"""Shapley values of a sum, where only some sets of changes leave a network.

A sum is worth what its summands are, and each depends on few changes. What limits the orders of
some changes says nothing of those that no limit links to them; so a summand needs only the orders
of the changes that it depends on, and of those that are linked to these.
"""

from __future__ import annotations

from fractions import Fraction

from sizeup.analyses.changes import connected
from sizeup.analyses.shapley import inseparable, shares
from sizeup.analyses.tables import MOST_CHANGES, TooManyChanges, bits, subsets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sizeup.analyses.tables import Table


class NoOrder(Exception):  # noqa: N818 (not a defect: who catches it joins the changes)
    """These changes can be made in no order of single steps."""

    def __init__(self, mask: int) -> None:
        super().__init__()
        self.changes = [bit.bit_length() - 1 for bit in bits(mask)]


def together(limits: Sequence[Table], invalid: object, count: int) -> list[list[int]]:
    """All changes by their numbers, those that are valid only together in one group.

    Raises TooManyChanges where too many are linked to tell.
    """
    links = [link for table in limits for link in _links(table.mask, table.at, invalid)]
    groups = connected(count, links)
    if len(groups) == count:
        for mask in _linked(limits):
            links += _links(mask, _valid_or(_validity(limits, mask, invalid), invalid), invalid)
        groups = connected(count, links)
    return groups


def worth_of(
    counts: Sequence[Table], limits: Sequence[Table], invalid: object, count: int
) -> list[Fraction]:
    """The Shapley value of each change, over the orders in which every step leaves a network.

    Raises TooManyChanges and NoOrder.
    """
    linked = _linked(limits)
    sums: dict[int, list[Table]] = {}
    for table in counts:
        if table.mask:
            mask = table.mask
            for other in linked:
                mask |= other if other & table.mask else 0
            sums.setdefault(mask, []).append(table)
    worth = [Fraction(0)] * count
    for mask, tables in sums.items():
        _check(mask)
        found = shares(mask, _sum(tables, _validity(limits, mask, invalid)))
        if found is None:
            broken = [other for other in linked if other & mask]
            raise NoOrder(
                next(
                    m for m in broken if shares(m, _sum((), _validity(limits, m, invalid))) is None
                )
            )
        for bit, share in found.items():
            worth[bit.bit_length() - 1] += share
    return worth


def _sum(tables: Sequence[Table], valid: Callable[[int], bool]) -> Callable[[int], int | None]:
    """The sum of tables for each set of changes that leaves a network."""
    return lambda made: sum(table.at(made) for table in tables) if valid(made) else None


def _valid_or(valid: Callable[[int], bool], invalid: object) -> Callable[[int], object]:
    return lambda made: valid(made) or invalid


def _check(mask: int) -> None:
    if mask.bit_count() > MOST_CHANGES:
        raise TooManyChanges


def _linked(limits: Sequence[Table]) -> list[int]:
    """The changes that limits link, directly or not, as masks."""
    masks: list[int] = []
    for table in limits:
        mask = table.mask
        for other in [each for each in masks if each & mask]:
            masks.remove(other)
            mask |= other
        masks.append(mask)
    return masks


def _validity(limits: Sequence[Table], mask: int, invalid: object) -> Callable[[int], bool]:
    """Whether a set of the changes in a mask leaves a network, as far as they decide it."""
    _check(mask)
    inside = [table for table in limits if table.mask & mask]
    known = {made: all(table.at(made) is not invalid for table in inside) for made in subsets(mask)}
    return known.__getitem__


def _links(mask: int, at: Callable[[int], object], invalid: object) -> list[tuple[int, int]]:
    """Pairs of changes that a value is valid only with both or neither of."""
    groups = inseparable(mask, lambda made: None if at(made) is invalid else made)
    numbers = [[bit.bit_length() - 1 for bit in bits(group)] for group in groups]
    return [(group[0], other) for group in numbers for other in group[1:]]
