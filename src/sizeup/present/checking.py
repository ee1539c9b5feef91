"""Whether networks keep their budgets, as a page and as Markdown."""

from __future__ import annotations

from sizeup.dims import Expr, as_text
from sizeup.present import units
from sizeup.present.blocks import Entries, Entry, Grid, Paragraph
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sizeup.analyses.check import Checked, Limit, Verdict
    from sizeup.analyses.diff import Diff
    from sizeup.analyses.since import Since
    from sizeup.present.blocks import Block, Page

MARKS = {True: "kept", False: "broken", None: "unknown"}


def page(verdict: Verdict) -> Page:
    """The answer in a sentence, and each limit."""
    blocks: list[Block] = [Paragraph(sentence(verdict))]
    rows = tuple(_row(network, limit) for network in verdict.networks for limit in network.limits)
    if rows:
        blocks.append(Grid(_head(), rows, words=True))
    groups = [tuple(blocks)]
    for name, found in _compared(verdict):
        title, texts = _change(name, found)
        listed = Entries(tuple(Entry(*text) for text in texts), numbers=True)
        groups.append((Paragraph(title), *([listed] if texts else [])))
    return tuple(groups)


def markdown(verdict: Verdict) -> str:
    """The same for a comment under a change."""
    rows = [_head(), ("---", *("---:",) * 3, "---")]
    rows += [_row(network, limit) for network in verdict.networks for limit in network.limits]
    table = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    lines = [sentence(verdict), "", *table]
    for name, found in _compared(verdict):
        title, texts = _change(f"**{name}**", found)
        lines += ["", title.replace(units.GLUE, " ")]
        causes = [f"- `{number}` {text}" if number else f"- {text}" for number, text in texts]
        lines += ["", *causes] if causes else []
    return "\n".join(lines)


def _compared(verdict: Verdict) -> Iterator[tuple[str, Since]]:
    """The networks that were compared with a revision, those alone that it changes named."""
    for network in verdict.networks:
        if network.since is not None:
            yield network.name, network.since


def _change(name: str, found: Since) -> tuple[str, list[tuple[str, str]]]:
    """What became of a network in a sentence, and the effect and words of each cause."""
    named = {"name": name, "revision": found.revision}
    if found.diff is None:
        return say("check.uncompared", **named, why=found.why), []
    if found.same:
        return say("check.same", **named), []
    diff = found.diff
    causes = [
        ("" if change.effect is None else units.signed(change.effect), change.what)
        for change in diff.changes
    ]
    return say("check.changed", **named, change=_counts(diff)), causes


def _counts(diff: Diff) -> str:
    """`604,035 → 336,387 parameters (−267,648, 55.69 %)`, and so the MACs where they differ."""
    if diff.delta is None:
        return diff.note or ""
    if isinstance(diff.delta, Expr):
        return say("check.formula", delta=as_text(diff.delta))
    totals = diff.before.total, diff.after.total
    macs = diff.before.macs, diff.after.macs
    texts: list[str] = []
    for key, (before, after), write in (
        ("page.parameters", totals, units.number),
        ("difference.macs", macs, units.macs),
    ):
        if isinstance(before, int) and isinstance(after, int) and (before != after or not texts):
            delta = "" if texts else units.signed(after - before)
            percent = say("check.to", percent=units.percent(after, before)) if before else ""
            told = ", ".join(filter(None, (delta, percent)))
            texts.append(f"{write(before)} → {write(after)} {say(key)}" + f" ({told})" * bool(told))
    return ", ".join(texts)


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
