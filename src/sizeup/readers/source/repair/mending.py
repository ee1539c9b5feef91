"""The order of the repairs, and the account of what was done."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from os.path import commonprefix

from sizeup.network import Note
from sizeup.readers.source.repair import Repaired, parse
from sizeup.readers.source.repair.frames import unframe
from sizeup.readers.source.repair.indentation import Nesting
from sizeup.readers.source.repair.layout import (
    Item,
    Layout,
    find_readings,
    indent_anew,
    keep_indentation,
    list_items,
)
from sizeup.readers.source.repair.lines import Line, split
from sizeup.readers.source.repair.pieces import Piece, read_pieces
from sizeup.words import say

_RETRIES = 20
"""Statements that may be left out one by one until the whole parses."""
_NAMED = 20
"""Unreadable places that get a note of their own."""
_PLACED = (ast.stmt, ast.expr, ast.excepthandler, ast.arg, ast.keyword, ast.alias, ast.pattern)
"""Nodes that have a line number."""
_LOSES = frozenset(("cut", "empty", "orphan", "hunk"))
"""Repairs after which something is missing: totals are lower bounds."""


def mend(text: str) -> Repaired:
    """Python out of a text that does not parse, or parses by accident."""
    texts = _outdented(split(text.encode("utf-8", "replace").decode("utf-8")))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _mend(texts)
    except (RecursionError, MemoryError):
        prose = tuple((n, t) for n, t in enumerate(texts, 1) if t.strip())
        note = Note("unknown", say("source.repair.too_deep"))
        return Repaired(ast.Module([], []), "", prose, (note,))


def _outdented(texts: list[str]) -> list[str]:
    """The lines without the blanks that all of them begin with: behind those a tab is whole."""
    fronts = [text[: len(text) - len(text.lstrip())] for text in texts if text.strip()]
    shared = len(commonprefix(fronts))  # noqa: RUF071  (characters are what is meant)
    return [text[shared:] for text in texts] if shared else texts


def _mend(texts: Sequence[str]) -> Repaired:
    lines = unframe(texts)
    pieces = read_pieces(lines)
    items = list_items(pieces, lines)
    comments = {p.first: lines[p.first].text or "" for p in pieces if p.code and p.comment}
    dropped = [(p.failure.first, p.failure.reason) for p in pieces if p.failure and p.code]
    tree, layout, nesting = _fitted(items, comments, lines, dropped)
    others = []
    for reading in nesting.readings[1:]:
        other = indent_anew(items, reading, comments)
        if (alternative := parse(other.code)) is not None:
            others.append(_numbered(alternative, other, lines))
    notes = [
        *_repair_notes([*_marks(pieces, lines), *layout.repairs], lines),
        *_doubts(items, nesting, lines),
        *_failure_notes(sorted(dropped), lines),
    ]
    return Repaired(
        _numbered(tree, layout, lines),
        layout.code,
        tuple(_prose(texts, pieces, lines)),
        tuple(notes),
        tuple(others),
        any("python2" in item.statement.repairs for item in items),
    )


def _fitted(
    items: list[Item],
    comments: dict[int, str],
    lines: Sequence[Line],
    dropped: list[tuple[int, str]],
) -> tuple[ast.Module, Layout, Nesting]:
    """The code as it is indented if that parses, else as it most likely was.

    Statements that do not fit in even so leave `items` and go to `dropped`.
    """
    for layout in keep_indentation(items, comments):
        tree = parse(layout.code)
        if tree is not None:
            return tree, layout, Nesting(())
    for _ in range(_RETRIES):
        nesting = find_readings(items, lines)
        layout = indent_anew(items, nesting.readings[0], comments)
        try:
            return ast.parse(layout.code), layout, nesting
        except SyntaxError as error:
            origin = layout.origins[min(error.lineno or 1, len(layout.origins)) - 1]
            index = max((i for i, item in enumerate(items) if item.line <= origin), default=0)
            dropped.append((items.pop(index).line, error.msg))
    dropped.append((0, say("source.repair.too_broken")))
    items.clear()
    return ast.Module([], []), Layout("", ()), Nesting(())


def _numbered(tree: ast.Module, layout: Layout, lines: Sequence[Line]) -> ast.Module:
    """The tree with the line numbers of the original text."""
    numbers = [lines[origin].number for origin in layout.origins]
    if numbers != list(range(1, len(numbers) + 1)):
        for node in ast.walk(tree):
            if isinstance(node, _PLACED):
                node.lineno = numbers[node.lineno - 1]
                if node.end_lineno is not None:
                    node.end_lineno = numbers[node.end_lineno - 1]
    return tree


def _prose(
    texts: Sequence[str], pieces: Sequence[Piece], lines: Sequence[Line]
) -> Iterator[tuple[int, str]]:
    code = {
        line.number
        for piece in pieces
        if piece.code
        for line in lines[piece.first : piece.last + 1]
    }
    for number, text in enumerate(texts, 1):
        if text.strip() and number not in code:
            yield number, text


def _marks(pieces: Sequence[Piece], lines: Sequence[Line]) -> Iterator[tuple[str, int]]:
    """The kinds of repair that the lines and statements of code went through."""
    for index, line in enumerate(lines):
        if line.text is None:
            yield from ((mark, index) for mark in line.marks)
    for piece in pieces:
        if piece.code:
            for index in range(piece.first, piece.last + 1):
                yield from ((mark, index) for mark in lines[index].marks)
            if piece.statement is not None:
                yield from ((kind, piece.first) for kind in piece.statement.repairs)


def _repair_notes(repairs: Sequence[tuple[str, int]], lines: Sequence[Line]) -> Iterator[Note]:
    """One note for each kind of repair, with how often, at the first line of it."""
    places: dict[str, list[int]] = {}
    for kind, index in sorted(repairs, key=lambda repair: repair[1]):
        places.setdefault(kind, []).append(lines[index].number)
    for kind, numbers in places.items():
        count = len(set(numbers))
        text = say(f"source.repair.{kind}", count=count, s="" if count == 1 else "s")
        yield Note("unknown" if kind in _LOSES else "repaired", text, numbers[0])


def _failure_notes(failures: Sequence[tuple[int, str]], lines: Sequence[Line]) -> Iterator[Note]:
    for index, reason in failures[:_NAMED]:
        number = lines[index].number
        text = " ".join((lines[index].text or "").split())
        yield Note(
            "unknown", say("source.repair.unreadable", text=text[:60], reason=reason), number
        )
    if len(failures) > _NAMED:
        number = lines[failures[_NAMED][0]].number
        count = len(failures) - _NAMED
        yield Note("unknown", say("source.repair.more_unreadable", count=count), number)


def _doubts(items: Sequence[Item], nesting: Nesting, lines: Sequence[Line]) -> Iterator[Note]:
    """Where the plausible readings part: which block may hold one statement more, or less."""
    for unit, inner in sorted(nesting.doubts):
        key = "inside" if nesting.readings[0].parents[unit] == inner else "outside"
        header, line = lines[items[inner].line].number, lines[items[unit].line].number
        yield Note("assumed", say(f"source.repair.{key}", line=line, header=header), header)
