"""Pasted text made into Python that parses, without ever running it.

`repair(text)` is the whole interface. Text that parses already is returned untouched; the
machinery that mends text is imported only for text that does not. The stages, each a module:

    frames       what surrounds code: fences, prompts, line numbers, quoting, HTML, patches
    characters   typographic quotes, full-width punctuation, unusual blanks
    statements   which lines are statements, found by parsing them
    punctuation  brackets, quotes, colons and commas that hand-typed code lacks or has twice
    python2      statements of Python 2 in the words of Python 3
    prose        which statements are sentences that happen to parse
    indentation  how statements nest, where the indentation is lost or wrong
    mending      the order of all that, and the account of what was done
"""

from __future__ import annotations

import ast
import warnings

from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Note


class Repaired(Record):
    """Python made of a pasted text; every line number is one of the original text.

    `code` is the text of `tree`, columns are those of `code`. `prose` holds each line that is
    not code, with its number. `alternatives` are the trees of other plausible readings, where
    the text does not decide. `python2` says that the text is proved to be Python 2, in which
    `/` floors integers (unless the tree imports `division` from `__future__`). `reader` names
    what the text was found in.
    """

    tree: ast.Module
    code: str
    prose: tuple[tuple[int, str], ...] = ()
    notes: tuple[Note, ...] = ()
    alternatives: tuple[ast.Module, ...] = ()
    python2: bool = False
    reader: str = "python source"


def repair(text: str) -> Repaired:
    """Python out of any text; raises nothing, whatever the text is.

    What cannot be understood is left out under a note of level `unknown`, which makes every
    total a lower bound; what is no code at all is prose.
    """
    tree = parse(text)
    if tree is not None and not _talks(tree, text):
        return Repaired(tree, text)
    from sizeup.readers.source.repair.mending import mend

    return mend(text)


def parse(text: str) -> ast.Module | None:
    """The syntax tree of a text, None where it has none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _talks(tree: ast.Module, text: str) -> bool:
    """Whether a text parses by accident: bare words, a patch, `print >>log, x`."""
    if (tree.body and all(map(_is_bare, tree.body))) or "print >>" in text:
        return True
    if not ("\n+" in text or "\n-" in text or text[:1] in ("+", "-")):
        return False
    return any(
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.UnaryOp)
        and isinstance(node.value.op, ast.UAdd | ast.USub)
        for node in ast.walk(tree)
    )


def _is_bare(node: ast.stmt) -> bool:
    if isinstance(node, ast.AnnAssign):
        return node.value is None
    words = (ast.Name, ast.Constant, ast.Tuple, ast.Attribute, ast.BinOp, ast.UnaryOp)
    return isinstance(node, ast.Expr) and isinstance(node.value, words)
