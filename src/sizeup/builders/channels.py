"""Networks whose images have their channels first, turned to have them last.

Today's Keras runs channels_last everywhere, channels_first on few machines. The tensors that are
images are followed from the inputs, or from a Reshape that makes them, to where they end; where
one meets a layer that would then do something else, nothing is turned.
"""

from __future__ import annotations

from sizeup.errors import SizingError
from sizeup.network import Call, Graph, Layer, Network, Ref, held_layers, inside, rows
from sizeup.rules.graphs import resize
from sizeup.rules.registry import HOMES, find_rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Shape

FIRST, LAST = "channels_first", "channels_last"

MOVED = frozenset({"conv", "pooling", "padding", "resizing"})
"""Homes of kinds that take the order of the channels as an argument; others of them are:"""
MOVED_KINDS = frozenset({"SpatialDropout2D", "SpatialDropout3D", "LocallyConnected2D"})

PASSING = frozenset({"activations", "regularization", "norm"})
"""Homes of kinds that leave a tensor's axes as they are; others of them are:"""
PASSING_KINDS = frozenset({"InputLayer", "Activation", "Identity", "Rescaling", "Add", "Subtract",
                           "Multiply", "Average", "Maximum", "Minimum", "Concatenate"})  # fmt: skip

AXES = ("axis", "shared_axes")
"""Arguments that number axes."""

MATRIX = 2
"""The rank at which nothing is an image any more."""


class _StaysError(Exception):
    """A layer keeps the network from being turned."""


def channels_last(network: Network, *, same_order: bool = False) -> tuple[Network, list[str]]:
    """The network with its channels last, and what is to be said of that.

    It owns the same layer by layer; it is as it was where that cannot be done. With `same_order`
    a Permute keeps the values in the source's order where images are flattened or come to be, so
    that the same weights give the same outputs.
    """
    if network.error is not None or not any(map(_is_first, _all_layers(network.graph))):
        return network, []
    try:
        turner = _Turner(network.graph, same_order)
        graph = turner.turned()
        shapes = tuple(
            _moved(shape) if turner.images.get(Ref(-1, 0, place)) else shape
            for place, shape in enumerate(network.graph.input_shapes)
        )
        found = resize(network.changed(graph=graph), input_shapes=shapes, anew=True)
    except _StaysError as stays:
        return network, [say("port.stays", name=stays)]
    except SizingError as error:
        return network, [say("port.stays", name=error.what)]
    if _owned(found) != _owned(network):
        return network, [say("port.stays", name=network.name)]
    notes = [say("port.turned")]
    if turner.flattened and not same_order:
        notes.append(say("port.order", names=", ".join(turner.flattened)))
    return found, notes


def _owned(network: Network) -> list[tuple[str, Dim]]:
    return [(row.path, row.parameters) for row in rows(network) if row.parameters != 0]


def _all_layers(graph: Graph) -> Iterator[Layer]:
    for layer in graph.layers:
        yield layer
        yield from _all_layers(Graph(inside(layer)))
        yield from held_layers(layer.config)


def _is_first(layer: Layer) -> bool:
    return layer.config.get("data_format") == FIRST


class _Turner:
    """Follows the images of a graph; `images` says of each tensor whether it is one."""

    def __init__(self, graph: Graph, same_order: bool) -> None:
        self.graph = graph
        self.same_order = same_order
        self.images: dict[Ref, bool] = {}
        self.flattened: list[str] = []
        self.kept: list[str] = []
        self.wanted = self._wanted()

    def _wanted(self) -> set[Ref]:
        """The tensors that a layer takes for images with the channels first."""
        wanted: set[Ref] = set()
        calls = [(n, layer, i, call) for n, layer in enumerate(self.graph.layers)
                 for i, call in enumerate(layer.calls)]  # fmt: skip
        size = -1
        while size != len(wanted):
            size = len(wanted)
            for number, layer, index, call in reversed(calls):
                takes = _moves(layer) and _is_first(layer)
                goes_on = _passes(layer) and Ref(number, index) in wanted
                if takes or goes_on:
                    wanted.update(call.inputs)
        return wanted

    def turned(self) -> Graph:
        """The graph with other configurations; what enters is to be turned as well."""
        for place in range(len(self.graph.input_shapes)):
            self.images[Ref(-1, 0, place)] = Ref(-1, 0, place) in self.wanted
        configs = [dict(layer.config) for layer in self.graph.layers]
        pending = [(n, i) for n, layer in enumerate(self.graph.layers)
                   for i in range(len(layer.calls))]  # fmt: skip
        while pending:
            waiting = []
            for number, index in pending:
                call = self.graph.layers[number].calls[index]
                if any(ref not in self.images and ref.layer >= -1 for ref in call.inputs):
                    waiting.append((number, index))
                else:
                    configs[number] = self._turn(number, index, call)
            if len(waiting) == len(pending):
                raise _StaysError(self.graph.layers[waiting[0][0]].name)
            pending = waiting
        layers = zip(self.graph.layers, configs, strict=True)
        graph = self.graph.changed(layers=tuple(layer.changed(config=c) for layer, c in layers))
        return _ordered(graph, self.flattened, self.kept) if self.same_order else graph

    def _turn(self, number: int, index: int, call: Call) -> dict[str, Any]:
        """The configuration of a layer for what now enters it."""
        layer = self.graph.layers[number]
        given = [self.images.get(ref, False) for ref in call.inputs]
        config, leaves = dict(layer.config), False
        if layer.rule == "Reshape" and Ref(number, index) in self.wanted and not any(given):
            target = tuple(config["target_shape"])
            if not self.same_order:
                config["target_shape"] = (*target[1:], target[0])
            self.flattened.append(layer.name)
            leaves = True
        elif not any(given):
            if _is_first(layer) and layer.rule != "Flatten":
                raise _StaysError(layer.name)
            config.pop("data_format", None) if layer.rule == "Flatten" else None
        elif layer.rule == "Flatten":
            config.pop("data_format", None)
            if not _is_first(layer):  # else it gives the channels last as it is
                self.flattened.append(layer.name)
        elif _moves(layer) and _is_first(layer):
            config["data_format"] = LAST
            leaves = True
        else:
            config, leaves = self._untold(layer, call, all(given)), True
        for output, shape in enumerate(call.output_shapes):
            image = leaves and shape is not None and len(shape) > MATRIX
            self.images[Ref(number, index, output)] = image
        return config

    def _untold(self, layer: Layer, call: Call, images: bool) -> dict[str, Any]:
        """The configuration of a layer that is not told the order of what enters."""
        passes = images and _passes(layer)
        same = passes and not _is_placed(layer) and not _is_bound(layer)
        if self.same_order and not same and _is_alone(layer):
            self.kept.append(layer.name)
            return dict(layer.config)
        if not passes or _is_bound(layer) or (self.same_order and not same):
            raise _StaysError(layer.name)
        if not same:
            self.flattened.append(layer.name)
        return _renumbered(layer, call.input_shapes[0])


def _ordered(graph: Graph, flattened: Iterable[str], kept: Iterable[str]) -> Graph:
    """The graph with a Permute before each Flatten and behind each Reshape that is `flattened`.

    What is `kept` as it is has one before it, and one behind it unless a matrix leaves it.
    """
    for name in dict.fromkeys((*flattened, *kept)):
        number = next(n for n, layer in enumerate(graph.layers) if layer.name == name)
        layer = graph.layers[number]
        if name in kept:
            rank = len(layer.calls[0].output_shapes[0] or ())
            graph = _left(graph, number, (*range(2, rank), 1)) if rank > MATRIX else graph
            graph = _entered(graph, number)
        elif layer.rule == "Flatten":
            graph = _entered(graph, number)
        else:
            graph = _left(graph, number, (*range(2, len(layer.config["target_shape"]) + 1), 1))
    return graph


def _entered(graph: Graph, number: int) -> Graph:
    """With what enters a layer permuted to have its channels first."""
    graph = _shifted(graph, number)
    layer = graph.layers[number]
    rank = len(layer.calls[0].input_shapes[0] or ())
    order = (rank - 1, *range(1, rank - 1))
    permute = _permute(f"{layer.name}_order", order, [c.inputs for c in layer.calls])
    calls = (call.changed(inputs=(Ref(number, i),)) for i, call in enumerate(layer.calls))
    layers = list(graph.layers)
    layers[number : number + 1] = [permute, layer.changed(calls=tuple(calls))]
    return graph.changed(layers=tuple(layers))


def _left(graph: Graph, number: int, dims: tuple[int, ...]) -> Graph:
    """With what leaves a layer permuted."""
    graph = _shifted(graph, number + 1)
    layer = graph.layers[number]
    leaves = {Ref(number, i): Ref(number + 1, i) for i in range(len(layer.calls))}
    graph = _followed(graph, lambda ref: leaves.get(ref, ref))
    permute = _permute(f"{layer.name}_reorder", dims, [(ref,) for ref in leaves])
    layers = (*graph.layers[: number + 1], permute, *graph.layers[number + 1 :])
    return graph.changed(layers=layers)


def _permute(name: str, dims: tuple[int, ...], inputs: Iterable[tuple[Ref, ...]]) -> Layer:
    calls = (Call(refs, (None,), (None,), None) for refs in inputs)
    return Layer(name, "Permute", {"dims": dims}, calls=tuple(calls))


def _shifted(graph: Graph, place: int) -> Graph:
    """With the layers from `place` on numbered one higher, but for the one that comes there."""
    return _followed(graph, lambda ref: ref.changed(layer=ref.layer + (ref.layer >= place)))


def _followed(graph: Graph, ref: Callable[[Ref], Ref]) -> Graph:
    """With other references to tensors."""

    def renewed(layer: Layer) -> Layer:
        calls = (call.changed(inputs=tuple(map(ref, call.inputs))) for call in layer.calls)
        return layer.changed(calls=tuple(calls))

    layers = tuple(map(renewed, graph.layers))
    return graph.changed(layers=layers, outputs=tuple(map(ref, graph.outputs)))


def _moves(layer: Layer) -> bool:
    return HOMES.get(layer.rule) in MOVED or layer.rule in MOVED_KINDS


def _passes(layer: Layer) -> bool:
    known = HOMES.get(layer.rule) in PASSING or layer.rule in PASSING_KINDS
    return known and not _moves(layer)


def _is_placed(layer: Layer) -> bool:
    """Whether a layer owns what has an entry for places of an image, as a PReLU does."""
    return any(len(parameter.shape or ()) > 1 for parameter in layer.parameters)


def _is_bound(layer: Layer) -> bool:
    """Whether a layer means axes that nothing here renumbers."""
    named = any(layer.config.get(name) for name in ("noise_shape", "shape"))
    return named or layer.rule == "UnitNormalization"


def _is_alone(layer: Layer) -> bool:
    """Whether one tensor enters a layer and one leaves it, once."""
    return [(len(call.inputs), len(call.output_shapes)) for call in layer.calls] == [(1, 1)]


def _renumbered(layer: Layer, shape: Shape | None) -> dict[str, Any]:
    """The configuration with its axes where they are now."""
    rule = find_rule(layer.rule)
    if shape is None or rule is None:
        raise _StaysError(layer.name)
    config = dict(layer.config)
    for name in AXES:
        if name in rule.signature:
            axes = config.get(name, rule.signature[name])
            if axes is not None:
                config[name] = _axes(axes, len(shape))
    return config


def _axes(axes: Any, rank: int) -> Any:
    if isinstance(axes, tuple | list):
        return tuple(sorted(_axes(axis, rank) % rank for axis in axes))
    place = axes % rank
    if place == 1:
        return -1
    return place if place == 0 else place - 1


def _moved(shape: Shape | None) -> Shape | None:
    """A shape with the channels last."""
    return None if shape is None else (shape[0], *shape[2:], shape[1])
