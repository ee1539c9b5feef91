"""The names of layers that the source left unnamed, and how many names are listed."""

from __future__ import annotations

import re
from functools import cache
from itertools import takewhile

from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


@cache
def snake_case(kind: str) -> str:
    """A kind as Keras writes it in a name: `MaxPooling2D` → `max_pooling2d`.

    The rule is `keras.src.utils.naming.to_snake_case`'s.
    """
    kind = re.sub(r"\W+", "", kind)
    kind = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", kind)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", kind).lower()


def auto_names(layers: Iterable[tuple[str, str | None]]) -> list[str]:
    """A unique name for each (kind, explicit name or None), in order.

    An explicit name stays; where it occurs again it gets `#2`, `#3`. The others are counted
    per kind from `_1`, past what an explicit name has taken.
    """
    layers = list(layers)
    taken = {name for _, name in layers if name}
    numbers: dict[str, int] = {}
    names = []
    for kind, name in layers:
        if name and f"{name}#" not in numbers:
            numbers[f"{name}#"] = 1
            names.append(name)
        else:
            names.append(_numbered(f"{name}#" if name else f"{snake_case(kind)}_", numbers, taken))
    return names


def _numbered(stem: str, numbers: dict[str, int], taken: set[str]) -> str:
    number = numbers.get(stem, 0) + 1
    while f"{stem}{number}" in taken:
        number += 1
    numbers[stem] = number
    taken.add(f"{stem}{number}")
    return f"{stem}{number}"


def is_automatic(name: str, kind: str) -> bool:
    """Whether a layer of a kind is called as Keras, of any version, calls one that has no name."""
    stem, kind = re.sub(r"_\d+$", "", name).replace("_", ""), kind.lower()
    return stem in {kind, kind.replace("conv", "convolution"), "input", "model", "functional"}


SOME = 12
"""So many names are listed in an error, which is one line."""


def some_of(names: Iterable[str], wanted: str) -> str:
    """Names, each once; of many those that begin like the one that was wanted, and how many more."""
    known = list(dict.fromkeys(names))
    if len(known) <= SOME:
        return ", ".join(known)

    def alike(name: str) -> int:
        pairs = zip(name, wanted, strict=False)
        return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))

    shown = sorted(known, key=alike, reverse=True)[:SOME]
    return say("naming.more", names=", ".join(shown), count=len(known) - SOME)
