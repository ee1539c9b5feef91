"""What a source says, made free: a constant or default `units`, a number `dense_1.units`."""

from __future__ import annotations

from collections.abc import Sequence

from sizeup.analyses.presumed import presumed
from sizeup.dims import symbol
from sizeup.errors import UsageError
from sizeup.naming import some_of
from sizeup.network import Free, rows
from sizeup.rules.graphs import resize
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sizeup.dims import Expr
    from sizeup.network import Layer, Network


def opened(names: Sequence[str]) -> dict[str, Expr]:
    """Settings under which names of a source are symbols: constants, arguments of builders."""
    return {name: symbol(name) for name in names}


def free_names(networks: Sequence[Network], names: Sequence[str]) -> list[Network]:
    """The networks that were read with these names open, which are then listed as free."""
    free = tuple(Free(name, name, None, say("solve.opened")) for name in names)
    return [network.changed(free=(*network.free, *free)) for network in networks]


def free_arguments(networks: Sequence[Network], wanted: Sequence[str]) -> list[Network]:
    """The networks with these arguments of their layers left open, `LAYER.ARGUMENT` each.

    All networks that have the layer are freed under one name, `LAYER_ARGUMENT`. A tuple of equal
    sizes, such as a square kernel, is one name; what is not valid stays as it is. Raises UsageError
    where no network has it or it is no number, SizingError where the network is not valid with it
    open.
    """
    found = [presumed(network) if wanted and _is_partial(network) else network
             for network in networks]  # fmt: skip
    for text in wanted:
        path, dot, argument = text.rpartition(".")
        having = {
            number: row.layer
            for number, network in enumerate(found)
            for row in rows(network)
            if row.path == path
        }
        if not dot or not having:
            known = some_of((row.path for n in networks for row in rows(n)), path or text)
            raise UsageError(say("solve.no_layer", name=path or text, known=known))
        for number, layer in having.items():
            if found[number].error is None:
                found[number] = _freed(found[number], layer, path, argument)
    return found


def _is_partial(network: Network) -> bool:
    return any(layer.partial for layer in network.graph.layers)


def _freed(network: Network, layer: Layer, path: str, argument: str) -> Network:
    name = "".join(c if c.isalnum() else "_" for c in f"{path}_{argument}")
    value = layer.config.get(argument)
    numbers = value if isinstance(value, tuple) else (value,)
    if any(type(number) is not int for number in numbers):
        known = ", ".join(key for key, held in layer.config.items() if type(held) is int)
        if layer.partial:
            raise UsageError(say("solve.unsaid", name=path, kind=layer.kind, argument=argument))
        raise UsageError(say("solve.no_number", name=f"{path}.{argument}", known=known or "-"))
    opened = symbol(name)
    config = {**layer.config, argument: (opened,) * len(numbers) if value is numbers else opened}

    def edited(each: Layer) -> Mapping[str, Any]:
        same = each is layer if each.identity is None else each.identity == layer.identity
        return config if same else each.config

    free = Free(name, f"{path}.{argument}", layer.line, say("solve.freed", value=value))
    return resize(network, edited).changed(free=(*network.free, free))
