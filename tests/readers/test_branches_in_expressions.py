"""Parts of an expression that are evaluated only under a condition that the text leaves open."""

from __future__ import annotations

import pytest

from readers.keras_truth import run
from sizeup.analyses.count import count
from sizeup.readers.source import read_source

BUILDERS = {
    "and": "norm and model.add(layers.BatchNormalization())",
    "or": "norm or model.add(layers.BatchNormalization())",
    "if and else": "model.add(layers.BatchNormalization()) if norm else None",
    "else": "None if norm else model.add(layers.BatchNormalization())",
    "a list": "norm and widths.append(7)",
    "a refusal by or": "norm or refuse('a norm, please')",
    "a refusal by and": "norm and refuse('no norm, please')",
    "a refusal instead of a value": "widths.append(5 if norm else refuse('a norm, please'))",
    "nothing but a value": "widths.append(int(bool(norm and 3)))",
}

CODE = """
import keras
from keras import layers

def refuse(why):
    raise ValueError(why)

def build(norm):
    widths = [3]
    model = keras.Sequential([keras.Input((4,))])
    {}
    for width in widths:
        model.add(layers.Dense(int(width) + 1))
    return model
"""


@pytest.mark.parametrize("line", BUILDERS.values(), ids=BUILDERS)
def test_each_outcome_is_what_keras_builds_there(line):
    text = CODE.format(line)
    truths = set()
    for norm in (True, False):
        try:
            truths.add(run(f"{text}\nmodel = build({norm})").count_params())
        except ValueError:
            continue
    networks, _ = read_source(text)
    assert {count(network).total for network in networks} == truths
    for norm in (True, False):
        try:
            truth = run(f"{text}\nmodel = build({norm})").count_params()
        except ValueError:
            continue
        assert count(read_source(f"{text}\nmodel = build({norm})")[0][-1]).total == truth
