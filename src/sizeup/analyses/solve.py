"""The inverse: which hyperparameters give known totals, and is there any other choice.

Three searches share the work. CP-SAT enumerates every solution and proves that there is no
other. Where it finds no end, choices of plain values are tried in the order of their cost, so
that what people would have chosen comes first. Where both leave the list short, so that it may
still be complete, CP-SAT is given more time. All of it is deterministic: efforts are counted,
never clocked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sizeup.analyses.cpsat import FAR, EmptyError, System
from sizeup.analyses.plainness import cost, habits
from sizeup.dims import Dim, DimError, Expr, FloorDiv, Symbol, as_python, bind, symbol, symbols
from sizeup.errors import UsageError
from sizeup.numbers import parse_count
from sizeup.shown import Shown
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from sizeup.analyses.grid import Demand, Values
    from sizeup.dims import Atom

    Bounds: TypeAlias = Sequence[int]
    """The integers that a hyperparameter may be: a range, or a tuple of choices."""

DEFAULT = range(1, 1025)
"""What a hyperparameter may be unless the person says otherwise."""
MOST_VALUES = 1_000_000
"""The longest range of one hyperparameter that is searched."""
EFFORT = 10.0
"""CP-SAT's deterministic seconds for a proof, which take about as long as real ones."""
QUICK = 1.0
"""CP-SAT's deterministic seconds before plain choices are tried."""
MOST = 20_000
"""How many solutions are enumerated at most."""


@dataclass(frozen=True, slots=True)
class Target:
    """An expression, a network's total for example, and what it is known to be.

    `low` and `high` are both included; they differ where the known number is a rounded one.
    """

    expr: Dim
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Solution:
    """Values of the hyperparameters that meet every target.

    `same_count` lists, for a name that has a choice, all the values that it may take while the
    others stay.
    """

    values: Mapping[str, int]
    same_count: Mapping[str, tuple[int, ...]]

    def as_dict(self) -> dict[str, Any]:
        """The solution as in the JSON of `solve`."""
        return {**self.values, "same_count": {n: list(v) for n, v in self.same_count.items()}}


@dataclass(frozen=True, slots=True)
class Relation:
    """What holds in every solution listed: `left` equals `right`."""

    left: Dim
    right: Dim

    def as_dict(self) -> dict[str, Any]:
        """Both sides in the grammar of `formula`."""
        return {"left": as_python(self.left), "right": as_python(self.right)}


@dataclass(frozen=True, slots=True)
class Solutions(Shown):
    """The plainest solutions within the bounds, plainest first.

    `proved` says that there are `count` solutions and no more, else `count` is a lower bound;
    `complete` that they are all listed, too. `relations` hold in every solution.
    """

    listed: tuple[Solution, ...]
    count: int
    proved: bool
    bounds: Mapping[str, Bounds]
    relations: tuple[Relation, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether it is proved that every solution within the bounds is listed."""
        return self.proved and self.count == len(self.listed)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `solve`; bounds are [lowest, highest] of a range, or all choices."""
        return {
            "solutions": [solution.as_dict() for solution in self.listed],
            "count": self.count,
            "complete": self.complete,
            "bounds": {
                name: [values[0], values[-1]] if isinstance(values, range) else list(values)
                for name, values in self.bounds.items()
            },
        }


def parse_bounds(text: str) -> Bounds:
    """What `--vary` gives a name: `8..512` as a range, `1,3,5,7` as choices.

    Raises UsageError where it is neither.

    >>> parse_bounds("8..512"), parse_bounds("7,1,3")
    (range(8, 513), (1, 3, 7))
    """
    first, dots, last = text.partition("..")
    if not dots:
        return tuple(sorted({_integer(choice, text) for choice in text.split(",")}))
    low, high = _integer(first, text), _integer(last, text)
    return _tidy(text, range(low, high + 1))


def _integer(number: str, text: str) -> int:
    """An exact integer; a leading zero betrays `1,024`, which is not two choices."""
    try:
        found = parse_count(number)
    except UsageError:
        found = None
    if found is None or found.low < found.high or re.match(r"\s*0\d", number):
        raise UsageError(say("solve.bounds", text=repr(text)))
    return found.stated


def solve(
    targets: Sequence[Target],
    bounds: Mapping[str, Bounds],
    *,
    positive: Iterable[Dim] = (),
    zero: Iterable[Dim] = (),
    limit: int = 100,
    effort: float = EFFORT,
    report: Callable[[str], None] = lambda _: None,
) -> Solutions:
    """Find the values of all names that meet the targets, plainest first.

    `bounds` says what each name may be, 1 to 1,024 for those that it leaves out. Only solutions
    count in which every dimension in `positive` is at least 1, every one in `zero` is 0, and nothing
    is divided by zero. `effort` limits the search for a proof, in CP-SAT's deterministic
    seconds, which take about as long as real ones; `report` is told what is being done. Raises
    UsageError for a limit below 1, for
    bounds that hold nothing or too much, and where OR-Tools is not installed.
    """
    if limit < 1:
        raise UsageError(say("solve.limit", limit=limit))
    demands = _demands(targets, positive, zero)
    names = frozenset().union(*(symbols(dim) for dim, _, _ in demands))
    order = [name for name in bounds if name in names] + sorted(names - bounds.keys())
    values = {name: _tidy(name, bounds.get(name, DEFAULT)) for name in order}
    system = System(values)
    try:
        for demand in demands:
            system.require(*demand)
        system.narrow()
        inside = system.inside()
    except EmptyError:
        return Solutions((), 0, True, values)
    report(say("solve.try_all"))
    choices, proved = system.search(QUICK, MOST)
    if not proved:
        report(say("solve.try_plain", count=len(choices)))
        plain = _plain(demands, inside, limit)
        choices = list({*choices, *plain})
        if len(choices) < limit:
            report(say("solve.try_longer", count=len(choices), seconds=round(effort)))
            more, proved = system.search(effort, MOST)
            choices = list({*choices, *more})
    customs = habits(values)
    found = [dict(zip(values, choice, strict=True)) for choice in sorted(choices)]
    found.sort(key=lambda solution: cost(customs, solution))
    listed = tuple(
        Solution(solution, _same_count(demands, inside, solution)) for solution in found[:limit]
    )
    assert all(_holds(demands, solution.values) for solution in listed)
    count = len(choices if proved else {*choices, *_variants(listed)})
    return Solutions(listed, count, proved, values)


def _demands(
    targets: Iterable[Target], positive: Iterable[Dim], zero: Iterable[Dim]
) -> list[Demand]:
    """All that must hold, as expressions with their least and largest value; positive ones first.

    The search is quicker where it knows sides to be positive before it meets their products.
    """
    known = [(dim, 0, 0) for dim in zero] + [(t.expr, t.low, t.high) for t in targets]
    return [(dim, 1, FAR) for dim in dict.fromkeys(positive)] + known


def _tidy(name: str, values: Bounds) -> Bounds:
    """Values in rising order, a range where they are one."""
    if not 0 < len(values) <= MOST_VALUES:
        raise UsageError(say("solve.values", name=name, most=f"{MOST_VALUES:,}"))
    if isinstance(values, range) and values.step == 1:
        return values
    return tuple(sorted(set(values)))


def _plain(demands: Sequence[Demand], values: Values, limit: int) -> list[tuple[int, ...]]:
    from sizeup.analyses.grid import plainest

    try:
        found = plainest(demands, values, limit)
    except OverflowError:  # a total of more than 64 bits is CP-SAT's alone
        return []
    return [c for c in found if _holds(demands, dict(zip(values, c, strict=True)))]


def _same_count(
    demands: Sequence[Demand], values: Values, solution: Mapping[str, int]
) -> dict[str, tuple[int, ...]]:
    """For each name that has a choice, what it may be while the others stay."""
    from sizeup.analyses.grid import alternatives

    same = {}
    for name in values:
        found = alternatives(demands, values, solution, name)
        if len(found) > 1:
            found = [value for value in found if _holds(demands, {**solution, name: value})]
        if len(found) > 1:
            same[name] = tuple(found)
    return same


def _variants(listed: Iterable[Solution]) -> Iterator[tuple[int, ...]]:
    """Every solution in which one name takes another of its values."""
    for solution in listed:
        for name, values in solution.same_count.items():
            for value in values:
                yield tuple({**solution.values, name: value}.values())


def _holds(demands: Iterable[Demand], solution: Mapping[str, int]) -> bool:
    """Whether all demands are met, in exact integers."""
    try:
        values = [(bind(dim, solution), low, high) for dim, low, high in demands]
    except DimError:
        return False
    return all(isinstance(value, int) and low <= value <= high for value, low, high in values)


def relations(found: Solutions, targets: Sequence[Target]) -> tuple[Relation, ...]:
    """What holds in every solution and explains it.

    Of a complete list it is read off; else the exact totals alone say it.
    """
    return _common(found, targets) if found.complete else tuple(_multiples(targets))


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


def _common(found: Solutions, targets: Iterable[Target]) -> tuple[Relation, ...]:
    """What the solutions of a complete list have in common.

    A name that has one value, names that are always equal, and parts of the targets (floors,
    maxima, minima) that are constant although what is in them is not: ⌊(h−2c+2)/p⌋ = 12.
    """
    solutions = [solution.values for solution in found.listed]
    if not solutions:
        return ()
    columns = {name: tuple(s[name] for s in solutions) for name in solutions[0]}
    facts: list[Relation] = []
    first: dict[tuple[int, ...], str] = {}
    for name, column in columns.items():
        if len(set(column)) == 1:
            facts.append(Relation(symbol(name), column[0]))
        elif column in first:
            facts.append(Relation(symbol(name), symbol(first[column])))
        else:
            first[column] = name
    settled: set[Atom] = {Symbol(name) for name, c in columns.items() if len(set(c)) == 1}
    for atom in _atoms(target.expr for target in targets):
        if isinstance(atom, Symbol):
            continue
        whole = Expr({((atom, 1),): 1})
        values = {bind(whole, solution) for solution in solutions}
        if len(values) == 1:
            if not settled.issuperset(inner for part in _parts(atom) for inner in _outer(part)):
                facts.append(Relation(whole, values.pop()))
            settled.add(atom)
    return tuple(facts)


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
