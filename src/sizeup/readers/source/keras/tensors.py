"""What the source does with tensors beside layers: attributes, slices, operators, functions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from sizeup.network import Unknown
from sizeup.readers.source.keras.arguments import Unsized, plain
from sizeup.readers.source.keras.calling import apply, as_tensor, holds_tensor, tensors_in
from sizeup.readers.source.keras.objects import LayerValue, Tensor
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Builtin, Lost, NeedDecision, Raised
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def operation(
    m: Machine, kind: str, inputs: Sequence[Value], config: dict[str, Value], node: ast.AST
) -> Value:
    """Apply an operation; one tensor, or a list of them where the operation gives several."""
    layer = LayerValue(kind, None, m.unique(), line_of(node))
    layer.quiet = True
    try:
        layer.config = {name: plain(m, value) for name, value in config.items()}
    except Unsized as lost:
        layer.unknown = Unknown(lost.reason, lost.line or line_of(node))
    call = apply(m, layer, [as_tensor(m, value, node) for value in inputs], node)
    several = kind == "ops.split"
    return list(call.outputs) if several else call.outputs[0]


def attribute(m: Machine, tensor: Tensor, name: str, node: ast.AST) -> Value:
    """`x.shape`, `x.dtype`, `x.ndim`, `x.get_shape()`."""
    if name in ("shape", "_keras_shape"):
        return shape_of(m, tensor, node)
    if name == "dtype":
        return tensor.dtype
    if name in ("ndim", "rank"):
        shape = shape_of(m, tensor, node)
        return len(shape) if isinstance(shape, tuple) else shape
    if name in ("get_shape", "as_list"):
        return Builtin(name, lambda m, _a, _k, node: shape_of(m, tensor, node))
    if name in ("name", "op"):
        return m.world.inert(f"tensor.{name}")
    if name == "_keras_history":
        return (tensor.node.layer if tensor.node else None, 0, tensor.index)
    if name in METHODS:
        return Builtin(name, lambda m, a, k, node: METHODS[name](m, [tensor, *a], k, node))
    return Lost(say("source.attribute", name=name), line_of(node))


def shape_of(m: Machine, tensor: Tensor, node: ast.AST) -> Value:
    """The shape as a tuple; of a tensor with an open shape its rank is asked for by its use."""
    if tensor.shape is not None:
        return tensor.shape
    if tensor.rank_of is not None:
        origin = tensor.rank_of
        return m.open(("batched", origin.key), f"(None, *{origin.text})", origin.why, origin.line)
    reason = tensor.unknown.reason if tensor.unknown else say("source.shape_unknown")
    return Lost(reason, tensor.unknown.line if tensor.unknown else line_of(node))


def item(m: Machine, tensor: Tensor, index: Value, node: ast.AST) -> Value:
    """`x[key]`."""
    return operation(m, "ops.getitem", [tensor], {"key": index}, node)


OPERATORS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "//": "floor_divide",
             "**": "power", "%": "mod", "@": "matmul", "&": "and", "|": "or", "^": "xor"}  # fmt: skip


def operate(
    m: Machine, tensor: Tensor, sign: str, other: Value, swapped: bool, node: ast.AST
) -> Value:
    """`x + y` with a tensor, a number, or a constant that broadcasts."""
    inputs: list[Value] = [tensor]
    if isinstance(other, Tensor):
        inputs = [other, tensor] if swapped else [tensor, other]
    elif isinstance(other, Lost):
        inputs.append(other)
    kind = "ops.matmul" if sign == "@" else "ops.elementwise"
    config = {} if sign == "@" else {"name": OPERATORS.get(sign, sign)}
    return operation(m, kind, inputs, config, node)


# -- functions ---------------------------------------------------------------------------------


def _given(
    names: tuple[str, ...],
    arguments: Sequence[Value],
    keywords: dict[str, Value],
    **defaults: Value,
) -> dict[str, Value]:
    """Arguments by name: positional ones in order, then keywords, then defaults."""
    return {**defaults, **dict(zip(names, arguments, strict=False)), **keywords}


def elementwise(name: str) -> Callable[..., Value]:
    """A function of single elements, of one tensor or of several that broadcast."""

    def function(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        inputs = [v for v in (*a, *k.values()) if isinstance(m.resolve(v), Tensor)]
        return operation(m, "ops.elementwise", inputs, {"name": name}, node)

    return function


def _reduce(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    given = _given(("x", "axis", "keepdims"), a, k, axis=None, keepdims=False)
    config = {"axis": given["axis"], "keepdims": given.get("keep_dims", given["keepdims"])}
    return operation(m, "ops.reduce", tensors_in(m, given.get("x", _first(k))), config, node)


def _first(keywords: dict[str, Value]) -> Value:
    for name in ("x", "input_tensor", "inputs", "tensor", "value", "input", "a"):
        if name in keywords:
            return keywords[name]
    return None


def _axis_function(kind: str, *names: str, **defaults: Value) -> Callable[..., Value]:
    """A function whose first argument holds the tensors and whose others are its configuration."""

    def function(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        given = _given(("x", *names), a, k, **defaults)
        config = {name: given[name] for name in names if name in given}
        source = given.get("x", given.get("tensors", given.get("values", _first(k))))
        return operation(m, kind, tensors_in(m, source), config, node)

    return function


def _permute(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    axes = a[1] if len(a) > 1 else k.get("axes", k.get("pattern", k.get("perm")))
    return operation(m, "ops.transpose", a[:1] or tensors_in(m, _first(k)), {"axes": axes}, node)


def _reshape(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    target = a[1] if len(a) > 1 else k.get("newshape", k.get("shape"))
    return operation(
        m, "ops.reshape", a[:1] or tensors_in(m, _first(k)), {"newshape": target}, node
    )


def _pad(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    width = a[1] if len(a) > 1 else k.get("pad_width", k.get("paddings", k.get("padding")))
    return operation(m, "ops.pad", a[:1] or tensors_in(m, _first(k)), {"pad_width": width}, node)


def _split(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    parts = a[1] if len(a) > 1 else k.get("indices_or_sections", k.get("num_or_size_splits"))
    axis = a[2] if len(a) > 2 else k.get("axis", 0)  # noqa: PLR2004
    config = {"indices_or_sections": parts, "axis": axis}
    return operation(m, "ops.split", a[:1] or tensors_in(m, _first(k)), config, node)


def _matmul(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    if k.keys() - {"x1", "x2", "a", "b", "name"}:
        raise Raised("NotImplementedError", ast.unparse(node), line_of(node))
    return operation(m, "ops.matmul", [*a, *(v for n, v in k.items() if n != "name")], {}, node)


def _int_shape(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    value = m.resolve(a[0] if a else _first(k))
    if isinstance(value, Tensor):
        return shape_of(m, value, node)
    return m.world.unseen_value(m, node)


def _pool(kind: str) -> Callable[..., Value]:
    """`ops.max_pool`, `tf.nn.avg_pool`: pooling of two dimensions, as the layers size it."""

    def function(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        given = _given(("inputs", "pool_size", "strides", "padding", "data_format"), a, k,
                       strides=None, padding="valid", data_format=None)  # fmt: skip
        tensor = m.resolve(given.get("inputs"))
        if not isinstance(tensor, Tensor) or "ksize" in k:
            return unknown_result(m, [tensor], node)
        rank = len(tensor.shape) - 2 if tensor.shape is not None else 2
        config = {name: given[name] for name in ("pool_size", "strides", "data_format")}
        padding = given["padding"]
        config["padding"] = padding.lower() if isinstance(padding, str) else padding
        return operation(m, f"{kind}{rank}D", [tensor], config, node)

    return function


def _softmax_like(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    tensor = a[0] if a else _first(k)
    return operation(m, "ops.elementwise", tensors_in(m, tensor), {"name": "activation"}, node)


def _batch_flatten(m: Machine, a: list[Value], _k: dict[str, Value], node: ast.AST) -> Value:
    return operation(m, "Flatten", a[:1], {}, node)


def unknown_result(
    m: Machine,
    arguments: Sequence[Value],
    node: ast.AST,
    name: str | None = None,
    reason: str | None = None,
) -> Value:
    """What an operation that sizeup does not know makes of tensors."""
    if name is None:
        name = ast.unparse(node.func) if isinstance(node, ast.Call) else ast.unparse(node)
    layer = LayerValue(name.rpartition(".")[2], None, m.unique(), line_of(node))
    layer.quiet = True
    layer.unknown = Unknown(reason or say("source.unseen", name=name), line_of(node))
    inputs = [t for value in arguments for t in tensors_in(m, value) if isinstance(t, Tensor)]
    call = apply(m, layer, inputs, node)
    return call.outputs[0]


UNARY = (
    "abs absolute arccos arcsin arctan cast ceil clip cos cosh cumsum cumprod dropout elu erf exp "
    "expm1 floor gelu hard_sigmoid hard_silu identity isfinite isnan l2_normalize leaky_relu log "
    "log10 log1p log2 log_sigmoid log_softmax logical_not negative nan_to_num normalize ones_like "
    "pow power reciprocal relu relu6 round rsqrt selu sigmoid sign silu sin sinh softmax softplus "
    "softsign sort sqrt square stop_gradient swish tan tanh zeros_like threshold celu glu mish "
    "sparse_plus hard_tanh hard_swish flip reverse roll activation dtype_cast"
).split()
BINARY = (
    "add subtract multiply divide true_divide floor_divide divide_no_nan maximum minimum mod where "
    "equal not_equal greater greater_equal less less_equal logical_and logical_or logical_xor "
    "squared_difference arctan2 add_n"
).split()
REDUCTIONS = (
    "sum mean max min prod var std any all logsumexp count_nonzero argmax argmin "
    "reduce_sum reduce_mean reduce_max reduce_min reduce_prod reduce_logsumexp amax amin"
).split()

FUNCTIONS: dict[str, Callable[..., Value]] = {
    **{name: elementwise(name) for name in (*UNARY, *BINARY)},
    **dict.fromkeys(REDUCTIONS, _reduce),
    "concatenate": _axis_function("ops.concatenate", "axis", axis=-1),
    "concat": _axis_function("ops.concatenate", "axis", axis=-1),
    "stack": _axis_function("ops.stack", "axis", axis=0),
    "expand_dims": _axis_function("ops.expand_dims", "axis", axis=-1),
    "squeeze": _axis_function("ops.squeeze", "axis", axis=None),
    "transpose": _permute,
    "permute_dimensions": _permute,
    "reshape": _reshape,
    "pad": _pad,
    "split": _split,
    "matmul": _matmul,
    "int_shape": _int_shape,
    "shape": _int_shape,
    "max_pool": _pool("MaxPooling"),
    "average_pool": _pool("AveragePooling"),
    "avg_pool": _pool("AveragePooling"),
    "batch_flatten": _batch_flatten,
}
"""Functions of `keras.ops`, `K`, `tf`, `tf.nn`, `tf.math` by their last name."""

METHODS = {"reshape": _reshape, "transpose": _permute}


def function(name: str) -> Builtin | None:
    """A function on tensors by its name; given no tensor, it is data and stays open."""
    found = FUNCTIONS.get(name)
    if found is None:
        return None

    def called(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        a = [m.resolve(value) for value in a]
        if not any(holds_tensor(value) for value in (*a, *k.values())):
            return m.world.unseen_value(m, node)
        try:
            return found(m, a, k, node)
        except NeedDecision:
            raise
        except (TypeError, KeyError, AttributeError):
            return unknown_result(m, [*a, *k.values()], node)

    return Builtin(name, called)
