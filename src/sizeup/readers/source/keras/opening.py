"""Subclassed models and layers that nothing calls: traced on inputs of the shapes that fit."""

from __future__ import annotations

import ast

from sizeup.errors import SizingError
from sizeup.readers.source.keras import custom, said_shapes
from sizeup.readers.source.keras.calling import as_tensor, holds_tensor
from sizeup.readers.source.keras.objects import LayerValue, ModelValue
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.operators import Unbounded
from sizeup.readers.source.values import Function, Open, Raised
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


def trace_uncalled(m: Machine, model: LayerValue) -> None:
    """Call a model as its source would: on the shape that it was built for, else on an open one.

    Where the layers do not tell the rank of the input, or do not fit each other on what they
    tell, nothing is done: the model stays one that is never called.
    """
    node = model.cls.node if model.cls is not None and model.cls.node else ast.Pass()

    def trace() -> bool:
        try:
            m.world.call_layer(m, model, _arguments(m, model), {}, node)
        except (Raised, SizingError, Unbounded):
            return False
        call = model.nodes[-1]
        if not isinstance(model, ModelValue):  # what it owns may be known without what leaves it
            return call.error is None and model.unknown is None
        return call.error is None and all(t.shape is not None for t in call.outputs)

    done, effects = m.attempt(trace)
    if done:
        m.commit(effects)


def _arguments(m: Machine, model: LayerValue) -> list[Value]:
    """What the model was built for, or learns from; else an open tensor for each argument.

    Arguments of `call` that have a default keep it.
    """
    shapes = model.attributes.get("<shapes>")
    if shapes:
        return [said_shapes.symbolic(m, shape) for shape in shapes]
    data = model.attributes.get("<data>")
    if holds_tensor(data):
        return [data]
    if isinstance(data, Open):
        return [as_tensor(m, data, ast.Pass())]
    function = model.call_method
    if function is None:
        whole = Open(("input", model.identity), "inputs", say("source.never_built"), model.line)
        return [as_tensor(m, whole, ast.Pass())]
    signature = function.arguments
    positional = signature.posonlyargs + signature.args
    required = positional[1 : len(positional) - len(function.defaults)] or positional[1:2]
    return [_open(m, model, function, a) for a in required if a.arg not in custom.CONTEXT]


def _open(m: Machine, model: LayerValue, function: Function, argument: ast.arg) -> Value:
    """What `call` takes for an argument, nested as its body takes it apart."""
    key, why = ("input", model.identity, argument.arg), say("source.never_built")
    whole = Open(key, argument.arg, why, argument.lineno)
    parts = list(dict.fromkeys(_parts(function, argument.arg)))
    if not parts:
        return as_tensor(m, whole, argument)
    tensors = {part: as_tensor(m, Open((key, part), f"{argument.arg}[{part!r}]", why,
                                       argument.lineno), argument) for part in parts}  # fmt: skip
    numbers = [part for part in parts if isinstance(part, int)]
    if len(numbers) < len(parts):
        return tensors
    return [tensors.get(i) for i in range(max(numbers) + 1)]


def _parts(function: Function, name: str) -> list[Value]:
    """The keys and numbers by which a function takes an argument apart."""
    found: list[Value] = []
    for node in ast.walk(function.node):
        if isinstance(node, ast.Assign) and _is(node.value, name):
            target = node.targets[0]
            if isinstance(target, ast.Tuple | ast.List):
                found.extend(range(len(target.elts)))
        elif isinstance(node, ast.Subscript) and _is(node.value, name):
            key = node.slice
            if isinstance(key, ast.Constant) and isinstance(key.value, int | str):
                found.append(key.value)
    return found


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
