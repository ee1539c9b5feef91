"""Masks: which tensors have one by Keras' rules, and what a `call` that takes `mask` is given.

They size nothing, but a source may ask whether there is one.
"""

from __future__ import annotations

import ast

from sizeup.readers.source.calls import call_function
from sizeup.readers.source.keras.objects import (
    LayerValue,
    ModelValue,
    Node,
    Tensor,
    constant,
    placeholder,
)
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import Raised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

SUMS = frozenset({"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"})
KEEPS = frozenset({
    "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "Dropout", "SpatialDropout1D",
    "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization", "Identity",
    "BatchNormalization", "LayerNormalization", "Dense", "Concatenate",
}) | SUMS  # fmt: skip
"""Layers whose `compute_mask` gives the mask that enters."""

RECURRENT = frozenset({"SimpleRNN", "LSTM", "GRU"})
"""Those that give it where they return sequences."""


def masked(m: Machine, call: Node) -> bool | Tensor | None:
    """Whether what leaves a call has a mask by Keras' own rules; None where that is not known."""
    layer = call.layer
    if layer.rule == "Masking" or (layer.rule == "Embedding" and layer.config.get("mask_zero")):
        return True
    entering = [tensor.masked for tensor in call.inputs]
    unknown = None if None in entering else False
    some: bool | Tensor | None = next((mask for mask in entering if mask), unknown)
    if some is False or layer.rule.startswith("ops."):
        return False
    if layer.rule in SUMS and False in entering:
        m.world.dialect.disputed = True
        return some if m.world.dialect.law < 3 else False
    if layer.method("compute_mask") is not None:
        return None  # until it is asked
    handed_on = _hands_on(layer, m.world.dialect.law)
    return some if handed_on else handed_on


def _hands_on(layer: LayerValue, law: int) -> bool | None:
    """Whether Keras' own `compute_mask` of a layer gives the mask that enters."""
    supports = layer.attributes.get("supports_masking")
    if isinstance(layer, ModelValue) or layer.inner:
        return _wrapper_hands_on(layer, law)
    if layer.rule in KEEPS or supports is True:
        return True
    if layer.rule in RECURRENT:
        return layer.config.get("return_sequences") is True
    return None if layer.has_call and layer.rule != "Layer" and supports is not False else False


def _wrapper_hands_on(layer: LayerValue, law: int) -> bool | None:
    held = layer.inner.get("layer")
    if not isinstance(held, LayerValue):
        return None
    if layer.rule == "Bidirectional" and held.rule in RECURRENT:
        sequences = held.config.get("return_sequences") is True
        return sequences and (True if layer.config.get("merge_mode", "concat") else None)
    if layer.rule == "TimeDistributed":  # what Keras 2 asks of the layer inside may add to it
        return True if law >= 3 or held.rule in KEEPS else None
    return None


def entering(value: Value, unseen: Value, *, nested: bool = False) -> Value:
    """The masks of an argument, nested as it is.

    None where none of its tensors has one, but for a list that stays `nested` as in Keras 3.
    """
    if isinstance(value, list | tuple):
        found = [entering(element, unseen, nested=nested) for element in value]
        return found if nested or any(mask is not None for mask in found) else None
    if not isinstance(value, Tensor) or value.masked is False:
        return None
    if isinstance(value.masked, Tensor):
        return value.masked
    known = value.masked is True and value.shape is not None
    return constant(value.shape[:-1], "bool") if known and value.shape is not None else unseen


def ask(m: Machine, call: Node, node: ast.AST) -> None:
    """Give the tensors that leave a call the masks that the source's own `compute_mask` says."""
    function = call.layer.method("compute_mask")
    if function is None or not call.inputs:
        return
    inside = [placeholder(tensor) for tensor in call.inputs]
    inputs = inside[0] if len(inside) == 1 else inside
    mask = entering(inputs, m.world.unseen_value(m, node))
    try:
        found = m.resolve(call_function(m, function, [call.layer, inputs, mask], {}, node))
    except Raised:
        return
    said = found if isinstance(found, list | tuple) else [found] * len(call.outputs)
    for tensor, value in zip(call.outputs, said, strict=False):
        tensor.masked = _as_constant(m.resolve(value))


def _as_constant(mask: Value) -> bool | Tensor | None:
    """A mask as what enters the layers behind, where it belongs to no call of the network."""
    if isinstance(mask, Tensor):
        return constant(mask.shape, mask.dtype, unknown=mask.unknown)
    return False if mask is None else None


def inherited(
    m: Machine, layer: LayerValue, a: list[Value], k: dict[str, Value], node: ast.AST
) -> Value:
    """`layer.compute_mask(inputs, mask)` of Keras' own class."""
    given = {**dict(zip(("inputs", "mask"), a, strict=False)), **k}
    x = m.resolve(given.get("inputs"))
    mask = m.resolve(given.get("mask", given.get("previous_mask")))
    if layer.rule in ("Embedding", "Masking"):
        if layer.rule == "Embedding" and not layer.config.get("mask_zero"):
            return None
        shape = x.shape if isinstance(x, Tensor) else None
        if shape is None:
            return m.world.unseen_value(m, node)
        return constant(shape if layer.rule == "Embedding" else shape[:-1], "bool")
    hands_on = _hands_on(layer, m.world.dialect.law)
    if mask is None or hands_on is False:
        return None
    return mask if hands_on else m.world.unseen_value(m, node)
