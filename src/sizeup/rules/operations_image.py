"""Convolution and pooling with given kernels, and what is done to images. They own nothing.

Sizes and MACs are those of the layers of the same name: a kernel that is given is a kernel.
"""

from __future__ import annotations

from sizeup.dims import floor_div, modulo, sign
from sizeup.errors import SizingError
from sizeup.network import add_known
from sizeup.rules.checks import channels_first, differ, known_product, text
from sizeup.rules.registry import Sizing, rule, size
from sizeup.rules.windows import per_dimension
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config

WINDOW = "strides=1, padding='valid', data_format=None, dilation_rate=1"


@rule("ops.conv", signature=WINDOW)
def conv(config: Config, x: Shape, kernel: Shape) -> Sizing:
    """A kernel (*size, channels / groups, filters) over (batch, *spatial, channels)."""
    *sides, each, filters = _kernel(x, kernel)
    entering = _entering("ops.conv", config, x, each)
    if each == 0 or differ(modulo(entering, each), 0):
        raise _mismatch(x, kernel)
    groups = floor_div(entering, each)
    return _layer("Conv{n}D", config, x, sides, filters=filters, groups=groups)


@rule("ops.depthwise_conv", signature=WINDOW)
def depthwise_conv(config: Config, x: Shape, kernel: Shape) -> Sizing:
    """A kernel (*size, channels, multiplier) over (batch, *spatial, channels)."""
    *sides, channels, multiplier = _kernel(x, kernel)
    if differ(_entering("ops.depthwise_conv", config, x, channels), channels):
        raise _mismatch(x, kernel)
    return _layer("DepthwiseConv{n}D", config, x, sides, depth_multiplier=multiplier)


@rule("ops.separable_conv", signature=WINDOW)
def separable_conv(config: Config, x: Shape, depthwise: Shape, pointwise: Shape) -> Sizing:
    """A depthwise kernel, then one of size 1."""
    *sides, channels, multiplier = _kernel(x, depthwise)
    entering, filters = _kernel(x, pointwise)[-2:]
    if differ(_entering("ops.separable_conv", config, x, channels), channels) or differ(
        channels * multiplier, entering
    ):
        raise _mismatch(depthwise, pointwise)
    return _layer(
        "SeparableConv{n}D", config, x, sides, depth_multiplier=multiplier, filters=filters
    )


@rule("ops.conv_transpose", signature=WINDOW + ", output_padding=None, output_shape=None")
def conv_transpose(config: Config, x: Shape, kernel: Shape) -> Sizing:
    """A kernel (*size, filters, channels) at every place of (batch, *spatial, channels).

    An `output_shape` that is given, batch first, is what leaves.
    """
    *sides, filters, channels = _kernel(x, kernel)
    if differ(_entering("ops.conv_transpose", config, x, channels), channels):
        raise _mismatch(x, kernel)
    padding = config["output_padding"]
    sizing = _layer("Conv{n}DTranspose", config, x, sides, filters=filters, output_padding=padding)
    given = config["output_shape"]
    return sizing if given is None else Sizing((given,), macs=sizing.macs)


def _kernel(x: Shape, kernel: Shape) -> tuple[Dim, ...]:
    """A kernel that has as many axes as `x`, none of them open."""
    known = tuple(dim for dim in kernel if dim is not None)
    if not len(x) == len(kernel) == len(known) or len(x) < 3:
        raise _mismatch(x, kernel)
    return known


def _entering(kind: str, config: Config, x: Shape, default: Dim) -> Dim:
    """The channels that enter, taken from the kernel where they are open."""
    channels = x[1] if channels_first(kind, config) else x[-1]
    return default if channels is None else channels


def _layer(kind: str, config: Config, x: Shape, sides: Sequence[Dim], **more: object) -> Sizing:
    """What the layer says of a kernel that it would own."""
    window = {name: config[name] for name in ("strides", "padding", "data_format", "dilation_rate")}
    given = {**window, **more, "kernel_size": tuple(sides), "use_bias": False}
    sizing = size(kind.format(n=len(sides)), given, [x])
    return Sizing(sizing.outputs, macs=sizing.macs)


POOL = "pool_size, strides=None, padding='valid', data_format=None"


@rule("ops.max_pool", signature=POOL)
@rule("ops.average_pool", signature=POOL)
def pool(config: Config, x: Shape) -> Sizing:
    """Windows over (batch, *spatial, channels)."""
    return size(f"MaxPooling{len(x) - 2}D", config, [x])


@rule("ops.resize", signature="size, data_format=None")
def resize(config: Config, x: Shape) -> Sizing:
    """Images, one or a batch of them, with another height and width."""
    return _with_sides("ops.resize", config, x, tuple(config["size"]))


@rule("ops.scale", signature="factors, data_format=None")
def scale(config: Config, x: Shape) -> Sizing:
    """(batch, *spatial, channels) with every spatial dimension a number of times as long."""
    first = 2 if channels_first("ops.scale", config) else 1
    factors = config["factors"]
    if len(x) != len(factors) + 2:
        raise _unfit(x)
    lengths = x[first : first + len(factors)]
    scaled = tuple(None if length is None else length * factor
                   for length, factor in zip(lengths, factors, strict=True))  # fmt: skip
    return Sizing(((*x[:first], *scaled, *x[first + len(factors) :]),))


@rule("ops.pad_spatial", signature="padding, data_format=None")
def pad_spatial(config: Config, x: Shape) -> Sizing:
    """(batch, *spatial, channels) with a pair of widths added to every spatial dimension."""
    pairs = config["padding"]
    first = 2 if channels_first("ops.pad_spatial", config) else 1
    if len(x) != len(pairs) + 2:
        raise _unfit(x)
    padded = tuple(
        add_known((length, *pair))
        for length, pair in zip(x[first : first + len(pairs)], pairs, strict=True)
    )
    return Sizing(((*x[:first], *padded, *x[first + len(pairs) :]),))


@rule("ops.extract_patches", signature="size, strides=None, dilation_rate=1, padding='valid', "
      "data_format=None")  # fmt: skip
def extract_patches(config: Config, x: Shape) -> Sizing:
    """Patches of images side by side in the channels, one or a batch of them."""
    batched = x if len(x) == 4 else (1, *x)
    sides = per_dimension("ops.extract_patches", 2, config, "size")
    strides = sides if config["strides"] is None else config["strides"]
    first = channels_first("ops.extract_patches", config)
    channels = known_product((batched[1] if first else batched[-1], *sides))
    window = {"kernel_size": sides, "strides": strides, "padding": config["padding"],
              "dilation_rate": config["dilation_rate"], "data_format": config["data_format"]}  # fmt: skip
    [moved] = size(
        "DepthwiseConv2D", {**window, "use_bias": False}, [_with_channel(batched, first)]
    ).outputs
    result = (moved[0], channels, *moved[2:]) if first else (*moved[:-1], channels)
    return Sizing((result if len(x) == 4 else result[1:],))


def _with_channel(x: Shape, first: bool) -> Shape:
    """One channel, as the windows go over each alike."""
    return (x[0], 1, *x[2:]) if first else (*x[:-1], 1)


@rule("ops.depth_to_space", signature="block_size, data_format=None")
def depth_to_space(config: Config, x: Shape) -> Sizing:
    """Channels dealt out to squares of pixels."""
    block, first = _block(config, x), channels_first("ops.depth_to_space", config)
    height, width, channels = _image(x, first)
    if isinstance(channels, int) and isinstance(block, int) and channels % block**2:
        raise _unfit(x)
    sides = tuple(None if side is None else side * block for side in (height, width))
    return _packed(x, first, sides, None if channels is None else channels // block**2)


@rule("ops.space_to_depth", signature="block_size, data_format=None")
def space_to_depth(config: Config, x: Shape) -> Sizing:
    """Squares of pixels put into the channels."""
    block, first = _block(config, x), channels_first("ops.space_to_depth", config)
    height, width, channels = _image(x, first)
    for side in (height, width):
        if isinstance(side, int) and isinstance(block, int) and side % block:
            raise _unfit(x)
    sides = tuple(None if side is None else side // block for side in (height, width))
    return _packed(x, first, sides, None if channels is None else channels * block**2)


def _block(config: Config, x: Shape) -> Dim:
    block: Dim = config["block_size"]
    if sign(block - 2) == -1:
        raise _unfit(x)
    return block


def _image(x: Shape, first: bool) -> tuple[Dim | None, Dim | None, Dim | None]:
    """Height, width and channels."""
    if len(x) != 4:
        raise _unfit(x)
    return (x[2], x[3], x[1]) if first else (x[1], x[2], x[3])


def _packed(x: Shape, first: bool, sides: Shape, channels: Dim | None) -> Sizing:
    return Sizing(((x[0], channels, *sides) if first else (x[0], *sides, channels),))


@rule("ops.crop_or_pad", signature="height, width, data_format=None")
def crop_or_pad(config: Config, x: Shape) -> Sizing:
    """Images with a height and a width that are given; None keeps what is."""
    return _with_sides("ops.crop_or_pad", config, x, (config["height"], config["width"]))


@rule("ops.channels", signature="channels, data_format=None")
def channels_to(config: Config, x: Shape) -> Sizing:
    """Images with another number of channels: grey, in colors."""
    at = -3 if channels_first("ops.channels", config) else -1
    if len(x) < 3:
        raise _unfit(x)
    result = list(x)
    result[at] = config["channels"]
    return Sizing((tuple(result),))


@rule("ops.frame", signature="frame_length, frame_step")
def frame(config: Config, x: Shape) -> Sizing:
    """Windows over the last axis: (..., samples) becomes (..., frames, frame_length)."""
    if not x:
        raise _unfit(x)
    samples, length, step = x[-1], config["frame_length"], config["frame_step"]
    frames = None if samples is None else 1 + (samples - length) // step
    return Sizing(((*x[:-1], frames, length),))


def _with_sides(kind: str, config: Config, x: Shape, sides: Shape) -> Sizing:
    if len(x) not in (3, 4) or len(sides) != 2:
        raise _unfit(x)
    at = len(x) - (2 if channels_first(kind, config) else 3)
    kept = tuple(old if new is None else new
                 for old, new in zip(x[at : at + 2], sides, strict=True))  # fmt: skip
    return Sizing(((*x[:at], *kept, *x[at + 2 :]),))


def _unfit(x: Shape) -> SizingError:
    return SizingError(say("rules.ops_index", shape=text(x)))


def _mismatch(a: Shape, b: Shape) -> SizingError:
    return SizingError(say("rules.ops_broadcast", first=text(a), second=text(b)))
