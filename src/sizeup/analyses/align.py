"""Which layer of one network is which of another.

First the stages are aligned, then the units inside them, then the layers inside these, each time
so that the whole is worth most (S. B. Needleman and C. D. Wunsch, 1970), with the earliest
matches where several are worth as much. So a run of new units stands behind the old ones of its
stage. Where stages have little in common, none of their layers are matched: they are replaced.
"""

from __future__ import annotations

from itertools import groupby

from sizeup.analyses.likeness import SAME, Likenesses
from sizeup.analyses.stages import find_stages, is_weighted
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sizeup.analyses.stages import Stage, Unit
    from sizeup.network import Graph, Layer

    Pair = tuple[int | None, int | None]
    Pairs = list[Pair]
    Stages = tuple[Stage | None, Stage | None]

NAMED = 1
"""What it is worth that both layers have the same name."""
HEAD = 4
"""What it is worth that both layers are the last with weights."""
BLOCK_KEPT = 60
"""So many hundredths of its layers with weights has a block to keep for being the same block."""
WHOLE_KEPT = 85
"""Where only one of two stages has blocks, so many of the weights of the smaller are enough."""
NAMED_KEPT = 90
"""So much is kept of an edited layer that has kept the name that it was given."""
STAGE_KEPT = 50
"""So many of those of the stage that has fewer has a stage to keep."""


class Alignment(Record):
    """Pairs of the numbers of matching layers in order, None for an absent side, by stages.

    `stages` are the pairs of stages, with the pairs of layers of each; `units` those of the
    units that match. `sized` says, for each side, what the sizes of its layers hang on.
    """

    stages: list[tuple[Stages, Pairs]]
    units: list[tuple[Unit, Unit, Pairs]]
    sized: tuple[list[str], list[str]]


class _Match(Record):
    """What aligning two runs gives: its worth, hundredths kept, and the pairs."""

    worth: int
    kept: int
    pairs: Pairs


def align(before: Graph, after: Graph, stage_kept: int = STAGE_KEPT) -> Alignment:
    """Both networks merged; stages match that keep so many hundredths of the smaller one."""
    return _Aligner(before, after, stage_kept).aligned()


class _Aligner:
    def __init__(self, before: Graph, after: Graph, stage_kept: int) -> None:
        self.stage_kept = stage_kept
        self.likeness = Likenesses(before.layers, after.layers)
        self.names = _names(before.layers), _names(after.layers)
        self.stages = find_stages(before), find_stages(after)
        self._heads = _last_weighted(before.layers), _last_weighted(after.layers)
        self._classes = self._unit_classes()
        self._worths: dict[tuple[int, int], int] = {}
        self._stages: dict[tuple[int, int], _Match] = {}
        self._found: list[tuple[Unit, Unit, Pairs]] = []

    def _unit_classes(self) -> tuple[dict[int, int], dict[int, int]]:
        """The units of both by their first layers, numbered by the classes of their layers."""
        numbers: dict[tuple[int, ...], int] = {}
        before, after = (
            {
                unit.first: numbers.setdefault(tuple(classes[unit.first : unit.end]), len(numbers))
                for stage in stages
                for unit in stage.units
            }
            for classes, stages in zip(
                (self.likeness.before, self.likeness.after), self.stages, strict=True
            )
        )
        return before, after

    def aligned(self) -> Alignment:
        old, new = self.stages
        stages: list[tuple[Stages, Pairs]] = []
        for s, t in sequence(len(old), len(new), lambda s, t: self._stage_worth(old[s], new[t])):
            one, other = (None if s is None else old[s]), (None if t is None else new[t])
            if one is not None and other is not None:
                pairs = self._stage(one, other, self._found).pairs
            else:
                pairs = [*_gone(one.units if one else ()), *_come(other.units if other else ())]
            stages.append(((one, other), pairs))
        stages = self._seamless(stages)
        sized = (
            self.likeness.sized(self.likeness.before),
            self.likeness.sized(self.likeness.after),
        )
        return Alignment(stages, self._found, sized)

    def _seamless(self, stages: list[tuple[Stages, Pairs]]) -> list[tuple[Stages, Pairs]]:
        """What is left over of a stage may be in one that follows it and has no other."""
        found: list[tuple[Stages, Pairs]] = []
        for number, (stage, pairs) in enumerate(stages):
            if None in stage:
                in_region = any(None not in other for other, _ in found)
                found.append((stage, [] if in_region else pairs))
                continue
            region = list(pairs)
            for other, more in stages[number + 1 :]:
                if None not in other:
                    break
                region += more
            matched = any(None not in pair for pair in pairs)
            same = len(region) == len(pairs) or not matched
            found.append((stage, region if same else list(self._closed(region))))
        return found

    def _closed(self, pairs: Pairs) -> Iterator[Pair]:
        """The pairs, with those matched that lie between the same two matches."""
        for lone, group in groupby(pairs, key=lambda pair: None in pair):
            if not lone:
                yield from group
                continue
            run = list(group)
            old = [i for i, _ in run if i is not None]
            new = [j for _, j in run if j is not None]

            def worth(s: int, t: int, old: list[int] = old, new: list[int] = new) -> int:
                likeness = self.likeness
                return likeness.of(likeness.before[old[s]], likeness.after[new[t]]).worth

            for s, t in sequence(len(old), len(new), worth):
                yield None if s is None else old[s], None if t is None else new[t]

    def _stage_worth(self, one: Stage, other: Stage) -> int:
        """What it is worth to match two stages; a little where nothing but the resolution is."""
        worth = 4 * self._stage(one, other).worth
        if one.sides == other.sides:
            worth += SAME
        return worth + (SAME if one.shrunk == other.shrunk else 0)

    def _stage(
        self, one: Stage, other: Stage, found: list[tuple[Unit, Unit, Pairs]] | None = None
    ) -> _Match:
        """The units of two stages aligned, or their layers where their blocks are no match."""
        key = one.first, other.first
        if key in self._stages and found is None:
            return self._stages[key]
        weights = [self._weights(side, each.units) for side, each in ((0, one), (1, other))]
        counts = [sum(unit.block for unit in each.units) for each in (one, other)]
        blocks = [count > 0 for count in counts]
        match, matched = self._by_units(one, other) if any(blocks) else (None, [])
        single = counts == [1, 1] or len(one.units) == len(other.units) == 1
        if match is None or single or blocks[0] != blocks[1]:
            whole = self._layers(_spanning(one), _spanning(other), named=True)
            enough = (BLOCK_KEPT if single else WHOLE_KEPT) * min(weights)
            if blocks[0] == blocks[1] or single:
                enough = min(BLOCK_KEPT * max(weights), enough)
            if match is None or (whole.kept > match.kept and whole.kept >= enough):
                match, matched = whole, _matching(one, other, whole.pairs)
        kept, worth, pairs = match.kept, match.worth, match.pairs
        if min(weights) > 1 and kept < 100 * min(weights):
            worth = worth * kept // (100 * min(weights))
        least = STAGE_KEPT if one.shrunk is None else self.stage_kept
        if max(weights) > 1 and kept < least * min(weights):
            worth, matched = 0, []
            pairs = [*_gone(one.units), *_come(other.units)]
        if found is not None:
            found += matched
        self._stages[key] = _Match(worth, kept, pairs)
        return self._stages[key]

    def _by_units(self, one: Stage, other: Stage) -> tuple[_Match, list[tuple[Unit, Unit, Pairs]]]:
        """The units of two stages aligned, and their layers inside of them."""
        kept, worth = 0, 0
        pairs: Pairs = []
        matched: list[tuple[Unit, Unit, Pairs]] = []
        old, new = one.units, other.units
        for s, t in sequence(len(old), len(new), lambda s, t: self._unit(old[s], new[t])):
            if s is None or t is None:
                pairs += _gone(() if s is None else [old[s]])
                pairs += _come(() if t is None else [new[t]])
                continue
            match = self._layers(old[s], new[t], named=True)
            kept, worth = kept + match.kept, worth + match.worth
            pairs += match.pairs
            matched.append((old[s], new[t], match.pairs))
        return _Match(worth, kept, pairs), matched

    def _unit(self, one: Unit, other: Unit) -> int:
        """What it is worth to match two units."""
        key = self._classes[0][one.first], self._classes[1][other.first]
        worth = self._worths.get(key)
        if worth is None:
            match = self._layers(one, other)
            worth = match.worth
            if one.block or other.block:
                most = max(self._weights(0, [one]), self._weights(1, [other]))
                worth = worth if match.kept >= BLOCK_KEPT * most else 0
            self._worths[key] = worth
        named = self.names[0][one.first] == self.names[1][other.first]
        return worth + NAMED if worth and named else worth

    def _layers(self, one: Unit, other: Unit, *, named: bool = False) -> _Match:
        """The layers of two units aligned; where they are `named`, names decide between equals."""
        old = self.likeness.before[one.first : one.end]
        new = self.likeness.after[other.first : other.end]
        names, others = self.names[0][one.first : one.end], self.names[1][other.first : other.end]
        of = self.likeness.of

        def worth(i: int, j: int) -> int:
            found = of(old[i], new[j]).worth
            if found and (i + one.first, j + other.first) == self._heads:
                found += HEAD
            return found + NAMED if named and found and names[i] == others[j] else found

        pairs = sequence(len(old), len(new), worth)
        both = [(i, j) for i, j in pairs if i is not None and j is not None]
        kept = sum(
            max(of(old[i], new[j]).kept, NAMED_KEPT if _named_alike(names[i], others[j]) else 0)
            for i, j in both
            if self.likeness.weighted(old[i]) or self.likeness.weighted(new[j])
        )
        shifted = [
            (None if i is None else i + one.first, None if j is None else j + other.first)
            for i, j in pairs
        ]
        return _Match(sum(worth(i, j) for i, j in both), kept, shifted)

    def _weights(self, side: int, units: Iterable[Unit]) -> int:
        classes = (self.likeness.before, self.likeness.after)[side]
        return sum(self.likeness.weighted(classes[n]) for unit in units for n in unit.numbers)


def sequence(old: int, new: int, worth: Callable[[int, int], int]) -> Pairs:
    """Two sequences of so many items merged; items match where that is worth anything."""
    worths = [[worth(i, j) for j in range(new)] for i in range(old)]
    best = [[0] * (new + 1) for _ in range(old + 1)]
    for i in reversed(range(old)):
        row, below, values = best[i], best[i + 1], worths[i]
        right = 0
        for j in reversed(range(new)):
            most = max(right, below[j])
            if values[j] and below[j + 1] + values[j] > most:
                most = below[j + 1] + values[j]
            row[j] = right = most
    pairs: Pairs = []
    i = j = 0
    while i < old or j < new:
        both = i < old and j < new
        if both and worths[i][j] and best[i][j] == best[i + 1][j + 1] + worths[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif j == new or (both and best[i][j] == best[i + 1][j]):
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    return pairs


def _names(layers: Sequence[Layer]) -> list[str]:
    return [layer.name for layer in layers]


def _last_weighted(layers: Sequence[Layer]) -> int | None:
    return max((n for n, layer in enumerate(layers) if is_weighted(layer)), default=None)


def _named_alike(name: str, other: str) -> bool:
    """Whether both have one name that a person gave, and not a number."""
    return name == other and not name.rpartition("_")[2].isdigit()


def _matching(one: Stage, other: Stage, pairs: Pairs) -> list[tuple[Unit, Unit, Pairs]]:
    """The units of which all layers match, in order."""
    partner = {i: j for i, j in pairs if i is not None}
    whole: dict[tuple[int | None, ...], Unit] = {tuple(u.numbers): u for u in other.units}
    return [
        (unit, whole[found], [(i, partner[i]) for i in unit.numbers])
        for unit in one.units
        if (found := tuple(partner.get(number) for number in unit.numbers)) in whole
    ]  # fmt: skip


def _spanning(stage: Stage) -> Unit:
    return stage.units[0].changed(end=stage.units[-1].end, block=True)


def _gone(units: Iterable[Unit]) -> Iterator[Pair]:
    return ((number, None) for unit in units for number in unit.numbers)


def _come(units: Iterable[Unit]) -> Iterator[Pair]:
    return ((None, number) for unit in units for number in unit.numbers)
