"""Hyperparameters of a search: `hp.Int('units', 32, 512)` of Keras Tuner, `suggest_int` of Optuna.

One that is a size stays free under its own name, with its range and its default as the reason:
the network is a formula in it. Where the structure hangs on one (how many layers, a flag), Keras
Tuner's default is what its first trial builds, and is taken with a note; `--set` binds any.
"""

from __future__ import annotations

import ast

from sizeup.dims import Expr
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import MISSING, NeedDecision, Open
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]

METHODS = {
    "Int": ("min_value", "max_value"), "Float": ("min_value", "max_value"),
    "Choice": ("values",), "Boolean": ("default",), "Fixed": ("value",),
    "suggest_int": ("low", "high"), "suggest_float": ("low", "high"),
    "suggest_uniform": ("low", "high"), "suggest_loguniform": ("low", "high"),
    "suggest_categorical": ("choices",),
}  # fmt: skip
"""Methods that suggest a value: what follows the name by position."""


def suggestion(m: Machine, callee: Value, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """What such a method gives; MISSING where the call is none."""
    key = callee.key if isinstance(callee, Open) else None
    method = key[2] if isinstance(key, tuple) and key[0] == "attribute" else None
    if method not in METHODS:
        return MISSING
    given = {**dict(zip(("name", *METHODS[method]), a, strict=False)), **k}
    name = m.resolve(given.get("name"))
    if not isinstance(name, str):
        return MISSING
    bound = m.setting(name)
    if bound is not MISSING:
        return bound
    if method == "Fixed":
        return given.get("value")
    default = _default(m, method, given)
    if default is MISSING or (isinstance(default, int) and not isinstance(default, bool)):
        return _free(m, name, default, given, node)
    m.note("assumed", say("source.tuned", name=name, default=repr(default)), line_of(node))
    return default


def _default(m: Machine, method: str, given: dict[str, Value]) -> Value:
    """What Keras Tuner starts from: the default, the least value, the first choice."""
    if method.startswith("suggest"):
        return MISSING
    first = {"Int": "min_value", "Float": "min_value"}.get(method)
    default = m.resolve(given.get("default"))
    if default is None and first is not None:
        default = m.resolve(given.get(first))
    elif default is None and method == "Choice":
        values = m.resolve(given.get("values"))
        default = values[0] if isinstance(values, list | tuple) and values else MISSING
    elif default is None:
        default = False
    return default if isinstance(default, bool | int | float | str) else MISSING


def _free(m: Machine, name: str, default: Value, given: dict[str, Value], node: ast.AST) -> Value:
    """A size: free under the name that the search gives it, unless the structure needs it."""
    key = ("tuned", name)
    fixed = m.decisions.get(key)
    if fixed is not None:
        m.note("assumed", say("source.tuned", name=name, default=repr(fixed)), line_of(node))
        return fixed
    symbol = m.name_of(key, name)
    if default is not MISSING:
        m.defaults[symbol] = key, default
    return m.open(key, written(node), _why(default, given), line_of(node))


def _why(default: Value, given: dict[str, Value]) -> str:
    rest = ", ".join(f"{n} {v!r}" for n, v in given.items() if n not in ("name", "default")
                     and isinstance(v, int | float | str | list | tuple))  # fmt: skip
    if default is MISSING:
        return say("source.searched", range=rest)
    return say("source.searched_from", range=rest, default=default)


def settle(m: Machine, value: Value) -> None:
    """The structure hangs on a size: where that has a default, the reading restarts with it."""
    symbols: tuple[str, ...] = tuple(value.symbols) if isinstance(value, Expr) else ()
    if isinstance(value, Open):
        symbols = (m.name_of(value.key, value.text),)
    for symbol in symbols:
        if symbol in m.defaults:
            key, default = m.defaults[symbol]
            raise NeedDecision(key, (default,), (None,))
