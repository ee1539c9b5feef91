"""What of a flat graph is compared: its parameters, its MACs, or its activations."""

from __future__ import annotations

from sizeup.analyses.aligned import is_joint
from sizeup.analyses.flat import flatten
from sizeup.dims import total
from sizeup.network import Network, add_known, rows, times
from sizeup.rules.checks import known_product

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sizeup.analyses.count import Count
    from sizeup.dims import Dim
    from sizeup.network import Call, Graph, Layer, Shape

MEASURES = ("parameters", "macs", "activations")


def measure(graph: Graph, of: str, batch: Dim | None = None) -> Dim | None:
    """Scalars in parameters; or, for one sample, MACs, or elements of all outputs of layers.

    Of a layer that is made of layers the outputs of these count. `batch` is the first dimension of
    what enters the network, None for an open one. None where they depend on a dimension that is
    open by design.
    """
    if of == "parameters":
        return total(row.parameters for row in rows(Network("", graph)) if row.parent is None)
    if of == "macs":
        return add_known(call.macs for layer in _counted(graph) for call in layer.calls)
    return add_known(_elements(call, batch) for layer in _counted(graph) for call in layer.calls)


def batch_of(graph: Graph) -> Dim | None:
    """The batch that a network is made for, None for an open one."""
    return next((shape[0] for shape in graph.input_shapes if shape), None)


def activations(found: Count) -> Dim | None:
    """The elements of all outputs of layers for one sample; None where some part is unknown."""
    network = found.network
    if found.unknown or network.unknown or network.error is not None:
        return None
    return measure(flatten(network.graph), "activations", batch_of(network.graph))


def _counted(graph: Graph) -> Iterator[Layer]:
    """The layers that give something of their own."""
    return (layer for layer in graph.layers if layer.kind != "InputLayer" and not is_joint(layer))


def _elements(call: Call, batch: Dim | None) -> Dim | None:
    """The elements of what a call gives for one sample."""
    if call.body is not None:
        return measure(call.body, "activations", batch)
    return add_known(elements_of(shape, batch, call.samples) for shape in call.output_shapes)


def elements_of(shape: Shape | None, batch: Dim | None, samples: Dim | None = 1) -> Dim | None:
    """The elements of a tensor for one sample, of which it may have so many rows each.

    `batch` is the first dimension of what enters the network, None for an open one. What has
    another first dimension comes of weights alone, and has none. None where a dimension is open.
    """
    if shape is None:
        return None
    if shape and (shape[0] is None or shape[0] == batch):
        return times(known_product(shape[1:]), samples)
    return known_product(shape)
