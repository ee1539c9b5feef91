"""Lines of pasted text, and where their strings, comments and brackets begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sizeup.patterns import Pattern
from sizeup.records import Record

OPENING = {")": "(", "]": "[", "}": "{"}
CLOSING = {"(": ")", "[": "]", "{": "}"}
DEEPEST = 90
"""Nested brackets beyond which no person's statement goes; CPython itself stops at 200."""

_BREAK = Pattern(r"\r\n|\r|\n")
_TOKEN = Pattern(
    r"""(?P<comment>\#.*)|(?P<triple>\"{3}|'{3})
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<quote>["'])|(?P<bracket>[()\[\]{}])""",
    re.VERBOSE,
)
_OPAQUE = Pattern(
    r"\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}"
    r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n]*",
    re.DOTALL,
)
_END_OF_STRING = {
    quote: re.compile(rf"(?:[^\\]|\\.)*?{quote}", re.DOTALL) for quote in ("'", '"', "'''", '"""')
}
_NEVER_INSIDE = Pattern(
    r"\s*(?:(?:def|class|return|import|while|with|try|raise|assert|del|global|pass|break"
    r"|continue|elif|except|finally)\b(?!\s*[=.])|@[A-Za-z_])"
)
"""How no line inside of brackets begins."""


class Line(Record):
    """A line with its number in the original text; `text` is None once it is known as prose.

    `marks` are the kinds of repair that its text went through.
    """

    number: int
    text: str | None
    marks: tuple[str, ...] = ()


class Extent(Record):
    """How far a logical line reaches: the index of its last line, and what stayed open.

    `open` are the brackets that nothing closes, outermost first, `quote` is the quotation mark
    that nothing closes, `extra` the (line, column) of a bracket that closes nothing.
    """

    last: int
    open: str = ""
    quote: str = ""
    extra: tuple[int, int] | None = None

    @property
    def whole(self) -> bool:
        """Whether everything that it opens is closed."""
        return not (self.open or self.quote or self.extra)


def split(text: str) -> list[str]:
    """The lines as Python's tokenizer counts them."""
    lines = _BREAK.split(text)
    return lines[:-1] if lines[-1] == "" else lines


def width(line: str, tab: int = 8) -> int:
    """Columns of blanks in front; a tab leads to the next multiple of `tab`."""
    return len(line[: len(line) - len(line.lstrip())].expandtabs(tab))


def extent(texts: Sequence[str | None], first: int, limit: int) -> Extent:
    """The logical line that begins in line `first`: to the end of its brackets and strings.

    It ends early in front of prose, of a line that no brackets can hold, and after `limit`
    lines.
    """
    brackets: list[str] = []
    quote = ""
    for index in range(first, min(len(texts), first + limit)):
        text = texts[index]
        if text is None or (index > first and not quote and _NEVER_INSIDE.match(text)):
            return Extent(index - 1, "".join(brackets), quote)
        quote, continues, extra = _scan(text, brackets, quote)
        if extra is not None:
            return Extent(index, extra=(index, extra))
        torn = len(quote) == 1 and not text.endswith("\\")
        if torn or len(brackets) > DEEPEST or not (brackets or quote or continues):
            return Extent(index, "".join(brackets), quote)
    return Extent(min(len(texts), first + limit) - 1, "".join(brackets), quote)


def _scan(text: str, brackets: list[str], quote: str) -> tuple[str, bool, int | None]:
    """Goes through a line that begins inside of a string (`quote`) and inside of `brackets`.

    Keeps `brackets` up to date. Tells the quote in which the line ends, whether a backslash
    continues it, and the column of a bracket that closes nothing.
    """
    position = 0
    if quote:
        end = _END_OF_STRING[quote].match(text)
        if end is None:
            return quote, False, None
        position = end.end()
    while token := _TOKEN.search(text, position):
        mark, position = token.group(), token.end()
        if token.lastgroup == "comment":
            return "", False, None
        if token.lastgroup in ("triple", "quote"):
            end = _END_OF_STRING[mark].match(text, position)
            if end is None:
                return mark, False, None
            position = end.end()
        elif mark in CLOSING:
            brackets.append(mark)
        elif token.lastgroup == "bracket":
            if not brackets:
                return "", False, token.start()
            brackets.pop()
    return "", text.endswith("\\"), None


def mask(text: str) -> str:
    """The text with strings and comments blotted out, character for character."""

    def blot(match: re.Match[str]) -> str:
        opaque = match.group()
        if opaque[0] == "#":
            return " " * len(opaque)
        return opaque[0] + re.sub(r"[^\n]", "_", opaque[1:-1]) + opaque[0]

    return _OPAQUE.sub(blot, text)


def at_surface(masked: str, marks: str) -> Iterator[int]:
    """Positions of any of `marks` outside of all brackets of a masked text."""
    depth = 0
    for match in re.finditer(rf"[()\[\]{{}}{re.escape(marks)}]", masked):
        if match.group() in marks and depth == 0:
            yield match.start()
        depth += (match.group() in CLOSING) - (match.group() in OPENING)


def surface(masked: str) -> str:
    """A masked text without what its brackets hold: `f(x)[1] = 2` is `f()() = 2`."""
    depth, kept = 0, []
    for mark in masked:
        if mark in CLOSING:
            depth += 1
            kept.append("(" if depth == 1 else "")
        elif mark in OPENING:
            depth = max(depth - 1, 0)
            kept.append(")" if depth == 0 else "")
        elif depth == 0:
            kept.append(mark)
    return "".join(kept)
