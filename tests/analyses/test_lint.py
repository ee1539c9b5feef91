"""What looks like a mistake: found where it is one, and nothing found in what is sound."""

from __future__ import annotations

import textwrap

import pytest

from sizeup.analyses.count import count
from sizeup.readers import read
from sizeup.readers.source import read_source
from sizeup.zoo import ARCHITECTURES

HEAD = (
    "import keras\nfrom keras import layers, ops, Model\nfrom keras.layers import *\n"
    "from keras.models import Sequential\n"
)


def warned(text: str) -> list[tuple[int | None, str]]:
    """Line and text of the warnings on all networks of a text; its lines count from 1."""
    networks, _ = read_source(HEAD + textwrap.dedent(text).strip(), "-", {})
    notes = [note for network in networks for note in count(network).notes]
    lines = HEAD.count("\n")
    return [(n.line and n.line - lines, n.text) for n in notes if n.level == "warning"]


MISTAKES = {
    "channels first under channels_last": (
        """
        model = Sequential()
        model.add(Conv2D(8, 3, padding="same", data_format="channels_last", input_shape=(3, 64, 64)))
        model.add(GlobalAveragePooling2D())
        """,
        2, "sees 64 channels",
    ),
    "channels last under channels_first": (
        """
        inputs = keras.Input((64, 64, 3))
        x = Conv2D(8, (3, 1), data_format="channels_first")(inputs)
        model = Model(inputs, Flatten()(x))
        """,
        2, "sees 64 channels",
    ),
    "a Dense on the maps": (
        """
        model = Sequential([
            keras.Input((28, 28, 1)),
            Conv2D(8, 3), MaxPooling2D(),
            Dense(64, activation="relu"),
            Dense(10, activation="softmax"),
        ])
        """,
        5, "13×13×10",
    ),
    "a Dense on an image": (
        """
        model = Sequential([keras.Input((28, 28, 1)), Dense(64, activation="relu"), Dropout(0.5)])
        model.add(Dense(10, activation="softmax"))
        """,
        2, "28×28×10",
    ),
    "a Dense on the rows of an image": (
        """
        model = Sequential([keras.Input((28, 28)), Dense(64, activation="relu"), Dense(10)])
        """,
        1, "28×10",
    ),
    "a Dense on the maps with its activation apart": (
        """
        model = Sequential([keras.Input((28, 28, 1)), Conv2D(8, 5)])
        model.add(Dense(35))
        model.add(Activation("softmax"))
        """,
        2, "24×24×35",
    ),
    "softmax of one unit": (
        """
        model = Sequential([keras.Input((4,)), Dense(8)])
        model.add(Dense(1, activation="softmax"))
        """,
        2, "always 1",
    ),
    "softmax of one unit as an activation": (
        """
        inputs = keras.Input((7, 4))
        x = Dense(1)(inputs)
        weights = Activation("softmax")(x)
        model = Model(inputs, weights)
        """,
        3, "always 1",
    ),
    "two softmaxes": (
        """
        model = Sequential([keras.Input((4,)), Dense(8, activation="softmax")])
        model.add(Activation("softmax"))
        """,
        2, "already",
    ),
    "a normalization of the columns": (
        """
        inputs = keras.Input((3, 32, 32))
        x = Conv2D(8, 3, data_format="channels_first")(inputs)
        x = Activation("relu")(x)
        x = BatchNormalization(axis=-1)(x)
        model = Model(inputs, x)
        """,
        4, "axis 1",
    ),
    "a normalization that is used again": (
        """
        inputs = keras.Input((8,))
        norm = BatchNormalization()
        x = norm(Dense(4)(inputs[:, :4]))
        x = norm(Dense(4)(x))
        model = Model(inputs, x)
        """,
        2, "2 times in a row",
    ),
    "two layers of one name": (
        """
        inputs = keras.Input((8,))
        x = Dense(4, name="fc")(inputs)
        model = Model(inputs, Dense(4, name="fc")(x))
        """,
        3, "two of a name",
    ),
    "an input that nothing uses": (
        """
        a = keras.Input((8,))
        b = keras.Input((8,))
        model = Model([a, b], Dense(4)(a))
        """,
        2, "nothing uses",
    ),
    "a layer made in call": (
        """
        class Block(Layer):
            def call(self, x):
                return Dense(4)(x)
        inputs = keras.Input((8,))
        model = Model(inputs, Dense(2)(Block()(inputs)))
        """,
        3, "neither counts nor trains",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_said_once_at_its_line(name):
    text, line, words = MISTAKES[name]
    found = warned(text)
    assert [where for where, _ in found] == [line], found
    assert words in found[0][1]


SOUND = {
    "a segmentation": """
        inputs = keras.Input((32, 32, 3))
        x = Conv2D(8, 3, padding="same")(inputs)
        model = Model(inputs, Dense(5, activation="softmax")(x))
    """,
    "a Dense inside that is pooled after": """
        inputs = keras.Input((32, 32, 3))
        x = Dense(8, activation="gelu")(Conv2D(8, 4, strides=4)(inputs))
        model = Model(inputs, Dense(5, activation="softmax")(GlobalAveragePooling2D()(x)))
    """,
    "attention over a sequence": """
        inputs = keras.Input((7, 4))
        scores = Softmax(axis=1)(Dense(1)(inputs))
        model = Model(inputs, Dense(2)(Flatten()(scores * inputs)))
    """,
    "one sigmoid": """
        model = Sequential([keras.Input((4,)), Dense(1, activation="sigmoid")])
    """,
    "a shared encoder with its normalization": """
        encoder = Sequential([Dense(4), BatchNormalization()])
        a, b = keras.Input((3,)), keras.Input((3,))
        model = Model([a, b], Dense(1)(Subtract()([encoder(a), encoder(b)])))
    """,
    "images of three rows": """
        model = Sequential([keras.Input((3, 100, 40)), Conv2D(4, 3), Flatten(), Dense(2)])
    """,
    "small sides": """
        model = Sequential([keras.Input((3, 3, 3)), Conv2D(4, 3), Flatten(), Dense(2)])
    """,
    "normalization of a vector": """
        model = Sequential([keras.Input((8, 8, 3)), Conv2D(4, 3), Flatten(), BatchNormalization()])
    """,
    "an input that leaves as it is": """
        a = keras.Input((3,))
        model = Model(a, [a, Dense(2)(a)])
    """,
    "names that are told apart by the model around": """
        def part(name):
            return Sequential([Dense(3, name="fc"), Dense(3, name="out")], name=name)
        inputs = keras.Input((3,))
        model = Model(inputs, part("b")(part("a")(inputs)))
    """,
    "a vision transformer's class token": """
        class Token(Layer):
            def build(self, shape):
                self.token = self.add_weight(shape=(1, 1, shape[-1]), name="token")
            def call(self, x):
                return x + self.token
        inputs = keras.Input((9, 4))
        model = Model(inputs, Dense(3)(Token()(inputs)[:, 0]))
    """,
}


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_is_not_warned_of(name):
    assert warned(SOUND[name]) == []


@pytest.mark.parametrize(
    "name", {each.file: each.name for each in reversed(ARCHITECTURES)}.values()
)
def test_the_zoo_is_sound(name):
    found = count(read(f"zoo:{name}")[0])
    assert [note for note in found.notes if note.level == "warning"] == []
