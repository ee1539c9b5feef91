"""Is something wrong, and what stands out: findings on networks whose counts are known or not."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import permutations
from math import prod

from sizeup.analyses.advise_images import global_pooling
from sizeup.analyses.advise_view import View, smaller
from sizeup.analyses.flat import flatten
from sizeup.analyses.journey import depth, journey_to
from sizeup.dims import total
from sizeup.naming import snake_case

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from sizeup.analyses.count import Count
    from sizeup.analyses.journey import Journey
    from sizeup.analyses.prose_totals import Stated
    from sizeup.analyses.solve import Solutions
    from sizeup.network import Graph, Network

HALF = 2
"""A layer that holds more than 1 / HALF of a network of more than HALF such layers is worth a word."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was found; `wrong` is None where it says nothing on that."""

    @property
    def wrong(self) -> bool | None:
        """Whether it means that something is wrong."""
        return None

    def as_dict(self) -> dict[str, Any]:
        """Plain data, with the kind of the finding."""
        return {"kind": snake_case(type(self).__name__), **asdict(self)}


@dataclass(frozen=True, slots=True)
class Agreement(Finding):
    """The totals that the text states are those of the code; `solved` for some choice of values."""

    networks: tuple[str, ...]
    solved: bool
    exact: bool

    @property
    def wrong(self) -> bool | None:
        """It is a reason to trust."""
        return False


@dataclass(frozen=True, slots=True)
class Disagreement(Finding):
    """The text states another total than the code gives."""

    network: str
    stated: str
    total: int
    by: int

    @property
    def wrong(self) -> bool | None:
        """One of the two is."""
        return True


@dataclass(frozen=True, slots=True)
class Impossible(Finding):
    """No hyperparameters give the stated totals; within the bounds that is proved if `proved`."""

    networks: tuple[str, ...]
    proved: bool

    @property
    def wrong(self) -> bool | None:
        """Only a proof says so."""
        return True if self.proved else None


@dataclass(frozen=True, slots=True)
class Invalid(Finding):
    """A network that cannot exist."""

    network: str
    error: str
    line: int | None

    @property
    def wrong(self) -> bool | None:
        """Keras would raise."""
        return True


@dataclass(frozen=True, slots=True)
class Doubt(Finding):
    """What looks like a mistake in a network, or cannot be known of it."""

    network: str
    level: str
    text: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Deeper(Finding):
    """The deeper of two networks is the smaller one; depths count layers with weights."""

    deep: str
    shallow: str
    depths: tuple[int, int]
    totals: tuple[int, int]

    @property
    def wrong(self) -> bool | None:
        """It surprises people, but it is how it has to be."""
        return False


@dataclass(frozen=True, slots=True)
class Share(Finding):
    """The layer that holds most of a network, and the journey of the image that enters it.

    `pooled` is the total with global average pooling in place of the Flatten before it.
    """

    network: str
    layer: str
    parameters: int
    total: int
    arithmetic: str
    journey: Journey | None
    pooled: int | None

    def as_dict(self) -> dict[str, Any]:
        """Plain data; the journey by its numbers."""
        journey = None if self.journey is None else self.journey.as_dict()
        return {
            "kind": "share", "network": self.network, "layer": self.layer,
            "parameters": self.parameters, "total": self.total, "journey": journey,
            "global_pooling_leaves": self.pooled,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pooling(Finding):
    """What the last pooling takes from a layer of the network that pools more often."""

    network: str
    layer: str
    number: int
    before: tuple[int, ...]
    after: tuple[int, ...]


def verdict(
    counts: Sequence[Count], stated: Sequence[Stated], solutions: Solutions | None
) -> tuple[Finding, ...]:
    """All findings, what decides first. `counts` are those with the plainest solution."""
    graphs = [flatten(found.network.graph) for found in counts]
    shares = [s for pair in zip(counts, graphs, strict=True) for s in _share(*pair)]
    return (
        *_checks(counts),
        *_agreement(counts, stated, solutions),
        *_deeper(counts, graphs),
        *shares,
        *_pooling(shares),
    )


def answer(findings: Sequence[Finding]) -> bool | None:
    """Whether something is wrong; None where nothing tells, or where there is doubt."""
    told = {finding.wrong for finding in findings}
    if True in told:
        return True
    doubt = any(isinstance(finding, Doubt | Impossible) for finding in findings)
    return False if False in told and not doubt else None


def _checks(counts: Sequence[Count]) -> Iterator[Finding]:
    for found in counts:
        network = found.network
        if network.error is not None:
            yield Invalid(network.name, network.error, network.error_line)
        for note in found.notes:
            if note.level == "warning" or (note.level == "unknown" and network.error is None):
                yield Doubt(network.name, note.level, note.text, note.line)


def _agreement(
    counts: Sequence[Count], stated: Sequence[Stated], solutions: Solutions | None
) -> Iterator[Finding]:
    names = tuple(found.network.name for found in counts)
    exact = all(each.exact for each in stated)
    if solutions is not None:
        if solutions.count:
            yield Agreement(names, solved=True, exact=exact)
        else:
            yield Impossible(names, proved=solutions.proved)
        return
    totals = [found.total for found in counts]
    if not stated or None in totals:
        return
    pairs = list(zip(counts, stated, strict=True))
    apart = [(c, s, s.apart(c.total)) for c, s in pairs if c.total is not None]
    if not any(by for _, _, by in apart):
        yield Agreement(names, solved=False, exact=exact)
    for found, each, by in apart:
        if by:
            yield Disagreement(found.network.name, each.text, found.total or 0, by)


def _deeper(counts: Sequence[Count], graphs: Sequence[Graph]) -> Iterator[Deeper]:
    """The pair of networks that differs most, of those of which the deeper one is smaller."""
    known = [(c.network.name, depth(g), c.total) for c, g in zip(counts, graphs, strict=True)
             if c.total is not None]  # fmt: skip
    found = [
        Deeper(deep[0], shallow[0], (deep[1], shallow[1]), (deep[2], shallow[2]))
        for deep, shallow in permutations(known, 2)
        if deep[1] > shallow[1] and deep[2] < shallow[2]
    ]
    yield from sorted(found, key=lambda pair: pair.totals[0] - pair.totals[1])[:1]


def _share(found: Count, graph: Graph) -> Iterator[Share]:
    """The layer that holds more than half of a network, if there are enough others."""
    counts = [(row, total(p.count for p in row.own)) for row in found.rows]
    owned = [(row, count) for row, count in counts if count != 0]
    if found.total is None or len(owned) <= HALF:
        return
    places = {layer.name: number for number, layer in enumerate(graph.layers)}
    for row, count in owned:
        if isinstance(count, int) and HALF * count > found.total:
            place = places.get(row.path)
            journey = None if place is None else journey_to(graph, place)
            pooled = None if journey is None else _pooled(found.network, graph, journey)
            name = found.network.name
            arithmetic = found.arithmetic(row)
            yield Share(name, row.path, count, found.total, arithmetic, journey, pooled)


def _pooled(network: Network, graph: Graph, journey: Journey) -> int | None:
    """The total with global average pooling in place of the Flatten of a journey, if smaller."""
    name = graph.layers[journey.flatten].name
    changes = (each for each in global_pooling(View(network)) if each.layers == (name,))
    return next((smaller(change, network) for change in changes), None)


def _pooling(shares: Sequence[Share]) -> Iterator[Pooling]:
    """Where one of two networks pools more often before its largest layer."""
    if len(shares) != 2:
        return
    ways = [share.journey.steps if share.journey else () for share in shares]
    pools = [sum(step.by == "pool" for step in way) for way in ways]
    if pools[0] == pools[1] or not all(ways):
        return
    more = pools.index(max(pools))
    share, way = shares[more], ways[more]
    journey = share.journey
    last = max(number for number, step in enumerate(way) if step.by == "pool")
    if journey is None or last == 0 or last != len(way) - 1:
        return
    before, after = (
        tuple(dim for dim in dims if isinstance(dim, int))
        for dims in (journey.map_of(way[last - 1]), journey.factors)
    )
    if prod(before) > prod(after):
        yield Pooling(share.network, share.layer, pools[more], before, after)
