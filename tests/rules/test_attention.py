"""Attention beside the real Keras: projections, heads, gates, shared heads, scores."""

import keras
import pytest
from drawing import SIZES, left_open
from hypothesis import given
from hypothesis import strategies as st
from truth import assert_same

from sizeup.dims import symbol
from sizeup.errors import SizingError
from sizeup.rules.registry import size

OPTIONAL = st.one_of(st.none(), SIZES)
LENGTH = st.one_of(SIZES, SIZES, st.none())
t, d = symbol("t"), symbol("d")


@st.composite
def attended(draw, ranks=(3,), keyed=True):
    """A query, a value and perhaps a key, mostly fitting each other."""
    rank = draw(st.sampled_from(ranks))
    inner = [draw(LENGTH) for _ in range(rank - 2)]
    others = draw(st.sampled_from([inner, [draw(LENGTH) for _ in inner]]))
    ends = [draw(SIZES) for _ in range(3)]
    shapes = [(None, *inner, ends[0]), (None, *others, draw(st.sampled_from(ends)))]
    if keyed and draw(st.booleans()):
        shapes.append((None, *others[:-1], draw(st.sampled_from([*others[-1:], 3])), ends[2]))
    return shapes


@given(st.data(), attended(ranks=(2, 3, 3, 4, 5)) | attended())
def test_multi_head_attention_is_sized_as_by_keras(data, shapes):
    values = {}
    config = {
        "num_heads": data.draw(left_open(data.draw(st.integers(0, 4)), values)),
        "key_dim": data.draw(left_open(data.draw(SIZES), values)),
        "value_dim": data.draw(OPTIONAL),
        "use_bias": data.draw(st.booleans()),
        "use_gate": data.draw(st.booleans()),
        "dropout": data.draw(st.sampled_from([0.0, 0.5, 2.0])),
        "flash_attention": data.draw(st.sampled_from([None, None, True])),
        "sliding_window": data.draw(st.sampled_from([None, 2, 0])),
        "output_shape": data.draw(
            left_open(data.draw(OPTIONAL | st.tuples(SIZES) | st.tuples(SIZES, SIZES)), values)
        ),
        "attention_axes": data.draw(
            st.none() | st.integers(-4, 5) | st.lists(st.integers(1, 3), max_size=2).map(tuple)
        ),
    }
    assert_same("MultiHeadAttention", config, data.draw(left_open(shapes, values)), values)


@given(st.data(), attended())
def test_grouped_query_attention_is_sized_as_by_keras(data, shapes):
    values = {}
    width = data.draw(st.sampled_from([shapes[0][-1], 5]))
    shapes = [shapes[0], (*shapes[1][:-1], width), *shapes[2:]]
    config = {
        "head_dim": data.draw(left_open(data.draw(SIZES), values)),
        "num_query_heads": data.draw(st.integers(1, 6)),
        "num_key_value_heads": data.draw(st.integers(1, 3)),
        "use_bias": data.draw(st.booleans()),
        "use_gate": data.draw(st.booleans()),
    }
    assert_same("GroupedQueryAttention", config, data.draw(left_open(shapes, values)), values)


@given(st.data(), attended(ranks=(2, 3, 3, 4)))
def test_attention_of_one_head_is_sized_as_by_keras(data, shapes):
    values = {}
    kind = data.draw(st.sampled_from(["Attention", "AdditiveAttention"]))
    config = {
        "use_scale": data.draw(st.booleans()),
        "dropout": data.draw(st.sampled_from([0, 0.3])),
    }
    if kind == "Attention":
        config["score_mode"] = data.draw(st.sampled_from(["dot", "concat", "sum"]))
    assert_same(kind, config, data.draw(left_open(shapes, values)), values)


QUERY, VALUE = (None, 7, 12), (None, 9, 10)


@pytest.mark.parametrize(
    ("kind", "config", "shapes"),
    [
        ("MultiHeadAttention", {"num_heads": 3, "key_dim": 4}, [QUERY, VALUE]),
        ("MultiHeadAttention", {"num_heads": 3, "key_dim": 4}, [(None, 5, 6, 8), (None, 2, 3, 8)]),
        ("GroupedQueryAttention", {"head_dim": 4, "num_query_heads": 6, "num_key_value_heads": 2},
         [QUERY, (None, 9, 12)]),
        ("Attention", {}, [QUERY, (None, 9, 12)]),
        ("AdditiveAttention", {}, [QUERY, (None, 9, 12), (None, 9, 12)]),
    ],
)  # fmt: skip
def test_scores_leave_as_in_keras_where_they_are_asked_for(kind, config, shapes):
    tensors = [keras.KerasTensor(shape) for shape in shapes]
    layer = getattr(keras.layers, kind.replace("Grouped", "Group"))(**config)
    given_ = [tensors] if kind in {"Attention", "AdditiveAttention"} else tensors
    outputs = layer(*given_, return_attention_scores=True)
    sizing = size(kind, {**config, "return_attention_scores": True}, shapes)
    assert sizing.outputs == tuple(tuple(tensor.shape) for tensor in outputs)
    assert len(size(kind, config, shapes).outputs) == 1


@pytest.mark.parametrize(
    ("kind", "config", "shapes"),
    [
        ("MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, [(None, 4, None), (None, 4, 5)]),
        ("MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, [(None, 4, 5), (None, 4, None)]),
        ("MultiHeadAttention", {"num_heads": 2.0, "key_dim": 3}, [(None, 4, 5), (None, 4, 5)]),
        ("MultiHeadAttention", {"num_heads": 2, "key_dim": None}, [(None, 4, 5), (None, 4, 5)]),
        ("MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, [(None, 4, 5)]),
        ("GroupedQueryAttention",
         {"head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 3}, [(None, 4, 5)] * 2),
        ("Attention", {}, [(None, 4, 5)]),
        ("Attention", {}, [(None, 4, 5)] * 4),
        ("AdditiveAttention", {}, [(None, 4, None), (None, 4, 5)]),
    ],
)  # fmt: skip
def test_refuses_what_keras_refuses(kind, config, shapes):
    assert assert_same(kind, config, shapes) is None


def test_macs_of_attention_are_those_of_projections_and_both_products():
    """Of a block of ViT-B/16: 197 tokens of 768, 12 heads of 64 (as torch counts them)."""
    sizing = size("MultiHeadAttention", {"num_heads": 12, "key_dim": 64}, [(None, 197, 768)] * 2)
    assert sizing.macs == 4 * 197 * 768 * 768 + 2 * 197 * 197 * 768


def test_attention_over_one_axis_of_two_meets_fewer_pairs():
    config = {"num_heads": 2, "key_dim": 3, "attention_axes": 2}
    projected = 5 * 7 * 4 * 6 * 4
    assert size("MultiHeadAttention", config, [(None, 5, 7, 4)] * 2).macs == (
        projected + 2 * 5 * 7 * 7 * 6
    )


def test_open_lengths_and_widths_stay_in_the_formula():
    sizing = size("MultiHeadAttention", {"num_heads": 8, "key_dim": d}, [(None, t, 8 * d)] * 2)
    assert sizing.macs == 4 * t * (8 * d) * (8 * d) + 2 * t * t * 8 * d
    assert (
        size("MultiHeadAttention", {"num_heads": 8, "key_dim": d}, [(None, None, 8)] * 2).macs
        is None
    )


@pytest.mark.parametrize(
    ("kind", "config", "shapes", "says"),
    [
        ("MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "flash_attention": True, "dropout": 0.1},
         [(None, 4, 5)] * 2, "drop out under flash"),
        ("MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, [(None, 4, 5), (None, 4, 5), (None, 6, 5)],
         r"attend to \(None, 4, 5\) with \(None, 6, 5\)"),
        ("GroupedQueryAttention", {"head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 3},
         [(None, 4, 5)] * 2, "4 query heads .* 3 key"),
        ("Attention", {"score_mode": "sum"}, [(None, 4, 5)] * 2, "'dot' and 'concat'.* 'sum'"),
    ],
)  # fmt: skip
def test_error_says_what_is_wrong(kind, config, shapes, says):
    with pytest.raises(SizingError, match=says):
        size(kind, config, shapes)
