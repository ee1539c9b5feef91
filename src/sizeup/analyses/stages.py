"""The units and stages of a flat graph.

A unit is a run of layers between two places where a single tensor carries everything on: one
layer of a chain with what follows it (norm, activation, dropout), or a whole block of a residual
network. A stage is a run of units at one resolution.
"""

from __future__ import annotations

from itertools import accumulate

from sizeup.analyses.journey import MATRIX
from sizeup.records import Record
from sizeup.rules.registry import HOMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sizeup.dims import Dim
    from sizeup.network import Graph, Layer, Shape

SHAPELESS = {"Activation", "Identity", "Masking", "Rescaling"} | {
    kind
    for kind, home in HOMES.items()
    if home in {"activations", "regularization", "augmentation"}
} - {"PReLU"}
"""Kinds that own nothing and pass on the shape that they get."""


LONG, CELL, CARRIED = 100, 20, 2
"""Runs of more layers are parted in cells of at least so many, where so many tensors pass."""


class Unit(Record):
    """The layers from `first` to before `end`; `stage` is the number of its stage.

    A `block` holds several layers with weights between two cuts.
    """

    first: int
    end: int
    stage: int
    block: bool

    @property
    def numbers(self) -> range:
        """The numbers of its layers."""
        return range(self.first, self.end)


class Stage(Record):
    """Units at one resolution: the sides that leave it, and how often they were shrunk.

    Of what follows the maps (a Flatten or a global pooling, and all behind it) there are none.
    """

    units: tuple[Unit, ...]
    sides: tuple[Dim, ...]
    shrunk: int | None

    @property
    def first(self) -> int:
        """The number of its first layer."""
        return self.units[0].first

    def holds(self, unit: Unit) -> bool:
        """Whether a unit of its network is one of its."""
        return self.units[0].first <= unit.first < self.units[-1].end


def find_stages(graph: Graph) -> list[Stage]:
    """All stages in order; together they hold every layer."""
    groups: list[list[Unit]] = []
    shrunk: list[int | None] = []
    for first, end in _followed(graph, list(cuts(graph))):
        layers = graph.layers[first:end]
        current = shrunk[-1] if shrunk else 0
        step = None if current is None else _step(layers)
        if not groups or (current is not None and step != 0):
            groups.append([])
            shrunk.append(None if current is None or step is None else current + step)
        block = sum(map(is_weighted, layers)) > 1
        groups[-1].append(Unit(first, end, len(groups) - 1, block))
    return [
        Stage(tuple(units), _sides(graph, units, number), number)
        for units, number in zip(groups, shrunk, strict=True)
    ]


def is_weighted(layer: Layer) -> bool:
    """Whether a layer has weights on connections."""
    scales = layer.kind == "PReLU"  # one for each element, on no connection
    return not scales and any(len(parameter.shape) >= MATRIX for parameter in layer.parameters)


def resizes(layer: Layer) -> int:
    """How often a layer halves the sides of maps, −1 where it multiplies them, else 0."""
    if "Transpose" in layer.kind or layer.kind.startswith("UpSampling"):
        return -1
    strides = layer.config.get("strides")
    if HOMES.get(layer.kind) == "pooling" and not layer.kind.startswith("Global"):
        strides = strides or layer.config.get("pool_size", 2)
    first = strides[0] if isinstance(strides, tuple | list) and strides else strides
    if first in {None, 1}:
        return 0
    return max(1, first.bit_length() - 1) if isinstance(first, int) else 1


def is_bridge(layer: Layer) -> bool:
    """Whether maps end here: they are flattened or pooled to one value for each channel."""
    return (layer.kind == "Flatten" or layer.kind.startswith("Global")) and _is_flat(layer)


def _is_flat(layer: Layer) -> bool:
    shapes = [shape for call in layer.calls for shape in call.output_shapes]
    return all(shape is not None and len(shape) <= MATRIX for shape in shapes)


def cuts(graph: Graph) -> Iterator[tuple[int, int]]:
    """The shortest runs that a single tensor enters and leaves."""
    count = len(graph.layers)
    spans: dict[tuple[int, int, int], tuple[int, int]] = {}
    uses = [(n, ref) for n, each in enumerate(graph.layers) for c in each.calls for ref in c.inputs]
    for place, ref in [*uses, *((count, ref) for ref in graph.outputs)]:
        key = (ref.layer, ref.call, ref.output)
        made = place if ref.layer < 0 else ref.layer  # what enters may do so wherever it is used
        low, high = spans.get(key, (made, made))
        spans[key] = (min(low, place), max(high, place))
    crossing = [0] * (count + 2)
    for low, high in spans.values():
        crossing[max(low, 0)] += 1 if low < high else 0
        crossing[max(high, 0)] -= 1 if low < high else 0
    carried = list(accumulate(crossing[:count]))
    first = 0
    for number in range(count):
        if carried[number] <= 1 or number == count - 1:
            yield from _cells(first, number + 1, carried)
            first = number + 1


def _cells(first: int, end: int, carried: Sequence[int]) -> Iterator[tuple[int, int]]:
    """A run, or its parts where it is long and only two tensors pass: the cells of NASNet."""
    if end - first > LONG:
        for number in range(first, end - CELL):
            if carried[number] == CARRIED and number + 1 - first >= CELL:
                yield first, number + 1
                first = number + 1
    yield first, end


def _followed(graph: Graph, runs: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Runs with the norms, activations and dropouts that come right behind them."""
    first = 0
    for number, (start, end) in enumerate(runs):
        follows = number + 1 < len(runs) and all(
            map(_follows, graph.layers[end : runs[number + 1][1]])
        )
        if not follows or not any(layer.calls for layer in graph.layers[start:end]):
            yield first, end
            first = end


def _follows(layer: Layer) -> bool:
    norm = HOMES.get(layer.kind) == "norm" or layer.kind == "PReLU"
    return bool(layer.calls) and (norm or layer.kind in SHAPELESS)


def _step(layers: tuple[Layer, ...]) -> int | None:
    """How a unit changes the resolution; None where maps end."""
    if is_bridge(layers[0]) and _is_flat(layers[-1]):
        return None
    steps = [resizes(layer) for layer in layers]
    return max(steps) if any(step > 0 for step in steps) else min(steps, default=0)


def _sides(graph: Graph, units: list[Unit], shrunk: int | None) -> tuple[Dim, ...]:
    if shrunk is None:
        return ()
    layers = graph.layers[units[0].first : units[-1].end]
    last = next((unit for unit in reversed(units) if unit.block), None)
    if last is not None and not any(map(is_weighted, graph.layers[last.end : units[-1].end])):
        layers = graph.layers[last.end - 1 : last.end]  # a branch of it may end at other sides
    called = [layer for layer in layers if layer.calls]
    weighted = [layer for layer in called if is_weighted(layer)] or called
    shape: Shape | None = weighted[-1].calls[0].output_shapes[0] if weighted else None
    if shape is None or len(shape) <= MATRIX + 1:
        return ()
    first = any(layer.config.get("data_format") == "channels_first" for layer in graph.layers)
    sides = shape[2:] if first else shape[1:-1]
    return () if None in sides else tuple(side for side in sides if side is not None)
