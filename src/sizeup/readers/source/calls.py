"""Calls: binding arguments, running functions of the source, making objects of its classes."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from sizeup.errors import BudgetError
from sizeup.readers.source.iterators import Iter
from sizeup.readers.source.machine import MAX_DEPTH, Machine, line_of
from sizeup.readers.source.operators import Unbounded
from sizeup.readers.source.values import (
    MISSING,
    Bound,
    Builtin,
    Class,
    Default,
    Function,
    Instance,
    Lost,
    Module,
    Open,
    Partial,
    Raised,
    Rest,
    Scope,
)
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


class Returned(Exception):  # noqa: N818  (control flow)
    """`return` on its way out of a function."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


def call(
    m: Machine, callee: Value, arguments: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    """`callee(*arguments, **keywords)`."""
    callee = m.resolve(callee)
    if isinstance(callee, Builtin):
        try:
            return callee.function(m, arguments, keywords, node)
        except Unbounded:
            return m.world.unseen(m, callee, arguments, keywords, node)
    if isinstance(callee, Function):
        return call_function(m, callee, arguments, keywords, node)
    if isinstance(callee, Bound):
        return call(m, callee.function, [callee.owner, *arguments], keywords, node)
    if isinstance(callee, Partial):
        merged = {**callee.keywords, **keywords}
        return call(m, callee.function, [*callee.arguments, *arguments], merged, node)
    if isinstance(callee, Class):
        return instantiate(m, callee, arguments, keywords, node)
    own = getattr(callee, "call", None)
    if own is not None:
        return own(m, arguments, keywords, node)
    if isinstance(callee, Instance) and callee.cls is not None:
        found, _ = callee.cls.find("__call__")
        if isinstance(found, Function):
            return call_function(m, found, [callee, *arguments], keywords, node)
    if isinstance(callee, Module) and callee.name.startswith("keras."):
        return m.world.call_member(m, callee, arguments, keywords, node)
    if isinstance(callee, Open | Lost | Instance):
        return m.world.unseen(m, callee, arguments, keywords, node)
    raise Raised("TypeError", say("source.not_callable", code=_source(node)), line_of(node))


def _source(node: ast.AST) -> str:
    return written(node.func) if isinstance(node, ast.Call) else written(node)


def make_function(
    m: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope
) -> Function:
    """A function value; defaults are evaluated now, as Python does."""
    defaults = tuple(m.evaluate(default, scope) for default in node.args.defaults)
    keyword_defaults = {
        argument.arg: m.evaluate(default, scope)
        for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default is not None
    }
    name = getattr(node, "name", "<lambda>")
    outer = scope.function.qualified + "." if scope.function else ""
    closure = scope.parent if scope.is_class and scope.parent else scope
    return Function(node, closure, defaults, keyword_defaults, outer + name)


def call_function(
    m: Machine,
    function: Function,
    arguments: list[Value],
    keywords: dict[str, Value],
    node: ast.AST,
) -> Value:
    """Run a function of the source in a scope of its own."""
    scope = Scope(function.scope, function)
    bind_arguments(m, function, arguments, keywords, scope, node)
    return run_function(m, function, scope)


def run_function(m: Machine, function: Function, scope: Scope) -> Value:
    """Run a function whose arguments are bound already.

    One that was left by an exception is not called yet: it may work with other arguments.
    """
    if function.is_generator:
        function.called = True
        return function.hidden or Iter(source=m.generate(function, scope))
    if m.depth >= MAX_DEPTH:
        raise BudgetError(say("source.depth", name=function.name), line=line_of(function.node))
    m.depth += 1
    try:
        if isinstance(function.node, ast.Lambda):
            function.called = True
            return m.evaluate(function.node.body, scope)
        result = _result(m, function.node.body, scope)
    finally:
        m.depth -= 1
    function.called = True
    if function.hidden is not None:
        result = m.world.veiled(m, result, function.hidden, function.node)
    m.world.returned(m, function, result)
    return result


def _result(m: Machine, body: list[ast.stmt], scope: Scope) -> Value:
    """What a function's body returns; a `return` at its end is no exception."""
    last = body[-1]
    try:
        if isinstance(last, ast.Return) and last.value is not None:
            if len(body) > 1:
                m.execute(body[:-1], scope)
            return m.evaluate(last.value, scope)
        m.execute(body, scope)
    except Returned as returned:
        return returned.value
    return None


def bind_arguments(
    m: Machine,
    function: Function,
    arguments: list[Value],
    keywords: Mapping[str, Value],
    scope: Scope,
    node: ast.AST | None,
) -> None:
    """Bind arguments as Python does; what `--set` says of a builder's argument wins."""
    signature = function.arguments
    plain = function.takes == len(arguments) and not keywords
    if plain and function.qualified not in m.builders:
        scope.variables |= zip([p.arg for p in signature.args], arguments, strict=True)
        return
    positional = signature.posonlyargs + signature.args
    bound = {p.arg: value for p, value in zip(positional, arguments, strict=False)}
    rest = {name: value for name, value in keywords.items() if name != "**"}
    extra = arguments[len(positional) :]
    if signature.vararg is not None:
        bound[signature.vararg.arg] = tuple(extra)
    elif extra:
        raise Raised("TypeError", say("source.too_many", name=function.name), line_of(node))
    if rest:
        _take_keywords(signature, rest, bound, node)
    more = isinstance(keywords.get("**"), Open | Lost)  # keywords that are not in the text
    if signature.kwarg is not None:
        unseen = [Rest(say("source.star", code=function.name), line_of(node))] if more else []
        bound[signature.kwarg.arg] = rest | dict.fromkeys(unseen)
    elif rest:
        raise Raised(
            "TypeError", say("source.unexpected", name=function.name, argument=next(iter(rest))),
            line_of(node),
        )  # fmt: skip
    if (function.defaults or function.keyword_defaults) and not more:
        _fill_defaults(function, bound)
    _open_rest(m, function, bound, keywords, node)
    scope.variables.update(bound)


def _open_rest(
    m: Machine,
    function: Function,
    bound: dict[str, Value],
    keywords: Mapping[str, Value],
    node: ast.AST | None,
) -> None:
    """What a person binds of a builder's arguments, and what no call gives."""
    signature = function.arguments
    builder = function.qualified in m.builders
    for parameter in signature.posonlyargs + signature.args + signature.kwonlyargs:
        name = parameter.arg
        if builder and (setting := m.setting(name)) is not MISSING:
            bound[name] = setting
        elif name not in bound:
            if not function.injected and "**" not in keywords and node is not None:
                message = say("source.missing", name=function.name, argument=name)
                raise Raised("TypeError", message, line_of(node))
            bound[name] = m.open(("name", name), name, say("source.no_default"), parameter.lineno)


def _take_keywords(
    signature: ast.arguments, rest: dict[str, Value], bound: dict[str, Value], node: ast.AST | None
) -> None:
    """Move keywords that name a parameter from `rest` to `bound`."""
    for parameter in signature.posonlyargs + signature.args + signature.kwonlyargs:
        name = parameter.arg
        if name in rest:
            if name in bound:
                raise Raised("TypeError", say("source.twice", name=name), line_of(node))
            bound[name] = rest.pop(name)


def _fill_defaults(function: Function, bound: dict[str, Value]) -> None:
    signature = function.arguments
    positional = signature.posonlyargs + signature.args
    first = len(positional) - len(function.defaults)
    for parameter, default in zip(positional[first:], function.defaults, strict=True):
        bound.setdefault(parameter.arg, default)
    for name, default in function.keyword_defaults.items():
        bound.setdefault(name, default)


def instantiate(
    m: Machine, cls: Class, arguments: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    """Make an object: of the source's class, or of a library's class that it derives from."""
    cls.instantiated = True
    instance, finished = _begun(m, cls, arguments, keywords, node)
    if not finished:
        _initialize(m, cls, instance, arguments, keywords, node)
    hidden = next((c.hidden for c in cls.order if isinstance(c, Class) and c.hidden), None)
    return instance if hidden is None else m.world.veiled(m, instance, hidden, node)


def _initialize(
    m: Machine,
    cls: Class,
    instance: Value,
    arguments: list[Value],
    keywords: dict[str, Value],
    node: ast.AST,
) -> None:
    start, _ = cls.find("__init__")
    fields = cls.find("<fields>")[0]
    if isinstance(start, Function):
        call_function(m, start, [instance, *arguments], keywords, node)
    elif fields is not MISSING:
        instance.attributes.update(field_values(m, cls, fields, arguments, keywords, node))
        after, _ = cls.find("__post_init__")
        if isinstance(after, Function):
            call_function(m, after, [instance], {}, node)
    elif (inherited := getattr(instance, "inherited", None)) is not None:
        call(m, inherited(m, "__init__", node), arguments, keywords, node)


def _begun(
    m: Machine, cls: Class, arguments: list[Value], keywords: dict[str, Value], node: ast.AST
) -> tuple[Value, bool]:
    """An object before `__init__`, and whether it needs none."""
    maker, _ = cls.find("__new__")
    if isinstance(maker, Function):
        made = call_function(m, maker, [cls, *arguments], keywords, node)
        return made, not (isinstance(made, Instance) and made.cls is cls)
    for base in cls.order:
        whole = getattr(base, "make_whole", None)
        if whole is not None:
            return whole(m, cls, arguments, keywords, node), True
        make = getattr(base, "make_instance", None)
        if make is not None:
            return make(m, cls, arguments, keywords, node), False
        if isinstance(base, Builtin):
            from sizeup.readers.source.subclasses import make as make_container

            made = make_container(m, base, cls, arguments, keywords, node)
            if made is not MISSING:
                return made, True
    return Instance(cls, m.unique()), False


def field_values(
    m: Machine,
    cls: Class,
    fields: dict[str, Value],
    arguments: list[Value],
    keywords: dict[str, Value],
    node: ast.AST,
) -> dict[str, Value]:
    """What the generated `__init__` of a dataclass or a named tuple sets."""
    taken = [name for name, default in fields.items() if _is_argument(default)]
    given = {**dict(zip(taken, arguments, strict=False)), **keywords}
    unexpected = next((name for name in given if name not in fields and name != "**"), None)
    if unexpected is not None or len(arguments) > len(taken):
        message = say("source.unexpected", name=cls.name, argument=unexpected or len(arguments))
        raise Raised("TypeError", message, line_of(node))
    values: dict[str, Value] = {}
    for name, default in fields.items():
        value = given.get(name, MISSING if isinstance(given.get("**"), Open | Lost) else default)
        if isinstance(value, Default):
            factory = value.factory
            value = value.value if factory is None else call(m, factory, [], {}, node)
        if value is MISSING and "**" in keywords:
            value = m.open(("name", name), name, say("source.no_default"), line_of(node))
        if value is MISSING:
            message = say("source.missing", name=cls.name, argument=name)
            raise Raised("TypeError", message, line_of(node))
        values[name] = value
    return values


def _is_argument(default: Value) -> bool:
    return not (isinstance(default, Default) and default.init is False)
