"""What turns one flat graph into another, as changes that can be made one by one.

A change removes layers, inserts layers, edits the settings of layers, gives an input another
shape, and switches the wires that this takes.
"""

from __future__ import annotations

from dataclasses import dataclass

from sizeup.analyses.align import align, differences
from sizeup.rules.registry import HOMES, idle_setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sizeup.network import Graph, Layer, Ref

    Wire = tuple[int, ...]
    _Inputs = Sequence[Sequence[Ref]]

BEFORE, AFTER = "before", "after"
OUTPUTS = -1
"""The consumer that the outputs of a graph are, among the numbers of layers."""

SHAPELESS = {"Activation", "Identity", "Masking", "Rescaling"} | {
    kind
    for kind, home in HOMES.items()
    if home in {"activations", "regularization", "augmentation"}
} - {"PReLU"}
"""Kinds that own nothing and pass on the shape that they get."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: layers, by their numbers, inputs and wires.

    `removed` and `edited` are layers of the graph before, `inserted` of that after. A wire is
    (layer before, call, input), or (layer before,) for all that it takes; `OUTPUTS` stands for
    the outputs of the graph.
    """

    removed: frozenset[int] = frozenset()
    inserted: frozenset[int] = frozenset()
    edited: frozenset[int] = frozenset()
    inputs: frozenset[int] = frozenset()
    wires: frozenset[Wire] = frozenset()

    def parts(self) -> Iterator[tuple[object, ...]]:
        """What the change consists of, as keys."""
        for name in ("removed", "inserted", "edited"):
            yield from ((name, number) for number in getattr(self, name))
        yield from (("input", number) for number in self.inputs)
        yield from (("wire", *wire) for wire in self.wires)


def join(changes: Iterable[Change]) -> Change:
    """Several changes as one."""
    parts = list(changes)
    return Change(
        removed=frozenset().union(*(part.removed for part in parts)),
        inserted=frozenset().union(*(part.inserted for part in parts)),
        edited=frozenset().union(*(part.edited for part in parts)),
        inputs=frozenset().union(*(part.inputs for part in parts)),
        wires=frozenset().union(*(part.wires for part in parts)),
    )


class Aligned:
    """Two flat graphs and which layer of one is which of the other, in the order of both.

    `partner` is the layer after of a layer before, where it has one.
    """

    def __init__(self, before: Graph, after: Graph) -> None:
        self.before = before
        self.after = after
        self.pairs = align(before.layers, after.layers)
        self.partner = {i: j for i, j in self.pairs if i is not None and j is not None}


def find_changes(both: Aligned) -> list[Change]:
    """All changes, each as small as can be made by itself, in the order of the layers."""
    before, after = both.before, both.after
    lone = [Change(removed=part) for part in _runs(before, (i for i, j in both.pairs if j is None))]
    lone += [
        Change(inserted=part) for part in _runs(after, (j for i, j in both.pairs if i is None))
    ]
    lone += [Change(edited=part) for part in _edited(both)]
    shapes = enumerate(zip(before.input_shapes, after.input_shapes, strict=False))
    lone += [Change(inputs=frozenset((k,))) for k, (old, new) in shapes if old != new]
    owner = {(BEFORE, i): number for number, change in enumerate(lone) for i in change.removed}
    owner |= {(AFTER, j): number for number, change in enumerate(lone) for j in change.inserted}
    links = []
    for wire, ends in _switched(both):
        links += [(len(lone), owner[end]) for end in ends if end in owner]
        lone.append(Change(wires=frozenset((wire,))))
    groups = connected(len(lone), links)
    changes = [join(lone[number] for number in group) for group in groups]
    return sorted(changes, key=lambda change: _position(both, change))


def is_sizeless(both: Aligned, change: Change) -> bool:
    """Whether neither parameters nor shapes can hang on a change, whatever else is changed."""
    if change.inputs or not (change.removed or change.inserted or change.edited):
        return False
    moved = [both.before.layers[i] for i in change.removed]
    moved += [both.after.layers[j] for j in change.inserted]
    return all(layer.kind in SHAPELESS for layer in moved) and all(
        idle_setting(name.rpartition(".")[2])
        for i in change.edited
        for name in differences(both.before.layers[i], both.after.layers[both.partner[i]])
    )


def _inputs(layer: Layer) -> _Inputs:
    return [call.inputs for call in layer.calls]


def _switched(both: Aligned) -> Iterator[tuple[Wire, list[tuple[str, int]]]]:
    """The wires whose ends differ, with the layers at both ends."""
    before, after, partner = both.before, both.after, both.partner

    def same(old: Ref, new: Ref) -> bool:
        layer = -1 if old.layer == -1 else partner.get(old.layer)
        return (layer, old.call, old.output) == (new.layer, new.call, new.output)

    consumers = [
        (i, _inputs(before.layers[i]), _inputs(after.layers[j])) for i, j in partner.items()
    ]
    consumers.append((OUTPUTS, [before.outputs], [after.outputs]))
    for consumer, old_calls, new_calls in consumers:
        if [len(refs) for refs in old_calls] != [len(refs) for refs in new_calls]:
            ends = [(BEFORE, ref.layer) for refs in old_calls for ref in refs]
            yield (consumer,), ends + [(AFTER, ref.layer) for refs in new_calls for ref in refs]
            continue
        for call, (old_refs, new_refs) in enumerate(zip(old_calls, new_calls, strict=True)):
            for number, (old, new) in enumerate(zip(old_refs, new_refs, strict=True)):
                if not same(old, new):
                    yield (consumer, call, number), [(BEFORE, old.layer), (AFTER, new.layer)]


def _edited(both: Aligned) -> list[frozenset[int]]:
    """The layers whose settings differ; one that is in several places is edited in all of them."""
    groups: dict[object, set[int]] = {}
    for i, j in both.partner.items():
        old = both.before.layers[i]
        if differences(old, both.after.layers[j]):
            key = ("at", i) if old.identity is None else old.identity
            groups.setdefault(key, set()).add(i)
    return [frozenset(group) for group in groups.values()]


def _runs(graph: Graph, numbers: Iterable[int | None]) -> list[frozenset[int]]:
    """Layers that hang together, among those of these numbers."""
    chosen = [number for number in numbers if number is not None]
    places = {number: place for place, number in enumerate(chosen)}
    links = [
        (places[number], places[ref.layer])
        for number in chosen
        for call in graph.layers[number].calls
        for ref in call.inputs
        if ref.layer in places
    ]
    return [frozenset(chosen[p] for p in part) for part in connected(len(chosen), links)]


def connected(count: int, links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The connected components of a graph on the first `count` integers."""
    parts = [[number] for number in range(count)]
    for one, other in links:
        if parts[one] is not parts[other]:
            parts[one] += parts[other]
            for number in parts[other]:
                parts[number] = parts[one]
    return [sorted(part) for number, part in enumerate(parts) if min(part) == number]


def _position(both: Aligned, change: Change) -> int:
    """Where a change begins in the order of the layers; the inputs are before them."""
    if change.inputs:
        return -1
    touched = change.removed | change.edited | {wire[0] for wire in change.wires}
    return min(
        (place for place, (i, j) in enumerate(both.pairs) if i in touched or j in change.inserted),
        default=len(both.pairs),
    )
