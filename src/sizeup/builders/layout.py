"""Code as text: at most 88 columns, laid out as formatters of Python leave it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping

from sizeup.builders.plan import Held, Invoke, Items, Lambda, Operation, Own, Tensor, Text, Value
from sizeup.dims import Expr, as_python

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Names = Mapping[int, str]

WIDTH = 88
BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "//": 2, "%": 2, "@": 2, "neg": 3, "**": 4, "[]": 5}
"""How tightly operators bind; comparisons and the like always stand in parentheses."""
CHAINED = frozenset({"+", "-", "*", "/", "//", "%", "@"})
"""Operators that are carried out from left to right."""
PLAIN = re.compile(r"-?[\w.]+")
"""Operands that formatters of Python write a power of without blanks."""
ASSIGNMENT = re.compile(r"(return |[\w., ]+ = )?(.*)$")


def laid_out(line: str) -> str:
    """A statement that stands in one line, in as many as it takes."""
    content = line.lstrip(" ")
    indent = len(line) - len(content)
    if (len(line) <= WIDTH and "keras.Sequential(" not in content) or content.startswith("for "):
        return line
    target, value = ASSIGNMENT.match(content).groups()  # type: ignore[union-attr]
    code = _parsed(ast.parse(value, mode="eval").body, value)
    if target is None:
        return " " * indent + _laid(code, {}, indent, indent)
    return statement(
        target if target == "return " else target.removesuffix(" = "), code, {}, indent
    )


def _parsed(node: ast.expr, text: str) -> Any:
    """Code of calls and lists; all else stands as it is."""
    match node:
        case ast.Call(function, arguments, keywords):
            called = _parsed(function, text)
            given = tuple(_parsed(each, text) for each in arguments)
            named = tuple((str(each.arg), _parsed(each.value, text)) for each in keywords)
            return Invoke(called.text if isinstance(called, Text) else called, given, named)
        case ast.List(entries):
            return Items(tuple(_parsed(each, text) for each in entries))
    return Text(ast.get_source_segment(text, node) or "")


def statement(targets: str, code: Any, names: Names, indent: int) -> str:
    """`targets = code` (or `return code`, where targets say so), in one line or several."""
    start = " " * indent + (targets if targets.endswith(" ") else f"{targets} = ")
    return start + _laid(code, names, indent, len(start))


def flat(code: Any, names: Names) -> str:
    """Code in one line."""
    match code:
        case Tensor(number) | Held(number):
            return names[number]
        case Text(text):
            return text
        case Own(name):
            return f"self.{name}"
        case Value(value):
            return literal(value)
        case Items(entries):
            return "[" + ", ".join(flat(entry, names) for entry in entries) + "]"
        case Lambda(inputs, value):
            several = len(inputs) > 1
            inside = {t.number: f"x[{n}]" if several else "x" for n, t in enumerate(inputs)}
            return f"lambda x: {flat(value, {**names, **inside})}"
        case Operation(sign, operands, key):
            given = [_operand(each, names, sign, n) for n, each in enumerate(operands)]
            if sign == "[]":
                return f"{given[0]}[{_key(key)}]"
            if sign == "neg":
                return f"-{given[0]}"
            close = sign == "**" and all(map(PLAIN.fullmatch, given))
            return (sign if close else f" {sign} ").join(given)
        case Invoke(function):
            return f"{_called(function, names)}({', '.join(_arguments(code, names))})"
    raise TypeError(code)


def _operand(code: Any, names: Names, around: str, place: int) -> str:
    """An operand, in parentheses where they are needed, or where people would want them."""
    text = flat(code, names)
    if not isinstance(code, Operation) or code.sign == "[]":
        return text
    inner, outer = BINDS.get(code.sign, 0), BINDS.get(around, 0)
    chained = inner == outer and place == 0 and around in CHAINED
    return text if (inner > outer > 0) or chained else f"({text})"


def literal(value: Any) -> str:
    """A value as Python writes it."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Expr):
        return ast.unparse(ast.parse(as_python(value))).replace(" ** ", "**")
    if isinstance(value, tuple):
        inside = ", ".join(map(literal, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    return repr(value)


def _key(key: Any) -> str:
    if isinstance(key, tuple):
        return ", ".join(map(_key, key)) + ("," if len(key) == 1 else "")
    if isinstance(key, slice):
        ends = ["" if end is None else literal(end) for end in (key.start, key.stop, key.step)]
        return ":".join(ends if ends[2] else ends[:2])
    return "..." if isinstance(key, str) else literal(key)


def _called(function: Any, names: Names) -> str:
    return function if isinstance(function, str) else flat(function, names)


def _arguments(code: Invoke, names: Names) -> list[str]:
    keywords = [f"{name}={flat(value, names)}" for name, value in code.keywords]
    return [*(flat(argument, names) for argument in code.arguments), *keywords]


def _laid(code: Any, names: Names, indent: int, column: int, after: int = 0) -> str:
    """Code that begins in a column, `after` which so many characters follow in its last line."""
    line = flat(code, names)
    if not _is_long(code) and column + len(line) + after <= WIDTH:
        return line
    if isinstance(code, Items):
        return _exploded("[", _entries(code.entries, names, indent + 4), "]", indent)
    if not isinstance(code, Invoke):
        return line
    head = _called(code.function, names)
    if isinstance(code.function, Invoke) and column + len(head) >= WIDTH:
        given = ", ".join(_arguments(code, names))
        return _laid(code.function, names, indent, column, len(given) + 2) + f"({given})"
    inside = ", ".join(_arguments(code, names))
    if not _is_long(code) and indent + 4 + len(inside) <= WIDTH:
        return f"{head}(\n{' ' * (indent + 4)}{inside}\n{' ' * indent})"
    entries = _entries(code.arguments, names, indent + 4)
    for name, value in code.keywords:
        entries.append(f"{name}=" + _laid(value, names, indent + 4, indent + 5 + len(name), 1))
    if len(entries) == 1 and isinstance(code.arguments[0], Items):  # an only list has no comma
        return f"{head}(\n{' ' * (indent + 4)}{entries[0]}\n{' ' * indent})"
    return _exploded(f"{head}(", entries, ")", indent)


def _entries(entries: tuple[Any, ...], names: Names, indent: int) -> list[str]:
    return [_laid(entry, names, indent, indent, 1) for entry in entries]


def _exploded(start: str, entries: list[str], end: str, indent: int) -> str:
    lines = [f"{' ' * (indent + 4)}{entry}," for entry in entries]
    return "\n".join([start, *lines, " " * indent + end])


def _is_long(code: Any) -> bool:
    """Whether a chain of layers is better read one a line, however short."""
    match code:
        case Items(entries):
            return len(entries) > 1 and any(isinstance(entry, Invoke) for entry in entries)
        case Invoke("keras.Sequential", arguments):
            return any(map(_is_long, arguments))
    return False
