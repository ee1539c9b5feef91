"""Layers that act in training only: noise, dropout and penalties. They own nothing."""

from __future__ import annotations

from functools import partial

from sizeup.dims import Expr
from sizeup.errors import SizingError
from sizeup.rules.checks import channels_first, number, rank, text
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Shape
    from sizeup.rules.registry import Config


@rule("ActivityRegularization", signature="l1=0.0, l2=0.0")
def penalty(_config: Config, *shapes: Shape) -> Sizing:
    """Adds to the loss, not to the tensor."""
    return Sizing(shapes)


def noise(kind: str, strength: str, config: Config, *shapes: Shape) -> Sizing:
    """A layer of random noise; the argument `strength` says how much, from 0 to 1."""
    number(kind, config, strength, most=1)
    return Sizing(shapes)


rule("AlphaDropout", signature="rate, noise_shape=None, seed=None")(
    partial(noise, "AlphaDropout", "rate")
)
rule("GaussianDropout", signature="rate, seed=None")(partial(noise, "GaussianDropout", "rate"))
rule("GaussianNoise", signature="stddev, seed=None")(partial(noise, "GaussianNoise", "stddev"))


@rule("Dropout", signature="rate, noise_shape=None, seed=None")
def dropout(config: Config, *shapes: Shape) -> Sizing:
    """Zeroes a fraction of the elements; those that `noise_shape` holds at 1 fall together."""
    shape = config["noise_shape"]
    if shape is not None and not (isinstance(shape, tuple | list) and all(map(_fits, shape))):
        raise SizingError(say("rules.noise_shape", value=text(shape)))
    return noise("Dropout", "rate", config, *shapes)


def spatial_dropout(kind: str, expected: int, config: Config, x: Shape) -> Sizing:
    """Dropout of whole channels; `expected` is the rank of the input, batch included."""
    channels_first(kind, {"data_format": None, **config})
    rank(kind, x, expected)
    return noise(kind, "rate", config, x)


rule("SpatialDropout1D", signature="rate, seed=None, name=None, dtype=None")(
    partial(spatial_dropout, "SpatialDropout1D", 3)
)
rule("SpatialDropout2D", signature="rate, data_format=None, seed=None, name=None, dtype=None")(
    partial(spatial_dropout, "SpatialDropout2D", 4)
)
rule("SpatialDropout3D", signature="rate, data_format=None, seed=None, name=None, dtype=None")(
    partial(spatial_dropout, "SpatialDropout3D", 5)
)


def _fits(dim: object) -> bool:
    return dim is None or isinstance(dim, Expr) or (isinstance(dim, int) and dim > 0)
