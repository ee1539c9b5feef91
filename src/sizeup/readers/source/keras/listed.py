"""The layers that a model lists, and what a source leaves of them."""

from __future__ import annotations

from sizeup.readers.source.keras.capture import capture, in_order
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Tensor
from sizeup.readers.source.machine import Machine

LISTED = "<layers>"
"""The attribute that keeps `model.layers` where the source may shorten it."""


def listed_layers(model: ModelValue) -> list[LayerValue]:
    """`model.layers`: what Keras lists, without operations and a Sequential's input layer."""
    if LISTED in model.attributes:
        return list(model.attributes[LISTED])
    if model.has_call or not (model.outputs or model.sequential):
        return list(model.tracked)
    if model.sequential and model.cls is None:
        return list(model.layers)
    ends = (model.inputs, model.outputs)
    if model.order is None or model.order[0] != ends:  # what lies between two ends never changes
        known = {layer.identity: layer for layer in _all_layers(model)}
        graph = capture(model.inputs, model.outputs, chain=model.sequential)
        found = [known[e.identity] for e in graph.layers if e.identity in known]
        model.order = ends, [layer for layer in found if not layer.quiet]
    return list(model.order[1])


def layers_of(m: Machine, model: ModelValue) -> list[LayerValue]:
    """`model.layers`: Keras 1 and 2 gave the list itself, today's gives a copy."""
    if m.world.version > 2 or model.sequential or model.has_call:
        return listed_layers(model)
    if LISTED not in model.attributes:
        m.touch(model)
        model.attributes[LISTED] = listed_layers(model)
    kept: list[LayerValue] = model.attributes[LISTED]
    return kept


def ends_of(model: ModelValue) -> tuple[Tensor, ...]:
    """The outputs of the model, or of what the source has left of its layers.

    `model.layers.pop()` of Keras 1 and 2 took a layer out of the summary and the weights; the
    output stayed what it was.
    """
    left = {layer.identity for layer in model.attributes.get(LISTED, ())}
    nodes = [node for node in in_order(model.inputs, model.outputs) if not node.layer.quiet]
    staying = [node for node in nodes if node.layer.identity in left]
    if LISTED not in model.attributes or len(staying) == len(nodes):
        return model.outputs
    used = {id(tensor) for node in staying for tensor in node.inputs}
    return tuple(t for node in staying for t in node.outputs if id(t) not in used)


def _all_layers(model: ModelValue) -> list[LayerValue]:
    seen: dict[int, LayerValue] = {}
    pending = [tensor.node for tensor in (*model.outputs, *model.inputs)]
    visited: set[int] = set()
    ends = {id(tensor) for tensor in model.inputs}
    while pending:
        node = pending.pop()
        if node is None or id(node) in visited:
            continue
        visited.add(id(node))
        seen.setdefault(node.layer.identity, node.layer)
        if not any(id(tensor) in ends for tensor in node.outputs):
            pending.extend(tensor.node for tensor in node.inputs)
    return list(seen.values())
