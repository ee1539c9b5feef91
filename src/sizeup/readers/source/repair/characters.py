"""Characters that typesetting puts in the place of those that Python reads."""

from __future__ import annotations

import re

from sizeup.patterns import Pattern

_TABLE: dict[int, str | None] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full-width ASCII
    **dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    **dict.fromkeys((*range(9), *range(10, 32), 0x7F)),
    **dict.fromkeys((0x85, 0x2028, 0x2029), " "),
    **dict.fromkeys((0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF)),
    **dict.fromkeys(map(ord, "“”„‟″«»「」『』"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛′´"), "'"),
    **dict.fromkeys(map(ord, "−–—‐‑"), "-"),
    **dict.fromkeys(map(ord, "×∗"), "*"),
    **{ord(mark): plain for mark, plain in zip("÷∕、【】", "//,[]", strict=True)},
    ord("…"): "...",
    ord("≤"): "<=",
    ord("≥"): ">=",
    ord("≠"): "!=",
}
INVISIBLE = {code: plain for code, plain in _TABLE.items() if plain in (None, " ")}
"""Blanks and marks of no width; they mean the same inside of strings."""

_PART = Pattern(
    r"""(?P<plain>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\#.*)
    |[“”„‟](?P<double>[^“”„‟"]*)[“”„‟"]|[‘’‚‛](?P<single>[^‘’‚‛']*)[‘’‚‛']|[^"'\#“”„‟‘’‚‛]+|.""",
    re.VERBOSE,
)


def careful(line: str) -> str:
    """The line in plain characters, with what stands inside of quotes and comments kept."""
    return line if line.isascii() else _PART.sub(_translate, line)


def thorough(line: str) -> str:
    """The line in plain characters throughout."""
    return line if line.isascii() else line.translate(_TABLE)


def _translate(match: re.Match[str]) -> str:
    if match.lastgroup == "plain":
        return match.group()
    if match.lastgroup == "double":
        return f'"{match.group("double")}"'
    if match.lastgroup == "single":
        return f"'{match.group('single')}'"
    return match.group().translate(_TABLE)
