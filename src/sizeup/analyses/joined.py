"""The solutions of a source's versions as one answer, with the values that tell these apart."""

from __future__ import annotations

from dataclasses import replace

from sizeup.analyses.conditions import valid
from sizeup.analyses.plainness import cost, habits
from sizeup.analyses.presumed import presumptions
from sizeup.analyses.shared import Shared
from sizeup.analyses.solve import Check, Solution, Solutions, demands_of, holds, solve
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from sizeup.analyses.conditions import Conditions
    from sizeup.analyses.solve import Bounds
    from sizeup.analyses.targets import Target
    from sizeup.analyses.versions import Choices, Version
    from sizeup.dims import Dim
    from sizeup.network import Network

MOST_TRIED = 20_000
"""Layers that are sized, over all solutions, to see whether their networks exist."""


class Question(Record):
    """All that has to hold of a version's networks, and what each of them needs to exist."""

    version: Version
    networks: tuple[Network, ...]
    targets: tuple[Target, ...]
    needs: tuple[Conditions, ...]

    @property
    def positive(self) -> list[Dim]:
        """What is at least 1."""
        return [dim for each in self.needs for dim in each.positive]

    @property
    def zero(self) -> list[Dim]:
        """What is 0."""
        return [dim for each in self.needs for dim in each.zero]

    @property
    def sure(self) -> bool:
        """Whether the networks need nothing else."""
        return all(each.sure for each in self.needs)

    def solve(
        self,
        bounds: Mapping[str, Bounds],
        limit: int,
        effort: float,
        report: Callable[[str], None],
    ) -> Solutions:
        """The solutions in what this version leaves open."""
        layers = sum(len(network.graph.layers) for network in self.networks)
        most = limit if self.sure else max(limit, MOST_TRIED // max(1, layers))
        found = solve(
            self.targets,
            bounds,
            positive=self.positive,
            zero=self.zero,
            check=Check(self._exist, most, self.sure),
            limit=limit,
            effort=effort,
            report=report,
        )
        said = tuple(text for network in self.networks for text in presumptions(network))
        return replace(found, assumed=said)

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether values of what is open are a solution in this version."""
        demands = demands_of(self.targets, self.positive, self.zero)
        return holds(demands, values) and (self.sure or self._exist(values))

    def _exist(self, values: Mapping[str, int]) -> bool:
        return all(valid(network, values) for network in self.networks)


def joined(
    answers: Sequence[tuple[Question, Solutions]], choices: Choices, limit: int
) -> Solutions:
    """The solutions of all versions, plainest first, each with the values of its version."""
    if not choices:
        return answers[0][1]
    having = [(question, found) for question, found in answers if found.count]
    loose = [{n: found.shared.values[n] for n in found.shared.apart} for _, found in having]
    alike = loose[:1] * len(loose) == loose
    parts = [(q, found.listed, found.apart if alike else found.listed) for q, found in having]
    questions = {str(question.version.values): question for question, _ in answers}

    def with_others(version: Version, solution: Solution) -> Solution:
        """A solution with the version's values, and those that would do as well."""
        same = {
            name: [v for v in some if _does({**version.values, name: v}, solution)]
            for name, some in choices.items()
        }
        more = {name: tuple(some) for name, some in same.items() if len(some) > 1}
        return Solution({**version.values, **solution.values}, more | {**solution.same_count})

    def _does(values: Mapping[str, Any], solution: Solution) -> bool:
        question = questions.get(str(values))
        return question is not None and question.holds(solution.values)

    def plainest(of: Sequence[tuple[Question, Sequence[Solution]]]) -> tuple[Solution, ...]:
        rows = [(question.version, each) for question, some in of for each in some]
        rows.sort(key=lambda row: row[0].cost + cost(habits(row[1].values), row[1].values))
        return tuple(with_others(*row) for row in rows[:limit])

    listed = plainest([(question, some) for question, some, _ in parts])
    return Solutions(
        listed,
        sum(found.count for _, found in answers),
        all(found.proved for _, found in answers),
        {**choices, **{n: span for _, found in answers for n, span in found.bounds.items()}},
        _shared(having, choices, loose[0] if alike and loose else {}),
        plainest([(question, some) for question, _, some in parts])
        if loose and loose[0]
        else listed,
        tuple(dict.fromkeys(text for _, found in answers for text in found.assumed)),
    )


def _shared(
    having: Sequence[tuple[Question, Solutions]], choices: Choices, loose: Mapping[str, Any]
) -> Shared:
    """What the solutions of versions that have some share with one another."""
    values: dict[str, set[Any]] = {}
    for _, found in having:
        for name, some in found.shared.values.items():
            values.setdefault(name, set()).update(some)
    held = [question.version.values for question, _ in having]
    taken = {n: tuple(v for v in some if any(v == each[n] for each in held))
             for n, some in choices.items()}  # fmt: skip
    first = having[0][1].shared.relations if having else ()
    return Shared(
        (taken if having else {}) | {name: tuple(sorted(some)) for name, some in values.items()},
        tuple(each for each in first if all(each in f.shared.relations for _, f in having)),
        sum(found.shared.of for _, found in having),
        all(found.proved for _, found in having),
        tuple(loose),
    )
