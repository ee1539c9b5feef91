"""Flatten, Reshape, Permute and RepeatVector beside the real Keras."""

from math import prod

import pytest
from drawing import input_shapes, left_open
from hypothesis import given
from hypothesis import strategies as st
from truth import assert_same

from sizeup.dims import symbol
from sizeup.errors import SizingError
from sizeup.rules.registry import size

h, w, f = symbol("h"), symbol("w"), symbol("f")


@given(
    st.data(),
    input_shapes(least=1),
    st.sampled_from([None, "channels_last", "channels_first", "Channels_Last", "other"]),
)
def test_flatten_is_sized_as_by_keras(data, shape, data_format):
    values = {}
    shape = data.draw(left_open(shape, values))
    assert_same("Flatten", {"data_format": data_format}, [shape], values)


def test_flatten_of_an_open_dimension_is_open():
    assert size("Flatten", {}, [(None, None, h, 3)]).outputs == ((None, None),)
    assert size("Flatten", {}, [(None, h, h, 3)]).outputs == ((None, 3 * h * h),)


@st.composite
def reshapings(draw):
    """A shape and a target that fits, nearly fits or does not."""
    shape = draw(input_shapes(least=1, most=4))
    sizes = [dim for dim in shape[1:] if dim is not None]
    target = draw(st.permutations(sizes))
    if draw(st.booleans()) and len(target) > 1:
        target = [prod(target[:2]), *target[2:]]
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(target)))
        target[place : place + 1] = [draw(st.sampled_from([-1, -1, 1, 2, 3, 0, None, -2]))]
    return shape, tuple(target)


@given(st.data(), reshapings())
def test_reshape_is_sized_as_by_keras(data, case):
    values = {}
    shape, target = case
    drawn = [dim if dim in {None, -1, -2} else data.draw(left_open(dim, values)) for dim in target]
    config = {"target_shape": tuple(drawn)}
    assert_same("Reshape", config, [data.draw(left_open(shape, values))], values)


@pytest.mark.parametrize(
    ("target_shape", "shape", "fits"),
    [
        ((3, 4), (None, 12), True),
        ([3, 4], (None, 12), True),
        ((-1,), (None, 3, 4), True),
        ((-1, 5), (None, 12), False),
        ((5, 3), (None, 12), False),
        ((-1, -1), (None, 12), False),
        ((-2, 6), (None, 12), False),
        ((-2, 6), (None, None), False),
        ((0, -1), (None, 12), False),
        ((0, -1), (None, 0), False),
        ((0, 5), (None, 0, 3), True),
        ((), (None, 1), True),
        ((), (None,), True),
        ((), (None, 2), False),
        ((5, -1), (None, None), True),
        ((5, 3), (None, None, 7), True),
        ((None, 3), (None, 6), True),
        ((2.0, 3), (None, 6), True),
        (6, (None, 6), False),
        (None, (None, 6), False),
    ],
)
def test_reshape_refuses_what_keras_refuses(target_shape, shape, fits):
    sizing = assert_same("Reshape", {"target_shape": target_shape}, [shape])
    assert (sizing is not None) == fits


@pytest.mark.parametrize(
    ("target_shape", "shape", "gives"),
    [
        ((-1,), (None, h, w, 3), (3 * h * w,)),
        ((-1, 3), (None, h, w, 3), (h * w, 3)),
        ((h, w, -1), (None, h, w, f), (h, w, f)),
        ((4, -1), (None, 8, f), (4, 2 * f)),
        ((h, w), (None, 100), (h, w)),
    ],
)
def test_reshape_of_open_sizes_gives_a_formula(target_shape, shape, gives):
    assert size("Reshape", {"target_shape": target_shape}, [shape]).outputs == ((None, *gives),)


@pytest.mark.parametrize(
    ("target_shape", "shape"), [((4, -1), (None, 4 * h + 2)), ((h, 5), (None, 5 * h + 1))]
)
def test_reshape_that_fits_for_no_value_is_refused(target_shape, shape):
    with pytest.raises(SizingError, match=r"Reshape cannot turn .*h.*products must agree"):
        size("Reshape", {"target_shape": target_shape}, [shape])


@given(st.data(), input_shapes(least=1), st.lists(st.integers(-1, 5), max_size=4))
def test_permute_of_any_numbers_is_sized_as_by_keras(data, shape, dims):
    values = {}
    assert_same("Permute", {"dims": tuple(dims)}, [data.draw(left_open(shape, values))], values)


@given(st.data(), input_shapes(least=1))
def test_permute_of_a_permutation_is_sized_as_by_keras(data, shape):
    values = {}
    dims = tuple(data.draw(st.permutations(range(1, len(shape)))))
    shape = data.draw(left_open(shape, values))
    assert assert_same("Permute", {"dims": dims}, [shape], values) is not None


@given(st.data(), input_shapes(least=1, most=3), st.integers(-1, 5))
def test_repeat_vector_is_sized_as_by_keras(data, shape, times):
    values = {}
    config = {"n": times if times < 1 else data.draw(left_open(times, values))}
    assert_same("RepeatVector", config, [data.draw(left_open(shape, values))], values)


@pytest.mark.parametrize("n", [None, "3", 2.0, True, (2,)])
def test_repeat_vector_wants_an_integer(n):
    assert assert_same("RepeatVector", {"n": n}, [(None, 4)]) is None


@pytest.mark.parametrize("dims", [None, 1, (1.0, 2), "12", (2, 3), (1, 1), (0, 1)])
def test_permute_wants_a_permutation(dims):
    assert assert_same("Permute", {"dims": dims}, [(None, 4, 5)]) is None


@pytest.mark.parametrize(
    ("kind", "config", "shape", "says"),
    [
        ("Flatten", {"data_format": "tf"}, (None, 3), "Flatten .* 'channels_first' .* 'tf'"),
        ("Permute", {"dims": (2, 3)}, (None, 3, 4), r"Permute .* \(2, 3\)"),
        ("Permute", {"dims": (2, 1)}, (None, 3), r"Permute needs .* rank 3.* \(None, 3\)"),
        ("RepeatVector", {"n": 3}, (None, 3, h), r"rank 2.* \(None, 3, h\)"),
        ("Reshape", {"target_shape": (5, 3)}, (None, 2, 7), r"\(None, 2, 7\), 14 .* \(5, 3\)"),
    ],
)
def test_error_names_the_kind_what_is_wrong_and_the_shape(kind, config, shape, says):
    with pytest.raises(SizingError, match=says):
        size(kind, config, [shape])
