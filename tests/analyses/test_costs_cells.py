"""RNNs of Keras' own cells cost what the layers cost that they are (those are held to PyTorch)."""

from __future__ import annotations

import pytest

import sizeup

HEAD = "import keras\nfrom keras import layers\n"
SAME = {
    "one cell": ("layers.RNN(layers.LSTMCell(6))", "layers.LSTM(6)"),
    "a cell and its sequences": (
        "layers.RNN(layers.GRUCell(6, reset_after=False, use_bias=False), return_sequences=True)",
        "layers.GRU(6, reset_after=False, use_bias=False, return_sequences=True)",
    ),
    "a plain cell": (
        "layers.RNN(layers.SimpleRNNCell(6, activation='relu'))",
        "layers.SimpleRNN(6, activation='relu')",
    ),
    "both directions": (
        "layers.Bidirectional(layers.RNN(layers.LSTMCell(6)), 'sum')",
        "layers.Bidirectional(layers.LSTM(6), 'sum')",
    ),
    "cells on top of each other": (
        "layers.RNN([layers.LSTMCell(6), layers.GRUCell(4), layers.LSTMCell(5)])",
        "layers.LSTM(6, return_sequences=True), layers.GRU(4, return_sequences=True), layers.LSTM(5)",
    ),
    "two cells and their sequences": (
        "layers.RNN([layers.SimpleRNNCell(6), layers.SimpleRNNCell(6)], return_sequences=True)",
        "layers.SimpleRNN(6, return_sequences=True), layers.SimpleRNN(6, return_sequences=True)",
    ),
    "stacked at every picture": (
        "layers.Dense(8), layers.RNN([layers.GRUCell(3), layers.LSTMCell(2)])",
        "layers.Dense(8), layers.GRU(3, return_sequences=True), layers.LSTM(2)",
    ),
}


def costs(inner, steps=7):
    text = f"{HEAD}model = keras.Sequential([keras.Input(({steps}, 5)), {inner}])"
    (network,) = sizeup.read("-", text=text).networks
    return sizeup.costs(network, batch=3).as_dict()


@pytest.mark.parametrize("name", SAME)
def test_an_rnn_of_cells_costs_what_the_layers_cost(name):
    ours, theirs = map(costs, SAME[name])
    assert None not in (ours["macs"], *ours["flops"].values(), ours["training"]["saved"])
    assert ours["macs"] == theirs["macs"]
    assert ours["flops"] == theirs["flops"]
    assert ours["training"]["saved"] == theirs["training"]["saved"]


@pytest.mark.parametrize("name", ["one cell", "both directions"])
def test_so_does_its_training(name):
    ours, theirs = (costs(each)["training"] for each in SAME[name])
    assert ours["peak"] is not None
    assert ours["peak"] == theirs["peak"]


def test_a_cell_of_the_source_s_own_is_not_known():
    text = """
class Cell(layers.Layer):
    def __init__(self):
        super().__init__()
        self.state_size = 4
    def call(self, inputs, states):
        return inputs[:, :4] * states[0], [states[0]]
"""
    whole = f"{HEAD}{text}model = keras.Sequential([keras.Input((7, 5)), layers.RNN(Cell())])"
    network = sizeup.read("-:model", text=whole).networks[0]
    assert sizeup.costs(network).as_dict()["flops"]["forward"] is None


def test_a_class_that_inherits_its_call_costs_what_that_costs():
    own = "class Own(layers.Conv1D):\n    def __init__(self, n):\n        super().__init__(n, 3)\n"
    texts = [
        f"{HEAD}{own}model = keras.Sequential([keras.Input((7, 5)), {each}, layers.Dense(2)])"
        for each in ("Own(4)", "layers.Conv1D(4, 3)")
    ]
    ours, theirs = (
        sizeup.costs(sizeup.read("-:model", text=each).networks[0]).as_dict() for each in texts
    )
    assert ours["flops"]["backward"] is not None
    assert ours["flops"] == theirs["flops"]
    assert ours["training"] == theirs["training"]
