"""What is built of a network by the real Keras, compared with the network."""

from __future__ import annotations

import math
import warnings

import keras

from sizeup.analyses.count import count
from sizeup.network import Network, rows


def build(network: Network) -> keras.Model:
    """The live model, made anew."""
    keras.utils.clear_session()
    with warnings.catch_warnings():  # of shapes on uninitialized memory, of shared names
        warnings.simplefilter("ignore")
        return network.to_keras()


def assert_same_network(network: Network, model: keras.Model, *, names: bool = True) -> None:
    """Total, trainable, and of every layer its name, counts, weights' shapes and output shapes."""
    found = count(network)
    assert found.total == model.count_params()
    assert found.trainable == scalars(model.trainable_weights)
    ours = {}
    for row in rows(network):
        if row.parent is None and not row.layer.kind.startswith("ops."):
            shapes = row.layer.calls[0].output_shapes if row.layer.calls else ()
            key = row.layer.name.replace("/", "_") if names else len(ours)
            ours[key] = (row.parameters, row.trainable, shapes)
    layers = {layer.name: layer for layer in model.layers if "ops" not in type(layer).__module__}
    if names:
        assert set(ours) == set(layers)
    for key, layer in layers.items() if names else enumerate(layers.values()):
        parameters, trainable, shapes = ours[key]
        shared = parameters != layer.count_params() and _shared(network, key)
        assert shared or parameters == layer.count_params(), key
        assert shared or trainable == scalars(layer.trainable_weights), key
        if layer._inbound_nodes:
            node = layer._inbound_nodes[0]
            real = tuple(tuple(t.shape) for t in node.output_tensors)
            if len(layer._inbound_nodes) == 1 or len(set(map(str, shapes))) == 1:
                assert _fit(shapes, real), (key, shapes, real)


def _shared(network: Network, key: object) -> bool:
    return any(row.layer.name == key and row.shared_with for row in rows(network))


def _fit(ours: tuple, real: tuple) -> bool:
    """Equal shapes; of a nested model's the batch may be open on one side."""
    return [s[1:] for s in ours if s is not None] == [s[1:] for s in real] or ours == real


def scalars(weights: list[keras.Variable]) -> int:
    return sum(math.prod(weight.shape) for weight in weights)
