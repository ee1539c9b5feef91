"""What PyTorch's modules own, as far as a table tells it; tensors are as PyTorch has them.

Paddings are any numbers there, so that shapes say nothing of kernels: torchinfo's own column
does, or the kernels that a count allows are listed.
"""

from __future__ import annotations

from itertools import chain, islice
from math import prod

from sizeup.network import Note, Parameter, total_of
from sizeup.readers.summary.convolutions import divisors, kernels, unusual
from sizeup.readers.summary.deduction import Deduced
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sizeup.network import Network, Shape
    from sizeup.readers.summary.records import Printed, Table

    Owned = tuple[Parameter, ...]
    Finder = Callable[[Printed, Shape | None, Shape, int], Iterator[Owned]]

MOST = 12
HIDDEN = frozenset({
    "RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell", "MultiheadAttention",
    "ParameterList", "ParameterDict",
})  # fmt: skip
"""Modules whose parameters torchsummary does not count: they are not called weight and bias."""
STATISTICS = ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm")
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
MOST_LAYERS = 8


def deduce(row: Printed, x: Shape | None, y: Shape | None, count: int) -> Deduced:
    """All that a module with `count` parameters may own."""
    if count == 0:
        return Deduced(((),), certain=True)
    search = FINDERS.get(row.kind)
    if search is None or y is None:
        return Deduced()
    readings = list(dict.fromkeys(islice(search(row, x, y, count), MOST)))
    if not readings:
        return Deduced(fits=x is None)
    more = len(readings) == MOST
    return Deduced(tuple(readings), certain=len(readings) == 1 and not more, more=more)


def uncounted(kind: str, style: str) -> str | None:
    """Why the count of a row is not that of its module."""
    if style == "torchsummary" and kind in HIDDEN:
        return say("summary.torchsummary", kind=kind)
    return None


def counted_otherwise(network: Network, table: Table) -> Iterator[Note]:
    """What the counts of a table of PyTorch's leave out, or hold twice."""
    norms = [row for row in table.rows if row.kind in STATISTICS and row.count and not row.again]
    kept = sum(row.count or 0 for row in norms)
    if kept:
        total = f"{total_of(network) + kept:,}"
        yield Note("assumed", say("summary.statistics", kept=f"{kept:,}", total=total), table.line)
    if table.style == "torchsummary":
        yield Note("assumed", say("summary.applied"), table.line)


def _pair(weight: tuple[int, ...], bias: int, *, biased: bool) -> Owned:
    owned = (Parameter("weight", weight),)
    return (*owned, Parameter("bias", (bias,))) if biased else owned


def _linear(_row: Printed, x: Shape | None, y: Shape, count: int) -> Iterator[Owned]:
    units = y[-1]
    for biased in (True, False):
        if isinstance(units, int) and units > 0:
            inputs, rest = divmod(count - biased * units, units)
            if not rest and inputs > 0 and (x is None or x[-1] == inputs):
                yield _pair((units, inputs), units, biased=biased)


def _kernels(row: Printed, number: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The ways to split a number into channels and the sides of a kernel."""
    if row.kernel is not None:
        channels, rest = divmod(number, prod(row.kernel))
        if not rest and channels:
            yield channels, row.kernel
        return
    yield from kernels(number, int(row.kind[-2]))


def _convolution(row: Printed, x: Shape | None, y: Shape, count: int) -> Iterator[Owned]:
    filters, entering = y[1], None if x is None else x[1]
    if not isinstance(filters, int) or filters < 1:
        return
    found = []
    for biased in (True, False):
        each, rest = divmod(count - biased * filters, filters)
        if not rest and each > 0:
            found += [(*kernel, biased) for kernel in _kernels(row, each)]
    for channels, sides, biased in sorted(found, key=lambda each: unusual(each[:2])):
        if entering is None or (isinstance(entering, int) and entering % channels == 0
                                and filters % (entering // channels) == 0):  # fmt: skip
            yield _pair((filters, channels, *sides), filters, biased=biased)


def _transposed(row: Printed, x: Shape | None, y: Shape, count: int) -> Iterator[Owned]:
    filters = y[1]
    for biased in (True, False):
        if not isinstance(filters, int) or filters < 1 or count <= biased * filters:
            continue
        for pairs, sides in _kernels(row, count - biased * filters):
            for entering in divisors(pairs) if x is None else [x[1]]:
                if not isinstance(entering, int) or pairs % entering:
                    continue
                leaving = pairs // entering
                if filters % leaving == 0 and entering % (filters // leaving) == 0:
                    yield _pair((entering, leaving, *sides), filters, biased=biased)


def _channels(_row: Printed, _x: Shape | None, y: Shape, count: int) -> Iterator[Owned]:
    """A scale and a shift for each channel."""
    size = y[1] if len(y) > 1 else None
    if isinstance(size, int) and count == 2 * size:
        yield _pair((size,), size, biased=True)


def _ending(_row: Printed, _x: Shape | None, y: Shape, count: int) -> Iterator[Owned]:
    """A scale, and a shift, for each element of the last axes."""
    for first in range(len(y) - 1, 0, -1):
        dims = tuple(dim for dim in y[first:] if isinstance(dim, int))
        for times in (2, 1):
            if len(dims) == len(y) - first and count == times * prod(dims):
                owned = (Parameter("weight", dims), Parameter("bias", dims))
                yield owned[:times]


def _embedding(_row: Printed, _x: Shape | None, y: Shape, count: int) -> Iterator[Owned]:
    columns = y[-1]
    if isinstance(columns, int) and columns > 0 and count % columns == 0:
        yield (Parameter("weight", (count // columns, columns)),)


def _slopes(_row: Printed, _x: Shape | None, y: Shape, count: int) -> Iterator[Owned]:
    if count == 1 or (len(y) > 1 and count == y[1]):
        yield (Parameter("weight", (count,)),)


def _recurrent(row: Printed, x: Shape | None, y: Shape, count: int) -> Iterator[Owned]:
    """Layers of gates, in one direction or both, with two biases each or none."""
    gates, width, inputs = GATES[row.kind], y[-1], None if x is None else x[-1]
    if not isinstance(width, int) or not isinstance(inputs, int):
        return
    options = [(n, ways, b) for n in range(1, MOST_LAYERS + 1) for ways in (1, 2) for b in (1, 0)]
    for layers, ways, biased in options:
        hidden, rest = divmod(width, ways)
        if rest:
            continue
        owned = tuple(chain.from_iterable(
            _cell(gates * hidden, hidden, inputs if number == 0 else width, f"l{number}{way}",
                  biased=biased)
            for number in range(layers) for way in ("", "_reverse")[:ways]))  # fmt: skip
        if sum(p.count for p in owned if isinstance(p.count, int)) == count:
            yield owned
    if row.kind == "LSTM":  # projected: fewer values leave than the state has
        for biased in (1, 0):
            hidden, rest = divmod(count, 4 * inputs + 5 * width + 8 * biased)
            if not rest and hidden > width:
                owned = _cell(4 * hidden, width, inputs, "l0", biased=biased)
                yield (*owned, Parameter("weight_hr_l0", (width, hidden)))


def _cell(rows: int, hidden: int, inputs: int, name: str, *, biased: int) -> Owned:
    shapes = {"weight_ih": (rows, inputs), "weight_hh": (rows, hidden)}
    if biased:
        shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}  # type: ignore[dict-item]
    return tuple(Parameter(f"{key}_{name}", shape) for key, shape in shapes.items())


FINDERS: dict[str, Finder] = {
    "Linear": _linear,
    "NonDynamicallyQuantizableLinear": _linear,
    **{f"Conv{n}d": _convolution for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": _transposed for n in (1, 2, 3)},
    **dict.fromkeys((*STATISTICS, "GroupNorm"), _channels),
    **{f"InstanceNorm{n}d": _channels for n in (1, 2, 3)},
    "LayerNorm": _ending,
    "RMSNorm": _ending,
    "Embedding": _embedding,
    "PReLU": _slopes,
    **dict.fromkeys(GATES, _recurrent),
}
