"""Layers that are made or called in vain, or twice where two were meant."""

from __future__ import annotations

import pytest

from analyses.test_lint import warned
from sizeup.analyses.count import count
from sizeup.readers.source import read_source

UNUSED, DEAD, SHARED = "made and never used", "not used again", "with the same weights"

MISTAKES = {
    "a variable that nothing reads": (
        """
        inputs = keras.Input((8,))
        drop = Dropout(0.5)
        model = Model(inputs, Dense(3)(inputs))
        """,
        2, UNUSED,
    ),
    "a statement that forgets to add": (
        """
        model = Sequential([keras.Input((8, 8, 3))])
        model.add(Conv2D(4, 3))
        Flatten()
        model.add(GlobalMaxPooling2D())
        """,
        3, UNUSED,
    ),
    "a branch that is not taken up": (
        """
        def build():
            inputs = keras.Input((32, 32, 3))
            x = Conv2D(8, 3)(inputs)
            pooled = MaxPooling2D()(x)
            x = Conv2D(16, 3)(x)
            return Model(inputs, x)
        """,
        4, DEAD,
    ),
    "a chain that begins anew": (
        """
        inputs = keras.Input((32, 32, 3))
        x = Conv2D(8, 3)(inputs)
        x = Conv2D(16, 3)(inputs)
        model = Model(inputs, x)
        """,
        2, DEAD,
    ),
    "an attribute that call forgets": (
        """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.drop = Dropout(0.5)
                self.last = Dense(3)
            def call(self, x):
                return self.last(x)
        model = Net()
        model(Input((8,)))
        """,
        4, UNUSED,
    ),
    "one layer added twice": (
        """
        hidden = Dense(8, activation="relu")
        model = Sequential([keras.Input((8,)), hidden, Dense(8), hidden, Dense(1)])
        """,
        1, SHARED,
    ),
    "one layer applied to what it gives": (
        """
        inputs = keras.Input((8,))
        hidden = Dense(8)
        x = Activation("relu")(hidden(inputs))
        model = Model(inputs, hidden(x))
        """,
        2, SHARED,
    ),
    "one model applied to what it gives": (
        """
        block = Sequential([Dense(8), BatchNormalization()])
        inputs = keras.Input((8,))
        model = Model(inputs, block(block(inputs)))
        """,
        1, SHARED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_layer_in_vain_is_said_once_at_its_line(name):
    text, line, words = MISTAKES[name]
    found = warned(text)
    assert [where for where, _ in found] == [line], found
    assert words in found[0][1]


SOUND = {
    "twins": """
        a, b = keras.Input((8,)), keras.Input((8,))
        twin = Dense(4)
        model = Model([a, b], Dense(1)(concatenate([twin(a), twin(b)])))
    """,
    "a decoder of its own and in a whole": """
        inputs, code = keras.Input((8,)), keras.Input((2,))
        encoder = Model(inputs, Dense(2)(inputs))
        hidden, last = Dense(4), Dense(8)
        decoder = Model(code, last(hidden(code)))
        whole = Model(inputs, last(hidden(encoder(inputs))))
    """,
    "a recurrence that is written out": """
        cell, densor = LSTM(8, return_state=True), Dense(3)
        inputs = keras.Input((5, 4))
        h, c, outputs = Dense(8)(inputs[:, 0]), Dense(8)(inputs[:, 1]), []
        for t in range(3):
            h, _, c = cell(inputs, initial_state=[h, c])
            outputs.append(densor(h))
        model = Model(inputs, outputs)
    """,
    "depth with other layers between": """
        inputs = keras.Input((8,))
        down, up = Dense(4), Dense(8)
        x = inputs
        for _ in range(3):
            x = up(down(x))
        model = Model(inputs, x)
    """,
    "what another function reads": """
        inputs = keras.Input((8,))
        extra = Dense(5)(inputs)
        model = Model(inputs, Dense(3)(inputs))
        def show():
            return Model(inputs, extra)
    """,
    "a branch under a condition": """
        inputs = keras.Input((8,))
        x = Dense(8)(inputs)
        if wide:
            x = Dense(16)(x)
        model = Model(inputs, x)
    """,
    "a layer that is looked at": """
        import numpy as np
        model = Sequential([keras.Input((8,)), Dense(3)])
        layer = Dense(4)
        layer(np.ones((2, 8)))
        print(layer.weights)
    """,
    "a layer that is called on data for its own sake": """
        import numpy as np
        model = Sequential([keras.Input((8,)), Dense(3)])
        Dense(4)(np.ones((2, 8)))
    """,
    "attributes by their names": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.drop = Dropout(0.5)
                self.last = Dense(3)
            def call(self, x):
                return self.last(getattr(self, "dr" + "op")(x))
        model = Net()
        model(Input((8,)))
    """,
    "dropout in training only": """
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.drop = Dropout(0.5)
                self.last = Dense(3)
            def call(self, x, training=False):
                if training:
                    x = self.drop(x)
                return self.last(x)
        model = Net()
        model(Input((8,)))
    """,
}


@pytest.mark.parametrize("name", SOUND)
def test_nothing_is_said_of_what_is_sound(name):
    assert warned(SOUND[name]) == []


def test_each_function_is_warned_of_its_own_layers_only():
    text = """
from keras import Input, Model
from keras.layers import Dense
def first():
    inputs = Input((8,))
    extra = Dense(9)
    return Model(inputs, Dense(3)(inputs))
def second():
    inputs = Input((8,))
    return Model(inputs, Dense(3)(inputs))
def third():
    inputs = Input((8,))
    return Model(inputs, Dense(3)(inputs))
"""
    networks, _ = read_source(text, "-", {})
    notes = {network.name: [note.line for note in count(network).notes] for network in networks}
    assert notes == {"first": [6], "second": [], "third": []}
