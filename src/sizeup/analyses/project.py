"""All networks of a project, each with the limits that its budgets set."""

from __future__ import annotations

from sizeup.analyses.check import Verdict, check
from sizeup.analyses.count import count
from sizeup.errors import ReadError, SizeupError, UsageError
from sizeup.readers import read, select
from sizeup.readers.budgets import expanded, is_pattern, read_lock, written_lock
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sizeup.analyses.count import Count
    from sizeup.readers import Reading
    from sizeup.readers.budgets import Budget, Budgets

    Held = dict[tuple[str, str], tuple[Count, dict[str, object]]]

BARREN = say("source.no_network")
"""What is said of code without a network; a pattern of files passes over it."""


def check_project(budgets: Budgets) -> Verdict:
    """Every network of the sources with its limits; nearer ones replace the general.

    Raises UsageError, with the file of the budgets, where a limit makes no sense, and where a
    budget is of a network or of a source that does not exist.
    """
    held: Held = {}
    for budget in budgets.budgets:
        for label, found in _networks(budget, budgets):
            limits = held.get((label, found.network.name), (found, {}))[1]
            held[label, found.network.name] = found, {**limits, **budget.limits}
    baseline = read_lock(budgets.lock)
    try:
        return Verdict(tuple(
            check(found, label, limits, baseline.get(f"{label}:{name}", {}))
            for (label, name), (found, limits) in held.items()))  # fmt: skip
    except UsageError as error:
        raise UsageError(error.what, source=budgets.file) from None


def record(verdict: Verdict, budgets: Budgets) -> None:
    """Write the counts of all networks as the new baseline. Raises OSError."""
    text = written_lock({network.key: network.counts for network in verdict.networks})
    budgets.lock.write_text(text, encoding="utf-8")


def _networks(budget: Budget, budgets: Budgets) -> Iterator[tuple[str, Count]]:
    """The networks that a budget is for, with the source that each is of."""
    names: list[str] = []
    matched = False
    for source in budget.sources:
        paths = expanded(source, budgets.folder)
        if not paths:
            raise UsageError(say("budgets.no_files", source=source), source=budgets.file)
        for label, path in paths:
            reading = _read(path, budget, pattern=is_pattern(source))
            names += [network.name for network in reading or ()]
            if reading is not None and budget.name is not None:
                reading = _called(reading, budget.name)
            for network in reading or ():
                matched = True
                yield label, count(network)
    if not matched:
        key = "budgets.no_network" if names else "budgets.empty"
        said = say(key, key=budget.key, name=budget.name, known=", ".join(names))
        raise UsageError(said, source=budgets.file)


def _read(path: str, budget: Budget, *, pattern: bool) -> Reading | None:
    try:
        return read(path, budget.settings, keras=budget.keras, tf_keras=budget.tf_keras)
    except ReadError as error:
        if pattern and error.what.startswith(BARREN):
            return None
        raise


def _called(reading: Reading, name: str) -> Reading | None:
    try:
        return select(reading, name)
    except SizeupError:
        return None
