"""A graph without nesting: what is inside nested models stands beside the other layers.

The flat graph computes the same and owns the same. Layers are named by their paths; input
layers, which own nothing and pass on what they get, are left out. Weights and constants that
a layer hands to those inside it are further inputs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest

from sizeup.network import WEIGHT, Graph, Ref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sizeup.network import Call, Layer, Shape


@dataclass(slots=True)
class _Scope:
    """A graph where it is used: inside which other, on which of its tensors.

    `starts` says at which call of the flat layer this use's own calls start, `inside` holds
    the scopes of the calls that are made of layers.
    """

    graph: Graph
    prefix: str = ""
    outer: _Scope | None = None
    inputs: tuple[Ref, ...] = ()
    starts: dict[int, int] = field(default_factory=dict)
    inside: dict[tuple[int, int], _Scope] = field(default_factory=dict)


_Calls = list[tuple[_Scope, "Call"]]


def flatten(graph: Graph) -> Graph:
    """The graph with every nested one in place of the layer that holds it."""
    layers: dict[str, tuple[Layer, _Calls]] = {}
    outermost = _Scope(graph)
    called: set[int | None] = set()
    for path, layer, scope, number in _walk(outermost):
        if not layer.calls and layer.identity in called:  # held again by one that uses its weights
            continue
        if layer.calls and layer.identity is not None:
            called.add(layer.identity)
        calls = layers.setdefault(path, (layer, []))[1]
        scope.starts[number] = len(calls)
        calls.extend((scope, call) for call in layer.calls)
    places = {path: place for place, path in enumerate(layers)}

    shapes = list(graph.input_shapes)

    def resolve(scope: _Scope, ref: Ref, shape: Shape | None = None) -> Ref:
        while True:
            if ref.layer == WEIGHT:
                shapes.append(shape)
                return Ref(-1, 0, len(shapes) - 1)
            if ref.layer == -1:
                if scope.outer is None:
                    return ref
                scope, ref = scope.outer, scope.inputs[ref.output]
                continue
            layer = scope.graph.layers[ref.layer]
            inner = scope.inside.get((ref.layer, ref.call))
            if inner is not None:
                scope, ref = inner, inner.graph.outputs[ref.output]
            elif _passes_on(layer):
                ref = layer.calls[ref.call].inputs[0]
            else:
                start = scope.starts[ref.layer]
                return Ref(places[scope.prefix + layer.name], start + ref.call, ref.output)

    def wired(scope: _Scope, call: Call) -> Call:
        ends = zip_longest(call.inputs, call.input_shapes[: len(call.inputs)])
        return call.changed(inputs=tuple(resolve(scope, *end) for end in ends))

    flat = tuple(
        layer.changed(name=path, calls=tuple(wired(*call) for call in calls))
        for path, (layer, calls) in layers.items()
    )
    outputs = tuple(resolve(outermost, ref) for ref in graph.outputs)
    return Graph(flat, tuple(shapes), outputs)


def _walk(scope: _Scope) -> Iterator[tuple[str, Layer, _Scope, int]]:
    for number, layer in enumerate(scope.graph.layers):
        path = scope.prefix + layer.name
        if _opens(layer):
            for index, call in enumerate(layer.calls):
                assert call.body is not None
                inner = _Scope(call.body, f"{path}/", scope, call.inputs)
                scope.inside[number, index] = inner
                yield from _walk(inner)
        elif not _passes_on(layer):
            yield path, layer.changed(held=()), scope, number
        yield from _walk(_Scope(Graph(layer.held), f"{path}/", scope))


def _opens(layer: Layer) -> bool:
    """Whether a layer is nothing but the layers inside it."""
    made_of_layers = bool(layer.calls) and all(call.body for call in layer.calls)
    return made_of_layers and not layer.parameters and layer.unknown is None


def _passes_on(layer: Layer) -> bool:
    return layer.kind == "InputLayer" and bool(layer.calls)
