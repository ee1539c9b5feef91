"""Inputs, dense layers, lookup tables, and layers that pass their input on."""

from __future__ import annotations

from sizeup.errors import SizingError
from sizeup.network import Parameter
from sizeup.rules.checks import entering, flag, known_product, least_rank, positive
from sizeup.rules.parameters import KERNEL_AND_BIAS, bias
from sizeup.rules.quantization import mode_of, packed, quantized
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

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
    units = positive("Dense", config, "units")
    least_rank("Dense", x, 2)
    kernel = Parameter("kernel", (entering("Dense", config, x, -1), units))
    return Sizing(
        outputs=((*x[:-1], units),),
        parameters=quantized("Dense", config, units, kernel, *bias("Dense", config, units)),
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
    rows = positive("Embedding", config, "input_dim")
    columns = positive("Embedding", config, "output_dim")
    table = Parameter("embeddings", (rows, columns))
    return Sizing(((*x, columns),), quantized("Embedding", config, rows, table))


@rule(
    "ReversibleEmbedding",
    signature="input_dim, output_dim, tie_weights=True, embeddings_initializer='uniform', "
    "embeddings_regularizer=None, embeddings_constraint=None, mask_zero=False, "
    "reverse_dtype=None, logit_soft_cap=None",
    also=f"weights=None, {LORA}",
    call="inputs, reverse=False",
)
def reversible_embedding(config: Config, x: Shape) -> Sizing:
    """A table that also leads back: with `reverse`, (..., output_dim) becomes (..., input_dim).

    The way back is the table's transpose, or one of its own without `tie_weights`.
    """
    kind = "ReversibleEmbedding"
    rows, columns = positive(kind, config, "input_dim"), positive(kind, config, "output_dim")
    parameters = embedding(config, x).parameters
    if not flag(kind, config, "tie_weights"):
        mode, back = mode_of(config), Parameter("reverse_embeddings", (columns, rows))
        if mode is None and len(parameters) > 1:  # LoRA locks the layer before this table is made
            raise SizingError(say("rules.lora_untied"))
        parameters += (back,) if mode is None else packed(mode, back, rows, axis=0)
    if not flag(kind, config, "reverse"):
        return Sizing(((*x, columns),), parameters)
    least_rank(kind, x, 1)
    return Sizing(((*x[:-1], rows),), parameters, known_product((*x[1:-1], columns, rows)))
