"""Runs of a program: the module, then each function that nothing calls, along every outcome."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial

from sizeup.errors import BudgetError, SizeupError
from sizeup.network import Graph, Network, Unknown, rows
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

    Value = Any
    Path = tuple[tuple[object, Value, str | None], ...]

MAX_PATHS = 48
"""Outcomes that are followed; each costs a run."""
MAX_NETWORKS = 8
"""Networks that one name may stand for, by the contract."""
FUNCTION_STEPS = 400_000
"""Steps that a function may take that nothing calls: most such functions train or load."""


class Outcome(Record):
    """The networks of one run along one path of decisions, and what the run learned.

    Those that are `stored` elsewhere are listed where the text builds no other. `ended` says
    that there were more outcomes than are followed.
    """

    path: Path
    networks: tuple[Network, ...]
    entry: str | None = None
    builders: frozenset[str] = frozenset()
    inputs: tuple[tuple[Value, int | None], ...] = ()
    stored: tuple[Network, ...] = ()
    order_matters: bool = False
    overridden: frozenset[str] = frozenset()
    ended: bool = False


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
    modules = _explore(module)
    outcomes.extend(modules)
    for outcome, (machine, scope) in zip(
        modules, inner[-len(modules) :] if modules else [], strict=True
    ):
        for entry in _entries(program, machine, scope):
            outcomes.extend(_follow(machine, entry, outcome.path))
        if not any(each.networks or each.stored for each in outcomes):
            for entry in _layers(machine, scope):
                outcomes.extend(_follow(machine, entry, outcome.path))
    return outcomes


def _follow(machine: Machine, entry: Entry, before: Path) -> list[Outcome]:
    """All outcomes of one entry; what functions build for a method's object is told without it.

    Data that a method is given may have more outcomes than can be followed, but changes nothing
    of what a function had returned before.
    """
    found = _explore(_session(machine, entry), before, entry.name)
    if entry.owner is None or not any(outcome.ended for outcome in found):
        return found
    cls = entry.name.rpartition(".")[0]
    alone = _explore(_session(machine, Entry(cls, entry.owner)), before, cls)
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
    run: Callable[[Mapping[object, Value]], Outcome], before: Path = (), entry: str | None = None
) -> list[Outcome]:
    """Follow every outcome of what is undecided, the affirmative one first."""
    pending: list[Path] = [before]
    outcomes: list[Outcome] = []
    runs = 0
    while pending:
        path = pending.pop(0)
        runs += 1
        if runs > MAX_PATHS:
            note = Unknown(say("source.too_many_outcomes", most=MAX_NETWORKS))
            if not outcomes and entry is None:
                raise BudgetError(note.reason)
            if not outcomes and entry is not None:
                lost = Network(entry, Graph(()))
                return [Outcome((), (_with_unknown(lost, note),), entry, ended=True)]
            return [o.changed(networks=tuple(_with_unknown(n, note) for n in o.networks), ended=True)
                    for o in outcomes]  # fmt: skip
        try:
            outcome = run({key: value for key, value, _ in path})
        except NeedDecision as need:
            choices = zip(need.options, need.said, strict=True)
            pending[0:0] = [(*path, (need.key, value, said)) for value, said in choices]
        else:
            outcomes.append(outcome.changed(path=path, entry=entry))
    return outcomes


def _with_unknown(network: Network, unknown: Unknown) -> Network:
    return network.changed(unknown=(*network.unknown, unknown))


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
        networks=networks_of(machine, entry, fault),
        builders=frozenset(f.qualified for f, *_ in world.builds if f is not None)
        | {f"{model.cls.qualified}.__init__" for model in world.models if model.cls is not None},
        inputs=tuple(world.inputs),
        stored=stored.networks(machine),
        order_matters=bool(world.format_used) or world.format_said,
        overridden=frozenset(machine.overridden),
    )


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


def merge(outcomes: list[Outcome]) -> list[Network]:
    """One network for each name and outcome that differs from the others.

    What two functions that nothing calls build alike is listed once.
    """
    if not any(outcome.networks for outcome in outcomes):
        outcomes = [outcome.changed(networks=outcome.stored) for outcome in outcomes]
    grouped: dict[tuple[str | None, str, int], list[tuple[Path, Network]]] = {}
    for outcome in outcomes:
        seen: dict[str, int] = {}
        for network in outcome.networks:
            number = seen[network.name] = seen.get(network.name, 0) + 1
            key = outcome.entry, network.name, number
            grouped.setdefault(key, []).append((outcome.path, network))
    merged: list[Network] = []
    listed: dict[tuple[str, str], str | None] = {}
    for (entry, _, _), variants in grouped.items():
        merged.extend(
            network
            for network in _distinct(variants)
            if listed.setdefault((network.name, _shape(network)), entry) == entry
        )
    return _numbered(merged)


def _distinct(variants: list[tuple[Path, Network]]) -> list[Network]:
    """The variants that differ, each under the conditions that tell it from the others."""
    variants = [(tuple(step for step in path if step[2] is not None), n) for path, n in variants]
    for key in dict.fromkeys(key for path, _ in variants for key, *_ in path):
        reduced: dict[Path, list[Network]] = {}
        for path, network in variants:
            rest = tuple(step for step in path if step[0] != key)
            reduced.setdefault(rest, []).append(network)
        if _agree([(rest, _shape(n)) for rest, group in reduced.items() for n in group]):
            variants = [(path, group[0]) for path, group in reduced.items()]
    if len(variants) == 1:
        return [variants[0][1]]
    if len(variants) > MAX_NETWORKS:
        unknown = Unknown(say("source.too_many_outcomes", most=MAX_NETWORKS))
        smallest = min((network for _, network in variants), key=_certain)
        return [_with_unknown(smallest.changed(error=None), unknown)]
    alike: dict[object, set[str]] = {}
    for key, _, said in (step for path, _ in variants for step in path):
        alike.setdefault(key, set()).add(said or "")
    return [
        network.changed(
            when=when,
            name=f"{network.name}[{when}]",
            aliases=(*network.aliases, network.name),
        )
        for path, network in variants
        for when in [_conditions(path, alike)]
    ]


def _agree(variants: list[tuple[Path, str]]) -> bool:
    """Whether no two that may hold at the same time differ."""
    return all(
        shape == other or any(
            a[0] == b[0] and a[1] != b[1] for a in path for b in another)
        for i, (path, shape) in enumerate(variants) for another, other in variants[:i]
    )  # fmt: skip


def _conditions(path: Path, alike: Mapping[object, set[str]]) -> str:
    """The conditions on the way to a network; those that read alike are numbered.

    `alike` holds how the outcomes of each condition are written.
    """
    said = []
    for i, (key, _, text) in enumerate(path):
        number = 1 + sum(bool(alike[key] & alike[earlier]) for earlier, *_ in path[:i])
        bracketed = number > 1 or " or " in (text or "")
        said.append((f"({text})" if bracketed else f"{text}") + (f"#{number}" * (number > 1)))
    return " and ".join(said)


def _certain(network: Network) -> int:
    """The parameters that a network has in any case."""
    counts = (p.count for row in rows(network) for p in row.own)
    return sum(c for c in counts if isinstance(c, int))


def _shape(network: Network) -> str:
    """What makes two networks the same to whoever counts them."""

    def layers(graph: Graph) -> object:
        return [
            (layer.kind, layer.name, layer.parameters, layer.trainable, layer.unknown,
             [(c.inputs, c.output_shapes, c.macs, c.body and layers(c.body)) for c in layer.calls])
            for layer in graph.layers
        ]  # fmt: skip

    return repr((layers(network.graph), network.graph.outputs, network.error, network.unknown))


def _numbered(networks: list[Network]) -> list[Network]:
    """Names that occur twice get `#2`, `#3`."""
    counts: dict[str, int] = {}
    result = []
    for network in networks:
        number = counts[network.name] = counts.get(network.name, 0) + 1
        name = network.name if number == 1 else f"{network.name}#{number}"
        result.append(network.changed(name=name))
    return result
