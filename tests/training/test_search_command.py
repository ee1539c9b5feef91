"""`sizeup search`: the budget is kept exactly, bad candidates end early, a front comes out."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizeup.training.runs import Recipe
from sizeup.training.search import _fronts, _rounds, _spread
from sizeup.training.together import Plan

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")
BACKEND = next(name for name in ("torch", "jax", "tensorflow") if find_spec(name))
NET = """
from keras import layers, Sequential

def net(width=16, kernel=3):
    return Sequential([
        layers.Input((rows, cols, 1)), layers.Conv2D(width, kernel, activation="relu"),
        layers.Flatten(), layers.Dense(10, activation="softmax"),
    ])
"""
WIDTHS, KERNELS, LIMIT = (2, 4), (1, 3, 9), 2_000


def search(home, *arguments):
    environment = {**os.environ, "KERAS_BACKEND": BACKEND, "JAX_COMPILATION_CACHE_DIR": str(home)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "sizeup", "search", "net.py", "--data", "digits",
         "--samples", "300", *arguments],
        cwd=home, env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def really(width, kernel):
    """The count by the real Keras; None where it is no valid network on 8×8 pixels."""
    if kernel > 8:
        return None
    parts = [
        keras.layers.Conv2D(width, kernel), keras.layers.Flatten(), keras.layers.Dense(10)
    ]  # fmt: skip
    return keras.Sequential([keras.Input((8, 8, 1)), *parts]).count_params()


def test_what_keeps_the_budget_is_trained_and_a_front_comes_out(tmp_path):
    (tmp_path / "net.py").write_text(NET)
    asked = [
        "--vary", "width=" + ",".join(map(str, WIDTHS)), "--vary",
        "kernel=" + ",".join(map(str, KERNELS)), "--max-parameters", str(LIMIT), "--epochs", "2",
        "--json",
    ]  # fmt: skip
    status, out, err = search(tmp_path, *asked)
    assert status == 0, err
    found = json.loads(out)
    counts = {f"width={w}, kernel={k}": really(w, k) for w, k in product(WIDTHS, KERNELS)}
    keeping = {name: n for name, n in counts.items() if n is not None and n <= LIMIT}
    assert found["settings"] == 6
    assert found["within"] == len(keeping)
    assert {n["name"]: n["parameters"] for n in found["networks"]} == keeping
    epochs = {n["name"]: n["runs"][0]["epochs"] for n in found["networks"]}
    assert set(epochs.values()) <= {1, 2}
    assert all(epochs[name] == 2 for name in found["front"])
    status, out, err = search(tmp_path, *asked, "--resume")
    assert status == 0, err
    assert json.loads(out) == found  # nothing was left to do


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--vary", "width=4,8", "--max-parameters", "10"], "none of 2 settings keeps the budget"),
        ([], "say what to vary"),
        (["--vary", "depth=1,2"], "depth"),
    ],
)
def test_what_cannot_be_searched_ends_in_one_line(tmp_path, arguments, said):
    (tmp_path / "net.py").write_text(NET)
    status, _, err = search(tmp_path, *arguments)
    assert status == 2
    assert len(err.splitlines()) == 1
    assert said in err


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=12))
def test_fronts_are_what_no_other_beats(pairs):
    scored = [(str(n), size, accuracy / 10) for n, (size, accuracy) in enumerate(pairs)]
    first = set(_fronts(scored)[0])
    for name, size, accuracy in scored:
        beaten = any(
            s <= size and a >= accuracy and (s < size or a > accuracy) for _, s, a in scored
        )
        assert (name in first) == (not beaten)
    assert sorted(n for front in _fronts(scored) for n in front) == sorted(n for n, _, _ in scored)


def test_in_each_round_what_is_beaten_falls_behind(monkeypatch):
    """1 epoch for all, 3 for the better ones, 9 for the best; a front goes on as a whole."""
    accuracies = {f"n{size}": (size, size / 100) for size in range(1, 4)}  # the front
    accuracies |= {f"m{size}": (size, size / 200) for size in range(1, 10)}
    trained = []
    monkeypatch.setattr(
        "sizeup.training.search.train", lambda name, _, until: trained.append((name, until))
    )
    monkeypatch.setattr("sizeup.training.search._accuracy", lambda name: accuracies[name][1])
    plan = Plan("digits", Path(), Recipe(epochs=7))
    _rounds({n: n for n in accuracies}, {n: s for n, (s, _) in accuracies.items()}, plan, None)
    rounds = {until: {n for n, u in trained if u == until} for until in (1, 3, 7)}
    assert rounds[1] == set(accuracies)
    assert rounds[3] >= {"n1", "n2", "n3"}
    assert len(rounds[3]) == 6  # m7 to m9 are larger and no worse: on the front
    assert rounds[7] <= rounds[3]


def test_of_many_candidates_the_smallest_the_largest_and_those_between_are_taken():
    assert _spread(list(range(101)), 5) == [0, 25, 50, 75, 100]
    assert _spread(list(range(4)), 5) == [0, 1, 2, 3]
    assert _spread(list(range(4)), 1) == [3]
