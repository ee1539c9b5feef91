"""Footnotes: every remark on some networks once, with the lines that it speaks of."""

from __future__ import annotations

from sizeup.places import places
from sizeup.present.blocks import Entries, Entry
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.analyses.count import Count
    from sizeup.network import Note

MOST_LINES = 3
"""So many lines are named."""
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class Footnotes:
    """The remarks on networks, numbered in the order in which they are asked for.

    How the text was repaired is said in the header and is no footnote.
    """

    def __init__(self, counts: Sequence[Count]) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        self._lines: dict[tuple[str, str], list[int]] = {}
        keys = [dict.fromkeys(map(_key, _remarks(found))) for found in counts]
        self._common = [key for key in keys[0] if all(key in other for other in keys)]
        if len(keys) == 1:
            self._common = []
        for found in counts:
            for note in _remarks(found):
                lines = self._lines.setdefault(_key(note), [])
                if note.line is not None and note.line not in lines:
                    lines.append(note.line)

    def common(self) -> str:
        """The marks of what is said of all networks, if there are several."""
        return self._marks(self._common)

    def of(self, found: Count) -> str:
        """The marks of what is said of one network and not of all."""
        keys = dict.fromkeys(map(_key, _remarks(found)))
        return self._marks([key for key in keys if key not in self._common])

    def block(self) -> Entries:
        """The notes that were asked for."""
        return Entries(
            tuple(
                Entry(_mark(number), key[1] + _place(self._lines[key]))
                for key, number in self._numbers.items()
            ),
            quiet=True,
        )

    def _marks(self, keys: Sequence[tuple[str, str]]) -> str:
        numbers = [self._numbers.setdefault(key, len(self._numbers) + 1) for key in keys]
        return "".join(f" {_mark(number)}" for number in numbers)


def repairs(counts: Sequence[Count]) -> list[str]:
    """How the text was mended, each way once."""
    notes = (note for found in counts for note in found.notes if note.level == "repaired")
    return list(dict.fromkeys(note.text for note in notes))


def _remarks(found: Count) -> list[Note]:
    """Not the repairs, and not the error that its table already tells."""
    error = found.network.error
    return [n for n in found.notes if n.level != "repaired" and (error is None or n.text != error)]


def _key(note: Note) -> tuple[str, str]:
    return note.level, note.text


def _mark(number: int) -> str:
    return CIRCLED[number - 1] if number <= len(CIRCLED) else f"({number})"


def _place(lines: Sequence[int]) -> str:
    if not lines:
        return ""
    named = places(lines[:MOST_LINES])
    return say("page.place", place=f"{named}, …" if len(lines) > MOST_LINES else named)
