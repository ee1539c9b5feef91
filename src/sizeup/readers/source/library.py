"""What sizeup knows of Python's builtins and of modules outside of Keras: a whitelist."""

from __future__ import annotations

import ast
import math
import sys
from collections.abc import Callable

from sizeup.dims import Expr, maximum, minimum, product
from sizeup.ratio import Ratio
from sizeup.readers.source import libraries
from sizeup.readers.source.builtin_functions import (
    absolute,
    extreme,
    first_argument,
    is_plain,
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
from sizeup.readers.source.comparisons import compare
from sizeup.readers.source.keras.names import keras_path
from sizeup.readers.source.machine import Machine, line_of, lost_value
from sizeup.readers.source.operators import iterate
from sizeup.readers.source.values import (
    MISSING,
    Builtin,
    Class,
    Instance,
    Module,
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


def _copy(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    value = m.resolve(a[0])
    if isinstance(value, Instance):
        return _copied_object(m, value, dict(value.attributes), node)
    return value.copy() if isinstance(value, list | dict | set) else value


def _copied_object(
    m: Machine, value: Instance, attributes: dict[str, Value], node: ast.AST
) -> Value:
    """A copy of an object of the source's own; a layer's is a layer of its own, if it is known."""
    if type(value) is not Instance:
        return lost_value(node)
    made = Instance(value.cls)
    made.attributes.update(attributes)
    return made


def _deepcopy(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    def copied(value: Value) -> Value:
        m.budget.spend()
        value = m.resolve(value)
        if type(value) is list:
            return [copied(element) for element in value]
        if type(value) is dict:
            return {key: copied(element) for key, element in value.items()}
        if type(value) is tuple:
            return tuple(copied(element) for element in value)
        if isinstance(value, Instance):
            inner = value.attributes if type(value) is Instance else {}
            attributes = {name: copied(element) for name, element in inner.items()}
            return _copied_object(m, value, attributes, node)
        return value.copy() if isinstance(value, list | dict | set) else value

    return copied(a[0])


def prepare_class(m: Machine, cls: Class) -> None:
    """What the bases of a class make of its body: members of an enumeration, fields of a tuple."""
    for base in cls.order:
        prepare = getattr(base, "prepare", None)
        if prepare is not None:
            prepare(m, cls)
            return


def _decorator(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    """`@decorator`, and `@decorator(option=…)`."""
    return a[0] if a else Builtin("wraps", first_argument)


def _import_module(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    from sizeup.readers.source.imports import find_module

    name = m.resolve(a[0]) if len(a) == 1 else None
    if not isinstance(name, str) or name.startswith("."):
        return m.world.unseen_value(m, node)
    return find_module(m, name, 0, m.home, node)


def _find_spec(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    from sizeup.readers.source.imports import find_spec

    name = m.resolve(a[0]) if a else None
    found = find_spec(m, name) if isinstance(name, str) else MISSING
    return m.world.unseen_value(m, node) if found is MISSING else found


def _equal(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    return compare(m, ast.Eq, a[0], a[1], node)


def _limited(function: Callable[..., Value]) -> Callable[..., Value]:
    """`factorial` and its kin, of numbers whose result is not too large to be meant."""
    exact = pure(function)

    def wrapped(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        values = [m.resolve(value) for value in a]
        small = all(isinstance(value, int) and abs(value) <= MAX_ARGUMENT for value in values)
        return exact(m, values, k, node) if small else lost_value(node)

    return wrapped


MAX_ARGUMENT = 500
_MATH = "sqrt log log2 log10 exp pow gcd fabs isclose prod hypot cos sin tan atan"

LIBRARY: dict[str, Value] = {
    **{f"math.{n}": Builtin(n, _real(getattr(math, n))) for n in _MATH.split()},
    **{f"math.{n}": Builtin(n, _limited(getattr(math, n))) for n in ("comb", "factorial", "perm")},
    "math.isqrt": Builtin("isqrt", _real(math.isqrt)),
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
        "numpy.exp": _real(math.exp), "numpy.round": rounded,
        "numpy.rint": rounded,
        "numpy.max": extreme(max, maximum), "numpy.min": extreme(min, minimum),
        "numpy.maximum": extreme(max, maximum), "numpy.minimum": extreme(min, minimum),
        "numpy.power": power,
        "numpy.int32": to_int, "numpy.int64": to_int, "numpy.int": to_int, "numpy.float32": to_float,
        "importlib.import_module": _import_module, "importlib.util.find_spec": _find_spec,
        "importlib.find_loader": _find_spec, "pkgutil.find_loader": _find_spec,
        "numpy.array_equal": _equal,
        "copy.copy": _copy, "copy.deepcopy": _deepcopy,
        "six.moves.range": range_of, "six.moves.xrange": range_of,
        "future.builtins.range": range_of, "builtins.range": range_of,
        "numpy.random.seed": nothing, "random.seed": nothing, "tensorflow.function": _decorator,
        "tensorflow.ceil": _rounding("ceil", math.ceil),
    }),
}  # fmt: skip
"""Known members of modules by their dotted names."""

PREFIXES = frozenset(
    ".".join(name.split(".")[: i + 1]) for name in LIBRARY for i in range(name.count("."))
) | {"tensorflow", "os", "sys", "typing", "__future__", "random", "time", "six", "numpy", "abc",
     "enum", "warnings", "logging", "json", "re", "tensorflow.nn", "tensorflow.math",
     "tensorflow.compat", "tensorflow.compat.v1", "tensorflow.image", "tensorflow.linalg",
     "tensorflow.random", "tensorflow.signal", "tensorflow.sparse", "tensorflow.compat.v2", "numpy.random",
     "numpy.linalg", "tensorflow.compat.v1.nn", "tensorflow.compat.v1.image",
     "tensorflow.contrib", "tensorflow.python"}  # fmt: skip
"""Modules that are known by name, if not all that they hold."""


PARTLY = frozenset({"tensorflow_addons", "tensorflow_addons.activations"})
"""Packages of which a part is known: they may be lacking."""


def is_known(dotted: str) -> bool:
    """Whether a module is of Keras, or known besides."""
    return dotted in PREFIXES or keras_path(dotted) is not None or libraries.knows(dotted)


def is_installed(dotted: str) -> bool:
    """Whether a module that is not in the project is there all the same."""
    return is_known(dotted) or dotted.partition(".")[0] in sys.stdlib_module_names


def attribute(m: Machine, dotted: str, node: ast.AST) -> Value:
    """A member of a known module; what is not in the whitelist is data."""
    found = libraries.find(dotted)
    if found is not MISSING:
        return found
    if dotted in LIBRARY:
        return LIBRARY[dotted]
    if is_known(dotted) or dotted in PARTLY:
        return Module(dotted)
    if dotted.partition(".")[0] in PARTLY:
        why = say("source.module", name=dotted)
        return m.open(("module", dotted), dotted, why, line_of(node), dotted)
    key = ("member", dotted)
    return m.open(key, dotted, say("source.data"), line_of(node), dotted)


def star(dotted: str) -> dict[str, Value]:
    """What `from module import *` gives of a module outside of Keras."""
    prefix = dotted + "."
    own = {
        name[len(prefix) :]: value
        for name, value in LIBRARY.items()
        if name.startswith(prefix) and "." not in name[len(prefix) :]
    }
    return own | libraries.exported(dotted)
