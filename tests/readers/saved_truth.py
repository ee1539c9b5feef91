"""Saves models with the real Keras and compares what sizeup reads with what Keras loads again."""

from __future__ import annotations

import json
import math

import keras

from sizeup.analyses.count import count
from sizeup.network import rows
from sizeup.readers import read


def scalars(weights):
    return sum(math.prod(weight.shape) for weight in weights)


def loaded(text):
    """The model that Keras itself makes of a configuration."""
    return keras.saving.deserialize_keras_object(json.loads(text), safe_mode=False)


def real_layers(model):
    """Name, kind, parameters and trainable parameters of every layer, as Keras lists them."""
    return [
        (layer.name, type(layer).__name__, layer.count_params(), scalars(layer.trainable_weights))
        for layer in model.layers
        if layer.built
    ]


def our_layers(network):
    return [
        (row.path, row.layer.kind, row.parameters, row.trainable)
        for row in rows(network)
        if row.parent is None and not row.layer.kind.startswith("ops.")
    ]


def our_outputs(network):
    graph = network.graph
    return [
        graph.layers[r.layer].calls[r.call].output_shapes[r.output]
        if r.layer >= 0
        else graph.input_shapes[r.output]
        for r in graph.outputs
    ]


def assert_same(network, model):
    """Totals, what is trained, every layer by name, and the shapes that leave agree."""
    found = count(network)
    assert network.error is None, network.error
    assert found.total == model.count_params(), found.notes
    assert found.trainable == scalars(model.trainable_weights)
    assert our_layers(network) == real_layers(model)
    leaving = [tuple(t.shape) for t in keras.tree.flatten(model.outputs)]
    assert our_outputs(network) == leaving


def assert_json_reads(model):
    """The JSON of a model reads as what Keras makes of it again."""
    text = model.to_json()
    assert_same(read("-", stdin=text)[0], loaded(text))
