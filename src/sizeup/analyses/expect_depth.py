"""More or fewer of the blocks that a network repeats."""

from __future__ import annotations

from sizeup.analyses import expect_rewiring as rewiring
from sizeup.errors import SizingError
from sizeup.network import total_of
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sizeup.network import Network

LONGEST = 48
"""The longest block of layers that is looked for."""
ALONE = ("Dense", "Conv", "LSTM", "GRU", "SimpleRNN", "Bidirectional", "Separable", "Depthwise")
"""Kinds that stand once and may stand more often."""
MOST = 100
"""So many copies of a block are put in at most."""
FEWEST = 8
"""So many blocks are taken out at most."""


class Depth(Record):
    """A network with some blocks more or fewer: what changed in words, and how unlikely it is."""

    what: str
    before: int
    after: int
    network: Network
    cost: int


def depths(network: Network, low: int, high: int, spend: Callable[[int], None]) -> Iterator[Depth]:
    """Those whose total lies within bounds.

    `spend` is told how many layers are sized. Copies of a block own the same from the second on,
    so that their number follows from two trials; what follows is made and counted.
    """
    layers = network.graph.layers
    found = list(rewiring.blocks(network.graph, LONGEST))
    taken = {place for end, length, times in found for place in range(end - length * times, end)}
    found += [
        (place + 1, 1, 1)
        for place, layer in enumerate(layers)
        if layer.parameters and place not in taken and layer.kind.startswith(ALONE)
    ]
    head = max((place for place, layer in enumerate(layers) if layer.parameters), default=-1)
    for end, length, times in found:
        if not any(
            each.parameters or each.held or _bodied(each) for each in layers[end - length : end]
        ):
            continue

        def built(more: int, end: int = end, length: int = length) -> Network | None:
            spend(len(layers) + max(0, more) * length)
            try:
                return rewiring.repeated(network, end, length, more)
            except SizingError:
                return None

        fewest = (
            0 if end - 1 == head and times == 1 else times
        )  # to leave out the head is a way to count
        for more in _numbers(built, fewest, low, high):
            changed = built(more)
            if changed is not None and low <= total_of(changed) <= high:
                first, last = layers[end - length].name, layers[end - 1].name
                key = "expect.layer_times" if length == 1 else "expect.block_times"
                what = say(key, first=first, last=last, before=times, after=times + more)
                cost = 3 + (len(found).bit_length() // 2) + min(abs(more) // 2, 4)
                yield Depth(what, times, times + more, changed, cost)


def _bodied(layer: object) -> bool:
    return any(call.body is not None for call in layer.calls)  # type: ignore[attr-defined]


def _numbers(
    built: Callable[[int], Network | None], times: int, low: int, high: int
) -> Iterator[int]:
    """How many blocks more, below zero fewer, may give a total within bounds."""
    yield from range(-1, -min(times, FEWEST) - 1, -1)
    one, two = built(1), built(2)
    if one is None:
        return
    yield 1
    if two is None:
        return
    first, each = total_of(one), total_of(two) - total_of(one)
    if each > 0:
        least, most = -(-(low - first) // each), (high - first) // each
        yield from range(max(2, least + 1), min(MOST, most + 1) + 1)
