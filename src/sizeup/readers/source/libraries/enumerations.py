"""`enum`: classes whose constants are their members."""

from __future__ import annotations

import ast

from sizeup.readers.source.attributes import bind
from sizeup.readers.source.builtin_functions import table
from sizeup.readers.source.calls import call
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.methods import attribute_of_known
from sizeup.readers.source.values import MISSING, Bound, Builtin, Class, Function, Instance, Raised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


class Member(Instance):
    """A member of an enumeration: an object with `name` and `value`."""

    def __init__(self, cls: Class, name: str, value: Value) -> None:
        super().__init__(cls)
        self.attributes = {"name": name, "value": value}

    def __repr__(self) -> str:
        return f"{self.cls and self.cls.name}.{self.attributes['name']}"


class _Plain:
    """A member that is a number or a text at the same time."""

    cls: Class
    label: str

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`member.name`, `member.value`, a method of the class, or of the plain value."""
        if name == "value":
            return type(self).__mro__[1](self)
        if name == "name":
            return self.label
        found, _ = self.cls.find(name)
        return bind(m, found, self, node) if found is not MISSING else attribute_of_known(
            m, self, name, node)  # fmt: skip


class IntMember(int, _Plain):
    """A member of an `IntEnum`."""


class TextMember(str, _Plain):
    """A member of a `StrEnum`."""

    __slots__ = ("cls", "label")


class Auto:
    """`auto()`: the value after the last one."""

    __slots__ = ()


class EnumBase:
    """`Enum` and its kin as a base of the source's classes."""

    def __init__(self, name: str, kind: type | None = None) -> None:
        self.name = name
        self.kind = kind

    def prepare(self, m: Machine, cls: Class) -> None:
        """Make members of the class's constants."""
        kinds = [base.kind for base in cls.order if isinstance(base, EnumBase) and base.kind]
        mixed = {getattr(base, "name", "") for base in cls.order} & {"int", "str"}
        kind = kinds[0] if kinds else {"int": IntMember, "str": TextMember}.get("".join(mixed))
        members: dict[str, Value] = {}
        last: Value = 0
        for name, value in list(cls.namespace.items()):
            if isinstance(value, Function | Builtin | Class) or name.startswith(("_", "<")):
                continue
            if isinstance(value, Auto):
                value = name.lower() if kind is TextMember else last + 1  # noqa: PLW2901
            last = value if isinstance(value, int) else last
            twin = next((e for e in members.values() if _value(e) == value), None)
            members[name] = twin if twin is not None else _member(m, cls, kind, name, value)
            cls.namespace[name] = members[name]
        cls.members = members

    def make_whole(
        self, m: Machine, cls: Class, a: Arguments, _k: Keywords, node: ast.AST
    ) -> Value:
        """`Size(4)`: the member with this value."""
        wanted = m.resolve(a[0]) if a else None
        for member in (cls.members or {}).values():
            if member is wanted or _value(member) == wanted:
                return member
        raise Raised("ValueError", f"{wanted!r}", line_of(node))

    def call(self, m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
        """`Enum('Size', …)`: its members are not followed."""
        return m.world.unseen_value(m, node)

    def attribute(self, m: Machine, name: str, _node: ast.AST) -> Value:
        """Of the class itself."""
        return m.world.inert(name)


def _value(member: Value) -> Value:
    return member.attributes["value"] if isinstance(member, Member) else member


def _member(m: Machine, cls: Class, kind: type | None, name: str, value: Value) -> Value:
    if kind is not None and isinstance(value, kind.__mro__[1]):
        plain: Value = kind(value)
        plain.cls, plain.label = cls, name
        return plain
    made = Member(cls, name, value)
    start, _ = cls.find("__init__")
    if isinstance(start, Function):
        arguments = list(value) if isinstance(value, tuple) else [value]
        call(m, Bound(start, made), arguments, {}, start.node)
    return made


def _auto(_m: Machine, _a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    return Auto()


MEMBERS: dict[str, Value] = {
    "enum.Enum": EnumBase("Enum"), "enum.IntEnum": EnumBase("IntEnum", IntMember),
    "enum.StrEnum": EnumBase("StrEnum", TextMember), "enum.Flag": EnumBase("Flag"),
    "enum.IntFlag": EnumBase("IntFlag", IntMember),
    **table({"enum.auto": _auto, "enum.unique": lambda _m, a, _k, _n: a[0]}),
}  # fmt: skip
