"""Do stored weights belong to a network: which layers match, and if not, what is the likely cause."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from difflib import SequenceMatcher

from sizeup.analyses.mismatch import cause_of
from sizeup.analyses.slots import Slot, slots
from sizeup.errors import UsageError
from sizeup.network import rows
from sizeup.records import Record
from sizeup.shown import Shown
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from sizeup.network import Network

UNORDERED = "keras weights"
"""The reader of files of Keras 3 that hold layers by their kinds and numbers: conv2d, conv2d_1, …"""
BY_NAME, BY_ORDER, BY_SHAPE = "name", "order", "shape"


class Pair(Record):
    """A layer that owns weights beside stored ones; None where the other side has no such."""

    layer: Slot | None
    stored: Slot | None

    @property
    def fits(self) -> bool:
        """Whether both are there and have tensors of the same shapes."""
        both = self.layer is not None and self.stored is not None
        return both and self.layer.shapes == self.stored.shapes  # type: ignore[union-attr]

    def as_dict(self) -> dict[str, Any]:
        """One entry of `layers` in the JSON of `weights`."""
        return {
            "layer": self.layer and self.layer.path,
            "stored": self.stored and self.stored.path,
            "ok": self.fits,
            "expected": self.layer and [list(shape) for shape in self.layer.shapes],
            "found": self.stored and [list(shape) for shape in self.stored.shapes],
        }


class Fitting(Shown, Record):
    """Whether weights belong to a network.

    `match` says by what they do: `name`, `order`, or `shape` where the same shapes come in
    another order, so that no loading by name or order puts them in place. `values` are what the
    weights determine of what the source leaves open, `cause` is the likely reason where they do
    not belong, `remarks` what shapes cannot show.
    """

    network: Network
    stored: Network
    match: str | None
    pairs: tuple[Pair, ...]
    values: Mapping[str, int]
    cause: str | None
    remarks: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the weights belong: all of them, each to a layer, in their order or by name."""
        return self.match in (BY_NAME, BY_ORDER)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `weights`."""
        return {
            "ok": self.ok,
            "match": self.match,
            "network": self.network.name,
            "weights": self.stored.source,
            "values": dict(self.values),
            "cause": self.cause,
            "layers": [pair.as_dict() for pair in self.pairs],
            "notes": list(self.remarks),
        }


def fit_weights(network: Network, stored: Network) -> Fitting:
    """Compare the tensors of a network with those that are stored.

    What the source leaves open is bound to what the weights need, where they decide it. Raises
    UsageError where the shapes on either side are not known.
    """
    from sizeup.analyses.unbound import bound_to

    there = slots(stored)
    if there is None:
        raise UsageError(say("weights.open", name=stored.name))
    if stored.reader == UNORDERED:
        there = _reordered(there, [row.layer.kind for row in rows(network) if row.own])
    network, values = bound_to(network, there)
    here = slots(network)
    if here is None:
        raise UsageError(say("weights.open", name=network.name))
    match, pairs = _matched(here, there)
    fits = match in (BY_NAME, BY_ORDER)
    cause = None
    if not fits:
        cause = cause_of(network, here, there, alike=match == BY_SHAPE,
                         ordered=stored.reader != UNORDERED)  # fmt: skip
    return Fitting(
        network, stored, match, tuple(pairs), values, cause, tuple(_remarks(here, there))
    )


def _reordered(there: Sequence[Slot], kinds: Sequence[str]) -> list[Slot]:
    """Layers that a file keeps by kind and number, in the order in which a network has these kinds.

    Those of other kinds stand where the network has one that the file lacks, the rest last.
    """
    waiting: dict[str, deque[Slot]] = {}
    for slot in sorted(there, key=lambda slot: (len(slot.path), slot.path)):
        waiting.setdefault(slot.kind, deque()).append(slot)
    found = [waiting[kind].popleft() if waiting.get(kind) else None for kind in kinds]
    left = deque(slot for slots in waiting.values() for slot in slots)
    placed = [slot or (left.popleft() if left else None) for slot in found]
    return [*filter(None, placed), *left]


def _matched(here: Sequence[Slot], there: Sequence[Slot]) -> tuple[str | None, list[Pair]]:
    """By what two lists match, and their pairs."""
    names = {slot.path: slot for slot in there}
    if len(here) == len(there) and all(slot.path in names for slot in here):
        pairs = [Pair(slot, names[slot.path]) for slot in here]
        if all(pair.fits for pair in pairs):
            return BY_NAME, pairs
    pairs = list(_aligned(here, there))
    if len(here) == len(there) and all(pair.fits for pair in pairs):
        return BY_ORDER, pairs
    alike = Counter(slot.shapes for slot in here) == Counter(slot.shapes for slot in there)
    return (BY_SHAPE if alike else None), pairs


def _aligned(here: Sequence[Slot], there: Sequence[Slot]) -> Iterator[Pair]:
    """The layers in order, each beside the stored one that stands for it."""
    if len(here) == len(there):
        yield from map(Pair, here, there)
        return
    matcher = SequenceMatcher(None, [s.shapes for s in here], [s.shapes for s in there],
                              autojunk=False)  # fmt: skip
    for _, a, b, c, d in matcher.get_opcodes():
        left, right = here[a:b], there[c:d]
        for number in range(max(len(left), len(right))):
            yield Pair(
                left[number] if number < len(left) else None,
                right[number] if number < len(right) else None,
            )


def _remarks(here: Sequence[Slot], there: Sequence[Slot]) -> Iterator[str]:
    """What shapes cannot show."""
    del here
    if any(slot.name_of("W") for slot in there):
        yield say("weights.flipped")
