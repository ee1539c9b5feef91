"""The Lambda layer: a function of the source as a layer. It owns nothing, whatever it calls.

Keras does not track layers and variables that the function uses, so that their parameters
are no part of the network (checked with Keras 3 and documented for Keras 2).
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from sizeup.network import Unknown, add_known
from sizeup.readers.source.calls import call
from sizeup.readers.source.keras.arguments import Unsized, declared_shape, describe, to_shape
from sizeup.readers.source.keras.calling import begin, differ_in, swap, tensors_in
from sizeup.readers.source.keras.capture import traced
from sizeup.readers.source.keras.objects import LayerValue, Tensor, placeholder
from sizeup.readers.source.keras.tracing import fault_before, nodes_before
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.operators import Unbounded
from sizeup.readers.source.values import Function, Lost, Open, Raised
from sizeup.readers.source.written import written
from sizeup.rules.checks import text
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.network import Shape

    Value = Any

NAMES = ("function", "output_shape", "mask", "arguments")
GIVEN = "<given>"
"""The attribute that keeps the arguments of the constructor."""
GIVEN_BY_KERAS = ("mask", "training")
"""Arguments that Keras fills in where the function has them."""


def configure(
    m: Machine, layer: LayerValue, a: list[Value], k: dict[str, Value], node: ast.AST
) -> None:
    """Take the constructor's arguments in."""
    given = {**dict(zip(NAMES, a, strict=False)), **k}
    if "function" not in given:
        message = say("source.missing", name="Lambda", argument="function")
        raise Raised("TypeError", message, line_of(node))
    describe(m, layer, given)
    layer.declared = declared_shape(m, given, layer.kind)
    function = m.resolve(given["function"])
    known = function.node if isinstance(function, Function) else None
    layer.config["function"] = written(known) if known else getattr(function, "name", None)
    layer.attributes[GIVEN] = {name: given.get(name) for name in NAMES}


def run(
    m: Machine, layer: LayerValue, inputs: Sequence[Tensor], argument: Value, node: ast.AST | None
) -> Value:
    """Call the function on what enters; one tensor, or a list of them."""
    m.touch(layer)
    layer.parameters = ()
    made = begin(m, layer, inputs, node)
    layer.nodes = (*layer.nodes, made)
    inside = {id(tensor): placeholder(tensor) for tensor in inputs}
    around, m.world.frame = m.world.frame, made
    try:
        result = _result(m, layer, swap(argument, inside), node or ast.Pass())
    finally:
        m.world.frame = around
    leaving = [t for t in tensors_in(m, result) if isinstance(t, Tensor)]
    shapes = _shapes(m, layer, inputs, argument, leaving, node)
    made.outputs = tuple(
        Tensor(shape, leaving[i].dtype if i < len(leaving) else inputs[0].dtype, made, i)
        for i, shape in enumerate(shapes)
    )
    for tensor, inner in zip(made.outputs, leaving, strict=False):
        tensor.samples = inner.samples
    for tensor in made.outputs:
        if tensor.shape is None:
            reason = result if isinstance(result, Lost) else None
            found = next((t.unknown for t in (*leaving, *inputs) if t.unknown), None)
            why = Unknown(reason.reason, reason.line) if reason else found
            tensor.unknown = why or Unknown(say("source.shape_unknown"), made.line)
    if leaving and not any(t.shape is None or t.unknown for t in leaving):
        made.traced = traced(made, tuple(inside.values()), leaving)
    made.error = next((fault for t in leaving if (fault := fault_before(t))), None)
    costs = [each.macs for t in leaving for each in nodes_before(t, made.number)]
    made.macs = add_known(costs) if len(leaving) == len(shapes) else None
    several = isinstance(result, list | tuple) or len(shapes) > 1
    return list(made.outputs) if several else made.outputs[0]


def _result(m: Machine, layer: LayerValue, argument: Value, node: ast.AST) -> Value:
    """What the function gives; lost where it cannot be followed."""
    function = m.resolve(layer.attributes[GIVEN]["function"])
    more = m.resolve(layer.attributes[GIVEN]["arguments"]) or {}
    if isinstance(function, Open) or not isinstance(more, dict):
        return Lost(say("source.unseen", name=getattr(function, "text", "Lambda")), layer.line)
    if isinstance(function, Lost):
        return function
    if isinstance(function, Function):
        signature = function.arguments
        names = {each.arg for each in (*signature.args, *signature.kwonlyargs)}
        more = {**{name: None for name in GIVEN_BY_KERAS if name in names}, **more}
    try:
        return call(m, function, [argument], more, node)
    except Unbounded as loop:
        return Lost(say("source.loop"), loop.line)
    except Raised as raised:
        return Lost(str(raised), raised.line)


def _shapes(
    m: Machine,
    layer: LayerValue,
    inputs: Sequence[Tensor],
    argument: Value,
    leaving: Sequence[Tensor],
    node: ast.AST | None,
) -> list[Shape | None]:
    """The shapes that leave: those of the function, and what the layer says of them itself."""
    found: list[Shape | None] = [tensor.shape for tensor in leaving] or [None]
    declared = _declared(m, layer, inputs, argument, node)
    if declared is None:
        return found
    if not leaving or None in found or len(declared) != len(found):
        m.note("assumed", say("source.lambda_shape", name=layer.name,
                              shape=", ".join(map(text, declared))), layer.line)  # fmt: skip
        return list(declared)
    shapes: list[Shape | None] = []
    for said, seen in zip(declared, found, strict=True):
        assert seen is not None
        if differ_in(said, seen):
            m.note("warning", say("source.lambda_differs", name=layer.name, said=text(said),
                                  seen=text(seen)), layer.line)  # fmt: skip
            shapes.append(seen if m.world.dialect.tensorflow else said)
        else:
            shapes.append(tuple(b if a is None else a for a, b in zip(said, seen, strict=True)))
    return shapes


def _declared(
    m: Machine,
    layer: LayerValue,
    inputs: Sequence[Tensor],
    argument: Value,
    node: ast.AST | None,
) -> list[Shape] | None:
    """What `output_shape` says: a shape without the batch, several, or a function of shapes."""
    said = m.resolve(layer.attributes[GIVEN]["output_shape"])
    shapes = [tensor.shape for tensor in inputs]
    if said is None or None in shapes:
        return None
    whole = hasattr(said, "call") or not isinstance(said, list | tuple | int)
    if whole:
        several = isinstance(m.resolve(argument), list | tuple)
        try:
            said = m.resolve(
                call(m, said, [shapes if several else shapes[0]], {}, node or ast.Pass())
            )
        except (Raised, Unbounded):
            return None
    if isinstance(said, Open | Lost):
        return None
    each = said if isinstance(said, list | tuple) and any(
        isinstance(part, list | tuple) for part in said) else [said]  # fmt: skip
    try:
        found = [to_shape(m, shape) for shape in each]
    except Unsized:
        return None
    batch = shapes[0][:1] if shapes[0] else (None,)
    known = [shape for shape in found if isinstance(shape, tuple)]
    if len(known) != len(found):
        return None
    return known if whole else [(*batch, *shape) for shape in known]
