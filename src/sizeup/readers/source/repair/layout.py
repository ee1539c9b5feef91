"""Statements laid out as code, each on the line on which it stood."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from sizeup.readers.source.repair import parse
from sizeup.readers.source.repair.indentation import ORPHAN, Nesting, Reading, Unit, nest
from sizeup.readers.source.repair.likelihood import PROSE_GAP, Facts, gather
from sizeup.readers.source.repair.lines import Line, mask, width
from sizeup.readers.source.repair.pieces import Piece
from sizeup.readers.source.repair.statements import Statement
from sizeup.records import Record

_CLASS_BOUND = ("staticmethod", "classmethod", "property", ".setter")
_HANDLERS = ("except", "finally")


class Item(Record):
    """A statement to be laid out: `line` is its index, `indent` the blanks in front of it."""

    statement: Statement
    unit: Unit
    line: int
    indent: str | None


class Layout(Record):
    """Code, for each of its lines the index of the line it comes from, and what was repaired."""

    code: str
    origins: tuple[int, ...]
    repairs: tuple[tuple[str, int], ...] = ()


class _Row(Record):
    line: int
    text: str


def list_items(pieces: Sequence[Piece], lines: Sequence[Line]) -> list[Item]:
    """The statements in order, with what there is to know about where they belong."""
    items: list[Item] = []
    prose = hollow = False
    for piece in pieces:
        statement = piece.statement
        if not piece.code or statement is None:
            prose = prose or not piece.code
            hollow = hollow or bool(items and piece.width > (items[-1].unit.width or 0))
            continue
        gap = 0 if not items else PROSE_GAP if prose else min(piece.blanks, 2)
        text = lines[piece.first].text or ""
        unit = Unit(gather(statement, gap), piece.width, hollow)
        items.append(Item(statement, unit, piece.first, text[: len(text) - len(text.lstrip())]))
        if statement.unpack:
            items.append(_unpacking(statement))
        prose = hollow = False
    return _decorated(_with_hollow_defs(items))


def _with_hollow_defs(items: list[Item]) -> list[Item]:
    """Marks a def that follows a header without a body, although it has a body of its own.

    `def f(x):` / `def g(y):` / `    return y`: where one body is indented, the other is missing.
    """
    result = list(items)
    for index in range(1, len(items) - 1):
        before, unit, after = (items[place].unit for place in (index - 1, index, index + 1))
        if (
            before.facts.opens
            and unit.facts.opens
            and unit.facts.keyword in ("def", "class")
            and before.width == unit.width
            and (after.width or 0) > (unit.width or 0)
        ):
            result[index] = items[index].changed(unit=unit.changed(hollow=True))
    return result


def _unpacking(header: Statement) -> Item:
    tree = parse(header.unpack) or ast.Module([], [])
    statement = header.changed(text=header.unpack, keyword="", opens=False, tree=tree)
    return Item(statement, Unit(gather(statement, 0), None), header.last, None)


def _decorated(items: list[Item]) -> list[Item]:
    """Decorators with the facts of what they decorate, methods with those of their decorators."""
    result = list(items)
    start: int | None = None
    for index, item in enumerate(items):
        if item.statement.keyword == "@":
            start = index if start is None else start
        elif start is not None:
            marks = [
                other.statement.text.rstrip().endswith(_CLASS_BOUND) for other in items[start:index]
            ]
            facts = item.unit.facts.changed(bound_to_class=any(marks))
            result[index] = _with_facts(item, facts)
            for place in range(start, index):
                gap = items[place].unit.facts.gap
                result[place] = _with_facts(items[place], _decorating(facts, gap))
            start = None
    return result


def _decorating(facts: Facts, gap: int) -> Facts:
    return facts.changed(opens=False, decorates=True, writes=frozenset(), signature="@", gap=gap)


def _with_facts(item: Item, facts: Facts) -> Item:
    return item.changed(unit=item.unit.changed(facts=facts))


def find_readings(items: Sequence[Item], lines: Sequence[Line]) -> Nesting:
    """The plausible readings; tabs are 8 columns, as in Python 2, unless 4 read better."""
    nesting = nest([item.unit for item in items])
    if any("\t" in (item.indent or "") for item in items):
        other = nest(
            [
                item.unit.changed(width=width(lines[item.line].text or "", 4))
                if item.indent is not None
                else item.unit
                for item in items
            ]
        )
        return min(nesting, other, key=lambda found: found.readings[0].cost)
    return nesting


def keep_indentation(items: Sequence[Item], comments: Mapping[int, str]) -> Iterator[Layout]:
    """The code with the indentation that it has; tabs as they are, as 8 and as 4 columns."""
    tabs = [item.line for item in items if "\t" in (item.indent or "")]
    for tab in (0, 8, 4) if tabs else (0,):
        rows: list[_Row] = []
        for item, after in zip_longest(items, items[1:]):
            indent = item.indent
            if indent is None:
                indent = (after.indent if after else None) or "    "
            indent = indent.expandtabs(tab) if tab else indent
            rows.append(_Row(item.line, indent + item.statement.text))
        repairs = tuple(("tabs", line) for line in tabs) if tab else ()
        yield _assembled(rows, comments, repairs)


def indent_anew(items: Sequence[Item], reading: Reading, comments: Mapping[int, str]) -> Layout:
    """The code indented as a reading has it, with what its blocks need to be whole."""
    repairs: list[tuple[str, int]] = []
    rows: list[_Row] = []
    open_tries: list[int] = []
    holders = set(reading.parents)
    last = 0
    for index, item in enumerate(items):
        if reading.parents[index] == ORPHAN:
            repairs.append(("orphan", item.line))
            continue
        level, facts = reading.levels[index], item.unit.facts
        while open_tries and level <= open_tries[-1]:
            outer = open_tries.pop()
            if level < outer or facts.keyword not in _HANDLERS:
                rows.append(_Row(last, "    " * outer + "finally: pass"))
                repairs.append(("handler", last))
        text = item.statement.text
        if facts.opens and index not in holders:
            repairs.append(("empty", item.line))
            text = _with_pass(text)
        if facts.keyword == "try":
            open_tries.append(level)
        if item.indent is not None and item.indent.expandtabs() != "    " * level:
            repairs.append(("reindented", item.line))
        rows.append(_Row(item.line, "    " * level + text))
        last = item.statement.last
    for outer in reversed(open_tries):
        rows.append(_Row(last, "    " * outer + "finally: pass"))
        repairs.append(("handler", last))
    return _assembled(rows, comments, tuple(repairs))


def _with_pass(header: str) -> str:
    end = len(mask(header).rstrip())
    return f"{header[:end]} pass{header[end:]}"


def _assembled(
    rows: Sequence[_Row], comments: Mapping[int, str], repairs: tuple[tuple[str, int], ...]
) -> Layout:
    """Rows on their lines, with blank lines and comments for all that is not code."""
    code: list[str] = []
    origins: list[int] = []
    line = 0
    for row in rows:
        for index in range(line, row.line):
            code.append(comments.get(index, ""))
            origins.append(index)
        for offset, text in enumerate(row.text.split("\n")):
            code.append(text)
            origins.append(row.line + offset)
        line = max(line, origins[-1] + 1)
    return Layout("\n".join([*code, ""]), tuple(origins), repairs)
