"""Runs go on only with what they began with, and nothing is written before all is known to do."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import h5py
import numpy as np
import pytest
from PIL import Image

import sizeup
from sizeup.errors import UsageError
from sizeup.training import engine
from sizeup.training.data import Data, load
from sizeup.training.experiment import described, refuse_others
from sizeup.training.runs import Folder, Recipe
from sizeup.training.suiting import suit
from sizeup.training.together import Plan

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")
BACKENDS = [name for name in ("torch", "jax", "tensorflow") if find_spec(name)]


def network(text):
    return sizeup.read("-", text="from keras import layers, Sequential\n" + text).networks[0]


NET = network("net = Sequential([layers.Input((6,)), layers.Dense(2)])")


def samples(last=0.0):
    x = np.random.default_rng(0).random((40, 6)).astype("float32")
    x[-1, -1] = last
    return Data("drawn", (x, np.arange(40) % 2), None, ("0", "1"), images=False)


def began(folder, plan, data=None, one=NET, backend="torch"):
    """Begin an experiment, or raise for what keeps it from going on."""
    data = data or samples()
    plan = plan.changed(folder=folder, resume=True)
    experiment = described(["net"], [suit(one, data)], plan, data, backend)
    refuse_others(experiment, plan)
    Folder(folder).write("experiment.json", experiment)


PLAN = Plan("drawn.npz", None)


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"data": samples(1.0)}, "what is in drawn.npz has changed since"),
        ({"backend": "jax"}, r"they began on torch and Keras runs on jax \(KERAS_BACKEND=torch"),
        ({"plan": PLAN.changed(recipe=Recipe(batch_size=64))}, "--batch-size was 128 and is 64"),
        (
            {"plan": PLAN.changed(recipe=Recipe(learning_rate=0.1))},
            "--learning-rate was not set and is 0.1",
        ),
        (
            {"plan": PLAN.changed(recipe=Recipe(mixed_precision=True))},
            "--mixed-precision was off and is on",
        ),
        ({"plan": PLAN.changed(flip=True)}, "--flip-kernels was off and is on"),
        (
            {"plan": PLAN.changed(data="e.npz"), "data": samples(1.0)},
            "--data was drawn.npz and is e.npz",
        ),
        (
            {
                "one": network(
                    "net = Sequential([layers.Input((6,)), layers.Dense(2, activation='relu')])"
                )
            },
            "net was another network",
        ),
    ],
)
def test_what_differs_is_said_by_name(tmp_path, others, said):
    began(tmp_path, PLAN)
    with pytest.raises(UsageError, match=said):
        began(tmp_path, **{"plan": PLAN, **others})


@pytest.mark.parametrize(
    "plan",
    [
        PLAN,
        PLAN.changed(recipe=Recipe(epochs=99, patience=3, tensorboard=True), seeds=2),
        PLAN.changed(data="moved/drawn.npz"),
    ],
)
def test_more_of_the_same_goes_on(tmp_path, plan):
    began(tmp_path, PLAN)
    began(tmp_path, plan)


def test_weights_that_have_changed_since_are_not_gone_on_with(tmp_path):
    weights, home = tmp_path / "w.h5", tmp_path / "runs"
    with h5py.File(weights, "w") as file:
        file["kernel"] = np.zeros(3)
    began(home, PLAN, one=NET.changed(weights=str(weights)))
    began(home, PLAN, one=NET.changed(weights=str(weights)))
    with pytest.raises(
        UsageError, match=r"net began with the weights in .*w\.h5, and now with none"
    ):
        began(home, PLAN)
    with h5py.File(weights, "r+") as file:
        file["kernel"][0] = 1.0
    with pytest.raises(
        UsageError, match=r"the weights that net began with are not those in .*w\.h5"
    ):
        began(home, PLAN, one=NET.changed(weights=str(weights)))


def test_what_a_wrapper_holds_tells_networks_apart(tmp_path):
    text = (
        "net = Sequential([layers.Input((3, 2)), layers.Bidirectional(layers.SimpleRNN(4,"
        " activation='{}')), layers.Dense(2)])"
    )
    data = samples()
    data = data.changed(train=(data.train[0].reshape(40, 3, 2), data.train[1]))
    began(tmp_path, PLAN, data, network(text.format("relu")))
    with pytest.raises(UsageError, match="another network"):
        began(tmp_path, PLAN, data, network(text.format("tanh")))


def test_an_image_that_was_replaced_is_noticed(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        Image.fromarray(np.full((4, 4), 7, np.uint8)).save(tmp_path / name / "0.png")
    before = load(str(tmp_path)).digest
    assert load(str(tmp_path)).digest == before
    Image.fromarray(np.full((4, 4), 8, np.uint8)).save(tmp_path / "a" / "0.png")
    assert load(str(tmp_path)).digest != before


def command(home, *arguments, backend=BACKENDS[0]):
    """The status and the last line of what it says, as a process: it needs a backend that trains."""
    (home / "net.py").write_text(
        "from keras import layers, Sequential\n"
        "net = Sequential([layers.Input((64,)), layers.Dense(10)])\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "sizeup", "train", "net.py", "--samples", "100",
         "--epochs", "1", "-o", "out", *arguments],
        cwd=home, env={**os.environ, "KERAS_BACKEND": backend}, capture_output=True, text=True,
        timeout=240, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--optimizer", "adamm"], "Keras does not know the optimizer adamm"),
        (["--optimizer", "momentum"], "Keras does not know the optimizer momentum"),
        (["--optimizer", "lossscaleoptimizer"], "Keras does not know the optimizer"),
    ],
)
def test_nothing_is_written_for_what_cannot_be_trained(tmp_path, asked, said):
    status, line = command(tmp_path, *asked)
    assert (status, said in line) == (2, True), line
    assert not (tmp_path / "out").exists()


def test_the_backend_that_runs_began_on_is_written_down(tmp_path):
    assert command(tmp_path)[0] == 0
    found = json.loads((tmp_path / "out" / "experiment.json").read_text())
    assert found["backend"] == BACKENDS[0]
    if len(BACKENDS) > 1:
        status, line = command(tmp_path, "--resume", backend=BACKENDS[1])
        assert (status, f"KERAS_BACKEND={BACKENDS[0]}" in line) == (2, True), line


def test_logs_for_tensorboard_need_it_before_anything_is_trained(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "find_spec", lambda name: name != "tensorboard")
    job = engine.Job("n", NET, None, 2, Recipe(tensorboard=True), 0, Folder(tmp_path))
    with pytest.raises(UsageError, match="pip install tensorflow tensorboard"):
        engine.prove(job)
