"""What the source does with tensors beside layers: attributes, slices, operators, operations.

An operation on tensors of the network is a call of a quiet layer. One on constants alone
(weights, arrays, numbers) gives a constant; no call of the network is made for it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from sizeup.dims import DimError, Expr
from sizeup.errors import OpenSizeError, SizingError
from sizeup.network import Unknown
from sizeup.ratio import Ratio
from sizeup.readers.source.arrays import Array
from sizeup.readers.source.keras.arguments import Unsized, plain
from sizeup.readers.source.keras.batches import samples_after
from sizeup.readers.source.keras.calling import apply, as_tensor, tensors_in
from sizeup.readers.source.keras.objects import LayerValue, Tensor, Vector, constant
from sizeup.readers.source.keras.written import remember
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.operators import binary
from sizeup.readers.source.values import Builtin, Lost, Open, Raised, Rounded
from sizeup.readers.source.written import written
from sizeup.rules.checks import OPEN
from sizeup.rules.registry import size
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

SEVERAL = frozenset({"ops.split", "ops.split_sizes", "ops.unstack", "ops.moments", "ops.top_k",
                     "ops.meshgrid", "ops.fft_parts", "ops.rfft_parts", "ops.stft_parts"})  # fmt: skip
"""Operations that give several tensors: all but those of `PAIRS` in a list."""
PAIRS = frozenset({"ops.moments", "ops.top_k", "ops.fft_parts", "ops.rfft_parts",
                   "ops.stft_parts"})  # fmt: skip


class Results(tuple[Tensor, ...]):
    """Several tensors, of which some have names (`tf.nn.top_k(x, 2).indices`)."""

    __slots__ = ()

    def attribute(self, _m: Machine, name: str, node: ast.AST) -> Value:
        """One of the tensors by its name."""
        place = {"values": 0, "indices": 1}.get(name, len(self))
        if place < len(self):
            return self[place]
        return Lost(say("source.attribute", name=name), line_of(node))


class History(tuple["Any", ...]):
    """Where a tensor comes from: the layer, which call of it, which of its tensors."""

    __slots__ = ()

    def attribute(self, _m: Machine, name: str, node: ast.AST) -> Value:
        """One of them; the layer is the `operation` in Keras 3."""
        places = {"operation": 0, "layer": 0, "node_index": 1, "tensor_index": 2}
        if name in places:
            return self[places[name]]
        return Lost(say("source.attribute", name=name), line_of(node))


def _several(kind: str, tensors: Sequence[Value]) -> Value:
    return Results(tensors) if kind in PAIRS else list(tensors)


def operation(
    m: Machine, kind: str, inputs: Sequence[Value], config: dict[str, Value], node: ast.AST
) -> Value:
    """Apply an operation; one tensor, or several of them where the operation gives several."""
    tensors = [to_tensor(m, value, node) for value in inputs]
    if kind == "ops.elementwise":  # what has no shape does not broadcast
        tensors = [t for t in tensors if not (t.constant and t.shape == ())] or tensors[:1]
    try:
        settings = {name: plain(m, value) for name, value in config.items()}
        unknown = None
    except Unsized as lost:
        settings, unknown = {}, Unknown(lost.reason, lost.line or line_of(node))
    if all(tensor.constant for tensor in tensors):
        return _of_constants(kind, tensors, settings, unknown, node)
    layer = LayerValue(kind, None, m.unique(), line_of(node))
    layer.quiet, layer.config = True, settings
    if unknown is not None:
        return _unsized(m, layer, tensors, unknown, node)
    call = apply(m, layer, tensors, node)
    for tensor in call.outputs:
        tensor.samples = samples_after(kind, settings, tensors, tensor)
    if kind not in SEVERAL:
        return call.outputs[0]
    if call.outputs[0].shape is None:
        call.outputs = _unknown_parts(call.outputs[0], _how_many(kind, settings))
    return _several(kind, call.outputs)


def _of_constants(
    kind: str,
    tensors: Sequence[Tensor],
    settings: dict[str, Value],
    unknown: Unknown | None,
    node: ast.AST,
) -> Value:
    """An operation whose result is the same for every input of the network: worked out once."""
    unknown = unknown or next((t.unknown for t in tensors if t.shape is None), None)
    shapes = [t.shape for t in tensors if t.shape is not None]
    if unknown is None and len(shapes) == len(tensors):
        try:
            found = [constant(s, tensors[0].dtype) for s in size(kind, settings, shapes).outputs]
        except (OpenSizeError, DimError) as error:
            unknown = Unknown(str(error), line_of(node))
        except SizingError as error:
            raise Raised("ValueError", error.what, line_of(node)) from None
        else:
            return _several(kind, found) if kind in SEVERAL else found[0]
    unknown = unknown or Unknown(say("source.shape_unknown"), line_of(node))
    lost = constant(None, unknown=unknown)
    return _several(kind, [lost] * _how_many(kind, settings)) if kind in SEVERAL else lost


def _unsized(
    m: Machine, layer: LayerValue, tensors: Sequence[Tensor], unknown: Unknown, node: ast.AST
) -> Value:
    """An operation with an argument that is not known: it owns nothing, and nothing else is certain."""
    call = apply(m, layer, tensors, node, lost=unknown)
    return _several(layer.kind, call.outputs) if layer.kind in SEVERAL else call.outputs[0]


def _how_many(kind: str, settings: dict[str, Value]) -> int:
    """How many tensors leave where their shapes are not known; 1 where that is not known either."""
    if kind in PAIRS:
        return 2
    parts = settings.get("indices_or_sections", settings.get("sizes", settings.get("num")))
    if isinstance(parts, tuple):
        return len(parts) + (kind == "ops.split")
    return parts if isinstance(parts, int) else 1


def _unknown_parts(first: Tensor, number: int) -> tuple[Tensor, ...]:
    parts = [first]
    for index in range(1, number):
        part = Tensor(None, first.dtype, first.node, index)
        part.unknown, part.rank_of = first.unknown, first.rank_of
        parts.append(part)
    return tuple(parts)


def to_tensor(m: Machine, value: Value, node: ast.AST) -> Tensor:
    """A tensor as it is; numbers, lists and arrays as constants; what is open as one of open shape."""
    value = m.resolve(value)
    if isinstance(value, Array):
        return constant(value.shape, value.dtype)
    if isinstance(value, list | tuple | range):
        inner = [to_tensor(m, element, node) for element in value[:1]]
        if not all(tensor.constant for tensor in inner):  # tensors in a list are stacked
            return operation(m, "ops.stack", value, {"axis": 0}, node)  # type: ignore[no-any-return]
        if inner and inner[0].shape is None:
            return inner[0]
        return constant((len(value), *(inner[0].shape or () if inner else ())))
    if value is None or isinstance(value, int | float | complex | str | Expr | Ratio | Rounded):
        return constant(())
    if isinstance(value, Tensor | Open | Lost):
        return as_tensor(m, value, node)
    return constant(
        None, unknown=Unknown(say("source.operation", code=written(node)), line_of(node))
    )


def attribute(m: Machine, tensor: Tensor, name: str, node: ast.AST) -> Value:
    """`x.shape`, `x.dtype`, `x.ndim`, `x.get_shape()`, and operations as methods (`x.mean()`)."""
    from sizeup.readers.source.keras import functions

    if name in ("shape", "_keras_shape", "_shape", "_shape_val"):
        return shape_of(m, tensor, node)
    if name in ("dtype", "_dtype"):
        return tensor.dtype
    if name in ("ndim", "rank", "ndims"):
        shape = shape_of(m, tensor, node)
        return len(shape) if isinstance(shape, tuple) else shape
    if name in ("get_shape", "as_list"):
        return Builtin(name, lambda m, _a, _k, node: shape_of(m, tensor, node))
    if name == "set_shape":
        return Builtin(name, lambda m, a, _k, node: _set_shape(m, tensor, a[0], node))
    if name == "T":
        return operation(m, "ops.transpose", [tensor], {"axes": None}, node)
    if name in ("indices", "values"):  # of a sparse tensor
        return operation(m, f"ops.{name}", [tensor], {}, node)
    if name == "_keras_history":
        return History((tensor.node.layer if tensor.node else None, 0, tensor.index))
    method = functions.method(tensor, name)
    if method is not None:
        return method
    return m.world.inert(f"tensor.{name}")


def shape_of(m: Machine, tensor: Tensor, node: ast.AST) -> Value:
    """The shape as a tuple; of a tensor with an open shape its rank is asked for by its use."""
    if tensor.shape is not None:
        return tensor.shape
    if tensor.rank_of is not None:
        origin = tensor.rank_of
        return m.open(("batched", origin.key), f"(None, *{origin.text})", origin.why, origin.line)
    reason = tensor.unknown.reason if tensor.unknown else say("source.shape_unknown")
    return Lost(reason, tensor.unknown.line if tensor.unknown else line_of(node))


def _set_shape(m: Machine, tensor: Tensor, shape: Value, node: ast.AST) -> None:
    """`x.set_shape((None, 32))` tells what is not known of a shape."""
    try:
        said = plain(m, shape)
    except Unsized:
        return
    if not isinstance(said, tuple):
        return
    m.note("assumed", say("source.set_shape", code=written(node)), line_of(node))
    if tensor.shape is None:
        tensor.shape, tensor.unknown, tensor.rank_of = said, None, None
    elif len(tensor.shape) == len(said):
        tensor.shape = tuple(new if old is None else old
                             for old, new in zip(tensor.shape, said, strict=True))  # fmt: skip


def item(m: Machine, tensor: Tensor, index: Value, node: ast.AST) -> Value:
    """`x[key]`; a list that has slices in it is taken for a tuple, as TensorFlow takes it."""
    if isinstance(index, list) and any(isinstance(part, slice | None) for part in index):
        index = tuple(index)
    parts = index if isinstance(index, tuple) else (index,)
    if len(parts) == 1 and isinstance(parts[0], Tensor) and parts[0].shape != ():
        if parts[0].dtype == "bool":
            return unknown_operation(m, [tensor, parts[0]], node)
        return operation(m, "ops.take", [tensor, parts[0]], {"axis": 0}, node)
    try:
        key = tuple(_part(m, part) for part in parts)
    except Unsized as lost:
        return unknown_operation(
            m, [tensor], node, Unknown(lost.reason, lost.line or line_of(node))
        )
    return operation(m, "ops.getitem", [tensor], {"key": key}, node)


def _part(m: Machine, part: Value) -> Value:
    """One entry of a key as the rule takes it; what only the run tells is open."""
    part = m.resolve(part)
    if isinstance(part, slice):
        return slice(*(_bound(m, bound) for bound in (part.start, part.stop, part.step)))
    if isinstance(part, list) and not all(isinstance(element, int) for element in part):
        raise Unsized(say("source.shape_unknown"), None)
    if isinstance(part, Tensor):
        return _bound(m, part)
    return plain(m, part)


def _bound(m: Machine, bound: Value) -> Value:
    bound = m.resolve(bound)
    if isinstance(bound, Tensor):
        if bound.shape == ():
            return OPEN
        raise Unsized(say("source.shape_unknown"), None)
    return plain(m, bound)


OPERATORS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "//": "floor_divide",
             "**": "power", "%": "mod", "@": "matmul", "&": "and", "|": "or", "^": "xor"}  # fmt: skip


def operate(
    m: Machine, tensor: Tensor, sign: str, other: Value, swapped: bool, node: ast.AST
) -> Value:
    """`x + y` with a tensor, a number, or a constant that broadcasts; `x == y`."""
    if isinstance(other, str | None):  # `x == None`: Python's own comparison
        return sign == "!=" if sign in ("==", "!=") else Lost(
            say("source.operation", code=written(node)), line_of(node))  # fmt: skip
    if sign == "@":
        inputs = [other, tensor] if swapped else [tensor, other]
        return operation(m, "ops.matmul", inputs, {}, node)
    inputs = [tensor, *_broadcasting(m, other, node)]
    result = operation(m, "ops.elementwise", inputs, {"name": OPERATORS.get(sign, sign)}, node)
    remember(m, result, sign, (other, tensor) if swapped else (tensor, other))
    if sign in COMPARISONS and isinstance(result, Tensor):
        result.dtype = "bool"
    return result


COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})


def _broadcasting(m: Machine, other: Value, node: ast.AST) -> list[Value]:
    """What stands beside a tensor; something open is taken for a number, which is said."""
    if isinstance(other, Open):
        m.note("assumed", say("source.number", code=other.text), line_of(node))
        return []
    return [other]


def vector_operator(
    m: Machine, vector: Vector, sign: str, other: Value, swapped: bool, node: ast.AST
) -> Value:
    """Arithmetic of sizes, element by element."""
    operator = SIGNS[sign]
    others = other if isinstance(other, tuple | list) else (other,) * len(vector)
    if len(others) != len(vector):
        raise Raised("ValueError", say("source.operation", code=written(node)), line_of(node))
    pairs = zip(others, vector, strict=True) if swapped else zip(vector, others, strict=True)
    return Vector(binary(m, operator, one, two, node) for one, two in pairs)


SIGNS: dict[str, type[ast.operator]] = {
    "+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "//": ast.FloorDiv, "%": ast.Mod,
    "**": ast.Pow,
}  # fmt: skip


def vector_item(m: Machine, vector: Vector, index: Value, node: ast.AST) -> Value:
    """`sizes[1]`, `sizes[1:3]`; with a key of several axes, a part of a constant."""
    try:
        found = tuple(vector)[index]
    except (TypeError, IndexError):
        return item(m, to_tensor(m, tuple(vector), node), index, node)
    return Vector(found) if isinstance(found, tuple) else found


def unknown_operation(
    m: Machine, arguments: Sequence[Value], node: ast.AST, unknown: Unknown | None = None
) -> Value:
    """What an operation gives that sizeup does not know: it owns nothing, its shape is not known."""
    name = written(node.func) if isinstance(node, ast.Call) else written(node)
    unknown = unknown or Unknown(say("source.no_rule", name=name), line_of(node))
    tensors = [t for value in arguments for t in tensors_in(m, value) if isinstance(t, Tensor)]
    if all(tensor.constant for tensor in tensors):
        return constant(None, unknown=unknown)
    layer = LayerValue(f"ops.{name.rpartition('.')[2]}", None, m.unique(), line_of(node))
    layer.quiet = True
    return _unsized(m, layer, tensors, unknown, node)


def unknown_result(
    m: Machine,
    arguments: Sequence[Value],
    node: ast.AST,
    name: str | None = None,
    reason: str | None = None,
) -> Value:
    """What a function that cannot be seen makes of tensors: it may own parameters."""
    if name is None:
        name = written(node.func) if isinstance(node, ast.Call) else written(node)
    layer = LayerValue(name.rpartition(".")[2], None, m.unique(), line_of(node))
    layer.quiet = True
    layer.unknown = Unknown(reason or say("source.unseen", name=name), line_of(node))
    inputs = [t for value in arguments for t in tensors_in(m, value) if isinstance(t, Tensor)]
    call = apply(m, layer, inputs, node)
    return call.outputs[0]
