"""Normalization layers: a scale and a shift for each channel, and running statistics."""

from __future__ import annotations

from sizeup.network import Parameter
from sizeup.rules.checks import axes_in, axis_in, dimension, divisible, flag, positive
from sizeup.rules.registry import Sizing, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Shape
    from sizeup.rules.registry import Config

BETA_AND_GAMMA = (
    "beta_initializer='zeros', gamma_initializer='ones', beta_regularizer=None, "
    "gamma_regularizer=None, beta_constraint=None, gamma_constraint=None"
)


STATISTICS = ["moving_mean", "moving_variance"]


@rule(
    "BatchNormalization",
    signature="axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True, "
    "beta_initializer='zeros', gamma_initializer='ones', moving_mean_initializer='zeros', "
    "moving_variance_initializer='ones', beta_regularizer=None, gamma_regularizer=None, "
    "beta_constraint=None, gamma_constraint=None, renorm=False, renorm_clipping=None, "
    "renorm_momentum=0.99, synchronized=False",
)
def batch_normalization(config: Config, x: Shape) -> Sizing:
    """Scale, shift and running statistics of every channel (Ioffe and Szegedy, 2015).

    The statistics are updated by the forward pass, not by the optimizer: non-trainable.
    Renormalization (Ioffe, 2017) keeps three more. A `mode` is Keras 0's and 1's: none of them
    changes what is owned, but the statistics had other names. Where `statistics` is false they
    are there and not counted, as in PyTorch's tables.
    """
    kind, axes = "BatchNormalization", [axis_in("BatchNormalization", x, config["axis"])]
    statistics = ["running_mean", "running_std"] if "mode" in config else STATISTICS
    if flag(kind, config, "renorm"):
        statistics = [*statistics, "moving_stddev", "renorm_mean", "renorm_stddev"]
    wide = x
    if config.get("shape") is not None:  # of the elements, as Keras 0.1 was told them
        wide, axes = (None, *config["shape"]), list(range(1, len(config["shape"]) + 1))
    learned = _along(kind, wide, axes, _scale_and_shift(kind, config))
    kept = _along(kind, wide, axes, statistics if config.get("statistics", True) else [])
    return Sizing((x,), (*learned, *(each.changed(trainable=False) for each in kept)))


@rule(
    "LayerNormalization",
    signature=f"axis=-1, epsilon=0.001, center=True, scale=True, {BETA_AND_GAMMA}",
)
def layer_normalization(config: Config, x: Shape) -> Sizing:
    """Scale and shift of every element along one axis or several (Ba et al., 2016).

    `rms_scaling`, which the constructor takes besides its signature, leaves only the scale.
    """
    kind = "LayerNormalization"
    axes = axes_in(kind, x, config["axis"])
    only_scale = flag(kind, {"rms_scaling": False, **config}, "rms_scaling")
    names = ["gamma"] if only_scale else _scale_and_shift(kind, config)
    return Sizing((x,), _along(kind, x, axes, names))


@rule(
    "GroupNormalization",
    signature=f"groups=32, axis=-1, epsilon=0.001, center=True, scale=True, {BETA_AND_GAMMA}",
)
def group_normalization(config: Config, x: Shape) -> Sizing:
    """Scale and shift of every channel; the groups divide the channels (Wu and He, 2018).

    One group for each channel is written `groups=-1`.
    """
    kind, axis = "GroupNormalization", config["axis"]
    channels = dimension(kind, x, axis)
    if config["groups"] != -1:
        divisible(kind, x, positive(kind, config, "groups"), channels=channels)
    return Sizing((x,), _along(kind, x, [axis], _scale_and_shift(kind, config)))


@rule("RMSNormalization", signature="axis=-1, epsilon=1e-06")
def rms_normalization(config: Config, x: Shape) -> Sizing:
    """A scale for every element along one axis or several (Zhang and Sennrich, 2019)."""
    axes = axes_in("RMSNormalization", x, config["axis"])
    return Sizing((x,), _along("RMSNormalization", x, axes, ["scale"]))


@rule("UnitNormalization", signature="axis=-1")
def unit_normalization(config: Config, x: Shape) -> Sizing:
    """Division by the norm along one axis or several; it owns nothing."""
    axes_in("UnitNormalization", x, config["axis"])
    return Sizing((x,))


def _scale_and_shift(kind: str, config: Config) -> list[str]:
    """The names of what is learned, in the order in which Keras makes it."""
    wanted = {"gamma": flag(kind, config, "scale"), "beta": flag(kind, config, "center")}
    return [name for name, is_wanted in wanted.items() if is_wanted]


def _along(kind: str, x: Shape, axes: list[int], names: list[str]) -> tuple[Parameter, ...]:
    """A parameter of each name, as large as `x` along `axes`; none needs no sizes."""
    return tuple(
        Parameter(name, tuple(dimension(kind, x, axis) for axis in axes)) for name in names
    )
