"""What weights determine of the names that a source leaves open."""

from __future__ import annotations

from sizeup.analyses.conditions import lengths
from sizeup.analyses.count import count
from sizeup.analyses.solve import MOST_VALUES, solve
from sizeup.analyses.targets import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sizeup.analyses.slots import Slot
    from sizeup.network import Network

LEAST = 1_024
"""Names are searched at least so far."""


def bound_to(network: Network, here: Sequence[Slot], there: Sequence[Slot]) -> Mapping[str, int]:
    """The values of free names under which a network's shapes are the stored ones.

    None where nothing is free, or where no values give these shapes in this order.
    """
    free = count(network).free
    if not free or [len(slot.shapes) for slot in here] != [len(slot.shapes) for slot in there]:
        return {}
    targets = []
    for ours, theirs in zip(here, there, strict=True):
        for shape, stored in zip(ours.shapes, theirs.shapes, strict=True):
            if len(shape) != len(stored):
                return {}
            sides = zip(shape, stored, strict=True)
            targets += [Target(side, size, size) for side, size in sides if side != size]
    largest = max(size for slot in there for shape in slot.shapes for size in shape or (1,))
    bounds = range(1, min(MOST_VALUES, max(LEAST, largest)) + 1)
    found = solve(
        targets,
        {each.name: bounds for each in free},
        positive=lengths(network.graph),
        limit=1,
    )
    return found.listed[0].values if found.listed else {}
