"""The way of an image's sides to the layer that sees them flattened, and the depth of a graph."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter

from sizeup.dims import product
from sizeup.rules.registry import HOMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Call, Graph, Layer, Ref, Shape

MATRIX = 2
"""The rank from which a parameter is weights on connections, and no vector of biases or scales."""


@dataclass(frozen=True, slots=True)
class Step:
    """The sides of the image after a layer: by what they shrank, and to what part.

    `by` is `pool`, `stride`, or empty where a window or a padding took or gave the rim.
    """

    sides: tuple[Dim, ...]
    by: str = ""
    factor: Dim = 1


@dataclass(frozen=True, slots=True)
class Journey:
    """What a Flatten hands to the layer behind it, and how its sides came about.

    `flatten` is the number of the Flatten in its graph.
    """

    flatten: int
    channels: Dim
    steps: tuple[Step, ...]
    data_format: str

    @property
    def factors(self) -> tuple[Dim, ...]:
        """The map that is flattened, in the order of its shape: 32, 12, 12."""
        return self.map_of(self.steps[-1])

    @property
    def width(self) -> Dim:
        """How many values that are: 4,608."""
        return product(self.factors)

    def map_of(self, step: Step) -> tuple[Dim, ...]:
        """Channels and sides, in order, of a map with the channels of the flattened one."""
        if self.data_format == "channels_first":
            return (self.channels, *step.sides)
        return (*step.sides, self.channels)

    def as_dict(self) -> dict[str, Any]:
        """Plain data; known journeys hold integers only."""
        steps = [{"sides": list(s.sides), "by": s.by, "factor": s.factor} for s in self.steps]
        return {"width": self.width, "factors": list(self.factors), "steps": steps}


def journey_to(graph: Graph, number: int) -> Journey | None:
    """The journey of the image that enters a layer of a flat graph flattened.

    Between the Flatten and the layer nothing may change the shape. None where there is no
    Flatten of an image there, or where a side is open.
    """
    way = list(_way_back(graph, number))
    behind = next((i for i, (_, each, _) in enumerate(way) if each.kind == "Flatten"), None)
    if behind is None or any(_resizes(call) for _, _, call in way[:behind]):
        return None
    flatten, _, call = way[behind]
    shape = call.input_shapes[0]
    if shape is None or len(shape) <= MATRIX or None in shape[1:]:
        return None
    before = way[:behind:-1]
    first = any(_format(layer) == "channels_first" for _, layer, _ in [*before, way[behind]])
    sides, channels = (slice(2, None), shape[1]) if first else (slice(1, -1), shape[-1])
    steps = list(_steps(before, sides, len(shape)))
    last = tuple(dim for dim in shape[sides] if dim is not None)
    if not steps or steps[-1].sides != last:
        steps = [*steps, Step(last)]
    assert channels is not None
    data_format = "channels_first" if first else "channels_last"
    return Journey(flatten, channels, tuple(steps), data_format)


def depth(graph: Graph) -> int:
    """How many layers with weights on connections lie on the longest way through a flat graph."""
    weighted = [int(any(len(p.shape) >= MATRIX for p in each.parameters)) for each in graph.layers]
    before = {
        (number, index): {(ref.layer, ref.call) for ref in call.inputs if ref.layer >= 0}
        for number, layer in enumerate(graph.layers)
        for index, call in enumerate(layer.calls)
    }
    deep: dict[tuple[int, int], int] = {}
    for node in TopologicalSorter(before).static_order():
        entering = max((deep[ref] for ref in before[node]), default=0)
        deep[node] = entering + weighted[node[0]]
    return max(deep.values(), default=0)


def _way_back(graph: Graph, number: int) -> Iterator[tuple[int, Layer, Call]]:
    """The layers before one, nearest first, following the first input of each."""
    calls = graph.layers[number].calls
    ref: Ref | None = calls[0].inputs[0] if calls and calls[0].inputs else None
    while ref is not None and ref.layer >= 0:
        layer = graph.layers[ref.layer]
        call = layer.calls[ref.call]
        yield ref.layer, layer, call
        ref = call.inputs[0] if call.inputs else None


def _steps(way: list[tuple[int, Layer, Call]], sides: slice, rank: int) -> Iterator[Step]:
    """The sides that enter the first layer of images, and those that leave where they change."""
    current: tuple[Dim, ...] | None = None
    for _, layer, call in way:
        enters = _sides(call.input_shapes[0], sides, rank) if call.input_shapes else None
        leaves = _sides(call.output_shapes[0], sides, rank)
        if enters is None or leaves is None:
            current = None
            continue
        if current is None:
            yield Step(enters)
        if enters != leaves:
            yield Step(leaves, *_shrinks(layer))
        current = leaves


def _sides(shape: Shape | None, sides: slice, rank: int) -> tuple[Dim, ...] | None:
    if shape is None or len(shape) != rank or None in shape[sides]:
        return None
    return tuple(dim for dim in shape[sides] if dim is not None)


def _shrinks(layer: Layer) -> tuple[str, Dim]:
    """What shrinks the sides, and to what part; nothing where the rim is all that goes."""
    pools = HOMES.get(layer.kind) == "pooling"
    strides = layer.config.get("strides") or (layer.config.get("pool_size", 2) if pools else 1)
    factor: Dim = strides[0] if isinstance(strides, tuple) else strides
    if factor == 1 or "Transpose" in layer.kind:
        return "", 1
    return ("pool" if pools else "stride"), factor


def _resizes(call: Call) -> bool:
    return call.input_shapes[:1] != call.output_shapes[:1]


def _format(layer: Layer) -> str:
    return str(layer.config.get("data_format")).lower()
