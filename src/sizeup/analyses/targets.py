"""What is known of an expression."""

from __future__ import annotations

from sizeup.dims import Dim
from sizeup.records import Record

FAR = 10**60
"""A bound beyond everything that is counted."""


class Target(Record):
    """An expression, a network's total for example, and what it is known to be.

    `low` and `high` are both included; they differ where the known number is a rounded one.
    """

    expr: Dim
    low: int
    high: int
