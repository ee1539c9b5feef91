"""Layers of a source's own inside of TimeDistributed, printed and built: it asks for their shapes."""

from __future__ import annotations

import textwrap

import pytest

from builders.building import assert_builds
from builders.test_port import assert_ports
from sizeup import read
from sizeup.builders.code import port

SOURCES = {
    "as it enters": """
        class Scaled(layers.Layer):
            def build(self, shape):
                self.scale = self.add_weight(shape=(shape[-1],), name="scale")

            def call(self, x):
                return x * self.scale

            def compute_output_shape(self, shape):
                return shape

        x = keras.Input((7, 4))
        model = keras.Model(x, layers.TimeDistributed(Scaled())(x))
        """,
    "a weight of its own, another rank": """
        class Pooled(layers.Layer):
            def build(self, shape):
                self.scale = self.add_weight(shape=(shape[-1],), name="scale")

            def call(self, x):
                return ops.mean(x * self.scale, axis=1)

            def compute_output_shape(self, shape):
                return (shape[0], shape[-1])

        x = keras.Input((7, 5, 4))
        model = keras.Model(x, layers.Dense(2)(layers.TimeDistributed(Pooled())(x)))
        """,
}
SAID = {
    "as it enters": "return input_shape\n",
    "a weight of its own, another rank": "return (input_shape[0], 4)",
}


def network(name):
    text = "import keras\nfrom keras import layers, ops\n" + textwrap.dedent(SOURCES[name])
    return read("-", text=text)["model"]


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_printed_is_the_same_network(name):
    assert SAID[name] in assert_ports(network(name))


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_built_is_the_same_network(name):
    assert_builds(network(name))


def test_one_that_holds_layers_is_refused():
    text = """
        import keras
        from keras import layers

        class Doubled(layers.Dense):
            def call(self, x):
                return super().call(x) * 2

        x = keras.Input((7, 5, 4))
        model = keras.Model(x, layers.TimeDistributed(Doubled(3))(x))
    """
    found = port([read("-", text=textwrap.dedent(text))["model"]])
    assert not found.complete
    assert "Keras builds no layers that a Doubled" in found.networks[0].why
