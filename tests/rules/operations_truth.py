"""What `keras.ops` says of an operation on symbolic tensors, and the comparison of a rule with it."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import keras
import pytest
from hypothesis import strategies as st

from rules.drawing import left_open
from rules.truth import bind_all
from sizeup.dims import Dim
from sizeup.errors import OpenSizeError, SizingError
from sizeup.network import Shape
from sizeup.rules.registry import size

KNOWN = st.integers(1, 6)


def keras_shapes(run: Callable[..., Any], shapes: Sequence[Shape]) -> list[Shape] | None:
    """The shapes that leave, None where Keras raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = run(*(keras.KerasTensor(shape) for shape in shapes))
        except Exception:  # noqa: BLE001 (what Keras raises is of many kinds)
            return None
    return [tuple(tensor.shape) for tensor in keras.tree.flatten(found)]


def assert_same_operation(
    kind: str,
    config: Mapping[str, Any],
    shapes: Sequence[Shape],
    run: Callable[..., Any],
    values: Mapping[str, Dim] | None = None,
) -> None:
    """Assert that a rule gives the shapes that `run` gives, and raises where it raises.

    With `values`, `config` and `shapes` hold symbols: the rule sizes them with the symbols in
    and is bound afterwards.
    """
    values = values or {}
    bound_config, bound_shapes = bind_all(dict(config), values), bind_all(list(shapes), values)
    truth = keras_shapes(run, bound_shapes)
    if truth is None:
        with suppress(SizingError):
            sized = size(kind, bound_config, bound_shapes)
            pytest.fail(f"Keras raises where sizeup says {sized}")
        return
    assert list(size(kind, bound_config, bound_shapes).outputs) == truth
    with suppress(OpenSizeError):
        assert list(bind_all(size(kind, config, shapes), values).outputs) == truth


@st.composite
def opened(draw: Any, shapes: Any) -> tuple[list[Shape], dict[str, Dim]]:
    """Shapes with some of their numbers left open, and the values of the symbols."""
    values: dict[str, Dim] = {}
    return [draw(left_open(shape, values)) for shape in draw(shapes)], values
