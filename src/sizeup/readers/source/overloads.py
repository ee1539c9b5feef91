"""Special methods of the source's own classes: operators, comparisons, truth, texts, iteration."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import MISSING, Class, Function, Raised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

OPERATORS = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod",
             "**": "pow", "@": "matmul", "&": "and", "|": "or", "^": "xor", "<<": "lshift",
             ">>": "rshift"}  # fmt: skip
COMPARISONS = {"==": ("eq", "eq"), "!=": ("ne", "ne"), "<": ("lt", "gt"), "<=": ("le", "ge"),
               ">": ("gt", "lt"), ">=": ("ge", "le")}  # fmt: skip
"""Methods of the left and of the right side."""


def special(value: Value, name: str) -> Function | None:
    """A special method that the class of an object defines."""
    cls = getattr(value, "cls", None)
    found = cls.find(name)[0] if isinstance(cls, Class) else None
    return found if isinstance(found, Function) else None


def ask(m: Machine, value: Value, name: str, arguments: list[Value], node: ast.AST | None) -> Value:
    """What a special method gives; MISSING where there is none."""
    found = special(value, name)
    if found is None:
        return MISSING
    from sizeup.readers.source.calls import call_function

    return m.resolve(call_function(m, found, [value, *arguments], {}, node or found.node))


def operated(m: Machine, sign: str, left: Value, right: Value, node: ast.AST) -> Value:
    """`left + right`, if a class says what that is."""
    name = OPERATORS[sign]
    found = ask(m, left, f"__{name}__", [right], node)
    return ask(m, right, f"__r{name}__", [left], node) if found is MISSING else found


def compared(m: Machine, sign: str, left: Value, right: Value, node: ast.AST) -> Value:
    """`left < right`, if a class says what that is; the fields of two records are compared."""
    own, other = COMPARISONS[sign]
    found = ask(m, left, f"__{own}__", [right], node)
    if found is MISSING:
        found = ask(m, right, f"__{other}__", [left], node)
    if found is MISSING and sign == "!=":
        same = compared(m, "==", left, right, node)
        return same if same is MISSING else not m.decide(same)
    return found


def truth(m: Machine, value: Value) -> Value:
    """`bool(value)`: what `__bool__` or `__len__` say; True where there is neither."""
    for name in ("__bool__", "__len__"):
        found = ask(m, value, name, [], None)
        if found is not MISSING:
            return found
    return True


def text(m: Machine, value: Value, names: tuple[str, ...], node: ast.AST) -> Value:
    """A value as text, if its class says how; the value itself otherwise."""
    for name in names:
        found = ask(m, value, name, [], node)
        if found is not MISSING:
            return found
    return value


def drawn(m: Machine, value: Value, node: ast.AST | None) -> Iterator[Value]:
    """The elements that `__next__` gives."""
    while True:
        try:
            element = ask(m, value, "__next__", [], node)
        except Raised as raised:
            if raised.kind != "StopIteration":
                raise
            return
        yield element


def indexed(m: Machine, value: Value, node: ast.AST | None) -> Iterator[Value]:
    """The elements that `__getitem__` gives for 0, 1, 2, …"""
    index = 0
    while True:
        try:
            element = ask(m, value, "__getitem__", [index], node)
        except Raised as raised:
            if raised.kind != "IndexError":
                raise
            return
        yield element
        index += 1
