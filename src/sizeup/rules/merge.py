"""Layers of several inputs: element by element, end to end, and the dot product."""

from __future__ import annotations

from functools import partial

from sizeup.dims import maximum
from sizeup.errors import SizingError
from sizeup.network import add_known
from sizeup.rules.checks import axis_in, differ, known_product, text
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config


def elementwise(kind: str, _config: Config, *shapes: Shape) -> Sizing:
    """Element by element: the batch apart, shapes are broadcast from the right.

    Where an axis has 1 in one input and more in another, the larger wins; an open dimension
    makes the outcome open.
    """
    batches = [shape[0] for shape in shapes]
    if not shapes or differ(*batches):
        raise _mismatch(kind, shapes)
    merged = shapes[0][1:]
    for shape in shapes[1:]:
        longer, shorter = sorted((merged, shape[1:]), key=len, reverse=True)
        ahead = len(longer) - len(shorter)
        if any(_clash(*pair) for pair in zip(longer[ahead:], shorter, strict=True)):
            raise _mismatch(kind, shapes)
        merged = (*longer[:ahead], *map(_broadcast, longer[ahead:], shorter))
    return Sizing(((next((size for size in batches if size is not None), None), *merged),))


for _kind in ("Add", "Average", "Maximum", "Minimum", "Multiply"):
    rule(_kind, signature="")(partial(elementwise, _kind))


@rule("Subtract", signature="")
def subtract(config: Config, *shapes: Shape) -> Sizing:
    """The first input less the second."""
    _demand_two("Subtract", shapes)
    return elementwise("Subtract", config, *shapes)


@rule("Concatenate", signature="axis=-1")
def concatenate(config: Config, *shapes: Shape) -> Sizing:
    """End to end along `axis`; along every other axis the inputs agree."""
    if len({len(shape) for shape in shapes}) != 1:
        raise _mismatch("Concatenate", shapes)
    joined = axis_in("Concatenate", shapes[0], config["axis"]) % len(shapes[0])
    columns = list(zip(*shapes, strict=True))
    if any(differ(*column) for axis, column in enumerate(columns) if axis != joined):
        raise _mismatch("Concatenate", shapes)
    first = shapes[0]
    return Sizing(((*first[:joined], add_known(columns[joined]), *first[joined + 1 :]),))


@rule("Dot", signature="axes, normalize=False")
def dot(config: Config, *shapes: Shape) -> Sizing:
    """Sums of products along one axis of each input, sample by sample: a batched matmul.

    (batch, m, k) and (batch, k, n) with axes (2, 1) become (batch, m, n) at m·k·n MACs. Axis 0
    is refused: Keras notices it only once the layer runs.
    """
    _demand_two("Dot", shapes)
    x, y = shapes
    a, b = _contracted(config["axes"], x, y)
    if 0 in {a, b} or (x[a] is None) != (y[b] is None) or differ(x[a], y[b]):
        raise SizingError(say("rules.dot", one=text(x), other=text(y), axes=text((a, b))))
    left = (*x[1:a], *x[a + 1 :])
    right = (*y[1:b], *y[b + 1 :])
    return Sizing(
        outputs=((x[0], *((*left, *right) or (1,))),),
        macs=known_product((*left, x[a], *right)),
    )


def _contracted(axes: Any, x: Shape, y: Shape) -> tuple[int, int]:
    """The axis of each input that is summed over, counted from the batch."""
    if isinstance(axes, int) and axes < 0:
        return axes % len(x), axes % len(y)
    pair = (axes, axes) if isinstance(axes, int) else axes
    if (
        not isinstance(pair, tuple | list)
        or len(pair) != 2
        or not all(isinstance(axis, int) for axis in pair)
    ):
        raise SizingError(say("rules.dot_axes", axes=text(axes)))
    return axis_in("Dot", x, pair[0]) % len(x), axis_in("Dot", y, pair[1]) % len(y)


def _clash(one: Dim | None, other: Dim | None) -> bool:
    return 1 not in {one, other} and differ(one, other)


def _broadcast(one: Dim | None, other: Dim | None) -> Dim | None:
    """What two dimensions that do not clash become.

    An expression may turn out to be 1, so that a number beside it wins, and of two expressions
    the larger.
    """
    if one is None or other is None:
        return None
    if one == 1 or other == 1:
        return other if one == 1 else one
    numbers = [dim for dim in (one, other) if isinstance(dim, int)]
    return numbers[0] if numbers else maximum(one, other)


def _demand_two(kind: str, shapes: tuple[Shape, ...]) -> None:
    if len(shapes) != 2:
        raise SizingError(say("rules.two_inputs", kind=kind, count=len(shapes)))


def _mismatch(kind: str, shapes: tuple[Shape, ...]) -> SizingError:
    return SizingError(say("rules.merge", kind=kind, shapes=", ".join(map(text, shapes))))
