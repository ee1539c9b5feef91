"""Findings as a person reads them in a terminal."""

from __future__ import annotations

import re
import sys
from io import TextIOWrapper

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from sizeup.present import units
from sizeup.present.blocks import Entries, Entry, Grid, Paragraph, Sections
from sizeup.present.layout import ARROW, GAP, columns_of, kind, label, shorten, shorten_name, wrap
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

    from sizeup.analyses.advise import Advised
    from sizeup.analyses.check import Verdict
    from sizeup.analyses.count import Count
    from sizeup.analyses.diff import Diff
    from sizeup.analyses.expect import Expectation
    from sizeup.analyses.explain import Explanation
    from sizeup.analyses.fit import Fit
    from sizeup.analyses.solve import Solutions
    from sizeup.analyses.sweep import Point
    from sizeup.analyses.weights import Fitting
    from sizeup.present.blocks import Block, Page, Section, TableLine
    from sizeup.present.layout import Columns
    from sizeup.training.comparing import Comparison
    from sizeup.training.search import Found
    from sizeup.zoo import Architecture

    Cell = tuple[int, Sequence[str], str]

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What could make a terminal do more than show a name that somebody else has written."""
PIPED = 100
"""Columns where there is no terminal that has some."""
NARROWEST, WIDEST = 80, 200
WIDEST_TEXT = 120
"""Sentences are hard to read in longer lines."""
LEAST = 8
"""The narrowest column of a grid that does not fit."""
LABELS = 28
"""The widest column of labels; a longer label has a line of its own."""


def show_counts(
    counts: Sequence[Count],
    *,
    depth: int | None = None,
    points: Sequence[Point] = (),
    expectations: Sequence[tuple[Expectation, str]] = (),
) -> None:
    """Print networks with their layers, down to a depth, and what else was asked of them."""
    from sizeup.present.pages import page_of_counts

    show(page_of_counts(counts, depth, points, expectations))


def show_explanation(explanation: Explanation, *, depth: int | None = None) -> None:
    """Print the whole answer."""
    from sizeup.present.pages import page_of_explanation

    show(page_of_explanation(explanation, depth))


def show_diff(diff: Diff) -> None:
    """Print what differs between two networks."""
    from sizeup.present.pages import page_of_diff

    show(page_of_diff(diff))


def show_solutions(found: Solutions) -> None:
    """Print the hyperparameters that are possible."""
    from sizeup.present.solving import page

    show(page(found))


def show_advice(found: Sequence[Advised]) -> None:
    """Print what would make networks smaller."""
    from sizeup.present.advise import page

    show(page(found))


def show_fit(found: Fit) -> None:
    """Print the best settings inside a budget."""
    from sizeup.present.budget import page

    show(page(found))


def show_fitting(fitting: Fitting) -> None:
    """Print whether weights belong to a network."""
    from sizeup.present.fitting import page

    show(page(fitting))


def show_verdict(verdict: Verdict) -> None:
    """Print whether networks keep their budgets."""
    from sizeup.present.checking import page

    show(page(verdict))


def show_training(found: Comparison) -> None:
    """Print what training came to."""
    from sizeup.present.training import page

    show(page(found))


def show_search(found: Found) -> None:
    """Print what a search came to."""
    from sizeup.present.searching import page

    show(page(found))


def show_zoo(architectures: Sequence[Architecture]) -> None:
    """Print the architectures that ship with sizeup."""
    from sizeup.present.pages import page_of_zoo

    show(page_of_zoo(architectures))


def show(page: Page, file: TextIO | None = None) -> None:
    """Print a page, as wide as the terminal; plain and 100 columns wide where there is none."""
    file = sys.stdout if file is None else file
    if isinstance(file, TextIOWrapper):
        file.reconfigure(errors="replace")  # a terminal that knows no ⌊ still has the rest to show
    if not file.isatty():
        file.write(text_of(page) + "\n")
        return
    console = Console(file=file, highlight=False, force_jupyter=False)
    for line in lines_of(page, min(max(console.width, NARROWEST), WIDEST)):
        console.print(line, soft_wrap=True)


def text_of(page: Page, width: int = PIPED) -> str:
    """A page as plain text."""
    return "\n".join(line.plain for line in lines_of(page, width))


def lines_of(page: Page, width: int) -> Iterator[Text]:
    """The lines of a page, none wider than `width` cells and none with blanks at its end."""
    for number, group in enumerate(page):
        if number:
            yield Text("")
        for block in group:
            for line in _drawn(block, width):
                line.plain = CONTROL.sub("", line.plain.replace(units.GLUE, " "))
                line.rstrip()
                yield line


def _drawn(block: Block, width: int) -> Iterable[Text]:
    match block:
        case Paragraph():
            return _paragraph(block, min(width, WIDEST_TEXT))
        case Entries():
            return _entries(block, min(width, WIDEST_TEXT))
        case Grid():
            return _grid(block, width)
        case Sections():
            return _sections(block.sections, width)


def _paragraph(block: Paragraph, width: int) -> Iterator[Text]:
    words = " ".join(filter(None, (block.strong, block.text)))
    bold = len(block.strong)
    for part in wrap(words, width):
        text = Text(part, style="dim" if block.quiet else "")
        text.stylize("bold", 0, min(bold, len(part)))
        bold = max(0, bold - len(part) - 1)
        yield text


def _entries(block: Entries, width: int) -> Iterator[Text]:
    labels = [cell_len(entry.label) for entry in block.entries]
    column = max((each for each in labels if each <= LABELS), default=0)
    indent = 2 if block.numbers or not column else 0
    start = indent + column + (GAP if column else 0)
    style = "dim" if block.quiet else ""
    for entry in block.entries:
        long = cell_len(entry.label) > column
        if long:
            yield Text(entry.label, style="bold")
        lines = wrap(entry.text, width - start)
        details = wrap(entry.detail, width - start) if entry.detail else []
        for number, part in enumerate(lines + details):
            shown = entry.label if number == 0 and not long else ""
            blank = " " * (column - cell_len(shown))
            shown = blank + shown if block.numbers else shown + blank
            text = Text(" " * indent)
            text.append(shown, style="" if block.quiet else "bold")
            text.append(" " * (start - indent - column))
            text.append(part, style="dim" if number >= len(lines) else "")
            text.style = style
            yield text


def _grid(grid: Grid, width: int) -> Iterator[Text]:
    rows = [grid.head, *grid.rows]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    while 2 + sum(widths) + GAP * (len(widths) - 1) > width and max(widths) > LEAST:
        widths[widths.index(max(widths))] -= 1
    words = {0} if grid.named else set()
    words |= {len(widths) - 1} if grid.words else set()
    for number, row in enumerate(rows):
        cells: list[Cell] = []
        start = 2
        for place, (cell, room) in enumerate(zip(row, widths, strict=True)):
            parts = wrap(cell, room)
            indent = 0 if place in words else room - max(map(cell_len, parts))
            style = "dim" if number == 0 else "bold" if grid.named and place == 0 else ""
            cells.append((start + indent, parts, style))
            start += room + GAP
        yield from _placed(cells)


def _sections(sections: Sequence[Section], width: int) -> Iterator[Text]:
    columns = columns_of([r for section in sections for r in section.records], width)
    for number, section in enumerate(sections):
        if number:
            yield Text("")
        yield from _title(section, columns, width)
        for record in section.records:
            yield from (
                _run(record, columns, width) if record.role == "run" else _record(record, columns)
            )
        yield from _remarks([section.rest], width, "dim")


def _title(section: Section, columns: Columns, width: int) -> Iterator[Text]:
    """The name; totals stand above the columns that they are the sums of."""
    title = shorten_name(section.title, width - 2)
    remarks = list(section.remarks)
    if section.formula:
        yield from _entries(Entries((Entry(title, section.formula),)), width)
        remarks = [" ".join(filter(None, (section.macs, section.cost))), *remarks]
    else:
        parameters = say("page.parameters") if section.total else ""
        start = max(cell_len(title) + GAP, columns.end("parameters") - cell_len(section.total))
        unit = start + cell_len(section.total) + GAP
        end = unit + len(parameters)
        macs = max(end + GAP, columns.end("macs") - cell_len(section.macs))
        cost = macs + cell_len(section.macs) + (GAP if section.macs else 0)
        cells: list[Cell] = [(0, [title], "bold"), (start, [section.total], "bold")]
        if section.macs and cost + cell_len(section.cost) <= width:
            cells += [(unit, [parameters], ""), (macs, [section.macs], ""),
                      (cost, [section.cost], "")]  # fmt: skip
        else:
            more = " ".join(filter(None, (section.macs, section.cost)))
            beside = units.JOINT.join(filter(None, (parameters, more)))
            if unit + cell_len(beside) <= width:
                cells.append((unit, [beside], ""))
            else:
                cells.append((unit, [parameters], ""))
                remarks = [units.JOINT.join([more, *remarks])]
        yield from _placed(cells)
    yield from _remarks(remarks, width)


def _remarks(remarks: Iterable[str], width: int, style: str = "") -> Iterator[Text]:
    for remark in filter(None, remarks):
        for part in wrap(remark, width - 2):
            yield Text(f"  {part}", style=style)


def _record(record: TableLine, columns: Columns) -> Iterator[Text]:
    """A layer, or the end of a block that repeats."""
    widths, starts = columns.widths, columns.starts
    closes = record.role == "close"
    cells: list[Cell] = [
        (0, [shorten_name(label(record), widths["name"])], "bold" if closes else "")
    ]
    if closes:
        room = columns.end("leaves") - columns.behind_name
        cells.append((columns.behind_name, [shorten_name(record.kind, room)], "dim"))
    elif widths["kind"]:
        said = kind(record) if columns.short else record.kind
        cells.append((starts["kind"], [shorten(said, widths["kind"])], "dim"))
    if record.leaves:
        entering = wrap(record.enters, widths["enters"])
        widest = max(map(cell_len, entering))
        cells.append((columns.end("enters") - widest, entering, ""))
        cells.append((columns.end("enters"), [ARROW.rstrip()], "dim"))
        cells.append((starts["leaves"], wrap(record.leaves, widths["leaves"]), ""))
    cells.append((columns.end("parameters") - cell_len(record.parameters), [record.parameters], ""))
    cells.append((starts["arithmetic"], wrap(record.arithmetic, widths["arithmetic"]), "dim"))
    for field in ("macs", "percent"):
        if widths[field]:
            shown = getattr(record, field)
            cells.append((columns.end(field) - cell_len(shown), [shown], ""))
    cells.append((starts["bar"], [units.bar(*record.share, widths["bar"])], "cyan"))
    yield from _placed(cells)


def _run(record: TableLine, columns: Columns, width: int) -> Iterator[Text]:
    """Layers that own nothing: their kinds, and the shape that leaves the last."""
    start, end = columns.behind_name, columns.end("enters")
    kinds = wrap(record.kind, end - start)
    floating = f"{record.kind}{ARROW}{record.leaves}"
    if len(kinds) > 1 and start + cell_len(floating) <= width:
        cells: list[Cell] = [(start, [floating], "dim")]
    else:
        leaves = wrap(record.leaves, width - columns.starts["leaves"])
        cells = [(start, kinds, "dim"), (end, [ARROW.rstrip()], "dim"),
                 (columns.starts["leaves"], leaves, "dim")]  # fmt: skip
    yield from _placed([(0, [label(record)], "dim"), *cells])


def _placed(cells: Sequence[Cell]) -> Iterator[Text]:
    """Lines with the parts of cells in their places, from left to right."""
    for number in range(max((len(parts) for _, parts, _ in cells), default=0)):
        line = Text("")
        for start, parts, style in cells:
            if number < len(parts) and parts[number]:
                line.append(" " * (start - line.cell_len))
                line.append(parts[number], style=style)
        yield line
