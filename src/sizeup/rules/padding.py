"""Layers that add, cut or repeat along the spatial dimensions. They own and compute nothing."""

from __future__ import annotations

from sizeup.dims import Expr
from sizeup.errors import SizingError
from sizeup.rules.checks import positive, text
from sizeup.rules.registry import Sizing
from sizeup.rules.windows import any_below, family, per_dimension, spatial_part, with_spatial
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config
    from sizeup.rules.windows import Spatial

ONES_3D = "((1, 1), (1, 1), (1, 1))"


@family("ZeroPadding{n}D", dimensions=(1, 2), signature="padding={ones}, data_format=None")
@family("ZeroPadding{n}D", dimensions=(3,), signature=f"padding={ONES_3D}, data_format=None")
def zero_padding(kind: str, n: int, config: Config, x: Shape) -> Sizing:
    """Lengthens every spatial dimension by what is put before and behind it."""
    added = [before + behind for before, behind in _edges(kind, n, config, "padding")]
    lengths = _lengthened(spatial_part(kind, n, config, x), added)
    return Sizing((with_spatial(kind, config, x, lengths),))


@family("Cropping{n}D", dimensions=(1,), signature="cropping=(1, 1)")
@family("Cropping{n}D", dimensions=(2,), signature="cropping=((0, 0), (0, 0)), data_format=None")
@family("Cropping{n}D", dimensions=(3,), signature=f"cropping={ONES_3D}, data_format=None")
def cropping(kind: str, n: int, config: Config, x: Shape) -> Sizing:
    """Shortens every spatial dimension by what is cut before and behind; something remains."""
    added = [-before - behind for before, behind in _edges(kind, n, config, "cropping")]
    lengths = _lengthened(spatial_part(kind, n, config, x), added)
    if any_below(1, lengths):
        cut = text(config["cropping"])
        raise SizingError(say("rules.cropping", kind=kind, cropping=cut, shape=text(x)))
    return Sizing((with_spatial(kind, config, x, lengths),))


@family("UpSampling{n}D", dimensions=(1,), signature="size=2")
@family(
    "UpSampling{n}D",
    dimensions=(2,),
    signature="size={twos}, data_format=None, interpolation='nearest'",
)
@family("UpSampling{n}D", dimensions=(3,), signature="size={twos}, data_format=None")
def up_sampling(kind: str, n: int, config: Config, x: Shape) -> Sizing:
    """Multiplies every spatial dimension; one dimension takes a plain integer only."""
    factors = (
        (positive(kind, config, "size"),) if n == 1 else per_dimension(kind, n, config, "size")
    )
    spatial = spatial_part(kind, n, config, x)
    lengths = tuple(
        None if length is None else length * factor
        for length, factor in zip(spatial, factors, strict=True)
    )
    return Sizing((with_spatial(kind, config, x, lengths),))


def _edges(kind: str, n: int, config: Config, name: str) -> tuple[tuple[Dim, ...], ...]:
    """What the argument `name` says of both ends of every spatial dimension.

    One dimension takes an integer or a pair; more take an integer for all, or an integer or
    a pair for each.
    """
    if n == 1:
        return (per_dimension(kind, 2, config, name, least=0),)
    value = config[name]
    entries = (value,) * n if isinstance(value, int | Expr) else value
    if not isinstance(entries, tuple | list) or len(entries) != n:
        raise SizingError(say("rules.edges", kind=kind, name=name, n=n, value=text(value)))
    return tuple(per_dimension(kind, 2, {name: entry}, name, least=0) for entry in entries)


def _lengthened(spatial: Spatial, added: list[Dim]) -> Spatial:
    return tuple(
        None if length is None else length + more
        for length, more in zip(spatial, added, strict=True)
    )
