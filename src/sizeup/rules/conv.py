"""Convolutions: plain, depthwise, separable and transposed, in one to three dimensions.

Kernels and their order are Keras 3's (`keras/src/layers/convolutional/`). A kernel is applied
once at every position of its window (a transposed one at every position of the input), which
makes the multiply-accumulates positions × scalars in the kernel.
"""

from __future__ import annotations

from sizeup.errors import SizingError
from sizeup.network import Parameter
from sizeup.rules.checks import dimension, divisible, entering, positive, text
from sizeup.rules.parameters import KERNEL_AND_BIAS, bias, with_lora
from sizeup.rules.registry import Sizing
from sizeup.rules.windows import (
    FULL,
    any_below,
    channel_axis,
    conv_window,
    family,
    macs_at,
    pack,
    per_dimension,
    spatial_part,
    strides_or_dilation,
    transposed_length,
)
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config
    from sizeup.rules.windows import Window

WINDOW = "strides={ones}, padding='valid'"
ACTIVATION = "activation=None, use_bias=True"


@family(
    "Conv{n}D",
    signature=f"filters, kernel_size, {WINDOW}, data_format=None, dilation_rate={{ones}}, "
    f"groups=1, {ACTIVATION}, {KERNEL_AND_BIAS}",
    also="lora_rank=None, lora_alpha=None",
)
def conv(kind: str, n: int, config: Config, x: Shape) -> Sizing:
    """(batch, *spatial, channels) becomes (batch, *positions, filters)."""
    filters, groups = positive(kind, config, "filters"), positive(kind, config, "groups")
    window = conv_window(
        kind, n, config, paddings=("valid", "same", FULL, *(("causal",) if n == 1 else ()))
    )
    strides_or_dilation(kind, window)
    spatial = spatial_part(kind, n, config, x)
    channels = entering(kind, config, x, channel_axis(kind, config))
    divisible(kind, x, groups, filters=filters, channels=channels)
    positions = window.positions(kind, x, spatial)
    kernel = Parameter("kernel", (*window.size, channels // groups, filters))
    return Sizing(
        outputs=(pack(kind, config, x, positions, filters),),
        parameters=with_lora(kind, config, kernel, *bias(kind, config, filters)),
        macs=macs_at(positions, kernel),
    )


@family(
    "DepthwiseConv{n}D",
    dimensions=(1, 2),
    signature=f"kernel_size, {WINDOW}, depth_multiplier=1, data_format=None, "
    f"dilation_rate={{ones}}, {ACTIVATION}, depthwise_initializer='glorot_uniform', "
    "bias_initializer='zeros', depthwise_regularizer=None, bias_regularizer=None, "
    "activity_regularizer=None, depthwise_constraint=None, bias_constraint=None",
)
def depthwise_conv(kind: str, n: int, config: Config, x: Shape) -> Sizing:
    """(batch, *spatial, channels) becomes (batch, *positions, channels × depth_multiplier)."""
    multiplier = positive(kind, config, "depth_multiplier")
    window = conv_window(kind, n, config)
    spatial = spatial_part(kind, n, config, x)
    channels = dimension(kind, x, channel_axis(kind, config))
    positions = window.positions(kind, x, spatial)
    kernel = Parameter("kernel", (*window.size, channels, multiplier))
    return Sizing(
        outputs=(pack(kind, config, x, positions, channels * multiplier),),
        parameters=(kernel, *bias(kind, config, channels * multiplier)),
        macs=macs_at(positions, kernel),
    )


@family(
    "SeparableConv{n}D",
    dimensions=(1, 2),
    signature=f"filters, kernel_size, {WINDOW}, data_format=None, dilation_rate={{ones}}, "
    f"depth_multiplier=1, {ACTIVATION}, depthwise_initializer='glorot_uniform', "
    "pointwise_initializer='glorot_uniform', bias_initializer='zeros', "
    "depthwise_regularizer=None, pointwise_regularizer=None, bias_regularizer=None, "
    "activity_regularizer=None, depthwise_constraint=None, pointwise_constraint=None, "
    "bias_constraint=None",
)
def separable_conv(kind: str, n: int, config: Config, x: Shape) -> Sizing:
    """A depthwise convolution without a bias, then one of size 1 to `filters` channels."""
    filters = positive(kind, config, "filters")
    multiplier = positive(kind, config, "depth_multiplier")
    window = conv_window(kind, n, config)
    spatial = spatial_part(kind, n, config, x)
    channels = dimension(kind, x, channel_axis(kind, config))
    positions = window.positions(kind, x, spatial)
    depthwise = Parameter("depthwise_kernel", (*window.size, channels, multiplier))
    pointwise = Parameter("pointwise_kernel", (*(1,) * n, channels * multiplier, filters))
    return Sizing(
        outputs=(pack(kind, config, x, positions, filters),),
        parameters=(depthwise, pointwise, *bias(kind, config, filters)),
        macs=macs_at(positions, depthwise, pointwise),
    )


TRANSPOSED = (
    f"filters, kernel_size, {WINDOW}, %s, dilation_rate={{ones}}, {ACTIVATION}, {KERNEL_AND_BIAS}"
)


# In three dimensions Keras has these two the other way round.
@family(
    "Conv{n}DTranspose",
    dimensions=(3,),
    signature=TRANSPOSED % "data_format=None, output_padding=None",
)
@family(
    "Conv{n}DTranspose",
    dimensions=(1, 2),
    signature=TRANSPOSED % "output_padding=None, data_format=None",
)
def conv_transpose(kind: str, n: int, config: Config, x: Shape) -> Sizing:
    """(batch, *spatial, channels) becomes (batch, *lengths, filters).

    Keras 1 was told the lengths, in the `output_shape`.
    """
    filters = positive(kind, config, "filters")
    window = conv_window(kind, n, config, paddings=("valid", "same", FULL))
    strides_or_dilation(kind, window)
    paddings = _output_padding(kind, n, config, window)
    spatial = spatial_part(kind, n, config, x)
    channels = dimension(kind, x, channel_axis(kind, config))
    lengths = tuple(
        transposed_length(length, size, stride, dilation, window.padding, padding)
        for length, size, stride, dilation, padding in zip(
            spatial, window.size, window.strides, window.dilation_rate, paddings, strict=True
        )
    )
    if config.get("output_shape") is not None:
        told: Shape = config["output_shape"]
        lengths = spatial_part(kind, n, config, told)
    kernel = Parameter("kernel", (*window.size, filters, channels))
    return Sizing(
        outputs=(pack(kind, config, x, lengths, filters),),
        parameters=(kernel, *bias(kind, config, filters)),
        macs=macs_at(spatial, kernel),
    )


def _output_padding(kind: str, n: int, config: Config, window: Window) -> tuple[Dim | None, ...]:
    """What is added to each length; None leaves it to Keras. It is less than the stride."""
    if config["output_padding"] is None:
        return (None,) * n
    paddings = per_dimension(kind, n, config, "output_padding", least=0)
    room = [stride - padding for stride, padding in zip(window.strides, paddings, strict=True)]
    if any_below(1, room):
        padding, strides = text(paddings), text(window.strides)
        raise SizingError(say("rules.output_padding", kind=kind, padding=padding, strides=strides))
    return paddings
