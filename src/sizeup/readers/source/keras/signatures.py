"""What a call of a function on tensors means, read from the table of `spellings`."""

from __future__ import annotations

import ast
from functools import cache

from sizeup.readers.source.keras.spellings import TABLE
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Signature(Record):
    """A function: its arguments as (spelled, meant, default), its kind, what it is told besides."""

    arguments: tuple[tuple[str, str, Any], ...]
    kind: str
    settings: tuple[tuple[str, Any], ...]


NOTHING = object()
"""The default of an argument that has none."""


@cache
def _lines() -> dict[str, str]:
    """Every function's line by `world.name`."""
    found: dict[str, str] = {}
    for line in TABLE.replace("\n    ->", " ->").replace("\n    ", "").splitlines():
        if not line:
            continue
        world, _, rest = line.partition(".")
        names, _, _ = rest.partition("(")
        for name in names.split("|"):
            found[f"{world}.{name}"] = line
    return found


@cache
def signature(name: str) -> Signature | None:
    """The signature of `world.name`; None where it is not known."""
    line = _lines().get(name)
    if line is None:
        return None
    left, _, right = line.partition(" -> ")
    inside = left[left.index("(") + 1 : left.rindex(")")]
    kind, *settings = right.split(" ")
    pairs = (setting.partition("=") for setting in settings)
    return Signature(
        arguments=tuple(map(_argument, _apart(inside))),
        kind=kind.replace("{name}", name.partition(".")[2]),
        settings=tuple((key, ast.literal_eval(value)) for key, _, value in pairs),
    )


def _apart(inside: str) -> list[str]:
    """Arguments between commas outside of brackets."""
    parts, depth = [""], 0
    for character in inside:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _argument(text: str) -> tuple[str, str, Any]:
    names, _, default = text.partition("=")
    spelled, _, meant = names.partition(":")
    return spelled, meant or spelled, ast.literal_eval(default) if default else NOTHING
