"""Convolutions and pooling with given kernels, and image operations, against `keras.ops`."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import ops

from rules.operations_truth import assert_same_operation, opened
from sizeup.errors import SizingError
from sizeup.rules.registry import size

SIDE = st.one_of(st.integers(1, 9), st.none())
FORMATS = st.sampled_from(["channels_last", "channels_first"])
SMALL = st.integers(1, 3)


@st.composite
def images(draw: Any, data_format: str, channels: int, n: int = 2) -> tuple[int | None, ...]:
    """(batch, *spatial, channels) in an order of channels."""
    spatial = [draw(SIDE) for _ in range(n)]
    return (
        (None, channels, *spatial)
        if data_format == "channels_first"
        else (None, *spatial, channels)
    )


@given(st.data(), FORMATS, SMALL, SMALL, st.sampled_from(["valid", "same"]))
def test_convolutions_with_given_kernels(data, order, channels, stride, padding):
    n = data.draw(st.integers(1, 3))
    x = data.draw(images(order, channels, n))
    dilation = data.draw(SMALL) if stride == 1 else 1
    sides = tuple(data.draw(SMALL) for _ in range(n))
    config = {
        "strides": stride,
        "padding": padding,
        "data_format": order,
        "dilation_rate": dilation,
    }
    shapes, values = data.draw(opened(st.just([x, (*sides, channels, 4)])))
    assert_same_operation("ops.conv", config, shapes, lambda a, k: ops.conv(a, k, **config), values)
    if n < 3:
        pair = [x, (*sides, channels, 2)]
        assert_same_operation(
            "ops.depthwise_conv", config, pair, lambda a, k: ops.depthwise_conv(a, k, **config)
        )
        pointwise = (*(1,) * n, channels * 2, 5)
        assert_same_operation(
            "ops.separable_conv",
            config,
            [*pair, pointwise],
            lambda a, d, p: ops.separable_conv(a, d, p, **config),
        )
    if x.count(None) == 1:  # Keras computes with the open length
        assert_same_operation(
            "ops.conv_transpose",
            config,
            [x, (*sides, 4, channels)],
            lambda a, k: ops.conv_transpose(a, k, **config),
        )


def test_a_kernel_for_fewer_channels_makes_groups():
    """As TensorFlow and torch have it: the MACs are those of the layer with `groups`."""
    ours = size("ops.conv", {}, [(None, 9, 9, 4), (3, 3, 2, 8)])
    layer = size("Conv2D", {"filters": 8, "kernel_size": 3, "groups": 2}, [(None, 9, 9, 4)])
    assert (ours.macs, ours.outputs) == (layer.macs, layer.outputs)


def test_a_kernel_costs_what_the_layer_costs():
    ours = size("ops.conv", {"strides": 2}, [(None, 9, 9, 4), (3, 3, 4, 8)])
    layer = size("Conv2D", {"filters": 8, "kernel_size": 3, "strides": 2}, [(None, 9, 9, 4)])
    assert (ours.macs, ours.outputs, ours.parameters) == (layer.macs, layer.outputs, ())


def test_a_kernel_has_to_fit_the_channels():
    for x, kernel in [
        ((None, 9, 9, 5), (3, 3, 4, 8)),
        ((None, 9, 9), (3, 3, 9, 8)),
        ((None, 9, 9, 4), (3, 3, 0, 8)),
    ]:
        with pytest.raises(SizingError):
            size("ops.conv", {}, [x, kernel])


@given(st.data(), FORMATS, SMALL, st.one_of(st.none(), SMALL), st.sampled_from(["valid", "same"]))
def test_pooling(data, order, pool, strides, padding):
    n = data.draw(st.integers(1, 3))
    config = {"pool_size": pool, "strides": strides, "padding": padding, "data_format": order}
    shapes, values = data.draw(opened(st.tuples(images(order, 3, n))))
    assert_same_operation(
        "ops.max_pool", config, shapes, lambda x: ops.max_pool(x, **config), values
    )


@given(st.data(), FORMATS, st.tuples(SMALL, SMALL))
def test_resizing(data, order, sides):
    x = data.draw(images(order, 3))
    config = {"size": sides, "data_format": order}
    assert_same_operation("ops.resize", config, [x], lambda t: ops.image.resize(t, **config))
    assert_same_operation("ops.resize", config, [x[1:]], lambda t: ops.image.resize(t, **config))


@given(st.data(), FORMATS, SMALL, st.sampled_from([1, 2, 4, 8, 12, 18]))
def test_pixels_shuffled(data, order, block, channels):
    x = data.draw(images(order, channels))
    config = {"block_size": block, "data_format": order}
    assert_same_operation(
        "ops.depth_to_space", config, [x], lambda t: ops.depth_to_space(t, **config)
    )
    assert_same_operation(
        "ops.space_to_depth", config, [x], lambda t: ops.space_to_depth(t, **config)
    )


@given(st.data(), FORMATS, st.one_of(SMALL, st.tuples(SMALL, SMALL)), st.one_of(st.none(), SMALL),
       st.sampled_from(["valid", "same"]))  # fmt: skip
def test_patches(data, order, side, strides, padding):
    x = data.draw(images(order, 3))
    config = {"size": side, "strides": strides, "padding": padding, "data_format": order}
    run = lambda t: ops.image.extract_patches(t, dilation_rate=1, **config)  # noqa: E731
    shapes, values = data.draw(opened(st.just([x])))
    assert_same_operation("ops.extract_patches", config, shapes, run, values)
    assert_same_operation("ops.extract_patches", config, [x[1:]], run)


def test_spatial_dimensions_scaled_and_padded():
    for order, given_, scaled in [("channels_last", (None, 4, None, 3), (None, 8, None, 3)),
                                  ("channels_first", (None, 3, 4, None), (None, 3, 8, None))]:  # fmt: skip
        config = {"factors": (2, 3), "data_format": order}
        assert size("ops.scale", config, [given_]).outputs == (scaled,)
    config = {"padding": ((1, 2), (0, 1)), "data_format": "channels_first"}
    assert size("ops.pad_spatial", config, [(None, 3, 4, 5)]).outputs == ((None, 3, 7, 6),)


@given(st.integers(5, 20), st.integers(1, 5), st.integers(1, 4))
def test_frames(samples, length, step):
    assert_same_operation("ops.frame", {"frame_length": length, "frame_step": step}, [(None, samples)],
                          lambda x: ops.extract_sequences(x, length, step))  # fmt: skip
