"""Functions that call functions on tensors: conditions, loops, maps. Each is followed once."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sizeup.readers.source.calls import call
from sizeup.readers.source.keras.calling import tensors_in
from sizeup.readers.source.keras.objects import Tensor
from sizeup.readers.source.keras.tensors import operation, to_tensor, unknown_operation
from sizeup.readers.source.keras.tracing import nodes_before
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import Bound, Builtin, Function, Partial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Given = dict[str, Any]


def _evaluated(m: Machine, value: Value, node: ast.AST) -> Value:
    """A branch: the value itself, or what the function gives."""
    value = m.resolve(value)
    if isinstance(value, Function | Bound | Builtin | Partial):
        return call(m, value, [], {}, node)
    return value


def cond_(m: Machine, given: Given, node: ast.AST) -> Value:
    """Either branch: both are part of the network, and they agree in their shape."""
    condition = m.resolve(given["pred"])
    branches = [_evaluated(m, given[name], node) for name in ("true_fn", "false_fn")]
    if isinstance(condition, bool):
        return branches[0 if condition else 1]
    return _joined(m, branches, node)


def phase_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`K.in_train_phase(x, alt)`: both are part of the network."""
    return _joined(m, [_evaluated(m, given[name], node) for name in ("true_fn", "false_fn")], node)


def _joined(m: Machine, branches: list[Value], node: ast.AST) -> Value:
    shapes = [getattr(branch, "shape", ()) for branch in branches]
    several = [list(b) for b in branches if isinstance(b, list | tuple)]
    if len(several) == len(branches) == 2 and len(several[0]) == len(several[1]):
        return [_joined(m, list(pair), node) for pair in zip(*several, strict=True)]
    if None not in shapes and len({len(shape) for shape in shapes if shape}) > 1:
        return unknown_operation(m, branches, node)
    return operation(m, "ops.elementwise", branches, {"name": "cond"}, node)


def map_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`fn` on every element along the first axis, its results stacked."""
    elements = given["xs"]
    return _stacked(m, given["fn"], lambda first: [first], elements, node)


def _stacked(
    m: Machine,
    function: Value,
    arguments: Callable[[Value], list[Value]],
    elements: Value,
    node: ast.AST,
) -> Value:
    """What a function gives for the first of the elements, as many times as there are elements."""
    source = _first_tensor(m, elements)
    if source is None or source.shape is None:
        return unknown_operation(m, [elements], node)
    before = m.unique()
    result = call(m, function, arguments(_element(m, elements, node)), {}, node)
    return _each(m, result, source, before, node)


def _each(m: Machine, result: Value, source: Tensor, before: int, node: ast.AST) -> Value:
    if isinstance(result, list | tuple):
        return [_each(m, part, source, before, node) for part in result]
    result = to_tensor(m, result, node)
    settings = {"free": _costs_nothing(result, before)}
    return operation(m, "ops.mapped", [result, source], settings, node)


def _costs_nothing(result: Tensor, before: int) -> bool:
    """Whether nothing is multiplied in what is done any number of times."""
    return all(node.macs == 0 for node in nodes_before(result, before))


def _first_tensor(m: Machine, elements: Value) -> Tensor | None:
    return next((t for t in tensors_in(m, elements) if isinstance(t, Tensor)), None)


def _element(m: Machine, elements: Value, node: ast.AST) -> Value:
    if isinstance(elements, list | tuple):
        return type(elements)([_element(m, part, node) for part in elements])
    return operation(m, "ops.getitem", [elements], {"key": (0,)}, node)


def fold_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`K.foldl(fn, elems, initializer)`: what `fn` makes of what has come and the next element."""
    element = _element(m, given["xs"], node)
    start = element if given["init"] is None else given["init"]
    return call(m, given["fn"], [start, element], {}, node)


def scan_tf_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`tf.scan(fn, elems, initializer)`: all that `fn` gives on the way, stacked."""
    start = given["init"]
    if start is None:
        start = _element(m, given["xs"], node)
    return _stacked(m, given["fn"], lambda first: [start, first], given["xs"], node)


def scan_(m: Machine, given: Given, node: ast.AST) -> Value:
    """`ops.scan(f, init, xs)`: what is carried at the end, and all that `f` gives, stacked."""
    source = _first_tensor(m, given["xs"])
    if source is None:
        return unknown_operation(m, [given["init"]], node)
    before = m.unique()
    element = _element(m, given["xs"], node)
    carried, result = call(m, given["fn"], [given["init"], element], {}, node)
    return carried, _each(m, result, source, before, node)


def while_loop_(m: Machine, given: Given, node: ast.AST) -> Value:
    """The variables keep their shapes; what the body does to them is part of the network."""
    before = given["loop_vars"]
    variables = list(before) if isinstance(before, list | tuple) else [before]
    start = m.unique()
    after = call(m, given["body"], variables, {}, node)
    results = list(after) if isinstance(after, list | tuple) else [after]
    kept = []
    for one, other in zip(variables, results, strict=True):
        last = to_tensor(m, other, node)
        settings = {"free": _costs_nothing(last, start)}
        kept.append(operation(m, "ops.looped", [one, last], settings, node))
    return type(before)(kept) if isinstance(before, list | tuple) else kept[0]
