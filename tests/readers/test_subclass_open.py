"""Subclassed models that are never called, and what about them cannot be known: honestly open."""

from __future__ import annotations

import textwrap

import pytest

from readers.keras_truth import read_text
from readers.subclass_truth import assert_tracks_as_keras, found
from sizeup.analyses.count import count
from sizeup.errors import ReadError
from sizeup.readers.source import read_source
from sizeup.readers.source.dialect import Spoken
from sizeup.rules.graphs import bind

NET = textwrap.dedent("""
    class Net(Model):
        def __init__(self):
            super().__init__()
            self.conv, self.flat, self.out = Conv2D(8, 3), Flatten(), Dense(10)
        def call(self, x):
            return self.out(self.flat(self.conv(x)))
    model = Net()
""")


def test_a_model_that_is_never_called_is_a_formula_of_its_input():
    ours = found(NET, "Net")
    assert [free.expression for free in ours.free] == ["x.shape[1]", "x.shape[2]", "x.shape[3]"]
    values = {"x_shape_1": 12, "x_shape_2": 14, "x_shape_3": 3}
    truth = found(NET + "model(keras.Input((12, 14, 3)))\n", "Net").total
    assert eval(ours.formula, {"max": max}, dict(values)) == truth
    assert_tracks_as_keras(NET + "model(np.zeros((1, 12, 14, 3)))\n")


@pytest.mark.parametrize("last", [
    "model.build((None, 12, 14, 3))", "model.build(input_shape=(None, 12, 14, 3))",
    "x = np.zeros((5, 12, 14, 3))\nmodel.fit(x, np.zeros((5, 10)))",
])  # fmt: skip
def test_what_builds_a_model_tells_its_input(last):
    truth = found(NET + "model(keras.Input((12, 14, 3)))\n", "Net").total
    assert found(NET + last + "\n", "Net").total == truth


def test_a_class_that_nothing_makes_an_object_of_is_open_in_its_arguments():
    text = textwrap.dedent("""
        class Net(Model):
            def __init__(self, units, classes=10):
                super().__init__()
                self.hidden, self.out = Dense(units), Dense(classes)
            def call(self, inputs):
                return self.out(self.hidden(inputs))
    """)
    ours = found(text, "Net")
    assert {free.name for free in ours.free} == {"units", "inputs_shape_1"}
    assert ours.formula is not None


@pytest.mark.parametrize("body", [
    ("self.a, self.b = Dense(3), Dense(2)\n    def call(self, inputs):\n        x, y = inputs\n"
    "        return self.a(x), self.b(y)"),
    ("self.a, self.b = Dense(3), Dense(2)\n    def call(self, inputs):\n"
    "        return self.a(inputs['x']), self.b(inputs['y'])"),
])  # fmt: skip
def test_inputs_that_a_call_takes_apart_are_open_one_by_one(body):
    text = (
        f"class Net(Model):\n    def __init__(self):\n        super().__init__()\n        {body}\n"
    )
    assert len(found(text + "model = Net()\n", "Net").free) == 2


UNKNOWN = {
    "a part that is an argument": """
        class VAE(Model):
            def __init__(self, encoder, decoder):
                super().__init__()
                self.encoder, self.decoder = encoder, decoder
            def train_step(self, data):
                return {"loss": self.decoder(self.encoder(data))}
    """,
    "a part that only train_step calls": """
        class VAE(Model):
            def __init__(self):
                super().__init__()
                self.dense = Dense(3)
            def train_step(self, data):
                return {"loss": self.dense(data)}
        model = VAE()
    """,
    "a list that a loop of unknown length fills": """
        class VAE(Model):
            def __init__(self, depth):
                super().__init__()
                self.blocks = []
                for _ in range(depth):
                    self.blocks.append(Dense(4))
                self.out = Dense(2)
            def call(self, x):
                for block in self.blocks:
                    x = block(x)
                return self.out(x)
        model = VAE(depth)
        model(keras.Input((4,)))
    """,
    "attributes that a loop of unknown length sets": """
        class VAE(Model):
            def __init__(self, depth):
                super().__init__()
                for i in range(depth):
                    setattr(self, f"block_{i}", Dense(4))
                self.out = Dense(2)
            def call(self, x):
                return self.out(x)
        model = VAE(depth)
        model(keras.Input((4,)))
    """,
    "a layer of a module that is not there": """
        from elsewhere import Fancy
        class VAE(Model):
            def __init__(self):
                super().__init__()
                self.out, self.fancy = Dense(2), Fancy(3)
            def call(self, x):
                return self.fancy(self.out(x))
        model = VAE()
        model(keras.Input((4,)))
    """,
    "a weight that begins with data": """
        class Table(Layer):
            def __init__(self):
                super().__init__()
                self.table = tf.Variable(load(), name="table")
            def call(self, x):
                return x + ops.sum(self.table)
        class VAE(Model):
            def __init__(self):
                super().__init__()
                self.table, self.out = Table(), Dense(2)
            def call(self, x):
                return self.out(self.table(x))
        model = VAE()
        model(keras.Input((4,)))
    """,
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_in_the_text_makes_a_lower_bound_with_its_line(name):
    ours = found("import tensorflow as tf\n" + textwrap.dedent(UNKNOWN[name]), "VAE")
    assert ours.parameters is None
    assert next(n.line for n in ours.notes if n.level == "unknown") is not None


VARIABLES = """
import tensorflow as tf
from tensorflow import keras
class Linear(tf.keras.layers.Layer):
    def __init__(self, units, input_dim):
        super(Linear, self).__init__()
        w_init = tf.random_normal_initializer()
        self.w = tf.Variable(initial_value=w_init(shape=(input_dim, units), dtype="float32"))
        self.b = tf.Variable(tf.zeros([units]), trainable=False)
    def call(self, inputs):
        return tf.matmul(inputs, self.w) + self.b
inputs = keras.Input((4,))
model = tf.keras.Model(inputs, Linear(3, 4)(inputs))
"""


@pytest.mark.parametrize(("keras", "total", "trainable", "level"), [
    (None, 15, 12, "assumed"),  # tf_keras 2.21: (15, 12)
    (3, 0, 0, "warning"),  # Keras 3.15 on TensorFlow 2.21: no weights at all
    (2, 15, 12, None),
])  # fmt: skip
def test_variables_of_tensorflow_are_weights_in_keras_2_alone(keras, total, trainable, level):
    networks, _ = read_source(VARIABLES, "-", {}, Spoken(keras=keras))
    ours = count(networks[0])
    assert (ours.total, ours.trainable) == (total, trainable)
    said = [n.level for n in ours.notes if "self.w is a tf.Variable" in n.text]
    assert said == ([level] if level else [])


def test_signs_of_keras_3_leave_variables_of_tensorflow_out_and_say_what_keras_2_counts():
    text = VARIABLES.replace("tf.matmul(inputs, self.w)", "keras.ops.matmul(inputs, self.w)")
    (network,) = read_text(text.replace("import keras", "import keras\nimport keras.ops"))
    assert count(network).total == 0
    assert any("15 parameters" in note.text for note in network.notes)


def test_a_formula_through_a_layer_with_weights_holds_when_it_is_bound():
    text = textwrap.dedent("""
        class Linear(Layer):
            def build(self, shape):
                self.w = self.add_weight(shape=(shape[-1], units), name="w")
            def call(self, x):
                return ops.matmul(x, self.w)
        inputs = keras.Input((features,))
        model = Model(inputs, Dense(2)(Linear()(inputs)))
    """)
    bound = count(bind(found(text).network, {"features": 7, "units": 5}))
    assert bound.total == found("features, units = 7, 5\n" + text).total == 7 * 5 + 5 * 2 + 2


@pytest.mark.parametrize("head", [
    "import torch\nimport torch.nn as nn\n", "from torch import nn\n", "",
    "from torch.nn import Module, Sequential, Linear, Embedding\n",
])  # fmt: skip
def test_code_of_torch_is_no_network_of_keras(head):
    base = "Module" if "Module" in head else "nn.Module"
    part = "Sequential(Linear(3, 4), Embedding(3, 4))"
    part = part if "Module" in head else "nn.Sequential(nn.Linear(3, 4), nn.Embedding(3, 4))"
    text = f"{head}class Net({base}):\n    def __init__(self):\n        super().__init__()\n"
    text += f"        self.m = {part}\n    def forward(self, x):\n        return self.m(x)\n"
    with pytest.raises(ReadError):
        read_text(text + "net = Net()\n")
