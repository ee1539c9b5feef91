"""Summaries printed by the live Keras over drawn models: what is deduced is what is true."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sizeup.analyses.count import count
from sizeup.readers import read

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures" / "summaries"))

from draw import draw, truth
from make_keras import count as scalars
from make_keras import printed


def product(shape):
    result = 1
    for dim in shape:
        result *= dim
    return result


def assert_reads(text, total, trainable, rows):
    (network,) = read("-", stdin=text)
    found = count(network)
    assert found.total == total, text
    assert found.trainable == trainable, text
    listed = found.as_dict()["layers"]
    assert len(listed) == len(rows), text
    for row, (_, _, shapes) in zip(listed, rows, strict=True):
        assert row["parameters"] in (sum(map(product, shapes)), None), (row, text)
        if row["weights"]:
            assert sorted(w["shape"] for w in row["weights"]) == sorted(shapes), (row, text)
    return listed


def assert_read(model, options, frame=lambda text: text):
    rows = truth(model, options.get("expand_nested", False))
    counts = scalars(model.weights), scalars(model.trainable_weights)
    return assert_reads(frame(printed(keras, model, options)), *counts, rows)


@settings(max_examples=60)
@given(st.integers(100, 100_000))
def test_drawn_models_are_read_from_their_summaries(seed):
    assert_read(*draw(keras, seed))


@pytest.mark.parametrize(
    "frame",
    [
        lambda text: (
            "I do not understand this table:\n\n" + text + "\nWhere do the numbers come from?\n"
        ),
        lambda text: "".join(f"        {line}\n" for line in text.splitlines()),
        lambda text: "".join(f"> {line}\n" for line in text.splitlines()),
        lambda text: "".join(f"# {line}\n" for line in text.splitlines()),
        lambda text: "".join(f"INFO:root:{line}\n" for line in text.splitlines()),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "<pre>" + text.replace("&", "&amp;").replace("│", "&#9474;") + "</pre>",
        lambda text: ">>> model.summary()\n" + text + ">>> \n",
        lambda text: json.dumps(text.splitlines(keepends=True), indent=1),
        lambda text: "```\n" + text + "```\n",
    ],
    ids=[
        "prose",
        "indented",
        "quoted",
        "comment",
        "logged",
        "crlf",
        "html",
        "prompt",
        "json",
        "fenced",
    ],
)
@pytest.mark.parametrize("seed", range(200, 206))
def test_what_surrounds_a_summary_changes_nothing(seed, frame):
    assert_read(*draw(keras, seed), frame)
