"""What changes between two networks, in words."""

from __future__ import annotations

from collections import Counter

from sizeup.analyses.aligned import is_joint
from sizeup.analyses.count import factor, write
from sizeup.analyses.likeness import differences
from sizeup.analyses.moves import is_move
from sizeup.analyses.stages import SHAPELESS
from sizeup.dims import Expr
from sizeup.network import held_layers
from sizeup.rules.registry import HOMES
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from sizeup.analyses.aligned import Aligned
    from sizeup.analyses.changes import Change
    from sizeup.network import Graph, Layer, Shape

    Tensors = Sequence[tuple[str, Shape]]

PRINCIPAL = ("units", "filters", "output_dim", "rate", "activation")
"""The settings that a layer is named by, the first that it has."""
MOST_TENSORS = 3
"""So many tensors of a layer are told one by one."""
IMAGE = 4
"""The rank of a batch of images."""
MOST_LABELS = 6
"""So many layers are named one by one; more are counted, and named up to so many kinds."""
WINDOWS = ("kernel_size", "strides", "pool_size", "dilation_rate", "size")
"""The settings that have a value for each axis."""
OF_TORCH = ("statistics", "second_bias")
"""What tables of PyTorch's count otherwise."""
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def describe(both: Aligned, change: Change) -> str:
    """What a change does: `Dense 128 → 256`, `the second block (Conv2D 64, MaxPooling2D)`."""
    removed = [both.before.layers[i] for i in sorted(change.removed)]
    inserted = [both.after.layers[j] for j in sorted(change.inserted)]
    parts = []
    if change.inputs:
        parts += [_input(both, number) for number in sorted(change.inputs)]
    if is_move(both.before, both.after, change.removed, change.inserted):
        parts.append(_move(both, change))
    elif removed and inserted:
        parts.append(f"{labels(removed)} → {labels(inserted)}")
    elif removed:
        what = _block(both.before, change.removed) or labels(removed)
        parts.append(say("diff.removed", what=what))
    elif inserted:
        block = _block(both.after, change.inserted)
        parts.append(block or say("diff.inserted", what=labels(inserted)))
    parts += dict.fromkeys(
        _edit(both, i, [name for number, name in change.edited if number == i])
        for i in sorted(change.layers)
    )
    if not parts:
        names = [both.before.layers[wire[0]].name for wire in change.wires if wire[0] >= 0]
        parts.append(say("diff.wires", names=", ".join(sorted(names)) or say("diff.outputs")))
    return "; ".join(parts)


def label(layer: Layer, said: str | None = None) -> str:
    """A layer in two words, `Conv2D 64`, or with those that it holds: `Bidirectional(LSTM 64)`.

    `said` is said in place of the value of its principal setting.
    """
    held = list(held_layers(layer.config))
    if held:
        said = said if len(held) == 1 else None
        return f"{layer.kind}({', '.join(label(each, said) for each in held)})"
    setting = principal(layer)
    if setting is None:
        return layer.kind
    return f"{layer.kind} {value(layer.config[setting]) if said is None else said}"


def edits(before: Layer, after: Layer) -> str:
    """The settings that differ: `units 128 → 256, use_bias True → False`."""
    return ", ".join(_setting(*item) for item in differences(before, after).items())


def _move(both: Aligned, change: Change) -> str:
    """`Dropout 0.5 moved from behind dense_1 to behind dense_2`."""
    sides = (both.before, change.removed), (both.after, change.inserted)
    old, new = (_place(graph, run) for graph, run in sides)
    what = labels([both.before.layers[i] for i in sorted(change.removed)])
    return say("diff.moved", what=what, old=old, new=new)


def _place(graph: Graph, run: Iterable[int]) -> str:
    """What a run of layers stands behind."""
    call = next(iter(graph.layers[min(run)].calls), None)
    number = call.inputs[0].layer if call and call.inputs else -1
    while number >= 0 and is_joint(graph.layers[number]):
        number = graph.layers[number].calls[0].inputs[0].layer
    return graph.layers[number].name if number >= 0 else say("diff.entrance")


def _edit(both: Aligned, number: int, names: Sequence[str]) -> str:
    """What becomes of the settings of these names; of all for the empty one."""
    before, after = both.before.layers[number], both.after.layers[both.partner[number]]
    if before.kind != after.kind:
        return replaced(before, after)
    found = differences(before, after)
    changed = {name: values for name, values in found.items() if "" in names or name in names}
    setting = principal(before)
    if setting not in changed:
        return f"{label(before)}: {', '.join(_setting(*item) for item in changed.items())}"
    old, new = changed.pop(setting)
    others = "".join(f", {_setting(*item)}" for item in changed.items())
    return f"{label(before, f'{value(old)} → {value(new)}')}{others}"


def replaced(before: Layer, after: Layer) -> str:
    """A layer in place of one of another kind; what is put around it says so."""
    around = [label(each) for each in held_layers(after.config)]
    if around == [label(before)]:
        return say("diff.wrapped", kind=after.kind, what=label(before))
    return say("diff.instead", old=label(before), new=label(after))


def _setting(name: str, values: tuple[Any, Any]) -> str:
    inner = name.rpartition(".")[2]
    if inner in OF_TORCH:
        return say(f"diff.{inner}_{'kept' if values[1] is None else 'left'}")
    if inner == "parameters" and not isinstance(values[0], tuple | None):
        return f"{name} {value(values[0])} → {value(values[1])}"
    if inner == "parameters" and 0 < len(found := _tensors(*values)) <= MOST_TENSORS:
        return ", ".join(found)
    if inner == "output_shape":
        old, new = (", ".join(map(value, shapes)) for shapes in values)
        return say("diff.output", old=old, new=new)
    if inner in {"layers", "parameters"}:
        return say("diff.inner")
    if inner in WINDOWS and isinstance(values[0], tuple) != isinstance(values[1], tuple):
        values = _window(values[0]), _window(values[1])
    return f"{name} {value(values[0])} → {value(values[1])}"


def _window(given: object) -> object:
    """A window of one side along all axes as that side: beside one that is written so."""
    alike = isinstance(given, tuple) and len(set(given)) == 1
    return given[0] if isinstance(given, tuple) and alike else given


def _tensors(old: Tensors | None, new: Tensors | None) -> list[str]:
    """The tensors of a layer whose shapes differ: `kernel 128×10 → 128×100`."""
    before, after = dict(old or ()), dict(new or ())
    if before.keys() != after.keys():
        return []
    return [
        f"{name} {value(shape)} → {value(after[name])}"
        for name, shape in before.items()
        if shape != after[name]
    ]


def write_shape(shape: Shape | None, joint: str = "×") -> str:
    """A shape without the batch: `32×12×12`; an open dimension is a question mark."""
    return joint.join("?" if dim is None else factor(dim) for dim in (shape or ())[1:])


def value(given: object) -> str:
    """A value of a setting for people."""
    if isinstance(given, tuple | list):
        sides = all(isinstance(each, int | Expr) for each in given)
        texts = map(value, given)
        return "×".join(texts) if sides else f"({', '.join(texts)})"
    if isinstance(given, float):
        return f"{given:.4g}"
    if isinstance(given, int | Expr) and not isinstance(given, bool):
        return write(given)
    return given if isinstance(given, str) else repr(given)


def principal(layer: Layer) -> str | None:
    """The setting that a layer is named by, that of the one layer that it holds as `layer.units`."""
    held = [(name, each) for name, given in layer.config.items() for each in held_layers(given)]
    if held:
        inner = principal(held[0][1]) if len(held) == 1 else None
        return f"{held[0][0]}.{inner}" if inner else None
    plain = (name for name in PRINCIPAL if isinstance(layer.config.get(name), _NAMEABLE))
    return next(
        (name for name in plain if name != "activation" or layer.kind == "Activation"), None
    )


_NAMEABLE = (int, float, str, Expr)


def labels(layers: Sequence[Layer]) -> str:
    """What the layers are called, without those that change nothing in size if there are others."""
    main = _main(layers)
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


def can_be_listed(layers: Sequence[Layer]) -> bool:
    """Whether there are so few layers that each is named."""
    return len(_main(layers)) <= MOST_LABELS


def are_beside(layers: Iterable[Layer]) -> bool:
    """Whether none of these layers would be told beside others."""
    return all(map(_is_beside, layers))


def _main(layers: Sequence[Layer]) -> Sequence[Layer]:
    return [layer for layer in layers if not _is_beside(layer)] or layers


def _is_beside(layer: Layer) -> bool:
    """Whether a layer is not told where there are others: it changes no size, or has no name."""
    return layer.kind in SHAPELESS or layer.kind.startswith("ops.")


def _block(graph: Graph, numbers: Iterable[int]) -> str | None:
    """`the second block (…)` if it is one: layers that own something up to a pooling layer."""
    run = [graph.layers[number] for number in sorted(numbers)]
    main = [layer for layer in run if layer.kind not in SHAPELESS]
    if not main or not _pools(main[-1]) or not any(layer.parameters for layer in run):
        return None
    last = max(number for number in numbers if _pools(graph.layers[number]))
    place = sum(map(_pools, graph.layers[: last + 1]))
    if place > len(ORDINALS):
        return say("diff.block_number", number=place, layers=labels(run))
    return say("diff.block", ordinal=ORDINALS[place - 1], layers=labels(run))


def _pools(layer: Layer) -> bool:
    return HOMES.get(layer.kind) == "pooling" and not layer.kind.startswith("Global")


def _input(both: Aligned, number: int) -> str:
    """`images 32 → 64` where only their sides differ."""
    old, new = (graph.input_shapes[number] for graph in (both.before, both.after))
    for sides in (slice(1, 3), slice(2, 4)):
        if old is None or new is None or len(old) != IMAGE or len(new) != IMAGE:
            break
        rest = [[dim for k, dim in enumerate(s) if k not in range(4)[sides]] for s in (old, new)]
        if rest[0] == rest[1]:
            return say("diff.images", old=_side(old[sides]), new=_side(new[sides]))
    return say("diff.input", old=write_shape(old), new=write_shape(new))


def _side(sides: Shape) -> str:
    if set(sides) == {None}:
        return say("diff.any_side")
    alike = sides[0] == sides[1] and sides[0] is not None
    return write_shape((None, *(sides[:1] if alike else sides)))
