"""The tensors of a network, layer by layer: what weights are stored for."""

from __future__ import annotations

from sizeup.network import rows
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Network


class Slot(Record):
    """A layer that owns tensors: its path, kind, and their names and shapes in order."""

    path: str
    kind: str
    names: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]

    def name_of(self, ending: str) -> bool:
        """Whether some tensor's name ends so, as Keras 1 names them: `dense_1_W`."""
        return any(name.rpartition("_")[2] == ending for name in self.names)


def slots(network: Network) -> list[Slot] | None:
    """Those layers in order; None where a shape is open or unknown."""
    found = []
    for row in rows(network):
        if row.layer.unknown or any(not parameter.shaped for parameter in row.own):
            return None
        shapes = tuple(parameter.shape for parameter in row.own)
        if any(not isinstance(side, int) for shape in shapes for side in shape):
            return None
        if shapes:
            names = tuple(parameter.name for parameter in row.own)
            found.append(Slot(row.path, row.layer.kind, names, shapes))  # type: ignore[arg-type]
    return None if network.unknown or network.error else found
