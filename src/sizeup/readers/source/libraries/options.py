"""`argparse`: a parser gives a namespace of the defaults; what has none is free."""

from __future__ import annotations

import ast

from sizeup.readers.source.builtin_functions import table
from sizeup.readers.source.calls import call
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.operators import iterate
from sizeup.readers.source.values import MISSING, Builtin, Instance, Raised
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


class Namespace(Instance):
    """Options by their names; an option that is MISSING is free, bound by `args.name` or `name`.

    `partial` where there may be options that the text does not name.
    """

    __slots__ = ("partial",)

    def __init__(self, values: dict[str, Value], *, partial: bool = False) -> None:
        super().__init__(None)
        self.attributes = values
        self.partial = partial

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`args.name`."""
        if name == "__dict__":
            return self.items(m, node)
        if name not in self.attributes and not self.partial:
            raise Raised("AttributeError", name, line_of(node))
        text = written(node) if isinstance(node, ast.Attribute) else f"args.{name}"
        value = self.attributes.get(name, MISSING)
        for spelled in (text, name):
            bound = m.setting(spelled)
            if bound is not MISSING:
                return bound
        if value is MISSING:
            return m.open(("option", name), text, say("source.no_option_default"), line_of(node))
        return value

    def items(self, m: Machine, node: ast.AST) -> dict[str, Value]:
        """`vars(args)`."""
        return {name: self.attribute(m, name, node) for name in self.attributes}


FLAGS = {"store_true": False, "store_false": True}
CONVERTED = frozenset({"store", "append", "extend"})


class Parser(Instance):
    """An `ArgumentParser`, or a group of its options; `attributes` are the defaults so far."""

    __slots__ = ("partial",)

    def __init__(self) -> None:
        super().__init__(None)
        self.partial = False

    def state(self) -> Value:
        """Whether it may have options that are not in the text."""
        return self.partial

    def restore(self, state: Value) -> None:
        """Bring a state back."""
        self.partial = state

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """A method of the parser."""
        method = METHODS.get(name)
        if method is None:
            return m.world.inert(name)
        return Builtin(name, lambda m, a, k, node: method(self, m, a, k, node))

    def add(self, m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> None:
        """`parser.add_argument('-n', '--name', type=int, default=3)`."""
        spelled = [value for value in map(m.resolve, a) if isinstance(value, str)]
        action = m.resolve(k.get("action", "store"))
        m.touch(self)
        if len(spelled) != len(a) or not spelled:
            self.partial = True
            return
        if action in ("help", "version"):
            return
        name = m.resolve(k.get("dest")) or _destination(spelled)
        default = m.resolve(k.get("default", FLAGS.get(action, MISSING)))
        if isinstance(default, str) and action in CONVERTED and "type" in k:
            default = call(m, k["type"], [default], {}, node)
        if getattr(default, "name", None) != "SUPPRESS":
            self.attributes[name] = default

    def set_defaults(self, m: Machine, _a: Arguments, k: Keywords, _node: ast.AST) -> None:
        """`parser.set_defaults(name=3)`."""
        m.touch(self)
        self.attributes.update(k)

    def default(self, m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
        """`parser.get_default('name')`."""
        name = m.resolve(a[0])
        return Namespace(self.attributes, partial=self.partial).attribute(m, name, node)

    def group(self, _m: Machine, _a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
        """A group adds to its parser."""
        return self

    def subparsers(self, m: Machine, _a: Arguments, k: Keywords, _node: ast.AST) -> Value:
        """Which command is chosen is not in the text: options of all are there, and free."""
        m.touch(self)
        self.partial = True
        name = m.resolve(k.get("dest"))
        if isinstance(name, str):
            self.attributes[name] = MISSING
        return Subparsers()

    def parse(self, m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        """`parser.parse_args()`; what a literal command line sets is not followed: it is free."""
        given = m.resolve(a[0] if a else k.get("args"))
        values = dict(self.attributes)
        partial = self.partial
        for word in iterate(m, given, node) if isinstance(given, list | tuple) else ():
            spelled = word.partition("=")[0] if isinstance(word, str) else ""
            if spelled.startswith("-"):
                values[_destination([spelled])] = MISSING
        return Namespace(values, partial=partial)

    def parse_known(self, m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        """`parser.parse_known_args()`."""
        return self.parse(m, a, k, node), []


class Subparsers(Instance):
    """What `add_subparsers` gives: parsers whose options may or may not be there."""

    def __init__(self) -> None:
        super().__init__(None)

    def attribute(self, m: Machine, name: str, _node: ast.AST) -> Value:
        """`commands.add_parser('train')`."""
        if name == "add_parser":
            return Builtin(name, lambda _m, _a, _k, _node: Parser())
        return m.world.inert(name)


def _destination(spelled: list[str]) -> str:
    """The name of an option: the first long spelling, else the first."""
    long = next((name for name in spelled if name.startswith("--")), spelled[0])
    return long.lstrip("-").replace("-", "_")


METHODS: dict[str, Callable[..., Value]] = {
    "add_argument": Parser.add, "set_defaults": Parser.set_defaults,
    "get_default": Parser.default, "add_argument_group": Parser.group,
    "add_mutually_exclusive_group": Parser.group, "add_subparsers": Parser.subparsers,
    "parse_args": Parser.parse, "parse_known_args": Parser.parse_known,
    "parse_intermixed_args": Parser.parse,
}  # fmt: skip


def _parser(m: Machine, _a: Arguments, k: Keywords, node: ast.AST) -> Value:
    parser = Parser()
    for parent in iterate(m, k.get("parents", ()), node):
        if isinstance(parent, Parser):
            parser.attributes.update(parent.attributes)
            parser.partial = parser.partial or parent.partial
        else:
            parser.partial = True
    return parser


def _namespace(_m: Machine, _a: Arguments, k: Keywords, _node: ast.AST) -> Value:
    return Namespace(dict(k))


MEMBERS: dict[str, Value] = table({
    "argparse.ArgumentParser": _parser, "argparse.Namespace": _namespace,
})  # fmt: skip
MEMBERS["argparse.SUPPRESS"] = Builtin("SUPPRESS", _namespace)
