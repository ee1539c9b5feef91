"""Nested graphs beside each other instead of inside each other."""

import keras

from keras_networks import network
from sizeup.analyses.count import count
from sizeup.analyses.flat import flatten
from sizeup.network import Call, Graph, Layer, Network, Parameter, Ref
from sizeup.rules.graphs import resize, sequential


def pyramid():
    """A nested model inside another, called on two maps of different sides."""
    layers = keras.layers
    inner = keras.Sequential(
        [layers.Conv2D(4, 3, name="c"), layers.MaxPooling2D(name="p")], name="inner"
    )
    any_map = keras.Input((None, None, 3))
    middle = keras.Model(any_map, layers.Conv2D(2, 1, name="one")(inner(any_map)), name="middle")
    large, small = keras.Input((16, 16, 3), name="large"), keras.Input((10, 10, 3), name="small")
    pool = layers.GlobalAveragePooling2D(name="pool")
    outputs = [pool(middle(large)), pool(middle(small)), large]
    return keras.Model([large, small], outputs, name="pyramid")


def test_the_flat_graph_owns_and_computes_the_same():
    ours = network(pyramid())
    flat = flatten(ours.graph)
    assert [layer.name for layer in flat.layers] == [
        "middle/inner/c", "middle/inner/p", "middle/one", "pool",
    ]  # fmt: skip
    sides = [[call.output_shapes[0] for call in layer.calls] for layer in flat.layers]
    assert sides == [
        [(None, 14, 14, 4), (None, 8, 8, 4)],
        [(None, 7, 7, 4), (None, 4, 4, 4)],
        [(None, 7, 7, 2), (None, 4, 4, 2)],
        [(None, 2), (None, 2)],
    ]
    assert flat.outputs == (Ref(3, 0), Ref(3, 1), Ref(-1, 0, 0))
    # its wires carry the shapes that its calls remember
    unsized = tuple(forget(layer) for layer in flat.layers)
    again = resize(Network("flat", Graph(unsized, flat.input_shapes, flat.outputs)))
    assert again.graph == flat
    assert count(again).total == count(ours).total == pyramid().count_params()


def forget(layer):
    calls = tuple(Call(call.inputs, (None,), (None,)) for call in layer.calls)
    return Layer(layer.name, layer.kind, layer.config, calls=calls, identity=layer.identity)


def test_a_layer_with_parameters_of_its_own_stays_closed():
    inside = sequential("inside", (None, 3), [("Dense", {"units": 3})]).graph
    call = Call((Ref(-1),), ((None, 3),), ((None, 3),), 12, inside)
    block = Layer("block", "Block", parameters=(Parameter("scale", (3,)),), calls=(call,))
    graph = Graph((block,), ((None, 3),), (Ref(0),))
    assert flatten(graph) == graph
