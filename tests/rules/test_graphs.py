"""Whole graphs: sized like the real Keras, sized anew after edits, and bound."""

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keras_networks import assert_like_keras, keras_chain, network, unsized_graph
from sizeup.dims import bind as bind_dim
from sizeup.dims import symbol
from sizeup.errors import SizingError
from sizeup.network import Call, Free, Graph, Layer, Network, Parameter, Ref, Unknown, rows
from sizeup.rules.graphs import bind, resize, sequential

CONV = {"kernel_size": (3, 3)}
SIDES, SMALL = st.integers(5, 16), st.integers(1, 9)


@st.composite
def chains(draw):
    """An image and layers over it; about one chain in five is not valid."""
    square = st.integers(1, 4)
    body = st.one_of(
        st.tuples(
            st.just("Conv2D"),
            st.fixed_dictionaries(
                {"filters": SMALL, "kernel_size": st.tuples(square, square)},
                optional={
                    "strides": st.integers(1, 2),
                    "padding": st.sampled_from(["valid", "same"]),
                    "use_bias": st.booleans(),
                },
            ),
        ),
        st.tuples(st.just("MaxPooling2D"), st.fixed_dictionaries({"pool_size": square})),
        st.just(("BatchNormalization", {})),
        st.just(("Activation", {"activation": "relu"})),
        st.just(("Dropout", {"rate": 0.5})),
    )
    head = st.one_of(
        st.tuples(
            st.just("Dense"), st.fixed_dictionaries({"units": SMALL, "use_bias": st.booleans()})
        ),
        st.just(("Activation", {"activation": "relu"})),
    )
    bridge = draw(st.sampled_from(["Flatten", "GlobalAveragePooling2D"]))
    layers = [*draw(st.lists(body, max_size=5)), (bridge, {}), *draw(st.lists(head, max_size=3))]
    return (None, draw(SIDES), draw(SIDES), draw(st.integers(1, 3))), layers


def owned(ours):
    return [row.parameters for row in rows(ours)]


@settings(max_examples=60)
@given(chains())
def test_a_chain_has_the_counts_and_shapes_of_keras_or_is_refused_like_there(chain):
    shape, layers = chain
    try:
        model = keras_chain(shape, layers)
    except Exception:  # noqa: BLE001 (what Keras raises is of many kinds)
        with pytest.raises(SizingError):
            sequential("chain", shape, layers)
        return
    ours = sequential("chain", shape, layers)
    assert owned(ours) == [layer.count_params() for layer in model.layers]
    shapes = [layer.calls[0].output_shapes[0] for layer in ours.graph.layers]
    assert shapes == [tuple(layer.output.shape) for layer in model.layers]


@settings(max_examples=40)
@given(chains(), st.data())
def test_symbols_bound_give_what_the_values_give(chain, data):
    shape, layers = chain
    values = {}

    def free(value):
        if type(value) is int and data.draw(st.booleans()):
            name = f"s{len(values)}"
            values[name] = value
            return symbol(name)
        return tuple(map(free, value)) if isinstance(value, tuple) else value

    open_layers = [
        (kind, {key: free(value) for key, value in config.items()}) for kind, config in layers
    ]
    open_shape = (None, *map(free, shape[1:]))
    try:
        expected = sequential("chain", shape, layers)
    except SizingError:
        with pytest.raises(SizingError):
            bind(sequential("chain", open_shape, open_layers), values)
        return
    ours = sequential("chain", open_shape, open_layers)
    assert bind(ours, values).graph == expected.graph
    assert [bind_dim(count, values) for count in owned(ours)] == owned(expected)


def residual(width=8):
    """Two towers on one stem, a shared layer, a concatenation and a sum."""
    layers = keras.layers
    image = keras.Input((12, 12, 3))
    stem = layers.Conv2D(width, 3, padding="same", name="stem")(image)
    shared = layers.Conv2D(width, 3, padding="same", name="shared")
    left = layers.ReLU()(shared(stem))
    right = shared(left)
    merged = layers.Concatenate()([layers.Add()([stem, right]), left])
    pooled = layers.GlobalAveragePooling2D()(layers.BatchNormalization()(merged))
    return keras.Model(image, [layers.Dense(5)(pooled), layers.Dense(3)(pooled)])


def nested():
    """A Sequential and a Functional inside, one of them called on two inputs."""
    layers = keras.layers
    encoder = keras.Sequential(
        [layers.Dense(6, activation="relu"), layers.BatchNormalization(), layers.Dense(4)],
        name="encoder",
    )
    inner_input = keras.Input((4,))
    inner = keras.Model(
        inner_input, layers.Dense(7)(encoder.layers[2](layers.Dense(6)(inner_input))), name="inner"
    )
    one, two = keras.Input((5,), name="one"), keras.Input((5,), name="two")
    both = layers.Add()([encoder(one), encoder(two)])
    return keras.Model([one, two], layers.Dense(2)(inner(both)))


@pytest.mark.parametrize("build", [residual, nested])
def test_a_graph_with_branches_and_shared_and_nested_layers_is_sized_like_keras(build):
    model = build()
    assert_like_keras(network(model), model)


def test_a_frozen_parent_freezes_what_is_inside_it():
    model = nested()
    model.get_layer("encoder").trainable = False
    assert_like_keras(network(model), model)


def test_an_edit_of_a_configuration_reaches_everything_behind_it():
    def wider(layer):
        return {**layer.config, "filters": 11} if layer.kind == "Conv2D" else layer.config

    assert owned(resize(network(residual(8)), wider)) == owned(network(residual(11)))


def test_an_edit_reaches_layers_inside_nested_models():
    def wider(layer):
        return {**layer.config, "units": 9} if layer.config.get("units") == 7 else layer.config

    ours = resize(network(nested()), wider)
    counts = {row.path: row.parameters for row in rows(ours)}
    assert counts["inner/" + next(p for p in counts if p.startswith("inner/dense"))[6:]] == 5 * 6
    model_like = keras_chain((None, 9), [("Dense", {"units": 2})])
    assert owned(ours)[-1] == model_like.count_params()


def test_other_inputs_are_declared_by_the_input_layers_too():
    ours = resize(network(residual()), input_shapes=[(None, 20, 12, 1)])
    assert ours.graph.layers[0].config["batch_shape"] == (None, 20, 12, 1)
    assert ours.graph.layers[1].parameters[0].shape == (3, 3, 1, 8)
    assert ours.graph.layers[1].calls[0].output_shapes == ((None, 20, 12, 8),)


def test_a_nested_model_takes_only_what_it_was_made_for():
    def wider(layer):
        return {**layer.config, "units": 5} if layer.config.get("units") == 4 else layer.config

    with pytest.raises(SizingError, match="InputLayer cannot be sized again"):
        resize(network(nested()), wider)


def test_nothing_changes_where_nothing_is_edited():
    ours = network(residual())
    assert resize(ours) == ours


def custom(entering=(None, 4), **more):
    """A chain with a layer of a kind that no rule knows, after a Dense of 4 units."""
    first = sequential("first", (None, 3), [("Dense", {"units": 4})]).graph.layers[0]
    strange = Layer(
        "strange", "Strange", parameters=(Parameter("w", (4, 5)),), line=7,
        calls=(Call((Ref(0),), (entering,), ((None, 5),), 20),), **more,
    )  # fmt: skip
    dense = Layer("last", "Dense", {"units": 2}, calls=(Call((Ref(1),), (None,), (None,)),))
    return Network("custom", Graph((first, strange, dense), ((None, 3),), (Ref(2),)))


def test_a_layer_without_a_rule_keeps_its_sizes_on_the_same_input():
    ours = resize(
        custom(),
        lambda layer: {**layer.config, "use_bias": False} if layer.name == "last" else layer.config,
    )
    assert owned(ours) == [16, 20, 10]


def test_a_layer_without_a_rule_cannot_be_sized_for_another_input():
    with pytest.raises(SizingError, match="strange: Strange cannot be sized again") as caught:
        resize(
            custom(),
            lambda layer: {**layer.config, "units": 6} if layer.name == "dense_1" else layer.config,
        )
    assert caught.value.line == 7


def test_the_settings_of_a_layer_without_a_rule_cannot_be_edited():
    with pytest.raises(SizingError, match="cannot be sized again"):
        resize(
            custom(),
            lambda layer: {**layer.config, "n": 1} if layer.name == "strange" else layer.config,
        )


def test_an_unknown_layer_is_not_sized_by_the_rule_of_its_kind():
    unknown = Layer(
        "x",
        "Dense",
        {"units": 3},
        unknown=Unknown("a guess"),
        calls=(Call((Ref(-1),), (None,), (None,), None),),
    )
    ours = Network("n", Graph((unknown,), ((None, 4),), (Ref(0),)))
    with pytest.raises(SizingError):
        resize(ours)


def test_the_sizes_of_a_layer_without_a_rule_are_bound_as_well():
    n = symbol("n")
    strange = Layer(
        "strange", "Strange", {"n": n}, (Parameter("w", (n, n + 1)),),
        (Call((Ref(-1),), ((None, n),), ((None, n + 1),), n * n),),
    )  # fmt: skip
    dense = Layer("last", "Dense", {"units": n}, calls=(Call((Ref(0),), (None,), (None,)),))
    open_network = resize(Network("n", Graph((strange, dense), ((None, n),), (Ref(1),))))
    ours = bind(open_network, {"n": 3})
    assert owned(ours) == [12, 15]
    assert ours.graph.layers[0].calls[0] == Call((Ref(-1),), ((None, 3),), ((None, 4),), 9)
    assert ours.graph.layers[0].config == {"n": 3}


def test_own_parameters_of_a_layer_with_layers_inside_are_bound_and_kept():
    n = symbol("n")
    inner = sequential("inner", (None, n), [("Dense", {"units": n})]).graph
    block = Layer(
        "block", "Block", parameters=(Parameter("scale", (n,)),),
        calls=(Call((Ref(-1),), ((None, n),), ((None, n),), n * n + n, inner),),
    )  # fmt: skip
    open_network = Network("net", Graph((block,), ((None, n),), (Ref(0),)))
    ours = bind(open_network, {"n": 5})
    assert owned(ours) == [35, 30]
    assert ours.graph.layers[0].calls[0].macs == 30
    with pytest.raises(SizingError, match="block"):
        resize(ours, input_shapes=[(None, 6)])


def test_bound_names_are_no_longer_free():
    free = tuple(Free(name, name, 1, "never assigned") for name in "ab")
    ours = sequential("n", (None, symbol("a")), [("Dense", {"units": symbol("b")})])
    assert bind(ours.changed(free=free), {"a": 3}).free == free[1:]


def test_values_that_make_no_network_are_refused_with_layer_and_line():
    ours = sequential(
        "n", (None, symbol("h"), 9, 1), [("Conv2D", {"filters": 2, **CONV, "name": "first"})]
    )
    graph = ours.graph.changed(layers=(ours.graph.layers[0].changed(line=12),))
    with pytest.raises(SizingError, match=r"^line 12: first: ") as caught:
        bind(ours.changed(graph=graph), {"h": 2})
    assert caught.value.line == 12


def test_a_network_that_cannot_exist_is_not_sized():
    broken = sequential("n", (None, 3), []).changed(error="negative dimension", error_line=4)
    with pytest.raises(SizingError, match="line 4: negative dimension"):
        resize(broken)


@pytest.mark.parametrize(
    ("layers", "why"),
    [
        ([("Dense", {})], "dense_1: Dense needs units"),
        ([("Nonsense", {})], "nonsense_1: Nonsense cannot be sized again"),
        ([("Dense", {"units": 0})], "dense_1: "),
    ],
)
def test_a_chain_that_cannot_be_is_refused(layers, why):
    with pytest.raises(SizingError, match=why):
        sequential("n", (None, 3), layers)


def test_calls_that_need_different_parameters_are_refused_as_in_keras():
    dense = keras.layers.Dense(2)
    dense(keras.Input((3,)))
    with pytest.raises(ValueError, match="incompatible"):
        dense(keras.Input((4,)))
    calls = tuple(Call((Ref(-1, 0, k),), (None,), (None,)) for k in range(2))
    ours = Network(
        "n", Graph((Layer("d", "Dense", {"units": 2}, calls=calls),), ((None, 3), (None, 4)))
    )
    with pytest.raises(SizingError, match="d: "):
        resize(ours)


def test_a_tensor_that_two_layers_own_has_one_shape():
    ours = sequential("n", (None, 4), [("Dense", {"units": 4}), ("Dense", {"units": 4})])
    tied = tuple(
        layer.changed(parameters=tuple(p.changed(tied=p.name) for p in layer.parameters))
        for layer in ours.graph.layers
    )
    ours = ours.changed(graph=ours.graph.changed(layers=tied))
    assert owned(resize(ours)) == [20, 0]
    with pytest.raises(SizingError, match="shared"):
        resize(
            ours,
            lambda layer: {**layer.config, "units": 5} if layer.name == "dense_2" else layer.config,
        )


def test_a_graph_whose_wires_lead_nowhere_or_in_a_circle_is_refused():
    layer = sequential("n", (None, 4), [("Dense", {"units": 4})]).graph.layers[0]
    circle = layer.changed(calls=(layer.calls[0].changed(inputs=(Ref(0),)),))
    with pytest.raises(SizingError, match="dense_1"):
        resize(Network("n", Graph((circle,), ((None, 4),), (Ref(0),))))
    with pytest.raises(SizingError):
        resize(Network("n", Graph((layer,), ((None, 4),), (Ref(0, 1),))))


def test_what_the_source_says_of_a_parameter_outlives_a_new_size():
    ours = sequential("n", (None, 4), [("Dense", {"units": 4})])
    half = tuple(
        p.changed(dtype="float16", trainable=False, tied=p.name)
        for p in ours.graph.layers[0].parameters
    )
    ours = ours.changed(
        graph=ours.graph.changed(layers=(ours.graph.layers[0].changed(parameters=half),))
    )
    kernel, bias = resize(ours, input_shapes=[(None, 9)]).graph.layers[0].parameters
    assert kernel == Parameter("kernel", (9, 4), "float16", False, "kernel")
    assert bias == half[1]


def test_an_unsized_graph_is_not_mistaken_for_a_sized_one():
    graph = unsized_graph(residual())
    assert all(call.output_shapes[0] is None for layer in graph.layers for call in layer.calls)


def test_a_nested_model_called_on_inputs_of_different_widths_is_refused_as_in_keras():
    inner = keras.Sequential([keras.layers.Dense(2)])
    inner(keras.Input((3,)))
    with pytest.raises(ValueError, match="incompatible"):
        inner(keras.Input((4,)))
    dense = Layer("d", "Dense", {"units": 2}, calls=(Call((Ref(-1),), (None,), (None,)),))
    body = Graph((dense,), (None,), (Ref(0),))
    calls = tuple(Call((Ref(-1, 0, k),), (None,), (None,), 0, body) for k in range(2))
    graph = Graph((Layer("m", "Sequential", calls=calls),), ((None, 3), (None, 4)))
    with pytest.raises(SizingError, match="d: "):
        resize(Network("n", graph))
