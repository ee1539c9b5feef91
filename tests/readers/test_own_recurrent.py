"""Recurrent layers of the source's own classes inside of Keras' wrappers, against the real Keras."""

from __future__ import annotations

import pytest
from tests.readers.keras_truth import assert_reads_as_keras

BEGIN = """
import keras
from keras import layers, ops
import keras.ops

@keras.saving.register_keras_serializable()
class Own(layers.{base}):
{members}

"""

CALL = """
    def call(self, sequences, initial_state=None, mask=None, training=False):
        return super().call(sequences, initial_state=initial_state, mask=mask, training=training)
"""
GATED = """
    def build(self, shape):
        super().build(shape)
        self.gate = self.add_weight(shape=(self.units,), name="gate", trainable=False)

    def call(self, sequences, *args, **kwargs):
        return self.gate * super().call(sequences, *args, **kwargs)
"""
ONLY_BUILD = """
    def build(self, shape):
        super().build(shape)
        self.extra = self.add_weight(shape=(3, 3), name="extra", trainable=False)
"""
IN_INIT = """
    def __init__(self, units, **kwargs):
        super().__init__(units, **kwargs)
        self.extra = self.add_weight(shape=(3, 3), name="extra")
"""
DOUBLED = """
    def __init__(self, units, **kwargs):
        super().__init__(units * 2, **kwargs)
"""
RENAMED = """
    def __init__(self, hidden, **kwargs):
        super().__init__(units=hidden, **kwargs)
        self.hidden = hidden

    def get_config(self):
        config = super().get_config()
        config["hidden"] = config.pop("units")
        return config
"""
MEMBERS = {
    "call": CALL, "gated": GATED, "build": ONLY_BUILD, "weight in __init__": IN_INIT,
    "__init__ that doubles": DOUBLED, "own get_config": RENAMED, "renamed and called": RENAMED + CALL,
}  # fmt: skip

WRAPPED = {
    "concatenated": "layers.Bidirectional(Own(4))",
    "every step": "layers.Bidirectional(Own(4, return_sequences=True)), layers.Flatten()",
    "summed": "layers.Bidirectional(Own(4), merge_mode='sum')",
    "averaged": "layers.Bidirectional(Own(4), merge_mode='ave')",
    "named backwards": "layers.Bidirectional(Own(4), backward_layer=Own(6, go_backwards=True))",
    "mixed": "layers.Bidirectional(layers.LSTM(4), backward_layer=Own(6, go_backwards=True))",
    "twice": "layers.Bidirectional(layers.Bidirectional(Own(4, return_sequences=True)).forward_layer)",
}


@pytest.mark.parametrize("base", ["LSTM", "GRU", "SimpleRNN"])
@pytest.mark.parametrize("members", MEMBERS.values(), ids=MEMBERS)
@pytest.mark.parametrize("wrapped", WRAPPED.values(), ids=WRAPPED)
def test_both_directions_of_an_own_class_count_as_in_keras(base, members, wrapped):
    made = f"model = keras.Sequential([keras.Input((7, 5)), {wrapped}, layers.Dense(3)])"
    assert_reads_as_keras(BEGIN.format(base=base, members=members) + made)


@pytest.mark.parametrize("base", ["LSTM", "GRU", "SimpleRNN"])
@pytest.mark.parametrize("members", MEMBERS.values(), ids=MEMBERS)
def test_an_own_class_at_every_step_counts_as_in_keras(base, members):
    made = """
model = keras.Sequential([keras.Input((3, 7, 5)), layers.TimeDistributed(Own(4)),
    layers.TimeDistributed(layers.Dense(2)), layers.Bidirectional(Own(3)), layers.Dense(3)])
"""
    assert_reads_as_keras(BEGIN.format(base=base, members=members) + made)


@pytest.mark.parametrize("merge", ["'concat'", "'sum'", "None"])
def test_states_of_both_directions_leave(merge):
    made = f"""
image = keras.Input((7, 5))
out, *states = layers.Bidirectional(Own(4, return_state=True), merge_mode={merge})(image)
model = keras.Model(image, [layers.Dense(n)(x) for n, x in enumerate([out, *states], 2)])
"""
    assert_reads_as_keras(BEGIN.format(base="LSTM", members=CALL) + made)


@pytest.mark.parametrize("members", [IN_INIT, ONLY_BUILD], ids=["__init__", "build"])
@pytest.mark.parametrize("base", ["Dense", "GRUCell", "LSTMCell"])
def test_what_an_own_class_adds_to_kerass_own_counts_inside_of_another_layer(base, members):
    around = "layers.TimeDistributed" if base == "Dense" else "layers.RNN"
    made = f"""
model = keras.Sequential([keras.Input((7, 5)), {around}(Own(4)), layers.Dense(3)])
"""
    assert_reads_as_keras(BEGIN.format(base=base, members=members) + made)


def test_what_is_no_recurrent_layer_may_have_directions():
    text = """
import keras
from keras import layers, ops

@keras.saving.register_keras_serializable()
class Steps(layers.Layer):
    def __init__(self, units, go_backwards=False, **kwargs):
        super().__init__(**kwargs)
        self.units, self.go_backwards = units, go_backwards
        self.return_sequences, self.return_state, self.stateful = True, False, False

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), name="w")

    def compute_output_shape(self, shape):
        return (*shape[:-1], self.units)

    def call(self, x, initial_state=None):
        return ops.matmul(x, self.w)

    def get_config(self):
        return {**super().get_config(), "units": self.units, "go_backwards": self.go_backwards}

model = keras.Sequential([keras.Input((7, 5)), layers.Bidirectional(Steps(4)), layers.Dense(3)])
"""
    assert_reads_as_keras(text)
