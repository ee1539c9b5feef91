"""What one source leaves unsaid is no difference where the other one fits what it does say."""

from __future__ import annotations

import keras
import pytest

import sizeup

CODE = """
import keras
from keras import layers
def build(f=32, classes=10):
    m = keras.Sequential(name="net")
    m.add(layers.Input((32, 32, 3)))
    m.add(layers.Conv2D(f, 3, activation="relu"))
    m.add(layers.BatchNormalization())
    m.add(layers.MaxPooling2D())
    m.add(layers.Conv2D(2 * f, 3, activation="relu"))
    m.add(layers.MaxPooling2D())
    m.add(layers.Flatten())
    m.add(layers.Dense(64, activation="relu"))
    m.add(layers.Dropout(0.5))
    m.add(layers.Dense(classes, activation="softmax"))
    return m
"""
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Keras' own, when it saves
SPACE: dict[str, object] = {}
exec(CODE, SPACE)


@pytest.fixture
def code(tmp_path):
    file = tmp_path / "code.py"
    file.write_text(CODE)
    return str(file)


def stored(folder, form, **settings):
    """A model as a file of that form, by the real Keras."""
    model = SPACE["build"](**settings)
    file = folder / f"net.{form}"
    if form == "txt":
        lines = []
        model.summary(print_fn=lambda line, **_: lines.append(line))
        file.write_text("\n".join(lines))
    elif form == "weights.h5":
        model.save_weights(file)
    elif form == "json":
        file.write_text(model.to_json())
    else:
        model.save(file)
    return str(file)


@pytest.mark.parametrize("form", ["txt", "keras", "h5", "json", "weights.h5"])
def test_code_and_what_it_makes_do_not_differ(code, tmp_path, form):
    for pair in ((code, stored(tmp_path, form)), (stored(tmp_path, form), code)):
        found = sizeup.diff(*pair)
        assert (found.delta, [change.what for change in found.changes]) == (0, [])


@pytest.mark.parametrize("form", ["txt", "keras", "h5", "json", "weights.h5"])
def test_an_edit_is_found_between_code_and_what_another_version_made(code, tmp_path, form):
    found = sizeup.diff(code, stored(tmp_path, form, classes=100))
    truth = SPACE["build"](classes=100).count_params() - SPACE["build"]().count_params()
    (change,) = found.changes
    assert (change.effect, change.alone, change.undone) == (truth, truth, truth)
    assert "10 → 100" in change.what or "10 → 64×100" in change.what


def test_widths_of_a_printed_summary_are_settings_beside_code(code, tmp_path):
    found = sizeup.diff(stored(tmp_path, "txt", f=48), code)
    assert [change.what for change in found.changes] == [
        "0.67× the filters throughout (48 → 32 … 96 → 64)"
    ]
    assert sum(change.effect for change in found.changes) == found.delta
    assert "deeper" not in found.as_dict()["words"]


def test_a_layer_that_is_otherwise_than_the_code_says_is_not_filled_in(code, tmp_path):
    model = SPACE["build"]()
    layers = [keras.Input((32, 32, 3)), keras.layers.Conv2D(32, 5, padding="same")]
    other = keras.Sequential(
        [*layers, *model.layers[1:6], *(keras.layers.Dense(n) for n in (64, 10))]
    )
    lines = []
    other.summary(print_fn=lambda line, **_: lines.append(line))
    (tmp_path / "other.txt").write_text("\n".join(lines))
    found = sizeup.diff(code, str(tmp_path / "other.txt"))
    assert found.delta == other.count_params() - model.count_params()
    assert sum(change.effect for change in found.changes) == found.delta
