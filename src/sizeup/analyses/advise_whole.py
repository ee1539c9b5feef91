"""Changes that reach further than one layer: one table for both ends, other widths throughout."""

from __future__ import annotations

from functools import partial

from sizeup.analyses.advise_view import Change
from sizeup.analyses.expect_rewiring import made
from sizeup.dims import Expr
from sizeup.errors import SizingError
from sizeup.network import Call, Graph, Layer, Network, Ref, held_layers, map_bodies
from sizeup.rules.graphs import resize
from sizeup.rules.registry import find_rule
from sizeup.rules.replacing import Part, redirected, rewired
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sizeup.analyses.advise_view import Spot, View

WIDTHS = ("filters", "units", "output_dim", "key_dim", "value_dim")
"""Settings that say how wide a layer is."""
SHARES = ((3, 4), (1, 2))
"""The widths that are tried, as fractions."""
TIED = "tied"
"""Marks the table, and what stands in the place of the output's weights until these are the table's."""


def tied(view: View) -> Iterator[Change]:
    """The table that words are looked up in, as the weights that they are told by."""
    ends = [spot for spot in view.of("Dense", "TimeDistributed") if _words(spot.layer) is not None]
    for end in ends:
        scope = end.layer.name.rpartition("/")[0]
        for table in view.of("Embedding"):
            if table.layer.name.rpartition("/")[0] != scope:
                continue
            if table.layer.config.get("input_dim") == _words(end.layer):
                yield view.made(
                    "tied",
                    [table, end],
                    partial(_tied, table=table, end=end),
                    table_name=table.layer.name,
                    end_name=end.layer.name,
                )


def _words(layer: Layer) -> object:
    """Between how many words a dense layer chooses."""
    dense = layer.config.get("layer") if layer.kind == "TimeDistributed" else layer
    return dense.config.get("units") if isinstance(dense, Layer) and dense.kind == "Dense" else None


def _tied(network: Network, *, table: Spot, end: Spot) -> Network:
    """The network with the dense layer at the end made of the table."""
    widths: list[object] = []

    def reversible(layer: Layer) -> tuple[Part, ...]:
        widths.extend((layer.config["input_dim"], layer.config["output_dim"]))
        return (Part("ReversibleEmbedding", {**layer.config, TIED: True}),)

    def told(layer: Layer) -> tuple[Part, ...]:
        dense = layer.config["layer"] if layer.kind == "TimeDistributed" else layer
        if widths[:1] != [dense.config["units"]]:
            raise SizingError(say("advise.other_words"))
        width, parts = widths[1], []
        entering = layer.calls[0].input_shapes[0]
        if entering is None or entering[-1] != width:
            parts.append(Part("Dense", {"units": width, "use_bias": False}, "projection"))
        parts.append(Part("Identity", {TIED: True}, TIED))
        if dense.config.get("activation") not in (None, "linear"):
            parts.append(
                Part("Activation", {"activation": dense.config["activation"]}, "activation")
            )
        return tuple(parts)

    changed = rewired(network, {table.key: reversible, end.key: told})
    return resize(changed.changed(graph=_joined(changed.graph)))


def _joined(graph: Graph) -> Graph:
    """The graph with calls of the table, backwards, in place of what stands for them."""
    marked = [number for number, layer in enumerate(graph.layers) if TIED in layer.config]
    if not marked:
        return graph.changed(layers=tuple(map_bodies(layer, _joined) for layer in graph.layers))
    end, table = sorted(marked, key=lambda number: graph.layers[number].kind)
    first = len(graph.layers[table].calls)

    def moved(ref: Ref) -> Ref:
        if ref.layer == end:
            ref = Ref(table, first + ref.call)
        return ref.changed(layer=ref.layer - 1) if ref.layer > end else ref

    back = tuple(
        Call(
            call.inputs,
            call.input_shapes,
            (None,),
            None,
            options={"reverse": True},
            samples=call.samples,
        )
        for call in graph.layers[end].calls
    )
    layers = list(graph.layers)
    config = {key: value for key, value in layers[table].config.items() if key != TIED}
    layers[table] = layers[table].changed(config=config, calls=(*layers[table].calls, *back))
    del layers[end]
    return graph.changed(
        layers=tuple(redirected(layer, moved) for layer in layers),
        outputs=tuple(map(moved, graph.outputs)),
    )


def narrower(view: View) -> Iterator[Change]:
    """A fraction of all widths but those that leave the network."""
    wide = [
        (number, layer)
        for number, layer in enumerate(view.layers)
        if any(_width(each) for each in (layer, *held_layers(layer.config)))
    ]
    last = {
        _name(each)
        for number, layer in wide
        if not any(len(p.shape) > 1 for after in view.reached(number) for p in after.parameters)
        for each in (layer, *held_layers(layer.config))
    }
    lines = sorted({layer.line for _, layer in wide if layer.line and _name(layer) not in last})
    names = tuple(layer.name for _, layer in wide if _name(layer) not in last)
    for share in SHARES if names else ():
        key = "advise.width" if len(names) > 1 else "advise.width_one"
        what = say(key, name=names[0], share=f"{share[0]}/{share[1]}", count=len(names))
        yield Change("width", what, names, tuple(lines), partial(_narrowed, share=share, last=last))


def _name(layer: Layer) -> object:
    return layer.name.rpartition("/")[2] if layer.identity is None else layer.identity


def _width(layer: Layer) -> bool:
    rule = find_rule(layer.kind)
    return rule is not None and any(w in layer.config and w in rule.arguments for w in WIDTHS)


def _narrowed(network: Network, share: tuple[int, int], last: set[object]) -> Network:
    """The network with all widths but the last ones times a share."""
    part, whole = share

    def edit(layer: Layer) -> Layer:
        if _name(layer) in last or not (_width(layer) or layer.kind == "Reshape"):
            return layer
        config = dict(layer.config)
        for width in WIDTHS:
            if isinstance(config.get(width), int | Expr):
                config[width] = config[width] * part // whole
        if layer.kind == "Reshape":
            config["target_shape"] = _reshaped(layer)
        return layer.changed(config=config)

    return made(network, edit)


def _reshaped(layer: Layer) -> tuple[object, ...]:
    """The target of a Reshape with the channels left to what enters."""
    target = tuple(layer.config["target_shape"])
    enters = layer.calls[0].input_shapes[0] if layer.calls else None
    if -1 in target or not enters or enters[-1] not in target:
        return target
    place = len(target) - 1 - target[::-1].index(enters[-1])
    return (*target[:place], -1, *target[place + 1 :])
