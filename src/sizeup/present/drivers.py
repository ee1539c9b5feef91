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
    from sizeup.analyses.reach import Limit, Step
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
    if grown.step is not None:
        parts.append(_step(grown.step, letters))
    if grown.layers:
        named = ", ".join(grown.layers[:MOST])
        more = len(grown.layers) - MOST
        parts.append(say("drivers.more", layers=named, count=more) if more > 0 else named)
    if grown.multiple is not None:
        parts.append(say("drivers.multiple", number=grown.multiple))
    parts += dict.fromkeys(_limit(limit, letters) for limit in grown.limits)
    return units.JOINT.join(parts)


def _step(step: Step, letters: Mapping[str, str]) -> str:
    """`in steps of 2: 28 and 29 give the same count`."""
    width = as_text(step.width, letters)
    if step.alike is None:
        return say("drivers.step", width=width)
    first, last = step.alike
    key = "drivers.step_of_two" if last == first + 1 else "drivers.step_of_more"
    return say(key, width=width, first=units.number(first), last=units.number(last))


def _limit(limit: Limit, letters: Mapping[str, str]) -> str:
    """`at least 6: below, max_pooling2d_1 has no row`."""
    axis = say(f"drivers.axis_{limit.axis}")
    if limit.at_least is not None:
        value = as_text(limit.at_least, letters)
        return say("drivers.at_least", value=value, layer=limit.layer, axis=axis)
    if limit.at_most is not None:
        value = as_text(limit.at_most, letters)
        return say("drivers.at_most", value=value, layer=limit.layer, axis=axis)
    side = f"{as_text(limit.side, letters)}{units.GLUE}≥{units.GLUE}1"
    return say("drivers.needs", sides=side)


def _pace(grown: Growth, letters: Mapping[str, str]) -> str:
    letter = letters[grown.name]
    if not grown.layers:
        return say("drivers.nothing")
    if grown.each is not None:
        return say("drivers.each", count=formula(grown.each, letters))
    if grown.falls:
        return say("drivers.falls")
    if grown.degree == 0:
        return say("drivers.bounded")
    power = "" if grown.degree == 1 else str(grown.degree).translate(POWERS)
    return say("drivers.power", power=letter + power, factor=2**grown.degree)
