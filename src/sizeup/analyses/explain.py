"""The whole answer: counts, what the text's totals imply, the difference, what looks wrong."""

from __future__ import annotations

from dataclasses import dataclass

from sizeup.analyses.count import count
from sizeup.analyses.diff import diff
from sizeup.analyses.inverse import solve_networks
from sizeup.analyses.known import Known
from sizeup.analyses.prose_totals import mentioned_widths, stated_totals
from sizeup.analyses.verdict import answer, verdict
from sizeup.errors import SizeupError
from sizeup.network import Note
from sizeup.readers.mlp import read_mlp
from sizeup.rules.graphs import bind
from sizeup.shown import Shown
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sizeup.analyses.count import Count
    from sizeup.analyses.diff import Diff
    from sizeup.analyses.prose_totals import Stated
    from sizeup.analyses.solve import Solutions
    from sizeup.analyses.verdict import Finding
    from sizeup.readers import Reading


@dataclass(frozen=True, slots=True)
class Explanation(Shown):
    """All findings on some networks.

    `counts` are the networks as they were read, `stated` the totals of the text that were taken
    for theirs, in their order. Where these determine what is free, `solutions` says how and
    `bound` are the networks with the plainest one; else `bound` is `counts`. `unsolved` says why
    nothing was solved although totals are stated.
    `mentioned` are the multilayer perceptrons that the text names by their widths.
    """

    counts: tuple[Count, ...]
    stated: tuple[Stated, ...]
    solutions: Solutions | None
    bound: tuple[Count, ...]
    difference: Diff | None
    findings: tuple[Finding, ...]
    mentioned: tuple[Count, ...]
    unsolved: str | None

    @property
    def solved(self) -> bool:
        """Whether `bound` has values that the source leaves open."""
        return self.solutions is not None and bool(self.solutions.listed)

    @property
    def wrong(self) -> bool | None:
        """Whether something is wrong; None where nothing tells, or where there is doubt."""
        return answer(self.findings)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `sizeup explain`."""
        return {
            "networks": [found.as_dict() for found in self.counts],
            "stated": [
                {"network": c.network.name, "total": s.quantity.stated, "text": s.text,
                 "line": s.line}
                for c, s in zip(self.counts, self.stated, strict=False)
            ],
            "solve": None if self.solutions is None else self.solutions.as_dict(),
            "relations": [
                relation.as_dict() for relation in (self.solutions.shared.relations if self.solutions else ())
            ],
            "unsolved": self.unsolved,
            "bound": [found.as_dict() for found in self.bound],
            "diff": None if self.difference is None else self.difference.as_dict(),
            "wrong": self.wrong,
            "findings": [finding.as_dict() for finding in self.findings],
            "mentioned": [
                {"network": found.network.name, "total": found.total} for found in self.mentioned
            ],
        }  # fmt: skip


def explain(readings: Sequence[Reading], *, batch: int = 1) -> Explanation:
    """Everything that can be said of the networks of some sources; MACs are for `batch` samples."""
    networks = [network for reading in readings for network in reading]
    counts = tuple(count(network, batch) for network in networks)
    prose = [line for reading in readings for line in reading.prose]
    stated = _in_order(counts, stated_totals(prose, len(counts)))
    if stated:
        counts = tuple(_noted(*pair) for pair in zip(counts, stated, strict=True))
    solutions, unsolved = _solved(counts, stated)
    bound = _bound(counts, solutions)
    return Explanation(
        counts=counts,
        stated=stated,
        solutions=solutions,
        bound=bound,
        difference=_difference(bound),
        findings=verdict(bound, stated, solutions),
        mentioned=tuple(count(read_mlp(widths), batch) for widths in mentioned_widths(prose)),
        unsolved=unsolved,
    )


def _in_order(counts: Sequence[Count], stated: Sequence[Stated]) -> tuple[Stated, ...]:
    """The stated totals by network: its own where there is one, the others as they come."""
    rest = list(stated)
    own: dict[int, Stated] = {}
    for number, found in enumerate(counts):
        same = next((each for each in rest if not each.apart(found.total)), None)
        if found.total is not None and same is not None:
            own[number] = same
            rest.remove(same)
    return tuple(own.get(n) or rest.pop(0) for n in range(len(counts))) if stated else ()


def _noted(found: Count, stated: Stated) -> Count:
    """The count, with a note that a number in the text is taken for its total."""
    text = say("explain.taken", total=stated.text, name=found.network.name)
    notes = (*found.network.notes, Note("assumed", text, stated.line))
    return count(found.network.changed(notes=notes), found.batch)


def _solved(
    counts: Sequence[Count], stated: Sequence[Stated]
) -> tuple[Solutions | None, str | None]:
    """Backwards from the stated totals, where something is free and everything is known."""
    free = any(found.free for found in counts)
    if not stated or not free or any(found.parameters is None for found in counts):
        return None, None
    numbered = [
        found.network.changed(name=str(number), aliases=()) for number, found in enumerate(counts)
    ]  # names may occur twice in different sources
    totals = [f"{number}={each.number}" for number, each in enumerate(stated)]
    try:
        return solve_networks(numbered, Known(totals=totals)), None
    except SizeupError as error:  # without OR-Tools all else can still be answered
        return None, error.what


def _bound(counts: tuple[Count, ...], solutions: Solutions | None) -> tuple[Count, ...]:
    """The networks with the plainest solution."""
    if solutions is None or not solutions.listed:
        return counts
    values = solutions.listed[0].values
    return tuple(count(bind(found.network, values), found.batch) for found in counts)


def _difference(counts: Sequence[Count]) -> Diff | None:
    """What differs between two networks; where there are more, everybody compares others."""
    if len(counts) != 2 or any(found.network.error is not None for found in counts):
        return None
    before, after = counts
    return diff(before.network, after.network, before.batch)
