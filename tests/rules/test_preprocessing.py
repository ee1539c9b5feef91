"""Layers that prepare numbers and categories, beside the real Keras.

Keras makes Hashing, HashedCrossing and the lookups only where TensorFlow is installed; beside them
stands what their own `compute_output_shape` says, and for vocabularies what Keras 3.15 said.
"""

from types import SimpleNamespace

import keras
import pytest
from drawing import KNOWN_OR_OPEN, SIZES, input_shapes, left_open
from hypothesis import given
from hypothesis import strategies as st
from truth import assert_same, bind_all

from sizeup.dims import symbol
from sizeup.errors import SizingError
from sizeup.rules.registry import size

n, v = symbol("n"), symbol("v")
AXIS = st.sampled_from([-1, -1, 1, 2, 0, -2, 4, None]) | st.lists(st.integers(-3, 3), max_size=3)
STATISTICS = st.sampled_from(
    [None, None, None, 1.5, 2, [1.0], [0.0, 1.0, 2.0], [[1.0, 2.0]], [[0.5]]]
)


@given(st.data(), input_shapes(least=2), AXIS)
def test_normalization_is_sized_as_by_keras(data, shape, axis):
    values = {}
    mean = data.draw(STATISTICS)
    config = {
        "axis": axis,
        "mean": mean,
        "variance": data.draw(st.sampled_from([mean, mean, None, 1.0])),
    }
    assert_same("Normalization", config, [data.draw(left_open(shape, values))], values)


def test_statistics_of_normalization_are_kept_but_not_trained_and_the_count_is_one_of_them():
    sizing = size("Normalization", {}, [(None, 5, n)])
    assert [(p.name, p.shape, p.dtype, p.trainable) for p in sizing.parameters] == [
        ("mean", (n,), "float32", False),
        ("variance", (n,), "float32", False),
        ("count", (), "int32", False),
    ]
    layer = keras.layers.Normalization()
    layer.build((None, 5, 7))
    assert layer.count_params() == 7 + 7 + 1


@given(st.data(), input_shapes(least=1), SIZES)
def test_category_encoding_is_sized_as_by_keras(data, shape, tokens):
    values = {}
    config = {
        "num_tokens": data.draw(left_open(tokens, values)),
        "output_mode": data.draw(
            st.sampled_from(["multi_hot", "one_hot", "count", "binary", "int", "tf_idf"])
        ),
    }
    assert_same("CategoryEncoding", config, [_left_open_but_one(data, shape, values)], values)


@given(st.data(), input_shapes(least=1))
def test_discretization_is_sized_as_by_keras(data, shape):
    values = {}
    config = {
        "bin_boundaries": data.draw(st.sampled_from([None, [0.0, 1.5, 3.0], [1.0], []])),
        "num_bins": data.draw(st.sampled_from([None, None, 4, 0, -1])),
        "output_mode": data.draw(
            st.sampled_from(["int", "multi_hot", "one_hot", "count", "binary"])
        ),
    }
    assert_same("Discretization", config, [_left_open_but_one(data, shape, values)], values)


@given(st.data(), input_shapes(), st.sampled_from([(1.0 / 255, 0.0), ([1.0, 2.0, 3.0], -1)]))
def test_rescaling_changes_no_shape(data, shape, numbers):
    values = {}
    config = {"scale": numbers[0], "offset": numbers[1]}
    sizing = assert_same("Rescaling", config, [data.draw(left_open(shape, values))], values)
    assert sizing.parameters == ()


def _left_open_but_one(data, shape, values):
    """A last dimension of 1 changes what one-hot makes; a symbol is taken not to be 1."""
    return (*data.draw(left_open(shape[:-1], values)), shape[-1])


def keras_shape(kind, attributes, shape):
    """What the class itself says of the shape that leaves, with the attributes that it reads."""
    return tuple(
        getattr(keras.layers, kind).compute_output_shape(SimpleNamespace(**attributes), shape)
    )


@given(st.data(), input_shapes(least=1), SIZES, st.sampled_from(["int", "one_hot", "count"]))
def test_hashing_is_sized_as_keras_says(data, shape, bins, mode):
    values, config = {}, {"num_bins": bins, "output_mode": mode}
    sizing = size("Hashing", config, [_left_open_but_one(data, shape, values)])
    assert bind_all(sizing, values).outputs == (keras_shape("Hashing", config, shape),)


@given(st.data(), input_shapes(least=1), SIZES, st.sampled_from(["int", "one_hot"]))
def test_hashed_crossing_is_sized_as_keras_says(data, shape, bins, mode):
    config = {"num_bins": bins, "output_mode": mode}
    shapes = [shape, (*shape[:-1], data.draw(st.sampled_from([shape[-1], 3])))]
    try:
        expected = keras_shape("HashedCrossing", config, tuple(shapes))
    except ValueError:
        with pytest.raises(SizingError):
            size("HashedCrossing", config, shapes)
    else:
        assert size("HashedCrossing", config, shapes).outputs == (expected,)


@given(
    st.data(),
    input_shapes(least=1),
    st.sampled_from(["int", "one_hot", "multi_hot", "count", "tf_idf"]),
    st.booleans(),
)
def test_lookups_are_sized_as_keras_says(data, shape, mode, pad):
    kind = data.draw(st.sampled_from(["StringLookup", "IntegerLookup"]))
    vocabulary = data.draw(
        st.sampled_from([None, ["a", "b", "c"] if kind[0] == "S" else [3, 7, 9]])
    )
    config = {
        "vocabulary": vocabulary,
        "output_mode": mode,
        "max_tokens": 9,
        "pad_to_max_tokens": pad,
    }
    attributes = {**config, "_frozen_vocab_size": vocabulary and 4}
    assert size(kind, config, [shape]).outputs == (keras_shape(kind, attributes, shape),)


@given(
    st.data(),
    st.sampled_from(["int", "multi_hot", "count", "tf_idf"]),
    KNOWN_OR_OPEN,
    st.sampled_from(["whitespace", None]),
)
def test_text_vectorization_is_sized_as_keras_says(data, mode, length, split):
    shape = data.draw(st.sampled_from([(None, 1), (None,), (2, 5)]))
    config = {"output_mode": mode, "vocabulary": ["a", "b"], "split": split}
    config |= {"output_sequence_length": length} if mode == "int" else {}
    inner = {"output_mode": mode, "pad_to_max_tokens": False, "_frozen_vocab_size": 3}
    lookup = SimpleNamespace(compute_output_shape=lambda s: keras_shape("StringLookup", inner, s))
    attributes = {"_output_mode": mode, "_output_sequence_length": length, "_split": split,
                  "_lookup_layer": lookup}  # fmt: skip
    expected = keras_shape("TextVectorization", attributes, shape)
    assert size("TextVectorization", config, [shape]).outputs == (expected,)


VOCABULARIES = [
    ("StringLookup", {"vocabulary": ["a", "b"]}, 3),
    ("StringLookup", {"vocabulary": ["a", "b"], "num_oov_indices": 0}, 2),
    ("StringLookup", {"vocabulary": ["a", "b"], "num_oov_indices": 4}, 6),
    ("StringLookup", {"vocabulary": ["a", "b"], "mask_token": ""}, 4),
    ("StringLookup", {"vocabulary": ["a", "b"], "mask_token": "", "output_mode": "one_hot"}, 3),
    ("StringLookup", {"vocabulary": ["[UNK]", "a", "b"]}, 3),
    ("StringLookup", {"vocabulary": ["", "[UNK]", "a"], "mask_token": ""}, 3),
    ("StringLookup", {"vocabulary": ["a", "[UNK]", "b"]}, 4),
    ("StringLookup", {"vocabulary": ["a", "a"]}, None),
    ("StringLookup", {"vocabulary": []}, None),
    ("StringLookup", {"vocabulary": ["a", "b", "c"], "max_tokens": 3}, None),
    ("StringLookup", {"vocabulary": ["a", "", "b"], "mask_token": ""}, None),
    ("StringLookup", {"vocabulary": ["a", "[UNK]"], "invert": True}, None),
    ("StringLookup", {"vocabulary": ["a"], "max_tokens": 1}, None),
    ("IntegerLookup", {"vocabulary": [5, 6, 7]}, 4),
    ("IntegerLookup", {"vocabulary": [-1, 6, 7]}, 3),
    ("IntegerLookup", {"vocabulary": [0, 6, 7], "mask_token": 0}, None),
    ("IntegerLookup", {"vocabulary": [0, -1, 7], "mask_token": 0}, 3),
    ("TextVectorization", {"vocabulary": ["a", "b"]}, 4),
    ("TextVectorization", {"vocabulary": ["", "[UNK]", "a", "b"]}, 4),
    ("TextVectorization", {"vocabulary": ["a", "b"], "output_mode": "multi_hot"}, 3),
    ("TextVectorization", {"vocabulary": ["[UNK]", "a"], "output_mode": "count"}, 2),
    ("TextVectorization", {"vocabulary": ["a", "", "b"]}, None),
    ("TextVectorization", {"vocabulary": ["a", "b"], "max_tokens": 2}, None),
]
"""What Keras 3.15 says of vocabularies where TensorFlow is there; None where it refuses."""


@pytest.mark.parametrize(("kind", "config", "expected"), VOCABULARIES)
def test_vocabularies_are_as_large_as_keras_said(kind, config, expected):
    from sizeup.rules.lookups import vocabulary_size
    from sizeup.rules.registry import find_rule

    complete = {**find_rule(kind).signature, **config}
    if expected is None:
        with pytest.raises(SizingError, match=kind):
            vocabulary_size(kind, complete)
    else:
        assert vocabulary_size(kind, complete) == expected


def test_a_learned_vocabulary_is_a_symbol_and_one_that_is_missing_open():
    config = {"output_mode": "multi_hot"}
    assert size("TextVectorization", config, [(None, 1)]).outputs == ((None, 1, None),)
    learned = size("TextVectorization", {**config, "vocabulary": v}, [(None, 1)])
    assert learned.outputs == ((None, 1, v),)
    padded = {**config, "vocabulary": v, "max_tokens": 500, "pad_to_max_tokens": True}
    assert size("TextVectorization", padded, [(None, 1)]).outputs == ((None, 1, 500),)


@pytest.mark.parametrize(
    ("kind", "config", "says"),
    [
        ("Normalization", {"mean": 1.0}, "both mean and variance"),
        ("Normalization", {"axis": 3}, r"no axis 3 .* \(None, 4\)"),
        ("CategoryEncoding", {}, "positive integer for num_tokens"),
        ("Discretization", {}, "either bin_boundaries or num_bins"),
        ("Hashing", {"num_bins": 3, "output_mode": "sum"}, "output modes .* 'sum'"),
        ("Hashing", {"num_bins": 3, "sparse": True}, "sparse"),
        ("TextVectorization", {"output_mode": "count", "output_sequence_length": 3}, "'int' only"),
        ("StringLookup", {"output_mode": "count", "pad_to_max_tokens": True}, "max_tokens"),
        ("StringLookup", {"output_mode": "count", "invert": True}, "inverted"),
    ],
)
def test_error_says_what_is_wrong(kind, config, says):
    with pytest.raises(SizingError, match=says):
        size(kind, config, [(None, 4)])
