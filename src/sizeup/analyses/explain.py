"""The whole answer: counts, what the text's totals imply, the difference, what looks wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sizeup.analyses.count import Count, count
from sizeup.analyses.diff import Diff, diff
from sizeup.analyses.inverse import solve_networks
from sizeup.analyses.journey import Journey, journey_to
from sizeup.analyses.solve import Relation, Solutions, Target, relations
from sizeup.analyses.stated import Stated, stated_totals
from sizeup.errors import SizeupError, SizingError
from sizeup.network import Call, Graph, Network, Note
from sizeup.rules.graphs import bind, resize
from sizeup.shown import Shown
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.readers import Reading

IMAGE = 4
"""The rank of a batch of images."""
HALF = 2
"""A layer that holds more than 1 / HALF of a network is worth a word."""


@dataclass(frozen=True, slots=True)
class Share:
    """The layer that holds most of a network, and the journey of the shape that enters it.

    `pooled` is the total with GlobalAveragePooling2D in place of the Flatten before it.
    """

    network: str
    layer: str
    parameters: int
    total: int
    journey: Journey | None
    pooled: int | None


@dataclass(frozen=True, slots=True)
class Explanation(Shown):
    """All findings on some networks.

    `counts` are the networks as they were read, `stated` the totals of the text that were taken
    for theirs, in their order. Where these determine what is free, `solutions` says how, and
    `bound` holds the networks with the plainest solution; else `bound` is `counts`.
    `unsolved` says why nothing was solved although totals are stated.
    """

    counts: tuple[Count, ...]
    stated: tuple[Stated, ...] = ()
    solutions: Solutions | None = None
    facts: tuple[Relation, ...] = ()
    bound: tuple[Count, ...] = ()
    difference: Diff | None = None
    shares: tuple[Share, ...] = ()
    unsolved: str | None = None

    @property
    def agree(self) -> bool | None:
        """Whether the stated totals are possible; None where there are none, or no answer."""
        if not self.stated:
            return None
        if self.solutions is not None:
            return True if self.solutions.count else (False if self.solutions.proved else None)
        if any(found.total is None for found in self.counts):
            return None
        pairs = zip(self.counts, self.stated, strict=True)
        return all(s.quantity.low <= (c.total or 0) <= s.quantity.high for c, s in pairs)

    @property
    def known(self) -> bool:
        """Whether every network is valid and wholly understood."""
        return all(found.parameters is not None for found in self.counts)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `sizeup explain`."""
        return {
            "networks": [found.as_dict() for found in self.counts],
            "stated": [
                {"network": c.network.name, "total": s.quantity.stated, "line": s.line}
                for c, s in zip(self.counts, self.stated, strict=False)
            ],
            "solve": None if self.solutions is None else self.solutions.as_dict(),
            "relations": [fact.as_dict() for fact in self.facts],
            "bound": [found.as_dict() for found in self.bound],
            "diff": None if self.difference is None else self.difference.as_dict(),
            "shares": [
                {"network": s.network, "layer": s.layer, "parameters": s.parameters,
                 "total": s.total, "global_pooling_leaves": s.pooled}
                for s in self.shares
            ],
            "agree": self.agree,
        }  # fmt: skip


def explain(readings: Sequence[Reading], *, batch: int = 1) -> Explanation:
    """Everything that can be said of the networks of some sources."""
    networks = [network for reading in readings for network in reading]
    counts = tuple(count(network, batch) for network in networks)
    prose = [line for reading in readings for line in reading.prose]
    stated = stated_totals(prose)
    stated = stated if len(stated) == len(networks) else ()
    solutions, unsolved = _solved(counts, stated)
    bound = counts
    facts: tuple[Relation, ...] = ()
    if solutions is not None and solutions.listed:
        values = solutions.listed[0].values
        bound = tuple(count(bind(network, values), batch) for network in networks)
        targets = [Target(c.parameters, s.quantity.low, s.quantity.high)
                   for c, s in zip(counts, stated, strict=True) if c.parameters is not None]  # fmt: skip
        facts = relations(solutions, targets)
    if stated:
        counts = tuple(_noted(c, s) for c, s in zip(counts, stated, strict=True))
    return Explanation(
        counts=counts,
        stated=stated,
        solutions=solutions,
        facts=facts,
        bound=bound,
        difference=_difference(bound),
        shares=tuple(share for found in bound for share in _shares(found)),
        unsolved=unsolved,
    )


def _noted(found: Count, stated: Stated) -> Count:
    text = say("explain.taken", total=stated.text, name=found.network.name)
    return replace(found, notes=(*found.notes, Note("assumed", text, stated.line)))


def _solved(
    counts: Sequence[Count], stated: Sequence[Stated]
) -> tuple[Solutions | None, str | None]:
    """Backwards from the stated totals, where something is free and everything is known."""
    if not stated or not any(found.free for found in counts):
        return None, None
    if any(found.parameters is None for found in counts):
        return None, None
    totals = [f"{c.network.name}={s.text}" for c, s in zip(counts, stated, strict=True)]
    try:
        return solve_networks([found.network for found in counts], totals), None
    except SizeupError as error:  # without OR-Tools all else can still be answered
        return None, error.what


def _difference(counts: Sequence[Count]) -> Diff | None:
    if len(counts) != 2 or any(found.network.error is not None for found in counts):  # noqa: PLR2004
        return None
    before, after = counts
    return diff(before.network, after.network, before.batch)


def _shares(found: Count) -> list[Share]:
    """The layer that holds more than half of a network, if one does."""
    total = found.total
    if not total or len(found.rows) < HALF + 1:
        return []
    for index, layer in enumerate(found.network.graph.layers):
        row = next(row for row in found.rows if row.path == layer.name)
        if (
            isinstance(row.parameters, int)
            and HALF * row.parameters > total
            and not any(call.body for call in layer.calls)
        ):
            journey = journey_to(found.network.graph, index)
            pooled = None if journey is None else _pooled(found.network)
            return [Share(found.network.name, row.path, row.parameters, total, journey, pooled)]
    return []


def _pooled(network: Network) -> int | None:
    """The total with global average pooling in place of every Flatten of an image."""
    layers = []
    for layer in network.graph.layers:
        shape = layer.calls[0].input_shapes[0] if layer.calls else None
        if layer.kind == "Flatten" and shape is not None and len(shape) == IMAGE:
            config: Mapping[str, Any] = {"data_format": layer.config.get("data_format")}
            calls = tuple(Call(call.inputs, (None,), (None,)) for call in layer.calls)  # to size
            pooling = replace(layer, kind="GlobalAveragePooling2D", config=config, calls=calls)
            layers.append(pooling)
        else:
            layers.append(layer)
    graph = Graph(tuple(layers), network.graph.input_shapes, network.graph.outputs)
    try:
        return count(resize(replace(network, graph=graph))).total
    except SizingError:
        return None
