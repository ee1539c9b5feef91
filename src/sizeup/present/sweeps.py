"""Counts that go with a hyperparameter, as a table with bars."""

from __future__ import annotations

from sizeup.present import units
from sizeup.present.blocks import Grid
from sizeup.present.sections import formula
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sizeup.analyses.count import Count
    from sizeup.analyses.sweep import Point

BAR = 24
"""How long the bar of one network is; several share that and a little more."""
LEAST_BAR = 8


def table(points: Sequence[Point], letters: Mapping[str, str]) -> Grid:
    """A line for each choice of values, with a bar for each network that has a number."""
    names = list(points[0].values)
    networks = list(dict.fromkeys(c.network.name for point in points for c in point.counts))
    alone = len(networks) == 1
    most = {name: max(totals, default=0) for name, totals in _totals(points, networks).items()}
    length = max(LEAST_BAR, BAR // len(networks))
    rows = []
    for point in points:
        cells = [units.number(value) for value in point.values.values()]
        found = {count.network.name: count for count in point.counts}
        for name in networks:
            cells += _cells(found.get(name), letters)
            if most[name]:
                total = found[name].total if name in found else None
                cells.append(units.bar(total or 0, most[name], length).ljust(length))
        rows.append(tuple(cells))
    head = [*names]
    for name in networks:
        head += [say("page.parameters") if alone else name, say("difference.macs")]
        head += [""] if most[name] else []
    return Grid(tuple(head), tuple(rows), named=False, words=alone)


def _totals(points: Sequence[Point], networks: Sequence[str]) -> dict[str, list[int]]:
    """The totals that are numbers, by network."""
    return {
        name: [c.total for point in points for c in point.counts
               if c.network.name == name and c.total is not None]
        for name in networks
    }  # fmt: skip


def _cells(found: Count | None, letters: Mapping[str, str]) -> list[str]:
    if found is None:
        return ["", ""]
    if found.network.error is not None:
        return [say("page.not_valid"), ""]
    if found.parameters is None:
        return [f"≥ {units.number(found.at_least)}", ""]
    macs = units.macs(found.macs) if isinstance(found.macs, int) else ""
    return [formula(found.parameters, letters), macs]
