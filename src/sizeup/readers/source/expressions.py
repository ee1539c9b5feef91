"""Evaluation of expressions: one function per kind of node of Python's syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from sizeup.errors import BudgetError
from sizeup.patterns import Pattern
from sizeup.readers.source.attributes import attribute, item
from sizeup.readers.source.branches import boolean, conditional
from sizeup.readers.source.calls import call, call_function, make_function
from sizeup.readers.source.comparisons import compare
from sizeup.readers.source.imports import settled
from sizeup.readers.source.iterators import Iter, is_lazy
from sizeup.readers.source.machine import Machine, both, line_of, raise_as_source
from sizeup.readers.source.operators import KNOWN, Unbounded, binary, iterate, unary
from sizeup.readers.source.overloads import text
from sizeup.readers.source.scoped import SCOPED
from sizeup.readers.source.targets import assign
from sizeup.readers.source.values import (
    MISSING,
    Bound,
    Builtin,
    Class,
    Condition,
    Function,
    Lost,
    Open,
    Partial,
    Raised,
    Rest,
    Scope,
    rest_of,
)
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def evaluate(m: Machine, node: ast.expr, scope: Scope) -> Value:
    """The value of an expression. Nothing is done as often: the plain cases are written out."""
    kind = type(node)
    if kind is ast.Constant:
        return node.value  # type: ignore[attr-defined]
    if kind is ast.Name and not scope.names:
        found = scope.variables.get(node.id, MISSING)  # type: ignore[attr-defined]
        if found is not MISSING:
            return found
    budget = m.budget
    budget.steps -= 1
    if budget.steps < budget.watched:
        budget.look()
    return EXPRESSIONS[kind](m, node, scope)


def _constant(m: Machine, node: ast.Constant, scope: Scope) -> Value:
    return node.value


def _name(m: Machine, node: ast.Name, scope: Scope) -> Value:
    found = find_name(scope, node.id)
    if found is MISSING:
        return m.world.name(m, node.id, node, scope.globals.stars)
    return settled(m, found) if isinstance(found, Open) else found


def find_name(scope: Scope, name: str) -> Value:
    """A variable by Python's rules; class bodies are seen only from inside themselves."""
    current: Scope | None = scope if name not in scope.names else scope.globals
    while current is not None:
        if name in current.variables:
            return current.variables[name]
        current = current.parent
    return MISSING


def _tuple(m: Machine, node: ast.Tuple, scope: Scope) -> Value:
    return tuple(_elements(m, node.elts, scope))


def _list(m: Machine, node: ast.List, scope: Scope) -> Value:
    return _elements(m, node.elts, scope)


def _set(m: Machine, node: ast.Set, scope: Scope) -> Value:
    return {_hashable(m, element, node) for element in _elements(m, node.elts, scope)}


def _elements(m: Machine, nodes: list[ast.expr], scope: Scope) -> list[Value]:
    values: list[Value] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            try:
                values.extend(iterate(m, evaluate(m, node.value, scope), node))
            except Unbounded:
                values.append(Lost(say("source.star", code=written(node)), node.lineno))
        else:
            values.append(evaluate(m, node, scope))
    return values


def _hashable(m: Machine, value: Value, node: ast.AST) -> Value:
    value = m.resolve(value)
    try:
        hash(value)
    except TypeError as error:
        raise raise_as_source(error, line_of(node)) from None
    return value


def _dict(m: Machine, node: ast.Dict, scope: Scope) -> Value:
    result: dict[Value, Value] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            inner = m.resolve(evaluate(m, value, scope))
            if isinstance(inner, dict):
                result.update(inner)
            else:
                return Lost(say("source.operation", code=written(node)), node.lineno)
        else:
            result[_hashable(m, evaluate(m, key, scope), node)] = evaluate(m, value, scope)
    return result


def _binary(m: Machine, node: ast.BinOp, scope: Scope) -> Value:
    left, right = evaluate(m, node.left, scope), evaluate(m, node.right, scope)
    return binary(m, type(node.op), left, right, node)


def _unary(m: Machine, node: ast.UnaryOp, scope: Scope) -> Value:
    return unary(m, node.op, evaluate(m, node.operand, scope), node)


def _compare(m: Machine, node: ast.Compare, scope: Scope) -> Value:
    left = evaluate(m, node.left, scope)
    if len(node.ops) == 1:
        found = compare(m, type(node.ops[0]), left, evaluate(m, node.comparators[0], scope), node)
        truth = found if isinstance(found, bool) else m.truth(found)
        return truth if truth is False or isinstance(truth, Condition) else found
    result: Value = True
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = evaluate(m, right_node, scope)
        step = (
            ast.copy_location(ast.Compare(node.left, [op], [right_node]), node)
            if len(node.ops) > 1
            else node
        )
        found = compare(m, type(op), left, right, step)
        truth = m.truth(found)
        if truth is False:
            return False
        if isinstance(truth, Condition):
            result = truth if result is True else both(result, truth, "and")
        elif isinstance(found, bool) is False:
            return found
        left = right
    return result


def _attribute(m: Machine, node: ast.Attribute, scope: Scope) -> Value:
    return attribute(m, evaluate(m, node.value, scope), node.attr, node)


def _subscript(m: Machine, node: ast.Subscript, scope: Scope) -> Value:
    owner = m.resolve(evaluate(m, node.value, scope))
    return item(m, owner, evaluate(m, node.slice, scope), node)


def _slice(m: Machine, node: ast.Slice, scope: Scope) -> Value:
    bounds = (
        None if part is None else m.resolve(evaluate(m, part, scope))
        for part in (node.lower, node.upper, node.step)
    )
    return slice(*bounds)


def _joined(m: Machine, node: ast.JoinedStr, scope: Scope) -> Value:
    parts = [evaluate(m, value, scope) for value in node.values]
    lost = next((part for part in parts if not isinstance(part, str)), None)
    return "".join(parts) if lost is None else lost


def _formatted(m: Machine, node: ast.FormattedValue, scope: Scope) -> Value:
    value = m.resolve(evaluate(m, node.value, scope))
    spec = evaluate(m, node.format_spec, scope) if node.format_spec else ""
    names = ("__repr__",) if node.conversion == ord("r") else ("__str__", "__repr__")
    value = text(m, value, names, node)
    if not isinstance(value, KNOWN) or not isinstance(spec, str):
        return Lost(say("source.operation", code=written(node.value)), node.lineno)
    if LONG_NUMBER.search(spec):
        raise BudgetError(say("source.size"), line=node.lineno)
    template = {114: "{!r:{}}", 115: "{!s:{}}", 97: "{!a:{}}"}.get(node.conversion, "{:{}}")
    try:
        return template.format(value, spec)
    except (TypeError, ValueError) as error:
        raise raise_as_source(error, node.lineno) from None


LONG_NUMBER = Pattern(r"\d{5}")
"""In a format: a field that is wider than any text that is meant."""


def _lambda(m: Machine, node: ast.Lambda, scope: Scope) -> Value:
    return make_function(m, node, scope)


def _call(m: Machine, node: ast.Call, scope: Scope) -> Value:
    named = node.func
    if type(named) is ast.Name and named.id in SCOPED and find_name(scope, named.id) is MISSING:
        return SCOPED[named.id](m, node, scope)
    callee = evaluate(m, node.func, scope)
    arguments: list[Value] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            star = evaluate(m, argument.value, scope)
            try:
                arguments.extend(iterate(m, star, argument))
            except Unbounded:
                arguments.append(Lost(say("source.star", code=written(argument)), node.lineno))
        else:
            arguments.append(evaluate(m, argument, scope))
    keywords = _keywords(m, node, scope, callee)
    if isinstance(callee, Function):
        return call_function(m, callee, arguments, keywords, node)
    callee = m.resolve(callee)
    if isinstance(callee, Builtin) and not any(isinstance(n, ast.Starred) for n in node.args):
        _call_back(m, callee, arguments, node, scope)
    return call(m, callee, arguments, keywords, node)


def _keywords(m: Machine, node: ast.Call, scope: Scope, callee: Value) -> dict[str, Value]:
    """The arguments by name; what is not known of them stands under `**`."""
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = evaluate(m, keyword.value, scope)
        if keyword.arg is not None:
            _refuse_twice(keywords, keyword.arg, node)
            keywords[keyword.arg] = value
            continue
        value = m.resolve(value)
        if isinstance(value, dict):
            for name in value:
                _refuse_twice(keywords, name, node)
            keywords.update({key: held for key, held in value.items() if type(key) is not Rest})
            if (rest := rest_of(value)) is not None:
                keywords["**"] = rest
        elif not isinstance(value, Open) or _minds(m.resolve(callee)):
            keywords["**"] = value
    return keywords


def _refuse_twice(keywords: dict[str, Value], name: Value, node: ast.Call) -> None:
    """`f(a=1, **{"a": 2})` is a TypeError."""
    if type(name) is str and name in keywords:
        raise Raised("TypeError", say("source.twice", name=name), node.lineno)


def _minds(callee: Value) -> bool:
    """Whether keywords that are not known say something of what a call gives."""
    if isinstance(callee, Bound):
        callee = callee.function
    return isinstance(callee, Function | Class | Partial) or hasattr(callee, "exacting")


def _call_back(
    m: Machine, callee: Builtin, arguments: list[Value], node: ast.Call, scope: Scope
) -> None:
    """`map(f, data)` over what is open calls `f` as a loop would: its effects are not lost."""
    name = callee.name.rpartition(".")[2]
    if name not in CALLING_BACK or len(arguments) < 2:
        return
    if not any(isinstance(m.resolve(source), Open | Lost) for source in arguments[1:]):
        return
    function = m.resolve(arguments[0])
    signature = function.arguments if isinstance(function, Function) else None
    taken = len(signature.posonlyargs + signature.args) if signature else len(arguments) - 1
    each: list[ast.expr] = [ast.Name("each", ast.Load())] * taken
    body = ast.Expr(ast.Call(node.args[0], each, []))
    source = next(n for n, v in zip(node.args[1:], arguments[1:], strict=True)
                  if isinstance(m.resolve(v), Open | Lost))  # fmt: skip
    loop = ast.For(ast.Name("each", ast.Store()), source, [body], [])
    m.execute([ast.fix_missing_locations(ast.copy_location(loop, node))], Scope(scope))


CALLING_BACK = frozenset({"map", "filter", "reduce"})
"""Builtins that call their first argument on the elements of the others."""


def _comprehension(
    m: Machine, node: Value, scope: Scope, first: Value = MISSING
) -> Iterator[tuple[Value, ...]]:
    """The elements; `first` is what the first `for` goes over, where that is evaluated already."""
    parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)

    def loop(depth: int, inner: Scope) -> Iterator[tuple[Value, ...]]:
        if depth == len(node.generators):
            yield tuple(evaluate(m, part, inner) for part in parts)
            return
        generator = node.generators[depth]
        source = first if depth == 0 else MISSING
        if source is MISSING:
            source = evaluate(m, generator.iter, scope if depth == 0 else inner)
        for element in iterate(m, source, generator.iter):
            assign(m, generator.target, element, inner)
            if all(m.decide(evaluate(m, test, inner)) for test in generator.ifs):
                yield from loop(depth + 1, inner)

    return loop(0, Scope(scope))


def _collected(make: Callable[[list[tuple[Value, ...]]], Value]) -> Callable[..., Value]:
    def handler(m: Machine, node: ast.expr, scope: Scope) -> Value:
        try:
            if len(node.generators) == 1:  # type: ignore[attr-defined]
                return make(list(_comprehension(m, node, scope)))
            found, effects = m.attempt(lambda: list(_comprehension(m, node, scope)))
            m.commit(effects)
            return make(found)
        except Unbounded as loop:
            m.execute([_as_loop(node)], Scope(scope))
            key = ("comprehension", m.unique())
            return m.open(key, written(node), say("source.data"), loop.line)

    return handler


def _generator(m: Machine, node: ast.GeneratorExp, scope: Scope) -> Value:
    """Evaluated at once, where what it goes over is known and has an end."""
    first = m.resolve(evaluate(m, node.generators[0].iter, scope))
    if is_lazy(first):
        return Iter(source=(value for (value,) in _comprehension(m, node, scope, first)))
    found = _values(m, node, scope)
    return Iter(found) if isinstance(found, list) else found


def _as_loop(node: Value) -> ast.stmt:
    """A comprehension as the loop that has its effects."""
    parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
    body: list[ast.stmt] = [ast.Expr(part) for part in parts]
    for generator in reversed(node.generators):
        for test in reversed(generator.ifs):
            body = [ast.If(test, body, [])]
        body = [ast.For(generator.target, generator.iter, body, [])]
    return ast.fix_missing_locations(ast.copy_location(body[0], node))


def _named(m: Machine, node: ast.NamedExpr, scope: Scope) -> Value:
    value = evaluate(m, node.value, scope)
    assign(m, node.target, value, scope)
    return value


def _yield(m: Machine, node: ast.Yield | ast.YieldFrom, scope: Scope) -> Value:
    """A `yield` inside an expression, where evaluation cannot stop."""
    raise BudgetError(say("source.yield"), line=node.lineno)


def _await(m: Machine, node: ast.Await, scope: Scope) -> Value:
    return evaluate(m, node.value, scope)


def _starred(m: Machine, node: ast.Starred, scope: Scope) -> Value:
    return evaluate(m, node.value, scope)


_values = _collected(lambda found: [value for (value,) in found])

EXPRESSIONS: dict[type[ast.AST], Callable[..., Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Tuple: _tuple,
    ast.List: _list,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: boolean,
    ast.Compare: _compare,
    ast.IfExp: conditional,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.JoinedStr: _joined,
    ast.FormattedValue: _formatted,
    ast.Lambda: _lambda,
    ast.Call: _call,
    ast.ListComp: _values,
    ast.GeneratorExp: _generator,
    ast.SetComp: _collected(lambda found: {value for (value,) in found}),
    ast.DictComp: _collected(dict),
    ast.NamedExpr: _named,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Await: _await,
    ast.Starred: _starred,
}
