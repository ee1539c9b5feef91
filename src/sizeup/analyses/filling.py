"""What a source leaves unsaid of its layers, as the network beside it has it where that fits.

A printed summary says shapes and counts, and stored weights say neither order nor wires. Beside
code they can be compared layer by layer: a layer takes the settings of its counterpart wherever
these give the shapes and the counts that the source does say.
"""

from __future__ import annotations

from sizeup.analyses.align import align
from sizeup.analyses.likeness import WIDTHS
from sizeup.analyses.of_torch import as_keras
from sizeup.analyses.torch_kinds import is_of_torch
from sizeup.analyses.variants import closest
from sizeup.dims import total
from sizeup.errors import SizingError
from sizeup.network import Graph, Network, Ref
from sizeup.rules.graphs import resize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Layer, Shape


def completed(before: Graph, after: Graph) -> tuple[Graph, Graph]:
    """Both flat graphs, with what one leaves unsaid taken from the other."""
    if is_wired(before) != is_wired(after):
        if is_wired(after):
            after, before = _in_order(after, before)
        else:
            before, after = _in_order(before, after)
    if is_of_torch(before) != is_of_torch(after):
        if is_of_torch(before):
            before = as_keras(before, after)
        else:
            after = as_keras(after, before)
    elif any(layer.partial for layer in (*before.layers, *after.layers)):
        pairs = [pair for _, found in align(before, after).stages for pair in found]
        partners = {i: j for i, j in pairs if i is not None and j is not None}
        filled = _filled(before, after, partners)
        back = {j: i for i, j in partners.items()}
        before, after = filled, _filled(after, before, back)
    return before, after


def is_wired(graph: Graph) -> bool:
    """Whether it is known what enters layers; nothing is of stored weights."""
    return not graph.layers or any(layer.calls for layer in graph.layers)


def stored(graph: Graph) -> Graph:
    """The graph as a store of weights: what layers own, one by one, and no wires."""
    return Graph(tuple(_bare(layer) for layer in graph.layers if layer.parameters))


def _in_order(wired: Graph, weights: Graph) -> tuple[Graph, Graph]:
    """Both as stores of weights, the second in the order of the first where shapes agree."""
    owners = stored(wired)
    left = list(map(_bare, weights.layers))
    order: list[Layer] = []
    for owner in owners.layers:
        alike = (layer for layer in left if _shapes(layer) == _shapes(owner))
        found = next(alike, None)
        if found is not None:
            left.remove(found)
            order.append(found)
    return owners, Graph((*order, *left))


def _bare(layer: Layer) -> Layer:
    """What a store of weights knows of a layer."""
    return layer.changed(calls=(), config={}, partial=True)


def _shapes(layer: Layer) -> list[Shape]:
    return sorted((parameter.shape for parameter in layer.parameters), key=repr)


def _filled(graph: Graph, other: Graph, partners: dict[int, int]) -> Graph:
    """The graph with partial layers as their partners are, where sizes agree."""
    layers = list(graph.layers)
    inputs = graph.input_shapes
    for number, partner in partners.items():
        layer, like = layers[number], other.layers[partner]
        if not layer.partial or like.partial or layer.kind != like.kind:
            continue
        if len(layer.calls) != 1 or len(like.calls) != 1 or layer.calls[0].body:
            continue
        shapes = layer.calls[0].input_shapes
        first = not layer.calls[0].inputs and like.calls[0].inputs == (Ref(-1),)
        found = _as(layer, like, like.calls[0].input_shapes if first else shapes)
        if found is None:
            continue
        if first and not inputs:
            inputs = like.calls[0].input_shapes
        refs = (Ref(-1),) if first else layer.calls[0].inputs
        layers[number] = found.changed(calls=(found.calls[0].changed(inputs=refs),))
    return graph.changed(layers=tuple(layers), input_shapes=inputs)


def _as(layer: Layer, like: Layer, shapes: tuple[Shape | None, ...]) -> Layer | None:
    """A layer with all settings of another but those that are known of it; None if that is not it.

    `shapes` are those of what enters.
    """
    output = layer.calls[0].output_shapes[0]
    if None in shapes or output is None:
        return None
    config = {**like.config, **layer.config}
    for name in WIDTHS:
        if name in like.config and name not in layer.config:
            first = like.config.get("data_format") == "channels_first"
            config[name] = output[1 if first else -1]
    return closest(layer.kind, config, lambda each: _tried(layer, like, each, shapes))


def _tried(
    layer: Layer, like: Layer, config: Mapping[str, Any], shapes: tuple[Shape | None, ...]
) -> Layer | None:
    """A layer of this configuration, if it gives and owns what is known of the one given."""
    if any(config.get(name) != value for name, value in layer.config.items()):
        return None
    refs = tuple(Ref(-1, 0, number) for number in range(len(shapes)))
    call = like.calls[0].changed(inputs=refs, input_shapes=())  # none that it would remember
    tried = layer.changed(config=config, partial=False, calls=(call,))
    try:
        (sized,) = resize(Network("", Graph((tried,), shapes))).graph.layers
    except SizingError:
        return None
    output = layer.calls[0].output_shapes[0]
    agrees = sized.calls[0].output_shapes[0] == output and _count(sized) == _count(layer)
    return sized if agrees else None


def _count(layer: Layer) -> Dim:
    return total(parameter.count for parameter in layer.parameters)
