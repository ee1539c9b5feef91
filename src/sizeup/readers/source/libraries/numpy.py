"""NumPy's functions on arrays of data: reshaped, joined, reduced; NumPy is not imported."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from itertools import accumulate

from sizeup.dims import Expr, product
from sizeup.readers.source.arrays import (
    Array,
    as_array,
    elementwise,
    from_values,
    rows_of,
    shaped,
    sized,
)
from sizeup.readers.source.builtin_functions import table
from sizeup.readers.source.effects import shuffle
from sizeup.readers.source.libraries.numpy_made import (
    arange,
    array_of,
    as_type,
    drawn,
    drawn_with_size,
    eye,
    filled,
    full,
    given_by,
    like,
    linspace,
    shape_of,
)
from sizeup.readers.source.library import LIBRARY
from sizeup.readers.source.machine import Machine, lost_value
from sizeup.readers.source.operators import Unbounded, iterate
from sizeup.readers.source.values import Lost, Open
from sizeup.readers.source.written import written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


# -- shaped anew --------------------------------------------------------------------------------


def _reshape(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    source = as_array(m, a[0], node)
    rest = a[1:] if len(a) != 2 else m.resolve(a[1])  # x.reshape(2, 3) or ((2, 3))
    target = shape_of(m, rest or k.get("newshape", k.get("shape", ())), node)
    if target is None or isinstance(source, Lost):
        return m.world.unseen_value(m, node)
    if isinstance(source, Open):  # its size is not in the text: what is left of it is open
        dims = [rows_of(m, node) if dim == -1 else dim for dim in target]
        return Array(tuple(dims), "float64")
    found = sized(m, "ops.reshape", [source], {"newshape": target}, node)
    if isinstance(found, Array):
        found.classes = source.classes
        if source.values is not None:
            found.values = shaped(flat(source.values), found.shape)
    return found


def flat(values: Value) -> list[Value]:
    """The numbers of nested lists in one list."""
    return [v for row in values for v in flat(row)] if isinstance(values, list) else [values]


def _ravel(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    return _reshape(m, [a[0], -1], {}, node)


def _on_shape(kind: str, names: str, **defaults: Value) -> Callable[..., Value]:
    """A function whose first argument is the array and whose others are the rule's."""

    def made(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        given = given_by(names, a[1:], k)
        config = {n: m.resolve(given.get(n, defaults.get(n))) for n in names.split()}
        config = {n: tuple(v) if isinstance(v, list) else v for n, v in config.items()}
        return sized(m, kind, [as_array(m, a[0], node)], config, node)

    return made


def _squeeze(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    source = as_array(m, a[0], node)
    found = _on_shape("ops.squeeze", "axis")(m, a, k, node)
    if isinstance(found, Array) and isinstance(source, Array):
        found.classes = source.classes
    return found


def _transpose(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    axes = a[1] if len(a) == 2 else tuple(a[1:]) or k.get("axes")
    axes = m.resolve(axes)
    config = {"axes": tuple(axes) if isinstance(axes, list | tuple) else None}
    return sized(m, "ops.transpose", [as_array(m, a[0], node)], config, node)


def _moved(swap: bool) -> Callable[..., Value]:
    """`moveaxis(x, 3, 1)`, `swapaxes(x, 1, 2)`."""

    def made(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        source = as_array(m, a[0], node)
        one, other = (m.resolve(v) for v in (*a[1:3], *k.values())[:2])
        if not isinstance(source, Array) or not isinstance(one, int) or not isinstance(other, int):
            return m.world.unseen_value(m, node)
        order = list(range(len(source.shape)))
        if swap:
            order[one], order[other] = order[other], order[one]
        else:
            order.insert(other % len(order), order.pop(one))
        return sized(m, "ops.transpose", [source], {"axes": tuple(order)}, node)

    return made


def _joined(kind: str, axis: int, least: int = 0) -> Callable[..., Value]:
    """`concatenate`, `stack` and their kin; arrays of a smaller rank than `least` get rows."""

    def made(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        try:
            arrays = [as_array(m, value, node) for value in iterate(m, a[0], node)]
        except Unbounded:
            return m.world.unseen_value(m, node)
        at = m.resolve(k.get("axis", a[1] if len(a) > 1 else axis))
        if not arrays or any(not isinstance(array, Array) for array in arrays):
            return m.world.unseen_value(m, node)
        short = [array for array in arrays if len(array.shape) < least]
        for array in short:
            arrays[arrays.index(array)] = Array((1, *array.shape), array.dtype)
        at = min(at, len(arrays[0].shape) - 1) if kind == "ops.concatenate" and at > 0 else at
        found = sized(m, kind, arrays, {"axis": at}, node)
        classes = {array.classes for array in arrays}
        if isinstance(found, Array) and len(classes) == 1 and at == 0:
            found.classes = classes.pop()
        return found

    return made


def _tile(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    given = given_by("A reps", a, k)
    source, times = as_array(m, given.get("A"), node), shape_of(m, given.get("reps"), node)
    if not isinstance(source, Array) or times is None:
        return m.world.unseen_value(m, node)
    rank = max(len(times), len(source.shape))
    pairs = zip(*((1,) * (rank - len(s)) + s for s in (source.shape, times)), strict=True)
    return Array(tuple(dim * by for dim, by in pairs), source.dtype)


def _repeated(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    given = given_by("a repeats axis", a, k)
    source, by, axis = (m.resolve(given.get(name)) for name in ("a", "repeats", "axis"))
    source = as_array(m, source, node)
    if not isinstance(source, Array) or not isinstance(by, int):
        return m.world.unseen_value(m, node)
    if axis is None:
        return Array((product(source.shape) * by,), source.dtype)
    dims = list(source.shape)
    dims[axis] = dims[axis] * by
    return Array(tuple(dims), source.dtype)


# -- reduced and mapped ---------------------------------------------------------------------------


def _reduced(
    function: Callable[[list[Value]], Value] | None, plain: str = ""
) -> Callable[..., Value]:
    """`sum`, `mean`, `max`, … along an axis; numbers that are no array go another way."""

    def made(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        value = m.resolve(a[0]) if a else None
        axis = m.resolve(k.get("axis", a[1] if len(a) > 1 else None))
        if plain and not isinstance(value, Array) and axis is None and not _is_nested(value):
            return LIBRARY[plain].function(m, a[:1], {}, node)
        array = as_array(m, value, node)
        if not isinstance(array, Array):
            return m.world.unseen_value(m, node)
        if axis is None and m.resolve(k.get("keepdims")) is not True:
            if function is None or array.values is None:
                return m.world.unseen_value(m, node)
            return function(flat(array.values))
        config = {"axis": tuple(axis) if isinstance(axis, list) else axis,
                  "keepdims": m.resolve(k.get("keepdims", False)) is True}  # fmt: skip
        return sized(m, "ops.reduce", [array], config, node)

    return made


def _is_nested(value: Value) -> bool:
    return isinstance(value, list | tuple) and any(
        isinstance(row, list | tuple | Array) for row in value
    )


def _highest(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`y.max()`: of a known data set's labels, which count from 0, the last."""
    value = m.resolve(a[0])
    if isinstance(value, Array) and value.classes is not None and "axis" not in k and len(a) == 1:
        return value.classes - 1
    return _reduced(max, "numpy.max")(m, a, k, node)


def _unique(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    array = as_array(m, a[0], node)
    if isinstance(array, Array) and array.classes is not None:
        found = from_values(list(range(array.classes)), array.dtype)
    elif isinstance(array, Array) and array.values is not None:
        found = from_values(sorted(set(flat(array.values))), array.dtype)
    else:
        text = a[0] if isinstance(a[0], Open) else None
        key = ("unique", text.key if text is not None else m.unique())
        return m.world.unseen_value(m, node) if text is None else m.open(
            key, written(node), text.why, getattr(node, "lineno", None))  # fmt: skip
    extra = sum(1 for name in ("return_counts", "return_index", "return_inverse") if k.get(name))
    return (found, *(Array(found.shape, "int64") for _ in range(extra))) if extra else found


def _mapped(name: str) -> Callable[..., Value]:
    """A function of numbers that arrays take element by element."""

    def made(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        values = [m.resolve(value) for value in a]
        if not any(isinstance(value, Array) or _is_nested([value]) for value in values):
            return LIBRARY[name].function(m, a, k, node)
        exact = getattr(math, name.rpartition(".")[2], None)
        return elementwise(m, [as_array(m, value, node) for value in values], exact, node)

    return made


def _elementwise(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    """A function of elements whose values do not matter."""
    if not any(isinstance(m.resolve(value), Array) for value in a):
        return m.world.unseen_value(m, node)
    return elementwise(m, [as_array(m, value, node) for value in a], None, node)


def _split(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    given = {"axis": 0, **given_by("ary parts axis", a, k)}
    parts = m.resolve(given.get("parts", given.get("indices_or_sections")))
    parts = parts.values if isinstance(parts, Array) else parts
    parts = tuple(parts) if isinstance(parts, list) else parts
    config = {"indices_or_sections": parts, "axis": m.resolve(given["axis"])}
    whole = as_array(m, given["ary"], node)
    made = sized(m, "ops.split", [whole], config, node)
    if not isinstance(made, list) or whole.values is None or config["axis"] != 0:
        return made
    ends = list(accumulate(part.shape[0] for part in made))
    if ends[-1] == len(whole.values):  # NumPy lets parts overlap
        for part, end in zip(made, ends, strict=True):
            part.values = whole.values[end - part.shape[0] : end]
    return made


def _meshgrid(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`meshgrid(x, y)`: one array for each, of the sizes of all; the first two are swapped."""
    arrays = [as_array(m, value, node) for value in a]
    if any(not isinstance(array, Array) for array in arrays) or "sparse" in k:
        return m.world.unseen_value(m, node)
    sizes = [product(array.shape) for array in arrays]
    if m.resolve(k.get("indexing", "xy")) == "xy":
        sizes[:2] = sizes[1::-1]
    return [Array(tuple(sizes), array.dtype) for array in arrays]


def _running_sum(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`cumsum(x)`: without an axis, of all elements in a row."""
    array, axis = as_array(m, a[0], node), m.resolve(given_by("a axis", a, k).get("axis"))
    if not isinstance(array, Array):
        return m.world.unseen_value(m, node)
    rank = len(array.shape)
    if axis is not None and rank > 1:
        return Array(array.shape, array.dtype)
    values = None if array.values is None else list(accumulate(flat(array.values)))
    dtype = "int64" if array.dtype == "bool" else array.dtype
    return Array((product(array.shape),), dtype, values)


def _size_of(name: str) -> Callable[..., Value]:
    """`np.shape(x)`, `np.ndim(x)`, `np.size(x)`."""

    def made(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
        value = m.resolve(a[0])
        if hasattr(value, "node") or isinstance(value, Open):
            from sizeup.readers.source.attributes import attribute

            return attribute(m, value, name, ast.Attribute(node.args[0], name))  # type: ignore[attr-defined]
        array = as_array(m, value, node)
        return array.attribute(m, name, node) if isinstance(array, Array) else lost_value(node)

    return made


def _same(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """What changes contents and no shape."""
    array = as_array(m, a[0], node)
    return Array(array.shape, array.dtype) if isinstance(array, Array) else array


def _shuffle(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> None:
    shuffle(m, m.resolve(a[0]), lost_value(node))


def _permuted(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`permutation(x)`: the rows in another order, or the numbers up to one."""
    value = m.resolve(a[0])
    return Array((value,), "int64") if isinstance(value, int | Expr) else _same(m, a, k, node)


def _dot(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    arrays = [as_array(m, value, node) for value in a[:2]]
    return sized(m, "ops.matmul", arrays, {}, node)


def _to_list(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    return m.world.unseen_value(m, node) if a[0].values is None else a[0].values


def _picked_number(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    array = a[0]
    numbers = flat(array.values) if array.values is not None else []
    return numbers[0] if len(numbers) == 1 else m.world.unseen_value(m, node)


def _flat_sum(values: list[Value]) -> Value:
    return sum(values)


def _mean(values: list[Value]) -> Value:
    return sum(values) / len(values)


SHAPED: dict[str, Callable[..., Value]] = {
    "reshape": _reshape, "ravel": _ravel, "transpose": _transpose, "squeeze": _squeeze,
    "swapaxes": _moved(swap=True), "repeat": _repeated, "copy": array_of, "astype": as_type,
    "sum": _reduced(_flat_sum, "numpy.sum"), "prod": _reduced(math.prod, "numpy.prod"),
    "mean": _reduced(_mean), "max": _highest, "min": _reduced(min, "numpy.min"),
    "std": _reduced(None), "var": _reduced(None), "argmax": _reduced(None),
    "argmin": _reduced(None), "any": _reduced(any), "all": _reduced(all), "clip": _same,
    "round": _same, "cumsum": _running_sum, "dot": _dot,
}  # fmt: skip
"""What is a function of NumPy and a method of its arrays."""

METHODS = {**SHAPED, "flatten": _ravel, "tolist": _to_list, "item": _picked_number}

PLAINLY = ("sin cos tan tanh sign square add subtract multiply divide true_divide mod where isnan "
           "logical_and logical_or logical_not")  # fmt: skip
"""Functions of elements whose values nobody asks for."""

_FUNCTIONS: dict[str, Callable[..., Value]] = {
    **SHAPED,
    "zeros": filled(0.0), "ones": filled(1.0), "empty": filled(None), "full": full,
    "zeros_like": like(0.0), "ones_like": like(1.0), "empty_like": like(None),
    "array": array_of, "asarray": array_of, "ascontiguousarray": array_of, "arange": arange,
    "linspace": linspace, "eye": eye, "identity": eye, "expand_dims": _on_shape("ops.expand_dims", "axis"),
    "moveaxis": _moved(swap=False), "rollaxis": _moved(swap=False),
    "concatenate": _joined("ops.concatenate", 0), "stack": _joined("ops.stack", 0),
    "vstack": _joined("ops.concatenate", 0, 2), "row_stack": _joined("ops.concatenate", 0, 2),
    "hstack": _joined("ops.concatenate", 1), "append": lambda m, a, k, node: _joined(
        "ops.concatenate", 0)(m, [a[:2]], k, node), "tile": _tile, "pad": _on_shape("ops.pad", "pad_width"),
    "amax": _highest, "amin": _reduced(min), "unique": _unique, "shape": _size_of("shape"),
    "ndim": _size_of("ndim"), "size": _size_of("size"), "matmul": _dot, "flip": _same,
    "fliplr": _same, "flipud": _same, "roll": _same, "sort": _same, "nan_to_num": _same,
    "normalize": _same, "median": _reduced(None), "product": _reduced(math.prod, "numpy.prod"),
    "random.shuffle": _shuffle, "random.rand": drawn, "random.randn": drawn, "random.permutation": _permuted,
    "random.random": drawn_with_size("size"), "random.random_sample": drawn_with_size("size"),
    "random.uniform": drawn_with_size("low high size"), "random.normal": drawn_with_size("loc scale size"),
    "random.randint": drawn_with_size("low high size", "int64"),
    "random.choice": drawn_with_size("a size"), "random.standard_normal": drawn_with_size("size"),
    **{name: _mapped(f"numpy.{name}") for name in
       "sqrt log log2 log10 exp ceil floor abs round rint power maximum minimum".split()},
    **dict.fromkeys(PLAINLY.split(), _elementwise),
    "split": _split, "meshgrid": _meshgrid,
}  # fmt: skip

MEMBERS: dict[str, Value] = {
    **table({f"numpy.{name}": function for name, function in _FUNCTIONS.items()}),
    **table({f"numpy.ndarray.{name}": function for name, function in METHODS.items()}),
    **table({
        "tensorflow.zeros": filled(0.0), "tensorflow.ones": filled(1.0),
        "tensorflow.random.normal": drawn_with_size("shape"),
        "tensorflow.random.uniform": drawn_with_size("shape"),
        "tensorflow.random_normal": drawn_with_size("shape"),
        "numpy.ndarray": array_of,
    }),
    "numpy.newaxis": None,
}  # fmt: skip
