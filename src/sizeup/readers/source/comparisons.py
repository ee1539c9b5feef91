"""Comparisons of all kinds of values: decided where the text decides, conditions elsewhere."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

from sizeup.dims import Expr, as_python, sign
from sizeup.ratio import Ratio, dyadic, ratio
from sizeup.readers.source import overloads
from sizeup.readers.source.machine import Machine, inverse, line_of, raise_as_source
from sizeup.readers.source.operators import KNOWN, is_number, iterate
from sizeup.readers.source.overloads import ask, special
from sizeup.readers.source.values import (
    MISSING,
    Condition,
    Instance,
    Lost,
    Open,
    Rounded,
    key_of,
    rest_of,
)
from sizeup.readers.source.written import written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

COMPARE: dict[type[ast.cmpop], tuple[str, Callable[[Value, Value], bool]]] = {
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
}
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


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
            text = f"{value.text} is {other!r}" if isinstance(other, KNOWN) else written(node)
            key = ("is", value.key, key_of(other))
            opposite = text.replace(" is ", " is not ", 1)
            return Condition(key, text, opposite)
    if isinstance(left, bool | int | str | tuple | None) and type(left) is type(right):
        return bool(left == right)
    if any(isinstance(value, Lost) and not isinstance(value, Rounded) for value in (left, right)):
        key = ("is", key_of(left), key_of(right))
        return left is right or Condition(key, written(node))
    if isinstance(left, Open) and isinstance(right, Open):
        return left.key == right.key or Condition(("is", left.key, right.key), written(node))
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
        return Condition(("in", key), written(node))
    if isinstance(container, str):
        if isinstance(item, str):
            return item in container
        return Condition(("in", getattr(item, "key", m.unique()), container), written(node))
    undecided: Condition | None = None
    if (rest := rest_of(container)) is not None:
        return m.truth(rest)
    for element in iterate(m, container, node):
        same = _ordered(m, ast.Eq, item, element, node)
        if same is True:
            return True
        if isinstance(same, Condition | Lost):
            undecided = Condition(("in", key_of(item), key_of(container)), written(node))
    return undecided or False


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
            return Condition(("lost", value.reason, value.line), written(node))
    if _open_with_text(left, right):
        return _open_comparison(sign_, left, right)
    found = overloads.compared(m, sign_, left, right, node)
    if found is not MISSING:
        return m.truth(found)
    left, right = m.number(left), m.number(right)
    if is_number(left) and is_number(right):
        return _difference(sign_, left, right, node)
    if sign_ in ("==", "!="):
        return (left is right) == (sign_ == "==")
    return Condition(("compare", written(node), m.unique()), written(node))


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
        ("compare", left.key, sign_, key_of(right)),
        f"{left.text} {sign_} {right!r}",
        f"{left.text} {OPPOSITE[sign_]} {right!r}",
    )


def _difference(sign_: str, left: Value, right: Value, node: ast.AST) -> bool | Condition:
    """A comparison of symbolic numbers, by the sign of their difference where it is certain."""
    text = written(node)
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
        condition = Condition(("==", repr(left), repr(right)), written(node))
        return condition if op is ast.Eq else inverse(condition)
    return op is ast.Eq
