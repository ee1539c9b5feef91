"""What is trained: the flags of layers and of variables, and what a network makes of them.

In Keras 3 a flag that is set is handed down to every variable and every part that is there, and
a model trains whatever variable says so, however the layers around it are flagged. Before, a
layer that is not trained kept what is in it from being trained.
"""

from __future__ import annotations

from sizeup.errors import SizingError
from sizeup.network import Graph, Layer, Parameter, held_layers, inside, map_bodies, map_held
from sizeup.readers.source.keras import custom, tracking
from sizeup.readers.source.keras.arguments import LATE
from sizeup.readers.source.keras.capture import contents, frozen_config
from sizeup.readers.source.keras.held import layers_in
from sizeup.readers.source.keras.objects import LayerValue, Weight
from sizeup.readers.source.machine import Machine
from sizeup.rules.registry import size

ADAPTED = frozenset({"kernel", "embeddings"})
"""What a low-rank adapter freezes until the layer is told otherwise."""


def put(m: Machine, layer: LayerValue, flag: bool) -> None:
    """`layer.trainable = flag` reaches the variables and the parts that are there."""
    m.touch(layer)
    layer.trainable = flag
    tracking.refresh(m, layer)
    late = layer.rule in LATE and layer.parameters is None
    layer.marks = {None: True} if late else {}
    for parameter in layer.parameters or ():
        if layer.config.get("lora_rank") and parameter.name in ADAPTED:
            layer.marks[parameter.name] = flag
        owner = _owner(m, parameter)
        if owner is not None and not layer.inner:
            m.touch(owner)
            owner.marks = {**owner.marks, _name(parameter): flag and parameter.trainable}
    children = (*contents(layer), *layers_in(layer))
    for child in (inner for inner in children if not inner.quiet):
        put(m, child, flag)


def mark(m: Machine, weight: Weight, flag: bool) -> None:
    """`layer.kernel.trainable = flag`; Keras 2 does not let itself be told so."""
    if weight.owner is None:
        weight.parameter = weight.parameter.changed(trainable=flag)
    else:
        m.touch(weight.owner)
        weight.owner.marks = {**weight.owner.marks, weight.parameter.name: flag}


def as_now(m: Machine, graph: Graph) -> Graph:
    """The graph with what layers inside of others have now, not at their call."""
    return graph.changed(layers=tuple(layer_now(m, layer) for layer in graph.layers))


def layer_now(m: Machine, layer: Layer) -> Layer:
    """A layer with what it was given since the call that the graph is of."""
    value = m.world.live.get(layer.identity) if layer.identity is not None else None
    if value is not None:
        parameters = layer.parameters or value.parameters or ()
        layer = layer.changed(parameters=parameters, unknown=layer.unknown or value.unknown)
    held = tuple(layer_now(m, inner) for inner in layer.held)
    return _flagged(m, layer.changed(held=held))


def _flagged(m: Machine, layer: Layer) -> Layer:
    value = m.world.live.get(layer.identity) if layer.identity is not None else None
    if value is not None:
        layer = layer.changed(trainable=value.trainable)
        if value.inner:
            layer = _with_held(m, layer, value)
    layer = map_bodies(layer, lambda body: as_now(m, body))
    if value is None or m.world.dialect.law < 3:
        return layer
    layer = layer.changed(parameters=tuple(_own(m, value, p) for p in layer.parameters))
    if layer.trainable or not _learns(layer):
        return layer
    m.world.dialect.disputed = True
    return layer.changed(trainable=True)  # where a frozen layer hides what is in it


def _with_held(m: Machine, layer: Layer, value: LayerValue) -> Layer:
    """A wrapper with what it holds as it is now; its parameters are those of the held."""
    config = map_held(frozen_config(value), lambda held: _flagged(m, held))
    shapes = layer.calls[0].input_shapes if layer.calls else (None,)
    known = [shape for shape in shapes if shape is not None]
    if not layer.parameters or len(known) < len(shapes) or custom.overrides(value):
        return layer.changed(config=config)
    try:
        now = size(value.rule, config, known).parameters
    except SizingError:  # of a call that Keras refuses, which says so itself
        return layer.changed(config=config)
    parameters = tuple(
        was.changed(trainable=parameter.trainable, tied=parameter.tied)
        for was, parameter in zip(layer.parameters, now, strict=True)
    )
    return layer.changed(config=config, parameters=parameters)


def _own(m: Machine, layer: LayerValue, parameter: Parameter) -> Parameter:
    """A parameter with the flag that its variable has."""
    owner = _owner(m, parameter)
    owner, name = (layer, parameter.name) if owner is None else (owner, _name(parameter))
    if name in owner.marks:
        return parameter.changed(trainable=owner.marks[name])
    flag = owner.marks.get(None, owner.trainable or bool(layer.inner))
    return parameter.changed(trainable=parameter.trainable and flag)


def _owner(m: Machine, parameter: Parameter) -> LayerValue | None:
    """The layer that owns a parameter first hand, where that is another one."""
    tied = parameter.tied
    return m.world.live.get(tied[0]) if isinstance(tied, tuple) else None


def _name(parameter: Parameter) -> str:
    return parameter.tied[1] if isinstance(parameter.tied, tuple) else parameter.name


def _learns(layer: Layer) -> bool:
    """Whether anything of a layer is trained, whatever its own flag says."""
    return (
        any(parameter.trainable for parameter in layer.parameters)
        or any(part.trainable and _learns(part) for part in inside(layer))
        or any(part.trainable for part in held_layers(layer.config))
    )
