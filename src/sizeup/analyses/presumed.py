"""What a printed summary leaves open of its layers, as the plainest that gives what it does say.

Shapes and counts tell no kernel of a convolution that keeps the size of its map, and no pooling
for certain. To size such a network with another width, its layers have to be whole: each takes
the first configuration that leads from the shape that enters to the one that leaves, with as many
parameters as the table says. What was taken is a note.
"""

from __future__ import annotations

from itertools import product

from sizeup.dims import total
from sizeup.errors import SizingError
from sizeup.network import Graph, Network, Note, Ref
from sizeup.rules.graphs import resize
from sizeup.rules.registry import HOMES, REQUIRED, find_rule, is_determined
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from sizeup.network import Call, Layer, Shape

    Config = Mapping[str, Any]

KERNELS = (3, 5, 7, 1, 9, 11, 2, 4)
POOLS = (2, 3, 4, 5, 7)
STEPS = (1, 2, 3, 4)
PADDINGS = ("valid", "same")
ORDERS = ("channels_last", "channels_first")
TOLD = ("kernel_size", "pool_size", "strides", "padding", "size")
"""The settings that a note tells."""
REQUIRED_IDLE = {"rate": 0.5, "stddev": 1.0, "activation": "linear", "mask_value": 0.0}
"""Settings that no size depends on, where a layer cannot be without."""


def presumed(network: Network) -> Network:
    """The network with every layer whole that a plain configuration explains, and notes of them."""
    notes: list[Note] = []
    inputs = network.graph.input_shapes
    layers = list(network.graph.layers)
    for number, layer in enumerate(layers):
        if not layer.partial or len(layer.calls) != 1 or layer.calls[0].body is not None:
            continue
        call = layer.calls[0]
        opening = number == 0 and not call.inputs and not inputs
        found = next(_fitting(layer, call, opening=opening), None)
        if found is None:
            continue
        layers[number], entering = found
        if opening:
            inputs = (entering,)
        told = [f"{key} {layers[number].config[key]}" for key in TOLD
                if layers[number].config.get(key) and key not in layer.config]  # fmt: skip
        if told and not is_determined(layer):
            text = say("solve.presumed", name=layer.name, settings=", ".join(told))
            text += say("solve.plainest")
            notes.append(Note("assumed", text, layer.line))
    graph = network.graph.changed(layers=tuple(layers), input_shapes=inputs)
    return network.changed(graph=graph, notes=(*network.notes, *notes))


def presumptions(network: Network) -> list[str]:
    """The notes of what was taken of a network."""
    return [note.text for note in network.notes if note.text.endswith(say("solve.plainest"))]


def _fitting(layer: Layer, call: Call, *, opening: bool) -> Iterator[tuple[Layer, Shape]]:
    """The layer in each configuration that gives what is known of it, with what then enters."""
    output = call.output_shapes[0]
    rule = find_rule(layer.kind)
    if output is None or rule is None:
        return
    required = {name: REQUIRED_IDLE[name] for name, default in rule.signature.items()
                if default is REQUIRED and name in REQUIRED_IDLE}  # fmt: skip
    for config in _plain(layer, output):
        whole = {**required, **config, **layer.config}
        entering = call.input_shapes or ((_before(layer, whole, output),) if opening else ())
        if not entering or None in entering:
            continue
        refs = call.inputs or (Ref(-1),)
        inner = tuple(Ref(-1, 0, place) for place in range(len(entering)))
        tried = layer.changed(config=whole, partial=False, perhaps=(),
                              calls=(call.changed(inputs=inner, input_shapes=()),))  # fmt: skip
        try:
            (sized,) = resize(Network("", Graph((tried,), entering))).graph.layers
        except SizingError:
            continue
        if sized.calls[0].output_shapes[0] == output and _count(sized) == _count(layer):
            calls = (sized.calls[0].changed(inputs=refs),)
            yield sized.changed(calls=calls), entering[0] or ()


def _plain(layer: Layer, output: Shape) -> Iterator[Config]:
    """Configurations of its kind, plainest first; what leaves tells how wide it is."""
    home, kind = HOMES.get(layer.kind), layer.kind
    rank = len(output) - 2
    if home == "pooling" and not kind.startswith(("Global", "Adaptive")):
        for order, padding, size, steps in product(ORDERS, PADDINGS, POOLS, (None, *STEPS)):
            yield {"pool_size": size, "strides": steps, "padding": padding, "data_format": order}
    elif home == "conv" and rank > 0:
        for order, use_bias, steps, size, padding in product(
            ORDERS, (True, False), STEPS, KERNELS, PADDINGS
        ):
            yield {
                "filters": output[1 if order == "channels_first" else -1],
                "kernel_size": size, "strides": steps, "padding": padding, "use_bias": use_bias,
                "data_format": order,
            }  # fmt: skip
    elif kind.startswith("UpSampling"):
        yield from ({"size": size} for size in POOLS)
    elif kind == "Dense":
        yield from ({"units": output[-1], "use_bias": use_bias} for use_bias in (True, False))
    else:
        yield {}
        yield from ({"data_format": order} for order in ORDERS)


def _before(layer: Layer, config: Config, output: Shape) -> Shape | None:
    """What enters the first layer, of which only what leaves is known."""
    readings = (layer.parameters, *layer.perhaps)
    kernels = [
        parameter.shape
        for reading in readings
        for parameter in reading
        if parameter.name == "kernel" and parameter.shaped
    ]
    size = config.get("kernel_size")
    if layer.kind == "Dense":
        return (None, *output[1:-1], kernels[0][0]) if kernels else None
    sides = len(output) - 2
    alike = [shape for shape in kernels if shape[:-2] == (size,) * sides]
    if not alike or not isinstance(size, int) or config["strides"] != 1:
        return None
    more = size - 1 if config["padding"] == "valid" else 0
    channels = alike[0][-2]
    if config["data_format"] == "channels_first":
        return (None, channels, *(None if s is None else s + more for s in output[2:]))
    return (None, *(None if s is None else s + more for s in output[1:-1]), channels)


def _count(layer: Layer) -> object:
    return total(parameter.count for parameter in layer.parameters)
