"""How the source writes operations on tensors, kept for whoever writes them anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType

from sizeup.dims import Expr
from sizeup.network import Slot, Written, slots_in
from sizeup.readers.source.keras.objects import Tensor, Vector
from sizeup.readers.source.machine import Machine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


FILLED = frozenset({"normal", "random_normal", "uniform", "random_uniform", "truncated_normal",
                    "ones", "zeros"})  # fmt: skip
"""Functions that fill a shape, which is their first argument."""
UNSAID = frozenset({"shape", "seed", "name"})


def remember(
    m: Machine,
    result: Value,
    function: str,
    arguments: Sequence[Value],
    keywords: Mapping[str, Value] = MappingProxyType({}),
) -> None:
    """Note what was called where one operation came of it, on nothing but what it was given."""
    world, _, name = function.rpartition(".")
    if world != "np" and isinstance(result, Tensor) and result.constant and name in FILLED:
        with suppress(LookupError):
            given = tuple(_plain(m, value, {}) for value in arguments[1:])
            named = {k: _plain(m, v, {}) for k, v in keywords.items() if k not in UNSAID}
            result.made = Written(name, given, MappingProxyType(named))
        return
    made = result if isinstance(result, tuple) else (result,)
    nodes = {id(t.node): t.node for t in made if isinstance(t, Tensor) and t.node is not None}
    if len(nodes) != 1:
        return
    node = next(iter(nodes.values()))
    if not node.layer.quiet or node.layer.written is not None:
        return
    places = {id(tensor): Slot(place) for place, tensor in enumerate(node.inputs)}
    try:
        given = tuple(_plain(m, value, places) for value in arguments)
        named = {key: _plain(m, value, places) for key, value in keywords.items() if key != "name"}
    except LookupError:
        return
    used = {slot.place for slot in slots_in((*given, *named.values()))}
    if len(used) == len({id(tensor) for tensor in node.inputs}):
        known = {place: tensor.made for place, tensor in enumerate(node.inputs) if tensor.made}
        node.layer.written = Written(
            function, given, MappingProxyType(named), MappingProxyType(known)
        )


def keywords_of(
    m: Machine, keywords: Mapping[str, Value], inputs: Sequence[Tensor]
) -> Mapping[str, Any]:
    """Those arguments that hold tensors, as plain data with a slot for each of `inputs`."""
    places = {id(tensor): Slot(place) for place, tensor in enumerate(inputs)}
    found: dict[str, Any] = {}
    for name, value in keywords.items():
        with suppress(LookupError):
            plain = _plain(m, value, places)
            if slots_in(plain):
                found[name] = plain
    return MappingProxyType(found)


def _plain(m: Machine, value: Value, places: Mapping[int, Slot]) -> Value:
    """Plain data; LookupError for what is none."""
    value = m.resolve(value)
    if isinstance(value, Tensor):
        return places[id(value)]
    if isinstance(value, list | tuple) and not isinstance(value, Vector):
        return tuple(_plain(m, each, places) for each in value)
    if value is None or isinstance(value, bool | int | float | str | Expr):
        return value
    spelled = getattr(value, "callee", None)
    if isinstance(spelled, str):  # tf.float32
        return spelled.rpartition(".")[2]
    raise LookupError
