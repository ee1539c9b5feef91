"""Networks of printed summaries as code: what they determine is built, what they do not is refused."""

from __future__ import annotations

import io

import keras
import pytest
from keras import layers

import sizeup
from builders.test_port import run
from sizeup.analyses.count import count
from sizeup.builders.code import port


def printed(model):
    out = io.StringIO()
    model.summary(print_fn=lambda line, **_: out.write(line + "\n"), line_length=76)
    return out.getvalue()


def dense():
    x = inputs = keras.Input((20,))
    x = layers.Dense(16, activation="relu", name="first")(x)
    y = layers.Dense(16, name="second")(x)
    x = layers.Add(name="sum")([x, y])
    x = layers.BatchNormalization(name="norm")(x)
    return keras.Model(inputs, layers.Dense(3, use_bias=False, name="last")(x), name="net")


def sequences():
    x = inputs = keras.Input((12, 4))
    x = layers.LSTM(6, return_sequences=True, name="lstm")(x)
    x = layers.LayerNormalization(name="norm")(x)
    return keras.Model(inputs, layers.GlobalAveragePooling1D(name="mean")(x), name="net")


@pytest.mark.parametrize("make", [dense, sequences])
def test_what_a_summary_determines_is_built(make):
    keras.utils.clear_session()
    model = make()
    (network,) = sizeup.read("-", text=printed(model)).networks
    found = port([network])
    assert found.complete, found.networks[0].why
    assert "left to Keras' defaults" in found.code.replace("\n    # ", " ")
    again = run(found.code, found.networks[0].function)
    assert again.count_params() == count(network).total == model.count_params()
    assert again.output.shape == model.output.shape


def test_what_enters_has_to_be_known():
    keras.utils.clear_session()
    model = keras.Sequential([keras.Input((8,)), layers.Dense(4), layers.Dense(2)])
    (network,) = sizeup.read("-", text=printed(model)).networks
    assert "the shape that enters is not known" in (port([network]).networks[0].why or "")
