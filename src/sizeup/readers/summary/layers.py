"""Rows as layers of a graph: what each is, what enters it, and what it owns."""

from __future__ import annotations

from sizeup.naming import auto_names
from sizeup.network import Call, Graph, Layer, Note, Parameter, Ref, Unknown
from sizeup.readers.summary import torch_modules
from sizeup.readers.summary.cells import CUT
from sizeup.readers.summary.deduction import Deduced, deduce, determined
from sizeup.readers.summary.kinds import MERGES, MODELS, of_rank, resolved
from sizeup.readers.summary.wires import Node, chained, connected, entering, unwired
from sizeup.rules.checks import text
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sizeup.network import Shape
    from sizeup.readers.summary.records import Printed, Table
    from sizeup.readers.summary.wires import Calls

    Shapes = tuple[Shape | None, ...]

OWN = "parameters"
"""The name of all that a layer owns where nothing more is known of it."""


def graph_of(table: Table) -> tuple[Graph, tuple[Note, ...]]:
    """The layers of a table, those of nested models inside of theirs, and what is odd in it."""
    nodes = _tree(table, 0, len(table.rows))
    builder = _Builder(table)
    return builder.graph(nodes, (), outermost=True), tuple(builder.notes)


def _told_apart(nodes: Sequence[Node]) -> Iterator[tuple[Node, str]]:
    """Nodes with their names; of names that are cut off alike, the others get numbers."""
    seen: dict[str, int] = {}
    for node in nodes:
        name = node.row.name
        number = seen[name] = seen.get(name, 0) + 1
        yield node, f"{name}{number}" if number > 1 and name.endswith(CUT) else name


def _tree(table: Table, first: int, end: int) -> tuple[Node, ...]:
    """The rows from `first` to `end` with those below them that stand deeper."""
    nodes = []
    while first < end:
        row = table.rows[first]
        stop = first + 1
        while stop < end and table.rows[stop].depth > row.depth:
            stop += 1
        kinds = (row.kind,) if table.of_torch else resolved(row.kind, row.name, row.whole)
        kind = of_rank(kinds, None)
        nodes.append(Node(row, kind, _tree(table, first + 1, stop), kinds))
        first = stop
    return tuple(nodes)


class _Builder:
    """Makes graphs of the rows of one table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.notes: list[Note] = []

    def graph(self, nodes: Sequence[Node], inputs: Shapes, *, outermost: bool = False,
              kind: str = "") -> Graph:  # fmt: skip
        """The graph of the rows of one level; `inputs` are the shapes that enter it."""
        shapes = tuple((node.row.shapes or (None,))[0] for node in nodes if node.enters)
        inputs = shapes or inputs
        calls = self._without_gaps(
            nodes, self._wired(nodes, inputs, outermost=outermost, kind=kind)
        )
        names = auto_names((node.kind, name or None) for node, name in _told_apart(nodes))
        layers = tuple(
            self._layer(node, name, wires, nodes, inputs)
            for node, name, wires in zip(nodes, names, calls, strict=True)
        )
        return Graph(layers, inputs, _leaving(layers, calls))

    def _without_gaps(self, nodes: Sequence[Node], calls: list[Calls]) -> list[Calls]:
        """Nothing is known of what enters the first row below one that is left out."""
        if any(node.row.links for node in nodes):
            return calls
        above = [0, *(node.row.line for node in nodes)]
        return [
            (None,) if any(up < gap < node.row.line for gap in self.table.gaps) else each
            for node, each, up in zip(nodes, calls, above, strict=False)
        ]

    def _wired(
        self, nodes: Sequence[Node], inputs: Shapes, *, outermost: bool, kind: str
    ) -> list[Calls]:
        if outermost and any(node.row.links for node in nodes):
            return connected(nodes)
        if self.table.of_torch:
            return chained(nodes, fed=bool(inputs)) if kind == "Sequential" else unwired(nodes)
        calls = chained(nodes, fed=bool(inputs))
        follow = all(
            self._deduced(node, entering(wires[0], nodes, inputs)).fits
            for node, wires in zip(nodes, calls, strict=True)
        )
        if outermost and (nodes[0].enters or (self.table.name or "").startswith("sequential")):
            # a sum that is not the total tells of rows that are missing, unless one is wrong
            return calls if self.table.adds_up or not follow else unwired(nodes)
        merges = any(node.kind in MERGES for node in nodes)
        branches = merges or sum(node.enters for node in nodes) > 1
        if kind == "Sequential" or (follow and not branches):
            return calls
        return unwired(nodes)

    def _deduced(self, node: Node, shapes: Shapes) -> Deduced:
        row = node.row
        if row.count is None or not row.built or row.again or node.inside or node.kind in MODELS:
            return Deduced()
        x, y = shapes[0] if shapes else None, row.shapes[0] if row.shapes else None
        if self.table.of_torch:
            x = row.inputs[0] if row.inputs else x
            return torch_modules.deduce(row, x, y, row.count)
        return deduce(node.kind, x, y, row.count, self.table.style)

    def _layer(
        self, node: Node, name: str, calls: Calls, nodes: Sequence[Node], inputs: Shapes
    ) -> Layer:
        row = node.row
        shapes = [entering(wires, nodes, inputs) for wires in calls]
        node = node.changed(kind=of_rank(node.kinds, shapes[0][0] if shapes[0] else None))
        found = self._deduced(node, shapes[0])
        self.notes.extend(_remarks(node, found, shapes[0], of_torch=self.table.of_torch))
        body = None
        if node.inside:
            body = self.graph(node.inside, shapes[0], kind=node.kind)
        outputs = row.shapes or (None,)
        made = tuple(
            Call(wires or (), given, outputs, _macs(found, body), body)
            for wires, given in zip(calls, shapes, strict=True)
        )
        config = determined(node.kind, found.config) if found.certain else {}
        if node.enters and row.shapes:
            config = {"batch_shape": row.shapes[0]}
        return Layer(
            name=name,
            kind=node.kind or "?",
            config=config,
            parameters=_parameters(node, found, self.table),
            calls=made,
            trainable=row.trainable is not False,
            line=row.line,
            unknown=_unknown(row, self.table),
            partial=True,
            perhaps=() if found.certain else found.readings,
        )


def _remarks(node: Node, found: Deduced, shapes: Shapes, *, of_torch: bool) -> Iterator[Note]:
    """What does not add up in a row."""
    row = node.row
    count = row.count or 0
    if not found.fits:
        what = say("summary.unfit", name=row.name, kind=node.kind, count=f"{count:,}",
                   x=_said(shapes), y=_said(row.shapes or ()))  # fmt: skip
        yield Note("warning", what, row.line)
    inside = sum(inner.row.count or 0 for inner in node.inside)
    if node.kind in MODELS and node.row.count is not None and not of_torch and inside > count:
        what = say("summary.inside", name=row.name, count=f"{count:,}", sum=f"{inside:,}")
        yield Note("warning", what, row.line)


def _said(shapes: Shapes) -> str:
    return " and ".join("?" if shape is None else text(shape) for shape in shapes) or "?"


def _macs(found: Deduced, body: Graph | None) -> int | None:
    return found.macs if body is None and isinstance(found.macs, int) else None


def _parameters(node: Node, found: Deduced, table: Table) -> tuple[Parameter, ...]:
    """What a layer owns besides the layers inside of it."""
    row = node.row
    if row.count is None or not row.built or row.again:
        return ()
    if found.certain:
        return found.readings[0]
    owned = row.count
    if node.inside and not table.of_torch:  # counts of Keras include those of the layers inside
        owned -= sum(inner.row.count or 0 for inner in node.inside)
    return (Parameter(OWN, (owned,), shaped=False, told=False),) if owned > 0 else ()


def _unknown(row: Printed, table: Table) -> Unknown | None:
    if row.again:
        return None
    if not row.built:
        return Unknown(say("summary.unbuilt"), row.line)
    if row.count is None:
        return Unknown(say("summary.no_count"), row.line)
    reason = torch_modules.uncounted(row.kind, table.style)
    return None if reason is None else Unknown(reason, row.line)


def _leaving(layers: Sequence[Layer], calls: Sequence[Calls]) -> tuple[Ref, ...]:
    """The tensors that no row takes; the last row's where nothing tells."""
    taken = {ref.layer for each in calls for wires in each for ref in wires or ()}
    known = all(wires is not None for each in calls[1:] for wires in each)
    ends = [n for n in range(len(layers)) if n not in taken] if known else [len(layers) - 1]
    return tuple(Ref(n, len(layers[n].calls) - 1) for n in ends if n >= 0)


def flat(graph: Graph) -> Iterator[Layer]:
    """All layers, those inside of others after them."""
    for layer in graph.layers:
        yield layer
        for call in layer.calls:
            if call.body is not None:
                yield from flat(call.body)
