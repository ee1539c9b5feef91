"""Padding, cropping and up-sampling against the real Keras."""

import pytest
from drawing_windows import DATA_FORMATS, inputs, per_dimension, symbolic
from hypothesis import given, settings
from hypothesis import strategies as st
from truth import assert_same

from sizeup.dims import symbol
from sizeup.errors import SizingError
from sizeup.rules.registry import HOMES, size

EVERY = sorted(kind for kind, module in HOMES.items() if module == "padding")


def edges(n, largest):
    """What both ends of n dimensions are given: an integer, integers, or pairs."""
    if n == 1:
        return per_dimension(2, largest, least=0)
    entry = per_dimension(2, largest, least=0)
    return st.integers(0, largest) | st.tuples(*[entry] * n)


@st.composite
def layers(draw, kind):
    n = int(kind[-2])
    config = {}
    if kind not in ("Cropping1D", "UpSampling1D"):
        config["data_format"] = draw(st.sampled_from(DATA_FORMATS))
    if kind.startswith("UpSampling"):
        config["size"] = draw(st.integers(1, 4) if n == 1 else per_dimension(n, 4))
    else:
        config["padding" if kind.startswith("Zero") else "cropping"] = draw(edges(n, 3))
    return config, draw(inputs(n, config.get("data_format")))


@pytest.mark.parametrize("kind", EVERY)
@settings(max_examples=40)
@given(data=st.data())
def test_sizes_are_those_of_keras(kind, data):
    config, shape = data.draw(layers(kind))
    assert_same(kind, config, [shape])


@pytest.mark.parametrize("kind", EVERY)
@settings(max_examples=40)
@given(data=st.data())
def test_symbols_bound_afterwards_give_the_sizes_of_keras(kind, data):
    config, shape = data.draw(layers(kind))
    config, shape, values = data.draw(symbolic(config, shape))
    assert_same(kind, config, [shape], values)


IMAGE, SERIES, VOLUME = (None, 9, 10, 6), (None, 11, 6), (None, 5, 6, 7, 4)

FITS = [
    ("ZeroPadding1D", {}, SERIES),
    ("ZeroPadding1D", {"padding": (0, 3)}, SERIES),
    ("ZeroPadding2D", {}, IMAGE),
    ("ZeroPadding2D", {"padding": 3}, (None, None, 4, None)),
    ("ZeroPadding2D", {"padding": (1, (0, 2))}, IMAGE),
    ("ZeroPadding2D", {"padding": ((0, 1), (0, 1)), "data_format": "channels_first"}, IMAGE),
    ("ZeroPadding3D", {}, VOLUME),
    ("ZeroPadding3D", {"padding": (1, 2, 3), "data_format": "channels_first"}, VOLUME),
    ("Cropping1D", {}, SERIES),
    ("Cropping1D", {"cropping": (0, 10)}, SERIES),
    ("Cropping2D", {}, IMAGE),
    ("Cropping2D", {"cropping": 4}, IMAGE),
    ("Cropping2D", {"cropping": 9}, (None, None, None, 3)),
    ("Cropping2D", {"cropping": (1, (2, 0)), "data_format": "channels_first"}, IMAGE),
    ("Cropping3D", {}, VOLUME),
    ("Cropping3D", {"cropping": ((1, 2), 0, 3)}, VOLUME),
    ("UpSampling1D", {}, (None, None, 3)),
    ("UpSampling1D", {"size": 3}, SERIES),
    ("UpSampling2D", {"size": (1, 3), "interpolation": "bilinear"}, IMAGE),
    ("UpSampling2D", {"data_format": "channels_first"}, IMAGE),
    ("UpSampling3D", {"size": (1, 2, 3)}, VOLUME),
    ("UpSampling3D", {"data_format": "channels_first"}, (None, 5, None, 7, 4)),
]

RAISES = [
    ("ZeroPadding1D", {}, IMAGE),
    ("ZeroPadding1D", {"padding": (1, 2, 3)}, SERIES),
    ("ZeroPadding1D", {"padding": -1}, SERIES),
    ("ZeroPadding2D", {}, SERIES),
    ("ZeroPadding2D", {"padding": (1, 2, 3)}, IMAGE),
    ("ZeroPadding2D", {"padding": (1, (1, 2, 3))}, IMAGE),
    ("ZeroPadding2D", {"padding": (1, -1)}, IMAGE),
    ("ZeroPadding2D", {"padding": None}, IMAGE),
    ("ZeroPadding2D", {"padding": "same"}, IMAGE),
    ("ZeroPadding2D", {"data_format": "tf"}, IMAGE),
    ("ZeroPadding3D", {"padding": (1, 2)}, VOLUME),
    ("Cropping1D", {"cropping": (5, 6)}, SERIES),
    ("Cropping1D", {"cropping": 6}, SERIES),
    ("Cropping1D", {"cropping": ((1, 1),)}, SERIES),
    ("Cropping2D", {"cropping": 5}, IMAGE),
    ("Cropping2D", {"cropping": -1}, IMAGE),
    ("Cropping2D", {"cropping": (1, 5)}, IMAGE),
    ("Cropping2D", {"cropping": (1, 2, 3)}, IMAGE),
    ("Cropping2D", {"cropping": ((9, 0), 0)}, IMAGE),
    ("Cropping3D", {"cropping": 3}, VOLUME),
    ("Cropping3D", {}, IMAGE),
    ("UpSampling1D", {"size": (2,)}, SERIES),
    ("UpSampling1D", {"size": 0}, SERIES),
    ("UpSampling1D", {"size": True}, SERIES),
    ("UpSampling1D", {"size": 2.0}, SERIES),
    ("UpSampling1D", {}, IMAGE),
    ("UpSampling2D", {"size": 0}, IMAGE),
    ("UpSampling2D", {"size": (2,)}, IMAGE),
    ("UpSampling2D", {}, SERIES),
    ("UpSampling3D", {"size": (2, 2)}, VOLUME),
]


@pytest.mark.parametrize(("kind", "config", "shape"), FITS)
def test_edge_that_keras_accepts(kind, config, shape):
    assert assert_same(kind, config, [shape]) is not None


@pytest.mark.parametrize(("kind", "config", "shape"), RAISES)
def test_edge_at_which_keras_raises(kind, config, shape):
    assert assert_same(kind, config, [shape]) is None
    with pytest.raises(SizingError, match=kind):
        size(kind, config, [shape])


@pytest.mark.parametrize("kind", ["ZeroPadding2D", "ZeroPadding3D"])
def test_negative_padding_which_keras_refuses_only_when_it_computes_is_an_error(kind):
    with pytest.raises(SizingError, match="at least 0"):
        size(kind, {"padding": -1}, [IMAGE if kind == "ZeroPadding2D" else VOLUME])


def test_cropping_of_free_images_is_a_formula_and_a_certain_error_is_one():
    h, c = symbol("h"), symbol("c")
    sized = size("Cropping2D", {"cropping": (c, (1, 0))}, [(None, h, h, 3)])
    assert sized.outputs == ((None, h - 2 * c, h - 1, 3),)
    with pytest.raises(SizingError, match="leave nothing"):
        size("Cropping1D", {"cropping": (h, 0)}, [(None, h, 3)])
