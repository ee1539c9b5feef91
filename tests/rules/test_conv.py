"""Convolutions against the real Keras, and their multiply-accumulates against published ones."""

import pytest
from drawing_windows import DATA_FORMATS, booleans, inputs, per_dimension, symbolic
from hypothesis import given, settings
from hypothesis import strategies as st
from truth import assert_same

from sizeup.dims import symbol
from sizeup.errors import SizingError
from sizeup.rules.registry import size

CONV = ["Conv1D", "Conv2D", "Conv3D"]
DEPTHWISE = ["DepthwiseConv1D", "DepthwiseConv2D"]
SEPARABLE = ["SeparableConv1D", "SeparableConv2D"]
TRANSPOSED = ["Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"]
EVERY = CONV + DEPTHWISE + SEPARABLE + TRANSPOSED


def dimensions(kind):
    return int(kind.partition("Conv")[2][0])


@st.composite
def layers(draw, kind):
    """A configuration and a shape; most fit together, some do not."""
    n = dimensions(kind)
    config = {
        "kernel_size": draw(per_dimension(n, 4)),
        "padding": draw(st.sampled_from(["valid", "same", "SAME", "causal"])),
        "data_format": draw(st.sampled_from(DATA_FORMATS)),
        "use_bias": draw(booleans),
    }
    if draw(booleans):
        config["strides"] = draw(per_dimension(n, 4))
    else:
        config["dilation_rate"] = draw(per_dimension(n, 3))
    if draw(st.integers(0, 9)) == 0:
        config["strides"] = config["dilation_rate"] = draw(per_dimension(n, 2))
    channels = draw(st.integers(1, 6))
    if kind not in DEPTHWISE:
        config["filters"] = draw(st.integers(1, 6))
    if kind in DEPTHWISE + SEPARABLE:
        config["depth_multiplier"] = draw(st.integers(1, 3))
    if kind in CONV and draw(booleans):
        groups = config["groups"] = draw(st.integers(1, 3))
        if draw(st.integers(0, 3)):
            config["filters"], channels = config["filters"] * groups, channels * groups
    if kind in CONV and draw(st.integers(0, 5)) == 0:
        config["lora_rank"] = draw(st.integers(1, 3))
    if kind in TRANSPOSED and draw(booleans):
        config["output_padding"] = draw(per_dimension(n, 2, least=0))
    return config, draw(inputs(n, config["data_format"], channels))


@pytest.mark.parametrize("kind", EVERY)
@settings(max_examples=60)
@given(data=st.data())
def test_sizes_are_those_of_keras(kind, data):
    config, shape = data.draw(layers(kind))
    assert_same(kind, config, [shape])


@pytest.mark.parametrize("kind", EVERY)
@settings(max_examples=60)
@given(data=st.data())
def test_symbols_bound_afterwards_give_the_sizes_of_keras(kind, data):
    config, shape = data.draw(layers(kind))
    config, shape, values = data.draw(symbolic(config, shape))
    assert_same(kind, config, [shape], values)


IMAGE, SERIES, VOLUME = (None, 9, 10, 6), (None, 11, 6), (None, 5, 6, 7, 4)

FITS = [
    ("Conv2D", {"filters": 32, "kernel_size": 3}, (None, 28, 28, 1)),
    ("Conv2D", {"filters": 4, "kernel_size": (2, 4), "padding": "same"}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 4, "padding": "same", "strides": 3}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 1, "strides": 99}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 99, "padding": "same", "strides": 99}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": (9, 10)}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "dilation_rate": 4}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "dilation_rate": (1, 4)}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "padding": "Valid"}, IMAGE),
    ("Conv2D", {"filters": 6, "kernel_size": 3, "groups": 3}, IMAGE),
    ("Conv2D", {"filters": 6, "kernel_size": 3, "groups": 6}, IMAGE),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "lora_rank": 2}, IMAGE),
    ("Conv2D", {"filters": 3, "kernel_size": 3}, (None, None, None, 3)),
    ("Conv2D", {"filters": 3, "kernel_size": 3}, (None, None, 2 + 1, 3)),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "data_format": "channels_first"}, IMAGE),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "data_format": "Channels_First"}, IMAGE),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "padding": "same"}, (None, 0, 4, 1)),
    ("Conv1D", {"filters": 4, "kernel_size": 3, "padding": "causal"}, SERIES),
    ("Conv1D", {"filters": 4, "kernel_size": 3, "padding": "causal", "strides": 2}, SERIES),
    ("Conv1D", {"filters": 4, "kernel_size": 99, "padding": "causal", "dilation_rate": 9}, SERIES),
    ("Conv1D", {"filters": 4, "kernel_size": (3,), "data_format": "channels_first"}, SERIES),
    ("Conv1D", {"filters": 4, "kernel_size": 3, "padding": "same"}, (None, None, 6)),
    ("Conv3D", {"filters": 4, "kernel_size": (1, 2, 3), "strides": (3, 2, 1)}, VOLUME),
    ("Conv3D", {"filters": 4, "kernel_size": 2, "groups": 2, "data_format": "channels_first"},
     (None, 4, 5, 6, 7)),
    ("DepthwiseConv1D", {"kernel_size": 3, "depth_multiplier": 2}, SERIES),
    ("DepthwiseConv2D", {"kernel_size": 3, "strides": 2, "dilation_rate": 2}, IMAGE),
    ("DepthwiseConv2D", {"kernel_size": (3, 1), "data_format": "channels_first"}, IMAGE),
    ("SeparableConv1D", {"filters": 4, "kernel_size": 3, "padding": "same"}, SERIES),
    ("SeparableConv2D", {"filters": 4, "kernel_size": 3, "depth_multiplier": 3}, IMAGE),
    ("SeparableConv2D", {"filters": 4, "kernel_size": 3, "use_bias": False,
                         "data_format": "channels_first"}, IMAGE),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3, "strides": 2}, IMAGE),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}, IMAGE),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 2, "strides": 5}, IMAGE),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 4, "strides": 3, "padding": "same",
                         "output_padding": (0, 2)}, IMAGE),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3, "strides": 3, "output_padding": 1}, IMAGE),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3, "dilation_rate": 2}, IMAGE),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 2, "dilation_rate": 3, "padding": "same",
                         "output_padding": 0}, IMAGE),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3}, (None, None, 4, 2)),
    ("Conv1DTranspose", {"filters": 4, "kernel_size": 3, "data_format": "channels_first"}, SERIES),
    ("Conv3DTranspose", {"filters": 4, "kernel_size": (1, 2, 3), "strides": 2,
                         "output_padding": 1}, VOLUME),
]  # fmt: skip

RAISES = [
    ("Conv2D", {"filters": 4, "kernel_size": 3}, (None, 28, 28)),
    ("Conv2D", {"filters": 4, "kernel_size": 3}, (None, 2, 28, 28, 1)),
    ("Conv2D", {"filters": 4, "kernel_size": 3}, (None, 28, 28, None)),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "data_format": "channels_first"},
     (None, None, 28, 28)),
    ("Conv2D", {"filters": 4, "kernel_size": 3}, (None, 2, 9, 1)),
    ("Conv2D", {"filters": 4, "kernel_size": 3}, (None, None, 2, 1)),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "dilation_rate": 5}, IMAGE),
    ("Conv2D", {"filters": 0, "kernel_size": 3}, IMAGE),
    ("Conv2D", {"filters": -4, "kernel_size": 3}, IMAGE),
    ("Conv2D", {"filters": 2.5, "kernel_size": 3}, IMAGE),
    ("Conv2D", {"filters": None, "kernel_size": 3}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 0}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": (3,)}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": (3, 3, 3)}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": (3, -3)}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 1.5}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": None}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "strides": (1, 2, 3)}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "strides": 0}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "dilation_rate": 0}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "strides": (1, 2), "dilation_rate": (2, 1)}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "padding": "causal"}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "padding": "full"}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "padding": ("same", "same")}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "padding": None}, IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "data_format": "th"}, IMAGE),
    ("Conv2D", {"filters": 6, "kernel_size": 3, "groups": 4}, IMAGE),
    ("Conv2D", {"filters": 8, "kernel_size": 3, "groups": 4}, IMAGE),
    ("Conv2D", {"filters": 8, "kernel_size": 3, "groups": 0}, IMAGE),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "lora_rank": 2, "kernel_constraint": "non_neg"},
     IMAGE),
    ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 0}, IMAGE),
    ("DepthwiseConv2D", {"kernel_size": 3}, (None, 9, 10, None)),
    ("DepthwiseConv2D", {"kernel_size": 11}, IMAGE),
    ("DepthwiseConv1D", {"kernel_size": 3, "padding": "causal"}, SERIES),
    ("SeparableConv2D", {"filters": 4, "kernel_size": 3}, (None, 9, 10, None)),
    ("SeparableConv2D", {"filters": 0, "kernel_size": 3}, IMAGE),
    ("SeparableConv1D", {"filters": 4, "kernel_size": 3}, IMAGE),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3}, (None, 9, 10, None)),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3}, SERIES),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3}, VOLUME),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3, "strides": 2, "output_padding": 2}, IMAGE),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3, "output_padding": -1}, IMAGE),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3, "output_padding": (0,)}, IMAGE),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3, "strides": 2, "dilation_rate": 2}, IMAGE),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 1, "strides": 9, "output_padding": 1},
     (None, 0, 4, 1)),
    ("Conv1DTranspose", {"filters": 4, "kernel_size": 3, "padding": "causal"}, SERIES),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "config", "shape"), FITS)
def test_edge_that_keras_accepts(kind, config, shape):
    assert assert_same(kind, config, [shape]) is not None


@pytest.mark.parametrize(("kind", "config", "shape"), RAISES)
def test_edge_at_which_keras_raises(kind, config, shape):
    assert assert_same(kind, config, [shape]) is None
    with pytest.raises(SizingError, match=kind):
        size(kind, config, [shape])


@pytest.mark.parametrize(
    ("kind", "config", "shape", "published"),
    [
        # ResNet-50's first layer and AlexNet's second, in its two groups
        ("Conv2D", {"filters": 64, "kernel_size": 7, "strides": 2, "padding": "same"},
         (None, 224, 224, 3), 118_013_952),
        ("Conv2D", {"filters": 256, "kernel_size": 5, "padding": "same", "groups": 2},
         (None, 27, 27, 96), 223_948_800),
        # LeNet-5's C1: 122,304 connections less a bias for each of 6 × 28 × 28 units
        ("Conv2D", {"filters": 6, "kernel_size": 5}, (None, 32, 32, 1), 122_304 - 4_704),
    ],
)  # fmt: skip
def test_macs_are_the_published_ones(kind, config, shape, published):
    assert size(kind, config, [shape]).macs == published


@pytest.mark.parametrize(
    ("kind", "config", "millions"),
    [
        ("Conv2D", {"filters": 512}, 462),
        ("SeparableConv2D", {"filters": 512}, 52.3),
        ("DepthwiseConv2D", {}, 52.3 - 512 * 512 * 14 * 14 / 1e6),
    ],
)
def test_macs_are_those_of_the_table_that_mobilenet_is_argued_with(kind, config, millions):
    """Howard et al. (2017), table 3: 3×3 windows over 14×14 positions and 512 channels."""
    config = {"kernel_size": 3, "padding": "same", "use_bias": False, **config}
    sized = size(kind, config, [(None, 14, 14, 512)])
    assert sized.macs / 1e6 == pytest.approx(millions, abs=0.5 if kind == "Conv2D" else 0.05)


def test_transposed_convolution_costs_what_the_convolution_costs_that_it_undoes():
    config = {"kernel_size": (3, 5), "strides": 2}
    up = size("Conv2DTranspose", {"filters": 4, **config}, [(None, 7, 8, 6)])
    down = size("Conv2D", {"filters": 6, **config}, up.outputs)
    assert down.outputs == ((None, 7, 8, 6),)
    assert up.macs == down.macs == 7 * 8 * 15 * 6 * 4


def test_macs_of_an_open_length_are_open_and_of_an_open_batch_known():
    config = {"filters": 4, "kernel_size": 3, "padding": "same"}
    assert size("Conv1D", config, [(None, None, 6)]).macs is None
    assert size("Conv1DTranspose", config, [(None, None, 6)]).macs is None
    assert size("Conv1D", config, [(None, 10, 6)]).macs == 10 * 3 * 6 * 4


def test_what_hangs_on_a_symbol_is_no_error():
    n, s, d, g = map(symbol, "nsdg")
    config = {"filters": 7, "kernel_size": n, "strides": s, "dilation_rate": d, "groups": g}
    assert size("Conv2D", config, [(None, 5, n, 3)]).parameters[0].shape == (n, n, 3 // g, 7)


def test_symbols_do_not_hide_a_certain_error():
    n = symbol("n")
    with pytest.raises(SizingError, match="no room"):
        size("Conv2D", {"filters": n, "kernel_size": n + 1}, [(None, n, n, n)])
    with pytest.raises(SizingError, match="groups"):
        size("Conv2D", {"filters": 2 * n + 1, "kernel_size": 1, "groups": 2}, [(None, n, n, 2)])


def test_message_names_the_kind_the_shape_and_the_way_out():
    with pytest.raises(SizingError) as caught:
        size("Conv2D", {"filters": 4, "kernel_size": (3, 5)}, [(None, 4, 4, symbol("c"))])
    assert str(caught.value) == (
        "Conv2D has no room for its window of (3, 5) in (None, 4, 4, c): "
        "enlarge the input, shrink the window or pad"
    )
