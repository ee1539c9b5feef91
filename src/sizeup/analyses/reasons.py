"""Why counts differ, in words."""

from __future__ import annotations

from collections import Counter

from sizeup.analyses.count import arithmetic, write
from sizeup.analyses.describe import edits, write_shape
from sizeup.analyses.hybrids import Gap
from sizeup.analyses.likeness import differences
from sizeup.analyses.measures import batch_of, measure
from sizeup.analyses.stages import SHAPELESS
from sizeup.dims import sign, total
from sizeup.network import Graph, Layer
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sizeup.analyses.aligned import Aligned
    from sizeup.analyses.changes import Change
    from sizeup.dims import Dim
    from sizeup.network import Shape

    Layers = Sequence[Layer | Gap]
    Moved = tuple[str, Layer, Layer]

MOST_SUMMANDS = 6
"""A sum of more products than that explains nothing."""
SEQUENCE = 3
"""The rank up to which the last dimension is a width; beyond, it counts channels."""


def change_because(both: Aligned, change: Change, alone: Sequence[Layer | Gap]) -> str | None:
    """How a change comes to its effect: what it owns, and what it does to the layers behind it.

    `alone` are the layers of the hybrid in which only this change is made. An example: `it owns
    55,424; it shrinks what enters dense_1 from 32·12·12 = 4,608 to 64·4·4 = 1,024: …`.
    """
    moved = list(_moved(both, alone))
    gone = [both.before.layers[i] for i in sorted(change.removed)]
    new = [both.after.layers[j] for j in sorted(change.inserted)]
    reasons = []
    if gone or new or change.inputs:
        reasons = [*_ownership(gone, new), *_entrance(both.before.layers, alone, moved)]
    text = "; ".join(reasons)
    old_sum = _products([*gone, *(old for _, old, _ in moved)])
    new_sum = _products([*new, *(layer for _, _, layer in moved)])
    for summand in (Counter(old_sum) & Counter(new_sum)).elements():
        old_sum.remove(summand)
        new_sum.remove(summand)
    if (
        old_sum
        and new_sum
        and old_sum != new_sum
        and max(len(old_sum), len(new_sum)) <= MOST_SUMMANDS
    ):
        became = say("diff.became", old=" + ".join(old_sum), new=" + ".join(new_sum))
        text = f"{text}: {became}" if text else became
    return text or None


def measured_because(
    both: Aligned, change: Change, alone: Sequence[Layer | Gap], of: str, samples: int
) -> str | None:
    """How a change comes to its effect on MACs or activations: by itself, and by what stays.

    `alone` is as for `change_because`, `of` what is measured, for so many samples. An example:
    `it takes 5,308,416 MACs instead of 1,327,104; the other layers take 73,728 fewer`.
    """
    touched: list[tuple[Dim, Dim]] = []
    others: list[tuple[Dim, Dim]] = []
    batch = batch_of(both.before)
    for (i, j), becomes in zip(both.pairs, alone, strict=True):
        was = None if i is None else both.before.layers[i]
        old, new = (
            measure(Graph((layer,)), of, batch) if isinstance(layer, Layer) else 0
            for layer in (was, becomes)
        )
        if old is None or new is None:
            return None
        own = i in change.removed or i in change.layers or j in change.inserted
        (touched if own else others).append((old, new))
    reasons = []
    old, new = (samples * total(pair[side] for pair in touched) for side in (0, 1))
    if old != new:
        key = "owned" if new == 0 else "owns" if old == 0 else "became"
        reasons.append(say(f"because.{of}_{key}", old=write(old), new=write(new)))
    more = samples * (total(new for _, new in others) - total(old for old, _ in others))
    if isinstance(more, int) and more != 0:
        key = "more" if more > 0 else "fewer"
        reasons.append(say(f"because.{of}_{key}", by=write(abs(more))))
    return "; ".join(reasons) or None


def layer_because(before: Layer, after: Layer, of: str = "parameters") -> str:
    """Why a layer that is in both networks owns, takes or gives more in one of them."""
    reasons = [edits(before, after)] if differences(before, after) else []
    if of != "parameters":
        if _entering(before) != _entering(after):
            shapes = write_shape(_entering(before)), write_shape(_entering(after))
            reasons.append(say("diff.shape", old=shapes[0], new=shapes[1]))
        return "; ".join(reasons) or say("diff.calls")
    old, new = _width(before), _width(after)
    if old is not None and new is not None and old != new:
        key = "diff.wide" if len(_entering(before) or ()) <= SEQUENCE else "diff.channels"
        reasons.append(say(key, old=write(old), new=write(new)))
    elif not reasons and _entering(before) != _entering(after):
        shapes = write_shape(_entering(before)), write_shape(_entering(after))
        reasons.append(say("diff.shape", old=shapes[0], new=shapes[1]))
    return "; ".join(reasons) or say("diff.sharing")


def _moved(both: Aligned, alone: Sequence[Layer | Gap]) -> Iterator[Moved]:
    """The layers that stay and are resized: their names, as they were, as they become."""
    for (i, j), new in zip(both.pairs, alone, strict=True):
        if i is None or isinstance(new, Gap):
            continue
        old = both.before.layers[i]
        if [p.shape for p in old.parameters] != [p.shape for p in new.parameters]:
            yield (old if j is None else both.after.layers[j]).name, old, new


def _ownership(gone: Sequence[Layer], new: Sequence[Layer]) -> Iterator[str]:
    owned, owns = _owned(gone), _owned(new)
    if owned == owns:
        return
    if owned != 0 and owns != 0:
        yield say("diff.replaces", old=write(owned), new=write(owns))
    elif owned != 0:
        yield say("diff.owned", count=write(owned))
    elif owns != 0:
        yield say("diff.owns", count=write(owns))


def _entrance(before: Layers, after: Layers, moved: Iterable[Moved]) -> Iterator[str]:
    """What becomes of the width of what enters the first layer that is resized by it."""
    for name, old, new in moved:
        narrow, wide = _width(old), _width(new)
        if narrow is None or wide is None or narrow == wide:
            continue
        key = {-1: "diff.shrinks", 1: "diff.widens"}.get(sign(wide - narrow) or 0, "diff.changes")
        texts = _factored(before, old, narrow), _factored(after, new, wide)
        yield say(key, name=name, old=texts[0], new=texts[1])
        return


def _factored(layers: Layers, layer: Layer, width: Dim) -> str:
    """The width of what enters a layer, with the shape that was flattened to it."""
    source = _source(layers, layer)
    while source is not None and source.kind in SHAPELESS:
        source = _source(layers, source)
    shape = None if source is None else _entering(source)
    flattened = source is not None and source.kind == "Flatten"
    if flattened and shape and len(shape) >= SEQUENCE and isinstance(width, int):
        return f"{write_shape(shape, '·')} = {write(width)}"
    return write(width)


def _source(layers: Layers, layer: Layer) -> Layer | None:
    """The layer whose output enters first; None for an input of the network."""
    number = layer.calls[0].inputs[0].layer if layer.calls and layer.calls[0].inputs else -1
    source = layers[number] if number != -1 else None
    return source if isinstance(source, Layer) else None


def _products(layers: Iterable[Layer]) -> list[str]:
    """The products that the matrices of the layers are; their vectors where they have none."""
    products = []
    for layer in layers:
        matrices = [p for p in layer.parameters if len(p.shape) > 1] or layer.parameters
        gated = any(parameter.parts > 1 for parameter in matrices)
        products += [arithmetic(group) for group in ([matrices] if gated else zip(matrices))]
    return products


def _owned(layers: Iterable[Layer]) -> Dim:
    return total(parameter.count for layer in layers for parameter in layer.parameters)


def _entering(layer: Layer) -> Shape | None:
    return layer.calls[0].input_shapes[0] if layer.calls and layer.calls[0].inputs else None


def _width(layer: Layer) -> Dim | None:
    """The dimension of what enters that parameters hang on: the channels, or the last."""
    shape = _entering(layer)
    first = layer.config.get("data_format") == "channels_first"
    axis = 1 if first else layer.config.get("axis", -1)
    if shape is None or not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
        return None
    return shape[axis]
