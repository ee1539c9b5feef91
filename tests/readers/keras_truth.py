"""Runs Keras source with the real Keras and compares what sizeup reads from the same text."""

from __future__ import annotations

import math
import textwrap

import keras

from sizeup.analyses.count import count
from sizeup.network import Network, rows
from sizeup.readers import Reading
from sizeup.readers.source import read_source


def read_text(text: str, **settings: object) -> Reading:
    """The networks of a text, as `sizeup count -` reads it."""
    networks, repaired = read_source(textwrap.dedent(text), "-", settings)
    return Reading("-", tuple(networks), repaired.prose)


def run(text: str, name: str = "model") -> keras.Model:
    """The model that the text builds when the real Keras runs it."""
    keras.utils.clear_session()
    scope: dict[str, object] = {"__name__": "__main__"}
    exec(compile(textwrap.dedent(text), "<snippet>", "exec"), scope)
    model = scope[name]
    return model() if callable(model) and not isinstance(model, keras.Model) else model


def real_layers(model: keras.Model) -> list[tuple[str, int, int]]:
    """Kind, parameters and trainable parameters of every listed layer, in Keras' order."""
    return [
        (type(layer).__name__, layer.count_params(), _scalars(layer.trainable_weights))
        for layer in model.layers
    ]


def _scalars(weights: list[keras.Variable]) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def assert_reads_as_keras(text: str, name: str = "model") -> None:
    """Totals, trainable split, and the counts of every layer in Keras' order agree."""
    assert_is_keras(read_text(text)[name], run(text, name))


def assert_is_keras(network: Network, model: keras.Model) -> None:
    """The same for a network that was read and a model that was built."""
    found = count(network)
    assert network.error is None, network.error
    assert found.total == model.count_params(), (found.total, model.count_params())
    assert found.trainable == _scalars(model.trainable_weights)
    ours = [
        (row.layer.kind, row.parameters, row.trainable)
        for row in rows(network)
        if row.parent is None and not row.layer.kind.startswith("ops.")
    ]
    assert ours == real_layers(model)
