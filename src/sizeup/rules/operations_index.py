"""Operations that pick parts of tensors by slices and indices. They own and multiply nothing."""

from __future__ import annotations

from math import lcm

from sizeup.dims import ceil_div, maximum, minimum, sign
from sizeup.dims.expressions import dim_of, terms_of
from sizeup.dims.operations import floors_in
from sizeup.errors import OpenSizeError, SizingError
from sizeup.rules.checks import OPEN, text
from sizeup.rules.operations import axis_of, broadcast
from sizeup.rules.operations_shape import flatten
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config


@rule("ops.getitem", signature="key")
def getitem(config: Config, x: Shape) -> Sizing:
    """`x[key]` for integers, slices, None, `...`, and one list of integers.

    A slice of an open dimension is open, as in Keras.
    """
    key = config["key"] if isinstance(config["key"], tuple) else (config["key"],)
    if key.count("...") > 1:
        raise _unfit(x)
    missing = len(x) - sum(1 for part in key if part is not None and part != "...")
    if missing < 0:
        raise _unfit(x)
    if "..." not in key:
        key = (*key, "...")
    result: list[Dim | None] = []
    rest = iter(x)
    for part in key:
        if part is None:
            result.append(1)
        elif part == "...":
            result.extend(next(rest) for _ in range(missing))
        else:
            result.extend(_picked(next(rest), part, x))
    return Sizing((tuple(result),))


def _picked(dim: Dim | None, part: Any, x: Shape) -> Shape:
    """What one entry of a key leaves of its dimension."""
    if isinstance(part, slice):
        return (sliced(dim, part),)
    if isinstance(part, tuple):
        return (len(part),)
    if isinstance(part, int) and isinstance(dim, int) and not -dim <= part < dim:
        raise _unfit(x)
    return ()


def sliced(dim: Dim | None, part: slice) -> Dim | None:
    """How many elements a slice takes from a dimension.

    Symbols in the bounds are taken for positive numbers; one behind a minus counts from the end.
    """
    start, stop, step = part.start, part.stop, 1 if part.step is None else part.step
    if dim is None or OPEN in (start, stop, step):
        return None
    if step == 0:
        raise SizingError(say("rules.ops_slice", step=text(step)))
    if all(isinstance(value, int | None) for value in (dim, start, stop, step)):
        assert isinstance(dim, int)
        return len(range(*slice(start, stop, step).indices(dim)))
    if (start, stop) == (None, None) and isinstance(step, int):
        return ceil_div(dim, abs(step))
    if not isinstance(step, int) or step < 0:
        raise OpenSizeError(say("rules.ops_slice", step=text(step)))
    first = 0 if start is None else _place(start, dim)
    last = dim if stop is None else _place(stop, dim)
    length = ceil_div(last - first, step)
    return 0 if sign(length) == -1 else length


def _place(bound: Dim, dim: Dim) -> Dim:
    """Where a bound falls in a dimension."""
    if all(coefficient < 0 for coefficient in terms_of(bound).values()):
        return dim + bound
    return bound if surely_within(bound, dim) else minimum(bound, dim)


def surely_within(part: Dim, whole: Dim) -> bool:
    """Whether part ≤ whole for all positive symbols, as of `2*(c//4)` and `c`.

    Seen by the signs of coefficients, with ⌊n/d⌋ taken for n/d where it is subtracted.
    """
    terms = dict(terms_of(whole - part))
    floors = [floor for floor in floors_in(terms) if terms[floor[0]] < 0]
    scale = lcm(*(d for _, _, d in floors))
    total: Dim = 0
    for monomial, numerator, d in floors:
        total = total + terms.pop(monomial) * numerator * (scale // d)
    rest = dim_of({monomial: c * scale for monomial, c in terms.items()})
    return all(c >= 0 for c in terms_of(rest + total).values())


@rule("ops.slice", signature="start_indices, shape")
def slice_of(config: Config, x: Shape) -> Sizing:
    """A block of a given shape; −1 is all from the start on."""
    starts, sizes = config["start_indices"], config["shape"]
    if not isinstance(sizes, tuple) or len(sizes) != len(x):
        raise _unfit(x)
    if not isinstance(starts, tuple):
        starts = (None,) * len(x)
    if len(starts) != len(x):
        raise _unfit(x)
    return Sizing((tuple(
        _rest(dim, start) if size == -1 else size
        for dim, start, size in zip(x, starts, sizes, strict=True)),))  # fmt: skip


def _rest(dim: Dim | None, start: Dim | None) -> Dim | None:
    return None if dim is None or start is None else dim - start


@rule("ops.take", signature="axis=None, batch_dims=0")
def take(config: Config, x: Shape, indices: Shape) -> Sizing:
    """`x` at indices along an axis, or of all elements in a row.

    The first `batch_dims` axes of both are the same ones.
    """
    if config["axis"] is None:
        return Sizing((indices,))
    at = axis_of(config["axis"], len(x))
    return Sizing(((*x[:at], *indices[config["batch_dims"] :], *x[at + 1 :]),))


@rule("ops.take_along_axis", signature="axis=-1")
def take_along_axis(config: Config, x: Shape, indices: Shape) -> Sizing:
    """`x` at indices that each have their own place along the other axes."""
    axis = config["axis"]
    if axis is None:
        [x] = flatten({"from_axis": 0}, x).outputs
    if len(x) != len(indices):
        raise SizingError(say("rules.ops_broadcast", first=text(x), second=text(indices)))
    at = 0 if axis is None else axis_of(axis, len(x))
    return Sizing((broadcast((*x[:at], indices[at], *x[at + 1 :]), indices),))


@rule("ops.gather_nd", signature="batch_dims=0")
def gather_nd(config: Config, x: Shape, indices: Shape) -> Sizing:
    """`x` at index vectors, which are the last axis of `indices`."""
    depth, batch = indices[-1] if indices else None, config["batch_dims"]
    if not isinstance(depth, int):
        raise OpenSizeError(say("rules.ops_open", name="indices", value=text(indices)))
    if depth + batch > len(x):
        raise _unfit(x)
    return Sizing(((*indices[:-1], *x[batch + depth :]),))


@rule("ops.one_hot", signature="num_classes, axis=-1")
def one_hot(config: Config, x: Shape) -> Sizing:
    """A new axis of classes."""
    at = axis_of(config["axis"], len(x) + 1)
    return Sizing(((*x[:at], config["num_classes"], *x[at:]),))


@rule("ops.diagonal", signature="offset=0, axis1=0, axis2=1")
def diagonal(config: Config, x: Shape) -> Sizing:
    """The diagonal of two axes as the last one."""
    one, other = (axis_of(config[name], len(x)) for name in ("axis1", "axis2"))
    offset = config["offset"]
    rest = tuple(dim for i, dim in enumerate(x) if i not in (one, other))
    rows, columns = x[one], x[other]
    if rows is None or columns is None:
        return Sizing(((*rest, None),))
    length = minimum(rows, columns - offset) if offset > 0 else minimum(rows + offset, columns)
    return Sizing(((*rest, maximum(length, 0) if isinstance(length, int) else length),))


def _unfit(x: Shape) -> SizingError:
    return SizingError(say("rules.ops_index", shape=text(x)))


@rule("ops.segment", signature="num_segments=None")
def segment(config: Config, x: Shape, ids: Shape) -> Sizing:
    """The elements of each segment summed up, as `ids` tells them apart along the first axes."""
    if len(ids) > len(x):
        raise SizingError(say("rules.ops_broadcast", first=text(x), second=text(ids)))
    return Sizing(((config["num_segments"], *x[len(ids) :]),))


@rule("ops.indices", signature="")
def indices(_: Config, x: Shape) -> Sizing:
    """Where a sparse tensor has elements: a row of places for each."""
    return Sizing(((None, len(x)),))


@rule("ops.values", signature="")
def values(_: Config, _x: Shape) -> Sizing:
    """The elements that a sparse tensor has."""
    return Sizing(((None,),))
