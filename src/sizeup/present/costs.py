"""What networks cost, as a page: totals in words, a table of layers, what is counted."""

from __future__ import annotations

from sizeup.analyses.costs import CONVENTIONS
from sizeup.dims import as_text
from sizeup.present import units
from sizeup.present.blocks import Entries, Entry, Grid, Paragraph
from sizeup.present.folding import tandems
from sizeup.present.letters import letters_for
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sizeup.analyses.costs import Costs, LayerCost, Training
    from sizeup.dims import Dim
    from sizeup.present.blocks import Block, Page

COLUMNS = ("macs", "forward", "backward", "outputs", "saved")
FREE = ("macs", "outputs")
"""The columns while something is free: formulas are long."""
BYTES = frozenset({"outputs", "saved"})
LONGEST = 320
"""So long a formula may be where a person reads; JSON has them all."""


def page(found: Sequence[Costs], *, depth: int | None = None) -> Page:
    """Each network with its totals and layers, and below all what the numbers count."""
    groups = [tuple(block for block in _network(each, depth)) for each in found]
    counted = tuple(Entry("", say(f"costs.convention_{name}")) for name in CONVENTIONS)
    return (*groups, (Paragraph("", strong=say("costs.conventions")), Entries(counted, quiet=True)))


def _network(found: Costs, depth: int | None) -> Iterator[Block]:
    write = _Writer({free.name for free in found.count.free})
    title = say("costs.title", name=found.count.network.name, dtype=found.policy.name,
                batch=units.number(found.setting.batch))  # fmt: skip
    yield Paragraph("", strong=title)
    if write.letters:
        named = (f"{letter} {name}" for name, letter in write.letters.items())
        yield Paragraph(units.JOINT.join(named), quiet=True)
    yield Entries(tuple(_totals(found, write)))
    rows = list(_rows(found, write, depth))
    if rows:
        head = ("layer", "leaves", *(FREE if write.letters else COLUMNS))
        yield Grid(tuple(say(f"costs.{name}") for name in head), tuple(rows))
    for note in found.notes:
        if note.level == "unknown":
            yield Paragraph(note.text, quiet=True)


class _Writer:
    """Writes numbers with their units, and formulas in letters."""

    def __init__(self, free: set[str]) -> None:
        self.letters: Mapping[str, str] = letters_for(sorted(free))

    def count(self, value: Dim | None) -> str:
        return self._written(value, units.macs)

    def size(self, value: Dim | None) -> str:
        return self._written(value, units.size)

    def side(self, dim: Dim) -> str:
        """A dimension as a factor."""
        text = as_text(dim, self.letters)
        return f"({text})".replace(" ", "") if " " in text else text

    def _written(self, value: Dim | None, write: Callable[[int], str]) -> str:
        if value is None:
            return "?"
        if isinstance(value, int):
            return write(value)
        text = as_text(value, self.letters)
        return text if len(text) <= LONGEST else say("costs.long")


def _totals(found: Costs, write: _Writer) -> Iterator[Entry]:
    """The totals in a few lines, or a formula for each."""
    operations = {
        "macs": write.count(found.count.macs),
        "forward": write.count(found.forward),
        "training": write.count(found.forward_in_training),
        "backward": write.count(found.backward),
    }
    parameters = found.count.parameters
    total = units.number(parameters) if isinstance(parameters, int) else write.count(parameters)
    sizes = (f"{write.size(size)} {dtype}" for dtype, size in found.by_dtype.items())
    stored = {"total": total, "bytes": units.JOINT.join(sizes) or write.size(0)}
    where = say("costs.at", name=found.peak_layer) if found.peak_layer else ""
    memory = {
        "outputs": write.size(found.outputs),
        "peak": write.size(found.peak),
        "in_place": write.size(found.in_place),
    }
    if write.letters:
        for key, text in (operations | stored | memory).items():
            yield Entry(say(f"costs.one_{key}"), text)
        if found.training is not None:
            yield from _training_formulas(found.training, write)
        return
    yield Entry(say("costs.operations"), say("costs.operations_text", **operations))
    yield Entry(say("costs.parameters"), say("costs.parameters_text", **stored))
    yield Entry(say("costs.inference"), say("costs.inference_text", **memory, where=where))
    if found.training is not None:
        yield from _training(found, found.training, write)


def _training_formulas(training: Training, write: _Writer) -> Iterator[Entry]:
    top = training.peak
    yield Entry(say("costs.one_saved"), write.size(training.saved))
    yield Entry(say("costs.one_top"), write.size(top.bytes if top else None))


def _training(found: Costs, training: Training, write: _Writer) -> Iterator[Entry]:
    top, where = training.peak, ""
    if top is not None and top.phase is not None:
        phase = say(f"costs.{top.phase}_phase")
        layer = training.peak_layer
        where = say("costs.phase", name=layer, phase=phase) if layer else f" {phase}"
    text = say("costs.training_text", peak=write.size(top.bytes if top else None), where=where,
               saved=write.size(training.saved), flops=write.count(training.operations))  # fmt: skip
    yield Entry(say("costs.training", optimizer=found.setting.optimizer), text)
    if top is not None and top.parts:
        parts = (say("costs.part", name=say(f"costs.part_{name}"), size=write.size(size))
                 for name, size in top.parts.items() if size)  # fmt: skip
        yield Entry(say("costs.parts"), units.JOINT.join(parts))


def _rows(found: Costs, write: _Writer, depth: int | None) -> Iterator[tuple[str, ...]]:
    """A line for each layer; blocks that repeat stand once."""
    layers = [each for each in found.layers if depth is None or each.name.count("/") < depth]
    columns = FREE if write.letters else COLUMNS
    lines = [_row(each, write, columns) for each in layers]
    done = 0
    for first, length, times in tandems([line[1:] for line in lines]):
        yield from lines[done:first]
        for number, line in enumerate(lines[first : first + length]):
            yield (("│ " if number else "╭ ") + line[0], *line[1:])
        done = first + length * times
        last = say("page.up_to", name=layers[done - 1].name)
        yield (f"╰ ×{times}", last, *("",) * len(columns))
    yield from lines[done:]


def _row(layer: LayerCost, write: _Writer, columns: Sequence[str]) -> tuple[str, ...]:
    shape = layer.outputs_of_call[0] if layer.outputs_of_call else None
    sides = ["?" if dim is None else write.side(dim) for dim in (shape or ())[1:]]
    numbers = (
        (write.size if name in BYTES else write.count)(getattr(layer, name)) for name in columns
    )
    return (layer.name, "×".join(sides) if shape is not None else "?", *numbers)
