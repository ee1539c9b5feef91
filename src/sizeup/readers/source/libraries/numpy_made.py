"""NumPy's arrays as they are made: of a shape, of numbers, of chance, of another type."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable

from sizeup.dims import Dim, Expr, product
from sizeup.readers.source.arrays import (
    MOST_VALUES,
    Array,
    as_array,
    elementwise,
    from_values,
    holds,
)
from sizeup.readers.source.builtin_functions import range_of
from sizeup.readers.source.keras.arguments import Unsized, to_dim
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.operators import iterate
from sizeup.readers.source.values import Lost, Open, Raised
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


MOST_DIMENSIONS = 64
"""As many as NumPy allows."""


def given_by(names: str, a: Arguments, k: Keywords) -> dict[str, Value]:
    """Arguments by their names, which are given in order."""
    return {**dict(zip(names.split(), a, strict=False)), **k}


def shape_of(m: Machine, value: Value, node: ast.AST) -> tuple[Dim, ...] | None:
    """A shape that a function is given; None where not even its rank is known."""
    value = m.resolve(value)
    if isinstance(value, Open | Lost):
        return None
    parts = list(iterate(m, value, node)) if not isinstance(value, int | float | Expr) else [value]
    if len(parts) > MOST_DIMENSIONS:
        raise Raised("ValueError", say("rules.ops_axis", axis=len(parts), rank=MOST_DIMENSIONS))
    try:
        dims = [to_dim(m, part) for part in parts]
    except Unsized:
        return None
    return tuple(dim for dim in dims if dim is not None)


def filled(value: float | None) -> Callable[..., Value]:
    """`zeros(shape)`, `ones(shape)`, `empty(shape)`."""

    def made(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        given = given_by("shape dtype", a, k)
        shape = shape_of(m, given.get("shape"), node)
        if shape is None:
            return m.world.unseen_value(m, node)
        return _full(shape, value, _dtype(m, given.get("dtype"), "float64"))

    return made


def _full(shape: tuple[Dim, ...], value: Value, dtype: str) -> Array:
    count = product(shape)
    values: Value = None
    if value is not None and isinstance(count, int) and count <= MOST_VALUES:
        values = int(value) if "int" in dtype else value
        for dim in reversed(shape):
            values = [values] * dim if isinstance(dim, int) else None
    return Array(shape, dtype, values)


def _dtype(m: Machine, value: Value, default: str) -> str:
    value = m.resolve(value)
    name = (
        value
        if isinstance(value, str)
        else getattr(value, "name", "") or getattr(value, "text", "")
    )
    name = name.rpartition(".")[2]
    plain = {
        "int": "int64",
        "float": "float64",
        "double": "float64",
        "bool_": "bool",
        "single": "float32",
    }
    return plain.get(name, name) or default


def full(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`full(shape, value)`."""
    given = given_by("shape fill_value dtype", a, k)
    shape, value = shape_of(m, given.get("shape"), node), m.resolve(given.get("fill_value"))
    if shape is None:
        return m.world.unseen_value(m, node)
    known = value if isinstance(value, int | float) else None
    return _full(shape, known, _dtype(m, given.get("dtype"), type(value).__name__ + "64"))


def like(value: float | None) -> Callable[..., Value]:
    """`zeros_like(x)`, `ones_like(x)`, `empty_like(x)`."""

    def made(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        array = as_array(m, a[0], node)
        if not isinstance(array, Array):
            return array
        return _full(array.shape, value, _dtype(m, k.get("dtype"), array.dtype))

    return made


def drawn(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    """`rand(3, 4)`: the arguments are the shape."""
    shape = shape_of(m, tuple(a), node)
    return Array(shape) if shape else m.world.unseen_value(m, node)


def drawn_with_size(names: str, dtype: str = "float64") -> Callable[..., Value]:
    """A random array whose shape is the argument `size`."""

    def made(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        given = given_by(names, a, k)
        given.setdefault("size", given.get("shape"))
        shape = shape_of(m, given["size"], node) if m.resolve(given["size"]) is not None else None
        return Array(shape, dtype) if shape else m.world.unseen_value(m, node)

    return made


def arange(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`arange(start, stop, step, dtype)`."""
    given = {name: m.resolve(v) for name, v in given_by("start stop step dtype", a, k).items()}
    dtype = given.pop("dtype", None)
    if given.get("stop") is None:
        given = {"start": 0, "stop": given.get("start"), "step": given.get("step")}
    bounds = [given.get(name) for name in ("start", "stop", "step")]
    found = _counted(m, [default if bound is None else bound
                         for bound, default in zip(bounds, (0, 0, 1), strict=True)], node)  # fmt: skip
    return found if dtype is None else as_type(m, [found, dtype], {}, node)


def _counted(m: Machine, bounds: list[Value], node: ast.AST) -> Value:
    if all(isinstance(bound, int) for bound in bounds):
        whole = range_of(m, bounds, {}, node)
        if len(whole) > MOST_VALUES:
            return Array((len(whole),), "int64")
        return from_values(list(whole), "int64")
    if all(isinstance(bound, int | float) for bound in bounds):
        start, stop, step = bounds
        count = max(0, math.ceil((stop - start) / step)) if step else 0
        values = [start + i * step for i in range(min(count, MOST_VALUES))]
        return from_values(values, "float64") if count <= MOST_VALUES else Array((count,))
    return range_of(m, bounds, {}, node)


def linspace(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`linspace(start, stop, num)`."""
    given = {"num": 50, **given_by("start stop num", a, k)}
    start, stop, number = (m.resolve(given[n]) for n in ("start", "stop", "num"))
    if not all(isinstance(v, int | float) for v in (start, stop)) or not isinstance(number, int):
        return (
            Array(shape) if (shape := shape_of(m, number, node)) else m.world.unseen_value(m, node)
        )
    if number > MOST_VALUES:
        return Array((number,))
    whole = m.decide(given.get("endpoint", True))
    step = (stop - start) / max(1, number - 1 if whole else number)
    values = [start + i * step for i in range(number)]
    if whole and number > 1:  # as NumPy steps: its last value is `stop` itself
        values[-1] = float(stop)
    return from_values(values, "float64")


def eye(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`eye(3)`, `identity(3)`."""
    given = given_by("N M", a, k)
    shape = shape_of(m, (given.get("N"), given.get("M", given.get("N"))), node)
    return Array(shape) if shape else m.world.unseen_value(m, node)


def array_of(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`array(values)`, `asarray(values, dtype)`."""
    given = m.resolve(a[0] if a else k.get("object"))
    if isinstance(given, list | tuple) and any(isinstance(v, Open | Expr) for v in given):
        return given  # a few numbers that are open
    found = as_array(m, given, node)
    if isinstance(found, Array) and "dtype" in k:
        return as_type(m, [found, k["dtype"]], {}, node)
    return found


def as_type(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`x.astype(dtype)`."""
    array = as_array(m, a[0], node)
    if not isinstance(array, Array):
        return array
    dtype = _dtype(m, a[1] if len(a) > 1 else k.get("dtype"), array.dtype)
    values = array.values
    if values is not None and "int" in dtype:
        values = elementwise(m, [array], int, node).values
    elif values is not None and "float" in dtype:
        values = elementwise(m, [array], float, node).values
    return Array(array.shape, dtype, values if holds(dtype, values) else None, array.classes)
