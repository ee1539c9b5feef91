"""What an older Keras said of a network that is read here as a later one has it."""

from __future__ import annotations

import math

from sizeup.dims import as_text, total
from sizeup.network import Network, Note, Row, rows
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.dims import Dim

FLAT = 2
"""The rank of a batch of vectors."""


def as_counted_then(network: Network) -> Network:
    """With the figure that `count_params` gave before Keras 1.2, which left out statistics."""
    listed = rows(network)
    if _is_open(network, listed) or all(row.parameters == row.trainable for row in listed):
        return network
    figure = trained_of(listed)
    note = Note("assumed", say("source.counted_then", figure=figure), network.line)
    return network.changed(notes=(*network.notes, note))


def as_normalized_then(network: Network) -> Network:
    """With what it owned in Keras 0.2, whose normalization went along no axis."""
    listed = rows(network)
    more = [more for row in listed for more in _of_elements(row)]
    if _is_open(network, listed) or not more:
        return network
    figure = as_text(total([*(row.parameters for row in listed if row.parent is None), *more]))
    note = Note("assumed", say("source.normalized_then", figure=figure), network.line)
    return network.changed(notes=(*network.notes, note))


def trained_of(listed: Sequence[Row]) -> str:
    """The trainable parameters of all rows as text; sizes may be open."""
    known = (row.trainable for row in listed if row.parent is None and row.trainable is not None)
    return as_text(total(known))


def _of_elements(row: Row) -> list[Dim]:
    """How much more a normalization of images owns that has a scale for every element."""
    if row.layer.kind != "BatchNormalization" or "shape" in row.layer.config or not row.own:
        return []
    entering = row.layer.calls[0].input_shapes[0] if row.layer.calls else None
    sides = [dim for dim in (entering or ())[1:] if dim is not None]
    if entering is None or len(entering) <= FLAT or len(sides) < len(entering) - 1:
        return []
    return [math.prod(sides) * len(row.own) - total(p.count for p in row.own)]


def _is_open(network: Network, listed: Sequence[Row]) -> bool:
    """Whether something of a network is not known."""
    lost = network.error or network.unknown or any(row.layer.unknown for row in listed)
    return bool(lost)
