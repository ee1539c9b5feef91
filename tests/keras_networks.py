"""Real Keras models and the networks that they are: the graph is Keras', the sizes are ours."""

import keras

from sizeup.network import Call, Graph, Layer, Network, Ref, rows
from sizeup.rules.graphs import resize
from sizeup.rules.registry import find_rule

CHANNELS_FIRST = {"data_format": "channels_first"}


def keras_chain(input_shape, layers):
    """The real Sequential of (kind, configuration) pairs; `input_shape` has the batch first."""
    stack = [getattr(keras.layers, kind)(**config) for kind, config in layers]
    return keras.Sequential([keras.Input(batch_shape=input_shape), *stack])


def keras_total(input_shape, layers):
    """What the real Sequential owns, None where Keras raises."""
    try:
        return keras_chain(input_shape, layers).count_params()
    except Exception:  # noqa: BLE001 (what Keras raises is of many kinds)
        return None


def network(model, name="model"):
    """A real model's graph and configurations, sized by the rules and by nothing of Keras."""
    return resize(Network(name, unsized_graph(model)))


def unsized_graph(model):
    functional = getattr(model, "_functional", None) or model
    nodes = [node for depth in functional._nodes_by_depth.values() for node in depth]
    calls = {}
    for node in nodes:
        calls.setdefault(id(node.operation), []).append(node)
    numbers = {id(operation): number for number, operation in enumerate(functional.layers)}

    def ref(tensor):
        operation, index, output = tensor._keras_history
        order = sorted(calls[id(operation)], key=operation._inbound_nodes.index)
        return Ref(numbers[id(operation)], order.index(operation._inbound_nodes[index]), output)

    def layer(operation):
        inputs = list(functional.inputs)
        made = []
        for node in sorted(calls[id(operation)], key=operation._inbound_nodes.index):
            refs = tuple(map(ref, node.input_tensors))
            if isinstance(operation, keras.layers.InputLayer):
                refs = (Ref(-1, 0, next(k for k, t in enumerate(inputs) if t is node.outputs[0])),)
            nested = isinstance(operation, keras.Model)
            body = unsized_graph(operation) if nested else None
            unknown = (None,) * len(refs)
            made.append(Call(refs, unknown, (None,) * len(node.outputs), 0, body))
        rule = find_rule(type(operation).__name__)
        config = operation.get_config() if rule else {}
        return Layer(
            name=operation.name,
            kind=type(operation).__name__,
            config={key: _tuples(config[key]) for key in config if key in rule.signature},
            calls=tuple(made),
            trainable=operation.trainable,
            identity=id(operation),
        )

    return Graph(
        tuple(map(layer, functional.layers)),
        tuple(tuple(tensor.shape) for tensor in functional.inputs),
        tuple(map(ref, functional.outputs)),
    )


def assert_like_keras(ours, model):
    """Assert that every layer owns what Keras' does, and that the totals and shapes agree."""
    table = {row.path: row for row in rows(ours)}
    seen = set()
    for layer in model.layers:
        counts = [weight.shape for weight in layer.weights if id(weight) not in seen]
        seen.update(map(id, layer.weights))
        expected = sum(_product(shape) for shape in counts)
        assert table[layer.name].parameters == expected, layer.name
    top = [row for row in table.values() if row.parent is None]
    assert sum(row.parameters for row in top) == model.count_params()
    frozen = sum(_product(weight.shape) for weight in model.trainable_weights)
    assert sum(row.trainable for row in top) == frozen
    shapes = [
        ours.graph.layers[r.layer].calls[r.call].output_shapes[r.output] for r in ours.graph.outputs
    ]
    assert shapes == [tuple(tensor.shape) for tensor in keras.tree.flatten(model.outputs)]


def _product(shape):
    product = 1
    for size in shape:
        product *= size
    return product


def _tuples(value):
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value
