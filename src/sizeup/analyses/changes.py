"""What turns one flat graph into another, as changes that can be made one by one.

A change removes layers, inserts layers, edits the settings of layers, gives an input another
shape, and switches the wires that this takes.
"""

from __future__ import annotations

from dataclasses import dataclass

from sizeup.analyses.likeness import differences
from sizeup.analyses.moves import find_moves
from sizeup.analyses.stages import SHAPELESS
from sizeup.network import held_layers
from sizeup.rules.registry import find_rule, idle_setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sizeup.analyses.aligned import Aligned
    from sizeup.network import Graph, Layer, Ref

    Wire = tuple[int, ...]
    Edit = tuple[int, str]
    _Inputs = Sequence[Sequence[Ref]]

BEFORE, AFTER = "before", "after"
WHOLE = ""
OUTPUTS = -1
"""The consumer that the outputs of a graph are, among the numbers of layers."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: layers, by their numbers, inputs and wires.

    `removed` are layers of the graph before, `inserted` of that after. An edit is (layer before,
    setting), with `WHOLE` for a layer that is another one as a whole. A wire is
    (layer before, call, input), or (layer before,) for all that it takes; `OUTPUTS` stands for
    the outputs of the graph.
    """

    removed: frozenset[int] = frozenset()
    inserted: frozenset[int] = frozenset()
    edited: frozenset[Edit] = frozenset()
    inputs: frozenset[int] = frozenset()
    wires: frozenset[Wire] = frozenset()

    @property
    def layers(self) -> frozenset[int]:
        """The layers before that are edited."""
        return frozenset(number for number, _ in self.edited)

    def parts(self) -> Iterator[tuple[object, ...]]:
        """What the change consists of, as keys."""
        yield from (("removed", number) for number in self.removed)
        yield from (("inserted", number) for number in self.inserted)
        yield from (("edited", *edit) for edit in self.edited)
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


def find_changes(both: Aligned) -> list[Change]:
    """All changes, each as small as can be made by itself, in the order of the layers."""
    before, after = both.before, both.after
    removed, inserted = _lone_runs(both)
    lone = [Change(removed=part) for part in removed]
    lone += [Change(inserted=part) for part in inserted]
    moves = find_moves(before, after, removed, inserted)
    links = [(old, len(removed) + new) for old, new in moves]
    lone += [Change(edited=part) for part in _edited(both)]
    shapes = enumerate(zip(before.input_shapes, after.input_shapes, strict=False))
    lone += [Change(inputs=frozenset((k,))) for k, (old, new) in shapes if old != new]
    owner = {(BEFORE, i): number for number, change in enumerate(lone) for i in change.removed}
    owner |= {(AFTER, j): number for number, change in enumerate(lone) for j in change.inserted}
    for wire, ends in _switched(both):
        links += [(len(lone), owner[end]) for end in ends if end in owner]
        lone.append(Change(wires=frozenset((wire,))))
    groups = connected(len(lone), links)
    changes = [join(lone[number] for number in group) for group in groups]
    return sorted(changes, key=lambda change: _position(both, change))


def moved_layers(both: Aligned) -> dict[int, int]:
    """The layers before that are at another place after, and what they are there."""
    removed, inserted = _lone_runs(both)
    return {
        i: j
        for old, new in find_moves(both.before, both.after, removed, inserted)
        for i, j in zip(sorted(removed[old]), sorted(inserted[new]), strict=True)
    }


def _lone_runs(both: Aligned) -> tuple[list[frozenset[int]], list[frozenset[int]]]:
    """The runs of layers that only one of the graphs has."""
    removed = _runs(both.before, (i for i, j in both.pairs if j is None))
    return removed, _runs(both.after, (j for i, j in both.pairs if i is None))


def is_sizeless(both: Aligned, change: Change) -> bool:
    """Whether neither parameters nor shapes can hang on a change, whatever else is changed."""
    if change.inputs or not (change.removed or change.inserted or change.edited):
        return False
    moved = [both.before.layers[i] for i in change.removed]
    moved += [both.after.layers[j] for j in change.inserted]
    return all(layer.kind in SHAPELESS for layer in moved) and all(
        _is_idle(both.before.layers[i], both.after.layers[both.partner[i]], setting)
        for i, setting in change.edited
    )


def _is_idle(before: Layer, after: Layer, setting: str) -> bool:
    if before.kind != after.kind:
        return {before.kind, after.kind} <= SHAPELESS
    names = [setting] if setting != WHOLE else differences(before, after)
    return all(idle_setting(name.rpartition(".")[2]) for name in names)


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


def edited_settings(before: Layer, after: Layer) -> list[str]:
    """The settings that can be changed one by one to make one layer the other.

    `WHOLE` alone where that is not so: of other kinds, or where more than settings differs.
    """
    found = list(differences(before, after))
    rule = find_rule(before.kind)
    if not found or rule is None:
        return [WHOLE] if found else []
    plain = not any(
        layer.partial
        or any(held_layers(layer.config))
        or any(call.options or call.body for call in layer.calls)
        for layer in (before, after)
    )
    return found if plain and {*found} <= {*rule.arguments} else [WHOLE]


def _edited(both: Aligned) -> list[frozenset[Edit]]:
    """What is edited; a layer that is in several places is edited in all of them."""
    groups: dict[object, set[Edit]] = {}
    for i, j in both.partner.items():
        old = both.before.layers[i]
        for setting in edited_settings(old, both.after.layers[j]):
            key = ("at", i) if old.identity is None else old.identity
            groups.setdefault((key, setting), set()).add((i, setting))
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
    touched = change.removed | change.layers | {wire[0] for wire in change.wires}
    return min(
        (place for place, (i, j) in enumerate(both.pairs) if i in touched or j in change.inserted),
        default=len(both.pairs),
    )
