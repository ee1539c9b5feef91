"""What a long table leaves out without losing anything: runs and repetitions of layers.

Layers that own nothing and keep the shape are counted, those that change it stand in one line
with their neighbours, and a block of layers that follows itself again and again is shown once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sizeup.dims import total
from sizeup.network import add_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from sizeup.analyses.count import Count
    from sizeup.dims import Dim
    from sizeup.network import Row

LONGEST = 96
"""The longest block of lines that is looked for."""
SAVED = 3
"""So many lines have to be saved for a block to be folded."""


@dataclass(frozen=True, slots=True)
class Line:
    """A layer with a line of its own, and what is inside it."""

    row: Row
    inside: tuple[Item, ...] = ()
    starts: bool = False
    """Whether a block may well begin here: tensors were merged right before."""


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbours that own nothing and change the shape."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Items that stand `times` times in a row; `last` is the last layer of the last time."""

    items: tuple[Item, ...]
    times: int
    parameters: Dim
    macs: Dim | None
    last: Row


Item = Line | Run | Block


@dataclass(frozen=True, slots=True)
class Folded:
    """All layers of a network; `hidden` counts by kind those that have no line."""

    items: tuple[Item, ...]
    hidden: Counter[str]


def fold(found: Count, depth: int | None = None) -> Folded:
    """The layers of a network down to a depth, folded."""
    inside: dict[str | None, list[Row]] = {}
    for row in found.rows:
        inside.setdefault(row.parent, []).append(row)
    hidden: Counter[str] = Counter()
    return Folded(_items(found, inside, None, depth, hidden), hidden)


def tandems(
    keys: Sequence[Hashable], starts: Sequence[bool] = ()
) -> Iterator[tuple[int, int, int]]:
    """Where a sequence repeats itself: (first, length of the block, times), left to right.

    Of the ways to fold from one place, that which saves most lines; of those that only begin
    elsewhere in the same block, one where `starts` is true.
    """
    place = 0
    while place < len(keys):
        best = (0, 0, 0)  # saved lines, −length, times
        for length in range(1, min(LONGEST, (len(keys) - place) // 2) + 1):
            extent = _extent(keys, place, length)
            times = extent // length
            best = max(best, (length * times - length - 1, -length, times))
        saved, length, times = best[0], -best[1], best[2]
        if saved < SAVED:
            place += 1
            continue
        slack = range(place, place + _extent(keys, place, length) - length * times + 1)
        place = next((first for first in slack if starts and starts[first]), place)
        yield place, length, times
        place += length * times


def _extent(keys: Sequence[Hashable], place: int, length: int) -> int:
    """How far the sequence goes on as it does one block before."""
    end = place + length
    while end < len(keys) and keys[end] == keys[end - length]:
        end += 1
    return end - place


def _items(
    found: Count,
    inside: dict[str | None, list[Row]],
    parent: str | None,
    depth: int | None,
    hidden: Counter[str],
) -> tuple[Item, ...]:
    items: list[Item] = []
    merged = False
    for row in inside.get(parent, ()):
        if not _is_idle(found, row):
            deeper = depth is None or row.depth + 1 < depth
            below = _items(found, inside, row.path, depth, hidden) if deeper else ()
            items.append(Line(row, below, starts=merged or not items))
            merged = False
            continue
        call = row.layer.calls[0]
        merged = merged or len(call.inputs) > 1
        if call.input_shapes[:1] == call.output_shapes[:1]:
            hidden[row.layer.kind] += 1
        elif items and isinstance(items[-1], Run):
            items[-1] = Run((*items[-1].rows, row))
        else:
            items.append(Run((row,)))
    return tuple(_folded(items))


def _is_idle(found: Count, row: Row) -> bool:
    """Whether a layer neither owns nor costs anything, so that only its shape matters."""
    if row.path in found.unknown or row.shared_with is not None or not row.layer.calls:
        return False
    sized = all(call.input_shapes and None not in call.output_shapes for call in row.layer.calls)
    return sized and row.parameters == 0 and row.macs == 0


def _folded(items: list[Item]) -> Iterator[Item]:
    keys = [_key(item) for item in items]
    starts = [isinstance(item, Line) and item.starts for item in items]
    done = 0
    for first, length, times in tandems(keys, starts):
        yield from items[done:first]
        done = first + length * times
        rows = [row for item in items[first:done] for row in _rows(item)]
        yield Block(
            items=tuple(items[first : first + length]),
            times=times,
            parameters=total(row.parameters for row in rows),
            macs=add_known(row.macs for row in rows),
            last=rows[-1],
        )
    yield from items[done:]


def _rows(item: Item) -> tuple[Row, ...]:
    """The layers of an item that is no block yet, without what is inside them."""
    assert not isinstance(item, Block)
    return (item.row,) if isinstance(item, Line) else item.rows


def _key(item: Item) -> Hashable:
    """Equal for items that read alike but for the names of their layers."""
    if isinstance(item, Block):
        return item.times, tuple(map(_key, item.items))
    if isinstance(item, Run):
        return tuple(map(_likeness, item.rows))
    return _likeness(item.row), tuple(map(_key, item.inside))


def _likeness(row: Row) -> Hashable:
    layer = row.layer
    own = tuple((p.shape, p.trainable) for p in row.own)
    shapes = tuple((call.input_shapes, call.output_shapes) for call in layer.calls)
    singular = row.path if row.shared_with or layer.unknown else None
    return layer.kind, row.parameters, row.trainable, row.macs, own, shapes, singular
