"""Convolutions of every window that meets the input at all, as Keras 0 and 1 had them.

Keras 3 has none: a rim of zeros around what enters, and no padding then, give the same.
"""

from __future__ import annotations

from sizeup.network import Graph, Layer
from sizeup.rules.registry import find_rule
from sizeup.rules.replacing import Part, key_of, replaced
from sizeup.rules.windows import FULL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sizeup.network import Network
    from sizeup.rules.replacing import Key

RIMS = {"Conv1D": 1, "Conv2D": 2, "Conv3D": 3}
"""How many sides what enters has."""


def rimmed(network: Network) -> Network:
    """The network with a layer of zeros before each such convolution."""
    found = set(_full(network.graph, ""))
    if network.error is not None or not found:
        return network
    return replaced(network, dict.fromkeys(found, _rim_and_layer))


def _full(graph: Graph, prefix: str) -> Iterator[Key]:
    for layer in graph.layers:
        path = f"{prefix}{layer.name}"
        if layer.rule in RIMS and layer.config.get("padding") == FULL:
            yield key_of(layer, path)
        for call in layer.calls:
            if call.body is not None:
                yield from _full(call.body, f"{path}/")


def _rim_and_layer(layer: Layer) -> tuple[Part, Part]:
    sides, config = RIMS[layer.rule], dict(layer.config)
    sizes, steps = (_each(layer, name, sides) for name in ("kernel_size", "dilation_rate"))
    widths = tuple(step * (size - 1) for size, step in zip(sizes, steps, strict=True))
    rim: dict[str, Any] = {"padding": widths if sides > 1 else widths[0]}
    if sides > 1 and config.get("data_format") is not None:
        rim["data_format"] = config["data_format"]
    zeros = Part(f"ZeroPadding{sides}D", rim, "rim")
    return zeros, Part(layer.rule, {**config, "padding": "valid"})


def _each(layer: Layer, name: str, sides: int) -> tuple[Any, ...]:
    rule = find_rule(layer.rule)
    assert rule is not None
    value = layer.config.get(name, rule.arguments[name])
    return tuple(value) if isinstance(value, tuple | list) else (value,) * sides
