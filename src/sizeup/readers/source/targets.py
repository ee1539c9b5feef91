"""Targets of assignments: names, attributes, items, and patterns of them."""

from __future__ import annotations

import ast

from sizeup.dims import Expr
from sizeup.ratio import Ratio
from sizeup.readers.source.attributes import attribute, item
from sizeup.readers.source.calls import call
from sizeup.readers.source.effects import loosen
from sizeup.readers.source.machine import Machine, line_of, raise_as_source
from sizeup.readers.source.operators import Unbounded, is_open, iterate
from sizeup.readers.source.overloads import special
from sizeup.readers.source.values import (
    MISSING,
    Bound,
    Class,
    Function,
    Instance,
    Lost,
    Module,
    Names,
    Open,
    Raised,
    Scope,
    rest_of,
)
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def assign(m: Machine, target: ast.expr, value: Value, scope: Scope) -> None:
    """Bind a target: a name, an attribute, an item, or a pattern of them."""
    if isinstance(target, ast.Name):
        set_name(m, scope, target.id, value)
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(m, target.elts, value, scope, target)
    elif isinstance(target, ast.Starred):
        assign(m, target.value, value, scope)
    elif isinstance(target, ast.Attribute):
        set_attribute(m, m.resolve(m.evaluate(target.value, scope)), target.attr, value, target)
    elif isinstance(target, ast.Subscript):
        owner = m.resolve(m.evaluate(target.value, scope))
        index = m.resolve(m.evaluate(target.slice, scope))
        set_item(m, owner, index, value, target)


def set_name(m: Machine, scope: Scope, name: str, value: Value) -> None:
    """Assign a variable, where `global` and `nonlocal` say so outside of the function."""
    home = scope
    if name in scope.names:
        home = scope.globals
    elif name in scope.nonlocals:
        outer = scope.parent
        while outer is not None and name not in outer.variables:
            outer = outer.parent
        home = outer or scope
    if home.parent is None:  # a constant of the module may be bound from outside
        bound = m.setting(name)
        value = value if bound is MISSING or isinstance(value, Function | Class) else bound
    if isinstance(value, Instance | Open):
        m.world.held(m, scope, name, value)
    m.touch(home)
    home.variables[name] = value


def set_attribute(m: Machine, owner: Value, name: str, value: Value, node: ast.AST) -> None:
    """`owner.name = value`; of what is open or lost it has no effect that could be seen."""
    own = getattr(owner, "set_attribute", None)
    cls = owner.cls if isinstance(owner, Instance) else None
    setter, _ = cls.find(f"<set {name}>") if cls is not None else (MISSING, None)
    held = cls.find(name)[0] if cls is not None else MISSING
    if isinstance(setter, Function):
        call(m, Bound(setter, owner), [value], {}, node)
    elif (putter := special(held, "__set__")) is not None:
        call(m, Bound(putter, held), [owner, value], {}, node)
    elif own is not None:
        own(m, name, value, node)
    elif isinstance(owner, Instance):
        found, _ = owner.cls.find("__setattr__") if owner.cls else (MISSING, None)
        m.touch(owner)
        if isinstance(found, Function):
            call(m, Bound(found, owner), [name, value], {}, node)
        else:
            owner.attributes[name] = value
    elif isinstance(owner, Function):
        m.touch(owner.attributes)
        owner.attributes[name] = value
    elif isinstance(owner, Class):
        m.touch(owner.namespace)
        owner.namespace[name] = value
    elif isinstance(owner, Module):
        m.world.replace(m, owner, name, value)


def set_item(m: Machine, owner: Value, index: Value, value: Value, node: ast.AST) -> None:
    """`owner[index] = value`."""
    if isinstance(owner, Instance) or special(owner, "__setitem__") is not None:
        call(m, attribute(m, owner, "__setitem__", node), [index, value], {}, node)
        return
    forget = getattr(owner, "forget", None)
    if forget is not None:
        forget()
    if not isinstance(owner, list | dict):
        return
    if isinstance(owner, dict) and is_open(index):
        loosen(m, owner, Lost(say("source.operation", code=written(node)), line_of(node)))
        return
    if isinstance(owner, Names) and isinstance(index, str):
        _set_held(m, owner.holder, index, value)
    m.touch(owner)
    if isinstance(owner, list) and not isinstance(index, int | slice):
        owner[:] = [Lost(say("source.operation", code=written(node)), line_of(node))] * len(owner)
        return
    rest = rest_of(owner)
    try:
        owner[index] = value
        if rest is not None and isinstance(owner, dict):  # it stands last
            owner[rest] = owner.pop(rest)
    except (TypeError, IndexError, ValueError) as error:
        raise raise_as_source(error, line_of(node)) from None


def _set_held(m: Machine, holder: Scope | Instance, name: str, value: Value) -> None:
    if isinstance(holder, Scope):
        set_name(m, holder, name, value)
    else:
        m.touch(holder)
        holder.attributes[name] = value


def _unpack(m: Machine, targets: list[ast.expr], value: Value, scope: Scope, node: ast.AST) -> None:
    value = m.resolve(value)
    starred = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), None)
    if isinstance(value, Lost):
        values = [value] * len(targets)
    elif isinstance(value, Open | Expr | Ratio) and starred is None:
        key = value.key if isinstance(value, Open) else repr(value)
        text = value.text if isinstance(value, Open) else written(node)
        why = value.why if isinstance(value, Open) else say("source.data")
        values = [m.item(key, text, i, why, line_of(node)) for i in range(len(targets))]
    else:
        try:
            values = list(iterate(m, value, node))
        except Unbounded as loop:
            lost = Lost(say("source.star", code=written(node)), loop.line)
            values = [lost] * len(targets)
            if getattr(value, "shape", ()) is None:  # a tensor of unknown shape, or several
                values = [item(m, value, i, node) for i in range(len(targets))]
            starred = None
        if starred is not None:
            after = len(targets) - starred - 1
            stop = len(values) - after
            middle: Value = values[starred:stop]
            values = [*values[:starred], middle, *values[stop:]]
        if len(values) != len(targets):
            raise Raised("ValueError", say("source.unpack", given=len(values),
                                           wanted=len(targets)), line_of(node))  # fmt: skip
    for target, element in zip(targets, values, strict=True):
        assign(m, target, element, scope)
