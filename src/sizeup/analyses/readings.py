"""Layers of which a source tells only how many parameters they own, and what these may be."""

from __future__ import annotations

from sizeup.network import Note
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sizeup.network import Parameter, Row

    Arithmetic = Callable[[Sequence[Parameter]], str]

MOST_LISTED = 4
"""So many readings of a layer are listed."""


def readings(table: Sequence[Row], arithmetic: Arithmetic) -> Iterator[Note]:
    """A note for each layer with several readings, one for all that have the same ones."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in table:
        if row.layer.perhaps:
            listed = list(dict.fromkeys(map(arithmetic, row.layer.perhaps)))
            if len(listed) == 1:
                continue
            some = listed[:MOST_LISTED] + (["…"] if len(listed) > MOST_LISTED else [])
            found.setdefault((f"{row.parameters:,}", ", ".join(some)), []).append(row)
    for (count, choices), alike in found.items():
        first = alike[0]
        more = say("lint.more", count=len(alike) - 1) if len(alike) > 1 else ""
        name = f"{first.path}{more}"
        text = say("count.readings", name=name, count=count, readings=choices)
        yield Note("assumed", text, first.layer.line)
