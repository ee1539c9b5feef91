"""What differs between two networks, and what each change is worth."""

from __future__ import annotations

from dataclasses import replace

from sizeup.analyses.exchange import tells_depth
from sizeup.analyses.telling import paragraph
from sizeup.dims import Expr, total
from sizeup.present import exchange, units
from sizeup.present.blocks import Entries, Entry, Grid, Paragraph
from sizeup.present.folding import tandems
from sizeup.present.letters import abbreviated
from sizeup.present.sections import formula
from sizeup.present.story import alone, weights_alone
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from sizeup.analyses.attribution import Effect
    from sizeup.analyses.diff import Diff, Pair
    from sizeup.dims import Dim
    from sizeup.present.blocks import Block

    Letters = Mapping[str, str]

MOST_CHANGES = 8
"""So many changes are told one by one, and one more where that would be the only other."""
MOST_ROWS = 40
"""So many layers that differ are listed."""
NONE = "–"


def why(diff: Diff, letters: Letters) -> Iterator[Block]:
    """The difference as the sum of its changes."""
    if diff.delta is None:
        yield Paragraph(diff.note or "", strong=say("difference.title", **_names(diff)))
        return
    known = isinstance(diff.delta, int)
    telling = [c for c in diff.changes if not known or c.effect != 0]
    surprising = {c.what for c in telling if c.alone != (c.effect if known else diff.delta)}
    if diff.unlike:  # what stages of other networks do to each other fills pages
        surprising = set()
    idle = [change.what for change in diff.changes if known and change.effect == 0]
    yield Paragraph(_ratio(diff), strong=_title(diff, letters))
    if diff.unlike:
        yield exchange.words(diff)
    entries = tuple(_entries(telling, surprising, letters))
    if diff.unlike:
        entries = tuple(replace(entry, detail="") for entry in entries)
    yield Entries(entries, numbers=known)
    if idle:
        yield Paragraph(say("difference.idle", changes="; ".join(idle)), quiet=True)
    if known and surprising:
        key = "difference.ordered" if diff.ordered else "difference.method"
        yield Paragraph(say(key), quiet=True)
    if diff.grouped:
        yield Paragraph(say("difference.grouped"), quiet=True)
    if diff.of != "parameters" or not diff.changes:
        return
    weights = alone(diff.before, diff.after)
    if weights:
        yield Paragraph(say("difference.without_biases", weights=weights), quiet=True)


def words(diff: Diff) -> Iterator[Block]:
    """The difference as a paragraph."""
    text = None if diff.unlike else paragraph(diff)
    if text:
        yield Paragraph(text)


def summary(diff: Diff) -> Iterator[Block]:
    """Both networks in numbers, side by side."""
    before, after = diff.before, diff.after
    rows = [("page.parameters", before.total, after.total, units.number)]
    if weights_alone(before) and weights_alone(after):
        pair = weights_alone(before), weights_alone(after)
        rows.append(("difference.weights", *pair, units.number))
    rows.append(("difference.macs", _int(before.macs), _int(after.macs), units.macs))
    rows.append(("difference.size", _int(before.bytes), _int(after.bytes), units.size))
    cells = tuple(
        (say(key), write(old), write(new), _delta(new - old, write), units.percent(new, old, 2))
        for key, old, new, write in rows
        if old is not None and new is not None and old > 0
    )
    if cells:
        names = (before.network.name, after.network.name)
        yield Grid(("", *names, say("difference.difference"), say("difference.ratio")), cells)


def layers(diff: Diff, letters: Letters) -> Iterator[Block]:
    """The layers that own more or less, or that only one of the two has."""
    if diff.unlike:
        yield from exchange.tables(diff)
        return
    pairs = [pair for pair in diff.layers if any(dim not in {0, None} for dim in pair.measured)]
    keys = [(pair.measured, pair.because, pair.before is None) for pair in pairs]
    rows: list[tuple[str, ...]] = []
    done = 0
    for first, length, times in tandems(keys):
        rows += [_row(pair, letters) for pair in pairs[done:first]]
        for number, pair in enumerate(pairs[first : first + length]):
            name, *cells = _row(pair, letters)
            rows.append((f"{'│' if number else '╭'} {name}", *cells))
        rows.append((f"╰ ×{times}", "", "", ""))
        done = first + length * times
    rows += [_row(pair, letters) for pair in pairs[done:]]
    if len(rows) > MOST_ROWS:
        rows = [_together(group, letters) for group in _alike(pairs)]
    if rows:
        head = (say("difference.layer"), diff.before.network.name, diff.after.network.name, "")
        yield Grid(head, tuple(rows[:MOST_ROWS]), words=True)
    if len(rows) > MOST_ROWS:
        yield Paragraph(say("difference.more_layers", count=len(rows) - MOST_ROWS), quiet=True)


def _alike(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """Those that differ for one reason together, in the order of their first."""
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(pair.because, []).append(pair)
    yield from groups.values()


def _together(group: Sequence[Pair], letters: Letters) -> tuple[str, ...]:
    """Several layers in a row: the first by name, and what all of them have."""
    name, *cells = _row(group[0], letters)
    if len(group) == 1:
        return (name, *cells)
    sides = zip(*(pair.measured for pair in group), strict=True)
    sums = [total(dim for dim in side if dim is not None) for side in sides]
    missing = [dim is None for dim in group[0].measured]
    cells = [NONE if no else _write(dim, letters) for no, dim in zip(missing, sums, strict=True)]
    name = say("difference.and_others", name=name, count=len(group) - 1)
    return (name, *cells, abbreviated(group[0].because, letters))


def _row(pair: Pair, letters: Letters) -> tuple[str, ...]:
    names = list(dict.fromkeys(name for name in (pair.before, pair.after) if name is not None))
    counts = [NONE if dim is None else _write(dim, letters) for dim in pair.measured]
    return (" → ".join(names), *counts, abbreviated(pair.because, letters))


def _title(diff: Diff, letters: Letters) -> str:
    assert diff.delta is not None
    named = _names(diff)
    if isinstance(diff.delta, Expr):
        return say("difference.formula", **named, delta=formula(diff.delta, letters))
    if not diff.delta and not diff.changes:
        told = all(tells_depth(count) for count in (diff.before, diff.after))
        return say("difference.same" if told else "difference.same_told", **named)
    key = "smaller" if diff.delta < 0 else "larger" if diff.delta else "equal"
    return say(f"difference.{diff.of}_{key}", **named, delta=units.signed(diff.delta))


def _ratio(diff: Diff) -> str:
    before, after = map(_int, diff.totals)
    if not before or not after or diff.delta == 0:
        return ""
    percent = units.percent(after, before, 2)
    return say("difference.of", percent=percent, before=diff.before.network.name)


def _entries(
    changes: Sequence[Effect], surprising: Collection[str], letters: Letters
) -> Iterator[Entry]:
    """All changes, but the smallest of many in one entry."""
    sizes = sorted((abs(change.effect or 0) for change in changes), reverse=True)
    least = sizes[MOST_CHANGES - 1] if len(sizes) > MOST_CHANGES + 1 else 0
    small = [change.effect or 0 for change in changes if abs(change.effect or 0) < least]
    for change in changes:
        if abs(change.effect or 0) >= least:
            label = "" if change.effect is None else units.signed(change.effect)
            alone = _alone(change, letters) if change.what in surprising else ""
            yield Entry(label, change.what + alone, abbreviated(change.because or "", letters))
    if small:
        text = say("difference.smaller_changes", count=len(small))
        yield Entry(units.signed(sum(small)), text)


def _alone(change: Effect, letters: Letters) -> str:
    """What a change is worth if it is the only one."""
    if change.alone is None:
        return say("difference.alone_invalid")
    return say("difference.alone", alone=_signed(change.alone, letters))


def _names(diff: Diff) -> dict[str, str]:
    return {"before": diff.before.network.name, "after": diff.after.network.name}


def _write(dim: Dim, letters: Letters) -> str:
    return units.number(dim) if isinstance(dim, int) else formula(dim, letters)


def _signed(dim: Dim, letters: Letters) -> str:
    return units.signed(dim) if isinstance(dim, int) else formula(dim, letters)


def _delta(value: int, write: Callable[[int], str]) -> str:
    return write(value) if value < 0 else f"+{write(value)}" if value else "0"


def _int(dim: Dim | None) -> int | None:
    return dim if isinstance(dim, int) else None
