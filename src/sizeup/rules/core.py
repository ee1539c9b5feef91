"""Inputs, dense layers, lookup tables, and layers that pass their input on."""

from __future__ import annotations

from sizeup.network import Parameter
from sizeup.rules.checks import dimension, known_product, least_rank, positive
from sizeup.rules.parameters import KERNEL_AND_BIAS, bias, refuse_quantized, with_lora
from sizeup.rules.registry import Sizing, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Shape
    from sizeup.rules.registry import Config

LORA = "lora_rank=None, lora_alpha=None, quantization_config=None"


@rule("Activation", signature="activation")
@rule("Identity", signature="")
@rule(
    "InputLayer",
    signature="shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, "
    "batch_shape=None, input_tensor=None, optional=False, name=None",
)
@rule("Masking", signature="mask_value=0.0")
def unchanged(_config: Config, *shapes: Shape) -> Sizing:
    """Nothing owned; what leaves has the shapes of what enters."""
    return Sizing(shapes)


@rule(
    "Dense",
    signature=f"units, activation=None, use_bias=True, {KERNEL_AND_BIAS}, {LORA}",
)
def dense(config: Config, x: Shape) -> Sizing:
    """A matrix over the last axis: (batch, ..., inputs) becomes (batch, ..., units).

    The MACs are those of the kernel at every position. What LoRA adds to the kernel is worked
    out once for a whole batch and not counted.
    """
    refuse_quantized("Dense", config)
    units = positive("Dense", config, "units")
    least_rank("Dense", x, 2)
    kernel = Parameter("kernel", (dimension("Dense", x, -1), units))
    return Sizing(
        outputs=((*x[:-1], units),),
        parameters=with_lora("Dense", config, kernel, *bias("Dense", config, units)),
        macs=known_product((*x[1:], units)),
    )


@rule(
    "Embedding",
    signature="input_dim, output_dim, embeddings_initializer='uniform', "
    "embeddings_regularizer=None, embeddings_constraint=None, mask_zero=False, weights=None, "
    f"{LORA}",
)
def embedding(config: Config, x: Shape) -> Sizing:
    """A table of `input_dim` rows: (batch, ...) becomes (batch, ..., output_dim).

    Looking up multiplies nothing: 0 MACs.
    """
    refuse_quantized("Embedding", config)
    rows = positive("Embedding", config, "input_dim")
    columns = positive("Embedding", config, "output_dim")
    table = Parameter("embeddings", (rows, columns))
    return Sizing(outputs=((*x, columns),), parameters=with_lora("Embedding", config, table))
