"""The live Keras model of a network: the statements of its plan, carried out."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable

from sizeup.builders.full import rimmed
from sizeup.builders.plan import (
    Freeze,
    Held,
    Invoke,
    Items,
    Lambda,
    Operation,
    Own,
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

    from sizeup.builders.plan import Definition, Plan, Statement
    from sizeup.network import Layer, Network


def to_keras(network: Network) -> Any:
    """The model of Keras 3 that a network is, untrained, its layers named as the network names them.

    The backend is that of Keras' own settings. Raises PortError where something is free or not
    known, or where Keras 3 has no layer of the kind.
    """
    return _carry_out(plan(rimmed(network), _name))


def _name(layer: Layer) -> str:
    return layer.name.replace("/", "_")


def _carry_out(made: Plan) -> Any:
    classes: dict[str, Any] = {}
    for definition in made.definitions:
        classes[definition.name] = _class_of(definition, dict(classes))
    values: dict[Any, Any] = dict(classes)
    if not classes:
        _do(made.statements, values)
    else:
        import keras

        with keras.saving.custom_object_scope(classes):  # Bidirectional copies what it holds
            _do(made.statements, values)
    return values[made.result.number]


def _do(statements: Iterable[Statement | Freeze], values: dict[Any, Any]) -> None:
    """Carry statements out, one after the other."""
    for statement in statements:
        if isinstance(statement, Freeze):
            values[statement.held.number].trainable = False
            continue
        result = _value(statement.value, values)
        targets = statement.targets
        results = [result] if len(targets) == 1 else result
        for target, each in zip(targets, results, strict=True):
            values[target.number] = each


def _class_of(definition: Definition, known: dict[Any, Any]) -> Any:
    """A class of Keras that does what a definition says; `known` are those before it."""
    import keras

    cell = definition.cell

    def init(self: Any, **given: Any) -> None:
        keras.layers.Layer.__init__(self, **given)
        if cell is not None:
            self.state_size = cell.states[0] if len(cell.states) == 1 else list(cell.states)
            self.output_size = cell.output
        for name, code in definition.layers:
            setattr(self, name, _value(code, dict(known)))

    def build(self: Any, input_shape: Any) -> None:
        alone = cell is not None or len(definition.inputs) == 1
        first = input_shape if alone else input_shape[0]
        for owned in definition.weights:
            shape = tuple(first[-1] if size is None else size for size in owned.shape)
            weight = self.add_weight(
                shape, name=owned.name, dtype=owned.dtype, trainable=owned.trainable
            )
            setattr(self, owned.name, weight)
        for name, shape in () if cell is None else cell.builds:
            getattr(self, name).build(shape)

    def call(self: Any, inputs: Any) -> Any:
        return leaving(self, [inputs] if len(definition.inputs) == 1 else inputs)

    def step(self: Any, inputs: Any, states: Any) -> Any:
        output, *after = leaving(self, [inputs, *states])
        return output, after

    def leaving(self: Any, given: Any) -> Any:
        values: dict[Any, Any] = {"self": self}
        for tensor, each in zip(definition.inputs, given, strict=True):
            values[tensor.number] = each
        _do(definition.statements, values)
        found = [_value(each, values) for each in definition.outputs]
        return found[0] if len(found) == 1 else found

    methods: dict[str, Any] = {"__init__": init, "call": call if cell is None else step}
    methods |= _measuring(definition.leaves)
    if definition.weights or (cell is not None and cell.builds):
        methods["build"] = build
    return type(definition.name, (keras.layers.Layer,), methods)


def _measuring(leaves: tuple[int | None, ...] | None) -> dict[str, Any]:
    """The method by which a class says what shape leaves it, where it is asked."""

    def compute_output_shape(_self: Any, input_shape: Any) -> Any:
        dims = enumerate(leaves or (None,) * len(input_shape))
        return tuple(input_shape[n] if dim is None else dim for n, dim in dims)

    return {} if leaves is None else {"compute_output_shape": compute_output_shape}


def _value(code: Any, values: dict[Any, Any]) -> Any:
    match code:
        case Own(name):
            return getattr(values["self"], name)
        case Value(value):
            return _literal(value)
        case Tensor(number) | Held(number):
            return values[number]
        case Lambda(inputs, value):
            return _function_of(inputs, value, values)
        case Items(entries):
            return [_value(entry, values) for entry in entries]
        case Operation():
            return _operation(code, values)
        case Invoke(function, arguments, keywords):
            called = _called(function, values)
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


def _function_of(
    inputs: tuple[Tensor, ...], code: Any, values: dict[Any, Any]
) -> Callable[[Any], Any]:
    def function(x: Any) -> Any:
        given = [x] if len(inputs) == 1 else x
        numbers = [tensor.number for tensor in inputs]
        return _value(code, {**values, **dict(zip(numbers, given, strict=True))})

    return function


def _called(function: Any, values: dict[Any, Any]) -> Any:
    if not isinstance(function, str):
        return _value(function, values)
    return values[function] if function in values else _function(function)


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


def _operation(code: Operation, values: dict[Any, Any]) -> Any:
    operands = [_value(operand, values) for operand in code.operands]
    if code.sign == "[]":
        return operands[0][_key(code.key)]
    return OPERATORS[code.sign](*operands)


def _key(key: Any) -> Any:
    if isinstance(key, tuple):
        return tuple(map(_key, key))
    return Ellipsis if isinstance(key, str) else _literal(key)
