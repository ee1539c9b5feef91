"""Python's builtins, and what they have in common with functions of known modules."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from sizeup.dims import Expr, maximum, minimum
from sizeup.errors import BudgetError
from sizeup.ratio import Ratio, ratio
from sizeup.readers.source.attributes import attribute as get_attribute
from sizeup.readers.source.calls import call
from sizeup.readers.source.machine import MAX_BITS, Machine, line_of, raise_as_source
from sizeup.readers.source.operators import KNOWN, binary, iterate
from sizeup.readers.source.targets import set_attribute
from sizeup.readers.source.values import (
    Builtin,
    Class,
    Condition,
    Function,
    Instance,
    Lost,
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


def lost_value(node: ast.AST) -> Lost:
    """What comes of an operation that is not understood."""
    return Lost(say("source.operation", code=ast.unparse(node)), line_of(node))


def pure(function: Callable[..., Value]) -> Callable[..., Value]:
    """A pure function of known values; lost where one is not known."""

    def wrapped(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        a = [m.resolve(value) for value in a]
        if not all(is_plain(value) for value in (*a, *k.values())):
            opened = next((v for v in (*a, *k.values()) if isinstance(v, Open)), None)
            return (
                m.world.unseen_value(m, node)
                if opened is not None and len(a) == 1
                else lost_value(node)
            )
        try:
            return function(*a, **k)
        except (TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise raise_as_source(error, line_of(node)) from None

    return wrapped


def is_plain(value: Value) -> bool:
    """Whether a value, and all in it, is known."""
    if isinstance(value, list | tuple | set):
        return all(is_plain(element) for element in value)
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
    return shape[0] if isinstance(shape, tuple) and shape else lost_value(node)


def range_of(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    """`range(…)`; open where a bound is."""
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


def to_int(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`int(x)`: a floor for fractions; lost where a product under it may be one."""
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
    return pure(int)(m, [value, *a[1:]], k, node)


def _is_sum(value: Expr) -> bool:
    """Whether symbols are only added up: who writes int(32 * alpha) thinks of a fraction."""
    return all(
        not atoms or (abs(coefficient) == 1 and len(atoms) == 1 and atoms[0][1] == 1)
        for coefficient, atoms in value.terms
    )


def to_float(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`float(x)`: symbols stay exact."""
    value = m.resolve(a[0]) if a else 0.0
    if isinstance(value, Expr):
        return ratio(value, 1)
    if isinstance(value, Open):
        return value
    return value if isinstance(value, Ratio | Lost) else pure(float)(m, [value], k, node)


def extreme(function: Callable[..., Value], symbolic: Callable[..., Value]) -> Callable[..., Value]:
    """`max` or `min`, of symbols too."""

    def wrapped(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        values = list(iterate(m, a[0], node)) if len(a) == 1 else [m.resolve(v) for v in a]
        if not values and "default" in k:
            return k["default"]
        key = k.get("key")
        if key is not None:
            ranks = [call(m, key, [value], {}, node) for value in values]
            if not all(is_plain(rank) for rank in ranks):
                return lost_value(node)
            return values[function(range(len(values)), key=ranks.__getitem__)]
        if all(is_plain(value) for value in values):
            return pure(function)(m, [values], {}, node)
        values = [m.number(value) for value in values]
        if all(isinstance(value, int | Expr) for value in values):
            return symbolic(*values)
        return lost_value(node)

    return wrapped


def sum_of(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`sum(values, start)`."""
    result: Value = a[1] if len(a) > 1 else k.get("start", 0)
    for value in iterate(m, a[0], node):
        result = binary(m, ast.Add, result, value, node)
    return result


def _sorted(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    values = list(iterate(m, a[0], node))
    key = m.resolve(k.get("key"))
    ranks = values if key is None else [call(m, key, [value], {}, node) for value in values]
    if not all(is_plain(rank) for rank in ranks):
        return lost_value(node)
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


def dict_of(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`dict(pairs, **more)`."""
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
        return lost_value(node)
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


def rounded(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`round(x)`."""
    value = m.number(m.resolve(a[0]))
    return value if isinstance(value, Expr) else pure(round)(m, [value, *a[1:]], k, node)


def absolute(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`abs(x)`."""
    value = m.number(m.resolve(a[0]))
    return maximum(value, -value) if isinstance(value, Expr) else pure(abs)(m, [value], k, node)


def power(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    """`pow(a, b)`."""
    return binary(m, ast.Pow, a[0], a[1], node)


def _next(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    values = m.resolve(a[0])
    if isinstance(values, list) and values:
        m.touch(values)
        return values.pop(0)
    if len(a) > 1:
        return a[1]
    return lost_value(node)


def nothing(_m: Machine, _a: Arguments, _k: Keywords, _node: ast.AST) -> None:
    """What has no say in what a network is."""
    return


def first_argument(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    """What gives back what it is given."""
    return a[0] if a else None


def table(functions: Mapping[str, Callable[..., Value]]) -> dict[str, Value]:
    """Functions by name as values of the source."""
    return {name: Builtin(name, function) for name, function in functions.items()}


_EXCEPTIONS = (
    "Exception BaseException ValueError TypeError KeyError IndexError RuntimeError ImportError "
    "NotImplementedError AttributeError AssertionError OSError IOError FileNotFoundError "
    "ModuleNotFoundError DeprecationWarning UserWarning Warning StopIteration NameError "
    "KeyboardInterrupt SystemExit object"
).split()


BUILTINS: dict[str, Value] = {
    **table(dict.fromkeys(_EXCEPTIONS, nothing)),
    **table({
        "len": _len, "range": range_of, "xrange": range_of, "int": to_int, "long": to_int, "float": to_float,
        "max": extreme(max, maximum), "min": extreme(min, minimum), "sum": sum_of, "abs": absolute,
        "round": rounded, "sorted": _sorted, "list": _list(list), "tuple": _list(tuple),
        "set": _list(set), "frozenset": _list(frozenset), "iter": _list(list),
        "reversed": _list(lambda values: values[::-1]), "dict": dict_of, "enumerate": _enumerate,
        "zip": _zip, "map": _map, "filter": _filter, "any": _all_any(True), "all": _all_any(False),
        "isinstance": _isinstance, "type": _type, "getattr": _getattr, "setattr": _setattr,
        "hasattr": _hasattr, "pow": power, "next": _next, "print": nothing,
        "str": pure(str), "bool": lambda m, a, _k, _n: m.truth(a[0]) if a else False,
        "unicode": pure(str), "repr": pure(repr), "ord": pure(ord), "chr": pure(chr),
        "divmod": pure(divmod), "complex": pure(complex), "bytes": pure(bytes),
        "basestring": nothing, "slice": lambda _m, a, _k, _n: slice(*a),
        "callable": lambda _m, a, _k, _n: isinstance(a[0], Function | Builtin | Class | Partial),
        "staticmethod": first_argument, "classmethod": first_argument, "property": first_argument,
    }),
    "Ellipsis": Ellipsis, "NotImplemented": None, "__debug__": True,
}  # fmt: skip
