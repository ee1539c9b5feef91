"""Calling a layer on tensors: what it then owns and what leaves it."""

from __future__ import annotations

import ast
from collections import OrderedDict
from collections.abc import Sequence

from sizeup.errors import OpenSizeError, SizingError
from sizeup.network import BYTES, Shape, Unknown, times
from sizeup.readers.source.arrays import Array
from sizeup.readers.source.keras import masks
from sizeup.readers.source.keras.capture import frozen_config
from sizeup.readers.source.keras.objects import LayerValue, Node, Tensor, constant
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Choice, Lost, NeedDecision, Open, Raised
from sizeup.rules.checks import differ
from sizeup.rules.registry import HOMES, find_rule, size
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.readers.source.keras.entering import Entering
    from sizeup.rules.registry import Sizing

    Value = Any

CALL_STEPS = 20
"""What a call of a layer takes, in steps of the evaluation."""

PASSING = frozenset({
    "Activation", "BatchNormalization", "LayerNormalization", "Dropout", "GaussianNoise",
    "GaussianDropout", "AlphaDropout", "ReLU", "LeakyReLU", "ELU", "PReLU", "Identity", "Masking",
    "Rescaling", "Normalization", "InputLayer", "UnitNormalization", "ActivityRegularization",
    "ops.along", "ops.elementwise",
})  # fmt: skip
"""Kinds that say nothing about the rank of what enters."""


def tensors_in(m: Machine, value: Value) -> list[Value]:
    """All tensors in an argument, however nested; what should be one and is not stays as it is."""
    value = m.resolve(value)
    if isinstance(value, list | tuple):
        return [found for element in value for found in tensors_in(m, element)]
    if isinstance(value, dict):
        return [found for key in keys_of(value) for found in tensors_in(m, value[key])]
    if isinstance(value, Array):
        return [constant(value.shape, value.dtype)]
    return [value] if isinstance(value, Tensor | Open | Lost) else []


def keys_of(value: dict[Value, Value]) -> list[Value]:
    """The keys of a dict in the order in which Keras takes what stands under them."""
    try:
        return list(value) if isinstance(value, OrderedDict) else sorted(value)
    except TypeError:  # of several kinds
        return list(value)


def from_data(value: Value) -> Value:
    """Arrays that a layer is called on as tensors of any batch, however nested."""
    if isinstance(value, Array) and value.shape:
        return Tensor((None, *value.shape[1:]), value.dtype)
    if isinstance(value, list | tuple):
        return [from_data(element) for element in value]
    if isinstance(value, dict):
        return {key: from_data(element) for key, element in value.items()}
    return value


def holds_tensor(value: Value) -> bool:
    """Whether a tensor of the network, and no mere constant, is somewhere in a value."""
    if isinstance(value, list | tuple):
        return any(holds_tensor(element) for element in value)
    if isinstance(value, dict):
        return any(holds_tensor(element) for element in value.values())
    if isinstance(value, Choice):
        return holds_tensor(value.yes) or holds_tensor(value.no)
    return isinstance(value, Tensor) and not value.constant


def as_tensor(m: Machine, value: Value, node: ast.AST) -> Tensor:
    """A tensor; what is open or lost becomes one of unknown shape."""
    if isinstance(value, Tensor):
        return value
    tensor = Tensor(None)
    if isinstance(value, Open) and (origin := _origin(value.key)) is not None:
        return _hidden(m, value, origin, node)
    if isinstance(value, Open):
        batched = ("attribute", value.key, "shape")
        key = ("slice", batched, f"{value.text}.shape", 1)
        tensor.origin = value
        shape = m.open(key, f"{value.text}.shape", value.why, value.line)
        if not isinstance(shape, Open):
            tensor.shape = (None, *(m.number(dim) for dim in shape))
            return tensor
        tensor.rank_of = shape
        tensor.unknown = Unknown(say("source.open_tensor", code=value.text), line_of(node))
    else:
        tensor.unknown = Unknown(value.reason, value.line)
    return tensor


def _origin(key: object) -> object:
    """The key of the network or layer whose output an open value is; None where it is none."""
    while isinstance(key, tuple) and key[0] == "item":
        key = key[1]
    if isinstance(key, tuple) and key[0] == "attribute" and key[2] in ("output", "outputs"):
        return key[1]
    return None


def _hidden(m: Machine, value: Open, origin: object, node: ast.AST) -> Tensor:
    """What leaves a network that is not in the text: its parameters are missing in the total."""
    hidden = m.world.hidden
    if value.key not in hidden:
        layer = hidden.get(origin) or m.world.unknown_layer(m, value, node)
        hidden[origin] = layer
        hidden[value.key] = apply(m, layer, [], node).outputs[0]
    found: Tensor = hidden[value.key]
    return found


def apply(
    m: Machine,
    layer: LayerValue,
    inputs: Sequence[Tensor],
    node: ast.AST | None,
    how: Entering | None = None,
    *,
    lost: Unknown | None = None,
) -> Node:
    """One call of a layer that has a rule. Never raises for the network's faults: it notes them.

    `how` says more of it, where tensors enter that do not size the layer, or flags do; `lost`
    says why the layer, which owns nothing, cannot tell what leaves it.
    """
    m.budget.spend(CALL_STEPS)
    call = begin(m, layer, inputs, node)
    if how is not None:
        how.describe(call)
    layer.nodes = (*layer.nodes, call)
    if lost is None and layer.unknown is None and find_rule(layer.rule) is None:
        layer.unknown = Unknown(say("source.no_call", name=layer.kind), call.line)
    unknown = lost or layer.unknown or next((t.unknown for t in inputs if t.unknown), None)
    broken = any(t.node is not None and t.node.error for t in call.inputs)
    if lost or layer.unknown or broken or any(t.shape is None for t in inputs):
        _unsized(m, layer, call, unknown)
        return call
    if layer.inner:
        call.error = m.world.call_held(m, layer, inputs, node or ast.Pass())
        if call.error is not None or layer.unknown is not None:
            _unsized(m, layer, call, layer.unknown)
            return call
    try:
        config = {**frozen_config(layer), **call.options}
        sizing = size(layer.rule, config, [t.shape for t in inputs if t.shape is not None])
        own(layer, sizing)
    except OpenSizeError as error:
        _unsized(m, layer, call, Unknown(error.what, call.line))
        return call
    except SizingError as error:
        if "ValueError" in m.expected:
            raise Raised("ValueError", error.what, call.line) from None
        call.error = error.what
        call.outputs = (Tensor(None, node=call),)
        return call
    emit(m, call, sizing.outputs, inputs)
    call.samples = samples_of(inputs)
    call.macs = times(sizing.macs, call.samples)
    return call


def samples_of(inputs: Sequence[Tensor]) -> Dim | None:
    """How many rows of what enters belong to one sample."""
    return next((t.samples for t in inputs if t.samples != 1), 1)


def begin(m: Machine, layer: LayerValue, inputs: Sequence[Tensor], node: ast.AST | None) -> Node:
    """A new call. What symbolic inputs lead to is no part of the call that is followed now."""
    call = Node(layer, tuple(inputs), m.unique(), line_of(node))
    if not any(t.node is not None and t.node.within is None for t in inputs):
        call.within = m.world.frame
    return call


def own(layer: LayerValue, sizing: Sizing) -> None:
    """Give a layer its parameters at its first call; a later call has to need the same ones."""
    if layer.attributes.get("<built>") and layer.cls is not None:
        return  # `build` of the source's class has made what it wants
    dtype = layer.config.get("dtype")
    parameters = sizing.parameters
    if isinstance(dtype, str) and dtype in BYTES:
        parameters = tuple(
            p.changed(dtype=dtype) if p.dtype == "float32" else p for p in parameters
        )
    if layer.parameters is None:
        layer.parameters = parameters
    elif [p.shape for p in layer.parameters] != [p.shape for p in parameters]:
        raise SizingError(say("rules.calls_differ", kind=layer.kind))


def emit(m: Machine, call: Node, shapes: Sequence[Shape | None], inputs: Sequence[Tensor]) -> None:
    """The tensors that leave a call."""
    dtype = inputs[0].dtype if inputs else "float32"
    call.outputs = tuple(Tensor(s, dtype, call, i) for i, s in enumerate(shapes))
    has_mask = masks.masked(m, call)
    for tensor in call.outputs:
        tensor.samples, tensor.masked = samples_of(inputs), has_mask


def _unsized(m: Machine, layer: LayerValue, call: Node, unknown: Unknown | None) -> None:
    """A call whose input is not known: what leaves is not known either.

    Where only the rank of an open shape is missing, a layer that tells it restarts the reading.
    """
    sizing = call.inputs[: len(call.inputs) - call.beside]
    origin = next((t.rank_of for t in sizing if t.rank_of is not None), None)
    rank = expected_rank(layer)
    if origin is not None and rank is not None:
        raise NeedDecision(("rank", origin.key), (rank - 1,), (None,))
    output = Tensor(None, node=call)
    output.rank_of = origin if layer.rule in PASSING else None
    output.unknown = unknown
    call.outputs = (output,)
    call.macs = None
    if layer.quiet:  # an operation owns nothing
        return
    if layer.unknown is None and unknown is not None and layer.parameters is None:
        reason = say("source.input_unknown", reason=unknown.reason)
        if layer.rule not in HOMES or owns_something(layer):
            layer.unknown = Unknown(reason, unknown.line)


def expected_rank(layer: LayerValue) -> int | None:
    """The rank, batch included, that a layer demands of its input."""
    kind = layer.rule
    if kind in ("TimeDistributed", "Bidirectional", "SpectralNormalization"):
        held = layer.inner.get("layer")
        rank = None if held is None else expected_rank(held)
        return rank if rank is None or kind != "TimeDistributed" else rank + 1
    if HOMES.get(kind) in {"augmentation", "resizing"}:
        return 4  # pictures, which come in batches
    for ending, rank in (("1D", 3), ("2D", 4), ("3D", 5)):
        if kind.endswith((ending, ending + "Transpose")):
            return rank + kind.startswith("ConvLSTM")
    return RANKS.get(kind)


def owns_something(layer: LayerValue) -> bool:
    """Whether layers of this kind own parameters at all."""
    kind = layer.rule
    return kind == "PReLU" or (HOMES[kind] not in IDLE and kind not in IDLE_KINDS)


RANKS = {
    "Dense": 2, "Embedding": 2, "ReversibleEmbedding": 2, "Flatten": 2,
    **dict.fromkeys(("SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU", "RNN"), 3),
    "MultiHeadAttention": 3, "GroupedQueryAttention": 3, "STFTSpectrogram": 3,
    "TextVectorization": 1,
}  # fmt: skip
"""The rank that other kinds are mostly given."""

IDLE = frozenset({"activations", "regularization", "reshaping", "merge", "pooling", "padding",
                  "operations", "augmentation", "resizing", "lookups"})  # fmt: skip
"""Homes of kinds that own nothing, but for PReLU; so do these kinds:"""
IDLE_KINDS = frozenset({"Rescaling", "CategoryEncoding", "Hashing", "HashedCrossing",
                        "Discretization", "MelSpectrogram"})  # fmt: skip


def swap(value: Value, mapping: dict[int, Tensor]) -> Value:
    """A value with tensors replaced, however nested."""
    if isinstance(value, list):
        return [swap(element, mapping) for element in value]
    if isinstance(value, tuple):
        return tuple(swap(element, mapping) for element in value)
    if isinstance(value, dict):
        return {key: swap(element, mapping) for key, element in value.items()}
    return mapping.get(id(value), value)


def differ_in(one: Shape, other: Shape) -> bool:
    """Whether two shapes are certainly different; an open dimension fits any."""
    return len(one) != len(other) or any(differ(*pair) for pair in zip(one, other, strict=True))
