"""Layers that a program makes or calls to no effect: what they give enters no network."""

from __future__ import annotations

from collections.abc import Iterator

from sizeup.network import Layer, Network, Note, held_layers, inside
from sizeup.places import file_of
from sizeup.readers.source.dropped import Dropped
from sizeup.readers.source.keras.capture import closure
from sizeup.readers.source.keras.names import kind_of
from sizeup.readers.source.keras.objects import LayerValue, ModelValue
from sizeup.readers.source.machine import Machine
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    Built = list[tuple[int, Network]]


def with_remarks(m: Machine, found: Built) -> Built:
    """The networks of a run, with a warning of each layer that was meant to be in one of them."""
    remarks = [(network, note) for layer in _outside(m, found)
               for drop in m.world.dropped() if _is(layer, drop)
               for network, note in _remarks(layer, drop, found)]  # fmt: skip
    return [
        (identity, network.changed(notes=(*network.notes, *_distinct(network, remarks))))
        for identity, network in found
    ]


def _distinct(network: Network, remarks: list[tuple[Network, Note]]) -> tuple[Note, ...]:
    return tuple(dict.fromkeys(note for other, note in remarks if other is network))


def _outside(m: Machine, found: Built) -> list[LayerValue]:
    """The layers of the source itself that no network has, or that one holds and never calls."""
    entered = {layer.identity for _, network in found for layer in _all(network.graph.layers)}
    left = [
        layer
        for layer in m.world.made
        if not (layer.nodes and layer.identity in entered) and not layer.quiet
        and not isinstance(layer, ModelValue) and file_of(layer.line) is None
    ]  # fmt: skip
    held = {layer.identity for model in m.world.models for layer in closure(model)} if left else ()
    return [layer for layer in left if not layer.nodes or layer.identity not in held]


def _all(layers: tuple[Layer, ...]) -> Iterator[Layer]:
    """Layers and all that is inside of them."""
    for layer in layers:
        yield layer
        yield from _all((*inside(layer), *held_layers(layer.config)))


def _is(layer: LayerValue, drop: Dropped) -> bool:
    return layer.line == drop.line and layer.kind == (kind_of(drop.name) or drop.name)


def _remarks(layer: LayerValue, drop: Dropped, found: Built) -> Iterator[tuple[Network, Note]]:
    """A remark on each network that the layer was made for."""
    if drop.attribute is not None:
        meant = [network for _, network in found
                 if any(inner.identity == layer.identity for inner in _all(network.graph.layers))]  # fmt: skip
    elif layer.nodes and not any(t.node for node in layer.nodes for t in node.inputs):
        return  # called on data: looked at, and no part of any network
    else:
        meant = _beside(layer, drop, found)
    text = say("lint.dead_end" if layer.nodes else "lint.unused")
    for network in meant:
        yield network, Note("warning", f"{layer.explicit or layer.kind}: {text}", layer.line)


def _beside(layer: LayerValue, drop: Dropped, found: Built) -> list[Network]:
    """The networks that are made in the same function; else the next one, or the last."""
    same = [n for _, n in found if n.line is not None and drop.first <= n.line <= drop.last]
    later = [network for identity, network in found if identity > layer.identity]
    return same or later[:1] or [network for _, network in found[-1:]]
