"""What is trained of networks whose parts are frozen and thawed, as Keras 3 and Keras 2 have it."""

from __future__ import annotations

import json
import random
import warnings
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from readers.frozen_programs import HEAD, PROGRAMS, drawn_program
from readers.keras_truth import read_text, run
from readers.subclass_truth import totals
from sizeup.analyses.count import Count, count
from sizeup.readers.source import read_source
from sizeup.readers.source.dialect import Spoken

KERAS2 = json.loads(Path(__file__).with_name("frozen_parts.json").read_text("utf-8"))


def under(text: str, keras: int) -> Count:
    """The count of `model` for a Keras that is told."""
    networks, _ = read_source(text, "-", {}, Spoken(keras=keras))
    return count(next(n for n in networks if "model" in (n.name, *n.aliases)))


def assert_trains_as_keras3(text: str) -> None:
    """Total and what is trained of it agree with the real Keras."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        real = totals(run(text))
    ours = under(text, 3)
    assert ours.network.error is None, ours.network.error
    assert (ours.total, ours.trainable) == real


@pytest.mark.parametrize("name", PROGRAMS)
def test_trains_what_keras_3_trains(name: str) -> None:
    assert_trains_as_keras3(HEAD + PROGRAMS[name])


VARIABLES = {
    "a kernel": """
dense = Dense(3)
model = Sequential([keras.Input((5,)), dense, Dense(2)])
dense.kernel.trainable = False
""",
    "weights of a part": """
model = Sequential([keras.Input((5,)), Sequential([Dense(3), Dense(2)]), Dense(4)])
for weight in model.weights[:3]:
    weight.trainable = False
""",
    "weights of one direction": """
model = Sequential([keras.Input((4, 5)), Bidirectional(LSTM(3)), Dense(4)])
for weight in model.layers[0].trainable_weights[3:]:
    weight.trainable = False
""",
    "a kernel, until its layer is told": """
dense = Dense(3)
model = Sequential([keras.Input((5,)), dense, Dense(2)])
dense.kernel.trainable = False
model.trainable = True
""",
    "as many as are trained": """
base = Sequential([keras.Input((5,)), Dense(3), BatchNormalization()])
base.trainable = False
base.layers[0].trainable = True
base.trainable = True
base.layers[0].kernel.trainable = False
model = Sequential([keras.Input((5,)), Dense(len(base.trainable_weights))])
""",
    "a variable of a frozen layer": """
class Shift(Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.shift = keras.Variable(np.zeros((3,)))
    def call(self, x):
        return x + self.shift
model = Sequential([keras.Input((3,)), Shift(trainable=False), Dense(2)])
""",
    "an adapted kernel is thawed": """
dense = Dense(4)
model = Sequential([keras.Input((5,)), dense, Dense(2)])
dense.enable_lora(2)
dense.trainable = False
dense.trainable = True
""",
}


@pytest.mark.parametrize("name", VARIABLES)
def test_variables_have_flags_of_their_own_in_keras_3(name: str) -> None:
    assert_trains_as_keras3(HEAD + VARIABLES[name])


UNSURE = """
from {0}keras.layers import Dense
from {0}keras.models import Sequential
base = Sequential([Dense(4, input_shape=(5,)), Dense(3)])
base.trainable = False
base.layers[-1].trainable = {1}
model = Sequential([base, Dense(2)])
"""


@pytest.mark.parametrize("package", ["", "tensorflow."])
def test_says_what_the_other_keras_trains(package: str) -> None:
    def said(thawed: bool) -> tuple[Count, list[str]]:
        found = count(read_text(UNSURE.format(package, thawed))["model"])
        return found, [note.text for note in found.notes if "Keras 2" in note.text]

    found, notes = said(thawed=True)
    assert (found.total, found.trainable) == (47, 23)
    assert len(notes) == 1
    assert "47 parameters, 8 of them trained" in notes[0]
    found, notes = said(thawed=False)
    assert (found.total, found.trainable) == (47, 8)
    assert not notes
    assert under(UNSURE.format("", True), 2).trainable == 8


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.data())
def test_trains_what_keras_3_trains_of_any_nesting(data: st.DataObject) -> None:
    text = HEAD + drawn_program(lambda below: data.draw(st.integers(0, below - 1)))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run(text)
    except (ValueError, TypeError, RuntimeError):
        assume(False)
    assert_trains_as_keras3(text)


@pytest.mark.parametrize("name", KERAS2)
def test_trains_what_keras_2_trains(name: str) -> None:
    seed = random.Random(int(name)).randrange if name.isdigit() else None
    text = HEAD + (drawn_program(seed) if seed else PROGRAMS[name])
    if KERAS2[name] is None:
        pytest.skip("Keras 2 refuses the program")
    ours = under(text, 2)
    assert [ours.total, ours.trainable] == KERAS2[name]
