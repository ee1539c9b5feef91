"""A function that returns an object of the source's own class gives the network its name."""

from __future__ import annotations

import textwrap

import pytest

from readers.keras_truth import read_text, run
from sizeup.analyses.count import count

TEXT = textwrap.dedent("""
    import keras
    from keras import Input, Model, layers

    class Functional(keras.Model):
        def __init__(self, units, **kwargs):
            image = Input((3,))
            super().__init__(image, layers.Dense(units)(layers.Dense(4)(image)), **kwargs)

    class Subclassed(keras.Model):
        def __init__(self, units):
            super().__init__()
            self.hidden, self.out = layers.Dense(4), layers.Dense(units)

        def call(self, x):
            return self.out(self.hidden(x))

    def plain():
        return {cls}(2)

    def called():
        model = {cls}(3)
        model(Input((3,)))
        return model

    def frozen():
        model = {cls}(5)
        model(Input((3,)))
        model.trainable = False
        return model

    def thawed():
        model = frozen()
        model.trainable = True
        return model
    """)


@pytest.mark.parametrize("cls", ["Functional", "Subclassed"])
@pytest.mark.parametrize("name", ["called", "frozen", "thawed"])
def test_a_function_gives_the_network_as_it_returns_it(cls, name):
    text = TEXT.replace("{cls}", cls)
    built = run(text + f"model = {name}()\n")
    found = count(read_text(text)[name])
    trained = sum(weight.value.size for weight in built.trainable_weights)
    assert (found.total, found.trainable) == (built.count_params(), trained)


def test_the_name_of_the_class_still_finds_it():
    reading = read_text(TEXT.replace("{cls}", "Functional"))
    assert count(reading["plain"]).total == 3 * 4 + 4 + 4 * 2 + 2
    assert {network.name.partition("#")[0] for network in reading} >= {"Functional"}
