"""Operations that take a tensor apart give lists, which layers may insist on."""

from __future__ import annotations

import pytest

from readers.keras_truth import assert_reads_as_keras

CODE = """
import keras
from keras import layers, ops

class Parts(layers.Layer):
    def call(self, x):
        return {}

class Pair(layers.Layer):
    def build(self, shape):
        if not isinstance(shape, list) or len(shape) < 2:
            raise ValueError("a list of at least 2 inputs")
        self.kernel = self.add_weight(shape=(len(shape), shape[0][-1]))

    def call(self, parts):
        return sum(parts) * self.kernel[0]

image = keras.Input((4, 6))
model = keras.Model(image, layers.Dense(2)(Pair()(Parts()(image))))
"""


@pytest.mark.parametrize("parts", ["ops.split(x, 2, axis=1)", "ops.unstack(x, axis=1)"])
def test_parts_are_a_list(parts):
    assert_reads_as_keras(CODE.format(parts))
