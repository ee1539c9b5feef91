"""`Network.to_keras()`: the real Keras builds what the network says, layer by layer."""

from __future__ import annotations

import textwrap

import keras
import pytest

import sizeup
from builders.building import assert_builds, build, scalars
from sizeup.errors import PortError


def read(text: str, name: str | None = None) -> sizeup.Network:
    reading = sizeup.read("-", text=textwrap.dedent(text))
    return reading[name] if name else reading.networks[0]


SOURCES = {
    "a chain": """
        model = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(8, 3, strides=2),
            layers.BatchNormalization(), layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(3)])
        """,
    "old spellings": """
        model = Sequential()
        model.add(Convolution2D(4, 3, 3, border_mode='same', subsample=(2, 1), input_shape=(9, 8, 3), init='normal'))
        model.add(ZeroPadding2D((1, 2)))
        model.add(LocallyConnected2D(3, 2, 2))
        model.add(Flatten())
        model.add(MaxoutDense(5, nb_feature=3))
        model.add(Highway())
        model.add(SReLU())
        model.add(ParametricSoftplus())
        model.add(Dense(2, W_regularizer='l2'))
        """,
    "old sequences": """
        model = Sequential()
        model.add(Embedding(50, 4, input_length=7, mask_zero=True))
        model.add(Convolution1D(6, 3, subsample_length=2))
        model.add(TimeDistributedDense(3))
        model.add(GRU(4, return_sequences=True, inner_activation='hard_sigmoid'))
        model.add(TimeDistributed(Dense(3)))
        model.add(LSTM(2, go_backwards=True, return_sequences=True))
        model.add(LocallyConnected1D(2, 2))
        model.add(TimeDistributedMerge('ave'))
        """,
    "merges": """
        a, b = Input(shape=(3,), name='left'), Input(shape=(3,), dtype='int32')
        shared = Dense(4, name='shared')
        x = merge([shared(a), shared(b)], mode='concat')
        y = merge([a, b], mode='cos', dot_axes=1)
        model = Model(input=[a, b], output=[Dense(2)(x), y])
        """,
    "models in models": """
        inner = keras.Sequential([layers.Dense(4, input_shape=(6,)), layers.Dense(2)], name='inner')
        i = keras.Input((5,))
        encoder = keras.Model(i, layers.Dense(6)(i), name='encoder')
        encoder.trainable = False
        x = keras.Input((5,))
        y = inner(encoder(x))
        model = keras.Model(x, [y, inner(layers.Dense(6)(x))])
        """,
    "wrappers and cells": """
        i = keras.Input((7, 5))
        x = layers.Bidirectional(layers.LSTM(3, return_sequences=True), merge_mode='sum')(i)
        x = layers.Bidirectional(layers.GRU(2, return_sequences=True), backward_layer=layers.GRU(2, go_backwards=True, return_sequences=True))(x)
        x = layers.RNN([layers.LSTMCell(3), layers.GRUCell(4)], return_sequences=True)(x)
        x = layers.SpectralNormalization(layers.Dense(4))(x)
        x, h, c = layers.LSTM(3, return_state=True, return_sequences=True)(x)
        x = layers.LSTM(3)(x, initial_state=[h, c])
        model = keras.Model(i, [x, h])
        """,
    "attention": """
        i, j = keras.Input((7, 5)), keras.Input((4, 5))
        x = layers.Attention(use_scale=True)([i, j])
        frozen = layers.MultiHeadAttention(2, 3, trainable=False)
        x, w = frozen(x, j, key=j, return_attention_scores=True)
        model = keras.Model([i, j], [x, w, layers.GroupedQueryAttention(3, 4, 2)(i, i)])
        """,
    "flags": """
        model = keras.Sequential([keras.Input((5,), batch_size=2), layers.Dense(3, trainable=False),
            layers.BatchNormalization(trainable=False), layers.Dense(2, use_bias=False)])
        model.layers[2].trainable = False
        """,
    "a layer of the source's own": """
        class Block(layers.Layer):
            def __init__(self, width):
                super().__init__()
                self.one = layers.Dense(width, activation='relu')
                self.two = layers.Dense(width)
                self.sum = layers.Add()
            def call(self, x):
                return self.sum([x, self.two(self.one(x))])
        i = keras.Input((6,))
        model = keras.Model(i, Block(6)(Block(6)(i)))
        """,
}


@pytest.mark.parametrize("name", SOURCES)
def test_what_code_says_is_built(name):
    network = read(SOURCES[name], "model")
    assert_builds(network)


ZOO = ("lenet5", "vgg1", "vgg2", "resnet20", "resnet18", "mlp-2000-50-2000")
"""The rest is among the heavy tests."""


@pytest.mark.parametrize("network", ZOO)
def test_the_zoo_is_built(network):
    network = sizeup.read(f"zoo:{network}").networks[0]
    assert_builds(network)


def test_a_model_comes_back_from_its_own_network():
    model = keras.Sequential(
        [keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3, name="first"), keras.layers.Flatten()]
    )
    again = sizeup.count(model).network.to_keras()
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]
    assert [w.shape for w in again.weights] == [w.shape for w in model.weights]


def test_a_frozen_network_is_frozen():
    network = read("model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])\n"
                   "model.trainable = False")  # fmt: skip
    assert scalars(build(network).trainable_weights) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model = keras.Sequential([keras.Input((3,)), layers.Dense(n)])", "free: n"),
        ("model = keras.Sequential([keras.Input((3,)), Unseen(2)])", "Unseen"),
        ("model = keras.Sequential([keras.Input((3,)), layers.Conv2D(3, 2)])", "rank"),
    ],
)
def test_what_cannot_be_built_is_refused_in_a_sentence(text, said):
    with pytest.raises(PortError, match=said):
        read(text).to_keras()
