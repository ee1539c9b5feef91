"""What differs between two networks, and how much of the difference each change is worth."""

from __future__ import annotations

from dataclasses import dataclass

from sizeup.analyses.attribution import attribute
from sizeup.analyses.changes import Aligned
from sizeup.analyses.count import count, plain
from sizeup.analyses.exchange import are_unlike
from sizeup.analyses.flat import flatten
from sizeup.analyses.reasons import layer_because
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
    """Two networks, their difference in parameters, and where it comes from.

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
        }


def diff(before: Network, after: Network, batch: int = 1) -> Diff:
    """Compare two networks; `batch` is that of their MACs."""
    old, new = count(before, batch), count(after, batch)
    both = Aligned(flatten(before.graph), flatten(after.graph))
    pairs = tuple(_pairs(both, old, new))
    if old.parameters is None or new.parameters is None:
        names = " and ".join(c.network.name for c in (old, new) if c.parameters is None)
        return Diff(old, new, None, (), pairs, say("diff.unknown", names=names))
    changes = attribute(both, old.parameters, new.parameters)
    delta = new.parameters - old.parameters
    unlike = isinstance(delta, int) and are_unlike(both)
    return Diff(old, new, delta, changes, pairs, unlike=unlike)


def _pairs(both: Aligned, old: Count, new: Count) -> Iterator[Pair]:
    """The layers of both, side by side, where they are not the same."""
    only_before, only_after = say("diff.only_before"), say("diff.only_after")
    if old.network.name != new.network.name:
        only_before, only_after = (say("diff.only", name=c.network.name) for c in (old, new))
    owned, owns = _counts(old), _counts(new)
    for i, j in both.pairs:
        before = None if i is None else both.before.layers[i]
        after = None if j is None else both.after.layers[j]
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
