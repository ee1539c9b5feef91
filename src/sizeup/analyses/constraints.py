"""Ranges of integers and the constraints between them: sums, products, extrema.

Each constraint narrows the ranges of its nodes by interval arithmetic, forwards and backwards, and
states itself to CP-SAT.
"""

from __future__ import annotations

from dataclasses import dataclass

from sizeup.analyses.targets import FAR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    Range: TypeAlias = tuple[int, int]
    Constraint: TypeAlias = "Sum | Product | Extremum"

MACHINE = 1 << 61
"""The largest intermediate number that is left to CP-SAT, with room below 2⁶³."""


class EmptyError(Exception):
    """No integer is left for some node: the system has no solution."""


class Box:
    """A range of integers for every node of a system."""

    __slots__ = ("changed", "ranges")

    def __init__(self, ranges: Sequence[Range] = ()) -> None:
        self.ranges = list(ranges)
        self.changed = False

    def __getitem__(self, node: int) -> Range:
        return self.ranges[node]

    def cut(self, node: int, low: int, high: int) -> None:
        """Keep only what lies from low to high; raises EmptyError if that is nothing."""
        old_low, old_high = self.ranges[node]
        if low <= old_low and high >= old_high:
            return
        low, high = max(low, old_low), min(high, old_high)
        if low > high:
            raise EmptyError
        self.ranges[node] = low, high
        self.changed = True

    def reach(self, node: int) -> int:
        """The largest absolute value that the node can take."""
        low, high = self.ranges[node]
        return max(-low, high)


@dataclass(frozen=True, slots=True)
class Sum:
    """Node `out` is `constant` + Σ coefficient · node."""

    out: int
    constant: int
    terms: tuple[tuple[int, int], ...]

    def narrow(self, box: Box) -> None:
        """Cut what cannot be, of the sum and of every summand."""
        parts = [_spread((c, c), box[node]) for c, node in self.terms]
        low = self.constant + sum(part[0] for part in parts)
        high = self.constant + sum(part[1] for part in parts)
        box.cut(self.out, low, high)
        out_low, out_high = box[self.out]
        for (coefficient, node), (part_low, part_high) in zip(self.terms, parts, strict=True):
            least, most = out_low - high + part_high, out_high - low + part_low
            if coefficient < 0:
                least, most = -most, -least
            size = abs(coefficient)
            box.cut(node, -(-least // size), most // size)

    def shrink(self, box: Box) -> None:
        """Cut what would overflow the machine's integers."""
        for coefficient, node in self.terms:
            most = MACHINE // (abs(coefficient) * len(self.terms))
            box.cut(node, -most, most)

    def post(self, model: Any, variables: Sequence[Any]) -> None:
        """State the constraint to CP-SAT."""
        terms = sum(coefficient * variables[node] for coefficient, node in self.terms)
        model.add(variables[self.out] == terms + self.constant)


@dataclass(frozen=True, slots=True)
class Product:
    """Node `out` is `left` · `right`, which may be the same node."""

    out: int
    left: int
    right: int

    def narrow(self, box: Box) -> None:
        """Cut what cannot be, of the product and of both factors."""
        low, high = _spread(box[self.left], box[self.right])
        box.cut(self.out, max(low, 0) if self.left == self.right else low, high)
        for node, other in ((self.left, self.right), (self.right, self.left)):
            least, most = box[other]
            if least > 0:
                low, high = box[self.out]
                low = -(-low // (least if low < 0 else most))
                box.cut(node, low, high // (most if high < 0 else least))

    def shrink(self, box: Box) -> None:
        """Cut what would overflow the machine's integers."""
        large, small = sorted((self.left, self.right), key=box.reach, reverse=True)
        most = MACHINE // max(1, box.reach(small))
        box.cut(large, -most, most)

    def post(self, model: Any, variables: Sequence[Any]) -> None:
        """State the constraint to CP-SAT."""
        factors = [variables[self.left], variables[self.right]]
        model.add_multiplication_equality(variables[self.out], factors)


@dataclass(frozen=True, slots=True)
class Extremum:
    """Node `out` is the largest of `args` (direction 1) or the smallest (direction −1)."""

    out: int
    args: tuple[int, ...]
    direction: int

    def narrow(self, box: Box) -> None:
        """Cut what cannot be, of the extremum and of every argument."""
        pick = max if self.direction > 0 else min
        box.cut(self.out, pick(box[n][0] for n in self.args), pick(box[n][1] for n in self.args))
        low, high = box[self.out]
        for node in self.args:
            box.cut(node, *((-FAR, high) if self.direction > 0 else (low, FAR)))

    def shrink(self, box: Box) -> None:
        """Nothing: an extremum is as large as one of its arguments."""

    def post(self, model: Any, variables: Sequence[Any]) -> None:
        """State the constraint to CP-SAT."""
        state = model.add_max_equality if self.direction > 0 else model.add_min_equality
        state(variables[self.out], [variables[node] for node in self.args])


def _spread(left: Range, right: Range) -> Range:
    """The range of a product of two independent factors."""
    corners = [a * b for a in left for b in right]
    return min(corners), max(corners)
