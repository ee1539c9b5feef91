"""Operations that arrange, join, part and repeat tensors. They own and multiply nothing."""

from __future__ import annotations

from itertools import pairwise

from sizeup.dims import floor_div, sign
from sizeup.errors import OpenSizeError, SizingError
from sizeup.network import add_known
from sizeup.rules.checks import differ, known_product, text
from sizeup.rules.operations import axes_of, axis_of, broadcast
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config


@rule("ops.reshape", signature="newshape")
def reshape(config: Config, x: Shape) -> Sizing:
    """The whole shape anew, the batch included; −1 is what is left, open where x is.

    Where the open batch of x stays in front, what is left of the rest is known all the same.
    """
    target = _several(config["newshape"])
    if target.count(-1) > 1:
        raise _unfit(x)
    ahead = bool(x and target) and x[0] is None and target[0] in (-1, None)
    if ahead and -1 in target[1:]:
        return Sizing(((None, *_filled(target[1:], x[1:], x)),))
    return Sizing((_filled(target, x, x),))


def _filled(target: Shape, given: Shape, x: Shape) -> Shape:
    """The target with its −1 worked out from the dimensions that are given."""
    whole = known_product(given)
    part = known_product(dim for dim in target if dim != -1)
    if whole is None or part is None:
        return tuple(None if dim == -1 else dim for dim in target)
    if -1 not in target:
        if differ(whole, part):
            raise _unfit(x)
        return target
    if part == 0 or (isinstance(whole, int) and isinstance(part, int) and whole % part):
        raise _unfit(x)
    return tuple(floor_div(whole, part) if dim == -1 else dim for dim in target)


@rule("ops.flatten", signature="from_axis=0")
def flatten(config: Config, x: Shape) -> Sizing:
    """All dimensions from an axis on in one; from 1 on each sample's."""
    start = config["from_axis"]
    if len(x) < start:
        raise _unfit(x)
    return Sizing(((*x[:start], known_product(x[start:])),))


@rule("ops.transpose", signature="axes=None")
def transpose(config: Config, x: Shape) -> Sizing:
    """Dimensions in another order, the reverse one where none is named."""
    given = config["axes"]
    axes = range(len(x))[::-1] if given is None else [axis_of(a, len(x)) for a in _several(given)]
    if sorted(axes) != list(range(len(x))):
        raise _unfit(x)
    return Sizing((tuple(x[a] for a in axes),))


@rule("ops.moveaxis", signature="source, destination")
def moveaxis(config: Config, x: Shape) -> Sizing:
    """Axes at other places; the others keep their order."""
    rank = len(x)
    sources = [axis_of(a, rank) for a in _several(config["source"])]
    places = [axis_of(a, rank) for a in _several(config["destination"])]
    if len(set(sources)) != len(sources) or len(set(places)) != len(sources):
        raise _unfit(x)
    rest = [dim for i, dim in enumerate(x) if i not in sources]
    for place, source in sorted(zip(places, sources, strict=True)):
        rest.insert(place, x[source])
    return Sizing((tuple(rest),))


@rule("ops.swapaxes", signature="axis1, axis2")
def swapaxes(config: Config, x: Shape) -> Sizing:
    """Two axes in each other's place."""
    one, other = (axis_of(config[name], len(x)) for name in ("axis1", "axis2"))
    swapped = list(x)
    swapped[one], swapped[other] = x[other], x[one]
    return Sizing((tuple(swapped),))


@rule("ops.expand_dims", signature="axis=-1")
def expand_dims(config: Config, x: Shape) -> Sizing:
    """A dimension of 1 at `axis`, or at each of several in the new shape."""
    axes = _several(config["axis"])
    rank = len(x) + len(axes)
    added = axes_of(axes, rank)
    if len(added) != len(axes):
        raise _unfit(x)
    rest = iter(x)
    return Sizing((tuple(1 if i in added else next(rest) for i in range(rank)),))


@rule("ops.squeeze", signature="axis=None")
def squeeze(config: Config, x: Shape) -> Sizing:
    """Without dimensions of 1: those at `axis`, or all that are known to be 1."""
    axis = config["axis"]
    gone = {i for i, d in enumerate(x) if d == 1} if axis is None else axes_of(axis, len(x))
    if any(x[i] is not None and differ(x[i], 1) for i in gone):
        raise _unfit(x)
    return Sizing((tuple(d for i, d in enumerate(x) if i not in gone),))


@rule("ops.concatenate", signature="axis=-1")
def concatenate(config: Config, *shapes: Shape) -> Sizing:
    """Joined along `axis`; along every other axis the shapes agree."""
    first = shapes[0]
    at = axis_of(config["axis"], len(first))
    _demand_alike(shapes, but=at)
    length = add_known(shape[at] for shape in shapes)
    return Sizing(((*first[:at], length, *first[at + 1 :]),))


@rule("ops.vstack", signature="")
def vstack(config: Config, *shapes: Shape) -> Sizing:
    """Joined along the first axis; what has one axis is a row."""
    rows = [(1, *shape) if len(shape) == 1 else shape for shape in shapes]
    return concatenate({**config, "axis": 0}, *rows)


@rule("ops.hstack", signature="")
def hstack(config: Config, *shapes: Shape) -> Sizing:
    """Joined along the second axis, or along the only one."""
    return concatenate({**config, "axis": 0 if len(shapes[0]) == 1 else 1}, *shapes)


@rule("ops.stack", signature="axis=0")
def stack(config: Config, *shapes: Shape) -> Sizing:
    """Joined along a new axis."""
    first = shapes[0]
    at = axis_of(config["axis"], len(first) + 1)
    _demand_alike(shapes)
    return Sizing(((*first[:at], len(shapes), *first[at:]),))


@rule("ops.unstack", signature="num=None, axis=0")
def unstack(config: Config, x: Shape) -> Sizing:
    """One tensor for each place along `axis`."""
    at = axis_of(config["axis"], len(x))
    number = _number("num", x[at] if config["num"] is None else config["num"])
    return Sizing(((*x[:at], *x[at + 1 :]),) * number)


@rule("ops.split", signature="indices_or_sections, axis=0")
def split(config: Config, x: Shape) -> Sizing:
    """Equal parts by their number, or parts between indices."""
    at = axis_of(config["axis"], len(x))
    parts, whole = config["indices_or_sections"], x[at]
    if isinstance(parts, tuple | list):
        bounds = [0, *parts, whole]
        sizes = [None if a is None or b is None else b - a for a, b in pairwise(bounds)]
        if any(size is not None and sign(size) == -1 for size in sizes):
            raise OpenSizeError(say("rules.ops_index", shape=text(x)))
        return _parts(x, at, sizes)
    number = _number("indices_or_sections", parts)
    if number < 1 or (isinstance(whole, int) and whole % number):
        raise _unfit(x)
    return _parts(x, at, [None if whole is None else whole // number] * number)


@rule("ops.split_sizes", signature="sizes, axis=0")
def split_sizes(config: Config, x: Shape) -> Sizing:
    """Parts of given sizes, one of which may be −1 for what is left."""
    at = axis_of(config["axis"], len(x))
    sizes = list(config["sizes"])
    whole, taken = x[at], add_known(size for size in sizes if size != -1)
    left = None if whole is None or taken is None else whole - taken
    if sizes.count(-1) > 1 or (
        left is not None and -1 not in sizes and sign(left) not in (None, 0)
    ):
        raise _unfit(x)
    if left is not None and sign(left) == -1:
        raise _unfit(x)
    return _parts(x, at, [left if size == -1 else size for size in sizes])


def _parts(x: Shape, at: int, sizes: list[Dim | None]) -> Sizing:
    return Sizing(tuple((*x[:at], size, *x[at + 1 :]) for size in sizes))


@rule("ops.tile", signature="repeats")
def tile(config: Config, x: Shape) -> Sizing:
    """Every dimension a number of times; numbers and dimensions are matched from the right."""
    repeats = _several(config["repeats"])
    rank = max(len(repeats), len(x))
    repeats = (1,) * (rank - len(repeats)) + repeats
    lengths = (1,) * (rank - len(x)) + x
    return Sizing((tuple(map(_times, lengths, repeats)),))


def _times(length: Dim | None, number: Dim | None) -> Dim | None:
    return None if length is None or number is None else length * number


@rule("ops.repeat", signature="repeats, axis=None")
def repeat(config: Config, x: Shape) -> Sizing:
    """Every element along `axis` a number of times, or each its own number of times."""
    repeats, axis = _several(config["repeats"]), config["axis"]
    x = (known_product(x),) if axis is None else x
    at = 0 if axis is None else axis_of(axis, len(x))
    if len(repeats) == 1:
        length = _times(x[at], repeats[0])
    elif differ(x[at], len(repeats)):
        raise _unfit(x)
    else:
        length = add_known(repeats)
    return Sizing(((*x[:at], length, *x[at + 1 :]),))


@rule("ops.repeat_vector", signature="n")
def repeat_vector(config: Config, x: Shape) -> Sizing:
    """(batch, features) becomes (batch, n, features)."""
    if len(x) != 2:
        raise _unfit(x)
    return Sizing(((x[0], config["n"], x[1]),))


@rule("ops.broadcast_to", signature="shape")
def broadcast_to(config: Config, x: Shape) -> Sizing:
    """Repeated where a dimension is 1, until the shape is the one that is given."""
    target = _several(config["shape"])
    broadcast(x, target)
    return Sizing((target,))


@rule("ops.meshgrid", signature="indexing='xy'")
def meshgrid(config: Config, *shapes: Shape) -> Sizing:
    """A grid of all combinations, one tensor for each axis."""
    lengths = [known_product(shape) for shape in shapes]
    if config["indexing"] == "xy" and len(lengths) > 1:
        lengths[:2] = lengths[1::-1]
    return Sizing((tuple(lengths),) * len(shapes))


@rule("ops.pad", signature="pad_width")
def pad(config: Config, x: Shape) -> Sizing:
    """`pad_width` is a pair for each dimension, one pair, or one number for all."""
    width = _several(config["pad_width"])
    plain = len(width) == 2 and not any(isinstance(part, tuple | list) for part in width)
    pairs = [_pair(part) for part in ([width] if plain else width)]
    pairs = pairs * len(x) if len(pairs) == 1 else pairs
    if len(pairs) != len(x):
        raise SizingError(say("rules.ops_pad", shape=text(x)))
    return Sizing((tuple(add_known((dim, *pair)) for dim, pair in zip(x, pairs, strict=True)),))


def _pair(part: Any) -> tuple[Dim | None, Dim | None]:
    before, *behind = _several(part)
    return before, behind[0] if behind else before


def _demand_alike(shapes: tuple[Shape, ...], but: int | None = None) -> None:
    """Raise SizingError where ranks differ, or dimensions other than those at `but`."""
    ranks = {len(shape) for shape in shapes}
    if len(ranks) != 1 or any(
        differ(*column) for i, column in enumerate(zip(*shapes, strict=True)) if i != but
    ):
        listed = ", ".join(map(text, shapes))
        raise SizingError(say("rules.merge", kind="the operation", shapes=listed))


def _several(value: Any) -> Shape:
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def _number(name: str, value: Any) -> int:
    """How many tensors leave; that cannot be open."""
    if not isinstance(value, int):
        raise OpenSizeError(say("rules.ops_open", name=name, value=text(value)))
    return value


def _unfit(x: Shape) -> SizingError:
    return SizingError(say("rules.ops_index", shape=text(x)))
