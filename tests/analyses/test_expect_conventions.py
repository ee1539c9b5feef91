"""Every convention by which a count may be another: one case each, counted by the real Keras."""

from __future__ import annotations

import ast
import re

import keras
import pytest

import sizeup
from sizeup.analyses.expect import expect
from sizeup.numbers import parse_count
from sizeup.readers import read

CODE = """
import keras
from keras import layers

def images(width=24, classes=7, side=20, channels=3, kernel=3, depth=2, bias=True, include_top=True):
    x = image = keras.Input((side, side, channels))
    for _ in range(depth):
        x = layers.Conv2D(width, kernel, padding="same", use_bias=bias)(x)
        x = layers.BatchNormalization()(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    if include_top:
        x = layers.Dense(classes, activation="softmax")(x)
    return keras.Model(image, x)

def words(units=18):
    t = keras.Input((9,), dtype="int32")
    x = layers.Embedding(211, 13)(t)
    x = layers.LSTM(units)(x)
    x = layers.Dense(13)(x)
    return keras.Model(t, layers.Dense(211)(x))
"""
SPACE: dict[str, object] = {}
exec(CODE, SPACE)


def built(call):
    return eval(call, SPACE)


def counted(model, *, kinds=None):
    """The scalars of a model, of layers of some kinds alone."""
    return sum(
        weight.value.size if hasattr(weight.value, "size") else 0
        for layer in model.layers
        if kinds is None or isinstance(layer, kinds)
        for weight in layer.weights
    )


def without(model, kind):
    return model.count_params() - counted(model, kinds=kind)


def statistics(model):
    return sum(weight.value.size for weight in model.non_trainable_weights)


def macs(call):
    name = call.partition("(")[0]
    return next(sizeup.count(n).macs for n in read("-", stdin=CODE) if n.name == name)


CASES = {
    "width": ("images", lambda: built("images(width=48)").count_params(), "width|filters"),
    "classes": ("images", lambda: built("images(classes=100)").count_params(), "classes"),
    "side": ("images", lambda: built("images(side=32)").count_params(), "side"),
    "channels": ("images", lambda: built("images(channels=1)").count_params(), "channels"),
    "kernel": ("images", lambda: built("images(kernel=5)").count_params(), "kernel"),
    "depth": ("images", lambda: built("images(depth=5)").count_params(), "depth|times"),
    "biases": ("images", lambda: built("images(bias=False)").count_params(), "use_bias|bias "),
    "include_top": ("images", lambda: built("images(include_top=False)").count_params(), "top"),
    "statistics": (
        "images",
        lambda: (m := built("images()")).count_params() - statistics(m),
        "trainable|statistics|moving",
    ),
    "embeddings": ("words", lambda: without(built("words()"), keras.layers.Embedding), "embedding"),
    "tied": ("words", lambda: built("words()").count_params() - 211 * 13, "tied|embedding"),
    "second bias": ("words", lambda: built("words()").count_params() + 4 * 18, "second bias"),
    "bytes": ("images", lambda: 4 * built("images()").count_params(), "bytes"),
    "MACs": ("images", lambda: macs("images()"), "MACs"),
    "FLOPs": ("images", lambda: 2 * macs("images()"), "FLOPs"),
}


def explanations(name, number):
    network = next(n for n in read("-", stdin=CODE) if n.name == name)
    return expect(
        network,
        parse_count(str(number)),
        read=lambda v: list(read("-", v.settings, stdin=CODE, edit=v.edit)),
        program=lambda: ast.parse(CODE),
    ).explanations


@pytest.mark.parametrize("case", CASES)
def test_the_convention_is_among_the_first_three(case):
    name, number, cause = CASES[case]
    whats = [each.as_dict()["what"] for each in explanations(name, number())[:3]]
    assert any(re.search(cause, what) for what in whats), whats


def test_mebibytes_are_taken_for_millions_of_parameters():
    total = built("images()").count_params()
    network = next(n for n in read("-", stdin=CODE) if n.name == "images")
    stated = f"{4 * total / 2**20:.3f}M"
    found = expect(network, parse_count(stated)).explanations
    assert any("MiB" in each.as_dict()["what"] for each in found)
