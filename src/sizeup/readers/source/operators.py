"""Operators over all kinds of values: known ones as Python does, open ones as symbols."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator

from sizeup.dims import Expr, as_python, sign
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

COMPARE: dict[type[ast.cmpop], tuple[str, Callable[[Value, Value], bool]]] = {
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
}
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}

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
SYMBOLIC = (Expr, Ratio)


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
    if _is_number(left) and _is_number(right):
        return _symbolic(op, left, right, node)
    return Lost(say("source.operation", code=ast.unparse(node)), line_of(node))


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


def _is_number(value: Value) -> bool:
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
    lost = Rounded(say("source.rounded", code=ast.unparse(node)), line_of(node))
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
        return Lost(say("source.operation", code=ast.unparse(node)), line_of(node))
    if op is ast.Add and isinstance(left, Open) | isinstance(right, Open):
        return m.open(("op", m.unique()), ast.unparse(node), say("source.data"), line_of(node))
    return Lost(say("source.operation", code=ast.unparse(node)), line_of(node))


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
            return Lost(say("source.operation", code=ast.unparse(node)), line_of(node))
    try:
        return template % values
    except (TypeError, ValueError, KeyError) as error:
        raise raise_as_source(error, line_of(node)) from None


WIDE_FIELD = Pattern(r"%[^A-Za-z%]*\d{5}", needs="%")
"""A field of `template % values` that is wider than any text that is meant."""


def compare(m: Machine, op: type[ast.cmpop], left: Value, right: Value, node: ast.AST) -> Value:
    """One comparison: True, False, a Condition, or a Lost."""
    if type(left) is int and type(right) is int and op in COMPARE:
        return bool(COMPARE[op][1](left, right))
    left, right = m.resolve(left), m.resolve(right)
    for value, other in ((left, right), (right, left)):
        overload = getattr(value, "compare", None)
        if overload is not None and op in COMPARE:
            return overload(m, op, other, node)
    if op in (ast.Is, ast.IsNot):
        same = _identical(left, right, node)
        if isinstance(same, Condition):
            return same if op is ast.Is else inverse(same)
        return same if op is ast.Is else not same
    if op in (ast.In, ast.NotIn):
        found = _contains(m, right, left, node)
        if isinstance(found, bool):
            return found if op is ast.In else not found
        return found if op is ast.In or not isinstance(found, Condition) else inverse(found)
    for value, other, swapped in ((left, right, False), (right, left, True)):
        overload = getattr(value, "operate", None)
        if overload is not None and not isinstance(value, KNOWN):
            return overload(m, COMPARE[op][0], other, swapped, node)
    return _ordered(m, op, left, right, node)


def _identical(left: Value, right: Value, node: ast.AST) -> bool | Condition:
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Open) and not isinstance(other, Open):
            text = f"{value.text} is {other!r}" if isinstance(other, KNOWN) else ast.unparse(node)
            key = ("is", value.key, other if isinstance(other, bool | None) else id(other))
            opposite = text.replace(" is ", " is not ", 1)
            return Condition(key, text, opposite)
    if isinstance(left, bool | int | str | tuple | None) and type(left) is type(right):
        return bool(left == right)
    if isinstance(left, Open) and isinstance(right, Open):
        return left.key == right.key or Condition(("is", left.key, right.key), ast.unparse(node))
    return left is right


def _contains(m: Machine, container: Value, item: Value, node: ast.AST) -> Value:
    own = ask(m, container, "__contains__", [item], node)
    if own is not MISSING:
        return m.truth(own)
    listed = hasattr(container, "elements") or special(container, "__iter__")
    if isinstance(container, Instance | Open | Lost) and not listed:
        key: object = m.unique()
        if isinstance(container, Open) and isinstance(item, str | int | float | None):
            key = container.key, item
        return Condition(("in", key), ast.unparse(node))
    if isinstance(container, str):
        if isinstance(item, str):
            return item in container
        return Condition(("in", getattr(item, "key", m.unique()), container), ast.unparse(node))
    undecided: Condition | None = None
    if (rest := rest_of(container)) is not None:
        return m.truth(rest)
    for element in iterate(m, container, node):
        same = _ordered(m, ast.Eq, item, element, node)
        if same is True:
            return True
        if isinstance(same, Condition | Lost):
            undecided = Condition(("in", _key(item), _key(container)), ast.unparse(node))
    return undecided or False


def _key(value: Value) -> object:
    if isinstance(value, Open):
        return value.key
    if isinstance(value, Expr | int | float | str | tuple | None):
        return value
    return repr(value)


def _ordered(m: Machine, op: type[ast.cmpop], left: Value, right: Value, node: ast.AST) -> Value:
    sign_, function = COMPARE[op]
    if isinstance(left, tuple | list) and isinstance(right, tuple | list) and sign_ in ("==", "!="):
        return _same_sequence(m, op, left, right, node)
    if isinstance(left, KNOWN) and isinstance(right, KNOWN):
        try:
            return bool(function(left, right))
        except TypeError as error:
            if m.world.python2 and (left is None or right is None):
                return (left is None) == (sign_ in ("<", "<="))
            raise raise_as_source(error, line_of(node)) from None
    for value in (left, right):
        if isinstance(value, Lost):
            return Condition(("lost", value.reason, value.line), ast.unparse(node))
    if _open_with_text(left, right):
        return _open_comparison(sign_, left, right)
    found = overloads.compared(m, sign_, left, right, node)
    if found is not MISSING:
        return m.truth(found)
    left, right = m.number(left), m.number(right)
    if _is_number(left) and _is_number(right):
        return _difference(sign_, left, right, node)
    if sign_ in ("==", "!="):
        return (left is right) == (sign_ == "==")
    return Condition(("compare", ast.unparse(node), m.unique()), ast.unparse(node))


def _open_with_text(left: Value, right: Value) -> bool:
    """Whether something open is compared with what is no number."""
    pair = (left, right)
    return any(isinstance(v, Open) for v in pair) and any(
        isinstance(v, str | bytes | tuple | list | dict | bool | None) for v in pair
    )


def _open_comparison(sign_: str, left: Value, right: Value) -> Condition:
    if not isinstance(left, Open):
        left, right = right, left
        sign_ = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(sign_, sign_)
    if sign_ == "!=":
        return inverse(_open_comparison("==", left, right))
    return Condition(
        ("compare", left.key, sign_, _key(right)),
        f"{left.text} {sign_} {right!r}",
        f"{left.text} {OPPOSITE[sign_]} {right!r}",
    )


def _difference(sign_: str, left: Value, right: Value, node: ast.AST) -> bool | Condition:
    """A comparison of symbolic numbers, by the sign of their difference where it is certain."""
    text = ast.unparse(node)
    parts = []
    for value in (left, right):
        if isinstance(value, float):
            exact = dyadic(value)
            if exact is None:
                return Condition(("compare", text, id(node)), text)
            value = ratio(*exact)  # noqa: PLW2901
        parts.append(value)
    difference: Value = parts[0] - parts[1]
    numerator = difference.numerator if isinstance(difference, Ratio) else difference
    certain = sign(numerator)
    if certain is not None:
        return bool(COMPARE_SIGN[sign_](certain, 0))
    words = tuple(as_python(p) if isinstance(p, int | Expr) else str(p) for p in (left, right))
    for strict, flipped in (("<", ">="), (">", "<="), ("==", "!=")):
        if sign_ in (strict, flipped):
            assert isinstance(numerator, Expr)
            key = _canonical(strict, numerator)
            yes = Condition(
                key, f"{words[0]} {strict} {words[1]}", f"{words[0]} {flipped} {words[1]}"
            )
            return yes if sign_ == strict else inverse(yes)
    raise AssertionError(sign_)


def _canonical(strict: str, numerator: Expr) -> object:
    """`a < b` and `b > a` are one condition; so are `a == b` and `b == a`."""
    if strict == ">":
        return ("<", -numerator)
    if strict == "==":
        return ("==", min(numerator, -numerator, key=as_python))
    return ("<", numerator)


COMPARE_SIGN = dict(COMPARE.values())


def _same_sequence(
    m: Machine, op: type[ast.cmpop], left: Value, right: Value, node: ast.AST
) -> Value:
    undecided = rest_of(left) is not None or rest_of(right) is not None
    if type(left) is not type(right) or (not undecided and len(left) != len(right)):
        return op is ast.NotEq
    for a, b in zip(left, right, strict=not undecided):
        same = compare(m, ast.Eq, a, b, node)
        if same is False:
            return op is ast.NotEq
        undecided = undecided or same is not True
    if undecided:
        condition = Condition(("==", repr(left), repr(right)), ast.unparse(node))
        return condition if op is ast.Eq else inverse(condition)
    return op is ast.Eq


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
        return Lost(say("source.operation", code=ast.unparse(node)), line_of(node))


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
