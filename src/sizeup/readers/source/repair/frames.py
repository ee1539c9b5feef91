"""What surrounds code where it was copied from, taken off line by line.

Each function takes the lines and returns them without one kind of frame; lines that the frame
proves to be no code lose their text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sizeup.patterns import Pattern
from sizeup.readers.source.repair.characters import INVISIBLE
from sizeup.readers.source.repair.lines import Line, width
from sizeup.readers.source.repair.prose import is_definite, looks_like_code
from sizeup.records import Record

_ENTITY = Pattern(r"&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,5}|#[xX][0-9a-fA-F]{1,4});", needs="&")
_TAG = Pattern(
    r"</?(?:pre|code|p|div|span|b|i|em|strong|kbd|samp|tt|li|ul|ol|h[1-6]|a|font|tr|td|table"
    r"|tbody|blockquote)(?:\s+[\w-]+\s*=[^<>]*)?\s*/?>",
    re.IGNORECASE,
    needs="<",
)
_BREAK_TAG = Pattern(r"<br\s*/?>", re.IGNORECASE, needs="<")
_QUOTED = Pattern(r"\s*>(?!>>(?:\s|$))", needs=">")
_FENCE = Pattern(r"(\s*)(`{3,}|~{3,})\s*\{?\.?([\w+#-]*)[^`]*$")
_DIRECTIVE = Pattern(r"(\s*)\.\.\s+(?:code-block|code|sourcecode)::\s*(\w*)\s*$", needs="..")
_PYTHON = frozenset(
    ("python", "py", "python2", "python3", "py2", "py3", "ipython", "ipython3", "pycon",
     "python-repl", "keras", "diff", "patch")
)  # fmt: skip
_HUNK = Pattern(r"@@ .*@@", needs="@@")
_PATCH_HEAD = Pattern(
    r"(?:diff --|index [0-9a-f]+\.\.|--- |\+\+\+ |Index: |={20,}|new file mode|deleted file mode"
    r"|old mode|new mode|similarity index|rename (?:from|to) )"
)
_NUMBERED = Pattern(r"(\s*(\d{1,5})(?:\s?[.:|)\]](?!\d))?)(\s|$)")
_PROMPT = Pattern(r"\s*>>>(?: |$)", needs=">>>")
_CONTINUED = Pattern(r"\s*\.\.\.(?: |$)", needs="...")
_IN = Pattern(r"\s*In ?\[[\d* ]*\]:(?: |$)", needs="In")
_OUT = Pattern(r"\s*Out ?\[\d+\]:", needs="Out")
_IN_CONTINUED = Pattern(r"\s*\.{3,}:(?: |$)", needs="...")
_TIMED = Pattern(r"(\s*)%time(?:it)?\s+(?=[A-Za-z_])", needs="%time")
_SHELL = Pattern(r"\s*(?:[\w., ]+=\s*)?(?:!|%%?)[A-Za-z.]")


def unframe(texts: Sequence[str]) -> list[Line]:
    """The lines of a text without their frames."""
    lines = [
        Line(number, part)
        for number, text in enumerate(texts, 1)
        for part in _BREAK_TAG.split(text)
    ]
    lines = [_visible(line) for line in lines]
    for frame in (_markup, _quoting, _fences, _directives, _patch, _numbers, _prompts, _inputs):
        lines = frame(lines)
    return lines


def _cut(line: Line, text: str, mark: str) -> Line:
    return line.changed(text=text, marks=(*line.marks, mark))


def _prose(line: Line) -> Line:
    return line.changed(text=None)


def _visible(line: Line) -> Line:
    text = line.text or ""
    plain = text.translate(INVISIBLE)
    return line if plain == text else _cut(line, plain, "characters")


def _shown(lines: list[Line]) -> Iterator[tuple[int, str]]:
    """Lines that may be code, with their index."""
    return ((index, line.text) for index, line in enumerate(lines) if line.text is not None)


def without_markup(text: str) -> str:
    """A line without HTML's entities and tags."""
    plain = text
    if "&" in text and _ENTITY.search(text):
        from html import unescape

        plain = unescape(text).translate(INVISIBLE)
    return _TAG.sub("", plain) if "<" in text else plain


def _markup(lines: list[Line]) -> list[Line]:
    """HTML's entities and tags."""
    lines = list(lines)
    for index, text in _shown(lines):
        plain = without_markup(text)
        if plain != text:
            lines[index] = _cut(lines[index], plain, "html")
    return lines


def _runs(lines: list[Line], pattern: Pattern) -> Iterator[list[tuple[int, str]]]:
    """Stretches of lines that all match, blank ones aside."""
    run: list[tuple[int, str]] = []
    for index, text in _shown(lines):
        if pattern.match(text):
            run.append((index, text))
        elif run and text.strip():
            yield run
            run = []
    if run:
        yield run


def _quoting(lines: list[Line]) -> list[Line]:
    """`> ` in front, once or several times."""
    lines = list(lines)
    for _ in range(4):
        for run in list(_runs(lines, _QUOTED)):
            bodies = [text.lstrip()[1:] for _, text in run]
            spaced = all(body.startswith(" ") or not body for body in bodies)
            for (index, _), body in zip(run, bodies, strict=True):
                lines[index] = _cut(lines[index], body[1:] if spaced else body, "quoting")
    return lines


def _fences(lines: list[Line]) -> list[Line]:
    """Markdown's fenced blocks: where some hold Python, everything else is prose."""
    blocks, closed = _blocks(lines)
    if not blocks:
        return lines
    python = [block for block in blocks if _holds_python(lines, block)]
    inside = {index: block for block in python for index in range(block.start + 1, block.end)}
    other = {i for block in blocks if block not in python for i in range(block.start, block.end)}
    edges = {edge for block in blocks for edge in (block.start, block.end)}
    outside = [
        text
        for index, text in _shown(lines)
        if index not in inside and index not in other | edges and text.strip()
    ]
    exclusive = bool(python) and closed and not any(map(_is_code_too, outside))
    kept = []
    for index, line in enumerate(lines):
        if index in inside and line.text is not None:
            indent = inside[index].indent
            blanks = len(line.text) - len(line.text.lstrip())
            kept.append(line.changed(text=line.text[min(indent, blanks) :]))
        elif exclusive or index in other or index in edges:
            kept.append(_prose(line))
        else:
            kept.append(line)
    return kept


def _is_code_too(text: str) -> bool:
    """Whether a line outside of the fences is code as well: definite, or set in by four."""
    indented = text.startswith("    ") and "(" in text and looks_like_code(text.lstrip())
    return indented or is_definite(text)


class _Block(Record):
    """A fenced block: the indices of its fences, its label, the blanks in front of it."""

    start: int
    end: int
    label: str
    indent: int


def _blocks(lines: list[Line]) -> tuple[list[_Block], bool]:
    """Fenced blocks, and whether all of them are closed.

    A fence inside of a docstring is the docstring's, not the page's.
    """
    blocks: list[_Block] = []
    block: _Block | None = None
    fence = ""
    triples = 0
    for index, text in _shown(lines):
        match = _FENCE.match(text)
        if match is None:
            triples += _triples(text) if block is None else 0
        elif block is not None and match.group(2).startswith(fence) and not match.group(3):
            blocks.append(block.changed(end=index))
            block = None
        elif block is None and triples % 2 == 0:
            fence = match.group(2)
            block = _Block(index, len(lines), match.group(3).lower(), len(match.group(1)))
    if block is not None:
        blocks.append(block)
    return blocks, block is None or bool(block.label)


def _triples(text: str) -> int:
    return text.count('"""') + text.count("'''")


def _holds_python(lines: list[Line], block: _Block) -> bool:
    if block.label:
        return block.label in _PYTHON
    texts = [text for _, text in _shown(lines[block.start + 1 : block.end])]
    return any(
        looks_like_code(text) or _PROMPT.match(text) or _NUMBERED.match(text) for text in texts
    )


def _directives(lines: list[Line]) -> list[Line]:
    """ReStructuredText's blocks in other languages."""
    kept, inside = [], None
    for line in lines:
        text = line.text
        if text is not None and inside is not None and text.strip() and width(text) <= inside:
            inside = None
        match = _DIRECTIVE.match(text) if text is not None else None
        if match is not None and match.group(2) and match.group(2).lower() not in _PYTHON:
            inside = width(match.group(1))
        kept.append(line if inside is None else _prose(line))
    return kept


def _patch(lines: list[Line]) -> list[Line]:
    """The new side of a patch, in hunks or of a text with `+` and `-` in front of lines."""
    if any(_HUNK.match(text) for _, text in _shown(lines)):
        return list(_hunks(lines))
    shown = [text for _, text in _shown(lines) if text.strip()]
    signed = [text for text in shown if text[0] in "+-"]
    if not any(text[0] == "+" and looks_like_code(text[1:]) for text in signed):
        return lines
    spaced = all(text[0] in "+- " for text in shown)
    return [_side(line, spaced=spaced) for line in lines]


def _hunks(lines: list[Line]) -> Iterator[Line]:
    hunks = 0
    inside = False
    for line in lines:
        text = line.text
        if text is None:
            yield line
        elif _HUNK.match(text):
            hunks, inside = hunks + 1, True
            yield line.changed(text=None, marks=("patch", "hunk") if hunks > 1 else ("patch",))
        elif _PATCH_HEAD.match(text):
            inside = False
            hunks = 0 if text.startswith("+++ ") else hunks
            yield _prose(line)
        elif inside and (not text or text[0] in "+- \\"):
            yield _side(line, spaced=True)
        else:
            inside = inside and not text.strip()
            yield line


def _side(line: Line, *, spaced: bool) -> Line:
    """A line of a patch as its new side has it."""
    text = line.text
    if not text or (text[0] not in "+-\\" and not spaced):
        return line
    if text[0] in "-\\":
        return line.changed(text=None, marks=(*line.marks, "patch"))
    body = text[1:]
    return _cut(line, body if spaced else body.removeprefix(" "), "patch")


def _numbers(lines: list[Line]) -> list[Line]:
    """Line numbers in front: stretches of at least three lines that count upwards by one."""
    lines = list(lines)
    for run in list(_runs(lines, _NUMBERED)):
        for part in _counting(run):
            heads = [_NUMBERED.match(text) for _, text in part]
            ends = [len(head.group(1)) for head in heads if head]
            starts = [
                len(text) - len(text[end:].lstrip())
                for (_, text), end in zip(part, ends, strict=True)
                if text[end:].strip()
            ]
            column = min(starts, default=0)
            aligned = max(ends) < column and len(set(ends)) > 1
            for (index, text), end in zip(part, ends, strict=True):
                body = text[column:] if aligned else text[end + 1 :]
                lines[index] = _cut(lines[index], body, "numbers")
    return lines


def _counting(run: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    part: list[tuple[int, str]] = []
    last = -1
    for index, text in run:
        match = _NUMBERED.match(text)
        number = int(match.group(2)) if match else -1
        if part and number != last + 1:
            if len(part) > 2:
                yield part
            part = []
        part.append((index, text))
        last = number
    if len(part) > 2:
        yield part


def _prompts(lines: list[Line]) -> list[Line]:
    """Python's prompts; what stands between is output, unless it is code beyond doubt."""
    triples = 0
    first = None
    for index, text in _shown(lines):
        if _PROMPT.match(text) and triples % 2 == 0:
            first = index
            break
        triples += _triples(text)
    if first is None:
        return lines
    plain = [
        text for _, text in _shown(lines) if not (_PROMPT.match(text) or _CONTINUED.match(text))
    ]
    exclusive = not any(map(is_definite, plain))
    kept, inside = [], False
    for line in lines:
        prompt = line.text is not None and _PROMPT.match(line.text)
        more = line.text is not None and inside and _CONTINUED.match(line.text)
        inside = bool(prompt or more)
        if line.text is not None and (prompt or more):
            head = prompt or more
            kept.append(_cut(line, line.text[head.end() :], "prompts"))  # type: ignore[union-attr]
        else:
            kept.append(_prose(line) if exclusive else line)
    return kept


def _inputs(lines: list[Line]) -> list[Line]:
    """IPython's `In [3]:`, `...:`, `Out[3]:`, its magics and the shell's commands."""
    lines = list(lines)
    for index, text in _shown(lines):
        line = lines[index]
        if _OUT.match(text):
            lines[index] = _prose(line)
        elif head := _IN.match(text) or _IN_CONTINUED.match(text):
            lines[index] = _cut(line, text[head.end() :], "prompts")
        elif head := _TIMED.match(text):
            lines[index] = line.changed(text=head.group(1) + text[head.end() :])
        elif _SHELL.match(text):
            lines[index] = _prose(line)
    return lines
