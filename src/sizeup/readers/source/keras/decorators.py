"""Decorators: those of the source are called; of others, what they make of a thing is not seen."""

from __future__ import annotations

import ast

from sizeup.network import Unknown
from sizeup.readers.source.calls import call
from sizeup.readers.source.effects import loosen
from sizeup.readers.source.keras import tensors
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Tensor
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Bound, Builtin, Class, Function, Instance, Lost, Open
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

METHOD_KINDS = {"staticmethod": "static", "classmethod": "class", "property": "property"}
TRANSPARENT = frozenset({"function"})

TRANSPARENT_PARTS = (
    "register", "export", "jit", "function", "wrap", "time", "log", "cache", "memo", "profil",
    "deprecat", "test", "retry", "main", "config", "capture", "command", "route", "fixture", "param",
    "inject", "typecheck", "typed", "override", "abstract", "overload", "lazy", "property",
    "serializ", "experiment", "option", "argument", "grad", "gin", "final", "trace", "strict",
    "unique", "dataclass", "total_ordering", "ingredient", "doc", "assert", "device", "scope",
    "valid", "check", "metaclass",
)  # fmt: skip
"""What stands in the names of decorators that register, time or log, and change no result."""


def decorate(m: Machine, decorator: Value, value: Value, node: ast.AST) -> Value:
    """`@decorator`: one that is not known gives something of which the body says nothing."""
    text = getattr(decorator, "name", "")
    if isinstance(value, Function) and text in METHOD_KINDS:
        value.kind = METHOD_KINDS[text]
        return value
    if isinstance(decorator, Function | Builtin | Class | Bound) and text not in TRANSPARENT:
        found = call(m, decorator, [value], {}, node)
        return value if isinstance(found, Open | Lost | None) else found
    if isinstance(decorator, Open) and isinstance(value, Function | Class):
        if isinstance(value, Function):
            value.injected = True
        name = decorator.callee or decorator.text
        if not any(part in name.lower() for part in TRANSPARENT_PARTS):
            reason = say("source.decorated", name=value.name, decorator=name)
            value.hidden = Lost(reason, line_of(node))
    return value


def veiled(m: Machine, value: Value, hidden: Lost, node: ast.AST) -> Value:
    """What comes out of something unseen that a value of the source went through."""
    value = m.resolve(value)
    if isinstance(value, LayerValue):
        m.touch(value)
        value.unknown = value.unknown or Unknown(hidden.reason, hidden.line)
        if isinstance(value, ModelValue):
            value.pending = value.pending or hidden
        return value
    if type(value) is Instance:
        loosen(m, value, hidden)
        return value
    if isinstance(value, list | tuple):
        return type(value)([veiled(m, each, hidden, node) for each in value])
    if isinstance(value, Tensor):
        return tensors.unknown_result(m, [value], node, None, hidden.reason)
    return value if value is None or isinstance(value, Open) else hidden
