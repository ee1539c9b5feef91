"""What differs between two networks, and how much of the difference each change is worth."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sizeup.analyses.aligned import Aligned, is_joint
from sizeup.analyses.attribution import attribute
from sizeup.analyses.count import count, plain
from sizeup.analyses.exchange import are_unlike
from sizeup.analyses.flat import flatten
from sizeup.analyses.measures import MEASURES, batch_of, measure
from sizeup.analyses.reasons import layer_because
from sizeup.analyses.telling import paragraph, told_apart
from sizeup.dims import Expr
from sizeup.errors import UsageError
from sizeup.shown import Shown
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sizeup.analyses.attribution import Effect
    from sizeup.analyses.count import Count
    from sizeup.dims import Dim
    from sizeup.network import Network


@dataclass(frozen=True, slots=True)
class Pair:
    """A layer of both networks whose counts differ, or of one of them; with its counts."""

    before: str | None
    after: str | None
    parameters: tuple[Dim | None, Dim | None]
    because: str


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
    flat = flatten(before.graph), flatten(after.graph)
    both = Aligned(*flat)
    pairs = tuple(_pairs(both, old, new))
    unknown = [c.network.name for c in (old, new) if c.parameters is None]
    totals = tuple(measure(graph, of, batch_of(graph)) for graph in flat)
    if unknown:
        names = " and ".join(unknown)
        return Diff(old, new, None, (), pairs, say("diff.unknown", names=names), of=of)
    one, other = (old.parameters, new.parameters) if of == "parameters" else totals
    if one is None or other is None:
        return Diff(old, new, None, (), pairs, say("diff.open", of=say(f"diff.of_{of}")), of=of)
    found = attribute(both, one, other, of)
    times = 1 if of == "parameters" else batch
    changes = found.changes if times == 1 else tuple(_times(c, times) for c in found.changes)
    delta = (other - one) * times
    unlike = isinstance(delta, int) and are_unlike(both)
    return Diff(old, new, delta, changes, pairs, None, unlike, of, (one * times, other * times),
                found.ordered, found.grouped)  # fmt: skip


def _times(change: Effect, batch: int) -> Effect:
    """What a change is worth for so many samples."""
    effect, alone, undone = (
        None if dim is None else dim * batch for dim in (change.effect, change.alone, change.undone)
    )
    assert not isinstance(effect, Expr)
    return replace(change, effect=effect, alone=alone, undone=undone)


def _pairs(both: Aligned, old: Count, new: Count) -> Iterator[Pair]:
    """The layers of both, side by side, where they are not the same."""
    only_before, only_after = say("diff.only_before"), say("diff.only_after")
    if old.network.name != new.network.name:
        only_before, only_after = (say("diff.only", name=c.network.name) for c in (old, new))
    owned, owns = _counts(old), _counts(new)
    for i, j in both.pairs:
        before = None if i is None else both.before.layers[i]
        after = None if j is None else both.after.layers[j]
        if any(layer is not None and is_joint(layer) for layer in (before, after)):
            continue
        if before is None:
            assert after is not None
            yield Pair(None, after.name, (None, owns[after.name]), only_after)
        elif after is None:
            yield Pair(before.name, None, (owned[before.name], None), only_before)
        elif owned[before.name] != owns[after.name]:
            counts = owned[before.name], owns[after.name]
            yield Pair(before.name, after.name, counts, layer_because(before, after))


def _counts(count: Count) -> dict[str, Dim | None]:
    return {row.path: None if row.path in count.unknown else row.parameters for row in count.rows}
