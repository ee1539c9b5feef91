"""Attributes of layers and models: the source's own, Keras', and what setting them does."""

from __future__ import annotations

import ast

from sizeup.readers.source.arrays import Array
from sizeup.readers.source.attributes import bind
from sizeup.readers.source.keras import copies, custom, models, weights
from sizeup.readers.source.keras.capture import DIRECTIONS
from sizeup.readers.source.keras.classes import KerasClass
from sizeup.readers.source.keras.held import layers_in
from sizeup.readers.source.keras.objects import LayerValue, ModelValue
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import (
    MISSING,
    Bound,
    Builtin,
)
from sizeup.rules.registry import HOMES, find_rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def get(m: Machine, layer: LayerValue, name: str, node: ast.AST) -> Value:
    """`layer.name`, of the source's own attributes, of Keras', of the configuration."""
    if name == "__class__":
        return layer.class_of(m)
    if name in layer.attributes:
        return layer.attributes[name]
    if layer.cls is not None:
        found, _ = layer.cls.find(name)
        if found is not MISSING:
            return bind(m, found, layer, node)
    return inherited(m, layer, name, node)


def inherited(m: Machine, layer: LayerValue, name: str, node: ast.AST) -> Value:
    """What Keras' own class gives: attributes and methods of layers and models."""
    if isinstance(layer, ModelValue):
        found = _model_attribute(m, layer, name, node)
        if found is not None:
            return found
    special = _special_method(layer, name)
    if special is not None:
        return special
    if name == "__init__":
        return Builtin(name, lambda m, a, k, node: _initialize(m, layer, a, k, node))
    if name in ("add_weight", "add_variable"):
        return Builtin(name, lambda m, a, k, node: custom.add_weight(m, layer, a, k, node))
    found = _introspected(m, layer, name, node)
    if found is not None:
        return found
    if name in ("output", "input") and layer.nodes:
        ends = layer.nodes[-1].outputs if name == "output" else layer.nodes[-1].inputs
        return ends[0] if len(ends) == 1 else list(ends)
    if name in ("output_shape", "input_shape") and layer.nodes:
        node_ = layer.nodes[-1]
        return node_.outputs[0].shape if name == "output_shape" else node_.shapes[0]
    if name in ("call", "__call__"):
        return Bound(Builtin(name, _call_method), _plain(m, layer))
    if name in layer.inner or name in layer.config:
        return _argument(m, layer, name)
    if name in ("build", "compute_output_shape", "set_weights",
                "build_from_config", "add_loss", "add_metric", "compute_mask"):  # fmt: skip
        return m.world.inert(name)
    key = ("attribute", layer.identity, name)
    return m.open(key, ast.unparse(node), say("source.data"), line_of(node))


def _special_method(layer: LayerValue, name: str) -> Builtin | None:
    """A method that only some kinds have."""
    if HOMES.get(layer.rule) == "lookups":
        from sizeup.readers.source.keras import vocabularies

        return vocabularies.method(layer, name)
    if name in ("enable_lora", "quantize"):
        from sizeup.readers.source.keras import adapters

        return adapters.method(layer, name)
    return None


def _argument(m: Machine, layer: LayerValue, name: str) -> Value:
    """`layer.units`, and the layers that it holds: `wrapper.layer`, `rnn.cell`."""
    if name not in layer.inner:
        return layer.config[name]
    if layer.rule == "Bidirectional" and not layer.attributes.get(DIRECTIONS):
        m.touch(layer)
        layer.attributes[DIRECTIONS] = True
    return layer.inner[name]


def _introspected(m: Machine, layer: LayerValue, name: str, node: ast.AST) -> Value:
    """What the source reads back of a layer: its name, flags, weights, description."""
    if name in ("name", "trainable"):
        return getattr(layer, name)
    if name == "built":
        return bool(layer.nodes) or (isinstance(layer, ModelValue) and bool(layer.inputs))
    if name in ("get_config", "to_json", "to_yaml"):
        return Builtin(name, lambda m, _a, _k, _n: copies.get_config(m, layer))
    return weights.attribute(m, layer, name, node)


def _plain(m: Machine, layer: LayerValue) -> LayerValue:
    """What `super().call` means: the layer as Keras' own class would be, inside of it."""
    if not custom.overrides(layer) or find_rule(layer.rule) is None:
        return layer
    plain: LayerValue | None = layer.attributes.get("<plain>")
    if plain is None:
        plain = LayerValue(layer.rule, None, m.unique(), layer.line)
        plain.config, plain.trainable = layer.config, layer.trainable
        plain.inner = layer.inner
        m.touch(layer)
        layer.attributes["<plain>"] = plain
    return plain


def _initialize(
    m: Machine, layer: LayerValue, a: list[Value], k: dict[str, Value], node: ast.AST
) -> None:
    if isinstance(layer, ModelValue):
        if models.is_functional_call(a, k):
            models.start_functional(m, layer, a, k, node)
        elif layer.sequential:
            models.start_sequential(m, layer, a, k, node)
        else:
            custom.initialize(m, layer, a, k, node)
    else:
        base = next(b for b in layer.cls.order if isinstance(b, KerasClass)) if layer.cls else None
        if base is not None and base.kind != "Layer":
            base.configure(m, layer, a, k, node)
        else:
            custom.initialize(m, layer, a, k, node)


def _model_attribute(m: Machine, model: ModelValue, name: str, node: ast.AST) -> Value:
    found = models.method(m, model, name)
    if found is not None:
        return found
    if name == "layers":
        hidden = model.pending is not None and not model.sequential
        return m.world.unseen_value(m, node) if hidden else models.listed_layers(model)
    if name in ("inputs", "outputs"):
        return list(getattr(model, name))
    if name in ("input", "output"):
        ends = model.inputs if name == "input" else model.outputs
        if not ends:
            return None
        return ends[0] if len(ends) == 1 else list(ends)
    if name in ("input_shape", "output_shape"):
        ends = model.inputs if name == "input_shape" else model.outputs
        return ends[0].shape if ends and ends[0].shape is not None else None
    if name in FITTING:
        return Bound(Builtin(name, _fit), model)
    return None


FITTING = frozenset({"fit", "fit_generator", "predict", "evaluate", "train_on_batch",
                     "predict_on_batch", "test_on_batch"})  # fmt: skip


def _fit(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """Training builds a model that has no input yet, on the data that it is given."""
    model, data = a[0], m.resolve(a[1] if len(a) > 1 else k.get("x"))
    if isinstance(data, Array) and data.shape and not model.inputs and not model.nodes:
        m.world.build_model(m, model, (None, *data.shape[1:]), node)
    return m.world.unseen_value(m, node)


def put(m: Machine, layer: LayerValue, name: str, value: Value, node: ast.AST) -> None:
    """`layer.trainable = False` reaches what is inside; others are the source's own."""
    m.touch(layer)
    if name in custom.WEIGHT_LISTS and layer.cls is not None:
        custom.adopt(m, layer, name, value, node)
        return
    spelled = "name" if m.world.version >= 3 else "_name"  # noqa: PLR2004
    if name == spelled and isinstance(value, str):
        layer.explicit = layer.name = value
    if name != "trainable":
        layer.attributes[name] = value
        return
    flag = m.decide(value)
    layer.trainable = flag
    inner = models.listed_layers(layer) if isinstance(layer, ModelValue) else []
    own = [v for v in layer.attributes.values() if isinstance(v, LayerValue)]
    for child in (*inner, *own, *layers_in(layer)):
        put(m, child, name, flag, node)


def _call_method(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    return m.world.call_layer(m, a[0], a[1:], k, node)
