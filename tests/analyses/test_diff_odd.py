"""Networks of every make against each other: the real Keras tells the difference, effects sum.

Several inputs and outputs, layers used twice, models inside of models, classes, tied weights,
names of any script, models of nothing.
"""

from __future__ import annotations

from itertools import permutations

import pytest

import sizeup

TEXT = """
from keras import Model, Sequential, layers, ops
def several():
    x, y = layers.Input((10,), name="Größe"), layers.Input((6,))
    h = layers.Dense(8, name="dense_α")(x)
    z = layers.Concatenate()([h, layers.Dense(4)(y)])
    return Model([x, y], [layers.Dense(3)(z), layers.Dense(1)(h)])
def three():
    x, y, w = layers.Input((10,)), layers.Input((6,)), layers.Input((5,))
    z = layers.Concatenate()([layers.Dense(8)(x), layers.Dense(4)(y), w])
    return Model([x, y, w], layers.Dense(3)(z))
def shared():
    d, a, b = layers.Dense(8), layers.Input((8,)), layers.Input((8,))
    return Model([a, b], layers.Dense(1)(layers.Subtract()([d(a), d(b)])))
def apart():
    a, b = layers.Input((8,)), layers.Input((8,))
    return Model([a, b], layers.Dense(1)(layers.Subtract()([layers.Dense(8)(a), layers.Dense(8)(b)])))
def twice():
    inner = Sequential([layers.Input((8,)), layers.Dense(8, activation="relu"), layers.Dense(8)])
    i = layers.Input((8,))
    return Model(i, layers.Dense(2)(inner(inner(i))))
def once():
    inner = Sequential([layers.Input((8,)), layers.Dense(16), layers.Dropout(0.1), layers.Dense(8)])
    i = layers.Input((8,))
    return Model(i, layers.Dense(2)(inner(i)))
class Own(Model):
    def __init__(self, units=8):
        super().__init__()
        self.d1, self.d2 = layers.Dense(units), layers.Dense(2)
    def call(self, x):
        return self.d2(ops.relu(self.d1(x)))
def own():
    model = Own()
    model(layers.Input((5,)))
    return model
class Tied(layers.Layer):
    def __init__(self, table, **options):
        super().__init__(**options)
        self.table = table
    def call(self, x):
        return ops.matmul(x, ops.transpose(self.table.embeddings))
def tied():
    i, table = layers.Input((5,), dtype="int32"), layers.Embedding(100, 8)
    table.build()
    return Model(i, Tied(table)(table(i)))
def untied():
    i = layers.Input((5,), dtype="int32")
    return Model(i, layers.Dense(100, use_bias=False)(layers.Embedding(100, 8)(i)))
def nothing():
    i = layers.Input((5,))
    return Model(i, i)
def sequence():
    i = layers.Input((None, 8))
    return Model(i, layers.Dense(2)(layers.Bidirectional(layers.LSTM(4))(i)))
"""
NAMES = "several three shared apart twice once own tied untied nothing sequence".split()


@pytest.fixture(scope="module")
def both():
    """What is read of each, and how many parameters the real Keras counts."""
    space: dict = {}
    exec(TEXT, space)
    reading = sizeup.read("-", text=TEXT)
    return {name: (reading[name], space[name]().count_params()) for name in NAMES}


@pytest.mark.parametrize("of", ["parameters", "macs", "activations"])
def test_effects_sum_to_the_difference_that_keras_has(of, both):
    for one, other in permutations(NAMES, 2):
        (old, before), (new, after) = both[one], both[other]
        found = sizeup.diff(old, new, of=of)
        if of == "parameters":
            assert found.delta == after - before, (one, other)
        if found.delta is not None:
            assert sum(change.effect for change in found.changes) == found.delta, (one, other)
        found.as_dict()


def test_a_table_that_a_layer_uses_again_is_no_layer_of_its_own(both):
    found = sizeup.diff(both["untied"][0], both["tied"][0])
    assert [(c.what, c.effect) for c in found.changes] == [("Dense 100 → ops.matmul", -800)]
