"""Parameters that many kinds own alike: biases and low-rank adapters of a kernel."""

from __future__ import annotations

from sizeup.errors import SizingError
from sizeup.network import Parameter
from sizeup.rules.checks import flag, positive
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.dims import Dim
    from sizeup.rules.registry import Config

KERNEL_AND_BIAS = (
    "kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None, "
    "bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, "
    "bias_constraint=None"
)
"""How the arguments of a layer with a kernel and a bias end."""


def bias(kind: str, config: Config, size: Dim) -> tuple[Parameter, ...]:
    """One scalar for each of the `size` channels that leave, where `use_bias` is true."""
    return (Parameter("bias", (size,)),) if flag(kind, config, "use_bias") else ()


def with_lora(
    kind: str, config: Config, kernel: Parameter, *others: Parameter
) -> tuple[Parameter, ...]:
    """All parameters; `lora_rank` freezes the kernel and adds two factors (Hu et al., 2021).

    Source: `enable_lora` of the layers of Keras that have it.
    """
    if config["lora_rank"] in (None, 0):
        return (kernel, *others)
    inner = positive(kind, config, "lora_rank")
    constraint = f"{kernel.name}_constraint"
    if config[constraint] is not None:
        raise SizingError(say("rules.lora", kind=kind, constraint=constraint))
    return (
        kernel.changed(trainable=False),
        *others,
        Parameter(f"lora_{kernel.name}_a", (*kernel.shape[:-1], inner)),
        Parameter(f"lora_{kernel.name}_b", (inner, kernel.shape[-1])),
    )
