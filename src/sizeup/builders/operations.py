"""Operations on tensors as code: operators, brackets and functions of `keras.ops`."""

from __future__ import annotations

from collections.abc import Sequence

from sizeup.errors import PortError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.builders.plan import Invoke, Operation, Tensor
    from sizeup.network import Call, Layer


def spell_operation(
    layer: Layer, _call: Call, _entering: Sequence[Tensor]
) -> Invoke | Operation:
    """The code of one operation."""
    raise PortError(say("port.kind", name=layer.name, kind=layer.kind), line=layer.line)
