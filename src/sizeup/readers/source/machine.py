"""The state of one evaluation: budgets, decisions, what is open, what was remarked, undo."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from time import process_time

from sizeup.dims import Expr, sign, symbol
from sizeup.errors import BudgetError
from sizeup.network import Free, Note
from sizeup.ratio import Ratio
from sizeup.readers.source.values import (
    MISSING,
    Choice,
    Condition,
    Function,
    Instance,
    Lost,
    NeedDecision,
    Open,
    Raised,
    Scope,
    rest_of,
)
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.readers.source.keras.world import World
    from sizeup.readers.source.modules import Project

    Value = Any

MAX_STEPS = 4_000_000
"""Nodes of the syntax tree that one reading may evaluate (ResNet-1202 takes about 150,000)."""
SPARE_STEPS = 600_000
"""Those of them that may go into evaluating anything again for another outcome of a condition."""
MAX_DEPTH = 150
MAX_ELEMENTS = 1_000_000
MAX_BITS = 4_096
MAX_CONDITION = 10_000
"""Characters of a condition that is put together of undecided ones."""
MAX_NAME = 40
"""Characters of the name of something open."""
MAX_SECONDS = 120.0
"""Of the processor. A backstop only: the budget of steps ends first on any machine of today."""


class Budget:
    """Steps, shared by all evaluations of one reading."""

    __slots__ = ("deadline", "spare", "steps", "watched")

    def __init__(self) -> None:
        self.steps = MAX_STEPS
        self.spare = SPARE_STEPS
        self.watched = MAX_STEPS  # the clock is looked at when the steps are down to this
        self.deadline = process_time() + MAX_SECONDS

    def spend(self, steps: int = 1) -> None:
        """Take steps from the budget; raises BudgetError when it is used up."""
        self.steps -= steps
        if self.steps < self.watched:
            self.look()

    def look(self) -> None:
        """Raise BudgetError where the steps or the time are used up."""
        self.watched = max(0, self.steps - 0x10000)
        if self.steps < 0 or process_time() > self.deadline:
            raise BudgetError(say("source.steps"))


class Machine:
    """What an evaluation of one source needs beside the variables.

    `settings` are the bindings that the person gave, `decisions` the outcomes of what is
    undecided, `builders` the functions that are known to return networks: their arguments can
    be bound from outside. `project` gives the files around the source, when somebody asks.
    """

    execute: Callable[[list[ast.stmt], Scope], None]
    evaluate: Callable[[ast.expr, Scope], Value]
    generate: Callable[[Function, Scope], Iterator[Value]]

    def __init__(
        self,
        world: World,
        settings: Mapping[str, Value],
        decisions: Mapping[object, Value],
        budget: Budget,
        builders: frozenset[str] = frozenset(),
        project: Callable[[], Project | None] = lambda: None,
    ) -> None:
        self.world = world
        self.settings = settings
        self.decisions = decisions
        self.budget = budget
        self.free: dict[str, Free] = {}
        self.names: dict[object, str] = {}
        self.numbers: dict[str, int] = {}
        self.notes: dict[tuple[str, str, int | None], Note] = {}
        self.journals: list[dict[int, tuple[Value, Value]]] = []
        self.depth = 0
        self.counter = 0
        self.changes = 0  # of layers and models; never goes back
        self.overridden: set[str] = set()
        self.demands: tuple[str, ...] = ()  # what held, or the source would have raised
        self.builders = builders
        self.home = Scope()  # the variables of the source itself
        self.project = project
        self.modules: dict[str, Value] = {}  # of the project, by their paths
        self.defaults: dict[str, tuple[object, Value]] = {}  # of searched sizes, by their symbols
        self.expected: frozenset[str] = frozenset()  # exceptions that the blocks around name
        self.handling: list[Raised] = []  # what a bare `raise` raises again

    # -- what is open -------------------------------------------------------------------

    def open(
        self, key: object, text: str, why: str, line: int | None, callee: str | None = None
    ) -> Value:
        """An open value, or what the person has bound it to, or decided about it."""
        for spelled in (self.name_of(key, text), text):
            bound = self.setting(spelled)
            if bound is not MISSING:
                return bound
        rank = self.decisions.get(("rank", key))
        if rank is not None:
            return tuple(self.item(key, text, i, why, line) for i in range(rank))
        return Open(key, text, why, line, callee)

    def item(self, key: object, text: str, index: int, why: str, line: int | None) -> Value:
        """Element `index` of something open."""
        if isinstance(key, tuple) and key[0] == "batched" and index and key[1][0] == "slice":
            _, key, text, _ = key[1]  # (None, *x.shape[1:]) at -1 is x.shape[-1]
        elif isinstance(key, tuple) and key[0] == "slice":  # x.shape[1:] at 0 is x.shape[1]
            _, key, text, start = key
            index += start
        return self.open(("item", key, index), f"{text}[{index}]", why, line)

    def setting(self, name: str) -> Value:
        """What `--set` gives a name or an expression; MISSING where it says nothing."""
        if name in self.settings:
            self.overridden.add(name)
            return self.settings[name]
        return MISSING

    def symbol(self, value: Open) -> Expr:
        """The symbol of an open value that is used as a size."""
        name = self.name_of(value.key, value.text)
        self.free.setdefault(name, Free(name, value.text, value.line, value.why))
        return symbol(name)

    def name_of(self, key: object, text: str) -> str:
        """The symbol's name of something open: two that are written alike are numbered."""
        name = self.names.get(key)
        if name is None:
            base = identifier(text)
            number = self.numbers[base] = self.numbers.get(base, 0) + 1
            name = self.names[key] = base if number == 1 else f"{base}_{number}"
        return name

    def number(self, value: Value) -> Value:
        """An open value as a symbol; anything else as it is."""
        return self.symbol(value) if isinstance(value, Open) else value

    # -- what is undecided --------------------------------------------------------------

    def decide(self, value: Value) -> bool:
        """The truth of a value; asks for a decision where the text does not give it."""
        found = self.truth(value)
        if isinstance(found, bool):
            return found
        key, negated = plain_key(found)
        said = found.said(not negated), found.said(negated)
        raise NeedDecision(key, (True, False), said)

    def truth(self, value: Value) -> bool | Condition:
        """True, False, or the condition that decides."""
        if isinstance(value, bool | int | float | str | tuple | list | dict | set | range):
            rest = rest_of(value)
            return bool(value) if rest is None else self.truth(rest)
        if value is None:
            return False
        if isinstance(value, Condition):
            key, negated = plain_key(value)
            known = self.decisions.get(key)
            return value if known is None else bool(known) != negated
        if isinstance(value, Open):
            return self.truth(Condition(("truth", value.key), value.text))
        if isinstance(value, Expr):
            certain = sign(value)
            if certain is not None:
                return certain != 0
            return self.truth(Condition(("truth", value), f"{value}"))
        if isinstance(value, Ratio):
            return self.truth(value.numerator)
        if isinstance(value, Choice):
            return self._truth_of_choice(value)
        if isinstance(value, Lost):
            return self.truth(Condition(("lost", value.reason, value.line), f"({value.reason})"))
        return self._truth_of_object(value)

    def _truth_of_object(self, value: Value) -> bool | Condition:
        """True, unless its class says otherwise in a method."""
        from sizeup.readers.source.overloads import truth

        found = truth(self, value)
        return True if found is True else self.truth(found)

    def _truth_of_choice(self, choice: Choice) -> bool | Condition:
        self.budget.spend(16)  # choices of choices would take long and count for nothing
        known = self.truth(choice.condition)
        if isinstance(known, bool):
            return self.truth(choice.yes if known else choice.no)
        yes, no = self.truth(choice.yes), self.truth(choice.no)
        if isinstance(yes, bool) and isinstance(no, bool):
            if yes == no:
                return yes
            return known if yes else inverse(known)
        if no is False or (isinstance(no, Condition) and no.key == known.key):
            return both(known, yes, "and")
        if yes is True or (isinstance(yes, Condition) and yes.key == known.key):
            return both(known, no, "or")
        return self.truth(self.resolve(choice))

    def resolve(self, value: Value) -> Value:
        """A value that is no choice any more; asks for the decision that it hangs on."""
        while isinstance(value, Choice):
            value = value.yes if self.decide(value.condition) else value.no
        return value

    # -- undo ---------------------------------------------------------------------------

    def demand(self, condition: Condition, outcome: bool) -> None:
        """Remember what has to hold from here on, because the source raises where it does not."""
        said = condition.said(outcome)
        if said not in self.demands:
            self.demands = (*self.demands, said)

    def touch(self, thing: Value) -> None:
        """Must be called before anything mutable changes, so that a trial can be undone."""
        self.changes += isinstance(thing, Instance)
        key = id(thing)
        if not self.journals or key in self.journals[-1]:
            return
        before = (thing, contents_of(thing))
        for journal in reversed(self.journals):
            if key in journal:  # and so it is in those around that one
                return
            journal[key] = before

    def attempt(self, run: Callable[[], Value]) -> tuple[Value, dict[int, tuple[Value, Value]]]:
        """Run, undo, and return the outcome with what every touched thing had become."""
        journal: dict[int, tuple[Value, Value]] = {}
        self.journals.append(journal)
        demands = self.demands
        try:
            outcome = run()
        finally:
            self.demands = demands
            self.journals.pop()
            after = {key: (thing, contents_of(thing)) for key, (thing, _) in journal.items()}
            self.changes += 1
            for thing, before in journal.values():
                _restore(thing, before)
        return outcome, {key: pair for key, pair in after.items() if pair[1] != journal[key][1]}

    def commit(self, effects: Mapping[int, tuple[Value, Value]]) -> None:
        """Make the effects of an attempt real."""
        for thing, contents in effects.values():
            self.touch(thing)
            _restore(thing, contents)

    def state(self) -> Value:
        """What a run on top of another one adds to beside the source's own things."""
        tables = self.free, self.names, self.numbers, self.notes, self.modules
        return *(dict(table) for table in tables), self.counter

    def restore(self, state: Value) -> None:
        """Bring back a state."""
        self.free, self.names, self.numbers, self.notes, self.modules, self.counter = state

    # -- the rest -----------------------------------------------------------------------

    def note(self, level: str, text: str, line: int | None) -> None:
        """Remember a remark once."""
        self.notes.setdefault((level, text, line), Note(level, text, line))

    def unique(self) -> int:
        """A number that was not used before in this evaluation."""
        self.counter += 1
        self.changes += 1
        return self.counter


def both(first: Condition, second: bool | Condition, word: str) -> bool | Condition:
    """`first and second` or `first or second`, where the first is undecided."""
    if isinstance(second, bool):
        if word == "and":
            return first if second else False
        return True if second else first
    if first.key == second.key:
        return first
    left, right = (f"({c.text})" if " or " in c.text else c.text for c in (first, second))
    text = f"{left} {word} {right}"
    if len(text) > MAX_CONDITION:
        raise BudgetError(say("source.size"))
    return Condition((word, first.key, second.key), text, f"not ({text})")


def inverse(condition: Condition) -> Condition:
    """The opposite condition."""
    key, negated = plain_key(condition)
    return Condition(key if negated else ("not", key), condition.inverse, condition.text)


def plain_key(condition: Condition) -> tuple[object, bool]:
    """The key without a negation in front, and whether there was one."""
    key = condition.key
    if isinstance(key, tuple) and key[0] == "not":
        return key[1], True
    return key, False


def identifier(text: str) -> str:
    """A Python identifier for an expression: `x_train.shape[1]` → `x_train_shape_1`.

    A long one leaves out what stands in brackets, for it is to be typed.
    """
    if text.isidentifier():
        return text
    if len(text) > MAX_NAME:
        text = _without_arguments(text)[:MAX_NAME]
    name = re.sub(r"\W+", "_", text).strip("_")
    return name if name and not name[0].isdigit() else f"_{name}"


def _without_arguments(text: str) -> str:
    """`size_of(data, 3)[0]` → `size_of[0]`."""
    kept, depth = [], 0
    for letter in text:
        depth -= letter == ")"
        if depth == 0 and letter != ")":
            kept.append(letter)
        depth += letter == "("
    return "".join(kept)


def line_of(node: ast.AST | None) -> int | None:
    """The original line of a node."""
    return getattr(node, "lineno", None)


def lost_value(node: ast.AST) -> Lost:
    """What comes of an operation that is not understood."""
    return Lost(say("source.operation", code=written(node)), line_of(node))


def contents_of(thing: Value) -> Value:
    """What can change of something mutable, as it is now."""
    if isinstance(thing, Scope):
        return dict(thing.variables)
    if isinstance(thing, Instance):
        return (dict(thing.attributes), thing.state())
    return thing.copy()


def _restore(thing: Value, contents: Value) -> None:
    if isinstance(thing, Scope):
        thing.variables = dict(contents)
    elif isinstance(thing, Instance):
        thing.attributes = dict(contents[0])
        thing.restore(contents[1])
    elif isinstance(thing, list):
        thing[:] = contents
    else:
        thing.clear()
        thing.update(contents)


def raise_as_source(error: Exception, line: int | None) -> Raised:
    """A Python exception that a known operation raised, as the source would see it."""
    return Raised(type(error).__name__, str(error), line)
