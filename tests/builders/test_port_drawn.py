"""Chains of drawn layers with drawn arguments: what is printed and what is built is the same network."""

from __future__ import annotations

import random

import pytest

import sizeup
from builders.building import assert_builds
from builders.test_port import assert_ports
from sizeup.errors import SizingError
from sizeup.rules.graphs import sequential

PADDINGS = ("valid", "same")


def _size(draw, n, largest=3):
    return draw.choice(
        [draw.randint(1, largest), tuple(draw.randint(1, largest) for _ in range(n))]
    )


def convolution(draw, n):
    kind = draw.choice(
        [f"Conv{n}D", f"Conv{n}DTranspose"]
        + ([f"DepthwiseConv{n}D", f"SeparableConv{n}D"] if n < 3 else [])
    )
    config = {"kernel_size": _size(draw, n), "padding": draw.choice(PADDINGS),
              "use_bias": draw.random() < 0.7, "activation": draw.choice((None, "relu", "tanh"))}  # fmt: skip
    if draw.random() < 0.4:
        config["strides"] = draw.randint(1, 2)
    elif "Transpose" not in kind and draw.random() < 0.3:
        config["dilation_rate"] = draw.randint(1, 2)
    if "Depthwise" in kind or "Separable" in kind:
        config["depth_multiplier"] = draw.randint(1, 2)
    if "Depthwise" not in kind:
        config["filters"] = draw.randint(1, 6)
    return kind, config


def window(draw, n):
    return draw.choice([
        (f"MaxPooling{n}D", {"pool_size": _size(draw, n, 2), "padding": draw.choice(PADDINGS)}),
        (f"AveragePooling{n}D", {"pool_size": 2, "strides": 1}),
        (f"ZeroPadding{n}D", {"padding": draw.randint(1, 2)}),
        (f"UpSampling{n}D", {"size": 2}),
        (f"Cropping{n}D", {"cropping": 1}),
        (f"SpatialDropout{n}D", {"rate": 0.2}),
    ])  # fmt: skip


def recurrent(draw, _):
    kind = draw.choice(("LSTM", "GRU", "SimpleRNN"))
    config = {
        "units": draw.randint(1, 5),
        "return_sequences": True,
        "use_bias": draw.random() < 0.7,
    }
    if kind == "GRU":
        config["reset_after"] = draw.random() < 0.5
    return kind, config


def anywhere(draw, _):
    return draw.choice([
        ("BatchNormalization", {"scale": draw.random() < 0.5, "center": draw.random() < 0.5}),
        ("LayerNormalization", {"epsilon": 1e-6}),
        ("Dense", {"units": draw.randint(1, 6), "activation": draw.choice((None, "gelu"))}),
        ("Activation", {"activation": "relu"}),
        ("PReLU", {}),
        ("LeakyReLU", {"negative_slope": 0.1}),
        ("Dropout", {"rate": 0.3}),
        ("GaussianNoise", {"stddev": 0.1}),
    ])  # fmt: skip


def drawn(seed):
    """A chain that is a valid network."""
    draw = random.Random(seed)
    n = draw.choice((1, 1, 2, 2, 3))
    shape = (None, *(draw.randint(6, 9) for _ in range(n)), draw.randint(1, 4))
    chain, parts = [], [convolution, window, anywhere] + ([recurrent] if n == 1 else [])
    while len(chain) < 6:
        layer = draw.choice(parts)(draw, n)
        try:
            sequential("model", shape, [*chain, layer])
        except SizingError:
            continue
        chain.append(layer)
    ends = [
        ("Flatten", {}),
        (f"GlobalMaxPooling{n}D", {}),
        (f"GlobalAveragePooling{n}D", {"keepdims": True}),
    ]
    return sequential("model", shape, [*chain, draw.choice(ends), ("Dense", {"units": 2})])


@pytest.mark.parametrize("seed", range(60))
def test_drawn_chains(seed):
    network = drawn(seed)
    code = assert_ports(network)
    again = sizeup.read("-", text=code)["model"]
    assert sizeup.count(again).total == sizeup.count(network).total
    assert [layer.kind for layer in again.graph.layers] == [
        layer.kind for layer in network.graph.layers
    ]
    assert_builds(network)
