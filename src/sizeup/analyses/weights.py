"""Do stored weights belong to a network: which layers match, and if not, what is the likely cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from sizeup.analyses.arranging import apart, by_attribute, by_kind
from sizeup.analyses.layouts import layouts
from sizeup.analyses.mismatch import Case, cause_of
from sizeup.analyses.slots import Slot, are_known, slots
from sizeup.errors import UsageError
from sizeup.network import rows
from sizeup.records import Record
from sizeup.rules.graphs import bind
from sizeup.shown import Shown
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from sizeup.network import Layer, Network

BY_CLASS = "keras weights"
"""The reader of files of Keras 3 that hold layers by their kinds and numbers: conv2d, conv2d_1, …"""
BY_ATTRIBUTE = frozenset({"tensorflow checkpoint", "tensorflow savedmodel"})
"""Those of files that hold tensors by the names of attributes."""
WHOLE = BY_ATTRIBUTE | {"keras hdf5 weights"}
"""Those of files that do not tell which layers stand in which."""
CONVERTED = frozenset({"weights.theano", "weights.conv1d", "weights.gates"})
"""Layouts of older Keras that training converts."""
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

    @property
    def convertible(self) -> bool:
        """Whether only the layout of an older Keras keeps them from belonging."""
        return not self.ok and all(
            pair.layer is not None
            and pair.stored is not None
            and (pair.fits or CONVERTED.issuperset(layouts(pair.layer, pair.stored) or ("",)))
            for pair in self.pairs
        )

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `weights`."""
        return {
            "ok": self.ok,
            "convertible": self.convertible,
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

    whole = stored.reader in WHOLE
    there = _known(stored, whole=whole)
    network = _told_by(network, there)
    here = slots(network, whole=whole)
    if here is None:
        raise UsageError(say("weights.open", name=network.name))
    if stored.reader == BY_CLASS:
        there = by_kind(rows(network), rows(stored))
    if stored.reader in BY_ATTRIBUTE:
        there = by_attribute(here, there)
    values = bound_to(network, here, there)
    if values:
        network = bind(network, values)
    here = _known(network, whole=whole)
    match, pairs = _matched(here, there)
    cause = None
    if match is None or match == BY_SHAPE:
        case = Case(network, tuple(here), tuple(there), whole, stored.reader != BY_CLASS)
        cause = say("weights.order") if match == BY_SHAPE else cause_of(case)
    return Fitting(
        network, stored, match, tuple(pairs), values, cause, tuple(_remarks(network, stored))
    )


def _told_by(network: Network, there: Sequence[Slot]) -> Network:
    """A printed summary with those kernels, of all that it leaves possible, that are stored."""
    stored = {slot.shapes for slot in there}

    def told(layer: Layer) -> Layer:
        fitting = (each for each in layer.perhaps if tuple(tuple(p.shape) for p in each) in stored)
        found = next(fitting, layer.perhaps[0] if layer.perhaps else None)
        return layer if found is None else layer.changed(parameters=found, perhaps=())

    layers = tuple(map(told, network.graph.layers))
    return network.changed(graph=network.graph.changed(layers=layers))


def _known(network: Network, *, whole: bool) -> list[Slot]:
    found = slots(network, whole=whole)
    if found is None or not are_known(found):
        raise UsageError(say("weights.open", name=network.name))
    return found


def _matched(here: Sequence[Slot], there: Sequence[Slot]) -> tuple[str | None, list[Pair]]:
    """By what two lists match, and their pairs; a layer in a model is none that stands by itself."""
    names = {slot.path: slot for slot in there}
    if len(here) == len(there) and all(slot.path in names for slot in here):
        pairs = [Pair(slot, names[slot.path]) for slot in here]
        if all(pair.fits for pair in pairs):
            return BY_NAME, pairs
    pairs = list(_aligned(here, there))
    nested = [slot.nested for slot in here] != [slot.nested for slot in there]
    if nested:
        return None, pairs
    if len(here) == len(there) and all(pair.fits for pair in pairs):
        return BY_ORDER, pairs
    alike = Counter(slot.shapes for slot in here) == Counter(slot.shapes for slot in there)
    return (BY_SHAPE if alike else None), pairs


def _aligned(here: Sequence[Slot], there: Sequence[Slot]) -> Iterator[Pair]:
    """The layers in order, each beside the stored one that stands for it."""
    if len(here) == len(there):
        yield from map(Pair, here, there)
        return
    i = j = 0
    for a, b, c, d in [*apart([s.shapes for s in here], [s.shapes for s in there]),
                       (len(here), len(here), len(there), len(there))]:  # fmt: skip
        yield from map(Pair, here[i:a], there[j:c])
        yield from (Pair(*sides) for sides in zip_longest(here[a:b], there[c:d]))
        i, j = b, d


def _remarks(network: Network, stored: Network) -> Iterator[str]:
    """What shapes cannot show."""
    yield from (note.text for note in stored.notes if note.level == "warning")
    orders = _orders(network), _orders(stored)
    if all(orders) and not orders[0] & orders[1]:
        here, there = (next(iter(order)) for order in orders)
        yield say("weights.channels", here=here, there=there)


def _orders(network: Network) -> set[object]:
    """Which axes of images the layers of a network take for channels, where one flattens images."""
    table = rows(network)
    if not any(row.layer.kind == "Flatten" for row in table):
        return set()
    return {row.layer.config.get("data_format") for row in table} - {None}
