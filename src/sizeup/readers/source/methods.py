"""Attributes and methods of plain Python values."""

from __future__ import annotations

import ast
from collections import OrderedDict
from collections.abc import Callable

from sizeup.errors import BudgetError
from sizeup.patterns import Pattern
from sizeup.readers.source import libraries
from sizeup.readers.source.effects import loosen
from sizeup.readers.source.machine import (
    MAX_ELEMENTS,
    Machine,
    line_of,
    raise_as_source,
)
from sizeup.readers.source.operators import KNOWN, Unbounded, is_open, iterate
from sizeup.readers.source.values import (
    MISSING,
    Builtin,
    Choice,
    Lost,
    Module,
    Names,
    Partial,
    Raised,
    rest_of,
)
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

PURE: dict[type, frozenset[str]] = {
    str: frozenset(
        "capitalize casefold center count endswith expandtabs find format index isalnum isalpha "
        "isdecimal isdigit isidentifier islower isnumeric isspace istitle isupper join ljust lower "
        "lstrip partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit "
        "rstrip split splitlines startswith strip swapcase title translate upper zfill encode".split()
    ),
    list: frozenset("copy count index".split()),
    tuple: frozenset("count index".split()),
    dict: frozenset("copy get items keys values".split()),
    set: frozenset(
        "copy difference intersection isdisjoint issubset issuperset symmetric_difference "
        "union".split()
    ),
    frozenset: frozenset("union intersection difference issubset issuperset".split()),
    int: frozenset("bit_length".split()),
    float: frozenset("is_integer".split()),
    bytes: frozenset("decode".split()),
    range: frozenset("count index".split()),
}
"""Methods that change nothing, by the type that they belong to."""

MUTATING: dict[type, frozenset[str]] = {
    list: frozenset("append clear extend insert pop remove reverse".split()),
    OrderedDict: frozenset("move_to_end popitem".split()),
    dict: frozenset("clear pop popitem setdefault update".split()),
    set: frozenset("add clear discard pop remove update".split()),
}

ADDRESSING = frozenset({"pop", "remove", "insert", "discard", "add", "setdefault"})
"""Methods whose argument says where, or which element."""

WIDE = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs"})


def attribute_of_known(m: Machine, owner: Value, name: str, node: ast.AST) -> Value:
    """`owner.name` for plain values and modules."""
    if isinstance(owner, Module):
        return m.world.module_attribute(m, owner, name, node)
    if isinstance(owner, Partial):
        return {"func": owner.function, "args": owner.arguments, "keywords": owner.keywords}.get(
            name
        )
    if isinstance(owner, Builtin):
        return _builtin_attribute(m, owner, name, node)
    for kind in type(owner).__mro__:
        if name in MUTATING.get(kind, ()):
            return Builtin(name, _mutating(owner, name))
        if name in PURE.get(kind, ()):
            return Builtin(name, _pure(owner, name))
    if isinstance(owner, list) and name == "sort":
        return Builtin(name, _sort(owner))
    if isinstance(owner, dict) and name in ("iteritems", "itervalues", "iterkeys", "has_key"):
        return Builtin(name, _pure(owner, {"has_key": "__contains__"}.get(name, name[4:])))
    if isinstance(owner, int | float) and name in ("real", "numerator", "value"):
        return owner
    if isinstance(owner, list | tuple) and name in ("shape", "size", "ndim", "dtype", "astype",
                                                    "reshape", "tolist", "as_list", "rank",
                                                    "ndims"):  # fmt: skip
        return _array_attribute(owner, name, node)
    if hasattr(owner, name) or owner is None:
        raise (
            Raised("AttributeError", name, line_of(node)) if owner is None else _unseen(name, node)
        )
    return Lost(say("source.attribute", name=name), line_of(node))


def _builtin_attribute(m: Machine, owner: Builtin, name: str, node: ast.AST) -> Value:
    """`int.__name__`, `chain.from_iterable`."""
    if name in ("__name__", "__qualname__"):
        return owner.name.rpartition(".")[2]
    from sizeup.readers.source.attributes import OBJECT
    from sizeup.readers.source.subclasses import unbound

    if name in OBJECT:
        return OBJECT[name]
    found = unbound(owner, name)
    if found is MISSING:
        found = libraries.find(f"{owner.name}.{name}")
    return found if found is not MISSING else m.world.unseen_value(m, node)


def _unseen(name: str, node: ast.AST) -> Raised:
    return Raised("AttributeError", say("source.attribute", name=name), line_of(node))


def _array_attribute(owner: list[Value] | tuple[Value, ...], name: str, node: ast.AST) -> Value:
    """A list that stands for a small array."""
    if name in ("rank", "ndims"):  # of TensorFlow's shapes
        return len(owner)
    if name == "as_list":
        return Builtin(name, lambda _m, _a, _k, _node: list(owner))
    if name in ("astype", "tolist"):
        return Builtin(name, lambda _m, _a, _k, _node: owner)
    if name == "shape":
        shape: list[int] = []
        level: Value = owner
        while isinstance(level, list | tuple):
            shape.append(len(level))
            level = level[0] if level else None
        return tuple(shape)
    return Lost(say("source.attribute", name=name), line_of(node))


def _pure(owner: Value, name: str) -> Callable[..., Value]:
    def method(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        a = [m.resolve(value) for value in a]
        if (rest := rest_of(owner)) is not None:
            return owner.get(a[0], rest) if name == "get" and a else rest
        if name == "join":
            a = [list(iterate(m, a[0], node))]
        if name in ("index", "count", "format", "join") and not all(
            _known(value)
            for value in (*a, *k.values(), *(owner if isinstance(owner, list) else ()))
        ):
            return _by_identity(owner, name, a, node)
        if name in WIDE and a and isinstance(a[0], int) and a[0] > MAX_ELEMENTS:
            raise BudgetError(say("source.size"))
        if name in ("format", "replace", "translate") and isinstance(owner, str):
            _guard_text(owner, name, a)
        try:
            found = getattr(owner, name)(*a, **k)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError, LookupError) as error:
            if not all(_known(value) for value in (*a, *k.values())):
                return Lost(say("source.operation", code=written(node)), line_of(node))
            raise raise_as_source(error, line_of(node)) from None
        if isinstance(owner, dict) and name in ("items", "keys", "values"):
            return [tuple(entry) if name == "items" else entry for entry in found]
        return found

    return method


WIDE_FIELD = Pattern(r"\{[^{}]*:[^{}]*\d{5}", needs="{")
"""A field of `str.format` that is wider than any text that is meant."""


def _guard_text(owner: str, name: str, arguments: list[Value]) -> None:
    """Neither a wide format nor a growing replacement may fill the memory."""
    grows = name == "replace" and len(arguments) > 1 and isinstance(arguments[1], str)
    if (name == "format" and WIDE_FIELD.search(owner)) or (
        grows and len(owner) * max(1, len(arguments[1])) > MAX_ELEMENTS
    ):
        raise BudgetError(say("source.size"))


def _by_identity(owner: Value, name: str, arguments: list[Value], node: ast.AST) -> Value:
    """`layers.index(layer)` among objects; what is open cannot be compared."""
    if isinstance(owner, list | tuple) and name == "index" and arguments:
        for position, value in enumerate(owner):
            if value is arguments[0]:
                return position
    return Lost(say("source.operation", code=written(node)), line_of(node))


def _known(value: Value) -> bool:
    if isinstance(value, list | tuple):
        return all(_known(element) for element in value)
    return isinstance(value, KNOWN)


def _mutating(owner: Value, name: str) -> Callable[..., Value]:
    from sizeup.readers.source.targets import set_item

    def method(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        m.touch(owner)
        a = [
            value if isinstance(value, Choice) and name == "append" else m.resolve(value)
            for value in a
        ]
        if (rest := rest_of(owner)) is not None and name != "clear":
            return rest
        lost = Lost(say("source.operation", code=written(node)), line_of(node))
        if name in ("extend", "update") and a:
            try:
                a = [_whole(m, a[0], node), *a[1:]]
            except Unbounded:
                loosen(m, owner, lost)
                return None
        if len(owner) > MAX_ELEMENTS:
            raise BudgetError(say("source.size"))
        if name in ADDRESSING and a and (is_open(a[0]) or (name == "remove" and is_open(owner))):
            loosen(m, owner, lost)
            return lost
        if isinstance(owner, Names) and name == "update":
            for key, value in dict(*a, **k).items():
                set_item(m, owner, key, value, node)
            return None
        try:
            return getattr(owner, name)(*a, **k)
        except (TypeError, ValueError, KeyError, IndexError) as error:
            raise raise_as_source(error, line_of(node)) from None

    return method


def _whole(m: Machine, source: Value, node: ast.AST) -> Value:
    """What is added to a container; raises Unbounded where the text does not give all of it."""
    elements = list(iterate(m, source, node))
    return source if isinstance(source, dict) else elements


def _sort(owner: list[Value]) -> Callable[..., Value]:
    def method(m: Machine, _a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        from sizeup.readers.source.builtin_functions import BUILTINS

        m.touch(owner)
        found = BUILTINS["sorted"].function(m, [owner], k, node)
        owner[:] = found if isinstance(found, list) else [found] * len(owner)

    return method
