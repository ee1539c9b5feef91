"""Summaries that the libraries printed: rows, sums and shapes against the live models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sizeup.analyses.count import count
from sizeup.readers import read

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
    for row, (name, kind, shapes) in zip(rows, truth["rows"], strict=True):
        assert agrees(name, row["name"]), (name, row)
        assert row["kind"] == kind, row
        counts = {sum(map(product, shapes))} | ({None} if cropped else set())
        assert row["parameters"] in counts, row
        if row["weights"]:
            assert sorted(weight["shape"] for weight in row["weights"]) == sorted(shapes), row


def test_there_are_enough_of_them():
    assert len(SUMMARIES) >= 36
