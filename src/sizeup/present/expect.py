"""Whether a total is the expected number, and what would explain that it is not, in words."""

from __future__ import annotations

from sizeup.present import units
from sizeup.present.blocks import Entries, Entry, Paragraph
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sizeup.analyses.expect import Change, Expectation, Explanation
    from sizeup.present.blocks import Block

MOST = 10
"""So many explanations are listed."""
MOST_BESIDE = 5
"""So many where plainer changes come near."""
MOST_NEAR = 3
"""So many changes that only come near are listed."""


def blocks(found: Expectation, expected: str) -> Iterator[Block]:
    """The answer; `expected` is the number as the person wrote it."""
    actual = None if found.actual is None else units.number(found.actual)
    name = found.network.name
    if found.fits and not found.free:
        yield Paragraph(say("expect.fits", name=name, actual=actual, expected=expected))
        return
    if not found.free:
        key = "expect.unknown" if actual is None else "expect.misfit"
        yield Paragraph("", strong=say(key, name=name, actual=actual, expected=expected))
        if actual is None:
            return
    if found.near:
        yield Paragraph(say("expect.near"))
        yield _entries(found.near[:MOST_NEAR])
    yield Paragraph(_summary(found, expected))
    listed = found.explanations[: MOST_BESIDE if found.near else MOST]
    if listed:
        yield _entries(listed)
    more = len(found.explanations) - len(listed)
    remarks = [say("expect.more", count=units.number(more))] if more else []
    remarks += [] if found.complete else [say("expect.incomplete")]
    if remarks:
        yield Paragraph(" ".join(remarks), quiet=True)


def _entries(listed: Sequence[Explanation]) -> Entries:
    return Entries(tuple(Entry(units.number(e.total), _said(e)) for e in listed), numbers=True)


def _summary(found: Expectation, expected: str) -> str:
    """How many explanations there are."""
    count = len(found.explanations)
    if found.free:
        key = "expect.free" if count else "expect.free_none"
        return say(key, name=found.network.name, expected=expected, count=units.number(count))
    if count == 0:
        return say("expect.none")
    pairs = count - found.singles
    if pairs and found.singles:
        return say("expect.singles_pairs", singles=_number(found.singles), pairs=_pairs(pairs))
    return say("expect.singles" if found.singles else "expect.pairs",
               count=_number(count) if found.singles else _pairs(pairs))  # fmt: skip


def _number(count: int) -> str:
    return say("expect.one_change" if count == 1 else "expect.changes", count=units.number(count))


def _pairs(count: int) -> str:
    return say("expect.one_pair" if count == 1 else "expect.some_pairs", count=units.number(count))


def _said(explanation: Explanation) -> str:
    """The changes, and the values that would do as well."""
    return say("expect.both").join(_change(change) for change in explanation.changes)


def _change(change: Change) -> str:
    if change.also is None:
        return change.what
    span: Sequence[str] = [units.number(value) for value in change.also]
    return say("expect.range", what=change.what, first=span[0], last=span[1])
