"""How many parameters, in which layers, by what arithmetic.

`as_dict` is one network of the JSON of `sizeup count`. Nothing in it is zero by default: what
is unknown is None, and `at_least` sums what is certain.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from sizeup.analyses.lint import warnings
from sizeup.analyses.readings import readings
from sizeup.dims import Expr, as_python, as_text, symbols, total
from sizeup.network import BYTES, Note, add_known, rows
from sizeup.places import file_of
from sizeup.records import Record
from sizeup.shown import Shown
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Free, Network, Parameter, Row, Shape

WORDS = frozenset({"float32", "int32", "uint32"})
"""The dtypes whose elements have the 4 bytes that `BYTES` leaves out."""


class Count(Shown, Record):
    """The parameters of a network, and its MACs for `batch` samples.

    `parameters` is the total, a formula while something is free. It, `trainable` and `bytes`
    are None where some layer is unknown (`bytes` also for a dtype of no known size); `macs`
    also where they depend on a dimension that is open by design. `at_least` is the sum of what
    is certain. `free` are the names that anything here depends on; `unknown` holds, by path,
    the rows whose count is unknown because they or something inside them is.
    """

    network: Network
    batch: int
    rows: tuple[Row, ...]
    parameters: Dim | None
    trainable: Dim | None
    at_least: int
    bytes: Dim | None
    macs: Dim | None
    free: tuple[Free, ...]
    notes: tuple[Note, ...]
    unknown: frozenset[str]

    @property
    def total(self) -> int | None:
        """The total, if nothing is free or unknown."""
        return None if self.free or isinstance(self.parameters, Expr) else self.parameters

    @property
    def formula(self) -> str | None:
        """The total as a Python expression over the free names."""
        if self.parameters is None or self.total is not None:
            return None
        return as_python(self.parameters)

    def as_dict(self) -> dict[str, Any]:
        """The network as JSON has it."""
        network = self.network
        frozen = add_known([self.parameters, _negated(self.trainable)])
        return {
            "name": network.name,
            "source": network.source,
            "reader": network.reader,
            "when": network.when,
            "parameters": {
                "total": self.total,
                "trainable": plain(self.trainable),
                "non_trainable": plain(frozen),
                "at_least": self.at_least,
                "bytes": plain(self.bytes),
            },
            "macs": plain(self.macs),
            "formula": self.formula,
            "free": [
                {"name": f.name, "expression": f.expression, **_where(f.line), "why": f.why}
                for f in self.free
            ],
            "layers": [self._row(row) for row in self.rows],
            "notes": [{"level": n.level, **_where(n.line), "text": n.text} for n in self.notes],
        }

    def _row(self, row: Row) -> dict[str, Any]:
        layer, known = row.layer, row.path not in self.unknown
        first = layer.calls[0] if layer.calls else None
        outputs = [_shape(shape) for shape in first.output_shapes] if first else [None]
        return {
            "name": row.path,
            "kind": layer.kind,
            "parent": row.parent,
            **_where(layer.line),
            "input_shapes": [_shape(shape) for shape in first.input_shapes] if first else [],
            "output_shape": outputs[0] if len(outputs) == 1 else outputs,
            "parameters": plain(row.parameters) if known else None,
            "trainable": plain(row.trainable) if known else None,
            "macs": plain(_times(row.macs, self.batch)) if known else None,
            "arithmetic": self.arithmetic(row),
            "weights": [
                {
                    "name": parameter.name,
                    "shape": [plain(dim) for dim in parameter.shape],
                    "dtype": parameter.dtype,
                    "trainable": parameter.trainable if parameter.told else None,
                }
                for parameter in row.weights
                if parameter.shaped
            ],
            "shared_with": row.shared_with,
        }

    def arithmetic(self, row: Row) -> str:
        """How the count of a row comes about: `3·3·1·32 + 32`; inner rows by their counts.

        Empty for a row that counts nothing.
        """
        nested = any(call.body for call in row.layer.calls)
        inner = [r.parameters for r in self.rows if r.parent == row.path] if nested else []
        alike = set(map(arithmetic, row.layer.perhaps))
        own = alike.pop() if len(alike) == 1 else arithmetic(row.own)
        summands = [own] if row.own else []
        return " + ".join(summands + [write(dim) for dim in inner if dim != 0])


def count(network: Network, batch: int = 1) -> Count:
    """Count the parameters of a network, and its MACs for `batch` samples."""
    table = rows(network)
    top = [row for row in table if row.parent is None]
    unknown = _unknown(table)
    known = not unknown and not network.unknown and network.error is None
    owned = [parameter for row in table for parameter in row.own]
    macs = add_known(row.macs for row in top)
    depends = frozenset().union(*map(symbols, _dims(table)))
    return Count(
        network=network,
        batch=batch,
        rows=table,
        parameters=total(row.parameters for row in top) if known else network.total,
        trainable=_trainable(network, top) if known else network.trained,
        at_least=_at_least(network, owned),
        bytes=add_known(map(_bytes, owned)) if known else None,
        macs=_times(macs, batch) if known else None,
        free=tuple(free for free in network.free if free.name in depends),
        notes=(
            *network.notes,
            *readings(table, arithmetic),
            *warnings(network, table),
            *_unknown_notes(network, table),
        ),
        unknown=unknown,
    )


def arithmetic(parameters: Sequence[Parameter]) -> str:
    """The product of each shape, joined by +: `4·(32·64 + 64·64 + 64)`.

    Equal vectors fold, and so do the equal parts of a tensor (gates) and layers that a wrapper
    holds twice: `2·4·(…)`.
    """
    owners = groupby(parameters, key=lambda p: p.name.rpartition("/")[0])
    folded = Counter(tuple(_summands(tuple(group))) for _, group in owners)
    return " + ".join(
        " + ".join(summands) if times == 1 else f"{times}·{_as_factor(summands)}"
        for summands, times in folded.items()
    )


def _summands(parameters: Sequence[Parameter]) -> Iterator[str]:
    """The summands of one owner, tensors of several parts as so many times one part."""
    for parts, group in groupby(parameters, key=lambda p: p.parts):
        if parts == 1:
            yield from _products([p.shape for p in group])
        else:
            one = [(*p.shape[:-1], p.shape[-1] // parts) for p in group]
            yield f"{parts}·{_as_factor(_products(one))}"


def _as_factor(summands: Sequence[str]) -> str:
    return summands[0] if len(summands) == 1 else f"({' + '.join(summands)})"


def _products(shapes: Sequence[tuple[Dim, ...]]) -> list[str]:
    vectors = Counter(shape for shape in shapes if len(shape) == 1)
    summands = []
    for shape in shapes:
        times = vectors.pop(shape, 0) if len(shape) == 1 else 1
        if times == 1:
            summands.append(_product(shape))
        elif times:
            summands.append(_product((times, *shape)))
    return summands


def write(dim: Dim) -> str:
    """A dimension for people: `4,608`, `32·h`."""
    return f"{dim:,}" if isinstance(dim, int) else as_text(dim)


def factor(dim: Dim) -> str:
    """A dimension as a factor: `32·h`, `(h − 2)`."""
    several = isinstance(dim, Expr) and len(dim.terms) > 1
    return f"({write(dim)})" if several else write(dim)


def plain(dim: Dim | None) -> int | str | None:
    """A dimension in JSON: an expression is a string in the grammar of `formula`."""
    return as_python(dim) if isinstance(dim, Expr) else dim


def _product(shape: Sequence[Dim]) -> str:
    return write(shape[0]) if len(shape) == 1 else "·".join(map(factor, shape)) or "1"


def _where(line: int | None) -> dict[str, int | str | None]:
    """A line, and its file where it is not the network's own source, or a notebook's cell."""
    if line is None or type(line) is int:
        return {"line": line}
    file = file_of(line)
    return {"line": int(line), **({"cell": str(line)} if file is None else {"file": file})}


def _shape(shape: Shape | None) -> list[int | str | None] | None:
    return None if shape is None else [plain(dim) for dim in shape]


def _bytes(parameter: Parameter) -> Dim | None:
    size = 4 if parameter.dtype in WORDS else BYTES.get(parameter.dtype)
    return _times(parameter.count, size)


def _times(dim: Dim | None, factor: int | None) -> Dim | None:
    return None if dim is None or factor is None else dim * factor


def _negated(dim: Dim | None) -> Dim | None:
    return None if dim is None else -dim


def _at_least(network: Network, owned: Iterable[Parameter]) -> int:
    """What is certain: the sum of all numbers, or the total that the source says."""
    if network.total is not None:
        return network.total
    certain = sum(n for p in owned if isinstance(n := p.count, int))
    return certain if network.most is None else min(certain, network.most)


def _trainable(network: Network, top: Sequence[Row]) -> Dim | None:
    """What is trained of all rows, or as the source says it of them together."""
    trained = add_known(row.trainable for row in top)
    return network.trained if trained is None else trained


def _unknown(table: Sequence[Row]) -> frozenset[str]:
    """The paths of rows that are unknown, and of all that they are inside of."""
    parents = {row.path: row.parent for row in table}
    unknown = set()
    for row in table:
        path: str | None = row.path if row.layer.unknown else None
        while path is not None:
            unknown.add(path)
            path = parents[path]
    return frozenset(unknown)


def _unknown_notes(network: Network, table: Sequence[Row]) -> Iterator[Note]:
    """A note for everything that keeps the total from being known."""
    for row in table:
        if row.layer.unknown:
            key = "count.unknown" if network.total is None else "count.hidden"
            text = say(key, name=row.path, reason=row.layer.unknown.reason)
            yield Note("unknown", text, row.layer.unknown.line or row.layer.line)
    for unknown in network.unknown:
        yield Note("unknown", unknown.reason, unknown.line)
    if network.error is not None:
        yield Note("unknown", network.error, network.error_line)


def _dims(table: Iterable[Row]) -> Iterator[Dim]:
    """Every dimension and cost that the rows show."""
    for row in table:
        yield from (dim for parameter in row.weights for dim in parameter.shape)
        for call in row.layer.calls:
            shapes = (*call.input_shapes, *call.output_shapes)
            yield from (dim for shape in shapes for dim in shape or () if dim is not None)
        if row.macs is not None:
            yield row.macs
