"""Names of layers that the source left unnamed."""

import inspect

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras.src.utils.naming import to_snake_case

from sizeup.naming import auto_names, snake_case

KINDS = sorted(
    name
    for name, value in vars(keras.layers).items()
    if inspect.isclass(value) and issubclass(value, keras.Layer)
)


def test_every_kind_of_keras_is_written_as_keras_writes_it():
    assert len(KINDS) > 100
    assert [snake_case(kind) for kind in KINDS] == [to_snake_case(kind) for kind in KINDS]


@pytest.mark.parametrize(
    ("layers", "names"),
    [
        ([], []),
        ([("Conv2D", None), ("MaxPooling2D", None)], ["conv2d_1", "max_pooling2d_1"]),
        (
            [("Dense", None), ("Flatten", None), ("Dense", None)],
            ["dense_1", "flatten_1", "dense_2"],
        ),
        # an explicit name is not counted, but never given away
        ([("Dense", "fc"), ("Dense", None)], ["fc", "dense_1"]),
        ([("Dense", None), ("Dense", "dense_1")], ["dense_2", "dense_1"]),
        ([("Dense", "x"), ("Conv2D", "x"), ("Dense", "x")], ["x", "x#2", "x#3"]),
        ([("Dense", "x"), ("Dense", "x"), ("Dense", "x#2")], ["x", "x#3", "x#2"]),
        ([("Dense", ""), ("Dense", None)], ["dense_1", "dense_2"]),
    ],
)
def test_explicit_names_win_and_the_others_are_counted(layers, names):
    assert auto_names(layers) == names


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Dense", "Conv2D", "ReLU"]),
            st.none() | st.sampled_from(["a", "dense_1", "dense_2", "a#2", "re_lu_1"]),
        )
    )
)
def test_names_are_unique_and_every_explicit_name_is_used(layers):
    names = auto_names(layers)
    assert len(set(names)) == len(names) == len(layers)
    for explicit in {name for _, name in layers if name}:
        first = next(place for place, (_, name) in enumerate(layers) if name == explicit)
        assert names[first] == explicit
