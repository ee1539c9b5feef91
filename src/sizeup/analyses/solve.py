"""The inverse: which hyperparameters give known totals, and is there any other choice.

Several searches share the work. CP-SAT enumerates every solution and proves that there is no
other. Where it finds no end soon, all choices are tried if they are few enough; else those of
plain values in the order of their cost, so that what people would have chosen comes first. Where
that leaves the list short, so that it may still be complete, CP-SAT is given more time. All of it
is deterministic: efforts are counted, never clocked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sizeup.analyses.constraints import EmptyError
from sizeup.analyses.cpsat import System
from sizeup.analyses.loose import completed, loose
from sizeup.analyses.plainness import cost, habits
from sizeup.analyses.shared import Shared, shared
from sizeup.analyses.targets import FAR, Target
from sizeup.dims import Dim, DimError, bind, symbols
from sizeup.errors import UsageError
from sizeup.numbers import parse_count
from sizeup.shown import Shown
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from sizeup.analyses.grid import Demand, Values

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
class Solution:
    """Values of the hyperparameters that meet every target.

    `same_count` lists, for a name that has a choice, all the values that it may take while the
    others stay.
    """

    values: Mapping[str, Any]
    same_count: Mapping[str, tuple[Any, ...]]

    def as_dict(self) -> dict[str, Any]:
        """The solution as in the JSON of `solve`."""
        return {**self.values, "same_count": {n: list(v) for n, v in self.same_count.items()}}


@dataclass(frozen=True, slots=True)
class Check:
    """A last look at solutions, at the `most` plainest of them.

    Where `sure` it confirms what the search knows already, and those beyond count all the same.
    """

    accepts: Callable[[Mapping[str, int]], bool]
    most: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Solutions(Shown):
    """The plainest solutions within the bounds, plainest first.

    `proved` says that there are `count` solutions and no more, else `count` is a lower bound;
    `complete` that they are all listed, too. `shared` is what those that were found have in
    common, listed or not. `apart` are the plainest ones without the names that nothing known
    depends on. `assumed` is what was taken of the networks that their sources do not say.
    """

    listed: tuple[Solution, ...]
    count: int
    proved: bool
    bounds: Mapping[str, Sequence[Any]]
    shared: Shared
    apart: tuple[Solution, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether it is proved that every solution within the bounds is listed."""
        return self.proved and self.count == len(self.listed)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `solve`."""
        return {
            "solutions": [solution.as_dict() for solution in self.listed],
            "count": self.count,
            "complete": self.complete,
            "proved": self.proved,
            "bounds": spans(self.bounds),
            "summary": self.shared.as_dict(),
            "assumed": list(self.assumed),
        }


def spans(bounds: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Bounds as JSON has them: [lowest, highest] of a range, or all choices."""
    return {
        name: [values[0], values[-1]] if isinstance(values, range) else list(values)
        for name, values in bounds.items()
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
    check: Check | None = None,
    limit: int = 100,
    effort: float = EFFORT,
    report: Callable[[str], None] = lambda _: None,
) -> Solutions:
    """Find the values of all names that meet the targets, plainest first.

    `bounds` says what each name may be, 1 to 1,024 for those that it leaves out. Only solutions
    count in which every dimension in `positive` is at least 1, every one in `zero` is 0, nothing
    is divided by zero, and which pass the `check`. `effort` limits the search for a proof, in
    CP-SAT's deterministic seconds, which take about as long as real ones; `report` is told what
    is being done. Raises UsageError for a limit below 1, for bounds that hold nothing or too
    much, and where OR-Tools is not installed.
    """
    if limit < 1:
        raise UsageError(say("solve.limit", limit=limit))
    demands = demands_of(targets, positive, zero)
    names = _names(dim for dim, _, _ in demands)
    order = [name for name in bounds if name in names] + sorted(names - bounds.keys())
    values = {name: _tidy(name, bounds.get(name, DEFAULT)) for name in order}
    apart: Values = {}
    try:
        if check is None or check.sure:
            apart = loose(demands, _names(t.expr for t in targets), values)
        core = {name: some for name, some in values.items() if name not in apart}
        demands = [each for each in demands if not apart or symbols(each[0]).isdisjoint(apart)]
        system = System(core)
        for demand in demands:
            system.require(*demand)
        system.narrow()
        inside = system.inside()
    except EmptyError:
        return Solutions((), 0, True, values, shared((), (), targets, proved=True))
    choices, proved = _search(system, demands, inside, limit, effort, report)
    customs = habits(core)
    found = [dict(zip(core, choice, strict=True)) for choice in sorted(choices)]
    found.sort(key=lambda solution: cost(customs, solution))
    if check is not None:
        tried, beyond = found[: check.most], found[check.most :]
        any_of = {name: some[0] for name, some in apart.items()}
        found = [solution for solution in tried if check.accepts({**any_of, **solution})]
        if check.sure and len(found) == len(tried):
            found += beyond
        else:
            proved = proved and not beyond
    rows = [tuple(solution.values()) for solution in found]
    plain = [Solution(each, _same_count(demands, inside, each, check)) for each in found[:limit]]
    if not proved:
        rows = sorted({*rows, *_variants(plain)})
    common = shared(tuple(core), rows, targets, apart, proved=proved)
    listed = plain
    if apart:
        same = {name: tuple(some) for name, some in apart.items() if len(some) > 1}
        listed = [
            Solution(each, _same_count(demands, inside, {n: each[n] for n in core}, check) | same)
            for each in completed(found, apart, values, limit)
        ]
    assert all(holds(demands, solution.values) for solution in listed)
    return Solutions(tuple(listed), common.of, proved, values, common, tuple(plain))


def _search(
    system: System,
    demands: Sequence[Demand],
    inside: Values,
    limit: int,
    effort: float,
    report: Callable[[str], None],
) -> tuple[Collection[tuple[int, ...]], bool]:
    """Choices that meet all demands, as values in the order of the names; whether they are all."""
    report(say("solve.try_all"))
    choices, proved = system.search(min(QUICK, effort), MOST)
    if proved:
        return choices, True
    every = _every(demands, inside)
    if every is not None:
        return every, True
    report(say("solve.try_plain", count=len(choices)))
    found = {*choices, *_plain(demands, inside, limit)}
    if len(found) < limit:
        report(say("solve.try_longer", count=len(found), seconds=round(effort)))
        more, proved = system.search(effort, MOST)
        found |= {*more}
    return found, proved


def _names(dims: Iterable[Dim]) -> frozenset[str]:
    return frozenset().union(*map(symbols, dims))


def demands_of(
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


def _every(demands: Sequence[Demand], values: Values) -> list[tuple[int, ...]] | None:
    from sizeup.analyses.exhaustive import exhaustive

    found = exhaustive(demands, values, MOST)
    if found is None:
        return None
    return [c for c in found if holds(demands, dict(zip(values, c, strict=True)))]


def _plain(demands: Sequence[Demand], values: Values, limit: int) -> list[tuple[int, ...]]:
    from sizeup.analyses.grid import plainest

    try:
        found = plainest(demands, values, limit)
    except OverflowError:  # a total of more than 64 bits is CP-SAT's alone
        return []
    return [c for c in found if holds(demands, dict(zip(values, c, strict=True)))]


def _same_count(
    demands: Sequence[Demand], values: Values, solution: Mapping[str, int], check: Check | None
) -> dict[str, tuple[int, ...]]:
    """For each name that has a choice, what it may be while the others stay."""
    from sizeup.analyses.grid import alternatives

    same = {}
    for name in values:
        found = alternatives(demands, values, solution, name)
        if len(found) > 1:
            found = [value for value in found if holds(demands, {**solution, name: value})]
        if len(found) > 1 and check is not None and not check.sure:
            found = [value for value in found if check.accepts({**solution, name: value})]
        if len(found) > 1:
            same[name] = tuple(found)
    return same


def _variants(listed: Iterable[Solution]) -> Iterator[tuple[int, ...]]:
    """Every solution in which one name takes another of its values."""
    for solution in listed:
        for name, values in solution.same_count.items():
            for value in values:
                yield tuple({**solution.values, name: value}.values())


def holds(demands: Iterable[Demand], solution: Mapping[str, int]) -> bool:
    """Whether all demands are met, in exact integers."""
    try:
        values = [(bind(dim, solution), low, high) for dim, low, high in demands]
    except DimError:
        return False
    return all(isinstance(value, int) and low <= value <= high for value, low, high in values)
