"""Python's builtins, and what they have in common with functions of known modules."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from copy import copy

from sizeup.dims import Expr, maximum, minimum
from sizeup.errors import BudgetError
from sizeup.ratio import Ratio, ratio
from sizeup.readers.source import overloads
from sizeup.readers.source.attributes import attribute as get_attribute
from sizeup.readers.source.calls import call
from sizeup.readers.source.comparisons import compare
from sizeup.readers.source.introspection import INTROSPECTION
from sizeup.readers.source.iterators import Iter, is_lazy
from sizeup.readers.source.machine import (
    MAX_BITS,
    MAX_ELEMENTS,
    Machine,
    line_of,
    lost_value,
    raise_as_source,
)
from sizeup.readers.source.operators import KNOWN, binary, iterate
from sizeup.readers.source.values import (
    MISSING,
    Builtin,
    Class,
    Condition,
    Function,
    Instance,
    Lost,
    Open,
    Raised,
    rest_of,
)
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


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
    """Whether a value, and all in it, is known, and no larger than is meant."""
    pending = [value]
    for _ in range(MAX_ELEMENTS):
        if not pending:
            return True
        current = pending.pop()
        if isinstance(current, list | tuple | set):
            pending.extend(current)
        elif not isinstance(current, KNOWN):
            return False
    return False


def _len(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    value = m.resolve(a[0])
    if (rest := rest_of(value)) is not None:
        return rest
    if isinstance(value, str | tuple | list | dict | set | frozenset | range):
        return len(value)
    if isinstance(value, Open):
        return m.open(("len", value.key), written(node), value.why, line_of(node), value.callee)
    if isinstance(value, Class) and value.members is not None:
        return len(set(map(id, value.members.values())))
    if isinstance(value, Iter) and not is_lazy(value):  # as Python 2 had it
        return len(value.known)
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
    for bound in bounds:
        m.world.settle(m, bound)
    key = ("range", *(getattr(b, "key", repr(b)) for b in bounds))
    return m.open(key, written(node), say("source.loop"), line_of(node))


def to_int(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`int(x)`: a floor for fractions; lost where a product under it may be one."""
    value = m.resolve(a[0]) if a else 0
    if isinstance(value, Open | Lost):
        return value
    if isinstance(value, Expr):
        return value if _is_sum(value) else Lost(
            say("source.rounded", code=written(node)), line_of(node))  # fmt: skip
    if isinstance(value, Ratio):
        return value.trunc()
    if isinstance(value, Condition):
        return int(m.decide(value))
    for name in ("__int__", "__index__"):
        found = overloads.ask(m, value, name, [], node)
        if found is not MISSING:
            return found
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
        if len(a) == 1 and getattr(m.resolve(a[0]), "classes", None) is not None:
            return call(m, get_attribute(m, a[0], function.__name__, node), [], {}, node)
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
        if any(overloads.special(value, "__lt__") is not None for value in values):
            ordered = _sorted(m, [values], {}, node)
            return ordered[0 if function is min else -1] if isinstance(ordered, list) else ordered
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
    if any(overloads.special(rank, "__lt__") is not None for rank in ranks):
        ranks = [_Ranked(m, rank, node) for rank in ranks]
    elif not all(is_plain(rank) for rank in ranks):
        return lost_value(node)
    try:
        order = sorted(range(len(values)), key=ranks.__getitem__)
    except TypeError as error:
        raise raise_as_source(error, line_of(node)) from None
    if m.decide(k.get("reverse", False)):
        order.sort(key=ranks.__getitem__, reverse=True)
    return [values[i] for i in order]


class _Ranked:
    """An object of a class of the source that says which of two comes first."""

    __slots__ = ("m", "node", "value")

    def __init__(self, m: Machine, value: Value, node: ast.AST) -> None:
        self.m, self.value, self.node = m, value, node

    def __lt__(self, other: _Ranked) -> bool:
        return self.m.decide(compare(self.m, ast.Lt, self.value, other.value, self.node))


def _list(make: Callable[[list[Value]], Value]) -> Callable[..., Value]:
    def wrapped(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
        if not a:
            return make([])
        value = m.resolve(a[0])
        if isinstance(value, Open):
            return value
        if make is set and (classes := getattr(value, "classes", None)) is not None:
            return set(range(classes))
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
    return _iterator(
        a[:1],
        ((binary(m, ast.Add, start, i, node), value) for i, value in enumerate(values)),
        m,
    )


def _zip(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    return _iterator(a, zip(*(iterate(m, value, node) for value in a), strict=False), m)


def _map(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    rows = zip(*(iterate(m, value, node) for value in a[1:]), strict=False)
    return _iterator(a[1:], (call(m, a[0], list(row), {}, node) for row in rows), m)


def _filter(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    test = m.resolve(a[0])
    values = (
        value
        for value in iterate(m, a[1], node)
        if m.decide(value if test is None else call(m, test, [value], {}, node))
    )
    return _iterator(a[1:], values, m)


def _iterator(sources: Arguments, elements: Iterator[Value], m: Machine) -> Iter:
    """What `zip` and the like give: made at once, where every source has an end."""
    if any(is_lazy(m.resolve(source)) for source in sources):
        return Iter(source=elements)
    return Iter(elements)


def _iter(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    value = m.resolve(a[0])
    if isinstance(value, Open | Lost | Iter):
        return value
    return Iter(iterate(m, value, node))


def _all_any(wanted: bool) -> Callable[..., Value]:
    def wrapped(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
        return any(m.decide(v) == wanted for v in iterate(m, a[0], node)) == wanted

    return wrapped


def rounded(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`round(x)`."""
    value = m.number(m.resolve(a[0]))
    return value if isinstance(value, Expr) else pure(round)(m, [value, *a[1:]], k, node)


def absolute(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`abs(x)`; of a tensor, an operation at each place."""
    value = m.number(m.resolve(a[0]))
    overload = getattr(value, "operate", None)
    if overload is not None:
        return overload(m, "-", 0, True, node)
    found = overloads.ask(m, value, "__abs__", [], node)
    if found is not MISSING:
        return found
    return maximum(value, -value) if isinstance(value, Expr) else pure(abs)(m, [value], k, node)


def power(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`pow(a, b)`, `pow(a, b, modulus)`."""
    if len(a) > 2 or k:
        return pure(pow)(m, a, k, node)
    return binary(m, ast.Pow, a[0], a[1], node)


def _next(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    values = m.resolve(a[0])
    if isinstance(values, Instance) and not isinstance(values, Iter) and values.cls is not None:
        return call(m, get_attribute(m, values, "__next__", node), [], {}, node)
    if not isinstance(values, Iter):
        return m.world.unseen_value(m, node) if isinstance(values, Open) else lost_value(node)
    value = values.draw(m)
    if value is not MISSING:
        return value
    if len(a) > 1:
        return a[1]
    raise Raised("StopIteration", "", line_of(node))


def _text(function: Callable[..., Value], *names: str) -> Callable[..., Value]:
    """`str(x)` and `repr(x)`, of objects as their class says."""
    exact = pure(function)

    def wrapped(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        values = [overloads.text(m, m.resolve(value), names, node) for value in a[:1]]
        if a and values[0] is not m.resolve(a[0]):
            return values[0]
        return exact(m, [*values, *a[1:]], k, node)

    return wrapped


def nothing(_m: Machine, _a: Arguments, _k: Keywords, _node: ast.AST) -> None:
    """What has no say in what a network is."""
    return


def first_argument(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    """What gives back what it is given."""
    return a[0] if a else None


def _as(kind: str) -> Callable[..., Value]:
    """`classmethod(function)`: another function of that kind."""

    def made(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
        method = copy(a[0]) if a and isinstance(a[0], Function) else None
        if method is None:
            return a[0] if a else None
        method.kind = kind
        return method

    return made


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
        "set": _list(set), "frozenset": _list(frozenset), "iter": _iter,
        "reversed": _list(lambda values: Iter(values[::-1])), "dict": dict_of, "enumerate": _enumerate,
        "zip": _zip, "map": _map, "filter": _filter, "any": _all_any(True), "all": _all_any(False),
        **INTROSPECTION, "pow": power, "next": _next, "print": nothing,
        "str": _text(str, "__str__", "__repr__"), "bool": lambda m, a, _k, _n: m.truth(a[0]) if a else False,
        "unicode": pure(str), "repr": _text(repr, "__repr__"), "ord": pure(ord), "chr": pure(chr),
        "bin": pure(bin), "hex": pure(hex), "oct": pure(oct),
        "divmod": pure(divmod), "complex": pure(complex), "bytes": pure(bytes),
        "basestring": nothing, "slice": lambda _m, a, _k, _n: slice(*a),
        "staticmethod": _as("static"), "classmethod": _as("class"), "property": first_argument,
    }),
    "Ellipsis": Ellipsis, "NotImplemented": None, "__debug__": True,
}  # fmt: skip
