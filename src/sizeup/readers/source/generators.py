"""Generators of the source: bodies that stop at each `yield` and go on when asked again."""

from __future__ import annotations

import ast
from collections.abc import Callable, Generator, Iterator

from sizeup.errors import BudgetError
from sizeup.readers.source.loops import Break, Continue
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.operators import iterate
from sizeup.readers.source.targets import assign
from sizeup.readers.source.values import Condition, Function, Raised, Scope, yields
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def generate(m: Machine, function: Function, scope: Scope) -> Iterator[Value]:
    """What a generator yields, until it returns."""
    from sizeup.readers.source.calls import Returned

    try:
        yield from _run(m, function.node.body, scope)  # type: ignore[arg-type]
    except Returned:
        return


def _run(m: Machine, body: list[ast.stmt], scope: Scope) -> Iterator[Value]:
    for statement in body:
        if not yields(statement):
            m.execute([statement], scope)
            continue
        m.budget.spend()
        handler = STATEMENTS.get(type(statement))
        if handler is None:
            raise BudgetError(say("source.yield"), line=statement.lineno)
        yield from handler(m, statement, scope)


def _expression(m: Machine, node: ast.Expr | ast.Assign, scope: Scope) -> Iterator[Value]:
    """`yield x`, `yield from xs`, `target = yield x`."""
    value = node.value
    if isinstance(value, ast.YieldFrom):
        yield from iterate(m, m.evaluate(value.value, scope), value)
    elif isinstance(value, ast.Yield) and not (value.value and yields(value.value)):
        yield None if value.value is None else m.evaluate(value.value, scope)
    else:
        raise BudgetError(say("source.yield"), line=node.lineno)
    for target in node.targets if isinstance(node, ast.Assign) else ():
        assign(m, target, None, scope)  # nobody sends anything


def _if(m: Machine, node: ast.If, scope: Scope) -> Iterator[Value]:
    yield from _run(m, node.body if m.decide(m.evaluate(node.test, scope)) else node.orelse, scope)


def _for(m: Machine, node: ast.For, scope: Scope) -> Iterator[Value]:
    for element in iterate(m, m.evaluate(node.iter, scope), node.iter):
        assign(m, node.target, element, scope)
        if (yield from _is_left(m, node, scope)):
            return
    yield from _run(m, node.orelse, scope)


def _while(m: Machine, node: ast.While, scope: Scope) -> Iterator[Value]:
    while True:
        truth = m.truth(m.evaluate(node.test, scope))
        if isinstance(truth, Condition):
            raise BudgetError(say("source.turns"), line=node.lineno)
        if not truth:
            break
        m.budget.spend()
        if (yield from _is_left(m, node, scope)):
            return
    yield from _run(m, node.orelse, scope)


def _is_left(m: Machine, node: ast.For | ast.While, scope: Scope) -> Generator[Value, None, bool]:
    """One turn of a loop; whether the loop ends with it."""
    try:
        yield from _run(m, node.body, scope)
    except Continue:
        pass
    except Break:
        return True
    return False


def _with(m: Machine, node: ast.With, scope: Scope) -> Iterator[Value]:
    from sizeup.readers.source.contexts import enter, leave

    managers = [enter(m, entry, scope) for entry in node.items]
    yield from _run(m, node.body, scope)
    for manager in reversed(managers):
        leave(m, manager, node)


def _try(m: Machine, node: ast.Try, scope: Scope) -> Iterator[Value]:
    """`try: yield x finally: …`; handlers would need what is thrown in."""
    try:
        yield from _run(m, node.body, scope)
    except Raised:
        if node.handlers:
            raise BudgetError(say("source.yield"), line=node.lineno) from None
        m.execute(node.finalbody, scope)
        raise
    yield from _run(m, [*node.orelse, *node.finalbody], scope)


STATEMENTS: dict[type[ast.AST], Callable[..., Iterator[Value]]] = {
    ast.Expr: _expression,
    ast.Assign: _expression,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
}
