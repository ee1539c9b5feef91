"""Stages that have more or fewer blocks, or other ones altogether, in words."""

from __future__ import annotations

from collections import Counter

from sizeup.analyses.aligned import is_joint
from sizeup.analyses.describe import are_beside, can_be_listed, label, labels, write_shape
from sizeup.analyses.stages import is_weighted
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.analyses.aligned import Aligned, StagePair
    from sizeup.analyses.changes import Change
    from sizeup.analyses.stages import Stage, Unit
    from sizeup.network import Graph, Layer

HALF = 2
"""A unit with less than 1 / HALF of the weights of the largest of its stage is a part of a block."""


class Depth(Record):
    """In which pair of stages further units stand, of what, and in words."""

    stage: int
    what: str
    text: str


def stages_of(both: Aligned, change: Change) -> list[int]:
    """The numbers of the pairs of stages that a change is in."""
    found = set()
    for number, pair in enumerate(both.stages):
        before = _numbers(pair.before)
        after = _numbers(pair.after)
        if change.inserted & after or (change.removed | change.layers) & before:
            found.add(number)
    return sorted(found)


def deeper(both: Aligned, change: Change, *, partly: bool = False) -> Depth | None:
    """What further units a stage has, if that is all that a change is, or all but others' part."""
    stages = stages_of(both, change)
    if len(stages) != 1 or bool(change.removed) == bool(change.inserted):
        return None
    pair = both.stages[stages[0]]
    side = int(bool(change.inserted))
    stage = (pair.before, pair.after)[side]
    numbers = change.inserted or change.removed
    if stage is None or not pair.units or pair.before is None or pair.after is None:
        return None
    units = [unit for unit in stage.units if numbers.issuperset(unit.numbers)]
    if sum(unit.end - unit.first for unit in units) != len(numbers):
        return None
    graph = (both.before, both.after)[side]
    where = _where(both, stages[0])
    if all(unit.block for unit in units):
        size = min(_weights(graph, unit) for unit in units)
        old, new = _blocks(both.before, pair.before, size), _blocks(both.after, pair.after, size)
        if (partly or abs(new - old) == len(units)) and min(old, new) > 0:
            key = "diff.blocks" if where else "diff.only_blocks"
            return Depth(stages[0], "", say(key, where=where, old=old, new=new))
        return None
    kinds = {_main(graph, unit) for unit in units}
    if len(kinds) != 1 or not where:
        return None
    (what,) = kinds
    old, new = (
        sum(_main(g, unit) == what for unit in s.units)
        for g, s in ((both.before, pair.before), (both.after, pair.after))
    )
    if not what or min(old, new) == 0 or not (partly or abs(new - old) == len(units)):
        return None
    return Depth(stages[0], what, say("diff.repeats", where=where, old=old, new=new, what=what))


def swapped(both: Aligned, change: Change) -> str | None:
    """What a stage without a match is replaced by, if that is all that a change is."""
    stages = stages_of(both, change)
    if len(stages) != 1 or not (change.removed and change.inserted):
        return None
    pair = both.stages[stages[0]]
    return None if pair.units else _as_a_whole(both, pair)


def rebuilt(both: Aligned, change: Change) -> str | None:
    """What becomes of the blocks of a stage, if that is all that several changes together are."""
    stages = stages_of(both, change)
    pair = both.stages[stages[0]] if len(stages) == 1 else None
    if pair is None or change.inputs or not (change.removed or change.inserted):
        return None
    blocks = [
        stage is not None and any(unit.block for unit in stage.units)
        for stage in (pair.before, pair.after)
    ]
    return _as_a_whole(both, pair) if all(blocks) else None


def _as_a_whole(both: Aligned, pair: StagePair) -> str | None:
    """`at 28×28: 4 Conv2D 512 replaced by 8 blocks (…)`; None where that tells no difference."""
    if pair.before is None or pair.after is None:
        return None
    old, new = contents(both.before, pair.before), contents(both.after, pair.after)
    sides = pair.after.sides or pair.before.sides
    where = say("diff.at", sides=write_shape((None, *sides))) if sides else ""
    return None if old == new else where + say("diff.instead", old=old, new=new)


def regions(both: Aligned, change: Change) -> str | None:
    """What a change removes and inserts, stage by stage, if that is all that it is.

    None where it is not of whole units, or of so few layers that each can be named.
    """
    few = all(
        can_be_listed([graph.layers[number] for number in numbers])
        for graph, numbers in ((both.before, change.removed), (both.after, change.inserted))
    )
    if few or change.edited or change.inputs:
        return None
    befores = [pair.before for pair in both.stages]
    afters = [pair.after for pair in both.stages]
    gone = _told(both.before, befores, change.removed)
    come = _told(both.after, afters, change.inserted)
    if gone and are_beside([both.after.layers[j] for j in change.inserted]):
        come = []
    if (
        gone is None
        or come is None
        or not (len(gone) > 1 or len(come) > 1 or _has_blocks(both, change))
    ):
        return None
    where = ""
    if len(gone) == len(come) == 1 and gone[0][1] == come[0][1]:
        sides = come[0][1]
        where = say("diff.at", sides=sides) if sides else ""
        gone, come = [(gone[0][0], "")], [(come[0][0], "")]
    old, new = (
        ", ".join(say("diff.what_at", what=what, sides=at) if at else what for what, at in told)
        for told in (gone, come)
    )
    if gone and come:
        return where + say("diff.instead", old=old, new=new)
    return say("diff.removed", what=old) if gone else say("diff.inserted", what=new)


def _has_blocks(both: Aligned, change: Change) -> bool:
    sides = (pair.before for pair in both.stages), (pair.after for pair in both.stages)
    return any(
        unit.block and numbers.issuperset(unit.numbers)
        for stages, numbers in zip(sides, (change.removed, change.inserted), strict=True)
        for stage in filter(None, stages)
        for unit in stage.units
    )


def _told(
    graph: Graph, stages: Sequence[Stage | None], numbers: frozenset[int]
) -> list[tuple[str, str]] | None:
    """Those of the layers of these numbers by stages, with the sides of these.

    None where they are not whole units.
    """
    texts: list[tuple[str, str]] = []
    rest = set(numbers)
    weighted = any(is_weighted(graph.layers[number]) for number in numbers)
    for stage in filter(None, stages):
        units = tuple(
            unit
            for unit in stage.units
            if all(n in numbers or is_joint(graph.layers[n]) for n in unit.numbers)
        )
        own = {number for unit in units for number in unit.numbers} & numbers
        if not own:
            continue
        rest -= own
        if weighted and not any(is_weighted(graph.layers[number]) for number in own):
            continue
        text = contents(graph, stage.changed(units=units))
        sides = write_shape((None, *stage.sides)) if stage.sides else ""
        texts.append((text, sides))
    return None if rest else texts


def contents(graph: Graph, stage: Stage) -> str:
    """`8 blocks (Conv2D 128, Conv2D 128, Conv2D 512)`, or the layers with weights."""
    blocks = [unit for unit in stage.units if unit.block]
    layers = [graph.layers[n] for unit in stage.units for n in unit.numbers]
    layers = [layer for layer in layers if not is_joint(layer)]
    if not blocks:
        main = [layer for layer in layers if is_weighted(layer)] or layers
        texts = Counter(map(label, main))
        if len(texts) == 1 and len(main) > 1:
            return say("diff.so_many", count=len(main), what=label(main[0]))
        return labels(main)
    sizes = Counter(_weights(graph, unit) for unit in blocks)
    usual = max(sizes, key=lambda size: (sizes[size], size))
    example = next(unit for unit in reversed(blocks) if _weights(graph, unit) == usual)
    within = [graph.layers[n] for n in example.numbers if is_weighted(graph.layers[n])]
    beside = [unit for unit in stage.units if _is_apart(graph, unit, within)]
    rest = tuple(unit for unit in stage.units if unit not in beside)
    count = _blocks(graph, stage.changed(units=rest), usual)
    key = "diff.one_block" if count == 1 else "diff.several_blocks"
    others = Counter(_main(graph, unit) for unit in beside)
    told = [
        say("diff.so_many", count=n, what=what) if n > 1 else what for what, n in others.items()
    ]
    return ", ".join((*told, say(key, count=count, what=labels(within))))


def _is_apart(graph: Graph, unit: Unit, within: Sequence[Layer]) -> bool:
    """Whether a unit is one layer with weights, of a kind that the blocks beside it do not have."""
    main = [graph.layers[n] for n in unit.numbers if is_weighted(graph.layers[n])]
    kinds = {layer.kind for layer in within}
    return not unit.block and len(main) == 1 and main[0].kind not in kinds


def _numbers(stage: Stage | None) -> frozenset[int]:
    return frozenset(() if stage is None else range(stage.first, stage.units[-1].end))


def _weights(graph: Graph, unit: Unit) -> int:
    return sum(is_weighted(graph.layers[number]) for number in unit.numbers)


def _blocks(graph: Graph, stage: Stage, size: int) -> int:
    """How many blocks a stage has; layers outside of them are blocks without a skip."""
    weights = [_weights(graph, unit) if unit.block else 0 for unit in stage.units]
    whole = [weight for weight in weights if weight and HALF * weight >= max(*weights, size)]
    outside = sum(_weights(graph, unit) for unit in stage.units) - sum(whole)
    return len(whole) + outside // max(size, 1)


def _main(graph: Graph, unit: Unit) -> str:
    """The layer with weights that a unit is, in two words."""
    main = [graph.layers[n] for n in unit.numbers if is_weighted(graph.layers[n])]
    return label(main[0]) if len(main) == 1 else ""


def _where(both: Aligned, number: int) -> str:
    """`stage 3 (14×14) `: its place among those that hold the blocks; empty for the only one."""
    places = [_ordinal(both.stages, number, side) for side in (0, 1)]
    pair = both.stages[number]
    if None in places or pair.before is None or pair.after is None:
        return ""
    counts = [len(_counted(both.stages, side)) for side in (0, 1)]
    if max(counts) == 1:
        return ""
    sides = pair.after.sides
    if not sides:
        return say("diff.stage_alone", number=places[1])
    same = sides == pair.before.sides or not pair.before.sides
    texts = dict.fromkeys(write_shape((None, *s)) for s in (pair.before.sides, sides) if s)
    return say("diff.stage", number=places[1], sides=texts.popitem()[0] if same else
               " → ".join(texts))  # fmt: skip


def _ordinal(stages: Sequence[StagePair], number: int, side: int) -> int | None:
    counted = _counted(stages, side)
    return counted.index(number) + 1 if number in counted else None


def _counted(stages: Sequence[StagePair], side: int) -> list[int]:
    """The stages that have a number: those with blocks, or with maps where there are no blocks."""
    found = [(n, (pair.before, pair.after)[side]) for n, pair in enumerate(stages)]
    there = [(n, stage) for n, stage in found if stage is not None]
    blocks = [n for n, stage in there if any(unit.block for unit in stage.units)]
    return blocks or [n for n, stage in there if stage.sides and len(stage.units) > 1]
