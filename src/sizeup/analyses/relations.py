"""Relations between names, as people and sources write them, as what is known of expressions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

from sizeup.analyses.targets import FAR, Target
from sizeup.dims import DimError, ceil_div, maximum, minimum
from sizeup.errors import UsageError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.dims import Dim
    from sizeup.network import Network


def relations(where: Sequence[str], spelled: Mapping[str, Dim]) -> Iterator[Target]:
    """`--where` conditions: comparisons of expressions over names, joined by `and`, `or`, `not`.

    `spelled` maps what the source writes, names included, to what it stands for.
    """
    for text in where:
        try:
            condition = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            raise UsageError(say("solve.where", text=repr(text))) from None
        if not any(isinstance(node, ast.Compare) for node in ast.walk(condition)):
            raise UsageError(say("solve.where", text=repr(text)))
        yield from _holds(condition, spelled, text)


def outcome(network: Network, spelled: Mapping[str, Dim]) -> Iterator[Target]:
    """What the condition of an outcome, and what the source demands, say of free names.

    What they say of anything else, a flag for example, is left out: it is chosen with the outcome.
    """
    for text in (*([network.when] if network.when else []), *network.demands):
        try:
            condition = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            continue
        for part in _joined(condition):
            try:
                yield from list(_holds(part, spelled, text))
            except (UsageError, DimError):
                continue


def _joined(condition: ast.expr) -> list[ast.expr]:
    """The parts of `a and b and c`."""
    is_and = isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And)
    return condition.values if is_and and isinstance(condition, ast.BoolOp) else [condition]


def _holds(condition: ast.expr, spelled: Mapping[str, Dim], text: str) -> Iterator[Target]:
    """A condition as targets; one with `or` or `not` as a single one."""
    for part in _joined(condition):
        if isinstance(part, ast.Compare):
            yield from _comparisons(part, spelled, text)
        else:
            yield Target(_truth(part, spelled, text), 0, FAR)


def _comparisons(compared: ast.Compare, spelled: Mapping[str, Dim], text: str) -> Iterator[Target]:
    sides = [_dim(side, spelled, text) for side in (compared.left, *compared.comparators)]
    for operator, left, right in zip(compared.ops, sides, sides[1:], strict=False):
        yield _compared(operator, left, right, text)


def _truth(node: ast.expr, spelled: Mapping[str, Dim], text: str) -> Dim:
    """An expression that is at least 0 exactly where a condition holds."""
    match node:
        case ast.BoolOp(op=op, values=values):
            parts = [_truth(value, spelled, text) for value in values]
            return minimum(*parts) if isinstance(op, ast.And) else maximum(*parts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return -1 - _truth(operand, spelled, text)
        case ast.Compare():
            targets = list(_comparisons(node, spelled, text))
            below = [t.expr - t.low for t in targets]
            above = [t.high - t.expr for t in targets if t.high < FAR]
            return minimum(*below, *above)
        case ast.Name() | ast.BinOp() | ast.Call():  # a number that is not 0
            value = _dim(node, spelled, text)
            return value * value - 1
    raise UsageError(say("solve.where", text=repr(text)))


def _compared(operator: ast.cmpop, left: Dim, right: Dim, text: str) -> Target:
    match operator:
        case ast.Eq():
            return Target(left - right, 0, 0)
        case ast.NotEq():
            return Target((left - right) * (left - right), 1, FAR)
        case ast.Lt():
            return Target(right - left, 1, FAR)
        case ast.LtE():
            return Target(right - left, 0, FAR)
        case ast.Gt():
            return Target(left - right, 1, FAR)
        case ast.GtE():
            return Target(left - right, 0, FAR)
    raise UsageError(say("solve.where", text=repr(text)))


def dim_of(text: str, spelled: Mapping[str, Dim]) -> Dim:
    """An expression over names, in the grammar of `formula`. Raises UsageError of anything else."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise UsageError(say("solve.expression", text=repr(text))) from None
    return _dim(node, spelled, text)


def _dim(node: ast.expr, spelled: Mapping[str, Dim], text: str) -> Dim:
    """An expression of a condition, in the grammar of `formula`."""
    written = ast.unparse(node)
    if written in spelled:
        return spelled[written]
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return value
        case ast.Name(id=name):
            raise UsageError(say("solve.no_free", name=name, known=", ".join(spelled) or "-"))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_dim(operand, spelled, text)
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=int() as power)):
            if 0 <= power <= MOST_POWER:
                base: Dim = _dim(left, spelled, text)
                return base**power
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_dim(left, spelled, text), _dim(right, spelled, text))
        case ast.Call(func=ast.Name(id=name), args=args) if name in FUNCTIONS and args:
            return FUNCTIONS[name](*(_dim(arg, spelled, text) for arg in args))
    raise UsageError(say("solve.where", text=repr(text)))


MOST_POWER = 8
"""No count grows faster."""
OPERATORS: dict[type[ast.operator], Callable[[Dim, Dim], Dim]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
    ast.FloorDiv: lambda a, b: a // b, ast.Mod: lambda a, b: a % b,
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., Dim]] = {"max": maximum, "min": minimum, "ceil_div": ceil_div}
