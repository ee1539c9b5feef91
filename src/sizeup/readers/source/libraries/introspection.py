"""`inspect`: which arguments a function takes, of the source's own and of Keras' layers."""

from __future__ import annotations

import ast

from sizeup.readers.source.builtin_functions import table
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import Bound, Function, Instance
from sizeup.rules.registry import HOMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]

ALIKE = frozenset({"conv", "pooling", "padding", "reshaping", "activations"})
"""Homes of kinds whose `call` takes one tensor and nothing else."""

TRAINS = frozenset({"BatchNormalization", "Dropout", "SpatialDropout1D", "SpatialDropout2D",
                    "SpatialDropout3D", "GaussianDropout", "GaussianNoise", "AlphaDropout"})  # fmt: skip
"""Kinds whose `call` takes `training`."""


def _names(function: Value) -> list[str] | None:
    """The names of the arguments; None where they are not known."""
    if isinstance(function, Bound) and isinstance(function.function, Function):
        found = _names(function.function)
        return found and found[1:]
    if isinstance(function, Function):
        signature = function.arguments
        named = signature.posonlyargs + signature.args + [signature.vararg]
        named += [*signature.kwonlyargs, signature.kwarg]
        return [argument.arg for argument in named if argument is not None]
    kind = getattr(getattr(function, "owner", None), "rule", "")
    if kind in TRAINS:
        return ["inputs", "training"]
    return ["inputs"] if HOMES.get(kind) in ALIKE or kind in ("Dense", "Activation") else None


def _defaults(function: Value) -> dict[str, Value]:
    """The defaults of arguments by their names."""
    if isinstance(function, Bound):
        return _defaults(function.function)
    if not isinstance(function, Function):
        return {}
    positional = function.arguments.posonlyargs + function.arguments.args
    last = [argument.arg for argument in positional][len(positional) - len(function.defaults) :]
    return dict(zip(last, function.defaults, strict=True)) | dict(function.keyword_defaults)


def _signature(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    function = m.resolve(a[0])
    names = _names(function)
    if names is None:
        return m.world.unseen_value(m, node)
    own = isinstance(function, Function | Bound)
    defaults = _defaults(function)
    made = Instance(None)
    made.attributes["parameters"] = {}
    for name in names:
        parameter = Instance(None)
        default = defaults.get(name, EMPTY) if own else m.world.unseen_value(m, node)
        parameter.attributes.update(name=name, default=default)
        made.attributes["parameters"][name] = parameter
    return made


EMPTY = Instance(None)
"""What stands for no default."""

MEMBERS: dict[str, Value] = table({"inspect.signature": _signature}) | dict.fromkeys(
    ("inspect.Parameter.empty", "inspect.Signature.empty", "inspect._empty"), EMPTY
)
