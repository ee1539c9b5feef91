"""What rules demand of a configuration and of the shapes that enter.

Every check raises SizingError only where Keras certainly raises: what hangs on a free symbol
passes.
"""

from __future__ import annotations

from itertools import combinations

from sizeup.dims import Expr, as_python, modulo, product, sign
from sizeup.errors import SizingError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config


OPEN = "open"
"""A bound of a slice, or a place in a dimension, that only the run tells."""


def positive(kind: str, config: Config, name: str) -> Dim:
    """The argument `name`, which has to be a positive integer."""
    value = config[name]
    if isinstance(value, Expr):
        return value
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise SizingError(say("rules.positive", kind=kind, name=name, value=text(value)))
    return value


def sizes(kind: str, config: Config, name: str) -> Shape:
    """The argument `name`, a size or several of them, of which some may be open."""
    given = config[name]
    several = tuple(given) if isinstance(given, tuple | list) else (given,)
    if any(not isinstance(size, int | Expr | None) for size in several):
        raise SizingError(say("rules.sizes", kind=kind, name=name, value=text(given)))
    return several


def number(kind: str, config: Config, name: str, *, most: int | None = None) -> None:
    """Demand that the argument `name` is a number from 0 up, or to `most`."""
    value = config[name]
    bound = value if most is None else most
    if isinstance(value, str | tuple | list | None) or (
        isinstance(value, int | float) and not 0 <= value <= bound
    ):
        key = "rules.not_negative" if most is None else "rules.at_most"
        raise SizingError(say(key, kind=kind, name=name, most=most, value=text(value)))


def flag(kind: str, config: Config, name: str) -> bool:
    """The argument `name` as true or false; a parameter cannot hang on an open one."""
    value = config[name]
    if isinstance(value, Expr):
        raise SizingError(say("rules.flag", kind=kind, name=name, value=text(value)))
    return bool(value)


def rank(kind: str, shape: Shape, expected: int) -> None:
    """Demand exactly `expected` dimensions, batch included."""
    if len(shape) != expected:
        raise SizingError(say("rules.rank", kind=kind, expected=expected, shape=text(shape)))


def least_rank(kind: str, shape: Shape, least: int) -> None:
    """Demand `least` dimensions or more, batch included."""
    if len(shape) < least:
        raise SizingError(
            say("rules.rank", kind=kind, expected=f"{least} or more", shape=text(shape))
        )


def axes_in(kind: str, shape: Shape, axes: Any) -> list[int]:
    """One axis of `shape` or several, in the order in which Keras lays out parameters."""
    several = axes if isinstance(axes, tuple | list) else (axes,)
    return sorted(axis_in(kind, shape, axis) for axis in several)


def axis_in(kind: str, shape: Shape, axis: Any) -> int:
    """An axis of `shape`, counted from either end as the layer was given it."""
    if not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
        raise SizingError(say("rules.axis", kind=kind, axis=text(axis), shape=text(shape)))
    return axis


def dimension(kind: str, shape: Shape, axis: Any) -> Dim:
    """The dimension at `axis`, which sizes parameters and so may not be open."""
    found = shape[axis_in(kind, shape, axis)]
    if found is None:
        raise SizingError(say("rules.open_axis", kind=kind, axis=axis, shape=text(shape)))
    return found


def entering(kind: str, config: Config, shape: Shape, axis: Any) -> Dim:
    """The dimension at `axis`, or `inputs`, which layers of Keras 0.1 were given beside it."""
    said: Dim | None = config.get("inputs")
    if said is None:
        return dimension(kind, shape, axis)
    found = shape[axis_in(kind, shape, axis)]
    if differ(said, found):
        raise SizingError(say("rules.entering", kind=kind, said=text(said), shape=text(shape)))
    return said


def channels_first(kind: str, config: Config) -> bool:
    """Whether `data_format` puts the channels right after the batch; None means last."""
    given = config["data_format"]
    value = "channels_last" if given is None else str(given).lower()
    if value not in {"channels_first", "channels_last"}:
        raise SizingError(say("rules.data_format", kind=kind, value=text(given)))
    return value == "channels_first"


def differ(*dims: Dim | None) -> bool:
    """Whether any two dimensions are certainly different; an open one fits any."""
    known = [dim for dim in dims if dim is not None]
    return any(sign(one - other) in {-1, 1} for one, other in combinations(known, 2))


def divisible(kind: str, shape: Shape, groups: Dim, **counts: Dim) -> None:
    """Demand that `groups` divides every count, each named after its argument."""
    for name, count in counts.items():
        if sign(modulo(count, groups)) not in {None, 0}:
            raise SizingError(
                say(
                    "rules.groups",
                    kind=kind,
                    name=name,
                    count=text(count),
                    groups=text(groups),
                    shape=text(shape),
                )
            )


def known_product(dims: Iterable[Dim | None]) -> Dim | None:
    """The product, or None where any factor is open."""
    factors = list(dims)
    return None if None in factors else product(dim for dim in factors if dim is not None)


def text(value: object) -> str:
    """A shape or an argument as it is written in Python."""
    if isinstance(value, Expr):
        return as_python(value)
    if isinstance(value, tuple | list):
        inside = ", ".join(map(text, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return repr(value)
