"""Telling code from sentences, by what parses and by what it then says.

Much of a sentence parses: `Hello`, `not available`, `Answer: yes`, `with Keras:`. So a line
that parses has a weight, and the light ones are code only in the company of code.
"""

from __future__ import annotations

import ast
import re

from sizeup.patterns import Pattern
from sizeup.readers.source.repair.lines import mask, surface

NOTHING = 0
"""Prose, whatever stands around it."""
WEAK = 1
"""Code only inside of a block, or tightly between lines of code."""
MEDIUM = 2
"""Code next to code."""
STRONG = 3
"""Code wherever it stands."""

_CODE = Pattern(
    r"""\s*(?:(?:async\s+)?def\s+\w+\s*\(|class\s+\w+\s*[(:]|class\s+[A-Z]\w*\s*(?:\#|$)
    |import\s+\w|from\s+[\w.]+\s+import\b|@\w+
    |(?:if|elif|while|for|with|return|assert|except|del|print|exec|raise)\b
    |(?:else|try|finally)\b\s*:?
    |[A-Za-z_][\w.]*(?:\[.*\])?\s*(?:[-+*/%|&^@]|//|\*\*|<<|>>)?=(?!=)
    |[A-Za-z_][\w., ]*\s*=(?!=)
    |[(\[][\w\s,.()\[\]]*[)\]][\w\s,()\[\]]*=(?!=)
    |[A-Za-z_][\w.]*\()""",
    re.VERBOSE,
)
_KEYWORD = Pattern(
    r"\s*(?:if|elif|while|for|with|return|assert|except|del|print|exec|raise|else|try|finally|@)"
)
_DEFINITE = Pattern(
    r"\s*(?:(?:async\s+)?def\s+\w+\s*\(.*:|class\s+\w+\s*(?:\(.*\))?\s*:|import\s+[a-z][\w.]*\s*$"
    r"|import\s+[\w.]+\s+as\s+\w+|from\s+[\w.]+\s+import\s+[\w(*]|[a-z_]\w*\.add\()"
)
_NO_ARGUMENT = Pattern(
    r"\s*(?:[\w.]+(?:\[.*\])? [-+*/]?= |(?:super\(.*\)|[a-z_]\w*)(?:\.[a-z_]\w*)+\("
    r"|(?:def|class|return|import|from|for|with|while|if|elif|else|try|except|raise|assert|del|pass|print)\b)"
)
_BARE_CLAUSE = Pattern(r"\s*(?:else|try|finally)\s*:*\s*(?:#.*)?$")
_OPERATOR_WORDS = frozenset(("if", "else", "for", "in", "is", "and", "or", "not", "as", "lambda"))
_COMPOUND_WORDS = frozenset(
    ("def", "class", "import", "from", "if", "elif", "while", "for", "with", "return", "assert",
     "except", "del", "print", "exec", "raise", "yield", "await", "async", "global", "nonlocal",
     "match", "case", "type", "lambda", "not")
)  # fmt: skip
_TWO_WORDS = Pattern(r"\s*([^\W\d]\w*)[ \t]+([^\W\d]\w*)")
_WORDS = Pattern(r"[^\W\d_]+(?:['’-][^\W\d_]+)*(?:[ \t]+[^\W\d_]+(?:['’-][^\W\d_]+)*)+")
_AFTER_CALL = Pattern(r"\s*[\w.]+\(\)(?:\.\w+(?:\(\))?)*\s+(?:([A-Za-z]\w*)(?!\w*[.(=])|[-=]>|→)")
_SUM = Pattern(r"=[^=,]*[^=!<>,]=\s*[\d,.]+\s*\w*\s*[.。]?\s*$", needs="=")


def is_hopeless(line: str) -> bool:
    """Whether a line cannot begin a statement: two words, neither of which is Python's."""
    match = _TWO_WORDS.match(line)
    return (
        match is not None
        and match.group(1) not in _COMPOUND_WORDS
        and match.group(2) not in _OPERATOR_WORDS
    )


def is_sentence(line: str) -> bool:
    """Whether a line is beyond doubt no part of a statement."""
    return is_hopeless(line) or bool(_ideographs(mask(line)))


def _ideographs(text: str) -> list[int]:
    """Where Chinese, Japanese and Korean characters stand, which no word of a program has."""
    if text.isascii():
        return []
    return [
        index
        for index, character in enumerate(text)
        if "\u2e80" <= character <= "\u9fff"
        or "\uac00" <= character <= "\ud7af"
        or "\uf900" <= character <= "\ufaff"
    ]


def _glued(text: str) -> bool:
    """Whether such a character stands next to a Latin letter."""
    return any(
        neighbour.isascii() and neighbour.isalpha()
        for index in _ideographs(text)
        for neighbour in (text[max(index - 1, 0)], text[index + 1 : index + 2])
    )


def is_statement(line: str) -> bool:
    """Whether a line can only begin a statement, and is no argument on a line of its own."""
    return _NO_ARGUMENT.match(line) is not None and not line.rstrip().endswith(",")


def is_definite(line: str) -> bool:
    """Whether nobody would write the line in a sentence: a def, a class, an import, an add."""
    return _DEFINITE.match(line) is not None


def looks_like_code(line: str) -> bool:
    """Whether a line is meant as code, even if it does not parse."""
    if not _CODE.match(line):
        return False
    if _BARE_CLAUSE.match(line):
        return True
    masked = mask(line)
    shown = surface(masked)
    if _AFTER_CALL.match(shown) and not _operator_follows(shown):
        return False
    if _SUM.search(shown) or _ideographs(shown) or re.search("→|[-=]>", shown.split("#")[0]):
        return is_definite(line)
    words = max((len(run.split()) for run in _runs(shown)), default=0)
    if _KEYWORD.match(line):
        return words < 2 and bool(re.search(r"[:(=\[\"']|\bin\b", masked) or shown.split()[1:2])
    return words < 3 and not re.search(r"[a-z]{2}[.?!]\s*$", shown)


def _operator_follows(shown: str) -> bool:
    match = _AFTER_CALL.match(shown)
    return match is not None and match.group(1) in _OPERATOR_WORDS


def _runs(shown: str) -> list[str]:
    """Runs of words with nothing but blanks between, split at the words of Python."""
    python = "|".join(_OPERATOR_WORDS | _COMPOUND_WORDS)
    return [
        piece
        for run in (match.group() for match in _WORDS.finditer(shown))
        for piece in re.split(rf"\b(?:{python})\b", run)
        if piece.strip()
    ]


def weigh(tree: ast.Module, text: str) -> int:
    """How surely a text that parses as one statement is meant as code."""
    masked = text if text.isascii() else mask(text)
    if _glued(masked):
        return NOTHING
    node = tree.body[-1]
    if isinstance(node, ast.Expr | ast.AnnAssign):
        return _weigh_expression(node, masked)
    if isinstance(node, ast.If | ast.While):
        return MEDIUM if isinstance(node.test, ast.Name | ast.Attribute) else STRONG
    if isinstance(node, ast.With):
        bare = isinstance(node.items[0].context_expr, ast.Name)
        return MEDIUM if bare and node.items[0].optional_vars is None else STRONG
    if isinstance(node, ast.ClassDef):
        return STRONG if "(" in masked or node.name[0].isupper() else MEDIUM
    light = (ast.Return, ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal,
             ast.Delete, ast.Assert, ast.Raise)  # fmt: skip
    if isinstance(node, light):
        return STRONG if "(" in masked else MEDIUM
    return STRONG


def _weigh_expression(node: ast.Expr | ast.AnnAssign, masked: str) -> int:
    if isinstance(node, ast.AnnAssign):
        return STRONG if node.value is not None and masked.isascii() else WEAK
    calls = [inner for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    if not calls or not masked.isascii():
        return WEAK
    if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
        name = node.value.func.id
        return WEAK if re.match(rf"\s*{name}\s+\(", masked) and name != "print" else STRONG
    return STRONG


def is_bare(tree: ast.Module) -> bool:
    """Whether a statement is a word, a number or a row of them: it says nothing as code."""
    node = tree.body[-1]
    if not isinstance(node, ast.Expr):
        return False
    parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    return all(
        isinstance(part, ast.Name | ast.Attribute)
        or (isinstance(part, ast.Constant) and isinstance(part.value, int | float))
        for part in parts
    )
