"""How long one waits for a count: whole processes side by side, and reading alone.

    python bench/startup.py [ROUNDS]

Commands alternate, so that a busy machine slows all of them; what counts are the ratios.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import statistics
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from timing import BARE, median, processes

QUESTION = Path(__file__).parents[1] / "examples" / "question.txt"
BINDINGS = "nb_filters=32 nb_conv=3 nb_pool=2 img_rows=28 img_cols=28 nb_classes=35".split()
COUNT = ["-m", "sizeup", "count", "--json", str(QUESTION)]
FORMULAS, BOUND, KERAS = "count, formulas", "count, bound", "Keras, built"
COMMANDS = {
    "import sizeup": ["-c", "import sizeup"],
    FORMULAS: COUNT,
    BOUND: [*COUNT, *(f"--set={binding}" for binding in BINDINGS)],
    KERAS: ["-c", "import question; question.VGG1(None); question.VGG2(None)"],
}
KERAS_EVERY = 4
"""Keras takes seconds: it runs in every fourth round."""


def waited(rounds: int) -> dict[str, float]:
    """The median of each command, in seconds."""
    commands = dict(COMMANDS)
    if importlib.util.find_spec("keras") is None:
        del commands[KERAS]
    variables = {"KERAS_BACKEND": "numpy", "PYTHONPATH": str(QUESTION.parent)}
    times = processes(commands, rounds, {KERAS: KERAS_EVERY}, **variables)
    return {name: statistics.median(taken) for name, taken in times.items()}


def vgg2() -> str:
    """The second network's source, indented, as a file would hold it."""
    from sizeup.readers.source.repair import repair

    code = repair(QUESTION.read_text(encoding="utf-8")).code
    return code[code.index("def VGG2") :]


def warm(run: Callable[[], object], rounds: int) -> float:
    """The median of a call that has been made before, in seconds."""
    run()
    return median(run, rounds)


def reading(rounds: int) -> dict[str, float]:
    """Reading and counting in a process that has done so before; medians in seconds."""
    import sizeup

    bound = {name: int(value) for name, value in (b.split("=") for b in BINDINGS)}

    def counted(text: str, settings: dict[str, int]) -> Callable[[], object]:
        return lambda: [sizeup.count(network) for network in sizeup.read("-", settings, text=text)]

    pasted = QUESTION.read_text(encoding="utf-8")
    return {
        "VGG2 from source, formulas": warm(counted(vgg2(), {}), rounds),
        "VGG2 from source, bound": warm(counted(vgg2(), bound), rounds),
        "both as pasted, bound": warm(counted(pasted, bound), rounds),
        **torch_summary(rounds),
    }


def torch_summary(rounds: int) -> dict[str, float]:
    """torchinfo on VGG2 that is built already, where torch and torchinfo are installed."""
    if not all(map(importlib.util.find_spec, ("torch", "torchinfo"))):
        return {}
    import torchinfo
    from torch import nn

    def block(*channels: int) -> list[nn.Module]:
        convolutions = [
            layer
            for pair in pairwise(channels)
            for layer in (nn.Conv2d(*pair, kernel_size=3), nn.ReLU())
        ]
        return [*convolutions, nn.MaxPool2d(2), nn.Dropout(0.25)]

    model = nn.Sequential(
        *block(1, 32, 32), *block(32, 64, 64), nn.Flatten(),
        nn.Linear(1024, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, 35), nn.Softmax(1),
    )  # fmt: skip
    size = (1, 1, 28, 28)
    summary = warm(lambda: torchinfo.summary(model, input_size=size, verbose=0), rounds)
    return {"torchinfo, VGG2 built before": summary}


def table(title: str, medians: dict[str, float], first: str) -> None:
    print(f"{title:<32}{'median':>12}{'ratio':>9}")
    for name, middle in medians.items():
        print(f"  {name:<30}{1000 * middle:9.1f} ms{middle / medians[first]:7.1f} ×")


def main(rounds: int = 21) -> None:
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
    print(f"Python {platform.python_version()}, {machine}, {rounds} rounds\n")
    medians = waited(rounds)
    table("whole processes", medians, BARE)
    if KERAS in medians:
        faster = medians[KERAS] / max(medians[FORMULAS], medians[BOUND])
        print(f"  Keras takes {faster:.0f} times as long as the slower count")
    print()
    within = reading(rounds)
    table("in one process, warm", within, next(iter(within)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
