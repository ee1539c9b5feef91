"""What layers own whose dtype is a quantized one: `int8_from_float32`.

Whole numbers and their scales take the place of the kernel and are trained no more; `float8` keeps
the kernel and adds the scales and histories that it is rounded by. Source: `quantized_build` of
the layers of Keras that have it. Quantization in blocks and after data (`gptq`, `awq`) is not
sized.
"""

from __future__ import annotations

from sizeup.dims import ceil_div
from sizeup.errors import SizingError
from sizeup.network import Parameter
from sizeup.rules.checks import text
from sizeup.rules.parameters import with_lora
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.dims import Dim
    from sizeup.rules.registry import Config

MODES = {
    "Dense": ("int8", "int4", "float8"),
    "EinsumDense": ("float8",),
    "Embedding": ("int8", "int4"),
    "ReversibleEmbedding": ("int8", "int4"),
    "MultiHeadAttention": (),
    "GroupedQueryAttention": (),
}
"""The modes that are sized, for every kind that Keras quantizes."""

HISTORY = 1024
"""Steps that float8 remembers the largest numbers of."""


def mode_of(config: Config) -> str | None:
    """The mode that a dtype quantizes by; None where it does not."""
    dtype = config.get("dtype")
    return dtype.partition("_from_")[0] if isinstance(dtype, str) and "_from_" in dtype else None


def is_sized(kind: str, config: Config) -> bool:
    """Whether it is known what a layer of this kind and dtype owns."""
    mode = mode_of(config)
    return mode is None or kind not in MODES or mode in MODES[kind]


def quantized(
    kind: str, config: Config, channels: Dim, kernel: Parameter, *others: Parameter
) -> tuple[Parameter, ...]:
    """All parameters of a layer with a kernel, as its dtype keeps them.

    Whole numbers have a scale for each of the `channels`; two of 4 bits share an element.
    """
    mode = mode_of(config)
    if not is_sized(kind, config):
        raise SizingError(say("rules.quantized", kind=kind, dtype=text(config["dtype"])))
    plain = with_lora(kind, config, kernel, *others)
    if mode is None:
        return plain
    if mode == "float8":
        rounded = ("inputs", "kernel", "outputs_grad")
        each = (("scale", ()), ("amax_history", (HISTORY,)))
        return (
            *(Parameter(f"{of}_{name}", shape) for of in rounded for name, shape in each),
            *plain,
        )
    return (*plain[1:], *packed(mode, kernel, channels))


def packed(
    mode: str, kernel: Parameter, channels: Dim, axis: int = -1
) -> tuple[Parameter, Parameter]:
    """A table of whole numbers, two in one along `axis` if they have 4 bits, and its scales."""
    shape = list(kernel.shape)
    if mode == "int4":
        shape[axis] = ceil_div(shape[axis], 2)
    return (
        Parameter(kernel.name, tuple(shape), "int8", trainable=False),
        Parameter(f"{kernel.name}_scale", (channels,), trainable=False),
    )
