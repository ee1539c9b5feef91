"""The least time that a device can take: the roofline model (Williams, Waterman and Patterson, 2009).

A layer takes at least as long as its operations take at the device's rate, and at least as long as
its bytes take through the device's memory: its tensors and parameters, each read or written once.
What layers leave in a cache for each other is not modelled. Times are exact fractions of a second.
"""

from __future__ import annotations

from fractions import Fraction

from sizeup.errors import UsageError
from sizeup.numbers import parse_count
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sizeup.dims import Dim


class Device(Record):
    """Operations and bytes in a second."""

    flops: int
    bytes: int

    @property
    def ridge(self) -> Fraction:
        """The arithmetic intensity from which operations are what takes time."""
        return Fraction(self.flops, self.bytes)


class Bound(Record):
    """The least seconds, and whether that is for the operations (`compute`) or for the `memory`."""

    seconds: Fraction
    by: str

    def as_dict(self) -> dict[str, Any]:
        """The bound as JSON has it: whole picoseconds, rounded down."""
        return {"picoseconds": self.seconds * 10**12 // 1, "by": self.by}


def device(text: str) -> Device:
    """A device as `19.5T,1.5T`: FLOP/s and bytes/s. Raises UsageError of anything else."""
    parts = text.split(",")
    try:
        flops, transfer = (parse_count(part.strip()).stated for part in parts)
    except (UsageError, ValueError):
        raise UsageError(say("costs.device", text=text)) from None
    if flops < 1 or transfer < 1:
        raise UsageError(say("costs.device", text=text))
    return Device(flops, transfer)


def bound(flops: Dim | None, moved: Dim | None, on: Device) -> Bound | None:
    """The bound of one layer; None where a number is open or unknown."""
    if not isinstance(flops, int) or not isinstance(moved, int):
        return None
    computing, moving = Fraction(flops, on.flops), Fraction(moved, on.bytes)
    if computing >= moving:
        return Bound(computing, "compute")
    return Bound(moving, "memory")


def in_all(bounds: Sequence[Bound | None]) -> Bound | None:
    """The layers one after another; by what takes more of that time. None where one is not known."""
    known = [each for each in bounds if each is not None]
    if len(known) < len(bounds):
        return None
    seconds = sum((each.seconds for each in known), start=Fraction())
    computing = sum((each.seconds for each in known if each.by == "compute"), start=Fraction())
    return Bound(seconds, "compute" if 2 * computing >= seconds else "memory")


def intensity(flops: Dim | None, moved: Dim | None) -> Fraction | None:
    """Operations for each byte that is moved; None where a number is open, or nothing is."""
    if not isinstance(flops, int) or not isinstance(moved, int) or not moved:
        return None
    return Fraction(flops, moved)
