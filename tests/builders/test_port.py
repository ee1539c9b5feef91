"""`sizeup port`: the code that it prints, run by the real Keras, is the same network."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path

import keras
import numpy as np
import pytest

import sizeup
from builders.building import assert_same_network
from builders.test_to_keras import SOURCES, ZOO, read
from sizeup.builders.code import port
from sizeup.cli import main

FIXTURES = Path(__file__).parents[1] / "fixtures" / "saved"
QUESTION = Path(__file__).parents[2] / "examples" / "question.txt"


def run(code: str, function: str, *arguments: int) -> keras.Model:
    """What the function of the code makes under the real Keras."""
    keras.utils.clear_session()
    scope: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(code, "<port>", "exec"), scope)
        return scope[function](*arguments)


def assert_ports(network: sizeup.Network, *, keep: bool = True) -> str:
    found = port([network], keep_data_format=keep)
    assert found.complete, found.networks[0].why
    model = run(found.code, found.networks[0].function)
    assert_same_network(network, model, names=False)
    return found.code


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_printed_is_the_same_network(name):
    assert_ports(read(SOURCES[name], "model"))


@pytest.mark.parametrize("name", ZOO)
def test_the_zoo_is_printed(name):
    assert_ports(sizeup.read(f"zoo:{name}").networks[0])


def assert_formatted(network: sizeup.Network) -> None:
    """A formatter leaves the code that is printed as it is."""
    pytest.importorskip("ruff")
    code = port([network]).code
    ruff = [sys.executable, "-m", "ruff", "format", "--line-length", "88", "-"]
    done = subprocess.run(ruff, input=code, capture_output=True, text=True, check=True)
    assert done.stdout == code


@pytest.mark.parametrize(
    "name",
    [
        *SOURCES,
        "zoo:resnet20",
        "zoo:alexnet",
        "zoo:keras/inceptionv3",
        "zoo:keras/vgg16",
        "zoo:keras/mobilenetv3small",
    ],
)
def test_a_formatter_leaves_it_as_it_is(name):
    assert_formatted(
        sizeup.read(name).networks[0] if name.startswith("zoo") else read(SOURCES[name], "model")
    )


def test_the_question_runs_today():
    values = {"nb_filters": 32, "nb_conv": 3, "img_rows": 28, "img_cols": 28, "nb_pool": 2,
              "nb_classes": 35}  # fmt: skip
    found = port(list(sizeup.read(str(QUESTION))))
    for name, total in (("VGG1", 604_035), ("VGG2", 336_387)):
        model = run(found.code, name, *values.values())
        assert model.count_params() == total


def test_what_is_not_known_stands_as_a_comment(capsys, tmp_path):
    path = tmp_path / "net.py"
    path.write_text(
        "def good():\n    return Sequential([Dense(3, input_shape=(2,))])\n"
        "def bad():\n    return Sequential([Dense(3, input_shape=(2,)), Unseen(4)])\n"
    )
    assert main(["port", str(path)]) == 3
    code = capsys.readouterr().out
    assert "# bad cannot be written in Keras 3" in code
    assert run(code, "good").count_params() == 9


def test_json_and_files(capsys, tmp_path):
    assert main(["port", "784:10", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    name = document["networks"][0]["function"]
    assert run(document["code"], name).count_params() == 7850
    assert main(["port", "784:10", "-o", str(tmp_path / "net.py")]) == 0
    assert (tmp_path / "net.py").read_text() == document["code"]


TURNED = """
    def net():
        i = Input(shape=(3, 10, 12))
        x = Convolution2D(8, 3, 3, dim_ordering='th', border_mode='same')(i)
        x = BatchNormalization(axis=1)(x)
        x = PReLU(shared_axes=[2, 3])(x)
        y = Convolution2D(4, 1, 1, dim_ordering='th', activation='tanh')(x)
        x = merge([x, y], mode='concat', concat_axis=1)
        x = ZeroPadding2D((1, 2), dim_ordering='th')(x)
        x = MaxPooling2D((2, 2), dim_ordering='th')(x)
        x = GlobalAveragePooling2D(dim_ordering='th')(x)
        return Model(i, Dense(5)(x))
    """


def test_channels_last_computes_what_channels_first_computed():
    network = read(TURNED, "net")
    turned, kept = (port([network], keep_data_format=keep) for keep in (False, True))
    assert "channels_first" not in turned.code.partition("inputs =")[2]
    assert "channels_first" in kept.code.partition("inputs =")[2]
    ours, theirs = (run(each.code, "net") for each in (turned, kept))
    random = np.random.default_rng(0)
    weights = [random.normal(size=w.shape).astype("float32") ** 2 for w in theirs.weights]
    theirs.set_weights(weights)
    for variable, weight in zip(ours.weights, weights, strict=True):
        variable.assign(weight.reshape(variable.shape))  # the slopes of PReLU turn with the image
    x = random.normal(size=(2, 3, 10, 12)).astype("float32")
    with warnings.catch_warnings():  # NumPy's of how the backend makes arrays
        warnings.simplefilter("ignore")
        turned, kept = ours(np.moveaxis(x, 1, -1)), theirs(x)
    np.testing.assert_allclose(turned, kept, rtol=1e-4, atol=1e-4)


def test_what_would_change_its_meaning_is_not_turned():
    text = """
        model = Sequential()
        model.add(Conv2D(4, 3, data_format='channels_first', input_shape=(3, 8, 9)))
        model.add(Dense(5))
        """
    code = assert_ports(read(text, "model"), keep=False)
    assert "channels_first as in the source: dense_1" in code


def test_a_flattened_image_keeps_its_counts_and_says_that_its_order_does_not():
    text = """
        model = Sequential()
        model.add(Conv2D(4, 3, data_format='channels_first', input_shape=(3, 8, 9)))
        model.add(Flatten('channels_last'))
        model.add(Dense(12))
        model.add(Reshape((2, 2, 3)))
        model.add(Conv2D(4, 2, data_format='channels_first'))
        """
    found = port([read(text, "model")])
    assert "flatten_1, reshape_1: the values come in another order" in " ".join(
        found.code.split("\n    # ")
    )
    assert run(found.code, "model").count_params() == sizeup.count(read(text, "model")).total


SAVED = sorted(
    path for path in FIXTURES.rglob("*") if path.suffix in {".json", ".keras", ".h5", ".yaml"}
)


@pytest.mark.parametrize("path", SAVED[::4], ids=lambda path: path.name)
def test_saved_models_are_printed_or_refused_with_a_reason(path):
    try:
        networks = sizeup.read(str(path)).networks
    except sizeup.SizeupError:
        return  # weights alone, or what the reader of saved models refuses
    for network in networks:
        found = port([network], keep_data_format=True)
        if found.complete and not network.free:
            assert_same_network(network, run(found.code, found.networks[0].function), names=False)
        else:
            assert found.networks[0].why or network.free


def test_blocks_that_are_repeated_are_loops():
    text = """
        i = keras.Input((64, 64, 3))
        x = i
        for filters in (16, 32, 64):
            for _ in range(3):
                x = layers.Conv2D(filters, 3, padding='same')(x)
                x = layers.ReLU()(x)
            x = layers.MaxPooling2D()(x)
        for rate in (2, 4, 8):
            x = layers.Conv2D(8, 3, dilation_rate=rate, padding='same')(x)
            x = layers.BatchNormalization()(x)
            x = layers.ReLU()(x)
        model = keras.Model(i, x)
        """
    code = assert_ports(read(text, "model"))
    assert code.count("layers.Conv2D") <= 6
    assert "for filters in (" in code


def test_a_loop_in_a_loop_has_a_variable_of_its_own():
    from sizeup.builders.loops import folded

    lines = []
    for outer in (5, 7):
        for inner in (1, 2, 3):
            lines += [f"    x = f(x, {inner})", f"    x = g({inner})"]
        lines += [f"    x = h(x, {outer})", f"    x = k(x, {outer})"]
    code = "\n".join(folded(lines, set()))
    seen = []
    note = {name: lambda *a, name=name: seen.append((name, a[-1])) for name in "fghk"}
    exec("def run(x=None):\n" + code, note)
    note["run"]()
    expected = []
    for outer in (5, 7):
        for inner in (1, 2, 3):
            expected += [("f", inner), ("g", inner)]
        expected += [("h", outer), ("k", outer)]
    assert seen == expected
    assert "for " in code


def test_statistics_that_the_source_writes_out_are_printed():
    text = (
        "from keras import layers, Sequential, Input\n"
        "m = Sequential([Input((8, 8, 3)),"
        " layers.Normalization(mean=[0.5, 0.4, 0.25], variance=[0.1, 0.2, 0.3])])\n"
    )
    (network,) = sizeup.read("-", text=text).networks
    assert_ports(network)
    assert "mean=(0.5, 0.4, 0.25)" in port([network]).code


def test_names_with_numbers_are_templates_in_loops():
    code = assert_ports(sizeup.read("zoo:keras/vgg16").networks[0])
    assert 'name=f"block{block}_conv3"' in code
    code = assert_ports(sizeup.read("zoo:keras/resnet50").networks[0])
    assert "for block in (2, 3, 4):" in code
    assert 'name=f"conv3_block{block}_add"' in code
    assert "for block in range(2, 7):" in code


def test_a_long_sequential_adds_its_layers_in_loops():
    text = """
        model = keras.Sequential([keras.Input((64, 64, 3))])
        for filters in (16, 32, 64, 128):
            for _ in range(2):
                model.add(layers.Conv2D(filters, 3, padding='same'))
                model.add(layers.BatchNormalization())
                model.add(layers.ReLU())
            model.add(layers.MaxPooling2D())
        model.add(layers.Dense(3))
        """
    code = assert_ports(read(text, "model"))
    assert "for filters in (16, 32, 64, 128):" in code
    assert code.count("model.add(") == 5
    short = assert_ports(
        read("model = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(2)])")
    )
    assert "model.add" not in short


def test_numbers_that_begin_with_zero_stay_names():
    lines = "".join(f"x = layers.Dense(4, name='layer_{n:02}')(x)\n" for n in range(1, 12))
    code = assert_ports(
        read(f"x = i = keras.Input((4,))\n{lines}model = keras.Model(i, x)", "model")
    )
    assert '"layer_01"' in code
    assert "for " not in code
