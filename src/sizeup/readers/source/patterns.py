"""Patterns of `match`: which of them a value fits, and the names that it gives them."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sizeup.errors import BudgetError
from sizeup.readers.source.attributes import attribute
from sizeup.readers.source.comparisons import compare
from sizeup.readers.source.introspection import is_a
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.targets import assign
from sizeup.readers.source.values import (
    MISSING,
    Builtin,
    Class,
    Condition,
    Instance,
    Lost,
    Open,
    Raised,
    Scope,
)
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def fits(m: Machine, pattern: ast.pattern, value: Value, scope: Scope) -> bool:
    """Whether a value fits a pattern; what is open is asked about where it can be."""
    return PATTERNS[type(pattern)](m, pattern, m.resolve(value), scope)


def _value(m: Machine, pattern: ast.MatchValue, value: Value, scope: Scope) -> bool:
    return _equal(m, value, m.evaluate(pattern.value, scope), pattern)


def _singleton(m: Machine, pattern: ast.MatchSingleton, value: Value, _scope: Scope) -> bool:
    node = _shown(value, "is", pattern.value, pattern)
    return m.decide(compare(m, ast.Is, value, pattern.value, node))


def _equal(m: Machine, value: Value, other: Value, pattern: ast.pattern) -> bool:
    return m.decide(compare(m, ast.Eq, value, other, _shown(value, "==", other, pattern)))


def _shown(value: Value, sign: str, other: Value, pattern: ast.pattern) -> ast.AST:
    """The comparison as a condition writes it."""
    text = f"{getattr(value, 'text', 'subject')} {sign} {other!r}"
    return ast.copy_location(ast.Name(text), pattern)


def _or(m: Machine, pattern: ast.MatchOr, value: Value, scope: Scope) -> bool:
    return any(fits(m, inner, value, scope) for inner in pattern.patterns)


def _as(m: Machine, pattern: ast.MatchAs, value: Value, scope: Scope) -> bool:
    if pattern.pattern is not None and not fits(m, pattern.pattern, value, scope):
        return False
    if pattern.name is not None:
        assign(m, ast.Name(pattern.name), value, scope)
    return True


def _sequence(m: Machine, pattern: ast.MatchSequence, value: Value, scope: Scope) -> bool:
    _known(value, pattern)
    if not isinstance(value, list | tuple | range):
        return False
    inner, values = list(pattern.patterns), list(value)
    star = next((i for i, p in enumerate(inner) if isinstance(p, ast.MatchStar)), None)
    if star is None:
        return len(values) == len(inner) and all(
            fits(m, p, v, scope) for p, v in zip(inner, values, strict=True)
        )
    after = len(inner) - star - 1
    if len(values) < len(inner) - 1:
        return False
    stop = len(values) - after
    name = getattr(inner[star], "name", None)
    ends = [*values[:star], *values[stop:]]
    if not all(
        fits(m, p, v, scope) for p, v in zip(inner[:star] + inner[star + 1 :], ends, strict=True)
    ):
        return False
    if name is not None:
        assign(m, ast.Name(name), values[star:stop], scope)
    return True


def _mapping(m: Machine, pattern: ast.MatchMapping, value: Value, scope: Scope) -> bool:
    _known(value, pattern)
    if not isinstance(value, dict):
        return False
    keys = [m.resolve(m.evaluate(key, scope)) for key in pattern.keys]
    if not all(key in value for key in keys):
        return False
    if not all(fits(m, p, value[k], scope) for k, p in zip(keys, pattern.patterns, strict=True)):
        return False
    if pattern.rest is not None:
        rest = {key: entry for key, entry in value.items() if key not in keys}
        assign(m, ast.Name(pattern.rest), rest, scope)
    return True


def _class(m: Machine, pattern: ast.MatchClass, value: Value, scope: Scope) -> bool:
    cls = m.resolve(m.evaluate(pattern.cls, scope))
    same = is_a(m, value, cls)
    if same is None:
        text = f"isinstance({getattr(value, 'text', 'subject')}, {written(pattern.cls)})"
        same = m.decide(Condition(("isinstance", getattr(value, "key", text), repr(cls)), text))
    if not same:
        return False
    if isinstance(cls, Builtin) and len(pattern.patterns) == 1:  # int(n)
        return fits(m, pattern.patterns[0], value, scope)
    names = [*_positional(cls)[: len(pattern.patterns)], *pattern.kwd_attrs]
    inner = [*pattern.patterns, *pattern.kwd_patterns]
    if len(names) != len(inner):
        raise BudgetError(say("source.pattern"), line=line_of(pattern))
    for name, inner_pattern in zip(names, inner, strict=True):
        try:
            found = attribute(m, value, name, ast.Attribute(ast.Name("subject"), name))
        except Raised:
            return False
        if not fits(m, inner_pattern, found, scope):
            return False
    return True


def _positional(cls: Value) -> list[str]:
    """The attributes that positions in a pattern stand for."""
    if not isinstance(cls, Class):
        return []
    for name in ("__match_args__", "<fields>"):
        found = cls.find(name)[0]
        if found is not MISSING:
            return list(found)
    return []


def _known(value: Value, pattern: ast.pattern) -> None:
    if isinstance(value, Open | Lost) or (isinstance(value, Instance) and hasattr(value, "shape")):
        raise BudgetError(say("source.pattern"), line=line_of(pattern))


PATTERNS: dict[type[ast.pattern], Callable[..., bool]] = {
    ast.MatchValue: _value,
    ast.MatchSingleton: _singleton,
    ast.MatchOr: _or,
    ast.MatchAs: _as,
    ast.MatchSequence: _sequence,
    ast.MatchMapping: _mapping,
    ast.MatchClass: _class,
}
