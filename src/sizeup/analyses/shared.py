"""What solutions have in common: values that never change, ranges, equations that all satisfy."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import gcd, prod
from types import MappingProxyType

from sizeup.dims import Dim, Expr, FloorDiv, Symbol, as_python, bind, symbol, symbols
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from sizeup.analyses.targets import Target
    from sizeup.dims import Atom

    Column = tuple[int, ...]


class Relation(Record):
    """What holds in every solution: `left` equals `right`."""

    left: Dim
    right: Dim

    def as_dict(self) -> dict[str, Any]:
        """Both sides in the grammar of `formula`."""
        return {"left": as_python(self.left), "right": as_python(self.right)}


class Shared(Record):
    """What `of` solutions have in common.

    `values` are all those that a name takes in them, rising. `relations` hold in every solution
    there is where `proved`, else some may hold in these alone. On those `apart` nothing known
    depends.
    """

    values: Mapping[str, tuple[Any, ...]]
    relations: tuple[Relation, ...]
    of: int
    proved: bool
    apart: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """`summary` in the JSON of `solve`; `choices` are values that are no numbers, if any are."""
        words = {n for n, column in self.values.items() if any(type(v) is not int for v in column)}
        choices = {n: list(column) for n, column in self.values.items() if n in words}
        return {
            "of": self.of,
            "proved": self.proved,
            "fixed": {name: values[0] for name, values in self.values.items() if len(values) == 1},
            "ranges": {
                name: {
                    "lowest": values[0],
                    "highest": values[-1],
                    "different": len(values),
                    "step": gcd(*(b - a for a, b in pairwise(values))),
                }
                for name, values in self.values.items()
                if len(values) > 1 and name not in words
            },
            "relations": [relation.as_dict() for relation in self.relations],
            "independent": list(self.apart),
        } | ({"choices": choices} if choices else {})


def shared(
    names: Sequence[str],
    rows: Sequence[Column],
    targets: Sequence[Target],
    apart: Mapping[str, Sequence[int]] = MappingProxyType({}),
    *,
    proved: bool,
) -> Shared:
    """What rows of values have in common, and with `proved` what explains that they are all.

    Each of them goes with every choice of values for the names that are `apart`. Of all solutions
    that there are it is read off; else the exact totals alone say what relates the names.
    """
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    values = {name: tuple(sorted(set(column))) for name, column in columns.items()}
    facts = _common(columns, targets) if proved else _multiples(targets)
    every = {name: tuple(some) for name, some in apart.items()} if rows else {}
    of = len(rows) * prod(map(len, every.values()))
    return Shared(values | every, tuple(facts) if rows else (), of, proved, tuple(every))


def _multiples(targets: Iterable[Target]) -> Iterator[Relation]:
    """A name that a total holds as a mere multiple: `129·k = 603,907 − …`."""
    for target in targets:
        if target.low != target.high or not isinstance(target.expr, Expr):
            continue
        for coefficient, atoms in target.expr.terms:
            atom, power = atoms[0] if len(atoms) == 1 else (None, 0)
            if not isinstance(atom, Symbol) or power != 1:
                continue
            multiple = coefficient * symbol(atom.name)
            rest = target.expr - multiple
            if isinstance(multiple, Expr) and atom.name not in symbols(rest):
                yield Relation(multiple, target.low - rest)


def _common(columns: Mapping[str, Column], targets: Iterable[Target]) -> Iterator[Relation]:
    """What the columns of all solutions have in common.

    Names that have one value, that are equal, or that one equation binds; and parts of the
    targets (floors, maxima, minima) that are constant although what is in them is not:
    ⌊(h−2c+2)/p⌋ = 12.
    """
    loose: dict[str, Column] = {}
    first: dict[Column, str] = {}
    for name, column in columns.items():
        if len(set(column)) == 1:
            yield Relation(symbol(name), column[0])
        elif column in first:
            yield Relation(symbol(name), symbol(first[column]))
        else:
            first[column] = name
            loose[name] = column
    yield from _bound(loose)
    settled: set[Atom] = {Symbol(name) for name, c in columns.items() if len(set(c)) == 1}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for atom in _atoms(target.expr for target in targets):
        if isinstance(atom, Symbol):
            continue
        whole = Expr({((atom, 1),): 1})
        value = _constant(whole, rows)
        if value is not None:
            if not settled.issuperset(inner for part in _parts(atom) for inner in _outer(part)):
                yield Relation(whole, value)
            settled.add(atom)


FEWEST = 3
"""Two solutions always lie on a line: so many different ones make it a fact."""


def _bound(columns: Mapping[str, Column]) -> Iterator[Relation]:
    """Pairs of names that one equation binds: `b = 2·a + 1`, `a·b = 96`, at most one each."""
    done: set[str] = set()
    for (one, left), (other, right) in combinations(columns.items(), 2):
        if other in done or len({*zip(left, right, strict=True)}) < FEWEST:
            continue
        found = _line(other, right, one, left) or _line(one, left, other, right)
        if found is None and len({a * b for a, b in zip(left, right, strict=True)}) == 1:
            found = Relation(symbol(one) * symbol(other), left[0] * right[0])
        if found is not None:
            done.add(other)
            yield found


def _line(name: str, column: Column, of: str, given: Column) -> Relation | None:
    """`name = slope·of + rest` with whole numbers, where that holds throughout."""
    low, high = given.index(min(given)), given.index(max(given))
    slope, left = divmod(column[high] - column[low], given[high] - given[low])
    rest = column[low] - slope * given[low]
    if left or not slope or any(slope * b + rest != a for a, b in zip(column, given, strict=True)):
        return None
    return Relation(symbol(name), slope * symbol(of) + rest)


def _constant(whole: Dim, rows: Iterable[Mapping[str, int]]) -> Dim | None:
    """The value that an expression has in all rows."""
    value: Dim | None = None
    for row in rows:
        found = bind(whole, row)
        if value not in (None, found):
            return None
        value = found
    return value


def _atoms(dims: Iterable[Dim]) -> dict[Atom, None]:
    """All atoms in expressions, each once, after those inside it."""
    found: dict[Atom, None] = {}
    for dim in dims:
        for atom in _outer(dim):
            if atom not in found:
                found |= _atoms(_parts(atom))
                found[atom] = None
    return found


def _outer(dim: Dim) -> list[Atom]:
    return [] if isinstance(dim, int) else [atom for m in dim.polynomial for atom, _ in m]


def _parts(atom: Atom) -> tuple[Dim, ...]:
    """The dimensions that an atom is made of."""
    if isinstance(atom, Symbol):
        return ()
    return (atom.numerator, atom.denominator) if isinstance(atom, FloorDiv) else atom.args
