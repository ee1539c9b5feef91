"""The runs of a search on a Ray cluster, by Ray Tune and its ASHA scheduler.

Each trial is a run as on one machine, in its folder of the experiment's, which all machines see;
one whose worker dies begins again where its folder stands.
"""

from __future__ import annotations

import logging
import os
from contextlib import redirect_stdout
from io import StringIO

from sizeup.errors import UsageError
from sizeup.records import Record
from sizeup.training.backend import choose_backend
from sizeup.training.engine import Moment, train
from sizeup.training.search import KEPT
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from sizeup.training.engine import Job, Tell
    from sizeup.training.search import Runner

FAILURES = 8
"""So often a trial may lose its worker."""
PROCESSORS = 1
"""Those that a trial takes."""


class Cluster(Record):
    """A Ray cluster: its address, empty for one of this machine alone, `auto` for the one around."""

    address: str
    folder: Path

    def runner(self, tell: Tell) -> Runner:
        """What trains the runs of a search there. Raises UsageError without Ray."""
        os.environ["RAY_AIR_NEW_OUTPUT"] = "0"  # progress is shown here, in one way
        try:
            import ray
        except ImportError:
            raise UsageError(say("search.ray")) from None
        return lambda jobs, until: self._run(ray, jobs, until, tell)

    def _run(self, ray: Any, jobs: Sequence[Job], until: int, tell: Tell) -> None:
        # Ray prints what happens to its nodes at any time; what is printed here is the answer alone
        with redirect_stdout(StringIO()):
            begun = not ray.is_initialized()
            if begun:
                self._connect(ray)
            try:
                _tune(jobs, until, self.folder, tell)
            finally:
                if begun:
                    ray.shutdown()

    def _connect(self, ray: Any) -> None:
        passed = {name: os.environ[name] for name in ("KERAS_BACKEND",) if name in os.environ}
        try:
            ray.init(
                address=self.address or None,
                runtime_env={"env_vars": passed},
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
        except ConnectionError as error:
            raise UsageError(say("search.address", address=self.address)) from error


def _tune(jobs: Sequence[Job], until: int, home: Path, tell: Tell) -> None:
    """All trials to their ends: ASHA stops those that are behind at 1, 3, 9, … epochs."""
    from ray import tune

    named = {job.title: job for job in jobs}
    trainable = tune.with_resources(tune.with_parameters(_trial, jobs=named), {"cpu": PROCESSORS})
    # past the last epoch: the scheduler would break off what still writes its weights
    most = until + 1
    scheduler = tune.schedulers.ASHAScheduler(
        time_attr="epoch", max_t=most, grace_period=1, reduction_factor=KEPT
    )
    storage = (home / "ray").absolute()
    tuner = tune.Tuner(
        trainable,
        param_space={"name": tune.grid_search(list(named))},
        tune_config=tune.TuneConfig(metric="val_accuracy", mode="max", scheduler=scheduler),
        run_config=tune.RunConfig(
            name="trials",
            storage_path=str(storage),
            failure_config=tune.FailureConfig(max_failures=FAILURES),
            callbacks=[_watcher(tell, until)],
            verbose=0,
        ),
    )
    found = tuner.fit()
    if found.errors:
        first = " ".join(str(found.errors[0]).split())
        raise UsageError(say("search.failed", count=len(found.errors), reason=first[-300:]))


def _trial(config: Mapping[str, Any], jobs: Mapping[str, Job]) -> None:
    """One run, from where its folder stands; what is there already is reported first."""
    from ray import tune

    choose_backend()
    job = jobs[config["name"]]
    for number, epoch in enumerate(job.folder.state().epochs, 1):
        tune.report({"epoch": number, **epoch})

    def report(moment: Moment) -> None:
        if moment.logs is not None and "val_accuracy" in moment.logs:
            tune.report({"epoch": moment.epoch, **moment.logs})

    train(job, report)


def _watcher(tell: Tell, epochs: int) -> Any:
    """Says on this machine what trials report on theirs."""
    from ray import tune

    class Watcher(tune.Callback):  # type: ignore[misc]
        def on_trial_result(
            self, iteration: int, trials: Any, trial: Any, result: Mapping[str, Any], **_: Any
        ) -> None:
            del iteration, trials
            names = ("loss", "accuracy", "val_loss", "val_accuracy", "seconds")
            logs = {name: result[name] for name in names if name in result}
            tell(Moment(trial.config["name"], result["epoch"], epochs, logs=logs))

    return Watcher()
