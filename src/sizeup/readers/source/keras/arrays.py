"""Variables, what they begin with, and TensorFlow's shapes, by their dotted names."""

from __future__ import annotations

import ast

from sizeup.readers.source.builtin_functions import first_argument
from sizeup.readers.source.keras.classes import INITIALIZER
from sizeup.readers.source.keras.variables import make_variable
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import Builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def _initializer(_m: Machine, _a: list[Value], _k: dict[str, Value], _node: ast.AST) -> Value:
    """`tf.zeros_initializer()`."""
    return INITIALIZER


ARRAYS = {
    **{f"tensorflow.{name}_initializer": Builtin(name, _initializer)
       for name in ("random_normal", "random_uniform", "zeros", "ones", "constant",
                    "truncated_normal", "glorot_uniform")},
    **{f"keras.utils.theano_utils.{name}": INITIALIZER for name in ("shared_zeros", "shared_ones")},
    "keras.utils.theano_utils.sharedX": make_variable(("value", "dtype", "name")),
    "theano.shared": make_variable(("value", "name")),
    **{name: Builtin(name, first_argument) for name in (
        "tensorflow.TensorShape", "tensorflow.compat.dimension_value",
        "tensorflow.compat.v1.dimension_value")},
    "tensorflow.Variable": make_variable(("value", "trainable", "", "", "name", "dtype"), foreign=True),
    "keras.Variable": make_variable(("value", "shape", "dtype", "trainable", "", "", "name")),
    "keras.backend.variable": make_variable(("value", "dtype", "name")),
    "keras.backend.Variable": make_variable(("value", "shape", "dtype", "trainable")),
}  # fmt: skip
