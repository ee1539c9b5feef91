"""Strategies for what layers with windows are given: shapes, arguments, symbols in their place."""

from hypothesis import strategies as st

from sizeup.dims import symbol

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
    """The same with symbols in the place of some integers, and the values of the symbols."""
    values = {}

    def replaced(value):
        if isinstance(value, tuple):
            return tuple(map(replaced, value))
        if isinstance(value, int) and not isinstance(value, bool) and draw(booleans):
            name = f"s{len(values)}"
            values[name] = value
            return symbol(name)
        return value

    return {key: replaced(value) for key, value in config.items()}, replaced(shape), values
