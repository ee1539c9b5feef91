"""The tables of torchinfo, a tree of modules, and of torchsummary, a list of them."""

from __future__ import annotations

from sizeup.patterns import Pattern
from sizeup.readers.summary import cells
from sizeup.readers.summary.records import Printed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Lines = Sequence[tuple[int, str]]

TITLES = ("Input Shape", "Output Shape", "Kernel Shape", "Param #", "Param %", "Mult-Adds",
          "Trainable")  # fmt: skip
_MODULE = Pattern(
    r"(?P<tree>[│├└─|+\s]*)(?P<kind>[A-Za-z_]\w*)(?:\s\((?P<name>[^()]*)\))?"
    r"(?::\s?(?P<depth>\d+)(?:-(?P<number>\d+))?)?(?:\s+(?P<rest>\S.*))?\s*$"
)
_VALUE = Pattern(r"\[(?:[^\[\]]|\[[^\]]*\])*\]|\([^()]*\)|\S+")
_VALID = Pattern(r"\[.*\]$|--$|\(?[\d,.]+%?\)?$|\(recursive\)$|True$|False$|Partial$")
_LISTED = Pattern(r"\s*(?P<kind>[A-Za-z_]\w*)-(?P<number>\d+)\s+(?P<shape>\[.*\])\s+(?P<count>[\d,]+)\s*$",
                  needs="-")  # fmt: skip
_RULE = Pattern(r"\s*[=─_-]{8,}\s*$")
LEVEL = 5
"""Characters by which a module is moved to the right for each level."""


def is_listed(text: str) -> bool:
    """Whether a line is a row of torchsummary: `Conv2d-1   [-1, 32, 26, 26]   320`."""
    return _LISTED.match(text) is not None


def is_tree(header: str, row: str) -> bool:
    """Whether the table of a header is torchinfo's, whose first row is given."""
    return "depth-idx" in header or "var_name" in header or row.lstrip()[:2] in ("├─", "+ ")


def read_list(lines: Lines, first: int) -> tuple[list[Printed], int, bool]:
    """The rows of torchsummary below the header; the last place, and whether a rule closes them."""
    rows: list[Printed] = []
    last = first
    for place in range(first + 1, len(lines)):
        number, text = lines[place]
        if _RULE.match(text):
            if rows:
                return rows, place, True
            continue
        match = _LISTED.match(text)
        if match is None:
            if text.strip():
                break
            continue
        count, _ = cells.count(match["count"])
        name = f"{match['kind']}-{match['number']}"
        shapes = cells.shapes(match["shape"])
        rows.append(Printed(number, name, match["kind"], shapes=shapes, count=count))
        last = place
    return rows, last, False


def read_tree(lines: Lines, first: int) -> tuple[list[Printed], int, bool]:
    """The rows of torchinfo below the header; the last place, and whether a rule closes them."""
    header = lines[first][1]
    start = header.index("Layer (type")
    titles = sorted((t for t in TITLES if t in header), key=header.index)
    rows: list[Printed] = []
    last = first
    for place in range(first + 1, len(lines)):
        number, text = lines[place]
        if _RULE.match(text):
            if rows:
                return rows, place, True
            continue
        row = _module(number, text[start:], titles)
        if row is None and text.strip() and not _is_tensor(text):
            break
        last = place
        if row is not None:
            rows.append(row)
    return rows, last, False


def _is_tensor(text: str) -> bool:
    """Whether a line shows one of a module's tensors: `│    └─weight   [3, 64, 7, 7]   ├─9,408`."""
    return text.lstrip()[:1] in tuple("│├└|+")


def _module(line: int, text: str, titles: Sequence[str]) -> Printed | None:
    match = _MODULE.match(text)
    if match is None:
        return None
    values = [value.group() for value in _VALUE.finditer(match["rest"] or "")]
    if len(values) != len(titles) or not all(map(_VALID.match, values)):
        return None
    found = dict(zip(titles, values, strict=True))
    count = found.get("Param #", "")
    number = 0 if count == "--" else cells.count(count.strip("()"))[0]
    tree = match["tree"].rstrip()
    depth = 0 if not tree else (len(match["tree"]) - 2) // LEVEL + 1
    label = match["kind"]
    if match["depth"]:
        label += f":{match['depth']}" + (f"-{match['number']}" if match["number"] else "")
    kernel = cells.shapes(found.get("Kernel Shape", ""))
    return Printed(
        line=line,
        name=match["name"] or label,
        kind=match["kind"],
        depth=depth,
        shapes=cells.shapes(found.get("Output Shape", "")),
        count=number,
        trainable=_flag(found, count),
        inputs=cells.shapes(found.get("Input Shape", "")),
        kernel=None if kernel is None else tuple(size or 0 for size in kernel[0]),
        again=count == "(recursive)",
    )


def _flag(found: dict[str, str], count: str) -> bool | None:
    """Counts of what is not trained stand in brackets."""
    if count.startswith("(") and count[1:2].isdigit():
        return False
    return {"True": True, "False": False}.get(found.get("Trainable", ""))
