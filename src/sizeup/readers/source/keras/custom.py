"""Classes of the source that derive from `Layer` or `Model`: made, built, traced."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from sizeup.network import Network as Frozen
from sizeup.network import Parameter, Shape, Unknown, add_known, rows
from sizeup.readers.source.calls import call, call_function
from sizeup.readers.source.keras.arguments import Unsized, describe, to_shape
from sizeup.readers.source.keras.calling import emit, placeholder, swap, tensors_in
from sizeup.readers.source.keras.capture import capture
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Node, Tensor, constant
from sizeup.readers.source.keras.tracing import fault_before
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Function, Lost, Raised
from sizeup.rules.checks import text
from sizeup.rules.registry import find_rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def run(
    m: Machine,
    layer: LayerValue,
    inputs: Sequence[Tensor],
    arguments: list[Value],
    keywords: dict[str, Value],
    node: ast.AST,
) -> Value:
    """Call a layer of the source's own class: `build` once, then `call` on tensors inside.

    Returns what `call` returns, with the tensors that leave the layer in place of inner ones.
    """
    node_call = Node(layer, tuple(inputs), m.unique(), line_of(node))
    inside = {id(tensor): placeholder(tensor) for tensor in inputs}
    m.touch(layer)
    build(m, layer, inputs, node)
    assert layer.cls is not None
    function, _ = layer.cls.find("call")
    if not isinstance(function, Function):
        function, _ = layer.cls.find("forward")
    layer.nodes = (*layer.nodes, node_call)
    given = [swap(a, inside) for a in arguments]
    named = {name: swap(value, inside) for name, value in keywords.items()}
    if isinstance(function, Function):
        known = _argument_names(function)
        named = {name: value for name, value in named.items() if name in known}
        result = call_function(m, function, [layer, *given], named, node)
    elif find_rule(layer.rule) is not None:  # Keras' own call, of a class that owns more
        result = call(m, m.world.inherited(m, layer, "call", node), given, named, node)
    else:
        return _opaque(node_call, say("source.no_call", name=layer.kind), line_of(node))
    leaving = [t for t in tensors_in(m, result) if isinstance(t, Tensor)]
    if not leaving:
        return _opaque(node_call, say("source.no_tensor", name=layer.kind), line_of(node))
    node_call.body = capture(tuple(inside.values()), leaving)
    listed = [row for row in rows(Frozen("", node_call.body)) if row.depth == 0]
    node_call.macs = add_known(row.macs for row in listed)
    emit(node_call, _leaving_shapes(m, layer, inputs, leaving, node), inputs)
    for tensor, inner in zip(node_call.outputs, leaving, strict=True):
        tensor.unknown = inner.unknown if tensor.shape is None else None
        tensor.samples = inner.samples
        fault = fault_before(inner)
        node_call.error = node_call.error or fault
    outside = {id(inner): outer for inner, outer in zip(leaving, node_call.outputs, strict=True)}
    return swap(result, outside)


def _leaving_shapes(
    m: Machine,
    layer: LayerValue,
    inputs: Sequence[Tensor],
    leaving: Sequence[Tensor],
    node: ast.AST,
) -> list[Shape | None]:
    """The shapes that leave; one that is not known is what `compute_output_shape` says."""
    found = [tensor.shape for tensor in leaving]
    assert layer.cls is not None
    function, _ = layer.cls.find("compute_output_shape")
    if None not in found or len(found) > 1 or not isinstance(function, Function):
        return found
    entering: list[Value] = [t.shape if t.shape is not None else _shape_lost(t) for t in inputs]
    shape = entering[0] if len(entering) == 1 else entering
    try:
        said = to_shape(m, call_function(m, function, [layer, shape], {}, node))
    except (Unsized, Raised):
        return found
    if not isinstance(said, tuple):
        return found
    m.note("assumed", say("source.declared", name=layer.name, shape=text(said)), layer.line)
    return [said]


def _argument_names(function: Function) -> set[str]:
    signature = function.arguments
    return {a.arg for a in signature.posonlyargs + signature.args + signature.kwonlyargs}


def _opaque(node_call: Node, reason: str, line: int | None) -> Tensor:
    """A call whose inside cannot be followed."""
    node_call.layer.unknown = node_call.layer.unknown or Unknown(reason, line)
    node_call.macs = None
    output = Tensor(None, node=node_call)
    output.unknown = Unknown(reason, line)
    node_call.outputs = (output,)
    return output


def build(m: Machine, layer: LayerValue, inputs: Sequence[Tensor], node: ast.AST) -> None:
    """Run `build(input_shape)` at the first call."""
    if layer.parameters is None:
        layer.parameters = ()
    if layer.attributes.get("<built>"):
        return
    layer.attributes["<built>"] = True
    assert layer.cls is not None
    function, _ = layer.cls.find("build")
    if not isinstance(function, Function):
        return
    shapes = [t.shape if t.shape is not None else _shape_lost(t) for t in inputs]
    shape: Value = shapes[0] if len(shapes) == 1 else shapes
    call_function(m, function, [layer, shape], {}, node)


def _shape_lost(tensor: Tensor) -> Lost:
    reason = tensor.unknown.reason if tensor.unknown else say("source.shape_unknown")
    return Lost(reason, tensor.unknown.line if tensor.unknown else None)


def initialize(
    m: Machine, layer: LayerValue, _a: list[Value], keywords: dict[str, Value], _node: ast.AST
) -> None:
    """`super().__init__(name=…, trainable=…)`."""
    describe(m, layer, {k: v for k, v in keywords.items() if k in ("name", "trainable", "dtype")})


def add_weight(
    m: Machine, layer: LayerValue, arguments: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    """`self.add_weight(…)` in the spellings of Keras 1 to 3."""
    given = dict(keywords)
    for value in (m.resolve(a) for a in arguments):
        if isinstance(value, str) and "name" not in given:
            given["name"] = value
        elif isinstance(value, tuple | list | int) and "shape" not in given:
            given["shape"] = value
    name = m.resolve(given.get("name"))
    name = name if isinstance(name, str) else f"weight_{len(layer.parameters or ()) + 1}"
    shape_given = m.resolve(given.get("shape", ()))
    m.touch(layer)
    try:
        shape = to_shape(m, shape_given if shape_given is not None else ())
    except Unsized as lost:
        layer.unknown = layer.unknown or Unknown(lost.reason, lost.line or line_of(node))
        return constant(None, unknown=layer.unknown)
    if not isinstance(shape, tuple) or None in shape:
        reason = say("source.weight_shape", name=name)
        layer.unknown = layer.unknown or Unknown(reason, line_of(node))
        return constant(None, unknown=layer.unknown)
    dtype = m.resolve(given.get("dtype"))
    trainable = m.decide(given["trainable"]) if "trainable" in given else True
    known = tuple(d for d in shape if d is not None)
    parameter = Parameter(name, known, dtype if isinstance(dtype, str) else "float32", trainable)
    taken = {p.name for p in layer.parameters or ()}
    if parameter.name in taken:
        parameter = Parameter(f"{name}_{len(taken)}", known, parameter.dtype, trainable)
    layer.parameters = (*(layer.parameters or ()), parameter)
    weight = constant(shape, parameter.dtype)
    layer.attributes["<weights>"] = {**layer.attributes.get("<weights>", {}), id(weight): weight}
    return weight


WEIGHT_LISTS = {"trainable_weights": True, "_trainable_weights": True,
                "non_trainable_weights": False, "_non_trainable_weights": False}  # fmt: skip
"""Lists of weights that layers for Keras 1 and 2 set themselves; whether those are trained."""


def adopt(m: Machine, layer: LayerValue, name: str, value: Value, node: ast.AST) -> None:
    """`self.trainable_weights = [self.W, self.b]`: variables that the layer made become its own."""
    names = {id(held): key for key, held in layer.attributes.items()}
    weights = value if isinstance(value, list | tuple) else [value]
    own = list(layer.parameters or ())
    for weight in map(m.resolve, weights):
        shape = weight.shape if isinstance(weight, Tensor) and weight.constant else None
        known = tuple(dim for dim in shape or () if dim is not None)
        if shape is None or len(known) != len(shape):
            layer.unknown = layer.unknown or Unknown(say("source.weights"), line_of(node))
        elif id(weight) not in layer.attributes.get("<weights>", ()):
            key = names.get(id(weight), f"weight_{len(own) + 1}")
            own.append(Parameter(key, known, weight.dtype, WEIGHT_LISTS[name]))
    layer.parameters = tuple(own)


def build_model(m: Machine, model: ModelValue, shape: Value, node: ast.AST) -> None:
    """`model.build(input_shape)` of a subclassed model: traced on a symbolic input."""
    shape = m.resolve(shape)
    if isinstance(shape, list) and shape and isinstance(shape[0], tuple):
        tensors = [Tensor(_batched(m, entry)) for entry in shape]
        argument: Value = tensors
    else:
        tensors = [Tensor(_batched(m, shape))]
        argument = tensors[0]
    run(m, model, tensors, [argument], {}, node)


def _batched(m: Machine, shape: Value) -> tuple[Value, ...]:
    found = to_shape(m, shape)
    if not isinstance(found, tuple):
        raise Raised("ValueError", say("source.shape_unknown"), None)
    return (None, *found[1:])


def overrides(layer: LayerValue) -> bool:
    """Whether the source's class says itself how the layer is called, or what it owns besides."""
    cls = layer.cls
    if cls is None:
        return False
    named = ("call",) if isinstance(layer, ModelValue) else ("call", "build")
    return any(isinstance(cls.find(name)[0], Function) for name in named)
