"""Running the `call` of a layer that is of the source's own, as often as Keras does.

Keras 3 builds a layer that has no `build` by a first run of `call`. That comes before masks are
looked for: what is built without one counts too, and what the run changes in the layer, the next
one finds changed.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from contextlib import suppress

from sizeup.readers.source.calls import call as call_value
from sizeup.readers.source.calls import call_function
from sizeup.readers.source.keras import tracking
from sizeup.readers.source.keras.calling import begin
from sizeup.readers.source.keras.capture import closure
from sizeup.readers.source.keras.objects import LayerValue, Node
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Raised
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def run_call(
    m: Machine,
    call: Node,
    positional: list[Value],
    named: Mapping[str, Value],
    masks: Mapping[str, Value],
    node: ast.AST,
) -> tuple[Node, Value]:
    """Run `call` on tensors inside of the layer; `masks` are what Keras hands to it besides.

    Returns the call that counts and what it returns.
    """
    layer = call.layer
    tracking.refresh(m, layer)
    if _is_traced(m, layer):
        before = _state(layer)
        with suppress(Raised):
            result = _follow(m, call, positional, named, node)
            if not masks and _state(layer) == before:
                return call, result
        call = _begin_again(m, call, node)
    held = len(layer.tracked), len(layer.parameters or ())
    result = _follow(m, call, positional, {**named, **masks}, node)
    tracking.refresh(m, layer)
    now = len(layer.tracked), len(layer.parameters or ())
    if m.world.dialect.law >= 3:
        for key, then, since in zip(("late_layers", "late_weights"), held, now, strict=True):
            if since > then:
                m.note("warning", say(f"source.{key}", name=layer.kind), line_of(node))
    return call, result


def _is_traced(m: Machine, layer: LayerValue) -> bool:
    """Whether the first run builds it; one that holds no layers yet has nothing to build."""
    unbuilt = not layer.nodes and bool(layer.tracked)
    return unbuilt and m.world.dialect.law >= 3 and layer.method("build") is None


def _state(layer: LayerValue) -> dict[str, Value]:
    """What a second run may find otherwise."""
    return {
        name: list(value) if isinstance(value, list) else value
        for name, value in layer.attributes.items()
        if not name.startswith("<")
    }


def _follow(
    m: Machine, call: Node, positional: list[Value], named: Mapping[str, Value], node: ast.AST
) -> Value:
    layer = call.layer
    around, m.world.frame = m.world.frame, call
    try:
        if layer.call_method is not None:
            return call_function(m, layer.call_method, [layer, *positional], dict(named), node)
        inherited = m.world.inherited(m, layer, "call", node)  # of a class that owns more
        return call_value(m, inherited, positional, dict(named), node)
    finally:
        m.world.frame = around


def _begin_again(m: Machine, call: Node, node: ast.AST) -> Node:
    """The next run, without the calls that the first one made."""
    layer = call.layer
    tracking.refresh(m, layer)
    for inner in closure(layer):
        inner.nodes = tuple(made for made in inner.nodes if not _is_inside(made, call))
    return begin(m, layer, call.inputs, node)


def _is_inside(made: Node, call: Node) -> bool:
    """Whether a call was made while another ran."""
    within = made.within
    while within is not None and within is not call:
        within = within.within
    return within is call
