"""What of a flat graph is compared: its parameters, its MACs, or its activations."""

from __future__ import annotations

from sizeup.analyses.aligned import is_joint
from sizeup.dims import product, total
from sizeup.network import Network, add_known, rows, times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.dims import Dim
    from sizeup.network import Call, Graph, Layer

MEASURES = ("parameters", "macs", "activations")


def measure(graph: Graph, of: str) -> Dim | None:
    """Scalars in parameters; or, for one sample, MACs, or elements of all outputs of layers.

    None where they depend on a dimension that is open by design.
    """
    if of == "parameters":
        return total(row.parameters for row in rows(Network("", graph)) if row.parent is None)
    return add_known(measure_layer(layer, of) for layer in graph.layers)


def measure_layer(layer: Layer, of: str) -> Dim | None:
    """MACs or activations of all calls of one layer of a flat graph, for one sample."""
    if is_joint(layer):
        return 0
    return add_known(call.macs if of == "macs" else _elements(call) for call in layer.calls)


def _elements(call: Call) -> Dim | None:
    """The elements of what a call gives, without the batch."""
    known: list[Dim | None] = []
    for shape in call.output_shapes:
        sides = None if shape is None else [dim for dim in shape[1:] if dim is not None]
        if shape is None or sides is None or len(sides) < len(shape) - 1:
            return None
        known.append(times(product(sides), call.samples))
    return add_known(known)
