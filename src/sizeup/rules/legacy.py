"""Layers that Keras had before version 3, as their last version had them.

Their arguments are spelled as Keras 3 would spell them, so that the old spellings of other
layers' arguments read alike. Sources: `keras/layers/core.py`, `local.py` and
`advanced_activations.py` of Keras 1.2.2; `locally_connected.py` of tf.keras 2.
"""

from __future__ import annotations

from sizeup.errors import SizingError
from sizeup.network import Parameter
from sizeup.rules.activations import slopes
from sizeup.rules.checks import entering, flag, known_product, least_rank, positive, rank, text
from sizeup.rules.parameters import KERNEL_AND_BIAS, bias
from sizeup.rules.registry import Sizing, rule
from sizeup.rules.windows import (
    Window,
    channel_axis,
    family,
    macs_at,
    one_of,
    pack,
    per_dimension,
    spatial_part,
)
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config

INITIALIZED = f"weights=None, {KERNEL_AND_BIAS}"


@rule(
    "TimeDistributedDense",
    signature=f"units, activation='linear', use_bias=True, {INITIALIZED}",
)
def time_distributed_dense(config: Config, x: Shape) -> Sizing:
    """One matrix for all time steps: (batch, steps, inputs) becomes (batch, steps, units)."""
    kind = "TimeDistributedDense"
    rank(kind, x, 3)
    units = positive(kind, config, "units")
    kernel = Parameter("kernel", (entering(kind, config, x, -1), units))
    return Sizing(
        outputs=((*x[:-1], units),),
        parameters=(kernel, *bias(kind, config, units)),
        macs=macs_at(x[1:-1], kernel),
    )


@rule("MaxoutDense", signature=f"units, nb_feature=4, use_bias=True, {INITIALIZED}")
def maxout_dense(config: Config, x: Shape) -> Sizing:
    """The largest of `nb_feature` linear maps (Goodfellow et al., 2013): (batch, units) leaves."""
    kind = "MaxoutDense"
    rank(kind, x, 2)
    units, pieces = positive(kind, config, "units"), positive(kind, config, "nb_feature")
    kernel = Parameter("kernel", (pieces, entering(kind, config, x, -1), units))
    shift = (Parameter("bias", (pieces, units)),) if flag(kind, config, "use_bias") else ()
    return Sizing(((x[0], units),), (kernel, *shift), kernel.count)


@rule(
    "Highway",
    signature=f"activation='linear', transform_bias=None, use_bias=True, {INITIALIZED}",
)
def highway(config: Config, x: Shape) -> Sizing:
    """A dense layer and the gate that carries its input past it (Srivastava et al., 2015)."""
    kind = "Highway"
    rank(kind, x, 2)
    width = entering(kind, config, x, -1)
    kernels = [Parameter(name, (width, width)) for name in ("kernel", "carry_kernel")]
    shifts = [Parameter(name, (width,)) for name in ("bias", "carry_bias")]
    owned = (*kernels, *(shifts if flag(kind, config, "use_bias") else ()))
    return Sizing(((x[0], width),), owned, macs_at((), *kernels))


@rule("TimeDistributedMerge", signature="mode='sum'")
def time_distributed_merge(_config: Config, x: Shape) -> Sizing:
    """The sum, mean or product over time: (batch, steps, features) becomes (batch, features)."""
    rank("TimeDistributedMerge", x, 3)
    return Sizing(((x[0], x[2]),))


@rule("ThresholdedLinear", signature="theta=1.0")
def thresholded_linear(_config: Config, x: Shape) -> Sizing:
    """The identity outside of a band around zero; it owns nothing."""
    return Sizing((x,))


@rule(
    "ParametricSoftplus",
    signature="alpha_initializer=0.2, beta_initializer=5.0, weights=None, shared_axes=None",
)
def parametric_softplus(config: Config, x: Shape) -> Sizing:
    """α·log(1 + exp(β·x)), both learned (McFarland et al., 2013)."""
    shape = slopes("ParametricSoftplus", config, x)
    return Sizing((x,), tuple(Parameter(name, shape) for name in ("alpha", "beta")))


@rule(
    "SReLU",
    signature="t_left_initializer='zero', a_left_initializer='glorot_uniform', "
    "t_right_initializer='glorot_uniform', a_right_initializer='one', shared_axes=None",
)
def srelu(config: Config, x: Shape) -> Sizing:
    """Two thresholds and two slopes for every element (Jin et al., 2015)."""
    shape = slopes("SReLU", config, x)
    names = ("t_left", "a_left", "t_right", "a_right")
    return Sizing((x,), tuple(Parameter(name, shape) for name in names))


@family(
    "LocallyConnected{n}D",
    dimensions=(1, 2),
    signature="filters, kernel_size, strides={ones}, padding='valid', data_format=None, "
    f"activation=None, use_bias=True, {KERNEL_AND_BIAS}, implementation=1",
)
def locally_connected(kind: str, n: int, config: Config, x: Shape) -> Sizing:
    """A convolution whose every position has a kernel of its own.

    How the kernels are stored is the `implementation`: 1 as they are; 2 as a dense matrix
    between all elements that enter and leave, most of it masked, and counted in full as
    Keras does; 3 only the pairs that are connected.
    """
    filters = positive(kind, config, "filters")
    paddings = ("valid",) if config["implementation"] == 1 else ("valid", "same")
    padding = config["padding"]
    window = Window(
        size=per_dimension(kind, n, config, "kernel_size"),
        strides=per_dimension(kind, n, config, "strides"),
        dilation_rate=(1,) * n,
        padding=one_of(kind, paddings, padding.lower() if isinstance(padding, str) else padding),
    )
    spatial = _known(kind, x, spatial_part(kind, n, config, x))
    channels = entering(kind, config, x, channel_axis(kind, config))
    positions = _known(kind, x, window.positions(kind, x, spatial))
    pairs = known_product([*_connections(kind, window, spatial, positions), channels, filters])
    kernel = _kernel(kind, config, window, spatial, positions, channels, filters, pairs)
    shift = (Parameter("bias", (*positions, filters)),) if flag(kind, config, "use_bias") else ()
    return Sizing((pack(kind, config, x, positions, filters),), (kernel, *shift), pairs)


def _known(kind: str, x: Shape, lengths: Sequence[Dim | None]) -> tuple[Dim, ...]:
    """Lengths that size parameters, so that none may be open."""
    least_rank(kind, x, 3)
    if None in lengths:
        raise SizingError(say("rules.open_length", kind=kind, shape=text(x)))
    return tuple(length for length in lengths if length is not None)


def _connections(
    kind: str, window: Window, spatial: Sequence[Dim], positions: Sequence[Dim]
) -> list[Dim]:
    """Along each dimension, how many pairs of an element that enters and one that leaves meet."""
    if window.padding == "valid":
        return [count * size for count, size in zip(positions, window.size, strict=True)]
    counts: list[Dim] = []
    for length, size, stride, count in zip(
        spatial, window.size, window.strides, positions, strict=True
    ):
        numbers = (length, size, stride, count)
        if not all(isinstance(number, int) for number in numbers):
            raise SizingError(say("rules.open_length", kind=kind, shape=text(spatial)))
        counts.append(_clipped(*numbers))  # type: ignore[arg-type]
    return counts


def _clipped(length: int, size: int, stride: int, count: int) -> int:
    """How much of the windows of 'same' padding lies inside of the input, all taken together."""
    before = size // 2
    centers = range(0, count * stride, stride)
    return sum(min(length, c + size - before) - max(0, c - before) for c in centers)


def _kernel(
    kind: str,
    config: Config,
    window: Window,
    spatial: tuple[Dim, ...],
    positions: tuple[Dim, ...],
    channels: Dim,
    filters: Dim,
    pairs: Dim | None,
) -> Parameter:
    implementation = config["implementation"]
    if implementation == 1:
        inputs = known_product([*window.size, channels])
        count = known_product(positions)
        assert inputs is not None
        assert count is not None
        return Parameter("kernel", (count, inputs, filters))
    if implementation == 2:
        if channel_axis(kind, config) == 1:
            return Parameter("kernel", (channels, *spatial, filters, *positions))
        return Parameter("kernel", (*spatial, channels, *positions, filters))
    if implementation == 3 and pairs is not None:
        return Parameter("kernel", (pairs,))
    raise SizingError(say("rules.implementation", kind=kind, value=text(implementation)))
