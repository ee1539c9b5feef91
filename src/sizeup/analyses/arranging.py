"""Stored layers in the order of a network's, as far as a file keeps an order at all."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence

from sizeup.analyses.slots import Slot, slot_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Row

NUMBERED = "layer_with_weights-"
"""How a checkpoint calls the layers of a model that has them in order."""


def by_kind(here: Sequence[Row], there: Sequence[Row]) -> list[Slot]:
    """Layers that a file keeps by kind and number: conv2d, conv2d_1, …, in each model anew.

    Those of other kinds stand where the network has one that the file lacks, the rest last.
    """
    return list(_level(_children(here), _children(there), None, None))


def _children(table: Sequence[Row]) -> dict[str | None, list[Row]]:
    """The rows below each row: those that hold weights, or others that do."""
    holding = {row.path for row in table if row.own}
    above = {row.path: row.parent for row in table}
    for path in list(holding):
        parent = above[path]
        while parent is not None and parent not in holding:
            holding.add(parent)
            parent = above[parent]
    found: dict[str | None, list[Row]] = {}
    for row in table:
        if row.path in holding:
            found.setdefault(row.parent, []).append(row)
    return found


def _level(
    ours: dict[str | None, list[Row]],
    theirs: dict[str | None, list[Row]],
    here: str | None,
    there: str | None,
) -> Iterator[Slot]:
    waiting: dict[str, deque[Row]] = {}
    for row in theirs.get(there, ()):
        waiting.setdefault(row.layer.kind, deque()).append(row)
    rows = ours.get(here, ())
    found = [
        waiting[row.layer.kind].popleft() if waiting.get(row.layer.kind) else None for row in rows
    ]
    left = deque(row for queue in waiting.values() for row in queue)
    for row, match in zip(rows, found, strict=True):
        stored = match or (left.popleft() if left else None)
        if stored is not None:
            yield from _each(ours, theirs, row.path, stored)
    for stored in left:
        yield from _each(ours, theirs, stored.path, stored)


def _each(
    ours: dict[str | None, list[Row]], theirs: dict[str | None, list[Row]], here: str, stored: Row
) -> Iterator[Slot]:
    if stored.own:
        yield slot_of([stored])
    yield from _level(ours, theirs, here, stored.path)


def by_attribute(here: Sequence[Slot], there: Sequence[Slot]) -> list[Slot]:
    """Layers that a checkpoint keeps by the names of attributes, and their tensors by name.

    What comes before what is not told in a layer; those in no order stand where one of the network
    has their tensors, the rest last.
    """
    if all(slot.path.startswith(NUMBERED) for slot in there):
        pairs = zip(here, there, strict=False)
        return [_as_in(ours, theirs) for ours, theirs in pairs] + list(there[len(here) :])
    left, found = list(there), list[Slot | None]()
    for slot in here:
        match = next((each for each in left if Counter(each.shapes) == Counter(slot.shapes)), None)
        found.append(match and _as_in(slot, match))
        if match is not None:
            left.remove(match)
    rest = deque(left)
    placed = [slot or (rest.popleft() if rest else None) for slot in found]
    return [*filter(None, placed), *rest]


def _as_in(slot: Slot, stored: Slot) -> Slot:
    """A stored layer with its tensors in the order of the network's, where they are the same."""
    same = Counter(slot.shapes) == Counter(stored.shapes)
    return stored.changed(shapes=slot.shapes) if same else stored


MOST_COMPARED = 4_000_000
"""Pairs of layers that are compared, behind what is alike at the beginning and at the end."""

Run = tuple[int, int, int, int]
"""From where to where, here and there."""


def apart(here: Sequence[object], there: Sequence[object]) -> list[Run]:
    """Where two sequences differ, as the fewest runs taken out of one and put into the other.

    A longest common subsequence (Wagner and Fischer, 1974); among equals, the latest difference.
    """
    first = 0
    while first < min(len(here), len(there)) and here[first] == there[first]:
        first += 1
    last = 0
    most = min(len(here), len(there)) - first
    while last < most and here[len(here) - 1 - last] == there[len(there) - 1 - last]:
        last += 1
    ours, theirs = here[first : len(here) - last], there[first : len(there) - last]
    if not ours and not theirs:
        return []
    if len(ours) * len(theirs) > MOST_COMPARED:
        return [(first, first + len(ours), first, first + len(theirs))]
    best = [[0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    for i in reversed(range(len(ours))):
        for j in reversed(range(len(theirs))):
            alike = ours[i] == theirs[j]
            best[i][j] = best[i + 1][j + 1] + 1 if alike else max(best[i + 1][j], best[i][j + 1])
    found: list[Run] = []
    i = j = 0
    while i < len(ours) or j < len(theirs):
        begin = i, j
        while (i < len(ours) or j < len(theirs)) and not (
            i < len(ours) and j < len(theirs) and ours[i] == theirs[j]
        ):
            if j == len(theirs) or (i < len(ours) and best[i + 1][j] >= best[i][j + 1]):
                i += 1
            else:
                j += 1
        if (i, j) != begin:
            found.append((first + begin[0], first + i, first + begin[1], first + j))
        while i < len(ours) and j < len(theirs) and ours[i] == theirs[j]:
            i, j = i + 1, j + 1
    return found
