"""Operators over all kinds of values: known ones as Python does, open ones as symbols."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator

from sizeup.dims import Expr
from sizeup.errors import BudgetError
from sizeup.patterns import Pattern
from sizeup.ratio import Ratio, dyadic, ratio
from sizeup.readers.source import overloads
from sizeup.readers.source.machine import (
    MAX_BITS,
    MAX_ELEMENTS,
    Machine,
    inverse,
    line_of,
    raise_as_source,
)
from sizeup.readers.source.overloads import ask, drawn, indexed, special
from sizeup.readers.source.values import (
    MISSING,
    Choice,
    Class,
    Condition,
    Instance,
    Lost,
    Open,
    Raised,
    Rounded,
    rest_of,
)
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

BINARY: dict[type[ast.operator], tuple[str, Callable[[Value, Value], Value]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", operator.pow),
    ast.LShift: ("<<", operator.lshift),
    ast.RShift: (">>", operator.rshift),
    ast.BitAnd: ("&", operator.and_),
    ast.BitOr: ("|", operator.or_),
    ast.BitXor: ("^", operator.xor),
    ast.MatMult: ("@", operator.matmul),
}

MAX_POWER = 16
"""Of a symbol; a higher one is no size."""

KNOWN = (
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    tuple,
    list,
    dict,
    set,
    frozenset,
    range,
    type(None),
)


def binary(m: Machine, op: type[ast.operator], left: Value, right: Value, node: ast.AST) -> Value:
    """`left op right`. A class of the source decides first, then a tensor, then what is lost."""
    if type(left) is int and type(right) is int:
        exact = whole(op, left, right)
        if exact is not None:
            return exact
    left, right = m.resolve(left), m.resolve(right)
    if type(left) in KNOWN and type(right) in KNOWN:
        return _known(m, op, left, right, node)
    found = overloads.operated(m, BINARY[op][0], left, right, node)
    if found is not MISSING:
        return found
    for value, other, swapped in ((left, right, False), (right, left, True)):
        overload = getattr(value, "operate", None)
        if overload is not None:
            return overload(m, BINARY[op][0], other, swapped, node)
    if isinstance(left, KNOWN) and isinstance(right, KNOWN):
        return _known(m, op, left, right, node)
    for value in (left, right):
        if isinstance(value, Lost):
            return value
    if isinstance(left, str | list | tuple) or isinstance(right, str | list | tuple):
        return _sequence(m, op, left, right, node)
    left, right = m.number(left), m.number(right)
    if is_number(left) and is_number(right):
        return _symbolic(op, left, right, node)
    return Lost(say("source.operation", code=written(node)), line_of(node))


WHOLE = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
         ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod}  # fmt: skip
LARGEST = 1 << 64


def whole(op: type[ast.operator], left: int, right: int) -> int | None:
    """What most operations of programs are, without further ado: whole numbers of usual size.

    None where the operation is another, or its numbers are, and has to be looked at.
    """
    function = WHOLE.get(op)
    if function is None or not (-LARGEST < left < LARGEST and 0 < right < LARGEST):
        return None
    result: int = function(left, right)
    return result


def is_number(value: Value) -> bool:
    """Whether a value is a number, known or symbolic."""
    return isinstance(value, int | float | Expr | Ratio)


def _known(m: Machine, op: type[ast.operator], left: Value, right: Value, node: ast.AST) -> Value:
    _guard(op, left, right)
    if isinstance(left, list) and (rest := rest_of(left)) is not None:
        return rest
    if op is ast.Div and m.world.python2 and isinstance(left, int) and isinstance(right, int):
        op = ast.FloorDiv
    if op is ast.Mod and isinstance(left, str):
        return format_percent(m, left, right, node)
    try:
        return BINARY[op][1](left, right)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise raise_as_source(error, line_of(node)) from None


def _guard(op: type[ast.operator], left: Value, right: Value) -> None:
    """No operation may make a value that is too large to be meant."""
    too_large = False
    if op is ast.Pow and isinstance(left, int) and isinstance(right, int):
        too_large = left.bit_length() * max(right, 0) > MAX_BITS
    elif op is ast.LShift and isinstance(left, int) and isinstance(right, int):
        too_large = left.bit_length() + max(right, 0) > MAX_BITS
    elif op is ast.Mult:
        for a, b in ((left, right), (right, left)):
            if isinstance(a, int) and isinstance(b, int):
                too_large = a.bit_length() + b.bit_length() > MAX_BITS
            elif isinstance(a, int) and isinstance(b, str | bytes | list | tuple):
                too_large = too_large or a * len(b) > MAX_ELEMENTS
    elif op is ast.Add and isinstance(left, str | list | tuple) and hasattr(right, "__len__"):
        too_large = len(left) + len(right) > MAX_ELEMENTS
    if too_large:
        raise BudgetError(say("source.size"))


def _symbolic(op: type[ast.operator], left: Value, right: Value, node: ast.AST) -> Value:
    """Arithmetic with symbols: exact, or lost where Python would hold a rounded float."""
    lost = Rounded(say("source.rounded", code=written(node)), line_of(node))
    if op is ast.Div:
        if isinstance(right, int) and right > 0 and not isinstance(left, float):
            return left * ratio(1, right) if isinstance(left, Ratio) else ratio(left, right)
        exact = dyadic(1 / right) if isinstance(right, float) and right else None
        return lost if exact is None else _symbolic(ast.Mult, left, 1 / right, node)
    if isinstance(left, float) or isinstance(right, float):
        number, other = (left, right) if isinstance(left, float) else (right, left)
        exact = dyadic(number)
        if exact is None or op not in (ast.Add, ast.Sub, ast.Mult):
            return lost
        fraction = ratio(*exact)
        left, right = (fraction, other) if isinstance(left, float) else (other, fraction)
    fractional = isinstance(left, Ratio) or isinstance(right, Ratio)
    if fractional and op is ast.FloorDiv and isinstance(right, int) and right > 0:
        return (left * ratio(1, right)).floor()
    if fractional and op not in (ast.Add, ast.Sub, ast.Mult):
        return lost
    if op is ast.Pow and not (isinstance(right, int) and 0 <= right <= MAX_POWER):
        return lost
    if op not in (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.Pow):
        return lost
    try:
        return BINARY[op][1](left, right)
    except (TypeError, ArithmeticError, ValueError):
        return lost


def _sequence(
    m: Machine, op: type[ast.operator], left: Value, right: Value, node: ast.AST
) -> Value:
    """A string, list or tuple with something open."""
    if op is ast.Mod and isinstance(left, str):
        return format_percent(m, left, right, node)
    if isinstance(left, str) or isinstance(right, str):
        return Lost(say("source.operation", code=written(node)), line_of(node))
    if op is ast.Add and isinstance(left, Open) | isinstance(right, Open):
        return m.open(("op", m.unique()), written(node), say("source.data"), line_of(node))
    return Lost(say("source.operation", code=written(node)), line_of(node))


def format_percent(m: Machine, template: str, values: Value, node: ast.AST) -> Value:
    """`template % values`; lost where a value is not known."""
    if WIDE_FIELD.search(template):
        raise BudgetError(say("source.size"))
    parts = values if isinstance(values, tuple | dict) else (values,)
    if isinstance(parts, tuple):
        parts = tuple(overloads.text(m, part, ("__str__", "__repr__"), node) for part in parts)
        values = parts if isinstance(values, tuple) else parts[0]
    for part in parts.values() if isinstance(parts, dict) else parts:
        if not isinstance(m.resolve(part), KNOWN):
            return Lost(say("source.operation", code=written(node)), line_of(node))
    try:
        return template % values
    except (TypeError, ValueError, KeyError) as error:
        raise raise_as_source(error, line_of(node)) from None


WIDE_FIELD = Pattern(r"%[^A-Za-z%]*\d{5}", needs="%")
"""A field of `template % values` that is wider than any text that is meant."""


UNARY = {ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__", ast.Not: ""}


def unary(m: Machine, op: ast.unaryop, value: Value, node: ast.AST) -> Value:
    """`-x`, `+x`, `not x`, `~x`."""
    if isinstance(op, ast.Not):
        found = m.truth(value)
        return inverse(found) if isinstance(found, Condition) else not found
    value = m.resolve(value)
    if isinstance(value, Lost):
        return value
    overload = getattr(value, "operate", None)
    if overload is not None:
        return overload(m, "-", 0, True, node)
    found = overloads.ask(m, value, UNARY[type(op)], [], node)
    if found is not MISSING:
        return found
    value = m.number(value)
    if isinstance(value, Ratio):
        return value * -1
    try:
        if isinstance(op, ast.USub):
            return -value
        return +value if isinstance(op, ast.UAdd) else ~value
    except TypeError:
        return Lost(say("source.operation", code=written(node)), line_of(node))


def iterate(m: Machine, value: Value, node: ast.AST | None = None) -> Iterator[Value]:
    """The elements of a value, a step each; raises Unbounded where the text does not give them."""
    for element in _elements(m, m.resolve(value), node):
        m.budget.spend()
        yield element


def _elements(m: Machine, value: Value, node: ast.AST | None) -> Iterable[Value]:
    if (rest := rest_of(value)) is not None:
        raise Unbounded(rest, line_of(node))
    if isinstance(value, str | tuple | set | frozenset | range | bytes):
        return value
    if isinstance(value, list | dict):
        return list(value)
    if (found := getattr(value, "elements", None)) is not None:
        values: Iterable[Value] = found(m)
        return values
    made = ask(m, value, "__iter__", [], node)
    if made is not MISSING:
        return drawn(m, made, node) if special(made, "__next__") else iterate(m, made, node)
    if special(value, "__getitem__") and special(value, "__len__"):
        return indexed(m, value, node)
    if isinstance(value, Class) and value.members is not None:
        return list(dict.fromkeys(value.members.values()))
    unsized = getattr(value, "shape", ()) is None  # a tensor of unknown shape
    if unsized or isinstance(value, Open | Lost | Expr | Ratio | Condition | Instance):
        raise Unbounded(value, line_of(node))
    raise Raised("TypeError", say("source.iterate", code=_described(value)), line_of(node))


class Unbounded(Exception):  # noqa: N818  (a loop whose length the text does not give)
    """Something open was iterated: the length is not in the text."""

    def __init__(self, value: Value, line: int | None) -> None:
        super().__init__(repr(value))
        self.value = value
        self.line = line


def _described(value: Value) -> str:
    return getattr(value, "name", None) or type(value).__name__


def is_open(value: Value) -> bool:
    """Whether a value, or anything inside a tuple or list of them, is not known."""
    if isinstance(value, tuple | list):
        return any(is_open(element) for element in value)
    return isinstance(value, Open | Lost | Expr | Ratio | Choice | Condition)
