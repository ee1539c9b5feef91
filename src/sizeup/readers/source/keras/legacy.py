"""How older versions of Keras spelled the arguments of layers, as Keras 3 spells them."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

KEYWORDS: dict[str, str] = {
    "nb_filter": "filters", "filter_length": "kernel_size", "border_mode": "padding",
    "subsample": "strides", "subsample_length": "strides", "dim_ordering": "data_format",
    "bias": "use_bias", "init": "kernel_initializer", "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer", "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint", "p": "rate", "pool_length": "pool_size",
    "stride": "strides", "sigma": "stddev", "atrous_rate": "dilation_rate",
    "depthwise_regularizer": "depthwise_regularizer", "beta_init": "beta_initializer",
    "gamma_init": "gamma_initializer", "length": "size", "output_dim": "units",
}  # fmt: skip
"""Keras 1's keyword → Keras 3's, where the layer's signature has the latter."""

PER_KIND: dict[str, dict[str, str | None]] = {
    "Embedding": {"init": "embeddings_initializer", "W_regularizer": "embeddings_regularizer",
                  "W_constraint": "embeddings_constraint", "output_dim": "output_dim"},
    "LeakyReLU": {"alpha": "negative_slope"},
    "PReLU": {"init": "alpha_initializer"},
    "BatchNormalization": {"mode": None, "virtual_batch_size": None, "fused": None,
                           "adjustment": None},
    }  # fmt: skip
"""What differs for single kinds; None for what has no effect on sizes."""

ARGUMENTS = {
    "Conv1D": ("filters", "kernel_size", "kernel_initializer", "activation", "weights", "padding",
               "strides"),
    "Conv2D": ("filters", "nb_row", "nb_col", "kernel_initializer", "activation", "weights",
               "padding", "strides", "data_format"),
    "SeparableConv2D": ("filters", "nb_row", "nb_col", "kernel_initializer", "activation",
                        "weights", "padding", "strides", "depth_multiplier", "data_format"),
    "Conv3D": ("filters", "kernel_dim1", "kernel_dim2", "kernel_dim3", "kernel_initializer",
               "activation", "weights", "padding", "strides", "data_format"),
    "Dense": ("units", "kernel_initializer", "activation", "weights"),
    "BatchNormalization": ("epsilon", "mode", "axis", "momentum"),
}  # fmt: skip
"""Positional arguments of Keras 1's constructors, where their order differs from Keras 3's."""

KERNEL_SIDES = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"))

FORMATS = {"th": "channels_first", "tf": "channels_last"}


def positional_names(
    kind: str, spelled: str, arguments: list[Value], keywords: dict[str, Value], version: int
) -> tuple[str, ...] | None:
    """The names of positional arguments if they are in the order of Keras 1, else None."""
    if kind == "BatchNormalization":
        return ARGUMENTS[kind] if arguments and isinstance(arguments[0], float) else None
    if kind not in ARGUMENTS:
        return None
    sides = {"Conv2D": 2, "SeparableConv2D": 2, "Conv3D": 3}.get(kind)
    if sides is None:
        return ARGUMENTS[kind] if version < 2 else None  # noqa: PLR2004
    given = arguments[1 : 1 + sides]
    scalars = len(given) == sides and not any(isinstance(g, str | tuple | list) for g in given)
    old = version < 2 or spelled.startswith("Convolution")  # noqa: PLR2004
    return (
        ARGUMENTS[kind]
        if scalars and (old or sides_by_position(kind, arguments, keywords, version))
        else None
    )


def sides_by_position(
    kind: str, arguments: list[Value], keywords: dict[str, Value], version: int
) -> bool:
    """Whether `Conv2D(32, 3, 3)` is a kernel of 3×3, as in Keras up to 2.3, and not strides of 3.

    Those versions took two integers by position for the kernel's sides, and refused them
    beside `padding`, `strides` or `data_format` (`keras/legacy/interfaces.py`).
    """
    return (
        version == 2  # noqa: PLR2004
        and kind == "Conv2D"
        and len(arguments) == 3  # noqa: PLR2004
        and all(isinstance(side, int) for side in arguments[1:])
        and not keywords.keys() & {"padding", "strides", "data_format"}
    )


def modern_keywords(
    kind: str, keywords: dict[str, Value], signature: Mapping[str, Value]
) -> dict[str, Value]:
    """Keywords in Keras 3's spelling; what is spelled so already stays."""
    special = PER_KIND.get(kind, {})
    result: dict[str, Value] = {}
    for name, value in keywords.items():
        known = name in signature
        modern: str | None = name if known else KEYWORDS.get(name, name)
        modern = special.get(name, modern)
        if modern is not None:
            result[modern] = value
    for sides in KERNEL_SIDES:
        if all(side in result for side in sides):
            result["kernel_size"] = tuple(result.pop(side) for side in sides)
    if isinstance(result.get("data_format"), str):
        result["data_format"] = FORMATS.get(result["data_format"], result["data_format"])
    return result
