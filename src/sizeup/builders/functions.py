"""The function of a Lambda as one expression of what enters."""

from __future__ import annotations

from sizeup.builders.plan import Invoke, Items, Lambda, Operation, Statement, Tensor
from sizeup.builders.planning import Planner, Scope
from sizeup.errors import PortError
from sizeup.network import Ref
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.network import Graph, Layer

MOST = 40
"""Operations that an expression may have."""


def function_of(outer: Planner, layer: Layer) -> Lambda:
    """What a Lambda does to what enters it.

    Raises PortError where that is not known, is more than operations on tensors, or differs from
    one call to the next.
    """
    graphs = [call.traced for call in layer.calls]
    found = [_expression(outer, graph) for graph in graphs if graph is not None]
    if not found or len(found) < len(graphs) or len(set(map(repr, found))) > 1 or None in found:
        raise PortError(say("port.function", name=layer.name), line=layer.line)
    assert found[0] is not None
    return found[0]


def _expression(outer: Planner, graph: Graph) -> Lambda | None:
    """The one thing that leaves as an expression of what enters."""
    if len(graph.outputs) != 1 or any(not each.kind.startswith("ops.") for each in graph.layers):
        return None
    inside = Planner(lambda _: None, outer.speller)
    inputs = tuple(Tensor(-1 - place) for place in range(len(graph.input_shapes)))
    scope = Scope(inside, graph)
    scope.tensors.update({Ref(-1, 0, place): tensor for place, tensor in enumerate(inputs)})
    leaving = scope.tensor(graph.outputs[0])
    values: dict[int, Any] = {}
    for each in inside.statements:
        if not isinstance(each, Statement) or len(each.targets) != 1:
            return None
        values[each.targets[0].number] = _filled(each.value, values)
    value = _filled(leaving, values)
    return Lambda(inputs, value) if _size(value) <= MOST else None


def _filled(code: Any, values: dict[int, Any]) -> Any:
    """Code with what tensors are in place of them."""
    match code:
        case Tensor(number):
            return values.get(number, code)
        case Items(entries):
            return Items(tuple(_filled(each, values) for each in entries))
        case Operation(sign, operands, key):
            return Operation(sign, tuple(_filled(each, values) for each in operands), key)
        case Invoke(function, arguments, keywords):
            given = tuple(_filled(each, values) for each in arguments)
            named = tuple((name, _filled(each, values)) for name, each in keywords)
            return Invoke(function, given, named)
    return code


def _size(code: Any) -> int:
    match code:
        case Items(entries):
            return sum(map(_size, entries))
        case Operation(_, operands):
            return 1 + sum(map(_size, operands))
        case Invoke(_, arguments, keywords):
            return 1 + sum(map(_size, arguments)) + sum(_size(each) for _, each in keywords)
    return 0
