"""The best hyperparameters inside a budget, proved best by CP-SAT on the network's own expressions.

Every network of a source is a candidate: the outcomes of a condition, each under its condition. For
each the solver proves the largest value of the objective. The settings that have it, and the values
below, come from trying all settings where these are few (which must agree with the solver), else
from the solver, one by one. What is listed is really bound and counted.
"""

from __future__ import annotations

from sizeup.analyses.check import ELEMENT, allowed
from sizeup.analyses.conditions import conditions
from sizeup.analyses.count import count, plain
from sizeup.analyses.inverse import bounds_of, free_names
from sizeup.analyses.levels import Candidate, levels
from sizeup.analyses.measures import activations
from sizeup.analyses.plainness import cost, habits
from sizeup.analyses.relations import dim_of, outcome, relations
from sizeup.analyses.solve import EFFORT, QUICK, spans
from sizeup.analyses.versions import distinct, unvaried
from sizeup.dims import symbol, symbols
from sizeup.errors import UsageError
from sizeup.records import Record
from sizeup.rules.graphs import bind
from sizeup.shown import Shown
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from sizeup.analyses.count import Count
    from sizeup.analyses.levels import Level
    from sizeup.analyses.solve import Bounds
    from sizeup.analyses.versions import Version, Versions
    from sizeup.dims import Dim
    from sizeup.network import Network

MEASURES: Mapping[str, Callable[[Count], Dim | None]] = {
    "parameters": lambda found: found.parameters,
    "macs": lambda found: found.macs,
    "activations": activations,
    "bytes": lambda found: found.bytes,
}
"""What a budget may be of, for one sample; activations are elements of all outputs of layers."""
PARTS = (2, 4)
"""What else would be best within these parts of a budget."""


class Asked(Record):
    """What has to hold, and what is best.

    `budgets` map measures to the most that is allowed, as a person writes it; `where` are
    relations and `maximize` (`minimize`) is an expression, both over free names and measures.
    """

    budgets: Mapping[str, str]
    where: Sequence[str] = ()
    vary: Sequence[str] = ()
    maximize: str = "parameters"
    minimize: str | None = None

    @property
    def objective(self) -> str:
        """What is to be large, or small."""
        return self.maximize if self.minimize is None else self.minimize


class Setting(Record):
    """Values of the free names of a network, and what the network then is."""

    network: Network
    values: Mapping[str, Any]
    objective: int
    measures: Mapping[str, int | str | None]

    def as_dict(self) -> dict[str, Any]:
        """One entry of `settings` in the JSON of `fit`."""
        return {
            "network": self.network.name,
            "when": self.network.when,
            "values": dict(self.values),
            "objective": self.objective,
            **self.measures,
        }


class Part(Record):
    """The best within a part of a budget, the others as they are; None where nothing fits."""

    measure: str
    allowed: int
    best: Setting | None
    proved: bool


class Fit(Shown, Record):
    """The best settings within the budgets, best first, of equal ones the plainest first.

    `proved` says that nothing is better than the first (or that nothing fits), `count` how many
    settings are as good, a lower bound where not `counted`. `parts` are what would be best within
    less.
    """

    settings: tuple[Setting, ...]
    count: int
    proved: bool
    counted: bool
    bounds: Mapping[str, Bounds]
    budgets: Mapping[str, int]
    objective: str
    smallest: bool = False
    in_bytes: bool = False
    parts: tuple[Part, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the best value is proved, and how many settings have it."""
        return self.proved and self.counted

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `fit`."""
        return {
            "settings": [setting.as_dict() for setting in self.settings],
            "count": self.count,
            "proved": self.proved,
            "complete": self.complete,
            "objective": self.objective,
            "best": "smallest" if self.smallest else "largest",
            "budgets": {f"max_{name}": most for name, most in self.budgets.items()},
            "bounds": spans(self.bounds),
            "parts": [
                {
                    "limit": f"max_{part.measure}",
                    "allowed": part.allowed,
                    "best": part.best and part.best.as_dict(),
                    "proved": part.proved,
                }
                for part in self.parts
            ],
        }


def fit(
    networks: Sequence[Network],
    asked: Asked,
    *,
    limit: int = 5,
    effort: float = EFFORT,
    report: Callable[[str], None] = lambda _: None,
) -> Fit:
    """As `fit_versions`, of networks as they are."""
    return fit_versions(unvaried(networks), asked, limit=limit, effort=effort, report=report)


def fit_versions(
    versions: Versions,
    asked: Asked,
    *,
    limit: int = 5,
    effort: float = EFFORT,
    report: Callable[[str], None] = lambda _: None,
) -> Fit:
    """The best settings of any of the networks within the budgets, `limit` of them at most.

    `effort` is about the seconds that the proof for a network may take in all of its versions;
    `report` is told what is being done. Raises UsageError for names that do not exist, for budgets
    that are no numbers, and for networks whose counts are not known.
    """
    if not asked.budgets and not asked.where:
        raise UsageError(say("fit.no_budget"))
    budgets, in_bytes = {}, False
    for name, text in asked.budgets.items():
        most, scale = allowed(f"max_{name}", text)
        budgets[name], in_bytes = most // scale, in_bytes or scale == ELEMENT
    able = [(version, network) for version, network in distinct(versions) if network.error is None]
    if not able:
        raise UsageError(say("fit.no_network"))
    effort /= len(versions.each)
    bounds = bounds_of(*_frees([network for _, network in able]), asked.vary, versions.choices)
    candidates = _eligible([_candidate(*each, asked, bounds) for each in able])
    found = []
    for number, candidate in enumerate(candidates, 1):
        report(say("fit.trying", name=candidate.network.name, number=number, count=len(candidates)))
        found += [(candidate, each) for each in levels(candidate, budgets, limit, effort)]
    settings = _settings(found)[:limit]
    best = max((level.value for _, level in found if level.settings), default=None)
    ties = [level for _, level in found if level.settings and level.value == best]
    proved = all({id(each): level.proved for each, level in reversed(found)}.values())
    report(say("fit.parts"))
    whole = Part("", 0, settings[0], proved) if settings else None
    parts = _parts(candidates, budgets, whole, min(QUICK, effort)) if whole else ()
    return Fit(
        settings=settings,
        count=sum(level.count for level in ties),
        proved=proved,
        counted=all(level.counted for level in ties),
        bounds={
            name: span
            for name, span in {**versions.choices, **bounds}.items()
            if any(name in c.bounds or name in c.version.values for c in candidates)
        },
        budgets=budgets,
        objective=asked.objective,
        smallest=asked.minimize is not None,
        in_bytes=in_bytes,
        parts=tuple(part for part in parts if part.measure != asked.objective),
    )


def _frees(networks: Sequence[Network]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The free names with how the source writes them, and what may be written for each."""
    frees = free_names(networks, [conditions(network.graph) for network in networks])
    return frees, {text: name for name, said in frees.items() for text in (said, name)}


def _candidate(
    version: Version, network: Network, asked: Asked, bounds: Mapping[str, Bounds]
) -> Candidate:
    found, needs = count(network), conditions(network.graph)
    measures = {name: of(found) for name, of in MEASURES.items()}
    if measures["parameters"] is None:
        raise UsageError(version.under(say("solve.unknown", name=network.name)))
    frees, spelled = _frees([network])
    known = {name: dim for name, dim in measures.items() if dim is not None}
    names: dict[str, Dim] = {text: symbol(name) for text, name in spelled.items()}
    dims = {name: symbol(name) for name in bounds} | known | names | version.numbers
    objective = dim_of(asked.objective, dims)
    targets = (*relations(asked.where, dims), *outcome(network, dims))
    used = symbols(objective).union(*(symbols(t.expr) for t in targets), frees)
    return Candidate(
        network=network,
        needs=needs,
        targets=targets,
        objective=objective,
        direction=1 if asked.minimize is None else -1,
        bounds={name: span for name, span in bounds.items() if name in used},
        measures=measures,
        version=version,
    )


def _eligible(candidates: list[Candidate]) -> list[Candidate]:
    """Those that have what is to be best. Raises UsageError where none has, or nothing is free."""
    if not any(each.bounds or each.version.values for each in candidates):
        name = candidates[0].network.name
        raise UsageError(say("fit.nothing_free", name=name))
    wanted = [(each, symbols(each.objective) - _names(each.network)) for each in candidates]
    found = [each for each, missing in wanted if not missing]
    if not found:
        names = ", ".join(sorted(wanted[0][1]))
        raise UsageError(say("fit.no_objective", name=wanted[0][0].network.name, names=names))
    return found


def _names(network: Network) -> set[str]:
    return set(_frees([network])[0])


def _settings(found: Sequence[tuple[Candidate, Level]]) -> tuple[Setting, ...]:
    """The settings of all levels, best first, the plainest of equal ones first."""
    ranked = sorted(
        ((-level.value, candidate.version.cost + cost(habits(values), values), place, candidate,
          values)
         for place, (candidate, level) in enumerate(found) for values in level.settings),
        key=lambda row: row[:3],
    )  # fmt: skip
    return tuple(
        _setting(candidate, values, -negative * candidate.direction)
        for negative, _, _, candidate, values in ranked
    )


def _setting(candidate: Candidate, values: Mapping[str, int], value: int) -> Setting:
    """A setting with its measures, counted of the network that is really bound to it."""
    found = count(bind(candidate.network, values))
    measures = {name: plain(of(found)) for name, of in MEASURES.items()}
    return Setting(candidate.network, {**candidate.version.values, **values}, value, measures)


def _parts(
    candidates: Sequence[Candidate], budgets: Mapping[str, int], whole: Part, effort: float
) -> Iterator[Part]:
    """What would be best within parts of each budget, the others as they are."""
    for measure, most in budgets.items():
        part = whole.changed(measure=measure)
        for share in PARTS:
            part = _part(candidates, budgets, part, most // share, effort)
            yield part


def _part(
    candidates: Sequence[Candidate],
    budgets: Mapping[str, int],
    before: Part,
    most: int,
    effort: float,
) -> Part:
    """The best within less of one budget; that within more of it, where it is small enough."""
    used = before.best and before.best.measures[before.measure]
    if before.best is None or (isinstance(used, int) and used <= most):
        return before.changed(allowed=most)
    less = {**budgets, before.measure: most}
    found = [(c, level) for c in candidates for level in levels(c, less, 1, effort, confirm=False)]
    best = next(iter(_settings(found)), None)
    return Part(before.measure, most, best, all(level.proved for _, level in found))
