"""The largest values of an expression of a network within budgets, and the settings that have each."""

from __future__ import annotations

from sizeup.analyses.conditions import valid
from sizeup.analyses.constraints import EmptyError
from sizeup.analyses.cpsat import System
from sizeup.analyses.joined import MOST_TRIED
from sizeup.analyses.plainness import cost, habits
from sizeup.analyses.solve import QUICK, Check, demands_of, solve
from sizeup.analyses.targets import FAR, Target
from sizeup.errors import UsageError
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sizeup.analyses.conditions import Conditions
    from sizeup.analyses.grid import Demand
    from sizeup.analyses.solve import Bounds, Solutions
    from sizeup.analyses.versions import Version
    from sizeup.dims import Dim
    from sizeup.network import Network

REFUSED = 100
"""So many values of the objective are given up because no network exists under them."""


class Candidate(Record):
    """A network as a system: what has to hold, and what is to be large, small if `direction` is -1."""

    network: Network
    needs: Conditions
    targets: tuple[Target, ...]
    objective: Dim
    bounds: Mapping[str, Bounds]
    measures: Mapping[str, Dim | None]
    version: Version
    direction: int = 1

    @property
    def height(self) -> Dim:
        """What is to be large: the objective, or its negative."""
        return self.direction * self.objective

    def within(self, low: int, high: int, most: Mapping[str, int]) -> tuple[Target, ...]:
        """All targets, with an objective from low to high, and within other budgets."""
        budgets = (Target(_known(self, name), 0, size) for name, size in most.items())
        return (*self.targets, *budgets, Target(self.height, low, high))


class Level(Record):
    """A value of the objective: the plainest settings that have it, and how many do.

    `counted` says that it is no lower bound, `proved` that no value above is left out.
    """

    value: int
    settings: tuple[Mapping[str, int], ...]
    count: int
    counted: bool
    proved: bool


def levels(
    candidate: Candidate,
    budgets: Mapping[str, int],
    limit: int,
    effort: float,
    *,
    confirm: bool = True,
) -> Iterator[Level]:
    """The largest values of the objective, largest first; one without settings if none is known.

    Nothing where nothing fits and that is proved. Where all settings can be tried, the solver has to
    `confirm` what that finds, as far as it comes soon.
    """
    tried = _tried(candidate, budgets, limit)
    first: tuple[int | None, bool] = (None, False)
    if confirm or tried is None:
        first = _largest(candidate, budgets, FAR, min(QUICK, effort))
    if tried is not None:
        value = tried[0].value if tried else None
        assert not first[1] or first[0] == value, "the solver and trying all agree"
        yield from tried
        return
    if not first[1]:
        first = _largest(candidate, budgets, FAR, effort)
    yield from _searched(candidate, budgets, limit, effort, first)


NOTHING = (None, True)
"""It is proved that nothing fits."""


def _searched(
    candidate: Candidate,
    budgets: Mapping[str, int],
    limit: int,
    effort: float,
    largest: tuple[int | None, bool],
) -> Iterator[Level]:
    """The levels, found one by one by the solver; `largest` is what it says of the first."""
    listed, quick = 0, min(QUICK, effort)
    for _ in range(limit + REFUSED):
        value, proved = largest
        if value is None:
            if not proved and not listed:
                yield Level(0, (), 0, counted=False, proved=False)
            return
        level = _having(candidate, budgets, value, limit - listed, effort if not listed else quick)
        if level.listed:
            settings = tuple(each.values for each in level.listed)
            yield Level(value, settings, level.count, level.proved, proved)
            listed += len(settings)
        elif not level.proved:
            break
        if listed >= limit or not proved:
            return
        largest = _largest(candidate, budgets, value - 1, effort)
    if not listed:
        yield Level(0, (), 0, counted=False, proved=False)


def _tried(candidate: Candidate, budgets: Mapping[str, int], limit: int) -> list[Level] | None:
    """The levels by trying all settings; None if these are too many, or a rule may refuse some."""
    if not candidate.needs.sure:
        return None
    from sizeup.analyses.exhaustive import ranked

    try:
        demands, system = _system(candidate, budgets, FAR)
        levels = ranked(demands, system.inside(), candidate.height, limit)
    except EmptyError:
        return []
    if levels is None:
        return None
    customs = habits(candidate.bounds)
    found = []
    for level in levels:
        rows = [dict(zip(candidate.bounds, row, strict=True)) for row in level.rows]
        rows.sort(key=lambda row: (cost(customs, row), tuple(row.values())))
        found.append(
            Level(level.value, tuple(rows[:limit]), level.count, counted=True, proved=True)
        )
    return found


def _system(
    candidate: Candidate, budgets: Mapping[str, int], ceiling: int
) -> tuple[list[Demand], System]:
    """All that has to hold, up to a value of the objective; raises EmptyError where nothing can."""
    targets = candidate.within(-FAR, ceiling, budgets)
    demands = demands_of(targets, candidate.needs.positive, candidate.needs.zero)
    system = System(candidate.bounds)
    for demand in demands:
        system.require(*demand)
    system.narrow()
    return demands, system


def _largest(
    candidate: Candidate, budgets: Mapping[str, int], ceiling: int, effort: float
) -> tuple[int | None, bool]:
    """The largest value of the objective up to a ceiling, and whether that is proved."""
    try:
        _, system = _system(candidate, budgets, ceiling)
    except EmptyError:
        return NOTHING
    return system.largest(candidate.height, effort)


def _having(
    candidate: Candidate, budgets: Mapping[str, int], value: int, limit: int, effort: float
) -> Solutions:
    """The settings that have a value of the objective, plainest first."""
    network, needs = candidate.network, candidate.needs
    layers = max(1, len(network.graph.layers))
    most = limit if needs.sure else max(limit, MOST_TRIED // layers)
    return solve(
        candidate.within(value, value, budgets),
        candidate.bounds,
        positive=needs.positive,
        zero=needs.zero,
        check=Check(lambda values: valid(network, values), most, needs.sure),
        limit=limit,
        effort=effort,
    )


def _known(candidate: Candidate, measure: str) -> Dim:
    dim = candidate.measures[measure]
    if dim is None:
        name = candidate.network.name
        raise UsageError(say("fit.unknown", measure=say(f"fit.{measure}"), name=name))
    return dim
