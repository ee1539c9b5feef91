"""Sequential and functional models: made, grown, called, taken apart."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from sizeup.errors import SizingError
from sizeup.network import Graph, Shape, Unknown, add_known, rows, times
from sizeup.network import Network as Frozen
from sizeup.readers.source.keras.arguments import declared_shape, describe, to_dim
from sizeup.readers.source.keras.calling import (
    as_tensor,
    begin,
    emit,
    expected_rank,
    samples_of,
    tensors_in,
)
from sizeup.readers.source.keras.capture import MAX_CALLS, capture, is_endless
from sizeup.readers.source.keras.listed import listed_layers
from sizeup.readers.source.keras.objects import LayerValue, MergeLayer, ModelValue, Node, Tensor
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.operators import Unbounded, iterate
from sizeup.readers.source.values import Builtin, Lost, Open, Raised
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.dims import Dim

    Value = Any


def make_input(
    m: Machine, layer: LayerValue, shape: Shape | Open | None, dtype: str, node: ast.AST | None
) -> Tensor:
    """The symbolic tensor of an input layer (or of a Sequential's hidden one)."""
    known = shape if isinstance(shape, tuple) else None
    m.world.inputs.append((known, line_of(node)))
    tensor = Tensor(known, dtype)
    if isinstance(shape, Open):
        tensor.rank_of = shape
        tensor.unknown = Unknown(say("source.open_shape", code=shape.text), shape.line)
    elif shape is None:
        tensor.unknown = Unknown(say("source.no_shape"), line_of(node))
    call = Node(layer, (), m.unique(), line_of(node))
    call.outputs = (tensor,)
    tensor.node = call
    layer.nodes = (call,)
    layer.parameters = ()
    return tensor


# -- Sequential ---------------------------------------------------------------------------


def start_sequential(
    m: Machine, model: ModelValue, arguments: list[Value], keywords: dict[str, Value], node: ast.AST
) -> None:
    """`Sequential(layers=None, name=None)`."""
    describe(m, model, keywords)
    layers = m.resolve(arguments[0] if arguments else keywords.get("layers"))
    if len(arguments) > 1 and isinstance(arguments[1], str):
        model.explicit = arguments[1]
    if layers is None:
        return
    try:
        for layer in iterate(m, layers, node):
            add_layer(m, model, layer, node)
    except Unbounded as loop:
        model.pending = Lost(
            say("source.layers_open", code=getattr(loop.value, "text", repr(loop.value))), loop.line
        )


def add_layer(m: Machine, model: ModelValue, layer: Value, node: ast.AST) -> None:
    """`model.add(layer)`; what is no known layer leaves the model open from there on."""
    layer = m.resolve(layer)
    m.touch(model)
    if isinstance(layer, Tensor) and layer.node is not None:
        layer = layer.node.layer  # keras.Input(...) gives a tensor
    if isinstance(layer, Open | Lost):
        layer = m.world.unknown_layer(m, layer, node)
    if not isinstance(layer, LayerValue):
        kind = getattr(layer, "name", type(layer).__name__)
        raise Raised("TypeError", say("source.not_layer", what=kind), line_of(node))
    if layer.kind == "InputLayer":
        start(m, model, layer.declared, _dtype(layer), node)
        return
    if isinstance(layer, MergeLayer) and layer.branches and not model.layers:
        from sizeup.readers.source.keras.merging import join

        join(m, model, layer, node)
        return
    if not model.layers and not model.inputs:
        shape = layer.declared
        if shape is None and isinstance(layer, ModelValue) and layer.inputs:
            shape = layer.inputs[0].shape
        if shape is not None:
            start(m, model, shape, _dtype(layer), node)
    model.layers = (*model.layers, layer)
    if model.outputs:
        model.outputs = tuple(m.world.run_layer(m, layer, list(model.outputs), node))


def _dtype(layer: LayerValue) -> str:
    if layer.kind == "Embedding":
        return "int32"
    dtype = layer.config.get("dtype")
    return dtype if isinstance(dtype, str) else "float32"


def start(
    m: Machine, model: ModelValue, shape: Shape | Open | None, dtype: str, node: ast.AST | None
) -> None:
    """Give a Sequential its input; layers that were added before are called now."""
    hidden = LayerValue("InputLayer", None, m.unique(), line_of(node))
    tensor = make_input(m, hidden, shape, dtype, node)
    model.inputs = model.outputs = (tensor,)
    for layer in model.layers:
        model.outputs = tuple(m.world.run_layer(m, layer, list(model.outputs), node))


def build(m: Machine, model: ModelValue, shape: Value, node: ast.AST) -> None:
    """`model.build(input_shape)` of a Sequential, batch first."""
    whole = declared_shape(m, {"batch_shape": shape}, model.kind)
    m.touch(model)
    if model.sequential and not model.inputs:
        start(m, model, whole, "float32", node)


def assume_input(m: Machine, model: ModelValue, node: ast.AST | None) -> bool:
    """Give a Sequential that was never built a symbolic input of its first layer's rank."""
    if model.inputs or not model.layers:
        return False
    used = model.layers[0].nodes  # a layer of another model knows what enters it
    if used and used[0].shapes:
        start(m, model, used[0].shapes[0], "float32", node)
        return True
    first = next((layer for layer in model.layers if expected_rank(layer)), None)
    if first is None:
        return False
    rank = expected_rank(first) or 0
    text = "input_shape"
    why = say("source.never_built")
    shape = m.open(("built", model.identity), text, why, model.line)
    if isinstance(shape, Open):
        shape = tuple(m.item(shape.key, text, i, why, model.line) for i in range(rank - 1))
    whole = declared_shape(m, {"shape": shape}, model.kind)
    if isinstance(whole, tuple):
        whole = (_kept_batch(m, model, why), *whole[1:])
    start(m, model, whole, "float32", node)
    return True


def _kept_batch(m: Machine, model: ModelValue, why: str) -> Dim | None:
    """The size of the batches of data where a layer keeps its state between them, else None."""
    if not any(layer.config.get("stateful") for layer in model.layers):
        return None
    batch = m.open(("batch", model.identity), "batch_size", why, model.line)
    return to_dim(m, batch)


def pop_layer(m: Machine, model: ModelValue) -> Value:
    """`model.pop()`."""
    m.touch(model)
    if not model.layers:
        raise Raised("TypeError", say("source.pop"), None)
    *kept, last = model.layers
    model.layers = tuple(kept)
    if model.outputs and model.outputs[0].node is not None:
        model.outputs = model.outputs[0].node.inputs
    return last


# -- functional models ---------------------------------------------------------------------


def start_functional(
    m: Machine, model: ModelValue, arguments: list[Value], keywords: dict[str, Value], node: ast.AST
) -> None:
    """`Model(inputs, outputs, name=None)`, with Keras 1's `input`/`output` too."""
    describe(m, model, keywords)
    given = dict(zip(("inputs", "outputs", "name"), arguments, strict=False))
    for old, new in (("input", "inputs"), ("output", "outputs")):
        if old in keywords:
            given[new] = keywords[old]
    given.update({key: value for key, value in keywords.items() if key in ("inputs", "outputs")})
    if isinstance(given.get("name"), str):
        model.explicit = given["name"]
    inputs = tensors_in(m, given.get("inputs"))
    outputs = tensors_in(m, given.get("outputs"))
    if not outputs:
        raise Raised("TypeError", say("source.no_outputs"), line_of(node))
    model.inputs = tuple(as_tensor(m, tensor, node) for tensor in inputs)
    model.outputs = tuple(as_tensor(m, tensor, node) for tensor in outputs)
    model.pending = model.pending or _outside(model, node)
    structure = m.resolve(given.get("outputs"))
    model.structure = structure if isinstance(structure, list | tuple | dict) else None


def _outside(model: ModelValue, node: ast.AST) -> Lost | None:
    """Why a part of the graph is not in the text: it begins at something else than its inputs."""
    known = {tensor.origin.key for tensor in model.inputs if tensor.origin is not None}
    ends = {id(tensor) for tensor in model.inputs}
    pending, seen = [t for t in model.outputs if id(t) not in ends], set[int]()
    while pending:
        tensor = pending.pop()
        if tensor.origin is not None and tensor.origin.key not in known:
            return Lost(say("source.outside", code=tensor.origin.text), line_of(node))
        if tensor.node is not None and id(tensor.node) not in seen:
            seen.add(id(tensor.node))
            pending.extend(t for t in tensor.node.inputs if id(t) not in ends)
    return None


def is_functional_call(arguments: list[Value], keywords: dict[str, Value]) -> bool:
    """Whether `Model(...)` is given the ends of a graph."""
    return len(arguments) > 1 or bool({"outputs", "output"} & keywords.keys())


# -- both ------------------------------------------------------------------------------------


def graph_of(model: ModelValue) -> Graph:
    """The model's graph as it is now."""
    return capture(model.inputs, model.outputs, chain=model.sequential)


def call_model(
    m: Machine, model: ModelValue, inputs: Sequence[Tensor], node: ast.AST | None
) -> Node:
    """A model used as a layer: its graph, sized anew where other shapes enter."""
    m.touch(model)
    call = begin(m, model, inputs, node)
    if model.sequential and not model.inputs:
        first = inputs[0]
        start(m, model, first.rank_of if first.shape is None else first.shape, first.dtype, node)
    model.nodes = (*model.nodes, call)
    model.parameters = ()
    if model.pending is not None and model.unknown is None:
        model.unknown = Unknown(model.pending.reason, model.pending.line)
    fault = model_fault(model)
    if fault is not None:
        call.error = fault[0]
        call.outputs = tuple(Tensor(None, node=call, index=i) for i, _ in enumerate(model.outputs))
        return call
    graph = graph_of(model)
    shapes = [t.shape for t in inputs]
    if is_endless(graph):
        call.error = say("source.calls", most=MAX_CALLS)
    elif None not in shapes and not _compatible(shapes, graph.input_shapes):
        wanted = _text(graph.input_shapes)
        call.error = say("source.model_input", given=_text(shapes), wanted=wanted)
    if call.error is not None:
        call.outputs = tuple(Tensor(None, node=call, index=i) for i, _ in enumerate(model.outputs))
        return call
    if None not in shapes and shapes != list(graph.input_shapes) and None not in graph.input_shapes:
        graph, call.error = _sized_anew(m, model, graph, shapes, node)
    call.body = graph
    inside = add_known(row.macs for row in rows(Frozen("", graph)) if row.depth == 0)
    call.macs = times(inside, samples_of(inputs))
    emit(m, call, [_shape_of(graph, i) for i in range(len(graph.outputs))], inputs)
    unknown = next((t.unknown for t in (*inputs, *model.outputs) if t.unknown), None)
    for tensor in call.outputs:
        tensor.unknown = unknown
    return call


def _sized_anew(
    m: Machine,
    model: ModelValue,
    graph: Graph,
    shapes: Sequence[Shape | None],
    node: ast.AST | None,
) -> tuple[Graph, str | None]:
    """The graph of a model for other shapes; where no rules can do it, by calling its layers."""
    from sizeup.rules.graphs import resize

    try:
        return resize(Frozen("", graph), input_shapes=shapes).graph, None
    except SizingError:
        from sizeup.readers.source.keras.retrace import retrace

        return retrace(m, model, shapes, node)


def _shape_of(graph: Graph, index: int) -> Shape | None:
    ref = graph.outputs[index]
    if ref.layer < 0:
        return graph.input_shapes[ref.output]
    return graph.layers[ref.layer].calls[ref.call].output_shapes[ref.output]


def _compatible(given: Sequence[Shape | None], wanted: Sequence[Shape | None]) -> bool:
    if len(given) != len(wanted):
        return False
    for one, other in zip(given, wanted, strict=True):
        if one is None or other is None:
            continue
        if len(one) != len(other) or any(
            isinstance(a, int) and isinstance(b, int) and a != b
            for a, b in zip(one, other, strict=True)
        ):
            return False
    return True


def _text(shapes: Sequence[Shape | None]) -> str:
    return ", ".join(str(shape) for shape in shapes)


def model_fault(model: ModelValue) -> tuple[str, int | None] | None:
    """The first error on the way from the inputs to the outputs, with its line."""
    if model.error is not None:
        return model.error
    ends = {id(tensor) for tensor in model.inputs}
    pending = [tensor.node for tensor in model.outputs if id(tensor) not in ends]
    seen: set[int] = set()
    found: list[Node] = []
    while pending:
        node = pending.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if node.error:
            found.append(node)
        pending.extend(t.node for t in node.inputs if id(t) not in ends)
    if not found:
        return None
    first = min(found, key=lambda node: node.number)
    return first.error or "", first.line


def _add(m: Machine, model: ModelValue, arguments: list[Value], _k: Value, node: ast.AST) -> None:
    add_layer(m, model, arguments[0], node)


def _pop(m: Machine, model: ModelValue, _a: Value, _k: Value, _node: ast.AST) -> Value:
    return pop_layer(m, model)


def _build(
    m: Machine, model: ModelValue, arguments: list[Value], keywords: dict[str, Value], node: ast.AST
) -> None:
    m.world.build_model(m, model, arguments[0] if arguments else keywords.get("input_shape"), node)


def _get_layer(
    m: Machine, model: ModelValue, arguments: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    given = dict(zip(("name", "index"), arguments, strict=False)) | keywords
    name, index = m.resolve(given.get("name")), m.resolve(given.get("index"))
    layers = listed_layers(model)
    if isinstance(index, int) and -len(layers) <= index < len(layers):
        return layers[index]
    for layer in layers:
        if name is not None and name in (layer.explicit, layer.name):
            if layer.explicit is None and m.world.dialect.version == 2:
                m.note("assumed", say("source.automatic_name", name=name), line_of(node))
            return layer
    if model.pending is not None:
        return m.world.unknown_layer(m, model.pending, node)
    if isinstance(name, str):
        from sizeup.readers.source.keras.applications import renamed

        found = renamed(layers, name)
        if found is not None:
            m.note("assumed", say("source.old_name", old=name, new=found.name), line_of(node))
            return found
        raise Raised("ValueError", say("source.no_layer", name=name), line_of(node))
    return Lost(say("source.operation", code=written(node)), line_of(node))


def _nothing(_m: Machine, _model: ModelValue, _a: Value, _k: Value, _node: ast.AST) -> None:
    return None


def _load_weights(
    m: Machine,
    model: ModelValue,
    arguments: list[Value],
    keywords: dict[str, Value],
    _node: ast.AST,
) -> None:
    """Which file the weights are from; those that are loaded by name may fit in part."""
    given = [*arguments, *(keywords[key] for key in ("filepath", "path") if key in keywords)]
    path = m.resolve(given[0]) if given else None
    if isinstance(path, str) and m.resolve(keywords.get("by_name", False)) is False:
        model.loaded = path


METHODS: dict[str, Callable[..., Value]] = {
    "add": _add, "pop": _pop, "build": _build, "get_layer": _get_layer,
    "load_weights": _load_weights,
} | dict.fromkeys(
    ("compile", "save_weights", "save", "set_weights", "summary", "export",
     "reset_states", "load_model", "add_loss", "add_metric", "make_train_function"),
    _nothing,
)  # fmt: skip


def method(m: Machine, model: ModelValue, name: str) -> Value:
    """A method of a model, or None where it has no say in what the model is."""
    function = METHODS.get(name)
    if function is None:
        if model.kind != "Graph":
            return None
        from sizeup.readers.source.keras import graph_model

        return graph_model.method(model, name)
    return Builtin(name, lambda m, a, k, node: function(m, model, a, k, node))
