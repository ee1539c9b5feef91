"""Classes of the source that derive from `Layer` or `Model`: made, built, traced."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from sizeup.errors import SizingError
from sizeup.network import Network as Frozen
from sizeup.network import Unknown, add_known, rows
from sizeup.readers.source.calls import call_function
from sizeup.readers.source.keras import declared_weights, masks, said_shapes, tracking
from sizeup.readers.source.keras.arguments import Unsized, declared_shape, describe
from sizeup.readers.source.keras.calling import begin, emit, own, swap, tensors_in
from sizeup.readers.source.keras.capture import capture_body, frozen_config
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Node, Tensor, placeholder
from sizeup.readers.source.keras.runs import run_call
from sizeup.readers.source.keras.said_shapes import are_several, entering_shape, shapes_of, symbolic
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Function, Raised
from sizeup.rules.registry import find_rule, size
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

ENTERING = "<entering>"
"""The attribute that holds what enters a layer that asks for it."""

CONTEXT = frozenset({"training", "mask"})
"""What Keras hands to a `call` that takes it and keeps from one that does not."""


def run(
    m: Machine,
    layer: LayerValue,
    arguments: list[Value],
    keywords: dict[str, Value],
    node: ast.AST,
    *,
    wrapped: bool | None = None,
) -> Value:
    """Call a layer of the source's own class: `build` once, then `call` on tensors inside.

    `wrapped` is told of one that a wrapper holds: whether that stands between layers of a network.
    Returns what `call` returns, with the tensors that leave the layer in place of inner ones.
    """
    function = layer.call_method
    given = [t for a in (*arguments, *keywords.values()) for t in tensors_in(m, a)]
    inputs = _distinct(t for t in given if isinstance(t, Tensor))
    if function is not None:
        keywords = {name: value for name, value in keywords.items()
                    if name not in CONTEXT or name in _names(function)}  # fmt: skip
    m.touch(layer)
    asks = function is not None and function.name == "get_output"
    if asks and inputs:
        layer.attributes[ENTERING] = inputs[0]
    build_for(m, layer, function, arguments, keywords, node)
    call = begin(m, layer, inputs, node)
    inside = {id(tensor): placeholder(tensor) for tensor in inputs}
    positional = [swap(argument, inside) for argument in arguments]
    if asks and inputs:
        layer.attributes[ENTERING], positional = inside[id(inputs[0])], []
    named = {name: swap(value, inside) for name, value in keywords.items()}
    handed = {} if function is None else _masks(m, function, positional, named, node)
    between = any(tensor.is_symbolic for tensor in inputs) if wrapped is None else wrapped
    late = said_shapes.waiting(m, layer, wrapped=wrapped is not None) if between else []
    call, result = run_call(m, call, positional, named, handed, node)
    layer.nodes = (*layer.nodes, call)
    found = _leave(m, call, result, inside, node, between=between)
    said_shapes.tell_late(m, layer, late)
    return found


def _masks(
    m: Machine,
    function: Function,
    positional: Sequence[Value],
    named: Mapping[str, Value],
    node: ast.AST,
) -> dict[str, Value]:
    """The masks that Keras hands to a `call` that asks for them and is not given any.

    That of Keras 1 and 2 is the mask of the first argument; that of Keras 3 is `mask` where one
    argument holds tensors, and `x_mask` for each argument `x` where several do.
    """
    names = _parameters(function)[1:]
    unseen = m.world.unseen_value(m, node)
    first = m.world.dialect.law < 3
    given = {**dict(zip(names, positional, strict=False)), **named}
    holders = {n: v for n, v in given.items() if any(True for _ in tensors_in(m, v))}
    if first or len(holders) == 1:
        of = {"mask": positional[0] if first and positional else next(iter(holders.values()), None)}
    else:
        of = {f"{name}_mask": value for name, value in holders.items()}
    found = {
        name: masks.entering(value, unseen, nested=not first)
        for name, value in of.items()
        if name in names and (name not in given if first else given.get(name) is None)
    }
    if not first and any(isinstance(mask, list) for mask in found.values()):
        m.world.dialect.disputed = True  # in Keras 2, masks of which there is none are None
    return {name: mask for name, mask in found.items() if mask is not None}


def _leave(
    m: Machine,
    call: Node,
    result: Value,
    inside: dict[int, Tensor],
    node: ast.AST,
    *,
    between: bool,
) -> Value:
    """What a call gives, seen from outside, and the graph between its tensors.

    `between` the layers of a network, what the class says of its shape holds.
    """
    layer = call.layer
    tracking.refresh(m, layer)
    leaving = _distinct(t for t in tensors_in(m, result) if isinstance(t, Tensor))
    capture_body(call, tuple(inside.values()), leaving)
    assert call.body is not None
    if call.error is not None and said_shapes.is_said(m, layer):
        layer.unknown = layer.unknown or Unknown(call.error, line_of(node))
        call.error = None
    call.macs = add_known(row.macs for row in rows(Frozen("", call.body)) if row.depth == 0)
    if not leaving:
        return _opaque(call, say("source.no_tensor", name=layer.kind), line_of(node))
    emit(m, call, [tensor.shape for tensor in leaving], call.inputs)
    for tensor, inner in zip(call.outputs, leaving, strict=True):
        tensor.unknown, tensor.dtype, tensor.samples = inner.unknown, inner.dtype, inner.samples
    masks.ask(m, call, node)
    if any(tensor.shape is None for tensor in call.outputs):
        said_shapes.declare(m, call, node)
    elif between:
        said_shapes.hold(m, call, node)
    outside = {id(inner): outer for inner, outer in zip(leaving, call.outputs, strict=True)}
    return swap(result, outside)


def _parameters(function: Function) -> list[str]:
    signature = function.arguments
    return [a.arg for a in signature.posonlyargs + signature.args + signature.kwonlyargs]


def _names(function: Function) -> frozenset[str]:
    names = frozenset(_parameters(function))
    return names | (CONTEXT if function.arguments.kwarg else frozenset())


def _distinct(tensors: Iterable[Tensor]) -> tuple[Tensor, ...]:
    return tuple({id(tensor): tensor for tensor in tensors}.values())


def _opaque(call: Node, reason: str, line: int | None) -> Tensor:
    """A call whose outcome cannot be followed."""
    call.layer.unknown = call.layer.unknown or Unknown(reason, line)
    call.macs = None
    output = Tensor(None, node=call)
    output.unknown = Unknown(reason, line)
    call.outputs = (output,)
    return output


# -- build ------------------------------------------------------------------------------------


def build_for(
    m: Machine,
    layer: LayerValue,
    function: Function | None,
    arguments: list[Value],
    keywords: dict[str, Value],
    node: ast.AST,
) -> None:
    """Build a layer before its first call, with the shapes of what `call` is given.

    As in Keras, a `build` of one argument gets the shapes of the first argument, nested as
    that is; one of several gets those of the arguments that they are named after.
    """
    builder = layer.method("build")
    signature = function.arguments if function is not None else None
    taken = signature.posonlyargs + signature.args if signature is not None else []
    given = {**dict(zip([a.arg for a in taken][1:], arguments, strict=False)), **keywords}
    rule = find_rule(layer.rule)
    several = rule.tensors if rule is not None and rule.least > 1 else None
    if builder is None and rule and several and set(several[: rule.least]) <= {*given}:
        named = [given[name] for name in several if m.resolve(given.get(name)) is not None]
        build(m, layer, [shapes_of(m, value) for value in named], {}, node)
        return
    if builder is None or function is None:
        first = arguments[0] if arguments else next(iter(keywords.values()), None)
        build(m, layer, [shapes_of(m, first)], {}, node)
        return
    wanted = [a.arg for a in builder.arguments.posonlyargs + builder.arguments.args][1:]
    by_name = {f"{name}_shape": value for name, value in given.items()}
    if len(wanted) > 1 and set(wanted) <= by_name.keys():
        build(m, layer, [shapes_of(m, by_name[name]) for name in wanted], {}, node)
    else:
        first = next(iter(given.values()), arguments[0] if arguments else None)
        build(m, layer, [shapes_of(m, first)] if wanted else [], {}, node)


def build_on(m: Machine, layer: LayerValue, inputs: Sequence[Tensor], node: ast.AST) -> None:
    """Build what leaves `call` to Keras' own class: a shape for each tensor, where it takes several."""
    shapes = [shapes_of(m, tensor) for tensor in inputs]
    builder = layer.method("build")
    given: list[Value] = [shapes[0] if len(shapes) == 1 else shapes]
    if builder is not None:
        signature = builder.arguments
        taken = (signature.posonlyargs + signature.args)[1:]
        if len(taken) - len(signature.defaults) > 1:
            given = shapes[: len(taken)]
    build(m, layer, given, {}, node)


def build(
    m: Machine, layer: LayerValue, shapes: list[Value], keywords: dict[str, Value], node: ast.AST
) -> None:
    """`layer.build(input_shape)`, which has an effect once."""
    if layer.parameters is None:
        layer.parameters = ()
    if layer.attributes.get("<built>"):
        return
    m.touch(layer)
    layer.attributes["<built>"] = True
    function = layer.method("build")
    if function is None:
        build_by_rule(m, layer, shapes, node)
        return
    around, m.world.frame = m.world.frame, None
    try:
        call_function(m, function, [layer, *shapes], keywords, node)
        declared_weights.settle(m, layer, node)
    finally:
        m.world.frame = around


TABLES = frozenset({"Embedding", "ReversibleEmbedding"})
"""Kinds that Keras builds without a shape: what they own hangs on none."""


SET_LATER = "<set later>"
"""Why what Keras' own class makes of a layer is not known: the source has set an argument since."""


def build_by_rule(m: Machine, layer: LayerValue, given: list[Value], node: ast.AST) -> None:
    """What Keras' own class makes in `build`: the parameters that its rule declares."""
    shapes = [m.resolve(shape) for shape in given]
    if len(shapes) == 1 and are_several(shapes[0]):
        shapes = shapes[0]
    if layer.rule in TABLES and all(shape is None for shape in shapes):
        shapes = [(None, None)]
    held = bool(layer.inner) and layer.has_call  # then what is inside is counted
    if held or find_rule(layer.rule) is None or layer.attributes.get("<own>"):
        return
    m.touch(layer)
    layer.unknown = layer.unknown or layer.attributes.get(SET_LATER)
    layer.attributes["<own>"] = True
    made = LayerValue(layer.rule, None, layer.identity, layer.line)
    made.config = layer.config
    try:
        entering = [entering_shape(m, shape, alone=True) for shape in shapes]
        own(made, size(layer.rule, frozen_config(layer), entering))
    except Unsized as lost:
        layer.unknown = layer.unknown or Unknown(lost.reason, lost.line or line_of(node))
    except SizingError as error:
        raise Raised("ValueError", error.what, line_of(node)) from None
    layer.parameters = (*(layer.parameters or ()), *(made.parameters or ()))


def initialize(
    m: Machine, layer: LayerValue, _a: list[Value], keywords: dict[str, Value], _node: ast.AST
) -> None:
    """`super().__init__(name=…, trainable=…, input_shape=…)`."""
    describe(m, layer, {k: v for k, v in keywords.items() if k in ("name", "trainable", "dtype")})
    layer.declared = declared_shape(m, keywords, layer.kind)


def build_model(m: Machine, model: ModelValue, shape: Value, node: ast.AST) -> None:
    """`model.build(input_shape)` of a subclassed model: traced on symbolic inputs.

    Keras 2 traces it; Keras 3 only marks it as built, and builds its layers when it is called.
    """
    tracking.refresh(m, model)
    if m.world.dialect.law >= 3 and any(tracking.unbuilt(model)):
        m.note("warning", say("source.built_empty", name=model.kind), line_of(node))
    run(m, model, [symbolic(m, m.resolve(shape))], {}, node)


def overrides(layer: LayerValue) -> bool:
    """Whether the source's class says itself how the layer is called, or what it owns besides."""
    builds = not isinstance(layer, ModelValue) and layer.method("build") is not None
    return layer.has_call or builds
