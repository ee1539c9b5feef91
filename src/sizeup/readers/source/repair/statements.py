"""Which lines are statements: each logical line is parsed by itself, as it is or mended."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from sizeup.patterns import Pattern
from sizeup.readers.source.repair import parse, punctuation
from sizeup.readers.source.repair.characters import careful, thorough
from sizeup.readers.source.repair.lines import Extent, Line, extent, mask
from sizeup.readers.source.repair.prose import (
    MEDIUM,
    NOTHING,
    is_hopeless,
    is_sentence,
    is_statement,
    looks_like_code,
    weigh,
)
from sizeup.readers.source.repair.python2 import rewrite
from sizeup.records import Record

LONGEST = 4000
"""Lines that one statement may take."""
_SHORT = 30
"""Lines that one statement may take once the budget for long ones is spent."""
_BUDGET = 30
"""Lines looked at while bracket ends are sought, for each line of the text."""

_BEFORE = {
    "elif": "if 1: pass\n",
    "else": "if 1: pass\n",
    "except": "try: pass\n",
    "finally": "try: pass\n",
    "case": "match 0:\n ",
}
"""What a clause continues, so that it can be parsed by itself."""
_SOFT = ("match", "case")
_BODY = {"try": "\n pass\nfinally: pass", "match": "\n case 0: pass", "case": "\n  pass"}
_DANGLING = (",", "(", "[", "{", "=", "+", "-", "*", "/", ".", "\\")
"""How a line ends that the next one goes on with."""
_PRINT_TO = Pattern(r"print\s*>>", needs=">>")
_WORD = Pattern(r"(async\s+)?(\w+|@)")


class Statement(Record):
    """A logical line: a simple statement, or the header of a compound one.

    `first` and `last` are indices of lines; `text` has no indentation in front. `keyword` is
    the word that it begins with, if Python has a rule for it. `opens` says that a body is to
    follow; `unpack` is a statement that this body then begins with.
    """

    first: int
    last: int
    text: str
    keyword: str
    opens: bool
    tree: ast.Module
    weight: int
    repairs: tuple[str, ...] = ()
    unpack: str = ""


class Failure(Record):
    """Lines that are meant as code but do not parse, whatever is mended."""

    first: int
    last: int
    reason: str


class _Reading(Record):
    """A text that parses as one logical line."""

    text: str
    keyword: str
    opens: bool
    tree: ast.Module
    repairs: tuple[str, ...] = ()
    unpack: str = ""


class Sheet:
    """The lines of a text in plain and in mended characters, with a budget for long scans."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.raw = [line.text for line in lines]
        self._left = _BUDGET * len(lines) + LONGEST

    @cached_property
    def versions(self) -> list[list[str | None]]:
        """The lines as they are, with typographic characters read as code, and all of them."""
        mended = [[text and change(text) for text in self.raw] for change in (careful, thorough)]
        return [self.raw, *(version for version in mended if version != self.raw)]

    def extent(self, texts: Sequence[str | None], first: int) -> Extent:
        """The logical line that begins in line `first`."""
        found = extent(texts, first, LONGEST if self._left > 0 else _SHORT)
        self._left -= found.last - first
        return found


def read_statement(sheet: Sheet, first: int) -> Statement | Failure | None:
    """What begins in line `first`: a statement, code that cannot be read, or None for prose."""
    tried: set[str] = set()
    for number, texts in enumerate(sheet.versions):
        line = texts[first] or ""
        if is_hopeless(line):
            continue
        found = sheet.extent(texts, first)
        text = _join(texts, first, found.last)
        if not found.whole or text in tried:
            continue
        tried.add(text)
        reading = _parsed(text)
        if reading is not None:
            repairs = ("characters",) * (number > 0)
            statement = _statement(first, found.last, reading, repairs)
            if statement.weight != NOTHING and (number == 0 or statement.weight >= MEDIUM):
                return statement
    for number, texts in enumerate(sheet.versions):
        if looks_like_code(texts[first] or ""):
            mended = _mended(sheet, texts, first, ("characters",) * (number > 0))
            if mended is not None:
                return mended
    return _failure(sheet, first)


def _failure(sheet: Sheet, first: int) -> Failure | None:
    for texts in sheet.versions:
        line = texts[first] or ""
        if looks_like_code(line):
            found = sheet.extent(texts, first)
            last = first
            while last < found.last and not _begins_statement(texts[last + 1] or "", line):
                last += 1
            return Failure(first, last, _error(_join(texts, first, last)))
    return None


def _join(texts: Sequence[str | None], first: int, last: int) -> str:
    return "\n".join(text or "" for text in texts[first : last + 1]).lstrip()


def _statement(first: int, last: int, reading: _Reading, repairs: tuple[str, ...]) -> Statement:
    return Statement(
        first,
        last,
        reading.text,
        reading.keyword,
        reading.opens,
        reading.tree,
        weigh(reading.tree, reading.text),
        (*repairs, *reading.repairs),
        reading.unpack,
    )


def _code(text: str) -> str:
    return mask(text).rstrip()


def _keyword(text: str) -> str:
    match = _WORD.match(text)
    word = match.group(2) if match else ""
    return "" if word in _SOFT and not _code(text).endswith(":") else word


def _whole(text: str) -> tuple[str, str, bool]:
    """A text with what it takes to parse by itself, its keyword, and whether it is a header."""
    keyword = _keyword(text)
    code = _code(text)
    opens = code.endswith(":") or keyword == "@"
    body = "\ndef f(): pass" if keyword == "@" else _BODY.get(keyword, "\n pass") if opens else ""
    if keyword == "try" and not opens:
        body = "\nfinally: pass"
    return _BEFORE.get(keyword, "") + text + body, keyword, opens


def _understand(text: str) -> _Reading | None:
    whole, keyword, opens = _whole(text)
    tree = parse(whole)
    if tree is None or (len(tree.body) > 1 and (opens or keyword in _BEFORE)):
        return None
    return _Reading(text, keyword, opens, tree)


def _parsed(text: str) -> _Reading | None:
    """A text as Python 3 or else as Python 2; `print >>log, x` parses as both."""
    if _PRINT_TO.match(text):
        return _as_python2(text)
    return _understand(text) or _as_python2(text)


def _error(text: str) -> str:
    try:
        ast.parse(_whole(text)[0])
    except SyntaxError as error:
        return error.msg
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error)
    return "invalid syntax"


def _as_python2(text: str) -> _Reading | None:
    rewritten, unpack = rewrite(text)
    reading = _understand(rewritten) if rewritten != text else None
    if reading is None:
        return None
    return _Reading(
        reading.text, reading.keyword, reading.opens, reading.tree, ("python2",), unpack
    )


def _mended(
    sheet: Sheet, texts: Sequence[str | None], first: int, repairs: tuple[str, ...]
) -> Statement | None:
    """The first of the mended forms of a logical line that parses and says something."""
    for last, text, kinds in _forms(sheet, texts, first):
        colons = ((form, (*kinds, kind)) for form, kind in punctuation.colons(text))
        for form, more in ((text, kinds), *colons):
            reading = _parsed(form)
            if reading is not None and not _calls_constant(reading.tree):
                statement = _statement(first, last, reading, (*repairs, *more))
                if "colon" in more and "(" not in form:
                    statement = statement.changed(weight=min(statement.weight, MEDIUM))
                if statement.weight >= MEDIUM:
                    return statement
    return None


def _calls_constant(tree: ast.Module) -> bool:
    """`10(x)` parses, but a bracket belongs in front of its bracket."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Constant)
        for node in ast.walk(tree)
    )


def _forms(
    sheet: Sheet, texts: Sequence[str | None], first: int
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Mended forms of the logical line at `first`, likeliest first: (last line, text, repairs)."""
    found = sheet.extent(texts, first)
    text = _join(texts, first, found.last)
    line = texts[first] or ""
    restarts = any(
        _same_opening(line, texts[index] or "") for index in range(first + 1, found.last + 1)
    )
    if found.whole:
        yield found.last, text, ()
        yield from ((found.last, form, ("bracket",)) for form in punctuation.matched(text))
        if not restarts:
            yield from ((found.last, form, ("comma",)) for form in punctuation.commas(text))
    if found.extra is not None:
        yield from _without_extra(sheet, texts, first, found)
    if found.quote and len(found.quote) == 1:
        yield from _with_quotes(sheet, texts, first, found)
    yield from _closed_early(texts, first, found)


def _without_extra(
    sheet: Sheet, texts: Sequence[str | None], first: int, found: Extent
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """The logical line without the brackets that close nothing."""
    changed = list(texts)
    for _ in range(6):
        if found.extra is None:
            break
        row, column = found.extra
        text = changed[row] or ""
        changed[row] = text[:column] + text[column + 1 :]
        found = sheet.extent(changed, first)
    if found.whole:
        yield found.last, _join(changed, first, found.last), ("extra",)


def _with_quotes(
    sheet: Sheet, texts: Sequence[str | None], first: int, found: Extent
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """The logical line with the quotation mark that its last line lacks."""
    for fixed, kind in punctuation.quotes(texts[found.last] or "", found.quote):
        changed = [*texts[: found.last], fixed, *texts[found.last + 1 :]]
        again = sheet.extent(changed, first)
        if again.whole:
            yield again.last, _join(changed, first, again.last), (kind,)
        else:
            for last, text, kinds in _closed_early(changed, first, again):
                yield last, text, (kind, *kinds)


def _closed_early(
    texts: Sequence[str | None], first: int, found: Extent
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """The logical line ended where the next line begins a statement, its brackets closed."""
    line = texts[first] or ""
    for last in range(first, min(found.last, first + _SHORT) + 1):
        here = mask(texts[last] or "").rstrip()
        after = next(
            (text for text in texts[last + 1 : last + 4] if text is None or text.strip()), None
        )
        if after is None:
            cut = _is_cut(here)
        elif here and _begins_statement(after, line) and not here.endswith(_DANGLING):
            cut = False
        elif _same_opening(line, after) or (is_statement(after) and _begins_statement(after, line)):
            cut = here.endswith(",")
        else:
            continue
        kind = "cut" if cut else "bracket"
        text = _join(texts, first, last)
        for form in (*punctuation.closings(text, cut=cut), *punctuation.matched(text)):
            yield last, form, (kind,)
            yield from ((last, fixed, (kind, "comma")) for fixed in punctuation.commas(form))


def _is_cut(here: str) -> bool:
    """Whether a last line may lack more than brackets: it ends in a name or a number."""
    return not here.endswith((")", "]", "}", "'", '"', ":"))


def _same_opening(line: str, other: str) -> bool:
    """Whether two lines begin with the same `model.add(`, the second no deeper."""
    head = re.match(r"\s*([A-Za-z_][\w.]*\.\w+\(|[A-Za-z_]\w*\s+=\s)", line)
    if head is None:
        return False
    indent = len(line) - len(line.lstrip())
    return other.lstrip().startswith(head.group(1)) and len(other) - len(other.lstrip()) <= indent


def _begins_statement(line: str, previous: str) -> bool:
    """Whether a line begins a statement of its own, or a sentence, after a broken one."""
    if not looks_like_code(line):
        return line.lstrip().startswith("#") or is_sentence(line)
    deeper = len(line) - len(line.lstrip()) > len(previous) - len(previous.lstrip())
    goes_on = deeper and not previous.rstrip().endswith(":")
    return not goes_on and extent([line], 0, 1).extra is None
