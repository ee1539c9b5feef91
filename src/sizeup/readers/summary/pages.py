"""Tables in a text: where they begin and end, and the totals below them."""

from __future__ import annotations

from sizeup.patterns import Pattern
from sizeup.readers.source.repair.frames import without_markup
from sizeup.readers.summary import boxes, columns, torch
from sizeup.readers.summary.kinds import is_oldest
from sizeup.readers.summary.records import Figure, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Lines = Sequence[tuple[int, str]]

HEADER = Pattern(r"Layer \(type\b[^)]*\).*(?:Para|Outp|Input|Kernel)", needs="Layer (type")
_MODEL = Pattern(r"Model: \"?(?P<name>[^\"\n]+?)\"?\s*$", needs="Model: ")
_TOTAL = Pattern(
    r"(?P<part>Total|Non[ -]trainable|Trainable|Optimizer) params:?\s*"
    r"(?:\((?P<unit>[KMGT])\))?:?\s*(?P<count>\d[\d,]*)(?P<rest>\.\d+)?(?!\S*\d)",
    needs=" params",
)
FIELDS = {"Total": "total", "Trainable": "trainable", "Optimizer": "optimizer"}
_QUOTED = Pattern(r'\s*"(?P<text>(?:[^"\\]|\\.)*)",?\s*$', needs='"')
_UNICODE = Pattern(r"\\u([0-9a-fA-F]{4})", needs="\\u")
_ESCAPE = Pattern(r"\x1b\[[0-9;]*[A-Za-z]", needs="\x1b")
NEAR = 12
"""So many lines below its last row may a table have its totals."""


def plain(text: str) -> list[str]:
    """The lines of a text without what colours them, HTML's marks, and a notebook's quotes."""
    return [_plain(line) for line in text.splitlines()]


def _plain(line: str) -> str:
    quoted = _QUOTED.match(line)
    if quoted is not None:
        line = _UNICODE.sub(lambda match: chr(int(match[1], 16)), quoted["text"])
        line = line.replace('\\"', '"').replace("\\n", "")
    return without_markup(_ESCAPE.sub("", line)).expandtabs()


def _unframed(lines: Lines, header: int) -> Lines:
    """The lines without what stands before each: a logger's words, `> `, `# `."""
    text = lines[header][1]
    start = text.index("Layer (type")
    bar = text[:start].rstrip()
    if bar[-1:] in tuple(boxes.BARS):
        start = len(bar) - 1
    if not text[:start].strip():
        return lines
    blank = len(text[:start]) - len(text[:start].rstrip())
    return [(number, line[start - min(blank, 1) :]) for number, line in lines]


def tables(lines: Lines) -> list[Table]:
    """All summaries in numbered lines, in order."""
    found: list[Table] = []
    place = 0
    while place < len(lines):
        text = lines[place][1]
        if HEADER.search(text) is None:
            place += 1
            continue
        table, place = _table(lines, place)
        if table.rows:
            found.append(table)
    return found


def _table(lines: Lines, header: int) -> tuple[Table, int]:
    """The table whose header is at a place, and the place behind it."""
    lines = _unframed(lines, header)
    text = lines[header][1]
    gaps: list[int] = []
    row = next((row for _, row in lines[header + 1 : header + 5] if any(map(str.isalpha, row))), "")
    if boxes.split(text) is not None:
        style = "keras 3"
        rows, last, closed, gaps = boxes.read(lines, header)
    elif torch.is_tree(text, row):
        style = "torchinfo"
        rows, last, closed = torch.read_tree(lines, header)
    elif torch.is_listed(row):
        style = "torchsummary"
        rows, last, closed = torch.read_list(lines, header)
    else:
        rows, last, closed, gaps = columns.read(lines, header)
        style = "keras 1" if any(map(is_oldest, rows)) else "keras 2"
    name, first = _above(lines, header)
    table = Table(style, name, lines[header][0], lines[first][0], lines[last][0], tuple(rows),
                  tuple(gaps))  # fmt: skip
    table, end = _with_totals(table, lines, last)
    if table.total is None and not closed and not gaps:
        table = table.changed(gaps=(table.last + 1,))
    return table.changed(last=lines[end][0]), end + 1


def _above(lines: Lines, header: int) -> tuple[str | None, int]:
    """What the line above the header says, `Model: "sequential"`, and where the table begins."""
    first = header
    for place in range(header - 1, max(-1, header - 4), -1):
        text = lines[place][1]
        match = _MODEL.search(text)
        if match is not None:
            return match["name"].strip(), place
        if not text.strip() or any(mark.isalnum() for mark in text):
            break
        first = place
    return None, first


def _with_totals(table: Table, lines: Lines, last: int) -> tuple[Table, int]:
    """The figures below the last row, up to the next table, and the place of the last of them."""
    figures: dict[str, Figure] = {}
    end = last
    for place in range(last + 1, min(len(lines), last + 1 + NEAR)):
        number, text = lines[place]
        if HEADER.search(text) or _MODEL.search(text):
            break
        match = _TOTAL.search(text)
        if match is None:
            continue
        field = FIELDS.get(match["part"], "non_trainable")
        if match["unit"] or field in figures:
            break
        figures[field] = Figure(int(match["count"].replace(",", "")), number)
        end = place
    return table.changed(**figures), end
