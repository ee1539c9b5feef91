"""Graphs with layers repeated, left out, put in between, or made otherwise."""

from __future__ import annotations

from sizeup.network import (
    Call,
    Graph,
    Layer,
    Network,
    Ref,
    held_layers,
    map_bodies,
    map_held,
    renumbered,
)
from sizeup.rules.graphs import resize
from sizeup.rules.replacing import BEYOND, redirected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def made(network: Network, edit: Callable[[Layer], Layer]) -> Network:
    """The network with each layer, inner and held ones too, as an edit makes it; sized anew.

    Raises SizingError where that is no valid network.
    """

    def whole(layer: Layer) -> Layer:
        same = layer
        held = list(held_layers(layer.config))
        if any(whole(inner) is not inner for inner in held):
            same = same.changed(config=map_held(layer.config, whole))
        if any(call.body is not None for call in layer.calls):
            same = map_bodies(same, inside)
        edited = edit(same)
        return (
            edited if edited is layer else edited.changed(calls=tuple(map(_unsized, edited.calls)))
        )

    def inside(body: Graph) -> Graph:
        return body.changed(layers=tuple(map(whole, body.layers)))

    return resize(network.changed(graph=inside(network.graph)))


def _unsized(call: Call) -> Call:
    """A call that is sized again whatever enters, and not at all where that is not known."""
    unknown = (None,) * max(1, len(call.inputs))
    return call if call.body is not None else call.changed(input_shapes=unknown)


def cut(network: Network, end: int) -> Network:
    """The first layers alone; what leaves is what entered the first that is left out.

    Raises SizingError where that is no valid network.
    """
    graph = network.graph
    outputs = tuple(graph.layers[end].calls[0].inputs[:1])
    kept = Graph(graph.layers[:end], graph.input_shapes, outputs)
    return resize(network.changed(graph=kept))


def followed(network: Network, places: Sequence[int], layer: Layer) -> Network:
    """With a copy of a layer after each of these, which takes what they give.

    Raises SizingError where that is no valid network.
    """
    graph = network.graph
    before = {place: sum(other < place for other in places) for place in range(len(graph.layers))}

    def moved(ref: Ref, *, through: bool = True) -> Ref:
        if ref.layer < 0:
            return ref
        behind = int(through and ref.layer in places)
        call = 0 if behind else ref.call
        return ref.changed(layer=ref.layer + before[ref.layer] + behind, call=call)

    layers: list[Layer] = []
    for place, each in enumerate(graph.layers):
        layers.append(redirected(each, moved))
        if place in places:
            call = Call((Ref(len(layers) - 1),), (None,), (None,), None)
            layers.append(layer.changed(name=f"{layer.name}_{len(layers)}", calls=(call,)))
    outputs = tuple(map(moved, graph.outputs))
    return resize(network.changed(graph=Graph(tuple(layers), graph.input_shapes, outputs)))


def repeated(network: Network, end: int, length: int, more: int) -> Network:
    """With the block of layers before `end` repeated so often more, or left out so often.

    Each copy takes from the one before it what that takes from its own; what follows takes from
    the last. Raises SizingError where that is no valid network.
    """
    graph = network.graph
    start, shift = end - length, length * more

    def moved(ref: Ref) -> Ref:
        return ref.changed(layer=ref.layer + shift) if ref.layer >= start else ref

    kept = list(graph.layers[: end if more > 0 else end + shift])
    for copy in range(1, more + 1):
        by = copy * length
        kept += [
            renumbered(
                redirected(each, lambda ref, by=by: _along(ref, start - length, by)),  # type: ignore[misc]
                lambda identity, by=by: identity + BEYOND * by,  # type: ignore[misc]
            ).changed(name=f"{each.name}_{copy + 1}")
            for each in graph.layers[start:end]
        ]
    kept += [redirected(each, moved) for each in graph.layers[end:]]
    outputs = tuple(map(moved, graph.outputs))
    return resize(network.changed(graph=Graph(tuple(kept), graph.input_shapes, outputs)))


def _along(ref: Ref, first: int, by: int) -> Ref:
    """A tensor of the block or of what stands right before it, so much further on."""
    return ref.changed(layer=ref.layer + by) if ref.layer >= max(first, 0) else ref


def blocks(graph: Graph, longest: int) -> Iterator[tuple[int, int, int]]:
    """Blocks of layers that follow themselves: (end, length, times), the shortest of each run.

    Layers are alike in kind and configuration and take their inputs from equally far.
    """
    keys = [_key(place, layer) for place, layer in enumerate(graph.layers)]
    taken: set[tuple[int, int]] = set()
    for length in range(1, min(longest, len(keys) // 2) + 1):
        place = 0
        while place + 2 * length <= len(keys):
            end = place + length
            while end < len(keys) and keys[end] == keys[end - length]:
                end += 1
            times = (end - place) // length
            if times > 1 and not any(a <= place and end <= b for a, b in taken):
                last = place + times * length
                taken.add((place, end))
                yield last, length, times
            place = max(place + 1, end - length + 1)


def _key(place: int, layer: Layer) -> tuple[object, ...]:
    settings = tuple(sorted((k, repr(v)) for k, v in layer.config.items() if k != "name"))
    inputs = tuple(
        (place - ref.layer if ref.layer >= 0 else ref.layer, ref.call, ref.output)
        for call in layer.calls
        for ref in call.inputs
    )
    return layer.kind, settings, inputs, len(layer.calls)
