"""Whether networks keep their budgets, as a page and as Markdown."""

from __future__ import annotations

from sizeup.present.blocks import Grid, Paragraph
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.analyses.check import Checked, Limit, Verdict
    from sizeup.present.blocks import Block, Page

MARKS = {True: "kept", False: "broken", None: "unknown"}


def page(verdict: Verdict) -> Page:
    """The answer in a sentence, and each limit."""
    blocks: list[Block] = [Paragraph(sentence(verdict))]
    rows = tuple(_row(network, limit) for network in verdict.networks for limit in network.limits)
    if rows:
        blocks.append(Grid(_head(), rows, words=True))
    return (tuple(blocks),)


def markdown(verdict: Verdict) -> str:
    """The same for a comment under a change."""
    rows = [_head(), ("---", *("---:",) * 3, "---")]
    rows += [_row(network, limit) for network in verdict.networks for limit in network.limits]
    table = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([sentence(verdict), "", *table])


def sentence(verdict: Verdict) -> str:
    """Whether all is well, in words."""
    limits = [limit for network in verdict.networks for limit in network.limits]
    broken = sum(limit.ok is False for limit in limits)
    unknown = sum(limit.ok is None for limit in limits)
    networks = say("check.networks", count=len(verdict.networks))
    if broken:
        return say("check.broken", broken=broken, count=len(limits), networks=networks)
    if unknown:
        return say("check.unknown", unknown=unknown, count=len(limits), networks=networks)
    return say("check.kept", count=len(limits), networks=networks)


def _head() -> tuple[str, ...]:
    return tuple(
        say(f"check.{key}") for key in ("network", "allowed", "actual", "share_of", "verdict")
    )


def _row(network: Checked, limit: Limit) -> tuple[str, ...]:
    verdict = say(f"check.{MARKS[limit.ok]}_mark")
    if limit.baseline is not None and limit.actual is not None:
        delta = limit.actual - limit.baseline
        verdict += say("check.since", delta=f"{delta:+,}".replace("-", "−"))
    if limit.why:
        verdict += f": {limit.why}"
    share = "" if limit.actual is None or not limit.allowed else _percent(limit)
    return (f"{network.name} {limit.limit}", _number(limit.allowed), _number(limit.actual),
            share, verdict)  # fmt: skip


def _percent(limit: Limit) -> str:
    assert limit.actual is not None and limit.allowed  # noqa: PT018
    return f"{limit.actual * 1000 // limit.allowed / 10:,} %"


def _number(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"
