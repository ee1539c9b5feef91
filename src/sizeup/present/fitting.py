"""Whether weights belong to a network, as a page."""

from __future__ import annotations

from sizeup.present import units
from sizeup.present.blocks import Grid, Paragraph
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.analyses.slots import Slot
    from sizeup.analyses.weights import Fitting, Pair
    from sizeup.present.blocks import Block, Page

MOST = 12
"""So many layers that differ are listed."""


def page(fitting: Fitting) -> Page:
    """The answer, and the layers that do not match."""
    return tuple(tuple(group) for group in (_answer(fitting), _differences(fitting)) if group)


def _answer(fitting: Fitting) -> list[Block]:
    name = fitting.network.name
    if fitting.ok:
        said = say(f"weights.fits_{fitting.match}", name=name, count=len(fitting.pairs))
    else:
        said = say("weights.not", name=name, cause=fitting.cause)
    blocks: list[Block] = [Paragraph(said)]
    if fitting.values:
        values = units.JOINT.join(f"{n}{units.GLUE}{v:,}" for n, v in fitting.values.items())
        blocks.append(Paragraph(say("weights.values", values=values)))
    return blocks + [
        Paragraph(say("weights.remark", text=remark), quiet=True) for remark in fitting.remarks
    ]


def _differences(fitting: Fitting) -> list[Block]:
    """The pairs that do not match, the first of them."""
    apart = [pair for pair in fitting.pairs if not pair.fits]
    if not apart or fitting.ok:
        return []
    head = tuple(say(f"weights.{key}") for key in ("layer", "here", "there", "stored"))
    blocks: list[Block] = [Grid(head, tuple(map(_row, apart[:MOST])), words=True)]
    if len(apart) > MOST:
        more = units.number(len(apart) - MOST)
        blocks.append(Paragraph(say("solutions.more", count=more), quiet=True))
    return blocks


def _row(pair: Pair) -> tuple[str, ...]:
    here, there = pair.layer, pair.stored
    return (here.path if here else "–", _shapes(here), _shapes(there), there.path if there else "–")


def _shapes(slot: Slot | None) -> str:
    if slot is None:
        return "–"
    return ", ".join("×".join(map(str, shape)) or "1" for shape in slot.shapes)
