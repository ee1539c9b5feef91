"""Times `sizeup fit` as whole processes over a million settings and more, and checks its answers.

Each best value is compared with that of trying every setting: the formulas evaluated by NumPy over
all of them, which has nothing in common with the solver. Medians of alternating runs.
Usage: python bench/fit.py [ROUNDS]
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

import numpy as np

RESNET = """
import keras
from keras import layers

def block(x, filters, stride):
    y = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    if stride > 1:
        x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.ReLU()(layers.Add()([x, y]))

def resnet(image, width, middle, wide):
    x = start = keras.Input((image, image, 3))
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
    for filters, stride in ((width, 1), (middle, 2), (wide, 2)):
        if stride == 1:
            x = block(x, filters, 1)
        else:
            x = block(x, filters, stride)
        x = block(x, filters, 1)
    return keras.Model(start, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))
"""
QUESTION = ["nb_filters=8..128", "nb_conv=3,5", "img_rows=28..64", "img_cols=28..64",
            "nb_pool=2..4", "nb_classes=35"]  # fmt: skip
TEXT = ["width=4..64", "middle=4..64", "wide=8..128", "image=32,40,48,56,64"]
CASES = {
    "VGG1": (
        "examples/question.txt:VGG1",
        QUESTION,
        (500_000, 50_000_000, 2_000_000),
        "parameters",
    ),
    "VGG2": ("examples/question.txt:VGG2", QUESTION, (500_000, 20_000_000, 200_000), "macs"),
    "a ResNet": ("FILE", TEXT, (500_000, 60_000_000, 2_000_000), "parameters"),
    "a ResNet, area": ("FILE", TEXT, (500_000, 60_000_000, 2_000_000), "image*width"),
}


def command(case: str, file: str) -> list[str]:
    """The arguments of one run."""
    source, vary, budgets, objective = CASES[case]
    names = ("parameters", "macs", "activations")
    given = [part for name, most in zip(names, budgets, strict=True)
             for part in (f"--max-{name}", str(most))]  # fmt: skip
    ranges = [part for text in vary for part in ("--vary", text)]
    return ["fit", source.replace("FILE", file), *given, *ranges, "--maximize", objective,
            "--limit", "5", "--json"]  # fmt: skip


def answered(arguments: list[str]) -> tuple[dict, float, float]:
    """What a process says, how long it takes, and the processor's seconds in it."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start, busy = time.perf_counter(), worked()
    done = subprocess.run([sys.executable, "-m", "sizeup", *arguments], check=True, env=environment,
                          stdout=subprocess.PIPE)  # fmt: skip
    return json.loads(done.stdout), time.perf_counter() - start, worked() - busy


def worked() -> float:
    """The processor's seconds of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tried(case: str, file: str) -> tuple[int, int, int]:
    """How many settings there are, the best value, and how many have it: by trying them all."""
    source, vary, budgets, objective = CASES[case]
    counts, *_ = answered(["count", source.replace("FILE", file), "--json"])
    network = counts["networks"][0]
    spans = {}
    for text in vary:
        name, _, span = text.partition("=")
        first, dots, last = span.partition("..")
        spans[name] = (
            range(int(first), int(last) + 1) if dots else [int(v) for v in span.split(",")]
        )
    mesh = np.meshgrid(*(np.array(span, np.int64) for span in spans.values()), indexing="ij")
    scope = dict(zip(spans, (side.ravel() for side in mesh), strict=True))
    functions = {"max": np.maximum, "min": np.minimum}
    sides = {side for row in network["layers"] for side in sided(row["output_shape"])}
    met = np.ones(mesh[0].size, np.bool_)
    for side in sides:
        met &= eval(side, functions, scope) >= 1
    measures = {
        "parameters": eval(network["formula"], functions, scope),
        "macs": eval(str(network["macs"]), functions, scope),
        "activations": sum(
            eval("*".join(f"({side})" for side in row["output_shape"][1:]), functions, scope)
            for row in network["layers"] if row["kind"] != "InputLayer"
        ),
    }  # fmt: skip
    for values, most in zip(measures.values(), budgets, strict=True):
        met &= values <= most
    values = eval(objective, functions, scope | measures)[met]
    return met.size, int(values.max()), int((values == values.max()).sum())


def sided(shape: list) -> list[str]:
    """The sides of an output shape that are expressions."""
    return [side for side in shape if isinstance(side, str)]


def main(rounds: int) -> None:
    """Print a table of medians."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "resnet.py"
        file.write_text(RESNET, encoding="utf-8")
        times: dict[str, list[list[float]]] = {case: [] for case in CASES}
        found = {}
        for _, case in product(range(rounds), CASES):
            found[case], *seconds = answered(command(case, str(file)))
            times[case].append(seconds)
        print(
            f"{'network':<16}{'settings':>12}{'seconds':>9}{'CPU':>7}{'best':>14}{'tie':>6}  tried all"
        )
        for case in CASES:
            settings, best, tie = tried(case, str(file))
            ours = found[case]
            same = (ours["settings"][0]["objective"], ours["count"]) == (best, tie)
            said = "the same" if same and ours["complete"] else f"{best:,} ({tie:,})"
            wall, cpu = map(statistics.median, zip(*times[case], strict=True))
            print(f"{case:<16}{settings:>12,}{wall:>9.2f}{cpu:>7.2f}"
                  f"{ours['settings'][0]['objective']:>14,}{ours['count']:>6,}  {said}")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
