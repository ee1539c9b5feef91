"""How counts go with a hyperparameter: the networks read anew for each of its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from sizeup.analyses.count import Count, count, plain
from sizeup.errors import UsageError
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sizeup.network import Network

    Read = Callable[[Mapping[str, int]], Sequence[Network]]

MOST = 10_000
"""Choices of values that are read."""
SHOWN = 16
"""Values of one name that a person is shown, spread evenly."""


class Point(Record):
    """The networks under one choice of values; those that are not valid say so in `error`."""

    values: Mapping[str, int]
    counts: tuple[Count, ...]

    def as_dict(self) -> dict[str, Any]:
        """One entry of `vary` in the JSON of `count`."""
        return {
            "values": dict(self.values),
            "networks": [
                {
                    "name": found.network.name,
                    "total": found.total,
                    "formula": found.formula,
                    "macs": plain(found.macs),
                    "error": found.network.error,
                }
                for found in self.counts
            ],
        }


def sweep(read: Read, values: Mapping[str, Sequence[int]], batch: int = 1) -> tuple[Point, ...]:
    """Every choice of values in their order, the last name's changing first.

    `read` gives the networks that the source has with names bound. Raises UsageError for more
    than 10,000 choices.
    """
    choices = 1
    for each in values.values():
        choices *= len(each)
    if choices > MOST:
        raise UsageError(say("sweep.many", count=f"{choices:,}", most=f"{MOST:,}"))
    points = []
    for chosen in product(*values.values()):
        named = dict(zip(values, chosen, strict=True))
        points.append(Point(named, tuple(count(network, batch) for network in read(named))))
    return tuple(points)


def spread(values: Sequence[int], most: int = SHOWN) -> Sequence[int]:
    """At most so many of the values, from the first to the last in even steps.

    >>> spread(range(8, 129))[:3], spread(range(8, 129))[-1]
    ((8, 16, 24), 128)
    """
    if len(values) <= most:
        return values
    step = -(-(len(values) - 1) // (most - 1))
    return (*values[: len(values) - 1 : step], values[-1])
