"""Runs of layers that both networks have, at other places."""

from __future__ import annotations

from sizeup.analyses.likeness import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from sizeup.network import Graph

    Run = frozenset[int]


def find_moves(
    before: Graph, after: Graph, removed: Sequence[Run], inserted: Sequence[Run]
) -> Iterator[tuple[int, int]]:
    """Which of the removed runs are which of the inserted ones, by their numbers in order.

    They are alike in kinds, settings and wiring. Where as many of one sort are removed as are
    inserted, they are the same in order; otherwise it cannot be told which was moved.
    """
    gone = [_contents(before, run) for run in removed]
    come = [_contents(after, run) for run in inserted]
    done: set[int] = set()
    for number, contents in enumerate(gone):
        if number in done:
            continue
        old = [n for n, other in enumerate(gone) if other == contents]
        new = [n for n, other in enumerate(come) if other == contents]
        done.update(old)
        if len(old) == len(new):
            yield from zip(old, new, strict=True)


def is_move(before: Graph, after: Graph, removed: Run, inserted: Run) -> bool:
    """Whether what is removed is put in again at another place."""
    alike = bool(removed) and len(removed) == len(inserted)
    return alike and _contents(before, removed) == _contents(after, inserted)


def _contents(graph: Graph, run: Run) -> list[tuple[str, dict[str, Any], list[int | None]]]:
    """Kinds, settings and wires within the run, which are all that a place has no part in."""
    places = {number: place for place, number in enumerate(sorted(run))}
    return [
        (
            graph.layers[number].kind,
            settings(graph.layers[number]),
            [places.get(ref.layer) for call in graph.layers[number].calls for ref in call.inputs],
        )
        for number in places
    ]
