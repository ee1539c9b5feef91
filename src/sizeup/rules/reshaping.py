"""Layers that only rearrange their input; they own nothing and multiply nothing."""

from __future__ import annotations

from sizeup.dims import Expr, floor_div
from sizeup.errors import SizingError
from sizeup.rules.checks import (
    channels_first,
    differ,
    known_product,
    least_rank,
    positive,
    rank,
    text,
)
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config


@rule("Flatten", signature="data_format=None")
def flatten(config: Config, x: Shape) -> Sizing:
    """All but the batch in one dimension, open where any of them is: (batch, product)."""
    channels_first("Flatten", config)  # changes the order of the elements, not their number
    least_rank("Flatten", x, 1)
    return Sizing(((x[0], known_product(x[1:])),))


@rule("Permute", signature="dims")
def permute(config: Config, x: Shape) -> Sizing:
    """The dimensions in another order; `dims` counts from 1, after the batch."""
    dims = config["dims"]
    if (
        not isinstance(dims, tuple | list)
        or not all(isinstance(dim, int) for dim in dims)
        or sorted(dims) != list(range(1, len(dims) + 1))
    ):
        raise SizingError(say("rules.permutation", value=text(dims)))
    rank("Permute", x, len(dims) + 1)
    return Sizing(((x[0], *(x[dim] for dim in dims)),))


@rule("RepeatVector", signature="n")
def repeat_vector(config: Config, x: Shape) -> Sizing:
    """(batch, features) becomes (batch, n, features)."""
    times = positive("RepeatVector", config, "n")
    rank("RepeatVector", x, 2)
    return Sizing(((x[0], times, x[1]),))


@rule("Reshape", signature="target_shape")
def reshape(config: Config, x: Shape) -> Sizing:
    """The same elements in `target_shape` (without the batch); one -1 takes what remains.

    Where the input or the target has an open dimension, Keras checks nothing and -1 stays open.
    """
    target = _target(config["target_shape"])
    inferred = -1 in target
    size = known_product(x[1:])
    fixed = known_product(dim for dim in target if dim != -1)
    rest: Dim | None = None
    if size is not None and fixed is not None:
        rest = floor_div(size, fixed) if inferred and fixed != 0 else 1
        if (inferred and fixed == 0) or differ(size, fixed * rest):
            raise SizingError(
                say("rules.reshape", shape=text(x), size=text(size), value=text(target))
            )
    return Sizing(((x[0], *(rest if dim == -1 else dim for dim in target)),))


def _target(value: Any) -> Shape:
    """A target shape; what is not a number is open, as in Keras."""
    if not isinstance(value, tuple | list):
        raise SizingError(say("rules.target_shape", value=text(value)))
    target = tuple(dim if isinstance(dim, int | Expr) else None for dim in value)
    if target.count(-1) > 1 or any(isinstance(dim, int) and dim < -1 for dim in target):
        raise SizingError(say("rules.target_shape", value=text(value)))
    return target
