"""A search on a real Ray cluster of two nodes, one of which dies in mid-run."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE

import pytest

pytest.importorskip("ray")
pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")
BACKEND = next(name for name in ("tensorflow", "torch", "jax") if find_spec(name))

NET = """
from keras import layers, Sequential

def net(width=16):
    return Sequential([layers.Input((64,)), layers.Dense(width), layers.Dense(10)])
"""
ASKED = ["search", "net.py", "--vary", "width=4,8,16", "--data", "digits", "--samples", "300",
         "--epochs", "{epochs}", "-o", "runs", "--json"]  # fmt: skip


CLUSTER = """
from ray.cluster_utils import Cluster

head = {"num_cpus": 1, "include_dashboard": False}
cluster = Cluster(initialize_head=True, head_node_args=head)
try:
    second = cluster.add_node(num_cpus=2)
    cluster.wait_for_nodes()
    print("address", cluster.address, flush=True)
    input()
    cluster.remove_node(second, allow_graceful=False)
    input()
finally:
    cluster.shutdown()
"""
"""Two nodes, in a process that has loaded nothing else: it forks. A line on its input kills one."""


@contextmanager
def two_nodes():
    """Their address, and what kills the second one."""
    quiet = [sys.executable, "-W", "ignore", "-c", CLUSTER]
    with subprocess.Popen(quiet, stdin=PIPE, stdout=PIPE, text=True) as process:
        said = next(line for line in process.stdout if line.startswith("address "))
        try:
            yield said.split()[1], lambda: print(file=process.stdin, flush=True)
        finally:
            process.communicate("\n\n", timeout=60)


def test_all_trials_end_though_a_worker_dies(tmp_path):
    (tmp_path / "net.py").write_text(NET)
    asked = [each.format(epochs=60) for each in ASKED]
    with two_nodes() as (address, kill):
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "sizeup", *asked, "--ray", address],
            cwd=tmp_path, env={**os.environ, "KERAS_BACKEND": BACKEND},
            stdout=PIPE, stderr=PIPE, text=True,
        )  # fmt: skip
        _wait(process, lambda: len(list(tmp_path.glob("runs/*/seed-0/state.json"))) >= 2)
        kill()
        out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    document = json.loads(out)
    assert document["front"]
    for network in document["networks"]:
        (run,) = network["runs"]
        state = json.loads((tmp_path / run["folder"] / "state.json").read_text())
        assert state["ended"] == "done" or 0 < len(state["epochs"]) < 60  # stopped by ASHA


def _wait(process, ready):
    deadline = time.monotonic() + 150
    while not ready():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_runs_are_what_can_be_sent_to_another_machine(tmp_path):
    """A job travels with its network and its data, without Keras."""
    import pickle

    import sizeup
    from sizeup.training.data import load
    from sizeup.training.feeding import feeder
    from sizeup.training.runs import Recipe
    from sizeup.training.suiting import suit
    from sizeup.training.together import Plan, jobs_of

    (tmp_path / "net.py").write_text(NET)
    network = sizeup.read(str(tmp_path / "net.py")).networks[0]
    data, plan = load("digits", 50), Plan("digits", Path(tmp_path), Recipe())
    job = next(jobs_of("net", suit(network, data), plan, 10, feeder(data, Recipe())))
    again = pickle.loads(pickle.dumps(job))
    assert sizeup.count(again.network).total == sizeup.count(job.network).total
    assert (again.fed.train[0] == job.fed.train[0]).all()
