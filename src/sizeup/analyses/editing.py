"""A network changed and sized again."""

from __future__ import annotations

from sizeup.errors import UsageError
from sizeup.network import Layer
from sizeup.rules.graphs import resize
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sizeup.network import Network, Shape


def edit(
    network: Network,
    layers: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    kinds: Mapping[str, Mapping[str, Any]] | None = None,
    input_shape: Shape | None = None,
) -> Network:
    """The network with other settings, all shapes, parameters and MACs found anew.

    `layers` maps names of layers to the settings that they get, `kinds` those of all layers of a
    kind, as Keras 3 spells both; `input_shape`, batch first, is what enters the first input.
    Raises UsageError for a name or a kind that no layer has, and SizingError, with the layer and
    its line, where Keras would raise.
    """
    layers, kinds = layers or {}, kinds or {}
    met: set[str] = set()

    def config(layer: Layer) -> Mapping[str, Any]:
        met.update((layer.name, layer.kind))
        return {**layer.config, **kinds.get(layer.kind, {}), **layers.get(layer.name, {})}

    shapes = None
    if input_shape is not None:
        shapes = (input_shape, *network.graph.input_shapes[1:])
    edited = resize(network, config, input_shapes=shapes)
    for name in (*layers, *kinds):
        if name not in met:
            raise UsageError(say("edit.no_layer", name=name, network=network.name))
    return edited
