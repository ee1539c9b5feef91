"""A text as pieces: statements, comments, prose, and code that nothing makes readable."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sizeup.patterns import Pattern
from sizeup.readers.source.repair.lines import Line, width
from sizeup.readers.source.repair.prose import MEDIUM, NOTHING, STRONG, WEAK, is_bare
from sizeup.readers.source.repair.statements import Failure, Sheet, Statement, read_statement
from sizeup.records import Record
from sizeup.words import say

_ARGUMENT = Pattern(r"[A-Za-z_]\w*(?:=\S|\()|[^A-Za-z_]")
"""How a statement begins that may be the rest of one, when it closes too many brackets."""
_FRAGMENT = Pattern(r"[\w\s.,=+*/%'\"()\[\]{}-]*[\w.=]\s*[,=)\]].*[)\]]")
"""Lines that may be the rest of a statement although they are none."""
_CLOSERS = Pattern(r"\s*[)\]}][)\]}\s,]*(?:#.*)?$")


class Piece(Record):
    """Lines `first` to `last` (indices), after `blanks` blank ones.

    Without a statement or a failure it is prose, or a `comment`. `code` is the verdict, at first
    only where it is sure.
    """

    first: int
    last: int
    width: int
    blanks: int
    statement: Statement | None = None
    failure: Failure | None = None
    comment: bool = False
    code: bool = False


def read_pieces(lines: Sequence[Line]) -> list[Piece]:
    """All pieces of a text in order, with the verdict which of them are code."""
    return _judge(_join_beginnings(_read(lines)))


def _read(lines: Sequence[Line]) -> list[Piece]:
    sheet = Sheet(lines)
    pieces: list[Piece] = []
    index = blanks = 0
    while index < len(lines):
        text = lines[index].text
        if text is not None and not text.strip():
            index, blanks = index + 1, blanks + 1
            continue
        piece = Piece(index, index, width(text or ""), blanks)
        if text is not None and text.lstrip().startswith("#"):
            piece = piece.changed(comment=True)
        elif text is not None and _CLOSERS.match(text):
            piece = _closing(pieces, piece)
        elif text is not None:
            found = read_statement(sheet, index)
            if isinstance(found, Statement):
                piece = piece.changed(last=found.last, statement=found)
            elif found is not None:
                piece = piece.changed(last=found.last, failure=found, code=True)
            elif _FRAGMENT.match(text) and sheet.extent(sheet.raw, index).extra:
                piece = piece.changed(failure=_beheaded(index, index))
        pieces.append(piece)
        index, blanks = piece.last + 1, 0
    return pieces


def _closing(pieces: list[Piece], piece: Piece) -> Piece:
    """A line of closing brackets only: too many for the statement before, or of one cut off."""
    before = pieces[-1] if pieces else piece
    if before.statement is None or not before.statement.text.endswith(")"):
        return piece.changed(failure=_beheaded(piece.first, piece.last), code=True)
    pieces.pop()
    repairs = (*before.statement.repairs, "extra")
    statement = before.statement.changed(last=piece.last, repairs=repairs)
    return before.changed(last=piece.last, statement=statement)


def _beheaded(first: int, last: int) -> Failure:
    return Failure(first, last, say("source.repair.beheaded"))


def _join_beginnings(pieces: list[Piece]) -> list[Piece]:
    """Makes one failure of the lines at the start that belong to a statement cut off in front.

    `32, 3, 3,` / `activation='relu'))` closes brackets that were opened before the text begins.
    """
    result: list[Piece] = []
    start = 0
    for piece in pieces:
        statement = piece.statement
        result.append(piece)
        if not (piece.comment or statement or piece.failure):
            start = len(result)
        if statement is not None and "extra" in statement.repairs:
            before = result[start:-1]
            argument = _ARGUMENT.match(statement.text)
            if all(_is_argument(p) for p in before) and (before or argument):
                first = before[0] if before else piece
                failure = _beheaded(first.first, piece.last)
                result[start:] = [
                    first.changed(last=piece.last, statement=None, failure=failure, code=True)
                ]
    return result


def _is_argument(piece: Piece) -> bool:
    return piece.statement is not None and piece.statement.text.rstrip().endswith(",")


def _judge(pieces: list[Piece]) -> list[Piece]:
    """Decides what is code: the sure pieces first, then the others by the company they keep."""
    weights = [piece.statement.weight if piece.statement else NOTHING for piece in pieces]
    code = [piece.code or weight == STRONG for piece, weight in zip(pieces, weights, strict=True)]
    solid = [index for index, piece in enumerate(pieces) if not piece.comment]
    for index, piece in enumerate(pieces[:-1]):
        tight = not pieces[index + 1].blanks and code[index + 1]
        code[index] = code[index] or (piece.failure is not None and tight)
    for order in (solid, solid[::-1]):
        for before, index in pairwise(order):
            code[index] = code[index] or (weights[index] == MEDIUM and code[before])
    _judge_weak(pieces, weights, code, solid)
    _judge_decorators(pieces, code, solid)
    _judge_comments(pieces, code)
    return [piece.changed(code=verdict) for piece, verdict in zip(pieces, code, strict=True)]


def _judge_weak(
    pieces: list[Piece], weights: list[int], code: list[bool], solid: list[int]
) -> None:
    """Weak pieces are code inside of a block, or between lines of code without a blank line."""
    base = 0
    for position, index in enumerate(solid):
        piece, statement = pieces[index], pieces[index].statement
        before = solid[position - 1] if position else None
        after = solid[position + 1] if position + 1 < len(solid) else None
        if before is None or not code[before]:
            base = piece.width
        if statement is None or weights[index] != WEAK or before is None or not code[before]:
            continue
        previous = pieces[before].statement
        tight = after is not None and code[after] and not piece.blanks + pieces[after].blanks
        documents = previous is not None and previous.opens and statement.text[:1] in "'\"rRuU"
        code[index] = (
            documents
            or (piece.width > base and statement.text.isascii())
            or (tight and statement.text.isascii() and not is_bare(statement.tree))
        )


def _judge_decorators(pieces: list[Piece], code: list[bool], solid: list[int]) -> None:
    """A decorator decorates something; `@someone` in a comment does not."""
    following: Statement | None = None
    for index in reversed(solid):
        statement = pieces[index].statement
        if statement is not None and statement.keyword == "@" and code[index]:
            target = following.keyword if following else ""
            code[index] = target in ("def", "class", "@")
        following = statement if code[index] else None


def _judge_comments(pieces: list[Piece], code: list[bool]) -> None:
    """Comments are code between code, and close to code; Markdown's headings look like them."""
    above = _nearest(pieces, code)
    below = _nearest(pieces[::-1], code[::-1])[::-1]
    for index, piece in enumerate(pieces):
        if piece.comment:
            last = index + 1 == len(pieces)
            close = (above[index] and not piece.blanks) or (
                below[index] and not last and not pieces[index + 1].blanks
            )
            code[index] = close or (above[index] and below[index])


def _nearest(pieces: list[Piece], code: list[bool]) -> list[bool]:
    """For each piece whether the last one before it that is no comment is code."""
    near, result = False, []
    for piece, verdict in zip(pieces, code, strict=True):
        result.append(near)
        near = near if piece.comment else verdict
    return result
