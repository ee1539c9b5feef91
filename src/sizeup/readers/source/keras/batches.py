"""How many rows of an open first dimension belong to one sample, after an operation.

Windows of an image, or the heads of attention, are put into the batch by a reshape and taken
out again: what is done in between is done for each of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sizeup.dims import floor_div
from sizeup.network import add_known
from sizeup.rules.checks import known_product

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.readers.source.keras.objects import Tensor


def samples_after(
    kind: str, settings: Mapping[str, Any], inputs: Sequence[Tensor], output: Tensor
) -> Dim | None:
    """Rows for each sample of what leaves; None where that is not known."""
    source = next((t for t in inputs if t.shape and t.shape[0] is None), None)
    given, result = source.shape if source else None, output.shape
    if result is None:
        return output.samples
    if source is None or not given or not result or result[0] is not None:
        return 1
    if kind == "ops.reshape":
        whole, part = known_product((*given[1:], source.samples)), known_product(result[1:])
        return None if whole is None or part in (None, 0) else floor_div(whole, part)
    if kind == "ops.concatenate" and settings["axis"] in (0, -len(result)):
        return add_known(tensor.samples for tensor in inputs)
    if kind == "ops.repeat" and settings.get("axis") in (0, -len(given)):
        return known_product((output.samples, settings["repeats"]))
    repeats = settings.get("repeats")
    if kind == "ops.tile" and isinstance(repeats, tuple) and len(repeats) == len(given):
        return known_product((output.samples, repeats[0]))
    return output.samples
