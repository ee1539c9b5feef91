"""What a review found: runs that go on, odd data, and what must not be taken for the same."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from PIL import Image

import sizeup
from sizeup.errors import UsageError
from sizeup.training import engine
from sizeup.training.comparing import Comparison, Run, Trained
from sizeup.training.data import Data, load
from sizeup.training.engine import _goes_on
from sizeup.training.experiment import described, refuse_others
from sizeup.training.feeding import batches, feed
from sizeup.training.runs import Folder, Recipe, State, place_of
from sizeup.training.suiting import Layout, suit
from sizeup.training.together import Plan, _titles, _turned

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")
BACKEND = next(name for name in ("torch", "jax", "tensorflow") if find_spec(name))


def network(text):
    return sizeup.read("-", text="from keras import layers, Sequential\n" + text).networks[0]


def dense(*widths):
    return sizeup.read(":".join(map(str, widths))).networks[0]


def samples(*shape, kind=np.float32, classes=2, number=40):
    random = np.random.default_rng(0)
    x = (random.random((number, *shape)) * 200).astype(kind)
    labels = tuple(map(str, range(classes)))
    return Data("drawn", (x, np.arange(number) % classes), None, labels, images=False)


def trained(home, text, *arguments):
    """The epochs of a run by the command, as a process: it needs a backend that trains."""
    (home / "net.py").write_text("from keras import layers, Sequential\n" + text)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "sizeup", "train", "net.py", "--samples", "100",
         "--deterministic", *arguments],
        cwd=home, env={**os.environ, "KERAS_BACKEND": BACKEND}, capture_output=True, text=True,
        timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    folder = Folder(home / arguments[arguments.index("-o") + 1] / "net" / "seed-0")
    return folder.state(), folder.read("result.json")


def began(folder, suited):
    """Begin an experiment, or raise for what keeps it from going on."""
    plan = Plan("drawn", folder, resume=True)
    experiment = described(["net"], [suited], plan, samples(6), "torch")
    refuse_others(experiment, plan)
    Folder(folder).write("experiment.json", experiment)


def test_more_epochs_go_on_from_where_a_run_ended(tmp_path):
    text = "net = Sequential([layers.Input((64,)), layers.Dense(10)])"
    trained(tmp_path, text, "--epochs", "1", "-o", "a")
    state, result = trained(tmp_path, text, "--epochs", "3", "-o", "a", "--resume")
    assert (len(state.epochs), state.ended, result["epochs"]) == (3, "done", 3)
    whole, _ = trained(tmp_path, text, "--epochs", "3", "-o", "b")
    losses = [[epoch["val_loss"] for epoch in each.epochs] for each in (state, whole)]
    assert losses[0] == losses[1]
    assert trained(tmp_path, text, "--epochs", "2", "-o", "a", "--resume")[0] == state


def test_a_normalization_learns_what_it_normalizes_by(tmp_path):
    text = "net = Sequential([layers.Input((64,)), layers.Normalization(), layers.Dense(10)])"
    state, _ = trained(tmp_path, text, "--epochs", "1", "-o", "a")
    assert state.epochs[0]["loss"] < 10  # of bytes as they are it is in the hundreds


@pytest.mark.parametrize(
    ("ended", "waited", "recipe", "longer"),
    [
        ("done", 0, Recipe(epochs=2), False),
        ("done", 0, Recipe(epochs=3), True),
        ("early", 1, Recipe(epochs=9, patience=1), False),
        ("early", 1, Recipe(epochs=9, patience=2), True),
        ("early", 1, Recipe(epochs=9), True),
        ("nan", 0, Recipe(epochs=9), False),
        (None, 0, Recipe(epochs=9), False),
    ],
)
def test_what_a_run_that_has_ended_goes_on_for(ended, waited, recipe, longer):
    assert _goes_on(State(({}, {}), 0, waited, ended), recipe) == longer


def test_a_run_that_was_killed_at_its_very_end_is_concluded_in_a_search_too(tmp_path, monkeypatch):
    concluded = []
    for name in ("_compiled", "_restore", "environment", "seeded"):
        monkeypatch.setattr(engine, name, lambda *_, **__: None)
    monkeypatch.setattr(engine, "_fit", lambda _, __, state, *___: state.changed(ended="done"))
    monkeypatch.setattr(engine, "_conclude", lambda _, __, state: concluded.append(state.ended))
    folder = Folder(tmp_path)
    folder.commit(State().after({"val_loss": 1.0}), [np.zeros(1)])
    one = engine.Job("n", dense(6, 2), None, 2, Recipe(epochs=1), 0, folder)
    engine.train(one, lambda _: None, 1)
    assert concluded == ["done"]


def test_samples_with_their_channels_first_are_turned_with_the_network():
    net = network(
        "net = Sequential([layers.Input((1, 8, 6)), layers.Conv2D(2, 3,"
        " data_format='channels_first'), layers.Flatten(), layers.Dense(2)])"
    )
    data = samples(1, 8, 6)
    turned = _turned(suit(net, data))
    assert turned.network.graph.input_shapes[0][1:] == turned.layout.shape == (8, 6, 1)
    fed = feed(data, turned.layout, 0.2, "unit")
    assert any(np.array_equal(fed.train[0][0, ..., 0], each[0]) for each in data.train[0])


def test_tokens_are_never_scaled_and_must_be_known():
    text = "net = Sequential([layers.Input((7,)), layers.Embedding({}, 4), layers.Flatten(), layers.Dense(2)])"  # fmt: skip
    data = samples(7, kind=np.uint8)
    assert suit(network(text.format(200)), data).tokens
    with pytest.raises(UsageError, match="from 0 to below 50"):
        suit(network(text.format(50)), data)


def test_whole_numbers_are_standardized_where_that_is_asked_for():
    data = samples(6, kind=np.int64)
    fed = feed(data, Layout(None, (6,)), 0.2, "standard")
    (x, _) = batches(fed.train, fed, 100)[0]
    assert abs(x.mean()) < 1e-3
    assert x.std() == pytest.approx(1, abs=1e-3)


def test_what_cannot_be_trained_is_refused():
    with pytest.raises(UsageError, match="nothing to train"):
        suit(network("net = Sequential([layers.Input((6,)), layers.Dense(2)])\nnet.trainable = False"), samples(6))  # fmt: skip
    broken = network("net = Sequential([layers.Input((8, 8, 1)), layers.Conv2D(3, 30)])")
    with pytest.raises(UsageError, match="no valid network"):
        suit(broken, samples(8, 8, 1))


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"x": np.zeros((4, 2)), "y": np.zeros(4, int)}, "4 samples of 1 classes"),
        ({"x": np.zeros((1, 2)), "y": np.zeros(1, int)}, "1 samples"),
        ({"x": np.float32(1), "y": np.int64(1)}, "no samples with labels"),
        ({"x": np.array([["a"], ["b"]]), "y": np.arange(2)}, "no samples with labels"),
        ({"x": np.zeros((2, 3)), "y": np.arange(2), "x_test": np.zeros((2, 4)),
          "y_test": np.arange(2)}, "x_test"),
        ({"x": np.zeros((2, 3), np.uint8), "y": np.arange(2), "x_test": np.zeros((2, 3)),
          "y_test": np.arange(2)}, "x_test"),
    ],
)  # fmt: skip
def test_odd_archives_end_in_one_line(tmp_path, arrays, said):
    np.savez(tmp_path / "d.npz", **arrays)
    with pytest.raises(UsageError, match=said):
        load(str(tmp_path / "d.npz"))


def test_an_empty_archive_ends_in_one_line(tmp_path):
    (tmp_path / "d.npz").touch()
    with pytest.raises(UsageError, match="holds no arrays"):
        load(str(tmp_path / "d.npz"))


def test_images_of_16_bits_keep_their_shades(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        shades = (np.arange(64).reshape(8, 8) * 1000).astype(np.uint16)
        Image.fromarray(shades).save(tmp_path / name / "0.png")
    x = load(str(tmp_path)).train[0]
    assert x[0, ..., 0].tolist() == (shades >> 8).tolist()


@pytest.mark.parametrize("content", ["{}", "[]", "3"])
def test_a_damaged_folder_ends_in_one_line(tmp_path, content):
    (tmp_path / "state.json").write_text(content)
    (tmp_path / "experiment.json").write_text(content)
    with pytest.raises(UsageError, match="damaged"):
        Folder(tmp_path).state()
    with pytest.raises(UsageError, match="damaged"):
        began(tmp_path, suit(dense(6, 2), samples(6)))


def test_another_network_of_the_same_size_is_not_resumed(tmp_path):
    text = "net = Sequential([layers.Input((6,)), layers.Dense(2, activation='{}')])"
    one, other = (suit(network(text.format(each)), samples(6)) for each in ("relu", "tanh"))
    began(tmp_path, one)
    began(tmp_path, one)
    with pytest.raises(UsageError, match="net was another network"):
        began(tmp_path, other)


def test_no_two_networks_share_a_folder():
    names = ["net", "net#2", "net", "net_2", "net[a > 3]", "net[a < 3]", "..", "a/b", "a_b"]
    titles = _titles([dense(2, 2).changed(name=name) for name in names])
    assert len(set(titles)) == len(names)
    assert len({place_of(title, 0) for title in titles}) == len(names)
    assert all(".." not in place_of(title, 0).parts for title in titles)
    assert str(place_of("VGG1", 0).parent) == "VGG1"


def test_a_file_where_the_folder_should_be_is_named(tmp_path):
    (tmp_path / "file").touch()
    assert Folder(tmp_path / "file").read("experiment.json") is None
    with pytest.raises(UsageError, match="file"):
        Folder(tmp_path / "file").write("experiment.json", {})


def test_seeds_that_came_to_the_same_make_no_verdict_sure():
    def two(name, accuracy):
        runs = tuple(Run(n, None, State(ended="done"), {"accuracy": accuracy}) for n in (0, 1))
        return Trained(name, 5, 20, None, None, runs)

    found = Comparison("d", None, "test", 20, ("0", "1"), (two("a", 0.85), two("b", 0.8)))
    (verdict,) = found.verdicts
    assert (verdict.by, verdict.sure) == ("samples", False)
    assert json.dumps(verdict.as_dict())


def test_kernels_in_wrappers_and_models_are_turned_round():
    import keras

    from sizeup.training.loading import _windows

    inner = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3)])
    wrapped = keras.layers.TimeDistributed(keras.layers.Conv2D(2, 3))
    wrapped.build((None, 3, 8, 8, 1))
    for layer in (inner, wrapped, inner.layers[0]):
        assert _windows(layer) == {id(each) for each in layer.weights}
    assert not _windows(keras.layers.Dense(2))
