"""What a trial costs on Ray beside one on this machine alone, and what two processors give.

    python bench/search.py [TRIALS]

The same search (perceptrons on `digits`, trained for so many epochs that a trial takes some seconds) by
turns here, on a Ray cluster of one processor, and of two; a process of its own for each.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sizeup
from sizeup.analyses.freeing import opened
from sizeup.training.runs import Recipe
from sizeup.training.search import Limits, search
from sizeup.training.together import Plan

NET = "def net(width=8):\n    return Sequential([Input((64,)), Dense(width), Dense(10)])\n"
EPOCHS = 60


def measure(trials: int, processors: int) -> None:
    network = sizeup.read("-", opened(["width"]), text=NET).networks[0]
    with tempfile.TemporaryDirectory() as home:
        plan = Plan("digits", Path(home), Recipe(epochs=EPOCHS))
        runner = None
        if processors:
            import ray

            from sizeup.training.cluster import Cluster

            ray.init(num_cpus=processors, log_to_driver=False, logging_level="error")
            runner = Cluster("", Path(home)).runner(lambda _: None)
        started = time.perf_counter()
        found = search(network, {"width": range(8, 8 + trials)}, Limits(), plan, lambda _: None,
                       trials=trials, runner=runner)  # fmt: skip
        seconds = time.perf_counter() - started
        epochs = sum(len(run.state.epochs) for n in found.comparison.networks for run in n.runs)
    where = f"Ray, {processors} processors" if processors else "here"
    print(f"{where:<18}{seconds:7.1f} s  {epochs:5} epochs  {seconds / trials:5.2f} s a trial  "
          f"{1000 * seconds / epochs:6.1f} ms an epoch")  # fmt: skip


if __name__ == "__main__":
    if "BENCH_CHILD" in os.environ:
        measure(int(sys.argv[1]), int(os.environ["BENCH_CHILD"]))
    else:
        number = sys.argv[1] if len(sys.argv) > 1 else "8"
        for processors in ("0", "1", "2"):
            child = {**os.environ, "BENCH_CHILD": processors, "TF_CPP_MIN_LOG_LEVEL": "3"}
            subprocess.run(
                [sys.executable, "-W", "ignore", __file__, number], env=child, check=True
            )
