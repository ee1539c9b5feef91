"""Multiply-accumulates of recurrent layers against PyTorch's own counter, two for each."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sizeup.network import Layer
from sizeup.rules.registry import size

torch = pytest.importorskip("torch")
flop_counter = pytest.importorskip("torch.utils.flop_counter")

SIZES = st.integers(1, 9)
CELLS = {"SimpleRNN": "RNNCell", "LSTM": "LSTMCell", "GRU": "GRUCell"}


def counted(run):
    """MACs that PyTorch counts while something runs on one sample."""
    with flop_counter.FlopCounterMode(display=False) as counter, torch.no_grad():
        run()
    return counter.get_total_flops() // 2


@pytest.mark.parametrize("kind", CELLS)
@settings(max_examples=25)
@given(features=SIZES, units=SIZES, steps=SIZES)
def test_a_cell_at_every_step(kind, features, units, steps):
    cell = getattr(torch.nn, CELLS[kind])(features, units)

    def run():
        state = None
        for _ in range(steps):
            state = cell(torch.zeros(1, features), state)

    shape = [(None, steps, features)]
    ours = size(kind, {"units": units}, shape).macs
    assert ours == counted(run)
    held = Layer("inner", kind, {"units": units})
    both = size("Bidirectional", {"layer": held}, shape).macs
    assert both == 2 * ours


@pytest.mark.parametrize(("kind", "module"), [("SimpleRNN", "RNN"), ("GRU", "GRU")])
@settings(max_examples=25)
@given(features=SIZES, units=SIZES, steps=SIZES)
def test_both_directions(kind, module, features, units, steps):
    layer = getattr(torch.nn, module)(features, units, batch_first=True, bidirectional=True)
    held = Layer("inner", kind, {"units": units})
    ours = size("Bidirectional", {"layer": held}, [(None, steps, features)]).macs
    assert ours == counted(lambda: layer(torch.zeros(1, steps, features)))


@settings(max_examples=25)
@given(features=SIZES, sizes=st.lists(SIZES, min_size=1, max_size=3), steps=SIZES)
def test_cells_on_top_of_each_other(features, sizes, steps):
    widths = [features, *sizes]
    cells = [torch.nn.LSTMCell(*pair) for pair in zip(widths, sizes, strict=False)]

    def run():
        for _ in range(steps):
            x = torch.zeros(1, features)
            for cell in cells:
                x, _ = cell(x)

    inner = tuple(Layer("cell", "LSTMCell", {"units": units}) for units in sizes)
    stack = Layer("stack", "StackedRNNCells", {"cells": inner})
    assert size("RNN", {"cell": stack}, [(None, steps, features)]).macs == counted(run)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@settings(max_examples=25)
@given(
    channels=SIZES, filters=SIZES, kernel=st.integers(1, 3), strides=st.integers(1, 2),
    steps=st.integers(1, 3), side=st.integers(5, 9),
)  # fmt: skip
def test_convolutions_at_every_step(channels, filters, kernel, strides, steps, side):
    enter = torch.nn.Conv2d(channels, 4 * filters, kernel, stride=strides)
    again = torch.nn.Conv2d(filters, 4 * filters, kernel, padding="same", bias=False)

    def run():
        for _ in range(steps):
            x = enter(torch.zeros(1, channels, side, side))
            again(x[:, :filters])

    config = {"filters": filters, "kernel_size": kernel, "strides": strides}
    assert size("ConvLSTM2D", config, [(None, steps, side, side, channels)]).macs == counted(run)


@settings(max_examples=25)
@given(features=SIZES, units=SIZES, steps=SIZES)
def test_a_layer_at_every_step(features, units, steps):
    dense = torch.nn.Linear(features, units)
    held = Layer("inner", "Dense", {"units": units})
    ours = size("TimeDistributed", {"layer": held}, [(None, steps, features)]).macs
    assert ours == counted(lambda: [dense(torch.zeros(1, features)) for _ in range(steps)])
