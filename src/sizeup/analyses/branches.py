"""The layers of a flat graph in an order that does not hang on which branch is written first.

Between two places that a single tensor passes, layers stand branch by branch, the shortest first.
So a shortcut is aligned with a shortcut, whether a source lists it before the other layers of its
block, among them or behind them.
"""

from __future__ import annotations

from sizeup.analyses.stages import cuts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from sizeup.network import Graph, Layer, Ref


def in_order(graph: Graph) -> Graph:
    """The same graph, with the layers of every block in the order of its branches."""
    order = [number for first, end in cuts(graph) for number in _ordered(graph, first, end)]
    if order == sorted(order):
        return graph
    places = {number: place for place, number in enumerate(order)}

    def moved(refs: Iterable[Ref]) -> tuple[Ref, ...]:
        return tuple(ref if ref.layer < 0 else ref.changed(layer=places[ref.layer]) for ref in refs)

    def wired(layer: Layer) -> Layer:
        calls = tuple(call.changed(inputs=moved(call.inputs)) for call in layer.calls)
        return layer.changed(calls=calls)

    layers = tuple(wired(graph.layers[number]) for number in order)
    return graph.changed(layers=layers, outputs=moved(graph.outputs))


def _ordered(graph: Graph, first: int, end: int) -> list[int]:
    """The layers from `first` to before `end`, each behind its inputs, short branches first."""
    numbers = range(first, end)
    if any(len(graph.layers[number].calls) != 1 for number in numbers):
        return list(numbers)
    sources = {
        number: [
            ref.layer for ref in graph.layers[number].calls[0].inputs if first <= ref.layer < number
        ]
        for number in numbers
    }
    depths: dict[int, int] = {}
    for number in numbers:
        depths[number] = 1 + max((depths[source] for source in sources[number]), default=0)
    taken = {source for found in sources.values() for source in found}
    order: dict[int, None] = {}
    stack = [number for number in reversed(numbers) if number not in taken]
    while stack:
        number = stack[-1]
        waiting = [source for source in sources[number] if source not in order]
        if waiting:
            stack += sorted(waiting, key=lambda n: (depths[n], n), reverse=True)
            continue
        order.setdefault(stack.pop())
    return list(order)
