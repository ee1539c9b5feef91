"""What the real Keras says of a layer, and the comparison of a rule with it."""

import inspect
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import keras
import keras.src.legacy.layers
import pytest

from sizeup.dims import Dim, Expr, bind
from sizeup.errors import SizingError
from sizeup.network import Layer, Parameter, Shape, map_held
from sizeup.rules.registry import Sizing, size


@dataclass(frozen=True, slots=True)
class Truth:
    """A built layer: (name, shape, trainable) per weight in Keras' order, and output shapes.

    `error` is what Keras raised instead, at construction or at the symbolic call.
    """

    weights: tuple[tuple[str, tuple[int, ...], bool], ...] = ()
    outputs: tuple[tuple[int | None, ...], ...] = ()
    error: Exception | None = None


def keras_layer(kind: str) -> type[keras.Layer]:
    """The class of a kind by its own name; some are kept by Keras for old code only."""
    exported = {getattr(cls, "__name__", name): cls for name, cls in vars(keras.layers).items()}
    return exported.get(kind) or getattr(keras.src.legacy.layers, kind)


def real(layer: Layer) -> keras.Layer:
    """The layer of Keras that a layer in a configuration stands for."""
    made = keras_layer(layer.kind)(**map_held(dict(layer.config), real))
    if not layer.trainable:  # which reaches what is inside; so would setting it to True
        made.trainable = False
    return made


def keras_truth(kind: str, config: Mapping[str, Any], shapes: Sequence[Shape]) -> Truth:
    """Build the Keras layer and call it on symbolic tensors of `shapes`.

    Several tensors go in as one list where the layer's call starts with `inputs`, else
    one by one (query, value, …). What Keras only warns of is no error.
    """
    constructor = keras_layer(kind)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            layer = constructor(**map_held(dict(config), real))
            tensors = [keras.KerasTensor(shape) for shape in shapes]
            first = next(iter(inspect.signature(layer.call).parameters))
            listed = len(tensors) > 1 and first == "inputs"
            outputs = layer(tensors) if listed else layer(*tensors)
        except Exception as error:  # noqa: BLE001 (what Keras raises is of many kinds)
            return Truth(error=error)
    return Truth(
        weights=tuple((_last(w.path), tuple(w.shape), w.trainable) for w in layer.weights),
        outputs=tuple(tuple(tensor.shape) for tensor in keras.tree.flatten(outputs)),
    )


def assert_same(
    kind: str,
    config: Mapping[str, Any],
    shapes: Sequence[Shape],
    values: Mapping[str, Dim] | None = None,
) -> Sizing | None:
    """Assert that a rule and the real Keras agree; the rule's sizing, None where both raise.

    With `values` the configuration and the shapes hold symbols: the rule sizes them with the
    symbols in and is bound afterwards, Keras is given the values. Where Keras then raises, the
    rule has to raise for the values, and may for the symbols if it can tell.
    """
    values = values or {}
    bound_config, bound_shapes = bind_all(dict(config), values), bind_all(list(shapes), values)
    truth = keras_truth(kind, bound_config, bound_shapes)
    if truth.error is not None:
        with suppress(SizingError):
            size(kind, config, shapes)
        with suppress(SizingError):
            sized = size(kind, bound_config, bound_shapes)
            pytest.fail(f"Keras raises {truth.error!r} where sizeup says {sized}")
        return None
    sizing = bind_all(size(kind, config, shapes), values)
    assert truth.weights == tuple((_last(p.name), p.shape, p.trainable) for p in sizing.parameters)
    assert truth.outputs == sizing.outputs
    return sizing


def bind_all(value: Any, values: Mapping[str, Dim]) -> Any:
    """Bind symbols wherever they are in a configuration, a shape or a sizing."""
    match value:
        case Expr():
            return bind(value, values)
        case dict():
            return {key: bind_all(item, values) for key, item in value.items()}
        case tuple() | list():
            return type(value)(bind_all(item, values) for item in value)
        case Parameter():
            return value.changed(shape=bind_all(value.shape, values))
        case Layer():
            return value.changed(config=bind_all(dict(value.config), values))
        case Sizing(outputs, parameters, macs):
            return Sizing(*bind_all((outputs, parameters, macs), values))
        case _:
            return value


def _last(path: str) -> str:
    return path.rpartition("/")[2]
