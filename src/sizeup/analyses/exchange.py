"""Two networks that have hardly a layer in common: where the parameters of each are."""

from __future__ import annotations

from sizeup.analyses.flat import flatten
from sizeup.analyses.journey import depth
from sizeup.analyses.likeness import WIDTHS, same
from sizeup.analyses.stages import is_weighted
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from sizeup.analyses.aligned import Aligned
    from sizeup.analyses.count import Count
    from sizeup.network import Layer, Row

    Sides = tuple[int, ...]

MANY = 40
"""Fewer layers with parameters are told one by one."""
HALF = 2
"""Networks are unlike where no more than 1 / HALF of the smaller one is in the other at all."""
IMAGE = 4
"""The rank of a batch of maps."""


class Share(Record):
    """What a group of layers owns in each of two networks, and how many layers that are."""

    key: Any
    parameters: tuple[int, int]
    layers: tuple[int, int]

    @property
    def difference(self) -> int:
        """Parameters more, or fewer, in the second."""
        return self.parameters[1] - self.parameters[0]


def are_unlike(both: Aligned) -> bool:
    """Whether most layers with weights have no counterpart like them, and there are many."""
    owners = [
        sum(bool(layer.parameters) for layer in graph.layers) for graph in (both.before, both.after)
    ]
    weighted = [sum(map(is_weighted, graph.layers)) for graph in (both.before, both.after)]
    matched = sum(
        _is_kept(both.before.layers[i], both.after.layers[j]) for i, j in both.partner.items()
    )
    return max(owners) > MANY and HALF * matched <= min(weighted)


def _is_kept(one: Layer, other: Layer) -> bool:
    """Whether a layer with weights is still the same, if it may have another width or window."""
    if not is_weighted(one) or one.kind != other.kind:
        return False
    windows = [layer.config.get("kernel_size") for layer in (one, other)]
    widths = [[layer.config.get(name) for name in WIDTHS] for layer in (one, other)]
    return same(*windows) or widths[0] == widths[1]


def depth_of(count: Count) -> int:
    """How many layers with weights lie one behind the other."""
    return depth(flatten(count.network.graph))


def tells_depth(count: Count) -> bool:
    """Whether all that owns something is known with its matrices and its place."""
    owners = [layer for layer in flatten(count.network.graph).layers if layer.parameters]
    return all(layer.calls and not layer.partial for layer in owners)


def by_kind(before: Count, after: Count) -> list[Share]:
    """The parameters by the kind of layer, the largest difference first; every count is known."""
    shares = _shares((before, after), lambda row: row.layer.kind)
    return sorted(shares, key=lambda share: -abs(share.difference))


def by_map(before: Count, after: Count) -> list[Share]:
    """By the sides of the map that leaves the layer, the largest first; `()` where none does."""
    shares = _shares((before, after), _sides)
    return sorted(shares, key=lambda share: share.key, reverse=True)


def largest(count: Count) -> tuple[Row, int]:
    """The layer that owns most, and what it owns."""
    return max(_owners(count), key=lambda pair: pair[1])


def _shares(counts: tuple[Count, Count], key: Callable[[Row], object]) -> list[Share]:
    totals: dict[Any, list[list[int]]] = {}
    for side, count in enumerate(counts):
        for row, owned in _owners(count):
            group = totals.setdefault(key(row), [[0, 0], [0, 0]])
            group[0][side] += owned
            group[1][side] += 1
    return [
        Share(name, (owned[0], owned[1]), (layers[0], layers[1]))
        for name, (owned, layers) in totals.items()
    ]


def _owners(count: Count) -> Iterator[tuple[Row, int]]:
    """The rows that own something, with what they own themselves."""
    for row in count.rows:
        owned = sum(p.count for p in row.own if isinstance(p.count, int))
        if owned:
            yield row, owned


def _sides(row: Row) -> Sides:
    """The sides of the map that leaves a layer; of anything else there are none."""
    shape = row.layer.calls[0].output_shapes[0] if row.layer.calls else None
    if shape is None or len(shape) < IMAGE:
        return ()
    first = row.layer.config.get("data_format") == "channels_first"
    first = first or row.layer.config.get("axis") == 1
    return tuple(
        side if isinstance(side, int) else 0 for side in (shape[2:] if first else shape[1:-1])
    )
