"""Fractions of dimensions, as `f * 0.5` or `f / 2` give in Python.

Python holds a float there. A `Ratio` is the exact value instead, so that `int(f * 0.5)` stays
a formula. Only floats that are dyadic fractions enter, with which Python's own arithmetic is
exact; dividing by another integer is exact here where Python rounds, which agrees after a floor
as long as numbers stay below 2**53 and no rounded value is multiplied up again.
"""

from __future__ import annotations

from math import gcd

from sizeup.dims import Dim, DimError, Expr, as_python, ceil_div, floor_div
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

LARGEST_DENOMINATOR = 1 << 10
"""Floats with a longer binary fraction, like 0.1, are not meant as fractions of two."""


def dyadic(x: float) -> tuple[int, int] | None:
    """Numerator and denominator of a float, None where the denominator is above 1,024."""
    if x - x != 0:  # infinite, or not a number
        return None
    numerator, denominator = x.as_integer_ratio()
    return (numerator, denominator) if denominator <= LARGEST_DENOMINATOR else None


def ratio(numerator: Dim, denominator: int) -> Ratio:
    """The fraction in lowest terms; a `Ratio` even where it is whole, as Python holds a float.

    Raises DimError where the denominator is 0.
    """
    if not denominator:
        raise DimError(say("dims.division_by_zero", dividend=as_python(numerator)))
    content = numerator.polynomial.values() if isinstance(numerator, Expr) else (numerator,)
    common = gcd(denominator, *content)
    common = common if denominator > 0 else -common
    return Ratio(floor_div(numerator, common), denominator // common)


class Ratio:
    """An immutable exact fraction, made by `ratio`; + - * take int, Dim, Ratio, dyadic floats."""

    __slots__ = ("denominator", "numerator")
    numerator: Dim
    denominator: int

    def __init__(self, numerator: Dim, denominator: int) -> None:
        object.__setattr__(self, "numerator", numerator)
        object.__setattr__(self, "denominator", denominator)

    def floor(self) -> Dim:
        """Rounded towards −∞."""
        return floor_div(self.numerator, self.denominator)

    def ceil(self) -> Dim:
        """Rounded towards +∞."""
        return ceil_div(self.numerator, self.denominator)

    def trunc(self) -> Dim:
        """What `int()` gives: the floor, as sizes are not negative; constants exactly."""
        if isinstance(self.numerator, int) and self.numerator < 0:
            return self.ceil()
        return self.floor()

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Ratio)
            and self.denominator == other.denominator
            and self.numerator == other.numerator
        )

    def __hash__(self) -> int:
        return hash((self.numerator, self.denominator))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("Ratio is immutable")

    def __reduce__(self) -> tuple[Any, ...]:
        return Ratio, (self.numerator, self.denominator)

    def __repr__(self) -> str:
        return f"({as_python(self.numerator)})/{self.denominator}"

    def __neg__(self) -> Ratio:
        return Ratio(-self.numerator, self.denominator)

    def __add__(self, other: object) -> Ratio:
        if (parts := _parts(other)) is None:
            return NotImplemented
        numerator, denominator = parts
        return ratio(
            self.numerator * denominator + numerator * self.denominator,
            self.denominator * denominator,
        )

    __radd__ = __add__

    def __sub__(self, other: object) -> Ratio:
        parts = _parts(other)
        return NotImplemented if parts is None else self + ratio(-parts[0], parts[1])

    def __rsub__(self, other: object) -> Ratio:
        return -self + other

    def __mul__(self, other: object) -> Ratio:
        if (parts := _parts(other)) is None:
            return NotImplemented
        return ratio(self.numerator * parts[0], self.denominator * parts[1])

    __rmul__ = __mul__


def _parts(value: object) -> tuple[Dim, int] | None:
    """Numerator and denominator of what a `Ratio` computes with."""
    if isinstance(value, Ratio):
        return value.numerator, value.denominator
    if isinstance(value, Dim):
        return value, 1
    return dyadic(value) if isinstance(value, float) else None
