"""What an object is and has: `isinstance`, `type`, `callable`, `getattr` and their kin."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sizeup.dims import Expr
from sizeup.readers.source.attributes import attribute as get_attribute
from sizeup.readers.source.effects import loosen
from sizeup.readers.source.machine import Machine, lost_value
from sizeup.readers.source.targets import set_attribute
from sizeup.readers.source.values import (
    Bound,
    Builtin,
    Class,
    Condition,
    Function,
    Instance,
    Lost,
    Module,
    Open,
    Partial,
    Raised,
    key_of,
)
from sizeup.readers.source.written import written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


def _isinstance(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    value, kinds = m.resolve(a[0]), m.resolve(a[1])
    answers = [is_a(m, value, kind) for kind in (kinds if isinstance(kinds, tuple) else (kinds,))]
    if True in answers:
        return True
    if None in answers:
        text = written(node)
        return Condition(("isinstance", key_of(value), key_of(kinds)), text)
    return False


ABSTRACT = {
    "Iterable": list | tuple | dict | set | range | str,
    "Sequence": list | tuple | range | str,
    "Mapping": dict,
    "MutableMapping": dict,
    "MutableSequence": list,
}
CALLABLE = Function | Builtin | Class | Partial | Bound
TYPES = {"int": int, "float": float, "str": str, "list": list, "tuple": tuple, "dict": dict,
         "bool": bool, "set": set, "bytes": bytes, "basestring": str, "unicode": str}  # fmt: skip


NUMBERS = {"Integral": int, "Number": int | float, "Real": int | float}


def is_a(m: Machine, value: Value, kind: Value) -> bool | None:
    """Whether a value is of a type; None where that is not known."""
    if isinstance(value, Open | Lost):
        return None
    name = getattr(kind, "name", "").rpartition(".")[2]
    if name in TYPES:
        if isinstance(value, Expr):
            return name == "int"
        return isinstance(value, TYPES[name])
    if isinstance(kind, Open | Lost):
        return None
    cls = getattr(value, "cls", None)
    if isinstance(kind, Class):
        return isinstance(cls, Class) and kind in cls.order
    if name in NUMBERS:
        return isinstance(value, NUMBERS[name] | Expr)
    if name == "KerasTensor":
        return bool(getattr(value, "is_symbolic", False))
    own = getattr(value, "class_of", None)
    if own is not None:
        return is_subclass(own(m), kind)
    if isinstance(cls, Class):
        return is_subclass(cls, kind)
    if name in ABSTRACT:
        return isinstance(value, ABSTRACT[name])
    if name == "Callable":
        return isinstance(value, CALLABLE)
    return False


def _callable(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    value = m.resolve(a[0])
    if isinstance(value, Open | Lost):
        return Condition(("callable", key_of(value)), written(node))
    return _is_callable(value)


def _is_callable(value: Value) -> bool:
    own = value.cls.find("__call__")[0] if isinstance(value, Instance) and value.cls else None
    return isinstance(value, CALLABLE) or hasattr(value, "call") or isinstance(own, Function)


def _type(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    value = m.resolve(a[0])
    if isinstance(value, Instance) and value.cls is not None:
        return value.cls
    own = getattr(value, "class_of", None)
    if own is not None:
        return own(m)
    from sizeup.readers.source.builtin_functions import BUILTINS

    for name, kind in TYPES.items():
        if type(value) is kind:
            return BUILTINS[name]
    return m.world.unseen_value(m, node)


def _issubclass(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    value, kinds = m.resolve(a[0]), m.resolve(a[1])
    answers = [is_subclass(value, k) for k in (kinds if isinstance(kinds, tuple) else (kinds,))]
    if True in answers:
        return True
    return False if None not in answers else m.world.unseen_value(m, node)


def is_subclass(cls: Value, kind: Value) -> bool | None:
    """Whether a class is, or derives from, another; None where that is not known."""
    if isinstance(cls, Open | Lost) or isinstance(kind, Open | Lost):
        return None
    if cls is kind:
        return True
    own = getattr(cls, "derives_from", None)
    if own is not None:
        found: bool | None = own(kind)
        return found
    if isinstance(cls, Class):
        found_in = [is_subclass(base, kind) for base in cls.order[1:]]
        return True if True in found_in else None if None in found_in else False
    return getattr(cls, "name", cls) == getattr(kind, "name", kind)


def _getattr(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    name = m.resolve(a[1])
    if not isinstance(name, str):
        return lost_value(node)
    try:
        return get_attribute(m, a[0], name, node)
    except Raised:
        if len(a) > 2:
            return a[2]
        raise


def _setattr(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> None:
    owner, name = m.resolve(a[0]), m.resolve(a[1])
    if not isinstance(name, str):
        if isinstance(owner, Instance) and not isinstance(a[2], Instance):
            loosen(m, owner, lost_value(node))
        name = f"{{{written(node)}}}"  # one that nobody asks for
    set_attribute(m, owner, name, a[2], node)


def _hasattr(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    owner, name = m.resolve(a[0]), m.resolve(a[1])
    if isinstance(owner, Open | Lost):
        return Condition(("hasattr", key_of(owner), name), written(node))
    try:
        found = get_attribute(m, owner, name, node)
    except Raised:
        return False
    if isinstance(owner, Module) and (isinstance(found, Open | Lost) or hasattr(found, "path")):
        return Condition(("hasattr", owner.name, name), written(node))
    return not isinstance(found, Open | Lost)


INTROSPECTION: dict[str, Callable[..., Value]] = {
    "isinstance": _isinstance, "type": _type, "issubclass": _issubclass, "callable": _callable,
    "getattr": _getattr, "setattr": _setattr, "hasattr": _hasattr,
}  # fmt: skip
