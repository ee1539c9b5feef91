"""Layers that alter pictures, beside the real Keras: they own nothing."""

import pytest
from drawing import SIZES, input_shapes, left_open
from hypothesis import given
from hypothesis import strategies as st
from truth import assert_same

from sizeup.errors import SizingError
from sizeup.rules.augmentation import BOUNDS, FACTORS, SIGNATURES
from sizeup.rules.registry import REQUIRED, find_rule, size

SIZED = ["Resizing", "CenterCrop", "RandomCrop"]


@pytest.mark.parametrize("kind", sorted(SIGNATURES))
@given(st.data(), input_shapes(least=4, most=4))
def test_layers_that_alter_pictures_keep_their_shape(kind, data, shape):
    values = {}
    config = {
        name: data.draw(st.sampled_from([0.0, 0.25, (0.1, 0.9), [0.3, 0.4]]), label=name)
        for name in find_rule(kind).signature
        if name in FACTORS
    }
    if kind == "RandomPosterization":
        config["factor"] = data.draw(st.integers(1, 8))
    if kind == "RandomGrayscale":
        config["factor"] = 0.5
    if kind == "RandomColorDegeneration":
        shape = (*shape[:3], data.draw(st.sampled_from([3, 3, 4, 1, None])))
    if kind == "MaxNumBoundingBoxes":
        config["max_number"] = 3
    sizing = assert_same(kind, config, [data.draw(left_open(shape, values))], values)
    assert sizing is not None or shape[-1] != 3
    assert sizing is None or (sizing.parameters, sizing.macs) == ((), 0)


@pytest.mark.parametrize("kind", sorted(SIGNATURES))
@pytest.mark.parametrize("value", [1.5, -0.5, 9, -2, (0.1, 0.2, 0.3), (2.5, 3.5), (-3, -2), "much"])
def test_refuses_what_keras_refuses_of_how_much_is_altered(kind, value):
    signature = find_rule(kind).signature
    names = [name for name in FACTORS if name in signature]
    if not names:
        assert kind not in BOUNDS
        return
    required = {name: 0.1 for name, default in signature.items() if default is REQUIRED}
    assert_same(kind, {**required, names[0]: value}, [(None, 8, 8, 3)])


@given(
    st.data(),
    st.sampled_from(SIZED),
    input_shapes(least=3, most=4),
    st.sampled_from(["channels_last", "channels_first", None]),
)
def test_pictures_are_cut_to_size_as_by_keras(data, kind, shape, data_format):
    values = {}
    config = {
        "height": data.draw(left_open(data.draw(SIZES), values)),
        "width": data.draw(left_open(data.draw(SIZES), values)),
        "data_format": data_format,
    }
    assert_same(kind, config, [data.draw(left_open(shape, values))], values)


@pytest.mark.parametrize("shape", [(None, 8), (None,), (None, 2, 8, 8, 3)])
def test_what_is_no_picture_cannot_be_cut(shape):
    with pytest.raises(SizingError, match=r"CenterCrop .* rank 3 or 4"):
        size("CenterCrop", {"height": 3, "width": 3}, [shape])
