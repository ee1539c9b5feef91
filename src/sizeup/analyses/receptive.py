"""The receptive field of every layer: which stretch of the input each of its positions sees.

Along an axis, position j of a tensor sees the input from `start + stride·j` on, `size` elements wide;
a start below 0 and an end beyond the input lie in padding. A window of extent e = d(k − 1) + 1,
stride s and left padding p makes of them start − stride·p, size + stride·(e − 1), stride·s (Araujo,
Norris and Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill, 2019). Where
branches meet, the field is from the first start to the last end. Attention, recurrence, global
pooling and Flatten see the whole axis.

Behind upsampling, neighbours may see the same, and fields differ in width: each position is then
followed for itself, `size` is the widest of them, and `stride` a fraction. There, what only sees
padding sees nothing.
"""

from __future__ import annotations

from sizeup.analyses.count import plain
from sizeup.dims import Expr, ceil_div, maximum, minimum
from sizeup.ratio import Ratio, ratio
from sizeup.records import Record
from sizeup.rules.registry import HOMES
from sizeup.rules.windows import FULL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from sizeup.analyses.steps import Run
    from sizeup.analyses.tasks import Task
    from sizeup.dims import Dim
    from sizeup.network import Shape


class Along(Record):
    """What the positions along an axis see of axis `axis` of the input; the batch is axis 0."""

    axis: int
    size: Dim
    stride: Dim
    start: Dim


class Each(Record):
    """The same for each position by itself, the first and the last element that it sees, if any."""

    axis: int
    ends: tuple[tuple[int, int] | None, ...]
    stride: Ratio


class Whole(Record):
    """All of the input."""


WHOLE = Whole()
Axis = Along | Each | Whole | None
"""None is an axis of which nothing can be told, or that is none of positions."""
Axes = tuple[Axis, ...]


class Field(Record):
    """The receptive field of a layer along one axis of the input: `whole` or its measures."""

    axis: int
    size: Dim | None
    stride: Dim | Ratio | None
    start: Dim | None
    whole: bool

    @property
    def step(self) -> int | str | None:
        """The stride as it is written: `2`, `1/2`, a formula."""
        stride = self.stride
        if not isinstance(stride, Ratio):
            return plain(stride)
        whole = stride.denominator == 1
        return plain(stride.numerator) if whole else f"{stride.numerator}/{stride.denominator}"

    def as_dict(self) -> dict[str, Any]:
        """The field as JSON has it."""
        return {
            "axis": self.axis,
            "size": plain(self.size),
            "stride": self.step,
            "start": plain(self.start),
            "whole": self.whole,
        }


def fields(
    run: Run, tasks: Sequence[Task], shapes: Sequence[Shape | None], number: int = 0
) -> dict[str, Axes]:
    """What the positions of each layer's output see of one of the network's inputs, by its name.

    `tasks` are what the steps have to do, `shapes` those of the inputs. What does not depend on that
    input, and where it cannot be told, is left out.
    """
    entered = shapes[number] if number < len(shapes) else None
    if entered is None:
        return {}
    first = tuple(Along(axis, 1, 1, 0) if axis else None for axis in range(len(entered)))
    known: dict[int, Axes | None] = {number: first}
    found: dict[str, Axes] = {}
    for step, task in zip(run.steps, tasks, strict=True):
        entering = [known[tensor] for tensor in step.inputs if tensor in known]
        if not entering:
            continue
        told = [axes for axes in entering if axes is not None]
        leaving = _leaving(task, told) if len(told) == len(entering) else None
        known.update(dict.fromkeys(step.outputs, leaving))
        if leaving is not None:
            found[step.layer.name] = leaving
    return found


def told(
    run: Run, tasks: Sequence[Task], shapes: Sequence[Shape | None]
) -> dict[str, tuple[Field, ...]]:
    """The fields of all layers along the axes that windows slide over, of the first input that has some."""
    for number in range(len(shapes)):
        found = fields(run, tasks, shapes, number)
        shown = slid_over(run, tasks, found)
        if shown:
            each = {name: listed(axes, shown) for name, axes in found.items()}
            return {name: known for name, known in each.items() if known is not None}
    return {}


def listed(axes: Axes, shown: Sequence[int]) -> tuple[Field, ...] | None:
    """The fields along some axes of the input; None where one of them cannot be told."""
    by_axis = {axis.axis: axis for axis in axes if isinstance(axis, Along | Each)}
    whole = all(axis == WHOLE for axis in axes[1:])
    fields = []
    for number in shown:
        found = by_axis.get(number)
        if isinstance(found, Along):
            fields.append(Field(number, found.size, found.stride, found.start, whole=False))
        elif isinstance(found, Each):
            seen = [ends for ends in found.ends if ends is not None]
            size = max((last - first + 1 for first, last in seen), default=0)
            start = seen[0][0] if seen else None
            fields.append(Field(number, size, found.stride, start, whole=False))
        elif whole:
            fields.append(Field(number, None, None, None, whole=True))
        else:
            return None
    return tuple(fields)


def slid_over(run: Run, tasks: Sequence[Task], found: Mapping[str, Axes]) -> list[int]:
    """The axes of the input over which some window slides: what has a field worth telling."""
    axes = set()
    for step, task in zip(run.steps, tasks, strict=True):
        if step.layer.kind not in WINDOWS or step.layer.name not in found:
            continue
        leaving = found[step.layer.name]
        axes |= {a.axis for side in _sides(task) if isinstance(a := leaving[side], Along | Each)}
    return sorted(axes)


def _leaving(task: Task, entering: Sequence[Axes]) -> Axes | None:
    """What the positions that leave a call see."""
    kind, axes = task.kind, entering[0]
    shape = task.leaves[0]
    if shape is None or not task.whole or (not task.told and kind not in UNSET):
        return None
    if kind in WINDOWS:
        return _windowed(task, axes, WINDOWS[kind])
    if kind in KEPT or HOMES.get(kind) in {"activations", "regularization"}:
        return axes
    if kind in JOINED:
        return _joined(task, entering, shape)
    if kind in MIXED:
        return (*axes[:-1], WHOLE) if len(axes) == len(shape) else None
    if kind == "Embedding":
        return (*axes, WHOLE)
    if kind == "Permute":
        return (axes[0], *(axes[place] for place in task.config["dims"]))
    if kind in SEEING_ALL or all(axis == WHOLE for each in entering for axis in each[1:]):
        return None if task.config.get("attention_axes") else (None, *(WHOLE for _ in shape[1:]))
    return None


def _joined(task: Task, entering: Sequence[Axes], shape: Shape) -> Axes | None:
    """Element by element, or end to end along one axis, of which nothing is told unless it is whole."""
    if any(len(axes) != len(shape) for axes in entering):
        return None
    joint = list(map(_hull, zip(*entering, strict=True)))
    if task.kind == "Concatenate" and len(task.ins) > 1:
        along = task.config["axis"] % len(shape)
        joint[along] = WHOLE if all(axes[along] == WHOLE for axes in entering) else None
    return tuple(joint)


def _hull(axes: Sequence[Axis]) -> Axis:
    """From the first start to the last end of what branches see."""
    if any(isinstance(axis, Whole) for axis in axes):
        return WHOLE
    known = [axis for axis in axes if axis is not None]
    if (
        len(known) < len(axes)
        or len({axis.axis for axis in known if not isinstance(axis, Whole)}) > 1
    ):
        return None
    first = known[0]
    for other in known[1:]:
        joint = _both(first, other)
        if joint is None:
            return None
        first = joint
    return first


def _both(one: Axis, other: Axis) -> Axis:
    if isinstance(one, Along) and isinstance(other, Along):
        if one.stride != other.stride:
            return None
        start = minimum(one.start, other.start)
        end = maximum(one.start + one.size, other.start + other.size)
        return one.changed(start=start, size=end - start)
    if isinstance(one, Along) and isinstance(other, Each):
        return _both(other, one)
    if isinstance(one, Each) and isinstance(other, Along):
        followed = _each(other, len(one.ends))
        return None if followed is None else _both(one, followed)
    if isinstance(one, Each) and isinstance(other, Each) and len(one.ends) == len(other.ends):
        pairs = zip(one.ends, other.ends, strict=True)
        return one.changed(ends=tuple(_outer([a, b]) for a, b in pairs))
    return None


def _outer(ends: Iterable[tuple[int, int] | None]) -> tuple[int, int] | None:
    """From the first to the last element of all stretches."""
    seen = [each for each in ends if each is not None]
    return (min(a for a, _ in seen), max(b for _, b in seen)) if seen else None


def _each(along: Along, length: Dim | None) -> Each | None:
    """Every position by itself; None where a number is open."""
    size, stride, start = along.size, along.stride, along.start
    if not (isinstance(size, int) and isinstance(stride, int) and isinstance(start, int)):
        return None
    if not isinstance(length, int):
        return None
    firsts = (start + stride * place for place in range(length))
    return Each(along.axis, tuple((first, first + size - 1) for first in firsts), ratio(stride, 1))


def _sides(task: Task) -> range:
    """The axes over which a window slides."""
    rank = len(task.shapes[0] or ())
    first = task.config.get("data_format") == "channels_first"
    return range(2, rank) if first else range(1, rank - 1)


def _windowed(task: Task, axes: Axes, window: Callable[[Task, int], Window | None]) -> Axes | None:
    sides, entering, leaving = _sides(task), task.shapes[0], task.leaves[0]
    if entering is None or leaving is None or len(axes) != len(entering):
        return None
    found: list[Axis] = list(axes)
    for number, side in enumerate(sides):
        slide = window(task, number)
        axis = axes[side]
        if slide is None or axis is None or isinstance(axis, Whole):
            found[side] = axis if isinstance(axis, Whole) else None
            continue
        found[side] = slide.over(axis, entering[side], leaving[side])
    channels = 1 if sides.start == 2 else len(axes) - 1
    if task.kind.startswith(MIXING):
        found[channels] = WHOLE
    return tuple(found)


class Window(Record):
    """How a window slides along one axis: its extent, stride, and what lies before the first.

    With a `spread` it slides over what was spread out by so much (`UpSampling`), and a transposed
    one (`turned`) puts down what others pick up.
    """

    extent: Dim = 1
    stride: Dim = 1
    before: Dim = 0
    spread: int = 1
    turned: bool = False
    smooth: bool = False

    def over(self, axis: Along | Each, length: Dim | None, leaving: Dim | None) -> Axis:
        """What its positions see, `leaving` of them, over an axis of so many."""
        if isinstance(axis, Along) and self.spread == 1 and not self.turned:
            return axis.changed(
                size=axis.size + axis.stride * (self.extent - 1),
                stride=axis.stride * self.stride,
                start=axis.start - axis.stride * self.before,
            )
        if isinstance(axis, Along):
            followed = _each(axis, length)
            return None if followed is None else self.over(followed, length, leaving)
        numbers = (self.extent, self.stride, self.before, leaving, length)
        if any(isinstance(number, Expr) or number is None for number in numbers):
            return None
        return self._followed(axis, leaving)  # type: ignore[arg-type]

    def _followed(self, axis: Each, leaving: int) -> Each | None:
        ends = []
        for place in range(leaving):
            first, last = self._taken(place, len(axis.ends), leaving)
            ends.append(_outer(axis.ends[max(first, 0) : max(last + 1, 0)]))
        finer = self.stride if self.turned else self.spread
        coarser = 1 if self.turned else self.stride
        assert isinstance(finer, int) and isinstance(coarser, int)  # noqa: PT018
        stride = ratio(axis.stride.numerator * coarser, axis.stride.denominator * finer)
        return Each(axis.axis, tuple(ends), stride)

    def _taken(self, place: int, entering: int, leaving: int) -> tuple[int, int]:
        """The first and the last position that one that leaves takes."""
        extent, stride, before = self.extent, self.stride, self.before
        assert isinstance(extent, int) and isinstance(stride, int) and isinstance(before, int)  # noqa: PT018
        if self.turned:
            return -(-(place + before - extent + 1) // stride), (place + before) // stride
        if self.smooth:  # between the centres of pixels
            left = ((2 * place + 1) * entering - leaving) // (2 * leaving)
            exact = ((2 * place + 1) * entering - leaving) % (2 * leaving) == 0
            return left, left if exact else left + 1
        if self.spread > 1:
            return place // self.spread, place // self.spread
        return place * stride - before, place * stride - before + extent - 1


def _number(value: object, place: int) -> Dim | None:
    """An argument that is one for all axes, or one for each."""
    if isinstance(value, int | Expr):
        return value
    if isinstance(value, tuple | list) and place < len(value):
        found = value[place]
        return found if isinstance(found, int | Expr) else None
    return None


def _sliding(task: Task, place: int) -> Window | None:
    """A convolution or a pooling."""
    config = task.config
    size = _number(config.get("kernel_size", config.get("pool_size")), place)
    strides = config.get("strides")
    stride = size if strides is None else _number(strides, place)
    dilation = _number(config.get("dilation_rate", 1), place)
    entering = task.shapes[0]
    if size is None or stride is None or dilation is None or entering is None:
        return None
    extent = dilation * (size - 1) + 1
    before = _before(str(config["padding"]).lower(), entering[_sides(task)[place]], extent, stride)
    return None if before is None else Window(extent, stride, before)


def _before(padding: str, length: Dim | None, extent: Dim, stride: Dim) -> Dim | None:
    """How much padding lies before the first element."""
    if padding == "valid":
        return 0
    if padding in ("causal", FULL):
        return extent - 1
    if length is None:
        return (extent - 1) // 2 if stride == 1 else None
    return maximum((ceil_div(length, stride) - 1) * stride + extent - length, 0) // 2


def _turned(task: Task, place: int) -> Window | None:
    """A transposed convolution; where its padding is told, where it begins is not."""
    config = task.config
    size, stride = _number(config["kernel_size"], place), _number(config["strides"], place)
    dilation = _number(config["dilation_rate"], place)
    if size is None or stride is None or dilation is None or config["output_padding"] is not None:
        return None
    extent = dilation * (size - 1) + 1
    padding = str(config["padding"]).lower()
    if padding not in ("valid", "same"):
        return None
    before = maximum(extent - stride, 0) // 2 if padding == "same" else 0
    return Window(extent, stride, before, turned=True)


def _spread(task: Task, place: int) -> Window | None:
    """Elements repeated, or in between."""
    factor = _number(task.config["size"], place)
    how = str(task.config.get("interpolation", "nearest")).lower()
    if not isinstance(factor, int) or how not in ("nearest", "bilinear"):
        return None
    return Window(spread=factor, smooth=how == "bilinear" and factor > 1)


def _padded(task: Task, place: int) -> Window | None:
    """What is put before the first element, or cropped from it."""
    crop = task.kind.startswith("Cropping")
    value = task.config["cropping" if crop else "padding"]
    if len(_sides(task)) == 1 and isinstance(value, tuple | list):
        before: object = value[0]
    else:
        before = value[place] if isinstance(value, tuple | list) else value
        before = before[0] if isinstance(before, tuple | list) else before
    if not isinstance(before, int | Expr):
        return None
    return Window(before=-before if crop else before)


MIXING = ("Conv", "Separable")
"""How the kinds begin that mix channels."""
WINDOWS: dict[str, Callable[[Task, int], Window | None]] = {
    **{f"Conv{n}D": _sliding for n in "123"},
    **{f"{kind}Conv{n}D": _sliding for kind in ("Depthwise", "Separable") for n in "12"},
    **{f"LocallyConnected{n}D": _sliding for n in "12"},
    **{f"{kind}Pooling{n}D": _sliding for kind in ("Max", "Average") for n in "123"},
    **{f"Conv{n}DTranspose": _turned for n in "123"},
    **{f"UpSampling{n}D": _spread for n in "123"},
    **{f"{kind}{n}D": _padded for kind in ("ZeroPadding", "Cropping") for n in "123"},
}
KEPT = frozenset({"Activation", "BatchNormalization", "Rescaling", "Normalization", "Masking",
                  "Identity", "InputLayer", "ops.along"})  # fmt: skip
"""Kinds that work element by element."""
UNSET = frozenset(
    """
    Activation BatchNormalization Add Subtract Multiply Average Maximum Minimum Flatten ReLU
    GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D
    """.split()
)
"""Kinds of which no setting changes what they see."""
JOINED = frozenset(
    "Add Subtract Multiply Average Maximum Minimum Concatenate ops.elementwise".split()
)
MIXED = frozenset({"Dense", "LayerNormalization", "RMSNormalization", "TimeDistributedDense"})
"""Kinds that mix the last axis alone."""
SEEING_ALL = frozenset(
    """
    Flatten LSTM GRU SimpleRNN RNN Bidirectional CuDNNLSTM CuDNNGRU MultiHeadAttention
    GroupedQueryAttention GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D
    GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
    """.split()
)
