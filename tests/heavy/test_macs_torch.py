"""Multiply-accumulates of convolutions against PyTorch's own counter, which counts two for each."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sizeup.rules.registry import size

torch = pytest.importorskip("torch")
flop_counter = pytest.importorskip("torch.utils.flop_counter")


def counted(module, shape, batch=1):
    """MACs per sample that PyTorch counts for a module on `(channels, *spatial)`."""
    with flop_counter.FlopCounterMode(display=False) as counter, torch.no_grad():
        module(torch.zeros(batch, *shape))
    flops = counter.get_total_flops()
    assert flops % (2 * batch) == 0
    return flops // (2 * batch)


def macs(kind, config, shape):
    config = {**config, "data_format": "channels_first"}
    return size(kind, config, [(None, *shape)]).macs


@st.composite
def convolutions(draw, n):
    """Arguments that Keras and PyTorch both take, and the shape of one sample."""
    groups = draw(st.integers(1, 3))
    strides = draw(st.integers(1, 3))
    shape = (groups * draw(st.integers(1, 4)), *(draw(st.integers(9, 12)) for _ in range(n)))
    return {
        "filters": groups * draw(st.integers(1, 5)),
        "kernel_size": tuple(draw(st.integers(1, 3)) for _ in range(n)),
        "strides": strides,
        "dilation_rate": 1 if strides > 1 else draw(st.integers(1, 3)),
        "groups": groups,
        "padding": draw(st.sampled_from(["valid", "same"])) if strides == 1 else "valid",
    }, shape


def convolution(n, channels, config, *, transposed=False):
    """The same as a module of PyTorch."""
    name = f"ConvTranspose{n}d" if transposed else f"Conv{n}d"
    padding = {} if transposed else {"padding": config["padding"]}
    return getattr(torch.nn, name)(
        channels,
        config["filters"],
        config["kernel_size"],
        stride=config["strides"],
        dilation=config["dilation_rate"],
        groups=config["groups"],
        **padding,
    )


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("n", [1, 2, 3])
@settings(max_examples=40)
@given(data=st.data())
def test_convolution(n, data):
    config, shape = data.draw(convolutions(n))
    module = convolution(n, shape[0], config)
    assert macs(f"Conv{n}D", config, shape) == counted(module, shape, batch=3)


@pytest.mark.parametrize("n", [1, 2, 3])
@settings(max_examples=40)
@given(data=st.data())
def test_transposed_convolution(n, data):
    config, shape = data.draw(convolutions(n))
    config |= {"groups": 1, "padding": "valid"}
    module = convolution(n, shape[0], config, transposed=True)
    del config["groups"]
    assert macs(f"Conv{n}DTranspose", config, shape) == counted(module, shape)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("n", [1, 2])
@settings(max_examples=40)
@given(data=st.data(), multiplier=st.integers(1, 3))
def test_depthwise_and_separable_convolution(n, data, multiplier):
    config, shape = data.draw(convolutions(n))
    channels, filters = shape[0], config["filters"]
    depthwise = {**config, "filters": channels * multiplier, "groups": channels}
    first = convolution(n, channels, depthwise)
    second = getattr(torch.nn, f"Conv{n}d")(channels * multiplier, filters, 1)
    given_to_keras = {
        name: config[name] for name in ("kernel_size", "strides", "dilation_rate", "padding")
    } | {"depth_multiplier": multiplier}
    assert macs(f"DepthwiseConv{n}D", given_to_keras, shape) == counted(first, shape)
    separable = {**given_to_keras, "filters": filters}
    both = torch.nn.Sequential(first, second)
    assert macs(f"SeparableConv{n}D", separable, shape) == counted(both, shape)


@pytest.mark.parametrize(
    ("kind", "module"),
    [("MaxPooling2D", "MaxPool2d"), ("AveragePooling2D", "AvgPool2d")],
)
def test_pooling_counts_for_nothing_there_too(kind, module):
    assert macs(kind, {"pool_size": 2}, (3, 8, 8)) == 0
    assert counted(getattr(torch.nn, module)(2), (3, 8, 8)) == 0
