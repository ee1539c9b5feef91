"""What a class says of the shape that leaves it, and what `call` does: as Keras 3 takes the two."""

from __future__ import annotations

import textwrap

import numpy as np
import pytest

from readers.keras_truth import assert_is_keras, assert_reads_as_keras, read_text, run
from sizeup.analyses.count import count

HEAD = """
import keras
from keras import layers, ops
"""
CONTRADICTED = {
    "another width": """
        class Wide(layers.Layer):
            def __init__(self):
                super().__init__()
                self.post = layers.Dense(6)
            def build(self, shape):
                self.post.build(shape)
            def call(self, x):
                return self.post(x)
            def compute_output_shape(self, shape):
                return (shape[0], 9)
        model = keras.Sequential([keras.Input((7,)), Wide(), layers.Dense(3)])
    """,
    "another width, and no build": """
        class Wide(layers.Layer):
            def __init__(self):
                super().__init__()
                self.post = layers.Dense(6)
            def call(self, x):
                return self.post(x)
            def compute_output_shape(self, shape):
                return (shape[0], 9)
        model = keras.Sequential([keras.Input((7,)), Wide(), layers.Dense(3)])
    """,
    "what the class of Keras says": """
        class Wide(layers.Dense):
            def call(self, x):
                return ops.concatenate([x, super().call(x)], -1)
        model = keras.Sequential([keras.Input((7,)), Wide(5), layers.Dense(3)])
    """,
    "a convolution that pools": """
        class Pooled(layers.Conv2D):
            def __init__(self, *a, **k):
                super().__init__(*a, **k)
                self.pool = layers.MaxPooling2D()
            def call(self, x):
                return self.pool(super().call(x))
        model = keras.Sequential([
            keras.Input((8, 8, 3)), Pooled(5, 3), layers.Flatten(), layers.Dense(3)])
    """,
    "two inputs": """
        class Joined(layers.Concatenate):
            def call(self, inputs):
                return ops.concatenate([super().call(inputs), inputs[0]], -1)
        a, b = keras.Input((4,)), keras.Input((5,))
        model = keras.Model([a, b], layers.Dense(3)(Joined()([a, b])))
    """,
    "two outputs": """
        class Split(layers.Layer):
            def call(self, x):
                return x[:, :3], x[:, 3:]
            def compute_output_shape(self, shape):
                return [(shape[0], 4), (shape[0], shape[-1] - 4)]
        x = keras.Input((9,))
        a, b = Split()(x)
        model = keras.Model(x, [layers.Dense(2)(a), layers.Dense(2)(b)])
    """,
}


@pytest.mark.filterwarnings("ignore:.*unbuilt state")
@pytest.mark.parametrize("name", CONTRADICTED)
def test_what_stands_behind_a_layer_is_made_for_what_it_says(name):
    text = HEAD + textwrap.dedent(CONTRADICTED[name])
    assert_reads_as_keras(text)
    assert any("it will not run" in note.text for note in read_text(text)["model"].notes)
    model = run(text)
    data = [np.zeros((1, *each.shape[1:]), "float32") for each in model.inputs]
    with pytest.raises(Exception, match=r"(?i)shape|match|incompatible"):
        model(data[0] if len(data) == 1 else data)


LATE = {
    "Dense with a normalization": ("""
        class Normed(layers.Dense):
            def __init__(self, units):
                super().__init__(units)
                self.norm = layers.LayerNormalization()
            def call(self, x):
                return self.norm(super().call(x))
        model = keras.Sequential([keras.Input((7,)), Normed(5), layers.Dense(3)])
    """, 10),
    "a build that leaves it out": ("""
        class Scaled(layers.Layer):
            def __init__(self):
                super().__init__()
                self.post = layers.Dense(6)
            def build(self, shape):
                self.scale = self.add_weight(shape=(shape[-1],))
            def call(self, x):
                return self.post(x * self.scale)
            def compute_output_shape(self, shape):
                return (shape[0], 6)
        model = keras.Sequential([keras.Input((7,)), Scaled(), layers.Dense(3)])
    """, 48),
    "in a wrapper": ("""
        class Inside(layers.Layer):
            def __init__(self):
                super().__init__()
                self.post = layers.Dense(6)
            def call(self, x):
                return self.post(x)
            def compute_output_shape(self, shape):
                return (*shape[:-1], 6)
        model = keras.Sequential([
            keras.Input((4, 7)), layers.TimeDistributed(Inside()), layers.Dense(3)])
    """, 48),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*unbuilt state")
@pytest.mark.parametrize("name", LATE)
def test_layers_that_only_a_run_builds_are_counted_and_told(name):
    body, late = LATE[name]
    text = HEAD + textwrap.dedent(body)
    model, (network,) = run(text), read_text(text).networks
    assert count(network).total == model.count_params() + late
    assert any(f"are less by {late}" in note.text for note in network.notes)
    model(np.zeros((1, *model.inputs[0].shape[1:]), "float32"))
    assert_is_keras(network, model)


def test_what_is_built_before_call_is_not_told_of():
    text = HEAD + textwrap.dedent("""
        class Normed(layers.Dense):
            def __init__(self, units):
                super().__init__(units)
                self.norm = layers.LayerNormalization()
            def build(self, shape):
                super().build(shape)
                self.norm.build((*shape[:-1], self.units))
            def call(self, x):
                return self.norm(super().call(x))
        model = keras.Sequential([keras.Input((7,)), Normed(5), layers.Dense(3)])
    """)
    assert_reads_as_keras(text)
    assert not [note for note in read_text(text)["model"].notes if note.level == "warning"]


def test_inside_of_a_layer_each_call_runs():
    assert_reads_as_keras(HEAD + textwrap.dedent("""
        class Wide(layers.Dense):
            def call(self, x):
                return ops.concatenate([x, super().call(x)], -1)
        class Around(layers.Layer):
            def __init__(self):
                super().__init__()
                self.wide, self.out = Wide(5), layers.Dense(3)
            def call(self, x):
                return self.out(self.wide(x))
        model = keras.Sequential([keras.Input((7,)), Around()])
    """))  # fmt: skip


def test_a_wrapper_around_a_class_that_contradicts_itself_is_unknown():
    (network,) = read_text(HEAD + textwrap.dedent("""
        class Wide(layers.Dense):
            def call(self, x):
                return ops.concatenate([x, super().call(x)], -1)
        model = keras.Sequential([
            keras.Input((4, 7)), layers.TimeDistributed(Wide(5)), layers.Dense(3)])
    """)).networks  # fmt: skip
    assert count(network).total is None
    assert any("it will not run" in note.text for note in network.notes)


def test_weights_made_in_call_are_warned_of():
    text = HEAD + textwrap.dedent("""
        class Scale(layers.Layer):
            def call(self, x):
                self.scale = self.add_weight(shape=(x.shape[-1],))
                return x * self.scale
        model = keras.Sequential([keras.Input((5,)), Scale()])
    """)
    with pytest.raises(ValueError, match=r"already built|infer the output shape"):
        run(text)
    assert any("makes weights in call()" in note.text for note in read_text(text)["model"].notes)
