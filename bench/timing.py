"""Whole processes, timed by turns: a busy machine slows all of them, so that their ratios hold."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence

BARE = "python -c pass"
"""The floor, which others stand beside."""
Commands = Mapping[str, Sequence[str]]
Times = Mapping[str, Sequence[float]]


def environment(cache: str, **more: str) -> dict[str, str]:
    """As after an installation: modules are compiled once, and nothing else is set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONPYCACHEPREFIX": cache, **more}


def processes(
    commands: Commands,
    rounds: int,
    every: Mapping[str, int] | None = None,
    **variables: str,
) -> Times:
    """The seconds of each command of the interpreter, after a round that compiles.

    `every` says of slow ones in which rounds they run; `variables` are set for all.
    """
    times: dict[str, list[float]] = {BARE: [], **{name: [] for name in commands}}
    with tempfile.TemporaryDirectory() as cache:
        env = environment(cache, **variables)

        def run(name: str) -> None:
            arguments = commands.get(name, ("-c", "pass"))
            subprocess.run(
                [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=env
            )

        for name in times:
            run(name)
        for turn in range(rounds):
            for name, taken in times.items():
                if turn % (every or {}).get(name, 1) == 0:
                    taken.append(seconds(lambda name=name: run(name)))
    return times


def seconds(run: Callable[[], object]) -> float:
    """How long a call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def median(run: Callable[[], object], rounds: int) -> float:
    """The seconds of a call in this process."""
    return statistics.median(seconds(run) for _ in range(rounds))


def table(times: Times, notes: Mapping[str, str] | None = None) -> None:
    """A line for each: the median, its ratio to the floor, and what else there is to say."""
    bare = statistics.median(times[BARE])
    for name, taken in times.items():
        middle = statistics.median(taken)
        print(f"{name:<34}{middle:8.3f} s{middle / bare:9.1f}×{(notes or {}).get(name, '')}")
