"""Convolutional LSTM layers (Shi et al., 2015), in one to three dimensions.

Kernels and their order are Keras 3's (`keras/src/layers/rnn/conv_lstm.py`). At every step of
the sequence one convolution reads the input, and another one, of stride 1 and padded, the
state, which is as large as what leaves.
"""

from __future__ import annotations

from sizeup.errors import SizingError
from sizeup.network import Parameter
from sizeup.rules.checks import dimension, flag, positive, rank, text
from sizeup.rules.recurrent import ACTIVITY, DROPOUT, FORGET, SEQUENCE, over_time, weights
from sizeup.rules.registry import Sizing
from sizeup.rules.windows import (
    channel_axis,
    conv_window,
    family,
    macs_at,
    pack,
    spatial_part,
    strides_or_dilation,
)
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Shape
    from sizeup.rules.registry import Config

GATES = 4


@family(
    "ConvLSTM{n}D",
    signature="filters, kernel_size, strides=1, padding='valid', data_format=None, "
    "dilation_rate=1, activation='tanh', recurrent_activation='sigmoid', use_bias=True, "
    f"{weights(forget=FORGET, activity=ACTIVITY)}, {DROPOUT}, seed=None, {SEQUENCE}",
    also="unroll=False, zero_output_for_mask=False, time_major=False",
)
def conv_lstm(kind: str, n: int, config: Config, x: Shape, *_states: Shape) -> Sizing:
    """(batch, time, *spatial, channels) becomes (batch, *positions, filters), or all of them."""
    rank(kind, x, n + 3)
    filters = positive(kind, config, "filters")
    window = conv_window(kind, n, config)
    strides_or_dilation(kind, window)
    step = (x[0], *x[2:])
    spatial = spatial_part(kind, n, config, step)
    if None in spatial:
        raise SizingError(say("rules.open_spatial", kind=kind, shape=text(x)))
    channels = dimension(kind, step, channel_axis(kind, config))
    positions = window.positions(kind, step, spatial)
    width = GATES * filters
    kernel = Parameter("kernel", (*window.size, channels, width), parts=GATES)
    recurrent = Parameter("recurrent_kernel", (*window.size, filters, width), parts=GATES)
    bias = (Parameter("bias", (width,), parts=GATES),) if flag(kind, config, "use_bias") else ()
    state = pack(kind, config, step, positions, filters)
    sizing = Sizing((state,) * 3, (kernel, recurrent, *bias), macs_at(positions, kernel, recurrent))
    return over_time(kind, config, x, sizing)
