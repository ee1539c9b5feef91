"""Text in columns: where lines break, and how wide the columns of layers may be."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells, set_cell_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sizeup.present.blocks import TableLine

GAP = 2
ARROW = " → "
BAR = 12
SHORT_BAR = 6
FIELDS = ("name", "kind", "enters", "leaves", "parameters", "arithmetic", "macs", "percent", "bar")
"""The columns of a table of layers, from left to right."""
SHRINK: tuple[tuple[tuple[str, ...], int], ...] = (
    (("bar",), SHORT_BAR),
    (("bar",), 0),
    (("arithmetic",), 24),
    (("name",), 18),
    (("arithmetic", "enters", "leaves"), 18),
    (("macs",), 0),
    (("name", "kind", "arithmetic", "enters", "leaves"), 11),
    (("percent",), 0),
    (("name", "kind", "arithmetic", "enters", "leaves"), 6),
)
"""What gives way where room is short, in this order, and down to which width; to 0 at once."""


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken at blanks, within long words after · and ×."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(joined) <= width:
            lines[-1] = joined
            continue
        pieces = [word] if cell_len(word) <= width else list(_pieces(word, width))
        if lines == [""]:
            lines = []
        lines.extend(pieces)
    return lines


def shorten(text: str, width: int) -> str:
    """At most `width` cells, with an ellipsis at the end."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def shorten_name(text: str, width: int) -> str:
    """At most `width` cells, with an ellipsis before the last parts, which tell names apart."""
    if cell_len(text) <= width:
        return text
    tails = [text[match.start() :] for match in re.finditer(r"[_/.]", text)]
    tail = next((t for t in tails[-2:] if cell_len(t) <= width // 2), text[-(width // 4) :])
    return shorten(text, width - cell_len(tail)) + tail


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths of the columns of layers, where each starts, and whether kinds are short."""

    widths: Mapping[str, int]
    starts: Mapping[str, int]
    short: bool

    @property
    def behind_name(self) -> int:
        """Where what follows a name starts, in a column of its own or not."""
        return self.end("name") + GAP

    def end(self, field: str) -> int:
        """Where a column ends."""
        return self.starts[field] + self.widths[field]


def columns_of(records: Sequence[TableLine], width: int) -> Columns:
    """The columns, as wide as they need to be and as `width` cells allow."""
    layers = [record for record in records if record.role == "layer"]
    counted = [record for record in records if record.role != "run"]
    widths = {field: _widest(layers, field) for field in FIELDS[:-1]}
    widths |= {field: _widest(counted, field) for field in ("parameters", "macs", "percent")}
    widths["name"] = max((cell_len(label(record)) for record in records), default=0)
    widths["bar"] = BAR if any(record.share[0] for record in records) else 0
    widths["enters"] += _slack(records, widths, width)
    _shrink(widths, SHRINK[:1], width)
    short = _end(widths) > width  # a name like conv2d_1 tells the kind
    if short:
        widths["kind"] = max((cell_len(kind(record)) for record in layers), default=0)
    _shrink(widths, SHRINK[1:], width)
    return Columns(widths, _starts(widths), short)


def _slack(records: Sequence[TableLine], widths: Mapping[str, int], width: int) -> int:
    """What the kinds of layers that own nothing need before the arrow, as far as there is room."""
    starts = _starts(widths)
    needed = max((cell_len(record.kind) for record in records if record.role == "run"), default=0)
    missing = needed - (starts["enters"] + widths["enters"] - widths["name"] - GAP)
    room = width - _end(widths) + max(0, widths["bar"] - SHORT_BAR)
    return missing if 0 < missing <= room else 0


def _starts(widths: Mapping[str, int]) -> dict[str, int]:
    starts, end = {}, 0
    for field in FIELDS:
        gap = len(ARROW) if field == "leaves" else GAP
        starts[field] = end + gap if end and widths[field] else end
        end = starts[field] + widths[field]
    return starts


def _end(widths: Mapping[str, int]) -> int:
    return _starts(widths)["bar"] + widths["bar"]


def kind(record: TableLine) -> str:
    """The kind, or what there is to say of it where the name tells it already."""
    return record.kind if record.short is None else record.short


def label(record: TableLine) -> str:
    """The name of a record, moved to the right by its depth."""
    return "  " * (record.depth + 1) + record.gutter + record.name


def _widest(records: Iterable[TableLine], field: str) -> int:
    return max((cell_len(getattr(record, field)) for record in records), default=0)


def _shrink(
    widths: dict[str, int], steps: Sequence[tuple[tuple[str, ...], int]], width: int
) -> None:
    for fields, least in steps:
        while _end(widths) > width:
            widest = max(fields, key=widths.__getitem__)
            if widths[widest] <= least:
                break
            widths[widest] = widths[widest] - 1 if least else 0


def _pieces(word: str, width: int) -> Iterator[str]:
    """A word that is too long, in pieces."""
    line = ""
    for part in re.split(r"(?<=[·×])", word):
        if line and cell_len(line + part) > width:
            yield line
            line = ""
        *full, line = chop_cells(line + part, width) or [""]
        yield from full
    if line:
        yield line
