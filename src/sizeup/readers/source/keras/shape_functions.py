"""Functions on tensors whose arguments or results are sizes, or that are spelled otherwise.

Each is given its arguments by what they mean (`signatures`).
"""

from __future__ import annotations

import ast
from functools import reduce

from sizeup.dims import Expr
from sizeup.readers.source.keras.objects import Tensor, Vector, constant
from sizeup.readers.source.keras.tensors import (
    item,
    operation,
    shape_of,
    to_tensor,
    unknown_operation,
)
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.operators import binary
from sizeup.readers.source.values import Lost, Open

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Given = dict[str, Any]


def shape_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`tf.shape(x)`: what is open of it is a number that only the run tells."""
    found = int_shape_(m, given, node)
    if not isinstance(found, tuple):
        return found
    return Vector(_open(i) if dim is None else dim for i, dim in enumerate(found))


def _open(axis: int) -> Tensor:
    number = constant((), "int32")
    number.is_batch = axis == 0
    return number


def int_shape_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`K.int_shape(x)`."""
    x = m.resolve(given["x"])
    if isinstance(x, Open):
        return m.world.unseen_value(m, node)
    return x if isinstance(x, Lost) else shape_of(m, to_tensor(m, x, node), node)


def ndim_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`K.ndim(x)`."""
    found = int_shape_(m, given, node)
    return len(found) if isinstance(found, tuple) else found


def dtype_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`K.dtype(x)`: the name of a type."""
    x = m.resolve(given["x"])
    return x.dtype if isinstance(x, Tensor) else m.world.unseen_value(m, node)


def size_(m: Machine, given: Given, node: ast.AST) -> Value:
    """How many elements there are."""
    found = shape_(m, given, node)
    if not isinstance(found, tuple):
        return found
    return reduce(lambda a, b: binary(m, ast.Mult, a, b, node), found, 1)


def reshape_(m: Machine, given: Given, node: ast.AST) -> Value:
    """A number in the new shape that is a multiple of the batch leaves −1 open, as in Keras."""
    target = m.resolve(given["newshape"])
    parts = [m.resolve(p) for p in target] if isinstance(target, list | tuple) else [target]
    if len(parts) == 1 and isinstance(parts[0], Tensor) and parts[0].shape != ():
        return unknown_operation(m, [given["x"]], node)
    # a multiple of the batch in front, or the batch anywhere else: what is left is not known
    if any(isinstance(p, Tensor) and (i or not p.is_batch) for i, p in enumerate(parts)):
        parts = [None if isinstance(p, int) and p == -1 else p for p in parts]
    settings = {"newshape": target if isinstance(target, Open) else tuple(parts)}
    return operation(m, "ops.reshape", [given["x"]], settings, node)


def _is_size(value: Value) -> bool:
    scalar = isinstance(value, Tensor) and value.constant and value.shape == ()
    return (
        scalar or (isinstance(value, int | Expr) and not isinstance(value, bool)) or value is None
    )


def _is_vector(value: Value) -> bool:
    return isinstance(value, list | tuple) and all(map(_is_size, value))


def concatenate_(m: Machine, given: Given, node: ast.AST) -> Value:
    """Joined tensors, or joined sizes; TensorFlow before 1.0 took the axis first."""
    parts, axis = given["xs"], given["axis"]
    if isinstance(parts, int):
        parts, axis = axis, parts
    parts = [m.resolve(part) for part in parts] if isinstance(parts, list | tuple) else [parts]
    if parts and all(map(_is_vector, parts)):
        return Vector(size for part in parts for size in part)
    return operation(m, "ops.concatenate", parts, {"axis": axis}, node)


def stack_(m: Machine, given: Given, node: ast.AST) -> Value:
    """Stacked tensors, or sizes put together."""
    parts = given["xs"]
    if not isinstance(parts, list | tuple):
        return unknown_operation(m, [parts], node)
    parts = [m.resolve(part) for part in parts]
    if all(map(_is_size, parts)):
        return Vector(parts)
    return operation(m, "ops.stack", parts, {"axis": given["axis"]}, node)


def unstack_(m: Machine, given: Given, node: ast.AST) -> Value:
    """A list of tensors, or the sizes one by one."""
    if _is_vector(given["x"]):
        return list(given["x"])
    settings = {"num": given["num"], "axis": given["axis"]}
    return operation(m, "ops.unstack", [given["x"]], settings, node)


def append_(m: Machine, given: Given, node: ast.AST) -> Value:
    """Joined along an axis, or all elements in a row."""
    parts = [given["x"], given["y"]]
    if given["axis"] is None:
        parts = [operation(m, "ops.flatten", [part], {}, node) for part in parts]
    return operation(m, "ops.concatenate", parts, {"axis": given["axis"] or 0}, node)


def split_sizes_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`tf.split(x, 3)` or `tf.split(x, [2, 5])`; before 1.0 `tf.split(axis, number, x)`."""
    x, sizes, axis = given["x"], given["sizes"], given["axis"]
    if isinstance(x, int):
        x, axis = axis, x
    if isinstance(sizes, list | tuple):
        return operation(m, "ops.split_sizes", [x], {"sizes": sizes, "axis": axis}, node)
    settings = {"indices_or_sections": sizes, "axis": axis}
    return operation(m, "ops.split", [x], settings, node)


def strided_slice_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`tf.strided_slice(x, begin, end, strides)` without masks."""
    steps = given["strides"] or [1] * len(given["begin"])
    bounds = zip(given["begin"], given["end"], steps, strict=True)
    key = tuple(slice(*each) for each in bounds)
    if isinstance(given["x"], Vector):
        return Vector(tuple(given["x"])[key[0]])
    return item(m, given["x"], key, node)


def gather_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`tf.gather`: along an axis, the first after the batch dimensions unless it is said."""
    x, batch = given["x"], m.resolve(given["batch_dims"])
    axis = batch if given["axis"] is None else m.resolve(given["axis"])
    if isinstance(x, Vector) and isinstance(given["y"], int):
        return x[given["y"]]
    settings = {"axis": axis, "batch_dims": batch}
    return operation(m, "ops.take", [x, given["y"]], settings, node)


def matvec_(m: Machine, given: Given, node: ast.AST) -> Value:
    """A matrix and a vector for each place."""
    column = operation(m, "ops.expand_dims", [given["y"]], {"axis": -1}, node)
    product = operation(m, "ops.matmul", [given["x"], column], {}, node)
    return operation(m, "ops.squeeze", [product], {"axis": -1}, node)


def attention_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`dot_product_attention` of (batch, length, heads, width): scores, then their values."""
    query, key, value = given["x"], given["y"], given["z"]
    scores = operation(m, "ops.einsum", [query, key], {"subscripts": "btnh,bsnh->bnts"}, node)
    return operation(m, "ops.einsum", [scores, value], {"subscripts": "bnts,bsnh->btnh"}, node)


def resize_images_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`K.resize_images(x, 2, 2, "channels_last")`."""
    from sizeup.readers.source.keras.functions import with_window

    names = ("depth_factor", "height_factor", "width_factor")
    factors = tuple(given[name] for name in names if name in given)
    settings = with_window(m, "K", {"data_format": given["data_format"]}, given["x"])
    return operation(m, "ops.scale", [given["x"]], {"factors": factors, **settings}, node)


def temporal_padding_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`K.temporal_padding(x, (1, 1))`; Keras 1 took one number for both ends."""
    width = m.resolve(given["padding"])
    pair = tuple(width) if isinstance(width, list | tuple) else (width, width)
    settings = {"padding": (pair,), "data_format": "channels_last"}
    return operation(m, "ops.pad_spatial", [given["x"]], settings, node)
