"""Tensors that the source fills itself: random numbers, ones and zeros of a shape."""

from __future__ import annotations

from sizeup.builders.plan import Invoke, Value
from sizeup.errors import PortError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from sizeup.network import Call, Layer, Shape

USUAL = {"mean": 0, "stddev": 1, "minval": 0, "maxval": 1, "dtype": "float32"}
"""What random numbers are where nothing else is said."""


def filled(
    layer: Layer, call: Call, place: int, known: Iterable[tuple[Any, Shape | None]]
) -> Invoke:
    """A constant of the source's that fills a shape, which is fixed or that of a `known` tensor."""
    made = layer.written.made.get(place) if layer.written is not None else None
    shape = call.input_shapes[place]
    like = next((code for code, other in known if code is not None and other == shape), None)
    if made is None or shape is None or (None in shape and like is None):
        raise PortError(say("port.constant"), line=layer.line)
    sizes = Invoke("ops.shape", (like,)) if None in shape else Value(tuple(shape))
    name = made.function.removeprefix("random_")
    home = "ops" if name in ("ones", "zeros") else "keras.random"
    said = {k: v for k, v in made.keywords.items() if v is not None and v != USUAL.get(k)}
    arguments = (sizes, *map(Value, made.arguments))
    return Invoke(f"{home}.{name}", arguments, tuple((k, Value(v)) for k, v in said.items()))
