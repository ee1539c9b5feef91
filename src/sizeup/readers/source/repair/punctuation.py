"""Brackets, quotes, commas and colons that hand-typed code lacks, or has once too often.

Every function offers texts that may be what was meant; the caller takes the first that parses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sizeup.patterns import Pattern
from sizeup.readers.source.repair.lines import CLOSING, OPENING, at_surface, mask

_COMMAS = 6
"""Commas at the end of a text in front of which a bracket may be lacking."""
_COMPOUND = Pattern(
    r"(?:(?:async\s+)?(?:def|for|with)|class|if|elif|else|while|try|except|finally)\b"
)
_ELSE_IF = Pattern(r"else\s*if\b", needs="else")
_LONE_EQUALS = Pattern(r"(?<=[\w)\] ])=(?=[^=])", needs="=")
_GAP = Pattern(r"(?<=[\w)\]}'\"])(?P<gap>[ \t]*\n\s*|[ \t]+(?=\w+\s*=[^=]))(?=[\w(\[{'\"*-])")
_WORD_BEFORE = Pattern(r"(\w+)\s*$")
_WORD_AFTER = Pattern(r"\s*(\w+)")
_QUOTES = 8
"""Quotation marks of a line beside which the missing one is sought."""
_QUOTED_WORD = Pattern(r"[\w./ -]+?(?=\s*[),\]}:])")
_JOINERS = frozenset(("and", "or", "not", "in", "is", "if", "else", "for", "lambda", "await",
                      "async", "yield", "from"))  # fmt: skip
_NEW_ASSIGNMENT = Pattern(r",[ \t]*(?=[A-Za-z_]\w*\s*=[^=])", needs=",")
_NEW_STATEMENT = Pattern(
    r"(?<=[\w)\]}'\"])[ \t]+"
    r"(?=(?!(?:and|or|not|in|is|if|else|for)\b)[A-Za-z_][\w.]*\s*(?:\(|=[^=]))"
)


def colons(text: str) -> Iterator[tuple[str, str]]:
    """A header with its colon, or statements that share a line with a `;` between them."""
    code = mask(text).rstrip()
    if _COMPOUND.match(text):
        head, tail = text[: len(code)].rstrip(":; \t"), ":" + text[len(code) :]
        yield head + tail, "colon"
        yield _ELSE_IF.sub("elif", head, count=1) + tail, "colon"
        yield _LONE_EQUALS.sub("==", head) + tail, "equals"
        return
    blanks = set(at_surface(code, ", \t"))
    for pattern in (_NEW_ASSIGNMENT, _NEW_STATEMENT):
        cuts = [match.span() for match in pattern.finditer(code) if match.start() in blanks]
        starts = [0, *(end for _, end in cuts)]
        ends = [*(start for start, _ in cuts), len(text)]
        if cuts:
            pieces = (text[start:end] for start, end in zip(starts, ends, strict=True))
            yield "; ".join(pieces), "semicolon"


def closings(text: str, *, cut: bool) -> Iterator[str]:
    """The text with the brackets closed that it leaves open; where it is `cut`, also shortened.

    The brackets go to the end if that parses, else in front of the last comma that will do:
    `Conv2D(32, (3, 3, padding='same')`.
    """
    code = mask(text).rstrip()
    head, tail = text[: len(code)], text[len(code) :]
    missing = _missing(code)
    trimmed = head.rstrip("\\ \t")
    if _COMPOUND.match(text) and trimmed.endswith(":"):
        yield trimmed.rstrip(": ") + missing + ":" + tail
    yield trimmed + missing + tail
    yield _before_call(code, head, missing) + tail
    commas = [match.start() for match in re.finditer(",", code)][: -_COMMAS - 1 : -1]
    for comma in commas:
        yield head[:comma] + missing[:1] + head[comma:] + missing[1:] + tail
    for comma in commas if cut else ():
        yield head[:comma] + _missing(code[:comma])


def matched(text: str) -> Iterator[str]:
    """The text with brackets that fit: `(3, 3]` closed as it was opened, or `[3, 3)` closed."""
    masked = mask(text)
    for insert in (False, True):
        stack: list[str] = []
        fixed, position = [], 0
        for match in re.finditer(r"[()\[\]{}]", masked):
            mark = match.group()
            if mark in CLOSING:
                stack.append(CLOSING[mark])
            elif stack and insert and mark in stack:
                between = "".join(iter(stack.pop, mark))
                fixed += [text[position : match.start()], between]
                position = match.start()
            elif stack and not insert:
                fixed += [text[position : match.start()], stack.pop()]
                position = match.end()
        if not stack:
            yield "".join([*fixed, text[position:]])


def _before_call(code: str, head: str, missing: str) -> str:
    """`Dense(10(x)` is `Dense(10)(x)`: numbers and strings are not called."""
    call = re.search(r"(?<=[\d'\"])\(", code)
    if call is None or re.search(r"[A-Za-z_]\w*$", code[: call.start()]):
        return head + missing
    return head[: call.start()] + ")" + head[call.start() :] + missing[1:]


def _missing(masked: str) -> str:
    """The brackets that close what a masked text leaves open."""
    stack: list[str] = []
    for mark in masked:
        if mark in CLOSING:
            stack.append(CLOSING[mark])
        elif mark in OPENING and stack:
            stack.pop()
    return "".join(reversed(stack))


def commas(text: str) -> Iterator[str]:
    """The text with commas between arguments that have none between them."""
    masked = mask(text)
    surface = set(at_surface(masked, " \t\n"))
    pieces, position = [], 0
    for match in _GAP.finditer(masked):
        before = _WORD_BEFORE.search(masked[: match.start()])
        after = _WORD_AFTER.match(masked, match.end())
        joined = (before and before.group(1) in _JOINERS) or (after and after.group(1) in _JOINERS)
        if match.start("gap") not in surface and not joined:
            pieces += [text[position : match.start("gap")], ","]
            position = match.start("gap")
    if pieces:
        yield "".join([*pieces, text[position:]])


def quotes(line: str, quote: str) -> Iterator[tuple[str, str]]:
    """A line with the quotation mark that it lacks; `cut` where the string's end is unknown."""
    positions = [position for position, mark in enumerate(line) if mark == quote][:_QUOTES]
    for position in positions:
        word = _QUOTED_WORD.match(line, position + 1)
        if word is not None:
            yield line[: word.end()] + quote + line[word.end() :], "quote"
    for position in positions:
        start = re.search(r"\w+$", line[:position])
        if start is not None:
            yield line[: start.start()] + quote + line[start.start() :], "quote"
    yield line.rstrip() + quote, "cut"
