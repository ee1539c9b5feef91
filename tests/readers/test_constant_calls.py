"""Layers that take nothing but constants: Keras works them out at once, and no model has them."""

import pytest

from readers.keras_truth import assert_reads_as_keras

TEXTS = {
    "a table of positions": """
        x = tokens = keras.Input((16,), dtype="int32")
        x = layers.Embedding(50, 8)(x)
        x = x + layers.Embedding(16, 8)(keras.ops.arange(16))
        model = keras.Model(tokens, layers.Dense(2)(x))
    """,
    "a chain of two": """
        x = inputs = keras.Input((4, 8))
        scale = layers.Dense(8)(layers.Dense(5)(keras.ops.ones((1, 4, 3))))
        model = keras.Model(inputs, layers.Multiply()([x, scale]))
    """,
    "a layer that also sees the input": """
        x = inputs = keras.Input((4, 8))
        shared = layers.Dense(8)
        model = keras.Model(inputs, shared(x) + shared(keras.ops.ones((1, 4, 8))))
    """,
    "inside a layer of one's own they count": """
        class Positions(layers.Layer):
            def __init__(self):
                super().__init__()
                self.table = layers.Embedding(16, 8)
            def call(self, x):
                return x + self.table(keras.ops.arange(16))
        inputs = keras.Input((16, 8))
        model = keras.Model(inputs, Positions()(inputs))
    """,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_counts_are_those_of_keras(text):
    lines = "\n".join(line[8:] for line in text.splitlines())
    assert_reads_as_keras(f"import keras\nfrom keras import layers\n{lines}")
