"""Keras 3's tables: cells between bars, rows between rules."""

from __future__ import annotations

from sizeup.patterns import Pattern
from sizeup.readers.summary import cells
from sizeup.readers.summary.records import Printed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sizeup.readers.summary.records import Link

    Lines = Sequence[tuple[int, str]]

BARS = "│┃║|"
_BAR = Pattern(f"[{BARS}]")
_RULE = Pattern(r"[\s─━═┄╌┬┴┼╇╈┳┻╋┏┓┗┛┡┢┩┪├┤┞┟┦┧┝┥┠┨└┘┌┐╭╮╰╯╞╡╪╧╤+=-]+$")
_END = Pattern(r"\s*[└┗╰╘╚]")
_PREFIX = Pattern(r"(?P<blanks>\s*)└\s*")
LEAST_BARS = 2
"""The bars of a table of which only the first column is whole."""
NESTED = 3
"""Blanks by which the name of a layer is moved to the right for each level of nesting."""
TITLES = ("layer", "output", "param", "connected", "train")


def is_rule(text: str) -> bool:
    """Whether a line is one between rows, not a row."""
    return _RULE.match(text) is not None and any(mark in text for mark in "─━═-=")


def split(text: str) -> list[str] | None:
    """The cells of a line; None where it has no bars.

    A cell that no bar closes is cropped: what it holds may go on, so that nothing of it counts.
    """
    parts = _BAR.split(text)
    if len(parts) < LEAST_BARS + 1 + ("|" in text):
        return None
    return [*parts[1:-1], *([""] if parts[-1].strip() or len(parts) == LEAST_BARS + 1 else [])]


def read(lines: Lines, first: int) -> tuple[list[Printed], int, bool, list[int]]:
    """The rows below the header at place `first`; the last place; whether the box is whole.

    The last of the four are the lines where rows are left out.
    """
    titles = [part.strip(" …").lower() for part in split(lines[first][1]) or ()]
    places = {
        title: next((n for n, text in enumerate(titles) if _begins(title, text)), None)
        for title in TITLES
    }
    if places["param"] is None and len(titles) > 2:
        places["param"] = 2
    rows: list[Printed] = []
    group: list[tuple[int, list[str]]] = []
    gaps: list[int] = []
    place, closed = first, False
    for place in range(first + 1, len(lines)):
        number, text = lines[place]
        if cells.LEFT_OUT.match(text):
            gaps.append(number)
            continue
        parts = split(text)
        if parts is not None and len(parts) <= len(titles) and not is_rule(text):
            group.append((number, parts + [""] * (len(titles) - len(parts))))
            continue
        rows.extend(_rows(group, places))
        group = []
        closed = _END.match(text) is not None
        if closed or not is_rule(text):
            break
    else:
        place += 1
    rows.extend(_rows(group, places))
    return rows, place if closed else place - 1, closed, gaps


def _begins(title: str, text: str) -> bool:
    """Whether a title, in full or cut off, is that of a column."""
    return text.startswith(title) or (len(text) > 1 and title.startswith(text))


def _rows(
    group: Sequence[tuple[int, list[str]]], places: dict[str, int | None]
) -> Iterator[Printed]:
    """The rows of the lines between two rules: one, unless the rules were lost."""
    param = places["param"]
    start = 0
    for end in range(1, len(group) + 1):
        begins = end < len(group) and cells.named(group[end][1][0]) is not None
        if end == len(group) or (begins and param is not None and group[end][1][param].strip()):
            yield _row(group[start:end], places)
            start = end


def _row(group: Sequence[tuple[int, list[str]]], places: dict[str, int | None]) -> Printed:
    def cell(title: str) -> str | None:
        place = places[title]
        if place is None:
            return None
        return " ".join(filter(None, (parts[place].strip() for _, parts in group)))

    first = group[0][1][0]
    prefix = _PREFIX.match(first)
    depth = 0 if prefix is None else max(1, len(prefix["blanks"].lstrip("\t")) // NESTED)
    text = (cell("layer") or "").lstrip("└ ")
    name, kind, whole = cells.named(text) or (text.replace(" ", ""), "", False)
    number, built = cells.count(cell("param") or "")
    flags = cell("train")
    connected = cell("connected")
    found: tuple[Link, ...] | None = None if connected is None else cells.links(connected)
    return Printed(
        line=group[0][0],
        name=name,
        kind=kind,
        depth=depth,
        shapes=cells.shapes(cell("output") or ""),
        count=number,
        built=built,
        links=found,
        trainable=None if flags is None else {"Y": True, "N": False}.get(flags),
        whole=whole,
    )
