"""The numbers of a network that somebody may have meant otherwise.

A `Knob` is one number, wherever it stands: in one layer, in all layers that say the same, in all
widths as a common factor, in the shape that enters. Turning it really makes the network anew.
"""

from __future__ import annotations

from math import gcd

from sizeup.analyses import expect_values as values
from sizeup.network import Layer, held_layers
from sizeup.records import Record
from sizeup.rules.graphs import resize
from sizeup.rules.registry import find_rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from sizeup.analyses.expect_values import Role
    from sizeup.dims import Dim
    from sizeup.network import Graph, Network, Shape

    Place = tuple[Layer, str]

WIDTHS = ("units", "filters", "output_dim", "key_dim", "value_dim", "head_dim")
ROLES: Mapping[str, Role] = {
    **dict.fromkeys(WIDTHS, values.WIDTH),
    "input_dim": values.VOCABULARY,
    "kernel_size": values.KERNEL,
    "pool_size": values.POOL,
    "strides": values.POOL,
    "size": values.POOL,
    "depth_multiplier": values.FEW,
    "groups": values.FEW,
    "num_heads": values.FEW,
    "num_query_heads": values.FEW,
    "num_key_value_heads": values.FEW,
    "max_value": values.FEW,
    "num_tokens": values.VOCABULARY,
}
"""The arguments that are numbers of a network, and what they are for."""
PARTED = frozenset({"groups", "num_heads", "num_query_heads", "num_key_value_heads"})
"""Those that have to divide another number, so that no formula follows them."""
SAID = frozenset({"groups", "depth_multiplier", "strides"})
"""Those that nobody gets wrong who does not say them."""
BEFORE_CHANNELS = 2
IMAGE, SEQUENCE = 4, 3
"""Ranks of what enters, batch included."""


class Knob(Record):
    """A number that can be turned: what it is, its value, and how unlikely it is the cause.

    `places` are layers with the argument in which it stands, `axes` the (input, axis) of the
    shapes that enter. Of a common factor the places hold multiples.
    """

    kind: str
    what: str
    role: Role
    before: int
    cost: int
    places: tuple[Place, ...] = ()
    axes: tuple[tuple[int, int], ...] = ()

    @property
    def shared(self) -> bool:
        """Whether it is no number of a single layer alone."""
        return self.kind != "layer"

    @property
    def parted(self) -> bool:
        """Whether its values have to divide others."""
        return any(argument in PARTED for _, argument in self.places)

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that it stands in."""
        return tuple(dict.fromkeys(layer.name for layer, _ in self.places))

    def said(self, value: int) -> str:
        """The change in words."""
        key = "expect.scale" if self.kind == "width" else "expect.number"
        return say(key, what=self.what, before=f"{self.before:,}", after=f"{value:,}")


def turned(network: Network, turns: Sequence[tuple[Knob, Dim]]) -> Network:
    """The network with these knobs at these values, sized anew.

    Raises SizingError where that is no valid network.
    """
    edits: dict[object, dict[str, Any]] = {}
    shapes: list[Shape | None] = list(network.graph.input_shapes)
    for knob, value in turns:
        for layer, argument in knob.places:
            held = _number(layer, argument)
            assert held is not None
            number, many = held
            new = number // knob.before * value if knob.kind == "width" else value
            edits.setdefault(_key(layer), {})[argument] = (new,) * many if many else new
            if argument == "pool_size" and layer.config.get("strides") is not None:
                edits[_key(layer)]["strides"] = edits[_key(layer)][argument]
        for place, axis in knob.axes:
            shape = list(shapes[place] or ())
            shape[axis] = value
            shapes[place] = tuple(shape)

    def config(layer: Layer) -> Mapping[str, Any]:
        edit = edits.get(_key(layer))
        return layer.config if edit is None else {**layer.config, **edit}

    entering = tuple(shapes)
    changed = entering if entering != network.graph.input_shapes else None
    if edits:
        return resize(network, config, input_shapes=changed)
    return resize(network, input_shapes=changed)


def _key(layer: Layer) -> object:
    """What tells a layer from others; the same for all entries of one object."""
    return id(layer) if layer.identity is None else ("same", layer.identity)


def every_layer(graph: Graph) -> Iterator[Layer]:
    """All layers, those inside others and those that wrappers hold too, each object once."""
    seen: set[object] = set()

    def walk(layers: Iterable[Layer]) -> Iterator[Layer]:
        for layer in layers:
            if _key(layer) not in seen:
                seen.add(_key(layer))
                yield layer
            yield from walk(held_layers(layer.config))
            for call in layer.calls:
                if call.body is not None:
                    yield from walk(call.body.layers)
            yield from walk(layer.held)

    return walk(graph.layers)


def knobs(network: Network) -> tuple[Knob, ...]:
    """All knobs of a network, the likelier first; those that turn the same once."""
    places = list(_places(network.graph))
    head = next((p for p in reversed(places) if p[1] in ("units", "filters")), None)
    found = [
        *_heads(head),
        *_inputs(network),
        *_factors(places, head),
        *_alike(places),
        *_single(places),
        *_both_ends(network, places),
    ]
    unique: dict[object, Knob] = {}
    for knob in sorted(found, key=lambda knob: knob.cost):
        factor = knob.before if knob.kind == "width" else 0
        key = (
            frozenset((_key(layer), argument) for layer, argument in knob.places),
            knob.axes,
            factor,
        )
        unique.setdefault(key, knob)
    return tuple(unique.values())


def _places(graph: Graph) -> Iterator[Place]:
    """Where numbers stand; a stride of a pool goes with its window."""
    for layer in every_layer(graph):
        for argument in ROLES:
            if argument == "strides" and "pool_size" in layer.config:
                continue
            if argument in SAID and argument not in layer.config:
                continue
            if _number(layer, argument) is not None:
                yield layer, argument


def _number(layer: Layer, argument: str) -> tuple[int, int] | None:
    """An argument that is one integer, or so many equal ones (0 for one alone)."""
    value = layer.config.get(argument)
    if value is None and not layer.partial:
        rule = find_rule(layer.kind)
        value = rule.arguments.get(argument) if rule is not None else None
    numbers = value if isinstance(value, tuple | list) and value else (value,)
    if any(type(number) is not int for number in numbers) or len(set(numbers)) != 1:
        return None
    if numbers[0] < 1 or (argument == "groups" and layer.kind == "GroupNormalization"):
        return None
    return numbers[0], len(numbers) if numbers is value else 0


def _value(place: Place) -> int:
    found = _number(*place)
    assert found is not None
    return found[0]


def _heads(head: Place | None) -> Iterator[Knob]:
    """The number of classes: the width of the last layer that has one."""
    if head is not None:
        what = say("expect.classes", name=f"{head[0].name}.{head[1]}")
        yield Knob("classes", what, values.CLASSES, _value(head), 1, (head,))


def _inputs(network: Network) -> Iterator[Knob]:
    """Channels, sides and lengths of what enters."""
    first = any(
        layer.config.get("data_format") == "channels_first" for layer in every_layer(network.graph)
    )
    shapes = network.graph.input_shapes
    for place, shape in enumerate(shapes):
        if shape is None or len(shape) < BEFORE_CHANNELS:
            continue
        name = "" if len(shapes) == 1 else f" {place + 1}"
        channel = 1 if first and len(shape) >= SEQUENCE else len(shape) - 1
        sides = [axis for axis in range(1, len(shape)) if axis != channel]
        plain = len(shape) < SEQUENCE
        if type(size := shape[channel]) is int:
            role = values.WIDTH if plain else values.CHANNELS
            key = "expect.features" if plain else "expect.channels"
            yield Knob("channels", say(key, name=name), role, size, 2, axes=((place, channel),))
        known = {size for axis in sides if type(size := shape[axis]) is int}
        alike = len(known) == 1 and len(sides) > 1
        if alike:
            axes = tuple((place, axis) for axis in sides)
            yield Knob(
                "side", say("expect.side", name=name), values.SIDE, known.pop(), 2, axes=axes
            )
        price = 3 + (len(sides) > 1) + 2 * alike  # nobody stretches an image that is square
        for axis in sides:
            if type(size := shape[axis]) is int:
                what = say("expect.axis", name=name, axis=axis)
                yield Knob("side", what, values.SIDE, size, price, axes=((place, axis),))


def _factors(places: Sequence[Place], head: Place | None) -> Iterator[Knob]:
    """All widths times something: of all layers, of convolutions, without what comes last."""
    widths = [p for p in places if p[1] in WIDTHS]
    groups = (
        (2, [p for p in widths if head is None or p[0] is not head[0]]),
        (3, [p for p in widths if p[1] == "filters" and (head is None or p[0] is not head[0])]),
    )
    for cost, group in groups:
        sizes = {_value(place) for place in group}
        if len(sizes) > 1:
            base = gcd(*sizes)
            what = say("expect.widths", count=len(group))
            yield Knob("width", what, values.WIDTH, base, cost, tuple(group))


def _alike(places: Sequence[Place]) -> Iterator[Knob]:
    """What several layers say alike: in one argument, or as their width in any."""
    groups: dict[tuple[object, int], list[Place]] = {}
    for layer, argument in places:
        value = _value((layer, argument))
        groups.setdefault(((layer.kind, argument), value), []).append((layer, argument))
        groups.setdefault((argument, value), []).append((layer, argument))
        if argument in WIDTHS:
            groups.setdefault(("width", value), []).append((layer, argument))
    distinct = len({key for key, group in groups.items() if len(group) > 1})
    for (key, value), group in groups.items():
        if len(group) > 1:
            argument = group[0][1]
            wide = say("expect.width") if key == "width" else argument
            kind = key[0] if isinstance(key, tuple) else say("expect.layers")
            what = say("expect.alike", argument=wide, count=len(group), kind=kind)
            role = ROLES[argument]
            yield Knob("shared", what, role, value, 2 + distinct.bit_length() // 2, tuple(group))


def _both_ends(network: Network, places: Sequence[Place]) -> Iterator[Knob]:
    """A size of the input that layers say too, as the last of an autoencoder."""
    for place, shape in enumerate(network.graph.input_shapes):
        size = shape[-1] if shape is not None and len(shape) > 1 else None
        alike = tuple(p for p in places if p[1] in WIDTHS and _value(p) == size)
        if shape is not None and type(size) is int and alike:
            what = say("expect.ends", count=len(alike))
            axes = ((place, len(shape) - 1),)
            yield Knob("shared", what, values.WIDTH, size, 2, alike, axes)


def _single(places: Sequence[Place]) -> Iterator[Knob]:
    """Every number of every layer."""
    cost = 3 + len(places).bit_length() // 2
    for layer, argument in places:
        what = f"{layer.name}.{argument}"
        value = _value((layer, argument))
        yield Knob("layer", what, ROLES[argument], value, cost, ((layer, argument),))
