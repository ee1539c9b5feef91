"""`functools`: partial, reduce, wraps, and caches that give the same object again."""

from __future__ import annotations

import ast

from sizeup.readers.source.builtin_functions import is_plain, table
from sizeup.readers.source.calls import call
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.operators import iterate
from sizeup.readers.source.values import Bound, Builtin, Function, Instance, Partial, Raised
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


def _partial(_m: Machine, a: Arguments, k: Keywords, _node: ast.AST) -> Value:
    return Partial(a[0], tuple(a[1:]), k)


def _reduce(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    values = list(iterate(m, a[1], node))
    if not values and len(a) < 3:
        raise Raised("TypeError", say("source.empty"), line_of(node))
    result = a[2] if len(a) > 2 else values.pop(0)
    for value in values:
        result = call(m, a[0], [result, value], {}, node)
    return result


def _wraps(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    wrapped = a[0] if a else None

    def named(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
        inner = a[0] if a else None
        if isinstance(inner, Function) and isinstance(wrapped, Function):
            inner.name, inner.qualified = wrapped.name, wrapped.qualified
        return inner

    return Builtin("named", named)


class Cached(Instance):
    """A function that is run once for the same arguments."""

    __slots__ = ("function", "name")

    def __init__(self, function: Value) -> None:
        super().__init__(None)
        self.function = function
        self.name = getattr(function, "name", "")

    def call(self, m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        """What it gave before, where it was called alike."""
        key = repr(
            [_key(m.resolve(v)) for v in a] + [(n, _key(m.resolve(k[n]))) for n in sorted(k)]
        )
        if key not in self.attributes:
            found = call(m, self.function, a, k, node)
            m.touch(self)
            self.attributes[key] = found
        return self.attributes[key]

    def bound(self, _m: Machine, owner: Value, _node: ast.AST) -> Value:
        """A method that is run once for the same object and arguments."""
        return Bound(self, owner)

    def attribute(self, m: Machine, name: str, _node: ast.AST) -> Value:
        """`f.__name__`, `f.cache_clear`, …"""
        return self.name if name == "__name__" else m.world.inert(name)


def _key(value: Value) -> object:
    return value if isinstance(value, int | str | float | None) or (
        isinstance(value, tuple) and is_plain(value)) else id(value)  # fmt: skip


def _cache(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    return Cached(a[0])


def _lru_cache(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    if a and isinstance(a[0], Function):
        return Cached(a[0])
    return Builtin("cache", _cache)


class Method(Builtin):
    """What was made of a function of the source: held by a class, it is a method."""

    __slots__ = ()

    def bound(self, _m: Machine, owner: Value, _node: ast.AST) -> Value:
        """`owner.name`."""
        return Bound(self, owner)


class CachedProperty:
    """`@cached_property`: evaluated once for an object, then its attribute."""

    __slots__ = ("function",)
    kind = "cached property"

    def __init__(self, function: Function) -> None:
        self.function = function

    def bound(self, m: Machine, owner: Value, node: ast.AST) -> Value:
        """`owner.name`."""
        found = call(m, self.function, [owner], {}, node)
        if isinstance(owner, Instance):
            m.touch(owner)
            owner.attributes[self.function.name] = found
        return found


def _cached_property(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    return CachedProperty(a[0]) if isinstance(a[0], Function) else a[0]


MEMBERS: dict[str, Value] = table({
    "functools.partial": _partial, "functools.reduce": _reduce, "functools.wraps": _wraps,
    "functools.lru_cache": _lru_cache, "functools.cache": _cache,
    "functools.cached_property": _cached_property,
})  # fmt: skip
