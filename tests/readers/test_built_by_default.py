"""Shapes that are asked for or given in other ways than by an input: of models, of layers."""

from __future__ import annotations

from readers.keras_truth import assert_reads_as_keras, read_text
from sizeup.analyses.count import count

BUILT = """
import keras
from keras import layers

class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = layers.Conv2D(4, 3)
        self.flat = layers.Flatten()
        self.dense = layers.Dense(2)

    def build(self, input_shape=(None, 8, 8, 3)):
        self.conv.build(input_shape)
        shape = self.conv.compute_output_shape(input_shape)
        self.flat.build(shape)
        self.dense.build(self.flat.compute_output_shape(shape))
        self.built = True

    def call(self, x):
        return self.dense(self.flat(self.conv(x)))

model = Net()
model.build({})
"""


def test_a_model_is_built_on_the_shape_that_its_build_takes_by_default():
    assert_reads_as_keras(BUILT.format(""))
    assert_reads_as_keras(BUILT.format("(None, 9, 9, 1)"))


def test_activations_of_addons_own_nothing():
    text = """
        import tensorflow as tf
        import tensorflow_addons as tfa

        x = image = tf.keras.Input((8, 8, 3))
        x = tfa.activations.mish(tf.keras.layers.Conv2D(4, 3)(x))
        x = tf.keras.layers.Flatten()(x)
        model = tf.keras.Model(image, tf.keras.layers.Dense(2)(x))
    """
    (network,) = read_text(text)
    assert count(network).total == (3 * 3 * 3 * 4 + 4) + (6 * 6 * 4 * 2 + 2)


def test_a_shape_may_be_drawn_from_an_iterator():
    assert_reads_as_keras("""
        import keras

        shape = (None, 6, 7, 3)
        x = image = keras.Input(shape=filter(None, shape))
        model = keras.Model(image, keras.layers.Dense(2)(keras.layers.Flatten()(x)))
    """)


def test_the_shapes_of_a_model_with_several_ends_are_a_list():
    assert_reads_as_keras("""
        import keras
        from keras import layers

        image, word = keras.Input((8,)), keras.Input((5,))
        base = keras.Model([image, word], [layers.Dense(2)(image), layers.Dense(3)(word)])
        x = layers.Concatenate()([image, word])
        one = keras.Model([image], [layers.Dense(9)(image)])
        units = [base.output_shape[1][1], base.input_shape[1][-1], one.output_shape[-1]]
        for width in units:
            x = layers.Dense(width)(x)
        model = keras.Model([image, word], x)
    """)


def test_the_shapes_of_a_layer_with_several_ends_are_a_list_in_keras_2():
    text = """
        from tf_keras import Input, Model, layers

        first, second = Input((8,)), Input((8,))
        merged, cell = layers.Add(), layers.LSTM(4, return_state=True)
        x = merged([first, second])
        cell(Input((6, 7)))
        x = layers.Dense(merged.input_shape[1][1] + len(cell.output_shape))(x)
        model = Model([first, second], x)
    """
    assert count(read_text(text)["model"]).total == 8 * 11 + 11
