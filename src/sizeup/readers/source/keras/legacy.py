"""How older versions of Keras spelled the arguments of layers, as Keras 3 spells them."""

from __future__ import annotations

from collections.abc import Mapping

from sizeup.readers.source.values import Open
from sizeup.rules.windows import FULL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

KEYWORDS: dict[str, str | None] = {
    "nb_filter": "filters", "filter_length": "kernel_size", "border_mode": "padding",
    "subsample": "strides", "subsample_length": "strides", "dim_ordering": "data_format",
    "bias": "use_bias", "init": "kernel_initializer", "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer", "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint", "p": "rate", "pool_length": "pool_size",
    "poolsize": "pool_size", "stride": "strides", "sigma": "stddev", "atrous_rate": "dilation_rate",
    "beta_init": "beta_initializer", "gamma_init": "gamma_initializer",
    "alpha_init": "alpha_initializer", "length": "size", "upsample_length": "size",
    "output_dim": "units", "pad": "padding", "width": "padding", "stack_size": "inputs",
    "t_left_init": "t_left_initializer", "a_left_init": "a_left_initializer",
    "t_right_init": "t_right_initializer", "a_right_init": "a_right_initializer",
    "image_shape": None, "truncate_gradient": None, "cache_enabled": None,
    "inner_init": "recurrent_initializer", "inner_activation": "recurrent_activation",
    "U_regularizer": "recurrent_regularizer", "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout", "consume_less": None, "forget_bias_init": None,
}  # fmt: skip
"""An old keyword → Keras 3's, where the layer's signature has the latter; None: of no effect."""

RECURRENT = frozenset({"SimpleRNN", "LSTM", "GRU"})

PER_KIND: dict[str, dict[str, str | None]] = {
    "Embedding": {"init": "embeddings_initializer", "W_regularizer": "embeddings_regularizer",
                  "W_constraint": "embeddings_constraint", "output_dim": "output_dim",
                  "dropout": None},
    "LeakyReLU": {"alpha": "negative_slope"},
    "PReLU": {"init": "alpha_initializer"},
    "SeparableConv2D": {"init": "depthwise_initializer"},
    "Reshape": {"dims": "target_shape"},
    "Activation": {"target": None, "beta": None},
    "BatchNormalization": {"virtual_batch_size": None, "fused": None, "adjustment": None},
    }  # fmt: skip
"""What differs for single kinds; None for what has no effect on sizes."""

TOLD: dict[str, frozenset[str]] = {
    "Dense": frozenset({"inputs"}), "TimeDistributedDense": frozenset({"inputs"}),
    "MaxoutDense": frozenset({"inputs"}), "Conv1D": frozenset({"inputs"}),
    "Conv2D": frozenset({"inputs"}), "BatchNormalization": frozenset({"shape", "mode"}),
    "PReLU": frozenset({"shape"}), "ParametricSoftplus": frozenset({"shape"}),
    "Conv2DTranspose": frozenset({"output_shape"}), "Conv3DTranspose": frozenset({"output_shape"}),
}  # fmt: skip
"""What layers of old versions were told beside the arguments that Keras 3 has."""

_DENSE = ("kernel_initializer", "activation", "weights")
_CONV = (*_DENSE, "padding", "strides")
_SIDES = ("filters", "nb_row", "nb_col")
_CUBE = ("filters", "kernel_dim1", "kernel_dim2", "kernel_dim3")

ARGUMENTS = {
    "Conv1D": ("filters", "kernel_size", *_CONV),
    "AtrousConvolution1D": ("filters", "kernel_size", *_CONV, "dilation_rate"),
    "Conv2D": (*_SIDES, *_CONV, "data_format"),
    "AtrousConvolution2D": (*_SIDES, *_CONV, "dilation_rate", "data_format"),
    "SeparableConv2D": (*_SIDES, *_CONV, "depth_multiplier", "data_format"),
    "Conv3D": (*_CUBE, *_CONV, "data_format"),
    "Conv2DTranspose": (*_SIDES, "output_shape", *_CONV, "data_format"),
    "Conv3DTranspose": (*_CUBE, "output_shape", *_CONV, "data_format"),
    "LocallyConnected1D": ("filters", "kernel_size", *_CONV),
    "LocallyConnected2D": (*_SIDES, *_CONV, "data_format"),
    "Dense": ("units", *_DENSE),
    "TimeDistributedDense": ("units", *_DENSE),
    "MaxoutDense": ("units", "nb_feature", "kernel_initializer", "weights"),
    "Highway": ("kernel_initializer",),
    "Embedding": ("input_dim", "output_dim", "embeddings_initializer", "input_length"),
    "PReLU": ("alpha_initializer", "weights", "shared_axes"),
    "ConvLSTM2D": (*_SIDES, "kernel_initializer", "recurrent_initializer", "forget_bias_init",
                   "activation", "recurrent_activation", "data_format", "padding", "strides"),
    "SimpleRNN": ("units", "kernel_initializer", "recurrent_initializer", "activation"),
    "GRU": ("units", "kernel_initializer", "recurrent_initializer", "activation",
            "recurrent_activation"),
    "LSTM": ("units", "kernel_initializer", "recurrent_initializer", "forget_bias_init",
             "activation", "recurrent_activation"),
    "BatchNormalization": ("epsilon", "mode", "axis", "momentum"),
}  # fmt: skip
"""Positional arguments of Keras 1's constructors, where their order differs from Keras 3's."""

OLDEST = {
    "Dense": (2, ("inputs", "units", *_DENSE)),
    "TimeDistributedDense": (2, ("inputs", "units", *_DENSE)),
    "MaxoutDense": (2, ("inputs", "units", "nb_feature", "kernel_initializer", "weights")),
    "SimpleRNN": (2, ("input_dim", "units")),
    "GRU": (2, ("input_dim", "units")),
    "LSTM": (2, ("input_dim", "units")),
    "Conv1D": (3, ("filters", "inputs", "kernel_size", *_CONV)),
    "Conv2D": (4, ("filters", "inputs", "nb_row", "nb_col", *_CONV)),
    "BatchNormalization": (1, ("shape", "epsilon", "mode")),
    "PReLU": (1, ("shape",)),
    "ParametricSoftplus": (1, ("shape", "alpha_initializer", "beta_initializer")),
}
"""Those of Keras 0.1, which was told what enters, and how many sizes such a call begins with."""

SIDES = {"Conv2D": 2, "SeparableConv2D": 2, "Conv3D": 3, "ConvLSTM2D": 2, "Conv2DTranspose": 2,
         "Conv3DTranspose": 3, "AtrousConvolution2D": 2, "LocallyConnected2D": 2}  # fmt: skip
"""Kinds that took the kernel's sides one by one, after the number of filters."""

KERNEL_SIDES = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"))

FORMATS = {"th": "channels_first", "tf": "channels_last"}
EDGES = (("top_pad", "bottom_pad"), ("left_pad", "right_pad"))
EDGES_2D = 4


def positional_names(
    kind: str, spelled: str, arguments: list[Value], keywords: dict[str, Value], version: int
) -> tuple[str, ...] | None:
    """The names of positional arguments if they are in an older order than Keras 3's, else None."""
    sizes, oldest = OLDEST.get(kind, (0, ()))
    # no later version takes two integers for a recurrent layer
    rows = kind in RECURRENT and all(isinstance(size, int) for size in arguments[:sizes])
    if (version == 0 or rows) and sizes and _sizes(arguments, sizes, shapes=sizes == 1):
        return oldest
    if kind == "BatchNormalization":
        return ARGUMENTS[kind] if arguments and isinstance(arguments[0], float) else None
    order = spelled if spelled in ARGUMENTS else kind
    if order not in ARGUMENTS:
        return None
    sides = SIDES.get(order)
    if sides is None:
        return ARGUMENTS[order] if version < 2 else None
    given = arguments[1 : 1 + sides]
    scalars = len(given) == sides and not any(isinstance(g, str | tuple | list) for g in given)
    old = version < 2 or spelled.startswith(("Convolution", "Atrous", "Deconv"))
    return (
        ARGUMENTS[order]
        if scalars and (old or sides_by_position(kind, arguments, keywords, version))
        else None
    )


def _sizes(arguments: list[Value], count: int, *, shapes: bool) -> bool:
    """Whether the first `count` arguments are sizes, or also shapes."""
    given = arguments[:count]
    return len(given) == count and all(
        (isinstance(value, int | Open) and not isinstance(value, bool))
        or (shapes and isinstance(value, tuple | list))
        for value in given
    )


def sides_by_position(
    kind: str, arguments: list[Value], keywords: dict[str, Value], version: int
) -> bool:
    """Whether `Conv2D(32, 3, 3)` is a kernel of 3×3, as in Keras up to 2.3, and not strides of 3.

    Those versions took two integers by position for the kernel's sides, and refused them
    beside `padding`, `strides` or `data_format` (`keras/legacy/interfaces.py`).
    """
    return (
        version == 2
        and kind == "Conv2D"
        and len(arguments) == 3
        and all(isinstance(side, int) for side in arguments[1:])
        and not keywords.keys() & {"padding", "strides", "data_format"}
    )


def modern_keywords(
    kind: str, keywords: dict[str, Value], signature: Mapping[str, Value], version: int
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
    if version < 2:
        _as_then(kind, result)
    elif kind == "BatchNormalization":
        result.pop("mode", None)
    return result


def _as_then(kind: str, given: dict[str, Value]) -> None:
    """What only Keras 0 and 1 meant by an argument, in place."""
    if kind == "BatchNormalization":
        given.setdefault("mode", 0)
        if isinstance(given.get("shape"), int | Open):
            given["shape"] = (given["shape"],)
    if given.get("padding") == "full":
        given["padding"] = FULL
    if given.get("data_format") == "default":
        given["data_format"] = None
    # `ignore_border=False` keeps the window that reaches over the edge, as 'same' does
    if given.pop("ignore_border", True) is False and given.get("strides") is None:
        given["padding"] = "same"
    padding = given.get("padding")
    if isinstance(padding, dict):
        pairs = [tuple(padding.get(edge, 0) for edge in pair) for pair in EDGES]
        given["padding"] = pairs[1] if kind.endswith("1D") else tuple(pairs)
    elif kind == "ZeroPadding2D" and isinstance(padding, tuple | list) and len(padding) == EDGES_2D:
        given["padding"] = (tuple(padding[:2]), tuple(padding[2:]))


def dims_in_a_row(kind: str, arguments: list[Value], version: int) -> list[Value]:
    """`Reshape(a, b)` of Keras 0.1 is `Reshape((a, b))`."""
    if kind == "Reshape" and version == 0 and len(arguments) > 1:
        return [tuple(arguments)]
    return arguments
