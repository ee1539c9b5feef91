"""Which kernels, strides and paddings lead from one shape to another with so many parameters.

The search is exact: a window fits along an axis or it does not, and what the kernels and biases
may be are the ways to write a number as a product. `Option`s come plainest first.
"""

from __future__ import annotations

from itertools import product
from math import gcd, prod

from sizeup.rules.windows import FULL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from sizeup.network import Shape

    Config = dict[str, Any]
    Option = tuple[Config, Shape | None]
    Spatial = Sequence[int | None]
    Step = tuple[int, int]

ORDERS = ("channels_last", "channels_first")
USUAL = (3, 5, 7, 1, 9, 11)
"""Sides that kernels mostly have."""
MOST_STEPS = 3
"""So many strides of one axis are tried where any beyond some would do."""


def divisors(number: int) -> list[int]:
    """All divisors, in ascending order."""
    small = [n for n in range(1, int(number**0.5) + 1) if number % n == 0]
    return small + [number // n for n in reversed(small) if n * n != number]


def factorings(number: int, parts: int) -> list[tuple[int, ...]]:
    """All ways to write a number as an ordered product, those of like factors first."""

    def ways(rest: int, left: int) -> Iterator[tuple[int, ...]]:
        if left == 1:
            yield (rest,)
            return
        for first in divisors(rest):
            for others in ways(rest // first, left - 1):
                yield (first, *others)

    return sorted(ways(number, parts), key=lambda sides: (max(sides) - min(sides), sides))


def parts(shape: Shape, order: str) -> tuple[tuple[int | None, ...], int | None]:
    """The lengths and the channels of a shape, batch first; no symbols stand in a table."""
    dims: Any = shape
    if order == "channels_last":
        return tuple(dims[1:-1]), dims[-1]
    return tuple(dims[2:]), dims[1]


def convolution(
    kind: str, x: Shape | None, y: Shape, count: int, *, style: str
) -> Iterator[Option]:
    """Plain convolutions; a grouped one of fewer channels has larger kernels."""
    rank = int(kind[4])
    paddings = ("valid", "same", *(("causal",) if rank == 1 else ()))
    if style == "keras 1":
        paddings = (*paddings, FULL)
    for order, (lengths, channels, leaving, filters) in _orders(rank, x, y):
        for use_bias in (True, False):
            each, rest = divmod(count - use_bias * filters, filters)
            if rest or each < 1:
                continue
            for inputs, groups, sides in _kernels(channels, filters, each, rank, style):
                config = {"filters": filters, "kernel_size": sides, "use_bias": use_bias,
                          "groups": groups, "data_format": order}  # fmt: skip
                entering = _entering(x, order, rank, inputs)
                for steps in windows(lengths, leaving, sides, paddings):
                    yield {**config, **steps}, entering


def depthwise(kind: str, x: Shape | None, y: Shape, count: int, *, style: str) -> Iterator[Option]:
    """One kernel or several for each channel that enters."""
    del style
    rank = int(kind[13])
    for order, (lengths, channels, leaving, filters) in _orders(rank, x, y):
        for use_bias in (True, False):
            each, rest = divmod(count - use_bias * filters, filters)
            if rest or each < 1:
                continue
            for inputs in divisors(filters) if channels is None else [channels]:
                if filters % inputs:
                    continue
                for sides in factorings(each, rank):
                    config = {"kernel_size": sides, "depth_multiplier": filters // inputs,
                              "use_bias": use_bias, "data_format": order}  # fmt: skip
                    entering = _entering(x, order, rank, inputs)
                    for steps in windows(lengths, leaving, sides, ("valid", "same")):
                        yield {**config, **steps}, entering


def separable(kind: str, x: Shape | None, y: Shape, count: int, *, style: str) -> Iterator[Option]:
    """A depthwise convolution and one of size 1: channels · multiplier · (window + filters)."""
    del style
    rank = int(kind[13])
    for order, (lengths, channels, leaving, filters) in _orders(rank, x, y):
        for use_bias in (True, False):
            owned = count - use_bias * filters
            if owned < 1:
                continue
            for between in divisors(owned):
                window = owned // between - filters
                if window < 1:
                    continue
                for inputs in divisors(between) if channels is None else [channels]:
                    if between % inputs:
                        continue
                    for sides in factorings(window, rank):
                        config = {"filters": filters, "kernel_size": sides, "use_bias": use_bias,
                                  "depth_multiplier": between // inputs,
                                  "data_format": order}  # fmt: skip
                        entering = _entering(x, order, rank, inputs)
                        for steps in windows(lengths, leaving, sides, ("valid", "same")):
                            yield {**config, **steps}, entering


def transposed(kind: str, x: Shape | None, y: Shape, count: int, *, style: str) -> Iterator[Option]:
    """Convolutions backwards, whose lengths grow."""
    rank = int(kind[4])
    for order, (lengths, channels, leaving, filters) in _orders(rank, x, y):
        for use_bias in (True, False):
            each, rest = divmod(count - use_bias * filters, filters)
            if rest or each < 1:
                continue
            for inputs in divisors(each) if channels is None else [channels]:
                if each % inputs:
                    continue
                for sides in factorings(each // inputs, rank):
                    config = {"filters": filters, "kernel_size": sides, "use_bias": use_bias,
                              "data_format": order}  # fmt: skip
                    entering = _entering(x, order, rank, inputs)
                    if style == "keras 1" and entering is not None:
                        yield {**config, "output_shape": y}, entering
                    for steps in _growing(lengths, leaving, sides):
                        yield {**config, **steps}, entering


def windows(
    lengths: Spatial | None, leaving: Spatial, sides: Sequence[int], paddings: Sequence[str]
) -> Iterator[Config]:
    """The strides, dilations and paddings with which a window makes some lengths of others."""
    if lengths is None:
        yield {}
        return
    for padding in paddings:
        axes = [
            list(_steps(n, m, k, padding)) for n, m, k in zip(lengths, leaving, sides, strict=True)
        ]
        for steps in product(*axes):
            strides, rates = tuple(s for s, _ in steps), tuple(d for _, d in steps)
            if max(strides) == 1 or max(rates) == 1:
                yield {"padding": padding, "strides": strides, "dilation_rate": rates}


def _steps(n: int | None, m: int | None, k: int, padding: str) -> Iterator[Step]:
    """The strides and dilations along one axis, at most `MOST_STEPS` strides."""
    if n is None or m is None:
        if n is None and m is None:
            yield from ((1, 1), (2, 1))
        return
    room = {"valid": n - k, FULL: n + k - 2}.get(padding, n - 1)
    if m < 1 or room < 0:
        return
    most = MOST_STEPS + room // m if m == 1 else room // (m - 1)
    for stride in range(room // m + 1, most + 1)[:MOST_STEPS]:
        yield stride, 1
    if padding == "valid" and k > 1 and m < n and (n - m) % (k - 1) == 0 and (n - m) // (k - 1) > 1:
        yield 1, (n - m) // (k - 1)


def _growing(lengths: Spatial | None, leaving: Spatial, sides: Sequence[int]) -> Iterator[Config]:
    """The strides and paddings with which a transposed window makes some lengths of others."""
    if lengths is None:
        yield {}
        return
    for padding in ("valid", "same"):
        axes = [
            list(_growths(n, m, k, padding))
            for n, m, k in zip(lengths, leaving, sides, strict=True)
        ]
        for strides, rates, added in (zip(*steps, strict=True) for steps in product(*axes)):
            if (max(strides) == 1 or max(rates) == 1) and (None in added) == (set(added) == {None}):
                given = None if None in added else tuple(added)
                yield {"padding": padding, "strides": tuple(strides),
                       "dilation_rate": tuple(rates), "output_padding": given}  # fmt: skip


def _growths(
    n: int | None, m: int | None, k: int, padding: str
) -> Iterator[tuple[int, int, int | None]]:
    """The strides, dilations and output paddings along one axis."""
    if n is None or m is None:
        if n is None and m is None:
            yield from ((1, 1, None), (2, 1, None))
        return
    for stride in range(1, m // max(n - 1, 1) + 1):
        rates = range(1, m + 1) if stride == 1 and k > 1 and padding == "valid" else (1,)
        for rate in rates:
            extent = rate * (k - 1) + 1
            before = (n - 1) * stride
            if m == (n * stride if padding == "same" else before + max(extent, stride)):
                yield stride, rate, None
            added = m - before - (extent % 2 if padding == "same" else extent)
            if 0 <= added < stride:
                yield stride, rate, added


def _orders(
    rank: int, x: Shape | None, y: Shape
) -> Iterator[tuple[str, tuple[Spatial | None, int | None, Spatial, int]]]:
    """Both orders of the axes, with the lengths and channels that enter and leave."""
    for order in ORDERS:
        if len(y) != rank + 2 or (x is not None and len(x) != rank + 2):
            return
        leaving, filters = parts(y, order)
        lengths, channels = (None, None) if x is None else parts(x, order)
        if filters and (x is None or channels):
            yield order, (lengths, channels, leaving, filters)


def _kernels(
    channels: int | None, filters: int, each: int, rank: int, style: str
) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """The channels that each kernel sees, in how many groups, and its sides."""
    if channels is None:
        yield from ((inputs, 1, sides) for inputs, sides in kernels(each, rank))
        return
    for groups in (1,) if style == "keras 1" else divisors(gcd(channels, filters)):
        inputs = channels // groups
        if each % inputs == 0:
            yield from ((inputs, groups, sides) for sides in factorings(each // inputs, rank))


def kernels(number: int, rank: int) -> list[tuple[int, tuple[int, ...]]]:
    """The ways to split a number into channels and the sides of a kernel, usual ones first."""
    found = [(n, sides) for n in divisors(number) for sides in factorings(number // n, rank)]
    return sorted(found, key=unusual)


def unusual(kernel: tuple[int, tuple[int, ...]]) -> tuple[object, ...]:
    """How a kernel compares to others: square ones first, of usual sides on usual channels."""
    channels, sides = kernel
    rare = channels not in (1, 3) and channels % 8 != 0
    first = USUAL.index(sides[0]) if sides[0] in USUAL else len(USUAL)
    return len(set(sides)) > 1, first == len(USUAL), rare, first, channels


def _entering(x: Shape | None, order: str, rank: int, channels: int) -> Shape | None:
    """What enters, with open lengths where it is not known."""
    if x is not None:
        return x
    lengths = (None,) * rank
    return (None, *lengths, channels) if order == "channels_last" else (None, channels, *lengths)


def elements(shape: Shape) -> int | None:
    """The elements of a shape besides the batch, None where one is open."""
    dims: Any = shape[1:]
    return None if None in dims else prod(dims)
