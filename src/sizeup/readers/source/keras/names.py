"""Where the names of the Keras world live: modules, classes, functions, in all spellings."""

from __future__ import annotations

from functools import lru_cache

from sizeup.rules.registry import HOMES

ROOTS = (
    "tensorflow.python.keras", "tensorflow.contrib.keras.python.keras", "tensorflow.contrib.keras",
    "tensorflow.keras", "tensorflow.compat.v1.keras", "tensorflow.compat.v2.keras",
    "tensorflow.python.keras.api._v2.keras", "tf_keras", "keras.src", "keras.api", "keras._tf_keras.keras",
    "keras_core", "keras",
)  # fmt: skip
"""Packages that are Keras under another name; `keras` itself is last."""

CONVENTIONS = {
    "np": "numpy", "numpy": "numpy", "tf": "tensorflow", "tensorflow": "tensorflow",
    "keras": "keras", "layers": "keras.layers", "models": "keras.models", "K": "keras.backend",
    "ops": "keras.ops", "math": "math", "os": "os", "sys": "sys",
    "regularizers": "keras.regularizers", "initializers": "keras.initializers",
    "optimizers": "keras.optimizers", "constraints": "keras.constraints",
    "np_utils": "keras.utils", "mnist": "keras.datasets.mnist", "cifar10": "keras.datasets.cifar10",
    "cifar100": "keras.datasets.cifar100", "fashion_mnist": "keras.datasets.fashion_mnist",
    "imdb": "keras.datasets.imdb", "reuters": "keras.datasets.reuters",
    "boston_housing": "keras.datasets.boston_housing",
    "applications": "keras.applications", "datasets": "keras.datasets",
}  # fmt: skip
"""What a name means by convention where the text holds no import (snippets mostly do not)."""

FUNCTIONS = {
    "to_categorical": "keras.utils.to_categorical", "pad_sequences": "keras.utils.pad_sequences",
    "train_test_split": "sklearn.model_selection.train_test_split",
}  # fmt: skip
"""What a function's name means by convention where the text does not import it."""

ALIASES = {
    "Convolution1D": "Conv1D", "Convolution2D": "Conv2D", "Convolution3D": "Conv3D",
    "Convolution1DTranspose": "Conv1DTranspose", "Convolution2DTranspose": "Conv2DTranspose",
    "Convolution3DTranspose": "Conv3DTranspose", "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D", "DepthwiseConvolution2D": "DepthwiseConv2D",
    "MaxPool1D": "MaxPooling1D", "MaxPool2D": "MaxPooling2D", "MaxPool3D": "MaxPooling3D",
    "AvgPool1D": "AveragePooling1D", "AvgPool2D": "AveragePooling2D", "AvgPool3D": "AveragePooling3D",
    "GlobalMaxPool1D": "GlobalMaxPooling1D", "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "GlobalMaxPool3D": "GlobalMaxPooling3D", "GlobalAvgPool1D": "GlobalAveragePooling1D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D", "GlobalAvgPool3D": "GlobalAveragePooling3D",
    "AtrousConvolution1D": "Conv1D", "AtrousConvolution2D": "Conv2D", "AtrousConv1D": "Conv1D",
    "AtrousConv2D": "Conv2D", "Deconvolution2D": "Conv2DTranspose", "Deconv2D": "Conv2DTranspose",
    "Deconvolution3D": "Conv3DTranspose", "Deconv3D": "Conv3DTranspose",
    "UpSample1D": "UpSampling1D", "UpSample2D": "UpSampling2D",
    "SyncBatchNormalization": "BatchNormalization", "BatchNorm": "BatchNormalization",
    "GroupQueryAttention": "GroupedQueryAttention",
    "BatchNormalizationV1": "BatchNormalization", "BatchNormalizationV2": "BatchNormalization",
}  # fmt: skip
"""Other spellings of a kind."""

FOREIGN = frozenset({"TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"})
"""Layers around a model of another program: what they own is in no text, and so unknown."""

HOLDS = {
    "Bidirectional": ("layer", "backward_layer"), "TimeDistributed": ("layer",),
    "SpectralNormalization": ("layer",), "Wrapper": ("layer",), "RNN": ("cell",),
    "StackedRNNCells": ("cells",),
}  # fmt: skip
"""The arguments of wrappers and RNNs that are layers themselves."""

BORROWED = "sizeup.zoo.applications"
"""The package of files that stand for Keras' own applications."""

NO_RULE = "no rule"
"""The key of what something of Keras gives that sizeup has no rule for."""

FUNCTIONAL_MERGES = {
    "add": "Add", "subtract": "Subtract", "multiply": "Multiply", "average": "Average",
    "maximum": "Maximum", "minimum": "Minimum", "concatenate": "Concatenate", "dot": "Dot",
}  # fmt: skip
"""Functions of `keras.layers` that make a merge layer and call it at once."""


KERAS_MODULES = frozenset({
    "layers", "models", "backend", "ops", "applications", "datasets", "utils", "regularizers",
    "initializers", "optimizers", "constraints", "activations", "losses", "metrics", "callbacks",
    "engine", "legacy", "preprocessing", "wrappers", "saving", "random", "config", "mixed_precision",
    "src", "api", "objectives", "initializations", "experimental", "tree",
})  # fmt: skip
"""The modules right below `keras`."""

PACKAGES = frozenset({"keras.layers", "keras.layers.experimental", "keras.engine", "keras.utils",
                      "keras.layers.experimental.preprocessing", "keras.src", "keras.datasets",
                      "keras.applications", "keras.preprocessing", "keras.src.layers"})  # fmt: skip
"""Packages whose members in small letters are modules."""


@lru_cache(4096)
def keras_path(dotted: str) -> str | None:
    """A dotted name as `keras.…`, or None where it is not Keras."""
    if dotted.startswith(("keras_applications._KERAS_", "keras.applications._KERAS_")):
        return f"keras.{dotted.rpartition('_')[2].lower()}"  # what Keras gave it of its own
    if dotted.partition(".")[0] == "keras_applications":
        return dotted.replace("_", ".", 1)
    for root in ROOTS:
        if dotted == root:
            return "keras"
        if dotted.startswith(root + "."):
            rest = dotted[len(root) :]
            inner = ".backend" in rest or rest.startswith(".ops.numpy.")
            return "keras" + (_of_backend(rest) if inner else rest)
    return None


def _of_backend(rest: str) -> str:
    """Where functions of backends are known: Keras 3 has the old ones apart, its own as in `ops`."""
    from re import sub

    parts = "numpy|nn|core|math|image|linalg"
    rest = rest.removeprefix(".legacy")
    own = rf"^\.(?:backend|ops)\.(tensorflow|jax|torch|numpy(?=\.(?:{parts}|random)))(?=\.|$)"
    rest = sub(r"^\.(backend|ops)\.random(?=\.|$)", ".random", sub(own, ".ops", rest))
    return sub(rf"^\.backend\.({parts})(?=\.|$)", r".ops.\1", rest)


def kind_of(name: str) -> str | None:
    """Keras 3's name of a layer class, or None where no rule knows it."""
    kind = ALIASES.get(name, name)
    return kind if kind in HOMES else None
