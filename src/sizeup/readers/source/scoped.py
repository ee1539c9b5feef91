"""Builtins that need the scope of their call: `locals`, `globals`, `super`, `eval`, `exec`."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sizeup.readers.source.attributes import attribute
from sizeup.readers.source.machine import Machine, raise_as_source
from sizeup.readers.source.values import Names, Raised, Scope, Super
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def _locals(m: Machine, node: ast.Call, scope: Scope) -> Value:
    if node.args:  # vars(x)
        return attribute(m, m.evaluate(node.args[0], scope), "__dict__", node)
    return Names(scope)


def _globals(m: Machine, node: ast.Call, scope: Scope) -> Value:
    return Names(scope.globals)


def _super(m: Machine, node: ast.Call, scope: Scope) -> Value:
    if len(node.args) == 2:
        cls = m.evaluate(node.args[0], scope)
        owner = m.evaluate(node.args[1], scope)
        return Super(cls, owner)
    current: Scope | None = scope
    while current is not None and (current.function is None or current.function.defined_in is None):
        current = current.parent
    if current is None or current.function is None:
        raise Raised("RuntimeError", "super(): no arguments", node.lineno)
    arguments = current.function.arguments
    first = (arguments.posonlyargs + arguments.args)[0].arg
    assert current.function.defined_in is not None
    return Super(current.function.defined_in, current.variables[first])


def _eval(m: Machine, node: ast.Call, scope: Scope) -> Value:
    """`eval('Dense')`: an expression of the source in a text, evaluated like any other."""
    source = m.resolve(m.evaluate(node.args[0], scope)) if node.args else None
    if not isinstance(source, str) or len(node.args) > 1:
        return m.world.unseen_value(m, node)
    try:
        inner = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise raise_as_source(error, node.lineno) from None
    for part in ast.walk(inner):
        ast.copy_location(part, node)
    return m.evaluate(inner, scope)


def _exec(m: Machine, node: ast.Call, scope: Scope) -> None:
    """`exec('units = 5')`: statements of the source in a text, run like any other."""
    source = m.resolve(m.evaluate(node.args[0], scope)) if node.args else None
    if not isinstance(source, str) or len(node.args) > 1:
        m.note("assumed", say("source.executed", code=written(node)), node.lineno)
        return
    m.budget.spend(len(source))
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise raise_as_source(error, node.lineno) from None
    for part in (part for statement in body for part in ast.walk(statement)):
        if hasattr(part, "lineno"):
            ast.copy_location(part, node)
    m.execute(body, scope)


SCOPED: dict[str, Callable[..., Value]] = {
    "locals": _locals, "vars": _locals, "globals": _globals, "super": _super,
    "eval": _eval, "exec": _exec,
}  # fmt: skip
