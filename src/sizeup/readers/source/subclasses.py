"""Objects of the source's classes that derive from `dict` or `list`: containers with attributes."""

from __future__ import annotations

import ast

from sizeup.readers.source.attributes import bind
from sizeup.readers.source.calls import call
from sizeup.readers.source.machine import Machine, line_of, raise_as_source
from sizeup.readers.source.methods import attribute_of_known
from sizeup.readers.source.operators import iterate
from sizeup.readers.source.overloads import ask, special
from sizeup.readers.source.values import MISSING, Builtin, Class, Function, Raised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


class _Object:
    """What a container has beside its contents: its class, and attributes of its own."""

    cls: Class
    attributes: dict[str, Value]

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """An attribute, a method of the class, or one of plain containers."""
        if name in self.attributes:
            return self.attributes[name]
        if name in ("__dict__", "__class__"):
            return self.attributes if name == "__dict__" else self.cls
        found, _ = self.cls.find(name)
        if isinstance(found, Builtin):  # __getattr__ = dict.get
            return Builtin(name, lambda m, a, k, node: call(m, found, [self, *a], k, node))
        if found is not MISSING:
            return bind(m, found, self, node)
        if name.startswith("__") or hasattr(self, name):
            return self.inherited(m, name, node)
        getter, _ = self.cls.find("__getattr__")
        if getter is not MISSING:
            return call(m, getter, [self, name], {}, node)
        raise Raised("AttributeError", name, line_of(node))

    def set_attribute(self, m: Machine, name: str, value: Value, node: ast.AST) -> None:
        """`object.name = value`."""
        setter, _ = self.cls.find("__setattr__")
        if name == "__dict__" and isinstance(value, dict):
            self.attributes = value  # `self.__dict__ = self`: items are attributes
        elif setter is not MISSING:
            call(m, setter, [self, name, value], {}, node)
        else:
            m.touch(self.attributes)
            self.attributes[name] = value

    def inherited(self, m: Machine, name: str, node: ast.AST) -> Value:
        """What `super().name` gives, and a class that says nothing of it."""
        own = {"__init__": self.fill, "__getitem__": _get, "__setitem__": _set,
               "__delitem__": _delete, "__len__": _length}.get(name)  # fmt: skip
        if own is not None:
            return Builtin(name, lambda m, a, k, node: own(m, [self, *a], k, node))
        if name in ("__setattr__", "__getattribute__"):
            return Builtin(name, self._plainly)
        return attribute_of_known(m, self, name, node)

    def _plainly(self, m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
        """`super().__setattr__(name, value)`."""
        if len(a) == 1:
            return self.attribute(m, m.resolve(a[0]), node)
        m.touch(self.attributes)
        self.attributes[m.resolve(a[0])] = a[1]
        return None

    def fill(self, m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> None:
        """`__init__` of the plain container."""
        raise NotImplementedError


class DictObject(_Object, dict["Any", "Any"]):
    """An object of a class that derives from `dict`."""

    def fill(self, m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> None:
        """`dict.__init__(pairs, **more)`."""
        from sizeup.readers.source.builtin_functions import dict_of

        found = dict_of(m, a[1:], k, node)
        m.touch(self)
        self.update(found if isinstance(found, dict) else {})

    def item(self, m: Machine, index: Value, node: ast.AST) -> Value:
        """`object[key]`."""
        if special(self, "__getitem__") is not None:
            return ask(m, self, "__getitem__", [index], node)
        if index not in self and special(self, "__missing__") is not None:
            return ask(m, self, "__missing__", [index], node)
        return _get(m, [self, index], {}, node)


class ListObject(_Object, list["Any"]):
    """An object of a class that derives from `list`."""

    def fill(self, m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> None:
        """`list.__init__(elements)`."""
        m.touch(self)
        self[:] = list(iterate(m, a[1], node)) if len(a) > 1 else []


KINDS: dict[str, type[DictObject | ListObject]] = {
    "dict": DictObject, "OrderedDict": DictObject, "collections.OrderedDict": DictObject,
    "UserDict": DictObject, "list": ListObject,
}  # fmt: skip
"""Bases of which objects are containers, by their names."""


def make(m: Machine, base: Builtin, cls: Class, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """An object of a class that derives from a container; MISSING where `base` is none."""
    kind = KINDS.get(base.name)
    if kind is None:
        return MISSING
    made = kind()
    made.cls, made.attributes = cls, {}
    start, _ = cls.find("__init__")
    if isinstance(start, Function):
        call(m, start, [made, *a], k, node)
    else:
        made.fill(m, [made, *a], k, node)
    return made


def _get(_m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    kind = dict if isinstance(a[0], dict) else list
    try:
        return kind.__getitem__(a[0], a[1])
    except (KeyError, IndexError, TypeError) as error:
        raise raise_as_source(error, line_of(node)) from None


def _set(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> None:
    m.touch(a[0])
    try:
        a[0][a[1]] = a[2]
    except (IndexError, TypeError) as error:
        raise raise_as_source(error, line_of(node)) from None


def _delete(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> None:
    m.touch(a[0])
    try:
        del a[0][a[1]]
    except (KeyError, IndexError, TypeError) as error:
        raise raise_as_source(error, line_of(node)) from None


def _length(_m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> Value:
    return len(a[0])


UNBOUND = {"__getitem__": _get, "__setitem__": _set, "__delitem__": _delete, "__len__": _length}


def unbound(owner: Builtin, name: str) -> Value:
    """`dict.get`, `list.append`: the method as a function of the container."""
    if owner.name not in ("dict", "list", "str", "set", "tuple"):
        return MISSING

    def called(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        return call(m, attribute_of_known(m, a[0], name, node), a[1:], k, node)

    return Builtin(name, UNBOUND.get(name, called))
