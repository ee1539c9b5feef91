"""How much of a difference each change is worth.

Every change is really made to the network before, by itself and together with the others, and
sized again. What it is worth is its Shapley value.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError
from itertools import pairwise

from sizeup.analyses.aligned import is_joint
from sizeup.analyses.changes import Change, find_changes, is_sizeless, join
from sizeup.analyses.depths import rebuilt
from sizeup.analyses.describe import describe
from sizeup.analyses.grouping import Part, name_changes
from sizeup.analyses.hybrids import Gap, Hybrids
from sizeup.analyses.orders import NoOrder, together, worth_of
from sizeup.analyses.reasons import change_because, measured_because
from sizeup.analyses.shapley import settle
from sizeup.analyses.tables import MOST_CHANGES, TooManyChanges
from sizeup.dims import Expr
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.analyses.aligned import Aligned
    from sizeup.dims import Dim

MOST_NAMED = 3
"""So many changes that are one are named one by one."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A change and its worth in what is measured.

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
class Attribution:
    """All changes with their effects.

    `ordered` says that some of them leave a network only after others, so that effects are means
    over the orders in which every step does; `grouped` that changes were put together because
    too many hang together; `whole` that all of them are one.
    """

    changes: tuple[Effect, ...]
    ordered: bool = False
    grouped: bool = False
    whole: bool = False


def attribute(
    both: Aligned, before: Dim, after: Dim, of: str = "parameters", samples: int = 1
) -> Attribution:
    """All changes with their effects, in the order of the layers; the totals are given.

    What is not parameters is that of so many samples, the totals those of one.
    Where the changes cannot be made one by one, all of them are one.
    """
    changes = find_changes(both)
    if not changes and before == after:  # what cannot be sized again differs in nothing
        return Attribution(())
    idle = [] if of != "parameters" else [c for c in changes if is_sizeless(both, c)]
    telling = [change for change in changes if change not in idle]
    parts = name_changes(both, telling)
    grouped = False
    while True:
        try:
            hybrids = Hybrids(both, [part.change for part in parts], of)
            everything = (1 << len(parts)) - 1
            if (hybrids.total(0), hybrids.total(everything)) != (before, after):
                return _whole(both, changes, (after - before) * samples)
            limits = [table for table in hybrids.limits if table.mask]
            groups = together(limits, Gap.INVALID, len(parts))
            if len(groups) < len(parts):
                parts = [_joined(both, [parts[n] for n in group]) for group in groups]
                continue
            shares = None
            if not hybrids.symbolic:
                shares = worth_of(hybrids.counts, limits, Gap.INVALID, len(parts))
        except CycleError:
            return _whole(both, changes, (after - before) * samples)
        except TooManyChanges:
            if len(parts) <= 1:
                return _whole(both, changes, (after - before) * samples)
            parts, grouped = _fewer(both, parts), True
            continue
        except NoOrder as error:
            chosen = set(error.changes)
            rest = [part for n, part in enumerate(parts) if n not in chosen]
            one = _joined(both, [parts[n] for n in sorted(chosen)])
            parts = sorted([*rest, one], key=lambda part: part.place)
            continue
        break
    worth: Sequence[int | None] = [None] * len(parts) if shares is None else settle(shares)
    if samples > 1:
        worth = [None if share is None else share * samples for share in worth]
    nothing = None if hybrids.symbolic else 0
    effects = [
        (
            changes.index(telling[part.place]),
            _effect(both, hybrids, number, part.what, effect, samples),
        )
        for number, (part, effect) in enumerate(zip(parts, worth, strict=True))
    ]
    effects += [
        (changes.index(idle[part.place]),
         Effect(part.what, _names(both, part.change), nothing, 0, 0, None))
        for part in name_changes(both, idle)
    ]  # fmt: skip
    found = tuple(effect for _, effect in sorted(effects, key=lambda pair: pair[0]))
    return Attribution(found, ordered=bool(limits), grouped=grouped)


def _effect(
    both: Aligned, hybrids: Hybrids, number: int, what: str, effect: int | None, samples: int
) -> Effect:
    """A change with what it adds first, takes back last, and why."""
    bit, everything = 1 << number, (1 << len(hybrids.changes)) - 1
    none, every, alone, undone = map(hybrids.total, (0, everything, bit, everything ^ bit))
    assert none is not None
    assert every is not None
    layers = [table.at(bit) for table in hybrids.layers]
    change = hybrids.changes[number]
    because = None
    if alone is not None:
        parameters = hybrids.of == "parameters"
        because = (
            change_because(both, change, layers)
            if parameters
            else measured_because(both, change, layers, hybrids.of, samples)
        )
    return Effect(
        what,
        _names(both, change),
        effect,
        alone=None if alone is None else (alone - none) * samples,
        undone=None if undone is None else (every - undone) * samples,
        because=because,
    )


def _whole(both: Aligned, changes: Sequence[Change], delta: Dim) -> Attribution:
    """All changes as one."""
    effect = None if isinstance(delta, Expr) else delta
    names = _names(both, join(changes))
    one = Effect(say("diff.architecture"), names, effect, delta, delta, None)
    return Attribution((one,), whole=True)


def _names(both: Aligned, change: Change) -> tuple[str, ...]:
    """The layers that a change touches, by their names after it where they have one."""
    touched = change.layers
    if not (change.removed or change.inserted):
        touched |= {wire[0] for wire in change.wires}
    names = []
    for i, j in both.pairs:
        if i is not None and i in change.removed:
            names.append(both.before.layers[i].name)
        elif j is not None and (j in change.inserted or i in touched):
            layer = both.after.layers[j]
            names += [] if is_joint(layer) else [layer.name]
    return tuple(names)


def _fewer(both: Aligned, parts: list[Part]) -> list[Part]:
    """Fewer changes: those of a stage together where there are several, then neighbours."""
    stages: dict[object, list[Part]] = {}
    for number, part in enumerate(parts):
        stages.setdefault(("alone", number) if part.stage is None else part.stage, []).append(part)
    if 1 < len(stages) < len(parts):
        return [_joined(both, group) for group in stages.values()]
    most = min(MOST_CHANGES, len(parts) - 1)
    bounds = [number * len(parts) // most for number in range(most + 1)]
    return [_joined(both, parts[start:end]) for start, end in pairwise(bounds)]


def _joined(both: Aligned, parts: Sequence[Part]) -> Part:
    """Several changes as one, in words too; what only follows from others is not said."""
    if len(parts) == 1:
        return parts[0]
    owning = [_owns(both, part.change) for part in parts]
    telling = [
        part
        for part, owns in zip(parts, owning, strict=True)
        if owns or part.change.inputs or not any(owning)
    ]
    whats = list(dict.fromkeys(part.what for part in telling))
    what = "; ".join(whats)
    if len(whats) > MOST_NAMED:
        what = say("diff.several", count=len(whats), first=whats[0], last=whats[-1])
    stages = {part.stage for part in parts}
    stage = stages.pop() if len(stages) == 1 else None
    whole = join(part.change for part in parts)
    if len(whats) > 1 and whole == Change(edited=whole.edited) and len(whole.layers) == 1:
        what = describe(both, whole)
    elif len(whats) > 1:
        what = rebuilt(both, whole) or what
    return Part(parts[0].place, what, whole, stage)


def _owns(both: Aligned, change: Change) -> bool:
    """Whether a change is one of layers that own something."""
    layers = [both.before.layers[i] for i in change.removed | change.layers]
    layers += [both.after.layers[j] for j in change.inserted]
    return any(layer.parameters for layer in layers)
