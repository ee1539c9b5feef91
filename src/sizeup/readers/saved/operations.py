"""Operations on tensors that stand among the layers of a configuration."""

from __future__ import annotations

import ast

from sizeup.naming import snake_case
from sizeup.network import Unknown
from sizeup.readers.saved.described import Described
from sizeup.readers.source.keras import functions, tensors
from sizeup.readers.source.keras.calling import tensors_in
from sizeup.readers.source.keras.objects import Tensor
from sizeup.readers.source.values import Builtin, Raised
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.readers.source.machine import Machine

    Value = Any

MODULES = ("keras.src.ops.", "keras.src.random.", "keras.src.activations.", "keras.src.backend.",
           "keras.ops.", "keras_core.src.ops.", "keras_core.operations.")  # fmt: skip
TENSORFLOW = frozenset({"TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer", "ClassMethod",
                        "InstanceMethod", "InstanceProperty"})  # fmt: skip
"""How `tf.keras` wrote operations of TensorFlow."""

SPELLED = {"re_lu": "relu", "batch_norm": "batch_normalization", "layer_norm": "layer_normalization",
           "rms_norm": "rms_normalization"}  # fmt: skip
"""Functions that are called otherwise than the operations that they make."""

NODES = {"AddV2": "add", "BiasAdd": "add", "ConcatV2": "concat", "Mul": "multiply", "Sub": "subtract",
         "RealDiv": "divide", "Pow": "pow", "Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh",
         "Square": "square", "Sqrt": "sqrt", "Exp": "exp", "Log": "log", "Neg": "negative",
         "Abs": "abs", "Maximum": "maximum", "Minimum": "minimum", "Cast": "cast"}  # fmt: skip
"""Operations of a TensorFlow graph that keep or broadcast shapes."""


def is_operation(told: Described) -> bool:
    """Whether an entry among the layers is an operation: it owns nothing."""
    if told.kind in TENSORFLOW:
        return True
    if told.module is None:  # Keras 3 in HDF5: a layer's configuration says more
        spare = isinstance(told.config, dict) and not {"trainable", "dtype"} & told.config.keys()
        return told.own and spare and _function(told.kind) is not None
    return f"{told.module}.".startswith(MODULES)


def _function(kind: str) -> str | None:
    """The function of `keras.ops` that an operation's class belongs to; None where it is none."""
    name = snake_case(kind)
    name = SPELLED.get(name, name)
    return name if name == "get_item" or functions.find(f"keras.ops.{name}") else None


def operate(
    m: Machine, told: Described, arguments: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    """What an operation makes of tensors; one that no rule knows gives a tensor of unknown shape."""
    from sizeup.readers.saved.layers import plain

    config = told.config if isinstance(told.config, dict) else {}
    given = {name: plain(value, _no_layer) for name, value in config.items()
             if name not in ("name", "trainable", "dtype")}  # fmt: skip
    arguments = [_shaped(value) for value in arguments]
    keywords = {name: _shaped(value) for name, value in keywords.items()}
    before = m.counter
    try:
        result = _result(m, told.kind, arguments, keywords, given, node)
    except Raised as raised:
        unknown = Unknown(str(raised))
        result = tensors.unknown_operation(m, [*arguments, *keywords.values()], node, unknown)
    for tensor in tensors_in(m, result):
        made = tensor.node if isinstance(tensor, Tensor) else None
        if made is not None and made.layer.quiet and made.number > before:
            made.layer.explicit = told.name
    return result


def _result(
    m: Machine,
    kind: str,
    arguments: list[Value],
    keywords: dict[str, Value],
    given: dict[str, Value],
    node: ast.AST,
) -> Value:
    if kind in TENSORFLOW:
        return _of_tensorflow(m, kind, arguments, keywords, given, node)
    name = snake_case(kind)
    if name == "get_item":
        return tensors.item(m, arguments[0], _key(arguments[1]), node)
    return _called(
        m, f"keras.ops.{SPELLED.get(name, name)}", arguments, {**keywords, **given}, node
    )


def _of_tensorflow(
    m: Machine,
    kind: str,
    arguments: list[Value],
    keywords: dict[str, Value],
    given: dict[str, Value],
    node: ast.AST,
) -> Value:
    if kind == "TensorFlowOpLayer":
        described = given.get("node_def")
        op = described.get("op") if isinstance(described, dict) else None
        path = f"tensorflow.{NODES.get(str(op), op)}"
        flat = [t for value in arguments for t in tensors_in(m, value)]
        return _called(m, path, [flat] if op == "ConcatV2" else flat, {}, node)
    function = str(given.get("function", kind))
    keywords = {name: value for name, value in keywords.items() if name != "name"}
    if function.endswith("getitem"):
        return tensors.item(m, arguments[0], _key(keywords.get("slice_spec")), node)
    path = f"tensorflow.{function.removeprefix('__operators__.')}"
    return _called(m, path, arguments, keywords, node)


def _called(
    m: Machine, path: str, arguments: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    function = functions.find(path)
    if isinstance(function, Builtin):
        return function.function(m, arguments, keywords, node)
    values = [*arguments, *keywords.values()]
    why = Unknown(say("source.no_rule_for", name=path))
    return tensors.unknown_operation(m, values, node, why)


def _key(value: Value) -> Value:
    """What stands in brackets behind a tensor; TensorFlow wrote slices as dictionaries."""
    if isinstance(value, dict):
        return slice(value.get("start"), value.get("stop"), value.get("step"))
    if isinstance(value, list | tuple):
        return tuple(_key(part) for part in value)
    return value


def _shaped(value: Value) -> Value:
    """Lists of sizes as tuples, as code has them; lists of tensors stay lists."""
    if isinstance(value, list) and not any(isinstance(each, Tensor | list) for each in value):
        return tuple(value)
    return value


def _no_layer(_told: object) -> Value:
    raise Raised("TypeError", say("saved.layer_in_operation"))
