"""What runs came to: accuracy with its spread over seeds, against what it cost."""

from __future__ import annotations

from math import comb, sqrt
from pathlib import Path
from statistics import fmean, median, stdev

from sizeup.errors import UsageError
from sizeup.records import Record
from sizeup.shown import Shown
from sizeup.training.runs import Folder, State
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

EXPERIMENT = "experiment.json"
CERTAIN = 0.95
"""The level of the intervals."""


class Run(Record):
    """One run: its epochs, and its result once it has ended."""

    seed: int
    folder: Path
    state: State
    result: Mapping[str, Any] | None

    @property
    def accuracy(self) -> float | None:
        """The share told right by the weights of the best epoch; None where there are none."""
        return None if self.result is None else self.result.get("accuracy")

    @property
    def validation(self) -> float | None:
        """The same share of the samples that were kept aside from training."""
        best = self.state.best
        return None if best is None else self.state.epochs[best]["val_accuracy"]


class Trained(Record):
    """A network and its runs; `parameters`, `bytes` and `macs` are those that `count` gives.

    `training_bytes` is the most memory that a step takes, as `costs` tells it.
    """

    name: str
    parameters: int
    bytes: int
    macs: int | None
    training_bytes: int | None
    runs: tuple[Run, ...]

    @property
    def accuracies(self) -> list[float]:
        """Of the runs that came to an end with a best epoch."""
        return [run.accuracy for run in self.runs if run.accuracy is not None]

    @property
    def accuracy(self) -> float | None:
        """Their mean."""
        return fmean(self.accuracies) if self.accuracies else None

    @property
    def spread(self) -> float | None:
        """Their standard deviation over seeds; None below two runs."""
        return stdev(self.accuracies) if len(self.accuracies) > 1 else None

    @property
    def validation(self) -> float | None:
        """The mean accuracy on the samples kept aside."""
        found = [run.validation for run in self.runs if run.validation is not None]
        return fmean(found) if found else None

    @property
    def seconds(self) -> float | None:
        """The median time of an epoch, without the first of each run, which compiles."""
        times = [
            e["seconds"] for run in self.runs for e in run.state.epochs[1:] or run.state.epochs
        ]
        return median(times) if times else None

    @property
    def confusion(self) -> list[list[int]] | None:
        """True classes in rows, what they were taken for in columns, over all runs."""
        found = [run.result["confusion"] for run in self.runs
                 if run.result is not None and "confusion" in run.result]  # fmt: skip
        if not found:
            return None
        return [
            [sum(cells) for cells in zip(*rows, strict=True)] for rows in zip(*found, strict=True)
        ]

    def as_dict(self) -> dict[str, Any]:
        """One of `networks` in the JSON of `train`."""
        accuracy = self.accuracy
        return {
            "name": self.name,
            "parameters": self.parameters,
            "bytes": self.bytes,
            "macs": self.macs,
            "training_bytes": self.training_bytes,
            "accuracy": accuracy,
            "spread": self.spread,
            "validation_accuracy": self.validation,
            "accuracy_per_million_parameters": accuracy and accuracy / self.parameters * 1e6,
            "seconds_per_epoch": self.seconds,
            "confusion": self.confusion,
            "runs": [
                {"seed": run.seed, "folder": str(run.folder), "ended": run.state.ended,
                 "epochs": len(run.state.epochs), "accuracy": run.accuracy,
                 "validation_accuracy": run.validation}
                for run in self.runs
            ],
        }  # fmt: skip


class Verdict(Record):
    """Two networks: by how much the accuracy of `better` is higher, ± half an interval of 95 %.

    Of more than two networks the intervals hold all at once.

    `by` is seeds (Welch's interval over the runs) or samples (that of two shares, where there is
    one run each or all came to the same).
    `sure` is whether the interval leaves out zero; `fewer` the share of parameters by which
    `better` is smaller, negative where it is larger.
    """

    better: str
    worse: str
    difference: float
    margin: float
    by: str
    fewer: float

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.difference > self.margin

    def as_dict(self) -> dict[str, Any]:
        """One of `verdicts` in the JSON of `train`."""
        named: dict[str, Any] = {name: getattr(self, name) for name in self.__match_args__}
        return {**named, "sure": self.sure}


class Comparison(Shown, Record):
    """Networks that were trained side by side; a best epoch is that of the least validation loss.

    `judged` is on which samples accuracies are: `test`, or `validation` where data have no others.
    """

    data: str
    folder: Path
    judged: str
    samples: int
    classes: tuple[str, ...]
    networks: tuple[Trained, ...]

    @property
    def complete(self) -> bool:
        """Whether every run ended with an accuracy."""
        return all(run.accuracy is not None for each in self.networks for run in each.runs)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The best network against each other one.

        Which one is the best is seen afterwards, so that any two of them might have been compared:
        the intervals hold for all pairs at once (Bonferroni).
        """
        known = [each for each in self.networks if each.accuracy is not None]
        known.sort(key=lambda each: -(each.accuracy or 0))
        tail = (1 - CERTAIN) / 2 / max(1, comb(len(known), 2))
        return tuple(_verdict(known[0], other, self.samples, tail) for other in known[1:])

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `train`."""
        return {
            "data": self.data,
            "folder": str(self.folder),
            "judged": self.judged,
            "samples": self.samples,
            "classes": list(self.classes),
            "networks": [each.as_dict() for each in self.networks],
            "verdicts": [each.as_dict() for each in self.verdicts],
        }


def _verdict(better: Trained, worse: Trained, samples: int, tail: float) -> Verdict:
    assert better.accuracy is not None
    assert worse.accuracy is not None
    # seeds that all came to the same say nothing of how far another one is off
    seeds = min(len(better.accuracies), len(worse.accuracies)) > 1 and bool(
        better.spread or worse.spread
    )
    margin = _welch(better, worse, tail) if seeds else _shares(better, worse, samples, tail)
    return Verdict(
        better=better.name,
        worse=worse.name,
        difference=better.accuracy - worse.accuracy,
        margin=margin,
        by="seeds" if seeds else "samples",
        fewer=1 - better.parameters / worse.parameters,
    )


def _welch(one: Trained, other: Trained, tail: float) -> float:
    """Half of the interval of a difference of means with unequal variances (Welch 1947)."""
    from scipy.stats import t

    parts = [(stdev(each.accuracies) ** 2 / len(each.accuracies), len(each.accuracies) - 1)
             for each in (one, other)]  # fmt: skip
    variance = sum(part for part, _ in parts)
    freedom = variance**2 / sum(part**2 / degrees for part, degrees in parts)
    return float(t.ppf(1 - tail, freedom) * sqrt(variance))


def _shares(one: Trained, other: Trained, samples: int, tail: float) -> float:
    """Half of the interval of a difference of two shares of as many samples."""
    from scipy.stats import norm

    shares = [each.accuracy or 0.0 for each in (one, other)]
    variance = sum(share * (1 - share) / samples for share in shares)
    return float(norm.ppf(1 - tail) * sqrt(variance))


def read_comparison(path: Path) -> Comparison:
    """What the runs of a folder came to so far. Raises UsageError where it holds none."""
    experiment = Folder(path).read(EXPERIMENT)
    if experiment is None:
        raise UsageError(say("train.none", path=path))
    networks = tuple(_trained(path, each) for each in experiment["networks"])
    results = [run.result for each in networks for run in each.runs if run.result]
    judged: Mapping[str, Any] = next((r for r in results if "judged" in r), {})
    return Comparison(
        data=experiment["data"],
        folder=path,
        judged=judged.get("judged", "validation"),
        samples=judged.get("samples", 0),
        classes=tuple(experiment["classes"]),
        networks=networks,
    )


def _trained(path: Path, listed: Mapping[str, Any]) -> Trained:
    return Trained(
        name=listed["name"],
        parameters=listed["parameters"],
        bytes=listed["bytes"],
        macs=listed["macs"],
        training_bytes=listed["training_bytes"],
        runs=tuple(_run(path / place, seed) for seed, place in enumerate(listed["runs"])),
    )


def _run(path: Path, seed: int) -> Run:
    folder = Folder(path)
    return Run(seed, path, folder.state(), folder.read("result.json"))


def learning_curves(trained: Trained) -> list[Sequence[float]]:
    """The validation accuracy of each run, epoch by epoch."""
    return [[e["val_accuracy"] for e in run.state.epochs] for run in trained.runs]
