"""A network as it runs: its calls one after another, and the tensors between them.

Everything is for one sample. The order is that in which Keras lists the layers and runs them,
each call after those whose outputs it takes.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from sizeup.analyses.flat import flatten
from sizeup.network import add_known, map_bodies, times
from sizeup.records import Record
from sizeup.rules.checks import known_product

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sizeup.dims import Dim
    from sizeup.network import Call, Graph, Layer, Network, Ref, Shape


class Step(Record):
    """One call: its layer, as trainable as the layers around it let it be, and its tensors."""

    layer: Layer
    call: Call
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


class Run(Record):
    """All steps, and the elements of each tensor, None where they depend on what is open.

    The first `inputs` tensors are those that enter the network; `outputs` leave it.
    """

    steps: tuple[Step, ...]
    elements: tuple[Dim | None, ...]
    inputs: int
    outputs: frozenset[int]


def run(network: Network) -> Run:
    """The steps of a network; nested models and layers made of layers are taken apart."""
    graph = flatten(_opened(network.graph, active=network.trainable))
    batch = next((shape[0] for shape in graph.input_shapes if shape), None)
    elements = [elements_of(shape, batch) for shape in graph.input_shapes]
    numbers: dict[tuple[int, int, int], int] = {}
    steps = []

    def number(ref: Ref) -> int:
        return ref.output if ref.layer == -1 else numbers[ref.layer, ref.call, ref.output]

    for place, index in _order(graph):
        layer = graph.layers[place]
        call = layer.calls[index]
        outputs = tuple(range(len(elements), len(elements) + len(call.output_shapes)))
        numbers.update(((place, index, k), tensor) for k, tensor in enumerate(outputs))
        elements += [elements_of(shape, batch, call.samples) for shape in call.output_shapes]
        steps.append(Step(layer, call, tuple(map(number, call.inputs)), outputs))
    return Run(
        tuple(steps),
        tuple(elements),
        len(graph.input_shapes),
        frozenset(map(number, graph.outputs)),
    )


def elements_of(
    shape: Shape | None, batch: Dim | None = None, samples: Dim | None = 1
) -> Dim | None:
    """The elements of a tensor for one sample; a shape may have `samples` rows for each.

    A first dimension that is neither open nor the `batch` of the network is none of a batch.
    """
    if shape is None:
        return None
    if shape and (shape[0] is None or shape[0] == batch):
        return times(known_product(shape[1:]), samples)
    return known_product(shape)


def _opened(graph: Graph, *, active: bool) -> Graph:
    """All layers as trainable as their parents, what is made of layers owning nothing itself."""
    return graph.changed(layers=tuple(_open(layer, active=active) for layer in graph.layers))


def _open(layer: Layer, *, active: bool) -> Layer:
    active = active and layer.trainable
    layer = map_bodies(layer, lambda body: _opened(body, active=active)).changed(trainable=active)
    made_of_layers = bool(layer.calls) and all(call.body for call in layer.calls)
    return layer.changed(parameters=(), unknown=None) if made_of_layers else layer


def _order(graph: Graph) -> Iterator[tuple[int, int]]:
    """All calls by (layer, call), each after its sources, in the order of the layers otherwise."""
    waits: dict[tuple[int, int], int] = {}
    followers: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place, layer in enumerate(graph.layers):
        for index, call in enumerate(layer.calls):
            sources = {(ref.layer, ref.call) for ref in call.inputs if ref.layer != -1}
            waits[place, index] = len(sources)
            for source in sources:
                followers.setdefault(source, []).append((place, index))
    ready = [call for call, count in waits.items() if not count]
    heapify(ready)
    while ready:
        done = heappop(ready)
        yield done
        for follower in followers.get(done, ()):
            waits[follower] -= 1
            if not waits[follower]:
                heappush(ready, follower)


def outputs_of(network: Network) -> Dim | None:
    """The activations: elements of all outputs of all layers for one sample, None where open."""
    if network.error is not None or network.unknown:
        return None
    made = run(network)
    return add_known(made.elements[made.inputs :])
