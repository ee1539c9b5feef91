"""Windows that slide over an input: what convolution, pooling and padding layers share.

Shapes are `(batch, *spatial, channels)`, or `(batch, channels, *spatial)` with
`data_format="channels_first"`. The arithmetic is that of Keras 3
(`keras/src/ops/operation_utils.py`, `keras/src/backend/common/backend_utils.py`), on
integers and expressions alike.
"""

from __future__ import annotations

from functools import partial

from sizeup.dims import Expr, ceil_div, maximum, sign, total
from sizeup.errors import SizingError
from sizeup.records import Record
from sizeup.rules.checks import axis_in, channels_first, known_product, rank, text
from sizeup.rules.registry import rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sizeup.dims import Dim
    from sizeup.network import Parameter, Shape
    from sizeup.rules.registry import Config, Sizing

    Rule = Callable[..., Sizing]
    Spatial = tuple[Dim | None, ...]


def family(
    name: str, *, signature: str, dimensions: Sequence[int] = (1, 2, 3), also: str = ""
) -> Callable[[Rule], Rule]:
    """Register `function(kind, n, config, x)` as the rule of `Conv{n}D` for each n.

    `{ones}` and `{twos}` in the signature are defaults that hold a number per dimension:
    1 in one dimension, (1, 1) in two. `also` is as in `rule`.
    """

    def register(function: Rule) -> Rule:
        for n in dimensions:
            kind = name.format(n=n)
            ones, twos = (number if n == 1 else (number,) * n for number in (1, 2))
            declared = signature.format(ones=ones, twos=twos)
            rule(kind, signature=declared, also=also)(partial(function, kind, n))
        return function

    return register


FULL = "full (theano)"
"""The `border_mode="full"` of Keras 0 and 1: every window that meets the input at all."""


def output_length(
    length: Dim | None, size: Dim, stride: Dim, dilation: Dim = 1, padding: str = "valid"
) -> Dim | None:
    """Positions of a window: ⌊(n − d(k−1) − 1)/s⌋ + 1 if valid, ⌈n/s⌉ if same or causal.

    In full they are ⌈(n + d(k−1))/s⌉.
    """
    if length is None:
        return None
    if padding == "valid":
        return (length - dilation * (size - 1) - 1) // stride + 1
    return ceil_div(length + dilation * (size - 1) if padding == FULL else length, stride)


def transposed_length(
    length: Dim | None,
    size: Dim,
    stride: Dim,
    dilation: Dim = 1,
    padding: str = "valid",
    output_padding: Dim | None = None,
) -> Dim | None:
    """What a transposed convolution makes of a length.

    With the window's extent e = d(k−1) + 1 it is (n−1)s + max(e, s) if valid, ns if same;
    an `output_padding` p that is given makes it (n−1)s + e + p, and (n−1)s + e mod 2 + p.
    """
    if length is None:
        return None
    if padding == "same" and output_padding is None:
        return length * stride
    extent = dilation * (size - 1) + 1
    if output_padding is None:
        return (length - 1) * stride + maximum(extent, stride)
    return (length - 1) * stride + (extent % 2 if padding == "same" else extent) + output_padding


class Window(Record):
    """A window that slides: a size, stride and dilation for every spatial dimension."""

    size: tuple[Dim, ...]
    strides: tuple[Dim, ...]
    dilation_rate: tuple[Dim, ...]
    padding: str

    def positions(self, kind: str, x: Shape, spatial: Spatial) -> Spatial:
        """How often it fits along each of `spatial`, the dimensions of `x` that it slides over."""
        steps = zip(spatial, self.size, self.strides, self.dilation_rate, strict=True)
        lengths = tuple(output_length(*step, padding=self.padding) for step in steps)
        if self.padding == "valid" and any_below(1, lengths):
            raise SizingError(say("rules.window", kind=kind, size=text(self.size), shape=text(x)))
        return lengths


def conv_window(
    kind: str, n: int, config: Config, *, paddings: Sequence[str] = ("valid", "same")
) -> Window:
    """The window of a layer with `kernel_size`, `strides`, `dilation_rate` and `padding`."""
    padding = config["padding"]
    return Window(
        size=per_dimension(kind, n, config, "kernel_size"),
        strides=per_dimension(kind, n, config, "strides"),
        dilation_rate=per_dimension(kind, n, config, "dilation_rate"),
        padding=one_of(kind, paddings, padding.lower() if isinstance(padding, str) else padding),
    )


def per_dimension(
    kind: str, n: int, config: Config, name: str, *, least: int = 1
) -> tuple[Dim, ...]:
    """The argument `name`: an integer for all of n dimensions, or n of them."""
    value = config[name]
    numbers = (value,) * n if isinstance(value, int | Expr) else value
    if (
        not isinstance(numbers, tuple | list)
        or len(numbers) != n
        or not all(isinstance(number, int | Expr) for number in numbers)
        or any_below(least, numbers)
    ):
        raise SizingError(
            say("rules.per_dimension", kind=kind, name=name, n=n, least=least, value=text(value))
        )
    return tuple(numbers)


def one_of(kind: str, paddings: Sequence[str], value: object) -> str:
    """A padding that the layer knows."""
    if value not in paddings:
        known = " or ".join(text(padding) for padding in paddings if padding != FULL)
        raise SizingError(say("rules.padding", kind=kind, known=known, value=text(value)))
    return str(value)


def any_below(least: int, dims: Sequence[Dim | None]) -> bool:
    """Whether any of the dimensions is certainly less than `least`."""
    return any(dim is not None and sign(dim - least) == -1 for dim in dims)


def strides_or_dilation(kind: str, window: Window) -> None:
    """Raise where a window has both, in whatever dimensions."""
    strides, dilation_rate = window.strides, window.dilation_rate
    if any_below(0, [1 - s for s in strides]) and any_below(0, [1 - d for d in dilation_rate]):
        raise SizingError(
            say("rules.strides_or_dilation", kind=kind, strides=text(strides),
                dilation_rate=text(dilation_rate))
        )  # fmt: skip


def channel_axis(kind: str, config: Config) -> int:
    """Where the channels are; layers without `data_format` have them last."""
    return 1 if "data_format" in config and channels_first(kind, config) else -1


def spatial_part(kind: str, n: int, config: Config, x: Shape) -> Spatial:
    """The n dimensions of `x` besides the batch and the channels."""
    rank(kind, x, n + 2)
    return x[1:-1] if channel_axis(kind, config) == -1 else x[2:]


def with_spatial(kind: str, config: Config, x: Shape, spatial: Spatial) -> Shape:
    """The shape `x` with other spatial dimensions."""
    channels = x[axis_in(kind, x, channel_axis(kind, config))]
    return pack(kind, config, x, spatial, channels)


def pack(kind: str, config: Config, x: Shape, spatial: Spatial, channels: Dim | None) -> Shape:
    """The shape that leaves: the batch of `x` with new spatial dimensions and channels."""
    if any_below(0, spatial):
        raise SizingError(say("rules.negative", kind=kind, shape=text(x), spatial=text(spatial)))
    if channel_axis(kind, config) == -1:
        return (x[0], *spatial, channels)
    return (x[0], channels, *spatial)


def macs_at(positions: Spatial, *kernels: Parameter) -> Dim | None:
    """Multiply-accumulates of kernels applied once at each position; None where one is open."""
    return known_product([*positions, total(kernel.count for kernel in kernels)])
