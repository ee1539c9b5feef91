"""What a person knows of networks, as expressions and what they are known to be.

A count (`--total`, `--trainable`, `--macs`, `--layer`), a shape (`--shape`), a relation between
free names (`--where`): each becomes a `Target` for the search.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sizeup.analyses.constraints import FAR
from sizeup.analyses.count import count
from sizeup.analyses.solve import Target
from sizeup.dims import ceil_div, maximum, minimum, symbol
from sizeup.errors import UsageError
from sizeup.network import rows
from sizeup.numbers import parse_count
from sizeup.patterns import Pattern
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.analyses.count import Count
    from sizeup.dims import Dim
    from sizeup.network import Network, Row

    Wanted = tuple[Target, Network]


class Known(Record):
    """What is known: `NAME=N` each, and relations.

    NAME is a network's for `totals`, `trainable` and `macs` (left out where there is one), and
    LAYER or NETWORK:LAYER for `layers` and `shapes`; N is exact or rounded, a shape is
    `12x12x32` without the batch, `?` for what is not known of it. `within` are networks with the
    least and the largest total that they may have.
    """

    totals: Sequence[str] = ()
    trainable: Sequence[str] = ()
    macs: Sequence[str] = ()
    layers: Sequence[str] = ()
    shapes: Sequence[str] = ()
    where: Sequence[str] = ()
    within: Sequence[tuple[Network, int, int]] = ()


def targets(known: Known, networks: Sequence[Network]) -> Iterator[Wanted]:
    """Each count and shape with the network that it is of.

    Raises UsageError for names that do not exist and for what has no formula.
    """
    for network, low, high in known.within:
        yield Target(_known(count(network).parameters, network.name), low, high), network
    counted: tuple[tuple[Sequence[str], Callable[[Count], Dim | None]], ...] = (
        (known.totals, lambda found: found.parameters),
        (known.trainable, lambda found: found.trainable),
        (known.macs, lambda found: found.macs),
    )
    for given, of in counted:
        for text in given:
            network, number = _network(text, networks)
            yield _counted(of(count(network)), number, network.name), network
    for text in known.layers:
        network, row, number = _layer(text, networks)
        yield _counted(None if row.layer.unknown else row.parameters, number, row.path), network
    for text in known.shapes:
        network, row, shape = _layer(text, networks)
        yield from ((target, network) for target in _shape(row, shape))


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


def outcome(when: str | None, names: Iterable[str]) -> Iterator[Target]:
    """What the condition of an outcome says of free names.

    What it says of anything else, a flag for example, is left out: it is chosen with the outcome.
    """
    try:
        condition = ast.parse(when or "True", mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return
    spelled = {name: symbol(name) for name in names}
    for part in _joined(condition):
        try:
            yield from _holds(part, spelled, when or "")
        except UsageError:
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


def _counted(found: Dim | None, number: str, name: str) -> Target:
    quantity = parse_count(number)
    return Target(_known(found, name), quantity.low, quantity.high)


def _known(found: Dim | None, name: str) -> Dim:
    if found is None:
        raise UsageError(say("solve.unknown", name=name))
    return found


def _network(given: str, networks: Sequence[Network]) -> tuple[Network, str]:
    """The network that `NAME=N` speaks of, and N."""
    name, equals, number = given.rpartition("=")
    if not equals:
        if len(networks) != 1:
            names = ", ".join(network.name for network in networks)
            raise UsageError(say("solve.which", total=number, names=names))
        return networks[0], number
    return named(name, networks), number


def named(name: str, networks: Sequence[Network]) -> Network:
    """The network that is called so, by any of its names; raises UsageError where none is."""
    for network in networks:
        spelled = [network.name, *network.aliases]
        if name in spelled or name in [part.rpartition(".")[2] for part in spelled]:
            return network
    known = ", ".join(network.name for network in networks)
    raise UsageError(say("readers.no_name", name=name, known=known))


def _layer(given: str, networks: Sequence[Network]) -> tuple[Network, Row, str]:
    """The layer that `LAYER=…` or `NETWORK:LAYER=…` speaks of, and what is said of it."""
    name, equals, said = given.rpartition("=")
    if not equals:
        raise UsageError(say("cli.pair", text=repr(given)))
    network, colon, layer = name.strip().rpartition(":")
    among = [named(network, networks)] if colon else networks
    found = [(each, row) for each in among for row in rows(each) if row.path == layer]
    if not found:
        known = ", ".join(dict.fromkeys(row.path for each in among for row in rows(each)))
        raise UsageError(say("solve.no_layer", name=layer, known=known))
    if len(found) > 1:
        names = ", ".join(f"{each.name}:{layer}" for each, _ in found)
        raise UsageError(say("solve.several_layers", name=layer, names=names))
    return *found[0], said


_TIMES = Pattern(r"\s*[x×,]\s*")


def _shape(row: Row, said: str) -> Iterator[Target]:
    """What a layer gives, side by side, the batch aside."""
    found = row.layer.calls[0].output_shapes[0] if row.layer.calls else None
    sides = [side.strip() for side in _TIMES.split(said.strip().strip("()[]"))]
    if sides[0] in ("None", "?") and found is not None and len(sides) == len(found):
        sides = sides[1:]
    if found is None or len(sides) != len(found) - 1:
        raise UsageError(say("solve.shape", name=row.path, text=repr(said)))
    for dim, side in zip(found[1:], sides, strict=True):
        if side in ("None", "?"):
            continue
        if dim is None:
            raise UsageError(say("solve.unknown", name=row.path))
        quantity = parse_count(side)
        yield Target(dim, quantity.low, quantity.high)
