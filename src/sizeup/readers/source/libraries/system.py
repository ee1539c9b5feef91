"""`sys`: no arguments but the program's name, and a Python of today."""

from __future__ import annotations

import ast

from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.methods import attribute_of_known
from sizeup.readers.source.values import Builtin, Instance, Raised
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Value = Any


class CommandLine(Instance):
    """`sys.argv`: what comes after the program's name is free."""

    def __init__(self) -> None:
        super().__init__(None)
        self.attributes["<known>"] = ["main.py"]

    def item(self, m: Machine, index: Value, node: ast.AST) -> Value:
        """`sys.argv[1]`."""
        known: list[str] = self.attributes["<known>"]
        if index == 0 or isinstance(index, slice):
            return known[index]
        if "IndexError" in m.expected:
            raise Raised("IndexError", "list index out of range", line_of(node))
        text = written(node)
        return m.open(
            ("argument", repr(index)), text, say("source.no_option_default"), line_of(node)
        )

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """A list's methods, over the known ones."""
        if name == "__len__":
            return Builtin(name, lambda _m, _a, _k, _n: len(self.attributes["<known>"]))
        return attribute_of_known(m, self.attributes["<known>"], name, node)

    def elements(self, _m: Machine) -> Iterator[Value]:
        """The known ones."""
        return iter(list(self.attributes["<known>"]))


MEMBERS: dict[str, Value] = {
    "sys.argv": CommandLine(), "sys.version_info": (3, 11, 0), "sys.maxsize": 2**63 - 1,
    "sys.platform": "linux",
}  # fmt: skip
