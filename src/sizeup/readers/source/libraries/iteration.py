"""`itertools` and `operator`."""

from __future__ import annotations

import ast
import itertools

from sizeup.errors import BudgetError
from sizeup.readers.source.attributes import attribute, item
from sizeup.readers.source.builtin_functions import absolute, table
from sizeup.readers.source.calls import call
from sizeup.readers.source.comparisons import compare
from sizeup.readers.source.iterators import Iter, is_lazy
from sizeup.readers.source.machine import MAX_ELEMENTS, Machine
from sizeup.readers.source.operators import binary, iterate
from sizeup.readers.source.values import Builtin
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


def _lazy(function: Callable[..., Iterator[Value]]) -> Callable[..., Value]:
    """An iterator that is made at once where what it goes over has an end."""

    def made(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        elements = function(m, a, k, node)
        if any(is_lazy(m.resolve(value)) for value in a):
            return Iter(source=elements)
        return Iter(elements)

    return made


def _endless(function: Callable[..., Iterator[Value]]) -> Callable[..., Value]:
    def made(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        return Iter(source=function(m, a, k, node))

    return made


def _accumulate(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Iterator[Value]:
    function = m.resolve(a[1] if len(a) > 1 else k.get("func"))
    initial = k.get("initial")
    total, begun = initial, initial is not None
    if begun:
        yield total
    for value in iterate(m, a[0], node):
        if not begun:
            total, begun = value, True
        elif function is None:
            total = binary(m, ast.Add, total, value, node)
        else:
            total = call(m, function, [total, value], {}, node)
        yield total


def _count(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Iterator[Value]:
    given = {**dict(zip(("start", "step"), a, strict=False)), **k}
    value, step = given.get("start", 0), given.get("step", 1)
    while True:
        yield value
        value = binary(m, ast.Add, value, step, node)


def _cycle(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Iterator[Value]:
    values = list(iterate(m, a[0], node))
    while values:
        yield from values


def _repeat(m: Machine, a: Arguments, k: Keywords, _node: ast.AST) -> Value:
    times = m.resolve(a[1] if len(a) > 1 else k.get("times"))
    if isinstance(times, int):
        if times > MAX_ELEMENTS:
            raise BudgetError(say("source.size"))
        return Iter([a[0]] * times)
    if times is None:
        return Iter(source=itertools.repeat(a[0]))
    return m.world.unseen_value(m, _node)


def _slice(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    bounds = [m.resolve(value) for value in a[1:]]
    if not all(isinstance(bound, int | None) for bound in bounds):
        return m.world.unseen_value(m, node)
    return Iter(itertools.islice(iterate(m, a[0], node), *bounds))


def _zip_longest(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Iterator[Value]:
    sources = [iterate(m, value, node) for value in a]
    return itertools.zip_longest(*sources, fillvalue=k.get("fillvalue"))


def _pairwise(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Iterator[Value]:
    return itertools.pairwise(iterate(m, a[0], node))


def _starmap(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Iterator[Value]:
    for row in iterate(m, a[1], node):
        yield call(m, a[0], list(iterate(m, row, node)), {}, node)


def _take_while(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Iterator[Value]:
    for value in iterate(m, a[1], node):
        if not m.decide(call(m, a[0], [value], {}, node)):
            return
        yield value


def _drop_while(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Iterator[Value]:
    dropping = True
    for value in iterate(m, a[1], node):
        dropping = dropping and m.decide(call(m, a[0], [value], {}, node))
        if not dropping:
            yield value


def _chain(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Iterator[Value]:
    for source in a:
        yield from iterate(m, source, node)


def _flat(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Iterator[Value]:
    for source in iterate(m, a[0], node):
        yield from iterate(m, source, node)


def _combining(function: Callable[..., Iterator[Value]]) -> Callable[..., Value]:
    """`combinations` and its kin: every row is a step."""

    def made(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
        pools = [list(iterate(m, value, node)) for value in a if not isinstance(value, int)]
        numbers = [value for value in a if isinstance(value, int)]
        return Iter(iterate(m, _Rows(function(*pools, *numbers, **k)), node))

    return made


class _Rows(Iter):
    """Rows that the standard library makes one by one."""

    def __init__(self, rows: Iterator[Value]) -> None:
        super().__init__()
        self.rows = rows

    def elements(self, _m: Machine) -> Iterator[Value]:
        return self.rows


def _binary(op: type[ast.operator]) -> Callable[..., Value]:
    return lambda m, a, _k, node: binary(m, op, a[0], a[1], node)


def _compare(op: type[ast.cmpop]) -> Callable[..., Value]:
    return lambda m, a, _k, node: compare(m, op, a[0], a[1], node)


def _getter(take: Callable[..., Value]) -> Callable[..., Value]:
    """`itemgetter(1)`, `attrgetter('name')`."""

    def made(_m: Machine, keys: Arguments, _k: Keywords, _node: ast.AST) -> Value:
        def get(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
            found = tuple(take(m, m.resolve(a[0]), m.resolve(key), node) for key in keys)
            return found[0] if len(found) == 1 else found

        return Builtin("getter", get)

    return made


BINARY_NAMES = {"add": ast.Add, "sub": ast.Sub, "mul": ast.Mult, "truediv": ast.Div,
                "floordiv": ast.FloorDiv, "mod": ast.Mod, "pow": ast.Pow}  # fmt: skip
COMPARE_NAMES = {
    "eq": ast.Eq,
    "ne": ast.NotEq,
    "lt": ast.Lt,
    "le": ast.LtE,
    "gt": ast.Gt,
    "ge": ast.GtE,
}

MEMBERS: dict[str, Value] = table({
    "itertools.accumulate": _lazy(_accumulate), "itertools.count": _endless(_count),
    "itertools.cycle": _endless(_cycle), "itertools.repeat": _repeat, "itertools.islice": _slice,
    "itertools.zip_longest": _lazy(_zip_longest), "itertools.izip_longest": _lazy(_zip_longest),
    "itertools.pairwise": _lazy(_pairwise), "itertools.starmap": _lazy(_starmap),
    "itertools.takewhile": _lazy(_take_while), "itertools.dropwhile": _lazy(_drop_while),
    "itertools.chain": _lazy(_chain), "itertools.chain.from_iterable": _lazy(_flat),
    "itertools.product": _combining(itertools.product),
    "itertools.combinations": _combining(itertools.combinations),
    "itertools.permutations": _combining(itertools.permutations),
    **{f"operator.{name}": _binary(op) for name, op in BINARY_NAMES.items()},
    **{f"operator.{name}": _compare(op) for name, op in COMPARE_NAMES.items()},
    "operator.itemgetter": _getter(item), "operator.attrgetter": _getter(attribute),
    "operator.abs": absolute,
})  # fmt: skip
