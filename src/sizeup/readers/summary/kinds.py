"""The kinds of layers as tables name them, cut off or spelled as an older Keras did."""

from __future__ import annotations

from functools import lru_cache

from sizeup.naming import snake_case
from sizeup.readers.source.keras.names import ALIASES, kind_of
from sizeup.readers.summary.cells import CUT
from sizeup.rules.registry import HOMES

MODELS = frozenset({"Functional", "Sequential", "Model", "Container"})
"""Kinds that are made of layers."""
MERGES = frozenset({
    "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot", "Merge",
    "Attention", "AdditiveAttention", "MultiHeadAttention",
})  # fmt: skip
"""Kinds that take several tensors in one call."""


@lru_cache(1024)
def resolved(kind: str, name: str, whole: bool) -> str:
    """The kind in Keras 3's spelling; one that is cut off as the only one that begins so.

    Where several do, the name that Keras gives layers of a kind decides.
    """
    known = kind_of(kind)
    if whole or not kind:
        return known or kind
    stem = kind.rstrip(CUT)
    begin = sorted({*HOMES, *ALIASES, *MODELS})
    found = {kind_of(each) or each for each in begin if each.startswith(stem)}
    named = {each for each in found if _is_named(name, each)}
    if len(found) == 1 or len(named) == 1:
        return next(iter(found if len(found) == 1 else named))
    return stem


def _is_named(name: str, kind: str) -> bool:
    """Whether a layer is called `conv2d_transpose_1`, as Keras calls a Conv2DTranspose."""
    stem, _, number = name.rpartition("_")
    return (stem if number.isdigit() else name) in (snake_case(kind), kind.lower())
