"""How many values enter a layer, and the way of the shape that made them so many."""

from __future__ import annotations

from dataclasses import dataclass

from sizeup.dims import Dim
from sizeup.network import Graph, Layer

POOLING = ("MaxPooling", "AveragePooling")
FLATTENING = 2
"""The rank, batch included, of what a Flatten gives."""


@dataclass(frozen=True, slots=True)
class Step:
    """A side of the image after a layer; `pool` is the factor of a pooling layer."""

    side: Dim
    pool: Dim | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """The factors of what a flattened map holds, channels first, and how its sides came about."""

    factors: tuple[Dim, ...]
    steps: tuple[Step, ...]


def journey_to(graph: Graph, index: int) -> Journey | None:
    """The journey of the first image side to layer `index` of a graph.

    None where no Flatten of an image stands between.
    """
    path = _path(graph, index)
    flatten = next((i for i, layer in enumerate(path) if layer.kind == "Flatten"), None)
    if flatten is None:
        return None
    shape = path[flatten].calls[0].input_shapes[0]
    if shape is None or len(shape) <= FLATTENING or None in shape[1:]:
        return None
    first = any(layer.config.get("data_format") == "channels_first" for layer in path)
    sides = slice(2, None) if first else slice(1, -1)
    channels = shape[1] if first else shape[-1]
    factors = tuple(dim for dim in (channels, *shape[sides]) if dim is not None)
    steps: list[Step] = []
    for layer in path[:flatten]:
        enters, leaves = layer.calls[0].input_shapes[0], layer.calls[0].output_shapes[0]
        if enters is None or leaves is None or not len(enters) == len(shape) == len(leaves):
            continue
        before, after = enters[sides], leaves[sides]
        if not steps and before and before[0] is not None:
            steps.append(Step(before[0]))
        if after and after[0] is not None and after != before:
            steps.append(Step(after[0], _pool(layer)))
    return Journey(factors, tuple(steps))


def _pool(layer: Layer) -> Dim | None:
    if not layer.kind.startswith(POOLING):
        return None
    size = layer.config.get("pool_size", 2)
    found: Dim = size[0] if isinstance(size, tuple) else size
    return found


def _path(graph: Graph, index: int) -> list[Layer]:
    """The layers before one, following the first input of each, in order."""
    path: list[Layer] = []
    seen: set[int] = set()
    while index >= 0 and index not in seen:
        seen.add(index)
        calls = graph.layers[index].calls
        if not calls or not calls[0].inputs:
            break
        index = calls[0].inputs[0].layer
        if index >= 0:
            path.insert(0, graph.layers[index])
    return path
