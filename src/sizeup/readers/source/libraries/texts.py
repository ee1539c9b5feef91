"""`json` and `ast.literal_eval` over texts that are in the source; the alphabets of `string`."""

from __future__ import annotations

import ast
import json
import string

from sizeup.readers.source.builtin_functions import is_plain, table
from sizeup.readers.source.machine import Machine, line_of, lost_value
from sizeup.readers.source.values import Raised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


def _parsing(parse: Callable[[str], Value]) -> Callable[..., Value]:
    def parsed(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
        text = m.resolve(a[0]) if a else None
        own = getattr(text, "loaded", None)  # a model's own description
        if own is not None:
            return own(m)
        if not isinstance(text, str):
            return m.world.unseen_value(m, node)
        try:
            return parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
            kind = "JSONDecodeError" if parse is json.loads else type(error).__name__
            raise Raised(kind, str(error), line_of(node)) from None

    return parsed


def _dumps(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    value = m.resolve(a[0])
    if not is_plain(value):
        return lost_value(node)
    try:
        return json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return lost_value(node)


MEMBERS: dict[str, Value] = table({
    "json.loads": _parsing(json.loads), "json.dumps": _dumps,
    "ast.literal_eval": _parsing(ast.literal_eval),
}) | {
    f"string.{name}": getattr(string, name)
    for name in ("ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits",
                 "octdigits", "printable", "punctuation", "whitespace")
}  # fmt: skip
