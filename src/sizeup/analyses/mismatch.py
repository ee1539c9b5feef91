"""Why weights do not belong to a network: the likely cause, in one sentence.

Each cause is a guess that is tried: it is said only if it explains every difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import chain

from sizeup.dims import symbol
from sizeup.errors import SizeupError
from sizeup.network import rows
from sizeup.rules.graphs import resize
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sizeup.analyses.slots import Slot
    from sizeup.network import Network

    Slots = Sequence[Slot]
    Cause = Callable[[Network, Slots, Slots], str | None]

MOST_SIDES = 1_024
"""Images up to so many pixels a side are tried."""
MOST_NAMED = 3
"""So many layers are named."""


def cause_of(network: Network, here: Slots, there: Slots, *, alike: bool, ordered: bool) -> str:
    """The first cause that explains all differences; else where they begin.

    `alike` are lists of the same shapes in other orders; what is not `ordered` says nothing of
    where a layer stands.
    """
    if alike:
        return say("weights.order")
    causes = CAUSES if ordered else tuple(cause for cause in CAUSES if cause is not _head)
    found = _first(causes, network, here, there)
    head = _other_head(here, there)
    if found is None and head is not None:
        found = _first(causes, network, here[:-1], there[:-1])
        found = found and f"{head}; {found}"
    return found or _first_difference(here, there)


def _first(causes: Sequence[Cause], network: Network, here: Slots, there: Slots) -> str | None:
    return next(filter(None, (cause(network, here, there) for cause in causes)), None)


def _different(here: Slots, there: Slots) -> list[tuple[Slot, Slot]] | None:
    """The pairs that differ; None where layers or tensors are not as many."""
    if [len(s.shapes) for s in here] != [len(s.shapes) for s in there]:
        return None
    return [(a, b) for a, b in zip(here, there, strict=True) if a.shapes != b.shapes]


def _classes(_network: Network, here: Slots, there: Slots) -> str | None:
    """Only the last axis of the last layer is another."""
    found = _different(here, there)
    return _other_head(here, there) if found is not None and len(found) == 1 else None


def _other_head(here: Slots, there: Slots) -> str | None:
    """That the last layer is for another number of classes, if it is."""
    ours, theirs = here[-1], there[-1]
    if ours.shapes == theirs.shapes or len(ours.shapes) != len(theirs.shapes):
        return None
    if any(a[:-1] != b[:-1] for a, b in zip(ours.shapes, theirs.shapes, strict=True)):
        return None
    return say("weights.classes", layer=ours.path, here=ours.shapes[0][-1],
               there=theirs.shapes[0][-1])  # fmt: skip


def _image(network: Network, here: Slots, there: Slots) -> str | None:
    """Images of another size change what enters a Dense layer, and nothing else."""
    found = _different(here, there)
    shapes = network.graph.input_shapes
    if not found or len(shapes) != 1 or shapes[0] is None or len(shapes[0]) < 3:  # noqa: PLR2004
        return None
    if any(a.shapes[0][1:] != b.shapes[0][1:] or a.shapes[1:] != b.shapes[1:] for a, b in found):
        return None
    sized = _sized(network, there)
    if sized is None:
        return None
    return say("weights.image", here=_text(shapes[0][1:]), there=sized, layer=found[0][0].path)


def _sized(network: Network, there: Slots) -> str | None:
    """The input, batch aside, under which a network has these tensors: square images first."""
    shape = network.graph.input_shapes[0]
    assert shape is not None
    first = _order(network) == "channels_first"
    channels = shape[1] if first else shape[-1]
    side = symbol("side")
    sides = (side,) * (len(shape) - 2)
    open_shape = (shape[0], channels, *sides) if first else (shape[0], *sides, channels)
    try:
        opened = resize(network, input_shapes=[open_shape])
    except SizeupError:
        return None
    wanted = [size for slot in there for each in slot.shapes for size in each]
    owners = [row for row in rows(opened) if row.own][: len(there)]
    given = [dim for row in owners for p in row.own for dim in p.shape]
    if len(wanted) != len(given):
        return None
    from sizeup.analyses.solve import Target, solve

    targets = [Target(d, size, size) for d, size in zip(given, wanted, strict=True) if d != size]
    solved = solve(targets, {"side": range(1, MOST_SIDES + 1)}, limit=1)
    if not solved.listed:
        return None
    values = solved.listed[0].values
    return _text([values["side"] if dim is side else dim for dim in open_shape[1:]])


def _order(network: Network) -> object:
    formats = (row.layer.config.get("data_format") for row in rows(network))
    return next((found for found in formats if found is not None), None)


def _theano(_network: Network, here: Slots, there: Slots) -> str | None:
    """Kernels that stand with their filters in front, as Theano had them."""
    found = _different(here, there)
    kernels = [
        (a, b)
        for a, b in zip(chain(*(s.shapes for s in here)), chain(*(s.shapes for s in there)),
                        strict=False)
        if len(a) > 2  # noqa: PLR2004
    ]  # fmt: skip
    if not found or not kernels or any(len(a) != len(b) for a, b in kernels):
        return None
    turned = [(*a[:-2], a[-2], a[-1]) == (*b[2:], b[1], b[0]) for a, b in kernels]
    alone = all(len(a.shapes[0]) > 2 for a, _ in found)  # noqa: PLR2004
    return say("weights.theano") if all(turned) and alone else None


GATED = frozenset({"GRU", "LSTM", "Bidirectional", "ConvLSTM2D"})
"""Kinds whose gates Keras 1 stored tensor by tensor."""


def _layout(_network: Network, here: Slots, there: Slots) -> str | None:
    """Recurrent layers as an older Keras, or another setting, stores them."""
    if len(here) != len(there):
        return None
    found = [(a, b) for a, b in zip(here, there, strict=True) if a.shapes != b.shapes]
    kinds = {ours.kind for ours, _ in found}
    if len(kinds) != 1:
        return None
    (kind,) = kinds
    for ours, theirs in found:
        several = len(ours.shapes) != len(theirs.shapes)
        same = sum(map(_size, ours.shapes)) == sum(map(_size, theirs.shapes))
        if several and same and kind in GATED:
            return say("weights.gates", layer=ours.path, kind=kind, count=len(theirs.shapes))
        biases = ours.shapes[:2] == theirs.shapes[:2] and len(ours.shapes) == len(theirs.shapes)
        if kind == "GRU" and biases:
            return say("weights.gru", layer=ours.path, shape=_text(theirs.shapes[-1]))
    return None


CELLS = {1: "SimpleRNN", 3: "GRU", 4: "LSTM"}
"""Recurrent layers by the number of their gates."""


def _cell(_network: Network, here: Slots, there: Slots) -> str | None:
    """A recurrent layer of as many units and other gates."""
    found = _different(here, there)
    if found is None or len(found) != 1:
        return None
    ((ours, theirs),) = found
    if ours.kind not in CELLS.values() or len(ours.shapes) < 2:  # noqa: PLR2004
        return None
    units, width = theirs.shapes[1] if len(theirs.shapes[1]) == 2 else (0, 0)  # noqa: PLR2004
    if units != ours.shapes[1][0] or width // units not in CELLS:
        return None
    return say("weights.cell", layer=ours.path, kind=ours.kind, stored=CELLS[width // units])


def _head(_network: Network, here: Slots, there: Slots) -> str | None:
    """All layers but the last ones."""
    ours, theirs = [s.shapes for s in here], [s.shapes for s in there]
    if 0 < len(theirs) < len(ours) and ours[: len(theirs)] == theirs:
        names = _names(here[len(theirs) :])
        return say("weights.without_head", layers=names, count=len(ours) - len(theirs))
    if 0 < len(ours) < len(theirs) and theirs[: len(ours)] == ours:
        names = _names(there[len(ours) :])
        return say("weights.with_head", layers=names, count=len(theirs) - len(ours))
    return None


def _several(_network: Network, here: Slots, there: Slots) -> str | None:
    """Layers too many or too few somewhere, the others alike."""
    from difflib import SequenceMatcher

    if len(here) == len(there):
        return None
    ours, theirs = [s.shapes for s in here], [s.shapes for s in there]
    changes = [
        change for change in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
        if change[0] != "equal"
    ]  # fmt: skip
    kinds = {change[0] for change in changes}
    if kinds == {"delete"}:
        extra = [slot for _, a, b, _, _ in changes for slot in here[a:b]]
        return say("weights.fewer", there=len(there), here=len(here), layers=_names(extra))
    if kinds == {"insert"}:
        extra = [slot for _, _, _, c, d in changes for slot in there[c:d]]
        return say("weights.more", there=len(there), here=len(here), layers=_names(extra))
    return None


def _width(_network: Network, here: Slots, there: Slots) -> str | None:
    """Every side that differs does so by one and the same factor."""
    found = _different(here, there)
    if not found or len(found) * 2 < len(here):
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


def _one_width(_network: Network, here: Slots, there: Slots) -> str | None:
    """One layer is wider or narrower, and so is what enters those behind it."""
    found = _different(here, there)
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


def _biases(_network: Network, here: Slots, there: Slots) -> str | None:
    """Tensors of one axis that one side lacks."""
    if len(here) != len(there):
        return None
    found = [(a, b) for a, b in zip(here, there, strict=True) if a.shapes != b.shapes]
    fewer = [a.path for a, b in found if b.shapes == a.shapes[:-1] and len(a.shapes[-1]) == 1]
    more = [a.path for a, b in found if a.shapes == b.shapes[:-1] and len(b.shapes[-1]) == 1]
    if len(fewer) == len(found):
        return say("weights.no_bias", layers=", ".join(fewer[:MOST_NAMED]))
    if len(more) == len(found):
        return say("weights.bias", layers=", ".join(more[:MOST_NAMED]))
    return None


CAUSES: tuple[Cause, ...] = (
    _classes, _image, _theano, _layout, _cell, _biases, _head, _several, _one_width, _width,
)  # fmt: skip


def _first_difference(here: Slots, there: Slots) -> str:
    for ours, theirs in zip(here, there, strict=False):
        if ours.shapes != theirs.shapes:
            return say("weights.first", layer=ours.path, stored=theirs.path,
                       here=_shapes(ours), there=_shapes(theirs))  # fmt: skip
    return say("weights.lengths", here=len(here), there=len(there))


def _names(extra: Slots) -> str:
    named = ", ".join(slot.path for slot in extra[:MOST_NAMED])
    return named if len(extra) <= MOST_NAMED else f"{named}, …"


def _size(shape: Sequence[int]) -> int:
    size = 1
    for side in shape:
        size *= side
    return size


def _text(shape: Sequence[object]) -> str:
    return "×".join(map(str, shape))


def _shapes(slot: Slot) -> str:
    return ", ".join(_text(shape) or "1" for shape in slot.shapes)
