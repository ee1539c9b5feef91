"""Iterators that are drawn from: generators, `iter`, `zip`, `map` and what `itertools` makes.

An element is made when it is asked for, as in Python: what the making changes happens then, and
an endless iterator ends with whoever stops asking. Evaluation may try something and undo it
(`Machine.attempt`); an iterator that is set back gives its elements again with their effects.
"""

from __future__ import annotations

import ast

from sizeup.errors import BudgetError
from sizeup.readers.source.machine import Machine, contents_of, line_of
from sizeup.readers.source.operators import Unbounded, iterate
from sizeup.readers.source.values import MISSING, Instance, Lost, Raised
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    Value = Any
    Effects = dict[int, tuple[Value, Value]]


MOST_STEPS = 100_000
"""Elements that an iterator makes one by one; more are not meant."""


class Step:
    """An element that was made: its value, what making it changed, and how that was before."""

    __slots__ = ("before", "effects", "value")

    def __init__(self, value: Value, effects: Effects, before: dict[int, Value]) -> None:
        self.value = value
        self.effects = effects
        self.before = before


class Iter(Instance):
    """An iterator over known values, or over a source that makes them one by one."""

    __slots__ = ("known", "position", "source", "steps")

    def __init__(self, known: Iterable[Value] = (), source: Iterator[Value] | None = None) -> None:
        super().__init__(None)
        self.known = list(known)
        self.source = source
        self.steps: list[Step] = []
        self.position = 0

    def __repr__(self) -> str:
        return "<iterator>"

    def state(self) -> Value:
        """How many elements were drawn, and from where."""
        return self.position, self.source, self.steps

    def restore(self, state: Value) -> None:
        """Back to where fewer, or more, were drawn."""
        self.position, self.source, self.steps = state

    def lose(self, m: Machine, lost: Lost) -> None:
        """A loop of unknown length has drawn from it: what is left is not in the text."""
        m.touch(self)
        self.position, self.source, self.steps = 0, _unbounded(lost), []

    def draw(self, m: Machine) -> Value:
        """The next element, or MISSING where there is none."""
        m.budget.spend()
        if self.source is not None:
            return self._make(m, self.source)
        if self.position == len(self.known):
            return MISSING
        m.touch(self)
        self.position += 1
        return self.known[self.position - 1]

    def _make(self, m: Machine, source: Iterator[Value]) -> Value:
        if self.position == len(self.steps):
            step = _step(m, source)
            self.steps.append(step)
            if len(self.steps) > MOST_STEPS:
                raise BudgetError(say("source.size"))
        else:  # drawn before, and undone
            step = self.steps[self.position]
            for key, (thing, _) in step.effects.items():
                if contents_of(thing) != step.before[key]:
                    raise BudgetError(say("source.iterator"))
        m.commit(step.effects)
        if isinstance(step.value, Raised | Unbounded):
            raise step.value
        if step.value is not MISSING:
            m.touch(self)
            self.position += 1
        return step.value

    def elements(self, m: Machine) -> Iterator[Value]:
        """All elements that are left, drawn as they are asked for."""
        while (value := self.draw(m)) is not MISSING:
            yield value

    def item(self, m: Machine, index: Value, _node: ast.AST) -> Value:
        """`zip(a, b)[0]`, as Python 2 had it: the list is what is left."""
        return (self.known if self.source is None else list(self.elements(m)))[index]

    def operate(self, m: Machine, sign: str, other: Value, swapped: bool, node: ast.AST) -> Value:
        """`zip(a, b) + zip(c, d)`, as Python 2 had it."""
        if sign != "+":
            return Lost(say("source.operation", code=written(node)), line_of(node))
        own, others = list(self.elements(m)), list(iterate(m, other, node))
        return others + own if swapped else own + others

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`generator.close()` and the like have no say; what they give is open."""
        return m.world.inert(name)


def _unbounded(lost: Lost) -> Iterator[Value]:
    raise Unbounded(lost, lost.line)
    yield


def _step(m: Machine, source: Iterator[Value]) -> Step:
    def make() -> Value:
        try:
            return next(source, MISSING)
        except (Raised, Unbounded) as end:
            return end

    value, effects = m.attempt(make)
    for thing, _ in effects.values():
        m.budget.spend(len(thing) if isinstance(thing, list | dict | set) else 1)
    return Step(value, effects, {key: contents_of(thing) for key, (thing, _) in effects.items()})


def is_lazy(value: Value) -> bool:
    """Whether a value makes its elements one by one, and may do so without end."""
    return isinstance(value, Iter) and value.source is not None
