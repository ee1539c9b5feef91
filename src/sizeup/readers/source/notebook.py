"""Jupyter notebooks: the code of their cells as one program, what surrounds it as prose.

Every cell is mended by itself. Lines are those of the notebook's file, which know their cell
and their place in it. What Jupyter runs beside Python (`%magic`, `!command`, `name?`) is left
out, and so are cells of other languages (`%%bash`).
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from sizeup.errors import ReadError
from sizeup.network import Note
from sizeup.patterns import Pattern
from sizeup.places import CellLine
from sizeup.readers.source.blocks import join_blocks
from sizeup.readers.source.repair import Repaired, parse
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Any, Self

READER = "notebook"
PYTHON = frozenset({"python", "python2", "python3", "ipython", "ipython2", "ipython3"})
SAME_NAMES = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "heat"})
"""Magics of a whole cell that run it as Python beside the other cells."""
_STRING = Pattern(r'"[^"\\]*(?:\\.[^"\\]*)*"')
_COMMAND = Pattern(r"(\s*)(?:[!%?].*|[\w.]+\?{1,2}\s*)$")
_ASSIGNED = Pattern(r"\s*[\w, ]+=\s*[!%]\S.*$")
_TIMED = Pattern(r"(\s*)%time(?:it)?\s+(?!-)(?=[A-Za-z_])", needs="%time")


class Located(str):
    """A string of the JSON, with the place where it begins."""

    __slots__ = ("at",)
    at: int

    def __new__(cls, value: str, at: int) -> Self:
        """A string that begins at a place of the text."""
        found = super().__new__(cls, value)
        found.at = at
        return found


class Cell(Record):
    """A cell: its kind, its number among all, when it was run, its lines with their places."""

    kind: str
    number: int
    run: int | None
    lines: tuple[tuple[CellLine, str], ...]

    @property
    def text(self) -> str:
        """What stands in the cell."""
        return "\n".join(text for _, text in self.lines)


def is_notebook(text: str) -> bool:
    """Whether a text is a notebook of any version of the format."""
    return text.lstrip()[:1] == "{" and ('"cells"' in text or '"worksheets"' in text)


def read_notebook(text: str) -> Repaired | None:
    """The program of a notebook; None where the text is other JSON.

    Raises ReadError for a notebook that is broken or of another language.
    """
    content = _parsed(text)
    sheets = content.get("worksheets")
    cells = _object(sheets[0] if sheets and isinstance(sheets, list) else content).get("cells")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        return None
    metadata = _object(content.get("metadata"))
    language = _language(metadata)
    if language not in PYTHON:
        raise ReadError(say("notebook.language", language=language))
    found = list(_cells(cells, text))
    code = [cell for cell in found if cell.kind == "code"]
    program = join_blocks([(cell.lines, _python(cell.text)) for cell in code])
    prose = [line for cell in found if cell.kind != "code" for line in cell.lines]
    return program.changed(
        prose=(*program.prose, *((line, text) for line, text in prose if text.strip())),
        notes=(*_order(code), *program.notes),
        python2=program.python2 or _is_python2(metadata),
        reader=READER,
    )


class Pairs(list["tuple[str, Any]"]):
    """An object of JSON as it stands, keys that occur twice included."""


def _parsed(text: str) -> dict[str, Any]:
    """The JSON, whose strings know where they stand."""
    try:
        content = _located(json.loads(text, object_pairs_hook=Pairs), _STRING.finditer(text))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise ReadError(say("notebook.broken", reason=str(error)), line=line) from None
    return _object(content)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _located(value: Any, strings: Iterator[re.Match[str]]) -> Any:
    """A value with each of its strings at the place of the next string of the text."""
    if isinstance(value, str):
        return Located(value, next(strings).start())
    if isinstance(value, Pairs):
        return {_located(key, strings): _located(inner, strings) for key, inner in value}
    return [_located(inner, strings) for inner in value] if isinstance(value, list) else value


def _language(metadata: dict[str, Any]) -> str:
    """The language that a notebook says; Python where it says none."""
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        said = _object(metadata.get(key)).get(name)
        if isinstance(said, str):
            return said.lower()
    return "python"


def _is_python2(metadata: dict[str, Any]) -> bool:
    return str(_object(metadata.get("language_info")).get("version", "")).startswith("2.")


def _cells(cells: Sequence[dict[str, Any]], text: str) -> Iterator[Cell]:
    starts = [0, *(place + 1 for place, letter in enumerate(text) if letter == "\n")]
    last = 0
    for number, cell in enumerate(cells, 1):
        source = cell.get("source", cell.get("input", ""))
        run = cell.get("execution_count", cell.get("prompt_number"))
        run = run if isinstance(run, int) else None
        label = f"In [{run}]" if run is not None else say("notebook.cell", number=number)
        lines: list[tuple[CellLine, str]] = []
        for at, line in _lines(source if isinstance(source, list) else [source]):
            last = max(last + 1, bisect_right(starts, at))  # the file may be a single line
            lines.append((CellLine(last, label, len(lines) + 1), line))
        yield Cell(str(cell.get("cell_type", "")), number, run, tuple(lines))


def _lines(parts: Sequence[object]) -> Iterator[tuple[int, str]]:
    """The lines of a cell with the places of the strings in which they begin."""
    at, begun = 0, ""
    for part in parts:
        if isinstance(part, Located):
            at = at if begun else part.at
            *whole, begun = (begun + part).split("\n")
            for line in whole:
                yield at, line
                at = part.at
    if begun:
        yield at, begun


def _order(cells: Sequence[Cell]) -> Iterator[Note]:
    """A note where the cells were last run in another order than they stand in."""
    latest: Cell | None = None
    for cell in cells:
        if cell.run is None or not cell.lines:
            continue
        if latest is not None and latest.run is not None and cell.run < latest.run:
            text = say("notebook.order", first=latest.run, later=cell.run)
            yield Note("assumed", text, cell.lines[0][0])
            return
        latest = cell


def _python(text: str) -> str:
    """A cell without what is not Python, line by line."""
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if lines[first][2:].partition(" ")[0] not in SAME_NAMES:
            return ""
        lines[first] = ""
    if parse("\n".join(lines)) is not None:
        return "\n".join(lines)
    continued = False
    for number, line in enumerate(lines):
        line = _TIMED.sub(r"\1", line)  # noqa: PLW2901
        command = _COMMAND.match(line)
        if command or continued or _ASSIGNED.match(line):
            continued = line.endswith("\\")
            lines[number] = command[1] + "pass" if command and command[1] else ""
        else:
            lines[number] = line
    return "\n".join(lines)
