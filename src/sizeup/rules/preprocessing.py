"""Layers that prepare numbers and categories; only Normalization owns anything."""

from __future__ import annotations

from sizeup.dims import Expr
from sizeup.errors import SizingError
from sizeup.network import Parameter
from sizeup.rules.checks import differ, dimension, flag, least_rank, positive, text
from sizeup.rules.registry import HOMES, Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config

MODES = ("int", "one_hot", "multi_hot", "count")
OLD_MODES = {"binary": "multi_hot", "tf-idf": "tf_idf"}
"""Older spellings, which the lookups and CategoryEncoding still take."""


@rule("Rescaling", signature="scale, offset=0.0")
def rescaling(_config: Config, *shapes: Shape) -> Sizing:
    """Every element times a constant, plus another."""
    return Sizing(shapes)


@rule("Normalization", signature="axis=-1, mean=None, variance=None, invert=False")
def normalization(config: Config, x: Shape) -> Sizing:
    """Every element less its mean, by its deviation.

    Statistics that are learned by `adapt` are kept for each place along `axis`, with the number
    of samples that they are of: non-trainable. Those that are given belong to no weights.
    """
    given = config["axis"]
    axes = () if given is None else tuple(given) if isinstance(given, tuple | list) else (given,)
    if any(not isinstance(axis, int) or not -len(x) <= axis < len(x) for axis in axes):
        raise SizingError(say("rules.axis", kind="Normalization", axis=text(given), shape=text(x)))
    axes = tuple(sorted(axis % len(x) for axis in axes))
    kept = tuple(dimension("Normalization", x, axis) for axis in axes)
    if (config["mean"] is None) != (config["variance"] is None):
        raise SizingError(say("rules.mean_and_variance"))
    if config["mean"] is not None:
        _check_statistics(config["mean"], config["variance"], kept)
        return Sizing((x,))
    statistics = [Parameter(name, kept, trainable=False) for name in ("mean", "variance")]
    return Sizing((x,), (*statistics, Parameter("count", (), "int32", trainable=False)))


def _check_statistics(mean: Any, variance: Any, kept: tuple[Dim, ...]) -> None:
    """Statistics that the source writes out broadcast to the places that they are kept for."""
    shape, other = _lengths(mean), _lengths(variance)
    if shape is None or other is None:
        return
    tail = kept[len(kept) - len(shape) :]
    if shape != other or len(shape) > len(kept) or any(
        length != 1 and differ(length, size) for length, size in zip(shape, tail, strict=False)
    ):  # fmt: skip
        raise SizingError(say("rules.statistics", mean=text(mean), variance=text(variance)))


def _lengths(value: Any) -> tuple[int, ...] | None:
    """The shape of a nested list of numbers; None for what is not written out."""
    if isinstance(value, tuple | list):
        inner = _lengths(value[0]) if value else ()
        return None if inner is None else (len(value), *inner)
    return () if isinstance(value, int | float) else None


@rule("CategoryEncoding", signature="num_tokens=None, output_mode='multi_hot', sparse=False")
def category_encoding(config: Config, x: Shape) -> Sizing:
    """(batch, ..., n) categories become (batch, ..., num_tokens); one-hot, each becomes a row."""
    kind = "CategoryEncoding"
    least_rank(kind, x, 1)
    mode = output_mode(kind, config, MODES[1:])
    return Sizing((encoded(mode, x, positive(kind, config, "num_tokens")),))


@rule("Hashing", signature="num_bins, mask_value=None, salt=None, output_mode='int', sparse=False")
def hashing(config: Config, x: Shape) -> Sizing:
    """Every element becomes the number of a bin, or the bins of each sample are marked."""
    least_rank("Hashing", x, 1)
    mode, bins = output_mode("Hashing", config, MODES), positive("Hashing", config, "num_bins")
    return Sizing((x if mode == "int" else (*x[:-1], bins),))


@rule(
    "HashedCrossing", signature="num_bins, output_mode='int', sparse=False, name=None, dtype=None"
)
def hashed_crossing(config: Config, x: Shape, y: Shape) -> Sizing:
    """Two features become the number of a bin for each sample, or its one-hot row."""
    least_rank("HashedCrossing", x, 1)
    least_rank("HashedCrossing", y, 1)
    mode = output_mode("HashedCrossing", config, MODES[:2])
    if (x[-1] is None) != (y[-1] is None) or differ(x[-1], y[-1]):
        shapes = f"{text(x)}, {text(y)}"
        raise SizingError(say("rules.merge", kind="HashedCrossing", shapes=shapes))
    bins = config["num_bins"]
    return Sizing((x if mode == "int" else (*(x[:-1] if x[-1] == 1 else x), bins),))


@rule(
    "Discretization",
    signature="bin_boundaries=None, num_bins=None, epsilon=0.01, output_mode='int', "
    "sparse=False, dtype=None, name=None",
)
def discretization(config: Config, x: Shape) -> Sizing:
    """Every element becomes the number of its bin, or the bins of each sample are marked."""
    kind = "Discretization"
    least_rank(kind, x, 1)
    mode = output_mode(kind, config, MODES)
    boundaries, bins = config["bin_boundaries"], config["num_bins"]
    if (boundaries is None) == (bins is None):
        raise SizingError(say("rules.bins"))
    if isinstance(bins, int) and bins < 0:
        raise SizingError(say("rules.not_negative", kind=kind, name="num_bins", value=text(bins)))
    if mode == "int":
        return Sizing((x,))
    depth = bins if boundaries is None else _count(boundaries) + 1
    if mode == "one_hot":
        return Sizing((encoded(mode, x, depth),))
    return Sizing(((x[0], *x[2:], depth) if len(x) > 1 else (depth,),))


def _count(values: Any) -> Dim:
    """How many values: those that are written out, or the length that stands for them."""
    return values if isinstance(values, int | Expr) else len(values)


def output_mode(kind: str, config: Config, known: tuple[str, ...]) -> str:
    """The `output_mode`, in today's spelling."""
    given = config["output_mode"]
    renamed = kind == "CategoryEncoding" or HOMES[kind] == "lookups"
    mode = OLD_MODES.get(given, given) if renamed and isinstance(given, str) else given
    if mode not in known:
        raise SizingError(say("rules.output_mode", kind=kind, known=text(known), value=text(given)))
    if mode == "int" and flag(kind, config, "sparse"):
        raise SizingError(say("rules.sparse", kind=kind))
    return str(mode)


def encoded(mode: str, x: Shape, depth: Dim | None) -> Shape:
    """Categories as marks in rows of `depth`: each by itself, or those along the last axis."""
    alone = mode == "one_hot" and (x[-1] != 1 or len(x) == 1)
    return (*x, depth) if alone else (*x[:-1], depth)
