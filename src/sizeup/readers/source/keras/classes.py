"""Classes of Keras as values: called they make layers and models, derived from they give bases."""

from __future__ import annotations

import ast
from functools import cache

from sizeup.network import Unknown
from sizeup.readers.source.keras import lambdas, merging, models
from sizeup.readers.source.keras.arguments import Unsized, configure, describe, to_shape
from sizeup.readers.source.keras.names import FOREIGN, FUNCTIONAL_MERGES, NO_RULE, kind_of
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, constant
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Builtin, Class, Lost
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

RECURRENT = frozenset({"SimpleRNN", "LSTM", "GRU", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"})
WRAPPERS = frozenset({"TimeDistributed", "Bidirectional", "SpectralNormalization"})
MODELS = {"Sequential": "Sequential", "Model": "Functional", "Functional": "Functional",
          "Graph": "Graph"}  # fmt: skip


class KerasThing:
    """Something of Keras that has no say in sizes: an optimizer, an initializer, a callback."""

    __slots__ = ("name", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = path.rpartition(".")[2]

    def call(self, m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        """Called on tensors it is an operation that is not known, else data."""
        if self.path == "keras.activations.get":
            return _activation(m, a, k)
        if self.path.startswith("keras.initializations.") and self.name != "get":
            return _initial(m, a, k, node)
        if self.path.startswith(("keras.initializers.", "keras.initializations.")):
            return INITIALIZER
        text = written(node) if isinstance(node, ast.expr) else self.name
        key = "source.foreign" if self.name in FOREIGN else "source.no_rule"
        why = say(key, name=self.name)
        made = m.open((NO_RULE, m.unique()), text, why, line_of(node), self.path)
        return m.world.unseen(m, made, a, k, node, made)

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """A member of it: `keras.layers.experimental.preprocessing.Rescaling` is a layer."""
        path = f"{self.path}.{name}"
        return keras_member(name, path) or KerasThing(path)

    def __repr__(self) -> str:
        return f"<{self.path}>"


class KerasClass:
    """A layer or model class by its kind, as the source spelled it."""

    __slots__ = ("kind", "name")
    own_methods = frozenset({"build", "call", "__call__", "compute_output_shape", "get_config"})
    exacting = True  # it is told of keywords that are not known

    def __init__(self, kind: str, name: str) -> None:
        self.kind = kind
        self.name = name

    def call(self, m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        """Make a layer or a model."""
        layer = self._make(m, None, self.kind, a, k, node)
        self.configure(m, layer, a, k, node)
        m.world.register(m, layer)
        if self.name == "Input":
            tensor = models.make_input(m, layer, layer.declared, _dtype(layer), node)
            tensor.sparse = m.resolve(k.get("sparse")) is True
            return tensor
        return layer

    def make_instance(
        self, m: Machine, cls: Class, a: list[Value], k: dict[str, Value], node: ast.AST
    ) -> LayerValue:
        """An object of a class of the source that derives from this one, not yet initialized."""
        layer = self._make(m, cls, cls.name, a, k, node)
        m.world.register(m, layer)
        return layer

    def _make(
        self,
        m: Machine,
        cls: Class | None,
        kind: str,
        a: list[Value],
        k: dict[str, Value],
        node: ast.AST,
    ) -> LayerValue:
        if self.kind in MODELS.values():
            model = ModelValue(self.kind, cls, m.unique(), line_of(node))
            model.kind = kind
            return model
        layer = LayerValue(kind, cls, m.unique(), line_of(node))
        layer.rule = self.kind
        return layer

    def configure(
        self, m: Machine, layer: LayerValue, a: list[Value], k: dict[str, Value], node: ast.AST
    ) -> None:
        """Take the constructor's arguments in."""
        if isinstance(layer, ModelValue):
            if self.kind == "Sequential":
                models.start_sequential(m, layer, a, k, node)
            elif models.is_functional_call(a, k):
                models.start_functional(m, layer, a, k, node)
            else:
                describe(m, layer, k)
            return
        if self.kind == "Layer":
            describe(m, layer, k)
            return
        if self.kind == "Lambda":
            lambdas.configure(m, layer, a, k, node)
            return
        kind, layer.kind = layer.kind, self.kind
        try:
            configure(m, layer, self.name, a, k, node)
        except Unsized as lost:
            layer.unknown = Unknown(lost.reason, lost.line or line_of(node))
        layer.kind = kind if layer.cls is not None and kind_of(kind) is None else self.kind

    def set_attribute(self, m: Machine, name: str, _value: Value, node: ast.AST) -> None:
        """`Dense.build = …`: layers of the kind are not what Keras makes of them any more."""
        if name in self.own_methods or name in ("__init__", "__new__", "add_weight"):
            m.touch(m.world.patched)
            reason = say("source.replaced", name=f"{self.name}.{name}")
            m.world.patched[self.kind] = Lost(reason, line_of(node))

    def class_attribute(self, m: Machine, cls: Class, name: str, node: ast.AST) -> Value:
        """`Mine.from_config`, … of a class of the source that derives from this one."""
        if name == "from_config":
            from sizeup.readers.source.keras.copies import from_config

            return from_config(cls)
        return self.attribute(m, name, node)

    def derives_from(self, other: Value) -> bool:
        """Whether this class is, or derives from, another."""
        kind, name = getattr(other, "kind", None), getattr(other, "name", "")
        is_model = self.kind in MODELS.values()
        return (
            (
                kind == self.kind
                and (kind != "Functional" or name != "Functional" or self.name == name)
            )
            or kind == "Layer"
            or name in ("object", "Module", "Operation")
            or (is_model and name == "Model")
            or (self.kind in RECURRENT and name in ("RNN", "Recurrent"))
            or (self.kind in WRAPPERS and name == "Wrapper")
        )

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`Dense.__name__`, `Model.from_config`, …"""
        if name == "from_config":
            from sizeup.readers.source.keras.copies import from_config

            return from_config(self)
        return self.name if name == "__name__" else KerasThing(f"keras.{self.name}.{name}")

    def __repr__(self) -> str:
        return f"<{self.name}>"


def _initial(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """What an initializer gives when it is called with a shape."""
    try:
        shape = to_shape(m, a[0] if a else k.get("shape"))
    except Unsized:
        shape = None
    return constant(shape) if isinstance(shape, tuple) else m.world.unseen_value(m, node)


INITIALIZER = Builtin("initializer", _initial)


def _activation(m: Machine, a: list[Value], k: dict[str, Value]) -> Value:
    """`activations.get(name)`: the function of that name; without one the input as it is."""
    given = m.resolve(a[0] if a else k.get("identifier"))
    return _activation_named(given or "linear") if isinstance(given, str | None) else given


@cache
def _activation_named(name: str) -> Value:
    """An activation; one and the same each time, as sources compare them."""
    from sizeup.readers.source.keras import functions

    path = f"keras.activations.{name}"
    return functions.find(path) or KerasThing(path)


def _dtype(layer: LayerValue) -> str:
    dtype = layer.config.get("dtype")
    return dtype if isinstance(dtype, str) else "float32"


def keras_member(name: str, path: str = "") -> Value:
    """A name of Keras: a layer class, a model class, a merge function; None where it is no such."""
    if name == "Input":
        return KerasClass("InputLayer", "Input")
    if name in MODELS:
        return KerasClass(MODELS[name], name)
    if name in ("Layer", "MaskedLayer", "Lambda"):
        return KerasClass(name.removeprefix("Masked"), name)
    kind = kind_of(name)
    if kind is not None and not kind.startswith("ops."):
        return KerasClass(kind, name)
    if name in FUNCTIONAL_MERGES and (not path or path.startswith("keras.layers")):
        return _merge_function(FUNCTIONAL_MERGES[name], name)
    if name == "merge" and (not path or path.startswith(("keras.layers", "keras.legacy"))):
        return Builtin("merge", merging.merge_function)
    if name in merging.MAKERS:
        return Builtin(name, merging.MAKERS[name])
    if name in ("AutoEncoder", "DenoisingAutoEncoder"):
        return Builtin(name, _autoencoder)
    return None


def _merge_function(kind: str, name: str) -> Builtin:
    """`add([x, y])`: the layer, made and called."""

    def function(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        rest = {key: value for key, value in k.items() if key != "inputs"}
        inputs = a[0] if a else k.get("inputs")
        layer = KerasClass(kind, kind).call(m, a[1:], rest, node)
        return m.world.call_layer(m, layer, [inputs], {}, node)

    return Builtin(name, function)


def _autoencoder(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """Keras 0's `AutoEncoder(encoder, decoder, output_reconstruction=True)`: one after the other.

    Both are owned whichever of the two outputs is asked for.
    """
    given = {**dict(zip(("encoder", "decoder", "output_reconstruction"), a, strict=False)), **k}
    layer = KerasClass("Sequential", "AutoEncoder").call(m, [], {}, node)
    for part in ("encoder", "decoder"):
        models.add_layer(m, layer, given.get(part), node)
    if not m.decide(given.get("output_reconstruction", True)):
        reason = say("source.encoder_output")
        layer.unknown = Unknown(reason, line_of(node))
    return layer
