"""What must hold of the free names for a network to be valid, as expressions.

Every length is at least 1; lengths that meet element by element, or beside what is joined, agree;
groups divide their channels; a reshaped tensor keeps its elements. Kinds whose rules may refuse
lengths for other reasons are not `sure`: their networks are tried with the values themselves.
"""

from __future__ import annotations

from itertools import combinations

from sizeup.dims import Expr, modulo, product
from sizeup.errors import SizingError
from sizeup.network import held_layers
from sizeup.records import Record
from sizeup.rules.graphs import bind
from sizeup.rules.registry import HOMES, find_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sizeup.dims import Dim
    from sizeup.network import Call, Graph, Layer, Network, Shape

EASY_HOMES = frozenset({
    "core", "activations", "regularization", "pooling", "padding", "norm", "conv", "recurrent",
})  # fmt: skip
"""The modules of rules that take all positive lengths, groups and dilations aside."""
EASY = frozenset({
    "Flatten", "Permute", "RepeatVector", "Rescaling", "ops.reduce", "Bidirectional", "TimeDistributed",
})  # fmt: skip
"""Others that take them all, wrappers of such layers among them."""
BESIDE_EACH_OTHER = frozenset({"Attention", "AdditiveAttention", "MultiHeadAttention"})
"""Kinds that take inputs of one shape whatever it is."""
ELEMENTWISE = frozenset({
    "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "ops.elementwise",
})  # fmt: skip


class Conditions(Record):
    """What is at least 1 in a valid network, and what is 0; `sure` if nothing else is demanded."""

    positive: tuple[Dim, ...]
    zero: tuple[Dim, ...]
    sure: bool


def conditions(graph: Graph) -> Conditions:
    """All that a graph demands of what is free in it."""
    zero: dict[Dim, None] = {}
    sure = True
    for layer, call in _calls(graph):
        demanded = _demanded(layer, call)
        sure = sure and demanded is not None
        zero |= dict.fromkeys(dim for dim in demanded or () if dim != 0)
    return Conditions(tuple(dict.fromkeys(lengths(graph))), tuple(zero), sure)


def valid(network: Network, values: Mapping[str, int]) -> bool:
    """Whether a network exists under values of its free names."""
    try:
        bind(network, values)
    except SizingError:
        return False
    return True


def lengths(graph: Graph) -> Iterator[Dim]:
    """Every dimension that a valid network has and that depends on something free."""
    for layer, call in _calls(graph):
        shapes = [p.shape for p in layer.parameters if p.shaped]
        for shape in (*call.input_shapes, *call.output_shapes, *shapes):
            yield from (dim for dim in shape or () if isinstance(dim, Expr))


def _calls(graph: Graph) -> Iterator[tuple[Layer, Call]]:
    """Every call with its layer, inner ones after the outer one."""
    for layer in graph.layers:
        for call in layer.calls:
            yield layer, call
            if call.body is not None:
                yield from _calls(call.body)


def _demanded(layer: Layer, call: Call) -> list[Dim] | None:
    """What is 0 where the rule of a layer takes its inputs; None where that is not known."""
    shapes = [shape for shape in call.input_shapes if shape is not None]
    if len(shapes) < len(call.input_shapes):
        return None
    if call.body is not None or not (_open(layer.config) or any(map(_open, shapes))):
        return []
    if layer.kind in ELEMENTWISE:
        return list(_agreeing(shapes))
    if layer.kind in ("Concatenate", "ops.concatenate"):
        return _beside(shapes, layer.config.get("axis", -1))
    if layer.kind == "Reshape":
        return _reshaped(shapes[0], layer.config["target_shape"])
    if layer.kind in BESIDE_EACH_OTHER:
        return [] if len(set(shapes)) == 1 else None
    if layer.kind in EASY or HOMES.get(layer.kind) in EASY_HOMES:
        return _easy(layer, shapes)
    return None


def _open(value: object) -> bool:
    """Whether a configuration, or a part of one, holds a free name."""
    if isinstance(value, tuple | list):
        return any(map(_open, value))
    if hasattr(value, "values"):
        return any(map(_open, value.values()))
    return isinstance(value, Expr) or any(_open(layer.config) for layer in held_layers(value))


def _agreeing(shapes: list[Shape]) -> Iterator[Dim]:
    """Lengths in one place, counted from the last, are equal, or one of them is 1."""
    longest = max(map(len, shapes))
    padded = [(1,) * (longest - len(shape)) + tuple(shape) for shape in shapes]
    for column in zip(*padded, strict=True):
        for one, other in combinations(dict.fromkeys(column), 2):
            if one is not None and other is not None and 1 not in (one, other):
                yield product([one - other, *(d - 1 for d in (one, other) if isinstance(d, Expr))])


def _beside(shapes: list[Shape], axis: object) -> list[Dim] | None:
    """Lengths agree but along the axis that is joined."""
    if not isinstance(axis, int) or len(set(map(len, shapes))) > 1:
        return None
    columns = list(zip(*shapes, strict=True))
    del columns[axis]
    return [
        one - other
        for column in columns
        for one, other in combinations([dim for dim in column if dim is not None], 2)
    ]


def _reshaped(shape: Shape, target: object) -> list[Dim] | None:
    """The elements stay, or are a multiple of those that are said."""
    said = [dim for dim in _several(target) if isinstance(dim, int | Expr)]
    if len(said) < len(_several(target)) or None in shape[1:]:
        return None
    whole = product(dim for dim in shape[1:] if dim is not None)
    part = product(dim for dim in said if dim != -1)
    if -1 not in said:
        return [whole - part]
    return None if part == 0 else [modulo(whole, part)]


def _easy(layer: Layer, shapes: list[Shape]) -> list[Dim] | None:
    """What groups divide; None for strides with dilations, and for layers that are no plain ones."""
    rule = find_rule(layer.kind)
    config = {**(rule.signature if rule else {}), **layer.config}
    if "inputs" in config or any(
        HOMES.get(held.kind) not in EASY_HOMES for held in held_layers(layer.config)
    ):
        return None
    rate = config.get("dilation_rate", 1)
    if _open(rate) or (_open(config.get("strides")) and {*_several(rate)} != {1}):
        return None
    groups = config.get("groups", 1)
    if groups in (1, -1):  # -1: one for each channel
        return []
    axis = config.get("axis", 1 if config.get("data_format") == "channels_first" else -1)
    if not isinstance(axis, int) or not isinstance(groups, int | Expr):
        return None
    counts = shapes[0][axis], config.get("filters", groups)
    return [modulo(dim, groups) for dim in counts if isinstance(dim, int | Expr)]


def _several(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)
