"""Functions that make tensors of nothing: zeros, ranges, random numbers. They own nothing."""

from __future__ import annotations

import ast

from sizeup.dims import Expr, ceil_div
from sizeup.network import Unknown
from sizeup.readers.source.keras.arguments import Unsized, to_dim, to_shape
from sizeup.readers.source.keras.objects import Tensor, constant
from sizeup.readers.source.keras.tensors import to_tensor
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Open
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Shape

    Value = Any
    Given = dict[str, Any]


def filled_(m: Machine, given: Given, node: ast.AST) -> Value:
    """A tensor of a shape that is given."""
    shape = m.resolve(given["shape"])
    if isinstance(shape, Open) or shape == ():  # one number of the run
        return m.world.unseen_value(m, node)
    return _made(lambda: to_shape(m, shape), node)


def _made(shape: Any, node: ast.AST) -> Tensor:
    """A constant whose shape is worked out, or not known for a reason."""
    try:
        found: Shape = shape()
    except Unsized as lost:
        return constant(None, unknown=Unknown(lost.reason, lost.line or line_of(node)))
    return constant(found)


def eye_(m: Machine, given: Given, node: ast.AST) -> Value:
    """A matrix, square where one side is given."""
    rows = given["rows"]
    columns = rows if given.get("columns") is None else given["columns"]
    return _made(lambda: (to_dim(m, rows), to_dim(m, columns)), node)


def linspace_(m: Machine, given: Given, node: ast.AST) -> Value:
    """A number of values between two."""
    return _made(lambda: (to_dim(m, given["num"]),), node)


def arange_(m: Machine, given: Given, node: ast.AST) -> Value:
    """Numbers from a start to a stop; how many there are is open where a bound is."""
    start, stop, step = (m.resolve(given.get(name)) for name in ("start", "stop", "step"))
    if stop is None:
        start, stop = 0, start
    bounds = [m.number(bound) for bound in (start, stop, step)]
    if any(isinstance(bound, Tensor) for bound in bounds):
        return constant((None,), "int32")
    if all(isinstance(bound, int | float) for bound in bounds):
        count = max(0, -int(-(bounds[1] - bounds[0]) // bounds[2]))
        return constant((count,), "int32")
    if isinstance(bounds[2], int) and all(isinstance(b, int | Expr) for b in bounds[:2]):
        length: Dim = ceil_div(bounds[1] - bounds[0], bounds[2])
        return constant((length,), "int32")
    unknown = Unknown(say("source.operation", code=written(node)), line_of(node))
    return constant(None, "int32", unknown=unknown)


def constant_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`K.constant(value, shape=…)`, `tf.constant(value)`."""
    shape, value = m.resolve(given["shape"]), m.resolve(given["value"])
    if shape is not None:
        return _made(lambda: to_shape(m, shape), node)
    if isinstance(value, list | tuple | range | Tensor):
        return to_tensor(m, value, node)
    return value


def variable_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`K.variable(value)`: weights, once a layer has them in its list of weights."""
    value = m.resolve(given["value"])
    return m.world.unseen_value(m, node) if isinstance(value, Open) else to_tensor(m, value, node)
