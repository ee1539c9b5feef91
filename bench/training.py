"""What `sizeup train` costs beside plain Keras, on each backend that is installed.

    python bench/training.py [EPOCHS]

The question's second network on 6,400 images of `characters`, in turns: `fit` of Keras on arrays, and
a run of sizeup's with its checkpoints. Medians of all epochs but the first of each turn; a backend has a
process of its own.
"""

import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import sizeup
from sizeup.training.data import load
from sizeup.training.engine import Job, train
from sizeup.training.feeding import feeder
from sizeup.training.runs import Recipe
from sizeup.training.suiting import suit
from sizeup.training.together import Plan, jobs_of

ROOT = Path(__file__).parents[1]
SAMPLES, BATCH, TURNS = 6_400, 128, 3
SETTINGS = {"nb_filters": 32, "nb_conv": 3, "nb_pool": 2}


def ours(job: Job, firsts: list[float]) -> list[float]:
    """The seconds of each epoch but the first of a run of sizeup's."""
    train(job, lambda moment: firsts.append(moment.first) if moment.first else None)
    return [epoch["seconds"] for epoch in job.folder.state().epochs[1:]]


def plain(job: Job, seed: int) -> list[float]:
    """The same of plain `fit` on arrays of floats."""
    import keras
    import numpy as np

    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    model = job.network.to_keras()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    (x, y), (held, labels) = job.fed.train, job.fed.validation
    x, held = (np.asarray(each, np.float32) / 255 for each in (x, held))
    moments: list[float] = []
    clock = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda *_: moments.append(time.perf_counter()),
        on_epoch_end=lambda *_: moments.append(time.perf_counter()),
    )
    model.fit(x, y, batch_size=BATCH, epochs=job.recipe.epochs, verbose=0, callbacks=[clock],
              validation_data=(held, labels), validation_batch_size=BATCH)  # fmt: skip
    return [end - begin for begin, end in zip(moments[2::2], moments[3::2], strict=True)]


def measure(epochs: int) -> None:
    import keras

    data, recipe = load("characters", SAMPLES), Recipe(epochs=epochs, batch_size=BATCH)
    network = sizeup.read(str(ROOT / "examples" / "question.txt"), SETTINGS)["VGG2"]
    suited, fed = suit(network, data), feeder(data, recipe)
    mine, theirs, firsts = [], [], []
    for turn in range(TURNS):
        with tempfile.TemporaryDirectory() as home:
            job = next(jobs_of("VGG2", suited, Plan("characters", Path(home), recipe), 35, fed))
            mine += ours(job, firsts)
        theirs += plain(job, turn)
    rate = len(job.fed.train[1]) / median(mine)
    more = 100 * (median(mine) / median(theirs) - 1)
    print(f"{keras.backend.backend():<11}{rate:8,.0f} images/s  {more:+.1f} % of plain fit  "
          f"{firsts[0]:.1f} s to the first step, then {median(firsts[1:]):.1f}")  # fmt: skip


if __name__ == "__main__":
    if os.environ.get("BENCH_CHILD"):
        measure(int(sys.argv[1]))
    else:
        epochs = sys.argv[1] if len(sys.argv) > 1 else "5"
        for name in filter(find_spec, ("tensorflow", "torch", "jax")):
            child = {
                **os.environ,
                "BENCH_CHILD": "1",
                "KERAS_BACKEND": name,
                "TF_CPP_MIN_LOG_LEVEL": "3",
            }
            subprocess.run([sys.executable, __file__, epochs], env=child, check=True)
