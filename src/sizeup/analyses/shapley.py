"""What each of several changes is worth: the Shapley value, exactly, in whole parameters.

The changes are made one after the other, in every order; a change is worth the average of what
it then adds (L. S. Shapley, "A Value for n-Person Games", 1953). Orders in which some step
leaves no valid network are left out. A set of changes is a bit mask, one change a single bit.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor

from sizeup.analyses.tables import bits, subsets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def shares(mask: int, value: Callable[[int], int | None]) -> dict[int, Fraction] | None:
    """The average worth of each change in the mask; `value` of a set is None if it is invalid.

    The shares sum to what all changes together add. None if no order of them is valid.
    """
    values = {made: value(made) for made in subsets(mask)}
    orders_to = dict.fromkeys(values, 0)
    orders_from = dict.fromkeys(values, 0)
    orders_to[0] = orders_from[mask] = 1
    for made, result in values.items():
        if made and result is not None:
            orders_to[made] = sum(orders_to[made ^ bit] for bit in bits(made))
    for made, result in reversed(values.items()):
        if made != mask and result is not None:
            orders_from[made] = sum(orders_from[made | bit] for bit in bits(mask ^ made))
    if not orders_to[mask]:
        return None
    worth = {}
    for bit in bits(mask):
        added = 0
        for made, old in values.items():
            new = values[made | bit]
            if not made & bit and old is not None and new is not None:
                added += orders_to[made] * orders_from[made | bit] * (new - old)
        worth[bit] = Fraction(added, orders_to[mask])
    return worth


def settle(fractions: Sequence[Fraction]) -> list[int]:
    """Integers with the sum of the fractions, by largest remainder, ties to the earlier one."""
    whole = [floor(fraction) for fraction in fractions]
    missing = int(sum(fractions)) - sum(whole)
    by_remainder = sorted(range(len(whole)), key=lambda i: whole[i] - fractions[i])
    for index in by_remainder[:missing]:
        whole[index] += 1
    return whole


def inseparable(mask: int, value: Callable[[int], object]) -> list[int]:
    """The changes in the mask joined, as masks, with those that are valid only together."""
    valid = [made for made in subsets(mask) if value(made) is not None]
    groups: dict[tuple[bool, ...], int] = {}
    for bit in bits(mask):
        member = tuple(bool(made & bit) for made in valid)
        groups[member] = groups.get(member, 0) | bit
    return list(groups.values())
