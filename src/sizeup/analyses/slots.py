"""The tensors of a network, layer by layer: what weights are stored for."""

from __future__ import annotations

from collections.abc import Sequence

from sizeup.network import rows
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.network import Network, Row


class Slot(Record):
    """A layer that owns tensors: its path, kind, and their names and shapes in order.

    `nested` says whether it stands in another layer. Sides of shapes may be expressions.
    """

    path: str
    kind: str
    names: tuple[str, ...]
    shapes: tuple[tuple[Any, ...], ...]
    nested: bool = False


def slots(network: Network, *, whole: bool = False) -> list[Slot] | None:
    """Those layers in order; None where a layer is unknown.

    With `whole` a model that stands in another one is one layer: what is trained in it comes
    first, as HDF5 of Keras 1 and 2 keeps it (`_legacy_weights` in `legacy_h5_format.py` of Keras 3).
    """
    table = rows(network)
    if network.unknown or network.error or any(map(_is_unknown, table)):
        return None
    found = map(slot_of, grouped(table) if whole else [[row] for row in table])
    return [slot for slot in found if slot.shapes]


def _is_unknown(row: Row) -> bool:
    return row.layer.unknown is not None or any(not parameter.shaped for parameter in row.own)


def grouped(table: Sequence[Row]) -> list[list[Row]]:
    """Each layer with all that stands in it."""
    groups: list[list[Row]] = []
    for row in table:
        if row.parent is None:
            groups.append([])
        groups[-1].append(row)
    return groups


def slot_of(group: Sequence[Row]) -> Slot:
    """The slot of a layer, and of those inside of it where these come along."""
    owned = [parameter for row in group for parameter in row.own]
    if len(group) > 1:
        owned.sort(key=lambda parameter: not parameter.trainable)
    first = group[0]
    return Slot(
        first.path,
        first.layer.kind,
        tuple(parameter.name for parameter in owned),
        tuple(tuple(parameter.shape) for parameter in owned),
        first.parent is not None,
    )


def are_known(found: Sequence[Slot]) -> bool:
    """Whether all sides of all shapes are numbers."""
    return all(isinstance(side, int) for slot in found for shape in slot.shapes for side in shape)
