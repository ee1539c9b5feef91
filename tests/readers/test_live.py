"""Live models: what sizeup counts is what the object holds, built or not."""

from __future__ import annotations

import math
import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import layers

import sizeup
from readers.keras_truth import real_layers
from sizeup.errors import ReadError
from sizeup.network import rows


class Projection(layers.Layer):
    """A layer of a person's own: its configuration does not tell what it owns."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.inner = layers.Dense(3)

    def build(self, shape):
        self.table = self.add_weight(shape=(shape[-1], self.units))
        self.offset = self.add_weight(shape=(self.units,), trainable=False)
        self.inner.build((None, self.units))

    def call(self, x):
        return self.inner(x @ self.table + self.offset)


class Own(keras.Model):
    def __init__(self):
        super().__init__(name="own")
        self.hidden, self.last = layers.Dense(3), Projection(2)
        self.scale = self.add_weight(shape=(5,), name="scale")

    def call(self, x):
        return self.last(self.hidden(x))


def convolutions():
    return keras.Sequential([
        keras.Input((28, 28, 1)), layers.Conv2D(8, 3), layers.BatchNormalization(),
        layers.Flatten(), layers.Dense(10),
    ])  # fmt: skip


def frozen_part():
    model = convolutions()
    model.layers[0].trainable = False
    return model


def frozen():
    model = convolutions()
    model.trainable = False
    return model


def own_layer():
    inputs = keras.Input((5,))
    return keras.Model(inputs, layers.Dense(4)(Projection(7)(inputs)))


def nested():
    inner = frozen()
    inputs = keras.Input((28, 28, 1))
    shared = layers.Dense(10)
    return keras.Model(inputs, shared(shared(inner(inputs)) * 2 + 1))


def recurrent():
    return keras.Sequential([
        keras.Input((8, 4)), layers.GRU(8, return_sequences=True),
        layers.Bidirectional(layers.LSTM(3)), layers.Dense(10),
    ])  # fmt: skip


def subclassed():
    model = Own()
    model(np.zeros((1, 4)))
    return model


BUILT = [convolutions, frozen_part, frozen, own_layer, nested, recurrent, subclassed]


def scalars(weights):
    return sum(math.prod(weight.shape) for weight in weights)


@pytest.mark.parametrize("make", BUILT, ids=lambda make: make.__name__)
def test_a_built_model_counts_what_it_holds(make):
    model = make()
    found = sizeup.count(model)
    assert found.network.reader == "live model"
    assert found.total == model.count_params()
    assert found.trainable == scalars(model.trainable_weights)
    ours = [
        (row.layer.kind, row.parameters, row.trainable)
        for row in rows(found.network)
        if row.parent is None and not row.layer.kind.startswith("ops.") and row.path != "own"
    ]
    theirs = [entry for entry in real_layers(model) if entry[0] not in ("Multiply", "Add")]
    assert [entry for entry in ours if entry[0] not in ("Multiply", "Add")] == theirs


def test_shapes_and_costs_are_those_of_its_configuration():
    assert sizeup.count(convolutions()).macs == 26 * 26 * 8 * 9 + 26 * 26 * 8 * 10


def test_an_unbuilt_chain_says_what_its_input_would_have_to_be():
    model = keras.Sequential([layers.Dense(3), layers.Dense(4)])
    found = sizeup.count(model)
    assert (found.total, [free.name for free in found.free]) == (None, ["input_shape_0"])
    for width in (1, 7):
        model = keras.Sequential([layers.Dense(3), layers.Dense(4)])
        model.build((None, width))
        assert eval(found.formula, {"input_shape_0": width}) == model.count_params()


def test_an_unbuilt_model_of_a_class_is_a_lower_bound_that_says_so():
    found = sizeup.count(Own())
    assert (found.total, found.at_least) == (None, 5)
    assert any("is not built" in note.text for note in found.notes)


def test_two_live_models_are_compared():
    assert sizeup.diff(convolutions(), recurrent()).as_dict()["delta"] == (
        recurrent().count_params() - convolutions().count_params()
    )


@pytest.mark.parametrize("thing", [3, None, object(), [1], layers.Dense])
def test_what_is_no_model_is_refused(thing):
    with pytest.raises(ReadError, match="is no source"):
        sizeup.count(thing)


def test_no_framework_is_imported_to_look_at_an_object():
    code = (
        "import sys, sizeup\n"
        "try:\n    sizeup.count(object())\nexcept sizeup.SizeupError:\n    pass\n"
        "sys.exit(any(name in sys.modules for name in ('keras', 'tensorflow', 'numpy', 'h5py')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
