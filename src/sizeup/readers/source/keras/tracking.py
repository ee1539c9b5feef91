"""What the attributes of a layer hold: Keras counts the layers and variables that it finds there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from sizeup.network import Unknown
from sizeup.readers.source.keras.calling import owns_something
from sizeup.readers.source.keras.capture import closure
from sizeup.readers.source.keras.names import NO_RULE
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Weight
from sizeup.readers.source.keras.variables import hold_weight
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import MISSING, Choice, Class, Instance, Lost, Open
from sizeup.rules.registry import HOMES
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def hold(m: Machine, layer: LayerValue, name: str, value: Value, node: ast.AST) -> None:
    """`self.name = value`, with the layers and variables in it; Keras copies lists and dicts."""
    refresh(m, layer)
    m.touch(layer)
    layer.attributes[name] = _copied(value)
    _add(layer, layers_in(value))
    for weight in _found(value, Weight):
        hold_weight(m, layer, name, weight, node)


def refresh(m: Machine, layer: LayerValue) -> None:
    """Find what was added since to the lists and dicts that the attributes hold."""
    held = {entry.identity for entry in layer.tracked}
    found = [
        inner
        for name, value in layer.attributes.items()
        if isinstance(value, list | dict) and not name.startswith("<")
        for inner in layers_in(value)
        if inner.identity not in held
    ]
    if found:
        m.touch(layer)
        _add(layer, sorted(found, key=lambda inner: inner.identity))


def layers_in(value: Value) -> Iterator[LayerValue]:
    """The layers in a value, however nested in lists, tuples, dicts and sets."""
    yield from _found(value, LayerValue)


def unbuilt_layers(layer: LayerValue) -> list[LayerValue]:
    """What a layer holds that may own parameters and does not know them yet."""
    return [inner for inner in closure(layer) if inner.parameters is None and _may_own(inner)]


def unbuilt(model: LayerValue) -> Iterator[Unknown]:
    """What a model holds whose parameters are not known, as nothing says what enters it."""
    for layer in unbuilt_layers(model):
        if layer.unknown is None:
            yield Unknown(say("source.never_called", name=layer.kind), layer.line)
    called = {name for cls in _classes(model) if cls.node for name in _called(cls.node)}
    for name in sorted(called):
        value = model.attributes.get(name)
        if isinstance(value, Lost) or (isinstance(value, Open) and not _is_harmless(value)):
            reason = value.reason if isinstance(value, Lost) else value.why
            yield Unknown(say("source.unknown_layer", name=name, reason=reason), value.line)


def _classes(model: LayerValue) -> list[Class]:
    order = model.cls.order if model.cls is not None else []
    return [cls for cls in order if isinstance(cls, Class)]


def _called(node: ast.AST) -> Iterator[str]:
    """The attributes of `self` that are called in a class."""
    for call in ast.walk(node):
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                yield name


def _is_harmless(value: Open) -> bool:
    """Whether something of Keras that is called owns nothing that counts: a loss, a metric."""
    key = value.key
    ruled = isinstance(key, tuple) and key[0] == NO_RULE
    return ruled and (value.callee or "").startswith(UNCOUNTED)


UNCOUNTED = ("keras.losses", "keras.metrics", "keras.optimizers", "keras.random", "keras.ops",
             "keras.backend", "keras.utils", "keras.callbacks")  # fmt: skip
"""Modules whose objects hold no parameters that Keras counts in a model."""


def _may_own(layer: LayerValue) -> bool:
    if isinstance(layer, ModelValue):
        return layer.method("build") is not None
    if layer.cls is not None:
        return True
    return layer.rule not in HOMES or owns_something(layer)


def _add(layer: LayerValue, found: Iterator[LayerValue] | list[LayerValue]) -> None:
    merged = {entry.identity: entry for entry in (*layer.tracked, *found) if entry is not layer}
    layer.tracked = tuple(merged.values())


def _found(value: Value, kind: type[Value]) -> Iterator[Value]:
    if isinstance(value, kind):
        yield value
    elif isinstance(value, list | tuple | set | frozenset):
        for element in value:
            yield from _found(element, kind)
    elif isinstance(value, dict):
        yield from _found(tuple(value.values()), kind)
    elif isinstance(value, Choice):
        yield from _found((value.yes, value.no), kind)
    elif isinstance(value, Instance) and _is_named_tuple(value):
        yield from _found(tuple(value.attributes.values()), kind)


def _is_named_tuple(value: Instance) -> bool:
    cls = value.cls
    return cls is not None and cls.node is None and cls.find("<fields>")[0] is not MISSING


def _copied(value: Value) -> Value:
    if isinstance(value, list):
        return [_copied(element) for element in value]
    if isinstance(value, dict):
        return {key: _copied(element) for key, element in value.items()}
    return value
