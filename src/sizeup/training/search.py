"""Candidates within a budget, trained to a front of accuracy against parameters.

What a budget leaves out is left out by the formula of the network, before anything is built.
Bad candidates end early by successive halving (Jamieson and Talwalkar, arXiv 1502.07943): after
1, 3, 9, … epochs the best third goes on, and at least all that no other one beats in both accuracy
and parameters. Which are best is told by such fronts, one behind the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from math import ceil

from sizeup.analyses.count import count
from sizeup.analyses.measures import activations
from sizeup.dims import bind as bind_dim
from sizeup.errors import SizeupError, UsageError
from sizeup.records import Record
from sizeup.rules.graphs import bind
from sizeup.shown import Shown
from sizeup.training.backend import choose_backend
from sizeup.training.comparing import Comparison, Trained, read_comparison
from sizeup.training.data import load
from sizeup.training.engine import train
from sizeup.training.suiting import nameless, suit
from sizeup.training.together import begun
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Network
    from sizeup.training.data import Data
    from sizeup.training.engine import Job, Tell
    from sizeup.training.suiting import NameOf, Suited
    from sizeup.training.together import Plan

    Runner = Callable[[Sequence[Job], int], None]
    """Trains all of these runs, for at most so many epochs."""

KEPT = 3
"""One in so many goes on."""
MOST = 1_000_000
"""Settings that are enumerated."""


class Limits(Record):
    """The budget: the most parameters, MACs, and elements of outputs for one sample."""

    parameters: int | None = None
    macs: int | None = None
    activations: int | None = None

    def admit(self, sizes: Sequence[Dim | None]) -> bool:
        """Whether sizes in this order keep the budget."""
        limits = (self.parameters, self.macs, self.activations)
        return all(
            limit is None or (isinstance(size, int) and size <= limit)
            for limit, size in zip(limits, sizes, strict=True)
        )


class Candidate(Record):
    """A setting of the hyperparameters, and the network that it gives on the data."""

    name: str
    values: Mapping[str, int]
    suited: Suited
    parameters: int


class Found(Shown, Record):
    """What a search came to.

    `settings` is how many there were, `within` how many of these keep the budget and are valid
    networks; of them those in `comparison` were trained, and `front` names the ones that no other
    one beats in both accuracy and parameters, the smallest first.
    """

    settings: int
    within: int
    comparison: Comparison
    front: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether there is a front."""
        return bool(self.front)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `search`."""
        return {
            "settings": self.settings,
            "within": self.within,
            "front": list(self.front),
            **self.comparison.as_dict(),
        }


def search(
    network: Network,
    vary: Mapping[str, Sequence[int]],
    limits: Limits,
    plan: Plan,
    tell: Tell,
    *,
    trials: int,
    say_first: Callable[[Sequence[str]], None] = lambda _: None,
    name_of: NameOf = nameless,
    runner: Runner | None = None,
) -> Found:
    """Train candidates and say which are worth it; goes on where an earlier search stands.

    `network` has the names of `vary` open. Of more candidates than `trials` those are taken whose
    parameters are spread most evenly. `runner` trains them all where it is given; else they are
    trained here, one after the other, in rounds. Raises UsageError where nothing keeps the budget.
    """
    backend = choose_backend()
    data = load(plan.data, plan.samples, resize=plan.resize)
    settings, within = _within(network, vary, limits, data, plan, name_of)
    chosen = _spread(within, trials)
    names = [each.name for each in chosen]
    suited = [each.suited for each in chosen]
    runs = begun(names, suited, plan, data, backend)
    say_first([
        say("train.with", backend=backend),
        say("search.candidates", settings=settings, within=len(within), trained=len(chosen)),
    ])  # fmt: skip
    jobs = {name: first for name, (first, *_) in zip(names, runs, strict=True)}
    if runner is not None:
        runner(list(jobs.values()), plan.recipe.epochs)
    else:
        _rounds(jobs, {c.name: c.parameters for c in chosen}, plan, tell)
    found = read_comparison(plan.folder)
    return Found(settings, len(within), found, front_of(found))


def _within(
    network: Network,
    vary: Mapping[str, Sequence[int]],
    limits: Limits,
    data: Data,
    plan: Plan,
    name_of: NameOf,
) -> tuple[int, list[Candidate]]:
    """How many settings there are, and the candidates among them, the smallest first."""
    settings = 1
    for choices in vary.values():
        settings *= len(choices)
    if settings > MOST:
        raise UsageError(say("search.many", settings=settings, most=MOST))
    found: list[Candidate] = []
    refused: SizeupError | None = None
    formulas: Sequence[Dim | None] | None = None
    for chosen in product(*vary.values()):
        values = dict(zip(vary, chosen, strict=True))
        if formulas is not None and not limits.admit([_bound(f, values) for f in formulas]):
            continue
        try:
            suited = suit(bind(network, values), data, resize=plan.resize, name_of=name_of)
        except SizeupError as error:
            refused = refused or error
            continue
        if formulas is None:  # all of them take images of one size
            network = bind(network, suited.values)
            formulas = _sizes(network)
        sizes = _sizes(suited.network)
        if isinstance(sizes[0], int) and limits.admit(sizes):
            name = ", ".join(f"{key}={value}" for key, value in values.items())
            found.append(Candidate(name, values, suited, sizes[0]))
    if not found:
        nothing = UsageError(say("search.none", settings=settings))
        raise nothing if formulas is not None or refused is None else refused
    return settings, sorted(found, key=lambda each: each.parameters)


def _bound(formula: Dim | None, values: Mapping[str, int]) -> Dim | None:
    return None if formula is None else bind_dim(formula, values)


def _sizes(network: Network) -> tuple[Dim | None, Dim | None, Dim | None]:
    """Parameters, MACs and activations of one sample, as far as they are known."""
    found = count(network)
    return found.parameters, found.macs, activations(found)


def _spread(candidates: list[Candidate], trials: int) -> list[Candidate]:
    """So many of them, evenly from the smallest to the largest."""
    last = len(candidates) - 1
    if last < trials:
        return candidates
    if trials == 1:
        return candidates[-1:]
    places = sorted({round(n * last / (trials - 1)) for n in range(trials)})
    return [candidates[place] for place in places]


def _rounds(jobs: Mapping[str, Job], parameters: Mapping[str, int], plan: Plan, tell: Tell) -> None:
    """Train all for one epoch, the best third for three, and so on, the last ones to the end."""
    going, until = list(jobs), 1
    while True:
        until = min(until, plan.recipe.epochs)
        for name in going:
            train(jobs[name], tell, until)
        if until == plan.recipe.epochs:
            return
        scored = [(name, parameters[name], _accuracy(jobs[name])) for name in going]
        fronts = _fronts(scored)
        ranked = [name for front in fronts for name in front]
        going = ranked[: max(len(fronts[0]), ceil(len(going) / KEPT))]
        until *= KEPT


def _accuracy(job: Job) -> float:
    """The best validation accuracy so far; below all where there is none."""
    return max((epoch["val_accuracy"] for epoch in job.folder.state().epochs), default=-1.0)


def _fronts(scored: Iterable[tuple[str, int, float]]) -> list[list[str]]:
    """Names by fronts, in each of them the most accurate first."""
    left, fronts = list(scored), []
    while left:
        front = [one for one in left if not any(_beats(other, one) for other in left)]
        fronts.append([name for name, _, _ in sorted(front, key=lambda each: -each[2])])
        left = [one for one in left if one not in front]
    return fronts


def _beats(one: tuple[str, int, float], other: tuple[str, int, float]) -> bool:
    """Whether one is no worse in both, and better in something."""
    no_worse = one[1] <= other[1] and one[2] >= other[2]
    return no_worse and one[1:] != other[1:]


def front_of(found: Comparison) -> tuple[str, ...]:
    """The networks that were trained to the end and that no other one beats."""
    ended: list[Trained] = [each for each in found.networks if each.validation and each.accuracy]
    scored = [(each.name, each.parameters, each.validation or 0.0) for each in ended]
    sizes = {each.name: each.parameters for each in ended}
    fronts = _fronts(scored)
    return tuple(sorted(fronts[0], key=lambda name: sizes[name])) if fronts else ()
