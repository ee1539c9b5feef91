"""Modules of PyTorch as printed tables list them, with the kinds and the shapes that Keras gives."""

from __future__ import annotations

from sizeup.rules.registry import HOMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Graph, Layer, Shape

KINDS = {
    "Linear": "Dense",
    "Embedding": "Embedding",
    "Flatten": "Flatten",
    "Identity": "Identity",
    **{f"Conv{n}d": f"Conv{n}D" for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": f"Conv{n}DTranspose" for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": "BatchNormalization" for n in (1, 2, 3)},
    "LayerNorm": "LayerNormalization",
    "GroupNorm": "GroupNormalization",
    **{f"MaxPool{n}d": f"MaxPooling{n}D" for n in (1, 2, 3)},
    **{f"AvgPool{n}d": f"AveragePooling{n}D" for n in (1, 2, 3)},
    **{f"AdaptiveAvgPool{n}d": f"GlobalAveragePooling{n}D" for n in (1, 2, 3)},
    **{f"AdaptiveMaxPool{n}d": f"GlobalMaxPooling{n}D" for n in (1, 2, 3)},
    "ZeroPad2d": "ZeroPadding2D",
    "Upsample": "UpSampling2D",
    **{f"Dropout{n}d": f"SpatialDropout{n}D" for n in (1, 2, 3)},
    "Dropout": "Dropout",
    "RNN": "SimpleRNN",
    "LSTM": "LSTM",
    "GRU": "GRU",
    "ReLU": "ReLU",
    "LeakyReLU": "LeakyReLU",
    "ELU": "ELU",
    "PReLU": "PReLU",
    "Softmax": "Softmax",
    **dict.fromkeys(("ReLU6", "Sigmoid", "Tanh", "GELU", "SiLU", "LogSoftmax", "Hardswish"),
                    "Activation"),
}  # fmt: skip
"""Kinds of PyTorch's modules as Keras 3 has them."""
CHANNELED = ("Conv", "MaxPooling", "AveragePooling", "Global", "Batch", "Group", "ZeroPadding",
             "UpSampling", "SpatialDropout", "PReLU", "ReLU", "LeakyReLU", "ELU", "Activation",
             "Dropout", "Softmax", "Identity")  # fmt: skip
"""How the kinds begin whose maps have their channels first in PyTorch."""
FIRST = "channels_first"
MAPS = 3
"""The least rank of a batch of maps."""


def is_of_torch(graph: Graph) -> bool:
    """Whether a printed network has modules that only PyTorch has."""
    return any(
        layer.partial and layer.kind in KINDS.keys() - HOMES.keys() for layer in graph.layers
    )


def as_layer(layer: Layer, *, first: bool) -> Layer:
    """A module with the kind and the shapes that Keras gives to what it does."""
    kind = KINDS.get(layer.kind, layer.kind)

    def placed(shape: Shape | None) -> Shape | None:
        if kind.startswith("Global"):
            shape = _pooled(shape)
        return _last(shape) if kind.startswith(CHANNELED) and not first else shape

    calls = tuple(
        call.changed(output_shapes=tuple(map(placed, call.output_shapes)))
        for call in layer.calls[:1]
    )
    config = dict(layer.config) if kind == layer.kind else {}
    return layer.changed(kind=kind, config=config, calls=calls)


def _last(shape: Shape | None) -> Shape | None:
    """A shape with its channels last."""
    if shape is None or len(shape) < MAPS:
        return shape
    return (None, *shape[2:], shape[1])


def _pooled(shape: Shape | None) -> Shape | None:
    """A map of one value for each channel is a row of them."""
    if shape is None or len(shape) < MAPS or any(side != 1 for side in shape[2:]):
        return shape
    return shape[:2]
