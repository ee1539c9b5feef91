"""A difference as a paragraph: by how much, what makes it so, what goes against it."""

from __future__ import annotations

from dataclasses import replace

from sizeup.analyses.count import arithmetic, write
from sizeup.analyses.exchange import depth_of, largest, tells_depth
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sizeup.analyses.attribution import Effect
    from sizeup.analyses.diff import Diff

MOST_TOLD = 3
"""So many changes of a direction are told."""
LARGE = 25
"""A layer that holds so many hundredths of its network is worth a sentence."""


def paragraph(diff: Diff) -> str | None:
    """The answer in sentences; None while something is free or unknown, or nothing differs."""
    before, after = diff.totals
    if not isinstance(before, int) or not isinstance(after, int) or not diff.changes:
        return None
    return " ".join(_sentences(diff, before, after))


def _sentences(diff: Diff, before: int, after: int) -> Iterator[str]:
    delta = after - before
    named = {"before": diff.before.network.name, "after": diff.after.network.name,
             "of": say(f"diff.of_{diff.of}")}  # fmt: skip
    numbers = {"old": write(before), "new": write(after), "by": write(abs(delta))}
    key = "fewer" if delta < 0 else "more" if delta else "equal"
    yield say(f"tell.{key}", **named, **numbers)
    sign = -1 if delta < 0 else 1
    worth = [change for change in diff.changes if change.effect]
    along = sorted((c for c in worth if sign * (c.effect or 0) > 0), key=_size)
    against = sorted((c for c in worth if sign * (c.effect or 0) < 0), key=_size)
    if along:
        yield say("tell.along" if delta else "tell.adds", changes=_listed(along))
    if against:
        yield say("tell.against" if delta else "tell.takes", changes=_listed(against))
    idle = [change.what for change in diff.changes if change.effect == 0]
    if idle and len(idle) <= MOST_TOLD:
        yield say("tell.idle", changes="; ".join(idle), of=named["of"])
    if diff.of == "parameters":
        yield from _depths(diff, delta)


def _depths(diff: Diff, delta: int) -> Iterator[str]:
    """Why a deeper network may well be the smaller one."""
    if not all(map(tells_depth, (diff.before, diff.after))):
        return
    small, large = (diff.after, diff.before) if delta < 0 else (diff.before, diff.after)
    deep, shallow = depth_of(small), depth_of(large)
    if not delta or deep <= shallow or not large.total:
        return
    row, owned = largest(large)
    yield say("tell.deeper", small=small.network.name, deep=write(deep), shallow=write(shallow))
    if 100 * owned >= LARGE * large.total:
        percent = (100 * owned + large.total // 2) // large.total
        yield say("tell.one_layer", percent=percent, network=large.network.name, layer=row.path,
                  arithmetic=arithmetic(row.own))  # fmt: skip


def _size(change: Effect) -> int:
    return -abs(change.effect or 0)


def _listed(changes: Sequence[Effect]) -> str:
    """`Dense 128 → 256 (+365,056)` and so on, the largest first, the rest in one number."""
    texts = [f"{c.what} ({_signed(c.effect or 0)})" for c in changes[:MOST_TOLD]]
    rest = changes[MOST_TOLD:]
    if rest:
        total = _signed(sum(change.effect or 0 for change in rest))
        texts.append(say("tell.rest", count=len(rest), total=total))
    return "; ".join(texts)


def _signed(number: int) -> str:
    return f"+{number:,}" if number > 0 else f"−{-number:,}"


def told_apart(diff: Diff) -> Diff:
    """Two networks of one name by where they are from, or as the one before and after."""
    networks = [found.network for found in (diff.before, diff.after)]
    if networks[0].name != networks[1].name:
        return diff
    told = [network.source for network in networks]
    if told[0] == told[1]:
        told = [say("difference.before"), say("difference.after")]
    before, after = (
        found.changed(network=network.changed(name=f"{network.name} ({label})"))
        for found, network, label in zip((diff.before, diff.after), networks, told, strict=True)
    )
    return replace(diff, before=before, after=after)
