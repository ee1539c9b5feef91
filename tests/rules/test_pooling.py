"""Pooling against the real Keras: windows, everything, a given size."""

import pytest
from drawing_windows import DATA_FORMATS, booleans, inputs, per_dimension, symbolic
from hypothesis import given, settings
from hypothesis import strategies as st
from truth import assert_same

from sizeup.dims import symbol
from sizeup.errors import SizingError
from sizeup.rules.registry import HOMES, size

EVERY = sorted(kind for kind, module in HOMES.items() if module == "pooling")


@st.composite
def layers(draw, kind):
    n = int(kind[-2])
    config = {"data_format": draw(st.sampled_from(DATA_FORMATS))}
    if kind.startswith("Global"):
        config["keepdims"] = draw(booleans)
    elif kind.startswith("Adaptive"):
        config["output_size"] = draw(per_dimension(n, 5, least=draw(st.integers(0, 1))))
    else:
        config["pool_size"] = draw(per_dimension(n, 4))
        config["strides"] = draw(st.none() | per_dimension(n, 4))
        config["padding"] = draw(st.sampled_from(["valid", "same"]))
    return config, draw(inputs(n, config["data_format"]))


@pytest.mark.parametrize("kind", EVERY)
@settings(max_examples=30)
@given(data=st.data())
def test_sizes_are_those_of_keras(kind, data):
    config, shape = data.draw(layers(kind))
    assert_same(kind, config, [shape])


@pytest.mark.parametrize("kind", EVERY)
@settings(max_examples=30)
@given(data=st.data())
def test_symbols_bound_afterwards_give_the_sizes_of_keras(kind, data):
    config, shape = data.draw(layers(kind))
    config, shape, values = data.draw(symbolic(config, shape))
    assert_same(kind, config, [shape], values)


IMAGE, SERIES, VOLUME = (None, 9, 10, 6), (None, 11, 6), (None, 5, 6, 7, 4)

FITS = [
    ("MaxPooling2D", {}, IMAGE),
    ("MaxPooling1D", {}, SERIES),
    ("MaxPooling3D", {}, VOLUME),
    ("MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, IMAGE),
    ("MaxPooling2D", {"pool_size": (9, 10)}, IMAGE),
    ("MaxPooling2D", {"pool_size": 99, "padding": "same"}, IMAGE),
    ("MaxPooling2D", {"pool_size": 2, "strides": 99}, IMAGE),
    ("MaxPooling2D", {"pool_size": 2}, (None, None, 9, None)),
    ("MaxPooling2D", {"data_format": "channels_first"}, IMAGE),
    ("MaxPooling2D", {"data_format": "channels_first"}, (None, None, 8, None)),
    ("AveragePooling1D", {"pool_size": (3,), "strides": (1,)}, SERIES),
    ("AveragePooling3D", {"pool_size": (1, 2, 3), "data_format": "channels_first"}, VOLUME),
    ("GlobalAveragePooling2D", {}, (None, None, None, 6)),
    ("GlobalAveragePooling2D", {}, (None, 3, 3, None)),
    ("GlobalMaxPooling2D", {"keepdims": True}, (None, None, 3, 6)),
    ("GlobalMaxPooling1D", {"keepdims": True, "data_format": "channels_first"}, SERIES),
    ("AdaptiveAveragePooling2D", {"output_size": 7}, (None, None, None, 6)),
    ("AdaptiveAveragePooling2D", {"output_size": 7}, (None, 3, 3, None)),
    ("AdaptiveMaxPooling2D", {"output_size": (7, 1), "data_format": "channels_first"}, IMAGE),
    ("AdaptiveMaxPooling3D", {"output_size": (1, 2, 3)}, VOLUME),
    # Keras looks at the rank only when it computes
    ("AdaptiveMaxPooling2D", {"output_size": 7}, SERIES),
]

RAISES = [
    ("MaxPooling2D", {}, SERIES),
    ("MaxPooling2D", {}, VOLUME),
    ("MaxPooling2D", {}, (None, 1, 10, 6)),
    ("MaxPooling2D", {"pool_size": 11}, IMAGE),
    ("MaxPooling2D", {"pool_size": 0}, IMAGE),
    ("MaxPooling2D", {"pool_size": (2,)}, IMAGE),
    ("MaxPooling2D", {"pool_size": (2, 2, 2)}, IMAGE),
    ("MaxPooling2D", {"strides": -1}, IMAGE),
    ("MaxPooling2D", {"strides": 0}, IMAGE),
    ("MaxPooling2D", {"strides": 0}, (None, None, None, 3)),
    ("MaxPooling2D", {"pool_size": 9, "strides": (0, 1)}, IMAGE),
    ("MaxPooling2D", {"strides": (1, 1, 1)}, IMAGE),
    ("MaxPooling2D", {"padding": "causal"}, IMAGE),
    ("MaxPooling2D", {"padding": "SAME"}, IMAGE),
    ("MaxPooling2D", {"data_format": "tf"}, IMAGE),
    ("GlobalMaxPooling2D", {}, SERIES),
    ("GlobalMaxPooling1D", {}, IMAGE),
    ("GlobalMaxPooling1D", {"data_format": "tf"}, SERIES),
    ("AdaptiveMaxPooling1D", {"output_size": (3, 3)}, SERIES),
    ("AdaptiveMaxPooling1D", {"output_size": -3}, SERIES),
    ("AdaptiveMaxPooling2D", {"output_size": (3,)}, IMAGE),
    ("AdaptiveMaxPooling2D", {"output_size": 2.5}, IMAGE),
    ("AdaptiveMaxPooling2D", {"output_size": None}, IMAGE),
    ("AdaptiveMaxPooling2D", {"output_size": 2, "data_format": "channels_first"}, (None,)),
]


@pytest.mark.parametrize(("kind", "config", "shape"), FITS)
def test_edge_that_keras_accepts(kind, config, shape):
    assert assert_same(kind, config, [shape]) is not None


@pytest.mark.parametrize(("kind", "config", "shape"), RAISES)
def test_edge_at_which_keras_raises(kind, config, shape):
    assert assert_same(kind, config, [shape]) is None
    with pytest.raises(SizingError, match=kind):
        size(kind, config, [shape])


@pytest.mark.parametrize("kind", EVERY)
def test_pooling_owns_and_multiplies_nothing_even_over_open_dimensions(kind):
    n = int(kind[-2])
    required = {"output_size": 2} if kind.startswith("Adaptive") else {"pool_size": 2}
    config = {} if kind.startswith("Global") else required
    sized = size(kind, config, [(None,) * (n + 1) + (5,)])
    assert (sized.parameters, sized.macs) == ((), 0)


def test_pool_of_a_free_size_is_a_formula():
    h, p = symbol("h"), symbol("p")
    sized = size("MaxPooling2D", {"pool_size": p}, [(None, h, 7, 3)])
    assert sized.outputs == ((None, (h - p) // p + 1, (7 - p) // p + 1, 3),)


def test_symbols_do_not_hide_a_certain_error():
    h = symbol("h")
    with pytest.raises(SizingError, match="no room"):
        size("MaxPooling2D", {"pool_size": h + 2, "strides": 1}, [(None, h, h, 1)])
