"""What drives a total, name by name, in words."""

from __future__ import annotations

from sizeup.dims import as_text
from sizeup.present import units
from sizeup.present.blocks import Entries, Entry, Paragraph
from sizeup.present.sections import formula
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sizeup.analyses.growth import Growth
    from sizeup.present.blocks import Block

MOST = 3
"""Layers that are named."""
POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def block(name: str, grown: tuple[Growth, ...], letters: Mapping[str, str]) -> Iterator[Block]:
    """How the total of a network goes with each of its free names."""
    if grown:
        yield Paragraph("", strong=say("drivers.heading", name=name))
        yield Entries(tuple(Entry(letters[g.name], _said(g, letters)) for g in grown))


def _said(grown: Growth, letters: Mapping[str, str]) -> str:
    parts = [_pace(grown, letters)]
    named = ", ".join(grown.layers[:MOST])
    more = len(grown.layers) - MOST
    parts.append(say("drivers.more", layers=named, count=more) if more > 0 else named)
    if grown.needs:
        sides = units.JOINT.join(
            f"{as_text(side, letters)}{units.GLUE}≥{units.GLUE}1" for side in grown.needs
        )
        parts.append(say("drivers.needs", sides=sides))
    return units.JOINT.join(parts)


def _pace(grown: Growth, letters: Mapping[str, str]) -> str:
    letter = letters[grown.name]
    if grown.each is not None:
        return say("drivers.each", count=formula(grown.each, letters))
    if grown.falls:
        return say("drivers.falls")
    if grown.degree == 0:
        return say("drivers.bounded")
    power = "" if grown.degree == 1 else str(grown.degree).translate(POWERS)
    key = "drivers.steps" if grown.steps and grown.degree == 1 else "drivers.power"
    return say(key, power=letter + power, factor=2**grown.degree)
