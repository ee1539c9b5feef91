"""Times `sizeup costs` as whole processes, beside a bare interpreter; medians of alternating runs.

Usage: python bench/costs.py [ROUNDS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time


def seconds(*arguments: str) -> float:
    """How long one process takes."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL,
                   env=environment)  # fmt: skip
    return time.perf_counter() - start


def main(rounds: int) -> None:
    """Print a table of medians."""
    costs = ("-m", "sizeup", "costs")
    commands = {
        "python -c pass": ("-c", "pass"),
        "costs zoo:vgg16": (*costs, "zoo:vgg16"),
        "costs zoo:resnet152": (*costs, "zoo:resnet152"),
        "costs --json zoo:resnet152": (*costs, "--json", "zoo:resnet152"),
        "costs zoo:keras/resnet152": (*costs, "zoo:keras/resnet152"),
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            taken = seconds(*command)
            if number:  # the first round compiles
                times[name].append(taken)
    bare = statistics.median(times["python -c pass"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:<34}{median:8.3f} s{median / bare:9.1f}×")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
