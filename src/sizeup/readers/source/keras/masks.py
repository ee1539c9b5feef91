"""Masks: which tensors have one by Keras' rules, and what a `call` that takes `mask` is given.

They size nothing, but a source may ask whether there is one.
"""

from __future__ import annotations

from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Node, Tensor, constant

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


def masked(call: Node) -> bool | None:
    """Whether what leaves a call has a mask; None where that is not known."""
    layer = call.layer
    if layer.rule == "Masking" or (layer.rule == "Embedding" and layer.config.get("mask_zero")):
        return True
    entering = [tensor.masked for tensor in call.inputs]
    some = True if True in entering else None if None in entering else False
    if some is False or layer.rule.startswith("ops."):
        return False
    if layer.rule in SUMS and False in entering:
        return None  # Keras 2 takes those that there are, Keras 3 none
    return some if (handed_on := _hands_on(layer)) else handed_on


def _hands_on(layer: LayerValue) -> bool | None:
    """Whether a layer gives the mask that enters."""
    supports = layer.attributes.get("supports_masking")
    if isinstance(layer, ModelValue) or layer.inner or layer.method("compute_mask") is not None:
        return None
    if layer.rule in KEEPS or supports is True:
        return True
    if layer.rule in RECURRENT:
        return layer.config.get("return_sequences") is True
    return None if layer.has_call and layer.rule != "Layer" and supports is not False else False


def entering(value: Value, unseen: Value) -> Value:
    """The masks of a first argument, nested as it is; None where none of its tensors has one."""
    if isinstance(value, list | tuple):
        found = [entering(element, unseen) for element in value]
        return found if any(mask is not None for mask in found) else None
    if not isinstance(value, Tensor) or value.masked is False:
        return None
    known = value.masked is True and value.shape is not None
    return constant(value.shape[:-1], "bool") if known and value.shape is not None else unseen
