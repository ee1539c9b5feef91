"""Arrays of data: a shape and a type, the contents where the text writes a few of them down.

Shapes follow NumPy by the rules that size tensors. A dimension is an integer or an expression
over what is open. `classes` is how many different values a known data set's labels have.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator

from sizeup.dims import Dim, Expr, product
from sizeup.errors import OpenSizeError, SizingError
from sizeup.readers.source import libraries
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.operators import BINARY, Unbounded, iterate
from sizeup.readers.source.values import MISSING, Bound, Builtin, Lost, Open, Raised
from sizeup.readers.source.written import written
from sizeup.rules.registry import size
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]

BITS = {f"{sign}int{bits}": bits for sign in ("", "u") for bits in (8, 16, 32, 64)}
PACKED = {"float32": "f", "float16": "e"}

MOST_VALUES = 4_096
"""Elements up to which an array's contents are kept."""


class Array:
    """An array; `values` are its contents as nested lists, None where they are not known."""

    __slots__ = ("classes", "dtype", "shape", "values")

    def __init__(
        self,
        shape: tuple[Dim, ...],
        dtype: str = "float64",
        values: Value = None,
        classes: int | None = None,
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self.values = values
        self.classes = classes

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`x.shape`, `x.ndim`, `x.reshape(…)`, …"""
        if name in ("shape", "dtype"):
            return getattr(self, name)
        if name == "ndim":
            return len(self.shape)
        if name == "size":
            return product(self.shape)
        if name == "T":
            return sized(m, "ops.transpose", [self], {"axes": None}, node)
        method = libraries.find(f"numpy.ndarray.{name}")
        return m.world.inert(name) if method is MISSING else Bound(method, self)

    def item(self, m: Machine, index: Value, node: ast.AST) -> Value:
        """`x[index]`: an element, a part, or the rows that a mask or a list of numbers picks."""
        parts = index if isinstance(index, tuple) else (index,)
        if any(isinstance(part, Array | list | Lost | Open) for part in parts):
            return self._picked(m, parts, node)
        if self.values is not None and all(isinstance(part, int | slice) for part in parts):
            try:
                return from_values(_taken(self.values, parts), self.dtype)
            except (IndexError, TypeError) as error:
                raise Raised(type(error).__name__, str(error), line_of(node)) from None
        key = tuple("..." if part is Ellipsis else part for part in parts)
        found = sized(m, "ops.getitem", [self], {"key": key}, node)
        if isinstance(found, Array) and not found.shape:
            return m.world.unseen_value(m, node)
        return found

    def _picked(self, m: Machine, parts: tuple[Value, ...], node: ast.AST) -> Value:
        """One part that picks rows of the first dimension; how many a mask leaves is open.

        Of an array of numbers every one picks a row: its shape stands in the place of the rows.
        """
        part, rest = parts[0], parts[1:]
        if any(isinstance(other, Array | list | Lost | Open) for other in rest):
            return m.world.unseen_value(m, node)
        inner = sized(m, "ops.getitem", [self], {"key": (slice(None), *rest)}, node)
        if not isinstance(inner, Array):
            return inner
        picks = as_array(m, part, node) if isinstance(part, list) else part
        if not isinstance(picks, Array):
            return Array((rows_of(m, node), *inner.shape[1:]), self.dtype)
        if picks.dtype == "bool":
            return Array((rows_of(m, node), *inner.shape[len(picks.shape) :]), self.dtype)
        return Array((*picks.shape, *inner.shape[1:]), self.dtype)

    def elements(self, _m: Machine) -> Iterator[Value]:
        """Rows, or numbers of an array of rank 1."""
        if not self.shape:
            raise Raised("TypeError", say("source.iterate", code="a 0-d array"))
        if not isinstance(self.shape[0], int):
            raise Unbounded(self, None)
        if self.values is not None:
            yield from (from_values(value, self.dtype) for value in self.values)
            return
        if not self.shape[1:]:
            raise Unbounded(self, None)
        yield from (Array(self.shape[1:], self.dtype) for _ in range(self.shape[0]))

    def operate(self, m: Machine, sign: str, other: Value, swapped: bool, node: ast.AST) -> Value:
        """`x / 255.`, `x + y`: element by element."""
        if hasattr(other, "node"):  # a tensor decides
            return other.operate(m, sign, self, not swapped, node)
        operands = [
            as_array(m, value, node) for value in ((other, self) if swapped else (self, other))
        ]
        if sign == "@":
            return sized(m, "ops.matmul", operands, {}, node)
        function = next(f for spelled, f in BINARY.values() if spelled == sign)
        return elementwise(m, operands, function, node)

    def compare(self, m: Machine, _op: type[ast.cmpop], other: Value, node: ast.AST) -> Value:
        """`y == 3`: a mask."""
        operands = [self, as_array(m, other, node)]  # which side is which says nothing of the shape
        found = elementwise(m, operands, None, node)
        return Array(found.shape, "bool") if isinstance(found, Array) else found

    def forget(self) -> None:
        """An element was set: the contents are not known any more."""
        self.values = self.classes = None

    def class_of(self, _m: Machine) -> Value:
        """`type(x)`."""
        return Builtin("numpy.ndarray", lambda _m, a, _k, _node: a)

    def __repr__(self) -> str:
        return f"<array {self.shape}>"


def sized(
    m: Machine, kind: str, arrays: list[Value], config: dict[str, Value], node: ast.AST
) -> Value:
    """The array that an operation on shapes gives; what does not fit is the source's error."""
    lost = next((a for a in arrays if not isinstance(a, Array)), None)
    if lost is not None:
        return lost if isinstance(lost, Lost) else m.world.unseen_value(m, node)
    try:
        found = size(kind, config, [array.shape for array in arrays]).outputs
    except OpenSizeError as error:
        return Lost(error.what, line_of(node))
    except SizingError as error:
        raise Raised("ValueError", error.what, line_of(node)) from None
    except (TypeError, AttributeError, IndexError):  # a configuration that is not known
        return Lost(say("source.operation", code=written(node)), line_of(node))
    made = [Array(shape, arrays[0].dtype) for shape in found]  # type: ignore[arg-type]
    return made if kind == "ops.split" else made[0]


def elementwise(
    m: Machine, operands: list[Value], function: Callable[..., Value] | None, node: ast.AST
) -> Value:
    """A function of single elements of arrays that broadcast."""
    found = sized(m, "ops.elementwise", operands, {"name": None}, node)
    arrays = [value for value in operands if isinstance(value, Array)]
    whole = next((a for a in arrays if isinstance(found, Array) and a.shape == found.shape), None)
    if whole is not None and function is not None:
        same = all(a.values is not None and a.shape in ((), whole.shape) for a in arrays)
        try:
            found.values = _mapped(function, [a.values for a in arrays]) if same else None
        except (TypeError, ValueError, ArithmeticError):
            found.values = None
        if not all(holds(a.dtype, found.values) for a in arrays):
            found.values = None
        found.dtype = _type_of(found.values) or whole.dtype
    return found


def holds(dtype: str, values: Value) -> bool:
    """Whether a type has values as Python has them: they neither wrap around nor are rounded."""
    if isinstance(values, list):
        return all(holds(dtype, value) for value in values)
    if isinstance(values, int) and dtype in BITS:
        low = 0 if dtype.startswith("u") else -(1 << BITS[dtype] - 1)
        return low <= values < low + (1 << BITS[dtype])
    if isinstance(values, int | float) and dtype in PACKED:
        from struct import pack, unpack

        try:
            return bool(unpack(PACKED[dtype], pack(PACKED[dtype], values))[0] == values)
        except OverflowError:
            return False
    return True


def _mapped(function: Callable[..., Value], operands: list[Value]) -> Value:
    rows = next((len(o) for o in operands if isinstance(o, list)), None)
    if rows is None:
        return function(*operands)
    return [
        _mapped(function, [o[i] if isinstance(o, list) else o for o in operands])
        for i in range(rows)
    ]


def as_array(m: Machine, value: Value, node: ast.AST) -> Value:
    """A number, or nested lists, as an array; what is open or lost stays as it is."""
    value = m.resolve(value)
    if isinstance(value, Array | Open | Lost):
        return value
    if isinstance(value, bool | int | float):
        return Array((), _type_of(value) or "object", value)
    if isinstance(value, Expr):
        return Array((), "int64")
    try:
        nested = _nested(m, value, node)
    except Unbounded:
        return m.world.unseen_value(m, node)
    return nested if isinstance(nested, Array) else from_values(nested, None)


def _nested(m: Machine, value: Value, node: ast.AST) -> Value:
    """Nested lists of numbers, or the array of rows that are arrays themselves."""
    value = m.resolve(value)
    if isinstance(value, Array):
        return value if value.values is None else value.values
    if not isinstance(value, list | tuple | range) and not hasattr(value, "elements"):
        return value
    rows = [_nested(m, row, node) for row in iterate(m, value, node)]
    if any(isinstance(row, Open | Lost) for row in rows):
        raise Unbounded(value, line_of(node))  # numbers or arrays: nobody knows
    if any(isinstance(row, Array) for row in rows):
        arrays = [row if isinstance(row, Array) else from_values(row, None) for row in rows]
        return sized(m, "ops.stack", arrays, {"axis": 0}, node)
    return rows


def from_values(values: Value, dtype: str | None) -> Value:
    """An array of nested lists; a single number as itself."""
    if not isinstance(values, list):
        return values
    shape: list[int] = []
    level: Value = values
    while isinstance(level, list):
        shape.append(len(level))
        if level and any(isinstance(row, list) != isinstance(level[0], list) or (
                isinstance(row, list) and len(row) != len(level[0])) for row in level):  # fmt: skip
            return Array(tuple(shape), "object")  # ragged
        level = level[0] if level else None
    whole = tuple(shape)
    count = math.prod(whole)
    kept = values if count <= MOST_VALUES and _numbers(values) else None
    return Array(whole, dtype or _type_of(values) or "object", kept)


def _numbers(values: Value) -> bool:
    if isinstance(values, list):
        return all(map(_numbers, values))
    return isinstance(values, int | float | str)


def _type_of(values: Value) -> str | None:
    while isinstance(values, list):
        if not values:
            return "float64"
        floats = any(isinstance(value, float) for value in values)
        values = 0.0 if floats else values[0]
    names = ((bool, "bool"), (int, "int64"), (float, "float64"), (str, "str"))
    return next((name for kind, name in names if isinstance(values, kind)), None)


def shaped(flat: list[Value], shape: tuple[Dim, ...]) -> Value:
    """Numbers in one list as nested lists of a shape."""
    values: Value = flat
    for dim in reversed(shape[1:]):
        if not isinstance(dim, int) or dim < 1:
            return None
        values = [values[i : i + dim] for i in range(0, len(values), dim)]
    return values


def _taken(values: Value, parts: tuple[Value, ...]) -> Value:
    if not parts:
        return values
    part, rest = parts[0], parts[1:]
    if isinstance(part, slice):
        return [_taken(row, rest) for row in values[part]]
    return _taken(values[part], rest)


def rows_of(m: Machine, node: ast.AST) -> Dim:
    """How many rows something has that depends on data."""
    text = f"len({written(node)})" if isinstance(node, ast.expr) else "rows"
    found: Dim = m.number(m.open(("rows", m.unique()), text, say("source.data"), line_of(node)))
    return found
