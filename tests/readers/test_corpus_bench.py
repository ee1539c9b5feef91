"""The measure on packages: its own part that needs no package index."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import keras
import pytest

FOLDER = Path(__file__).parents[2] / "bench" / "corpus"

MODULE = """
import keras
from data import x_train, y_train
from keras import layers

def small(input_shape, classes=10, filters=4, weights=None):
    image = keras.Input(input_shape)
    x = layers.Flatten()(layers.BatchNormalization()(layers.Conv2D(filters, 3)(image)))
    return keras.Model(image, layers.Dense(classes)(x))

def hidden(of_the_data):
    return keras.Sequential([keras.Input((4,)), layers.Dense(of_the_data)])

class Wide(keras.Sequential):
    def __init__(self, units=8):
        super().__init__([keras.Input((4,)), layers.Dense(units, trainable=False), layers.Dense(2)])

for width in (3, 5):
    script = keras.Sequential([keras.Input((4,)), layers.Dense(width)])
script.compile("adam", "mse")
script.fit(x_train, y_train)
"""


@pytest.fixture
def corpus(monkeypatch):
    """The modules of the bench, as `python bench/corpus` finds them."""
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in ("jobs", "packages", "programs", "verdicts"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module


def test_builders_are_called_by_the_real_keras_and_read_alike(corpus, tmp_path):
    jobs_of, verdicts = corpus("jobs"), corpus("verdicts")
    (tmp_path / "nets.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "beside.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / jobs_of.OWN).write_text("nets.py", encoding="utf-8")
    times: dict[str, float] = {}
    jobs = jobs_of.jobs_in(tmp_path, "", times)
    assert {job.name for job in jobs} == {
        "small",
        "Wide",
        "script",
    }  # nothing is known for `hidden`
    assert len(jobs) > 4
    assert set(times) == {"nets.py"}
    worker = [sys.executable, str(FOLDER / "real_keras.py"), str(tmp_path), "3"]
    known: dict[str, dict] = {}
    truths = jobs_of.answers(worker, jobs, known)
    assert jobs_of.answers([sys.executable, "nothing.py"], jobs, known) == truths
    assert [verdicts.verdict(*pair)[0] for pair in zip(jobs, truths, strict=True)] == [
        "exact"
    ] * len(jobs)
    wrong = {**truths[0], "total": truths[0]["total"] + 1}
    assert verdicts.verdict(jobs[0], wrong)[0] == "wrong"
    moved = {**truths[0], "layers": [[a + 1, b] for a, b in truths[0]["layers"][:1]]}
    moved["layers"] += [[truths[0]["total"] - moved["layers"][0][0], 0]]
    assert verdicts.verdict(jobs[0], moved)[0] == "wrong"


def test_what_is_drawn_is_the_same_every_time(corpus):
    calls = corpus("jobs").calls_of
    made = calls(["input_shape"], ["include_top", "classes", "pooling", "weights"], "Net")
    assert made == calls(["input_shape"], ["include_top", "classes", "pooling", "weights"], "Net")
    assert made[0] == {"input_shape": (224, 224, 3), "weights": None}
    assert len(made) > 1


def test_a_part_of_the_corpus_is_exact(corpus, tmp_path):
    """Networks of the Keras that is installed, from its text, with drawn arguments."""
    jobs_of, verdicts = corpus("jobs"), corpus("verdicts")
    (tmp_path / "keras").symlink_to(Path(keras.__file__).parent)
    files = [path for path in jobs_of.sources(tmp_path) if path.stem in ("mobilenet", "vgg16")]
    jobs = jobs_of._own(tmp_path, files, {}, 8)
    worker = [sys.executable, str(FOLDER / "real_keras.py"), str(tmp_path), "3"]
    truths = jobs_of.answers(worker, jobs, {})
    found = [verdicts.verdict(job, truth)[0] for job, truth in zip(jobs, truths, strict=True)]
    assert set(found) <= {"exact", "not built"}
    assert found.count("exact") >= 5
