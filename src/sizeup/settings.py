"""What `--set` and `--vary` are given: names of a source and their values."""

from __future__ import annotations

import ast
import os.path
from collections.abc import Sequence

from sizeup.errors import ReadError, UsageError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sizeup.network import Network


def parse_settings(given: Sequence[str]) -> dict[str, Any]:
    """`NAME=VALUE` pairs; NAME may be an expression that holds brackets and `==`."""
    settings = {}
    for text in given:
        name, value = split_setting(text)
        try:
            settings[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            settings[name] = value
    return settings


def split_setting(text: str) -> tuple[str, str]:
    """At the first `=` outside of brackets that is no part of a comparison."""
    depth = 0
    for i, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        around = text[max(0, i - 1) : i + 2]
        if character == "=" and depth == 0 and not set(around.replace("=", "", 1)) & set("=<>!"):
            name, value = text[:i].strip(), text[i + 1 :].strip()
            if name:
                return name, value
    raise UsageError(say("cli.pair", text=repr(text)))


def with_weights(networks: Sequence[Network], settings: Mapping[str, Any]) -> list[Network]:
    """The networks with the weights that a setting names; what the text itself names is not opened.

    Raises ReadError for a file that is missing.
    """
    named = {value for value in settings.values() if isinstance(value, str)}
    kept = [n if n.weights in named else n.changed(weights=None) for n in networks]
    for path in dict.fromkeys(network.weights for network in kept):
        if path is not None and not os.path.exists(path):  # noqa: PTH110
            raise ReadError(say("readers.missing"), source=path)
    return kept
