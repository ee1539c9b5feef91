"""`contextlib`: a generator as a context manager, and exceptions that a block swallows."""

from __future__ import annotations

import ast

from sizeup.readers.source.builtin_functions import first_argument, table
from sizeup.readers.source.calls import call
from sizeup.readers.source.iterators import Iter
from sizeup.readers.source.libraries.functions import Method
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import Instance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


class Generated(Instance):
    """A manager that runs a generator to its `yield`, and from there to its end."""

    __slots__ = ("generator",)

    def __init__(self, generator: Iter) -> None:
        super().__init__(None)
        self.generator = generator

    def enter(self, m: Machine) -> Value:
        """What the generator yields."""
        return self.generator.draw(m)

    def exit(self, m: Machine, kind: Value, *_: Value) -> bool:
        """Go on after the `yield`; an exception is not thrown in."""
        if kind is None:
            self.generator.draw(m)
        return False


class Suppressing(Instance):
    """`suppress(ValueError)`."""

    __slots__ = ("kinds",)

    def __init__(self, kinds: frozenset[str]) -> None:
        super().__init__(None)
        self.kinds = kinds

    def exit(self, _m: Machine, kind: Value, *_: Value) -> bool:
        """Whether the block ended in what is suppressed."""
        return kind is not None and bool(self.kinds & {kind, "Exception", "BaseException"} and (
            kind in self.kinds or self.kinds & {"Exception", "BaseException"}))  # fmt: skip


def _context_manager(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    function = a[0]

    def made(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        found = call(m, function, a, k, node)
        return Generated(found) if isinstance(found, Iter) else found

    return Method("manager", made)


def _suppress(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    return Suppressing(frozenset(getattr(kind, "name", "") for kind in a))


MEMBERS: dict[str, Value] = table({
    "contextlib.contextmanager": _context_manager, "contextlib.suppress": _suppress,
    "contextlib.nullcontext": first_argument, "contextlib.closing": first_argument,
})  # fmt: skip
