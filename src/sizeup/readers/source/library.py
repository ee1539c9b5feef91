"""What sizeup knows of Python's builtins and of modules outside of Keras: a whitelist."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable

from sizeup.dims import Expr, maximum, minimum, product
from sizeup.errors import BudgetError
from sizeup.ratio import Ratio
from sizeup.readers.source.builtin_functions import (
    absolute,
    dict_of,
    extreme,
    first_argument,
    is_plain,
    lost_value,
    nothing,
    power,
    pure,
    range_of,
    rounded,
    sum_of,
    table,
    to_float,
    to_int,
)
from sizeup.readers.source.calls import call
from sizeup.readers.source.keras.names import keras_path
from sizeup.readers.source.machine import MAX_ELEMENTS, Machine, line_of
from sizeup.readers.source.operators import binary, compare, iterate
from sizeup.readers.source.values import (
    MISSING,
    Builtin,
    Class,
    Instance,
    Module,
    Partial,
)
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


def _real(function: Callable[..., Value]) -> Callable[..., Value]:
    """A function into the floats: what is open is lost in it, no formula could follow."""
    exact = pure(function)

    def wrapped(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        known = all(is_plain(m.resolve(value)) for value in (*a, *k.values()))
        return exact(m, a, k, node) if known else lost_value(node)

    return wrapped


def _rounding(symbolic: str, function: Callable[..., Value]) -> Callable[..., Value]:
    """`math.ceil` and `math.floor`."""

    def wrapped(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        value = m.number(m.resolve(a[0]))
        if isinstance(value, Ratio):
            return getattr(value, symbolic)()
        return value if isinstance(value, Expr) else pure(function)(m, [value], k, node)

    return wrapped


def _prod(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    values = [m.number(value) for value in iterate(m, a[0], node)]
    if all(isinstance(value, int | Expr) for value in values):
        return product(values)
    return pure(math.prod)(m, [values], {}, node)


def _partial(_m: Machine, a: Arguments, k: Keywords, _node: ast.AST) -> Value:
    return Partial(a[0], tuple(a[1:]), k)


def _reduce(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    values = list(iterate(m, a[1], node))
    result = a[2] if len(a) > 2 else values.pop(0)  # noqa: PLR2004
    for value in values:
        result = call(m, a[0], [result, value], {}, node)
    return result


def _wraps(_m: Machine, _a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    return Builtin("wraps", first_argument)


def _copy(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    value = a[0]
    return value.copy() if isinstance(value, list | dict | set) else value


def _deepcopy(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    def copied(value: Value) -> Value:
        m.budget.spend()
        if isinstance(value, list):
            return [copied(element) for element in value]
        if isinstance(value, dict):
            return {key: copied(element) for key, element in value.items()}
        if isinstance(value, tuple):
            return tuple(copied(element) for element in value)
        return lost_value(node) if isinstance(value, Instance) else value

    return copied(a[0])


def _product(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    pools = [list(iterate(m, value, node)) for value in a] * k.get("repeat", 1)
    rows: list[tuple[Value, ...]] = [()]
    for pool in pools:
        if len(rows) * len(pool) > MAX_ELEMENTS:
            raise BudgetError(say("source.size"))
        rows = [(*row, value) for row in rows for value in pool]
    return rows


def _chain(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    return [value for source in a for value in iterate(m, source, node)]


def _repeat(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    return binary(m, ast.Mult, [a[0]], a[1], node) if len(a) > 1 else lost_value(node)


def _named_tuple(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    name, fields = m.resolve(a[0]), m.resolve(a[1])
    names = fields.replace(",", " ").split() if isinstance(fields, str) else list(fields)
    defaults = list(k.get("defaults") or ())
    values = [MISSING] * (len(names) - len(defaults)) + defaults
    namespace: dict[str, Value] = {"<fields>": dict(zip(names, values, strict=True))}
    return Class(name, (), namespace, None, name)


def _dataclass(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    if not a:
        return Builtin("dataclass", _dataclass)
    cls = a[0]
    if isinstance(cls, Class) and cls.node is not None:
        inherited = cls.find("<fields>")[0]
        fields = dict(inherited) if inherited is not MISSING else {}
        for statement in cls.node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                name = statement.target.id
                fields[name] = cls.namespace.get(name, MISSING)
        cls.namespace["<fields>"] = fields
    return cls


def prepare_class(_m: Machine, cls: Class) -> None:
    """`typing.NamedTuple` gives its subclasses fields as a dataclass does."""
    if any(getattr(base, "name", "") == "NamedTuple" for base in cls.bases):
        _dataclass(_m, [cls], {}, cls.node or ast.Pass())


def _linspace(start: float, stop: float, num: int = 50, endpoint: bool = True) -> list[float]:
    """As NumPy steps: its last value is `stop` itself."""
    if num > MAX_ELEMENTS:
        raise BudgetError(say("source.size"))
    step = (stop - start) / max(1, num - 1 if endpoint else num)
    values = [start + i * step for i in range(num)]
    return [*values[:-1], float(stop)] if endpoint and num > 1 else values


def _import_module(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    from sizeup.readers.source.imports import find_module

    name = m.resolve(a[0]) if len(a) == 1 else None
    if not isinstance(name, str) or name.startswith("."):
        return m.world.unseen_value(m, node)
    return find_module(m, name, 0, m.home, node)


def _equal(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    return compare(m, ast.Eq, a[0], a[1], node)


_MATH = "sqrt log log2 log10 exp pow gcd fabs isclose prod hypot cos sin tan atan"

LIBRARY: dict[str, Value] = {
    **{f"math.{n}": Builtin(n, _real(getattr(math, n))) for n in _MATH.split()},
    "math.pi": math.pi, "math.e": math.e, "math.inf": math.inf, "numpy.pi": math.pi,
    "numpy.newaxis": None, "tensorflow.newaxis": None,
    **table({
        "math.ceil": _rounding("ceil", math.ceil), "math.floor": _rounding("floor", math.floor),
        "math.trunc": _rounding("trunc", math.trunc), "math.prod": _prod,
        "numpy.prod": _prod, "numpy.product": _prod, "numpy.sum": sum_of, "numpy.abs": absolute,
        "numpy.ceil": _rounding("ceil", lambda v: float(math.ceil(v))),
        "numpy.floor": _rounding("floor", lambda v: float(math.floor(v))),
        "numpy.sqrt": _real(math.sqrt), "numpy.log2": _real(math.log2),
        "numpy.log": _real(math.log), "numpy.log10": _real(math.log10),
        "numpy.exp": _real(math.exp), "numpy.linspace": pure(_linspace), "numpy.round": rounded,
        "numpy.rint": rounded,
        "numpy.max": extreme(max, maximum), "numpy.min": extreme(min, minimum),
        "numpy.maximum": extreme(max, maximum), "numpy.minimum": extreme(min, minimum),
        "numpy.power": power, "numpy.array": first_argument, "numpy.asarray": first_argument,
        "numpy.int32": to_int, "numpy.int64": to_int, "numpy.int": to_int, "numpy.float32": to_float,
        "importlib.import_module": _import_module, "numpy.array_equal": _equal, "numpy.arange": range_of,
        "functools.partial": _partial, "functools.reduce": _reduce, "functools.wraps": _wraps,
        "functools.lru_cache": _wraps, "functools.cache": first_argument,
        "itertools.product": _product, "itertools.chain": _chain, "itertools.repeat": _repeat,
        "copy.copy": _copy, "copy.deepcopy": _deepcopy, "collections.OrderedDict": dict_of,
        "collections.namedtuple": _named_tuple, "dataclasses.dataclass": _dataclass,
        "six.moves.range": range_of, "six.moves.xrange": range_of,
        "future.builtins.range": range_of, "builtins.range": range_of,
        "numpy.random.seed": nothing, "random.seed": nothing, "tensorflow.function": first_argument,
        "tensorflow.ceil": _rounding("ceil", math.ceil),
    }),
}  # fmt: skip
"""Known members of modules by their dotted names."""

PREFIXES = frozenset(
    ".".join(name.split(".")[: i + 1]) for name in LIBRARY for i in range(name.count("."))
) | {"tensorflow", "os", "sys", "typing", "__future__", "random", "time", "six", "numpy", "abc",
     "enum", "warnings", "logging", "json", "re", "tensorflow.nn", "tensorflow.math",
     "tensorflow.compat", "tensorflow.compat.v1", "tensorflow.image", "tensorflow.linalg",
     "tensorflow.random", "tensorflow.signal", "tensorflow.compat.v2", "numpy.random",
     "numpy.linalg", "tensorflow.compat.v1.nn", "tensorflow.compat.v1.image"}  # fmt: skip
"""Modules that are known by name, if not all that they hold."""


def is_known(dotted: str) -> bool:
    """Whether a module is of Keras, or known besides."""
    return dotted in PREFIXES or keras_path(dotted) is not None


def attribute(m: Machine, dotted: str, node: ast.AST) -> Value:
    """A member of a known module; what is not in the whitelist is data."""
    if dotted in LIBRARY:
        return LIBRARY[dotted]
    if dotted in PREFIXES:
        return Module(dotted)
    key = ("member", dotted)
    return m.open(key, dotted, say("source.data"), line_of(node), dotted)


def star(dotted: str) -> dict[str, Value]:
    """What `from module import *` gives of a module outside of Keras."""
    prefix = dotted + "."
    return {
        name[len(prefix) :]: value
        for name, value in LIBRARY.items()
        if name.startswith(prefix) and "." not in name[len(prefix) :]
    }
