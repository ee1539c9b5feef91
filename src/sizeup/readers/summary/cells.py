"""What stands in the cells of a table: names, shapes, counts, connections."""

from __future__ import annotations

from sizeup.patterns import Pattern
from sizeup.readers.summary.records import Link

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Shape

_DIMENSION = Pattern(r"None|-?\d+L?|\?|[\[({]|[\])}]|'[^']*'|\"[^\"]*\"|\S")
_NAMED = Pattern(
    r"(?P<name>\S.*?)\s*\((?P<kind>(?:[A-Za-z_][\w.>-]*)?)(?P<end>…?\)?)\s*$", needs="("
)
LINK = Pattern(r"(?P<name>[^\s,'\"\[\]]+)\[(?P<call>\d+)\]\[(?P<output>\d+)\]", needs="[")
_PIECE = Pattern(r"[^\s,'\"\[\]]+[^\s,]*")
_COUNT = Pattern(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0)?\s*(\(un\w*\)?)?$")
LEFT_OUT = Pattern(r"\s*[\[(<]?\s*(?:\.{2,}|…|:|⋮|snip|truncated)[\s.…]*[\])>]?\s*$")
"""What stands for rows that are left out."""
CUT = "…"


def named(text: str) -> tuple[str, str, bool] | None:
    """`conv2d (Conv2D)` as name and kind, and whether neither is cut off."""
    match = _NAMED.match(text)
    if match is None:
        return None
    name, kind = match["name"].replace(" ", ""), match["kind"]
    return name, kind, match["end"] == ")" and CUT not in name


def shapes(text: str) -> tuple[Shape, ...] | None:
    """The shapes in `(None, 28, 28, 1)`, `[(None, 5), (None, 3)]`; None where they are not whole.

    Batches of torch (`[-1, 3]`, `[2, 3]`) are open as those of Keras are.
    """
    found: list[Shape] = []
    inner: list[list[int | None]] = []
    for token in _DIMENSION.finditer(text):
        mark = token.group()
        if mark in "([{":
            inner.append([])
        elif mark in ")]}":
            if not inner:
                return None
            dims = inner.pop()
            if dims:
                found.append(tuple(dims))
        elif mark == "None" or mark[-1:].isdigit() or mark[-1:] == "L":
            if not inner:
                return None
            inner[-1].append(None if mark in ("None", "-1") else int(mark.rstrip("L")))
        elif mark not in (",", ":") and mark[0] not in "'\"":
            return None
    return tuple(found) if found and not inner else None


def count(text: str) -> tuple[int | None, bool]:
    """`1,792` as a number, and whether the layer is built: `0 (unbuilt)`."""
    match = _COUNT.match(text.strip())
    if match is None:
        return None, True
    return int(match[1].replace(",", "")), match[2] is None


def links(text: str) -> tuple[Link, ...]:
    """The tensors of `a[0][0], b[1][0]`, `['a[0][0]', 'b[1][0]']`; names may be cut off."""
    found: list[tuple[int, Link]] = []
    rest = text
    for match in LINK.finditer(text):
        link = Link(match["name"], int(match["call"]), int(match["output"]))
        found.append((match.start(), link))
        rest = rest.replace(match.group(), " " * len(match.group()), 1)
    for piece in _PIECE.finditer(rest):
        name = piece.group().strip("'\"[]").partition("[")[0].rstrip(CUT)
        if name not in ("", "-"):
            found.append((piece.start(), Link(name, whole=False)))
    return tuple(link for _, link in sorted(found, key=lambda pair: pair[0]))
