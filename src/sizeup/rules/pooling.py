"""Pooling over windows, over everything, or to a given size.

Pooling layers own no parameters, and have no kernel whose multiply-accumulates would count.
"""

from __future__ import annotations

from sizeup.rules.checks import flag
from sizeup.rules.registry import Sizing
from sizeup.rules.windows import (
    Window,
    family,
    one_of,
    per_dimension,
    spatial_part,
    with_spatial,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Shape
    from sizeup.rules.registry import Config

STRIDES = "strides=None, padding='valid', data_format=None, name=None"


@family("MaxPooling{n}D", signature=f"pool_size={{twos}}, {STRIDES}")
@family("AveragePooling{n}D", signature=f"pool_size, {STRIDES}")
def pooling(kind: str, n: int, config: Config, x: Shape) -> Sizing:
    """(batch, *spatial, channels) becomes (batch, *positions, channels)."""
    size = per_dimension(kind, n, config, "pool_size")
    default = config["strides"] is None
    window = Window(
        size=size,
        strides=size if default else per_dimension(kind, n, config, "strides"),
        dilation_rate=(1,) * n,
        padding=one_of(kind, ("valid", "same"), config["padding"]),
    )
    positions = window.positions(kind, x, spatial_part(kind, n, config, x))
    return Sizing((with_spatial(kind, config, x, positions),))


@family("GlobalAveragePooling{n}D", signature="data_format=None, keepdims=False")
@family("GlobalMaxPooling{n}D", signature="data_format=None, keepdims=False")
def global_pooling(kind: str, n: int, config: Config, x: Shape) -> Sizing:
    """(batch, *spatial, channels) becomes (batch, channels), or keeps ones in between."""
    spatial_part(kind, n, config, x)
    kept = (1,) * n if flag(kind, config, "keepdims") else ()
    return Sizing((with_spatial(kind, config, x, kept),))


@family("AdaptiveAveragePooling{n}D", signature="output_size, data_format=None")
@family("AdaptiveMaxPooling{n}D", signature="output_size, data_format=None")
def adaptive_pooling(kind: str, n: int, config: Config, x: Shape) -> Sizing:
    """(batch, *spatial, channels) becomes (batch, *output_size, channels).

    Keras does not look at the rank of the input before it computes.
    """
    size = per_dimension(kind, n, config, "output_size", least=0)
    return Sizing((with_spatial(kind, config, x, size),))
