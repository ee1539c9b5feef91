"""Summaries that the libraries printed: rows, sums and shapes against the live models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sizeup.analyses.count import count
from sizeup.readers import read
from sizeup.readers.source.keras.names import kind_of

SUMMARIES = sorted((Path(__file__).parents[1] / "fixtures" / "summaries").glob("*.txt"))


def product(shape):
    result = 1
    for dim in shape:
        result *= dim
    return result


def agrees(name, path):
    """Whether a path ends in a name, as far as the table shows it."""
    shown = path.rpartition("/")[2].partition("…")[0].partition("#")[0]
    return name.startswith(shown)


def dims_of(kind, shapes):
    """Shapes as Keras 1 and Keras 3 have them alike."""
    if kind in ("LSTM", "GRU", "SimpleRNN", "Bidirectional"):
        return [[sum(map(product, shapes))]]
    return [sorted(shape) for shape in shapes]


@pytest.mark.parametrize("path", SUMMARIES, ids=lambda path: path.stem)
def test_a_printed_summary_is_what_the_library_has(path):
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    (network,) = read(str(path))
    found = count(network)
    assert found.total == truth["total"]
    assert found.trainable == truth["trainable"]
    rows = found.as_dict()["layers"]
    assert len(rows) == len(truth["rows"])
    cropped = "Param" not in path.read_text(encoding="utf-8")
    for row, (name, kind, shapes, *whole) in zip(rows, truth["rows"], strict=True):
        assert path.stem.startswith("torchinfo") or agrees(name, row["name"]), (name, row)
        shown = row["kind"].rstrip("…?")
        assert (
            shown == kind_of(kind)
            if shown == row["kind"] and kind_of(kind)
            else kind.startswith(shown)
        ), row
        counts = {*(whole or [sum(map(product, shapes))]), *([None] if cropped else [])}
        assert row["parameters"] in counts, row
        if row["weights"]:
            pair = [weight["shape"] for weight in row["weights"]], shapes
            if path.stem.startswith("keras1"):  # arranged otherwise: gates apart, kernels turned
                pair = dims_of(kind, pair[0]), dims_of(kind, pair[1])
            assert sorted(pair[0]) == sorted(pair[1]), row


def test_there_are_enough_of_them():
    assert len(SUMMARIES) >= 60
