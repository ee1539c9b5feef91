"""Attributes of layers and models: the source's own, Keras', and what setting them does."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from sizeup.dims import Expr
from sizeup.network import Unknown
from sizeup.readers.source.arrays import Array
from sizeup.readers.source.attributes import bind
from sizeup.readers.source.keras import (
    copies,
    custom,
    declared_weights,
    flags,
    held,
    listed,
    masks,
    models,
    said_shapes,
    tensors,
    tracking,
    variables,
    weights,
)
from sizeup.readers.source.keras.arguments import OBJECTS
from sizeup.readers.source.keras.calling import as_tensor, tensors_in
from sizeup.readers.source.keras.capture import DIRECTIONS
from sizeup.readers.source.keras.classes import KerasClass
from sizeup.readers.source.keras.custom import ENTERING
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Node
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import (
    MISSING,
    Bound,
    Builtin,
)
from sizeup.readers.source.written import written
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
    if name == "build" and layer.method(name) is not None:
        return Builtin(name, lambda m, a, k, node: _build(m, layer, a, k, node))
    if layer.cls is not None:
        found, _ = layer.cls.find(name)
        if found is not MISSING:
            return bind(m, found, layer, node)
    return inherited(m, layer, name, node)


def inherited(m: Machine, layer: LayerValue, name: str, node: ast.AST) -> Value:
    """What Keras' own class gives: attributes and methods of layers and models."""
    own_build = name == "build" and layer.method(name) is not None
    if isinstance(layer, ModelValue) and not own_build:
        found = _model_attribute(m, layer, name, node)
        if found is not None:
            return found
    special = _special(layer, name)
    if special is not MISSING:
        return special
    if name in METHODS:
        method = METHODS[name]
        return Builtin(name, lambda m, a, k, node: method(m, layer, a, k, node))
    found = _introspected(m, layer, name, node)
    if found is not None:
        return found
    if name == "input_shape" and ENTERING in layer.attributes:
        return tensors.shape_of(m, layer.attributes[ENTERING], node)
    if name in ENDS and layer.nodes:
        return ENDS[name](layer.nodes[-1])
    if name in ("call", "__call__"):
        return Bound(Builtin(name, _call_method), _plain(m, layer))
    if name in layer.inner or name in layer.config:
        return _argument(m, layer, name)
    if name in ("state_size", "output_size") and layer.rule.endswith(("Cell", "Cells")):
        return held.said_size(layer, name)
    if name in INERT:
        return m.world.inert(name)
    key = ("attribute", layer.identity, name)
    return m.open(key, written(node), say("source.data"), line_of(node))


def _special(layer: LayerValue, name: str) -> Value:
    """What only some kinds have; MISSING where this one has no such thing."""
    found: Value = None
    if HOMES.get(layer.rule) == "lookups":
        from sizeup.readers.source.keras import vocabularies

        found = vocabularies.method(layer, name)
    elif name in ("enable_lora", "quantize"):
        from sizeup.readers.source.keras import adapters

        found = adapters.method(layer, name)
    elif name.startswith("_"):
        from sizeup.readers.source.keras import attention_parts

        return attention_parts.find(layer, name)
    return MISSING if found is None else found


def _argument(m: Machine, layer: LayerValue, name: str) -> Value:
    """`layer.units`, and the layers that it holds: `wrapper.layer`, `rnn.cell`."""
    if name not in layer.inner:
        return _for_each_axis(layer, name, layer.config[name])
    if layer.rule == "Bidirectional" and not layer.attributes.get(DIRECTIONS):
        m.touch(layer)
        layer.attributes[DIRECTIONS] = True
    return layer.inner[name]


WINDOWS = frozenset({"kernel_size", "strides", "dilation_rate", "pool_size"})


def _for_each_axis(layer: LayerValue, name: str, value: Value) -> Value:
    """A number for the axes of a window as Keras' own class keeps it: one for each."""
    axes = next((n for n in (2, 3) if f"{n}D" in layer.rule), 1 if "Conv1D" in layer.rule else 0)
    one = isinstance(value, int | Expr) and name in WINDOWS and axes > 0
    return (value,) * axes if one else value


def _introspected(m: Machine, layer: LayerValue, name: str, node: ast.AST) -> Value:
    """What the source reads back of a layer: its name, flags, weights, description."""
    if name in ("name", "trainable"):
        return getattr(layer, name)
    if name == "built":
        called = bool(layer.nodes or layer.attributes.get("<built>"))
        return called or (isinstance(layer, ModelValue) and bool(layer.inputs))
    if name in ("get_config", "to_json", "to_yaml"):
        return Builtin(name, lambda m, _a, _k, _n: copies.get_config(m, layer))
    return weights.attribute(m, layer, name, node)


def _plain(m: Machine, layer: LayerValue) -> LayerValue:
    """What `super().call` means: the layer as Keras' own class would be, inside of it."""
    if not layer.has_call or find_rule(layer.rule) is None:
        return layer
    layer.unknown = layer.unknown or layer.attributes.get(custom.SET_LATER)
    plain: LayerValue | None = layer.attributes.get("<plain>")
    if plain is None:
        plain = LayerValue(layer.rule, None, m.unique(), layer.line)
        plain.config, plain.inner, plain.quiet = layer.config, layer.inner, True
        m.touch(layer)
        layer.attributes["<plain>"] = plain
    return plain


def _build(
    m: Machine, layer: LayerValue, a: list[Value], k: dict[str, Value], node: ast.AST
) -> None:
    """`layer.build(input_shape)` of the source's own; a model is called later on such a shape."""
    custom.build(m, layer, a, k, node)
    own = layer.method("build")
    layer.attributes["<shapes>"] = [*a, *k.values()] or (own.defaults[:1] if own else [])


def _build_plainly(
    m: Machine, layer: LayerValue, a: list[Value], k: dict[str, Value], node: ast.AST
) -> None:
    """`super().build(input_shape)`, or `layer.build(input_shape)` of one of Keras' own."""
    shapes = [*a, *k.values()]
    if layer.attributes.get("<built>"):
        custom.build_by_rule(m, layer, shapes, node)
    else:
        custom.build(m, layer, shapes, {}, node)


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
        return m.world.unseen_value(m, node) if hidden else listed.layers_of(m, model)
    if name in ("inputs", "outputs"):
        unseen = name == "outputs" and model.pending is not None and len(model.outputs) == 1
        return m.world.unseen_value(m, node) if unseen else list(getattr(model, name))
    if name in ("input", "output"):
        ends = model.inputs if name == "input" else model.outputs
        if not ends:
            return None
        return ends[0] if len(ends) == 1 else list(ends)
    if name in ("input_shape", "output_shape"):
        ends = model.inputs if name == "input_shape" else model.outputs
        return _one_or_all([end.shape for end in ends]) if ends else None
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
    elif model.has_call and (len(a) > 2 or k.get("y") is not None):
        model.attributes.setdefault("<data>", data)  # looked at once the source has ended
    return m.world.unseen_value(m, node)


def put(m: Machine, layer: LayerValue, name: str, value: Value, node: ast.AST) -> None:
    """`layer.trainable = False` reaches what is inside; others are the source's own."""
    if declared_weights.are_listed(m, layer, name):
        declared_weights.declare(m, layer, name, value, node)
        return
    spelled = "name" if m.world.version >= 3 else "_name"
    if name == spelled and isinstance(value, str):
        m.touch(layer)
        layer.explicit = layer.name = value
    if name != "trainable":
        tracking.hold(m, layer, name, value, node)
        _reconfigure(m, layer, name, value, node)
        return
    flags.put(m, layer, m.decide(value))


def _reconfigure(m: Machine, layer: LayerValue, name: str, value: Value, node: ast.AST) -> None:
    """`dense.units = 5` of a layer of Keras' own that is not built yet."""
    built = layer.parameters is not None or layer.nodes or layer.attributes.get("<built>")
    rule = find_rule(layer.rule)
    if rule is None or built or name not in rule.arguments or name.endswith(OBJECTS):
        return
    if layer.config.get(name, rule.arguments[name]) != value:
        unknown = layer.unknown or Unknown(say("source.set_later", name=name), line_of(node))
        if layer.has_call and layer.method("build") is not None:  # unless it asks Keras' own
            layer.attributes[custom.SET_LATER] = unknown
        else:
            layer.unknown = unknown


def _call_method(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    layer = a[0]
    if isinstance(layer, ModelValue) and layer.has_call and layer.outputs:  # super().call(x)
        tensors = [as_tensor(m, t, node) for value in a[1:] for t in tensors_in(m, value)]
        outputs = models.call_model(m, layer, tensors, node).outputs
        return outputs[0] if len(outputs) == 1 else list(outputs)
    return m.world.call_layer(m, layer, a[1:], k, node)


def _set(
    m: Machine, layer: LayerValue, a: list[Value], _k: dict[str, Value], node: ast.AST
) -> None:
    """`super().__setattr__(name, value)`."""
    put(m, layer, m.resolve(a[0]), a[1], node)


def _one_or_all(each: Sequence[Value]) -> Value:
    return each[0] if len(each) == 1 else list(each)


def _entering(
    _m: Machine, layer: LayerValue, _a: list[Value], _k: dict[str, Value], _node: ast.AST
) -> Value:
    """`self.get_input(train)` of Keras 0."""
    return layer.attributes.get(ENTERING)


METHODS: dict[str, Callable[..., Value]] = {
    "__init__": _initialize,
    "__setattr__": _set,
    "add_weight": variables.add_weight,
    "add_variable": variables.add_weight,
    "build": _build_plainly,
    "compute_mask": masks.inherited,
    "compute_output_shape": said_shapes.output_shape,
    "get_input": _entering,
}
"""Methods of Keras' own classes that have a say in what a layer is."""

ENDS: dict[str, Callable[[Node], Value]] = {
    "input": lambda node: _one_or_all(node.inputs),
    "output": lambda node: _one_or_all(node.outputs),
    "input_shape": lambda node: _one_or_all(node.shapes),
    "output_shape": lambda node: _one_or_all([end.shape for end in node.outputs]),
}
"""What the last call of a layer tells."""

INERT = frozenset({"set_weights", "get_weights", "build_from_config",
                   "add_loss", "add_metric"})  # fmt: skip
