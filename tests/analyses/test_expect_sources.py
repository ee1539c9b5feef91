"""What a source says in literals is tried without the networks that stand beside the one asked."""

from __future__ import annotations

import ast

import pytest

import sizeup
from sizeup.analyses.expect import expect
from sizeup.analyses.expect_source import DEPTHS, names, rewritten, without_others
from sizeup.numbers import parse_count
from sizeup.readers import read

CODE = """
import keras
from keras import layers

def conv(x, filters):
    return layers.Conv2D(filters, 3, padding="same")(x)

def network(n, widths):
    image = keras.Input((16, 16, 3))
    x = conv(image, 24)
    for filters in (8, 16, 32):
        for _ in range(n):
            x = conv(x, filters)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10)(x))

def small():
    return network(2, 0)

def huge():
    return network(400, 0)

def unused():
    return huge()
"""


def real(text, call):
    space: dict[str, object] = {}
    exec(text, space)
    return eval(call, space).count_params()


def explained(text, name, number):
    (found,) = (n for n in read("-", stdin=text) if n.name == name)
    seen = []

    def again(variant):
        reading = read("-", variant.settings, stdin=text, edit=variant.edit)
        seen.append([network.name for network in reading])
        return list(reading)

    found = expect(found, parse_count(str(number)), read=again, program=lambda: ast.parse(text))
    return found, seen


def test_what_a_loop_goes_over_is_a_number_like_any_other():
    text = CODE.replace("range(n)", "range(2)").replace("400", "3")
    number = real(text.replace("(8, 16, 32)", "(16, 32, 64)"), "small()")
    found, _ = explained(text, "small", number)
    whats = [each.as_dict()["what"] for each in found.explanations[:3]]
    assert any("(8, 16, 32) → (16, 32, 64)" in what for what in whats)


def test_variants_are_read_without_the_other_networks():
    text = CODE.replace("400", "3")
    number = real(text.replace("network(2,", "network(4,"), "small()")
    found, seen = explained(text, "small", number)
    assert found.explanations
    assert seen
    assert not any({"huge", "unused"} & {*each} for each in seen)


def test_what_is_named_anywhere_stays():
    tree = ast.parse(CODE)
    kept = [each.name for each in without_others(tree, {"small"}).body if hasattr(each, "name")]
    assert kept == ["conv", "network", "small"]
    kept = [each.name for each in without_others(tree, {"unused"}).body if hasattr(each, "name")]
    assert kept == ["conv", "network", "huge", "unused"]


def test_a_literal_is_made_another_where_it_stands():
    text = "for f in 1, 2:\n    g(f, 1)\n"
    (named,) = (each for each in names(ast.parse(text), ()) if each.loop)
    variant = rewritten(named, (1, 2), (2, 4))
    assert ast.unparse(variant.edit(ast.parse(text))) == "for f in (2, 4):\n    g(f, 1)"


@pytest.mark.parametrize("depths", DEPTHS[1:3])
def test_depths_of_papers_are_tried_for_those_of_a_network(depths):
    text = CODE.replace("for filters in (8, 16, 32):", "for n, filters in zip(n, (8, 16, 32, 64)):")
    text = text.replace("network(2,", "network((2, 2, 2, 2),").replace(
        "network(400,", "network((1,),"
    )
    number = real(text.replace("(2, 2, 2, 2)", str(depths)), "small()")
    found, _ = explained(text, "small", number)
    whats = [each.as_dict()["what"] for each in found.explanations]
    assert any(str(depths) in what for what in whats[:3])


def test_values_that_all_round_to_the_number_are_one_range():
    (network,) = [found.network for found in [sizeup.count("zoo:keras/resnet50")]]
    found = expect(network, parse_count("23.6M"))
    classes = [
        each for each in found.explanations
        if len(each.changes) == 1 and each.changes[0].kind == "classes"
    ]  # fmt: skip
    assert len(classes) == 1
    first, last = classes[0].changes[0].also
    top, each = 23_587_712, 2_049  # without the top, and what a class takes
    assert first == 1
    assert top + each * last < 23_650_000 <= top + each * (last + 1)


def test_a_change_that_suffices_is_in_no_pair():
    text = CODE.replace("400", "3")
    number = real(text.replace("Dense(10)", "Dense(20)"), "small()")
    found, _ = explained(text, "small", number)
    single = {each.changes[0].what for each in found.explanations if len(each.changes) == 1}
    pairs = [each for each in found.explanations if len(each.changes) > 1]
    assert any("classes" in what for what in single)
    assert not any(change.what in single for pair in pairs for change in pair.changes)


def test_a_norm_behind_one_convolution_is_an_explanation():
    text = """
import keras
from keras import layers
model = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(32, 3),
    layers.Conv2D(64, 3),
    layers.Flatten(),
    layers.Dense(10),
])
"""
    number = real(
        text.replace("layers.Conv2D(64, 3),", "layers.Conv2D(64, 3), layers.BatchNormalization(),"),
        "model",
    )
    found, _ = explained(text, "model", number)
    whats = [each.as_dict()["what"] for each in found.explanations[:3]]
    assert "BatchNormalization after conv2d_2" in whats
