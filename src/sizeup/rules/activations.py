"""Activation layers; all but PReLU own nothing."""

from __future__ import annotations

from sizeup.errors import SizingError
from sizeup.network import Parameter
from sizeup.rules.checks import number, text
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config


@rule("ELU", signature="alpha=1.0")
@rule("Softmax", signature="axis=-1")
def unchecked(_config: Config, *shapes: Shape) -> Sizing:
    """An activation that takes any argument and leaves every shape as it is."""
    return Sizing(shapes)


@rule("ReLU", signature="max_value=None, negative_slope=0.0, threshold=0.0")
def relu(config: Config, *shapes: Shape) -> Sizing:
    """A rectifier whose bounds and slope may not be negative; only its ceiling may be absent."""
    if config["max_value"] is not None:
        number("ReLU", config, "max_value")
    number("ReLU", config, "negative_slope")
    number("ReLU", config, "threshold")
    return Sizing(shapes)


@rule("LeakyReLU", signature="negative_slope=0.3")
def leaky_relu(config: Config, *shapes: Shape) -> Sizing:
    """A rectifier with a fixed slope."""
    number("LeakyReLU", config, "negative_slope")
    return Sizing(shapes)


@rule("ThresholdedReLU", signature="theta=1.0")
def thresholded_relu(config: Config, *shapes: Shape) -> Sizing:
    """A rectifier with a fixed threshold, which Keras 2 had and Keras 3 has not."""
    number("ThresholdedReLU", config, "theta")
    return Sizing(shapes)


@rule(
    "PReLU",
    signature="alpha_initializer='Zeros', alpha_regularizer=None, alpha_constraint=None, "
    "shared_axes=None",
)
def prelu(config: Config, x: Shape) -> Sizing:
    """A learned slope for every element, shared along `shared_axes` (counted from the batch, 0)."""
    return Sizing((x,), (Parameter("alpha", slopes("PReLU", config, x)),))


def slopes(kind: str, config: Config, x: Shape) -> tuple[Dim, ...]:
    """The shape of what is learned for every element of `x` that `shared_axes` leave apart.

    Keras 0.1 was told the `shape` of the elements.
    """
    shape = list(config.get("shape") or x[1:])
    shared = config["shared_axes"]
    for axis in () if shared is None else shared if isinstance(shared, tuple | list) else (shared,):
        # Keras takes 1 off and indexes, so that 0 and negative axes land where Python puts them.
        if not isinstance(axis, int) or not -len(shape) <= axis - 1 < len(shape):
            raise SizingError(say("rules.axis", kind=kind, axis=text(axis), shape=text(x)))
        shape[axis - 1] = 1
    alpha = tuple(dim for dim in shape if dim is not None)
    if len(alpha) < len(shape):
        axis = shape.index(None) + 1
        raise SizingError(say("rules.slopes", kind=kind, shape=text(x), axis=axis))
    return alpha
