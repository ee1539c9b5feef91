"""Texts that build no network: layers by themselves, models that are taken from elsewhere."""

from __future__ import annotations

import math
import textwrap
import warnings

import keras
import pytest

from sizeup.analyses.count import count
from sizeup.errors import ReadError
from sizeup.readers import read

LAYERS = """
    import keras
    from keras import layers, ops

    class Linear(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            self.w = self.add_weight(shape=(input_shape[-1], self.units), name="w")
            self.b = self.add_weight(shape=(self.units,), name="b")

        def call(self, x):
            return ops.matmul(x, self.w) + self.b

    class Block(layers.Layer):
        def __init__(self, filters, **kwargs):
            super().__init__(**kwargs)
            self.conv = layers.Conv2D(filters, 3, padding="same")
            self.norm = layers.BatchNormalization()

        def call(self, x):
            return ops.relu(self.norm(self.conv(x)))

    class Stack(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.first = Block(width)
            self.second = Block(width)

        def call(self, inputs):
            return self.second(self.first(inputs))
"""

BOUND = {"Linear": ((7,), 5), "Block": ((9, 8, 6), 5), "Stack": ((9, 8, 6), 5)}


@pytest.mark.parametrize("name", BOUND)
def test_a_layer_that_no_model_has_is_a_network_with_an_open_input(name):
    shape, width = BOUND[name]
    scope = {"__name__": "made"}
    exec(textwrap.dedent(LAYERS), scope)
    layer = scope[name](width)
    with warnings.catch_warnings():  # the NumPy backend warns of itself while Keras traces
        warnings.simplefilter("ignore")
        layer(keras.Input(shape))
    found = count(read("-", stdin=textwrap.dedent(LAYERS))[name])
    row = found.as_dict()["layers"][0]
    assert (row["kind"], row["parent"]) == (name, None)
    free = {one.name: one.expression for one in found.network.free}
    entering = {f".shape[{i}]": size for i, size in enumerate((None, *shape))}
    entering[".shape[-1]"] = shape[-1]
    settings = {symbol: entering.get("." + text.partition(".")[2], width)
                for symbol, text in free.items()}  # fmt: skip
    assert eval(found.as_dict()["formula"], {}, settings) == layer.count_params()
    bound = count(read("-", stdin=textwrap.dedent(LAYERS), settings=settings)[name])
    assert bound.total == layer.count_params()
    assert bound.trainable == sum(math.prod(w.shape) for w in layer.trainable_weights)


def test_an_input_that_the_text_only_implies_is_bound_by_either_name():
    text = """
        class M(keras.Model):
            def __init__(self):
                super().__init__()
                self.first, self.last = Dense(4), Dense(3)
            def call(self, x):
                return self.last(self.first(x))
        model = M()
    """
    for name in ("x_shape_1", "x.shape[1]"):
        found = count(read("-", stdin=textwrap.dedent(text), settings={name: 7})["M"])
        assert found.total == (7 * 4 + 4) + (4 * 3 + 3)


def test_layers_are_no_networks_where_a_model_has_them():
    text = (
        LAYERS
        + """
    model = keras.Sequential([keras.Input((7,)), Linear(5)])
    """
    )
    assert [n.name for n in read("-", stdin=textwrap.dedent(text))] == ["model"]


def test_layers_of_which_something_is_not_known_are_named_with_what_to_do():
    text = """
        class Gate(layers.Layer):
            def call(self, x):
                return self.elsewhere(x) * x
    """
    with pytest.raises(ReadError, match=r"only the layer Gate.*Gate\(…\)\(keras.Input"):
        read("-", stdin=textwrap.dedent(text))


TAKEN = {
    "model = load_model('m.h5')": ("model", 1),
    "import tensorflow as tf\nnet = tf.keras.models.load_model(path, compile=False)": ("net", 2),
    "import tensorflow_hub as hub\nm = hub.KerasLayer('https://tfhub.dev/x')": ("m", 2),
    "net = tf.saved_model.load(folder)": ("net", 1),
    "net = model_from_json(open('m.json').read())": ("net", 1),
    "from transformers import TFBertModel\nbert = TFBertModel.from_pretrained('b')": ("bert", 2),
    "def start():\n    return keras.models.load_model('m.keras')": ("start", 2),
    "def run():\n    best = load_model('m.keras')\n    best.predict(x)": ("run.best", 2),
    "print(load_model('m.keras').summary())": ("load_model", 1),
}


@pytest.mark.parametrize("text", TAKEN)
def test_a_model_that_is_taken_from_elsewhere_is_at_least_nothing(text):
    name, line = TAKEN[text]
    found = count(read("-", stdin=text)[name])
    assert (found.total, found.at_least) == (None, 0)
    (note,) = [note for note in found.notes if note.level == "unknown"]
    assert note.line == line


def test_a_model_from_elsewhere_is_not_listed_beside_one_that_is_built():
    text = "best = load_model('m.keras')\nmodel = Sequential([Input((3,)), Dense(2)])"
    assert [n.name for n in read("-", stdin=text)] == ["model"]


@pytest.mark.parametrize("text", ["tokens = BertTokenizer.from_pretrained('base')", "x = load(f)"])
def test_what_is_no_model_is_no_network(text):
    with pytest.raises(ReadError, match="no network is built"):
        read("-", stdin=text)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("model = Sequential([Dense(4), Dense(3)])", "(None, input_shape_0)"),
        ("model = Sequential([Conv1D(4, 3), Flatten()])", "(None, input_shape_0, input_shape_1)"),
        (("class N(Model):\n  def __init__(self):\n    super().__init__()\n    self.d = Dense(3)\n"
         "  def call(self, x):\n    return self.d(x)\nmodel = N()"), "(None, x_shape_1)"),
    ],
)  # fmt: skip
def test_a_model_that_is_never_built_says_what_would_build_it(text, shape):
    (network,) = read("-", stdin=text)
    notes = [note for note in count(network).notes if "never built" in note.text]
    assert [(note.level, note.line) for note in notes] == [("assumed", 1 + text.count("\n"))]
    assert shape in notes[0].text


def test_a_model_that_is_built_says_nothing_of_it():
    text = "model = Sequential([Dense(4)])\nmodel.build((None, 7))"
    assert count(read("-", stdin=text)["model"]).notes == ()
