"""Layers of several inputs beside the real Keras."""

import keras
import numpy as np
import pytest
from drawing import KNOWN_OR_OPEN, SIZES, input_shapes, left_open
from hypothesis import given
from hypothesis import strategies as st
from test_core import Counted, counted
from truth import assert_same

from sizeup.dims import bind, symbol
from sizeup.errors import SizingError
from sizeup.rules.registry import size

h, k, f = symbol("h"), symbol("k"), symbol("f")
ELEMENTWISE = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"]


@st.composite
def related_shapes(draw, count):
    """Shapes that mostly agree: of one, with dimensions set to 1, opened, changed or cut off."""
    first = draw(input_shapes(least=1, most=4))
    shapes = [first]
    for _ in range(count - 1):
        dims = [
            draw(st.sampled_from([dim, dim, dim, dim, 1, None])) if draw(st.booleans()) else dim
            for dim in first[1:]
        ]
        if draw(st.integers(0, 9)) == 0 and dims:
            dims[draw(st.integers(0, len(dims) - 1))] = draw(KNOWN_OR_OPEN)
        cut = draw(st.sampled_from([0, 0, 0, 1]))
        shapes.append((draw(st.sampled_from([first[0], None, 2])), *dims[cut:]))
    return shapes


@given(st.data(), st.sampled_from(ELEMENTWISE), st.integers(2, 4))
def test_elementwise_merges_broadcast_as_in_keras(data, kind, count):
    values = {}
    shapes = data.draw(related_shapes(count))
    opened = [data.draw(left_open(shape, values)) for shape in shapes]
    sizing = assert_same(kind, {}, opened, values)
    assert sizing is None or (sizing.parameters, sizing.macs) == ((), 0)


@given(st.data(), st.integers(2, 4), st.sampled_from([-1, -1, 1, 2, 3, 0, -2, -4, 4]))
def test_concatenate_joins_as_in_keras(data, count, axis):
    values = {}
    shapes = data.draw(related_shapes(count))
    opened = [data.draw(left_open(shape, values)) for shape in shapes]
    if len(set(map(len, shapes))) > 1:
        # Of some open shapes Keras notices that their ranks differ only once the layer runs.
        with pytest.raises(SizingError):
            size("Concatenate", {"axis": axis}, opened)
    else:
        assert_same("Concatenate", {"axis": axis}, opened, values)


@given(st.data(), st.integers(2, 4), SIZES, st.integers(1, 3))
def test_concatenate_of_shapes_that_agree_adds_up_one_axis(data, count, size_of_rest, axis):
    values = {}
    joined = data.draw(st.lists(KNOWN_OR_OPEN, min_size=count, max_size=count))
    shapes = [(None, *(n if i == axis else size_of_rest for i in (1, 2, 3))) for n in joined]
    opened = [data.draw(left_open(shape, values)) for shape in shapes]
    assert assert_same("Concatenate", {"axis": axis}, opened, values) is not None


AXES = st.integers(1, 3) | st.integers(-4, -1)


@given(st.data(), AXES | st.tuples(AXES, AXES), st.booleans())
def test_dot_contracts_as_in_keras(data, axes, normalize):
    values = {}
    x, y = (list(data.draw(input_shapes(least=2, most=4))) for _ in "xy")
    pair = (axes, axes) if isinstance(axes, int) else axes
    if data.draw(st.integers(0, 4)) and -len(x) <= pair[0] < len(x) and -len(y) <= pair[1] < len(y):
        y[pair[1]] = x[pair[0]]
    if 0 in {pair[0] % len(x), pair[1] % len(y)}:
        return  # Keras notices only once the layer runs
    opened = [data.draw(left_open(tuple(shape), values)) for shape in (x, y)]
    assert_same("Dot", {"axes": axes, "normalize": normalize}, opened, values)


@pytest.mark.parametrize(
    ("kind", "config", "shapes"),
    [
        ("Add", {}, [(None, 3), (None, 4)]),
        ("Add", {}, [(None, 3, 4), (None, 3)]),
        ("Add", {}, [(2, 3), (3, 3)]),
        ("Multiply", {}, [(None, 3), (None, 3), (None, 2)]),
        ("Subtract", {}, [(None, 3), (None, 3), (None, 3)]),
        ("Concatenate", {}, [(None, 3, 4), (None, 2, 4)]),
        ("Concatenate", {}, [(None, 3, 4), (None, 4)]),
        ("Concatenate", {}, [(2, 4), (3, 4)]),
        ("Concatenate", {}, [(None, 1, 4), (None, 3, 4)]),
        ("Concatenate", {"axis": 3}, [(None, 3, 4), (None, 3, 4)]),
        ("Concatenate", {"axis": None}, [(None, 3, 4), (None, 3, 4)]),
        ("Dot", {"axes": 1}, [(None, 3), (None, 4)]),
        ("Dot", {"axes": 1}, [(None, None), (None, 4)]),
        ("Dot", {"axes": 2}, [(None, 3), (None, 3)]),
        ("Dot", {"axes": (2, 1)}, [(None, 3, 4), (None, 3, 4)]),
        ("Dot", {"axes": (1, 2, 3)}, [(None, 3), (None, 3)]),
        ("Dot", {"axes": ((1,), (1,))}, [(None, 3), (None, 3)]),
        ("Dot", {"axes": None}, [(None, 3), (None, 3)]),
        ("Dot", {"axes": 1}, [(None, 3), (None, 3), (None, 3)]),
    ],
)
def test_refuses_what_keras_refuses(kind, config, shapes):
    assert assert_same(kind, config, shapes) is None


@pytest.mark.parametrize("kind", ["Add", "Concatenate"])
def test_a_list_of_one_is_passed_on(kind):
    output = getattr(keras.layers, kind)()([keras.KerasTensor((None, 3, 5))])
    assert size(kind, {}, [(None, 3, 5)]).outputs == (output.shape,)


@pytest.mark.parametrize("kind", ["Add", "Subtract", "Concatenate", "Dot"])
def test_nothing_to_merge_is_an_error(kind):
    with pytest.raises(SizingError, match=kind):
        size(kind, {"axes": 1} if kind == "Dot" else {}, [])


@pytest.mark.parametrize("axes", [0, (0, 1), (-2, 1), -2])
def test_dot_over_the_batch_is_refused_as_when_keras_runs_it(axes):
    x = np.ones((4, 4))
    with pytest.raises(ValueError, match="batch_dot over axis 0"):
        keras.layers.Dot(axes=axes)([x, x])
    with pytest.raises(SizingError, match=r"Dot cannot sum over axes .*batch"):
        size("Dot", {"axes": axes}, [(None, 4), (None, 4)])


@pytest.mark.parametrize(
    ("axes", "x", "y"),
    [
        (1, (1, 5), (1, 5)),
        (-1, (1, 3, 5), (1, 5)),
        ((2, 1), (1, 3, 5), (1, 5, 4)),
        ((1, 3), (1, 3, 5), (1, 2, 4, 3)),
    ],
)
def test_macs_of_dot_are_the_multiplications_of_a_product_per_sample(axes, x, y):
    a, b = (axes, axes) if isinstance(axes, int) else axes
    Counted.multiplications = 0
    np.tensordot(counted(x)[0], counted(y)[0], axes=(a - (a > 0), b - (b > 0)))
    sizing = size("Dot", {"axes": axes}, [(None, *x[1:]), (None, *y[1:])])
    assert sizing.macs == Counted.multiplications


def test_macs_of_dot_over_open_dimensions_are_open():
    assert size("Dot", {"axes": 2}, [(None, None, 5), (None, 7, 5)]).macs is None
    assert size("Dot", {"axes": 2}, [(None, h, 5), (None, 7, 5)]).macs == 35 * h


@pytest.mark.parametrize(("height", "other"), [(6, 6), (1, 6), (6, 1)])
def test_sum_of_free_sizes_holds_whichever_of_them_is_1(height, other):
    (shape,) = size("Add", {}, [(None, h, f), (None, k, f)]).outputs
    values = {"h": height, "k": other, "f": 3}
    truth = keras.layers.Add()([keras.KerasTensor((None, n, 3)) for n in (height, other)]).shape
    assert tuple(bind(dim, values) if dim is not None else None for dim in shape) == truth


def test_shapes_that_agree_for_no_value_are_refused():
    with pytest.raises(
        SizingError, match=r"Concatenate cannot merge \(None, h, 3\), \(None, h \+ 1"
    ):
        size("Concatenate", {}, [(None, h, 3), (None, h + 1, 3)])
    with pytest.raises(SizingError, match="Dot cannot sum"):
        size("Dot", {"axes": 1}, [(None, h), (None, h + 1)])


def test_residual_of_equal_expressions_is_that_expression():
    lengths = (h + 1) // 2, (h - 1) // 2 + 1
    assert size("Add", {}, [(None, n, 8) for n in lengths]).outputs == ((None, (h + 1) // 2, 8),)


def test_error_names_the_kind_and_the_shapes():
    with pytest.raises(SizingError, match=r"Add cannot merge \(None, 3, h\), \(None, 4, h\)"):
        size("Add", {}, [(None, 3, h), (None, 4, h)])
