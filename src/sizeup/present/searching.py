"""What a search came to, as a page."""

from __future__ import annotations

from sizeup.present import training
from sizeup.present.blocks import Paragraph
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.present.blocks import Block, Page
    from sizeup.training.search import Found


def page(found: Found) -> Page:
    """The front, then all that was trained."""
    networks = found.comparison.networks
    early = sum(each.accuracy is None for each in networks)
    counts = say("search.candidates", settings=found.settings, within=found.within,
                 trained=len(networks))  # fmt: skip
    if not found.front:
        return ((Paragraph(counts), Paragraph(say("search.no_front"))),)
    front = [each for name in found.front for each in networks if each.name == name]
    blocks: list[Block] = [
        Paragraph(counts),
        Paragraph(say("search.front", trained=len(networks))),
        *training.table(found.comparison, front),
    ]
    if early:
        blocks.append(Paragraph(say("search.early", count=early), quiet=True))
    folder = Paragraph(say("train.folder", folder=found.comparison.folder), quiet=True)
    return (tuple(blocks), (folder,))
