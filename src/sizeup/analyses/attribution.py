"""How much of a difference each change is worth.

Every change is really made to the network before, by itself and together with the others, and
sized again. What it is worth is its Shapley value.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from graphlib import CycleError
from itertools import pairwise

from sizeup.analyses.changes import find_changes, is_sizeless, join
from sizeup.analyses.describe import describe
from sizeup.analyses.hybrids import Hybrids
from sizeup.analyses.reasons import change_because
from sizeup.analyses.shapley import inseparable, settle, shares
from sizeup.analyses.tables import MOST_CHANGES, TooManyChanges, bits, subsets
from sizeup.dims import Expr
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.analyses.changes import Aligned, Change
    from sizeup.dims import Dim

MOST_NAMED = 3
"""So many changes that are one are named one by one."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A change and its worth in parameters.

    `effect` is its share of the difference, None while something is free. `alone` is what it
    adds to the network before, `undone` what the network after has by it; each is None where
    that leaves no valid network.
    """

    what: str
    layers: tuple[str, ...]
    effect: int | None
    alone: Dim | None
    undone: Dim | None
    because: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """A change, or several as one, in words, and where among all changes it stands."""

    place: int
    what: str
    change: Change


def attribute(both: Aligned, before: Dim, after: Dim) -> tuple[Effect, ...]:
    """All changes with their effects, in the order of the layers; the totals are given.

    Where the changes cannot be made one by one, all of them are one.
    """
    found = [
        _Part(place, describe(both, change), change)
        for place, change in enumerate(find_changes(both))
    ]
    idle = _alike([part for part in found if is_sizeless(both, part.change)])
    parts, hybrids = _separable(both, [p for p in found if not is_sizeless(both, p.change)])
    everything = (1 << len(parts)) - 1
    if hybrids is None or (hybrids.total(0), hybrids.total(everything)) != (before, after):
        return (_whole(both, found, after - before),)
    worth: Sequence[int | None] | None = [None] * len(parts)
    if not hybrids.symbolic:
        worth = _worth(everything, hybrids)
    if worth is None:
        return (_whole(both, found, after - before),)
    effects = {}
    for part in idle:
        nothing = None if hybrids.symbolic else 0
        effects[part.place] = Effect(part.what, _names(both, part.change), nothing, 0, 0, None)
    for number, (part, effect) in enumerate(zip(parts, worth, strict=True)):
        bit = 1 << number
        alone, undone = hybrids.total(bit), hybrids.total(everything ^ bit)
        layers = [table.at(bit) for table in hybrids.layers]
        effects[part.place] = Effect(
            part.what,
            _names(both, part.change),
            effect,
            alone=None if alone is None else alone - before,
            undone=None if undone is None else after - undone,
            because=None if alone is None else change_because(both, part.change, layers),
        )
    return tuple(effects[place] for place in sorted(effects))


def _whole(both: Aligned, parts: Sequence[_Part], delta: Dim) -> Effect:
    """All changes as one."""
    names = _names(both, join(part.change for part in parts))
    effect = None if isinstance(delta, Expr) else delta
    return Effect(say("diff.architecture"), names, effect, delta, delta, None)


def _separable(both: Aligned, parts: list[_Part]) -> tuple[list[_Part], Hybrids | None]:
    """Parts of which each can be made without some other, and their hybrids; None without any.

    What is valid only together becomes one, and neighbours do where too many hang together.
    """
    while True:
        try:
            hybrids = Hybrids(both, [part.change for part in parts])
        except CycleError:
            return parts, None
        except TooManyChanges:
            parts = _few(parts)
            continue
        if hybrids.all_valid:
            return parts, hybrids
        if len(parts) > MOST_CHANGES:
            parts = _few(parts)
            continue
        groups = inseparable((1 << len(parts)) - 1, hybrids.total)
        if len(groups) == len(parts):
            return parts, hybrids
        parts = [_one([p for n, p in enumerate(parts) if group >> n & 1]) for group in groups]


def _worth(everything: int, hybrids: Hybrids) -> list[int] | None:
    """The worth of each change in integers; None where they can be made in no order.

    The Shapley value of a sum is the sum of those of its summands, which depend on few changes.
    """
    if not hybrids.all_valid:
        totals = {made: hybrids.total(made) for made in subsets(everything)}
        known = {made: total for made, total in totals.items() if isinstance(total, int)}
        worth = shares(everything, known.get)
        return None if worth is None else settle(list(worth.values()))
    worth = dict.fromkeys(bits(everything), Fraction(0))
    for table in hybrids.counts:
        for bit, share in (shares(table.mask, table.at) or {}).items():
            worth[bit] += share
    return settle(list(worth.values()))


def _names(both: Aligned, change: Change) -> tuple[str, ...]:
    """The layers that a change touches, by their names after it where they have one."""
    touched = change.edited
    if not (change.removed or change.inserted):
        touched |= {wire[0] for wire in change.wires}
    names = []
    for i, j in both.pairs:
        if i is not None and i in change.removed:
            names.append(both.before.layers[i].name)
        elif j is not None and (j in change.inserted or i in touched):
            names.append(both.after.layers[j].name)
    return tuple(names)


def _few(parts: list[_Part]) -> list[_Part]:
    """At most `MOST_CHANGES`: equal ones together, then neighbours."""
    if len(parts) > MOST_CHANGES:
        parts = _alike(parts)
    if len(parts) <= MOST_CHANGES:
        return parts
    bounds = [number * len(parts) // MOST_CHANGES for number in range(MOST_CHANGES + 1)]
    return [_one(parts[start:end]) for start, end in pairwise(bounds)]


def _alike(parts: Sequence[_Part]) -> list[_Part]:
    """Changes that read alike as one."""
    groups: dict[str, list[_Part]] = {}
    for part in parts:
        groups.setdefault(part.what, []).append(part)
    return [_one(group) for group in groups.values()]


def _one(parts: Sequence[_Part]) -> _Part:
    """Several changes as one, in words too."""
    if len(parts) == 1:
        return parts[0]
    whats = list(dict.fromkeys(part.what for part in parts))
    if len(whats) == 1:
        what = say("diff.times", what=whats[0], count=len(parts))
    elif len(whats) <= MOST_NAMED:
        what = "; ".join(whats)
    else:
        what = say("diff.several", count=len(parts), first=whats[0], last=whats[-1])
    return _Part(parts[0].place, what, join(part.change for part in parts))
