"""What `model.build(shape)` builds of a subclassed model: nothing in Keras 3, which is said."""

from __future__ import annotations

import textwrap

import numpy as np
import pytest

from readers.keras_truth import read_text, run
from sizeup.analyses.count import count
from sizeup.readers.source import read_source
from sizeup.readers.source.dialect import Spoken

NET = textwrap.dedent("""
    import keras
    from keras import layers

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = layers.Dense(7)
            self.head = keras.Sequential([layers.Input((7,)), layers.Dense(2)])
    {build}
        def call(self, x):
            return self.head(self.hidden(x))

    model = Net()
""")
OWN = textwrap.indent(textwrap.dedent("""
    def build(self, shape):
        self.hidden.build(shape)
        self.built = True
"""), "    ")  # fmt: skip
BUILT = "model.build((None, 4))\n"


def warnings_of(text: str) -> list[str]:
    (network,) = [n for n in read_text(text).networks if n.name in ("model", "Net")]
    return [note.text for note in network.notes if note.level == "warning"]


@pytest.mark.filterwarnings("ignore:.*unbuilt state")
def test_keras_3_builds_nothing_and_that_is_said():
    text = NET.format(build="") + BUILT
    model = run(text)
    assert model.count_params() == 7 * 2 + 2
    model(np.zeros((1, 4)))
    (network,) = [n for n in read_text(text).networks if n.name in ("model", "Net")]
    assert count(network).total == model.count_params() == 4 * 7 + 7 + 7 * 2 + 2
    assert any("builds nothing in Net" in each for each in warnings_of(text))


def test_a_build_of_its_own_and_a_call_build():
    own = NET.format(build=OWN) + BUILT
    called = NET.format(build="") + "model(keras.Input((4,)))\n"
    for text in (own, called, called + BUILT):
        assert run(text).count_params() == 4 * 7 + 7 + 7 * 2 + 2
        assert warnings_of(text) == []


def test_keras_2_builds_by_tracing():
    text = NET.format(build="") + BUILT  # tf_keras 2.21: count_params() is 51 after build()
    networks, _ = read_source(text, "-", {}, Spoken(keras=2))
    (network,) = [n for n in networks if n.name in ("model", "Net")]
    assert count(network).total == 51
    assert network.notes == ()
