"""Operations on tensors against `keras.ops`, over drawn shapes and arguments."""

from typing import Any

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from rules.drawing import input_shapes
from rules.operations_truth import KNOWN, assert_same_operation, opened
from sizeup.dims import symbol
from sizeup.errors import SizingError
from sizeup.rules.operations_index import surely_within
from sizeup.rules.registry import size

SHAPES = input_shapes(least=1, most=4)
AXIS = st.integers(-5, 5)
AXES = st.one_of(st.none(), AXIS, st.lists(AXIS, max_size=3, unique=True).map(tuple))


def one(shapes: Any = SHAPES) -> Any:
    """One shape with symbols in it."""
    return opened(st.tuples(shapes))


def _twice(axes: tuple[int, ...], rank: int) -> bool:
    """Whether an axis is named twice, which Keras and NumPy see differently."""
    return len({axis % rank for axis in axes}) < len(axes)


@given(one(), AXES, st.booleans())
def test_reductions(drawn, axis, keepdims):
    shapes, values = drawn
    if isinstance(axis, tuple) and _twice(axis, len(shapes[0])):
        return
    assert_same_operation("ops.reduce", {"axis": axis, "keepdims": keepdims}, shapes,
                          lambda x: ops.mean(x, axis=axis, keepdims=keepdims), values)  # fmt: skip


@given(one(), st.one_of(st.none(), AXIS))
def test_running_sums(drawn, axis):
    shapes, values = drawn
    assert_same_operation(
        "ops.cumulate", {"axis": axis}, shapes, lambda x: ops.cumsum(x, axis), values
    )


@given(one(), KNOWN)
def test_top_k(drawn, k):
    assert_same_operation("ops.top_k", {"k": k}, drawn[0], lambda x: ops.top_k(x, k), drawn[1])


@given(one(), st.one_of(AXIS, st.lists(AXIS, min_size=1, max_size=2).map(tuple)))
def test_moments(drawn, axes):
    shapes, values = drawn
    if isinstance(axes, tuple) and _twice(axes, len(shapes[0])):
        return
    assert_same_operation("ops.moments", {"axes": axes, "keepdims": True}, shapes,
                          lambda x: ops.moments(x, axes, keepdims=True), values)  # fmt: skip


@given(opened(st.lists(SHAPES, min_size=2, max_size=2)))
def test_broadcasting(drawn):
    shapes, values = drawn
    if any(None in shape for shape in shapes) and 1 in values.values():
        values = {}  # beside an open dimension, an expression is taken not to be 1
        shapes = [(3, 1), (None, 1, 4)]
    assert_same_operation("ops.elementwise", {}, shapes, ops.add, values)


PARTS = st.one_of(
    st.none(), st.just(...), st.integers(-4, 4),
    st.builds(slice, *[st.one_of(st.none(), st.integers(-7, 7))] * 2,
              st.sampled_from([None, 1, 2, 3, -1, -2])),
)  # fmt: skip


@settings(max_examples=300)
@given(one(), st.lists(PARTS, min_size=1, max_size=5).map(tuple))
def test_slices_and_indices(drawn, key):
    shapes, values = drawn
    ours = tuple("..." if part is ... else part for part in key)
    assert_same_operation("ops.getitem", {"key": ours}, shapes, lambda x: x[key], values)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.data())
def test_reshape(target, data):
    lengths = data.draw(st.permutations(target))
    shape = (data.draw(st.sampled_from([None, 2])), *lengths)
    at = data.draw(st.integers(0, len(target)))
    new = (*target[:at], -1, *target[at:])
    batched = data.draw(st.booleans())
    assert_same_operation("ops.reshape", {"newshape": new}, [shape], lambda x: ops.reshape(x, new))
    if batched:
        found = size("ops.reshape", {"newshape": (None, *new[1:])}, [shape]).outputs
        assert found[0][0] is None


def test_a_reshape_that_keeps_the_open_batch_knows_what_is_left():
    c = symbol("c")
    for front in (-1, None):
        [found] = size("ops.reshape", {"newshape": (front, 4, c)}, [(None, 2, 2, c)]).outputs
        assert found == (None, 4, c)
    [found] = size("ops.reshape", {"newshape": (None, -1)}, [(None, 2, 3, c)]).outputs
    assert found == (None, 6 * c)
    with pytest.raises(SizingError):
        size("ops.reshape", {"newshape": (None, 7, -1)}, [(None, 3, 4)])


@given(one(), st.data())
def test_transpose(drawn, data):
    shapes, values = drawn
    axes = data.draw(st.one_of(st.none(), st.permutations(range(len(shapes[0]))).map(tuple)))
    assert_same_operation(
        "ops.transpose", {"axes": axes}, shapes, lambda x: ops.transpose(x, axes), values
    )


@given(one(), AXIS, AXIS)
def test_swapped_and_moved_axes(drawn, a, b):
    shapes, values = drawn
    assert_same_operation("ops.swapaxes", {"axis1": a, "axis2": b}, shapes,
                          lambda x: ops.swapaxes(x, a, b), values)  # fmt: skip
    assert_same_operation("ops.moveaxis", {"source": a, "destination": b}, shapes,
                          lambda x: ops.moveaxis(x, a, b), values)  # fmt: skip


@given(
    one(input_shapes(3, 4)),
    st.permutations([0, 1, 2]),
    st.permutations([0, 1, 2]),
    st.integers(1, 3),
)
def test_several_axes_moved(drawn, a, b, n):
    a, b = a[:n], b[:n]
    assert_same_operation("ops.moveaxis", {"source": tuple(a), "destination": tuple(b)}, drawn[0],
                          lambda x: ops.moveaxis(x, a, b), drawn[1])  # fmt: skip


@given(one(), st.one_of(AXIS, st.lists(st.integers(0, 4), min_size=1, max_size=2).map(tuple)))
def test_expand_dims(drawn, axis):
    assert_same_operation("ops.expand_dims", {"axis": axis}, drawn[0],
                          lambda x: ops.expand_dims(x, axis), drawn[1])  # fmt: skip


@given(input_shapes(1, 4, dims=st.sampled_from([1, 1, 3])), st.one_of(st.none(), st.integers(1, 3)))
def test_squeeze(shape, axis):
    assert_same_operation("ops.squeeze", {"axis": axis}, [shape], lambda x: ops.squeeze(x, axis))


@given(opened(st.lists(SHAPES, min_size=1, max_size=3)), AXIS)
def test_joined(drawn, axis):
    shapes, values = drawn
    assert_same_operation("ops.concatenate", {"axis": axis}, shapes,
                          lambda *xs: ops.concatenate(xs, axis), values)  # fmt: skip
    assert_same_operation(
        "ops.stack", {"axis": axis}, shapes, lambda *xs: ops.stack(xs, axis), values
    )


@given(
    st.lists(KNOWN, min_size=2, max_size=4),
    st.integers(-4, 3),
    st.lists(KNOWN, min_size=1, max_size=3),
)
def test_joined_where_only_one_axis_differs(rest, axis, lengths):
    at = axis % len(rest)
    shapes = [(*rest[:at], length, *rest[at + 1 :]) for length in lengths]
    assert_same_operation(
        "ops.concatenate", {"axis": axis}, shapes, lambda *xs: ops.concatenate(xs, axis)
    )
    if at == 0:
        assert_same_operation("ops.vstack", {}, shapes, lambda *xs: ops.vstack(xs))
    if at == 1:
        assert_same_operation("ops.hstack", {}, shapes, lambda *xs: ops.hstack(xs))


@given(
    one(), AXIS, st.one_of(st.integers(1, 4), st.lists(KNOWN, min_size=1, max_size=3).map(sorted))
)
def test_parted(drawn, axis, parts):
    shapes, values = drawn
    assert_same_operation(
        "ops.unstack", {"axis": axis}, shapes, lambda x: ops.unstack(x, axis=axis), values
    )
    if isinstance(parts, list):
        at = axis % len(shapes[0])
        length = shapes[0][at]
        if not isinstance(length, int) or parts[-1] > length or len(set(parts)) < len(parts):
            return
    assert_same_operation("ops.split", {"indices_or_sections": parts, "axis": axis}, shapes,
                          lambda x: ops.split(x, parts, axis), values)  # fmt: skip


def test_parted_by_sizes():
    [a, b] = size("ops.split_sizes", {"sizes": (3, -1), "axis": -1}, [(None, 8)]).outputs
    assert (a, b) == ((None, 3), (None, 5))
    for sizes in ((3, 4), (9, -1), (-1, -1)):
        with pytest.raises(SizingError):
            size("ops.split_sizes", {"sizes": sizes, "axis": -1}, [(None, 8)])


@given(one(), st.one_of(KNOWN, st.lists(KNOWN, min_size=1, max_size=5).map(tuple)))
def test_tile(drawn, repeats):
    assert_same_operation("ops.tile", {"repeats": repeats}, drawn[0],
                          lambda x: ops.tile(x, repeats), drawn[1])  # fmt: skip


@given(one(), st.one_of(KNOWN, st.lists(KNOWN, min_size=1, max_size=3)), st.one_of(st.none(), AXIS))
def test_repeat(drawn, repeats, axis):
    shapes, values = drawn
    if isinstance(repeats, list) and len(repeats) > 1 and None in shapes[0]:
        return  # Keras leaves open what the numbers of times tell
    assert_same_operation("ops.repeat", {"repeats": repeats, "axis": axis}, shapes,
                          lambda x: ops.repeat(x, repeats, axis), values)  # fmt: skip


@given(opened(st.lists(SHAPES, min_size=2, max_size=2)))
def test_meshgrid(drawn):
    for indexing in ("xy", "ij"):
        assert_same_operation("ops.meshgrid", {"indexing": indexing}, drawn[0],
                              lambda *xs, i=indexing: ops.meshgrid(*xs, indexing=i), drawn[1])  # fmt: skip


@given(one(), st.one_of(KNOWN, st.tuples(KNOWN, KNOWN)), st.data())
def test_pad(drawn, width, data):
    shapes, values = drawn
    pairs = data.draw(st.lists(st.tuples(KNOWN, KNOWN), min_size=1, max_size=4).map(tuple))
    for each in (width, pairs):
        if each == width or len(each) in (1, len(shapes[0])) or len(each) > 2:
            assert_same_operation("ops.pad", {"pad_width": each}, shapes,
                                  lambda x, w=each: ops.pad(x, w), values)  # fmt: skip


@given(one(), SHAPES, st.one_of(st.none(), AXIS))
def test_take(drawn, indices, axis):
    shapes, values = drawn
    assert_same_operation("ops.take", {"axis": axis}, [*shapes, indices],
                          lambda x, i: ops.take(x, i, axis), values)  # fmt: skip


@given(st.lists(KNOWN, min_size=2, max_size=3), st.integers(-3, 2), KNOWN)
def test_take_along_axis(shape, axis, length):
    at = axis % len(shape)
    indices = (*shape[:at], length, *shape[at + 1 :])
    assert_same_operation("ops.take_along_axis", {"axis": axis}, [tuple(shape), indices],
                          lambda x, i: ops.take_along_axis(x, i, axis))  # fmt: skip


@given(one(), KNOWN)
def test_one_hot(drawn, classes):
    assert_same_operation("ops.one_hot", {"num_classes": classes}, drawn[0],
                          lambda x: ops.one_hot(x, classes), drawn[1])  # fmt: skip


@given(input_shapes(2, 4), st.integers(-2, 2), st.integers(0, 2), st.integers(0, 2))
def test_diagonal(shape, offset, a, b):
    if a == b:
        return
    assert_same_operation("ops.diagonal", {"offset": offset, "axis1": a, "axis2": b}, [shape],
                          lambda x: ops.diagonal(x, offset, a, b))  # fmt: skip


@given(st.lists(KNOWN, min_size=2, max_size=3), st.data())
def test_slice_with_start_and_size(shape, data):
    starts = tuple(data.draw(st.integers(0, d - 1)) for d in shape)
    sizes = tuple(
        data.draw(st.sampled_from([-1, 1, d - s])) for d, s in zip(shape, starts, strict=True)
    )
    if all(s != -1 for s in sizes):
        assert_same_operation("ops.slice", {"start_indices": starts, "shape": sizes}, [tuple(shape)],
                              lambda x: ops.slice(x, starts, sizes))  # fmt: skip


def test_parts_of_a_symbol_are_seen_to_be_within_it():
    c = symbol("c")
    for part in (
        c // 2,
        2 * (c // 4),
        3 * (c // 4) + c // 4,
        c - 1,
        c,
        c - c // 3,
        (c + 1) // 2 - 1,
    ):
        assert surely_within(part, c), part
    for part in (c + 1, 2 * c, 5, (c + 7) // 2):
        assert not surely_within(part, c), part


def test_a_slice_longer_than_its_dimension_ends_there():
    c = symbol("c")
    [(found,)] = size("ops.getitem", {"key": (slice(None, 3),)}, [(c,)]).outputs
    assert (str(found), keras.KerasTensor((2,))[:3,].shape) == ("min(3, c)", (2,))
