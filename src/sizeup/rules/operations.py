"""Operations element by element, along axes and over axes: they own nothing.

Kinds of operations are written `ops.NAME` after `keras.ops`, whose `compute_output_spec`
they follow. A shape may lack the batch: weights and constants have none.
"""

from __future__ import annotations

from sizeup.dims import Expr, maximum
from sizeup.errors import OpenSizeError, SizingError
from sizeup.rules.checks import differ, known_product, text
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config


@rule("ops.elementwise", signature="name=None")
def elementwise(_config: Config, *shapes: Shape) -> Sizing:
    """Any function of single elements, of one tensor or of several that broadcast."""
    result = shapes[0]
    for shape in shapes[1:]:
        result = broadcast(result, shape)
    return Sizing((result,))


def broadcast(a: Shape, b: Shape) -> Shape:
    """The shape of two broadcast together; raises SizingError where they do not fit."""
    rank = max(len(a), len(b))
    pairs = zip((1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b, strict=True)
    return tuple(_joint(left, right, a, b) for left, right in pairs)


def _joint(left: Dim | None, right: Dim | None, a: Shape, b: Shape) -> Dim | None:
    """Of two expressions the larger: in a valid network they are equal, or one of them is 1."""
    if right in (left, 1):
        return left
    if left == 1 or left is None:
        return right
    if right is None:
        return left
    if differ(left, right):
        raise SizingError(say("rules.ops_broadcast", first=text(a), second=text(b)))
    numbers = [dim for dim in (left, right) if isinstance(dim, int)]
    return numbers[0] if numbers else maximum(left, right)


@rule("ops.reduce", signature="axis=None, keepdims=False")
def reduce(config: Config, x: Shape) -> Sizing:
    """Sum, mean, maximum, … over axes; over all of them where none is named."""
    axis = config["axis"]
    axes = set(range(len(x))) if axis is None else axes_of(axis, len(x))
    if config["keepdims"]:
        return Sizing((tuple(1 if i in axes else dim for i, dim in enumerate(x)),))
    return Sizing((tuple(dim for i, dim in enumerate(x) if i not in axes),))


@rule("ops.moments", signature="axes, keepdims=False")
def moments(config: Config, x: Shape) -> Sizing:
    """Mean and variance over axes."""
    [mean] = reduce({"axis": config["axes"], "keepdims": config["keepdims"]}, x).outputs
    return Sizing((mean, mean))


@rule("ops.along", signature="axis=None")
def along(config: Config, x: Shape) -> Sizing:
    """Softmax, sort, flip, roll, … along axes: the shape stays."""
    if config["axis"] is not None:
        axes_of(config["axis"], len(x))
    return Sizing((x,))


@rule("ops.cumulate", signature="axis=None")
def cumulate(config: Config, x: Shape) -> Sizing:
    """Running sums and products along an axis, else over all elements in a row."""
    return Sizing(((known_product(x),),)) if config["axis"] is None else along(config, x)


@rule("ops.top_k", signature="k=1")
def top_k(config: Config, x: Shape) -> Sizing:
    """The largest values along the last axis, and where they are."""
    if not x:
        raise SizingError(say("rules.ops_axis", axis=-1, rank=0))
    largest = (*x[:-1], config["k"])
    return Sizing((largest, largest))


@rule("ops.mapped", signature="free=True")
def mapped(config: Config, each: Shape, elements: Shape) -> Sizing:
    """What is made of each element along the first axis, stacked; how often, is the batch's."""
    return Sizing(((*elements[:1], *each),), macs=0 if config["free"] else None)


@rule("ops.looped", signature="free=True")
def looped(config: Config, before: Shape, _after: Shape) -> Sizing:
    """A variable of a loop keeps its shape; how often the loop runs is not known."""
    return Sizing((before,), macs=0 if config["free"] else None)


def axes_of(axis: Any, rank: int) -> set[int]:
    """One axis or several, counted from the front; raises SizingError where one is not there."""
    several = axis if isinstance(axis, tuple | list) else (axis,)
    return {axis_of(each, rank) for each in several}


def axis_of(axis: Any, rank: int) -> int:
    """An axis counted from the front; raises SizingError where it is not there."""
    if isinstance(axis, Expr | str) or axis is None:
        raise OpenSizeError(say("rules.ops_open", name="axis", value=text(axis)))
    if not isinstance(axis, int) or not -rank <= axis < rank:
        raise SizingError(say("rules.ops_axis", axis=text(axis), rank=rank))
    return axis % rank
