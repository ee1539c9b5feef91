"""Numbers as people write them, read exactly: `604,035`, `14.89M`, `7B`, `8MiB`.

A number with a unit behind it is rounded: it stands for every integer that rounds to it
(halves up), so `14.89M` is 14,885,000 to 14,894,999. A number without a unit is itself.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil, floor

from sizeup.errors import UsageError
from sizeup.patterns import Pattern
from sizeup.records import Record
from sizeup.words import say

COUNT_UNITS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "g": 10**9, "t": 10**12}
"""What a unit of a count multiplies by; case does not matter, B and G are both 10⁹."""

BYTE_UNITS = {"": 1, "b": 1} | {
    prefix + suffix: base**power
    for power, prefix in enumerate("kmgt", start=1)
    for suffix, base in (("b", 1000), ("ib", 1024))
}
"""What a unit of bytes multiplies by: `MB` is 10⁶, `MiB` 2²⁰; case does not matter."""

_NUMBER = Pattern(
    r"""\s*(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:_[0-9]+)*)
        (?:\.(?P<decimals>[0-9]+))?\s*(?P<unit>[A-Za-z]*)\s*""",
    re.VERBOSE,
)
_LONGEST = 40
"""Characters of the longest text that is taken for a number."""


class Quantity(Record):
    """A number as it was written: `stated` taken literally, `low` to `high` what it may mean.

    `stated` is rounded down to an integer. All three are equal where nothing was rounded.
    """

    stated: int
    low: int
    high: int


def parse_count(text: str) -> Quantity:
    """A count of things: `604035`, `604,035`, `604_035`, `604k`, `14.89M`, `7B`, `1.2T`.

    Raises UsageError if `text` is no such number or no integer rounds to it.
    """
    return _parse(text, COUNT_UNITS, "numbers.count")


def parse_bytes(text: str) -> Quantity:
    """A number of bytes: `4096`, `512B`, `8MiB` (2²⁰ each), `8MB` (10⁶ each).

    Raises UsageError if `text` is no such number or no integer rounds to it.
    """
    return _parse(text, BYTE_UNITS, "numbers.bytes")


def _parse(text: str, units: dict[str, int], message: str) -> Quantity:
    found = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
    unit = units.get(found["unit"].lower()) if found else None
    if found is None or unit is None:
        raise UsageError(say(message, text=repr(text[:_LONGEST])))
    decimals = found["decimals"] or ""
    step = Fraction(unit, 10 ** len(decimals))
    exact = step * int(re.sub("[,_]", "", found["whole"]) + decimals)
    low, high = max(0, ceil(exact - step / 2)), ceil(exact + step / 2) - 1
    if low > high:
        raise UsageError(say("numbers.none", text=repr(text)))
    return Quantity(floor(exact), low, high)
