"""Times `sizeup advise` as a whole process, and how many changes it lists.

Medians of alternating runs, beside a bare interpreter. Usage: python bench/advise.py [ROUNDS]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time

SOURCES = ("784:2000:2000:10", "zoo:vgg16", "zoo:keras/resnet50", "zoo:resnet152")


def seconds(*arguments: str) -> tuple[float, str]:
    """How long one process takes, and what it prints."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True,
                          env=environment)  # fmt: skip
    return time.perf_counter() - start, done.stdout


def main(rounds: int) -> None:
    """Print a table of medians."""
    times: dict[str, list[float]] = {name: [] for name in ("", *SOURCES)}
    listed = {}
    for number in range(rounds + 1):
        for name, before in times.items():
            command = ("-m", "sizeup", "advise", name, "--json") if name else ("-c", "pass")
            taken, printed = seconds(*command)
            if name:
                listed[name] = len(json.loads(printed)["networks"][0]["advice"])
            if number:  # the first round compiles
                before.append(taken)
    bare = statistics.median(times[""])
    print(f"{'python -c pass':<28}{bare:8.3f} s")
    for name in SOURCES:
        median = statistics.median(times[name])
        print(f"{name:<28}{median:8.3f} s{median / bare:8.1f}×{listed[name]:5} changes")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
