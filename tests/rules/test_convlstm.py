"""Convolutional LSTM layers beside the real Keras."""

import pytest
from drawing import left_open
from hypothesis import given
from hypothesis import strategies as st
from truth import assert_same

from sizeup.dims import symbol
from sizeup.rules.registry import size

f, t = symbol("f"), symbol("t")
FLAGS = st.booleans()


@st.composite
def cases(draw, n):
    """Arguments of ConvLSTM{n}D and the shape that enters."""
    window = st.one_of(st.integers(1, 3), st.tuples(*[st.integers(1, 3)] * n))
    config = draw(
        st.fixed_dictionaries(
            {
                "filters": st.integers(1, 4),
                "kernel_size": window,
                "strides": st.sampled_from([1, 1, 2]),
                "dilation_rate": st.sampled_from([1, 1, 2]),
                "padding": st.sampled_from(["valid", "same", "SAME", "causal"]),
                "data_format": st.sampled_from([None, "channels_last", "channels_first"]),
                "use_bias": FLAGS,
                "return_sequences": FLAGS,
                "return_state": FLAGS,
                "go_backwards": FLAGS,
                "stateful": FLAGS,
                "dropout": st.sampled_from([0.0, 0.5]),
            }
        )
    )
    batch, time = draw(st.sampled_from([None, None, 2])), draw(st.sampled_from([None, 1, 3]))
    spatial = [draw(st.sampled_from([2, 5, 6, 7, None] if draw(FLAGS) else [6])) for _ in range(n)]
    channels = draw(st.sampled_from([1, 2, 3, None]))
    first = config["data_format"] == "channels_first"
    step = (channels, *spatial) if first else (*spatial, channels)
    rest = draw(st.sampled_from([(), (), (), (1,)]))
    return config, (batch, time, *step, *rest)


@pytest.mark.parametrize("n", [1, 2, 3])
@given(data=st.data())
def test_convolutional_lstm_is_sized_as_by_keras(n, data):
    config, shape = data.draw(cases(n))
    values = {}
    filters = data.draw(left_open(config["filters"], values))
    shape = data.draw(left_open(shape, values))
    assert_same(f"ConvLSTM{n}D", {**config, "filters": filters}, [shape], values)


def test_two_convolutions_at_every_step_make_up_what_is_multiplied():
    config = {"filters": f, "kernel_size": 3, "padding": "same"}
    sizing = size("ConvLSTM2D", config, [(None, t, 40, 30, 2)])
    assert sizing.macs == t * 40 * 30 * 9 * (2 * 4 * f + f * 4 * f)
    assert size("ConvLSTM2D", config, [(None, None, 40, 30, 2)]).macs is None
