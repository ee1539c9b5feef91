"""Activation layers beside the real Keras: PReLU learns, the others own nothing."""

import pytest
from drawing import SIZES, input_shapes, left_open
from hypothesis import given
from hypothesis import strategies as st
from truth import assert_same, keras_layer

from sizeup.dims import symbol
from sizeup.errors import SizingError
from sizeup.rules.registry import size

h = symbol("h")


@given(
    st.data(),
    input_shapes(),
    st.sampled_from(
        [
            ("ReLU", {}),
            ("ReLU", {"max_value": 6, "negative_slope": 0.1, "threshold": 0.5}),
            ("LeakyReLU", {"negative_slope": 0.2}),
            ("ELU", {"alpha": 0.5}),
            ("Softmax", {}),
            ("Softmax", {"axis": 1}),
        ]
    ),
)
def test_fixed_activations_own_nothing(data, shape, case):
    values = {}
    sizing = assert_same(*case, [data.draw(left_open(shape, values))], values)
    assert sizing.parameters == ()
    assert sizing.macs == 0


AXES = st.integers(-4, 5)


@given(
    st.data(),
    input_shapes(least=1, dims=SIZES) | input_shapes(),
    st.none() | AXES | st.lists(AXES, max_size=3),
)
def test_prelu_owns_a_slope_for_all_that_is_not_shared(data, shape, shared_axes):
    values = {}
    shape = data.draw(left_open(shape, values))
    assert_same("PReLU", {"shared_axes": shared_axes}, [shape], values)


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("ReLU", {"max_value": -1.0}),
        ("ReLU", {"negative_slope": -0.1}),
        ("ReLU", {"negative_slope": None}),
        ("ReLU", {"threshold": -1}),
        ("LeakyReLU", {"negative_slope": -0.1}),
        ("LeakyReLU", {"negative_slope": None}),
        ("PReLU", {"shared_axes": (1, 4)}),
        ("PReLU", {"shared_axes": (-3,)}),
    ],
)
def test_refuses_what_keras_refuses(kind, config):
    assert assert_same(kind, config, [(None, 5, 7)]) is None


@pytest.mark.parametrize(("axis", "shape"), [(1, (None, None, 7)), (2, (None, 5, None))])
def test_prelu_over_an_open_axis_says_which_to_share(axis, shape):
    assert assert_same("PReLU", {}, [shape]) is None
    with pytest.raises(SizingError, match=f"axis {axis} is open.*shared_axes"):
        size("PReLU", {}, [shape])
    assert_same("PReLU", {"shared_axes": axis}, [shape])


def test_prelu_over_images_counts_a_slope_per_channel_or_per_element():
    # He et al., 2015: channel-wise slopes add one parameter per channel.
    sizing = size("PReLU", {"shared_axes": (1, 2)}, [(None, h, h, 64)])
    assert sizing.parameters[0].count == 64
    assert size("PReLU", {}, [(None, h, h, 64)]).parameters[0].count == 64 * h * h


def test_thresholded_relu_of_keras_2_owns_nothing():
    sizing = size("ThresholdedReLU", {"theta": 0.5}, [(None, 4, h)])
    assert sizing.outputs == ((None, 4, h),)
    assert sizing.parameters == ()


@pytest.mark.parametrize("theta", [None, -1.0])
def test_thresholded_relu_refuses_what_keras_2_refused(theta):
    with pytest.raises(ValueError, match=r"Theta|theta"):
        keras_layer("ThresholdedReLU")(theta=theta)
    with pytest.raises(SizingError, match="ThresholdedReLU needs theta"):
        size("ThresholdedReLU", {"theta": theta}, [(None, 4)])
