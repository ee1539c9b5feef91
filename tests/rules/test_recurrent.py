"""Recurrent layers and cells beside the real Keras: weights, states, and what leaves."""

import keras
import pytest
from drawing import SIZES, input_shapes, left_open
from hypothesis import given
from hypothesis import strategies as st
from truth import assert_same, keras_truth

from sizeup.dims import bind, symbol
from sizeup.errors import SizingError
from sizeup.network import Layer
from sizeup.rules.registry import size

u, t = symbol("u"), symbol("t")
FLAGS = st.booleans()
UNITS = st.sampled_from([1, 2, 3, 5, 0, -1])
SEQUENCE = {"return_sequences": FLAGS, "return_state": FLAGS, "go_backwards": FLAGS,
            "stateful": FLAGS}  # fmt: skip
KINDS = st.sampled_from(["SimpleRNN", "LSTM", "GRU"])


@st.composite
def configs(draw, kind, *, units=UNITS, cell=False):
    """All arguments on which anything could hang."""
    table = {"units": units, "use_bias": FLAGS, "dropout": st.sampled_from([0.0, 0.5])}
    if kind.startswith("GRU"):
        table["reset_after"] = FLAGS
    if not cell:
        table |= SEQUENCE | {"unroll": FLAGS}
    if kind in {"LSTM", "GRU"}:
        table["implementation"] = st.sampled_from([1, 2])
    return draw(st.fixed_dictionaries(table))


@st.composite
def cells(draw, depth=1):
    """A cell of Keras as a configuration holds it."""
    kinds = ["SimpleRNNCell", "LSTMCell", "GRUCell"] + ["StackedRNNCells"] * bool(depth)
    kind = draw(st.sampled_from(kinds))
    trainable = draw(st.sampled_from([True, True, False]))
    if kind == "StackedRNNCells":
        inner = tuple(draw(st.lists(cells(depth - 1), min_size=1, max_size=3)))
        return Layer("stack", kind, {"cells": inner}, trainable=trainable)
    config = draw(configs(kind, units=st.integers(1, 4), cell=True))
    return Layer("cell", kind, config, trainable=trainable)


@given(st.data(), KINDS, input_shapes(least=2, most=4))
def test_recurrent_layers_are_sized_as_by_keras(data, kind, shape):
    config, values = data.draw(configs(kind)), {}
    units = data.draw(left_open(config["units"], values)) if config["units"] > 0 else 0
    assert_same(kind, {**config, "units": units}, [data.draw(left_open(shape, values))], values)


@given(st.data(), cells(), input_shapes(least=3, most=4), st.fixed_dictionaries(SEQUENCE))
def test_rnn_over_any_cell_is_sized_as_by_keras(data, cell, shape, config):
    values = {}
    shape = data.draw(left_open(shape, values))
    assert_same("RNN", {"cell": cell, **config}, [shape], values)


@given(st.data(), st.sampled_from(["SimpleRNNCell", "LSTMCell", "GRUCell"]), SIZES, SIZES)
def test_a_cell_by_itself_gives_an_output_and_its_states(data, kind, features, units):
    config = data.draw(configs(kind, units=st.just(units), cell=True))
    states = 2 if kind == "LSTMCell" else 1
    layer = getattr(keras.layers, kind)(**config)
    tensors = [keras.KerasTensor((None, units)) for _ in range(states)]
    outputs = keras.tree.flatten(layer(keras.KerasTensor((None, features)), tensors))
    ours = size(kind, config, [(None, features), *[(None, units)] * states])
    assert ours.outputs == tuple(tuple(tensor.shape) for tensor in outputs)
    assert [p.shape for p in ours.parameters] == [tuple(w.shape) for w in layer.weights]


def test_gates_share_their_kernels_and_gru_has_two_biases_unless_told_otherwise():
    shape = (None, None, 10)
    lstm, gru = size("LSTM", {"units": u}, [shape]), size("GRU", {"units": u}, [shape])
    assert [p.shape for p in lstm.parameters] == [(10, 4 * u), (u, 4 * u), (4 * u,)]
    assert [p.shape for p in gru.parameters] == [(10, 3 * u), (u, 3 * u), (2, 3 * u)]
    before = size("GRU", {"units": u, "reset_after": False}, [shape])
    assert before.parameters[-1].shape == (3 * u,)


@pytest.mark.parametrize(("kind", "gates"), [("CuDNNLSTM", 4), ("CuDNNGRU", 3)])
def test_cudnn_layers_own_two_biases_in_one_vector(kind, gates):
    # keras-team/keras 2.2.4, keras/layers/cudnn_recurrent.py: bias of units * 8 and of units * 6
    sizing = size(kind, {"units": 64, "return_state": True}, [(None, 20, 32)])
    kernel, recurrent, bias = (p.shape for p in sizing.parameters)
    assert (kernel, recurrent, bias) == ((32, gates * 64), (64, gates * 64), (2 * gates * 64,))
    assert sizing.outputs == ((None, 64),) * (3 if kind == "CuDNNLSTM" else 2)


def test_state_of_dropout_and_of_the_layer_is_no_parameter():
    config = {"units": 3, "dropout": 0.5, "recurrent_dropout": 0.5, "stateful": True}
    for kind in ("SimpleRNN", "LSTM", "GRU"):
        assert len(assert_same(kind, config, [(2, 5, 4)]).parameters) == 3


def test_what_is_multiplied_grows_with_the_sequence_and_is_unknown_where_that_is_open():
    step = 4 * u * (10 + u)
    assert size("LSTM", {"units": u}, [(None, t, 10)]).macs == t * step
    assert size("LSTM", {"units": u}, [(None, None, 10)]).macs is None
    stack = Layer("s", "StackedRNNCells", {"cells": (Layer("a", "LSTMCell", {"units": 5}),
                                                     Layer("b", "GRUCell", {"units": 6}))})  # fmt: skip
    macs = size("RNN", {"cell": stack}, [(None, 7, 10)]).macs
    assert macs == 7 * (4 * 5 * (10 + 5) + 3 * 6 * (5 + 6))


def test_time_in_front_of_the_batch_is_read_as_keras_2_reads_it():
    config = {"units": 3, "time_major": True, "return_state": True}
    sizing = size("LSTM", config, [(20, None, 10)])
    assert sizing.outputs == ((None, 3),) * 3
    assert size("LSTM", {**config, "return_sequences": True}, [(20, None, 10)]).outputs[0] == (
        20, None, 3,
    )  # fmt: skip
    assert [p.shape for p in sizing.parameters] == [(10, 12), (3, 12), (12,)]


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("LSTM", {"units": 4}, (None, 5)),
        ("LSTM", {"units": 4}, (None, 5, None)),
        ("GRU", {"units": 0}, (None, 5, 2)),
        ("SimpleRNN", {"units": 2, "stateful": True}, (None, 5, 2)),
        ("RNN", {"cell": Layer("d", "Dense", {"units": 3})}, (None, 5, 2)),
        ("RNN", {"cell": Layer("s", "StackedRNNCells", {"cells": ()})}, (None, 5, 2)),
        ("RNN", {"cell": Layer("c", "LSTMCell", {"units": 3})}, (None, 5, None)),
    ],
)
def test_refuses_what_keras_refuses(kind, config, shape):
    assert assert_same(kind, config, [shape]) is None


def test_a_free_batch_is_no_open_one():
    sizing = size("LSTM", {"units": 2, "stateful": True}, [(symbol("b"), 5, 2)])
    assert keras_truth("LSTM", {"units": 2, "stateful": True}, [(9, 5, 2)]).outputs == (
        tuple(bind(dim, {"b": 9}) if dim != 2 else dim for dim in sizing.outputs[0]),
    )
    with pytest.raises(SizingError, match="batch"):
        size("LSTM", {"units": 2, "stateful": True}, [(None, 5, 2)])
