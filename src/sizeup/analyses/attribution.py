"""How much of a difference each change is worth.

Every change is really made to the network before, by itself and together with the others, and
sized again. What it is worth is its Shapley value.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sizeup.analyses.changes import find_changes, hybrid, is_sizeless, join
from sizeup.analyses.describe import describe
from sizeup.analyses.reasons import change_because
from sizeup.analyses.shapley import inseparable, settle, shares
from sizeup.dims import Expr, total
from sizeup.errors import SizingError
from sizeup.network import Network, rows
from sizeup.rules.graphs import resize
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.analyses.changes import Aligned, Change
    from sizeup.dims import Dim

MOST_CHANGES = 12
"""So many are told apart, by sizing each of their 2¹² sets; beyond that they are grouped."""
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
    parts = _few([part for part in found if not is_sizeless(both, part.change)])
    totals = _Totals(both)
    if totals.of(parts, 0) != before or totals.of(parts, -1) != after:
        parts = [_Part(-1, say("diff.architecture"), join(part.change for part in parts))]
        totals = _Totals(both, {join(()): before, parts[0].change: after})
    worth: Sequence[int | None]
    if isinstance(before, Expr) or isinstance(after, Expr):
        worth = [None] * len(parts)
    else:
        parts, worth = _settled(parts, totals)
    nothing = None if None in worth else 0
    effects = {part.place: _effect(both, part, nothing, 0, 0) for part in idle}
    for number, (part, effect) in enumerate(zip(parts, worth, strict=True)):
        alone = _minus(totals.of(parts, 1 << number), before)
        undone = _minus(totals.of(parts, ~(1 << number)), after)
        lost = None if undone is None else -undone
        effects[part.place] = _effect(both, part, effect, alone, lost)
    return tuple(effects[place] for place in sorted(effects))


class _Totals:
    """The parameters of the hybrids of two graphs, each sized once; None where it is invalid."""

    def __init__(self, both: Aligned, known: dict[Change, Dim | None] | None = None) -> None:
        self.both = both
        self.known = known or {}

    def of(self, parts: Sequence[_Part], mask: int) -> Dim | None:
        """The total with those parts made whose bits are set."""
        made = join(part.change for place, part in enumerate(parts) if mask >> place & 1)
        if made not in self.known:
            network = _sized(self.both, made)
            self.known[made] = None if network is None else _parameters(network)
        return self.known[made]


def _sized(both: Aligned, made: Change) -> Network | None:
    try:
        return resize(Network("", hybrid(both, made)))
    except SizingError:
        return None


def _parameters(network: Network) -> Dim:
    return total(row.parameters for row in rows(network) if row.parent is None)


def _settled(parts: list[_Part], totals: _Totals) -> tuple[list[_Part], Sequence[int]]:
    """The worth of each part in integers, once those that are valid only together are one."""

    def value(mask: int) -> int | None:
        found = totals.of(parts, mask)
        assert not isinstance(found, Expr)
        return found

    parts = [_one([parts[i] for i in group]) for group in inseparable(len(parts), value)]
    fractions = shares(len(parts), value)
    if fractions is None:
        parts = [_one(parts)]
        fractions = shares(1, value)
    assert fractions is not None
    return parts, settle(fractions)


def _effect(
    both: Aligned, part: _Part, effect: int | None, alone: Dim | None, undone: Dim | None
) -> Effect:
    network = _sized(both, part.change) if alone not in {None, 0} else None
    why = change_because(both, part.change, network.graph) if network else None
    return Effect(part.what, _names(both, part.change), effect, alone, undone, why)


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


def _minus(one: Dim | None, other: Dim) -> Dim | None:
    return None if one is None else one - other
