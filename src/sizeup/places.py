"""Where something stands: a line of the source's own text, or of a file beside it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self


class Line(int):
    """A line of another file than the source: a number that remembers its `file`.

    >>> Line(12, "blocks.py")
    blocks.py:12
    """

    file: str

    def __new__(cls, number: int, file: str) -> Self:
        """A line of a file."""
        line = super().__new__(cls, number)
        line.file = file
        return line

    def __reduce__(self) -> tuple[type[Line], tuple[int, str]]:
        return Line, (int(self), self.file)

    def __eq__(self, other: object) -> bool:
        return int(self) == other and file_of(other) == self.file

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((int(self), self.file))

    def __repr__(self) -> str:
        return f"{self.file}:{int(self)}"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


class CellLine(int):
    """A line of a notebook's file, shown as people see it: `In [3], line 2`."""

    cell: str
    inside: int

    def __new__(cls, number: int, cell: str, inside: int) -> Self:
        """A line of a file that is line `inside` of a cell."""
        line = super().__new__(cls, number)
        line.cell, line.inside = cell, inside
        return line

    def __reduce__(self) -> tuple[type[CellLine], tuple[int, str, int]]:
        return CellLine, (int(self), self.cell, self.inside)

    def __repr__(self) -> str:
        return f"{self.cell}, line {self.inside}"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def file_of(line: object) -> str | None:
    """The file of a line where it is not the source itself."""
    return getattr(line, "file", None)


def place(line: int) -> str:
    """A line for people: `line 12`, `blocks.py:12` in another file, `In [3], line 2`."""
    return f"line {line}" if type(line) is int else str(line)


def places(lines: Sequence[int]) -> str:
    """Several lines for people: `lines 3, 12, blocks.py:7`."""
    own = [str(line) for line in lines if type(line) is int]
    others = [str(line) for line in lines if type(line) is not int]
    word = "line" if len(own) == 1 else "lines"
    return ", ".join([f"{word} {', '.join(own)}", *others] if own else others)
