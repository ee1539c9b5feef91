"""Tables of embeddings are built without a shape, as the real Keras does."""

from __future__ import annotations

import pytest

import sizeup

TIED = """
from keras import Model, layers, ops
class Tied(layers.Layer):
    def __init__(self, table, **options):
        super().__init__(**options)
        self.table = table
    def call(self, x):
        return ops.matmul(x, ops.transpose(self.table.embeddings))
start = layers.Input((5,), dtype="int32")
table = layers.Embedding(100, 8)
table.build({shape})
model = Model(start, Tied(table)(table(start)))
"""


@pytest.mark.parametrize("shape", ["", "None", "(None, 5)"])
def test_an_embedding_is_built_without_a_shape(shape):
    text = TIED.format(shape=shape)
    space: dict = {}
    exec(text, space)
    found = sizeup.count(sizeup.read("-", text=text)["model"])
    assert found.total == space["model"].count_params()
