"""All hybrids of two networks at once: with some changes made and the others not.

Every call of every layer is a table over the changes that its size depends on. So the totals of
all hybrids are known, though each layer is sized only for the shapes that do enter it.
"""

from __future__ import annotations

from enum import Enum
from functools import partial
from graphlib import TopologicalSorter
from itertools import zip_longest

from sizeup.analyses.changes import AFTER, BEFORE, WHOLE, connected, edited_settings
from sizeup.analyses.likeness import LEADERS, follows, settings
from sizeup.analyses.measures import batch_of, measure
from sizeup.analyses.tables import choice, combine, constant
from sizeup.dims import Expr, total
from sizeup.errors import SizingError
from sizeup.network import Call, Graph, Layer, Network, Ref, held_layers, renumbered
from sizeup.rules.graphs import check_shared, fit, resize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sizeup.analyses.aligned import Aligned
    from sizeup.analyses.changes import Change
    from sizeup.analyses.tables import Table
    from sizeup.dims import Dim
    from sizeup.network import Shape

    End = tuple[str, Ref]
    Slot = tuple[int | None, End | None, End | None]
    Tensor = tuple[Ref, Shape | None]


class Gap(Enum):
    """What is where no sized layer is."""

    ABSENT = "absent"
    INVALID = "invalid"


class Hybrids:
    """What becomes of two aligned graphs where some of these changes are made.

    `layers` holds a table for each pair of the alignment: the sized layer, whose inputs are
    numbered like the pairs, or a gap. `counts` are summands of the total `of` what is measured,
    `Gap.INVALID` where a hybrid is no valid network; `limits` are those of them in which that
    occurs, and `symbolic` tells whether something free does. Raises TooManyChanges where a layer
    depends on too many, and graphlib.CycleError where wires that are switched one by one could
    form a circle.
    """

    def __init__(self, both: Aligned, changes: Sequence[Change], of: str = "parameters") -> None:
        self.changes, self.of = tuple(changes), of
        self._both = both
        self._kept: list[Layer] = []
        self._owner = {
            part: number for number, change in enumerate(changes) for part in change.parts()
        }
        self._place = {(BEFORE, i): place for place, (i, _) in enumerate(both.pairs)}
        self._place |= {(AFTER, j): place for place, (_, j) in enumerate(both.pairs)}
        self._versions = list(_versions(both))
        self._known: dict[object, Layer | Gap] = {}
        self._calls: dict[tuple[int, int], Table] = {}
        for place, number in self._order():
            self._calls[place, number] = self._call(place, number)
        self.layers = [self._layer(place) for place in range(len(both.pairs))]
        self.counts = [
            combine(
                partial(_measured, of, batch_of(both.before)),
                *(self.layers[place] for place in group),
            )
            for group in _sharing(self._versions)
        ]
        self.limits = [table for table in self.counts if Gap.INVALID in table.values.values()]
        self.symbolic = any(
            isinstance(value, Expr) for table in self.counts for value in table.values.values()
        )

    def total(self, made: int) -> Dim | None:
        """The parameters where this set of changes is made; None if the network is not valid."""
        counts = [table.at(made) for table in self.counts]
        return None if Gap.INVALID in counts else total(counts)

    def _order(self) -> Iterator[tuple[int, int]]:
        """All calls, by place and number, each after those whose outputs it may take."""
        sources: dict[tuple[int, int], set[tuple[int, int]]] = {}
        for place, versions in enumerate(self._versions):
            for number in range(_most_calls(versions)):
                ends = [end for _, *ends in self._slots(place, number) for end in ends]
                sources[place, number] = {
                    (self._place[side, ref.layer], ref.call)
                    for side, ref in filter(None, ends)
                    if ref.layer != -1
                }
        return (call for call in TopologicalSorter(sources).static_order() if call in sources)

    def _slots(self, place: int, number: int) -> list[Slot]:
        """The inputs of a call: which change switches each, from what to what."""
        i, j = self._both.pairs[place]
        before, after = self._both.before.layers, self._both.after.layers
        old = [] if i is None else _ends(BEFORE, before[i], number)
        new = [] if j is None else _ends(AFTER, after[j], number)
        if i is None:
            return [(None, end, None) for end in new]
        whole = self._owner.get(("wire", i))
        if whole is not None:
            return [(whole, *ends) for ends in zip_longest(old, new)]
        owners = [self._owner.get(("wire", i, number, slot)) for slot in range(len(old))]
        return [
            (owner, end, None if owner is None else new[slot])
            for slot, (owner, end) in enumerate(zip(owners, old, strict=True))
        ]

    def _call(self, place: int, number: int) -> Table:
        """A call, as a layer that has no other."""
        i, _ = self._both.pairs[place]
        exists = choice(
            self._owner.get(("wire", i)),
            *(number < len(version.calls) for version in self._versions[place]),
        )
        slots = [self._slot(*slot) for slot in self._slots(place, number)]

        def size(version: Layer | Gap, exists: bool, *tensors: Tensor | Gap) -> Layer | Gap:
            if isinstance(version, Gap) or not exists:
                return Gap.ABSENT
            given = [tensor for tensor in tensors if not isinstance(tensor, Gap)]
            return Gap.INVALID if Gap.INVALID in tensors else self._size(version, number, given)

        return combine(size, self._version(place), exists, *slots)

    def _version(self, place: int) -> Table:
        """The layer at a place as it is given, not yet sized."""
        i, j = self._both.pairs[place]
        old, new = self._versions[place]
        if i is None:
            assert j is not None
            version = self._as_twin((1, j), new)
            return combine(_absent_or, choice(self._owner.get(("inserted", j)), 0, 1), version)
        if j is None:
            version = self._as_twin((0, i), old)
            return combine(_absent_or, choice(self._owner.get(("removed", i)), 1, 0), version)
        return self._edited(i, edited_settings(old, new), old, new)

    def _as_twin(self, key: tuple[int, int], layer: Layer) -> Table:
        """A layer of one side with the edits that its like has in both."""
        pair = self._both.twins.get(key)
        if pair is None:
            return constant(layer)
        old, new = self._both.before.layers[pair[0]], self._both.after.layers[pair[1]]
        names = edited_settings(old, new)
        if WHOLE in names:
            return constant(layer)
        if key[0]:
            return self._edited(pair[0], names, _with(layer, old, names), layer)
        return self._edited(pair[0], names, layer, _with(layer, new, names))

    def _edited(self, i: int, names: Sequence[str], old: Layer, new: Layer) -> Table:
        """A layer before with each of its settings as it was or as it becomes."""
        owners = [self._owner.get(("edited", i, name)) for name in names]
        if len(names) <= 1:
            return choice(owners[0] if owners else None, old, new)

        def mixed(*made: bool) -> Layer:
            if all(made):
                return new
            chosen = [name for name, flag in zip(names, made, strict=True) if flag]
            version = _with(old, new, chosen) if chosen else old
            self._kept.append(version)  # what was sized is known by the identity of the version
            return version

        return combine(mixed, *(choice(owner, False, True) for owner in owners))

    def _slot(self, change: int | None, old: End | None, new: End | None) -> Table:
        """The tensor that enters."""
        if change is None:
            return self._tensor(old)
        return combine(_pick, choice(change, 0, 1), self._tensor(old), self._tensor(new))

    def _tensor(self, end: End | None) -> Table:
        """A tensor and its shape; absent where nothing enters."""
        if end is None:
            return constant(Gap.ABSENT)
        side, ref = end
        if ref.layer == -1:
            return self._input(ref)
        place = self._place[side, ref.layer]
        call = self._calls.get((place, ref.call))
        if call is None:
            return constant(Gap.INVALID)
        return combine(partial(_output, Ref(place, ref.call, ref.output)), call)

    def _input(self, ref: Ref) -> Table:
        before, after = self._both.before.input_shapes, self._both.after.input_shapes
        old, new = (
            (ref, shapes[ref.output]) if ref.output < len(shapes) else None
            for shapes in (before, after)
        )
        if old is None or new is None:
            return constant(old or new or Gap.INVALID)
        return choice(self._owner.get(("input", ref.output)), old, new)

    def _size(self, version: Layer, number: int, tensors: Sequence[Tensor]) -> Layer | Gap:
        key = id(version), number, *tensors
        if key not in self._known:
            self._known[key] = _sized(version, number, tensors)
        return self._known[key]

    def _layer(self, place: int) -> Table:
        """A layer with all of its calls."""
        numbers = range(_most_calls(self._versions[place]))
        calls = [self._calls[place, number] for number in numbers]
        return combine(_joined, self._version(place), *calls)


def _absent_or(there: int, version: Layer) -> Layer | Gap:
    return version if there else Gap.ABSENT


def _with(layer: Layer, other: Layer, names: Sequence[str]) -> Layer:
    """A layer with some settings of another; what that leaves to the default, it does too.

    It remembers no shapes, as they are those of its own settings.
    """
    calls = tuple(call.changed(input_shapes=()) for call in layer.calls)
    config = {name: value for name, value in layer.config.items() if name not in names}
    config |= {name: other.config[name] for name in names if name in other.config}
    for leader, follower in LEADERS.items():
        if leader in names and follower not in names:
            config.pop(follower, None)
            if not follows(follower, layer, other):
                config[follower] = settings(layer)[follower]
    return layer.changed(config=config, calls=calls)


def _versions(both: Aligned) -> Iterator[tuple[Layer, Layer]]:
    """Each layer before and after, twice the same where it has but one side.

    Names are made unique, and so are the identities of layers that are only after.
    """
    number = _numbering(both)
    for place, (i, j) in enumerate(both.pairs):
        old = None if i is None else both.before.layers[i].changed(name=str(place))
        new = None if j is None else renumbered(both.after.layers[j], number)
        if old is not None and new is not None:
            new = new.changed(identity=old.identity)
        new = old if new is None else new.changed(name=str(place))
        assert new is not None
        yield old or new, new


def _numbering(both: Aligned) -> Callable[[int], int]:
    """The identities after: of layers that are in both as before, of others beyond all of them."""
    before, after = both.before.layers, both.after.layers
    paired: dict[int, int] = {}
    for i, j in both.partner.items():
        for old, new in zip(_identities(before[i]), _identities(after[j]), strict=False):
            if old is not None and new is not None:
                paired.setdefault(new, old)
    beyond = 1 + max((n or 0 for layer in before for n in _identities(layer)), default=0)

    def number(identity: int) -> int:
        """A copy is numbered as its original, negative."""
        if identity < 0:
            return -number(-identity)
        return paired.get(identity, identity + beyond)

    return number


def _identities(layer: Layer) -> Iterator[int | None]:
    """The identity of a layer and of those that it holds."""
    yield layer.identity
    for held in held_layers(layer.config):
        yield from _identities(held)


def _ends(side: str, layer: Layer, number: int) -> list[End]:
    inputs = layer.calls[number].inputs if number < len(layer.calls) else ()
    return [(side, ref) for ref in inputs]


def _most_calls(versions: tuple[Layer, Layer]) -> int:
    return max(len(version.calls) for version in versions)


def _pick(number: int, *values: object) -> object:
    return values[number]


def _output(ref: Ref, source: Layer | Gap) -> Tensor | Gap:
    if isinstance(source, Gap) or ref.output >= len(source.calls[0].output_shapes):
        return Gap.INVALID
    return ref, source.calls[0].output_shapes[ref.output]


def _sized(version: Layer, number: int, tensors: Sequence[Tensor]) -> Layer | Gap:
    """A layer sized for one call; the shapes that the call remembers spare sizing it again."""
    shapes = tuple(shape for _, shape in tensors)
    call = (
        version.calls[number] if number < len(version.calls) else Call((), (None,), (None,), None)
    )
    call = call.changed(inputs=tuple(Ref(-1, 0, k) for k in range(len(shapes))))
    try:
        graph = resize(Network("", Graph((version.changed(calls=(call,)),), shapes))).graph
    except SizingError:
        return Gap.INVALID
    (sized,) = graph.layers
    return sized.changed(calls=(sized.calls[0].changed(inputs=tuple(ref for ref, _ in tensors)),))


def _joined(version: Layer | Gap, *calls: Layer | Gap) -> Layer | Gap:
    """One layer of all calls, which have to need the same parameters."""
    if isinstance(version, Gap):
        return version
    sized = [call for call in calls if isinstance(call, Layer)]
    if not sized:
        return Gap.INVALID if calls else version
    fitting = all(fit(sized[0].parameters, other.parameters) for other in sized[1:])
    if Gap.INVALID in calls or not fitting:
        return Gap.INVALID
    return sized[0].changed(calls=tuple(layer.calls[0] for layer in sized))


def _sharing(versions: Sequence[tuple[Layer, Layer]]) -> list[list[int]]:
    """The places grouped by what may share parameters."""
    first: dict[object, int] = {}
    links = []
    for place, layers in enumerate(versions):
        keys: list[object] = [layer.identity for layer in layers]
        owned = [parameter.tied for layer in layers for parameter in layer.parameters]
        keys += [tied[0] if isinstance(tied, tuple) else tied for tied in owned]
        links += [(first.setdefault(key, place), place) for key in keys if key is not None]
    return connected(len(versions), links)


def _measured(of: str, batch: Dim | None, *layers: Layer | Gap) -> Dim | Gap:
    """What layers measure together, shared parameters once."""
    if Gap.INVALID in layers:
        return Gap.INVALID
    graph = Graph(tuple(layer for layer in layers if isinstance(layer, Layer)))
    try:
        check_shared(graph)
    except SizingError:
        return Gap.INVALID
    found = measure(graph, of, batch)
    return Gap.INVALID if found is None else found
