"""All networks of a project, each with the limits that its budgets set."""

from __future__ import annotations

from sizeup.analyses.check import Verdict, check
from sizeup.analyses.count import count
from sizeup.errors import ReadError, SizeupError, UsageError
from sizeup.readers import select
from sizeup.readers.budgets import expanded, is_pattern, read_lock, written_lock
from sizeup.readers.knowing import read_knowing
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sizeup.analyses.check import Checked
    from sizeup.analyses.count import Count
    from sizeup.readers import Reading
    from sizeup.readers.budgets import Budget, Budgets

    Origin = tuple[str, Budget]
    Held = dict[tuple[str, str], tuple[Count, dict[str, object], Origin]]

BARREN = say("source.no_network")
"""What is said of code without a network; a pattern of files passes over it."""


def check_project(budgets: Budgets, revision: str | None = None, *, anew: bool = False) -> Verdict:
    """Every network of the sources with its limits; nearer ones replace the general.

    With a `revision` of the repository around them each is compared with what it was there; where
    the baseline is to be written `anew`, that which is there is not read.
    Raises UsageError, with the file of the budgets, where a limit makes no sense, where there is
    none, and where a budget is of a network, of a source or of a name that does not exist;
    ReadError for no revision.
    """
    if not (anew or revision is not None or any(each.limits for each in budgets.budgets)):
        raise UsageError(say("budgets.no_limits"), source=budgets.file)
    held: Held = {}
    strange: dict[str, bool] = {}
    for budget in budgets.budgets:
        for label, path, found in _networks(budget, budgets, strange):
            limits = (
                held[label, found.network.name][1] if (label, found.network.name) in held else {}
            )
            held[label, found.network.name] = found, {**limits, **budget.limits}, (path, budget)
    for budget in budgets.budgets:
        for name in budget.settings:
            if strange.get(name):
                key = f"{budget.key}.set" if budget.key else "set"
                said = say("budgets.strange", key=key, name=name)
                raise UsageError(said, source=budgets.file)
    baseline = {} if anew else read_lock(budgets.lock)
    try:
        checked = [
            check(found, label, limits, baseline.get(f"{label}:{name}", {}))
            for (label, name), (found, limits, _) in held.items()
        ]
    except UsageError as error:
        raise UsageError(error.what, source=budgets.file) from None
    if revision is not None:
        origins = [origin for _, _, origin in held.values()]
        checked = _compared(checked, origins, revision)
    return Verdict(tuple(checked))


def _compared(checked: list[Checked], origins: list[Origin], revision: str) -> list[Checked]:
    """The networks with what they were in a revision."""
    from sizeup.analyses.since import since
    from sizeup.readers.revisions import verify

    verify(revision)
    return [
        each.changed(since=since(each.count.network, path, budget, revision))
        for each, (path, budget) in zip(checked, origins, strict=True)
    ]


def record(verdict: Verdict, budgets: Budgets) -> None:
    """Write the counts of all networks as the new baseline. Raises OSError."""
    text = written_lock({network.key: network.counts for network in verdict.networks})
    budgets.lock.write_text(text, encoding="utf-8")


def _networks(
    budget: Budget, budgets: Budgets, strange: dict[str, bool]
) -> Iterator[tuple[str, str, Count]]:
    """The networks that a budget is for, with the source of each, and that as reached from here.

    `strange` says of the names that are set whether no source so far has known them.
    """
    names: list[str] = []
    matched = False
    for source in budget.sources:
        paths = expanded(source, budgets.folder)
        if not paths:
            raise UsageError(say("budgets.no_files", source=source), source=budgets.file)
        for label, path in paths:
            reading, unknown = _read(path, budget, pattern=is_pattern(source))
            for name in budget.settings if reading is not None else ():
                strange[name] = strange.get(name, True) and name in unknown
            names += [network.name for network in reading or ()]
            if reading is not None and budget.name is not None:
                reading = _called(reading, budget.name)
            for network in reading or ():
                matched = True
                yield label, path, count(network)
    if not matched:
        key = "budgets.no_network" if names else "budgets.empty"
        said = say(key, key=budget.key, name=budget.name, known=", ".join(names))
        raise UsageError(said, source=budgets.file)


def _read(path: str, budget: Budget, *, pattern: bool) -> tuple[Reading | None, tuple[str, ...]]:
    spoken = {"keras": budget.keras, "tf_keras": budget.tf_keras}
    try:
        return read_knowing(path, budget.settings, **spoken)
    except ReadError as error:
        if pattern and error.what.startswith(BARREN):
            return None, ()
        raise


def _called(reading: Reading, name: str) -> Reading | None:
    try:
        return select(reading, name)
    except SizeupError:
        return None
