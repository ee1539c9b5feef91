"""Masks and states that are passed by hand: printed as arguments by which the real Keras takes them."""

from __future__ import annotations

import textwrap

import pytest

from builders.building import assert_builds, assert_computes
from builders.test_port import assert_formatted, assert_ports
from builders.test_to_keras import read
from sizeup.builders.code import port

SOURCES = {
    "a mask of a recurrent layer": """
        ids = keras.Input((10,))
        mask = ops.not_equal(ids, 0)
        x = layers.Embedding(20, 8)(ids)
        x = layers.LSTM(5, return_sequences=True)(x, mask=mask)
        model = keras.Model(ids, layers.Dense(3)(layers.GlobalAveragePooling1D()(x, mask=mask)))
        """,
    "a mask of attention": """
        ids = keras.Input((10,))
        mask = ops.expand_dims(ops.greater(ids, 3), 1)
        x = layers.Embedding(20, 8)(ids)
        x = layers.MultiHeadAttention(2, 4)(x, x, attention_mask=mask)
        model = keras.Model(ids, layers.Dense(3)(layers.Flatten()(x)))
        """,
    "masks in a list, one of them left out": """
        a, b = keras.Input((6, 4)), keras.Input((5, 4))
        m = keras.Input((5,), dtype="bool")
        x = layers.Attention()([a, b], mask=[None, m])
        model = keras.Model([a, b, m], layers.Flatten()(x))
        """,
    "states and a mask": """
        x = keras.Input((10, 4))
        h, m = keras.Input((5,)), keras.Input((10,), dtype="bool")
        y = layers.GRU(5)(x, initial_state=h, mask=m)
        model = keras.Model([x, h, m], layers.Dense(3)(y))
        """,
    "states by position": """
        x = keras.Input((10, 4))
        h, c = keras.Input((5,)), keras.Input((5,))
        y = layers.LSTM(5)(x, [h, c])
        model = keras.Model([x, h, c], layers.Dense(3)(y))
        """,
    "states of an encoder": """
        x, z = keras.Input((10, 4)), keras.Input((6, 4))
        _, h, c = layers.LSTM(5, return_state=True)(x)
        y = layers.LSTM(5, return_sequences=True)(z, initial_state=[h, c])
        model = keras.Model([x, z], layers.Dense(3)(y))
        """,
    "a softmax of some": """
        x, m = keras.Input((7,)), keras.Input((7,), dtype="bool")
        y = layers.Softmax()(layers.Dense(7)(x), mask=m)
        model = keras.Model([x, m], y)
        """,
    "a layer in both directions": """
        x, m = keras.Input((10, 4)), keras.Input((10,), dtype="bool")
        y = layers.Bidirectional(layers.GRU(3))(x, mask=m)
        model = keras.Model([x, m], y)
        """,
}
PRINTED = {
    "a mask of a recurrent layer": "layers.LSTM(5, return_sequences=True)(x, mask=",
    "a mask of attention": "attention_mask=",
    "masks in a list, one of them left out": "mask=[None, ",
    "states and a mask": "initial_state=",
}
IMPORTS = "import keras\nfrom keras import layers, ops\n"


def source(name):
    return IMPORTS + textwrap.dedent(SOURCES[name])


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_printed_is_the_same_network(name):
    assert PRINTED.get(name, "") in assert_ports(read(source(name), "model"))


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_printed_computes_the_same(name):
    assert_computes(source(name))


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_built_is_the_same_network(name):
    assert_builds(read(source(name), "model"))


@pytest.mark.parametrize("name", SOURCES)
def test_a_formatter_leaves_it_as_it_is(name):
    assert_formatted(read(source(name), "model"))


def test_a_mask_by_position_is_refused():
    text = """
        x, m = keras.Input((10, 4)), keras.Input((10,), dtype="bool")
        model = keras.Model([x, m], layers.GlobalAveragePooling1D()(x, m))
        """
    found = port([read(IMPORTS + textwrap.dedent(text), "model")])
    assert not found.complete


TRAINING = {
    "a dropout that never ends": """
        x = keras.Input((6,))
        y = layers.Dropout(0.5)(layers.Dense(4)(x), training=True)
        model = keras.Model(x, layers.Dense(2)(y))
        """,
    "a base that is not trained": """
        base = keras.Sequential([keras.Input((6,)), layers.Dense(4), layers.BatchNormalization()])
        x = keras.Input((6,))
        model = keras.Model(x, layers.Dense(2)(base(x, training=False)))
        """,
}


@pytest.mark.parametrize("name", TRAINING)
def test_what_the_source_says_of_training_stays(name):
    network = read(IMPORTS + textwrap.dedent(TRAINING[name]), "model")
    flag = "training=True" if "never ends" in name else "training=False"
    assert f", {flag})" in assert_ports(network)
    assert_builds(network)
    assert_formatted(network)
