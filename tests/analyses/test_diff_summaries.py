"""A printed summary against the code that should have printed it: the one change, or none."""

from __future__ import annotations

from pathlib import Path

import keras
import pytest

import sizeup

CODE = """
import keras
from keras import layers
def build(filters=32, kernel=3, pool=2, units=64, classes=10, side=32, padding="same", bias=True,
          scale=True, strides=1, channels=3, flat=True, norm=True, dropout=True):
    x = entering = layers.Input((side, side, channels))
    x = layers.Conv2D(filters, kernel, padding=padding, use_bias=bias, strides=strides)(x)
    if norm:
        x = layers.BatchNormalization(scale=scale)(x)
    x = layers.MaxPooling2D(pool)(x)
    y = layers.Conv2D(2 * filters, 1)(x)
    x = layers.Conv2D(2 * filters, 3, padding="same")(x)
    x = layers.Add()([x, y])
    if dropout:
        x = layers.Dropout(0.2)(x)
    x = layers.Flatten()(x) if flat else layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(units)(x)
    return keras.Model(entering, layers.Dense(classes, activation="softmax")(x))
"""
SPACE: dict[str, object] = {}
exec(CODE, SPACE)


def beside_code(tmp_path, **settings):
    """The changes from what `build` with these settings prints to the code with its defaults."""
    lines = []
    model = SPACE["build"](**settings)
    model.summary(print_fn=lambda line, **_: lines.append(line))
    (tmp_path / "printed.txt").write_text("\n".join(lines))
    (tmp_path / "code.py").write_text(CODE)
    found = sizeup.diff(str(tmp_path / "printed.txt"), str(tmp_path / "code.py"))
    assert found.delta == SPACE["build"]().count_params() - model.count_params()
    assert sum(change.effect for change in found.changes) == found.delta
    keras.backend.clear_session()
    return [change.what for change in found.changes]


@pytest.mark.parametrize(("settings", "what"), [
    ({}, []),
    ({"filters": 48}, ["0.67× the filters throughout (48 → 32 … 96 → 64)"]),
    ({"kernel": 5}, ["Conv2D 32: kernel_size 5 → 3"]),
    ({"pool": 3}, ["MaxPooling2D: pool_size 3 → 2"]),
    ({"units": 128}, ["Dense 128 → 64"]),
    ({"classes": 100}, ["head 100 → 10 classes"]),
    ({"side": 64}, ["images 64 → 32"]),
    ({"padding": "valid"}, ["Conv2D 32: padding valid → same"]),
    ({"bias": False}, ["Conv2D 32: use_bias False → True"]),
    ({"scale": False}, ["BatchNormalization: scale False → True"]),
    ({"strides": 2}, ["Conv2D 32: strides 2 → 1"]),
    ({"flat": False}, ["GlobalAveragePooling2D replaced by Flatten"]),
    ({"norm": False}, ["BatchNormalization inserted"]),
    ({"dropout": False}, ["Dropout 0.2 inserted"]),
    ({"pool": 3, "units": 100}, ["MaxPooling2D: pool_size 3 → 2", "Dense 100 → 64"]),
])  # fmt: skip
def test_a_summary_beside_its_code_tells_just_what_was_changed(settings, what, tmp_path):
    assert beside_code(tmp_path, **settings) == what


def test_the_same_network_is_called_so(tmp_path, capsys):
    from sizeup.cli import main

    beside_code(tmp_path)
    assert main(["diff", str(tmp_path / "printed.txt"), str(tmp_path / "code.py")]) == 0
    assert "is the same network as" in capsys.readouterr().out


TABLES = sorted((Path(__file__).parents[1] / "fixtures" / "summaries").glob("*.txt"))


def test_tables_of_every_printer_against_each_other_sum_and_against_themselves_are_the_same():
    """Keras 1 to 3, torchinfo and torchsummary: some of them say neither wires nor all counts."""
    networks = [sizeup.read(str(table))[0] for table in TABLES]
    totals = [sizeup.count(network).total for network in networks]
    for place, one in enumerate(networks):
        assert sizeup.diff(one, one).changes == (), TABLES[place]
        for other in (place + 1, 7 * place + 5, 31 * place + 11):
            other %= len(networks)  # noqa: PLW2901
            found = sizeup.diff(one, networks[other])
            if found.delta is not None:
                assert found.delta == totals[other] - totals[place]
                assert sum(change.effect for change in found.changes) == found.delta
