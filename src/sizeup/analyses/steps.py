"""A network as it runs: its calls one after another, and the tensors between them.

The order is that in which Keras lists the layers and runs them, each call after those whose
outputs it takes: the written order.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from sizeup.analyses.flat import flatten
from sizeup.analyses.measures import batch_of, elements_of
from sizeup.network import map_bodies, times
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sizeup.dims import Dim
    from sizeup.network import Call, Graph, Layer, Network, Ref, Shape

    Place = tuple[int, int]


class Step(Record):
    """One call: its layer, as trainable as the layers around it let it be, and its tensors.

    `inputs` and `outputs` are numbers of tensors; the last `call.beside` of the inputs are masks
    and states.
    """

    layer: Layer
    call: Call
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


class Run(Record):
    """All steps of `batch` samples, and the elements of each tensor, None where these are open.

    The first `inputs` tensors enter the network, `outputs` leave it. `given` are weights of layers
    made of layers and numbers that the source holds; `weights` are those that may be trained.
    `made_for` is the batch that the network is made for, None for an open one.
    """

    batch: int
    made_for: Dim | None
    steps: tuple[Step, ...]
    elements: tuple[Dim | None, ...]
    inputs: int
    given: frozenset[int]
    weights: frozenset[int]
    outputs: frozenset[int]


def run(network: Network, batch: int = 1) -> Run:
    """The steps of a network; nested models and layers made of layers are taken apart.

    What enters a call and comes from nowhere, as in a network of which a part is not known, is a
    tensor of unknown size.
    """
    owners: dict[str, bool] = {}
    graph = flatten(_opened(network.graph, "", owners, active=network.trainable))
    entering = len(network.graph.input_shapes)
    made_for = batch_of(network.graph)
    elements = [_all(shape, made_for, 1, batch) for shape in graph.input_shapes[:entering]]
    elements += [elements_of(shape, 0) for shape in graph.input_shapes[entering:]]
    numbers: dict[tuple[int, int, int], int] = {}
    weights: set[int] = set()
    steps = []

    def number(ref: Ref) -> int:
        if ref.layer == -1:
            return ref.output
        place = ref.layer, ref.call, ref.output
        if place not in numbers:
            numbers[place] = len(elements)
            elements.append(None)
        return numbers[place]

    for place, index in _order(graph):
        layer = graph.layers[place]
        call = layer.calls[index]
        inputs = tuple(map(number, call.inputs))
        given = {n for n in inputs if entering <= n < len(graph.input_shapes)}
        if given and any(owned and layer.name.startswith(path) for path, owned in owners.items()):
            weights |= given
        outputs = tuple(range(len(elements), len(elements) + len(call.output_shapes)))
        numbers.update(((place, index, k), tensor) for k, tensor in enumerate(outputs))
        elements += [_all(shape, made_for, call.samples, batch) for shape in call.output_shapes]
        steps.append(Step(layer, call, inputs, outputs))
    leaving = frozenset(map(number, graph.outputs))
    return Run(
        batch=batch,
        made_for=made_for,
        steps=tuple(steps),
        elements=tuple(elements),
        inputs=entering,
        given=frozenset(range(entering, len(graph.input_shapes))),
        weights=frozenset(weights),
        outputs=leaving,
    )


def _all(shape: Shape | None, made_for: Dim | None, samples: Dim | None, batch: int) -> Dim | None:
    """The elements of a tensor for the whole batch, if it has one."""
    each = elements_of(shape, made_for, samples)
    batched = bool(shape) and (shape[0] is None or shape[0] == made_for)  # type: ignore[index]
    return times(each, batch) if batched else each


def _opened(graph: Graph, prefix: str, owners: dict[str, bool], *, active: bool) -> Graph:
    """All layers as trainable as their parents; what is nothing but layers owns nothing itself.

    `owners` learns by their paths which of the latter own something that is trained.
    """
    return graph.changed(
        layers=tuple(_open(layer, prefix, owners, active=active) for layer in graph.layers)
    )


def _open(layer: Layer, prefix: str, owners: dict[str, bool], *, active: bool) -> Layer:
    active = active and layer.trainable
    path = prefix + layer.name
    if not layer.calls or not all(call.body for call in layer.calls) or layer.unknown is not None:
        return layer if layer.trainable == active else layer.changed(trainable=active)
    owners[f"{path}/"] = active and any(p.trainable for p in layer.parameters)
    layer = map_bodies(layer, lambda body: _opened(body, f"{path}/", owners, active=active))
    return layer.changed(trainable=active, parameters=())


def _order(graph: Graph) -> Iterator[Place]:
    """All calls by (layer, call), each after its sources, in the order of the layers otherwise."""
    calls = {
        (place, index): call
        for place, layer in enumerate(graph.layers)
        for index, call in enumerate(layer.calls)
    }
    waits: dict[Place, int] = {}
    followers: dict[Place, list[Place]] = {}
    for here, call in calls.items():
        sources = {(ref.layer, ref.call) for ref in call.inputs} & calls.keys()
        waits[here] = len(sources)
        for source in sources:
            followers.setdefault(source, []).append(here)
    ready = [call for call, count in waits.items() if not count]
    heapify(ready)
    while ready:
        done = heappop(ready)
        yield done
        for follower in followers.get(done, ()):
            waits[follower] -= 1
            if not waits[follower]:
                heappush(ready, follower)
