"""Other flags, kinds and depths of a network: each a network really made and sized."""

from __future__ import annotations

from sizeup.analyses import expect_rewiring as rewiring
from sizeup.analyses.expect_numbers import every_layer
from sizeup.errors import SizingError
from sizeup.network import Layer
from sizeup.records import Record
from sizeup.rules.registry import find_rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from sizeup.network import Network

    Edit = Callable[[Layer], Layer]

FLAGS = ("use_bias", "scale", "center", "reset_after")
"""Settings that are on or off and that parameters hang on."""
BIASED = ("Conv", "Dense", "")
SWAPS = (
    ("LSTM", "CuDNNLSTM", 1), ("GRU", "CuDNNGRU", 3), ("LSTM", "GRU", 3), ("GRU", "LSTM", 3),
    ("LSTM", "SimpleRNN", 5), ("GRU", "SimpleRNN", 5), ("SimpleRNN", "LSTM", 4), ("SimpleRNN", "GRU", 5),
    ("Flatten", "GlobalAveragePooling2D", 3), ("GlobalAveragePooling2D", "Flatten", 3),
    ("GlobalMaxPooling2D", "Flatten", 3), ("GlobalAveragePooling1D", "Flatten", 3),
    ("Flatten", "GlobalAveragePooling1D", 3), ("GlobalMaxPooling1D", "Flatten", 3),
    ("Conv2D", "SeparableConv2D", 4), ("SeparableConv2D", "Conv2D", 4), ("Conv1D", "SeparableConv1D", 4),
    ("SeparableConv1D", "Conv1D", 4), ("BatchNormalization", "LayerNormalization", 4),
    ("BatchNormalization", "Identity", 2), ("LayerNormalization", "Identity", 3), ("PReLU", "ReLU", 3),
    ("ReLU", "PReLU", 4),
)  # fmt: skip
"""Kinds that stand for each other: this, that, and how unlikely it is."""
ALONE = frozenset(
    {"LSTM", "GRU", "SimpleRNN", "Conv1D", "Conv2D", "SeparableConv1D", "SeparableConv2D"}
)
"""Kinds of which one layer may be meant otherwise than the rest."""
TOPS = ("Flatten", "GlobalAveragePooling", "GlobalMaxPooling")
LONGEST = 64
"""The longest block of layers that is looked for."""
MOST_NORMED = 20
"""After so many convolutions a normalization is tried behind each alone."""


class Switch(Record):
    """A change that has no number: its kind, what it is in words, the network, how unlikely."""

    kind: str
    what: str
    network: Network
    cost: int


def switches(network: Network) -> Iterator[Switch]:
    """All that lead to a valid network."""
    for kind, what, cost, make in (
        *_flags(network), *_swaps(network), *_wrappers(network), *_paddings(network),
        *_orders(network), *_norms(network), *_tops(network),
    ):  # fmt: skip
        try:
            yield Switch(kind, what, make(), cost)
        except SizingError:
            continue


Made = tuple[str, str, int, "Callable[[], Network]"]


def _flags(network: Network) -> Iterator[Made]:
    """A flag on or off in all layers of a family that have it, and in each alone."""
    layers = [layer for layer in every_layer(network.graph) if not layer.partial]
    for flag in FLAGS:
        having = [(layer, said) for layer in layers if (said := _flag(layer, flag)) is not None]
        for family in BIASED if flag == "use_bias" else ("",):
            for said in (True, False):
                turned = [layer for layer, now in having if now is said and family in layer.kind]
                if len(turned) > 1:
                    where = say(
                        "expect.family", kind=f"{family} " if family else "", count=len(turned)
                    )
                    what = say(f"expect.{_state(not said)}", flag=flag, where=where)
                    yield (
                        "flag",
                        what,
                        1 + (family == ""),
                        _setting(network, turned, flag, not said),
                    )
        for layer, said in having if flag == "use_bias" else ():
            what = say(f"expect.{_state(not said)}", flag=flag, where=layer.name)
            yield (
                "flag",
                what,
                3 + len(having).bit_length() // 2,
                _setting(network, [layer], flag, not said),
            )


def _state(flag: bool) -> str:
    return "on" if flag else "off"


def _flag(layer: Layer, flag: str) -> bool | None:
    rule = find_rule(layer.kind)
    if rule is None or flag not in rule.arguments:
        return None
    value = layer.config.get(flag, rule.arguments[flag])
    return value if isinstance(value, bool) else None


def _setting(
    network: Network, chosen: Iterable[Layer], flag: str, value: object
) -> Callable[[], Network]:
    return _edited(
        network, chosen, lambda layer: layer.changed(config={**layer.config, flag: value})
    )


def _edited(network: Network, chosen: Iterable[Layer], change: Edit) -> Callable[[], Network]:
    """The network with some of its layers changed, told by their identities or names."""
    names = {_name(layer) for layer in chosen}

    def edit(layer: Layer) -> Layer:
        return change(layer) if _name(layer) in names else layer

    return lambda: rewiring.made(network, edit)


def _name(layer: Layer) -> object:
    return (layer.identity, layer.name, layer.kind)


def _swaps(network: Network) -> Iterator[Made]:
    """One kind for another, everywhere and in each layer alone."""
    layers = [layer for layer in every_layer(network.graph) if not layer.partial]
    for old, new, cost in SWAPS:
        chosen = [layer for layer in layers if layer.kind == old]
        change = _as_kind(new)
        if chosen:
            where = (
                say("expect.family", kind=f"{old} ", count=len(chosen))
                if len(chosen) > 1
                else chosen[0].name
            )
            what = say("expect.kind", where=where, kind=new)
            if old == "LSTM" and new == "CuDNNLSTM":
                what = say("expect.second_bias", where=where)
            yield "kind", what, cost, _edited(network, chosen, change)
        if len(chosen) > 1 and old in ALONE:
            for layer in chosen:
                what = say("expect.kind", where=layer.name, kind=new)
                yield (
                    "kind",
                    what,
                    cost + 2 + len(chosen).bit_length() // 2,
                    _edited(network, [layer], change),
                )


def _as_kind(kind: str) -> Edit:
    """A layer as another kind, with the settings that it has in common with it."""

    def change(layer: Layer) -> Layer:
        rule = find_rule(kind)
        known = rule.arguments if rule is not None else {}
        config: Mapping[str, Any] = {k: v for k, v in layer.config.items() if k in known}
        return layer.changed(kind=kind, config=config, parameters=())

    return change


def _wrappers(network: Network) -> Iterator[Made]:
    """Recurrent layers in one direction instead of both, and the other way round."""
    layers = list(every_layer(network.graph))
    both = [layer for layer in layers if layer.kind == "Bidirectional"]
    held = {
        id(inner) for layer in both for inner in layer.config.values() if isinstance(inner, Layer)
    }
    single = [
        layer
        for layer in layers
        if layer.kind in {"LSTM", "GRU", "SimpleRNN"}
        and id(layer) not in held
        and not layer.partial
    ]
    if both:
        what = say("expect.one_way", count=len(both))
        yield "kind", what, 2, _edited(network, both, _unwrapped)
    if single and not both:
        what = say("expect.both_ways", count=len(single))
        yield "kind", what, 2, _edited(network, single, _wrapped)


def _unwrapped(layer: Layer) -> Layer:
    inner = layer.config["layer"]
    assert isinstance(inner, Layer)
    return inner.changed(name=layer.name, calls=layer.calls, identity=layer.identity, parameters=())


def _wrapped(layer: Layer) -> Layer:
    inner = layer.changed(calls=(), parameters=())
    return layer.changed(kind="Bidirectional", config={"layer": inner}, parameters=())


def _paddings(network: Network) -> Iterator[Made]:
    """The other padding of all windows, and of each alone."""
    windows = [layer for layer in every_layer(network.graph) if not layer.partial]
    for old, new in (("same", "valid"), ("valid", "same")):
        chosen = [layer for layer in windows if _padding(layer) == old]
        if chosen:
            where = (
                say("expect.family", kind="", count=len(chosen))
                if len(chosen) > 1
                else chosen[0].name
            )
            what = say("expect.padding", before=old, after=new, where=where)
            yield "flag", what, 3, _setting(network, chosen, "padding", new)
        for layer in chosen if len(chosen) > 1 else ():
            what = say("expect.padding", before=old, after=new, where=layer.name)
            yield (
                "flag",
                what,
                4 + len(chosen).bit_length() // 2,
                _setting(network, [layer], "padding", new),
            )


def _padding(layer: Layer) -> object:
    rule = find_rule(layer.kind)
    default = rule.arguments.get("padding") if rule is not None else None
    return layer.config.get("padding", default)


def _orders(network: Network) -> Iterator[Made]:
    """The channels of an image at its other end, in the shape as it is."""
    ordered = [layer for layer in every_layer(network.graph) if "data_format" in layer.config]
    other = {"channels_first": "channels_last", "channels_last": "channels_first"}
    if ordered:
        yield (
            "order",
            say("expect.order"),
            3,
            _edited(
                network,
                ordered,
                lambda layer: layer.changed(
                    config={
                        **layer.config,
                        "data_format": other[layer.config["data_format"] or "channels_last"],
                    }
                ),
            ),
        )


def _norms(network: Network) -> Iterator[Made]:
    """BatchNormalization after each convolution that none follows."""
    graph = network.graph
    normed = {
        ref.layer
        for layer in graph.layers
        if layer.kind == "BatchNormalization"
        for call in layer.calls
        for ref in call.inputs
    }
    places = [
        place
        for place, layer in enumerate(graph.layers)
        if layer.kind.startswith(("Conv", "Separable", "Depthwise"))
        and place not in normed
        and len(layer.calls) == 1
    ]
    if places and not normed:
        what = say("expect.normed", count=len(places))
        layer = Layer("batch_normalization", "BatchNormalization")
        yield "norm", what, 2, lambda: rewiring.followed(network, places, layer)
        for place in places if 1 < len(places) <= MOST_NORMED else ():
            what = say("expect.normed_one", name=graph.layers[place].name)
            yield "norm", what, 4, lambda place=place: rewiring.followed(network, [place], layer)  # type: ignore[misc]


def _tops(network: Network) -> Iterator[Made]:
    """The network up to where its images end."""
    layers = network.graph.layers
    for place, layer in enumerate(layers):
        owned = any(each.parameters for each in layers[:place])
        if layer.kind.startswith(TOPS) and layer.calls and layer.calls[0].inputs and owned:
            if any(each.parameters for each in layers[place:]):
                what = say("expect.top", name=layer.name)
                yield "top", what, 1, lambda place=place: rewiring.cut(network, place)  # type: ignore[misc]
            return
