"""Small changes put together as a person would name them: throughout, by stages, as one.

The same edit of many layers is one change, and so are settings that grow alike; the further
blocks of a stage are one, and what replaces a stage as a whole.
"""

from __future__ import annotations

from fractions import Fraction

from sizeup.analyses.changes import OUTPUTS, WHOLE, Change, join
from sizeup.analyses.depths import deeper, regions, stages_of, swapped
from sizeup.analyses.describe import describe, label, replaced, value
from sizeup.analyses.likeness import WIDTHS, differences, settings
from sizeup.analyses.stages import SHAPELESS
from sizeup.network import held_layers
from sizeup.records import Record
from sizeup.rules.registry import idle_setting
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from sizeup.analyses.aligned import Aligned
    from sizeup.network import Layer

FOLLOWS = "target_shape"
"""What has to follow when a width changes."""
SPREAD = Fraction(5, 4)
"""Widths that grow by factors no further apart than this grow alike."""
MOST_OF = Fraction(3, 4)
"""What is done to so many of all layers that it could be done to is done throughout."""


class Part(Record):
    """A change, or several as one, in words, and where among all changes it stands.

    `stage` is the number of the pair of stages that all of it is in, None for several.
    """

    place: int
    what: str
    change: Change
    stage: int | None = None


def name_changes(both: Aligned, changes: Sequence[Change]) -> list[Part]:
    """The changes grouped and named, in the order of their first layers."""
    groups: dict[Hashable, list[int]] = {}
    for place, change in enumerate(changes):
        groups.setdefault(_key(both, change), []).append(place)
    for key, merged in {**_scaled(both, groups), **_turned(both, groups, changes)}.items():
        places = sorted(place for each in merged for place in groups.pop(each))
        groups[key] = places
    parts = []
    for key, places in groups.items():
        whole = join(changes[place] for place in places)
        assert isinstance(key, tuple)
        stages = stages_of(both, whole)
        what = _name(both, key, [changes[place] for place in places])
        parts.append(Part(places[0], what, whole, stages[0] if len(stages) == 1 else None))
    return sorted(parts, key=lambda part: part.place)


def _key(both: Aligned, change: Change) -> tuple[Hashable, ...]:
    """What changes have in common that are one."""
    pure = not (change.removed or change.inserted or change.inputs)
    if pure and change.edited:
        number, name = min(change.edited)
        old, new = both.before.layers[number], both.after.layers[both.partner[number]]
        if name in WIDTHS and number in _heads(both) and _classifies(both):
            return ("head", number, name)
        if name == WHOLE and old.kind != new.kind:
            return ("kind", _frame(old), _frame(new), old.kind, new.kind)
        if name == WHOLE:
            return ("same", describe(both, change))
        was, becomes = differences(old, new)[name]
        if idle_setting(name) and isinstance(was, float) and isinstance(becomes, float):
            return ("idle", name, old.kind)
        return ("edit", name, _hashable(was), _hashable(becomes))
    if not change.edited and not change.inputs:
        depth = deeper(both, change, partly=True)
        if depth is not None:
            return ("depth", depth.stage, depth.what)
        swap = swapped(both, change) or regions(both, change)
        if swap is not None:
            return ("swap", swap)
    return ("same", describe(both, change))


def _frame(layer: Layer) -> str:
    """What is around the layer that it holds."""
    held = list(held_layers(layer.config))
    return f"{layer.kind}({', '.join(each.kind for each in held)})" if held else layer.kind


def _hashable(given: object) -> Hashable:
    return tuple(map(_hashable, given)) if isinstance(given, list | tuple) else value(given)


def _name(both: Aligned, key: tuple[Hashable, ...], changes: Sequence[Change]) -> str:
    """What is done, in words."""
    numbers = sorted({number for change in changes for number in change.layers})
    match key[0]:
        case "head":
            return _head(both, numbers[0], str(key[2]))
        case "kind" if len(changes) > 1:
            return _replaced(both, numbers)
        case "idle" if len({describe(both, change) for change in changes}) > 1:
            return say("diff.others", setting=str(key[1]), count=len(numbers), kind=str(key[2]))
        case "edit" | "idle" if len(changes) > 1:
            return _throughout(both, numbers, str(key[1]))
        case "scaled":
            return _grown(both, numbers, str(key[1]))
        case "depth":
            found = deeper(both, join(changes))
            if found is not None:
                return found.text
        case "order":
            return _order(both, changes, str(key[1]), str(key[2]))
        case "swap":
            return str(key[1])
        case "same" if len(changes) > 1:
            return _each(both, describe(both, changes[0]), changes)
    return describe(both, join(changes))


def _heads(both: Aligned) -> set[int]:
    """The layers that give the outputs, or that only activations follow."""
    found = set()
    for ref in both.before.outputs:
        number = ref.layer
        while number >= 0 and both.before.layers[number].kind in SHAPELESS:
            call = both.before.layers[number].calls[0]
            number = call.inputs[0].layer if call.inputs else OUTPUTS
        found.add(number)
    return found


def _head(both: Aligned, number: int, name: str) -> str:
    old, new = both.before.layers[number], both.after.layers[both.partner[number]]
    was, becomes = differences(old, new)[name]
    return say("diff.head", old=value(was), new=value(becomes))


def _classifies(both: Aligned) -> bool:
    return any(_ends_in_softmax(graph.layers) for graph in (both.before, both.after))


def _ends_in_softmax(layers: Sequence[Layer]) -> bool:
    return bool(layers) and any(
        layer.kind == "Softmax" or layer.config.get("activation") == "softmax"
        for layer in layers[-2:]
    )


def _throughout(both: Aligned, numbers: Sequence[int], name: str) -> str:
    """`filters 64 → 96 throughout (6 Conv2D)`."""
    old = both.before.layers[numbers[0]]
    was, becomes = differences(old, both.after.layers[both.partner[numbers[0]]])[name]
    kinds = {both.before.layers[number].kind for number in numbers}
    alike = [
        number
        for number in both.partner
        if both.before.layers[number].kind in kinds
        and value(settings(both.before.layers[number]).get(name)) == value(was)
        and (name not in WIDTHS or number not in _heads(both))
    ]
    named = {"setting": name, "old": value(was), "new": value(becomes), "count": len(numbers)}
    key = "diff.throughout" if len(alike) == len(numbers) else "diff.in_some"
    return say(key, **named, all=len(alike), kinds=_kinds(kinds))


def _kinds(kinds: Iterable[str]) -> str:
    listed = sorted(kinds)
    return listed[0] if len(listed) == 1 else say("diff.layers")


def _scaled(
    both: Aligned, groups: dict[Hashable, list[int]]
) -> dict[Hashable, list[tuple[Hashable, ...]]]:
    """The edits of widths that grow or shrink alike throughout, by setting."""
    found: dict[Hashable, list[tuple[Hashable, ...]]] = {}
    for name in WIDTHS:
        keys = [
            key for key in groups if isinstance(key, tuple) and key[:2] == ("edit", name)
            and all(str(each).replace(",", "").isdigit() for each in key[2:])
        ]  # fmt: skip
        each = sorted(_ratio(key) for key in keys for _ in groups[key])
        middle = each[len(each) // 2] if each else 1
        keys = [key for key in keys if middle <= SPREAD * _ratio(key) <= SPREAD**2 * middle]
        ratios = [_ratio(key) for key in keys]
        if len(keys) < 2 or max(ratios) > SPREAD * min(ratios):
            continue
        others = [
            number
            for number, after in both.partner.items()
            if name in both.before.layers[number].config and number not in _heads(both)
            and not differences(both.before.layers[number], both.after.layers[after]).get(name)
        ]  # fmt: skip
        changed = sum(len(groups[key]) for key in keys)
        grows = min(ratios) > 1 or max(ratios) < 1
        if grows and changed >= MOST_OF * (changed + len(others)):
            follow = [k for k in groups if isinstance(k, tuple) and k[:2] == ("edit", FOLLOWS)]
            found["scaled", name] = [*keys, *follow]
    return found


def _turned(
    both: Aligned, groups: dict[Hashable, list[int]], changes: Sequence[Change]
) -> dict[Hashable, list[tuple[Hashable, ...]]]:
    """All that turns maps from one order of their axes to the other, where that is changed."""
    keys = [key for key in groups if isinstance(key, tuple)]
    orders = [key for key in keys if key[:2] == ("edit", "data_format") and None not in key]
    if len(orders) != 1:
        return {}
    old, new = map(str, orders[0][2:])
    if "channels_first" not in {old, new}:
        return {}
    axes = [key for key in keys if key[:2] == ("edit", "axis") and "1" in key[2:]]
    inputs = [
        key
        for key in keys
        if any(
            _is_turned(both, number) for place in groups[key] for number in changes[place].inputs
        )
        and all(changes[place] == Change(inputs=changes[place].inputs) for place in groups[key])
    ]
    return {("order", old, new): [*orders, *axes, *inputs]}


def _is_turned(both: Aligned, number: int) -> bool:
    """Whether an input has its first axis behind the others, or its last one before them."""
    old, new = (graph.input_shapes[number] for graph in (both.before, both.after))
    if old is None or new is None or len(old) != len(new):
        return False
    return new[1:] in {(*old[2:], old[1]), (old[-1], *old[1:-1])}


def _ratio(key: tuple[Hashable, ...]) -> Fraction:
    old, new = (int(str(each).replace(",", "")) for each in key[2:])
    return Fraction(new, max(old, 1))


def _order(both: Aligned, changes: Sequence[Change], old: str, new: str) -> str:
    """`channels_first → channels_last (5 layers); input 1×28×28 → 28×28×1`."""
    whole = join(changes)
    what = say("diff.order", old=old, new=new, count=len(whole.layers))
    inputs = [describe(both, Change(inputs=frozenset((n,)))) for n in sorted(whole.inputs)]
    return "; ".join((what, *inputs))


def _grown(both: Aligned, numbers: Sequence[int], name: str) -> str:
    """`1.33× the filters throughout (24 → 32 … 768 → 1,024)`."""
    pairs = {
        (int(was), int(becomes))
        for number in numbers
        for was, becomes in [
            differences(both.before.layers[number], both.after.layers[both.partner[number]]).get(
                name, (0, 0)
            )
        ]
        if was
    }
    first, *_, last = sorted(pairs)
    ratios = {Fraction(new, old) for old, new in pairs}
    middle = sorted(ratios)[len(ratios) // 2]
    whole = middle.denominator == 1 and len(ratios) == 1
    times = str(middle) if whole else f"{round(middle * 100) // 100}.{round(middle * 100) % 100:02}"
    texts = [f"{value(old)} → {value(new)}" for old, new in (first, last)]
    key = "diff.scaled" if len(ratios) == 1 else "diff.about_scaled"
    return say(key, times=times, setting=name, first=texts[0], last=texts[1])


def _replaced(both: Aligned, numbers: Sequence[int]) -> str:
    """`LSTM replaced by GRU throughout (2 layers)`."""
    pairs = [(both.before.layers[n], both.after.layers[both.partner[n]]) for n in numbers]
    texts = {replaced(*pair) for pair in pairs}
    old, new = pairs[0]
    every = sum(layer.kind == old.kind for layer in both.before.layers) == len(pairs)
    wrapped = [each.kind for each in held_layers(new.config)] == [old.kind]
    if wrapped:
        return say("diff.wrapped_throughout", kind=new.kind, what=old.kind, count=len(pairs))
    names = {"old": _frame(old), "new": _frame(new), "count": len(pairs)}
    if len(texts) == 1 and not every:
        names |= {"old": label(old), "new": label(new)}
    return say("diff.instead_throughout" if every else "diff.instead_times", **names)


def _each(both: Aligned, what: str, changes: Sequence[Change]) -> str:
    """The same change at several places."""
    whole = join(changes)
    layers = both.after.layers
    firsts = [min(change.inserted) for change in changes if change.inserted]
    taking = [layers[n].calls[0].inputs[:1] for n in firsts if layers[n].calls]
    sources = [ref.layer for refs in taking for ref in refs]
    kinds = {layers[source].kind if source >= 0 else "" for source in sources}
    if not whole.removed and len(sources) == len(changes) and len(kinds) == 1:
        kind = kinds.pop()
        inserted = [layers[n] for n in sorted(changes[0].inserted)]
        if kind and sum(layer.kind == kind for layer in layers) == len(changes):
            texts = ", ".join(map(label, inserted))
            return say("diff.after_each", what=texts, kind=kind, count=len(changes))
    return say("diff.times", what=what, count=len(changes))
