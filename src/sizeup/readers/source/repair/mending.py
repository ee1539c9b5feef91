"""The order of the repairs, and the account of what was done."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sizeup.network import Note
from sizeup.readers.source.repair import Repaired, parse
from sizeup.readers.source.repair.frames import unframe
from sizeup.readers.source.repair.indentation import ORPHAN, Reading, Unit, nest
from sizeup.readers.source.repair.likelihood import PROSE_GAP, Facts, gather
from sizeup.readers.source.repair.lines import Line, mask, split, width
from sizeup.readers.source.repair.pieces import Piece, read_pieces
from sizeup.readers.source.repair.statements import Statement
from sizeup.words import say

_RETRIES = 20
"""Statements that may be left out one by one until the whole parses."""
_NAMED = 20
"""Unreadable places that get a note of their own."""
_LOSES = ("cut", "empty", "orphan", "hunk")
"""Repairs after which something is missing: totals are lower bounds."""
_ORDER = ("html", "quoting", "patch", "numbers", "prompts", "characters", "python2", "quote",
          "bracket", "extra", "comma", "colon", "equals", "semicolon", "tabs", "reindented",
          "handler", "hunk", "orphan", "empty", "cut")  # fmt: skip
_CLASS_BOUND = ("staticmethod", "classmethod", "property")


@dataclass(frozen=True, slots=True)
class _Item:
    """A statement to be laid out: `line` is its index, `indent` the blanks in front of it."""

    statement: Statement
    unit: Unit
    line: int
    indent: str | None


@dataclass(frozen=True, slots=True)
class _Layout:
    """Code laid out: its lines with their indices, and the kinds of repair by line index."""

    code: str
    origins: tuple[int, ...]
    repairs: tuple[tuple[str, int], ...] = ()


def mend(text: str) -> Repaired:
    """Python out of a text that does not parse, or parses by accident."""
    texts = split(text.encode("utf-8", "replace").decode("utf-8"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _mend(texts)
    except (RecursionError, MemoryError):
        prose = tuple((n, t) for n, t in enumerate(texts, 1) if t.strip())
        note = Note("unknown", say("source.repair.too_deep"))
        return Repaired(ast.Module([], []), "", prose, (note,))


def _mend(texts: list[str]) -> Repaired:
    lines = unframe(texts)
    pieces = read_pieces(lines)
    items = _items(pieces, lines)
    tree, layout, readings, dropped = _fitted(items, pieces, lines)
    kinds = [*_marks(pieces, lines), *layout.repairs]
    notes = [*_repair_notes(kinds, lines), *_doubts(items, readings, lines)]
    failures = [(p.failure.first, p.failure.reason) for p in pieces if p.failure]
    notes += _failure_notes(sorted([*failures, *dropped]), lines)
    others = [_laid_out(items, reading, pieces, lines) for reading in readings[1:]]
    return Repaired(
        _numbered(tree, layout, lines),
        layout.code,
        tuple(_prose(texts, pieces, lines)),
        tuple(notes),
        tuple(_numbered(t, other, lines) for other in others if (t := parse(other.code))),
        any("python2" in item.statement.repairs for item in items),
    )


def _items(pieces: Sequence[Piece], lines: Sequence[Line]) -> list[_Item]:
    """The statements in order, with what there is to know about where they belong."""
    items: list[_Item] = []
    prose = hollow = False
    for piece in pieces:
        statement = piece.statement
        if not piece.code or statement is None:
            prose = prose or not piece.code
            hollow = hollow or bool(items and piece.width > (items[-1].unit.width or 0))
            continue
        gap = PROSE_GAP if prose else min(piece.blanks, 2)
        text = lines[piece.first].text or ""
        unit = Unit(gather(statement, gap if items else 0), piece.width, hollow)
        items.append(_Item(statement, unit, piece.first, text[: len(text) - len(text.lstrip())]))
        if statement.unpack:
            tree = parse(statement.unpack) or ast.Module([], [])
            unpack = Statement(piece.first, piece.first, statement.unpack, "", False, tree, 0)
            items.append(_Item(unpack, Unit(gather(unpack, 0), None), piece.first, None))
        prose = hollow = False
    return _decorated(items)


def _decorated(items: list[_Item]) -> list[_Item]:
    """Gives decorators the facts of what they decorate, and methods those of their decorators."""
    result: list[_Item] = []
    target: Facts | None = None
    bound = False
    for item in reversed(items):
        facts = item.unit.facts
        if facts.keyword == "@" and target is not None:
            bound = item.statement.text[1:].strip().endswith((*_CLASS_BOUND, ".setter"))
            target = replace(target, bound_to_class=target.bound_to_class or bound)
            facts = replace(target, opens=False, decorates=True, writes=frozenset(), gap=facts.gap)
            for index in range(len(result) - 1, -1, -1):
                below = result[index].unit
                changed = replace(below.facts, bound_to_class=target.bound_to_class)
                result[index] = replace(result[index], unit=replace(below, facts=changed))
                if not below.facts.decorates:
                    break
        else:
            target = facts
        result.append(replace(item, unit=replace(item.unit, facts=facts)))
    return result[::-1]


def _fitted(
    items: list[_Item], pieces: Sequence[Piece], lines: Sequence[Line]
) -> tuple[ast.Module, _Layout, list[Reading], list[tuple[int, str]]]:
    """The code as it is indented if that parses, else as it most likely was."""
    for layout in _as_indented(items, pieces, lines):
        tree = parse(layout.code)
        if tree is not None:
            return tree, layout, [], []
    readings = _readings(items, lines)
    dropped: list[tuple[int, str]] = []
    for _ in range(_RETRIES):
        layout = _laid_out(items, readings[0], pieces, lines)
        try:
            return ast.parse(layout.code), layout, readings if not dropped else readings[:1], dropped
        except SyntaxError as error:
            origin = layout.origins[min(error.lineno or 1, len(layout.origins)) - 1]
            index = max((i for i, item in enumerate(items) if item.line <= origin), default=0)
            dropped.append((items[index].line, error.msg))
            del items[index]
            readings = _readings(items, lines)
    layout = _Layout("", ())
    dropped.append((0, say("source.repair.too_broken")))
    return ast.Module([], []), layout, [], dropped


def _readings(items: Sequence[_Item], lines: Sequence[Line]) -> list[Reading]:
    """The plausible readings; tabs are 8 columns, as in Python 2, unless 4 read better."""
    readings = nest([item.unit for item in items])
    if any("\t" in (item.indent or "") for item in items):
        narrow = [
            replace(item.unit, width=width(lines[item.line].text or "", 4))
            if item.indent is not None
            else item.unit
            for item in items
        ]
        others = nest(narrow)
        return min(readings, others, key=lambda found: found[0].cost)
    return readings


def _as_indented(
    items: Sequence[_Item], pieces: Sequence[Piece], lines: Sequence[Line]
) -> Iterator[_Layout]:
    """The code with the indentation that it has; tabs as they are, as 8 and as 4 columns."""
    tabs = [item.line for item in items if "\t" in (item.indent or "")]
    for tab in (0, 8, 4) if tabs else (0,):
        indents: list[str] = []
        for item, after in zip(items, [*items[1:], None], strict=True):
            own = item.indent
            if own is None:
                own = after.indent if after and after.indent else f"{indents[-1]}    "
            indents.append(own.expandtabs(tab) if tab else own)
        layout = _assembled(items, indents, pieces, lines)
        yield replace(layout, repairs=tuple(("tabs", line) for line in tabs)) if tab else layout


def _laid_out(
    items: Sequence[_Item], reading: Reading, pieces: Sequence[Piece], lines: Sequence[Line]
) -> _Layout:
    """The code indented as a reading has it, with what its blocks need to be whole."""
    filled, indents, repairs = [], [], []
    tries: list[tuple[int, _Item]] = []
    for index, item in enumerate(items):
        level = reading.levels[index]
        if reading.parents[index] == ORPHAN:
            repairs.append(("orphan", item.line))
            continue
        while tries and level <= tries[-1][0]:
            if level == tries[-1][0] and item.unit.facts.keyword in ("except", "finally", "else"):
                break
            filled.append(_handler(tries.pop()[1]))
'''
'''
