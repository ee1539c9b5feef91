"""Why weights do not belong to a network: the likely cause, in one sentence.

Each cause is a guess that is tried: it is said only if it explains every difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from sizeup.analyses.arranging import apart
from sizeup.analyses.slots import Slot, slots
from sizeup.dims import symbol
from sizeup.errors import SizeupError
from sizeup.network import rows
from sizeup.records import Record
from sizeup.rules.graphs import resize
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sizeup.network import Network, Shape

    Cause = Callable[["Case"], str | None]

MOST_SIDES = 1_024
"""Images up to so many pixels a side are tried."""
MOST_NAMED = 3
"""So many layers are named."""
MODELS = frozenset({"Sequential", "Functional"})


class Case(Record):
    """The layers of a network and those that are stored, which do not belong together.

    A `whole` one takes models in models for one layer; what is not `ordered` says nothing of where
    a layer stands.
    """

    network: Network
    here: tuple[Slot, ...]
    there: tuple[Slot, ...]
    whole: bool
    ordered: bool

    @property
    def different(self) -> list[tuple[Slot, Slot]] | None:
        """The pairs that differ; None where layers or tensors are not as many."""
        if [len(s.shapes) for s in self.here] != [len(s.shapes) for s in self.there]:
            return None
        pairs = zip(self.here, self.there, strict=True)
        return [(a, b) for a, b in pairs if a.shapes != b.shapes]

    @property
    def image(self) -> Shape | None:
        """What enters the network, if that is one tensor of several axes."""
        shapes = self.network.graph.input_shapes
        image = shapes[0] if len(shapes) == 1 else None
        return image if image is not None and len(image) > 2 else None

    def resized(self, shape: Shape) -> list[Slot]:
        """The layers of the network on another input, as many as there are here; else none."""
        try:
            network = resize(self.network, input_shapes=[shape])
        except SizeupError:
            return []
        return (slots(network, whole=self.whole) or [])[: len(self.here)]


def cause_of(case: Case) -> str:
    """The first cause that explains all differences; else where they begin."""
    causes = CAUSES if case.ordered else tuple(cause for cause in CAUSES if cause is not _head)
    found = _first(causes, case)
    head = _other_head(case)
    if found is None and head is not None:
        found = _first(causes, case.changed(here=case.here[:-1], there=case.there[:-1]))
        found = found and f"{head}; {found}"
    return found or _first_difference(case)


def _first(causes: Sequence[Cause], case: Case) -> str | None:
    return next(filter(None, (cause(case) for cause in causes)), None)


def _classes(case: Case) -> str | None:
    """Only the last axis of the last layer is another."""
    return _other_head(case) if case.different is not None and len(case.different) == 1 else None


def _other_head(case: Case) -> str | None:
    """That the last layer is for another number of classes, if it is."""
    ours, theirs = case.here[-1], case.there[-1]
    if ours.shapes == theirs.shapes or len(ours.shapes) != len(theirs.shapes):
        return None
    if any(a[:-1] != b[:-1] for a, b in zip(ours.shapes, theirs.shapes, strict=True)):
        return None
    return say("weights.classes", layer=ours.path, here=ours.shapes[0][-1],
               there=theirs.shapes[0][-1])  # fmt: skip


def _image(case: Case) -> str | None:
    """Images of another size change what enters a Dense layer, and nothing else."""
    found, entering = case.different, case.image
    if not found or entering is None:
        return None
    if any(a.shapes[0][1:] != b.shapes[0][1:] or a.shapes[1:] != b.shapes[1:] for a, b in found):
        return None
    sized = _sized(case, entering)
    if sized is None:
        return None
    return say("weights.image", here=_text(entering[1:]), there=sized, layer=found[0][0].path)


def _sized(case: Case, shape: Shape) -> str | None:
    """The input, batch aside, under which a network has these tensors: square images first."""
    first = _order(case.network) == "channels_first"
    channels = shape[1] if first else shape[-1]
    side = symbol("side")
    sides = (side,) * (len(shape) - 2)
    open_shape = (shape[0], channels, *sides) if first else (shape[0], *sides, channels)
    opened = case.resized(open_shape)
    wanted = [size for slot in case.there for each in slot.shapes for size in each]
    given = [dim for slot in opened for each in slot.shapes for dim in each]
    if len(wanted) != len(given):
        return None
    from sizeup.analyses.solve import solve
    from sizeup.analyses.targets import Target

    targets = [Target(d, size, size) for d, size in zip(given, wanted, strict=True) if d != size]
    solved = solve(targets, {"side": range(1, MOST_SIDES + 1)}, limit=1)
    if not solved.listed:
        return None
    values = solved.listed[0].values
    return _text([values["side"] if dim is side else dim for dim in open_shape[1:]])


def _order(network: Network) -> object:
    formats = (row.layer.config.get("data_format") for row in rows(network))
    return next((found for found in formats if found is not None), None)


def _channels(case: Case) -> str | None:
    """The network takes another axis of its images for channels than the weights do."""
    shape = case.image
    if shape is None:
        return None
    first = _order(case.network) == "channels_first"
    moved = (shape[0], *shape[2:], shape[1]) if not first else (shape[0], shape[-1], *shape[1:-1])
    if [slot.shapes for slot in case.resized(moved)] != [slot.shapes for slot in case.there]:
        return None
    orders = ("channels_first", "channels_last")
    return say("weights.axes", here=_text(shape[1:]), order=orders[not first], other=orders[first])


def _layouts(case: Case) -> str | None:
    """Layers that another version of Keras stores otherwise."""
    from sizeup.analyses.layouts import layouts

    if len(case.here) != len(case.there):
        return None
    told: dict[str, list[Slot]] = {}
    for ours, theirs in zip(case.here, case.there, strict=True):
        found = layouts(ours, theirs) if ours.shapes != theirs.shapes else []
        if found is None:
            return None
        for key in found:
            told.setdefault(key, []).append(ours)
    return "; ".join(say(key, layers=_names(layers)) for key, layers in told.items()) or None


CELLS = {1: "SimpleRNN", 3: "GRU", 4: "LSTM"}
"""Recurrent layers by the number of their gates."""


def _cell(case: Case) -> str | None:
    """A recurrent layer of as many units and other gates."""
    found = case.different
    if found is None or len(found) != 1:
        return None
    ((ours, theirs),) = found
    if ours.kind not in CELLS.values() or len(ours.shapes) < 2:
        return None
    units, width = theirs.shapes[1] if len(theirs.shapes[1]) == 2 else (0, 0)
    if units != ours.shapes[1][0] or width // units not in CELLS:
        return None
    return say("weights.cell", layer=ours.path, kind=ours.kind, stored=CELLS[width // units])


def _nesting(case: Case) -> str | None:
    """The same tensors, but what is one layer on one side is several on the other."""
    here, there = (Counter(shape for slot in side for shape in slot.shapes)
                   for side in (case.here, case.there))  # fmt: skip
    if here != there:
        return None
    ours, theirs = _apart(case.here, case.there), _apart(case.there, case.here)
    if not ours or not theirs:
        ours, theirs = ([slot for slot in side if slot.nested] for side in (case.here, case.there))
        if ours and theirs:
            return None
        key, layers = ("weights.flat", ours) if ours else ("weights.nested", theirs)
        if not layers:
            return None
        return say(key, layer=layers[0].path.rpartition("/")[0], count=len(layers))
    if len(ours) == len(theirs):
        same = all(
            Counter(a.shapes) == Counter(b.shapes) for a, b in zip(ours, theirs, strict=True)
        )
        return say("weights.frozen", layers=_names(ours)) if same else None
    if len(ours) > 1 < len(theirs):
        return None
    if len(theirs) == 1:
        return say("weights.nested", layer=theirs[0].path, count=len(ours))
    key = "weights.flat" if ours[0].kind in MODELS else "weights.split"
    return say(key, layer=ours[0].path, count=len(theirs))


def _apart(side: Sequence[Slot], other: Sequence[Slot]) -> list[Slot]:
    """Layers that the other side does not have."""
    left = Counter(slot.shapes for slot in other)
    found = []
    for slot in side:
        left[slot.shapes] -= 1
        if left[slot.shapes] < 0:
            found.append(slot)
    return found


def _head(case: Case) -> str | None:
    """All layers but the last ones."""
    ours, theirs = [s.shapes for s in case.here], [s.shapes for s in case.there]
    if 0 < len(theirs) < len(ours) and ours[: len(theirs)] == theirs:
        names = _names(case.here[len(theirs) :])
        return say("weights.without_head", layers=names, count=len(ours) - len(theirs))
    if 0 < len(ours) < len(theirs) and theirs[: len(ours)] == ours:
        names = _names(case.there[len(ours) :])
        return say("weights.with_head", layers=names, count=len(theirs) - len(ours))
    return None


def _several(case: Case) -> str | None:
    """Layers too many or too few somewhere, the others alike."""
    if len(case.here) == len(case.there):
        return None
    runs = apart([s.shapes for s in case.here], [s.shapes for s in case.there])
    lacking = [slot for a, b, _, _ in runs for slot in case.here[a:b]]
    extra = [slot for _, _, c, d in runs for slot in case.there[c:d]]
    if lacking and extra:
        return None
    key = "weights.fewer" if lacking else "weights.more"
    return say(key, there=len(case.there), here=len(case.here), layers=_names(lacking or extra))


def _width(case: Case) -> str | None:
    """Every side that differs does so by one and the same factor."""
    found = case.different
    if not found or len(found) * 2 < len(case.here):
        return None
    ratios = set()
    for ours, theirs in found:
        for a, b in zip(ours.shapes, theirs.shapes, strict=True):
            if len(a) != len(b):
                return None
            ratios |= {Fraction(y, x) for x, y in zip(a, b, strict=True) if x != y and x}
    if len(ratios) != 1:
        return None
    (ratio,) = ratios
    return say("weights.width", ratio=ratio, layers=len(found))


def _one_width(case: Case) -> str | None:
    """One layer is wider or narrower, and so is what enters those behind it."""
    found = case.different
    if not found or any(len(a) != len(b) for x, y in found
                        for a, b in zip(x.shapes, y.shapes, strict=True)):  # fmt: skip
        return None
    wider = [
        (a, b) for a, b in found
        if "Normalization" not in a.kind and a.shapes[0][-1] != b.shapes[0][-1]
        and a.shapes[0][:-1] == b.shapes[0][:-1]
    ]  # fmt: skip
    if len(wider) != 1:
        return None
    ours, theirs = wider[0]
    ratio = Fraction(theirs.shapes[0][-1], ours.shapes[0][-1])
    for a, b in found:
        before, after = a.shapes[0], b.shapes[0]
        norm = "Normalization" in a.kind and Fraction(after[-1], before[-1]) == ratio
        fed = len(before) > 1 and (*before[:-2], before[-2] * ratio, before[-1]) == after
        if not (a is ours or norm or fed):
            return None
    return say("weights.one_width", layer=ours.path, here=_shapes(ours), there=_shapes(theirs))


def _biases(case: Case) -> str | None:
    """Tensors of one axis that one side lacks."""
    if len(case.here) != len(case.there):
        return None
    found = [(a, b) for a, b in zip(case.here, case.there, strict=True) if a.shapes != b.shapes]
    fewer = [a.path for a, b in found if b.shapes == a.shapes[:-1] and len(a.shapes[-1]) == 1]
    more = [a.path for a, b in found if a.shapes == b.shapes[:-1] and len(b.shapes[-1]) == 1]
    if len(fewer) == len(found):
        return say("weights.no_bias", layers=", ".join(fewer[:MOST_NAMED]))
    if len(more) == len(found):
        return say("weights.bias", layers=", ".join(more[:MOST_NAMED]))
    return None


CAUSES: tuple[Cause, ...] = (
    _classes, _image, _channels, _nesting, _layouts, _cell, _biases, _head, _several, _one_width, _width,
)  # fmt: skip


def _first_difference(case: Case) -> str:
    for ours, theirs in zip(case.here, case.there, strict=False):
        if ours.shapes != theirs.shapes:
            return say("weights.first", layer=ours.path, stored=theirs.path,
                       here=_shapes(ours), there=_shapes(theirs))  # fmt: skip
    return say("weights.lengths", here=len(case.here), there=len(case.there))


def _names(extra: Sequence[Slot]) -> str:
    named = ", ".join(slot.path for slot in extra[:MOST_NAMED])
    return named if len(extra) <= MOST_NAMED else f"{named}, …"


def _text(shape: Sequence[object]) -> str:
    return "×".join(map(str, shape))


def _shapes(slot: Slot) -> str:
    return ", ".join(_text(shape) or "1" for shape in slot.shapes)
