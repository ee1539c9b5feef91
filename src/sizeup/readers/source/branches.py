"""Expressions of which only a part is evaluated: `a and b`, `a or b`, `a if c else b`."""

from __future__ import annotations

import ast

from sizeup.readers.source.machine import Machine, both
from sizeup.readers.source.operators import KNOWN
from sizeup.readers.source.values import MISSING, Choice, Condition, Raised, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def boolean(m: Machine, node: ast.BoolOp, scope: Scope) -> Value:
    """`a and b`, `a or b`."""
    is_and = isinstance(node.op, ast.And)
    value = m.evaluate(node.values[0], scope)
    for following in node.values[1:]:
        truth = m.truth(value)
        if isinstance(truth, bool):
            if truth != is_and:
                return value
            value = m.evaluate(following, scope)
            continue
        other = _tried(m, truth, following, scope)
        if other is MISSING:
            return not is_and if isinstance(value, Condition) else value
        if isinstance(value, Condition) and isinstance(other, bool | Condition):
            value = both(truth, other, "and" if is_and else "or")
        else:
            value = Choice(truth, other, value) if is_and else Choice(truth, value, other)
    return value


def conditional(m: Machine, node: ast.IfExp, scope: Scope) -> Value:
    """`a if c else b`."""
    test = m.evaluate(node.test, scope)
    truth = test if isinstance(test, bool) else m.truth(test)
    if isinstance(truth, bool):
        return m.evaluate(node.body if truth else node.orelse, scope)
    values = [_tried(m, truth, branch, scope) for branch in (node.body, node.orelse)]
    if MISSING in values:
        return m.evaluate(node.orelse if values[0] is MISSING else node.body, scope)
    if all(isinstance(value, KNOWN) for value in values) and values[0] == values[1]:
        return values[0]
    return Choice(truth, *values)


def _tried(m: Machine, truth: Condition, branch: ast.expr, scope: Scope) -> Value:
    """What a branch is worth that may not be taken; MISSING where it raises: it is not taken then.

    Asks for the decision where the branch changes anything.
    """
    try:
        value, effects = m.attempt(lambda: m.evaluate(branch, scope))
    except Raised:
        return MISSING
    if effects:
        m.decide(truth)
    return value
