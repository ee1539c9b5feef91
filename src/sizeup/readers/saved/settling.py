"""A configuration and the weights that are stored beside it: held against each other.

What the configuration does not tell is taken from the weights; where they contradict each other,
neither is claimed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from math import prod

from sizeup.network import Graph, Layer, Network, Note, Parameter, Unknown, map_bodies, rows
from sizeup.network import inside as layers_inside
from sizeup.readers.saved.stored import Stored, StoredLayer, parameters, stems
from sizeup.readers.saved.weights import network_of, row_of
from sizeup.rules.registry import find_rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Row, Shape


def settled(network: Network, stored: StoredLayer, *, whole: bool = False) -> Network:
    """The network with what its weights tell, and where they are not what the configuration says.

    `whole` says that all weights are stored that a model of any class owns, not its layers' alone.
    """
    if _is_unseen(network) and any(stored.everything()):
        found = network_of(stored, network.name, by_class=True)  # a model of a person's own class
        return found.changed(kind=network.kind, source=network.source, reader=network.reader)
    settling = _Settling(network)
    graph = settling.graph(network.graph, stored.inside, "")
    if stored.tensors:  # a model's own weights, beside its layers
        own = Layer(f"{network.name}_weights", network.kind, parameters=parameters(stored.tensors))
        graph = graph.changed(layers=(*graph.layers, own))
    network = network.changed(graph=graph, notes=(*network.notes, *settling.notes))
    more = Unknown(say("saved.more", kind=network.kind))
    return _with_more(network, stored.inside) if whole and more in network.unknown else network


def _with_more(network: Network, stored: Sequence[StoredLayer]) -> Network:
    """A model of a person's own class with the weights that none of its layers has.

    A layer that an attribute holds too is stored there, and not among the layers.
    """
    layers = [layer for layer in network.graph.layers if not layer.kind.startswith("ops.")]
    found = matched(layers, stored)
    missing = [_sizes(p.shape for p in _owned(layer))
               for layer, each in zip(layers, found, strict=True) if each is None]  # fmt: skip
    rows, notes = [], []
    for each in stored:
        shapes = _sizes(tensor.shape for tensor in each.everything())
        if not shapes or any(each is one for one in found):
            continue
        if shapes in missing:
            missing.remove(shapes)
            continue
        row = row_of(each, by_class=True)
        rows.append(row)
        notes.append(Note("assumed", say("saved.beside", name=row.name)))
    graph = network.graph.changed(layers=(*network.graph.layers, *rows))
    unknown = tuple(u for u in network.unknown if u.reason != say("saved.more", kind=network.kind))
    return network.changed(graph=graph, notes=(*network.notes, *notes), unknown=unknown)


def _sizes(shapes: Iterable[Shape]) -> Counter[Shape]:
    return Counter(shapes)


def _is_unseen(network: Network) -> bool:
    """Whether nothing of a network is known but its class."""
    layers = network.graph.layers
    return [layer.kind for layer in layers] == [network.kind] and layers[0].unknown is not None


class _Settling:
    """A network while its layers are gone through."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.notes: list[Note] = []

    @cached_property
    def table(self) -> dict[str, Row]:
        """The rows of the network by their paths."""
        return {row.path: row for row in rows(self.network)}

    def graph(self, graph: Graph, stored: Sequence[StoredLayer], path: str) -> Graph:
        listed = [layer for layer in graph.layers if not layer.kind.startswith("ops.")]
        found = dict(zip(map(id, listed), matched(listed, stored), strict=True))
        return graph.changed(layers=tuple(
            layer if id(layer) not in found else self.layer(layer, found[id(layer)], path)
            for layer in graph.layers
        ))  # fmt: skip

    def layer(self, layer: Layer, stored: StoredLayer | None, path: str) -> Layer:
        path = f"{path}/{layer.name}" if path else layer.name
        if stored is None:
            return layer
        tensors = tuple(stored.everything())
        if not _is_lost(layer):
            if not self.agrees(path, layer, tensors):
                reason = say("saved.differs", told=_shapes([p.shape for p in _owned(layer)]),
                             stored=_shapes([t.shape for t in tensors]))  # fmt: skip
                return layer.changed(parameters=(), unknown=Unknown(reason))
            return layer
        inner = layers_inside(layer)
        if not inner:
            quantized = any("int" in tensor.dtype for tensor in tensors)
            self._assume(path, tensors, known=find_rule(layer.kind) is not None and not quantized)
            return layer.changed(parameters=parameters(tensors), unknown=None)
        deep = layer.unknown is None and len(stored.inside) >= sum(map(_is_lost, inner))
        if stored.inside and deep:
            return map_bodies(layer, lambda body: self.graph(body, stored.inside, path))
        return self._rest(layer, tensors, path)

    def agrees(self, path: str, layer: Layer, tensors: Sequence[Stored]) -> bool:
        """Whether the weights are those of a layer: tensor by tensor, or as many scalars.

        Keras 1 kept the gates of a recurrent layer apart. A layer that is there twice is stored
        once. Low-rank adapters are stored as a part of what they adapt, and a spectral
        normalization stores the kernel beside its layer once more.
        """
        owned = _owned(layer)
        if [p.shape for p in owned] == [t.shape for t in tensors]:
            return True
        owned = [p for p in owned if not p.name.rpartition("/")[2].startswith("lora_")]
        told, found = Counter(p.shape for p in owned), Counter(t.shape for t in tensors)
        if layer.kind == "SpectralNormalization":
            return told.keys() == found.keys()
        scalars = sum(prod(t.shape) for t in tensors)
        once = self.table[path].parameters
        return told == found or scalars in (once, sum(p.count for p in owned))

    def _rest(self, layer: Layer, tensors: Sequence[Stored], path: str) -> Layer:
        """A model whose weights are stored in one row: what is left belongs to what is not known."""
        known = Counter(p.shape for inner in layers_inside(layer) if not _is_lost(inner)
                        for p in _owned(inner))  # fmt: skip
        left = []
        for tensor in tensors:
            if known[tensor.shape] > 0:
                known[tensor.shape] -= 1
            else:
                left.append(tensor)
        self._assume(path, left, known=False)
        cleared = map_bodies(layer, lambda body: body.changed(
            layers=tuple(each.changed(unknown=None) if _is_lost(each) else each
                         for each in body.layers)))  # fmt: skip
        return cleared.changed(parameters=(*layer.parameters, *parameters(left)), unknown=None)

    def _assume(self, path: str, tensors: Sequence[Stored], *, known: bool) -> None:
        """Say what the weights tell; of a class that is not known they do not tell what is trained."""
        if tensors:
            told = known or all(tensor.trainable is not None for tensor in tensors)
            key = "saved.from_weights" if told else "saved.trained"
            self.notes.append(Note("assumed", say(key, name=path)))


def told_by_class(network: Network, stored: StoredLayer) -> bool:
    """Whether the classes of layers and their order tell which weights are whose."""
    listed = [layer.kind for layer in network.graph.layers if not layer.kind.startswith("ops.")]
    return {each.stem for each in stored.inside} <= set(stems(listed)) and not _is_unseen(network)


def matched(layers: Sequence[Layer], stored: Sequence[StoredLayer]) -> list[StoredLayer | None]:
    """What is stored of each layer: by its name, else by its class and its place among its like."""
    if not all(each.name for each in stored):
        by_stem = {each.stem: each for each in stored}
        return [by_stem.get(stem) for stem in stems([layer.kind for layer in layers])]
    by_name = {each.name: each for each in stored}
    return [by_name.get(layer.name) for layer in layers]


def _is_lost(layer: Layer) -> bool:
    return layer.unknown is not None or any(map(_is_lost, layers_inside(layer)))


def _owned(layer: Layer) -> list[Parameter]:
    found = list(layer.parameters)
    for inner in layers_inside(layer):
        found += _owned(inner)
    return found


def _shapes(shapes: Sequence[Shape]) -> str:
    return ", ".join("×".join(map(str, shape)) or "1" for shape in shapes) or say("saved.nothing")
