"""`re` over texts that are in the source: by Python's own, where that cannot take long."""

from __future__ import annotations

import ast
import re

from sizeup.readers.source.builtin_functions import table
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Builtin, Instance, Lost, Raised
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]

ORDERS = {
    **dict.fromkeys(("match", "fullmatch", "search", "findall", "finditer"), ("string", "flags")),
    "split": ("string", "maxsplit", "flags"),
    "sub": ("repl", "string", "count", "flags"),
}
"""The functions and what they take behind the pattern."""

EFFORT = 10**7
"""How many steps a pattern may take: a fraction of a second."""


class Pattern(Instance):
    """`re.compile(…)`."""

    __slots__ = ("compiled",)

    def __init__(self, compiled: re.Pattern[str]) -> None:
        super().__init__(None)
        self.compiled = compiled

    def attribute(self, _m: Machine, name: str, node: ast.AST) -> Value:
        """Its methods, and what it was made of."""
        if name in ORDERS:
            return Builtin(name, _applied(name, self.compiled))
        if name in ("pattern", "flags", "groups"):
            return getattr(self.compiled, name)
        return Lost(say("source.attribute", name=name), line_of(node))


class Found(Instance):
    """Where a pattern fits."""

    __slots__ = ("match",)

    def __init__(self, match: re.Match[str]) -> None:
        super().__init__(None)
        self.match = match

    def attribute(self, _m: Machine, name: str, node: ast.AST) -> Value:
        """Its groups and their places."""
        if name not in ("group", "groups", "groupdict", "start", "end", "span"):
            return Lost(say("source.attribute", name=name), line_of(node))
        method = getattr(self.match, name)

        def called(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
            return _guarded(m, lambda: method(*map(m.resolve, a)), node)

        return Builtin(name, called)

    def item(self, m: Machine, index: Value, node: ast.AST) -> Value:
        """`match[1]`."""
        return _guarded(m, lambda: self.match[m.resolve(index)], node)


def _guarded(m: Machine, run: Callable[[], Value], node: ast.AST) -> Value:
    try:
        return run()
    except (IndexError, re.error) as error:
        raise Raised(type(error).__name__, str(error), line_of(node)) from None
    except TypeError:  # of what is not known
        return m.world.unseen_value(m, node)


def _applied(name: str, compiled: re.Pattern[str]) -> Callable[..., Value]:
    def called(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        given = dict(zip(ORDERS[name], a, strict=False)) | k
        given = {key: m.resolve(value) for key, value in given.items()}
        text = given.get("string")
        if not isinstance(text, str) or not _is_quick(compiled.pattern, text):
            return m.world.unseen_value(m, node)
        return _guarded(m, lambda: _value(getattr(compiled, name)(**given)), node)

    return called


def _value(result: Value) -> Value:
    if isinstance(result, re.Match):
        return Found(result)
    if isinstance(result, str | list) or result is None:
        return result
    return [Found(match) for match in result]


def _compiled(m: Machine, pattern: Value, flags: Value, node: ast.AST) -> re.Pattern[str] | None:
    if isinstance(pattern, Pattern):
        return pattern.compiled
    if not isinstance(pattern, str) or not isinstance(flags, int):
        return None
    found: re.Pattern[str] = _guarded(m, lambda: re.compile(pattern, flags), node)
    return found


def _compile(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    given = {
        key: m.resolve(v)
        for key, v in (dict(zip(("pattern", "flags"), a, strict=False)) | k).items()
    }
    compiled = _compiled(m, given.get("pattern"), given.get("flags", 0), node)
    return m.world.unseen_value(m, node) if compiled is None else Pattern(compiled)


def _function(name: str) -> Callable[..., Value]:
    """`re.split(pattern, text)`."""

    def called(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        given = dict(zip(("pattern", *ORDERS[name]), a, strict=False)) | k
        flags = m.resolve(given.pop("flags", 0))
        compiled = _compiled(m, m.resolve(given.pop("pattern", None)), flags, node)
        if compiled is None:
            return m.world.unseen_value(m, node)
        return _applied(name, compiled)(m, [], given, node)

    return called


def _is_quick(pattern: str, text: str) -> bool:
    """Whether no text of this length takes long: each repetition may begin and end anywhere.

    Repetitions and alternatives inside of a repetition, and groups that are referred to, may take
    longer than any power of the length.
    """
    plain = re.sub(r"\\[^0-9]", "a", pattern)
    plain = re.sub(r"\[\^?\]?[^\]]*\]", "a", plain)
    plain = plain.replace("(?", "(")
    if "\\" in plain:
        return False
    inner: list[bool] = [False]  # of each open group, whether it repeats or chooses
    repeats = 0
    for at, mark in enumerate(plain):
        if mark == "(":
            inner.append(False)
        elif mark == ")" and len(inner) > 1:
            held = inner.pop()
            if held and plain[at + 1 : at + 2] in tuple("*+?{"):
                return False
            inner[-1] = inner[-1] or held
        elif mark in "*+{|?":
            inner[-1] = True
            repeats += mark in "*+{"
    steps: int = (len(text) + 1) ** (repeats + 1)
    return steps <= EFFORT


def _escape(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    text = m.resolve(a[0])
    return re.escape(text) if isinstance(text, str) else m.world.unseen_value(m, node)


MEMBERS: dict[str, Value] = table({
    **{f"re.{name}": _function(name) for name in ORDERS},
    "re.compile": _compile, "re.escape": _escape,
}) | {
    f"re.{name}": int(getattr(re, name))
    for name in ("I", "IGNORECASE", "M", "MULTILINE", "S", "DOTALL", "X", "VERBOSE", "A", "ASCII")
}  # fmt: skip
