"""Wrappers beside the real Keras: all that the inner layers own, and what becomes of shapes."""

import pytest
from drawing import input_shapes, left_open
from hypothesis import given
from hypothesis import strategies as st
from test_recurrent import SEQUENCE, cells, configs
from truth import assert_same

from sizeup.dims import symbol, total
from sizeup.network import Call, Graph, Layer, Network, Ref, rows
from sizeup.rules.graphs import bind, resize, sequential
from sizeup.rules.inner import size_inner
from sizeup.rules.registry import size

u, t = symbol("u"), symbol("t")
FLAGS = st.booleans()


def inner(kind, trainable=True, **config):
    return Layer("inner", kind, config, trainable=trainable)


@st.composite
def recurrent(draw, **fixed):
    """A recurrent layer as a configuration holds it."""
    kind = draw(st.sampled_from(["SimpleRNN", "LSTM", "GRU", "RNN"]))
    if kind == "RNN":
        config = {"cell": draw(cells()), **draw(st.fixed_dictionaries(SEQUENCE))}
    else:
        config = draw(configs(kind, units=st.integers(1, 4)))
    return inner(kind, draw(st.sampled_from([True, True, False])), **{**config, **fixed})


@given(
    st.data(),
    recurrent(),
    st.sampled_from(["concat", "concat", "sum", "mul", "ave", None, "cat"]),
    input_shapes(least=3, most=3),
)
def test_both_directions_are_sized_as_by_keras(data, layer, merge, shape):
    values = {}
    assert_same(
        "Bidirectional", {"layer": layer, "merge_mode": merge},
        [data.draw(left_open(shape, values))], values,
    )  # fmt: skip


COMMON = st.fixed_dictionaries(
    {"return_sequences": FLAGS, "return_state": FLAGS, "stateful": st.just(value=False)}
)


@given(st.data(), input_shapes(least=3, most=3))
def test_a_backward_layer_of_its_own_is_sized_as_by_keras(data, shape):
    common = data.draw(COMMON)
    other = data.draw(st.sampled_from([common, common, data.draw(COMMON)]))
    layer = data.draw(recurrent(**common, go_backwards=False))
    backward = data.draw(
        recurrent(**other, go_backwards=data.draw(st.sampled_from([True, True, False])))
    )
    assert_same("Bidirectional", {"layer": layer, "backward_layer": backward}, [shape])


PLAIN = st.one_of(
    st.builds(inner, st.just("Dense"), FLAGS, units=st.integers(1, 4), use_bias=FLAGS),
    st.builds(
        inner, st.just("Conv2D"), FLAGS, filters=st.integers(1, 4), kernel_size=st.integers(1, 3)
    ),
    st.builds(inner, st.sampled_from(["Flatten", "BatchNormalization"]), FLAGS),
    st.builds(inner, st.just("Embedding"), input_dim=st.just(9), output_dim=st.integers(1, 4)),
    st.builds(inner, st.just("MaxPooling2D")),
    recurrent(),
)


RANKS = {"Conv2D": 5, "MaxPooling2D": 5, "SimpleRNN": 4, "LSTM": 4, "GRU": 4}
"""Where Keras checks the rank of what a step holds only when the network runs."""


@given(st.data(), PLAIN)
def test_a_layer_at_every_step_is_sized_as_by_keras(data, layer):
    rank, values = RANKS.get(layer.kind), {}
    shapes = input_shapes(least=rank or 2, most=rank or 6)
    shape = data.draw(left_open(data.draw(shapes), values))
    assert_same("TimeDistributed", {"layer": layer}, [shape], values)


@given(PLAIN, st.integers(0, 3), input_shapes(least=2, most=5))
def test_spectral_normalization_is_sized_as_by_keras(layer, iterations, shape):
    config = {"layer": layer, "power_iterations": iterations}
    assert_same("SpectralNormalization", config, [shape])


def test_wrappers_hold_wrappers():
    both = inner("Bidirectional", layer=inner("LSTM", units=3, return_sequences=True))
    for layer in (both, inner("TimeDistributed", layer=inner("Dense", units=2)),
                  inner("SpectralNormalization", layer=inner("Dense", units=2))):  # fmt: skip
        assert assert_same("TimeDistributed", {"layer": layer}, [(None, 4, 5, 6)]) is not None


def test_a_direction_that_is_a_copy_owns_parameters_of_its_own():
    cell = Layer("cell", "GRUCell", {"units": 4}, identity=7)
    rnn = Layer("rnn", "RNN", {"cell": cell}, identity=8)
    graph = Graph(
        (Layer("b", "Bidirectional", {"layer": rnn},
               calls=(Call((Ref(-1),), (None,), (None,), None),)),),
        ((None, 5, 3),), (Ref(0),),
    )  # fmt: skip
    (row,) = rows(resize(Network("n", graph)))
    assert row.parameters == 2 * (3 * 12 + 4 * 12 + 2 * 12)


def test_what_is_multiplied_is_that_of_every_step_and_of_both_directions():
    shape = (None, t, 10)
    lstm = inner("LSTM", units=u, return_sequences=True)
    assert size("Bidirectional", {"layer": lstm}, [shape]).macs == 2 * t * 4 * u * (10 + u)
    assert size("TimeDistributed", {"layer": inner("Dense", units=u)}, [shape]).macs == t * 10 * u
    open_time = [(None, None, 10)]
    assert size("TimeDistributed", {"layer": inner("Dense", units=u)}, open_time).macs is None


def frames():
    """A model on images, held by a TimeDistributed layer."""
    body = sequential("frame", (None, 8, 8, u), [
        ("Conv2D", {"filters": u, "kernel_size": 3}), ("BatchNormalization", {}),
        ("Flatten", {}), ("Dense", {"units": 5})])  # fmt: skip
    macs = total(row.macs for row in rows(body))
    calls = (Call((Ref(-1),), body.graph.input_shapes, ((None, 5),), macs, body.graph),)
    return Layer("frame", "Sequential", {}, calls=calls, trainable=True)


def test_what_is_inside_a_held_model_is_bound_and_sized_anew():
    ours = sequential("n", (None, 6, 8, 8, u), [("TimeDistributed", {"layer": frames()})])
    (row,) = rows(bind(ours, {"u": 2}))
    conv, norm, dense = 9 * 2 * 2 + 2, 4 * 2, 6 * 6 * 2 * 5 + 5
    assert row.parameters == conv + norm + dense
    assert row.trainable == row.parameters - 4
    assert row.layer.calls[0].output_shapes == ((None, 6, 5),)
    assert row.macs == 6 * (36 * 9 * 2 * 2 + 72 * 5)


def test_a_new_configuration_reaches_what_is_held():
    def wider(layer):
        return {**layer.config, "units": 7} if layer.kind == "Dense" else layer.config

    ours = sequential("n", (None, 6, 8, 8, 2), [("TimeDistributed", {"layer": frames()})])
    bound = bind(ours, {"u": 2})
    assert rows(resize(bound, wider))[0].parameters - rows(bound)[0].parameters == 2 * 73
    dense = sequential("n", (None, 6, 3), [("TimeDistributed", {"layer": inner("Dense", units=2)})])
    assert rows(resize(dense, wider))[0].parameters == 7 * 4


def test_a_frozen_held_layer_freezes_what_it_is_made_of():
    frozen = size_inner(frames().changed(trainable=False), [(None, 8, 8, 2)])
    assert not any(parameter.trainable for parameter in frozen.parameters)


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("Bidirectional", {"layer": inner("Dense", units=3)}, (None, 4, 5)),
        ("Bidirectional", {"layer": inner("LSTM", units=3, go_backwards=True)}, (None, 4, 5)),
        ("Bidirectional", {"layer": 3}, (None, 4, 5)),
        ("TimeDistributed", {"layer": inner("Dense", units=3)}, (None, 5)),
        ("TimeDistributed", {"layer": "dense"}, (None, 5, 5)),
        (
            "TimeDistributed",
            {"layer": inner("LSTM", units=3, return_state=True)},
            (None, 5, 5, 5),
        ),
        ("SpectralNormalization", {"layer": inner("LSTM", units=3)}, (None, 4, 5)),
        ("SpectralNormalization", {"layer": inner("Flatten")}, (None, 4, 5)),
        ("Wrapper", {"layer": inner("Dense", units=3)}, (None, 5)),
    ],
)
def test_refuses_what_keras_refuses(kind, config, shape):
    assert assert_same(kind, config, [shape]) is None
