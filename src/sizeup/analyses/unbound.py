"""What weights determine of the names that a source leaves open."""

from __future__ import annotations

from sizeup.analyses.count import count
from sizeup.analyses.inverse import lengths
from sizeup.analyses.solve import MOST_VALUES, Target, solve
from sizeup.network import rows
from sizeup.rules.graphs import bind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sizeup.analyses.slots import Slot
    from sizeup.network import Network

LEAST = 1_024
"""Names are searched at least so far."""


def bound_to(network: Network, there: Sequence[Slot]) -> tuple[Network, Mapping[str, int]]:
    """The network with its free names as stored shapes need them, and their values.

    As it was where nothing is free, or where no values give these shapes in this order.
    """
    free = count(network).free
    owners = [row for row in rows(network) if row.own]
    if not free or [len(row.own) for row in owners] != [len(slot.shapes) for slot in there]:
        return network, {}
    targets = []
    for row, slot in zip(owners, there, strict=True):
        for parameter, shape in zip(row.own, slot.shapes, strict=True):
            if len(parameter.shape) != len(shape):
                return network, {}
            sides = zip(parameter.shape, shape, strict=True)
            targets += [Target(side, size, size) for side, size in sides if side != size]
    largest = max(size for slot in there for shape in slot.shapes for size in shape or (1,))
    bounds = range(1, min(MOST_VALUES, max(LEAST, largest)) + 1)
    found = solve(
        targets,
        {each.name: bounds for each in free},
        positive=lengths(network.graph),
        limit=1,
    )
    if not found.listed:
        return network, {}
    values = found.listed[0].values
    return bind(network, values), values
