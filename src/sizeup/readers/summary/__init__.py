"""Printed summaries: what Keras, torchinfo and torchsummary print of a network, read back.

records       what a table says, as it says it
pages         where tables stand in a text, and the totals below them
boxes columns torch   the forms that tables have, with `cells` for what stands in a cell
kinds wires   the kinds of layers, and which tensors enter which
layers        rows as layers; `deduction` finds what a row leaves open, by trying with the
              rule of its kind what `candidates` and `convolutions` list
sums          whether rows and totals add up
"""

from __future__ import annotations

from sizeup.network import Network
from sizeup.readers.summary.layers import graph_of
from sizeup.readers.summary.pages import plain, tables
from sizeup.readers.summary.sums import settled
from sizeup.readers.summary.torch_modules import counted_otherwise
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.readers.summary.records import Table

READER = "printed summary"


class Summary(Record):
    """A network as a summary shows it, the lines of that, and the total that stands below it."""

    network: Network
    first: int
    last: int
    stated: int | None
    stated_line: int | None


def summaries(text: str, source: str = "-") -> list[Summary]:
    """The summaries that stand in a text, in order."""
    found: list[Summary] = []
    names: dict[str, int] = {}
    for table in tables(list(enumerate(plain(text), 1))):
        name = table.name or "model"
        number = names[name] = names.get(name, 0) + 1
        network = _network(table, name if number == 1 else f"{name}#{number}", source)
        line = None if table.total is None else table.total.line
        found.append(Summary(network, table.first, table.last, table.stated, line))
    return found


def _network(table: Table, name: str, source: str) -> Network:
    graph, notes = graph_of(table)
    wired = all(call.inputs for layer in graph.layers for call in layer.calls)
    kind = "Functional" if wired else "Model"
    network = Network(name, graph, kind, source, READER, notes=notes, line=table.line)
    network = settled(network, table)
    return network.changed(notes=(*network.notes, *counted_otherwise(network, table)))
