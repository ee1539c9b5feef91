"""Runs of a program: the module, then each function that nothing calls, along every outcome."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial

from sizeup.errors import BudgetError, SizeupError
from sizeup.network import Graph, Network, Unknown
from sizeup.places import file_of
from sizeup.readers.source.calls import Returned, bind_arguments, instantiate, run_function
from sizeup.readers.source.dialect import Dialect
from sizeup.readers.source.expressions import evaluate
from sizeup.readers.source.generators import generate
from sizeup.readers.source.keras import stored
from sizeup.readers.source.keras.listing import networks_of
from sizeup.readers.source.keras.world import World
from sizeup.readers.source.loops import Break, Continue
from sizeup.readers.source.machine import Budget, Machine, line_of
from sizeup.readers.source.outcomes import MAX_NETWORKS, Outcome, with_unknown
from sizeup.readers.source.statements import execute
from sizeup.readers.source.values import (
    Class,
    Function,
    NeedDecision,
    Raised,
    Scope,
)
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.readers.source.dropped import Dropped
    from sizeup.readers.source.modules import Project
    from sizeup.readers.source.outcomes import Path

    Value = Any

MAX_PATHS = 48
"""Outcomes that are followed; each costs a run."""
MIN_PATHS = 2 * MAX_NETWORKS
"""What it takes to tell that many networks apart."""
PATH_STEPS = 250_000
"""Steps beyond which no more than these are followed."""
FUNCTION_STEPS = 400_000
"""Steps that a function may take that nothing calls: most such functions train or load."""


class Entry(Record):
    """Where a run begins: a function that nothing calls, or a method and what makes its object."""

    name: str
    start: Callable[[], Value]
    owner: Callable[[], Value] | None = None


class Program(Record):
    """A source that parses, and what is asked of it; `mentioned` are the names that it reads."""

    tree: ast.Module
    mentioned: frozenset[str]
    dialect: Dialect
    data_format: str
    settings: Mapping[str, Value]
    builders: frozenset[str] = frozenset()
    project: Callable[[], Project | None] = lambda: None
    dropped: Callable[[], tuple[Dropped, ...]] = tuple


def run_program(program: Program, budget: Budget) -> list[Outcome]:
    """All outcomes of the module, and of each function that nothing calls, in this order."""
    outcomes: list[Outcome] = []

    def module(decisions: Mapping[object, Value]) -> Outcome:
        machine, scope = _machine(program, decisions, budget)
        try:
            fault = _guarded(lambda: execute(machine, program.tree.body, scope))
        except BudgetError as error:
            if not machine.world.models:
                raise
            fault = Raised("BudgetError", error.what, error.line)
        inner.append((machine, scope))
        return _outcome(machine, None, fault)

    inner: list[tuple[Machine, Scope]] = []
    modules = _explore(module, budget=budget)
    outcomes.extend(modules)
    for outcome, (machine, scope) in zip(
        modules, inner[-len(modules) :] if modules else [], strict=True
    ):
        owners: dict[str, list[Outcome]] = {}
        for entry in _entries(program, machine, scope):
            outcomes.extend(_follow(machine, entry, outcome.path, owners))
        if not any(each.networks or each.stored for each in outcomes):
            for entry in _layers(machine, scope):
                outcomes.extend(_follow(machine, entry, outcome.path, owners))
    return outcomes


def _follow(
    machine: Machine, entry: Entry, before: Path, owners: dict[str, list[Outcome]]
) -> list[Outcome]:
    """All outcomes of one entry; what functions build for a method's object is told without it.

    Data that a method is given may have more outcomes than can be followed, but changes nothing
    of what a function had returned before. `owners` are the outcomes of the objects themselves.
    """
    cls = entry.name.rpartition(".")[0]
    budget = machine.budget
    endless = any(outcome.ended for outcome in owners.get(cls, ()))  # so is what comes after it
    most = MIN_PATHS if endless else MAX_PATHS
    found = _explore(_session(machine, entry), before, entry.name, budget=budget, most=most)
    if entry.owner is None or not any(outcome.ended for outcome in found):
        return found
    if cls not in owners:
        run = _session(machine, Entry(cls, entry.owner))
        owners[cls] = _explore(run, before, cls, budget=budget)
    alone = owners[cls]
    built = frozenset().union(*(outcome.builders for outcome in alone))
    made = [o.changed(networks=tuple(n for n in o.networks if n.name in built)) for o in alone]
    known: Counter[str] = Counter()
    for outcome in made:
        known |= Counter(network.name for network in outcome.networks)
    return made + [o.changed(networks=_after(o.networks, known)) for o in found]


def _after(networks: tuple[Network, ...], known: Mapping[str, int]) -> tuple[Network, ...]:
    """The networks but for the first ones of some names."""
    left = Counter(known)
    kept = []
    for network in networks:
        left[network.name] -= 1
        if left[network.name] < 0:
            kept.append(network)
    return tuple(kept)


def _machine(
    program: Program, decisions: Mapping[object, Value], budget: Budget
) -> tuple[Machine, Scope]:
    world = World(program.dialect, program.data_format)
    machine = Machine(world, program.settings, decisions, budget, program.builders, program.project)
    world.home, world.dropped = machine.home, program.dropped
    wire(machine)
    return machine, machine.home


def wire(machine: Machine) -> None:
    """Let a machine follow code."""
    # functions, not `partial`: the interpreter calls a function without a frame of C between
    machine.execute = lambda body, scope: execute(machine, body, scope)
    machine.evaluate = lambda node, scope: evaluate(machine, node, scope)
    machine.generate = lambda function, scope: generate(machine, function, scope)


def _explore(
    run: Callable[[Mapping[object, Value]], Outcome],
    given: Path = (),
    entry: str | None = None,
    *,
    budget: Budget,
    most: int = MAX_PATHS,
) -> list[Outcome]:
    """Follow every outcome of what is undecided, the affirmative one first."""
    pending: list[Path] = [given]
    outcomes: list[Outcome] = []
    runs = 0
    taken = 0
    while pending:
        path = pending.pop(0)
        runs += 1
        if runs > most or (runs > MIN_PATHS and taken > PATH_STEPS) or (taken and budget.spare < 0):
            note = Unknown(say("source.too_many_outcomes", most=MAX_NETWORKS))
            if not outcomes and entry is None:
                raise BudgetError(note.reason)
            if not outcomes and entry is not None:
                lost = Network(entry, Graph(()))
                return [Outcome((), (with_unknown(lost, note),), entry, ended=True)]
            return [o.changed(networks=tuple(_among_others(n, note) for n in o.networks), ended=True)
                    for o in outcomes]  # fmt: skip
        before = budget.steps
        try:
            outcome = run({key: value for key, value, _ in path})
        except NeedDecision as need:
            choices = zip(need.options, need.said, strict=True)
            pending[0:0] = [(*path, (need.key, value, said)) for value, said in choices]
        else:
            outcomes.append(outcome.changed(path=path, entry=entry))
        taken += before - budget.steps
        budget.spare -= (before - budget.steps) * (runs > 1)
    return outcomes


def _among_others(network: Network, note: Unknown) -> Network:
    """A network of one outcome where not all were followed: an error of one is none of all."""
    return with_unknown(network.changed(error=None, error_line=None), note)


def _guarded(run: Callable[[], Value]) -> Raised | None:
    """Run; the exception that the source let out, if any."""
    try:
        run()
    except Raised as raised:
        return raised
    except RecursionError:
        raise BudgetError(say("source.depth", name="…")) from None
    except Exception as end:
        if isinstance(end, Returned | Break | Continue):  # outside of any function
            return None
        if isinstance(end, SizeupError | NeedDecision):
            raise
        raise BudgetError(say("source.internal", error=type(end).__name__)) from end
    return None


def _outcome(machine: Machine, entry: str | None, fault: Raised | None) -> Outcome:
    world = machine.world
    return Outcome(
        path=(),
        networks=tuple(
            network.changed(demands=machine.demands) if machine.demands else network
            for network in networks_of(machine, entry, fault)
        ),
        builders=frozenset(f.qualified for f, *_ in world.builds if f is not None)
        | {f"{model.cls.qualified}.__init__" for model in world.models if model.cls is not None},
        inputs=tuple(world.inputs),
        stored=stored.networks(machine),
        order_matters=bool(world.format_used) or world.format_said,
        overridden=frozenset(machine.overridden),
        fault=None if fault is None or fault.kind == "BudgetError"
        else (fault.message or fault.kind, fault.line),
    )  # fmt: skip


def _session(machine: Machine, entry: Entry) -> Callable[..., Outcome]:
    """A run of one function on top of what the module has done; nothing of it is kept."""

    def run(decisions: Mapping[object, Value]) -> Outcome:
        before = machine.decisions
        machine.decisions = decisions
        machine.world.begin()
        live = dict(machine.world.live)  # numbers are given anew to the layers of the next run
        state = machine.state()  # keys are the same each time, or no decision would be found again
        whole, machine.budget.steps = (
            machine.budget.steps,
            min(machine.budget.steps, FUNCTION_STEPS),
        )
        allowed = machine.budget.steps
        try:
            outcome: Outcome = machine.attempt(lambda: _finished(machine, entry))[0]
        finally:
            machine.decisions = before
            machine.restore(state)
            machine.world.live = live
            machine.depth = 0
            machine.budget.steps = whole - (allowed - machine.budget.steps)
        return outcome

    return run


def _finished(machine: Machine, entry: Entry) -> Outcome:
    try:
        fault = _guarded(entry.start)
    except BudgetError as error:
        fault = Raised("BudgetError", error.what, error.line)
    return _outcome(machine, entry.name, fault)


def _entries(program: Program, machine: Machine, scope: Scope) -> Iterator[Entry]:
    """What nothing calls: functions, and methods of classes; those that are named nowhere first."""
    values = _own(scope)
    for mentioned in (False, True):
        for value in values:
            if (value.name in program.mentioned) is not mentioned:
                continue
            if isinstance(value, Function):
                if not value.called and not value.is_generator:
                    yield Entry(value.qualified, _call_open(machine, value))
            elif not value.instantiated:
                yield from _methods(machine, value)


def _own(scope: Scope) -> list[Function | Class]:
    """The functions and classes of the source itself."""
    return [
        value
        for value in scope.variables.values()
        if isinstance(value, Function | Class) and file_of(line_of(value.node)) is None
    ]


def _keras_kinds(cls: Class) -> list[str]:
    """The kinds of Keras' layers and models that a class derives from."""
    kinds = (getattr(base, "kind", None) for base in cls.order if not isinstance(base, Class))
    return [kind for kind in kinds if kind]


def _call_open(machine: Machine, function: Function) -> Callable[[], Value]:
    def start() -> Value:
        inner = Scope(function.scope, function)
        bind_arguments(machine, function, [], {}, inner, None)
        return run_function(machine, function, inner)

    return start


def _methods(machine: Machine, cls: Class) -> Iterator[Entry]:
    """The methods of a class that the source never makes an object of."""
    kinds = _keras_kinds(cls)
    if kinds:
        if {"Functional", "Sequential"} & set(kinds):
            yield Entry(cls.qualified, partial(_instance, machine, cls))
        return
    for value in list(cls.namespace.values()):
        if not isinstance(value, Function) or value.called or value.name.startswith("__"):
            continue
        if value.kind == "static":
            yield Entry(value.qualified, _call_open(machine, value))
        elif value.kind in ("function", "class"):
            owner = partial(_instance, machine, cls) if value.kind == "function" else None
            yield Entry(value.qualified, _call_method(machine, cls, value), owner)


def _layers(machine: Machine, scope: Scope) -> Iterator[Entry]:
    """The source's own classes of layers, each by itself: where it builds no network of them."""
    for cls in _own(scope):
        if isinstance(cls, Class) and not cls.instantiated and _keras_kinds(cls):
            yield Entry(cls.qualified, partial(_show, machine, cls))


def _show(machine: Machine, cls: Class) -> None:
    with suppress(Raised):
        machine.world.shown = _instance(machine, cls)


def _call_method(machine: Machine, cls: Class, method: Function) -> Callable[[], Value]:
    def start() -> Value:
        owner = cls if method.kind == "class" else _instance(machine, cls)
        inner = Scope(method.scope, method)
        bind_arguments(machine, method, [owner], {}, inner, None)
        return run_function(machine, method, inner)

    return start


def _instance(machine: Machine, cls: Class) -> Value:
    """An object of a class with the arguments of its constructor open."""
    start, _ = cls.find("__init__")
    keywords: dict[str, Value] = {}
    if isinstance(start, Function):
        signature = start.arguments
        positional = signature.posonlyargs + signature.args
        optional = len(positional) - len(start.defaults)
        for parameter in positional[1:optional] + signature.kwonlyargs:
            if parameter.arg not in start.keyword_defaults:
                key = ("name", parameter.arg)
                why = say("source.no_default")
                keywords[parameter.arg] = machine.open(key, parameter.arg, why, parameter.lineno)
    return instantiate(machine, cls, [], keywords, cls.node or ast.Pass())
