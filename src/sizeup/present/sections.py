"""The table of a network: a record for every line, with its numbers as text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from sizeup.analyses.count import arithmetic
from sizeup.dims import as_text
from sizeup.naming import snake_case
from sizeup.places import place
from sizeup.present import units
from sizeup.present.blocks import Section, TableLine
from sizeup.present.folding import Block, Run, fold
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from sizeup.analyses.count import Count
    from sizeup.dims import Dim
    from sizeup.network import Row, Shape
    from sizeup.present.folding import Item, Line

    Letters = Mapping[str, str]

FLAT = 2
"""The rank, batch included, of what a Flatten gives."""
MOST_SHAPES = 2
"""So many inputs or outputs of a layer are written out."""


def section(found: Count, letters: Letters, depth: int | None = None) -> Section:
    """The table of a network, its layers down to a depth; its title is left to others."""
    folded = fold(found, depth)
    table = _Table(found, letters)
    return Section(
        title="",
        total=_total(found),
        formula=_formula(found, letters),
        macs=_macs(found.macs),
        cost=_cost(found),
        remarks=tuple(_remarks(found)),
        records=tuple(table.records(folded.items)),
        rest=_rest(folded.hidden),
    )


def formula(dim: Dim, letters: Letters) -> str:
    """An expression in letters; lines break before + and −, not behind."""
    return re.sub(r" ([+−]) ", rf" \1{units.GLUE}", as_text(dim, letters))


def _total(found: Count) -> str:
    if found.network.error is not None:
        return ""
    if found.parameters is None:
        return say("page.at_least", total=units.number(found.at_least))
    return "" if found.total is None else units.number(found.total)


def _formula(found: Count, letters: Letters) -> str:
    if found.parameters is None or found.total is not None:
        return ""
    return formula(found.parameters, letters)


def _cost(found: Count) -> str:
    """What the number of MACs counts, and the size in bytes."""
    costs = []
    if _macs(found.macs):
        key = "page.macs" if found.batch == 1 else "page.macs_of_batch"
        costs.append(say(key, batch=units.number(found.batch)).replace(" ", units.GLUE))
    if isinstance(found.bytes, int):
        costs.append(units.size(found.bytes))
    return units.JOINT.join(costs)


def _remarks(found: Count) -> Iterator[str]:
    network = found.network
    if network.error is not None:
        line = network.error_line
        where = "" if line is None else say("page.place", place=place(line))
        yield say("page.invalid", error=network.error) + where
    if found.total is not None and isinstance(found.trainable, int):
        frozen = found.total - found.trainable
        if frozen:
            trainable = units.number(found.trainable)
            yield say("page.trainable", trainable=trainable, frozen=units.number(frozen))


def _rest(hidden: Counter[str]) -> str:
    """What has no line."""
    kinds = [_times(kind, times) for kind, times in hidden.items() if kind != "InputLayer"]
    return say("page.rest", kinds=", ".join(kinds)) if kinds else ""


def _times(kind: str, times: int) -> str:
    return kind if times == 1 else f"{kind} ×{times}"


class _Table:
    """Turns items into records."""

    def __init__(self, found: Count, letters: Letters) -> None:
        self.found = found
        self.letters = letters

    def records(self, items: Iterable[Item], depth: int = 0) -> Iterator[TableLine]:
        for item in items:
            if isinstance(item, Block):
                yield from self._block(item, depth)
            elif isinstance(item, Run):
                yield self._run(item, depth)
            else:
                yield self._layer(item, depth)
                yield from self.records(item.inside, depth + 1)

    def _block(self, block: Block, depth: int) -> Iterator[TableLine]:
        for number, record in enumerate(self.records(block.items, depth)):
            gutter = ("│ " if number else "╭ ") + "  " * (record.depth - depth) + record.gutter
            yield replace(record, depth=depth, gutter=gutter)
        yield TableLine(
            role="close",
            name=f"×{block.times}",
            kind=say("page.up_to", name=_name(block.last)),
            depth=depth,
            gutter="╰ ",
            macs=self._macs(block.macs),
            **self._count(block.parameters),
        )

    def _run(self, run: Run, depth: int) -> TableLine:
        kinds = Counter(row.layer.kind for row in run.rows)
        last = run.rows[-1].layer
        leaves = self._shapes(last.calls[0].output_shapes)
        entered = last.calls[0].input_shapes[0]
        if last.kind == "Flatten" and entered is not None and len(entered) > FLAT:
            leaves = f"{leaves} = {self._shape(entered, '·')}".replace(" ", units.GLUE)
        names = ", ".join(_times(kind, times) for kind, times in kinds.items())
        return TableLine("run", "…", names, depth, leaves=leaves)

    def _layer(self, line: Line, depth: int) -> TableLine:
        row, calls = line.row, line.row.layer.calls
        name, kind, extra = _name(row), row.layer.kind, _extra(row)
        record = TableLine(
            role="layer",
            name=name,
            kind=", ".join(filter(None, (kind, extra))),
            short=extra if name.startswith(snake_case(kind)) else None,
            depth=depth,
            enters=self._shapes(calls[0].input_shapes) if calls else "",
            leaves=self._shapes(calls[0].output_shapes) if calls else "?",
        )
        if row.path in self.found.unknown:
            return replace(record, parameters="?", arithmetic=say("page.unknown"))
        if self.found.network.error is not None and not row.weights:
            return record  # it may not have been built
        record = replace(record, macs=self._macs(row.macs), **self._count(row.parameters))
        if line.inside:
            return replace(record, share=(0, 0))
        arithmetic = self._arithmetic(row)
        return replace(record, arithmetic=arithmetic) if arithmetic else record

    def _count(self, count: Dim) -> dict[str, Any]:
        """The fields that tell a count: a number and its share, or a formula."""
        if not isinstance(count, int):
            return {"arithmetic": formula(count, self.letters)}
        whole = self.found.total
        percent = units.percent(count, whole) if whole else ""
        return {
            "parameters": units.number(count),
            "percent": percent if count else "",
            "share": (count, whole or 0),
        }

    def _arithmetic(self, row: Row) -> str:
        """How a number comes about; empty where the formula of the count says it already."""
        text = ""
        if isinstance(row.parameters, int) and not any(call.body for call in row.layer.calls):
            text = re.sub(r" \+ ", f" +{units.GLUE}", self.found.arithmetic(row))
        several = set(map(arithmetic, row.layer.perhaps))
        if len(several) > 1:
            return say("page.perhaps", arithmetic=arithmetic(row.layer.perhaps[0]))
        if row.shared_with is not None:
            return f"{text} {say('page.shared', name=row.shared_with)}".strip()
        return text if "·" in text or "+" in text else ""

    def _macs(self, macs: Dim | None) -> str:
        """Those of all samples of the batch."""
        return _macs(None if macs is None else macs * self.found.batch)

    def _shapes(self, shapes: Sequence[Shape | None]) -> str:
        if len(shapes) > MOST_SHAPES:
            return say("page.shapes", shape=self._shape(shapes[0]), more=len(shapes) - 1)
        return ", ".join(map(self._shape, shapes))

    def _shape(self, shape: Shape | None, joint: str = "×") -> str:
        if shape is None:
            return "?"
        known = [as_text(dim, self.letters) if dim is not None else "?" for dim in shape[1:]]
        factors = [f"({text})" if re.search(r" [+−] ", text) else text for text in known]
        return joint.join(factors).replace(" + ", "+").replace(" − ", "−") or "1"


def _name(row: Row) -> str:
    return row.path.rpartition("/")[2] if row.parent else row.path


def _extra(row: Row) -> str:
    """What there is to say of a layer besides its kind."""
    extras = []
    if len(row.layer.calls) > 1 and not any(call.body for call in row.layer.calls):
        extras.append(say("page.calls", count=len(row.layer.calls)))
    if row.weights and not any(p.trainable or not p.told for p in row.weights):
        extras.append(say("page.frozen"))
    return ", ".join(extras)


def _macs(macs: Dim | None) -> str:
    return units.macs(macs) if isinstance(macs, int) and macs else ""
