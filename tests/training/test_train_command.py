"""`sizeup train` as a process: it trains, can be killed and goes on, and ends in plain words."""

import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec

import h5py
import pytest

from sizeup.cli import main

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")
BACKENDS = [name for name in ("torch", "jax", "tensorflow") if find_spec(name)]

NET = """
from keras import layers, Sequential
net = Sequential([
    layers.Input((8, 8, 1)), layers.Conv2D(4, 3, activation="relu"), layers.BatchNormalization(),
    layers.Flatten(), layers.Dropout(0.3), layers.Dense(10, activation="softmax"),
])
"""
FEW = ["--data", "digits", "--samples", "300", "--batch-size", "32"]


def command(home, *arguments, backend=BACKENDS[0]):
    # where it runs decides where the runs are
    environment = {
        **os.environ,
        "KERAS_BACKEND": backend,
        "JAX_COMPILATION_CACHE_DIR": str(home / "jax"),
    }
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "sizeup", "train", *arguments],
        cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def train(home, *arguments, backend=BACKENDS[0]):
    process = command(home, *arguments, backend=backend)
    out, err = process.communicate(timeout=240)
    return process.returncode, out, err


@pytest.fixture
def home(tmp_path):
    (tmp_path / "net.py").write_text(NET)
    return tmp_path


def tensors(path):
    found = {}

    def note(name, item):
        if isinstance(item, h5py.Dataset):
            found[name] = item[()].tobytes()

    with h5py.File(path) as file:
        file.visititems(note)
    return found


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_killed_run_goes_on_to_the_same_last_bit(home, backend):
    asked = ["net.py", *FEW, "--epochs", "3", "--deterministic"]
    assert train(home, *asked, "-o", "whole", backend=backend)[0] == 0
    process = command(home, *asked, "-o", "killed", backend=backend)
    history = home / "killed" / "net" / "seed-0" / "history.csv"
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and process.poll() is None:
        if history.exists():
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.01)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    status, out, err = train(home, *asked, "-o", "killed", "--resume", backend=backend)
    assert status == 0, err
    assert "epoch 3 of 3" in err
    assert "epoch 1 of 3" not in err
    runs = [home / name / "net" / "seed-0" for name in ("whole", "killed")]
    for name in ("last.weights.h5", "best.weights.h5"):
        assert tensors(runs[0] / name) == tensors(runs[1] / name) != {}
    results = [json.loads((run / "result.json").read_text()) for run in runs]
    assert results[0] == results[1]
    assert "1,290" in out or "parameters" in out


def test_two_networks_are_compared_and_drawn(home):
    (home / "pair.py").write_text(
        "from keras import layers, Sequential\n"
        "def small(): return Sequential([layers.Input((64,)), layers.Dense(n), layers.Dense(k)])\n"
        "def large(): return Sequential([layers.Input((64,)), layers.Dense(80), layers.Dense(k)])\n"
    )
    status, out, err = train(
        home, "pair.py", *FEW, "--set", "n=4", "--epochs", "6", "--seeds", "2", "--json"
    )
    assert status == 0, err
    assert "small: digits has k = 10" in err
    document = json.loads(out)
    small, large = document["networks"]
    assert (small["parameters"], large["parameters"]) == (
        64 * 4 + 4 + 4 * 10 + 10,
        64 * 80 + 80 + 810,
    )
    assert large["accuracy"] > 0.5  # logits are trained as such
    assert [len(n["runs"]) for n in (small, large)] == [2, 2]
    assert sum(map(sum, large["confusion"])) == 2 * document["samples"] == 2 * 30
    for name in ("comparison.png", "comparison.svg", "confusion-small.png"):
        assert (home / "runs" / "digits" / name).stat().st_size > 1000


def test_what_goes_wrong_ends_in_one_line(home):
    status, _, err = train(
        home, "net.py", *FEW, "--epochs", "1", "--learning-rate", "1e30", "-o", "nan"
    )
    assert status == 3
    assert "not a number any more" in err
    status, _, err = train(home, "net.py", *FEW, "--epochs", "1", "-o", "nan")
    assert status == 2
    assert err.splitlines() == [
        "sizeup: nan holds runs already: --resume goes on with them, --output takes another folder"
    ]
    status, _, err = train(home, "784:10:7", *FEW)
    assert status == 2
    assert "784:10:7 tells 7 classes apart, digits has 10" in err


def test_an_interrupt_is_said_and_can_be_resumed(home):
    process = command(home, "net.py", *FEW, "--epochs", "2000", "-o", "long")
    state = home / "long" / "net" / "seed-0" / "state.json"
    while process.poll() is None and not state.exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume goes on" in err.splitlines()[-1]


@pytest.mark.parametrize(
    ("missing", "backend", "said"),
    [
        ("sklearn", "jax", "pip install 'sizeup[train]'"),
        ("torch", "torch", "torch is not installed: set KERAS_BACKEND to one of"),
    ],
)
def test_what_is_not_installed_is_said_and_not_replaced(
    missing, backend, said, monkeypatch, capsys
):
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    monkeypatch.setattr("sizeup.training.backend.find_spec", lambda name: name != missing)
    monkeypatch.setenv("KERAS_BACKEND", backend)
    assert main(["train", "64:10:10"]) == 2
    assert said in capsys.readouterr().err


def test_a_backend_that_cannot_train_is_refused(home):
    status, _, err = train(home, "net.py", *FEW, backend="numpy")
    assert status == 2
    assert "set KERAS_BACKEND to one of tensorflow, torch, jax" in err


def test_other_backends_do_not_wait_for_tensorflow(tmp_path):
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow" / "__init__.py").touch()  # whoever imports it, finds this one
    path = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    code = """
import sys
from sizeup.training.backend import choose_backend, seeded
choose_backend()
seeded(1, deterministic=True)
assert "tensorflow" not in sys.modules
"""
    for backend in BACKENDS:
        if backend != "tensorflow" and find_spec(backend):
            environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": path}
            done = subprocess.run([sys.executable, "-c", code], env=environment,
                                  capture_output=True, text=True, timeout=240, check=False)  # fmt: skip
            assert (done.returncode, done.stderr) == (0, "")


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (6 * 2**30,) * 2)
from sizeup.cli import main
raise SystemExit(main(sys.argv[1:]))
"""


def test_memory_that_runs_out_is_told_in_one_line(home):
    large = ["train", "64:40000:40000:10", *FEW, "--epochs", "1"]  # 6.4 GB of weights
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", LIMITED, *large], cwd=home,
                          env={**os.environ, "KERAS_BACKEND": BACKENDS[0]}, capture_output=True,
                          text=True, timeout=240, check=False)  # fmt: skip
    assert done.returncode == 2
    assert "memory ran out with 32 samples at once" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (home / "runs").exists()
