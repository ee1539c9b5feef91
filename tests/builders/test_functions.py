"""Lambdas whose function is understood, as expressions that the real Keras builds and computes."""

from __future__ import annotations

import textwrap

import keras
import numpy as np
import pytest

import sizeup
from builders.building import assert_builds
from builders.test_port import assert_formatted, assert_ports, run
from builders.test_to_keras import read
from sizeup.builders.code import port

SOURCES = {
    "arithmetic": "model = Sequential([Input((4,)), Lambda(lambda x: x ** 2 + 1), Dense(3)])",
    "what is in brackets": """
        model = Sequential([Input((4, 6)), Lambda(lambda x: (x - 1) / 2 * -x[:, ::-1, :])])
        """,
    "a slice": "model = Sequential([Input((5, 6)), Lambda(lambda t: t[:, -1, :]), Dense(3)])",
    "backend functions": """
        from keras import backend as K
        model = Sequential([Input((5, 6)), Lambda(lambda x: K.mean(x, axis=1)), Dense(3)])
        """,
    "a function of its own": """
        from keras import backend as K
        def norm(x):
            mean = K.mean(x, axis=-1, keepdims=True)
            return (x - mean) * scale
        scale = 0.5
        model = Sequential([Input((5,)), Lambda(norm), Dense(3)])
        """,
    "two inputs": """
        from keras import backend as K
        a, b = Input((4,)), Input((4,))
        d = Lambda(lambda t: K.abs(t[0] - t[1]), name='distance')([a, b])
        model = Model([a, b], Dense(1)(d))
        """,
    "more arguments": """
        model = Sequential([Input((4,)), Lambda(lambda x, by: x * by, arguments={'by': 3}), Dense(2)])
        """,
    "what tensorflow calls otherwise": """
        import tensorflow as tf
        model = Sequential([Input((4, 3)), Lambda(lambda x: tf.reduce_sum(x, axis=1)), Dense(2)])
        """,
    "one that is used twice": """
        half = Lambda(lambda x: x / 2)
        a = Input((4,))
        model = Model(a, Dense(2)(half(half(a))))
        """,
    "a new axis": """
        from keras import backend as K
        model = Sequential([Input((6,)), Lambda(lambda x: K.expand_dims(x, -1)), LSTM(3)])
        """,
}
PRINTED = {
    "arithmetic": "lambda x: x**2 + 1",
    "a slice": "lambda x: x[:, -1, :]",
    "backend functions": "lambda x: ops.mean(x, axis=1)",
    "two inputs": "lambda x: ops.abs(x[0] - x[1])",
    "more arguments": "lambda x: x * 3",
    "what tensorflow calls otherwise": "ops.sum(x, axis=1)",
}
IMPORTS = "from keras import Sequential, Model, Input\nfrom keras.layers import *\n"


def network(name):
    return read(IMPORTS + textwrap.dedent(SOURCES[name]), "model")


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_printed_is_the_same_network(name):
    code = assert_ports(network(name))
    assert "layers.Lambda(" in code
    assert PRINTED.get(name, "") in code


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_built_is_the_same_network(name):
    assert_builds(network(name))


@pytest.mark.parametrize("name", SOURCES)
def test_a_formatter_leaves_it_as_it_is(name):
    assert_formatted(network(name))


def test_it_computes_what_the_source_computed():
    """The source's own lambda, under the real Keras, against the one that is printed."""
    text = "model = Sequential([Input((4, 6)), Lambda(lambda x: (x - 1) / 2 * -x[:, ::-1, :] - (x - (x + 1)) ** 2)])"
    scope = {}
    exec(IMPORTS + text, scope)
    printed = run(port([read(IMPORTS + text, "model")]).code, "model")
    x = np.random.default_rng(0).normal(size=(2, 4, 6)).astype("float32")
    ours, theirs = (np.asarray(keras.ops.convert_to_numpy(m(x))) for m in (printed, scope["model"]))
    assert np.allclose(ours, theirs)


@pytest.mark.parametrize("function", [
    "lambda x: mystery(x)",
    "lambda x: Dense(3)(x)",
    "unseen",
    "lambda x: [x, x + 1]",
])  # fmt: skip
def test_what_is_not_understood_is_refused(function):
    found = port([read(f"{IMPORTS}model = Sequential([Input((4,)), Lambda({function})])", "model")])
    assert not found.complete


def test_a_bound_name_is_bound_in_the_function_too():
    text = IMPORTS + "model = Sequential([Input((n,)), Lambda(lambda x: x * n), Dense(n)])"
    bound = sizeup.read("-", {"n": 5}, text=text)["model"]
    assert "lambda x: x * 5" in port([bound]).code
