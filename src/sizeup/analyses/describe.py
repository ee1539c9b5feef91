"""What changes between two networks, in words."""

from __future__ import annotations

from collections import Counter

from sizeup.analyses.align import differences
from sizeup.analyses.changes import SHAPELESS
from sizeup.analyses.count import factor, write
from sizeup.dims import Expr
from sizeup.network import held_layers
from sizeup.rules.registry import HOMES
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from sizeup.analyses.changes import Aligned, Change
    from sizeup.network import Graph, Layer, Shape

PRINCIPAL = ("units", "filters", "output_dim", "rate", "activation")
"""The settings that a layer is named by, the first that it has."""
MOST_LABELS = 6
"""So many layers are named one by one; more are counted, and named up to so many kinds."""
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def describe(both: Aligned, change: Change) -> str:
    """What a change does: `Dense 128 → 256`, `the second block (Conv2D 64, MaxPooling2D)`."""
    removed = [both.before.layers[i] for i in sorted(change.removed)]
    inserted = [both.after.layers[j] for j in sorted(change.inserted)]
    parts = []
    if change.inputs:
        parts += [_input(both, number) for number in sorted(change.inputs)]
    if removed and inserted:
        parts.append(f"{_labels(removed)} → {_labels(inserted)}")
    elif removed:
        what = _block(both.before, change.removed) or _labels(removed)
        parts.append(say("diff.removed", what=what))
    elif inserted:
        block = _block(both.after, change.inserted)
        parts.append(block or say("diff.inserted", what=_labels(inserted)))
    parts += dict.fromkeys(_edit(both, i) for i in sorted(change.edited))
    if not parts:
        names = [both.before.layers[wire[0]].name for wire in change.wires if wire[0] >= 0]
        parts.append(say("diff.wires", names=", ".join(sorted(names)) or say("diff.outputs")))
    return "; ".join(parts)


def label(layer: Layer, value: str | None = None) -> str:
    """A layer in two words, `Conv2D 64`, or with those that it holds: `Bidirectional(LSTM 64)`.

    `value` is said in place of that of its principal setting.
    """
    held = list(held_layers(layer.config))
    if held:
        value = value if len(held) == 1 else None
        return f"{layer.kind}({', '.join(label(each, value) for each in held)})"
    setting = _principal(layer)
    if setting is None:
        return layer.kind
    return f"{layer.kind} {_value(layer.config[setting]) if value is None else value}"


def edits(before: Layer, after: Layer) -> str:
    """The settings that differ: `units 128 → 256, use_bias True → False`."""
    return ", ".join(_setting(*item) for item in differences(before, after).items())


def _edit(both: Aligned, number: int) -> str:
    before, after = both.before.layers[number], both.after.layers[both.partner[number]]
    changed = differences(before, after)
    setting = _principal(before)
    if setting not in changed:
        return f"{label(before)}: {edits(before, after)}"
    old, new = changed.pop(setting)
    others = "".join(f", {_setting(*item)}" for item in changed.items())
    return f"{label(before, f'{_value(old)} → {_value(new)}')}{others}"


def _setting(name: str, values: tuple[Any, Any]) -> str:
    if name.rpartition(".")[2] in {"layers", "parameters"}:
        return say("diff.inner")
    return f"{name} {_value(values[0])} → {_value(values[1])}"


def write_shape(shape: Shape | None, joint: str = "×") -> str:
    """A shape without the batch: `32×12×12`; an open dimension is a question mark."""
    return joint.join("?" if dim is None else factor(dim) for dim in (shape or ())[1:])


def _value(value: object) -> str:
    if isinstance(value, tuple | list):
        return "×".join(map(_value, value))
    if isinstance(value, int | Expr) and not isinstance(value, bool):
        return write(value)
    return value if isinstance(value, str) else repr(value)


def _principal(layer: Layer) -> str | None:
    """The setting that a layer is named by, that of the one layer that it holds as `layer.units`."""
    held = [(name, each) for name, value in layer.config.items() for each in held_layers(value)]
    if held:
        inner = _principal(held[0][1]) if len(held) == 1 else None
        return f"{held[0][0]}.{inner}" if inner else None
    plain = (name for name in PRINCIPAL if isinstance(layer.config.get(name), _NAMEABLE))
    return next(
        (name for name in plain if name != "activation" or layer.kind == "Activation"), None
    )


_NAMEABLE = (int, float, str, Expr)


def _labels(layers: Sequence[Layer]) -> str:
    """What the layers are called, without those that change nothing in size if there are others."""
    main = [layer for layer in layers if layer.kind not in SHAPELESS] or layers
    if len(main) <= MOST_LABELS:
        return ", ".join(map(label, main))
    counted = [
        text if times == 1 else f"{text} ×{times}"
        for text, times in Counter(map(label, main)).items()
    ]
    more = len(counted) - MOST_LABELS
    if more > 0:
        counted[MOST_LABELS:] = [say("diff.more", count=more)]
    return ", ".join(counted)


def _block(graph: Graph, numbers: Iterable[int]) -> str | None:
    """`the second block (…)` if it is one: layers that own something up to a pooling layer."""
    run = [graph.layers[number] for number in sorted(numbers)]
    main = [layer for layer in run if layer.kind not in SHAPELESS]
    if not main or not _pools(main[-1]) or not any(layer.parameters for layer in run):
        return None
    last = max(number for number in numbers if _pools(graph.layers[number]))
    place = sum(map(_pools, graph.layers[: last + 1]))
    if place > len(ORDINALS):
        return say("diff.block_number", number=place, layers=_labels(run))
    return say("diff.block", ordinal=ORDINALS[place - 1], layers=_labels(run))


def _pools(layer: Layer) -> bool:
    return HOMES.get(layer.kind) == "pooling" and not layer.kind.startswith("Global")


def _input(both: Aligned, number: int) -> str:
    shapes = (graph.input_shapes[number] for graph in (both.before, both.after))
    old, new = map(write_shape, shapes)
    return say("diff.input", old=old, new=new)
