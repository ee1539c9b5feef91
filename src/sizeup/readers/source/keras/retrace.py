"""A model called on other shapes than its own, where a layer of the source's own says the sizes.

Keras calls every layer of the model again on what enters; so is done here, and undone after, for
the layers' own inputs and outputs stay those of the model. What a layer owns it has from before.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from sizeup.network import Graph, Shape
from sizeup.readers.source.keras.capture import capture, in_order
from sizeup.readers.source.keras.entering import Entering
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Node, Tensor
from sizeup.readers.source.keras.tracing import fault_before
from sizeup.readers.source.machine import Machine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def retrace(
    m: Machine, model: ModelValue, shapes: Sequence[Shape | None], node: ast.AST | None
) -> tuple[Graph, str | None]:
    """The graph of a model for other shapes, and the error of the first call that has one."""
    swapped = {
        id(old): _start(m, old, shape) for old, shape in zip(model.inputs, shapes, strict=True)
    }
    starts = tuple(swapped.values())
    states: list[tuple[LayerValue, Value]] = []
    for call in in_order(model.inputs, model.outputs):
        if call.layer.kind != "InputLayer":
            states.append((call.layer, call.layer.state()))
            left = m.world.run_layer(m, call.layer, *_entering(call, swapped, node))
            swapped.update(zip(map(id, call.outputs), left, strict=True))
    outputs = [swapped[id(tensor)] for tensor in model.outputs]
    graph = capture(starts, outputs, chain=model.sequential)
    faults = [fault_before(tensor) for tensor in outputs]
    for layer, state in reversed(states):
        layer.restore(state)
    return graph, next((fault for fault in faults if fault), None)


def _start(m: Machine, old: Tensor, shape: Shape | None) -> Tensor:
    """An input of another shape, of the same input layer."""
    tensor = Tensor(shape, old.dtype)
    if old.node is not None and old.node.layer.kind == "InputLayer":
        tensor.node = Node(old.node.layer, (), m.unique(), old.node.line)
        tensor.node.outputs = (tensor,)
    return tensor


def _entering(
    call: Node, swapped: dict[int, Tensor], node: ast.AST | None
) -> tuple[tuple[Tensor, ...], ast.AST | None, Entering]:
    """What entered a call, as it enters now."""
    inputs, met = (
        tuple(swapped.get(id(tensor), tensor) for tensor in tensors)
        for tensors in (call.inputs, call.met)
    )
    sizing = len(inputs) - call.beside
    how = Entering(inputs[:sizing], inputs[sizing:], met, call.options, call.keywords)
    return how.inputs, node, how
