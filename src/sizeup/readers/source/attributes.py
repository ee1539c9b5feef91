"""Attributes and items of all kinds of values: `owner.name`, `owner[index]`."""

from __future__ import annotations

import ast

from sizeup.dims import Expr
from sizeup.ratio import Ratio
from sizeup.readers.source.calls import call
from sizeup.readers.source.machine import Machine, line_of, raise_as_source
from sizeup.readers.source.methods import attribute_of_known
from sizeup.readers.source.overloads import special
from sizeup.readers.source.values import (
    MISSING,
    Bound,
    Builtin,
    Class,
    Condition,
    Function,
    Instance,
    Lost,
    Names,
    Open,
    Raised,
    Super,
    rest_of,
)
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def attribute(m: Machine, owner: Value, name: str, node: ast.AST) -> Value:
    """`owner.name`."""
    owner = m.resolve(owner)
    own = getattr(owner, "attribute", None)
    if own is not None:
        return own(m, name, node)
    if isinstance(owner, Lost):
        return owner
    if isinstance(owner, Open):
        if name == "reshape":  # whatever it is: what it gives has the shape that it is given
            from sizeup.readers.source import libraries

            return Bound(libraries.find("numpy.reshape"), owner)
        key = ("attribute", owner.key, name)
        return m.open(key, written(node), owner.why, line_of(node), owner.callee)
    if isinstance(owner, Instance):
        return instance_attribute(m, owner, name, node)
    if isinstance(owner, Class):
        return _class_attribute(m, owner, name, node)
    if isinstance(owner, Super):
        return _super_attribute(m, owner, name, node)
    if isinstance(owner, Expr | Ratio | Condition):
        return m.open(("attribute", repr(owner), name), written(node), say("source.data"),
                      line_of(node))  # fmt: skip
    if isinstance(owner, Bound):
        parts = {"__func__": owner.function, "__self__": owner.owner}
        return parts[name] if name in parts else attribute(m, owner.function, name, node)
    if isinstance(owner, Function):
        return _function_attribute(owner, name, node)
    return attribute_of_known(m, owner, name, node)


def _function_attribute(owner: Function, name: str, node: ast.AST) -> Value:
    if name in owner.attributes:
        return owner.attributes[name]
    known = {"__name__": owner.name, "__qualname__": owner.qualified, "__defaults__": owner.defaults,
             "__kwdefaults__": dict(owner.keyword_defaults), "__doc__": _text_of(owner)}  # fmt: skip
    if name in known:
        return known[name]
    if name.startswith("__"):
        return Lost(say("source.attribute", name=name), line_of(node))
    raise Raised("AttributeError", name, line_of(node))


def _text_of(function: Function) -> str | None:
    """The text that a function begins with."""
    node = function.node
    return None if isinstance(node, ast.Lambda) else ast.get_docstring(node, clean=False)


def instance_attribute(m: Machine, owner: Instance, name: str, node: ast.AST) -> Value:
    """An attribute of an object of the source's own class, as the class says how."""
    found = owner.cls.find("__getattribute__")[0] if owner.cls is not None else MISSING
    if isinstance(found, Function):
        return call(m, Bound(found, owner), [name], {}, node)
    return plain_attribute(m, owner, name, node)


def plain_attribute(m: Machine, owner: Instance, name: str, node: ast.AST) -> Value:
    """An attribute as `object.__getattribute__` finds it."""
    if name in owner.attributes:
        return owner.attributes[name]
    if name == "__class__":
        return owner.cls
    if name == "__dict__":
        return Names(owner)
    if owner.cls is not None:
        found, holder = owner.cls.find(name)
        if found is not MISSING:
            return bind(m, found, owner, node)
        found, holder = owner.cls.find("__getattr__")
        if holder is not None:
            return call(m, Bound(found, owner), [name], {}, node)
        if any(isinstance(base, Open) for base in owner.cls.order):
            return m.open(("attribute", owner.identity, name), written(node),
                          say("source.unseen_base", name=owner.cls.name), line_of(node))  # fmt: skip
    if name in OBJECT:
        return Bound(OBJECT[name], owner)
    raise Raised("AttributeError", name, line_of(node))


def bind(m: Machine, found: Value, owner: Value, node: ast.AST) -> Value:
    """A class attribute as an object sees it: methods bound, properties evaluated."""
    own = getattr(found, "bound", None)
    if own is not None:
        return own(m, owner, node)
    if (getter := special(found, "__get__")) is not None:
        cls = owner.cls if isinstance(owner, Instance) else owner
        return call(m, Bound(getter, found), [owner, cls], {}, node)
    if not isinstance(found, Function):
        return found
    if found.kind == "static":
        return found
    if found.kind == "class":
        return Bound(found, owner.cls if isinstance(owner, Instance) else owner)
    if found.kind == "property":
        return call(m, Bound(found, owner), [], {}, node)
    return Bound(found, owner)


def _class_attribute(m: Machine, owner: Class, name: str, node: ast.AST) -> Value:
    found, holder = owner.find(name)
    if holder is not None and holder.hidden is not None and not isinstance(found, Function):
        return holder.hidden
    if found is not MISSING:
        return Bound(found, owner) if getattr(found, "kind", "") == "class" else found
    if name in ("__name__", "__dict__"):
        return owner.name if name == "__name__" else dict(owner.namespace)
    if name == "__members__" and owner.members is not None:
        return owner.members
    for base in owner.order:
        own = getattr(base, "class_attribute", None)
        if own is not None:
            return own(m, owner, name, node)
    key = ("attribute", owner.qualified, name)
    return m.open(key, written(node), say("source.data"), line_of(node))


def _super_attribute(m: Machine, owner: Super, name: str, node: ast.AST) -> Value:
    cls = owner.owner if isinstance(owner.owner, Class) else owner.owner.cls
    found, _ = cls.find(name, after=owner.cls)
    if found is not MISSING:
        return bind(m, found, owner.owner, node)
    if name == "__new__":
        return Builtin(name, _raw)
    inherited = getattr(owner.owner, "inherited", None)
    if inherited is not None:
        return inherited(m, name, node)
    if name in OBJECT and type(owner.owner) is Instance:
        return Bound(OBJECT[name], owner.owner)
    return m.world.inert(f"super().{name}")


def _put(m: Machine, a: list[Value], _k: dict[str, Value], node: ast.AST) -> None:
    owner, name = m.resolve(a[0]), m.resolve(a[1])
    if isinstance(owner, Instance) and isinstance(name, str):
        m.touch(owner)
        owner.attributes[name] = a[2]


def _take(m: Machine, a: list[Value], _k: dict[str, Value], node: ast.AST) -> Value:
    owner, name = m.resolve(a[0]), m.resolve(a[1])
    plain = isinstance(owner, Instance) and isinstance(name, str)
    return plain_attribute(m, owner, name, node) if plain else m.world.unseen_value(m, node)


OBJECT = {"__setattr__": Builtin("__setattr__", _put),
          "__getattribute__": Builtin("__getattribute__", _take)}  # fmt: skip
"""What every object has from `object`."""


def _raw(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """`super().__new__(cls)`: an object that is not initialized, or a whole named tuple."""
    cls = m.resolve(a[0])
    whole = next((b for b in getattr(cls, "order", ()) if hasattr(b, "make_whole")), None)
    if whole is not None:
        return whole.make_whole(m, cls, a[1:], k, node)
    plain = isinstance(cls, Class) and not any(hasattr(b, "make_instance") for b in cls.order)
    return (
        Instance(cls) if plain else Lost(say("source.operation", code=written(node)), line_of(node))
    )


def item(m: Machine, owner: Value, index: Value, node: ast.AST) -> Value:
    """`owner[index]`."""
    index = m.resolve(index)
    own = getattr(owner, "item", None)
    if own is not None:
        return own(m, index, node)
    if isinstance(owner, Lost):
        return owner
    if isinstance(owner, Open):
        return _item_of_open(m, owner, index, node)
    if isinstance(owner, Instance):
        return call(m, attribute(m, owner, "__getitem__", node), [index], {}, node)
    if isinstance(owner, Expr | Ratio | Condition) or isinstance(index, Lost):
        return Lost(say("source.operation", code=written(node)), line_of(node))
    if isinstance(index, Open | Expr) or (isinstance(index, slice) and _open_slice(index)):
        key = ("pick", written(node), m.unique())
        return m.open(key, written(node), say("source.data"), line_of(node))
    if isinstance(owner, Class) and owner.members is not None:
        owner = owner.members
    if (rest := rest_of(owner)) is not None:
        return owner.get(index, rest) if isinstance(owner, dict) else rest
    if not hasattr(owner, "__getitem__"):  # Sequence[int] and other type expressions
        return owner
    try:
        return owner[index]
    except (TypeError, KeyError, IndexError, ValueError) as error:
        raise raise_as_source(error, line_of(node)) from None


def _open_slice(index: slice) -> bool:
    return any(not isinstance(p, int | None) for p in (index.start, index.stop, index.step))


def _item_of_open(m: Machine, owner: Open, index: Value, node: ast.AST) -> Value:
    text, line = written(node), line_of(node)
    if isinstance(index, int) and not isinstance(index, bool):
        if index >= 0 or not isinstance(owner.key, tuple) or owner.key[0] != "slice":
            return m.item(owner.key, owner.text, index, owner.why, line)
    elif (
        isinstance(index, slice)
        and (index.step, index.stop) == (None, None)
        and isinstance(index.start, int)
        and index.start >= 0
    ):
        return m.open(("slice", owner.key, owner.text, index.start), text, owner.why, line)
    key = ("item", owner.key, repr(index))
    return m.open(key, text, owner.why, line)
