"""Networks made anew from others: clones, configurations, and what Keras writes down of them."""

from __future__ import annotations

import ast

from sizeup.network import Unknown
from sizeup.readers.source.calls import call, instantiate
from sizeup.readers.source.keras import custom, models
from sizeup.readers.source.keras.arguments import make_trainable
from sizeup.readers.source.keras.classes import KerasClass, keras_member
from sizeup.readers.source.keras.entering import Entering
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Node, Tensor
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Bound, Builtin, Class, Function, Instance, Lost, Open
from sizeup.readers.source.written import written
from sizeup.rules.registry import REQUIRED, find_rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]

NO_ARGUMENTS = frozenset({"build_config", "registered_name", "module"})


class Description(Instance):
    """`model.get_config()`, `model.to_json()`: what a model is, to be made again.

    What the source looks up in it is open; once it has looked it may have changed something.
    """

    __slots__ = ("model", "touched")

    def __init__(self, model: ModelValue) -> None:
        super().__init__(None)
        self.model = model
        self.touched = False

    def item(self, m: Machine, _index: Value, node: ast.AST) -> Value:
        """`config['layers']`."""
        self.touched = True
        return m.world.unseen_value(m, node)

    def attribute(self, m: Machine, name: str, node: ast.AST) -> Value:
        """`text.replace(…)`, `config['name'] = …`."""
        self.touched = True
        return m.world.unseen_value(m, node) if name.startswith("__") else m.world.inert(name)

    def loaded(self, _m: Machine) -> Value:
        """`json.loads(model.to_json())`."""
        return self

    def made(self, m: Machine, node: ast.AST) -> Value:
        """The model anew."""
        if self.touched:
            return Lost(say("source.operation", code=written(node)), line_of(node))
        return clone(m, self.model, node)


def clone(m: Machine, layer: LayerValue, node: ast.AST) -> LayerValue:
    """A layer or model of the same configuration with weights of its own."""
    if layer.cls is not None:
        return clone_custom(m, layer, {}, node)
    if not isinstance(layer, ModelValue):
        made = LayerValue(layer.kind, None, m.unique(), line_of(node))
        made.rule, made.quiet, made.unknown = layer.rule, layer.quiet, layer.unknown
        _describe(m, layer, made)
        made.declared, made.inner = layer.declared, _clone_inner(m, layer, node)
        return made
    model = ModelValue(layer.kind, None, m.unique(), line_of(node))
    _describe(m, layer, model)
    model.pending, model.structure = layer.pending, layer.structure
    if not layer.sequential:
        _clone_graph(m, layer, model, node)
        return model
    if layer.inputs:
        models.start(m, model, layer.inputs[0].shape, layer.inputs[0].dtype, node)
    for inner in layer.layers:
        models.add_layer(m, model, clone(m, inner, node), node)
    return model


def _clone_inner(m: Machine, layer: LayerValue, node: ast.AST) -> dict[str, Value]:
    """What a layer holds anew; what it holds under two names stays one."""
    made: dict[int, LayerValue] = {}

    def anew(inner: LayerValue) -> LayerValue:
        if inner.identity not in made:
            made[inner.identity] = clone(m, inner, node)
        return made[inner.identity]

    found: dict[str, Value] = {
        name: [anew(each) for each in value] if isinstance(value, list) else anew(value)
        for name, value in layer.inner.items()
    }
    if "forward_layer" in found:
        m.world.live[-found["forward_layer"].identity] = found["backward_layer"]
    return found


def _describe(m: Machine, layer: LayerValue, made: LayerValue) -> None:
    made.config = dict(layer.config)
    keras2 = m.world.dialect.law < 3
    make_trainable(made, layer.trainable or (keras2 and isinstance(layer, ModelValue)))
    made.explicit = layer.explicit
    if not layer.quiet:
        m.world.register(m, made)


def _clone_graph(m: Machine, model: ModelValue, made: ModelValue, node: ast.AST) -> None:
    """Call copies of the layers as the originals were called, from new inputs."""
    tensors: dict[int, Tensor] = {}
    for tensor in model.inputs:
        source = LayerValue("InputLayer", None, m.unique(), line_of(node))
        source.explicit = tensor.node.layer.explicit if tensor.node is not None else None
        m.world.register(m, source)
        shape = tensor.rank_of if tensor.shape is None else tensor.shape
        tensors[id(tensor)] = models.make_input(m, source, shape, tensor.dtype, node)
    copies: dict[int, LayerValue] = {}
    for step in _steps(model):
        layer = copies.get(step.layer.identity)
        if layer is None:
            layer = copies[step.layer.identity] = clone(m, step.layer, node)
        inputs = tuple(tensors.get(id(t), t) for t in step.inputs)
        sizing = len(inputs) - step.beside
        met = tuple(tensors.get(id(t), t) for t in step.met)
        how = Entering(inputs[:sizing], inputs[sizing:], met, step.options, step.keywords)
        outputs = m.world.run_layer(m, layer, how.inputs, node, how)
        tensors.update({id(old): new for old, new in zip(step.outputs, outputs, strict=False)})
    made.inputs = tuple(tensors[id(tensor)] for tensor in model.inputs)
    made.outputs = tuple(tensors[id(tensor)] for tensor in model.outputs)


def _steps(model: ModelValue) -> list[Node]:
    """The calls between a model's inputs and outputs, in order."""
    ends = {id(tensor) for tensor in model.inputs}
    pending = [t.node for t in model.outputs if id(t) not in ends]
    found: dict[int, Node] = {}
    while pending:
        node = pending.pop()
        if node is None or id(node) in found:
            continue
        found[id(node)] = node
        pending.extend(t.node for t in node.inputs if id(t) not in ends)
    return sorted(found.values(), key=lambda node: node.number)


def clone_custom(
    m: Machine, layer: LayerValue, changes: dict[str, Value], node: ast.AST
) -> LayerValue:
    """A layer of the source's own class, made of what its `get_config` says, but for `changes`."""
    cls = layer.cls
    assert cls is not None
    found, _ = cls.find("get_config")
    if isinstance(found, Function):
        config = call(m, Bound(found, layer), [], {}, node)
    else:  # Keras' own class says it; of what derives from `Layer` it is the arguments
        config = None if find_rule(layer.rule) is None else get_config(m, layer)
    if isinstance(config, dict):
        made = instantiate(m, cls, [], _arguments({**config, **changes}), node)
        if isinstance(made, LayerValue):
            made.trainable = layer.trainable
            return made
    unknown = LayerValue(layer.kind, None, m.unique(), line_of(node))
    reason = say("source.operation", code=written(node))
    unknown.unknown = Unknown(reason, line_of(node))
    return unknown


def _arguments(config: dict[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in config.items() if name not in NO_ARGUMENTS}


# -- as the source calls them ---------------------------------------------------------------


def get_config(m: Machine, layer: LayerValue) -> Value:
    """`layer.get_config()` of Keras' own class: what a copy needs."""
    if isinstance(layer, ModelValue) and not custom.overrides(layer):
        return Description(layer)
    common = {"name": layer.name, "trainable": layer.trainable}
    own = layer.config if layer.cls is None or layer.rule != "Layer" else {}
    rule = find_rule(layer.rule)
    whole = rule.signature if rule is not None and layer.cls is not None else {}
    return {**common, **{k: v for k, v in whole.items() if v is not REQUIRED}, **own}


def from_config(cls: KerasClass | Class) -> Builtin:
    """`Dense.from_config(config)`, `Model.from_config(config)`."""

    def made(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        config = m.resolve(a[0] if a else k.get("config"))
        if isinstance(config, Description):
            return config.made(m, node)
        if isinstance(config, dict):
            return call(m, cls, [], _arguments(config), node)
        return Lost(say("source.operation", code=written(node)), line_of(node))

    return Builtin("from_config", made)


def _clone_model(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    given = {**dict(zip(("model", "input_tensors", "clone_function"), a, strict=False)), **k}
    model = m.resolve(given.pop("model", None))
    if not isinstance(model, ModelValue) or any(v is not None for v in given.values()):
        return Lost(say("source.unseen", name="clone_model"), line_of(node))
    return clone(m, model, node)


def _from_text(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    """`model_from_json(model.to_json())`; of a text that is not in the source it is open."""
    value = m.resolve(a[0]) if a else None
    return value.made(m, node) if isinstance(value, Description) else m.world.unseen_value(m, node)


def _same(m: Machine, a: Arguments, k: Keywords, _node: ast.AST) -> Value:
    """`multi_gpu_model(model, gpus)`: the same network on several devices."""
    return m.resolve(a[0] if a else k.get("model"))


def _deserialize(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """`layers.deserialize({'class_name': 'Dense', 'config': {…}})`."""
    config = m.resolve(a[0] if a else k.get("config"))
    if isinstance(config, Open | Lost) or not isinstance(config, dict):
        return m.world.unseen_value(m, node)
    name, inner = (m.resolve(config.get(key)) for key in ("class_name", "config"))
    cls = keras_member(name) if isinstance(name, str) else None
    if not isinstance(cls, KerasClass) or not isinstance(inner, dict):
        return Lost(say("source.operation", code=written(node)), line_of(node))
    return call(m, cls, [], _arguments(inner), node)


FUNCTIONS = {
    "clone_model": _clone_model, "model_from_json": _from_text, "model_from_config": _from_text,
    "multi_gpu_model": _same, "deserialize": _deserialize,
}  # fmt: skip


def function(path: str) -> Builtin | None:
    """A function of Keras that makes networks of networks, by its path."""
    name = path.rpartition(".")[2]
    if name == "deserialize" and not path.startswith("keras.layers"):
        return None
    return Builtin(name, FUNCTIONS[name]) if name in FUNCTIONS else None
