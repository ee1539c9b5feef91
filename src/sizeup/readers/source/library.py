"""What sizeup knows of Python's builtins and of modules outside of Keras: a whitelist."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping

from sizeup.dims import Expr, maximum, minimum, product
from sizeup.errors import BudgetError
from sizeup.ratio import Ratio, ratio
from sizeup.readers.source.calls import call
from sizeup.readers.source.expressions import attribute as get_attribute
from sizeup.readers.source.expressions import set_attribute
from sizeup.readers.source.machine import MAX_BITS, MAX_ELEMENTS, Machine, line_of, raise_as_source
from sizeup.readers.source.operators import KNOWN, binary, compare, iterate
from sizeup.readers.source.values import (
    MISSING,
    Builtin,
    Class,
    Condition,
    Function,
    Instance,
    Lost,
    Module,
    Open,
    Partial,
    Raised,
)
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


def _lost(node: ast.AST) -> Lost:
    return Lost(say("source.operation", code=ast.unparse(node)), line_of(node))


def _python(function: Callable[..., Value]) -> Callable[..., Value]:
    """A pure function of known values; lost where one is not known."""

    def wrapped(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        a = [m.resolve(value) for value in a]
        if not all(_plain(value) for value in (*a, *k.values())):
            opened = next((v for v in (*a, *k.values()) if isinstance(v, Open)), None)
            return (
                m.world.unseen_value(m, node) if opened is not None and len(a) == 1 else _lost(node)
            )
        try:
            return function(*a, **k)
        except (TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise raise_as_source(error, line_of(node)) from None

    return wrapped


def _real(function: Callable[..., Value]) -> Callable[..., Value]:
    """A function into the floats: what is open is lost in it, no formula could follow."""
    exact = _python(function)

    def wrapped(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        known = all(_plain(m.resolve(value)) for value in (*a, *k.values()))
        return exact(m, a, k, node) if known else _lost(node)

    return wrapped


def _plain(value: Value) -> bool:
    if isinstance(value, list | tuple | set):
        return all(_plain(element) for element in value)
    return isinstance(value, KNOWN)


def _len(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    value = m.resolve(a[0])
    if isinstance(value, str | tuple | list | dict | set | frozenset | range):
        return len(value)
    if isinstance(value, Open):
        return m.open(("len", value.key), ast.unparse(node), value.why, line_of(node), value.callee)
    if isinstance(value, Instance):
        return call(m, get_attribute(m, value, "__len__", node), [], {}, node)
    shape = getattr(value, "shape", None)
    return shape[0] if isinstance(shape, tuple) and shape else _lost(node)


def _range(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    bounds = [m.resolve(value) for value in a]
    bounds = [int(b) if isinstance(b, bool) else b for b in bounds]
    if all(isinstance(bound, int) for bound in bounds):
        try:
            return range(*bounds)
        except (TypeError, ValueError) as error:
            raise raise_as_source(error, line_of(node)) from None
    if any(isinstance(bound, float) for bound in bounds):
        raise Raised("TypeError", say("source.no_size", what="float"), line_of(node))
    key = ("range", *(getattr(b, "key", repr(b)) for b in bounds))
    return m.open(key, ast.unparse(node), say("source.loop"), line_of(node))


def _int(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    value = m.resolve(a[0]) if a else 0
    if isinstance(value, Open | Lost):
        return value
    if isinstance(value, Expr):
        return value if _is_sum(value) else Lost(
            say("source.rounded", code=ast.unparse(node)), line_of(node))  # fmt: skip
    if isinstance(value, Ratio):
        return value.trunc()
    if isinstance(value, Condition):
        return int(m.decide(value))
    if isinstance(value, str) and len(value) > MAX_BITS:
        raise BudgetError(say("source.size"))
    return _python(int)(m, [value, *a[1:]], k, node)


def _is_sum(value: Expr) -> bool:
    """Whether symbols are only added up: who writes int(32 * alpha) thinks of a fraction."""
    return all(
        not atoms or (abs(coefficient) == 1 and len(atoms) == 1 and atoms[0][1] == 1)
        for coefficient, atoms in value.terms
    )


def _float(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    value = m.resolve(a[0]) if a else 0.0
    if isinstance(value, Expr):
        return ratio(value, 1)
    if isinstance(value, Open):
        return value
    return value if isinstance(value, Ratio | Lost) else _python(float)(m, [value], k, node)


def _extreme(
    function: Callable[..., Value], symbolic: Callable[..., Value]
) -> Callable[..., Value]:
    def wrapped(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        values = list(iterate(m, a[0], node)) if len(a) == 1 else [m.resolve(v) for v in a]
        if not values and "default" in k:
            return k["default"]
        key = k.get("key")
        if key is not None:
            ranks = [call(m, key, [value], {}, node) for value in values]
            if not all(_plain(rank) for rank in ranks):
                return _lost(node)
            return values[function(range(len(values)), key=ranks.__getitem__)]
        if all(_plain(value) for value in values):
            return _python(function)(m, [values], {}, node)
        values = [m.number(value) for value in values]
        if all(isinstance(value, int | Expr) for value in values):
            return symbolic(*values)
        return _lost(node)

    return wrapped


def _sum(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    result: Value = a[1] if len(a) > 1 else k.get("start", 0)
    for value in iterate(m, a[0], node):
        result = binary(m, ast.Add, result, value, node)
    return result


def _sorted(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    values = list(iterate(m, a[0], node))
    key = m.resolve(k.get("key"))
    ranks = values if key is None else [call(m, key, [value], {}, node) for value in values]
    if not all(_plain(rank) for rank in ranks):
        return _lost(node)
    try:
        order = sorted(range(len(values)), key=ranks.__getitem__)
    except TypeError as error:
        raise raise_as_source(error, line_of(node)) from None
    if m.decide(k.get("reverse", False)):
        order.sort(key=ranks.__getitem__, reverse=True)
    return [values[i] for i in order]


def _list(make: Callable[[list[Value]], Value]) -> Callable[..., Value]:
    def wrapped(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
        if not a:
            return make([])
        value = m.resolve(a[0])
        if isinstance(value, Open):
            return value
        try:
            return make(list(iterate(m, value, node)))
        except TypeError as error:
            raise raise_as_source(error, line_of(node)) from None

    return wrapped


def _dict(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    result: dict[Value, Value] = {}
    if a:
        source = m.resolve(a[0])
        if isinstance(source, Open | Lost):
            return source
        pairs = source.items() if isinstance(source, dict) else (
            tuple(iterate(m, pair, node)) for pair in iterate(m, source, node))  # fmt: skip
        result.update(pairs)
    result.update(k)
    result.pop("**", None)
    return result


def _enumerate(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    start = m.resolve(a[1] if len(a) > 1 else k.get("start", 0))
    values = iterate(m, a[0], node)
    return [(binary(m, ast.Add, start, i, node), value) for i, value in enumerate(values)]


def _zip(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    return list(zip(*(list(iterate(m, value, node)) for value in a), strict=False))


def _map(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    columns = [list(iterate(m, value, node)) for value in a[1:]]
    return [call(m, a[0], list(row), {}, node) for row in zip(*columns, strict=False)]


def _filter(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    test = m.resolve(a[0])
    return [
        value
        for value in iterate(m, a[1], node)
        if m.decide(value if test is None else call(m, test, [value], {}, node))
    ]


def _all_any(wanted: bool) -> Callable[..., Value]:
    def wrapped(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
        return any(m.decide(v) == wanted for v in iterate(m, a[0], node)) == wanted

    return wrapped


def _isinstance(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    value, kinds = m.resolve(a[0]), m.resolve(a[1])
    answers = [_is_a(value, kind) for kind in (kinds if isinstance(kinds, tuple) else (kinds,))]
    if True in answers:
        return True
    if None in answers:
        text = ast.unparse(node)
        return Condition(("isinstance", getattr(value, "key", repr(value)), repr(kinds)), text)
    return False


TYPES = {"int": int, "float": float, "str": str, "list": list, "tuple": tuple, "dict": dict,
         "bool": bool, "set": set, "bytes": bytes, "basestring": str, "unicode": str}  # fmt: skip


def _is_a(value: Value, kind: Value) -> bool | None:
    """Whether a value is of a type; None where that is not known."""
    if isinstance(value, Open | Lost):
        return None
    name = getattr(kind, "name", "").rpartition(".")[2]
    if name in TYPES:
        if isinstance(value, Expr):
            return name == "int"
        return isinstance(value, TYPES[name])
    if isinstance(kind, Class):
        return isinstance(value, Instance) and value.cls is not None and kind in value.cls.order
    if isinstance(kind, Open | Lost):
        return None
    if isinstance(value, Instance):
        spelled = getattr(kind, "kind", name)
        own = getattr(value, "kind", "")
        if spelled in (own, name) and own == spelled:
            return True
        is_layer, is_model = hasattr(value, "nodes"), hasattr(value, "sequential")
        bases = value.cls.order if value.cls is not None else ()
        return (
            (name == "Layer" and is_layer)
            or (name in ("Model", "Functional") and is_model)
            or any(base is kind or getattr(base, "kind", None) == spelled for base in bases)
        )
    if name in ("Iterable", "Sequence"):
        return isinstance(value, list | tuple | dict | set | range | str)
    return False


def _type(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    value = m.resolve(a[0])
    if isinstance(value, Instance) and value.cls is not None:
        return value.cls
    for name, kind in TYPES.items():
        if type(value) is kind:
            return BUILTINS[name]
    return m.world.unseen_value(m, node)


def _getattr(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    name = m.resolve(a[1])
    if not isinstance(name, str):
        return _lost(node)
    try:
        return get_attribute(m, a[0], name, node)
    except Raised:
        if len(a) > 2:  # noqa: PLR2004
            return a[2]
        raise


def _setattr(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> None:
    name = m.resolve(a[1])
    if isinstance(name, str):
        set_attribute(m, m.resolve(a[0]), name, a[2], node)


def _hasattr(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    owner, name = m.resolve(a[0]), m.resolve(a[1])
    if isinstance(owner, Open | Lost):
        return Condition(("hasattr", getattr(owner, "key", id(owner)), name), ast.unparse(node))
    try:
        found = get_attribute(m, owner, name, node)
    except Raised:
        return False
    return not isinstance(found, Open | Lost)


def _round(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    value = m.number(m.resolve(a[0]))
    return value if isinstance(value, Expr) else _python(round)(m, [value, *a[1:]], k, node)


def _abs(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    value = m.number(m.resolve(a[0]))
    return maximum(value, -value) if isinstance(value, Expr) else _python(abs)(m, [value], k, node)


def _pow(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    return binary(m, ast.Pow, a[0], a[1], node)


def _next(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    values = m.resolve(a[0])
    if isinstance(values, list) and values:
        m.touch(values)
        return values.pop(0)
    if len(a) > 1:
        return a[1]
    return _lost(node)


def _nothing(_m: Machine, _a: Arguments, _k: Keywords, _node: ast.AST) -> None:
    return None


def _first(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    return a[0] if a else None


def _rounding(symbolic: str, function: Callable[..., Value]) -> Callable[..., Value]:
    """`math.ceil` and `math.floor`."""

    def wrapped(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        value = m.number(m.resolve(a[0]))
        if isinstance(value, Ratio):
            return getattr(value, symbolic)()
        return value if isinstance(value, Expr) else _python(function)(m, [value], k, node)

    return wrapped


def _prod(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    values = [m.number(value) for value in iterate(m, a[0], node)]
    if all(isinstance(value, int | Expr) for value in values):
        return product(values)
    return _python(math.prod)(m, [values], {}, node)


def _partial(_m: Machine, a: Arguments, k: Keywords, _node: ast.AST) -> Value:
    return Partial(a[0], tuple(a[1:]), k)


def _reduce(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    values = list(iterate(m, a[1], node))
    result = a[2] if len(a) > 2 else values.pop(0)  # noqa: PLR2004
    for value in values:
        result = call(m, a[0], [result, value], {}, node)
    return result


def _wraps(_m: Machine, _a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    return Builtin("wraps", _first)


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
        return _lost(node) if isinstance(value, Instance) else value

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
    return binary(m, ast.Mult, [a[0]], a[1], node) if len(a) > 1 else _lost(node)


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


def _equal(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    return compare(m, ast.Eq, a[0], a[1], node)


def _table(functions: Mapping[str, Callable[..., Value]]) -> dict[str, Value]:
    return {name: Builtin(name, function) for name, function in functions.items()}


_EXCEPTIONS = (
    "Exception BaseException ValueError TypeError KeyError IndexError RuntimeError ImportError "
    "NotImplementedError AttributeError AssertionError OSError IOError FileNotFoundError "
    "ModuleNotFoundError DeprecationWarning UserWarning Warning StopIteration NameError "
    "KeyboardInterrupt SystemExit object"
).split()

BUILTINS: dict[str, Value] = {
    **_table(dict.fromkeys(_EXCEPTIONS, _nothing)),
    **_table({
        "len": _len, "range": _range, "xrange": _range, "int": _int, "long": _int, "float": _float,
        "max": _extreme(max, maximum), "min": _extreme(min, minimum), "sum": _sum, "abs": _abs,
        "round": _round, "sorted": _sorted, "list": _list(list), "tuple": _list(tuple),
        "set": _list(set), "frozenset": _list(frozenset), "iter": _list(list),
        "reversed": _list(lambda values: values[::-1]), "dict": _dict, "enumerate": _enumerate,
        "zip": _zip, "map": _map, "filter": _filter, "any": _all_any(True), "all": _all_any(False),
        "isinstance": _isinstance, "type": _type, "getattr": _getattr, "setattr": _setattr,
        "hasattr": _hasattr, "pow": _pow, "next": _next, "print": _nothing,
        "str": _python(str), "bool": lambda m, a, _k, _n: m.truth(a[0]) if a else False,
        "unicode": _python(str), "repr": _python(repr), "ord": _python(ord), "chr": _python(chr),
        "divmod": _python(divmod), "complex": _python(complex), "bytes": _python(bytes),
        "basestring": _nothing, "slice": lambda _m, a, _k, _n: slice(*a),
        "callable": lambda _m, a, _k, _n: isinstance(a[0], Function | Builtin | Class | Partial),
        "staticmethod": _first, "classmethod": _first, "property": _first,
    }),
    "Ellipsis": Ellipsis, "NotImplemented": None, "__debug__": True,
}  # fmt: skip

_MATH = "sqrt log log2 log10 exp pow gcd fabs isclose prod hypot cos sin tan atan"

LIBRARY: dict[str, Value] = {
    **{f"math.{n}": Builtin(n, _real(getattr(math, n))) for n in _MATH.split()},
    "math.pi": math.pi, "math.e": math.e, "math.inf": math.inf, "numpy.pi": math.pi,
    **_table({
        "math.ceil": _rounding("ceil", math.ceil), "math.floor": _rounding("floor", math.floor),
        "math.trunc": _rounding("trunc", math.trunc), "math.prod": _prod,
        "numpy.prod": _prod, "numpy.product": _prod, "numpy.sum": _sum, "numpy.abs": _abs,
        "numpy.ceil": _rounding("ceil", lambda v: float(math.ceil(v))),
        "numpy.floor": _rounding("floor", lambda v: float(math.floor(v))),
        "numpy.sqrt": _real(math.sqrt), "numpy.log2": _real(math.log2),
        "numpy.log": _real(math.log), "numpy.log10": _real(math.log10),
        "numpy.exp": _real(math.exp), "numpy.round": _round, "numpy.rint": _round,
        "numpy.max": _extreme(max, maximum), "numpy.min": _extreme(min, minimum),
        "numpy.maximum": _extreme(max, maximum), "numpy.minimum": _extreme(min, minimum),
        "numpy.power": _pow, "numpy.array": _first, "numpy.asarray": _first,
        "numpy.int32": _int, "numpy.int64": _int, "numpy.int": _int, "numpy.float32": _float,
        "numpy.array_equal": _equal, "numpy.arange": _range,
        "functools.partial": _partial, "functools.reduce": _reduce, "functools.wraps": _wraps,
        "functools.lru_cache": _wraps, "functools.cache": _first,
        "itertools.product": _product, "itertools.chain": _chain, "itertools.repeat": _repeat,
        "copy.copy": _copy, "copy.deepcopy": _deepcopy, "collections.OrderedDict": _dict,
        "collections.namedtuple": _named_tuple, "dataclasses.dataclass": _dataclass,
        "six.moves.range": _range, "six.moves.xrange": _range,
        "future.builtins.range": _range, "builtins.range": _range,
        "numpy.random.seed": _nothing, "random.seed": _nothing, "tensorflow.function": _first,
        "tensorflow.ceil": _rounding("ceil", math.ceil),
    }),
}  # fmt: skip
"""Known members of modules by their dotted names."""

PREFIXES = frozenset(
    ".".join(name.split(".")[: i + 1]) for name in LIBRARY for i in range(name.count("."))
) | {"tensorflow", "os", "sys", "typing", "__future__", "random", "time", "six", "numpy", "abc",
     "enum", "warnings", "logging", "json", "re", "tensorflow.nn", "tensorflow.math",
     "tensorflow.compat", "tensorflow.compat.v1", "tensorflow.image", "tensorflow.linalg"}  # fmt: skip
"""Modules that are known by name, if not all that they hold."""


def knows(dotted: str) -> bool:
    """Whether a module is known."""
    return dotted in PREFIXES


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
