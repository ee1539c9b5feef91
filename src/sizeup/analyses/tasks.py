"""What there is to do in one call: the configuration in full, and the elements of its tensors."""

from __future__ import annotations

from sizeup.analyses.measures import elements_of
from sizeup.network import Layer
from sizeup.records import Record
from sizeup.rules.registry import find_rule

CELLS = frozenset({"SimpleRNNCell", "LSTMCell", "GRUCell"})
"""Cells that are layers of their own, too."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Call, Parameter, Shape

IDENTITIES = frozenset({"linear", "identity", "stop_gradient", "copy", "cast", "convert_to_tensor",
                        "to_float", "print_tensor", "check_numerics", "ensure_shape", "asarray",
                        "cast_to_floatx", "Print", "saturate_cast"})  # fmt: skip
"""Functions that give what they are given, or the same in another dtype."""


class Task(Record):
    """One call of a layer, for one sample.

    `ins` and `outs` are the elements of its tensors, `shapes` and `leaves` their shapes with the
    batch. `config` has the defaults of the kind, `weights` are what the layer owns; a layer that
    is frozen, or stands in one that is, is not `active`; one of whose settings some may be missing
    is not `told`. `whole` says whether all that enters and leaves is known.
    """

    kind: str
    config: Mapping[str, Any]
    ins: tuple[Dim | None, ...]
    outs: tuple[Dim | None, ...]
    shapes: tuple[Shape | None, ...]
    leaves: tuple[Shape | None, ...]
    weights: tuple[Parameter, ...]
    function: str | None
    macs: Dim | None
    active: bool
    told: bool
    whole: bool


def task_of(layer: Layer, call: Call, batch: Dim | None) -> Task:
    """What a call has to do; `batch` is the first dimension that the network is made for."""
    layer = as_layer(layer.changed(kind=layer.rule))
    rule = find_rule(layer.kind)
    defaults = {**rule.arguments, **rule.options} if rule else {}
    used = len(call.input_shapes) - call.beside
    return Task(
        kind=layer.kind,
        config={**defaults, **layer.config, **call.options},
        ins=tuple(elements_of(s, batch, call.samples) for s in call.input_shapes[:used]),
        outs=tuple(elements_of(s, batch, call.samples) for s in call.output_shapes),
        shapes=call.input_shapes[:used],
        leaves=call.output_shapes,
        weights=layer.parameters,
        function=_function(layer),
        macs=call.macs,
        active=layer.trainable,
        told=not layer.partial,
        whole=_is_whole(call),
    )


def _is_whole(call: Call) -> bool:
    """Whether it is known what enters, and that shapes do and leave."""
    wired = bool(call.inputs) and len(call.inputs) >= len(call.input_shapes)
    return wired and None not in call.input_shapes and None not in call.output_shapes


def within(
    task: Task, inner: Layer, shapes: Sequence[Shape | None], leaves: Sequence[Shape | None],
    macs: Dim | None,
) -> Task:  # fmt: skip
    """What a layer that another holds has to do: on tensors of these shapes."""
    inner = as_layer(inner)
    rule = find_rule(inner.kind)
    return task.changed(
        kind=inner.kind,
        config={**(rule.arguments if rule else {}), **inner.config},
        ins=tuple(elements_of(s, None) for s in shapes),
        outs=tuple(elements_of(s, None) for s in leaves),
        shapes=tuple(shapes),
        leaves=tuple(leaves),
        function=_function(inner),
        macs=macs,
        told=task.told and not inner.partial,
    )


def as_layer(layer: Layer) -> Layer:
    """An RNN of one of Keras' own cells as the layer of that name; all others as they are."""
    cell = layer.config.get("cell")
    if layer.kind != "RNN" or not isinstance(cell, Layer) or cell.kind not in CELLS:
        return layer
    settings = {name: value for name, value in layer.config.items() if name != "cell"}
    config = {**cell.config, **settings}
    return layer.changed(kind=cell.kind.removesuffix("Cell"), config=config)


def named(value: object) -> str | None:
    """A function that an argument gives, by its name; None for none and for the identity."""
    if value is None:
        return None
    if isinstance(value, Layer):
        return value.kind.lower()
    if isinstance(value, dict):
        inner = value.get("config")
        value = inner if isinstance(inner, str) else value.get("class_name")
    name = str(value)
    return None if name in IDENTITIES else name


def _function(layer: Layer) -> str | None:
    """What an operation computes, by the last part of the name that the source calls it by."""
    if layer.kind == "ops.elementwise" and isinstance(layer.config.get("name"), str):
        return str(layer.config["name"])
    return layer.written.function.rpartition(".")[2] if layer.written is not None else None
