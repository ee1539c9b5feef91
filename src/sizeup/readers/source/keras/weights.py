"""What a layer or a model owns, as the source reads it back: weights, their number, their shapes."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sizeup.dims import total
from sizeup.network import Layer, Network, Parameter, Row, rows, tensor_key
from sizeup.readers.source.arrays import Array
from sizeup.readers.source.keras import declared_weights, flags
from sizeup.readers.source.keras.capture import assemble
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Weight
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Builtin, Lost
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

LISTS: dict[str, Callable[[Parameter], bool]] = {
    "weights": lambda _: True,
    "variables": lambda _: True,
    "trainable_weights": lambda p: p.trainable,
    "trainable_variables": lambda p: p.trainable,
    "non_trainable_weights": lambda p: not p.trainable,
    "_trainable_weights": lambda p: p.trainable,
    "_non_trainable_weights": lambda p: not p.trainable,
    "params": lambda p: p.trainable,
    "non_trainable_variables": lambda p: not p.trainable,
}
"""Attributes that list weights, by which of them they list."""


def attribute(m: Machine, layer: LayerValue, name: str, node: ast.AST) -> Value:
    """`layer.weights`, `layer.kernel`, `model.count_params()`, …; None for any other name."""
    if name in LISTS:
        found = weights(m, layer, node)
        if isinstance(found, Lost):
            return found
        of_all = isinstance(layer, ModelValue) or not name.startswith(("_", "params"))
        found = [weight for weight in found if LISTS[name](weight.parameter)
                 and (of_all or weight.owner is layer)]  # fmt: skip
        declared_weights.given(m, layer, name, found)
        return found
    if name in ("count_params", "get_weights"):
        return Builtin(name, lambda m, _a, _k, node: METHODS[name](m, layer, node))
    for parameter in layer.parameters or ():
        if parameter.name == name:
            return Weight(parameter, layer)
    return None


def weights(m: Machine, layer: LayerValue, node: ast.AST) -> list[Weight] | Lost:
    """The weights that a layer has now, in the order in which Keras lists them."""
    found = _rows(m, layer)
    unknown = layer.unknown or next((r.layer.unknown for r in found if r.layer.unknown), None)
    if unknown is not None or (not found and layer.parameters is None):
        reason = unknown.reason if unknown else say("source.never_called", name=layer.kind)
        return Lost(reason, unknown.line if unknown else line_of(node))
    owned = [_weight(m, row.layer, p) for row in found for p in row.own]
    return owned if len(found) > 1 else sorted(owned, key=lambda w: not w.parameter.trainable)


def _rows(m: Machine, layer: LayerValue) -> tuple[Row, ...]:
    """The rows inside of a model, or of a layer and what it is made of."""
    from sizeup.readers.source.keras.listing import snapshot

    if isinstance(layer, ModelValue):
        return rows(snapshot(m, layer))
    if layer.parameters is None:
        return ()
    graph = flags.as_now(m, assemble([(layer, list(layer.nodes[-1:]))], (), (), {}))
    return rows(Network("", graph, trainable=layer.trainable))


def _weight(m: Machine, layer: Layer, parameter: Parameter) -> Weight:
    """A parameter of a layer, under the name that it has in the layer that owns it first hand."""
    key = tensor_key(layer, parameter)
    owner = m.world.live.get(key[0]) if isinstance(key, tuple) else None
    if owner is None or not isinstance(key, tuple):
        return Weight(parameter, m.world.live.get(layer.identity or 0))
    return Weight(parameter.changed(name=key[1], tied=None), owner)


def _count(m: Machine, layer: LayerValue, node: ast.AST) -> Value:
    found = weights(m, layer, node)
    return found if isinstance(found, Lost) else total(each.parameter.count for each in found)


def _arrays(m: Machine, layer: LayerValue, node: ast.AST) -> Value:
    found = weights(m, layer, node)
    if isinstance(found, Lost):
        return found
    return [Array(each.parameter.shape, each.dtype) for each in found]


METHODS: dict[str, Callable[..., Value]] = {"count_params": _count, "get_weights": _arrays}
