"""Layers as other versions of Keras store them: what tells it, tensor by tensor.

Sources: `preprocess_weights_for_loading` of Keras 2, which turns these layouts into each other, and
the layers of Keras 0 and 1 themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.analyses.slots import Slot

    Shape = tuple[int, ...]

BOTH = 2
"""Rows of biases: for what enters a recurrent layer, and for what it was before."""
RECURRENT = frozenset({"GRU", "LSTM", "Bidirectional", "ConvLSTM2D"})
OWN, STATISTICS = 2, 2
"""So many tensors of a normalization are its scale and offset, and its running statistics."""
MOVING = frozenset({"mean", "variance", "std"})
"""How the names of these end: `moving_mean`, `running_std`."""
MATRIX = 2


def layouts(ours: Slot, theirs: Slot) -> list[str] | None:
    """What is other about how a layer is stored, as keys of words; None where that explains nothing."""
    if ours.kind.endswith("BatchNormalization"):
        return _normalization(ours, theirs)
    if len(ours.shapes) == len(theirs.shapes):
        pairs = zip(ours.shapes, theirs.shapes, strict=True)
        found = {_tensor(a, b, ours) for a, b in pairs if a != b}
        return None if None in found else sorted(filter(None, found))
    return _gates(ours, theirs)


def _tensor(ours: Shape, theirs: Shape, slot: Slot) -> str | None:
    if len(ours) > MATRIX and len(ours) == len(theirs) and ours in _kernels(theirs):
        return "weights.theano"
    if len(ours) == MATRIX + 1 and len(theirs) == MATRIX + 2 and ours in _kernels_of_one(theirs):
        return "weights.conv1d"
    if {len(ours), len(theirs)} == {1, MATRIX}:
        return _biases(*sorted((ours, theirs), key=len))
    twice = prod(ours) in (2 * prod(theirs), prod(theirs) // 2)
    both = len(ours) == len(theirs) == 1 and slot.kind in RECURRENT
    return "weights.cudnn" if both and twice else None


def _biases(row: Shape, table: Shape) -> str | None:
    """The biases of recurrent layers: of one kernel, or of both in one row or two."""
    if table[0] != BOTH:
        return None
    return {2 * table[1]: "weights.cudnn", table[1]: "weights.gru"}.get(row[0])


def _kernels(stored: Shape) -> Iterator[Shape]:
    """A kernel with its filters in front, as it stands today."""
    filters, channels, *sides = stored
    yield (*sides, channels, filters)
    if len(stored) == 4:  # transposed ones name their filters first
        yield (*sides, filters, channels)


def _kernels_of_one(stored: Shape) -> Iterator[Shape]:
    """A kernel of a convolution of one dimension, which was one of two, the other 1 long."""
    first, second, third, last = stored
    if second == 1:
        yield first, third, last
    if last == 1:
        yield third, second, first
    if third == 1:
        yield last, second, first


def _gates(ours: Slot, theirs: Slot) -> list[str] | None:
    """Kernels and biases gate by gate: three tensors for each."""
    more = len(theirs.shapes) - len(ours.shapes)
    apart = {6, 9, 12, 18} if ours.kind in RECURRENT else set(range(6, len(theirs.shapes), 3))
    if more not in apart or not set(theirs.shapes) - set(ours.shapes):
        return None
    here, there = (sum(map(prod, slot.shapes)) for slot in (ours, theirs))
    biases = sum(shape[1] for shape in ours.shapes if len(shape) == MATRIX and shape[0] == BOTH)
    if here == there:
        return ["weights.gates"]
    return ["weights.gates", "weights.gru"] if here - biases == there else None


def _normalization(ours: Slot, theirs: Slot) -> list[str] | None:
    """Without scale or offset, without statistics, with those of `renorm`, or element by element."""
    here, there = set(ours.shapes), set(theirs.shapes) - {()}
    if len(here) != 1 or len(there) != 1:
        return None
    (mine,), (other,) = here, there
    fewer, more = sorted((ours, theirs), key=lambda slot: len(slot.shapes))
    if mine != other:
        elements = len(fewer.shapes) == len(more.shapes) and len(other) > 1 and mine[0] in other
        return ["weights.norm_elements"] if elements else None
    if len(more.shapes) > OWN + STATISTICS:
        return ["weights.renorm"]
    kept = any(name.rpartition("_")[2] in MOVING for name in fewer.names)
    without = len(fewer.shapes) == len(more.shapes) - STATISTICS and not kept
    return ["weights.norm_statistics" if without else "weights.norm_scale"]
