"""Random numbers and constants of a shape that the source makes, where the network uses them."""

from __future__ import annotations

import textwrap

import pytest

from builders.building import assert_builds, assert_computes
from builders.test_port import assert_formatted, assert_ports
from builders.test_to_keras import read
from sizeup.builders.code import port

SOURCES = {
    "a sample in a Lambda": """
        from keras import backend as K
        from keras.layers import *
        from keras.models import Model
        x = Input(shape=(12,))
        mean, log_var = Dense(2)(x), Dense(2)(x)
        def sampling(args):
            mean, log_var = args
            epsilon = K.random_normal(shape=(K.shape(mean)[0], 2), mean=0., stddev=1.0)
            return mean + K.exp(log_var / 2) * epsilon
        z = Lambda(sampling, output_shape=(2,))([mean, log_var])
        model = Model(x, Dense(12)(z))
        """,
    "a sample in a layer": """
        import tensorflow as tf
        from tensorflow import keras
        from tensorflow.keras import layers
        class Sampling(layers.Layer):
            def call(self, inputs):
                mean, log_var = inputs
                batch, dim = tf.shape(mean)[0], tf.shape(mean)[1]
                epsilon = tf.keras.backend.random_normal(shape=(batch, dim), stddev=0.5)
                return mean + tf.exp(0.5 * log_var) * epsilon
        x = keras.Input((12,))
        z = Sampling()([layers.Dense(2, name="m")(x), layers.Dense(2, name="v")(x)])
        model = keras.Model(x, layers.Dense(3)(z))
        """,
    "noise of one shape": """
        import keras
        from keras import layers, ops
        x = keras.Input((4,))
        y = layers.Dense(3)(x)
        model = keras.Model(x, y + keras.random.uniform((1, 3), maxval=0.1))
        """,
}
PRINTED = {
    "a sample in a Lambda": "ops.exp(x[1] / 2) * keras.random.normal(ops.shape(x[0]))",
    "a sample in a layer": "keras.random.normal(ops.shape(a), stddev=0.5)",
    "noise of one shape": "keras.random.uniform((1, 3), maxval=0.1)",
}


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_printed_is_the_same_network(name):
    assert PRINTED[name] in assert_ports(read(SOURCES[name], "model"))


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_built_is_the_same_network(name):
    assert_builds(read(SOURCES[name], "model"))


@pytest.mark.parametrize("name", SOURCES)
def test_a_formatter_leaves_it_as_it_is(name):
    assert_formatted(read(SOURCES[name], "model"))


@pytest.mark.parametrize("filling", ["keras.random.normal(ops.shape(x), 3.0, 0.0)", "ops.ones((1, 4))",
                                     "ops.zeros(ops.shape(x))"])  # fmt: skip
def test_what_is_printed_computes_the_same(filling):
    assert_computes(
        textwrap.dedent(f"""
        import keras
        from keras import layers, ops
        class Shift(layers.Layer):
            def call(self, x):
                return x * ({filling}) + x
        x = keras.Input((4,))
        model = keras.Model(x, layers.Dense(2)(Shift()(x)))
        """)
    )


def test_numbers_that_are_drawn_once_are_refused():
    text = """
        import keras, numpy as np
        from keras import layers
        x = keras.Input((4,))
        model = keras.Model(x, layers.Dense(2)(x) + np.random.normal(size=(1, 2)))
        """
    assert not port([read(text, "model")]).complete
