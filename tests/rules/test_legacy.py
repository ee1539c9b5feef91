"""Layers that only older versions of Keras had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sizeup.dims import symbol
from sizeup.errors import SizingError
from sizeup.rules.registry import size

LOCALLY_CONNECTED = json.loads(Path(__file__).with_name("locally_connected.json").read_text())
"""Written by `bench/locally_connected.py` with the real tf.keras."""


@pytest.mark.parametrize("case", LOCALLY_CONNECTED, ids=str)
def test_locally_connected_layers_are_those_of_tf_keras(case):
    sizing = size(case["kind"], case["config"], [tuple(case["input"])])
    assert [list(p.shape) for p in sizing.parameters] == case["weights"]
    assert [list(shape) for shape in sizing.outputs] == [case["output"]]


def test_a_locally_connected_layer_needs_every_length():
    with pytest.raises(SizingError, match="every length"):
        size("LocallyConnected1D", {"filters": 2, "kernel_size": 3}, [(None, None, 4)])


def test_macs_are_those_of_the_connections():
    config = {"filters": 5, "kernel_size": 3, "implementation": 2}
    assert size("LocallyConnected1D", config, [(None, 10, 2)]).macs == 8 * 3 * 2 * 5


def test_unknown_implementation_is_refused():
    with pytest.raises(SizingError, match="implementation"):
        size("LocallyConnected1D", {"filters": 2, "kernel_size": 1, "implementation": 4},
             [(None, 3, 1)])  # fmt: skip


def test_layers_of_one_vector_refuse_sequences():
    for kind, config in (("MaxoutDense", {"units": 3}), ("Highway", {})):
        with pytest.raises(SizingError):
            size(kind, config, [(None, 4, 5)])


def test_what_a_layer_was_told_beside_an_open_input_sizes_it():
    """Keras 0.1's `Dense(n_in, n_out)` behind a `Flatten()` of unknown size."""
    sizing = size("Dense", {"units": 10, "inputs": 64}, [(None, None)])
    assert [p.shape for p in sizing.parameters] == [(64, 10), (10,)]
    with pytest.raises(SizingError, match="64"):
        size("Dense", {"units": 10, "inputs": 64}, [(None, 65)])


def test_full_padding_adds_a_window_at_both_ends():
    config = {"filters": 1, "kernel_size": 3, "padding": "full (theano)"}
    assert size("Conv1D", config, [(None, 10, 1)]).outputs == ((None, 12, 1),)
    config["strides"] = 5
    assert size("Conv1D", config, [(None, 10, 1)]).outputs == ((None, 3, 1),)


def test_sizes_may_be_symbols():
    n = symbol("n")
    sizing = size("Highway", {}, [(None, n)])
    assert sizing.macs == 2 * n * n
