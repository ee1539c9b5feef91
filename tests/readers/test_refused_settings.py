"""A value that the source or a builder of Keras refuses: which network that is, why and where."""

from __future__ import annotations

import keras
import pytest

import sizeup
from sizeup.cli import main

APPLICATION = """import keras
size = 224
model = keras.applications.MobileNetV2(input_shape=(size, size, 3), weights=None)
"""
OWN = """from keras import layers, Model
def build(size=64):
    if size < 32:
        raise ValueError(f"size must be at least 32, got {size}")
    i = layers.Input((size, size, 3))
    return Model(i, layers.Conv2D(8, 3)(i))
model = build()
"""
INSIDE = """from keras.applications import VGG16
from keras import layers, Model
def make(size):
    base = VGG16(include_top=False, weights=None, input_shape=(size, size, 3))
    return Model(base.input, layers.Dense(2)(layers.Flatten()(base.output)))
size = 224
model = make(size)
"""


def refused(tmp_path, capsys, text, name):
    file = tmp_path / "code.py"
    file.write_text(text)
    assert main(["count", f"{file}:{name}", "--set", "size=20"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


@pytest.mark.parametrize(("text", "name", "line"), [
    (APPLICATION, "model", 3),
    (INSIDE, "make", 4),
    (INSIDE, "model", 4),
])  # fmt: skip
def test_what_keras_would_say_is_said(text, name, line, tmp_path, capsys):
    with pytest.raises(ValueError, match="20") as raised:
        keras.applications.VGG16(include_top=False, weights=None, input_shape=(20, 20, 3))
    said = refused(tmp_path, capsys, text, name)
    assert str(raised.value) in said
    assert f"line {line}" in said


@pytest.mark.parametrize("name", ["model", "build"])
def test_what_the_source_raises_is_said(name, tmp_path, capsys):
    said = refused(tmp_path, capsys, OWN, name)
    assert "size must be at least 32, got 20" in said
    assert "line 4" in said


def test_other_values_and_other_networks_stay_as_they_are():
    text = OWN + "other = Model(i := layers.Input((3,)), layers.Dense(2)(i))\n"
    found = {n.name: n for n in sizeup.read("-", {"size": 40}, text=text)}
    assert found["build"].error is None
    assert sizeup.count(found["other"]).total == 8


def test_of_python_too():
    found = sizeup.read("-", {"size": 20}, text=OWN)["build"]
    assert (found.error, found.error_line) == ("size must be at least 32, got 20", 4)
