"""Layers of the source's own with weights of their own, as classes that the real Keras builds."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import sizeup
from builders.building import assert_builds
from builders.test_port import assert_formatted, assert_ports
from builders.test_to_keras import read
from sizeup.builders import legacy
from sizeup.builders.code import port

SOURCES = {
    "a scale": """
        class LayerScale(layers.Layer):
            def __init__(self, start, **kwargs):
                super().__init__(**kwargs)
                self.start = start
            def build(self, input_shape):
                self.gamma = self.add_weight(shape=(input_shape[-1],), name="gamma")
            def call(self, x):
                return x * self.gamma
        model = keras.Sequential([
            keras.Input((5,)), LayerScale(0.1), layers.Dense(3), LayerScale(0.2, name="last")])
        """,
    "layers and weights, called twice": """
        class Block(layers.Layer):
            def __init__(self, units):
                super().__init__()
                self.up, self.down = layers.Dense(units, activation="relu"), layers.Dense(6)
                self.shift = self.add_weight(shape=(6,), name="name")
            def call(self, x):
                return x + self.down(self.up(x)) + self.shift
        block = Block(9)
        x = inputs = keras.Input((6,))
        model = keras.Model(inputs, block(block(x)))
        """,
    "two that differ by what they are given": """
        class Project(layers.Layer):
            def __init__(self, width):
                super().__init__()
                self.width = width
            def build(self, shape):
                self.kernel = self.add_weight(shape=(shape[-1], self.width), name="kernel")
                self.fixed = self.add_weight(shape=(self.width,), name="fixed", trainable=False)
            def call(self, x):
                return keras.ops.matmul(x, self.kernel) + self.fixed
        model = keras.Sequential([keras.Input((5,)), Project(7), Project(3)])
        """,
    "attention of additive scores": """
        class Attention(layers.Layer):
            def build(self, input_shape):
                self.W = self.add_weight(shape=(input_shape[-1], 1), initializer="normal")
                self.b = self.add_weight(shape=(input_shape[1], 1), initializer="zeros")
            def call(self, x):
                e = keras.ops.tanh(keras.ops.matmul(x, self.W) + self.b)
                a = keras.ops.softmax(e, axis=1)
                return keras.ops.sum(x * a, axis=1)
        model = keras.Sequential([
            keras.Input((12, 4)), layers.LSTM(8, return_sequences=True), Attention(), layers.Dense(2)])
        """,
    "several inputs": """
        class Mix(layers.Layer):
            def build(self, shapes):
                self.left = self.add_weight(shape=(shapes[0][-1],), name="left")
                self.right = self.add_weight(shape=(shapes[1][-1],), name="right")
            def call(self, inputs):
                a, b = inputs
                return keras.ops.concatenate([a * self.left, b * self.right], axis=-1)
        a, b = keras.Input((3,)), keras.Input((4,))
        model = keras.Model([a, b], layers.Dense(2)(Mix()([a, b])))
        """,
    "one in another": """
        class Gain(layers.Layer):
            def build(self, shape):
                self.gain = self.add_weight(shape=(shape[-1],), name="gain")
            def call(self, x):
                return x * self.gain
        class Pair(layers.Layer):
            def __init__(self):
                super().__init__()
                self.first, self.second = Gain(), Gain()
                self.dense = layers.Dense(7)
            def build(self, shape):
                self.offset = self.add_weight(shape=(shape[-1],), name="offset")
            def call(self, x):
                return self.second(self.dense(self.first(x + self.offset)))
        x = keras.Input((4,))
        model = keras.Model(x, Pair()(x))
        """,
    "a layer of Keras' with a weight more": """
        class Gated(layers.Dense):
            def __init__(self, units, **kwargs):
                super().__init__(units, activation="relu", **kwargs)
            def build(self, input_shape):
                super().build(input_shape)
                self.gate = self.add_weight(shape=(self.units,), name="gate")
            def call(self, x):
                return super().call(x) * self.gate
        model = keras.Sequential([keras.Input((4,)), Gated(3), layers.Dense(2)])
        """,
    "layers of Keras' with their call around": """
        class Doubled(layers.Conv1D):
            def call(self, x):
                return super().call(x) * 2
        class Norm(layers.BatchNormalization):
            def call(self, x, training=None, mask=None):
                return super().call(x, training=training, mask=mask)
        model = keras.Sequential([keras.Input((9, 4)), Doubled(3, 2), Norm(), layers.Flatten()])
        """,
    "a layer of Keras' that freezes itself": """
        class Norm(layers.BatchNormalization):
            def __init__(self, freeze, **options):
                super().__init__(**options)
                self.trainable = not freeze
            def call(self, x, training=None):
                return super().call(x, training=False)
        model = keras.Sequential([
            keras.Input((4,)), Norm(True, name="still"), Norm(False), layers.Dense(2)])
        """,
    "a frozen one": """
        class Scale(layers.Layer):
            def build(self, shape):
                self.gamma = self.add_weight(shape=(shape[-1],), name="gamma")
            def call(self, x):
                return x * self.gamma
        scale = Scale()
        scale.trainable = False
        model = keras.Sequential([keras.Input((5,)), scale, layers.Dense(2)])
        """,
    "a token in front of patches": """
        class Patches(layers.Layer):
            def __init__(self, count, width):
                super().__init__()
                self.projection = layers.Dense(width)
                self.positions = self.add_weight(shape=(1, count, width), name="positions")
            def call(self, x):
                return self.projection(x) + self.positions
        x = images = keras.Input((16, 16, 3))
        x = layers.Conv2D(8, 4, strides=4)(x)
        x = layers.Reshape((16, 8))(x)
        x = Patches(16, 12)(x)
        x = layers.MultiHeadAttention(2, 6)(x, x)
        model = keras.Model(images, layers.Dense(3)(layers.GlobalAveragePooling1D()(x)))
        """,
}
SPELLED = "import keras\nfrom keras import layers\n"


def source(name):
    return read(SOURCES[name], "model")


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_printed_is_the_same_network(name):
    code = assert_ports(source(name))
    assert "class " in code
    again = sizeup.read("-", text=code).networks[0]
    assert sizeup.count(again).total == sizeup.count(source(name)).total


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_built_is_the_same_network(name):
    assert_builds(source(name))


@pytest.mark.parametrize("name", SOURCES)
def test_a_formatter_leaves_it_as_it_is(name):
    assert_formatted(source(name))


def test_one_class_serves_all_that_do_the_same():
    code = port([source("a scale")]).code
    assert code.count("class ") == 1
    assert 'self.gamma = self.add_weight((input_shape[-1],), name="gamma")' in code


def test_two_networks_share_their_classes():
    found = port([source("a scale"), source("a frozen one"), source("a scale")])
    assert found.complete
    assert found.code.count("class LayerScale") == 1


def test_classes_that_differ_have_names_of_their_own():
    code = port([source("two that differ by what they are given")]).code
    assert "class Project(" in code
    assert "class Project_2(" in code


DERIVED = ["a layer of Keras' with a weight more", "layers of Keras' with their call around"]


@pytest.mark.parametrize("name", DERIVED)
def test_what_derives_from_a_layer_of_keras_holds_it(name):
    assert "super().call" not in assert_ports(source(name))


def test_a_class_that_only_says_the_arguments_is_the_layer_that_it_derives_from():
    network = read("""
        class Conv(layers.Conv2D):
            def __init__(self, filters, **options):
                super().__init__(filters, 3, padding="same", activation="relu", **options)
        class FixedDropout(layers.Dropout):
            def _get_noise_shape(self, inputs):
                return self.noise_shape
        model = keras.Sequential([
            keras.Input((8, 8, 3)), Conv(4), FixedDropout(0.2, noise_shape=(None, 1, 1, 4)),
            Conv(6, name="last"), layers.Flatten(), layers.Dense(2)])
        """, "model")  # fmt: skip
    code = assert_ports(network)
    assert 'layers.Conv2D(4, 3, padding="same", activation="relu"),' in code
    assert "# conv_1, last: written as the Conv2D that the source's class derives from" in code
    assert_builds(network)
    assert_formatted(network)


def test_one_that_owns_more_than_that_is_refused():
    network = read("""
        class More(layers.Dense):
            def build(self, shape):
                super().build(shape)
                self.more = self.add_weight(shape=(3,), name="more")
        model = keras.Sequential([keras.Input((5,)), More(3)])
        """, "model")  # fmt: skip
    assert not port([network]).complete


def test_the_weight_of_a_base_that_is_used_itself_is_refused():
    network = read("""
        class Odd(layers.Dense):
            def call(self, x):
                return super().call(x) + self.bias
        model = keras.Sequential([keras.Input((5,)), Odd(3)])
        """, "model")  # fmt: skip
    assert not port([network]).complete


def test_activations_that_keras_ops_does_not_have():
    text = """
        import tensorflow as tf
        import tensorflow_addons as tfa
        x = inputs = tf.keras.Input((8,))
        x = tfa.activations.mish(tf.keras.layers.Dense(3)(x))
        model = tf.keras.Model(inputs, tf.keras.layers.Dense(2)(x))
        """
    assert "x * ops.tanh(ops.softplus(x))" in assert_ports(read(text, "model"))
    assert_builds(read(text, "model"))


def test_gated_units_of_cudnn_have_two_biases_in_any_keras():
    text = """
        from keras.layers import *
        from keras.models import Sequential
        model = Sequential([Bidirectional(CuDNNLSTM(4), input_shape=(7, 3)), Reshape((2, 4)), CuDNNGRU(5)])
        """
    assert "GRU(5, reset_after=True)" in assert_ports(read(text, "model"))


def test_both_biases_of_cudnn_are_added_at_every_call():
    made = legacy.CuDNNLSTM(2, bias_initializer="zeros", unit_forget_bias=False)
    plain = keras.layers.LSTM(2, unit_forget_bias=False)
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    made.build(x.shape), plain.build(x.shape)
    for one, other in zip(plain.cell.weights, made.cell.weights, strict=True):
        one.assign(other)
    plain.cell.bias.assign([1.0] * 8)
    made.recurrent_bias.assign([1.0] * 8)
    for _ in range(2):
        assert np.allclose(made(x), plain(x))


@pytest.mark.parametrize("body", [
    "return x + keras.ops.convert_to_tensor(table)",
    "return mystery(x) * self.gamma",
])  # fmt: skip
def test_what_is_not_known_is_refused(body):
    network = read(f"""
        class Scale(layers.Layer):
            def build(self, shape):
                self.gamma = self.add_weight(shape=(shape[-1],), name="gamma")
            def call(self, x):
                {body}
        model = keras.Sequential([keras.Input((5,)), Scale()])
        """, "model")  # fmt: skip
    found = port([network])
    assert not found.complete
    assert "cannot be written" in found.code
