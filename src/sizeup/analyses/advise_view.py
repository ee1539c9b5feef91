"""A network as one looks at it for what could be smaller: flat, each layer with its neighbours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import groupby

from sizeup.analyses.flat import flatten
from sizeup.dims import total
from sizeup.errors import SizingError
from sizeup.network import Network, held_layers, rows
from sizeup.records import Record
from sizeup.rules.registry import find_rule, is_determined, size
from sizeup.rules.replacing import Key, key_of, replaced
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Layer, Shape
    from sizeup.rules.replacing import Part

    Sizes = tuple[int | None, ...]
    Maker = Callable[["Spot", Layer], Sequence[Part]]


class Change(Record):
    """A change of structure: what is done to which layers, and what makes it."""

    move: str
    what: str
    layers: tuple[str, ...]
    lines: tuple[int, ...]
    make: Callable[[Network], Network]


class Spot(Record):
    """A layer that can be replaced: its number in the flat graph, and what enters and leaves it."""

    number: int
    layer: Layer
    enters: Sizes
    leaves: Sizes

    @property
    def key(self) -> Key:
        """What tells it from all others; the flat graph names layers by their paths."""
        return key_of(self.layer, self.layer.name)

    def setting(self, name: str) -> Any:
        """A setting, or its default."""
        rule = find_rule(self.layer.kind)
        assert rule is not None
        return self.layer.config.get(name, rule.arguments.get(name))

    @property
    def owns(self) -> int:
        """How many parameters it has."""
        return sum(p.count for p in self.layer.parameters if isinstance(p.count, int))


class View:
    """The flat graph of a network in which nothing is free, and what can be changed in it.

    `behind` are the numbers of the layers that take what a layer gives, one for each time.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.layers = flatten(network.graph).layers
        self.ends = frozenset(ref.layer for ref in flatten(network.graph).outputs)
        self.behind: dict[int, list[int]] = {number: [] for number in range(len(self.layers))}
        for number, layer in enumerate(self.layers):
            for call in layer.calls:
                for ref in call.inputs:
                    if ref.layer >= 0:
                        self.behind[ref.layer].append(number)
        self.spots = tuple(self._spots())

    def _spots(self) -> Iterator[Spot]:
        seen: set[Key] = set()
        for number, layer in enumerate(self.layers):
            if not _is_plain(layer):
                continue
            call = layer.calls[0]
            enters, leaves = _sizes(call.input_shapes[0]), _sizes(call.output_shapes[0])
            if enters is None or leaves is None or not is_determined(layer):
                continue
            spot = Spot(number, layer, enters, leaves)
            if spot.key not in seen:
                seen.add(spot.key)
                yield spot

    def of(self, *kinds: str) -> list[Spot]:
        """The layers of some kinds."""
        return [spot for spot in self.spots if spot.layer.kind in kinds]

    def next(self, number: int) -> Layer | None:
        """The layer that alone takes what a layer gives, as often as that is called."""
        behind = set(self.behind[number])
        if len(behind) != 1 or number in self.ends:
            return None
        only = self.layers[behind.pop()]
        return only if len(only.calls) == len(self.layers[number].calls) else None

    def before(self, number: int) -> Iterator[Layer]:
        """The layers before one, nearest first, by the first input of each."""
        calls = self.layers[number].calls
        while calls and calls[0].inputs and calls[0].inputs[0].layer >= 0:
            ref = calls[0].inputs[0]
            layer = self.layers[ref.layer]
            yield layer
            calls = layer.calls[ref.call : ref.call + 1]

    def reached(self, number: int) -> Iterator[Layer]:
        """All layers behind one, however far."""
        pending, seen = [number], {number}
        while pending:
            for after in self.behind[pending.pop()]:
                if after not in seen:
                    seen.add(after)
                    pending.append(after)
                    yield self.layers[after]

    def data_format(self, spot: Spot) -> str:
        """The order of the channels of what enters, as the layers before say, or itself."""
        for layer in (spot.layer, *self.before(spot.number)):
            found = layer.config.get("data_format")
            if isinstance(found, str):
                return found
        return "channels_last"

    def activation(self, spot: Spot) -> Any:
        """What is applied to what a layer gives: by itself, or by a layer not far behind."""
        own = spot.setting("activation")
        if own not in (None, "linear"):
            return own
        layer, number = self.next(spot.number), spot.number
        while layer is not None and layer.kind in ("BatchNormalization", "Dropout"):
            number = self.behind[number][0]
            layer = self.next(number)
        if layer is not None and layer.kind == "Activation":
            return layer.config.get("activation")
        named = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu", "PReLU": "relu"}
        return named.get(layer.kind) if layer is not None else None

    def where(self, spots: Sequence[Spot]) -> str:
        """`conv2d_2`, `all 13 Conv2D`, `12 of 13 Conv2D`, for each kind."""
        parts = []
        for kind, same in groupby(
            sorted(spots, key=lambda s: s.layer.kind), key=lambda s: s.layer.kind
        ):
            group = list(same)
            count, whole = len(group), len(self.of(kind))
            if count == 1 and (whole == 1 or len(spots) == 1):
                parts.append(group[0].layer.name)
                continue
            key = "some" if count < whole else "both" if count == 2 else "all"
            parts.append(say(f"advise.{key}", count=count, whole=whole, kind=kind))
        return " and ".join(parts)

    def change(self, move: str, spots: Sequence[Spot], maker: Maker, **told: object) -> Change:
        """The change of some layers to what `maker` puts in place of each."""
        makers = {spot.key: partial(maker, spot) for spot in spots}
        return self.made(move, spots, lambda network: replaced(network, makers), **told)

    def made(
        self, move: str, spots: Sequence[Spot], make: Callable[[Network], Network], **told: object
    ) -> Change:
        """A change that `make` makes, told by its move."""
        lines = sorted({spot.layer.line for spot in spots if spot.layer.line is not None})
        what = say(f"advise.{move}", where=self.where(spots), **told)
        names = tuple(spot.layer.name for spot in spots)
        return Change(move, what, names, tuple(lines), make)

    def changes(
        self, move: str, spots: Sequence[Spot], maker: Maker, **told: object
    ) -> Iterator[Change]:
        """That of all layers which it makes smaller, if there are any."""
        chosen = [spot for spot in spots if _shrinks(spot, maker)]
        if chosen:
            yield self.change(move, chosen, maker, **told)


def _is_plain(layer: Layer) -> bool:
    """Whether a layer is a kind that is known, of one tensor that makes one, without states."""
    return (
        bool(layer.calls)
        and layer.unknown is None
        and layer.tracked
        and find_rule(layer.kind) is not None
        and not _is_tied(layer)
        and all(
            len(call.inputs) == 1
            and len(call.output_shapes) == 1
            and not call.options
            and call.body is None
            for call in layer.calls
        )
    )


def _sizes(shape: Shape | None) -> Sizes | None:
    """A shape in which nothing is free; None of what is not known."""
    if shape is None:
        return None
    known = tuple(dim for dim in shape if dim is None or isinstance(dim, int))
    return known if len(known) == len(shape) else None


def _is_tied(layer: Layer) -> bool:
    """Whether other layers have its tensors too, but for those that it holds itself.

    The copy that a Bidirectional makes is told by the other sign (`rules.wrappers.directions`).
    """
    held = {inner.identity for inner in _all_held(layer)}
    return any(p.tied and not (isinstance(p.tied, tuple) and abs(p.tied[0]) in held)
               for p in layer.parameters)  # fmt: skip


def _all_held(layer: Layer) -> Iterator[Layer]:
    for inner in held_layers(layer.config):
        yield inner
        yield from _all_held(inner)


def _shrinks(spot: Spot, maker: Maker) -> bool:
    """Whether a chain owns less than what it replaces, and gives the same shape."""
    owned = 0
    shape: Shape = spot.enters
    try:
        for part in maker(spot, spot.layer):
            sizing = size(part.kind, part.config, (shape,))
            owned += sum(p.count for p in sizing.parameters if isinstance(p.count, int))
            (shape,) = sizing.outputs
    except SizingError:
        return False
    return owned < spot.owns and shape == spot.leaves


def applied(change: Change, network: Network) -> Network | None:
    """The network with a change; None where that is no network."""
    try:
        return change.make(network)
    except SizingError:
        return None


def owned(network: Network) -> Dim:
    """The parameters of a network that are certain."""
    return total(row.parameters for row in rows(network) if row.parent is None)


def smaller(change: Change, network: Network) -> int | None:
    """The total that a change leads to; None where it does not lead to a smaller network."""
    made = applied(change, network)
    was, now = owned(network), owned(made) if made else None
    return now if isinstance(was, int) and isinstance(now, int) and now < was else None
