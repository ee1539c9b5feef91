"""Counts for each value of a hyperparameter are those of the real Keras."""

from __future__ import annotations

import io
import json
from itertools import pairwise

import keras
import pytest
from keras import layers

import sizeup
from sizeup.analyses.freeing import free_names, opened
from sizeup.analyses.sweep import spread
from sizeup.cli import main

TEXT = """
from keras import Input, Sequential, layers
CLASSES = 3
def build(units=32, depth=2):
    model = Sequential([Input((10, 10, 1)), layers.Conv2D(4, kernel), layers.Flatten()])
    for _ in range(depth):
        model.add(layers.Dense(units))
    model.add(layers.Dense(CLASSES))
    return model
"""


def real(units: int = 32, depth: int = 2, classes: int = 3, kernel: int = 3) -> int:
    model = keras.Sequential([keras.Input((10, 10, 1)), layers.Conv2D(4, kernel), layers.Flatten()])
    for _ in range(depth):
        model.add(layers.Dense(units))
    model.add(layers.Dense(classes))
    return model.count_params()


def swept(capsys, monkeypatch, *arguments: str) -> list[dict]:
    monkeypatch.setattr("sys.stdin", io.StringIO(TEXT))
    main(["count", "-", "--json", *arguments])
    return json.loads(capsys.readouterr().out)["vary"]


def test_free_names_defaults_and_constants_are_varied_as_keras_counts(capsys, monkeypatch):
    points = swept(capsys, monkeypatch, "--vary", "kernel=2..4", "--vary", "depth=0..3")
    assert [point["values"] for point in points] == [
        {"kernel": kernel, "depth": depth} for kernel in (2, 3, 4) for depth in range(4)
    ]
    assert [point["networks"][0]["total"] for point in points] == [
        real(kernel=kernel, depth=depth) for kernel in (2, 3, 4) for depth in range(4)
    ]
    points = swept(capsys, monkeypatch, "--vary", "CLASSES=1,7", "--set", "kernel=1")
    assert [point["networks"][0]["total"] for point in points] == [
        real(kernel=1, classes=classes) for classes in (1, 7)
    ]


def test_values_that_make_no_network_and_what_stays_open_are_said(capsys, monkeypatch):
    ((ten, eleven),) = [swept(capsys, monkeypatch, "--vary", "kernel=10,11")]
    assert ten["networks"][0]["total"] == real(kernel=10)
    assert eleven["networks"][0]["total"] is None
    assert "no room" in eleven["networks"][0]["error"]
    (point,) = swept(capsys, monkeypatch, "--vary", "units=5")
    formula = point["networks"][0]["formula"]
    assert [eval(formula, {"kernel": k}) for k in (1, 3)] == [real(5, kernel=k) for k in (1, 3)]


def test_a_person_is_shown_some_of_many_values(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(TEXT))
    assert main(["count", "-", "--set", "kernel=3", "--vary", "units=1..100"]) == 0
    lines = capsys.readouterr().out.splitlines()
    start = next(n for n, line in enumerate(lines) if line.split()[:1] == ["units"])
    shown = [line.split()[:2] for line in lines[start + 1 :] if line.strip()]
    assert shown == [[str(n), f"{real(n):,}"] for n in (*range(1, 100, 7), 100)]


def test_too_many_choices_are_refused(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(TEXT))
    command = ["count", "-", "--json", "--vary", "units=1..200", "--vary", "kernel=1..100"]
    assert main(command) == 2
    assert "20,000 choices" in capsys.readouterr().err


@pytest.mark.parametrize("most", [2, 3, 16])
@pytest.mark.parametrize("count", [1, 2, 3, 15, 16, 17, 100])
def test_a_spread_has_both_ends_and_even_steps(count, most):
    found = spread(range(5, 5 + count), most)
    assert len(found) <= most
    assert (found[0], found[-1]) == (5, 4 + count)
    assert len({b - a for a, b in pairwise(found[:-1])}) <= 1


def test_a_name_of_the_source_is_left_open_as_keras_counts_it():
    settings = opened(["units"]) | {"kernel": 2}
    (network,) = free_names(list(sizeup.read("-", settings, text=TEXT)), ["units"])
    found = sizeup.count(network)
    assert [free.name for free in found.free] == ["units"]
    assert [eval(found.formula, {"units": n}) for n in (1, 9)] == [
        real(n, kernel=2) for n in (1, 9)
    ]
