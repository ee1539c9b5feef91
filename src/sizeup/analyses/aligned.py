"""Two flat graphs side by side, with joints where a stage can be replaced by itself.

A joint is a layer that passes on what enters it. It stands in both graphs where a pair of stages
begins and layers without a partner are next to it: what is behind it then does not mind whether
what is before it is replaced.
"""

from __future__ import annotations

from bisect import bisect_right

from sizeup.analyses.align import STAGE_KEPT, align
from sizeup.network import Call, Layer, Ref
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sizeup.analyses.align import Pairs
    from sizeup.analyses.stages import Stage, Unit
    from sizeup.network import Graph, Shape


SYMMETRIC = {"Add", "Average", "Maximum", "Minimum", "Multiply"}
"""Kinds whose inputs may come in any order."""
ABSENT = -9
"""The number of a layer that is in no graph."""


class StagePair(Record):
    """A stage of either network or of both, and the pairs of units that match in it."""

    before: Stage | None
    after: Stage | None
    units: tuple[tuple[Unit, Unit], ...]


class Aligned:
    """Two flat graphs and which layer of one is which of the other, in the order of both.

    `partner` is the layer after of a layer before, where it has one. `twins` are layers of a
    side without a partner that are as one that has: a further block of its stage. They are
    keyed by (0 or 1 for the side, number), and their values are the numbers of that pair.
    """

    def __init__(self, before: Graph, after: Graph, stage_kept: int = STAGE_KEPT) -> None:
        found = align(before, after, stage_kept)
        places = _joints(found.stages, before, after)
        one, other = ([pair[side] for pair in places] for side in (0, 1))
        self.before, self.after = _jointed(before, one), _jointed(after, other)
        self.pairs: Pairs = []
        for _, pairs in found.stages:
            for i, j in pairs:
                if (i, j) != (None, None):
                    self.pairs.append((_moved(i, one), _moved(j, other)))
        for number, (p, q) in enumerate(places):
            joint = (p + number, q + number)
            place = next(
                (n for n, (i, j) in enumerate(self.pairs)
                 if (i is not None and i >= joint[0]) or (j is not None and j >= joint[1])),
                len(self.pairs),
            )  # fmt: skip
            self.pairs.insert(place, joint)
        self.partner = {i: j for i, j in self.pairs if i is not None and j is not None}
        self.after = _ordered(self.before, self.after, self.partner)
        self.stages = [
            StagePair(
                _moved_stage(old, one),
                _moved_stage(new, other),
                tuple(
                    (_moved_unit(u, one), _moved_unit(v, other))
                    for u, v, _ in found.units
                    if old and new and old.holds(u) and new.holds(v)
                ),
            )
            for (old, new), _ in found.stages
        ]
        classes = (
            {_moved_known(n, one): key for n, key in enumerate(found.sized[0])},
            {_moved_known(n, other): key for n, key in enumerate(found.sized[1])},
        )
        self.twins = dict(self._twins(classes))

    def _twins(
        self, classes: tuple[dict[int, str], dict[int, str]]
    ) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        backwards = {j: i for i, j in self.partner.items()}
        for pair in self.stages:
            for side, stage in enumerate((pair.before, pair.after)):
                known = {
                    tuple(classes[side][n] for n in units[side].numbers): units[side]
                    for units in pair.units
                }
                taken = {units[side].first for units in pair.units}
                for unit in stage.units if stage else ():
                    key = tuple(classes[side][n] for n in unit.numbers)
                    if unit.first in taken or key not in known:
                        continue
                    for number, twin in zip(unit.numbers, known[key].numbers, strict=True):
                        if side == 0 and twin in self.partner:
                            yield (0, number), (twin, self.partner[twin])
                        elif side == 1 and twin in backwards:
                            yield (1, number), (backwards[twin], twin)


def _ordered(before: Graph, after: Graph, partner: dict[int, int]) -> Graph:
    """The graph after with the inputs of sums and the like in the order that they have before."""
    layers = list(after.layers)
    for i, j in partner.items():
        one, other = before.layers[i], layers[j]
        if one.kind == other.kind and other.kind in SYMMETRIC:
            calls = zip(one.calls, other.calls, strict=False)
            ordered = tuple(_as_before(*pair, partner) for pair in calls)
            layers[j] = other.changed(calls=(*ordered, *other.calls[len(ordered) :]))
    return after.changed(layers=tuple(layers))


def _as_before(old: Call, new: Call, partner: dict[int, int]) -> Call:
    """A call whose inputs may come in any order, with those in place that the other has."""
    wanted = [ref.changed(layer=partner.get(ref.layer, ABSENT)) if ref.layer >= 0 else ref
              for ref in old.inputs]  # fmt: skip
    left = list(range(len(new.inputs)))
    if new.beside or len(wanted) != len(left) or len(new.input_shapes) != len(left):
        return new
    order: list[int | None] = []
    for ref in wanted:
        found = next((place for place in left if new.inputs[place] == ref), None)
        order.append(found)
        if found is not None:
            left.remove(found)
    places = [left.pop(0) if place is None else place for place in order]
    return new.changed(
        inputs=tuple(new.inputs[place] for place in places),
        input_shapes=tuple(new.input_shapes[place] for place in places),
    )


def is_joint(layer: Layer) -> bool:
    """Whether a layer is no layer of the network."""
    return "joint" in layer.config


def _joints(
    stages: Sequence[tuple[tuple[Stage | None, Stage | None], Pairs]], before: Graph, after: Graph
) -> list[tuple[int, int]]:
    """Before which layers joints stand: both numbers of each."""
    places = []
    single = True
    for (old, new), pairs in stages:
        if old is not None and new is not None:
            here = (old.first, new.first)
            lone = single or None in (pairs or [(None, None)])[0]
            if lone and here != (0, 0) and _crossing(before, here[0]) and _crossing(after, here[1]):
                places.append(here)
            single = bool(pairs) and None in pairs[-1]
        else:
            single = True
    return places


def _crossing(graph: Graph, place: int) -> Ref | None:
    """The one tensor that is taken from before a layer by it or what is behind it."""
    refs = {
        ref
        for layer in graph.layers[place:]
        for call in layer.calls
        for ref in call.inputs
        if ref.layer < place
    }
    refs |= {ref for ref in graph.outputs if ref.layer < place}
    return refs.pop() if len(refs) == 1 else None


def _jointed(graph: Graph, places: list[int]) -> Graph:
    """The graph with a joint before each of these layers; inputs of the graph have layer −1."""
    if not places:
        return graph

    def resolve(ref: Ref, end: int) -> Ref:
        last = bisect_right(places, end) - 1
        if last >= 0 and ref.layer < places[last]:
            return Ref(places[last] + last)
        return ref if ref.layer < 0 else ref.changed(layer=_moved_known(ref.layer, places))

    def wired(layer: Layer, number: int) -> Layer:
        calls = tuple(
            call.changed(inputs=tuple(resolve(ref, number) for ref in call.inputs))
            for call in layer.calls
        )
        return layer.changed(calls=calls)

    layers = [wired(layer, number) for number, layer in enumerate(graph.layers)]
    for number, place in reversed(list(enumerate(places))):
        ref = _crossing(graph, place)
        assert ref is not None
        shape = _shape(graph, ref)
        call = Call((resolve(ref, place - 1),), (shape,), (shape,), 0)
        layers.insert(place, Layer(f"|{number}", "Identity", {"joint": True}, calls=(call,)))
    outputs = tuple(resolve(ref, len(graph.layers)) for ref in graph.outputs)
    return graph.changed(layers=tuple(layers), outputs=outputs)


def _shape(graph: Graph, ref: Ref) -> Shape | None:
    if ref.layer < 0:
        return graph.input_shapes[ref.output] if ref.output < len(graph.input_shapes) else None
    return graph.layers[ref.layer].calls[ref.call].output_shapes[ref.output]


def _moved_known(number: int, places: list[int]) -> int:
    return number + bisect_right(places, number)


def _moved(number: int | None, places: list[int]) -> int | None:
    return None if number is None else _moved_known(number, places)


def _moved_unit(unit: Unit, places: list[int]) -> Unit:
    first, last = _moved_known(unit.first, places), _moved_known(unit.end - 1, places)
    return unit.changed(first=first, end=last + 1)


def _moved_stage(stage: Stage | None, places: list[int]) -> Stage | None:
    if stage is None:
        return None
    return stage.changed(units=tuple(_moved_unit(unit, places) for unit in stage.units))
