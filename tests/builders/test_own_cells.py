"""Cells of the source's own, as classes that the real Keras runs over time."""

from __future__ import annotations

import textwrap

import pytest

from builders.building import assert_builds, assert_computes
from builders.test_port import assert_formatted, assert_ports
from builders.test_to_keras import read
from sizeup.builders.code import port

MINIMAL = """
class Minimal(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.state_size = units
    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
        self.recurrent_kernel = self.add_weight(shape=(self.units, self.units), name="recurrent_kernel")
    def call(self, inputs, states):
        output = ops.matmul(inputs, self.kernel) + ops.matmul(states[0], self.recurrent_kernel)
        return output, [output]
    def get_config(self):
        return {**super().get_config(), "units": self.units}
keras.saving.register_keras_serializable()(Minimal)
"""
GATED = """
class Gated(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.state_size = [units, units + 2]
        self.output_size = 3
        self.gates = layers.Dense(units + 2)
        self.gate = layers.Dense(units, activation="sigmoid")
        self.out = layers.Dense(3)
        self.drop = layers.Dropout(0.1)
    def build(self, shape):
        self.gates.build((shape[0], shape[-1] + self.units))
        self.gate.build((shape[0], self.units + 2))
        self.out.build((shape[0], self.units))
        self.built = True
    def call(self, inputs, states):
        h, c = states
        z = self.gates(ops.concatenate([inputs, h], axis=-1))
        c = ops.tanh(self.drop(c)) + z
        h = self.gate(c) * h
        return self.out(h), [h, c]
    def get_config(self):
        return {**super().get_config(), "units": self.units}
keras.saving.register_keras_serializable()(Gated)
"""
SOURCES = {
    "one state": (MINIMAL, "layers.RNN(Minimal(4), return_sequences=True)"),
    "two states and an output": (GATED, "layers.RNN(Gated(4))"),
    "in both directions": (GATED, "layers.Bidirectional(layers.RNN(Gated(4)))"),
    "one upon another": (MINIMAL, "layers.RNN([Minimal(4), layers.GRUCell(3), Minimal(2)])"),
    "both directions of one": (MINIMAL, "layers.Bidirectional(layers.RNN(Minimal(3)), 'sum')"),
}


def source(name):
    cell, layer = SOURCES[name]
    return (
        f"import keras\nfrom keras import layers, ops\n{cell}"
        f"model = keras.Sequential([keras.Input((7, 5)), {layer}, layers.Dense(2)])\n"
    )


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_printed_is_the_same_network(name):
    code = assert_ports(read(source(name), "model"))
    assert "self.state_size = " in code


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_printed_computes_the_same(name):
    assert_computes(source(name))


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_built_is_the_same_network(name):
    assert_builds(read(source(name), "model"))


@pytest.mark.parametrize("name", SOURCES)
def test_a_formatter_leaves_it_as_it_is(name):
    assert_formatted(read(source(name), "model"))


def test_a_cell_around_a_cell_is_refused():
    text = """
        class Around(layers.Layer):
            def __init__(self, units):
                super().__init__()
                self.cell = layers.GRUCell(units)
                self.state_size = units
            def call(self, inputs, states):
                return self.cell(inputs, states)
        model = keras.Sequential([keras.Input((7, 5)), layers.RNN(Around(4))])
        """
    found = port(
        [read("import keras\nfrom keras import layers\n" + textwrap.dedent(text), "model")]
    )
    assert not found.complete
