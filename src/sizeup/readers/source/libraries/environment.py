"""`os`: the environment holds what the text falls back on; paths are only texts."""

from __future__ import annotations

import ast
import posixpath

from sizeup.readers.source.builtin_functions import nothing, pure, table
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.methods import attribute_of_known
from sizeup.readers.source.values import MISSING, Instance
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


class Environment(Instance):
    """`os.environ`: what the text sets is there, all else is free or the text's own default."""

    def __init__(self) -> None:
        super().__init__(None)

    def item(self, m: Machine, index: Value, node: ast.AST) -> Value:
        """`os.environ['NAME']`."""
        found = _set_here(m).get(index, MISSING) if isinstance(index, str) else MISSING
        if found is not MISSING:
            return found
        text = written(node)
        return m.open(("environment", index), text, say("source.data"), line_of(node))

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`os.environ.get`, `.setdefault`, …"""
        if name == "get":
            return MEMBERS["os.getenv"]
        if name == "__setitem__":
            return ENVIRONMENT["set"]
        return attribute_of_known(m, _set_here(m), name, node)


def _set_here(m: Machine) -> dict[str, Value]:
    """What the text has set."""
    found: dict[str, Value] = m.world.shared.setdefault("environment", {})
    return found


def _get(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """What is not set is what the text falls back on."""
    bound = m.setting(written(node))
    if bound is not MISSING:
        return bound
    default = a[1] if len(a) > 1 else k.get("default")
    return _set_here(m).get(m.resolve(a[0]), default)


def _set(m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> None:
    here = _set_here(m)
    m.touch(here)
    here[m.resolve(a[0])] = m.resolve(a[1])


ENVIRONMENT = table({"set": _set})
PATHS = "join basename dirname splitext split normpath"

MEMBERS: dict[str, Value] = {
    **table({f"os.path.{name}": pure(getattr(posixpath, name)) for name in PATHS.split()}),
    **table({"os.getenv": _get, "os.makedirs": nothing, "os.mkdir": nothing}),
    "os.environ": Environment(), "os.sep": "/", "os.path.sep": "/",
}  # fmt: skip
