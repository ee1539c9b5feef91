"""`Graph()` of Keras 0 and 1.0: inputs, nodes and outputs that are wired by their names."""

from __future__ import annotations

import ast

from sizeup.network import Unknown
from sizeup.readers.source.keras import models
from sizeup.readers.source.keras.arguments import declared_shape
from sizeup.readers.source.keras.calling import as_tensor
from sizeup.readers.source.keras.merging import merge_tensors
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Tensor
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.operators import iterate
from sizeup.readers.source.values import Builtin, Lost, Open, Raised
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Value = Any

NAMED = "<named>"
"""The attribute that holds a graph's tensors by their names."""
READ = "<read>"
"""The attribute that holds the names that something takes in."""


def _named(m: Machine, graph: ModelValue) -> dict[str, Value]:
    """The graph's tensors by name, ready to be changed."""
    m.touch(graph)
    names: dict[str, Value] = dict(graph.attributes.get(NAMED, {}))
    graph.attributes[NAMED] = names
    return names


def _arguments(names: tuple[str, ...], a: list[Value], k: dict[str, Value]) -> dict[str, Value]:
    return {**dict(zip(names, a, strict=False)), **k}


def add_input(
    m: Machine, graph: ModelValue, a: list[Value], k: dict[str, Value], node: ast.AST
) -> None:
    """`add_input(name, input_shape)`; Keras 0.1 was told the rank only, `ndim`."""
    given = _arguments(("name", "input_shape", "batch_input_shape", "dtype"), a, k)
    name = m.resolve(given.get("name"))
    shape = declared_shape(m, given, "InputLayer")
    ndim = m.resolve(given.get("ndim", given.get("input_shape", 2)))
    if shape is None or isinstance(ndim, int):
        shape = (None,) * (ndim if isinstance(ndim, int) else 2)
    layer = LayerValue("InputLayer", None, m.unique(), line_of(node))
    layer.explicit = name if isinstance(name, str) else None
    m.world.register(m, layer)
    dtype = m.resolve(given.get("dtype"))
    kind = "int32" if dtype == "int" else "float32"
    tensor = models.make_input(m, layer, shape, kind, node)
    names = _named(m, graph)
    names[name] = tensor
    graph.inputs = (*graph.inputs, tensor)


def _name(m: Machine, layer: LayerValue, name: Value) -> None:
    """Name a layer after its node, unless it has one of its own."""
    if layer.explicit is None and isinstance(name, str):
        m.touch(layer)
        layer.explicit = name


def add_node(
    m: Machine, graph: ModelValue, a: list[Value], k: dict[str, Value], node: ast.AST
) -> None:
    """`add_node(layer, name, input=…)` or `inputs=[…], merge_mode=…`."""
    names = ("layer", "name", "input", "inputs", "merge_mode", "concat_axis", "dot_axes",
             "create_output")  # fmt: skip
    given = _arguments(names, a, k)
    name, layer = m.resolve(given.get("name")), m.resolve(given.get("layer"))
    entering = _entering(m, graph, given, node)
    if isinstance(layer, Open | Lost):
        layer = m.world.unknown_layer(m, layer, node)
    if isinstance(layer, LayerValue):
        _name(m, layer, name)
        leaving = m.world.run_layer(m, layer, [as_tensor(m, entering, node)], node)[0]
    else:
        leaving = entering  # a node without a layer only merges
    _named(m, graph)[name] = leaving
    _leave(m, graph, name, given)


def add_shared_node(
    m: Machine, graph: ModelValue, a: list[Value], k: dict[str, Value], node: ast.AST
) -> None:
    """One layer on several tensors, merged under its name or apart under `outputs`."""
    names = ("layer", "name", "inputs", "merge_mode", "concat_axis", "dot_axes", "outputs",
             "create_output")  # fmt: skip
    given = _arguments(names, a, k)
    name, layer = m.resolve(given.get("name")), m.resolve(given.get("layer"))
    if not isinstance(layer, LayerValue):
        layer = m.world.unknown_layer(m, layer, node)
    _name(m, layer, name)
    found = [as_tensor(m, _find(m, graph, key, node), node)
             for key in _keys(m, given.get("inputs"), node)]  # fmt: skip
    leaving = [m.world.run_layer(m, layer, [tensor], node)[0] for tensor in found]
    outputs = _keys(m, given.get("outputs"), node)
    known = _named(m, graph)
    if m.resolve(given.get("merge_mode")) is not None:
        known[name] = merge_tensors(m, leaving, _options(given), node)
    else:
        known.update(zip(outputs or [name], leaving, strict=False))
    _leave(m, graph, name, given)


def add_output(
    m: Machine, graph: ModelValue, a: list[Value], k: dict[str, Value], node: ast.AST
) -> None:
    """`add_output(name, input=…)`: the model gives what the node of that name gives."""
    names = ("name", "input", "inputs", "merge_mode", "concat_axis", "dot_axes")
    given = _arguments(names, a, k)
    tensor = _entering(m, graph, given, node)
    if isinstance(tensor, Tensor):
        m.touch(graph)
        key = m.resolve(given.get("name"))
        outputs = dict(graph.attributes.get("<outputs>", {}))
        outputs[key] = tensor
        graph.attributes["<outputs>"] = outputs
        _ends(graph)


def _entering(m: Machine, graph: ModelValue, given: dict[str, Value], node: ast.AST) -> Value:
    """What enters a node: one tensor, or several merged."""
    one = m.resolve(given.get("input"))
    if one:
        return _find(m, graph, one, node)
    keys = _keys(m, given.get("inputs"), node)
    tensors = [_find(m, graph, key, node) for key in keys]
    if len(tensors) == 1:
        return tensors[0]
    return merge_tensors(m, tensors, _options(given), node)


def _options(given: dict[str, Value]) -> dict[str, Value]:
    options = {"mode": given.get("merge_mode", "concat")}
    options.update({name: v for name, v in given.items() if name in ("concat_axis", "dot_axes")})
    return options


def _keys(m: Machine, value: Value, node: ast.AST) -> list[Value]:
    value = m.resolve(value)
    return [m.resolve(key) for key in iterate(m, value, node)] if value is not None else []


def _find(m: Machine, graph: ModelValue, name: Value, node: ast.AST) -> Value:
    """The tensor of a name; it is read then, and so no end of the graph by itself."""
    known = graph.attributes.get(NAMED, {})
    if name not in known:
        if isinstance(name, str):
            raise Raised("Exception", say("source.no_node", name=name), line_of(node))
        tensor = Tensor(None)
        tensor.unknown = Unknown(say("source.no_node", name=written(node)), line_of(node))
        return tensor
    m.touch(graph)
    graph.attributes[READ] = (*graph.attributes.get(READ, ()), name)
    return known[name]


def _leave(m: Machine, graph: ModelValue, name: Value, given: dict[str, Value]) -> None:
    if m.resolve(given.get("create_output")):
        outputs = dict(graph.attributes.get("<outputs>", {}))
        outputs[name] = graph.attributes[NAMED][name]
        graph.attributes["<outputs>"] = outputs
    _ends(graph)


def _ends(graph: ModelValue) -> None:
    """The outputs; a node that nothing reads is owned too, so that it counts as an end."""
    read = graph.attributes.get(READ, ())
    outputs: list[Tensor] = list(graph.attributes.get("<outputs>", {}).values())
    for name, tensor in graph.attributes.get(NAMED, {}).items():
        if name not in read and isinstance(tensor, Tensor):
            outputs.append(tensor)
    unique: list[Tensor] = []
    for tensor in outputs:
        if not any(tensor is known for known in (*unique, *graph.inputs)):
            unique.append(tensor)
    graph.outputs = tuple(unique)


METHODS: dict[str, Callable[..., None]] = {
    "add_input": add_input,
    "add_node": add_node,
    "add_shared_node": add_shared_node,
    "add_output": add_output,
}


def method(graph: ModelValue, name: str) -> Builtin | None:
    """A method that only `Graph` has."""
    function = METHODS.get(name)
    if function is None:
        return None
    return Builtin(name, lambda m, a, k, node: function(m, graph, a, k, node))
