"""`tf.layers` of TensorFlow 1: functions that make a layer and call it, and the graph they leave.

No object stands for the network there: it is all that a program has put into its graph.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from sizeup.network import Network, Unknown
from sizeup.readers.source.keras import models
from sizeup.readers.source.keras.arguments import declared_shape
from sizeup.readers.source.keras.capture import capture
from sizeup.readers.source.keras.classes import KerasClass
from sizeup.readers.source.keras.names import kind_of
from sizeup.readers.source.keras.objects import LayerValue, Node, Tensor
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Builtin, Module
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

PACKAGES = ("tensorflow.layers", "tensorflow.compat.v1.layers", "tensorflow.python.layers.layers")

KINDS = {
    "dense": "Dense", "flatten": "Flatten", "dropout": "Dropout",
    "batch_normalization": "BatchNormalization", "separable_conv1d": "SeparableConv1D",
    "separable_conv2d": "SeparableConv2D", "conv2d_transpose": "Conv2DTranspose",
    "conv3d_transpose": "Conv3DTranspose",
    **{f"conv{n}d": f"Conv{n}D" for n in (1, 2, 3)},
    **{f"max_pooling{n}d": f"MaxPooling{n}D" for n in (1, 2, 3)},
    **{f"average_pooling{n}d": f"AveragePooling{n}D" for n in (1, 2, 3)},
}  # fmt: skip
"""What each function makes; arguments and defaults are those of the layers of Keras 2."""

BESIDE = frozenset({"inputs", "training", "reuse", "_reuse", "_scope"})
"""Arguments of the call, not of the layer."""


def find(dotted: str) -> Value:
    """A function of `tf.layers`, or `tf.placeholder`; None where the name is no such."""
    package, _, name = dotted.rpartition(".")
    if dotted in PACKAGES:
        return Module(dotted)
    if dotted in ("tensorflow.placeholder", "tensorflow.compat.v1.placeholder"):
        return Builtin("placeholder", _placeholder)
    if dotted in ("tensorflow.variable_scope", "tensorflow.compat.v1.variable_scope"):
        return Builtin("variable_scope", _scope)
    if package in PACKAGES and name in KINDS:
        return _function(name, KINDS[name])
    kind = kind_of(name) if package in PACKAGES else None
    return None if kind is None else _class(kind)


def _class(kind: str) -> Builtin:
    """`tf.layers.Dense(10)`: a layer whose weights are in the graph once it is called."""

    def made(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        layer = KerasClass(kind, kind).call(m, a, k, node)
        m.world.loose = (*m.world.loose, layer)
        return layer

    return Builtin(kind, made)


def _function(name: str, kind: str) -> Builtin:
    def made(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        inputs = a[0] if a else k.get("inputs")
        given = {key: m.resolve(value) for key, value in k.items() if key not in BESIDE}
        if isinstance(given.get("padding"), str):
            given["padding"] = given["padding"].lower()
        if kind == "Dropout" and len(a) < 2:
            given.setdefault("rate", 0.5)
        layer = KerasClass(kind, kind).call(m, a[1:], given, node)
        if m.resolve(k.get("reuse")) not in (None, False):
            _share(m, node)
        m.world.loose = (*m.world.loose, layer)
        return m.world.call_layer(m, layer, [inputs], {}, node)

    return Builtin(name, made)


def _placeholder(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """`tf.placeholder(dtype, shape, name)`, batch first."""
    given = {**dict(zip(("dtype", "shape", "name"), a, strict=False)), **k}
    layer = LayerValue("InputLayer", None, m.unique(), line_of(node))
    name = m.resolve(given.get("name"))
    layer.explicit = name if isinstance(name, str) else None
    m.world.register(m, layer)
    shape = declared_shape(m, {"batch_shape": given.get("shape")}, "InputLayer")
    return models.make_input(m, layer, shape, "float32", node)


def _scope(m: Machine, _a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """`tf.variable_scope(name, reuse=…)`."""
    if m.resolve(k.get("reuse")) not in (None, False):
        _share(m, node)
    return m.world.unseen_value(m, node)


def _share(m: Machine, node: ast.AST) -> None:
    """Weights of one name are one there: what was made before may be what is made now."""
    m.world.reused = m.world.reused or Unknown(say("source.reuse"), line_of(node))


def network_of(m: Machine, name: str | None) -> tuple[int, Network] | None:
    """All that a run has put into the graph, with the number of its first layer."""
    loose: tuple[LayerValue, ...] = m.world.loose
    nodes = [node for layer in loose for node in layer.nodes]
    if not nodes:
        return None
    before = _before(tensor.node for node in nodes for tensor in node.inputs)
    ends = [tensor for node in nodes if id(node) not in before for tensor in node.outputs]
    starts = [t for found in (*before.values(), *nodes) for t in found.inputs if t.node is None]
    starts += [t for found in before.values() if not found.inputs for t in found.outputs]
    graph = capture(_distinct(starts), ends)
    fault = next((node for node in (*before.values(), *nodes) if node.error), None)
    return loose[0].identity, Network(
        name=name or say("source.graph_name"),
        graph=graph,
        kind="Functional",
        reader="python source",
        error=fault.error if fault else None,
        error_line=fault.line if fault else None,
        line=loose[0].line,
        unknown=(m.world.reused,) if m.world.reused else (),
    )


def _before(nodes: Iterable[Node | None]) -> dict[int, Node]:
    """Nodes and all that lies before them."""
    found: dict[int, Node] = {}
    pending = [node for node in nodes if node is not None]
    while pending:
        node = pending.pop()
        if id(node) not in found:
            found[id(node)] = node
            pending.extend(t.node for t in node.inputs if t.node is not None)
    return found


def _distinct(tensors: list[Tensor]) -> tuple[Tensor, ...]:
    return tuple({id(tensor): tensor for tensor in tensors}.values())
