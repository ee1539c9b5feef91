"""Findings as a person reads them in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sizeup.dims import Dim, as_text
from sizeup.naming import snake_case
from sizeup.present.letters import letters_of
from sizeup.present.tables import Line, blocks_of, kinds_of, lines_of, owns
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TextIO

    from sizeup.analyses.count import Count
    from sizeup.analyses.diff import Diff
    from sizeup.analyses.explain import Explanation, Share
    from sizeup.analyses.journey import Journey
    from sizeup.analyses.solve import Solutions
    from sizeup.network import Shape
    from sizeup.zoo import Architecture

    Letters = dict[str, str]

PIPED = 100
"""Columns where nobody's terminal tells."""
BAR = 11


def console(file: TextIO | None = None) -> Console:
    """The terminal, or plain text of 100 columns where there is none."""
    target = file or sys.stdout
    width = None if target.isatty() else PIPED
    return Console(file=target, width=width, highlight=False, soft_wrap=False)


def show_counts(
    counts: Sequence[Count], *, depth: int | None = None, out: Console | None = None
) -> None:
    """Each network with its total or formula and its layers."""
    out = out or console()
    letters = _letters(counts)
    _legend(out, counts, letters)
    for found in counts:
        _network(out, found, letters, depth)
    _notes(out, counts)


def show_explanation(
    explanation: Explanation, *, depth: int | None = None, out: Console | None = None
) -> None:
    """The whole answer, in the order in which a person asks."""
    out = out or console()
    letters = _letters(explanation.counts)
    _legend(out, explanation.counts, letters)
    for found in explanation.counts:
        if found.free and found.parameters is not None:
            out.print(
                Text.assemble((found.network.name, "bold"), "  ", _say(found.parameters, letters))
            )
    if explanation.solutions is not None:
        _solved(out, explanation)
    elif explanation.unsolved is not None:
        out.print(explanation.unsolved)
    for found in explanation.bound:
        _network(out, found, letters, depth)
    if explanation.difference is not None:
        show_diff(explanation.difference, out=out)
    _verdict(out, explanation)
    _notes(out, explanation.counts)


def show_diff(diff: Diff, *, out: Console | None = None) -> None:
    """The difference of two networks and what each change is worth."""
    out = out or console()
    letters = _letters([diff.before, diff.after])
    before, after = diff.before, diff.after
    if diff.delta is None:
        out.print(diff.note or "")
        return
    out.print()
    title = say("present.difference", before=before.network.name, after=after.network.name)
    out.print(Text.assemble((title, "bold"), "  ", (_signed(diff.delta, letters), "bold")))
    if isinstance(before.total, int) and isinstance(after.total, int) and before.total:
        out.print("  " + say("present.ratio", before=f"{before.total:,}", after=f"{after.total:,}",
                             percent=_percent(after.total, before.total)))  # fmt: skip
        kernels = _kernels(before), _kernels(after)
        if kernels[0] and kernels != (before.total, after.total):
            out.print("  " + say("present.weights", before=f"{kernels[0]:,}",
                                 after=f"{kernels[1]:,}", percent=_percent(kernels[1], kernels[0])))  # fmt: skip
    if isinstance(before.macs, int) and isinstance(after.macs, int):
        out.print(
            "  " + say("present.macs_pair", before=_macs(before.macs), after=_macs(after.macs))
        )
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for change in diff.changes:
        worth = change.alone if change.effect is None else change.effect
        words = change.what + (f": {change.because}" if change.because else "")
        table.add_row("  " + ("?" if worth is None else _signed(worth, letters)), words)
        if change.effect is not None and len(diff.changes) > 1 and change.alone is not None:
            undone = "?" if change.undone is None else _signed(change.undone, letters)
            alone = _signed(change.alone, letters)
            table.add_row("", Text(say("present.alone", alone=alone, undone=undone), style="dim"))
    out.print(table)


def show_solutions(found: Solutions, *, out: Console | None = None) -> None:
    """The solutions, plainest first, and whether there are more."""
    out = out or console()
    out.print(_how_many(found))
    table = Table.grid(padding=(0, 3))
    for name in found.bounds:
        table.add_column(justify="right")
        del name
    table.add_row(*(Text(name, style="bold") for name in found.bounds))
    for solution in found.listed:
        table.add_row(*(str(solution.values[name]) for name in found.bounds))
    if found.listed:
        out.print(table)
        same = found.listed[0].same_count
        if same:
            choices = ", ".join(f"{n} {_choices(values)}" for n, values in same.items())
            out.print(say("present.same_count", choices=choices))


def show_zoo(architectures: Sequence[Architecture], *, out: Console | None = None) -> None:
    """The architectures that ship with sizeup, with their papers' figures."""
    out = out or console()
    table = Table.grid(padding=(0, 2))
    for _ in range(3):
        table.add_column(overflow="fold")
    for entry in architectures:
        names = " ".join((f"zoo:{entry.name}", *entry.aliases))
        table.add_row(
            Text(names, style="bold"), entry.published, Text(entry.reference, style="dim")
        )
    out.print(table)


# -- parts ---------------------------------------------------------------------------------------


def _letters(counts: Sequence[Count]) -> Letters:
    return letters_of(list(dict.fromkeys(f.name for found in counts for f in found.free)))


def _legend(out: Console, counts: Sequence[Count], letters: Letters) -> None:
    """Where the networks come from, and what the letters stand for."""
    sources = ", ".join(dict.fromkeys(f"{c.network.source} · {c.network.reader}" for c in counts))
    out.print(Text(say("present.head", count=len(counts), sources=sources), style="dim"))
    reasons: dict[str, list[str]] = {}
    seen: set[str] = set()
    for found in counts:
        for free in found.free:
            if free.name not in seen:
                seen.add(free.name)
                named = f"{letters[free.name]} {free.expression}"
                reasons.setdefault(free.why, []).append(named)
    for why, names in reasons.items():
        out.print("  " + say("present.free", names=" · ".join(names), why=why))


def _network(out: Console, found: Count, letters: Letters, depth: int | None) -> None:
    out.print()
    name = found.network.name
    if found.network.error is not None:
        out.print(
            Text.assemble(
                (name, "bold"), "  ", (say("present.invalid", error=found.network.error), "red")
            )
        )
    elif found.parameters is None:
        out.print(
            Text.assemble(
                (name, "bold"), "  ", say("present.at_least", total=f"{found.at_least:,}")
            )
        )
    else:
        total = say("present.total", total=_say(found.parameters, letters))
        cost = [total] if found.macs is None else [total, _macs(found.macs, letters)]
        out.print(Text.assemble((name, "bold"), "  ", "   ".join(cost)))
    frozen = None
    if isinstance(found.parameters, int) and isinstance(found.trainable, int):
        frozen = found.parameters - found.trainable
    if frozen:
        out.print(
            "  " + say("present.split", trainable=f"{found.trainable:,}", frozen=f"{frozen:,}")
        )
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=36)
    justifies: tuple[Literal["left", "right"], ...] = ("left", "right", "left", "left")
    for justify in justifies:
        table.add_column(justify=justify, overflow="fold")
    lines = [line for line in lines_of(found, depth) if owns(line) or _changes(line)]
    for block in blocks_of(lines):
        for number, line in enumerate(block.lines):
            repeat = f"×{block.times} " if block.times > 1 and number == 0 else ""
            bracket = "│ " if block.times > 1 and number else ""
            table.add_row(*_cells(found, line, letters, repeat or bracket))
    out.print(table)


def _changes(line: Line) -> bool:
    """Whether a run that owns nothing changes the shape; else it need not be shown."""
    first, last = line.rows[0].layer.calls, line.rows[-1].layer.calls
    return not first or not last or first[0].input_shapes[:1] != last[-1].output_shapes[:1]


def _cells(found: Count, line: Line, letters: Letters, prefix: str) -> tuple[str | Text, ...]:
    row = line.rows[0]
    indent = "  " * (row.depth + 1) + prefix
    if not owns(line):
        last = line.rows[-1].layer.calls
        leaves = _shape(last[-1].output_shapes[0], letters) if last else ""
        return (f"{indent}…", f"{kinds_of(line)} → {leaves}", "", "", "")
    calls = row.layer.calls
    enters = _shape(calls[0].input_shapes[0], letters) if calls and calls[0].input_shapes else ""
    leaves = _shape(calls[0].output_shapes[0], letters) if calls and calls[0].output_shapes else ""
    name = row.path.rpartition("/")[2]
    if not name.startswith(snake_case(row.layer.kind)):
        name += f" ({row.layer.kind})"
    change = leaves if enters == leaves else f"{enters} → {leaves}"
    if not line.known:
        return (indent + name, f"{enters} → ?", "?", "", "")
    total, own = found.total, row.parameters
    share = ""
    if isinstance(own, int) and total and row.parent is None:
        share = "█" * (BAR * own // total) or "▏"
        share += f" {_percent(own, total)}" if 10 * own > total else ""
    arithmetic = say("present.shared", name=row.shared_with) if row.shared_with else (
        found.arithmetic(row) if isinstance(own, int) else "")  # fmt: skip
    bar = Text(share, style="cyan")
    return (indent + name, change, _say(own, letters), arithmetic, bar)


def _solved(out: Console, explanation: Explanation) -> None:
    """What follows from the totals that the text states."""
    found = explanation.solutions
    assert found is not None
    totals = say("present.and").join(stated.text for stated in explanation.stated)
    out.print()
    if not found.listed:
        out.print(say("present.no_solution", totals=totals))
        return
    same = found.listed[0].same_count
    values = " · ".join(
        f"{name} {_choices(same[name]) if name in same else value}"
        for name, value in found.listed[0].values.items()
    )
    lows = {values[0] for values in found.bounds.values()}
    highs = {values[-1] for values in found.bounds.values()}
    out.print(say("present.solved", totals=totals, low=min(lows), high=f"{max(highs):,}"))
    out.print(f"  {values}")
    key = "present.only" if found.complete else "present.plainest"
    out.print("  " + say(key, count=f"{found.count:,}"))


def _how_many(found: Solutions) -> str:
    if found.count == 0:
        return say("present.none" if found.proved else "present.none_found")
    key = "present.all_solutions" if found.proved else "present.some_solutions"
    return say(key, count=f"{found.count:,}", listed=len(found.listed))


def _verdict(out: Console, explanation: Explanation) -> None:
    """Is something wrong? In words, from what was found."""
    sentences: list[str] = []
    if not explanation.known:
        sentences.append(say("verdict.unknown"))
    elif explanation.agree is False:
        sentences.append(say("verdict.disagree"))
    elif explanation.agree:
        key = "verdict.fit" if explanation.solutions is not None else "verdict.agree"
        sentences.append(say(key))
    difference = explanation.difference
    if difference is not None and explanation.known:
        sentences.extend(_depth_and_size(difference))
    sentences.extend(_share(share) for share in explanation.shares)
    if not sentences:
        return
    out.print()
    out.print(Text(say("verdict.title"), style="bold"))
    for sentence in sentences:
        out.print(f"  {sentence}")


def _depth_and_size(difference: Diff) -> list[str]:
    """The deeper network may be the smaller one: weights are on edges, not on layers."""
    pair = (difference.before, difference.after)
    depths = [sum(1 for row in c.rows if row.own) for c in pair]
    totals = [c.total for c in pair]
    if None in totals or depths[0] == depths[1]:
        return []
    deeper = 0 if depths[0] > depths[1] else 1
    if (totals[deeper] or 0) < (totals[1 - deeper] or 0):
        return [say("verdict.deeper", deeper=pair[deeper].network.name, layers=depths[deeper],
                    other=pair[1 - deeper].network.name, fewer=depths[1 - deeper])]  # fmt: skip
    return []


def _share(share: Share) -> str:
    said = say("verdict.share", layer=share.layer, network=share.network,
               percent=_percent(share.parameters, share.total))  # fmt: skip
    if share.journey is not None:
        said += " " + say("verdict.journey", journey=_journey(share.journey))
    if share.pooled is not None:
        said += " " + say("verdict.pooling", total=f"{share.pooled:,}")
    return said


def _journey(journey: Journey) -> str:
    whole: Dim = 1
    for factor in journey.factors:
        whole *= factor
    steps = " → ".join(
        (f"pool {as_text(s.pool)} → " if s.pool is not None else "") + as_text(s.side)
        for s in journey.steps
    )
    return f"{as_text(whole)} = {'·'.join(as_text(f) for f in journey.factors)}: {steps}"


def _notes(out: Console, counts: Sequence[Count]) -> None:
    """Remarks, each once, with the line that they are about."""
    notes = dict.fromkeys(note for found in counts for note in found.notes)
    if notes:
        out.print()
    for note in notes:
        place = say("present.line", line=note.line) if note.line else ""
        out.print(Text(f"  {say(f'level.{note.level}')}: {note.text}{place}", style="dim"))


def _say(dim: Dim, letters: Letters) -> str:
    return as_text(dim, letters)


def _shape(shape: Shape | None, letters: Letters) -> str:
    if shape is None:
        return "?"
    return "×".join("?" if dim is None else _factor(dim, letters) for dim in shape[1:])


def _factor(dim: Dim, letters: Letters) -> str:
    text = as_text(dim, letters)
    return f"({text})" if " " in text or "−" in text else text


def _signed(dim: Dim, letters: Letters) -> str:
    if isinstance(dim, int):
        return f"{'−' if dim < 0 else '+'}{abs(dim):,}"
    return as_text(dim, letters)


def _macs(dim: Dim, letters: Letters | None = None) -> str:
    if not isinstance(dim, int):
        return say("present.macs", macs=as_text(dim, letters or {}))
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if dim >= size:
            hundredths = (dim * 100 + size // 2) // size
            return say("present.macs", macs=f"{hundredths // 100:,}.{hundredths % 100:02} {unit}")
    return say("present.macs", macs=f"{dim:,}")


def _percent(part: int, whole: int) -> str:
    hundredths = (10_000 * part + whole // 2) // whole
    return f"{hundredths // 100}.{hundredths % 100:02} %"


def _kernels(found: Count) -> int:
    """Weights alone, without biases and other vectors."""
    counts = [p.count for row in found.rows for p in row.own if len(p.shape) > 1]
    return sum(n for n in counts if isinstance(n, int))


def _choices(values: Sequence[int]) -> str:
    if len(values) > 2 and list(values) == list(range(values[0], values[-1] + 1)):  # noqa: PLR2004
        return f"{values[0]}…{values[-1]}"
    return say("present.or").join(str(value) for value in values)
