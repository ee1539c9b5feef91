"""`border_mode="full"` of Keras 0 and 1, in Keras 3: zeros around what enters."""

from __future__ import annotations

import pytest

from builders.building import build
from builders.test_port import run
from builders.test_to_keras import read
from sizeup.analyses.count import count
from sizeup.builders.code import port

SOURCES = {
    "images": """
        model = Sequential()
        model.add(Convolution2D(4, 3, 5, border_mode='full', input_shape=(3, 9, 8)))
        model.add(Convolution2D(4, 2, 2, border_mode='full', subsample=(2, 2)))
        model.add(Flatten())
        model.add(Dense(2))
        """,
    "sequences": """
        model = Sequential()
        model.add(Convolution1D(6, 4, border_mode='full', input_shape=(12, 3)))
        model.add(Flatten())
        model.add(Dense(2))
        """,
    "Keras 0": """
        model = Sequential()
        model.add(Convolution2D(32, 3, 3, 3, border_mode='full'))
        model.add(Activation('relu'))
        model.add(Convolution2D(32, 32, 3, 3))
        model.add(MaxPooling2D(poolsize=(2, 2)))
        model.add(Flatten())
        model.add(Dense(32*8*8, 10))
        """,
}


@pytest.mark.parametrize("name", ["images", "sequences"])
def test_what_is_printed_and_built_is_the_same_network(name):
    network = read(SOURCES[name], "model")
    found = port([network], keep_data_format=True)
    assert "ZeroPadding" in found.code
    model = run(found.code, "model")
    assert model.count_params() == count(network).total == build(network).count_params()
    layers = [each for each in model.layers if "Padding" not in type(each).__name__]
    ours = [layer.calls[0].output_shapes[0][1:] for layer in network.graph.layers]
    assert [tuple(each.output.shape[1:]) for each in layers] == ours


def test_with_channels_last():
    network = read(SOURCES["images"], "model")
    model = run(port([network]).code, "model")
    assert model.count_params() == count(network).total


def test_a_free_kernel_gives_a_free_rim():
    network = read(SOURCES["sequences"].replace("6, 4", "6, length"), "model")
    code = port([network]).code
    assert "ZeroPadding1D(length - 1)" in code
    assert run(code, "model", 5).count_params() == (5 * 3 + 1) * 6 + 16 * 6 * 2 + 2
