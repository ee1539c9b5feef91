"""The kinds of layers as tables name them, cut off or spelled as an older Keras did."""

from __future__ import annotations

from functools import lru_cache

from sizeup.naming import snake_case
from sizeup.readers.source.keras.names import ALIASES, kind_of
from sizeup.readers.summary.cells import CUT
from sizeup.rules.registry import HOMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.network import Shape
    from sizeup.readers.summary.records import Printed

MODELS = frozenset({"Functional", "Sequential", "Model", "Container"})
"""Kinds that are made of layers."""
OLDEST = frozenset({
    "Merge", "Convolution1D", "Convolution2D", "Convolution3D", "AtrousConvolution2D", "Deconvolution2D",
    "SeparableConvolution2D", "MaxoutDense", "Highway", "TimeDistributedDense", "SReLU",
})  # fmt: skip
"""Classes that Keras 2 calls otherwise or lacks."""
MERGES = frozenset({
    "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot", "Merge",
    "Attention", "AdditiveAttention", "MultiHeadAttention",
})  # fmt: skip
"""Kinds that take several tensors in one call."""


@lru_cache(1024)
def resolved(kind: str, name: str, whole: bool) -> tuple[str, ...]:
    """The kinds in Keras 3's spelling that a row may mean: several where it is cut off.

    The name that Keras gives layers of a kind decides where it can.
    """
    known = kind_of(kind)
    if whole or not kind:
        return (known or kind,)
    stem = kind.rstrip(CUT)
    begin = sorted({*HOMES, *ALIASES, *MODELS})
    found = {kind_of(each) or each for each in begin if each.startswith(stem)}
    named = {each for each in found if _is_named(name, each)}
    return tuple(sorted(named or found)) or (f"{stem}{CUT}",)


def of_rank(kinds: Sequence[str], shape: Shape | None) -> str:
    """The one of several kinds that takes such a shape; cut off where several do."""
    if shape is not None and len(kinds) > 1:
        mark = f"{len(shape) - 2}D"
        kinds = [kind for kind in kinds if mark in kind] or kinds
    return kinds[0] if len(kinds) == 1 else _shared(kinds) + CUT


def _shared(names: Sequence[str]) -> str:
    """What all names begin with."""
    alike = [len(set(marks)) == 1 for marks in zip(*names, strict=False)]
    return names[0][: alike.index(False) if False in alike else len(alike)]


def is_oldest(row: Printed) -> bool:
    """Whether only Keras 1 has a layer of this kind, or calls one so: `maxpooling2d_1`."""
    name = row.name.rpartition("_")[0]
    return row.kind in OLDEST or (name == row.kind.lower() != snake_case(row.kind))


def _is_named(name: str, kind: str) -> bool:
    """Whether a layer is called `conv2d_transpose_1`, as Keras calls a Conv2DTranspose."""
    stem, _, number = name.rpartition("_")
    return (stem if number.isdigit() else name) in (snake_case(kind), kind.lower())
