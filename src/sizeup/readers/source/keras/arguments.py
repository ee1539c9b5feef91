"""From the arguments of a layer's constructor to its configuration in Keras 3's spelling."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType

from sizeup.dims import Dim, Expr
from sizeup.network import Layer, Shape, Unknown
from sizeup.ratio import Ratio
from sizeup.readers.source.iterators import Iter
from sizeup.readers.source.keras.legacy import (
    TOLD,
    dims_in_a_row,
    modern_keywords,
    positional_names,
    sides_by_position,
)
from sizeup.readers.source.keras.names import HOLDS
from sizeup.readers.source.keras.objects import LayerValue, Tensor
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.operators import is_open, iterate
from sizeup.readers.source.values import Condition, Function, Lost, Open, Raised
from sizeup.readers.source.written import written
from sizeup.rules.registry import REQUIRED, find_rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

OBJECTS = (
    "initializer",
    "regularizer",
    "constraint",
    "activation",
    "dtype",
    "weights",
    "lora_alpha",
    "quantization_config",
    "seed",
    "mean",
    "variance",
    "standardize",
    "split",
)
"""Endings of arguments that no size depends on and that may be anything."""

GATED = frozenset({"LSTM", "GRU", "ConvLSTM2D"})
STEEP = "steep_hard_sigmoid"
"""What stands for max(0, min(1, 0.2·x + 0.5)), which no name of Keras 3 stands for."""
CHOICES = {"padding": ("same", "valid"), "data_format": ("channels_first", "channels_last")}
"""Arguments of which an open one is followed for each of its values."""

LISTS = frozenset({"bin_boundaries"})
"""Arguments of which only the length is a size."""

BASE = frozenset({
    "name", "trainable", "dtype", "autocast", "activity_regularizer", "dynamic", "input_shape",
    "batch_input_shape", "batch_shape", "batch_size", "input_dim", "input_length", "weights",
    "input_dtype", "cache_enabled", "implementation", "stateful",
})  # fmt: skip
"""Arguments that every layer takes (of any version), beside its own."""

DEPTHWISE = frozenset({"SeparableConv1D", "SeparableConv2D", "DepthwiseConv1D", "DepthwiseConv2D"})
OF_CONV = frozenset({"kernel_initializer", "kernel_regularizer", "kernel_constraint"})
"""Kinds that were convolutions up to Keras 2, and what they took of these without a use for it."""

LATE = frozenset({"MultiHeadAttention", "GroupedQueryAttention"})
"""Kinds that make their parts in `build`: in Keras 3 no flag from before reaches these."""

UNTOLD = frozenset({"ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "Pipeline"})
"""Kinds that do not tell their parts the flag that they are made with."""

DESCRIBING = frozenset({"name", "trainable", "dtype"})
"""What describes any layer, also one whose constructor names it among its own."""


class Unsized(Exception):  # noqa: N818  (caught where the layer is made)
    """A configuration that holds something that is not known."""

    def __init__(self, reason: str, line: int | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def configure(
    m: Machine,
    layer: LayerValue,
    spelled: str,
    arguments: list[Value],
    keywords: dict[str, Value],
    node: ast.AST,
) -> None:
    """Fill in a layer's configuration; what cannot be known makes the layer unknown."""
    rule = find_rule(layer.kind)
    assert rule is not None, layer.kind
    given = _named(m, layer.kind, spelled, arguments, keywords, rule.signature, node)
    known = rule.arguments
    common = {name: given.pop(name) for name in list(given)
              if name in DESCRIBING or (name in BASE and name not in known)}  # fmt: skip
    describe(m, layer, common)
    if layer.kind == "InputLayer":
        layer.declared = declared_shape(m, given | common, layer.kind)
        return
    more = given.pop("**", None)
    unused = _without_use(m, layer.kind)
    given = {name: value for name, value in given.items() if name not in unused}
    told = TOLD.get(layer.kind, frozenset())
    for name in told & given.keys():
        layer.config[name] = plain(m, given.pop(name))
    for name, value in given.items():
        if name in HOLDS.get(layer.kind, ()):
            m.world.hold(m, layer, name, value, node)
            continue
        if name not in known:
            raise Unsized(say("source.argument", kind=layer.kind, name=name), line_of(node))
        layer.config[name] = _value(m, name, value, known[name], node)
    for name, default in known.items():
        if default is REQUIRED and name not in layer.config and name not in layer.inner:
            raise Raised(
                "TypeError", say("source.missing", name=layer.kind, argument=name), line_of(node)
            )
    if "_from_" in layer.config.get("dtype", ""):
        from sizeup.rules.quantization import is_sized

        if not is_sized(layer.kind, layer.config):
            raise Unsized(say("source.quantized", name=layer.kind), line_of(node))
    layer.declared = declared_shape(m, common, layer.kind) or _told_shape(layer)
    if layer.kind == "Bidirectional":
        m.world.pair(m, layer, node)
    _reset_after(m, layer, node)
    _hard_sigmoid(m, layer)
    early = layer.kind == "Flatten" and m.world.dialect.version < 2
    if "data_format" in known and layer.config.get("data_format") is None and not early:
        # before Keras 2 a Flatten left the elements in their order
        layer.config["data_format"] = m.world.default_format(m, layer)
    _look_for_more(layer, known, more, node)


def _look_for_more(
    layer: LayerValue, known: Mapping[str, Value], more: Value, node: ast.AST
) -> None:
    """Keywords that are not known may set what the text does not say."""
    unsaid = (name for name in known if name not in layer.config and not name.endswith(OBJECTS))
    if isinstance(more, Open | Lost) and any(unsaid):
        raise Unsized(say("source.star", code=written(node)), line_of(node))


def _without_use(m: Machine, kind: str) -> frozenset[str]:
    """Arguments that a kind takes and that say nothing."""
    convolution = kind in DEPTHWISE and m.world.dialect.law < 3
    return OF_CONV if convolution else frozenset()


GRUS = ("GRU", "GRUCell")


def _reset_after(m: Machine, layer: LayerValue, node: ast.AST) -> None:
    """GRU's biases: one in Keras 1 and 2 and in TensorFlow 1, two in TensorFlow 2 and Keras 3."""
    dialect = m.world.dialect
    if layer.kind not in GRUS or dialect.reset_after or "reset_after" in layer.config:
        return
    layer.config["reset_after"] = False
    if layer.config.get("use_bias", True):
        m.note("assumed", say("source.gru", name=dialect.name), line_of(node))


def _hard_sigmoid(m: Machine, layer: LayerValue) -> None:
    """The hard_sigmoid of Keras before version 3, steeper than today's; before 2 that of all gates."""
    if m.world.dialect.version > 2:
        return
    if m.world.dialect.version < 2 and layer.kind in GATED:
        layer.config.setdefault("recurrent_activation", "hard_sigmoid")
    for name in ("activation", "recurrent_activation"):
        if layer.config.get(name) == "hard_sigmoid":
            layer.config[name] = STEEP


def describe(m: Machine, layer: LayerValue, common: dict[str, Value]) -> None:
    """Name, trainable flag and dtype of any layer."""
    name = m.resolve(common.get("name"))
    layer.explicit = name if isinstance(name, str) else None
    if "trainable" in common:
        make_trainable(layer, m.decide(common["trainable"]))
    dtype = m.resolve(common.get("dtype"))
    if isinstance(dtype, str):
        layer.config["dtype"] = dtype


def make_trainable(layer: LayerValue, flag: bool) -> None:
    """The flag that a layer is made with."""
    layer.trainable = flag
    layer.marks = {None: True} if not flag and layer.rule in LATE | UNTOLD else {}


def _named(
    m: Machine,
    kind: str,
    spelled: str,
    arguments: list[Value],
    keywords: dict[str, Value],
    signature: Any,
    node: ast.AST,
) -> dict[str, Value]:
    arguments = [m.resolve(argument) for argument in arguments]
    arguments = dims_in_a_row(kind, arguments, m.world.version)
    names = positional_names(kind, spelled, arguments, keywords, m.world.version)
    by_sides = names and sides_by_position(kind, arguments, keywords, m.world.version)
    if by_sides and not m.world.dialect.said:
        m.note("assumed", say("source.sides", code=written(node)), line_of(node))
    if names is None:
        names = tuple(signature)
    if len(arguments) > len(names):
        raise Raised("TypeError", say("source.too_many", name=kind), line_of(node))
    positional = dict(zip(names, arguments, strict=False))
    return modern_keywords(kind, {**positional, **keywords}, signature, m.world.version)


def _value(m: Machine, name: str, value: Value, default: Value, node: ast.AST) -> Value:
    """An argument as plain data: sizes as dimensions, flags decided, objects by their names."""
    value = m.resolve(value)
    if name == "vocabulary":
        return written_out(m, value)
    if name == "layers":
        return _held(m, value, node)
    if name in LISTS:
        return _listed(m, value)
    if name.endswith(OBJECTS):
        return _object(m, name, value, node)
    if isinstance(value, Lost):
        raise Unsized(value.reason, value.line)
    if isinstance(default, bool):
        return m.decide(value)
    if name in CHOICES and isinstance(value, Open):
        first, second = CHOICES[name]
        text = f"{value.text} == {first!r}"
        return first if m.decide(Condition(("compare", value.key, "==", first), text)) else second
    return plain(m, value)


def plain(m: Machine, value: Value) -> Value:
    """Sizes, and tuples of them, as integers or expressions; strings and None as they are."""
    value = m.resolve(value)
    if isinstance(value, Lost):
        raise Unsized(value.reason, value.line)
    if isinstance(value, list | tuple):
        return tuple(plain(m, element) for element in value)
    if isinstance(value, Open | Ratio) or (isinstance(value, float) and value.is_integer()):
        return to_dim(m, value)
    if isinstance(value, dict):
        return {key: plain(m, element) for key, element in value.items()}
    if value is None or isinstance(value, bool | int | float | str | Expr | slice):
        return value
    if value is Ellipsis:
        return "..."
    if is_number(value):
        return None
    raise Unsized(say("source.no_size", what=type(value).__name__), None)


def _held(m: Machine, value: Value, node: ast.AST) -> tuple[Layer, ...]:
    """Layers that another one is made of, frozen; none may be used beside it or be unknown."""
    if not isinstance(value, tuple | list):
        raise Unsized(say("source.layers_open", code=written(node)), line_of(node))
    held = []
    for inner in (m.resolve(element) for element in value):
        known = isinstance(inner, LayerValue) and inner.cls is None and inner.unknown is None
        if not known or find_rule(inner.rule) is None or inner.nodes:
            name = getattr(inner, "kind", written(node))
            raise Unsized(say("source.inner", name=name), line_of(node))
        config = MappingProxyType(dict(inner.config))
        held.append(Layer(inner.name, inner.rule, config, trainable=inner.trainable))
        m.touch(inner)  # whoever uses it beside this one counts it twice
        inner.unknown = Unknown(say("source.held", name=inner.kind), line_of(node))
    return tuple(held)


def written_out(m: Machine, value: Value) -> Value:
    """The tokens of a vocabulary in the text as plain data; None where they cannot be seen."""
    value = m.resolve(value)
    tokens = [m.resolve(token) for token in value] if isinstance(value, tuple | list) else [None]
    return tuple(tokens) if all(isinstance(token, str | int) for token in tokens) else None


def _listed(m: Machine, value: Value) -> Value:
    """Values of which only the number counts: as they are, or as many as an open one holds."""
    if isinstance(value, Open):
        text = f"len({value.text})"
        return m.number(m.open(("len", value.key), text, value.why, value.line))
    return plain(m, value)


def _object(m: Machine, name: str, value: Value, node: ast.AST) -> Value:
    """An activation, initializer, … by its name; a layer among them may own parameters."""
    if value is None or isinstance(value, str | int | float):
        return value
    owned = getattr(value, "parameters", MISSING_PARAMETERS)
    if owned is not MISSING_PARAMETERS and name.endswith("activation") and value.kind == "PReLU":
        raise Unsized(say("source.activation_layer", kind=value.kind), line_of(node))
    if isinstance(value, Function):
        return value.name
    numbers = getattr(value, "values", value)  # an array's, where they are known
    if isinstance(numbers, tuple | list) and _are_numbers(m, numbers):
        return plain(m, numbers)
    return getattr(value, "name", None) or type(value).__name__


def _are_numbers(m: Machine, values: tuple[Value, ...] | list[Value]) -> bool:
    """Whether a list, of lists too, is written out: means and variances."""
    resolved = [m.resolve(value) for value in values]
    return all(
        _are_numbers(m, value)
        if isinstance(value, tuple | list)
        else isinstance(value, int | float)
        for value in resolved
    )


MISSING_PARAMETERS = object()


def to_dim(m: Machine, value: Value) -> Dim | None:
    """A size: an integer, an expression, or None where it is open by design."""
    value = m.resolve(value)
    if value is None or isinstance(value, Expr):
        return value
    if isinstance(value, bool | int):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Open):
        return m.symbol(value)
    if isinstance(value, Ratio):
        return value.floor()
    if isinstance(value, Lost):
        raise Unsized(value.reason, value.line)
    if is_number(value):
        return None
    raise Unsized(say("source.no_size", what=repr(value)), None)


def is_number(value: Value) -> bool:
    """Whether a tensor holds a number that only the run tells: a size that is open by design."""
    return isinstance(value, Tensor) and value.constant and value.shape == ()


def to_shape(m: Machine, value: Value) -> Shape | Open:
    """A shape without its batch; an Open where even the rank is open."""
    value = m.resolve(value)
    if isinstance(value, Open):
        return value
    if isinstance(value, Iter):
        value = list(iterate(m, value, ast.Pass()))
    if isinstance(value, tuple | list):
        return tuple(to_dim(m, element) for element in value)
    return (to_dim(m, value),)


def declared_shape(m: Machine, given: dict[str, Value], kind: str) -> Shape | Open | None:
    """The shape with its batch that a layer says will enter it; None where it says nothing."""
    for name in ("batch_input_shape", "batch_shape"):
        if m.resolve(given.get(name)) is not None:
            return to_shape(m, given[name])
    for name in ("shape", "input_shape"):
        value = m.resolve(given.get(name))
        if value is not None:
            shape = to_shape(m, value)
            if isinstance(shape, Open):
                return shape
            batch = given.get("batch_size")
            return (None if is_open(batch) else batch, *shape)
    length = to_dim(m, given.get("input_length"))
    if kind == "Embedding":
        return (None, length) if "input_length" in given else None
    if m.resolve(given.get("input_dim")) is None:
        return None
    features = to_dim(m, given["input_dim"])
    if "input_length" in given or kind in SEQUENCES:
        return (None, length, features)
    return (None, features)


def _told_shape(layer: LayerValue) -> Shape | None:
    """What enters by the sizes that a layer of Keras 0.1 was told."""
    inputs, shape = layer.config.get("inputs"), layer.config.get("shape")
    if layer.kind == "Conv2D" and inputs is not None:
        return (None, inputs, None, None)
    if inputs is not None:
        return (None, None, inputs) if layer.kind in SEQUENCES else (None, inputs)
    return (None, *shape) if isinstance(shape, tuple) else None


SEQUENCES = frozenset({"LSTM", "GRU", "SimpleRNN", "Conv1D", "TimeDistributedDense",
                       "LocallyConnected1D", "CuDNNLSTM", "CuDNNGRU", "RNN", "Bidirectional"})  # fmt: skip
