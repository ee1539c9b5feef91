"""Weights that a layer of Keras 0 to 2 lists itself: `self.trainable_weights = [self.W, self.b]`."""

from __future__ import annotations

import ast

from sizeup.network import Parameter as Owned
from sizeup.network import Unknown
from sizeup.readers.source.keras.objects import LayerValue, Tensor, Weight
from sizeup.readers.source.keras.variables import shared
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.operators import Unbounded, iterate
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

LISTS = {"trainable_weights": True, "_trainable_weights": True, "params": True,
         "non_trainable_weights": False, "_non_trainable_weights": False}  # fmt: skip
"""The attributes that list weights, and whether the optimizer updates these."""


def are_listed(m: Machine, layer: LayerValue, name: str) -> bool:
    """Whether an attribute is a list of weights that the source's class writes itself."""
    return layer.cls is not None and name in LISTS and (name != "params" or m.world.version < 1)


def given(m: Machine, layer: LayerValue, name: str, found: list[Value]) -> None:
    """Remember a list of weights that the source has read, as it may add to it."""
    if are_listed(m, layer, name):
        m.touch(layer)
        layer.attributes[_kept(name)] = (found, len(found))


def settle(m: Machine, layer: LayerValue, node: ast.AST) -> None:
    """Take in what the source has added to the lists that it was given."""
    for name in LISTS:
        found, before = layer.attributes.get(_kept(name), ([], 0))
        if len(found) > before:
            declare(m, layer, name, found, node)


def declare(m: Machine, layer: LayerValue, name: str, value: Value, node: ast.AST) -> None:
    """`self.trainable_weights = […]`: these are the weights, and no others of their sort."""
    m.touch(layer)
    layer.attributes.pop(_kept(name), None)
    flag = LISTS[name]
    try:
        weights = [m.resolve(weight) for weight in iterate(m, value, node)]
    except Unbounded:
        weights = [None]
    owned: list[Owned] = []
    for weight in weights:
        if not isinstance(weight, Tensor) or not weight.constant or not _is_sized(weight):
            layer.unknown = layer.unknown or Unknown(say("source.weights"), line_of(node))
            return
        taken = {parameter.name for parameter in owned}
        parameter = _parameter(layer, weight, flag, taken)
        if parameter not in owned:  # an attribute may list it, too
            owned.append(parameter)
    names = {parameter.name for parameter in owned}
    others = [p for p in layer.parameters or () if p.trainable is not flag and p.name not in names]
    layer.parameters = tuple([*owned, *others] if flag else [*others, *owned])


def _is_sized(weight: Tensor) -> bool:
    return weight.shape is not None and None not in weight.shape


def _parameter(layer: LayerValue, weight: Tensor, flag: bool, taken: set[str]) -> Owned:
    """What a listed weight is to the layer; another layer's is one parameter of both."""
    if isinstance(weight, Weight) and weight.owner not in (None, layer):
        return shared(weight)
    if isinstance(weight, Weight):
        found = weight.parameter
        weight.parameter = found.changed(name=found.name or _attribute(layer, weight),
                                         trainable=flag)  # fmt: skip
        weight.owner = layer
        return weight.parameter
    name = _attribute(layer, weight)
    if name in taken:
        name = f"{name}_{len(taken)}"
    return Owned(name, tuple(d for d in weight.shape or () if d is not None), weight.dtype, flag)


def _attribute(layer: LayerValue, weight: Tensor) -> str:
    """The name under which the source's object holds a weight."""
    held = (name for name, value in layer.attributes.items() if value is weight)
    return next(held, "weight")


def _kept(name: str) -> str:
    return f"<{name.lstrip('_')}>"
