"""The shape that a class says to leave it, which Keras 3 takes without a look at `call`.

Between the layers of a network Keras 3 asks `compute_output_shape`, the source's own or that of the
class of Keras that the layer derives from, where there is one. Inside of a layer each `call` runs.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from sizeup.dims import total
from sizeup.errors import OpenSizeError, SizingError
from sizeup.network import Unknown
from sizeup.readers.source.calls import call_function
from sizeup.readers.source.keras import tensors, tracking
from sizeup.readers.source.keras.arguments import Unsized, to_shape
from sizeup.readers.source.keras.calling import differ_in
from sizeup.readers.source.keras.capture import frozen_config
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Node, Tensor
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Lost, Open, Raised
from sizeup.rules.checks import text
from sizeup.rules.registry import find_rule, size
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.network import Shape

    Value = Any

METHODS = ("compute_output_shape", "get_output_shape_for", "output_shape")
"""What tells the shape that leaves, from Keras 2 on, in Keras 1, and in Keras 0."""

SILENT = frozenset({
    "SimpleRNNCell", "GRUCell", "LSTMCell", "StackedRNNCells", "Wrapper", "Pipeline",
})  # fmt: skip
"""Kinds of Keras' own that do not say it."""

CONTRADICTED = "<contradicted>"
"""Why a layer is held to what it says of itself, so that no graph inside gives what leaves it."""


def is_said(m: Machine, layer: LayerValue) -> bool:
    """Whether Keras 3 takes what leaves a layer from what its class says, and from no `call`.

    What is wrong in `call` then comes out when the network runs.
    """
    if m.world.dialect.law < 3 or layer.method("compute_output_spec") is not None:
        return False
    return layer.method(METHODS[0]) is not None or (
        find_rule(layer.rule) is not None and layer.rule not in SILENT
    )


def hold(m: Machine, call: Node, node: ast.AST) -> None:
    """Go on with the shape that a class says, as Keras 3 does, where `call` gives another one.

    Then the layer is not what it was made as when the network runs.
    """
    if not is_said(m, call.layer) or isinstance(call.layer, ModelValue) or call.error:
        return
    seen = [tensor.shape for tensor in call.outputs]
    said = _said(m, call, node)
    if said is None or not _contradict(said, seen):
        return
    m.world.dialect.disputed = True
    shown = ["/".join(map(text, shapes)) for shapes in (said, seen)]
    reason = say("source.contradicted", name=call.layer.kind, said=shown[0], seen=shown[1])
    m.touch(call.layer)
    call.layer.attributes[CONTRADICTED] = Unknown(reason, call.layer.line)
    if len(said) != len(seen):
        call.layer.unknown = call.layer.unknown or call.layer.attributes[CONTRADICTED]
        return
    m.note("warning", reason, call.layer.line)
    for tensor, shape in zip(call.outputs, said, strict=True):
        tensor.shape = shape
    call.body = None


def _contradict(said: Sequence[Shape], seen: Sequence[Shape | None]) -> bool:
    if len(said) != len(seen):
        return True
    pairs = zip(said, seen, strict=True)
    return any(shape is not None and differ_in(told, shape) for told, shape in pairs)


def _said(m: Machine, call: Node, node: ast.AST) -> list[Shape] | None:
    """What a class gives of the shapes that enter; None where that is not known."""
    function = call.layer.method(METHODS[0])
    if None in call.shapes:
        return None
    entering: Value = call.shapes[0] if len(call.shapes) == 1 else list(call.shapes)
    try:
        if function is None:
            found = output_shape(m, call.layer, [entering], {}, node)
        else:
            found = call_function(m, function, [call.layer, entering], {}, node)
        found = m.resolve(found)
        several = list(found) if are_several(found) else [found]
        shapes = [to_shape(m, m.resolve(each)) for each in several]
    except (Unsized, Raised):
        return None
    known = [shape for shape in shapes if isinstance(shape, tuple)]
    return known if len(known) == len(shapes) else None


def waiting(m: Machine, layer: LayerValue, *, wrapped: bool) -> list[LayerValue]:
    """What a layer holds that is not built before `call` runs, where Keras 3 does not run that.

    A class without `build` is run once to be built, but for one that is `wrapped`.
    """
    builds = layer.method("build") is not None or "<own>" in layer.attributes
    if not is_said(m, layer) or not (builds or wrapped):
        return []
    return tracking.unbuilt_layers(layer)


def tell_late(m: Machine, layer: LayerValue, late: Sequence[LayerValue]) -> None:
    """Warn of layers that only `call` has built: Keras does not count them before it runs."""
    owned = [each for each in late if each.parameters]
    if owned:
        names = dict.fromkeys(each.explicit or each.kind for each in owned)
        count = total(p.count for each in owned for p in each.parameters or ())
        said = say("source.built_late", name=layer.kind, layers=", ".join(names), count=text(count))
        m.note("warning", said, layer.line)


def declare(m: Machine, call: Node, node: ast.AST) -> None:
    """Where `call` cannot be followed, its class may say what leaves: `compute_output_shape`."""
    found = (call.layer.method(name) for name in METHODS)
    function = next((method for method in found if method is not None), None)
    if function is None or len(call.outputs) > 1 or None in call.shapes or call.error:
        return
    shapes: Value = call.shapes[0] if len(call.shapes) == 1 else list(call.shapes)
    arguments = [call.layer] if function.name == "output_shape" else [call.layer, shapes]
    try:
        shape = to_shape(m, call_function(m, function, arguments, {}, node))
    except (Unsized, Raised):
        return
    if isinstance(shape, tuple):
        call.outputs[0].shape, call.outputs[0].unknown = shape, None
        said = say("source.declared", name=call.layer.name, shape=text(shape))
        m.note("assumed", said, call.layer.line)


def output_shape(
    m: Machine, layer: LayerValue, a: list[Value], k: dict[str, Value], node: ast.AST
) -> Value:
    """`layer.compute_output_shape(shape)` of Keras' own class."""
    shapes = [m.resolve(shape) for shape in (*a, *k.values())]
    if len(shapes) == 1 and are_several(shapes[0]):
        shapes = shapes[0]
    if layer.rule == "Lambda":
        return m.attempt(lambda: _leaving(m, layer, shapes, node))[0]
    rule = find_rule(layer.rule)
    if rule is None or isinstance(layer, ModelValue) or _is_changed(layer, rule.arguments):
        return m.world.unseen_value(m, node)
    try:
        entering = [entering_shape(m, shape) for shape in shapes]
        leaving = size(layer.rule, frozen_config(layer), entering).outputs
    except (Unsized, OpenSizeError):
        return m.world.unseen_value(m, node)
    except SizingError as error:
        raise Raised("ValueError", error.what, line_of(node)) from None
    return leaving[0] if len(leaving) == 1 else list(leaving)


def _is_changed(layer: LayerValue, arguments: Mapping[str, object]) -> bool:
    """Whether the source has set an argument of Keras' own class since it made the layer."""
    return any(
        name in layer.attributes and layer.attributes[name] != layer.config.get(name, usual)
        for name, usual in arguments.items()
    )


def _leaving(m: Machine, layer: LayerValue, shapes: list[Value], node: ast.AST) -> Value:
    """The shapes of what a call on tensors of `shapes` gives."""
    m.touch(layer)
    inputs = [symbolic(m, shape) for shape in shapes]
    entering = inputs[0] if len(inputs) == 1 else inputs
    return shapes_of(m, m.world.call_layer(m, layer, [entering], {}, node))


def entering_shape(m: Machine, shape: Value, *, alone: bool = False) -> Shape:
    """A shape with its batch open; in `build`, one number `alone` is that of the features."""
    found = to_shape(m, shape)
    if isinstance(found, Open):
        raise Unsized(say("source.open_shape", code=found.text), found.line)
    return (None, *(found if alone and len(found) == 1 else found[1:]))


def shapes_of(m: Machine, value: Value) -> Value:
    """The shapes of tensors, nested as the tensors are."""
    value = m.resolve(value)
    if isinstance(value, list | tuple):
        return type(value)([shapes_of(m, element) for element in value])
    if isinstance(value, dict):
        return {key: shapes_of(m, element) for key, element in value.items()}
    if isinstance(value, Tensor):
        return tensors.shape_of(m, value, ast.Pass())
    return None if value is None else Lost(say("source.shape_unknown"))


def are_several(shape: Value) -> bool:
    """Whether it is a list of shapes."""
    return isinstance(shape, list | tuple) and bool(shape) and isinstance(shape[0], list | tuple)


def symbolic(m: Machine, shape: Value) -> Value:
    """Tensors of shapes that are given with their batch, nested as the shapes are."""
    if isinstance(shape, dict):
        return {key: symbolic(m, m.resolve(inner)) for key, inner in shape.items()}
    if are_several(shape):
        return type(shape)([symbolic(m, m.resolve(inner)) for inner in shape])
    found = to_shape(m, shape)
    if not isinstance(found, tuple):
        raise Raised("ValueError", say("source.shape_unknown"), None)
    return Tensor((None, *found[1:]))
