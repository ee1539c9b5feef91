"""Whether a tensor has a mask is what a layer of the source's own may ask: as Keras says."""

from __future__ import annotations

import textwrap

import pytest

from readers.keras_truth import assert_reads_as_keras

HEAD = """
import keras
from keras import Input, Model, layers

class Asks(layers.Layer):
    def __init__(self):
        super().__init__()
        self.small, self.large = layers.Dense(3), layers.Dense(5)

    def build(self, shape):
        self.small.build(shape)
        self.large.build(shape)

    def call(self, x, mask=None):
        return self.small(x) if mask is None else self.large(x)

class Keeps(layers.Layer):
    def __init__(self):
        super().__init__()
        self.supports_masking = True

    def call(self, x):
        return x * 2

class Drops(layers.Layer):
    def call(self, x):
        return x * 2

words = Input((6,))
numbers = Input((6, 2))
embedded = layers.Embedding(10, 4, mask_zero=True)(words)
"""

CHAINS = {
    "an embedding with one": "embedded",
    "an embedding without": "layers.Embedding(10, 4)(words)",
    "Masking": "layers.Masking()(numbers)",
    "an input": "numbers",
    "behind what keeps it": "layers.Dense(3)(layers.Dropout(0.1)(layers.Activation('relu')(embedded)))",
    "behind normalization": "layers.LayerNormalization()(embedded)",
    "behind what drops it": "layers.Reshape((4, 6))(embedded)",
    "behind a pooling": "layers.MaxPooling1D()(embedded)",
    "sequences that return": "layers.LSTM(4, return_sequences=True)(embedded)",
    "the last of a sequence": "layers.LSTM(4)(embedded)",
    "a sum of two that have it": "layers.Add()([embedded, layers.Dense(4)(embedded)])",
    "a product of two that have none": "layers.Multiply()([numbers, numbers])",
    "joined": "layers.Concatenate()([embedded, numbers])",
    "joined without": "layers.Concatenate()([numbers, numbers])",
    "the source's own that keeps it": "Keeps()(embedded)",
    "the source's own that drops it": "Drops()(embedded)",
}


@pytest.mark.filterwarnings("ignore:Layer .* does not support masking")
@pytest.mark.parametrize("chain", CHAINS)
def test_call_is_given_a_mask_where_keras_has_one(chain):
    end = f"model = Model([words, numbers], layers.Dense(2)(Asks()({CHAINS[chain]})))\n"
    assert_reads_as_keras(textwrap.dedent(HEAD) + end)
