"""Operations on tensors (`keras.ops`, `K.*`, `tf.*`, operators, slices): they own nothing.

Kinds are written `ops.NAME` after `keras.ops`. Shapes follow NumPy's rules; dimensions that
are open stay open. A dimension that the text cannot tell to be 1 is taken not to be.
"""

from __future__ import annotations

from itertools import pairwise

from sizeup.dims import ceil_div, product, sign, total
from sizeup.errors import SizingError
from sizeup.rules.checks import known_product, text
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

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
    if right in (left, 1):
        return left
    if left == 1 or left is None:
        return right
    if right is None:
        return left
    if sign(left - right) is not None:
        raise SizingError(say("rules.ops_broadcast", first=text(a), second=text(b)))
    return right if isinstance(right, int) else left


@rule("ops.reduce", signature="axis=None, keepdims=False")
def reduce(config: Config, x: Shape) -> Sizing:
    """Sum, mean, maximum, … over axes; over all of them where none is named."""
    axis, keep = config["axis"], config["keepdims"]
    axes = range(len(x)) if axis is None else _axes(axis, x)
    return Sizing((tuple(
        1 if i in axes else dim for i, dim in enumerate(x) if keep or i not in axes),))  # fmt: skip


def _axes(axis: int | Sequence[int], x: Shape) -> set[int]:
    return {_axis(a, len(x)) for a in ((axis,) if isinstance(axis, int) else axis)}


def _axis(axis: int, rank: int) -> int:
    if not -rank <= axis < rank:
        raise SizingError(say("rules.ops_axis", axis=axis, rank=rank))
    return axis % rank


@rule("ops.getitem", signature="key")
def getitem(config: Config, x: Shape) -> Sizing:
    """`x[key]` for integers, slices, `None` and `...`."""
    key = config["key"] if isinstance(config["key"], tuple) else (config["key"],)
    missing = len(x) - sum(1 for part in key if part is not None and part != "...")
    if missing < 0:
        raise SizingError(say("rules.ops_index", shape=text(x)))
    if "..." not in key:
        key = (*key, "...")
    result: list[Dim | None] = []
    position = 0
    for part in key:
        if part is None:
            result.append(1)
        elif part == "...":
            result.extend(x[position : position + missing])
            position += missing
        else:
            if isinstance(part, slice):
                result.append(sliced(x[position], part))
            position += 1
    return Sizing((tuple(result),))


def sliced(dim: Dim | None, part: slice) -> Dim | None:
    """How many elements a slice takes from a dimension."""
    start, stop, step = part.start, part.stop, 1 if part.step is None else part.step
    if (start, stop) == (None, None) and step in (1, -1):
        return dim
    if isinstance(dim, int) and all(isinstance(v, int | None) for v in (start, stop, step)):
        return len(range(*part.indices(dim)))
    if dim is None:
        bounded = isinstance(stop, int) and isinstance(start, int | None)
        same_side = bounded and ((start or 0) < 0) == (stop < 0)
        return len(range(start or 0, stop, step)) if same_side and isinstance(step, int) else None
    if not isinstance(step, int) or step < 1:
        raise SizingError(say("rules.ops_slice"))
    first = 0 if start is None else start
    last = dim if stop is None else stop
    if isinstance(first, int) and first < 0:
        first = dim + first
    if isinstance(last, int) and last < 0:
        last = dim + last
    return ceil_div(last - first, step)


@rule("ops.pad", signature="pad_width, mode='constant'")
def pad(config: Config, x: Shape) -> Sizing:
    """`pad_width` is a pair for each dimension, one pair, or one number for all."""
    width = config["pad_width"]
    pairs = [(width, width)] * len(x) if not isinstance(width, tuple) else list(width)
    if len(pairs) == 2 and not isinstance(pairs[0], tuple):  # noqa: PLR2004
        pairs = [tuple(pairs)] * len(x)
    pairs = [pair if isinstance(pair, tuple) else (pair, pair) for pair in pairs]
    if len(pairs) == 1:
        pairs *= len(x)
    if len(pairs) != len(x):
        raise SizingError(say("rules.ops_pad", shape=text(x)))
    return Sizing((tuple(
        None if dim is None else dim + pair[0] + pair[-1]
        for dim, pair in zip(x, pairs, strict=True)),))  # fmt: skip


@rule("ops.reshape", signature="newshape")
def reshape(config: Config, x: Shape) -> Sizing:
    """The whole shape anew, the batch included; −1 is what is left."""
    target = config["newshape"]
    target = target if isinstance(target, tuple) else (target,)
    if -1 not in target:
        return Sizing((target,))
    rest = [dim for dim in target if dim != -1]
    if None in rest or None in x:
        batch = x[0] is None and (target[0] in (-1, None)) and None not in x[1:]
        inner = [dim for dim in target[1:] if dim != -1]
        if not batch or None in inner:
            return Sizing((tuple(None if dim == -1 else dim for dim in target),))
        if target[0] == -1 and -1 not in target[1:]:
            return Sizing(((None, *target[1:]),))
        left = _divided(product(d for d in x[1:] if d is not None), product(inner), x)
        return Sizing(((None, *(left if dim == -1 else dim for dim in target[1:])),))
    left = _divided(product(d for d in x if d is not None), product(rest), x)
    return Sizing((tuple(left if dim == -1 else dim for dim in target),))


def _divided(whole: Dim, part: Dim, x: Shape) -> Dim:
    if isinstance(whole, int) and isinstance(part, int) and (part == 0 or whole % part):
        raise SizingError(say("rules.ops_index", shape=text(x)))
    return whole // part


@rule("ops.transpose", signature="axes=None")
def transpose(config: Config, x: Shape) -> Sizing:
    """Dimensions in another order, the reverse one where none is named."""
    axes = config["axes"] or tuple(reversed(range(len(x))))
    if sorted(_axis(a, len(x)) for a in axes) != list(range(len(x))):
        raise SizingError(say("rules.ops_index", shape=text(x)))
    return Sizing((tuple(x[a] for a in axes),))


@rule("ops.expand_dims", signature="axis=-1")
def expand_dims(config: Config, x: Shape) -> Sizing:
    """A dimension of 1 at `axis`."""
    at = _axis(config["axis"], len(x) + 1)
    return Sizing(((*x[:at], 1, *x[at:]),))


@rule("ops.squeeze", signature="axis=None")
def squeeze(config: Config, x: Shape) -> Sizing:
    """Without dimensions of 1: those at `axis`, or all."""
    axis = config["axis"]
    gone = {i for i, d in enumerate(x) if d == 1} if axis is None else _axes(axis, x)
    if any(isinstance(x[i], int) and x[i] != 1 for i in gone):
        raise SizingError(say("rules.ops_index", shape=text(x)))
    return Sizing((tuple(d for i, d in enumerate(x) if i not in gone),))


@rule("ops.concatenate", signature="axis=-1")
def concatenate(config: Config, *shapes: Shape) -> Sizing:
    """Joined along `axis`."""
    at = _axis(config["axis"], len(shapes[0]))
    joined = [shape[at] for shape in shapes]
    length = None if None in joined else total(d for d in joined if d is not None)
    return Sizing(((*shapes[0][:at], length, *shapes[0][at + 1 :]),))


@rule("ops.stack", signature="axis=0")
def stack(config: Config, *shapes: Shape) -> Sizing:
    """Joined along a new axis."""
    at = _axis(config["axis"], len(shapes[0]) + 1)
    return Sizing(((*shapes[0][:at], len(shapes), *shapes[0][at:]),))


@rule("ops.split", signature="indices_or_sections, axis=0")
def split(config: Config, x: Shape) -> Sizing:
    """Equal parts by their number, or parts between indices."""
    at = _axis(config["axis"], len(x))
    parts = config["indices_or_sections"]
    if isinstance(parts, tuple):
        bounds = [0, *parts, x[at]]
        sizes = [None if a is None or b is None else b - a
                 for a, b in pairwise(bounds)]  # fmt: skip
    else:
        whole = x[at]
        if isinstance(whole, int) and isinstance(parts, int) and whole % parts:
            raise SizingError(say("rules.ops_index", shape=text(x)))
        sizes = [None if whole is None else whole // parts] * parts
    return Sizing(tuple((*x[:at], size, *x[at + 1 :]) for size in sizes))


@rule("ops.matmul", signature="")
def matmul(_config: Config, a: Shape, b: Shape) -> Sizing:
    """Matrices in the last two dimensions; the others broadcast."""
    if min(len(a), len(b)) < 2:  # noqa: PLR2004
        raise SizingError(say("rules.ops_index", shape=text(a)))
    if isinstance(a[-1], int) and isinstance(b[-2], int) and a[-1] != b[-2]:
        raise SizingError(say("rules.ops_broadcast", first=text(a), second=text(b)))
    result = (*broadcast(a[:-2], b[:-2]), a[-2], b[-1])
    return Sizing((result,), macs=known_product((*result[1:], a[-1])))
