"""Products of tensors: matmul, dot, tensordot, einsum. They own nothing.

The MACs are those of one sample, as torch's counter of FLOPs has them: a product of two
tensors costs every combination of places that it keeps or sums over; where nothing is
summed over, it is element-wise work and costs none.
"""

from __future__ import annotations

from sizeup.errors import OpenSizeError, SizingError
from sizeup.network import add_known
from sizeup.rules.checks import differ, known_product, text
from sizeup.rules.operations import axis_of, broadcast
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config


@rule("ops.matmul", signature="transpose_a=False, transpose_b=False")
def matmul(config: Config, a: Shape, b: Shape) -> Sizing:
    """Matrices in the last two dimensions; the others broadcast. A vector is a row or a column."""
    if not a or not b:
        raise _mismatch(a, b)
    left = (1, *a) if len(a) == 1 else _turned(a, turn=config["transpose_a"])
    right = (*b, 1) if len(b) == 1 else _turned(b, turn=config["transpose_b"])
    if differ(left[-1], right[-2]):
        raise _mismatch(a, b)
    rows = () if len(a) == 1 else (left[-2],)
    columns = () if len(b) == 1 else (right[-1],)
    result = (*broadcast(left[:-2], right[:-2]), *rows, *columns)
    return Sizing((result,), macs=known_product((*result[1:], left[-1])))


def _turned(shape: Shape, *, turn: bool) -> Shape:
    return (*shape[:-2], shape[-1], shape[-2]) if turn else shape


@rule("ops.dot", signature="")
def dot(_config: Config, a: Shape, b: Shape) -> Sizing:
    """NumPy's dot: the last axis of `a` with the last but one of `b` (the only one of a vector)."""
    if not a or not b:
        return Sizing((broadcast(a, b),))
    return _contracted(a, b, [len(a) - 1], [max(len(b) - 2, 0)])


@rule("ops.inner", signature="")
def inner(_config: Config, a: Shape, b: Shape) -> Sizing:
    """The last axes with each other."""
    if not a or not b:
        return Sizing((broadcast(a, b),))
    return _contracted(a, b, [len(a) - 1], [len(b) - 1])


@rule("ops.outer", signature="")
def outer(_config: Config, a: Shape, b: Shape) -> Sizing:
    """Every element of one with every element of the other, as a matrix."""
    return Sizing(((known_product(a), known_product(b)),))


@rule("ops.tensordot", signature="axes=2")
def tensordot(config: Config, a: Shape, b: Shape) -> Sizing:
    """Sums over pairs of axes, or over the last `axes` of one and the first of the other."""
    axes = config["axes"]
    if isinstance(axes, int):
        if axes > min(len(a), len(b)):
            raise _mismatch(a, b)
        return _contracted(a, b, range(len(a) - axes, len(a)), range(axes))
    left, right = (each if isinstance(each, tuple | list) else (each,) for each in axes)
    return _contracted(
        a, b, [axis_of(i, len(a)) for i in left], [axis_of(i, len(b)) for i in right]
    )


def _contracted(a: Shape, b: Shape, left: Sequence[int], right: Sequence[int]) -> Sizing:
    """What the axes `left` of one and `right` of the other leave when they are summed over."""
    if len(left) != len(right) or any(differ(a[i], b[j]) for i, j in zip(left, right, strict=True)):
        raise _mismatch(a, b)
    result = (*(dim for i, dim in enumerate(a) if i not in left),
              *(dim for j, dim in enumerate(b) if j not in right))  # fmt: skip
    if not left:
        return Sizing((result,))
    summed = [a[i] if b[j] is None else b[j] for i, j in zip(left, right, strict=True)]
    return Sizing((result,), macs=known_product((*result[1:], *summed)))


@rule("ops.batch_dot", signature="axes=None")
def batch_dot(config: Config, a: Shape, b: Shape) -> Sizing:
    """`K.batch_dot`: sums along one axis of each, sample by sample; of two matrices (batch, 1).

    Before Keras 2.3 more axes than three were matched with each other, as in a matmul, where
    later versions combine them: where both can be meant, it is not known.
    """
    if min(len(a), len(b)) < 2:
        raise _mismatch(a, b)
    axes = config["axes"]
    if axes is None:
        axes = (len(a) - 1, max(len(b) - 2, 1))
    i, j = (axes, axes) if isinstance(axes, int) else axes
    i, j = axis_of(i, len(a)), axis_of(j, len(b))
    if 0 in (i, j) or differ(a[i], b[j]) or differ(a[0], b[0]):
        raise _mismatch(a, b)
    if max(len(a), len(b)) > 3 and 1 not in (i, j) and not differ(a[1], b[1]):
        raise OpenSizeError(say("rules.batch_dot", first=text(a), second=text(b)))
    kept = (*a[1:i], *a[i + 1 :], *b[1:j], *b[j + 1 :])
    summed = a[i] if b[j] is None else b[j]
    return Sizing(((a[0] if b[0] is None else b[0], *(kept or (1,))),),
                  macs=known_product((*kept, summed)))  # fmt: skip


@rule("ops.einsum", signature="subscripts")
def einsum(config: Config, *shapes: Shape) -> Sizing:
    """Einstein's sum convention, `...` included; operands are multiplied from left to right."""
    labels, result = _subscripts(config["subscripts"], shapes)
    sizes: dict[str, Dim | None] = {}
    for names, shape in zip(labels, shapes, strict=True):
        for name, dim in zip(names, shape, strict=True):
            [sizes[name]] = broadcast((sizes.get(name, 1),), (dim,))
    batch = next((names[0] for names, shape in zip(labels, shapes, strict=True)
                  if shape and shape[0] is None), result[:1])  # fmt: skip
    return Sizing(
        (tuple(sizes[name] for name in result),), macs=_einsum_macs(labels, result, batch, sizes)
    )


def _einsum_macs(
    labels: list[str], result: str, batch: str, sizes: dict[str, Dim | None]
) -> Dim | None:
    """Pair by pair: what only one of a pair has and nothing needs later is summed up before."""
    macs: list[Dim | None] = []
    left = labels[0]
    for number, right in enumerate(labels[1:], 1):
        later = set(result).union(*labels[number + 1 :])
        summed = (set(left) & set(right)) - later
        kept = (set(left) | set(right)) & later
        if summed:
            each = sorted((kept | summed) - {batch})
            macs.append(known_product(sizes[name] for name in each))
        left = "".join(sorted(kept))
    return add_known(macs)


def _subscripts(subscripts: str, shapes: tuple[Shape, ...]) -> tuple[list[str], str]:
    """A name for every axis of every operand, and those of the result; `...` gets capitals."""
    given, arrow, result = subscripts.replace(" ", "").partition("->")
    names = given.split(",")
    if len(names) != len(shapes):
        raise SizingError(say("rules.inputs", kind="einsum", takes=len(names), given=len(shapes)))
    most = 0
    labels = []
    for entry, shape in zip(names, shapes, strict=True):
        before, dots, behind = entry.partition("...")
        count = len(shape) - len(before) - len(behind)
        if count < 0 or (count and not dots):
            raise SizingError(say("rules.ops_index", shape=text(shape)))
        most = max(most, count)
        labels.append(before + _wild(count) + behind)
    if not arrow:
        once = [n for n in sorted(set("".join(names)) - {"."}) if "".join(names).count(n) == 1]
        return labels, _wild(most) + "".join(once)
    found = result.replace("...", _wild(most))
    if not set(found) <= set("".join(labels)):
        raise SizingError(say("rules.merge", kind="einsum", shapes=text(shapes)))
    return labels, found


def _wild(count: int) -> str:
    """Names of the axes that `...` stands for, the last one always the same."""
    return "".join(chr(0x100 + i) for i in reversed(range(count)))


def _mismatch(a: Shape, b: Shape) -> SizingError:
    return SizingError(say("rules.ops_broadcast", first=text(a), second=text(b)))
