"""Every layer of the real Keras 3 in a model of its own, with small arguments and a fitting input."""

from __future__ import annotations

import inspect
import math

import keras
from keras import layers

ARGUMENTS = {
    "units": 3, "filters": 4, "kernel_size": 3, "pool_size": 2, "input_dim": 5, "output_dim": 3,
    "num_heads": 2, "key_dim": 3, "rate": 0.1, "height": 4, "width": 4, "target_shape": (-1,), "n": 2,
    "axes": 1, "factor": 0.1, "scale": 2.0, "num_tokens": 5, "activation": "relu", "stddev": 0.1,
    "head_dim": 3, "num_query_heads": 2, "num_key_value_heads": 2, "height_factor": 0.1,
    "width_factor": 0.1, "max_number": 3, "output_size": 2, "equation": "abc,cd->abd",
    "output_shape": (None, 7), "dims": (2, 1), "bin_boundaries": [0.0, 1.0],
}  # fmt: skip
MADE = {
    "Bidirectional": lambda: layers.Bidirectional(layers.GRU(3)),
    "TimeDistributed": lambda: layers.TimeDistributed(layers.Dense(3)),
    "SpectralNormalization": lambda: layers.SpectralNormalization(layers.Conv2D(3, 2)),
    "RNN": lambda: layers.RNN(layers.LSTMCell(3)),
    "Lambda": lambda: layers.Lambda(lambda t: t * 2, output_shape=(3,)),
    "Pipeline": lambda: layers.Pipeline([layers.Rescaling(2.0)]),
    "Discretization": lambda: layers.Discretization(bin_boundaries=[0.0, 1.0]),
    "GroupNormalization": lambda: layers.GroupNormalization(groups=2),
    "Normalization": lambda: layers.Normalization(mean=[1.0], variance=[2.0]),
    "RandomPosterization": lambda: layers.RandomPosterization(4),
}
INPUTS = [(8, 6), (8, 8, 4), (8,), (8, 8, 8, 4), (8, 8, 8, 8, 2), (600,)]
APART = {"Layer", "Wrapper", "InputLayer", "InputSpec", "StackedRNNCells", "JaxLayer", "FlaxLayer",
         "TFSMLayer", "TorchModuleWrapper", "AbstractRNNCell"}  # fmt: skip
"""What is no layer by itself, or one of another framework."""


def kinds():
    names = (name for name in dir(layers) if inspect.isclass(getattr(layers, name)))
    own = {getattr(layers, name).__name__: name for name in sorted(names, key=len, reverse=True)}
    return sorted(kind for kind in own if not kind.endswith("Cell") and kind not in APART)


def made(kind):
    cls = getattr(layers, kind)
    if kind in MADE:
        return MADE[kind]()
    wanted = list(inspect.signature(cls.__init__).parameters.values())[1:]
    return cls(**{each.name: ARGUMENTS[each.name] for each in wanted
                  if each.default is inspect.Parameter.empty and each.name in ARGUMENTS})  # fmt: skip


def model_of(kind):
    """A model of one layer of a kind, or None where this Keras cannot make one here."""
    for shape in INPUTS:
        for several in (False, True, "apart"):
            entering = [keras.Input(shape) for _ in range(2 if several else 1)]
            try:
                layer = made(kind)
                called = layer(*entering) if several == "apart" or not several else layer(entering)
                model = keras.Model(entering, called)
            except Exception:  # noqa: BLE001 (another input may fit)
                continue
            return model
    return None


def scalars(weights):
    return sum(math.prod(weight.shape) for weight in weights)
