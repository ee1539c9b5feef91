"""What each of several changes is worth: the Shapley value, exactly, in whole parameters.

The changes are made one after the other, in every order; a change is worth the average of what
it then adds (L. S. Shapley, "A Value for n-Person Games", 1953). Orders in which some step
leaves no valid network are left out. A set of changes is a bit mask.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def shares(count: int, value: Callable[[int], int | None]) -> list[Fraction] | None:
    """The average worth of each of `count` changes; `value` is None where a set is invalid.

    The shares sum to what all changes together add. None if no order of the changes is valid.
    """
    everything = (1 << count) - 1
    values = [value(mask) for mask in range(everything + 1)]
    into, onward = [0] * len(values), [0] * len(values)
    into[0] = onward[everything] = 1
    for mask in range(1, everything + 1):
        if values[mask] is not None:
            into[mask] = sum(into[mask ^ bit] for bit in _bits(mask))
    for mask in reversed(range(everything)):
        if values[mask] is not None:
            onward[mask] = sum(onward[mask | bit] for bit in _bits(everything ^ mask))
    if not into[everything]:
        return None
    result = []
    for bit in _bits(everything):
        added = 0
        for mask, old in enumerate(values):
            new = values[mask | bit]
            if not mask & bit and old is not None and new is not None:
                added += into[mask] * onward[mask | bit] * (new - old)
        result.append(Fraction(added, into[everything]))
    return result


def settle(fractions: Sequence[Fraction]) -> list[int]:
    """Integers with the sum of the fractions, by largest remainder, ties to the earlier one."""
    whole = [floor(fraction) for fraction in fractions]
    missing = int(sum(fractions)) - sum(whole)
    by_remainder = sorted(range(len(whole)), key=lambda i: whole[i] - fractions[i])
    for index in by_remainder[:missing]:
        whole[index] += 1
    return whole


def inseparable(count: int, value: Callable[[int], int | None]) -> list[list[int]]:
    """The changes grouped by what is valid only together, in order."""
    valid = [mask for mask in range(1 << count) if value(mask) is not None]
    groups: dict[tuple[bool, ...], list[int]] = {}
    for change in range(count):
        member = tuple(bool(mask >> change & 1) for mask in valid)
        groups.setdefault(member, []).append(change)
    return list(groups.values())


def _bits(mask: int) -> list[int]:
    return [1 << place for place in range(mask.bit_length()) if mask >> place & 1]
