"""Whether rows and totals add up, and what the totals say of what is trained."""

from __future__ import annotations

from sizeup.network import Layer, Network, Note, Parameter, Unknown, map_bodies, total_of
from sizeup.readers.summary.layers import OWN, flat
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.readers.summary.records import Table

MOST_SUMS = 20_000
"""So many sums of rows are tried to find out which of them are frozen."""
LEFT_OUT = "…"
"""The name of the row that stands for those that are left out of a table."""


def settled(network: Network, table: Table) -> Network:
    """The network with what the totals of its table say of it."""
    network = _with_total(network, table)
    return _with_flags(network, table)


def _with_total(network: Network, table: Table) -> Network:
    """Compare the sum of the rows with the total; say so where they differ."""
    rows, stated = total_of(network), table.stated
    unknown = [layer for layer in flat(network.graph) if layer.unknown]
    built = all(row.built for row in table.rows) or any(row.count for row in table.rows)
    hidden = built and table.style != "torchsummary"
    missing = table.gaps[0] if table.gaps else None
    if stated is None or table.total is None:
        if missing is None:
            return network
        reason = Unknown(say("summary.broken_off"), missing)
        return network.changed(unknown=(*network.unknown, reason))
    line = table.total.line
    parts = _parts(table)
    if parts is not None and parts != stated:
        network = _doubted(network, "summary.parts", line, stated, parts)
        return network.changed(most=min(rows, stated, parts))
    if unknown and hidden and rows <= stated and parts is not None:
        return network.changed(total=stated)
    if rows == stated or (unknown and rows < stated):
        return network
    if rows < stated and (missing is not None or _more_than(rows, table)):
        rest = Parameter(OWN, (stated - rows,), shaped=False, told=False)
        layer = Layer(LEFT_OUT, "?", parameters=(rest,), line=missing or line, partial=True)
        graph = network.graph.changed(layers=(*network.graph.layers, layer))
        note = _note("summary.missing", line, stated, rows)
        return network.changed(graph=graph, notes=(*network.notes, note))
    return _doubted(network, "summary.sum", line, stated, rows).changed(most=min(rows, stated))


def _note(key: str, line: int, stated: int, found: int) -> Note:
    numbers = {"stated": f"{stated:,}", "found": f"{found:,}", "by": f"{abs(stated - found):,}"}
    return Note("warning", say(key, **numbers), line)


def _doubted(network: Network, key: str, line: int, stated: int, found: int) -> Network:
    """A network whose total is not known, because the table contradicts itself."""
    notes = (*network.notes, _note(key, line, stated, found))
    reason = Unknown(say("summary.contradiction"), line)
    return network.changed(notes=notes, unknown=(*network.unknown, reason))


def _parts(table: Table) -> int | None:
    """What the trainable and the other parameters are together."""
    if table.trainable is None or table.non_trainable is None:
        return None
    return table.trainable.count + table.non_trainable.count


def _more_than(rows: int, table: Table) -> bool:
    """Whether one part alone is more than all rows, so that some row is certainly left out.

    Keras 2 adds up what was trainable when a model was compiled and what is frozen now: a total
    that is too large does not prove it.
    """
    parts = (table.trainable, table.non_trainable)
    return any(part is not None and part.count > rows for part in parts)


def _with_flags(network: Network, table: Table) -> Network:
    """What is trained, where the figures or a column tell."""
    layers = list({layer.line: layer for layer in flat(network.graph)}.values())
    flags = {row.line: row.trainable for row in table.rows if row.trainable is not None}
    known = _decided(layers, flags, table)

    def flagged(layer: Layer) -> Layer:
        flag = known.get(layer.line)
        parameters = tuple(_flagged(p, flag) for p in layer.parameters)
        layer = layer.changed(parameters=parameters, trainable=flag is not False)
        return map_bodies(layer, lambda body: body.changed(layers=tuple(map(flagged, body.layers))))

    graph = network.graph.changed(layers=tuple(map(flagged, network.graph.layers)))
    trained = None if table.trainable is None or network.unknown else table.trainable.count
    return network.changed(graph=graph, trained=trained)


def _flagged(parameter: Parameter, flag: bool | None) -> Parameter:
    """A parameter of a layer that is trained, is not, or may be either."""
    if not parameter.trainable:
        return parameter
    return parameter.changed(told=flag is not None, trainable=flag is not False)


def _decided(
    layers: Sequence[Layer], flags: dict[int, bool], table: Table
) -> dict[int | None, bool | None]:
    """By their lines, the layers that are certainly trained, and those that certainly are not."""
    owners = [layer for layer in layers if layer.parameters]
    known: dict[int | None, bool | None] = {}
    for layer in owners:
        flag = flags.get(layer.line or 0)
        known[layer.line] = flag if flag is False or not _mixed(layer) else None
    fixed = sum(_count(layer, fixed=True) for layer in owners)
    if table.non_trainable is None or table.stated is None:
        return known
    frozen = table.non_trainable.count - fixed
    frozen -= sum(_count(each) for each in owners if known[each.line] is False)
    open_ones = [layer for layer in owners if known[layer.line] is None and _count(layer)]
    if frozen == 0:
        return known | {layer.line: True for layer in open_ones}
    if frozen == sum(map(_count, open_ones)):
        return known | {layer.line: False for layer in open_ones}
    if any(map(_mixed, open_ones)):
        return known
    chosen = _only_subset([_count(layer) for layer in open_ones], frozen)
    if chosen is not None:
        known |= {layer.line: n not in chosen for n, layer in enumerate(open_ones)}
    return known


def _count(layer: Layer, *, fixed: bool = False) -> int:
    """The parameters of its own that may be trained, or those that never are."""
    counts = (p.count for p in layer.parameters if p.trainable is not fixed)
    return sum(count for count in counts if isinstance(count, int))


def _mixed(layer: Layer) -> bool:
    """Whether some of a layer may be trained and some not: it is not known what it holds."""
    return any(not p.shaped for p in layer.parameters) and not (
        layer.perhaps and all(p.trainable for reading in layer.perhaps for p in reading)
    )


def _only_subset(counts: Sequence[int], wanted: int) -> frozenset[int] | None:
    """The only places whose counts add up to `wanted`; None where there are several or none."""
    ways: dict[int, tuple[int, frozenset[int]]] = {0: (1, frozenset())}
    for place, count in enumerate(counts):
        for reached, (times, places) in list(ways.items()):
            if reached + count <= wanted:
                others = ways.get(reached + count, (0, frozenset[int]()))[0]
                ways[reached + count] = (min(2, times + others), places | {place})
        if len(ways) > MOST_SUMS:
            return None
    times, places = ways.get(wanted, (0, frozenset[int]()))
    return places if times == 1 else None
