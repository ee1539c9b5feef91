"""Weights that the source makes itself: `add_weight`, variables, and those of Keras' own layers."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from sizeup.dims import Expr
from sizeup.network import Parameter, Unknown
from sizeup.readers.source.keras.arguments import Unsized, to_shape
from sizeup.readers.source.keras.objects import LayerValue, Tensor, Weight, constant
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Builtin, Lost, Open
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.network import Shape

    Value = Any

ORDERS = {True: ("name", "shape", "dtype", "initializer", "regularizer", "trainable"),
          False: ("shape", "initializer", "dtype", "trainable", "name")}  # fmt: skip
"""The positional arguments of `add_weight`, where the name comes first (Keras 2) and where not."""


def add_weight(
    m: Machine, layer: LayerValue, arguments: list[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    """`self.add_weight(…)` in the spellings of Keras 1 to 3."""
    positional = [m.resolve(argument) for argument in arguments]
    order = ORDERS[bool(positional) and isinstance(positional[0], str | None)]
    given = {**dict(zip(order, positional, strict=False)), **keywords}
    flag = next((value for value in positional if isinstance(value, bool)), None)
    given["trainable"] = given.get("trainable") if flag is None else flag
    name = m.resolve(given.get("name"))
    name = name if isinstance(name, str) else f"weight_{len(layer.parameters or ()) + 1}"
    return own_weight(m, layer, _parameter(m, name, given, given.get("shape"), node), node)


def make_variable(order: Sequence[str], *, foreign: bool = False) -> Builtin:
    """`tf.Variable(value, …)`, `keras.Variable(…)`, `K.variable(…)`: a weight that nobody owns yet."""

    def made(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
        given = {**dict(zip(order, a, strict=False)), **k}
        value = given.get("value", given.get("initial_value", given.get("initializer")))
        shape = m.resolve(given.get("shape"))
        if shape is None:
            shape = value_shape(m, value)
        name = m.resolve(given.get("name"))
        name = name if isinstance(name, str) else ""
        if shape is None:
            shape = Lost(say("source.weight_value", code=written(node)), line_of(node))
        found = _parameter(m, name, given, shape, node)
        if isinstance(found, Unknown):
            weight = Weight(Parameter(name, ()))
            weight.shape, weight.unknown = None, found
        else:
            weight = Weight(found)
        weight.foreign = foreign
        return weight

    return Builtin("Variable", made)


def value_shape(m: Machine, value: Value) -> Shape | Lost | None:
    """The shape of what a variable starts with; None where it is not known."""
    value = m.resolve(value)
    if isinstance(value, Tensor):
        return value.shape
    if isinstance(value, Lost):
        return value
    if isinstance(value, bool | int | float | Expr):
        return ()
    if isinstance(value, list | tuple) and value:
        inner = value_shape(m, value[0])
        return (len(value), *inner) if isinstance(inner, tuple) else inner
    shape = getattr(value, "shape", None)
    return shape if isinstance(shape, tuple) else None


def own_weight(m: Machine, layer: LayerValue, found: Parameter | Unknown, node: ast.AST) -> Tensor:
    """Give a layer a weight of its own; names that occur twice are told apart."""
    m.touch(layer)
    if isinstance(found, Unknown):
        layer.unknown = layer.unknown or found
        return constant(None, unknown=found)
    taken = {parameter.name for parameter in layer.parameters or ()}
    if found.name in taken:
        found = found.changed(name=f"{found.name}_{len(taken)}")
    layer.parameters = (*(layer.parameters or ()), found)
    return Weight(found, layer)


def hold_weight(m: Machine, layer: LayerValue, name: str, weight: Weight, node: ast.AST) -> None:
    """`self.name = variable`: a new one becomes the layer's; one of another layer's is shared."""
    if weight.owner is layer or m.world.version < 2 or _is_left_out(m, name, weight, node):
        return
    if weight.unknown is not None:
        own_weight(m, layer, weight.unknown, node)
    elif weight.owner is None:
        weight.parameter = weight.parameter.changed(name=weight.parameter.name or name)
        own_weight(m, layer, weight.parameter, node)
        weight.owner = layer
        if weight.parameter.trainable and not layer.trainable:  # no flag has reached it yet
            layer.marks = {**layer.marks, weight.parameter.name: True}
    else:
        _share(m, layer, weight, node)


def _is_left_out(m: Machine, name: str, weight: Weight, node: ast.AST) -> bool:
    """Whether it is a variable of TensorFlow's in Keras 3; in Keras 2 such a one is a weight."""
    dialect = m.world.dialect
    if not weight.foreign or weight.owner is not None:
        return False
    dialect.disputed = True
    left_out = dialect.law >= 3
    if left_out:
        m.note("warning", say("source.untracked", name=name), line_of(node))
    elif not dialect.said:
        m.note("assumed", say("source.tracked", name=name), line_of(node))
    return left_out


def _share(m: Machine, layer: LayerValue, weight: Weight, node: ast.AST) -> None:
    """Let a layer own a parameter of another one too."""
    found = shared(weight)
    if not any(p.tied == found.tied for p in layer.parameters or ()):
        own_weight(m, layer, found, node)


def shared(weight: Weight) -> Parameter:
    """A weight of one layer as the parameter of another one too."""
    owner, parameter = weight.owner, weight.parameter
    assert owner is not None
    return parameter.changed(tied=parameter.tied or (owner.identity, parameter.name))


def _parameter(
    m: Machine, name: str, given: dict[str, Value], shape: Value, node: ast.AST
) -> Parameter | Unknown:
    shape = m.resolve(shape)
    try:
        sizes = to_shape(m, () if shape is None else shape)
    except Unsized as lost:
        return Unknown(lost.reason, lost.line or line_of(node))
    if isinstance(sizes, Open):
        return Unknown(say("source.weight_shape", name=name), line_of(node))
    dtype, trainable = m.resolve(given.get("dtype")), given.get("trainable")
    flag = True if trainable is None else m.decide(trainable)
    return _of_shape(name, sizes, dtype if isinstance(dtype, str) else "float32", flag, node)


def _of_shape(
    name: str, shape: Shape, dtype: str, trainable: bool, node: ast.AST
) -> Parameter | Unknown:
    known = tuple(size for size in shape if size is not None)
    if len(known) < len(shape):
        return Unknown(say("source.weight_shape", name=name), line_of(node))
    return Parameter(name, known, dtype, trainable)
