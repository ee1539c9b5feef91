"""Receptive fields against networks of the real Keras, in which single elements are changed."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sizeup
from sizeup.analyses.flops import flops
from sizeup.analyses.receptive import Along, Each, fields
from sizeup.analyses.steps import run

LENGTH = 24
ONES = "kernel_initializer='ones', bias_initializer='zeros'"
LAYERS = [
    "layers.Conv1D(1, {k}, strides={s}, padding='{pad}', " + ONES + ")(x)",
    "layers.Conv1D(1, {k}, dilation_rate={s}, padding='{pad}', " + ONES + ")(x)",
    "layers.Conv1D(1, {k}, padding='causal', " + ONES + ")(x)",
    "layers.MaxPooling1D({k}, strides={s}, padding='{pad}')(x)",
    "layers.AveragePooling1D({s}, padding='{pad}')(x)",
    "layers.ZeroPadding1D(({s}, {k}))(x)",
    "layers.Cropping1D((1, {s}))(x)",
    "layers.UpSampling1D({s})(x)",
    "layers.Conv1DTranspose(1, {k}, strides={s}, padding='{pad}', " + ONES + ")(x)",
    "layers.Activation('relu')(x)",
    "layers.Add()([x, layers.Conv1D(1, {k}, padding='same', " + ONES + ")(x)])",
    "layers.Add()([layers.Conv1D(1, 3, strides={s}, padding='same', " + ONES + ")(x), "
    "layers.MaxPooling1D({k}, strides={s}, padding='same')(x)])",
    "layers.Concatenate()([x, layers.Conv1D(2, {k}, padding='same', " + ONES + ")(x)])",
]  # fmt: skip


def program(lines):
    body = "".join(f"x = {line}\n" for line in lines)
    return f"import keras\nfrom keras import layers\nx = i = keras.Input(({LENGTH}, 1))\n{body}model = keras.Model(i, x)\n"


@st.composite
def chains(draw):
    lines = []
    for _ in range(draw(st.integers(1, 5))):
        values = {"k": draw(st.integers(1, 4)), "s": draw(st.integers(1, 3)),
                  "pad": draw(st.sampled_from(["same", "valid"]))}  # fmt: skip
        lines.append(draw(st.sampled_from(LAYERS)).format(**values))
    return lines


def seen(model):
    """Which elements of the input change each position that leaves, by changing one at a time."""
    batch = np.eye(LENGTH, dtype="float32")[:, :, None]
    nothing = np.zeros((1, LENGTH, 1), dtype="float32")
    moved = np.abs(np.asarray(model(batch)) - np.asarray(model(nothing))).sum(-1) > 0
    return [np.flatnonzero(moved[:, place]) for place in range(moved.shape[1])]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@settings(max_examples=120)
@given(chains())
def test_every_position_sees_what_it_reacts_to(lines):
    text = program(lines)
    scope = {}
    try:
        exec(text, scope)
    except ValueError:  # no room for a window
        return
    network = sizeup.read("-:model", text=text)[0]
    runs = run(network)
    found = fields(runs, [f.task for f in flops(runs)], network.graph.input_shapes)
    last = runs.steps[-1].layer.name
    assert last in found, lines
    axis = found[last][1]
    for place, inputs in enumerate(seen(scope["model"])):
        first, end = stretch(axis, place)
        # what was cropped and is padded again is seen by name alone
        if 0 <= first <= end < LENGTH and not any("Cropping" in line for line in lines):
            assert (inputs[0], inputs[-1]) == (first, end), (lines, place)
        assert all(first <= element <= end for element in inputs), (lines, place)


def stretch(axis, place):
    if isinstance(axis, Along):
        first = axis.start + axis.stride * place
        return first, first + axis.size - 1
    assert isinstance(axis, Each)
    return axis.ends[place] or (1, 0)


def at(source, layer):
    """The field of a layer along both sides: size, stride, start."""
    costs = sizeup.costs(source)
    [both] = [each.field for each in costs.layers if each.name == layer]
    assert len(both) == 2
    return [(each.size, each.stride, each.start) for each in both]


PUBLISHED = [
    # Araujo, Norris and Sim, Distill 2019, table of models: size, effective stride, padding
    ("zoo:keras/vgg16", "block5_pool", 212, 32, -90),
    ("zoo:keras/mobilenet", "conv_pw_13", 315, 32, None),
    ("zoo:keras/inceptionv3", "mixed10", 1311, 32, None),
]


@pytest.mark.parametrize(("source", "layer", "size", "stride", "start"), PUBLISHED)
def test_published_fields(source, layer, size, stride, start):
    for found in at(source, layer):
        assert found[:2] == (size, stride)
        assert start is None or found[2] == start


@pytest.mark.parametrize("factor", [2, 3])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_lies_between_two_elements_sees_both(factor):
    made = keras.layers.UpSampling2D((factor, 1), interpolation="bilinear")
    elements = np.eye(12, dtype="float32")[:, :, None, None]
    moved = np.abs(np.asarray(made(elements)))[:, :, 0, 0] > 1e-6
    text = (
        "import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((12, 1, 1)), "
        f"layers.UpSampling2D(({factor}, 1), interpolation='bilinear')])"
    )
    network = sizeup.read("-:model", text=text)[0]
    runs = run(network)
    [axes] = fields(runs, [f.task for f in flops(runs)], network.graph.input_shapes).values()
    seen_by = [np.flatnonzero(moved[:, place]) for place in range(12 * factor)]
    assert list(axes[1].ends) == [(inputs[0], inputs[-1]) for inputs in seen_by]


def test_fields_of_an_open_image_are_formulas():
    text = """
import keras
from keras import layers
model = keras.Sequential([
    keras.Input((rows, 32, 1)),
    layers.Conv2D(4, k),
    layers.MaxPooling2D(2),
    layers.Conv2D(4, k, padding="same"),
    layers.Flatten(),
])
"""
    free = sizeup.costs(sizeup.read("-:model", text=text)[0]).as_dict()["layers"]
    bound = sizeup.read("-:model", {"k": 5, "rows": 40}, text=text)[0]
    for formula, number in zip(free, sizeup.costs(bound).as_dict()["layers"], strict=True):
        for one, other in zip(formula["receptive_field"], number["receptive_field"], strict=True):
            for key in ("size", "stride", "start"):
                known = str(one[key])
                assert eval(known, {"max": max, "min": min}, {"k": 5, "rows": 40}) == other[key]


def test_attention_and_flatten_see_everything():
    text = """
import keras
from keras import layers
x = i = keras.Input((20, 8))
x = layers.Conv1D(8, 3)(x)
x = layers.MultiHeadAttention(2, 4)(x, x)
x = layers.Conv1D(8, 3)(x)
model = keras.Model(i, layers.Flatten()(x))
"""
    costs = sizeup.costs(sizeup.read("-:model", text=text)[0])
    assert [layer.field[0].whole for layer in costs.layers] == [False, True, True, True]
