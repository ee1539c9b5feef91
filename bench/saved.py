"""Saved models: how long a count takes beside Keras, and all of `keras.applications` from their files.

    python bench/saved.py [FOLDER] [NAME …]

Without names ResNet152 is timed: whole processes, the time that they take of the processor, and their
memory. With names, or `all`, each network of `keras.applications` is saved by the real Keras as
`.keras`, `.h5` and `.json`, with weights of zeros, and read: totals, what is trained, every layer and
MACs have to be those of the table in `tests/readers/applications.json`.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
ROUNDS = 5
LOAD = "import sys, keras; print(keras.saving.load_model(sys.argv[1]).count_params())"
COUNT = "import sys; sys.argv[1:] = ['count', sys.argv[1], '--json']; from sizeup.cli import process; process()"


def spent(code: str, path: Path) -> tuple[float, float, int]:
    """Seconds on the wall, seconds of the processor, and bytes of memory of a process."""
    script = (
        "import os, sys, time, resource\n"
        "start = time.perf_counter()\n"
        f"done = os.spawnv(os.P_WAIT, sys.executable, [sys.executable, '-c', {code!r}, {str(path)!r}])\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "assert done == 0\n"
        "print(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, "
        "file=sys.stderr)"
    )
    env = {**os.environ, "KERAS_BACKEND": "numpy"}
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, env=env)
    wall, processor, memory = done.stderr.decode().splitlines()[-1].split()
    return float(wall), float(processor), int(memory)


def timed(folder: Path) -> None:
    """ResNet152 from its `.keras`: counted, and loaded by Keras."""
    path = folder / "ResNet152.keras"
    if not path.exists():
        save("ResNet152", folder, (".keras",))
    best = {}
    for name, code in (("sizeup count", COUNT), ("Keras, loaded and counted", LOAD)):
        runs = [spent(code, path) for _ in range(ROUNDS)]
        best[name] = [min(each) for each in zip(*runs, strict=True)]
        wall, processor, memory = best[name]
        print(
            f"{name:<28}{wall:7.2f} s  {processor:7.2f} s of the processor  {memory / 1e6:7.0f} MB"
        )
    ours, theirs = best.values()
    print(
        f"{theirs[0] / ours[0]:.1f} times as fast, {theirs[1] / ours[1]:.1f} by the processor's time"
    )


def save(name: str, folder: Path, endings: tuple[str, ...]) -> object:
    """One network of Keras, saved with weights that cost nothing to draw."""
    os.environ.setdefault("KERAS_BACKEND", "numpy")
    sys.path.insert(0, str(TESTS))
    import keras

    from readers.test_keras_applications import INITIALIZERS

    for initializer in INITIALIZERS:
        getattr(keras.initializers, initializer).__call__ = (
            lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype)  # noqa: ARG005
        )
    keras.utils.clear_session()
    model = getattr(keras.applications, name)(weights=None)
    for ending in endings:
        if ending == ".json":
            (folder / f"{name}.json").write_text(model.to_json())
        else:
            model.save(folder / f"{name}{ending}")
    return model


def checked(name: str, folder: Path) -> None:
    """Save one network and read it from each of its files."""
    endings = (".keras", ".h5", ".json")
    model = save(name, folder, endings)
    from readers.saved_truth import assert_same
    from sizeup.analyses.count import count
    from sizeup.readers import read

    truth = json.loads((TESTS / "readers" / "applications.json").read_text())[name]["default"]
    sides = None in model.input_shape[1:]
    for ending in endings:
        path = folder / f"{name}{ending}"
        start = time.perf_counter()
        (network,) = read(str(path))
        found = count(network)
        took = time.perf_counter() - start
        assert_same(network, model)
        assert found.total == truth["total"]
        assert found.macs == (None if sides else truth["macs"])
        print(f"{name:<20}{ending:<8}{found.total:>12,}{took:8.2f} s", flush=True)
        path.unlink()


def main(folder: str | None = None, *names: str) -> None:
    with tempfile.TemporaryDirectory() as made:
        place = Path(folder or made)
        if not names:
            timed(place)
            return
        table = json.loads((TESTS / "readers" / "applications.json").read_text())
        for name in table if names == ("all",) else names:
            checked(name, place)
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB at most")


if __name__ == "__main__":
    main(*sys.argv[1:])
