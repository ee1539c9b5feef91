"""How much alike two layers are: their settings, in what these differ, and what that is worth."""

from __future__ import annotations

from sizeup.analyses.stages import is_weighted
from sizeup.dims import total
from sizeup.network import held_layers
from sizeup.records import Record
from sizeup.rules.registry import HOMES, find_rule, idle_setting, is_determined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from typing import Any

    from sizeup.network import Graph, Layer

SAME = 80
"""What it is worth to match a layer that owns parameters with one of the same settings …"""
EDITED = 40
"""… of other settings, less for each difference;"""
SAME_EMPTY = 30
"""to match a layer that owns nothing with one of the same settings …"""
EDITED_EMPTY = 10
"""… of other settings;"""
REPLACED = 4
"""with one of another kind of its family."""

WIDTHS = ("units", "filters")
"""The settings that say how wide a layer is."""


class Likeness(Record):
    """What a match is worth, and how much of a layer with weights stays, in hundredths."""

    worth: int
    kept: int


NOTHING = Likeness(0, 0)


class Likenesses:
    """The likeness of any layer before to any after; layers of equal settings are compared once.

    `before` and `after` hold for each layer the number of its class.
    """

    def __init__(self, before: Sequence[Layer], after: Sequence[Layer]) -> None:
        self._examples: list[Layer] = []
        self._settings: list[dict[str, Any]] = []
        self._plain: list[bool] = []
        self._numbers: dict[Hashable, list[int]] = {}
        self._known: dict[tuple[int, int], Likeness] = {}
        self.before = [self._class(layer) for layer in before]
        self.after = [self._class(layer) for layer in after]

    def of(self, old: int, new: int) -> Likeness:
        """How much alike the layers of two classes are."""
        key = old, new
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._compared(old, new)
        return found

    def weighted(self, number: int) -> bool:
        """Whether the layers of a class have weights on connections."""
        return is_weighted(self._examples[number])

    def sized(self, numbers: Sequence[int]) -> list[str]:
        """What sizes hang on, of the layers of these classes."""
        texts = [
            f"{layer.kind} {[item for item in found.items() if not idle_setting(item[0])]}"
            for layer, found in zip(self._examples, self._settings, strict=True)
        ]
        return [texts[number] for number in numbers]

    def _class(self, layer: Layer) -> int:
        found = settings(layer)
        owns = (bool(layer.parameters), is_weighted(layer))
        key = (layer.kind, owns, tuple(found), *(repr(found.get(name)) for name in WIDTHS))
        for number in self._numbers.setdefault(key, []):
            if self._settings[number] == found:
                return number
        self._numbers[key].append(len(self._examples))
        self._examples.append(layer)
        self._settings.append(found)
        self._plain.append(not layer.partial and not any(held_layers(layer.config)))
        return len(self._examples) - 1

    def _compared(self, old: int, new: int) -> Likeness:
        one, other = self._examples[old], self._examples[new]
        if one.kind != other.kind:
            return _of_a_family(one, other)
        if old == new:
            differing: Sequence[str] = ()
        elif self._plain[old] and self._plain[new]:
            differing = _unequal(self._settings[old], self._settings[new])
        else:
            differing = list(differences(one, other))
        if not one.parameters and not other.parameters:
            return Likeness(EDITED_EMPTY if differing else SAME_EMPTY, 0)
        if not differing:
            return Likeness(SAME, 100)
        kept = 80 if not {*WIDTHS, "kernel_size"} & {*differing} else 75
        if {"kernel_size"} < {*differing} and {*WIDTHS} & {*differing}:
            kept = 25
        return Likeness(EDITED + 1 - min(len(differing), EDITED), kept)


def _unequal(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    if old.keys() != new.keys():
        return [name for name in old | new if not same(old.get(name), new.get(name))]
    return [name for name, value in old.items() if not same(value, new[name])]


def _of_a_family(one: Layer, other: Layer) -> Likeness:
    if family(one) != family(other) or len(one.calls) != len(other.calls):
        return NOTHING
    owns = bool(one.parameters or other.parameters)
    return Likeness(REPLACED if owns else REPLACED // 2, 50)


def family(layer: Layer) -> str:
    """What layers of several kinds are that one may well replace by another."""
    held = list(held_layers(layer.config))
    if len(held) == 1 and HOMES.get(layer.kind) == "wrappers":
        return family(held[0])
    if layer.kind.startswith(("Global", "Flatten")):
        return "bridge"
    if layer.kind == "Activation":
        return "activations"
    home = HOMES.get(layer.kind, layer.kind)
    return layer.kind if home in {"core", "reshaping", "preprocessing", "padding"} else home


def settings(layer: Layer) -> dict[str, Any]:
    """All that determines a layer beside its input: its configuration, defaults filled in.

    A layer that it holds is its kind, and its settings follow as `layer.units`. Where no rule
    derives the parameters from that, they are settings themselves. What is not known of a
    partial configuration is left out.
    """
    rule = find_rule(layer.kind)
    found = {**(rule.signature if rule and not layer.partial else {}), **layer.config}
    for name, value in layer.config.items():
        held = list(held_layers(value))
        if isinstance(value, tuple) and held:
            found[name] = len(held)
        for number, each in enumerate(held, 1):
            path = f"{name}[{number}]" if isinstance(value, tuple) else name
            inner = {f"{path}.{key}": setting for key, setting in settings(each).items()}
            found |= {path: each.kind, **inner}
    for call in layer.calls:
        found.update(call.options)
    bodies = tuple(_contents(call.body) for call in layer.calls if call.body)
    if bodies:
        found["layers"] = bodies
    if not layer.calls or not is_determined(layer):
        found["parameters"] = tuple((p.name, p.shape) for p in layer.parameters)
    for leader, follower in LEADERS.items():
        if leader in found and found.get(follower, 1) is None:
            found[follower] = found[leader]
    axis, entering = found.get("axis"), layer.calls[0].input_shapes[:1] if layer.calls else ()
    if isinstance(axis, int) and entering and axis + 1 == len(entering[0] or ()):
        found["axis"] = -1
    return {name: None if value == SAID.get(name) else value for name, value in found.items()}


SAID = {"dtype": "float32", "activation": "linear"}
"""What a saved model says where code says nothing and means the same."""


LEADERS = {"pool_size": "strides", "key_dim": "value_dim"}
"""Settings whose values others have where nothing is said of these."""


def follows(follower: str, *layers: Layer) -> bool:
    """Whether a setting has the value of its leader in all of these layers."""
    leader = next(name for name, each in LEADERS.items() if each == follower)
    found = map(settings, layers)
    return all(same(each.get(leader), each.get(follower)) for each in found)


def differences(before: Layer, after: Layer) -> dict[str, tuple[Any, Any]]:
    """The settings in which two layers differ, with both values; of two kinds that is one.

    Where they hold layers of different kinds, that is one difference, and what only one of these
    kinds knows is none; neither is what is known of only one of them.
    """
    if before.kind != after.kind:
        return {"kind": (before.kind, after.kind)}
    old, new = settings(before), settings(after)
    if before.partial or after.partial:
        old, new = _of_both(before, old, after, new)
    return {
        name: (old.get(name), new.get(name))
        for name in old | new
        if not same(old.get(name), new.get(name))
        and ((name in old and name in new) or _comparable(name, old, new))
        and not (name in LEADERS.values() and follows(name, before, after))
    }


def _of_both(
    before: Layer, old: dict[str, Any], after: Layer, new: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings that are known of both layers; their parameters in place of unknown ones."""
    common = old.keys() & new.keys()
    old, new = ({name: found[name] for name in common} for found in (old, new))
    if not (is_determined(before) and is_determined(after)):
        old |= {"parameters": _owned(before, after), "output_shape": _given(before)}
        new |= {"parameters": _owned(after, before), "output_shape": _given(after)}
    return old, new


def _owned(layer: Layer, other: Layer) -> object:
    """The shapes of what a layer owns; the number alone where that is all that is known of one."""
    if all(parameter.shaped for each in (layer, other) for parameter in each.parameters):
        return tuple((parameter.name, parameter.shape) for parameter in layer.parameters)
    return total(parameter.count for parameter in layer.parameters)


def _given(layer: Layer) -> object:
    """The shapes that leave a layer, without the batch."""
    shapes = [shape for call in layer.calls for shape in call.output_shapes]
    return tuple(None if shape is None else shape[1:] for shape in shapes)


def _comparable(name: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether the layer that a setting belongs to is of one kind on both sides."""
    owner = name.rpartition(".")[0]
    return not owner or (old.get(owner) == new.get(owner) and _comparable(owner, old, new))


def same(old: object, new: object) -> bool:
    """Whether two values of a setting mean the same: 3 and (3, 3) do."""
    if isinstance(old, tuple) != isinstance(new, tuple):
        several, one = (old, new) if isinstance(old, tuple) else (new, old)
        return isinstance(several, tuple) and all(value == one for value in several)
    return old == new


def _contents(graph: Graph) -> tuple[tuple[str, dict[str, Any]], ...]:
    return tuple((layer.kind, settings(layer)) for layer in graph.layers)
