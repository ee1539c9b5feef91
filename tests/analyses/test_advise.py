"""`sizeup advise`: every change is really made; the real Keras builds it with exactly its counts."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import warnings

import keras
import pytest

import sizeup
from builders.building import assert_same_network
from builders.test_port import QUESTION, run
from sizeup.analyses.advise import MOVES, advise
from sizeup.analyses.count import count
from sizeup.builders.code import port
from sizeup.cli import main
from sizeup.errors import SizingError, UsageError
from sizeup.rules.graphs import bind, sequential

TEXTS = {
    "a language model": """
        model = keras.Sequential([
            layers.Input((None,)), layers.Embedding(500, 64), layers.LSTM(96, return_sequences=True),
            layers.TimeDistributed(layers.Dense(500, activation="softmax"))])
    """,
    "sentiment": """
        model = keras.Sequential([
            layers.Input((50,)), layers.Embedding(1000, 128), layers.Bidirectional(layers.LSTM(64)),
            layers.Dense(64, activation="relu"), layers.Dense(1, activation="sigmoid")])
    """,
    "stacked cells in both directions": """
        cells = layers.RNN([layers.LSTMCell(80), layers.LSTMCell(64)], return_sequences=True)
        model = keras.Sequential([
            layers.Input((50, 20)), layers.Bidirectional(layers.LSTM(64, return_sequences=True)),
            layers.Bidirectional(cells), layers.LSTM(32), layers.Dense(1)])
    """,
    "a transformer": """
        x = tokens = layers.Input((32,), dtype="int32")
        x = layers.Embedding(300, 64)(x)
        for _ in range(2):
            y = layers.LayerNormalization()(x)
            y = layers.MultiHeadAttention(4, 16)(y, y)
            x = layers.Add()([x, y])
            y = layers.Dense(256, activation="gelu")(layers.LayerNormalization()(x))
            x = layers.Add()([x, layers.Dense(64)(y)])
        model = keras.Model(tokens, layers.Dense(300)(x))
    """,
    "a model that is used twice": """
        base = keras.Sequential([
            layers.Input((28, 28, 1)), layers.Conv2D(32, 5, activation="relu"),
            layers.Conv2D(128, 5), layers.BatchNormalization(), layers.ReLU(),
            layers.Flatten(), layers.Dense(128, activation="relu")], name="base")
        a, b = layers.Input((28, 28, 1)), layers.Input((28, 28, 1))
        model = keras.Model([a, b], layers.Dense(1)(layers.Subtract()([base(a), base(b)])))
    """,
    "a layer that is used twice": """
        a, b = layers.Input((64,)), layers.Input((64,))
        shared = layers.Dense(256, activation="relu", name="shared")
        x = layers.Concatenate()([shared(a), shared(b)])
        model = keras.Model([a, b], layers.Dense(10)(layers.Dense(128)(x)))
    """,
    "a class": """
        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.conv = layers.Conv2D(64, 7, strides=2, padding="same")
                self.norm = layers.BatchNormalization()
                self.more = layers.Conv2D(128, 7, padding="same")
                self.flat = layers.Flatten()
                self.out = layers.Dense(10)
            def call(self, x):
                x = keras.ops.relu(self.norm(self.conv(x)))
                return self.out(self.flat(keras.ops.relu(self.more(x))))
        model = Net()
        model.build((None, 16, 16, 3))
    """,
    "channels first": """
        model = keras.Sequential([
            layers.Input((3, 32, 32)), layers.Conv2D(64, 5, data_format="channels_first"),
            layers.Conv2D(64, 3, data_format="channels_first"), layers.Flatten(),
            layers.Dense(64), layers.Dense(10)])
    """,
    "one dimension": """
        model = keras.Sequential([
            layers.Input((128, 8)), layers.Conv1D(64, 7, padding="causal"), layers.Conv1D(64, 3),
            layers.BatchNormalization(), layers.Flatten(), layers.Dense(128, activation="relu"),
            layers.Dense(5)])
    """,
    "three dimensions": """
        model = keras.Sequential([
            layers.Input((16, 16, 16, 1)), layers.Conv3D(16, 5), layers.Conv3D(16, 5),
            layers.Flatten(), layers.Dense(64), layers.Dense(5)])
    """,
    "residual blocks": """
        x = image = layers.Input((32, 32, 3))
        x = layers.Conv2D(64, 7, strides=2, padding="same", name="stem")(x)
        for number in range(2):
            y = layers.BatchNormalization(name=f"norm{number}")(x)
            y = layers.Conv2D(64, 3, padding="same", name=f"conv{number}")(y)
            y = layers.BatchNormalization(name=f"norm{number}_2")(y)
            x = layers.add([x, y])
        model = keras.Model(image, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))
    """,
}
ZOO = ("lenet5", "alexnet", "vgg16", "resnet20", "vgg1", "keras/mobilenet", "keras/resnet50")


def read(text, name="model"):
    lines = "\n".join(line[8:] for line in text.splitlines())
    return sizeup.read("-", text=f"import keras\nfrom keras import layers\n{lines}")[name]


def assert_keras_agrees(network):
    """Each change, printed as code and built by the real Keras, has the counts that it is listed with."""
    found = advise(network)
    assert found.advice
    for advice in found.advice:
        before, after = advice.parameters
        assert after == before + advice.effect < before
        code = port([advice.network], keep_data_format=True)
        assert code.complete, (advice.what, code.networks[0].why)
        model = run(code.code, code.networks[0].function)
        assert model.count_params() == after, advice.what
        assert_same_network(advice.network, model, names=False)
    return found


@pytest.mark.parametrize("name", TEXTS)
def test_keras_builds_what_is_advised(name):
    assert_keras_agrees(read(TEXTS[name]))


@pytest.mark.parametrize("name", ZOO)
def test_keras_builds_what_is_advised_of_the_zoo(name):
    assert_keras_agrees(
        sizeup.read(f"zoo:{name}", {"nb_filters": 32, "nb_conv": 3, "nb_pool": 2, "nb_classes": 35,
                                    "img_rows": 28, "img_cols": 28} if name == "vgg1" else {}).networks[0]
    )  # fmt: skip


def drawn(seed):
    """A chain of convolutions, poolings and dense layers as people stack them."""
    draw = random.Random(seed)
    layers = []
    for _ in range(draw.randint(1, 4)):
        config = {"filters": draw.choice((8, 32, 64, 96)), "kernel_size": draw.choice((1, 3, 5, 7)),
                  "padding": "same", "use_bias": draw.random() < 0.8,
                  "activation": draw.choice((None, "relu"))}  # fmt: skip
        layers.append(("Conv2D", config))
        if draw.random() < 0.5:
            layers.append(("BatchNormalization", {}))
        if draw.random() < 0.3:
            layers.append(("Activation", {"activation": "relu"}))
        if draw.random() < 0.5:
            layers.append(("MaxPooling2D", {"pool_size": 2}))
    layers.append((draw.choice(("Flatten", "Flatten", "GlobalMaxPooling2D")), {}))
    for _ in range(draw.randint(0, 3)):
        units, activation = draw.choice((64, 200, 512)), draw.choice((None, "relu"))
        layers.append(("Dense", {"units": units, "activation": activation}))
        layers.append(("Dropout", {"rate": 0.5}))
    layers.append(("Dense", {"units": draw.choice((1, 10, 100))}))
    return sequential("drawn", (None, draw.choice((32, 48)), 32, 3), layers)


@pytest.mark.parametrize("seed", range(24))
def test_keras_builds_what_is_advised_of_drawn_networks(seed):
    assert_keras_agrees(drawn(seed))


def listed(source, move):
    """The changes of a move that are listed."""
    found = source if isinstance(source, sizeup.Network) else sizeup.read(source).networks[0]
    return [each for each in advise(found).advice if each.move == move]


def test_the_answer_to_the_question_is_found():
    (bottleneck,) = listed("784:2000:2000:10", "bottleneck_dense")
    assert bottleneck.layers == ("dense_2",)
    assert bottleneck.parameters == (5_592_010, 1_792_060)
    answered = sizeup.read("784:2000:50:2000:10").networks[0]
    assert bottleneck.parameters[1] == count(answered).total


def test_vgg_argument_holds():
    """27 C² in place of 49 C² (Simonyan and Zisserman 2014, section 2.3), biases left out."""
    channels = 64
    config = {"filters": channels, "kernel_size": 7, "padding": "same", "use_bias": False}
    network = sequential("seven", (None, 32, 32, channels), [("Conv2D", config)])
    (stack,) = listed(network, "stack")
    assert stack.parameters == (49 * channels**2, 27 * channels**2)
    assert stack.macs == (49 * channels**2 * 32**2, 27 * channels**2 * 32**2)


def test_each_move_is_met_somewhere():
    met = {a.move for text in TEXTS.values() for a in advise(read(text)).advice}
    met |= {a.move for seed in range(24) for a in advise(drawn(seed)).advice}
    met |= {a.move for a in advise(sizeup.read("784:2000:2000:10").networks[0]).advice}
    assert len(met) == len(MOVES)


def test_what_is_advised_of_a_formula_is_a_formula():
    network = read("""
        model = keras.Sequential([
            layers.Input((rows, rows, 3)), layers.Conv2D(filters, 3), layers.Conv2D(2 * filters, 3),
            layers.Flatten(), layers.Dense(128), layers.Dense(classes)])
    """)
    found = advise(network)
    assert found.values == {"rows": 32, "filters": 32, "classes": 10}
    for values in (found.values, {"rows": 20, "filters": 8, "classes": 3}):
        for advice in found.advice:
            made = bind(advice.network, values)
            assert count(made).total == sizeup.dims.bind(advice.parameters[1], values)
    at_plain_values = advise(bind(network, found.values))
    assert [(a.move, a.layers) for a in found.advice] == [
        (a.move, a.layers) for a in at_plain_values.advice
    ]
    for free, bound in zip(found.advice, at_plain_values.advice, strict=True):
        assert sizeup.dims.bind(free.parameters[1], found.values) == bound.parameters[1]


def test_a_bias_that_a_normalization_takes_away_gives_up_nothing():
    network = read("""
        model = keras.Sequential([
            layers.Input((8, 8, 3)), layers.Conv2D(16, 3), layers.BatchNormalization(),
            layers.Conv2D(16, 3, activation="relu"), layers.BatchNormalization(),
            layers.Conv2D(16, 3), layers.BatchNormalization(axis=1), layers.Conv2D(4, 1)])
    """)
    (change,) = listed(network, "no_bias")
    assert change.layers == ("conv2d_1",)
    assert change.effect == -16


def test_the_removed_bias_changes_no_output():
    inputs = keras.random.normal((4, 8, 8, 3), seed=1)
    outputs = []
    for use_bias in (True, False):
        conv = keras.layers.Conv2D(5, 3, use_bias=use_bias, kernel_initializer="ones",
                                   bias_initializer="ones")  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of NumPy 2, about Keras
            outputs.append(keras.layers.BatchNormalization()(conv(inputs), training=True))
    assert keras.ops.max(keras.ops.abs(outputs[0] - outputs[1])) < 1e-4


def test_states_that_are_handed_on_stay():
    network = read("""
        source, target = layers.Input((9,)), layers.Input((8,))
        x = layers.Embedding(100, 16)(source)
        _, h, c = layers.LSTM(32, return_state=True)(x)
        y = layers.LSTM(32)(layers.Embedding(100, 16)(target), initial_state=[h, c])
        model = keras.Model([source, target], layers.Dense(10)(y))
    """)
    assert listed(network, "gru") == []


def test_a_layer_of_which_it_is_not_known_what_enters_stays():
    """A printed summary of a Sequential does not say what enters; other widths cannot be sized."""
    text = """
Model: "sequential"
_________________________________________________________________
Layer (type)                 Output Shape              Param #
=================================================================
embedding (Embedding)        (None, 12, 64)            1792
_________________________________________________________________
lstm (LSTM)                  (None, 5)                 1400
_________________________________________________________________
dense (Dense)                (None, 3)                 18
=================================================================
Total params: 3,210
Trainable params: 3,210
Non-trainable params: 0
"""
    (network,) = sizeup.read("-", text=text).networks
    for advice in advise(network).advice:
        tables = [each for each in advice.network.graph.layers if each.kind == "Embedding"]
        assert all(each.parameters[0].shape[1] == each.config["output_dim"] for each in tables)
        assert "embedding" not in advice.layers


def test_an_unknown_part_leaves_the_effect_certain():
    network = read("""
        model = keras.Sequential([
            layers.Input((28, 28, 1)), layers.Conv2D(32, 3), layers.Flatten(),
            layers.Dense(128), Mystery(), layers.Dense(10)])
    """)
    found = advise(network)
    assert found.before.total is None
    pooling = next(each for each in found.advice if each.move == "global_pooling")
    assert pooling.parameters == (None, None)
    assert pooling.effect == -(26 * 26 - 1) * 32 * 128


def test_only_what_is_smaller_is_listed_once_the_best_first():
    for name in ("vgg16", "keras/resnet50", "resnet20"):
        found = advise(sizeup.read(f"zoo:{name}").networks[0])
        totals = [each.parameters[1] for each in found.advice]
        assert totals == sorted(totals)
        assert all(total < found.before.total for total in totals)
        outcomes = [(e.parameters, e.macs, e.activations) for e in found.advice]
        assert len(set(outcomes)) == len(outcomes) <= 16


def test_sources_are_named_for_every_move():
    for text in TEXTS.values():
        for advice in advise(read(text)).advice:
            assert advice.source
            assert advice.gives_up


def test_a_network_that_nothing_shrinks():
    assert advise(sizeup.read("2:1").networks[0]).advice == ()


def test_the_command_prints_and_applies(capsys, tmp_path):
    assert main(["advise", "784:2000:2000:10", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["networks"][0]
    assert found["parameters"]["total"] == 5_592_010
    number = next(a["number"] for a in found["advice"] if a["move"] == "bottleneck_dense")
    assert main(["advise", "784:2000:2000:10", "--apply", str(number)]) == 0
    code = capsys.readouterr().out
    path = tmp_path / "smaller.py"
    path.write_text(code)
    assert count(sizeup.read(str(path)).networks[0]).total == 1_792_060
    assert main(["advise", "784:2000:2000:10", "784:2000:50:2000:10"]) == 0
    assert "What they give up" in capsys.readouterr().out
    assert main(["advise", "784:2000:2000:10", "--apply", "99"]) == 2


def test_it_needs_nothing_but_the_light_core():
    code = (
        "import sys\nfrom sizeup.cli import main\nmain(['advise', 'zoo:vgg16', '--apply', '2'])\n"
        "assert not {'numpy', 'keras', 'ortools', 'h5py'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_numbers_go_on_through_several_networks(capsys):
    main(["advise", "784:2000:2000:10", "784:300:300:10", "--json"])
    found = json.loads(capsys.readouterr().out)["networks"]
    numbers = [a["number"] for network in found for a in network["advice"]]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_api_gives_networks():
    found = sizeup.advise("784:2000:2000:10")
    assert found.advice[0].network.to_keras().count_params() == found.advice[0].parameters[1]
    assert "two thin matrices" in str(found)
    with pytest.raises(UsageError):
        sizeup.advise(str(QUESTION))


def test_an_invalid_network_is_an_error(capsys):
    text = "model = keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Conv2D(8, 9)])"
    network = sizeup.read("-", text=f"import keras\n{text}")["model"]
    with pytest.raises(SizingError):
        bind(network, {})
    assert advise(network).advice == ()


def test_both_directions_have_fewer_gates_too():
    network = read("""
        model = keras.Sequential([
            layers.Input((50, 20)), layers.Bidirectional(layers.LSTM(64, return_sequences=True)),
            layers.LSTM(32), layers.Dense(1)])
    """)
    (change,) = listed(network, "gru")
    assert change.layers == ("bidirectional_1", "lstm_1")
    assert change.what == "GRU in place of bidirectional_1 and lstm_1"
