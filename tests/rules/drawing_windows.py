"""Drawn shapes and arguments of layers with windows, and the same left open."""

from drawing import left_open
from hypothesis import strategies as st

DATA_FORMATS = (None, "channels_last", "channels_first")
booleans = st.booleans()


def per_dimension(n, largest, least=1):
    """One integer for all of n dimensions, or one for each."""
    number = st.integers(least, largest)
    return number | st.tuples(*[number] * n)


@st.composite
def inputs(draw, n, data_format, channels=None, longest=12):
    """A shape with n spatial dimensions, some of them open, the batch too."""
    spatial = draw(st.tuples(*[st.integers(1, longest) | st.none()] * n))
    batch = draw(st.none() | st.integers(1, 3))
    channels = draw(st.integers(1, 6)) if channels is None else channels
    if data_format == "channels_first":
        return (batch, channels, *spatial)
    return (batch, *spatial, channels)


@st.composite
def symbolic(draw, config, shape):
    """The same with expressions in the place of some integers, and the values of the symbols."""
    values = {}
    opened = {key: draw(left_open(value, values)) for key, value in config.items()}
    return opened, draw(left_open(shape, values)), values
