"""Normalization layers beside the real Keras: names, order and who trains them."""

import warnings

import pytest
from drawing import input_shapes, left_open
from hypothesis import given
from hypothesis import strategies as st
from truth import assert_same

from sizeup.dims import symbol
from sizeup.errors import SizingError
from sizeup.rules.registry import size

c = symbol("c")
AXIS = st.sampled_from([-1, -1, 1, 2, 3, 0, -2, -3, 4, -6])
SEVERAL = AXIS | st.lists(AXIS, max_size=3)
SCALE_AND_SHIFT = {"center": st.booleans(), "scale": st.booleans()}


@given(
    st.data(),
    input_shapes(least=1),
    st.fixed_dictionaries({"axis": AXIS, "renorm": st.booleans(), **SCALE_AND_SHIFT}),
)
def test_batch_normalization_is_sized_as_by_keras(data, shape, config):
    values = {}
    assert_same("BatchNormalization", config, [data.draw(left_open(shape, values))], values)


@given(
    st.data(),
    input_shapes(least=1),
    st.fixed_dictionaries({"axis": SEVERAL, **SCALE_AND_SHIFT}),
)
def test_layer_normalization_is_sized_as_by_keras(data, shape, config):
    values = {}
    assert_same("LayerNormalization", config, [data.draw(left_open(shape, values))], values)


@given(
    st.data(),
    input_shapes(least=1),
    st.sampled_from([-1, 0, 1, 2, 3, 32]),
    st.fixed_dictionaries({"axis": SEVERAL, **SCALE_AND_SHIFT}),
)
def test_group_normalization_is_sized_as_by_keras(data, shape, groups, config):
    values = {}
    config = {**config, "groups": groups if groups < 1 else data.draw(left_open(groups, values))}
    assert_same("GroupNormalization", config, [data.draw(left_open(shape, values))], values)


@given(
    st.data(),
    input_shapes(least=1),
    SEVERAL,
    st.sampled_from(["RMSNormalization", "UnitNormalization"]),
)
def test_norms_over_axes_are_sized_as_by_keras(data, shape, axis, kind):
    values = {}
    assert_same(kind, {"axis": axis}, [data.draw(left_open(shape, values))], values)


@pytest.mark.parametrize("kind", ["LayerNormalization", "RMSNormalization"])
@pytest.mark.parametrize("axis", [(2, 1), (1, -1), (-1, -2), (3, 2, 1), (1, 1), ()])
def test_several_axes_are_laid_out_as_in_keras(kind, axis):
    assert assert_same(kind, {"axis": axis}, [(None, 4, 5, 6)]) is not None


@pytest.mark.parametrize("center", [True, False])
def test_rms_scaling_of_layer_normalization_leaves_only_the_scale(center):
    config = {"rms_scaling": True, "center": center, "scale": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras deprecates it
        sizing = assert_same("LayerNormalization", config, [(None, 5)])
    assert [p.name for p in sizing.parameters] == ["gamma"]


def test_half_of_batch_normalization_is_trainable():
    sizing = size("BatchNormalization", {}, [(None, 28, 28, c)])
    trained = {p.name: p.trainable for p in sizing.parameters}
    assert trained == {"gamma": True, "beta": True, "moving_mean": False, "moving_variance": False}
    assert all(p.shape == (c,) for p in sizing.parameters)


@pytest.mark.parametrize(
    ("kind", "config", "shape"),
    [
        ("BatchNormalization", {}, (None, None)),
        ("BatchNormalization", {}, (None,)),
        ("BatchNormalization", {"axis": 0}, (None, 3)),
        ("BatchNormalization", {"axis": 2}, (None, 3)),
        ("BatchNormalization", {"axis": None}, (None, 3)),
        ("BatchNormalization", {"axis": (1,)}, (None, 3)),
        ("BatchNormalization", {"axis": 1}, (None, None, 3)),
        ("LayerNormalization", {"axis": (1, 2)}, (None, None, 3)),
        ("LayerNormalization", {"axis": None}, (None, 3)),
        ("GroupNormalization", {}, (None, 16)),
        ("GroupNormalization", {"groups": 3}, (None, 16)),
        ("GroupNormalization", {"groups": -2}, (None, 16)),
        ("GroupNormalization", {"groups": 2.0}, (None, 16)),
        ("GroupNormalization", {"axis": (1,)}, (None, 32)),
        ("RMSNormalization", {"axis": None}, (None, 3)),
        ("UnitNormalization", {"axis": None}, (None, 3)),
        ("UnitNormalization", {"axis": (1, 5)}, (None, 3)),
    ],
)
def test_refuses_what_keras_refuses(kind, config, shape):
    assert assert_same(kind, config, [shape]) is None


@pytest.mark.parametrize(
    ("kind", "config", "shape", "says"),
    [
        ("BatchNormalization", {}, (None, 8, None), r"BatchN.* axis -1 .* \(None, 8, None\).*open"),
        ("LayerNormalization", {"axis": 3}, (None, c), r"LayerN.* no axis 3 .* \(None, c\)"),
        ("GroupNormalization", {"groups": 8}, (None, 20), r"GroupN.* 20 .* 8.* \(None, 20\)"),
        ("BatchNormalization", {"center": c}, (None, 3), "BatchN.* center .* True or False"),
        ("BatchNormalization", {"renorm": c}, (None, 3), "BatchN.* renorm .* True or False"),
    ],
)
def test_error_names_the_kind_what_is_wrong_and_the_shape(kind, config, shape, says):
    with pytest.raises(SizingError, match=says):
        size(kind, config, [shape])


def test_groups_that_divide_for_no_value_are_refused():
    assert size("GroupNormalization", {"groups": 4}, [(None, c)]).parameters[0].shape == (c,)
    with pytest.raises(SizingError, match="none of 4"):
        size("GroupNormalization", {"groups": 4}, [(None, 4 * c + 2)])
