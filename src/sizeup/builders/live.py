"""The live Keras model of a network: the statements of its plan, carried out."""

from __future__ import annotations

import operator
from collections.abc import Callable

from sizeup.builders.plan import (
    Freeze,
    Held,
    Invoke,
    Items,
    Operation,
    Tensor,
    Value,
)
from sizeup.builders.planning import plan
from sizeup.dims import Expr
from sizeup.errors import PortError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.builders.plan import Plan
    from sizeup.network import Layer, Network


def to_keras(network: Network) -> Any:
    """The model of Keras 3 that a network is, untrained, its layers named as the network names them.

    The backend is that of Keras' own settings. Raises PortError where something is free or not
    known, or where Keras 3 has no layer of the kind.
    """
    return _carry_out(plan(network, _name))


def _name(layer: Layer) -> str:
    return layer.name.replace("/", "_")


def _carry_out(made: Plan) -> Any:
    values: dict[int, Any] = {}
    for statement in made.statements:
        if isinstance(statement, Freeze):
            values[statement.held.number].trainable = False
            continue
        result = _value(statement.value, values)
        targets = statement.targets
        results = [result] if len(targets) == 1 else result
        for target, each in zip(targets, results, strict=True):
            values[target.number] = each
    return values[made.result.number]


def _value(code: Any, values: dict[int, Any]) -> Any:
    match code:
        case Value(value):
            return _literal(value)
        case Tensor(number) | Held(number):
            return values[number]
        case Items(entries):
            return [_value(entry, values) for entry in entries]
        case Operation():
            return _operation(code, values)
        case Invoke(function, arguments, keywords):
            called = _function(function) if isinstance(function, str) else _value(function, values)
            given = [_value(argument, values) for argument in arguments]
            return called(*given, **{name: _value(value, values) for name, value in keywords})
    raise TypeError(code)


def _literal(value: Any) -> Any:
    if isinstance(value, Expr):
        raise PortError(say("port.free", names=", ".join(sorted(value.symbols))))
    if isinstance(value, tuple | list):
        return type(value)(map(_literal, value))
    if isinstance(value, slice):
        return slice(*map(_literal, (value.start, value.stop, value.step)))
    return value


def _function(dotted: str) -> Any:
    """`layers.Dense`, `keras.Model`, `ops.mean`, or a class that Keras 3 does not have."""
    import keras

    home, _, name = dotted.rpartition(".")
    if home == "":
        from sizeup.builders import legacy

        return getattr(legacy, name)
    found: Any = {"keras": keras, "layers": keras.layers, "ops": keras.ops}
    for part in dotted.split("."):
        found = found[part] if isinstance(found, dict) else getattr(found, part)
    return found


OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "//": operator.floordiv, "**": operator.pow, "@": operator.matmul, "%": operator.mod,
    "==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt,
    "<=": operator.le, "&": operator.and_, "|": operator.or_, "neg": operator.neg,
}  # fmt: skip


def _operation(code: Operation, values: dict[int, Any]) -> Any:
    operands = [_value(operand, values) for operand in code.operands]
    if code.sign == "[]":
        return operands[0][_key(code.key)]
    return OPERATORS[code.sign](*operands)


def _key(key: Any) -> Any:
    if isinstance(key, tuple):
        return tuple(map(_key, key))
    return Ellipsis if isinstance(key, str) else _literal(key)
