"""What reading costs as programs grow, beside what Python and Keras need for the same.

    python bench/scale.py

Three tables: a program without Keras, run by CPython and read by sizeup; chains of 1,000 to
10,000 layers; ResNet152 from Keras' own source, in one process and as whole processes, beside
Keras building it with its NumPy backend.
"""

from __future__ import annotations

import os
import statistics
import textwrap
from pathlib import Path

os.environ["KERAS_BACKEND"] = "numpy"

from timing import median, processes

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


def programs() -> None:
    print(f"{'program':<20}{'CPython':>12}{'sizeup':>12}{'ratio':>10}")
    empty = median(lambda: read_source(MODEL), ROUNDS)
    for name, text in PROGRAMS.items():
        source = textwrap.dedent(text)
        code = compile(source, name, "exec")
        python, ours = [], []
        for _ in range(4 * ROUNDS):  # by turns: a busy machine slows both
            python.append(median(lambda code=code: exec(code, {}), ROUNDS))
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
    counted = median(lambda: count(read(f"{source}:ResNet152", settings)[0]), ROUNDS)
    built = median(lambda: keras.applications.ResNet152(weights=None), ROUNDS)
    print(f"\n{'ResNet152':<20}{'Keras':>12}{'sizeup':>12}{'ratio':>10}")
    side_by_side("in one process", built, counted)
    ours, theirs = "sizeup", "Keras"
    counting = ["-m", "sizeup", "count", "--json", f"{source}:ResNet152", "--set", "weights=None"]
    times = processes({ours: counting, theirs: ["-c", BUILD]}, ROUNDS)
    side_by_side("whole processes", *map(statistics.median, (times[theirs], times[ours])))


def side_by_side(how: str, theirs: float, ours: float) -> None:
    print(f"{how:<20}{theirs * 1e3:9.0f} ms{ours * 1e3:9.0f} ms{theirs / ours:8.1f} ×")


if __name__ == "__main__":
    programs()
    chains()
    resnet()
