"""Whether a tensor has a mask is what a layer of the source's own may ask: as Keras says."""

from __future__ import annotations

import textwrap

import pytest

from readers.keras_truth import assert_reads_as_keras, read_text, run

warned = pytest.mark.filterwarnings("ignore:.*(unbuilt state|support masking)")  # of such layers

HEAD = """
import keras
from keras import Input, Model, layers

class Asks(layers.Layer):
    def __init__(self):
        super().__init__()
        self.small, self.large = layers.Dense(3), layers.Dense(5)

    def build(self, shape):
        self.small.build(shape)
        self.large.build(shape)

    def call(self, x, mask=None):
        return self.small(x) if mask is None else self.large(x)

class Keeps(layers.Layer):
    def __init__(self):
        super().__init__()
        self.supports_masking = True

    def call(self, x):
        return x * 2

class Drops(layers.Layer):
    def call(self, x):
        return x * 2

words = Input((6,))
numbers = Input((6, 2))
embedded = layers.Embedding(10, 4, mask_zero=True)(words)
"""

CHAINS = {
    "an embedding with one": "embedded",
    "an embedding without": "layers.Embedding(10, 4)(words)",
    "Masking": "layers.Masking()(numbers)",
    "an input": "numbers",
    "behind what keeps it": "layers.Dense(3)(layers.Dropout(0.1)(layers.Activation('relu')(embedded)))",
    "behind normalization": "layers.LayerNormalization()(embedded)",
    "behind what drops it": "layers.Reshape((4, 6))(embedded)",
    "behind a pooling": "layers.MaxPooling1D()(embedded)",
    "sequences that return": "layers.LSTM(4, return_sequences=True)(embedded)",
    "the last of a sequence": "layers.LSTM(4)(embedded)",
    "both directions": "layers.Bidirectional(layers.LSTM(4, return_sequences=True))(embedded)",
    "both directions, their last": "layers.Bidirectional(layers.LSTM(4))(embedded)",
    "at each time": "layers.TimeDistributed(layers.Dense(4))(embedded)",
    "a sum of two that have it": "layers.Add()([embedded, layers.Dense(4)(embedded)])",
    "a product of two that have none": "layers.Multiply()([numbers, numbers])",
    "joined": "layers.Concatenate()([embedded, numbers])",
    "joined without": "layers.Concatenate()([numbers, numbers])",
    "the source's own that keeps it": "Keeps()(embedded)",
    "the source's own that drops it": "Drops()(embedded)",
}


@warned
@pytest.mark.parametrize("chain", CHAINS)
def test_call_is_given_a_mask_where_keras_has_one(chain):
    end = f"model = Model([words, numbers], layers.Dense(2)(Asks()({CHAINS[chain]})))\n"
    assert_reads_as_keras(textwrap.dedent(HEAD) + end)


TRACED = """
import keras
from keras import Input, Model, layers

class Asks(layers.Layer):
    def __init__(self):
        super().__init__()
        self.small, self.large = layers.Dense(3), layers.Dense(3, use_bias=False)

    def call(self, CALL):
        return self.small(FIRST) if mask is None else self.large(FIRST)

words, others = Input((6,)), Input((6,))
embedded = layers.Embedding(10, 4, mask_zero=True)(words)
plain = layers.Embedding(10, 4)(others)
model = Model(INPUTS)
"""

BUILT = {
    "a first run without a mask builds what it needs, too": ("x, mask=None", "x", "embedded"),
    "nothing else where there is none": ("x, mask=None", "x", "plain"),
    "a list has a list of masks": ("x, mask=None", "x[0]", "[plain, plain]"),
    "a list of which one has a mask": ("x, mask=None", "x[0]", "[embedded, plain]"),
    "of two arguments none is the one": ("x, y, mask=None", "x", "embedded, plain"),
    "two arguments have a mask each": ("x, y, mask=None, y_mask=None", "x", "plain, embedded"),
    "a mask that is given": ("x, mask=None", "x", "plain, mask=embedded[:, :, 0] > 0"),
    "none that is given": ("x, mask=None", "x", "embedded, mask=None"),
}


@warned
@pytest.mark.parametrize("name", BUILT)
def test_what_keras_builds_before_it_looks_for_masks_counts(name):
    call, first, given = BUILT[name]
    text = TRACED.replace("CALL", call).replace("FIRST", first)
    text = text.replace(
        "Model(INPUTS)", f"Model([words, others], layers.Dense(2)(Asks()({given})))"
    )
    assert_reads_as_keras(text)


@warned
def test_masks_of_several_arguments_have_their_names():
    text = TRACED.replace("self, CALL", "self, x, y, y_mask=None").replace("FIRST", "x")
    text = text.replace("mask is None", "y_mask is None")
    for given in ("plain, embedded", "embedded, plain", "plain, y=embedded"):
        made = text.replace("Model(INPUTS)", f"Model([words, others], Asks()({given}))")
        assert_reads_as_keras(made)


STATES = {
    "a counter": ("self.runs = 0", "self.runs += 1; first = self.runs == 1"),
    "a counter in a list": ("self.runs = []", "self.runs.append(1); first = len(self.runs) == 1"),
    "a layer made at the first run": (
        "self.more = None",
        "first = self.more is None; self.more = True",
    ),
    "what stays": ("self.runs = 3", "first = self.runs == 3"),
    "an error in the first run": (
        "self.runs = 0",
        "first = bool(self.runs); self.runs = 1; assert first",
    ),
}


@warned
@pytest.mark.parametrize("name", STATES)
def test_a_first_run_leaves_its_traces(name):
    made, asked = STATES[name]
    text = f"""
        import keras
        from keras import Input, Model, layers

        class Twice(layers.Layer):
            def __init__(self):
                super().__init__()
                self.small, self.large = layers.Dense(3), layers.Dense(3, use_bias=False)
                {made}

            def call(self, x):
                {asked}
                return self.small(x) if first else self.large(x)

        image = Input((4,))
        model = Model(image, layers.Dense(2)(Twice()(image)))
    """
    assert_reads_as_keras(textwrap.dedent(text))


LATE = {
    "at each run": ("self.x = None", "self.more = layers.Dense(3)", True),
    "once, of a layer that holds none": ("self.more = None", "self.more = self.more or layers.Dense(3)", True),
    "once, of a layer that holds one": (
        "self.more, self.one = None, layers.Dense(4)", "self.more = self.more or layers.Dense(3); x = self.one(x)",
        False),
}  # fmt: skip


@pytest.mark.parametrize("name", LATE)
def test_layers_made_when_keras_3_has_built_a_layer_are_warned_of(name):
    made, run_, raises = LATE[name]
    text = textwrap.dedent(f"""
        import keras
        from keras import Input, Model, layers

        class Late(layers.Layer):
            def __init__(self):
                super().__init__()
                {made}

            def call(self, x):
                {run_}
                return self.more(x)

        image = Input((4,))
        model = Model(image, layers.Dense(2)(Late()(image)))
    """)
    network = read_text(text)["model"]
    assert raises == any("where Keras 3 raises" in note.text for note in network.notes)
    if raises:
        with pytest.raises(ValueError, match="cannot add new elements of state"):
            run(text)
    else:
        assert_reads_as_keras(text)
