"""Whole processes: `sizeup count --json` against a bare interpreter and against Keras.

python bench/startup.py   (medians of alternating runs, ratios in one run)
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
QUESTION = str(ROOT / "examples" / "question.txt")
BINDINGS = "nb_filters=32 nb_conv=3 nb_pool=2 img_rows=28 img_cols=28 nb_classes=35".split()
KERAS = "import question; question.VGG1(None); question.VGG2(None)"
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "count, formulas": ["-m", "sizeup", "count", "--json", QUESTION],
    "count, bound": ["-m", "sizeup", "count", "--json", QUESTION]
    + [f"--set={binding}" for binding in BINDINGS],
    "keras (numpy), both built": ["-c", KERAS],
}


def seconds(arguments: list[str]) -> float:
    environment = {**os.environ, "KERAS_BACKEND": "numpy", "PYTHONPATH": str(ROOT / "examples")}
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment
    )
    return time.perf_counter() - start


def main(rounds: int = 11) -> None:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for turn in range(rounds):
        for name, arguments in COMMANDS.items():
            if turn % 4 == 0 or "keras" not in name:
                times[name].append(seconds(arguments))
    bare = statistics.median(times["python -c pass"])
    for name, found in times.items():
        median = statistics.median(found)
        print(f"{name:<28}{1000 * median:9.1f} ms{median / bare:8.1f} ×")


if __name__ == "__main__":
    main()
