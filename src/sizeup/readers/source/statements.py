"""Execution of statements: one function per kind of node of Python's syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sizeup.readers.source.attributes import attribute, item
from sizeup.readers.source.calls import Returned, call, make_function
from sizeup.readers.source.contexts import enter, leave
from sizeup.readers.source.effects import loosen
from sizeup.readers.source.expressions import evaluate
from sizeup.readers.source.imports import (
    absent_module,
    import_from,
    import_names,
    imports_something,
)
from sizeup.readers.source.loops import Break, Continue, for_loop, while_loop
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.operators import KNOWN, Unbounded, binary, iterate, whole
from sizeup.readers.source.overloads import special
from sizeup.readers.source.targets import assign, set_attribute, set_item
from sizeup.readers.source.values import (
    MISSING,
    Bound,
    Choice,
    Class,
    Condition,
    Function,
    Lost,
    Open,
    Raised,
    Scope,
)
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def execute(m: Machine, body: list[ast.stmt], scope: Scope) -> None:
    """Run statements in order."""
    for statement in body:
        m.budget.spend()
        STATEMENTS[type(statement)](m, statement, scope)


def _expression(m: Machine, node: ast.Expr, scope: Scope) -> None:
    if not isinstance(node.value, ast.Constant):
        evaluate(m, node.value, scope)


def _assign(m: Machine, node: ast.Assign, scope: Scope) -> None:
    value = evaluate(m, node.value, scope)
    for target in node.targets:
        assign(m, target, value, scope)


def _annotated(m: Machine, node: ast.AnnAssign, scope: Scope) -> None:
    if node.value is not None:
        assign(m, node.target, evaluate(m, node.value, scope), scope)


def _augmented(m: Machine, node: ast.AugAssign, scope: Scope) -> None:
    right = evaluate(m, node.value, scope)
    if isinstance(node.target, ast.Name) and type(right) is int:
        left = evaluate(m, node.target, scope)
        exact = whole(type(node.op), left, right) if type(left) is int else None
        if exact is not None:
            assign(m, node.target, exact, scope)
            return
    expression = ast.copy_location(ast.BinOp(node.target, node.op, node.value), node)
    if isinstance(node.target, ast.Name):
        left = m.resolve(evaluate(m, node.target, scope))
        if isinstance(left, list) and isinstance(node.op, ast.Add):  # += keeps the list's identity
            m.touch(left)
            try:
                left.extend(iterate(m, right, node))
            except Unbounded:
                loosen(m, left, Lost(say("source.star", code=written(node)), node.lineno))
            return
        assign(m, node.target, binary(m, type(node.op), left, right, expression), scope)
    elif isinstance(node.target, ast.Attribute):
        owner = m.resolve(evaluate(m, node.target.value, scope))
        left = attribute(m, owner, node.target.attr, node.target)
        value = binary(m, type(node.op), left, right, expression)
        set_attribute(m, owner, node.target.attr, value, node)
    elif isinstance(node.target, ast.Subscript):
        owner = m.resolve(evaluate(m, node.target.value, scope))
        index = m.resolve(evaluate(m, node.target.slice, scope))
        left = item(m, owner, index, node.target)
        set_item(m, owner, index, binary(m, type(node.op), left, right, expression), node)


def _if(m: Machine, node: ast.If, scope: Scope) -> None:
    truth = m.truth(evaluate(m, node.test, scope))
    if isinstance(truth, bool):
        execute(m, node.body if truth else node.orelse, scope)
        return
    branches = [_try_branch(m, body, scope) for body in (node.body, node.orelse)]
    ends = [end for end, _ in branches]
    raised = [isinstance(end, Raised) for end in ends]
    if raised[0] != raised[1]:  # the network exists only where nothing is raised
        m.demand(truth, raised[1])
        execute(m, node.orelse if raised[0] else node.body, scope)
    elif any(end is not None for end in ends) or not _merge(m, truth, branches):
        m.decide(truth)


def _try_branch(m: Machine, body: list[ast.stmt], scope: Scope) -> tuple[Value, dict[int, Value]]:
    """How a branch ends (None where it just ends) and what it changes; nothing is kept."""

    def run() -> Value:
        try:
            execute(m, body, scope)
        except (Raised, Returned, Break, Continue) as end:
            return end
        return None

    return m.attempt(run)


def _merge(
    m: Machine, condition: Condition, branches: list[tuple[Value, dict[int, Value]]]
) -> bool:
    """Keep both outcomes as choices where the branches only set variables; say if that works."""
    effects = [effect for _, effect in branches]
    touched = {key: pair[0] for effect in effects for key, pair in effect.items()}
    if not all(isinstance(thing, Scope) for thing in touched.values()):
        return False
    for thing in touched.values():
        before = dict(thing.variables)
        outcomes = [effect[id(thing)][1] if id(thing) in effect else before for effect in effects]
        merged = dict(before)
        for name in {**outcomes[0], **outcomes[1]}:
            yes, no = (outcome.get(name, MISSING) for outcome in outcomes)
            merged[name] = yes if _same(yes, no) else Choice(condition, yes, no)
        m.touch(thing)
        thing.variables = merged
    return True


def _same(yes: Value, no: Value) -> bool:
    return yes is no or (
        isinstance(yes, KNOWN) and type(yes) is type(no) and not _mutable(yes) and yes == no
    )


def _mutable(value: Value) -> bool:
    return isinstance(value, list | dict | set)


def _break(m: Machine, node: ast.Break, scope: Scope) -> None:
    raise Break


def _continue(m: Machine, node: ast.Continue, scope: Scope) -> None:
    raise Continue


def _pass(m: Machine, node: ast.stmt, scope: Scope) -> None:
    pass


def _return(m: Machine, node: ast.Return, scope: Scope) -> None:
    raise Returned(None if node.value is None else evaluate(m, node.value, scope))


def _raise(m: Machine, node: ast.Raise, scope: Scope) -> None:
    if node.exc is None and m.handling:
        raise m.handling[-1]
    kind, message = "Exception", ""
    if isinstance(node.exc, ast.Call):
        kind = written(node.exc.func)
        said = [evaluate(m, argument, scope) for argument in node.exc.args[:1]]
        message = next((str(value) for value in said if isinstance(value, str | int)), "")
    elif node.exc is not None:
        kind = written(node.exc)
    raise Raised(kind, message, node.lineno)


def _try(m: Machine, node: ast.Try, scope: Scope) -> None:
    try:
        try:
            _look_for_modules(m, node, scope)
            with _expecting(m, node):
                execute(m, node.body, scope)
        except Raised as raised:
            handler = next((h for h in node.handlers if _catches(h, raised)), None)
            if handler is None:
                raise
            if handler.name:
                assign(m, ast.Name(handler.name), raised.message, scope)
            m.handling.append(raised)
            try:
                execute(m, handler.body, scope)
            finally:
                m.handling.pop()
                if handler.name in scope.variables:
                    m.touch(scope)
                    del scope.variables[handler.name]
        else:
            execute(m, node.orelse, scope)
    finally:
        execute(m, node.finalbody, scope)


def _look_for_modules(m: Machine, node: ast.Try, scope: Scope) -> None:
    """Where only the handler's imports can be seen, the first ones are taken to fail."""
    failed = Raised("ImportError", "", node.lineno)
    handler = next((h for h in node.handlers if _catches(h, failed)), None)
    if handler is None or not imports_something(handler.body):
        return
    absent = absent_module(m, node.body, scope)
    if absent is not None and absent_module(m, handler.body, scope) is None:
        m.note("assumed", say("source.module_absent", name=absent), node.lineno)
        raise failed


@contextmanager
def _expecting(m: Machine, node: ast.Try) -> Iterator[None]:
    """Inside of the block, what it says it expects may happen: a name or a module is missing.

    A network's fault is no ValueError for a handler that only tells of it.
    """
    before = m.expected
    m.expected = before.union(
        *(_names(each) - (set() if _goes_on(each) else {"ValueError"}) for each in node.handlers)
    )
    try:
        yield
    finally:
        m.expected = before


def _goes_on(handler: ast.ExceptHandler) -> bool:
    """Whether a handler does otherwise what the block has not done."""
    kinds = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return
    return any(isinstance(part, kinds) for part in ast.walk(handler))


def _names(handler: ast.ExceptHandler) -> set[str]:
    """The exceptions that a handler names."""
    if handler.type is None:
        return set()
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {written(t).rpartition(".")[2] for t in types}


PARENTS = {
    "ModuleNotFoundError": "ImportError", "KeyError": "LookupError", "IndexError": "LookupError",
    "ZeroDivisionError": "ArithmeticError", "JSONDecodeError": "ValueError",
    "NotImplementedError": "RuntimeError", "FileNotFoundError": "OSError",
    "UnicodeDecodeError": "ValueError",
}  # fmt: skip


def _catches(handler: ast.ExceptHandler, raised: Raised) -> bool:
    if handler.type is None:
        return True
    caught = {
        raised.kind.rpartition(".")[2],
        PARENTS.get(raised.kind),
        "Exception",
        "BaseException",
    }
    return bool(_names(handler) & caught)


def _with(m: Machine, node: ast.With, scope: Scope) -> None:
    managers: list[Value] = []
    try:
        for entry in node.items:
            managers.append(enter(m, entry, scope))  # noqa: PERF401  (those entered are left)
        execute(m, node.body, scope)
    except Raised as raised:
        swallowed = [leave(m, manager, node, raised) for manager in reversed(managers)]
        if not any(swallowed):
            raise
    except (Returned, Break, Continue):
        for manager in reversed(managers):
            leave(m, manager, node)
        raise
    else:
        for manager in reversed(managers):
            leave(m, manager, node)


def _function(m: Machine, node: ast.FunctionDef, scope: Scope) -> None:
    function = make_function(m, node, scope)
    kinds = {d.attr for d in node.decorator_list if isinstance(d, ast.Attribute)}
    if kinds & {"setter", "deleter"}:  # the property keeps its getter
        if "setter" in kinds:
            assign(m, ast.Name(f"<set {node.name}>"), function, scope)
        return
    value: Value = function
    for decorator in reversed(node.decorator_list):
        value = m.world.decorate(m, evaluate(m, decorator, scope), value, node)
    assign(m, ast.Name(node.name), value, scope)


def _class(m: Machine, node: ast.ClassDef, scope: Scope) -> None:
    bases = tuple(m.resolve(evaluate(m, base, scope)) for base in node.bases)
    inner = Scope(scope, scope.function, is_class=True)
    execute(m, node.body, inner)
    outer = scope.function.qualified + "." if scope.function else ""
    cls = Class(node.name, bases, inner.variables, node, outer + node.name)
    for member in cls.namespace.values():
        if isinstance(member, Function) and member.defined_in is None:
            member.defined_in = cls
            member.qualified = f"{cls.qualified}.{member.name}"
    for name, member in list(cls.namespace.items()):
        if (named := special(member, "__set_name__")) is not None:
            call(m, Bound(named, member), [cls, name], {}, node)
    m.world.prepare_class(m, cls)
    _look_for_strangers(m, node, cls, scope)
    prepare, _ = cls.find("__init_subclass__", after=cls)
    if isinstance(prepare, Function):
        extra = {k.arg: evaluate(m, k.value, scope) for k in node.keywords
                 if k.arg not in (None, "metaclass")}  # fmt: skip
        call(m, Bound(prepare, cls), [], extra, node)
    value: Value = cls
    for decorator in reversed(node.decorator_list):
        value = m.world.decorate(m, evaluate(m, decorator, scope), value, node)
    assign(m, ast.Name(node.name), value, scope)


def _look_for_strangers(m: Machine, node: ast.ClassDef, cls: Class, scope: Scope) -> None:
    """A metaclass, or an unseen base beside one of Keras, may change what the objects are."""
    given = next((k.value for k in node.keywords if k.arg == "metaclass"), None)
    if given is not None:
        metaclass = m.resolve(evaluate(m, given, scope))
        plain = written(given).rpartition(".")[2] in ("ABCMeta", "type")
        if isinstance(metaclass, Class) or not plain:
            cls.hidden = Lost(say("source.metaclass", name=cls.name), node.lineno)
    keras = any(hasattr(base, "make_instance") for base in cls.order)
    if keras and any(isinstance(base, Open) for base in cls.order):
        cls.hidden = Lost(say("source.unseen_base", name=cls.name), node.lineno)


def _global(m: Machine, node: ast.Global, scope: Scope) -> None:
    scope.names = scope.names.union(node.names)


def _nonlocal(m: Machine, node: ast.Nonlocal, scope: Scope) -> None:
    scope.nonlocals = scope.nonlocals.union(node.names)


def _delete(m: Machine, node: ast.Delete, scope: Scope) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name) and target.id in scope.variables:
            m.touch(scope)
            del scope.variables[target.id]
        elif isinstance(target, ast.Subscript):
            owner = m.resolve(evaluate(m, target.value, scope))
            index = m.resolve(evaluate(m, target.slice, scope))
            known = isinstance(index, (*KNOWN, slice))
            if isinstance(owner, list | dict) and known:
                m.touch(owner)
                try:
                    del owner[index]
                except (KeyError, IndexError, TypeError) as error:
                    raise Raised(type(error).__name__, str(error), node.lineno) from None
            elif isinstance(owner, list | dict):
                lost = Lost(say("source.operation", code=written(node)), node.lineno)
                loosen(m, owner, lost)


def _assert(m: Machine, node: ast.Assert, scope: Scope) -> None:
    truth = m.truth(evaluate(m, node.test, scope))
    if truth is False:
        raise Raised("AssertionError", written(node.test), node.lineno)
    if truth is not True:
        m.demand(truth, outcome=True)


def _match(m: Machine, node: ast.Match, scope: Scope) -> None:
    from sizeup.readers.source.patterns import fits

    subject = evaluate(m, node.subject, scope)
    for case in node.cases:
        if not fits(m, case.pattern, subject, scope):
            continue
        if case.guard is None or m.decide(evaluate(m, case.guard, scope)):
            execute(m, case.body, scope)
            return


STATEMENTS: dict[type[ast.AST], Callable[..., None]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.For: for_loop,
    ast.AsyncFor: for_loop,
    ast.While: while_loop,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Pass: _pass,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: import_names,
    ast.ImportFrom: import_from,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Delete: _delete,
    ast.Assert: _assert,
    ast.Match: _match,
}
