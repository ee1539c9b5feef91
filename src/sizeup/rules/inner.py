"""Layers inside layers: what a wrapper or an RNN takes from the layer that it holds."""

from __future__ import annotations

from sizeup.errors import SizingError
from sizeup.network import BYTES, Call, Graph, Layer, Network, Ref, rows, tensor_key
from sizeup.rules.checks import text
from sizeup.rules.graphs import resize
from sizeup.rules.registry import Sizing
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.network import Parameter, Shape
    from sizeup.rules.registry import Config


def held(kind: str, config: Config, name: str) -> Layer:
    """The layer that the argument `name` holds."""
    layer = config[name]
    if not isinstance(layer, Layer):
        raise SizingError(say("rules.no_layer", kind=kind, name=name, value=text(layer)))
    return layer


def size_inner(layer: Layer, shapes: Sequence[Shape]) -> Sizing:
    """Size one call of a layer that another holds.

    Its parameters are all that it owns and is made of, named by their paths inside of it and
    tied to it. Raises SizingError as `resize` does.
    """
    refs = tuple(Ref(-1, 0, number) for number in range(len(shapes)))
    unsized = Call((), (None,) * len(shapes), (None,), None)
    call = next(iter(layer.calls), unsized).changed(inputs=refs)
    graph = Graph((layer.changed(calls=(call,)),), tuple(shapes))
    table = rows(resize(Network("", graph), anew=True))
    outputs = tuple(shape for shape in table[0].layer.calls[0].output_shapes if shape is not None)
    if len(outputs) != len(table[0].layer.calls[0].output_shapes):
        raise SizingError(say("rules.unsizable", kind=layer.kind, shapes=text(tuple(shapes))))
    return Sizing(
        outputs=outputs,
        parameters=tuple(
            parameter.changed(
                name=f"{row.path}/{parameter.name}".removeprefix(f"{table[0].path}/"),
                dtype=_dtype(row.layer, parameter),
                tied=tensor_key(row.layer, parameter),
            )
            for row in table
            for parameter in row.own
        ),
        macs=table[0].macs,
    )


def inside(prefix: str, sizing: Sizing) -> tuple[Parameter, ...]:
    """The parameters of an inner layer, named by where it is."""
    return tuple(each.changed(name=f"{prefix}/{each.name}") for each in sizing.parameters)


def _dtype(layer: Layer, parameter: Parameter) -> str:
    """What the layer's configuration says; rules declare the default."""
    dtype = layer.config.get("dtype")
    return dtype if isinstance(dtype, str) and dtype in BYTES else parameter.dtype
