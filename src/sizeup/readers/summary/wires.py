"""Which tensors enter which row: as a column says it, or as rows follow each other."""

from __future__ import annotations

from sizeup.network import Ref
from sizeup.readers.summary.cells import CUT
from sizeup.readers.summary.kinds import MERGES, MODELS
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.network import Shape
    from sizeup.readers.summary.records import Link, Printed

    Wires = tuple[Ref, ...]


class Node(Record):
    """A row with its kind resolved, and the rows inside of it."""

    row: Printed
    kind: str
    inside: tuple[Node, ...] = ()
    kinds: tuple[str, ...] = ()
    """Those that it may be, where the table cuts its kind off."""

    @property
    def enters(self) -> bool:
        """Whether it is an input of the graph that it stands in."""
        return self.kind == "InputLayer"


Calls = tuple["Wires | None", ...]
"""What enters each call of a layer; None where that is not known."""


def chained(nodes: Sequence[Node], *, fed: bool) -> list[Calls]:
    """Each row takes what the row before it gives, the first what enters, if that is known."""
    return [((Ref(number - 1),),) if number or node.enters or fed else (None,)
            for number, node in enumerate(nodes)]  # fmt: skip


def unwired(nodes: Sequence[Node]) -> list[Calls]:
    """Nothing is known but where the inputs are."""
    numbers = iter(range(len(nodes)))
    return [((Ref(-1, 0, next(numbers)),),) if node.enters else (None,) for node in nodes]


def connected(nodes: Sequence[Node]) -> list[Calls]:
    """Each row takes what its last column names."""
    calls = unwired(nodes)
    names: dict[str, list[int]] = {}
    for number, node in enumerate(nodes):
        names.setdefault(node.row.name, []).append(number)
    for number, node in enumerate(nodes):
        links = node.row.links
        if node.enters or not links:
            continue
        several = len(links) > 1 and _takes_one(node.kind)
        groups = [(link,) for link in links] if several else [links]
        calls[number] = tuple(_wires(group, number, nodes, names) for group in groups)
    return _renumbered(calls)


def _takes_one(kind: str) -> bool:
    """Whether a layer of this kind takes one tensor a call, so that several links are calls."""
    from sizeup.readers.summary.candidates import FINDERS
    from sizeup.rules.registry import HOMES

    known = kind in FINDERS or (kind in HOMES and not kind.startswith("ops."))
    return known and kind not in MERGES | MODELS


def _wires(
    links: Sequence[Link], number: int, nodes: Sequence[Node], names: dict[str, list[int]]
) -> Wires | None:
    found = [_source(link, number, nodes, names) for link in links]
    refs = tuple(ref for ref in found if ref is not None)
    return refs if len(refs) == len(found) else None


def _source(
    link: Link, number: int, nodes: Sequence[Node], names: dict[str, list[int]]
) -> Ref | None:
    """The layer that a link names; a name that is cut off has to fit one row, or rows alike."""
    exact = names.get(link.name, [])
    if len(exact) == 1:
        return Ref(exact[0], link.call, link.output)
    if link.whole and not exact:
        exact = [n for n, node in enumerate(nodes) if _may_be(link.name, node.row)]
        return Ref(exact[0], link.call, link.output) if len(exact) == 1 else None
    fitting = exact or [
        n for n, node in enumerate(nodes[:number])
        if node.row.name.rstrip(CUT).startswith(link.name) or _may_be(link.name, node.row)
    ]  # fmt: skip
    shapes = {nodes[n].row.shapes for n in fitting}
    if len(shapes) != 1 or (len(fitting) > 1 and None in shapes):
        return None
    return Ref(fitting[-1], link.call, link.output)


def _may_be(name: str, row: Printed) -> bool:
    """Whether a row whose name is cut off may be of this name."""
    return row.name.endswith(CUT) and name.startswith(row.name.rstrip(CUT))


def _renumbered(calls: list[Calls]) -> list[Calls]:
    """Calls as this graph has them; the numbers in a table count those elsewhere too."""
    used: dict[int, set[int]] = {}
    for each in calls:
        for wires in each:
            for ref in wires or ():
                used.setdefault(ref.layer, set()).add(ref.call)
    places = {number: sorted(found) for number, found in used.items()}

    def anew(ref: Ref) -> Ref:
        last = len(calls[ref.layer]) - 1
        if ref.layer < 0 or places[ref.layer][-1] <= last:
            return ref
        return ref.changed(call=min(places[ref.layer].index(ref.call), last))

    return [
        tuple(None if wires is None else tuple(map(anew, wires)) for wires in each)
        for each in calls
    ]


def entering(
    wires: Wires | None, nodes: Sequence[Node], inputs: Sequence[Shape | None]
) -> tuple[Shape | None, ...]:
    """The shapes of the tensors that enter a call."""
    return tuple(_shape(ref, nodes, inputs) for ref in wires or ())


def _shape(ref: Ref, nodes: Sequence[Node], inputs: Sequence[Shape | None]) -> Shape | None:
    if ref.layer == -1:
        return inputs[ref.output] if ref.output < len(inputs) else None
    shapes = nodes[ref.layer].row.shapes or ()
    return shapes[ref.output] if ref.output < len(shapes) else None
