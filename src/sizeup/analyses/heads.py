"""The parts of an attention of many heads: its projections, and the two products between them."""

from __future__ import annotations

from sizeup.network import add_known, times
from sizeup.records import Record
from sizeup.rules.checks import known_product

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.analyses.tasks import Task
    from sizeup.dims import Dim
    from sizeup.network import Parameter

SOURCES = {"query": 0, "gate": 0, "value": 1, "key": 2}
"""Which of the inputs each projection takes; without a third the key is the value."""


class Projection(Record):
    """The MACs of one, the input that it takes (None: what was gathered), what leaves it."""

    name: str
    macs: Dim | None
    source: int | None
    elements: Dim | None


class Heads(Record):
    """An attention of many heads, for one sample.

    `products` are the MACs of query by key and of scores by value, `scores` the elements between
    them; `projected` are the elements that leave all projections, `query` those of the query's,
    and `context` those that enter the last.
    """

    projections: tuple[Projection, ...]
    products: Dim | None
    scores: Dim | None
    query: Dim | None
    context: Dim | None
    projected: Dim | None


def heads_of(task: Task) -> Heads | None:
    """The parts of a MultiHeadAttention or GroupedQueryAttention, None where a shape is open."""
    if None in task.shapes or task.leaves[0] is None:
        return None
    kernels = {p.name.rpartition("/")[0]: p for p in task.weights if p.name.endswith("/kernel")}
    query = kernels["query"].shape[1:]
    width = kernels["value"].shape[-1]
    parts = []
    for name, kernel in kernels.items():
        source = SOURCES.get(name)
        source = source if source is None or source < len(task.shapes) else 1
        parts.append(_projection(task, name, kernel, source))
    rest = add_known((task.macs, times(add_known(part.macs for part in parts), -1)))
    elements = {part.name: part.elements for part in parts}
    positions = _positions(task, 0)
    return Heads(
        projections=tuple(parts),
        products=rest,
        scores=None if rest is None else rest // (query[-1] + width),
        query=elements["query"],
        context=known_product((positions, query[0], width)),
        projected=add_known(elements.values()),
    )


def _projection(task: Task, name: str, kernel: Parameter, source: int | None) -> Projection:
    positions = _positions(task, source or 0)
    outward = kernel.shape[1:] if source is not None else kernel.shape[2:]
    return Projection(
        name=name,
        macs=times(positions, kernel.count),
        source=source,
        elements=known_product((positions, *outward)),
    )


def _positions(task: Task, source: int) -> Dim | None:
    shape = task.shapes[source]
    return None if shape is None else known_product(shape[1:-1])
