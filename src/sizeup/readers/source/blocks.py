"""Blocks of code on one page, cells of one notebook: each mended by itself, then one program."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from sizeup.readers.source.repair import Repaired, repair

TYPE_CHECKING = False
if TYPE_CHECKING:
    Lines = Sequence[tuple[int, str]]


def join_blocks(blocks: Sequence[tuple[Lines, str]]) -> Repaired:
    """The program of blocks, in their order.

    A block is its lines, numbered as in the original text, and the code that they hold, which
    has as many lines.
    """
    found = [(lines, repair(code)) for lines, code in blocks if lines]
    for lines, mended in found:
        for tree in (mended.tree, *mended.alternatives):
            _locate(tree, lines)
    return Repaired(
        tree=_joined([mended.tree for _, mended in found]),
        code="\n".join(mended.code for _, mended in found),
        prose=tuple((_place(lines, line), text) for lines, mended in found
                    for line, text in mended.prose),
        notes=tuple(note.changed(line=note.line and _place(lines, note.line))
                    for lines, mended in found for note in mended.notes),
        alternatives=tuple(_joined([other if each is mended else each.tree for _, each in found])
                           for _, mended in found for other in mended.alternatives),
        python2=any(mended.python2 for _, mended in found),
    )  # fmt: skip


def _joined(trees: Sequence[ast.Module]) -> ast.Module:
    return ast.Module([statement for tree in trees for statement in tree.body], [])


def _place(lines: Lines, number: int) -> int:
    return lines[min(number, len(lines)) - 1][0]


def _locate(tree: ast.Module, lines: Lines) -> None:
    """Give the nodes of a tree their lines in the original text."""
    for node in ast.walk(tree):
        for name in ("lineno", "end_lineno"):
            if (number := getattr(node, name, None)) is not None:
                setattr(node, name, _place(lines, number))
