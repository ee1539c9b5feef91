"""Models of a Keras that is already imported: their configuration, and the weights they do have.

Nothing is imported, built or called. What a configuration does not tell, layers of the person's
own for example, is counted by the tensors that the object holds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from sizeup.errors import ReadError
from sizeup.network import Call, Graph, Layer, Network, Parameter, Unknown, rows
from sizeup.readers.saved.text import is_architecture, read_architecture
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.network import Shape

READER = "live model"
HOMES = ("keras", "tf_keras", "tensorflow")
"""Packages whose models are read."""


def is_live(thing: object) -> bool:
    """Whether an object is a model of some Keras."""
    return any(
        cls.__name__ == "Model" and cls.__module__.partition(".")[0] in HOMES
        for cls in type(thing).__mro__
    )


def read_live(model: Any) -> Network:
    """The network that a model is now, built or not.

    Raises ReadError for an object of no known kind.
    """
    if not is_live(model):
        raise ReadError(say("live.foreign", kind=type(model).__name__))
    trained = frozenset(map(id, _tensors_of(model, "trainable_weights")))
    found = _configured(model)
    if found is None:
        found = Network(model.name, _listed(model, trained), type(model).__name__)
    elif model.built:
        found = found.changed(graph=_with_weights(found.graph, model, trained), unknown=())
    if not model.built and not found.free:
        found = found.changed(unknown=(Unknown(say("live.unbuilt", name=model.name)),))
    return found.changed(source=type(model).__name__, reader=READER)


def _listed(model: Any, trained: frozenset[int]) -> Graph:
    """The layers of a model that does not say how they hang together, and what it owns besides."""
    layers = [_whole(layer, trained) for layer in model.layers]
    inner = {id(weight) for layer in model.layers for weight in _tensors_of(layer)}
    own = tuple(_parameter(w, trained) for w in _tensors_of(model) if id(w) not in inner)
    if own:
        layers.append(Layer(model.name, type(model).__name__, parameters=own, partial=True))
    return Graph(tuple(layers))


def _configured(model: Any) -> Network | None:
    """What the model's configuration says; None where it has none, or says nothing of layers."""
    try:
        document = json.loads(model.to_json())
    except (NotImplementedError, TypeError, ValueError):
        return None
    if not is_architecture(document) or "layers" not in document["config"]:
        return None  # of a class of the person's own, with whatever that says of itself
    home = next(
        c.__module__.partition(".")[0] for c in type(model).__mro__ if c.__name__ == "Model"
    )
    version = getattr(sys.modules.get(home), "__version__", None)
    try:
        return read_architecture(document, model.name, READER, name=model.name, version=version)
    except ReadError:
        return None


def _with_weights(graph: Graph, model: Any, trained: frozenset[int]) -> Graph:
    """The graph with the tensors that the layers of a built model hold."""
    live = {layer.name: layer for layer in model.layers}
    layers = tuple(_checked(each, live.get(each.name), trained) for each in graph.layers)
    return graph.changed(layers=layers)


def _checked(layer: Layer, live: Any, trained: frozenset[int]) -> Layer:
    """A layer as its configuration says, unless its tensors say otherwise."""
    if live is None or not live.built:
        return layer
    bodies = [call.body for call in layer.calls if call.body is not None]
    if bodies and is_live(live):
        filled = _with_weights(bodies[0], live, trained)
        return layer.changed(calls=tuple(call.changed(body=filled) for call in layer.calls))
    owned = tuple(_parameter(weight, trained) for weight in _tensors_of(live))
    told = Network("", Graph((layer,)))
    if layer.unknown is None and _tensors(p for row in rows(told) for p in row.weights) == _tensors(
        owned
    ):
        return layer
    calls = tuple(call.changed(body=None) for call in layer.calls)
    return layer.changed(parameters=owned, unknown=None, held=(), calls=calls, trainable=True)


def _tensors_of(live: Any, kind: str = "weights") -> list[Any]:
    """The tensors of a layer or model; none where Keras refuses to tell before it is built."""
    try:
        return list(getattr(live, kind))
    except ValueError:
        return []


def _tensors(parameters: Iterable[Parameter]) -> list[tuple[str, bool]]:
    """Shapes and flags, in an order of their own."""
    return sorted((str(p.shape), p.trainable) for p in parameters)


def _whole(live: Any, trained: frozenset[int]) -> Layer:
    """A layer by its tensors alone."""
    unknown = None if live.built else Unknown(say("live.unbuilt", name=live.name))
    return Layer(
        live.name,
        type(live).__name__,
        parameters=tuple(_parameter(weight, trained) for weight in _tensors_of(live)),
        calls=(Call((), (), (_shape(live),), None),),
        unknown=unknown,
        partial=True,
    )


def _shape(live: Any) -> Shape | None:
    """What a layer gave in a graph of Keras, if it was called in one."""
    try:
        return tuple(live.output.shape)
    except (AttributeError, ValueError, RuntimeError, TypeError):
        return None


def _parameter(weight: Any, trained: frozenset[int]) -> Parameter:
    path = str(getattr(weight, "path", weight.name))
    dtype = getattr(weight.dtype, "name", weight.dtype)
    return Parameter(
        path.rpartition("/")[2].partition(":")[0],
        tuple(map(int, weight.shape)),
        str(dtype),
        trainable=id(weight) in trained,
        tied=f"live {id(weight)}",
    )
