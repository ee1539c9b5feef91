"""What PyTorch's modules own, as far as a table tells it; tensors are as PyTorch has them."""

from __future__ import annotations

from sizeup.readers.summary.deduction import Deduced
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Shape
    from sizeup.readers.summary.records import Printed

HIDDEN = frozenset({
    "RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell", "MultiheadAttention",
    "ParameterList", "ParameterDict",
})  # fmt: skip
"""Modules whose parameters torchsummary does not count: they are not called weight and bias."""


def deduce(row: Printed, x: Shape | None, y: Shape | None, count: int, style: str) -> Deduced:
    """All that a module with `count` parameters may own."""
    del row, x, y, style
    return Deduced(((),), certain=True) if count == 0 else Deduced()


def uncounted(kind: str, style: str) -> str | None:
    """Why the count of a row is not that of its module."""
    if style == "torchsummary" and kind in HIDDEN:
        return say("summary.torchsummary", kind=kind)
    return None
