"""Flags of absl, of gflags and of TensorFlow 1: `DEFINE_integer('hidden', 64, '')`."""

from __future__ import annotations

import ast

from sizeup.readers.source.builtin_functions import nothing, table
from sizeup.readers.source.calls import call
from sizeup.readers.source.libraries.options import Namespace
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import MISSING, Instance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


class Flags(Instance):
    """`FLAGS`: the flags that this run has defined."""

    def __init__(self) -> None:
        super().__init__(None)

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`FLAGS.name`; `FLAGS(sys.argv)` and the like have no say."""
        values = _defined(m)
        if name not in values.attributes and name in ("mark_as_parsed", "append_flags_into_file"):
            return m.world.inert(name)
        return values.attribute(m, name, node)

    def call(self, _m: Machine, _a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
        """`FLAGS(sys.argv)` parses."""
        return []


class Holder(Instance):
    """What absl's `DEFINE_integer` returns: `hidden.value`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        super().__init__(None)
        self.name = name

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`holder.value`, `holder.default`."""
        if name not in ("value", "default"):
            return self.name if name == "name" else m.world.inert(name)
        return _defined(m).attribute(m, self.name, node)


def _defined(m: Machine) -> Namespace:
    """The flags that this evaluation has defined so far."""
    shared: dict[str, Value] = m.world.shared
    if "flags" not in shared:
        shared["flags"] = Namespace({})
    found: Namespace = shared["flags"]
    return found


def _define(m: Machine, a: Arguments, k: Keywords, _node: ast.AST) -> Value:
    names = ("name", "default", "help")
    given = {**dict(zip(names, a, strict=False)), **k}
    given.setdefault("name", given.get("flag_name"))
    name = m.resolve(given["name"])
    default = m.resolve(given.get("default", given.get("default_value", MISSING)))
    flags = _defined(m)
    m.touch(flags)
    if not isinstance(name, str):
        flags.partial = True
        return m.world.unseen_value(m, _node)
    flags.attributes[name] = MISSING if default is None else default
    return Holder(name)


def _run(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`app.run(main)`: main is given what is left of the command line."""
    main = m.resolve(a[0] if a else k.get("main"))
    return None if main is None else call(m, main, [[]], {}, node)


KINDS = "integer float string bool boolean enum list spaceseplist multi_integer multi_string"

MEMBERS: dict[str, Value] = {
    f"{module}.{name}": value
    for module in ("absl.flags", "gflags", "tensorflow.app.flags", "tensorflow.flags",
                   "tensorflow.compat.v1.app.flags", "tensorflow.compat.v1.flags")
    for name, value in {
        **table({f"DEFINE_{kind}": _define for kind in KINDS.split()}),
        **table({"mark_flag_as_required": nothing}),
        "FLAGS": Flags(),
    }.items()
}  # fmt: skip
MEMBERS |= table(dict.fromkeys(
    ("absl.app.run", "tensorflow.app.run", "tensorflow.compat.v1.app.run"), _run
))  # fmt: skip
