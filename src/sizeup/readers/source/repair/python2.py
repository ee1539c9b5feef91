"""Statements of Python 2 in the words of Python 3.

What changed is listed in "What's New In Python 3.0", https://docs.python.org/3/whatsnew/3.0.html.
Each function takes the text of one statement and returns it rewritten.
"""

from __future__ import annotations

import re

from sizeup.patterns import Pattern
from sizeup.readers.source.repair.lines import at_surface, mask

_OCTAL = Pattern(r"(?<![\w.])0+([0-7]+)(?![\w.])", needs="0")
_LONG = Pattern(r"(?<![\w.])(\d+|0[xX][0-9a-fA-F]+)[lL]\b")
_UNICODE_RAW = Pattern(r"(?<!\w)[uU]([rR])(?=[\"'])")
_BACKTICKS = Pattern(r"`([^`\n]+)`", needs="`")
_UNEQUAL = Pattern("<>", needs="<>")
_STATEMENT = Pattern(r"\s*(print|exec|raise)\b\s*")
_EXCEPT = Pattern(r"(except\b\s*)(.+?)\s*,\s*([A-Za-z_]\w*)\s*(?=:)", re.DOTALL, needs="except")
_TUPLE_LAMBDA = Pattern(r"\b(lambda)\s*(?:\w+\s*,\s*)*\(", needs="lambda")
_TUPLE_DEF = Pattern(r"\s*def\s+\w+\s*\(", needs="def")


def rewrite(text: str) -> tuple[str, str]:
    """The statement for Python 3, and a statement that its body then has to begin with.

    Only tuple parameters need the second one: `def f((a, b)):` unpacks them in its body.
    """
    text = _replace(_LONG, r"\1", text)
    text = _replace(_OCTAL, r"0o\1", text)
    text = _replace(_UNICODE_RAW, r"\1", text)
    text = _replace(_BACKTICKS, r"repr(\1)", text)
    text = _replace(_UNEQUAL, "!=", text)
    text = _simple_statements(text)
    text = _except(text)
    return _tuple_parameters(_tuple_lambdas(text))


def _replace(pattern: Pattern, by: str, text: str) -> str:
    """Substitution outside of strings and comments."""
    pieces, position = [], 0
    for match in pattern.finditer(mask(text)):
        original = pattern.match(text, match.start())
        if original is not None:
            pieces += [text[position : match.start()], original.expand(by)]
            position = match.end()
    return "".join([*pieces, text[position:]])


def _simple_statements(text: str) -> str:
    """`print x`, `exec code in names` and `raise E, "message"`, also behind `if x:` and `;`."""
    masked = mask(text)
    code = masked.rstrip()
    starts = [0, *(position + 1 for position in at_surface(code, ":;"))]
    pieces = []
    for start, end in zip(starts, [*starts[1:], len(code)], strict=True):
        match = _STATEMENT.match(masked, start, end)
        stop = end - 1 if masked[start:end].endswith(";") else end
        if match is None or match.end() >= stop:
            pieces.append(text[start:end])
            continue
        word, tail = match.group(1), text[match.end() : stop]
        arguments = _arguments(tail, masked[match.end() : stop])
        call = {"print": _print, "exec": _exec, "raise": _raise}[word](arguments, tail)
        pieces += [text[start : match.start(1)], call, text[stop:end]]
    return "".join([*pieces, text[len(code) :]])


def _arguments(text: str, masked: str) -> list[str]:
    commas = list(at_surface(masked, ","))
    edges = zip([0, *(comma + 1 for comma in commas)], [*commas, len(text)], strict=True)
    return [text[start:end].strip() for start, end in edges]


def _print(arguments: list[str], tail: str) -> str:
    if len(arguments) == 1 and tail.startswith("(") and tail.endswith(")"):
        return f"print{tail}"
    named = []
    if arguments[0].startswith(">>"):
        named.append(f"file={arguments.pop(0)[2:].strip()}")
    if arguments and not arguments[-1]:
        named.append('end=" "')
        arguments.pop()
    return f"print({', '.join([*arguments, *named])})"


def _exec(arguments: list[str], tail: str) -> str:
    if tail.startswith("("):
        return f"exec{tail}"
    code, _, names = arguments[0].partition(" in ")
    return f"exec({', '.join(part for part in (code, names, *arguments[1:]) if part)})"


def _raise(arguments: list[str], tail: str) -> str:
    if len(arguments) == 1:
        return f"raise {tail}"
    return f"raise {arguments[0]}({arguments[1]})"


def _except(text: str) -> str:
    match = _EXCEPT.match(text.lstrip())
    if match is None or any(True for _ in at_surface(mask(match.group(2)), ",")):
        return text
    return _EXCEPT.sub(r"\1\2 as \3", text, count=1)


def _tuple_lambdas(text: str) -> str:
    """`lambda (a, b), c: a + c` as `lambda _0, c: (lambda a, b: a + c)(*_0)`."""
    for _ in range(text.count("lambda")):
        masked = mask(text)
        match = _TUPLE_LAMBDA.search(masked)
        colon = -1 if match is None else next(at_surface(masked[match.end(1) :], ":"), -1)
        if match is None or colon < 0:
            break
        start, colon = match.end(1), match.end(1) + colon
        arguments = _arguments(text[start:colon], masked[start:colon])
        tuples = {i: a.strip("()") for i, a in enumerate(arguments) if a.startswith("(")}
        named = [f"_{i}" if i in tuples else argument for i, argument in enumerate(arguments)]
        end = _expression_end(masked, colon + 1)
        inner = f"lambda {', '.join(tuples.values())}: {text[colon + 1 : end].strip()}"
        unpacked = ", ".join(f"*_{i}" for i in tuples)
        text = f"{text[:start]} {', '.join(named)}: ({inner})({unpacked}){text[end:]}"
    return text


def _tuple_parameters(text: str) -> tuple[str, str]:
    """`def f(x, (a, b)):` as `def f(x, _1):` and `(a, b) = _1`."""
    masked = mask(text)
    match = _TUPLE_DEF.match(masked)
    end = -1 if match is None else _bracket_end(masked, match.end() - 1)
    if match is None or end < 0:
        return text, ""
    inside = slice(match.end(), end - 1)
    arguments = _arguments(text[inside], masked[inside])
    tuples = {i: a for i, a in enumerate(arguments) if a.startswith("(")}
    if not tuples:
        return text, ""
    named = [f"_{i}" if i in tuples else argument for i, argument in enumerate(arguments)]
    unpacked = "; ".join(f"{names} = _{i}" for i, names in tuples.items())
    return f"{text[: match.end()]}{', '.join(named)}{text[end - 1 :]}", unpacked


def _bracket_end(masked: str, start: int) -> int:
    """Position behind the bracket that closes the one at `start`; −1 where nothing does."""
    depth = 0
    for position in range(start, len(masked)):
        depth += (masked[position] in "([{") - (masked[position] in ")]}")
        if depth == 0:
            return position + 1
    return -1


def _expression_end(masked: str, start: int) -> int:
    """Position of the comma or bracket that ends the expression that begins at `start`."""
    depth = 0
    for position in range(start, len(masked)):
        mark = masked[position]
        if depth == 0 and mark in ",)]};\n":
            return position
        depth += (mark in "([{") - (mark in ")]}")
    return len(masked.rstrip())
