"""Layers of a network replaced by chains of others, wherever they stand in it, and sized again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sizeup.naming import is_automatic, snake_case
from sizeup.network import Call, Graph, Layer, Ref, inside, map_bodies
from sizeup.records import Record
from sizeup.rules.graphs import resize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from sizeup.network import Network

BEYOND = 1_000_000
"""Identities of new layers lie beyond those of all that the source makes."""


class Part(Record):
    """A layer of a chain; `role` is added to the name of what it stands for, if it is another."""

    kind: str
    config: Mapping[str, Any]
    role: str = ""


Key = int | str
"""What tells a layer from all others: its identity, else its path."""
Maker = Callable[[Layer], "Sequence[Part]"]
"""The chain that replaces a layer."""


def key_of(layer: Layer, path: str) -> Key:
    """What is one object in the source has one key, wherever it is used."""
    return path if layer.identity is None else layer.identity


def replaced(network: Network, makers: Mapping[Key, Maker]) -> Network:
    """The network with chains in place of some layers: each takes what that took, one after another.

    A layer that is called several times is replaced by a chain that is; an empty chain passes on
    what enters. Raises SizingError where the outcome is no valid network.
    """
    return resize(rewired(network, makers))


def rewired(network: Network, makers: Mapping[Key, Maker]) -> Network:
    """The same with the new layers not sized yet."""
    graph = _Replacing(network.graph, makers).graph(network.graph, "")
    return network.changed(graph=graph)


class _Replacing:
    """Replaces layers; what stands in several bodies is replaced by the same layers in each."""

    def __init__(self, graph: Graph, makers: Mapping[Key, Maker]) -> None:
        self.makers = makers
        self.names = Names(graph)
        self.chains: dict[Key, tuple[Layer, ...]] = {}

    def graph(self, graph: Graph, prefix: str) -> Graph:
        chains = [self.chain(layer, f"{prefix}{layer.name}") for layer in graph.layers]
        ends: list[int] = []
        for chain in chains:
            ends.append((ends[-1] if ends else -1) + len(chain))

        def moved(ref: Ref) -> Ref:
            while ref.layer >= 0 and not chains[ref.layer]:
                ref = graph.layers[ref.layer].calls[ref.call].inputs[0]
            return ref.changed(layer=ends[ref.layer]) if ref.layer >= 0 else ref

        layers: list[Layer] = []
        for old, chain in zip(graph.layers, chains, strict=True):
            for place, layer in enumerate(chain):
                calls = redirected(old, moved).calls
                if layer is not old and place == 0:
                    calls = tuple(_called(c.inputs, c) for c in calls)
                elif layer is not old:
                    before = len(layers) - 1
                    calls = tuple(_called((Ref(before, n),), c) for n, c in enumerate(calls))
                layers.append(layer.changed(calls=calls))
        wired = zip(layers, [f"{prefix}{layer.name}/" for layer in layers], strict=True)
        return graph.changed(
            layers=tuple(
                map_bodies(layer, lambda body, path=path: self.graph(body, path))  # type: ignore[misc]
                for layer, path in wired
            ),
            outputs=tuple(map(moved, graph.outputs)),
        )

    def chain(self, layer: Layer, path: str) -> tuple[Layer, ...]:
        """What stands in place of a layer; most often itself."""
        key = key_of(layer, path)
        maker = self.makers.get(key)
        if maker is None or not layer.calls:
            return (layer,)
        if key not in self.chains:
            parts = enumerate(maker(layer), 1)
            self.chains[key] = tuple(self.made(layer, part, number) for number, part in parts)
        return self.chains[key]

    def made(self, layer: Layer, part: Part, number: int) -> Layer:
        """A new layer; it inherits the dtypes and whether they are trained."""
        return Layer(
            name=self.names.of(layer, part),
            kind=part.kind,
            config=part.config,
            parameters=tuple(p.changed(tied=None) for p in layer.parameters),
            trainable=layer.trainable,
            line=layer.line,
            identity=None if layer.identity is None else layer.identity + BEYOND * number,
        )


def redirected(layer: Layer, moved: Callable[[Ref], Ref]) -> Layer:
    """A layer whose calls take other tensors."""
    calls = (call.changed(inputs=tuple(map(moved, call.inputs))) for call in layer.calls)
    return layer.changed(calls=tuple(calls))


def _called(inputs: tuple[Ref, ...], call: Call) -> Call:
    """A call that is sized anew, and not at all where it is not known what enters."""
    return Call(inputs, (None,) * max(1, len(inputs)), (None,), None, samples=call.samples)


class Names:
    """Names for new layers of a graph, which none of its layers has."""

    def __init__(self, graph: Graph) -> None:
        self.taken = {layer.name for layer in _every(graph.layers)}

    def of(self, layer: Layer, part: Part) -> str:
        """The name of what it replaces where it is the like of it or the source gives the name."""
        automatic = is_automatic(layer.name, layer.kind)
        if not part.role and (part.kind == layer.kind or not automatic):
            return layer.name
        if not automatic:
            return self.free(f"{layer.name}_{part.role}", "_")
        return self.free(f"{snake_case(part.kind)}_1", "")

    def free(self, name: str, joint: str) -> str:
        """A name, numbered until no layer has it."""
        stem, number = name if joint else name.removesuffix("1"), 1
        found = name
        while found in self.taken:
            number += 1
            found = f"{stem}{joint}{number}"
        self.taken.add(found)
        return found


def _every(layers: Sequence[Layer]) -> Iterator[Layer]:
    for layer in layers:
        yield layer
        yield from _every(inside(layer))
