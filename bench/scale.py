"""What reading costs as programs grow, beside what Python and Keras need for the same.

    python bench/scale.py

Three tables: a program without Keras, run by CPython and read by sizeup; chains of 1,000 to
10,000 layers; ResNet152 from Keras' own source, in one process and as whole processes, beside
Keras building it with its NumPy backend.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

os.environ["KERAS_BACKEND"] = "numpy"

from sizeup.analyses.count import count
from sizeup.readers import read
from sizeup.readers.source import read_source

ROUNDS = 5
PROGRAMS = {
    "arithmetic": """
        total = 0
        for i in range(20000):
            total += i * 3 % 7
        """,
    "lists and dicts": """
        table = {}
        for i in range(5000):
            table[i] = [i, i + 1, str(i)]
        longest = max(len(row) for row in table.values())
        """,
    "functions": """
        def fibonacci(n):
            return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)
        found = fibonacci(16)
        """,
}
MODEL = "\nfrom keras import layers, Sequential\nmodel = Sequential([layers.Dense(2, input_shape=(3,))])\n"
CHAIN = """
from keras import Sequential, layers
model = Sequential([layers.Input((8,))])
for i in range({layers}):
    model.add(layers.Dense(8))
"""
BUILD = "import keras; keras.applications.ResNet152(weights=None)"


def median(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds of one run."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def programs() -> None:
    print(f"{'program':<20}{'CPython':>12}{'sizeup':>12}{'ratio':>10}")
    empty = median(lambda: read_source(MODEL))
    for name, text in PROGRAMS.items():
        source = textwrap.dedent(text)
        code = compile(source, name, "exec")
        python, ours = [], []
        for _ in range(4 * ROUNDS):  # by turns: a busy machine slows both
            python.append(median(lambda code=code: exec(code, {})))
            ours.append(median(lambda source=source: read_source(source + MODEL), 1) - empty)
        theirs, taken = statistics.median(python), statistics.median(ours)
        print(f"{name:<20}{theirs * 1e3:9.2f} ms{taken * 1e3:9.1f} ms{taken / theirs:8.0f} ×")


def chains() -> None:
    print(f"\n{'layers':<20}{'seconds':>12}{'µs a layer':>12}")
    for layers in (1_000, 2_000, 5_000, 10_000):
        text = CHAIN.format(layers=layers)
        taken = median(lambda text=text: count(read_source(text)[0][0]), 3)
        print(f"{layers:<20,}{taken:12.2f}{taken / layers * 1e6:12.0f}")


def resnet() -> None:
    import keras

    source = Path(keras.__file__).parent / "src" / "applications" / "resnet.py"
    settings = {"weights": None}
    ours = median(lambda: count(read(f"{source}:ResNet152", settings)[0]))
    theirs = median(lambda: keras.applications.ResNet152(weights=None))
    print(f"\n{'ResNet152':<20}{'Keras':>12}{'sizeup':>12}{'ratio':>10}")
    print(f"{'in one process':<20}{theirs * 1e3:9.0f} ms{ours * 1e3:9.0f} ms{theirs / ours:8.1f} ×")
    with tempfile.TemporaryDirectory() as cache:
        env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        env["PYTHONPYCACHEPREFIX"] = cache
        command = [
            "-m",
            "sizeup",
            "count",
            "--json",
            f"{source}:ResNet152",
            "--set",
            "weights=None",
        ]

        def process(arguments: list[str]) -> None:
            subprocess.run(
                [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=env
            )

        for arguments in (command, ["-c", BUILD]):
            process(arguments)
        ours = median(lambda: process(command))
        theirs = median(lambda: process(["-c", BUILD]))
    print(
        f"{'whole processes':<20}{theirs * 1e3:9.0f} ms{ours * 1e3:9.0f} ms{theirs / ours:8.1f} ×"
    )


if __name__ == "__main__":
    programs()
    chains()
    resnet()
