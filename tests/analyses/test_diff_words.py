"""Differences as people name them, and what is changed by hand held against the real Keras."""

from __future__ import annotations

from textwrap import dedent

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sizeup
from sizeup.analyses.aligned import Aligned
from sizeup.analyses.diff import diff
from sizeup.analyses.flat import flatten
from sizeup.errors import SizingError, UsageError
from sizeup.readers import read

CNN = """
import keras
from keras import layers

def cnn(f=64, size=32, classes=10, gap=False, norm=False):
    m = keras.Sequential()
    m.add(layers.Input((size, size, 3)))
    for i in range(3):
        for j in range(2):
            m.add(layers.Conv2D(f, 3, padding="same", use_bias=not norm))
            if norm:
                m.add(layers.BatchNormalization())
            m.add(layers.Activation("relu"))
        m.add(layers.MaxPooling2D())
    m.add(layers.GlobalAveragePooling2D() if gap else layers.Flatten())
    m.add(layers.Dense(256, activation="relu"))
    m.add(layers.Dense(classes, activation="softmax"))
    return m

def residual(f=8, blocks=(2, 2)):
    x = image = keras.Input((16, 16, 3))
    x = layers.Conv2D(f, 3, padding="same")(x)
    for stage, count in enumerate(blocks):
        for block in range(count):
            strides = 2 if stage and not block else 1
            width = f * 2 ** stage
            y = layers.Conv2D(width, 3, strides=strides, padding="same")(x)
            y = layers.BatchNormalization()(y)
            y = layers.Activation("relu")(y)
            y = layers.Conv2D(width, 3, padding="same")(y)
            if strides > 1:
                x = layers.Conv2D(width, 1, strides=2)(x)
            x = layers.Add()([x, y])
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
"""
SPACE: dict[str, object] = {}
exec(CNN, SPACE)


def text_of(call):
    return dedent(CNN) + f"\nmodel = {call}\n"


def compared(before, after, of="parameters"):
    one, other = (read("-:model", stdin=text_of(call))[0] for call in (before, after))
    return diff(one, other, of=of)


def real(call):
    return eval(call, SPACE).count_params()


@pytest.mark.parametrize(
    ("after", "whats"),
    [
        ("cnn(f=96)", ["filters 64 → 96 throughout (6 Conv2D)"]),
        ("cnn(size=64)", ["images 32 → 64"]),
        ("cnn(classes=100)", ["head 10 → 100 classes"]),
        ("cnn(gap=True)", ["Flatten replaced by GlobalAveragePooling2D"]),
    ],
)
def test_one_change_is_one_line_and_worth_what_keras_says(after, whats):
    found = compared("cnn()", after)
    assert [change.what for change in found.changes] == whats
    truth = real(after) - real("cnn()")
    assert [(c.effect, c.alone, c.undone) for c in found.changes] == [(truth,) * 3]


def test_many_changes_of_one_network_are_told_apart():
    found = compared("cnn()", "cnn(96, 64, 100, True, True)")
    assert [change.what for change in found.changes] == [
        "images 32 → 64",
        "filters 64 → 96 throughout (6 Conv2D)",
        "use_bias True → False throughout (6 Conv2D)",
        "BatchNormalization inserted after each Conv2D (6 times)",
        "Flatten replaced by GlobalAveragePooling2D",
        "head 10 → 100 classes",
    ]
    alone = {change.what: change.alone for change in found.changes}
    before, after = real("cnn()"), real("cnn(96, 64, 100, True, True)")
    assert alone["images 32 → 64"] == real("cnn(size=64)") - before
    assert alone["filters 64 → 96 throughout (6 Conv2D)"] == real("cnn(f=96)") - before
    assert alone["Flatten replaced by GlobalAveragePooling2D"] == real("cnn(gap=True)") - before
    undone = {change.what: change.undone for change in found.changes}
    assert undone["head 10 → 100 classes"] == after - real("cnn(96, 64, 10, True, True)")
    assert undone["images 32 → 64"] == after - real("cnn(96, 32, 100, True, True)")
    assert sum(change.effect for change in found.changes) == found.delta == after - before


def test_deeper_and_wider_are_two_changes_and_each_is_a_network():
    found = compared("residual()", "residual(12, (2, 5))")
    wide, deep = found.changes
    before, after = real("residual()"), real("residual(12, (2, 5))")
    assert deep.what == "stage 2 (8×8) has 5 blocks instead of 2"
    assert deep.alone == real("residual(8, (2, 5))") - before
    assert deep.undone == after - real("residual(12, (2, 2))")
    assert wide.alone == real("residual(12, (2, 2))") - before
    assert wide.undone == after - real("residual(8, (2, 5))")
    assert wide.effect + deep.effect == after - before


@settings(max_examples=15)
@given(
    st.tuples(st.integers(1, 6), st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 6), st.integers(1, 3), st.integers(1, 3)),
    st.sampled_from(["parameters", "macs", "activations"]),
)
def test_effects_sum_to_the_difference_of_drawn_networks(one, other, of):
    calls = [f"residual({width}, ({first}, {second}))" for width, first, second in (one, other)]
    found = compared(*calls, of=of)
    assert sum(change.effect for change in found.changes) == found.delta
    if of == "parameters":
        assert found.delta == real(calls[1]) - real(calls[0])


def test_networks_of_other_blocks_are_told_by_stages():
    found = sizeup.diff("zoo:vgg19", "zoo:resnet152")
    whats = [change.what for change in found.changes]
    assert "Flatten replaced by GlobalAveragePooling2D" in whats
    assert any(what.startswith("at 14×14: 4 Conv2D 512 replaced by 36 blocks") for what in whats)
    assert sum(change.effect for change in found.changes) == found.delta


@pytest.mark.parametrize("of", ["macs", "activations"])
def test_other_measures_sum_and_say_what_they_are(of):
    found = compared("cnn()", "cnn(96, 64, 100, True, True)", of).as_dict()
    assert found["of"] == of
    assert sum(change["effect"] for change in found["changes"]) == found["delta"]
    assert found["totals"][1] - found["totals"][0] == found["delta"]
    if of == "macs":
        assert found["totals"] == [found["before"]["macs"], found["after"]["macs"]]


def test_activations_are_the_elements_that_layers_of_keras_give():
    model = SPACE["cnn"](96, 64)
    elements = sum(int(keras.ops.prod(layer.output.shape[1:])) for layer in model.layers)
    assert compared("cnn()", "cnn(96, 64)", "activations").totals[1] == elements


def test_the_paragraph_says_why_the_deeper_one_is_smaller():
    words = sizeup.diff("zoo:vgg1", "zoo:vgg2").as_dict()["words"]
    assert "267,648 fewer than vgg1" in words
    assert "the second block (Conv2D 64, Conv2D 64, MaxPooling2D) (−632,704)" in words
    assert "98 % of vgg1 are in a single layer, dense_1" in words


def test_a_network_is_edited_and_sized_again_as_keras_would():
    network = read("-:model", stdin=text_of("cnn()"))[0]
    edited = sizeup.edit(network, kinds={"Conv2D": {"filters": 96}}, input_shape=(None, 64, 64, 3))
    assert sizeup.count(edited).total == real("cnn(96, 64)")
    with pytest.raises(UsageError, match="nothing"):
        sizeup.edit(network, {"nothing": {"units": 3}})
    with pytest.raises(SizingError):
        sizeup.edit(network, kinds={"Conv2D": {"filters": 0}})


@pytest.mark.parametrize(
    "pair", [("zoo:resnet34", "zoo:lenet5"), ("zoo:mobilenet", "zoo:resnet20")]
)
def test_each_layer_stands_in_the_alignment_once(pair):
    before, after = (flatten(read(name)[0].graph) for name in pair)
    both = Aligned(before, after)
    for side, graph in enumerate((both.before, both.after)):
        numbers = [each[side] for each in both.pairs if each[side] is not None]
        assert sorted(numbers) == list(range(len(graph.layers)))
    assert len(sizeup.diff(*pair, of="activations").changes) > 1


def test_a_saved_model_says_nothing_that_its_code_leaves_to_the_defaults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = dedent(
        """
        import keras
        from keras import layers

        def build(f):
            return keras.Sequential([
                keras.Input((12, 12, 3)), layers.Conv2D(f, 3), layers.MaxPooling2D(),
                layers.Conv2D(2 * f, 3), layers.Flatten(), layers.Dense(5)])
        """
    )
    (tmp_path / "net.py").write_text(code + "net = build(8)\n")
    namespace = {}
    exec(code, namespace)
    model = namespace["build"](8)
    (tmp_path / "same.json").write_text(model.to_json())
    (tmp_path / "wider.json").write_text(namespace["build"](12).to_json())
    (same,) = read("same.json").networks
    found = diff(read("net.py")["net"], same)
    assert not found.changes
    (wider,) = read("wider.json").networks
    found = diff(read("net.py")["net"], wider)
    assert found.delta == namespace["build"](12).count_params() - model.count_params()
    assert [change.what for change in found.changes] == [
        "1.50× the filters throughout (8 → 12 … 16 → 24)"
    ]


def test_networks_of_one_name_are_told_apart_by_where_they_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder, units in (("old", 50), ("new", 20)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "net.py").write_text(
            "from keras import layers, Sequential\n"
            f"net = Sequential([layers.Dense({units}, input_shape=(7,)), layers.Dense(2)])\n"
        )
    found = sizeup.diff("old/net.py", "new/net.py")
    assert found.as_dict()["before"]["name"] == "net"
    assert found.as_dict()["words"].startswith("net (new/net.py) has ")
    assert "Why net (new/net.py) is smaller" in str(found)
