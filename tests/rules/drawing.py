"""Drawn shapes and arguments, with some of their numbers replaced by expressions."""

from hypothesis import strategies as st

from sizeup.dims import symbol

SIZES = st.integers(1, 7)
KNOWN_OR_OPEN = st.one_of(SIZES, SIZES, SIZES, st.none())


@st.composite
def input_shapes(draw, least=2, most=5, dims=KNOWN_OR_OPEN):
    """A shape with `least` to `most` dimensions; its batch is mostly open."""
    batch = draw(st.sampled_from([None, None, None, 2]))
    return (batch, *draw(st.lists(dims, min_size=least - 1, max_size=most - 1)))


@st.composite
def left_open(draw, value, values):
    """`value` with some of its integers as expressions that `values` bind to them.

    Equal numbers get equal symbols or different ones, so that what cancels is drawn as well.
    """
    if isinstance(value, tuple | list):
        return type(value)([draw(left_open(item, values)) for item in value])
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    letter = draw(st.sampled_from("abc"))
    number, double, more = (symbol(f"{letter}{part}{value}") for part in ("", "half", "less"))
    name_values = {f"{letter}{value}": value, f"{letter}half{value}": value // 2}
    name_values[f"{letter}less{value}"] = value - 1
    values.update(name_values)
    forms = [value, value, value, number, number, double * 2 + value % 2, more + 1]
    return draw(st.sampled_from(forms))
