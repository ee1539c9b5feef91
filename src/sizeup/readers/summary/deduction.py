"""What a row leaves open, deduced: all that the layer may be, tried with the rule of its kind."""

from __future__ import annotations

from functools import lru_cache

from sizeup.dims import DimError
from sizeup.errors import SizeupError
from sizeup.readers.summary.candidates import finder
from sizeup.records import Record
from sizeup.rules.registry import HOMES, find_rule, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Parameter, Shape

MOST = 12
"""So many readings of a row are enough to know that it is open."""
LARGE = 11
"""Sides of kernels are rarely larger."""
MOST_TRIED = 2_000
"""So many configurations are tried for one row."""
UNLISTED = frozenset({"MultiHeadAttention"})
"""Kinds that may be more than what is searched for."""
BATCH_NORM = "BatchNormalization"
PRODUCTS = frozenset({"Dot", "Attention", "AdditiveAttention"})
"""Kinds that multiply without owning anything."""
EMPTY = frozenset({"LayerNormalization", "GroupNormalization", "UnitNormalization"})
"""Kinds that are searched for and may own nothing."""


class Deduced(Record):
    """What is known of a layer beside its row.

    `readings` are the parameters that it may have, plainest first; `certain` says that it has
    the only ones. `config` is what all readings have in common. `fits` is false where nothing of
    its kind has that number of parameters between those shapes.
    """

    readings: tuple[tuple[Parameter, ...], ...] = ()
    certain: bool = False
    config: Mapping[str, Any] = {}
    macs: Dim | None = None
    fits: bool = True
    more: bool = False


@lru_cache(4096)
def deduce(kind: str, x: Shape | None, y: Shape | None, count: int, style: str) -> Deduced:
    """All readings of one layer with `count` parameters from shape `x`, if known, to shape `y`."""
    search = finder(kind)
    if search is None or (count == 0 and kind in EMPTY):
        free = count == 0 and kind in HOMES and kind not in PRODUCTS
        return Deduced(((),), certain=True, macs=0 if free else None) if count == 0 else Deduced()
    if y is None:
        return Deduced()
    found: dict[tuple[Parameter, ...], tuple[list[Mapping[str, Any]], Dim | None]] = {}
    tried, more = 0, False
    for config, entering in search(x, y, count, style=style):
        tried += 1
        if len(found) >= MOST or tried > MOST_TRIED:
            more = True
            break
        sized = _sized(kind, config, entering, y if x is not None else None)
        if sized is None or sum(p.count for p in sized[0] if isinstance(p.count, int)) != count:
            continue
        known = found.setdefault(sized[0], ([], sized[1]))
        known[0].append(config)
    if not found:  # Keras 1.0 leaves statistics out of the counts of its rows
        old = kind == BATCH_NORM and style == "keras 1"
        return Deduced(fits=old or (x is None and count > 0))
    more = more or kind in UNLISTED
    if len(found) > 1 or more:
        readings = sorted(found, key=lambda reading: _oddness(found[reading][0][0]))
        costs = {cost for _, cost in found.values()}
        return Deduced(tuple(readings), macs=None if more else _only(costs), more=more)
    [(reading, (configs, macs))] = found.items()
    return Deduced((reading,), certain=True, config=_common(configs), macs=macs)


def _only(costs: set[Dim | None]) -> Dim | None:
    """What all readings cost, None where they differ."""
    return next(iter(costs)) if len(costs) == 1 else None


def _oddness(config: Mapping[str, Any]) -> tuple[int, ...]:
    """How unusual a configuration is: groups, then sides that differ, are even, or huge."""
    sides = config.get("kernel_size", ())
    return (
        config.get("groups", 1),
        len(set(sides)) > 1,
        any(side % 2 == 0 for side in sides),
        max(sides, default=0) > LARGE,
        not config.get("use_bias", True),
    )


def _sized(
    kind: str, config: Mapping[str, Any], x: Shape | None, y: Shape | None
) -> tuple[tuple[Parameter, ...], Dim | None] | None:
    """The parameters and MACs, if the rule makes the right shape."""
    full = {"kernel_size": 1, **config} if x is None else config
    try:
        sizing = size(kind, full, [x or ()] * (2 if kind in UNLISTED else 1))
    except (SizeupError, DimError):
        return None
    if y is not None and y not in sizing.outputs:
        return None
    return sizing.parameters, sizing.macs


def _common(configs: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """What all configurations say."""
    return {
        key: value
        for key, value in configs[0].items()
        if all(key in other and other[key] == value for other in configs)
    }


def determined(kind: str, config: Mapping[str, Any]) -> Mapping[str, Any]:
    """A configuration with those defaults that no table could show to be otherwise."""
    rule = find_rule(kind)
    if rule is None:
        return config
    given = {name: rule.signature[name] for name in SILENT if name in rule.signature}
    return {**given, **config}


SILENT = frozenset({
    "lora_rank", "lora_alpha", "quantization_config", "weights", "noise_shape", "return_state",
    "virtual_batch_size", "renorm_clipping", "renorm_momentum", "synchronized", "backward_layer",
})  # fmt: skip
"""Settings that a summary never tells, and that plain layers leave alone."""
