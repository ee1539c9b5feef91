"""Loops, also those whose number of turns is not in the text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import copy

from sizeup.errors import BudgetError
from sizeup.readers.source.calls import Returned
from sizeup.readers.source.expressions import evaluate
from sizeup.readers.source.iterators import is_lazy
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.operators import Unbounded, iterate
from sizeup.readers.source.targets import assign
from sizeup.readers.source.values import (
    MISSING,
    Condition,
    Instance,
    Lost,
    NeedDecision,
    Raised,
    Scope,
    rest_of,
)
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


class Break(Exception):  # noqa: N818  (control flow)
    """`break` on its way out of a loop."""


class Continue(Exception):  # noqa: N818  (control flow)
    """`continue` on its way to the next turn of a loop."""


def for_loop(m: Machine, node: ast.For, scope: Scope) -> None:
    """`for … in …: … else: …`."""
    source = m.resolve(evaluate(m, node.iter, scope))
    elements = iterate(m, source, node.iter)
    if isinstance(source, range) and len(source) > MAX_FOLLOWED:
        _open_loop(m, node, scope, source)
        return
    if isinstance(source, list) and len(source) <= MAX_FOLLOWED:
        elements = _live(source, m) if rest_of(source) is None else elements
    elif not is_lazy(source):  # all at once: what is too long ends here
        elements = _all(elements)
    while True:
        try:
            value = next(elements, MISSING)
        except Unbounded as loop:
            _open_loop(m, node, scope, loop.value)
            return
        if value is MISSING:
            break
        assign(m, node.target, value, scope)
        try:
            m.execute(node.body, scope)
        except Continue:
            continue
        except Break:
            return
    m.execute(node.orelse, scope)


def _live(value: list[Value], m: Machine) -> Iterator[Value]:
    """The elements of a list as it is when each is asked for: the body may change it."""
    index = 0
    while index < len(value):
        m.budget.spend()
        yield value[index]
        index += 1


def _all(elements: Iterator[Value]) -> Iterator[Value]:
    yield from list(elements)


def while_loop(m: Machine, node: ast.While, scope: Scope) -> None:
    """`while …: … else: …`."""
    while True:
        truth = m.truth(evaluate(m, node.test, scope))
        if isinstance(truth, Condition):
            _open_loop(m, node, scope, None)
            return
        if not truth:
            m.execute(node.orelse, scope)
            return
        m.budget.spend()
        try:
            m.execute(node.body, scope)
        except Continue:
            continue
        except Break:
            return


def _open_loop(m: Machine, node: ast.For | ast.While, scope: Scope, source: Value) -> None:
    """A loop whose number of turns is not in the text: tried once to see what it changes.

    What it only computes becomes open; a network that it would grow becomes unknown.
    """

    def turn() -> Value:
        if isinstance(node, ast.For):
            key = ("element", getattr(source, "key", m.unique()))
            text = written(node.target)
            element = m.open(key, text, say("source.loop"), node.lineno)
            assign(m, node.target, element, scope)
        try:
            m.execute(node.body, scope)
        except (Returned, Break, Continue, Raised) as end:
            return end
        return None

    lost = Lost(say("source.loop_grows", code=_head(node)), node.lineno)
    containers: list[Value] = []
    for thing, contents in _effects_of_any_turn(m, turn):
        m.touch(thing)
        if isinstance(thing, Scope):
            for name, value in contents.items():
                before = thing.variables.get(name, MISSING)
                if before is not value:
                    thing.variables[name] = m.world.loosened(m, value, name, lost, before)
        elif isinstance(thing, Instance):
            m.world.grown(m, thing, contents, lost)
        else:
            containers.append(thing)
    _open_containers(m, containers, scope, lost)


def _effects_of_any_turn(m: Machine, turn: Callable[[], Value]) -> list[tuple[Value, Value]]:
    """What a turn may change, whichever way its conditions go: each turn may go another way."""
    decided, counter, most = m.decisions, m.counter, m.counter
    pending = [decided]
    effects: list[tuple[Value, Value]] = []
    for _ in range(MAX_TURNS):
        if not pending:
            break
        m.decisions, m.counter = pending.pop(), counter  # the same keys each time
        try:
            effects.extend(m.attempt(turn)[1].values())
        except NeedDecision as need:
            pending.extend({**m.decisions, need.key: option} for option in need.options)
        finally:
            m.decisions, most = decided, max(most, m.counter)
            m.counter = most
    if pending:
        raise BudgetError(say("source.turns"))
    return effects


MAX_FOLLOWED = 20_000
"""Turns of a loop; what has more goes over data or trains, and is tried once."""

MAX_TURNS = 64
"""Ways through a loop of unknown length that are tried."""


def _open_containers(m: Machine, containers: list[Value], scope: Scope, lost: Lost) -> None:
    """Lists that a loop of unknown length fills become open where a variable holds them."""
    current: Scope | None = scope
    while current is not None:
        for name, value in current.variables.items():
            if any(value is container for container in containers):
                m.touch(current)
                current.variables = {
                    **current.variables,
                    name: m.world.loosened(m, value, name, lost),
                }
            elif isinstance(value, Instance) and _holds(value.attributes, containers):
                m.touch(value)
                m.world.grown(m, value, (_without(value.attributes, containers), None), lost)
        current = current.parent


def _holds(value: Value, containers: list[Value]) -> bool:
    """Whether one of the containers is a value, or is nested in it."""
    if not isinstance(value, list | tuple | dict):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return any(value is each for each in containers) or any(_holds(v, containers) for v in inner)


def _without(attributes: dict[str, Value], containers: list[Value]) -> dict[str, Value]:
    """The attributes as others than those that hold one of the containers; these are gone."""
    return {
        name: copy(value) if _holds(value, containers) else value
        for name, value in attributes.items()
    }


def _head(node: ast.For | ast.While) -> str:
    return written(node).split("\n", 1)[0]
