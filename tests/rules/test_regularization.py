"""Noise, dropout and penalties beside the real Keras: they own nothing and change no shape."""

import pytest
from drawing import input_shapes, left_open
from hypothesis import given
from hypothesis import strategies as st
from truth import assert_same

from sizeup.dims import symbol
from sizeup.errors import SizingError
from sizeup.rules.registry import size

KINDS = {
    "Dropout": {"rate": 0.5},
    "AlphaDropout": {"rate": 0.0},
    "GaussianDropout": {"rate": 1},
    "GaussianNoise": {"stddev": 0.1},
    "SpatialDropout1D": {"rate": 0.5},
    "SpatialDropout2D": {"rate": 0.5},
    "SpatialDropout3D": {"rate": 0.5, "data_format": "channels_first"},
    "ActivityRegularization": {"l2": 0.01},
}


@given(st.data(), input_shapes(least=1, most=6), st.sampled_from(sorted(KINDS)))
def test_owns_nothing_and_takes_the_ranks_that_keras_takes(data, shape, kind):
    values = {}
    sizing = assert_same(kind, KINDS[kind], [data.draw(left_open(shape, values))], values)
    assert sizing is None or (sizing.parameters, sizing.macs) == ((), 0)


@pytest.mark.parametrize("value", [-0.1, 1.5, 2, None, "half"])
@pytest.mark.parametrize(
    "kind", ["Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D"]
)
def test_strength_is_from_0_to_1(kind, value):
    strength = "stddev" if kind == "GaussianNoise" else "rate"
    assert assert_same(kind, {strength: value}, [(None, 5, 7)]) is None
    with pytest.raises(SizingError, match=f"{kind} needs {strength} to be from 0 to 1"):
        size(kind, {strength: value}, [(None, 5, 7)])


@pytest.mark.parametrize("kind", ["Dropout", "GaussianNoise", "SpatialDropout1D"])
def test_strength_may_be_left_open(kind):
    strength = "stddev" if kind == "GaussianNoise" else "rate"
    assert size(kind, {strength: symbol("p")}, [(None, 5, 7)]).outputs == ((None, 5, 7),)


@pytest.mark.parametrize(
    ("noise_shape", "fits"),
    [
        (None, True),
        ((None, 1, 7), True),
        ([2, 1, 7], True),
        ((0, 1, 7), False),
        ((-1, 1), False),
        ((1.5,), False),
        ("same", False),
        (3, False),
    ],
)
def test_noise_shape_of_dropout_holds_positive_integers_or_none(noise_shape, fits):
    config = {"rate": 0.5, "noise_shape": noise_shape}
    assert (assert_same("Dropout", config, [(None, 5, 7)]) is not None) == fits


@pytest.mark.parametrize("kind", ["SpatialDropout2D", "SpatialDropout3D"])
@pytest.mark.parametrize(
    ("data_format", "fits"),
    [(None, True), ("channels_last", True), ("Channels_First", True), ("tf", False), ("", False)],
)
def test_data_format_is_one_of_two(kind, data_format, fits):
    shape = (None, *(4,) * (int(kind[-2]) + 1))
    config = {"rate": 0.5, "data_format": data_format}
    assert (assert_same(kind, config, [shape]) is not None) == fits
