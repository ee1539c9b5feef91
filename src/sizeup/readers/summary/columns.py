"""The tables of Keras 1 and 2: cells in columns as wide as the header says, cut or wrapped."""

from __future__ import annotations

from itertools import pairwise

from sizeup.patterns import Pattern
from sizeup.readers.summary import cells
from sizeup.readers.summary.records import Printed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Lines = Sequence[tuple[int, str]]
    Cells = dict[str, str]

LAYER, SHAPE, COUNT, LINKS, FLAG = TITLES = ("Layer (type", "Outp", "Para", "Conn", "Trai")
"""How the titles of the columns begin; narrow ones go on below."""
SHIFTS = (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, 6, 7, 8)
"""By how much rows may be moved against the header: its blanks are the first to be lost."""
_RULE = Pattern(r"[\s|]*[_=¯─-]{8,}[\s|]*$")
_CLOSING = Pattern(r"[\s|]*={8,}\s*$", needs="=")
_BARS = Pattern(r"\s*(\|+)(.*?)\|*\s*$", needs="|")
_STARTS = Pattern(r"\s*\S.*\(", needs="(")
_PLAIN = Pattern(
    r"(?P<layer>\S.*?\s?\([A-Za-z_][\w.]*\)?)\s+"
    r"(?P<shape>multiple|\?|[\[({].*?[\])}]+(?=\s+[\d,]+(?:\s|$)))\s+"
    r"(?P<count>[\d,]+(?:\s\(un\w+\))?)(?:\s+(?P<rest>\S.*?))?\s*$",
    needs="(",
)


class _Layout:
    """Where the columns of a table are; no columns where blanks are lost."""

    def __init__(self, header: str, lines: Lines) -> None:
        self.titles = [title for title in TITLES if title in header]
        starts = [header.index(title) for title in self.titles]
        wide = all("  " in header[a:b] for a, b in pairwise(starts))
        self.starts = starts if wide and len(starts) > 2 else []
        if self.starts:
            sample = [text for _, text in lines[:60]]
            shift = max(SHIFTS, key=lambda by: sum(self._fits(text, by) for text in sample))
            self.starts = [max(0, start + shift) for start in starts]

    def _fits(self, text: str, shift: int) -> bool:
        """Whether a line has a shape and a number exactly where the columns are."""
        first, shape, count, *rest = [max(0, start + shift) for start in self.starts]
        end = rest[0] if rest else None
        before = text[max(0, shape - 1) : shape] + text[max(0, count - 1) : count]
        name = text[first:shape]
        return (
            not before.strip()
            and name[:1].strip() != ""
            and text[shape : shape + 1] in tuple("([{m?")
            and cells.count(text[count:end])[0] is not None
        )

    def cut(self, text: str) -> Cells:
        """The cells of a line by their titles."""
        if self.starts:
            ends = [*self.starts[1:], None]
            return {
                title: text[start:end].rstrip()
                for title, start, end in zip(self.titles, self.starts, ends, strict=True)
            }
        return self._plain(text)

    def _plain(self, text: str) -> Cells:
        match = _PLAIN.match(text.strip())
        if match is None:
            links = text.strip() if cells.LINK.search(text) else ""
            return {LAYER: "" if links else text.strip(), LINKS: links}
        rest, flag = match["rest"] or "", ""
        if FLAG in self.titles:
            rest, _, flag = rest.rpartition(" ")
        return dict(zip(TITLES, (match["layer"], match["shape"], match["count"], rest, flag),
                        strict=True))  # fmt: skip


def read(lines: Lines, first: int) -> tuple[list[Printed], int, bool, list[int]]:
    """The rows below the header at place `first`; the last place; whether a rule closes them.

    The last of the four are the lines where rows are left out.
    """
    layout = _Layout(lines[first][1], lines[first + 1 :])
    rows: list[Printed] = []
    group: list[tuple[int, int, Cells]] = []
    gaps: list[int] = []
    place, closed, last = first, False, first
    below = range(first + 1, min(len(lines), first + 4))
    rule = next((n for n in below if _RULE.match(lines[n][1])), first)  # titles may go on
    for place in range(rule + 1, len(lines)):
        number, text = lines[place]
        bars = _BARS.match(text)
        depth = len(bars[1]) if bars else 0
        inner = " " * depth + bars[2] if bars else text
        if not inner.strip() or _RULE.match(text):
            rows.extend(_rows(group, layout))
            group = []
            if _CLOSING.match(text) and not depth and rows and not _goes_on(layout, lines, place):
                closed, last = True, place
                break
            continue
        if cells.LEFT_OUT.match(inner):
            gaps.append(number)
            continue
        found = layout.cut(inner)
        if not _belongs(found, group):
            break
        group.append((number, depth, found))
        last = place
    rows.extend(_rows(group, layout))
    return rows, last, closed, gaps


def _goes_on(layout: _Layout, lines: Lines, place: int) -> bool:
    """Whether a row follows right below a rule, so that it closes nothing."""
    below = next((text for _, text in lines[place + 1 : place + 3] if text.strip()), "")
    return cells.count(layout.cut(below).get(COUNT, ""))[0] is not None


def _belongs(found: Cells, group: Sequence[tuple[int, int, Cells]]) -> bool:
    """Whether a line is part of the table: a row, or what continues one."""
    number = found.get(COUNT, "").strip()
    if number and cells.count(number)[0] is None and not number.startswith("("):
        return False
    shape = found.get(SHAPE, "").strip()[:1]
    begins = bool(_STARTS.match(found[LAYER])) or shape in tuple("([{m?")
    if number and begins and found[LAYER].strip():
        return True
    return bool(group) or bool(cells.links(found.get(LINKS, "")))


def _rows(group: Sequence[tuple[int, int, Cells]], layout: _Layout) -> Iterator[Printed]:
    """The rows of the lines between two rules: one, unless the rules were lost."""
    start, name = 0, ""
    for end in range(len(group) + 1):
        begins = end < len(group) and _STARTS.match(group[end][2][LAYER])
        if end == len(group) or (begins and "(" in name):
            if end > start:
                yield _row(group[start:end], layout)
            start, name = end, ""
        if end < len(group):
            name += group[end][2][LAYER]


def _row(group: Sequence[tuple[int, int, Cells]], layout: _Layout) -> Printed:
    def cell(title: str) -> str:
        return "".join(found.get(title, "") for _, _, found in group)

    depth = group[0][1]  # names are moved to the right by as much
    text = "".join(found[LAYER][depth:] for _, _, found in group)
    name, kind, whole = cells.named(text.strip()) or (text.strip() + cells.CUT, "", False)
    number, built = cells.count(cell(COUNT))
    connected = LINKS in layout.titles
    flag = cell(FLAG).strip()
    return Printed(
        line=group[0][0],
        name=name,
        kind=kind,
        depth=depth,
        shapes=cells.shapes(cell(SHAPE)),
        count=number,
        built=built,
        links=cells.links(cell(LINKS)) if connected else None,
        trainable={"Y": True, "N": False}.get(flag),
        whole=whole,
    )
