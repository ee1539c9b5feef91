"""What networks cost, as a page: totals in words, a table of layers, what is counted."""

from __future__ import annotations

from sizeup.analyses.costs import CONVENTIONS
from sizeup.dims import as_text
from sizeup.network import add_known
from sizeup.present import units
from sizeup.present.blocks import Entries, Entry, Grid, Paragraph
from sizeup.present.folding import tandems
from sizeup.present.layout import shorten_name
from sizeup.present.letters import letters_for
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sizeup.analyses.costs import Costs, LayerCost, Training
    from sizeup.analyses.receptive import Field
    from sizeup.analyses.roofline import Bound, Device
    from sizeup.dims import Dim
    from sizeup.present.blocks import Block, Page

COLUMNS = ("macs", "forward", "backward", "outputs", "saved", "field")
TIMED = ("forward", "moved", "intensity", "time", "by")
"""The columns where a device is given."""
FREE = ("macs", "outputs")
"""The columns while something is free: formulas are long."""
SUMMED = ("parameters", "macs", "forward", "training", "backward", "outputs", "saved", "moved")
BYTES = frozenset({"outputs", "saved", "moved"})
NAME = 16
"""The widest name in the table."""
LONGEST = 320
"""So long a formula may be where a person reads; JSON has them all."""


def page(found: Sequence[Costs], *, depth: int | None = None, peers: bool = False) -> Page:
    """Each network with its totals and layers, and below all what the numbers count.

    With `peers` also what other tools count, and what that is made of.
    """
    groups = []
    for each in found:
        groups.append(tuple(_network(each, depth)))
        if peers:
            groups.append(tuple(_peers(each)))
    names = [*CONVENTIONS, *(["device"] if any(f.setting.device for f in found) else [])]
    counted = tuple(Entry("", say(f"costs.convention_{name}")) for name in names)
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
        head = ("layer", "leaves", *_columns(found, write))
        yield Grid(tuple(say(f"costs.{name}") for name in head), tuple(rows))
    for note in found.notes:
        if note.level == "unknown":
            yield Paragraph(note.text, quiet=True)


def _peers(found: Costs) -> Iterator[Block]:
    """A line for each tool; a part of which none counts anything has no column."""
    write = _Writer({free.name for free in found.count.free})
    tools = found.peers
    parts = [part for part in tools[0].parts if any(tool.parts[part] != 0 for tool in tools)]
    head = [say(f"costs.{name}") for name in ("peer", "counts", "sum")]
    head += [say(f"costs.part_of_{part}") for part in parts]
    rows = []
    for tool in tools:
        numbers = (write.exact(number) for number in (tool.total, *(tool.parts[p] for p in parts)))
        rows.append((tool.name, tool.counts, *numbers))
    yield Paragraph("", strong=say("costs.peers"))
    yield Grid(tuple(head), tuple(rows))


class _Writer:
    """Writes numbers with their units, and formulas in letters."""

    def __init__(self, free: set[str]) -> None:
        self.letters: Mapping[str, str] = letters_for(sorted(free))

    def count(self, value: Dim | None) -> str:
        return self._written(value, units.macs)

    def exact(self, value: Dim | None) -> str:
        return self._written(value, units.number)

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
    if found.bound is not None and found.setting.device is not None:
        from sizeup.analyses.roofline import device

        yield _on_device(found.bound, device(found.setting.device))


def _on_device(least: Bound, on: Device) -> Entry:
    text = say("costs.on_device_text", time=units.seconds(least.seconds),
               by=say(f"costs.by_{least.by}"), ridge=units.decimal(on.ridge),
               flops=units.macs(on.flops), transfer=units.macs(on.bytes))  # fmt: skip
    return Entry(say("costs.on_device"), text)


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
    layers = _taken_together(found.layers, depth)
    columns = _columns(found, write)
    lines = [_row(each, write, columns) for each in layers]
    same = len(columns) + 2 - (columns[-1] == "field")
    done = 0
    for first, length, times in tandems([line[1:same] for line in lines]):
        yield from lines[done:first]
        for number, line in enumerate(lines[first : first + length]):
            yield (("│ " if number else "╭ ") + line[0], *line[1:])
        done = first + length * times
        last = say("page.up_to", name=layers[done - 1].name)
        yield (f"╰ ×{times}", last, *("",) * (same - 2), *lines[done - 1][same:])
    yield from lines[done:]


def _taken_together(layers: Sequence[LayerCost], depth: int | None) -> list[LayerCost]:
    """The layers down to a depth; what is deeper inside is added up."""
    if depth is None:
        return list(layers)
    from sizeup.analyses.roofline import in_all

    groups: dict[str, list[LayerCost]] = {}
    for each in layers:
        path = "/".join(each.name.split("/")[:depth])
        groups.setdefault(path, []).append(each)
    return [
        group[0] if len(group) == 1 else group[-1].changed(
            name=path,
            bound=in_all([each.bound for each in group]),
            **{name: add_known(getattr(each, name) for each in group) for name in SUMMED},
        )
        for path, group in groups.items()
    ]  # fmt: skip


def _columns(found: Costs, write: _Writer) -> tuple[str, ...]:
    if write.letters:
        return FREE
    if found.setting.device is not None:
        return TIMED
    slid = any(layer.field for layer in found.layers)
    return COLUMNS if slid else COLUMNS[:-1]


def _row(layer: LayerCost, write: _Writer, columns: Sequence[str]) -> tuple[str, ...]:
    shape = layer.outputs_of_call[0] if layer.outputs_of_call else None
    sides = ["?" if dim is None else write.side(dim) for dim in (shape or ())[1:]]
    cells = (_cell(layer, name, write) for name in columns)
    return (shorten_name(layer.name, NAME), "×".join(sides) if shape is not None else "?", *cells)


def _cell(layer: LayerCost, name: str, write: _Writer) -> str:
    if name == "field":
        return _field(layer.field, write)
    if name == "intensity":
        from sizeup.analyses.roofline import intensity

        found = intensity(layer.forward, layer.moved)
        return "" if found is None else units.decimal(found)
    if name in ("time", "by"):
        if layer.bound is None:
            return "?"
        by = say(f"costs.by_{layer.bound.by}")
        return by if name == "by" else units.seconds(layer.bound.seconds)
    return (write.size if name in BYTES else write.count)(getattr(layer, name))


def _field(field: Sequence[Field] | None, write: _Writer) -> str:
    """`43 /8 −18`, or `43×21 /8 −18, /4 −9` where the sides differ."""
    if field is None:
        return ""
    if all(each.whole for each in field):
        return say("costs.whole")
    sizes = ["?" if each.size is None else write.side(each.size) for each in field]
    steps = dict.fromkeys(f"/{each.step} {_start(each)}" for each in field if not each.whole)
    alike = len(set(sizes)) == 1 and len(steps) == 1
    return f"{sizes[0] if alike else '×'.join(sizes)} {', '.join(steps)}"


def _start(field: Field) -> str:
    return units.number(field.start) if isinstance(field.start, int) else "?"
