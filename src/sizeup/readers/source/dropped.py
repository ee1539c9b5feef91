"""Values that a program makes and drops: no later statement reads what it assigns or says."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

from sizeup.readers.source.written import written
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef


class Dropped(Record):
    """A call whose value is dropped: its line, what is called, and the lines of its function.

    `attribute` is the name of an attribute that holds the value and that nothing reads.
    """

    line: int
    name: str
    first: int
    last: int
    attribute: str | None = None


INSIDE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
LEAVING = (ast.Return, ast.Break, ast.Continue, ast.Raise)
VARIABLES = frozenset({"locals", "globals", "vars", "eval", "exec"})
"""Functions that may read a variable without its name."""
ATTRIBUTES = frozenset({"layers", "_layers", "_flatten_layers", "submodules", "__dict__"})
"""Attributes of `self` that hold what the others hold."""


def dropped(tree: ast.Module) -> tuple[Dropped, ...]:
    """The dropped calls of a program, as far as that is certain."""
    return (*_of_variables(tree), *_of_attributes(tree))


def _of_variables(tree: ast.Module) -> Iterator[Dropped]:
    last = max((getattr(node, "end_lineno", 0) or 0 for node in tree.body), default=0)
    scopes: list[tuple[Scope, int, int]] = [(tree, 1, last)]
    scopes += [(node, node.lineno, node.end_lineno or node.lineno) for node in ast.walk(tree)
               if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]  # fmt: skip
    for scope, start, end in scopes:
        names = _read(scope)
        if VARIABLES & names.keys():
            continue
        kept = _named_text(tree) if scope is tree else frozenset()
        for block in _blocks(scope):
            for place, statement in enumerate(block):
                call = _dropped_call(statement, block[place + 1 :], names, kept)
                if call is not None:
                    yield Dropped(call.lineno, _called(call), start, end)


def _dropped_call(
    statement: ast.stmt, after: Sequence[ast.stmt], names: Counter[str], kept: frozenset[str]
) -> ast.Call | None:
    """The call whose value a statement drops, given what comes after it in its block."""
    match statement:
        case ast.Expr(value=ast.Call() as call):
            return call
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
            if name in kept:
                return None
            return call if not names[name] or _is_overwritten(name, after) else None
    return None


def _is_overwritten(name: str, after: Sequence[ast.stmt]) -> bool:
    """Whether a variable is set anew before anything may read it."""
    for statement in after:
        nodes = list(ast.walk(statement))
        if any(isinstance(node, (*INSIDE, *LEAVING)) for node in nodes) or name in _read(statement):
            return False
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)]) if target == name:
                return True
    return False


def _read(node: ast.AST) -> Counter[str]:
    """How often each variable is read in a part of a program, functions inside included."""
    found: Counter[str] = Counter()
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Store):
            found[each.id] += 1
        elif isinstance(each, ast.AugAssign) and isinstance(each.target, ast.Name):
            found[each.target.id] += 1
        elif isinstance(each, ast.Global | ast.Nonlocal):
            found.update(each.names)
    return found


def _blocks(scope: Scope) -> Iterator[list[ast.stmt]]:
    """The lists of statements of a scope, without those of functions and classes inside of it.

    What may end early, a `try`, is left out.
    """
    pending = [scope.body]
    while pending:
        block = pending.pop()
        yield block
        for statement in block:
            if isinstance(statement, ast.If | ast.For | ast.While | ast.With):
                pending.append(statement.body)
                pending.append(getattr(statement, "orelse", []))


def _of_attributes(tree: ast.Module) -> Iterator[Dropped]:
    """`self.drop = Dropout(0.5)` where nothing in the text reads a `.drop`."""
    if (VARIABLES | {"getattr"}) & _read(tree).keys():
        return
    read = set(_named_text(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Store):
            if node.attr in ATTRIBUTES and written(node.value) == "self":
                return
            read.add(node.attr)
    for statement in ast.walk(tree):
        match statement:
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)],
                value=ast.Call() as call,
            ) if name not in read:
                yield Dropped(call.lineno, _called(call), call.lineno, call.lineno, name)


def _named_text(tree: ast.Module) -> frozenset[str]:
    """The strings of a program, which may be names: `__all__ = ["encoder"]`."""
    return frozenset(node.value for node in ast.walk(tree)
                     if isinstance(node, ast.Constant) and isinstance(node.value, str))  # fmt: skip


def _called(call: ast.Call) -> str:
    """`Dense` of `layers.Dense(3)` and of `layers.Dense(3)(x)`."""
    function = call.func
    while isinstance(function, ast.Call):
        function = function.func
    return written(function).rpartition(".")[2]
