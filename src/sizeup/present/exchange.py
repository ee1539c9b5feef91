"""Two networks that have hardly a layer in common, told by where their parameters are."""

from __future__ import annotations

from fractions import Fraction

from sizeup.analyses.count import arithmetic
from sizeup.analyses.exchange import by_kind, by_map, depth_of, largest
from sizeup.present import units
from sizeup.present.blocks import Grid, Paragraph
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sizeup.analyses.count import Count
    from sizeup.analyses.diff import Diff
    from sizeup.analyses.exchange import Share
    from sizeup.present.blocks import Block

NONE = "–"
LARGE = Fraction(1, 4)
"""A layer that holds so much of its network is worth a sentence."""


def words(diff: Diff) -> Paragraph:
    """How deep they are, and which layer of each holds most."""
    counts = diff.before, diff.after
    told = _depths(*counts), say("exchange.unlike"), *_largest(counts)
    return Paragraph(" ".join(told))


def tables(diff: Diff) -> Iterator[Block]:
    """What was exchanged for what: by kind, and by the size of the map, which shrinks on the way."""
    yield _table(diff, "exchange.kind", by_kind(diff.before, diff.after), str)
    yield _table(diff, "exchange.map", by_map(diff.before, diff.after), _map)


def _depths(before: Count, after: Count) -> str:
    """`resnet152 is 8 times as deep as vgg19: 152 layers with weights against 19.`"""
    (fewer, shallow), (more, deep) = sorted(
        (depth_of(count), count.network.name) for count in (before, after)
    )
    named = {"deep": deep, "shallow": shallow, "more": more, "fewer": fewer}
    if fewer == more:
        return say("exchange.as_deep", **named)
    times, rest = divmod(more, max(fewer, 1))
    exact = not rest and times > 1
    return say("exchange.times_deep" if exact else "exchange.deeper", times=times, **named)


def _table(diff: Diff, title: str, shares: list[Share], label: Callable[[object], str]) -> Grid:
    """What a group owns and in how many layers, in both; the last column sums to the difference."""
    count = say("exchange.layers")
    first, second = diff.before.network.name, diff.after.network.name
    head = (say(title), first, count, second, count, say("difference.difference"))
    rows = tuple(
        (label(share.key), *_cells(share), units.signed(share.difference)) for share in shares
    )
    return Grid(head, rows)


def _cells(share: Share) -> Iterator[str]:
    for owned, layers in zip(share.parameters, share.layers, strict=True):
        yield units.number(owned) if layers else NONE
        yield units.number(layers) if layers else ""


def _map(sides: object) -> str:
    assert isinstance(sides, tuple)
    return "×".join(str(side or "?") for side in sides) or say("exchange.no_map")


def _largest(counts: Sequence[Count]) -> Iterator[str]:
    """`71.5 % of vgg19 are in one layer, dense_1: 25,088·4,096 + 4,096.`, or how even they are."""
    found = [(count, *largest(count)) for count in counts]
    shares = [Fraction(owned, count.total or 1) for count, _, owned in found]
    if max(shares) < LARGE:
        most = max(shares)
        yield say("exchange.even", percent=units.percent(most.numerator, most.denominator))
        return
    for (count, row, owned), share in zip(found, shares, strict=True):
        named = {"percent": units.percent(owned, count.total or 0), "network": count.network.name}
        if share < LARGE:
            yield say("exchange.spread", **named)
        else:
            yield say("exchange.largest", **named, layer=row.path, arithmetic=arithmetic(row.own))
