"""From a configuration to the network that it describes."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from sizeup.errors import ReadError
from sizeup.network import Graph, Layer, Network, map_bodies
from sizeup.readers.saved.described import Described, described
from sizeup.readers.saved.graphs import functional
from sizeup.readers.saved.layers import layer_of
from sizeup.readers.saved.tensors import told_shape, told_shapes
from sizeup.readers.source.dialect import Dialect
from sizeup.readers.source.keras import models
from sizeup.readers.source.keras.listing import snapshot
from sizeup.readers.source.keras.objects import LayerValue, ModelValue
from sizeup.readers.source.keras.world import World
from sizeup.readers.source.machine import Budget, Machine
from sizeup.readers.source.session import wire
from sizeup.readers.source.values import NeedDecision, Raised
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.readers.saved.eras import Era

    Value = Any

MAX_DEPTH = 40
"""Models in models; each level takes the interpreter some ten frames."""


class Maker:
    """Makes the layers and models of one document; objects that occur twice in it once."""

    def __init__(self, era: Era) -> None:
        dialect = Dialect(era.version, tensorflow=era.tensorflow, python2=False, evidence=None,
                          said=True)  # fmt: skip
        dialect.law = max(2, era.version)
        self.era = era
        self.m = Machine(
            World(dialect, "channels_last" if era.version else "channels_first"), {}, {}, Budget()
        )
        wire(self.m)
        self.shared: dict[object, LayerValue] = {}
        self.depth = 0

    def make(self, told: object) -> LayerValue:
        """The layer or model of a description. Raises ReadError for what is none."""
        each = described(told)
        key = self._key(each)
        if key in self.shared:
            return self.shared[key]
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ReadError(say("saved.deep", most=MAX_DEPTH))
        made = self._made(each)
        self.depth -= 1
        if key is not None:
            self.shared[key] = made
        return made

    def _key(self, told: Described) -> object:
        """What makes two objects of a document one; None where nothing can.

        Keras 1 wrote a layer that two branches share in both of them, under the same name.
        """
        if told.shared is not None or self.era.version != 1:
            return told.shared
        plain = isinstance(told.config, dict) and told.kind != "InputLayer"
        return (told.kind, told.name) if plain and told.name else None

    def _made(self, told: Described) -> LayerValue:
        config = told.config
        if isinstance(config, list) or ("layers" in config and told.kind == "Sequential"):
            return self._sequential(told)
        if "layers" in config and "output_layers" in config:
            return functional(self.m, self.make, told)
        if told.kind == "Graph" and told.own:
            from sizeup.readers.saved.oldest import graph

            return graph(self.m, self.make, told)
        return layer_of(self.m, self.era, told, self.make)

    def _sequential(self, told: Described) -> ModelValue:
        """A chain; each layer is told what enters it where the layers before cannot say it."""
        m, config = self.m, told.config
        whole: Mapping[str, Any] = config if isinstance(config, dict) else {"layers": config}
        layers = whole.get("layers")
        if not isinstance(layers, list):
            raise ReadError(say("saved.no_layers"))
        name = told.name or whole.get("name")
        node = ast.Name(name if isinstance(name, str) else "sequential")
        model = ModelValue("Sequential", None, m.unique(), None)
        given = {"name": name, "trainable": whole.get("trainable") is not False}
        models.start_sequential(m, model, [], given, node)
        m.world.register(m, model)
        for each in layers:
            self._add(model, each, node)
        shape = whole.get("build_input_shape") or (told.build or {}).get("input_shape")
        if not model.inputs and told_shape(shape):
            models.build(m, model, told_shape(shape), node)
        return model

    def _add(self, model: ModelValue, told: object, node: ast.AST) -> None:
        shapes = told_shapes(described(told).build)
        if model.outputs and model.outputs[0].shape is None and shapes and len(shapes) == 1:
            tensor = model.outputs[0]
            tensor.shape, tensor.unknown, tensor.rank_of = shapes[0], None, None
        try:
            layer = self.make(told)
            if self._is_of_elements(layer, described(told)) and model.outputs:
                layer.config["shape"] = (model.outputs[0].shape or ())[1:]
            models.add_layer(self.m, model, layer, node)
        except Raised as raised:
            raise ReadError(raised.message or raised.kind) from None

    def _is_of_elements(self, layer: LayerValue, told: Described) -> bool:
        """Whether a normalization is that of Keras 0.2, which went along no axis."""
        oldest = self.era.version == 0 and layer.rule == "BatchNormalization"
        return oldest and told.config.get("mode", 0) == 0 and "axis" not in told.config

    def network(self, told: object, name: str) -> Network:
        """The whole document as a network; `name` where it has none of its own.

        Raises ReadError where it describes none.
        """
        try:
            made = self.make(told)
            network = self._network(made, name)
        except NeedDecision:
            raise ReadError(say("saved.undecided")) from None
        notes = tuple(self.m.notes.values())
        if self.m.world.borrowed:  # classes from files of the zoo, which have lines
            layers = tuple(map(_unplaced, network.graph.layers))
            network = network.changed(graph=network.graph.changed(layers=layers))
        return network.changed(notes=notes, free=tuple(self.m.free.values()))

    def _network(self, made: LayerValue, name: str) -> Network:
        if not isinstance(made, ModelValue):
            if made.unknown is not None:
                held = Layer(made.explicit or name, made.kind, unknown=made.unknown)
                return Network(made.explicit or name, Graph((held,)), kind=made.kind)
            model = ModelValue("Sequential", None, self.m.unique(), None)
            models.add_layer(self.m, model, made, ast.Name(made.kind))
            return snapshot(self.m, model).changed(name=made.explicit or name, kind=made.kind)
        if made.sequential and not made.inputs:
            models.assume_input(self.m, made, None)
        return snapshot(self.m, made).changed(name=made.explicit or name)


def _unplaced(layer: Layer) -> Layer:
    """A layer without lines: what stands in a configuration has none."""
    layer = map_bodies(layer, lambda body: body.changed(layers=tuple(map(_unplaced, body.layers))))
    return layer.changed(line=None, held=tuple(map(_unplaced, layer.held)))
