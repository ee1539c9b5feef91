"""What `--set` and `--vary` are given: names of a source and their values."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from sizeup.errors import UsageError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


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
