"""Which layer of one network is which of another."""

from __future__ import annotations

from sizeup.network import held_layers
from sizeup.rules.registry import find_rule, is_determined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sizeup.network import Graph, Layer

    Pair = tuple[int | None, int | None]

SAME = 80
"""What it is worth to match a layer that owns parameters with one of the same settings …"""
EDITED = 40
"""… of other settings, less for each difference;"""
SAME_EMPTY = 30
"""to match a layer that owns nothing with one of the same settings …"""
EDITED_EMPTY = 10
"""… of other settings;"""
NAMED = 1
"""and that both have the same name."""


def align(before: Sequence[Layer], after: Sequence[Layer]) -> list[Pair]:
    """Both sequences merged: pairs of the numbers of matching layers, None for an absent side.

    Layers match if their kinds are the same; of all alignments the one of the greatest worth is
    taken (Needleman and Wunsch, 1970), the earliest matches where several are. So a
    run of new layers begins after the last old layer and ends with what precedes the next.
    """
    worth = _worths(before, after)
    best = [[0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i in reversed(range(len(before))):
        for j in reversed(range(len(after))):
            matched = best[i + 1][j + 1] + worth[i][j] if worth[i][j] else 0
            best[i][j] = max(matched, best[i + 1][j], best[i][j + 1])
    pairs: list[Pair] = []
    i = j = 0
    while i < len(before) or j < len(after):
        both = i < len(before) and j < len(after)
        if both and worth[i][j] and best[i][j] == best[i + 1][j + 1] + worth[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif j == len(after) or (both and best[i][j] == best[i + 1][j]):
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    return pairs


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
    return found


def differences(before: Layer, after: Layer) -> dict[str, tuple[Any, Any]]:
    """The settings in which two layers of one kind differ, with both values.

    Where they hold layers of different kinds, that is one difference, and what only one of these
    kinds knows is none; neither is what is known of only one of them.
    """
    old, new = settings(before), settings(after)
    if before.partial or after.partial:
        old, new = _of_both(before, old, after, new)
    return {
        name: (old.get(name), new.get(name))
        for name in old | new
        if not _same(old.get(name), new.get(name))
        and ((name in old and name in new) or _comparable(name, old, new))
    }


def _of_both(
    before: Layer, old: dict[str, Any], after: Layer, new: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings that are known of both layers; their parameters in place of unknown ones."""
    common = old.keys() & new.keys()
    old, new = ({name: found[name] for name in common} for found in (old, new))
    if not (is_determined(before) and is_determined(after)):
        old["parameters"], new["parameters"] = (
            tuple((p.name, p.shape) for p in layer.parameters) for layer in (before, after)
        )
    return old, new


def _comparable(name: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether the layer that a setting belongs to is of one kind on both sides."""
    owner = name.rpartition(".")[0]
    return not owner or (old.get(owner) == new.get(owner) and _comparable(owner, old, new))


def _same(old: object, new: object) -> bool:
    """Whether two values of a setting mean the same: 3 and (3, 3) do."""
    if isinstance(old, tuple) != isinstance(new, tuple):
        several, one = (old, new) if isinstance(old, tuple) else (new, old)
        return isinstance(several, tuple) and all(value == one for value in several)
    return old == new


def _contents(graph: Graph) -> tuple[tuple[str, dict[str, Any]], ...]:
    return tuple((layer.kind, settings(layer)) for layer in graph.layers)


def _worths(before: Sequence[Layer], after: Sequence[Layer]) -> list[list[int]]:
    classes: list[tuple[str, dict[str, Any]]] = []
    old, new = (
        [_class(classes, (layer.kind, settings(layer))) for layer in layers]
        for layers in (before, after)
    )
    known: dict[tuple[int, int], int] = {}

    def worth(i: int, j: int) -> int:
        if before[i].kind != after[j].kind:
            return 0
        key = old[i], new[j]
        if key not in known:
            owns = bool(before[i].parameters or after[j].parameters)
            known[key] = _worth(len(differences(before[i], after[j])), owns=owns)
        return known[key] + (NAMED if before[i].name == after[j].name else 0)

    return [[worth(i, j) for j in range(len(after))] for i in range(len(before))]


def _worth(differing: int, *, owns: bool) -> int:
    if not differing:
        return SAME if owns else SAME_EMPTY
    return EDITED + 1 - min(differing, EDITED) if owns else EDITED_EMPTY


def _class(classes: list[tuple[str, dict[str, Any]]], item: tuple[str, dict[str, Any]]) -> int:
    if item not in classes:
        classes.append(item)
    return classes.index(item)
