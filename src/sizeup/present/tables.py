"""The rows of a network as lines of a table: what counts nothing and what repeats is folded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sizeup.network import Row
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.analyses.count import Count


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a row, or a run of rows that own nothing (`rows` several)."""

    rows: tuple[Row, ...]
    known: bool

    @property
    def signature(self) -> object:
        """What makes two lines the same to read."""
        return [
            (row.layer.kind, row.depth, row.parameters, row.layer.calls and (
                row.layer.calls[0].input_shapes, row.layer.calls[0].output_shapes))
            for row in self.rows
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand `times` times after each other."""

    lines: tuple[Line, ...]
    times: int


LONGEST_BLOCK = 40
"""Lines of the longest block that is looked for."""


def lines_of(found: Count, depth: int | None) -> list[Line]:
    """The rows down to `depth` levels, runs that own nothing in one line."""
    lines: list[Line] = []
    for row in found.rows:
        if depth is not None and row.depth >= depth:
            continue
        known = row.path not in found.unknown
        owns = not known or row.parameters != 0 or any(call.body for call in row.layer.calls)
        last = lines[-1] if lines else None
        if not owns and last and last.known and last.rows[0].depth == row.depth and not _owns(last):
            lines[-1] = Line((*last.rows, row), True)
        else:
            lines.append(Line((row,), known))
    return lines


def _owns(line: Line) -> bool:
    row = line.rows[0]
    return not line.known or row.parameters != 0 or any(call.body for call in row.layer.calls)


def owns(line: Line) -> bool:
    """Whether a line stands for a row that counts, or is unknown."""
    return _owns(line)


def blocks_of(lines: Sequence[Line]) -> list[Block]:
    """The lines with repeated blocks folded, the largest saving first met."""
    blocks: list[Block] = []
    signatures = [line.signature for line in lines]
    position = 0
    while position < len(lines):
        best_length, best_times = 1, 1
        for length in range(1, min(LONGEST_BLOCK, (len(lines) - position) // 2) + 1):
            times = 1
            pattern = signatures[position : position + length]
            while (
                signatures[position + times * length : position + (times + 1) * length] == pattern
            ):
                times += 1
            if (times - 1) * length > (best_times - 1) * best_length:
                best_length, best_times = length, times
        if best_length == 1 and best_times == 2:  # noqa: PLR2004
            best_times = 1
        blocks.append(Block(tuple(lines[position : position + best_length]), best_times))
        position += best_length * best_times
    return blocks


def kinds_of(line: Line) -> str:
    """The kinds in a run, repeated ones once."""
    return ", ".join(dict.fromkeys(row.layer.kind for row in line.rows)) or say("present.nothing")
