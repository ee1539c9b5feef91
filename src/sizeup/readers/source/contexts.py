"""Context managers of `with`: the source's own are entered and left, others have no say."""

from __future__ import annotations

import ast

from sizeup.readers.source.calls import call
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.targets import assign
from sizeup.readers.source.values import Bound, Function, Instance, Raised, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def enter(m: Machine, entry: ast.withitem, scope: Scope) -> Value:
    """Enter a manager and bind what it gives; returns the manager."""
    manager = m.resolve(m.evaluate(entry.context_expr, scope))
    given = _method(m, manager, "__enter__", [], entry.context_expr)
    if entry.optional_vars is not None:
        assign(m, entry.optional_vars, manager if given is None else given[0], scope)
    return manager


def leave(m: Machine, manager: Value, node: ast.AST, raised: Raised | None = None) -> bool:
    """Leave a manager; says whether it swallows the exception that ended the body."""
    found = _method(m, manager, "__exit__", [raised and raised.kind, None, None], node)
    return raised is not None and found is not None and m.decide(found[0])


def _method(
    m: Machine, manager: Value, name: str, arguments: list[Value], node: ast.AST
) -> tuple[Value] | None:
    """What a method of the manager gives, in a tuple; None where it has no such method."""
    own = getattr(manager, name.strip("_"), None)
    if own is not None:
        return (own(m, *arguments),)
    cls = manager.cls if isinstance(manager, Instance) else None
    found = cls.find(name)[0] if cls is not None else None
    if not isinstance(found, Function):
        return None
    return (call(m, Bound(found, manager), arguments, {}, node),)
