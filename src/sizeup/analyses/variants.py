"""A layer with one setting other than it has it, among the values that people choose."""

from __future__ import annotations

from sizeup.rules.registry import find_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from sizeup.network import Layer

SIDES = (1, 2, 3, 4, 5, 7, 9, 11)
OTHERS: Mapping[str, tuple[Any, ...]] = {
    "kernel_size": SIDES,
    "pool_size": SIDES,
    "size": SIDES,
    "strides": (1, 2, 3, 4),
    "padding": ("valid", "same"),
    "use_bias": (True, False),
    "scale": (True, False),
    "center": (True, False),
    "return_sequences": (True, False),
}
"""What is tried, plainest first."""


def closest(
    kind: str, config: Mapping[str, Any], tried: Callable[[Mapping[str, Any]], Layer | None]
) -> Layer | None:
    """What `tried` makes of a configuration, else of one that has a single setting otherwise.

    None where neither gives a layer, or several values of that setting would.
    """
    found = tried(config)
    if found is not None:
        return found
    for configs in _others(kind, config):
        fitting = [layer for each in configs if (layer := tried(each)) is not None]
        if len(fitting) == 1:
            return fitting[0]
    return None


def _others(kind: str, config: Mapping[str, Any]) -> Iterator[list[Mapping[str, Any]]]:
    rule = find_rule(kind)
    for name, values in OTHERS.items():
        if rule is not None and name in rule.arguments:
            yield [{**config, name: value} for value in values]
