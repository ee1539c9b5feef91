"""Both directions of a Bidirectional own what the source's own cell owns: Keras copies it."""

from __future__ import annotations

import textwrap

import pytest

from readers.keras_truth import assert_reads_as_keras

CELLS = {
    "weights of the constructor": """
        class Cell(layers.Layer):
            def __init__(self, units, **kwargs):
                super().__init__(**kwargs)
                self.units = self.state_size = units
                self.kernel = self.add_weight(shape=(5, units), name="kernel")
            def call(self, inputs, states):
                h = ops.matmul(inputs, self.kernel) + states[0]
                return h, [h]
        """,
    "layers in an attribute": """
        class Cell(layers.Layer):
            def __init__(self, units, **kwargs):
                super().__init__(**kwargs)
                self.units = self.state_size = units
                self.gate = layers.Dense(units)
            def build(self, shape):
                self.gate.build((shape[0], shape[-1] + self.units))
                self.built = True
            def call(self, inputs, states):
                h = self.gate(ops.concatenate([inputs, states[0]]))
                return h, [h]
        """,
    "layers in a list": """
        class Cell(layers.Layer):
            def __init__(self, units, **kwargs):
                super().__init__(**kwargs)
                self.units = self.state_size = units
                self.parts = [layers.Dense(units), layers.Dense(units, use_bias=False)]
            def build(self, shape):
                self.parts[0].build(shape)
                self.parts[1].build((shape[0], self.units))
                self.built = True
            def call(self, inputs, states):
                h = self.parts[0](inputs) + self.parts[1](states[0])
                return h, [h]
        """,
}
MODEL = """
import keras
from keras import layers, ops
{cell}
    def get_config(self):
        return {{**super().get_config(), "units": self.units}}
keras.saving.register_keras_serializable()(Cell)
model = keras.Sequential([keras.Input((7, 5)), layers.{around}, layers.Dense(2)])
"""


@pytest.mark.parametrize("around", ["RNN(Cell(4))", "Bidirectional(layers.RNN(Cell(4)))"])
@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_is_counted_in_both_directions(cell, around):
    text = textwrap.dedent(CELLS[cell]).rstrip()
    assert_reads_as_keras(MODEL.format(cell=text, around=around))
