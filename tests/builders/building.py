"""What is built of a network by the real Keras, compared with the network."""

from __future__ import annotations

import math
import warnings
from typing import Any

import keras
import numpy as np

import sizeup
from sizeup.analyses.count import count
from sizeup.builders.code import port
from sizeup.builders.full import rimmed
from sizeup.network import Network, Row, rows


def build(network: Network) -> keras.Model:
    """The live model, made anew."""
    keras.utils.clear_session()
    with warnings.catch_warnings():  # of shapes on uninitialized memory, of shared names
        warnings.simplefilter("ignore")
        return network.to_keras()


def assert_same_network(network: Network, model: keras.Model, *, names: bool = True) -> None:
    """Total, trainable, and of every layer its name, counts, weights' shapes and output shapes.

    Convolutions of Keras 0 that pad in full have a layer of zeros before them.
    """
    found = count(network)
    network = rimmed(network)
    assert found.total == model.count_params()
    assert found.trainable == scalars(model.trainable_weights)
    layers = [layer for layer in model.layers if _is_layer(layer)]
    if names:
        table = {row.layer.name.replace("/", "_"): row for row in rows(network) if _is_listed(row)}
        assert {layer.name for layer in layers} == set(table)
        for layer in layers:
            row = table[layer.name]
            if row.shared_with is None:
                assert _of_row(row) == _of_layer(layer), layer.name
    else:
        ours = [_of_row(row) for row in rows(network) if _is_listed(row) and not row.shared_with]
        theirs = [_of_layer(layer) for layer in layers]
        missing = [each for each in ours if each not in theirs]
        assert not missing
        assert len(theirs) == len([row for row in rows(network) if _is_listed(row)])


def assert_builds(network: Network) -> None:
    """The live model that is made of a network is the same network."""
    assert_same_network(network, build(network))


def _is_layer(layer: keras.Layer) -> bool:
    return "ops" not in type(layer).__module__ and not isinstance(layer, keras.layers.InputLayer)


def _is_listed(row: Row) -> bool:
    kind = row.layer.kind
    return row.parent is None and not kind.startswith("ops.") and kind != "InputLayer"


def _of_row(row: Row) -> tuple:
    shapes = row.layer.calls[0].output_shapes
    return row.parameters, row.trainable, tuple(s and s[1:] for s in shapes)


def _of_layer(layer: keras.Layer) -> tuple:
    """Of its first call in this model: a model that is called has another before."""
    nodes = layer._inbound_nodes
    node = nodes[1 if isinstance(layer, keras.Model) and len(nodes) > 1 else 0]
    shapes = tuple(tuple(tensor.shape)[1:] for tensor in node.output_tensors)
    return layer.count_params(), scalars(layer.trainable_weights), shapes


def scalars(weights: list[keras.Variable]) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def assert_computes(text: str) -> None:
    """The last network of a text for Keras 3, printed, gives what the text's `model` gives.

    Both run under the real Keras, with the same weights, on the same numbers.
    """
    printed = port([sizeup.read("-:model", text=text).networks[0]])
    assert printed.complete, printed.networks[0].why
    keras.utils.clear_session()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = _run(text)["model"]
        ours = _run(printed.code)[printed.networks[0].function]()
        for one, other in zip(ours.weights, theirs.weights, strict=True):
            one.assign(other)
        entering = [_numbers(tensor) for tensor in theirs.inputs]
        both = [keras.tree.flatten(model(entering)) for model in (ours, theirs)]
        for one, other in zip(*both, strict=True):
            assert np.allclose(*map(keras.ops.convert_to_numpy, (one, other)), atol=1e-5)


def _run(code: str) -> dict[str, Any]:
    scope: dict[str, Any] = {}
    exec(compile(code, "<network>", "exec"), scope)
    return scope


def _numbers(tensor: keras.KerasTensor) -> np.ndarray:
    """Three samples of what enters: small whole numbers, or yes and no."""
    shape = (3, *(size or 7 for size in tensor.shape[1:]))
    drawn = np.random.default_rng(0).integers(0, 7, shape)
    return (drawn > 2) if tensor.dtype == "bool" else drawn.astype(tensor.dtype)
