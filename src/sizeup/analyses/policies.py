"""The dtypes that a network is stored and computed in: Keras' dtype policies by their names."""

from __future__ import annotations

from sizeup.errors import UsageError
from sizeup.network import BYTES
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Parameter

FLOATS = frozenset({"float64", "float32", "float16", "bfloat16"})
WORD = 4


class Policy(Record):
    """Bytes of an element of what is computed; the dtype of variables that are floats.

    Where `stored` is None, variables have the dtype that the network gives them.
    """

    name: str
    computed: int
    stored: str | None

    @property
    def mixed(self) -> bool:
        """Whether less precise numbers are computed with than are stored."""
        return self.name.startswith("mixed_")

    def bytes_of(self, parameter: Parameter) -> int:
        """The bytes of an element of a parameter."""
        return BYTES.get(self.dtype_of(parameter), WORD)

    def dtype_of(self, parameter: Parameter) -> str:
        """What a parameter is stored in."""
        return self.stored if self.stored and parameter.dtype in FLOATS else parameter.dtype


def policy_of(name: str | None) -> Policy:
    """A policy: `float16`, `mixed_bfloat16`; none is float32, and parameters as they are.

    Mixed precision stores float32. Raises UsageError for a name that is none.
    """
    if name is None:
        return Policy("float32", WORD, None)
    dtype = name.removeprefix("mixed_")
    if dtype not in FLOATS or (dtype != name and BYTES.get(dtype, WORD) >= WORD):
        known = [*sorted(FLOATS), "mixed_bfloat16", "mixed_float16"]
        raise UsageError(say("costs.dtype", name=name, known=", ".join(known)))
    return Policy(name, BYTES.get(dtype, WORD), dtype if dtype == name else "float32")
