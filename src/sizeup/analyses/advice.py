"""What would make a network smaller, really made and counted."""

from __future__ import annotations

from sizeup.analyses.count import count
from sizeup.errors import SizingError
from sizeup.network import Call
from sizeup.rules.graphs import resize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.analyses.journey import Journey
    from sizeup.network import Graph, Network


def global_pooling(network: Network, graph: Graph, journey: Journey) -> int | None:
    """The total with global average pooling in place of the Flatten of a journey.

    `graph` is the network's, flat. None where the network cannot be sized so, or gains nothing.
    """
    was = count(network.changed(graph=graph)).total
    flatten = graph.layers[journey.flatten]
    pooling = flatten.changed(
        kind=f"GlobalAveragePooling{len(journey.steps[-1].sides)}D",
        config={"data_format": journey.data_format},
        calls=tuple(Call(call.inputs, (None,), (None,)) for call in flatten.calls),
    )
    layers = [pooling if each is flatten else each for each in graph.layers]
    try:
        new = resize(network.changed(graph=graph.changed(layers=tuple(layers))))
    except SizingError:
        return None
    total = count(new).total
    return total if total is not None and was is not None and total < was else None
