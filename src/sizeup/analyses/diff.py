"""What differs between two networks, and how much of the difference each change is worth."""

from __future__ import annotations

from dataclasses import dataclass

from sizeup.analyses.align import WHOLE_KEPT
from sizeup.analyses.aligned import Aligned, is_joint
from sizeup.analyses.attribution import attribute
from sizeup.analyses.branches import in_order
from sizeup.analyses.changes import moved_layers
from sizeup.analyses.count import count, plain
from sizeup.analyses.exchange import are_unlike
from sizeup.analyses.filling import completed, stored
from sizeup.analyses.flat import flatten
from sizeup.analyses.measures import MEASURES, batch_of, measure
from sizeup.analyses.reasons import layer_because
from sizeup.analyses.telling import paragraph, told_apart
from sizeup.errors import UsageError
from sizeup.network import Graph
from sizeup.shown import Shown
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from sizeup.analyses.attribution import Effect
    from sizeup.analyses.count import Count
    from sizeup.dims import Dim
    from sizeup.network import Layer, Network


@dataclass(frozen=True, slots=True)
class Pair:
    """A layer of both networks that differs in what is compared, or of one of them.

    With its parameters, and with what it has of what is compared.
    """

    before: str | None
    after: str | None
    parameters: tuple[Dim | None, Dim | None]
    because: str
    measured: tuple[Dim | None, Dim | None]


@dataclass(frozen=True, slots=True)
class Diff(Shown):
    """Two networks, their difference in `of` (parameters, macs or activations), and its causes.

    `totals` are what both have of it. `ordered` says that some changes leave a network only
    after others, so that effects are means over the orders in which every step does; `grouped`
    that changes were put together until their worth could be found exactly.
    `delta` is None, and `changes` empty, where one of the totals is unknown; `note` says so.
    `unlike` networks have hardly a layer in common: kinds and maps tell more of them than layers.
    """

    before: Count
    after: Count
    delta: Dim | None
    changes: tuple[Effect, ...]
    layers: tuple[Pair, ...]
    note: str | None = None
    unlike: bool = False
    of: str = "parameters"
    totals: tuple[Dim | None, Dim | None] = (None, None)
    ordered: bool = False
    grouped: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `sizeup diff`."""
        return {
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
            "delta": plain(self.delta),
            "changes": [
                {
                    "what": change.what,
                    "layers": list(change.layers),
                    "effect": change.effect,
                    "alone": plain(change.alone),
                    "undone": plain(change.undone),
                    "because": change.because,
                }
                for change in self.changes
            ],
            "layers": [
                {
                    "before": pair.before,
                    "after": pair.after,
                    "parameters": [plain(dim) for dim in pair.parameters],
                    self.of: [plain(dim) for dim in pair.measured],
                    "because": pair.because,
                }
                for pair in self.layers
            ],
            "note": self.note,
            "of": self.of,
            "totals": [plain(total) for total in self.totals],
            "orders": "valid" if self.ordered else "all",
            "grouped": self.grouped,
            "words": paragraph(told_apart(self)),
        }


def diff(before: Network, after: Network, batch: int = 1, of: str = "parameters") -> Diff:
    """Compare two networks; `batch` is that of their MACs and activations.

    `of` is what is compared: `parameters`, `macs` or `activations` (elements of all outputs of
    layers). Raises UsageError for anything else.
    """
    if of not in MEASURES:
        raise UsageError(say("diff.measures", of=of, known=", ".join(MEASURES)))
    old, new = count(before, batch), count(after, batch)
    flat = completed(in_order(flatten(before.graph)), in_order(flatten(after.graph)))
    both = Aligned(*flat)
    unlike = are_unlike(both)
    if unlike:  # single layers of other stages that happen to be alike tell nothing
        both = Aligned(*flat, WHOLE_KEPT)
    pairs = tuple(_pairs(both, old, new, of, batch))
    unknown = [c.network.name for c in (old, new) if c.parameters is None]
    totals = tuple(measure(graph, of, batch_of(graph)) for graph in flat)
    if unknown:
        names = " and ".join(unknown)
        return Diff(old, new, None, (), pairs, say("diff.unknown", names=names), of=of)
    one, other = (old.parameters, new.parameters) if of == "parameters" else totals
    if one is None or other is None:
        return Diff(old, new, None, (), pairs, say("diff.open", of=say(f"diff.of_{of}")), of=of)
    times = 1 if of == "parameters" else batch
    found = attribute(both, one, other, of, times)
    if found.whole and of == "parameters":
        owners = attribute(Aligned(stored(flat[0]), stored(flat[1])), one, other)
        found = found if owners.whole or not owners.changes else owners
    delta = (other - one) * times
    unlike = isinstance(delta, int) and unlike
    return Diff(old, new, delta, found.changes, pairs, None, unlike, of, (one * times, other * times),
                found.ordered, found.grouped)  # fmt: skip


def _pairs(both: Aligned, old: Count, new: Count, of: str, batch: int) -> Iterator[Pair]:
    """The layers of both, side by side, where what is compared is not the same."""
    only_before, only_after = say("diff.only_before"), say("diff.only_after")
    if old.network.name != new.network.name:
        only_before, only_after = (say("diff.only", name=c.network.name) for c in (old, new))
    owned, owns = _counts(old), _counts(new)
    had, has = owned, owns
    if of != "parameters":
        had, has = (_measured(graph, of, batch) for graph in (both.before, both.after))
    moved = moved_layers(both)
    there = set(moved.values())
    for i, partner in both.pairs:
        j = partner if i is None else moved.get(i, partner)
        if i is None and j in there:
            continue
        before = None if i is None else both.before.layers[i]
        after = None if j is None else both.after.layers[j]
        if any(layer is not None and is_joint(layer) for layer in (before, after)):
            continue
        counts = _of(owned, before), _of(owns, after)
        measured = _of(had, before), _of(has, after)
        if before is None or after is None:
            because = only_before if after is None else only_after
        elif measured[0] != measured[1]:
            because = layer_because(before, after, of)
        else:
            continue
        one, two = (None if layer is None else layer.name for layer in (before, after))
        yield Pair(one, two, counts, because, measured)


def _of(counts: Mapping[str, Dim | None], layer: Layer | None) -> Dim | None:
    """What a layer has; one that a source does not list has nothing."""
    return None if layer is None else counts.get(layer.name, 0)


def _counts(count: Count) -> dict[str, Dim | None]:
    return {row.path: None if row.path in count.unknown else row.parameters for row in count.rows}


def _measured(graph: Graph, of: str, batch: int) -> dict[str, Dim | None]:
    """What each layer takes or gives for so many samples."""
    found = {
        layer.name: measure(Graph((layer,)), of, batch_of(graph))
        for layer in graph.layers
        if not is_joint(layer)
    }
    return {name: None if dim is None else dim * batch for name, dim in found.items()}
