"""From the calls that were made to the graph of a network, in the order in which Keras lists it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MappingProxyType

from sizeup.naming import auto_names, snake_case
from sizeup.network import WEIGHT, Call, Graph, Layer, Ref, inside, renumbered
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Node, Tensor, Weight
from sizeup.rules.registry import HOMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Calls = list[tuple[LayerValue, list[Node]]]

MAX_CALLS = 10_000
"""Calls inside of a model that is called itself, those in its models and in theirs told apart."""


def capture(inputs: Sequence[Tensor], outputs: Sequence[Tensor], *, chain: bool = False) -> Graph:
    """The graph between tensors.

    Layers stand in Keras' order (`keras.src.ops.function.map_graph`): by their distance from
    the outputs, and among equals by a walk from the outputs backwards; those of a `chain` in
    the order of their calls.
    """
    starts = {id(tensor): i for i, tensor in enumerate(inputs)}
    nodes, first_met = _between(inputs, outputs)
    depths = _depths(nodes)
    if chain:  # Keras does not list the input layer of a Sequential
        nodes = [node for node in nodes if node.layer.kind != "InputLayer"]
    else:
        _list_unused(inputs, nodes, first_met, depths)
    grouped: dict[int, list[Node]] = {}
    for node in nodes:
        grouped.setdefault(node.layer.identity, []).append(node)
    listed = [(group[0].layer, sorted(group, key=_number)) for group in grouped.values()]
    if chain:
        listed.sort(key=lambda entry: entry[1][0].number)
    else:
        listed.sort(key=lambda e: (-depths[e[0].identity], first_met[e[0].identity]))
    return assemble(listed, inputs, outputs, starts)


def in_order(inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> list[Node]:
    """The calls between tensors, each behind those that it takes from."""
    return _between(inputs, outputs)[0]


def capture_body(call: Node, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> None:
    """Give one call of the source's own layer its body, between tensors, and the first error in it.

    The layers that its attributes hold come first, as Keras lists them, called or not. What
    the attributes do not hold is not counted, as Keras does not know of it.
    """
    known = {layer.identity: layer for layer in closure(call.layer)}
    plain = call.layer.attributes.get("<plain>") if call.layer.inner else None
    known |= {plain.identity: plain} if plain is not None else {}
    calls = [n for layer in known.values() for n in layer.nodes if n.within is call]
    ends = (*outputs, *(tensor for node in calls for tensor in node.outputs))
    nodes, _ = _reachable(inputs, ends, call)
    grouped: dict[int, list[Node]] = {layer.identity: [] for layer in contents(call.layer)}
    layers = {**known, **{node.layer.identity: node.layer for node in nodes}}
    for node in sorted(nodes, key=_number):
        grouped.setdefault(node.layer.identity, []).append(node)
    listed = [(layers[identity], group) for identity, group in grouped.items()]
    starts = {id(tensor): i for i, tensor in enumerate(inputs)}
    graph = assemble(listed, inputs, outputs, starts, call.layer)
    call.body = graph.changed(layers=tuple(
        layer if entry.identity in known or not _owns(layer) else _untracked(layer)
        for layer, (entry, _) in zip(graph.layers, listed, strict=True)
    ))  # fmt: skip
    call.error = next((n.error for n in sorted(nodes, key=_number) if n.error), None)


def traced(call: Node, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> Graph:
    """What a function does inside of a call, between tensors."""
    nodes, _ = _reachable(inputs, outputs, call)
    listed = [(node.layer, [node]) for node in sorted(nodes, key=_number)]
    return assemble(listed, inputs, outputs, {id(tensor): i for i, tensor in enumerate(inputs)})


def held_of(layer: LayerValue) -> tuple[Layer, ...]:
    """The layers inside a layer without any call of theirs."""
    if isinstance(layer, ModelValue) and not layer.has_call and layer.outputs:
        graph = capture(layer.inputs, layer.outputs, chain=layer.sequential)
        return tuple(map(_stripped, (each for each in graph.layers if "ops." not in each.kind)))
    return assemble([(inner, []) for inner in contents(layer)], (), (), {}).layers


def _stripped(layer: Layer) -> Layer:
    return layer.changed(calls=(), held=tuple(map(_stripped, inside(layer))))


def _owns(layer: Layer) -> bool:
    return bool(layer.parameters) or any(map(_owns, inside(layer)))


def _untracked(layer: Layer) -> Layer:
    calls = tuple(
        call.changed(body=call.body.changed(layers=tuple(map(_untracked, call.body.layers))))
        if call.body
        else call
        for call in layer.calls
    )
    return layer.changed(calls=calls, held=tuple(map(_untracked, layer.held)), tracked=False)


def contents(layer: LayerValue) -> tuple[LayerValue, ...]:
    """The layers directly inside a layer."""
    if layer.has_call:  # of a wrapper it calls what the wrapper holds
        held = (each for value in layer.inner.values() for each in _several(value))
        return tuple({entry.identity: entry for entry in (*layer.tracked, *held)}.values())
    if not isinstance(layer, ModelValue):
        return layer.tracked
    nodes, _ = _between(layer.inputs, layer.outputs)
    inner = (*layer.layers, *(node.layer for node in nodes), *layer.tracked)
    return tuple({entry.identity: entry for entry in inner}.values())


def _several(value: LayerValue | list[LayerValue]) -> list[LayerValue]:
    return value if isinstance(value, list) else [value]


def closure(layer: LayerValue) -> list[LayerValue]:
    """The layers inside a layer, however deep."""
    found: dict[int, LayerValue] = {}
    pending = list(reversed(contents(layer)))
    while pending:
        inner = pending.pop()
        if inner.identity not in found:
            found[inner.identity] = inner
            pending.extend(reversed(contents(inner)))
    return list(found.values())


def _list_unused(
    inputs: Sequence[Tensor], nodes: list[Node], first_met: dict[int, int], depths: dict[int, int]
) -> None:
    """Input layers that nothing uses are listed too."""
    for tensor in inputs:
        source = tensor.node
        if source is None or source.layer.kind != "InputLayer":
            continue
        if source.layer.identity not in first_met:
            nodes.append(source)
            first_met[source.layer.identity] = -1
            depths[source.layer.identity] = 0


def _number(node: Node) -> int:
    return node.number


def _between(
    inputs: Sequence[Tensor], outputs: Sequence[Tensor]
) -> tuple[list[Node], dict[int, int]]:
    """The calls between tensors, without those that take nothing but constants.

    Keras works such a call out at once, so that neither it nor its layer is in the graph.
    """
    nodes, first_met = _reachable(inputs, outputs)
    ends = {id(tensor) for tensor in inputs}
    fixed: set[int] = set()

    def is_fixed(tensor: Tensor) -> bool:
        given = tensor.constant if tensor.node is None else id(tensor.node) in fixed
        return given and id(tensor) not in ends

    for node in nodes:
        if node.met and all(map(is_fixed, node.met)):
            fixed.add(id(node))
    return [node for node in nodes if id(node) not in fixed], first_met


def _reachable(
    inputs: Sequence[Tensor], outputs: Sequence[Tensor], within: Node | None = None
) -> tuple[list[Node], dict[int, int]]:
    """Nodes in topological order, and the order in which a walk backwards first met each layer.

    Where they are those `within` a call, what was made outside of it is as constant as a weight.
    """
    ends = {id(tensor) for tensor in inputs}
    done: set[int] = set()
    order: list[Node] = []
    first_met: dict[int, int] = {}
    for output in outputs:
        stack: list[tuple[Tensor, bool]] = [(output, False)]
        while stack:
            tensor, leaving = stack.pop()
            node = tensor.node
            if node is None or (within is not None and node.within is not within):
                continue
            if leaving:
                if id(node) not in done:
                    done.add(id(node))
                    order.append(node)
                continue
            if id(node) in done or (id(tensor) in ends and node.layer.kind != "InputLayer"):
                continue
            first_met.setdefault(node.layer.identity, len(first_met))
            stack.append((tensor, True))
            stack.extend((source, False) for source in reversed(node.met))
    return order, first_met


def _depths(nodes: list[Node]) -> dict[int, int]:
    """Each layer's distance from the outputs, as Keras computes it for shared layers too."""
    included = {id(node) for node in nodes}
    of_node: dict[int, int] = {}
    of_layer: dict[int, int] = {}
    for node in reversed(nodes):
        key = node.layer.identity
        depth = max(of_node.setdefault(id(node), 0), of_layer.get(key, 0))
        of_layer[key] = of_node[id(node)] = depth
        for tensor in node.inputs:
            source = tensor.node
            if source is not None and id(source) in included:
                of_node[id(source)] = max(depth + 1, of_node.get(id(source), 0))
    return of_layer


def assemble(
    listed: Calls,
    inputs: Sequence[Tensor],
    outputs: Sequence[Tensor],
    starts: dict[int, int],
    owner: LayerValue | None = None,
) -> Graph:
    """Frozen layers with references to each other in place of objects.

    `owner` is the layer that they are inside of, whose weights they may use.
    """
    names = auto_names((layer.kind.rpartition(".")[2], layer.explicit) for layer, _ in listed)
    places = {
        id(node): (i, j) for i, (_, group) in enumerate(listed) for j, node in enumerate(group)
    }

    def ref(tensor: Tensor) -> Ref:
        if id(tensor) in starts and (tensor.node is None or id(tensor.node) not in places):
            return Ref(-1, 0, starts[id(tensor)])
        if id(tensor.node) not in places:
            return Ref(WEIGHT, 0, _place_of(tensor, owner))
        layer, call = places[id(tensor.node)]
        return Ref(layer, call, tensor.index)

    layers = tuple(
        freeze(layer, name, group, ref, starts)
        for (layer, group), name in zip(listed, names, strict=True)
    )
    return Graph(layers, tuple(t.shape for t in inputs), tuple(ref(t) for t in outputs))


def _place_of(tensor: Tensor, owner: LayerValue | None) -> int:
    """The number of a weight among those of its owner, from 1; 0 of all else."""
    if owner is None or not isinstance(tensor, Weight) or tensor.owner is not owner:
        return 0
    names = [parameter.name for parameter in owner.parameters or ()]
    return names.index(tensor.parameter.name) + 1 if tensor.parameter.name in names else 0


def freeze(
    layer: LayerValue,
    name: str,
    group: Sequence[Node],
    ref: Callable[[Tensor], Ref],
    starts: dict[int, int],
) -> Layer:
    """One layer with its calls. An input layer passes on the graph's input of its number."""
    calls = []
    for node in group:
        if layer.kind == "InputLayer":
            shape = node.outputs[0].shape
            source = (Ref(-1, 0, starts.get(id(node.outputs[0]), 0)),)
            calls.append(Call(source, (shape,), (shape,)))
            continue
        calls.append(
            Call(
                inputs=tuple(ref(tensor) for tensor in node.inputs),
                input_shapes=node.shapes,
                output_shapes=tuple(tensor.shape for tensor in node.outputs),
                macs=node.macs,
                body=node.body,
                beside=node.beside,
                keywords=node.keywords,
                options=node.options,
                samples=node.samples,
                traced=node.traced,
            )
        )
    return Layer(
        name=name,
        kind=layer.kind,
        config=MappingProxyType(frozen_config(layer)),
        parameters=layer.parameters or (),
        calls=tuple(calls),
        trainable=layer.trainable,
        line=layer.line,
        identity=layer.identity,
        unknown=layer.unknown,
        written=layer.written,
        base=base_of(layer),
        held=() if any(call.body for call in calls) else held_of(layer),
    )


def base_of(layer: LayerValue) -> str | None:
    """The kind of Keras' that a class of the source's own is called as."""
    own = layer.cls is not None and layer.kind != layer.rule and layer.rule in HOMES
    return layer.rule if own and not layer.has_call else None


def frozen_config(layer: LayerValue) -> dict[str, Any]:
    """The configuration of a layer with the layers that it holds, as they are now.

    A Bidirectional's backward layer is left out where it is the forward one's copy.
    """
    held: dict[str, Any] = {
        name: tuple(map(_held, value)) if isinstance(value, list) else _held(value)
        for name, value in layer.inner.items()
        if name != "forward_layer"
    }
    if "forward_layer" in layer.inner and not layer.attributes.get(DIRECTIONS):
        copy = held["layer"].changed(config={**held["layer"].config, "go_backwards": True})
        if _alike(held["backward_layer"]) == _alike(copy):
            del held["backward_layer"]
    return {**layer.config, **held}


DIRECTIONS = "<directions>"
"""The attribute of a Bidirectional whose directions the source takes out."""


def _alike(layer: Layer) -> Layer:
    """A layer without what tells it from its copy."""
    return renumbered(layer, lambda _: 0).changed(name="", line=None)


def _held(layer: LayerValue) -> Layer:
    """A layer inside of another: what its rule needs, or its last call where it has no rule."""
    name = layer.explicit or snake_case(layer.kind)
    last = layer.nodes[-1] if layer.nodes else None
    if last is not None and last.body is not None:
        starts = {id(tensor): place for place, tensor in enumerate(last.inputs)}
        return freeze(layer, name, [last], lambda t: Ref(-1, 0, starts[id(t)]), {})
    frozen = freeze(layer, name, [], lambda _: Ref(-1), {})
    return frozen.changed(kind=layer.rule, parameters=())


def is_endless(graph: Graph) -> bool:
    """Whether a model holds more calls than are followed.

    One that calls another one twice, which calls a third one twice, …, doubles with each.
    """
    known: dict[int, int] = {}

    def calls_in(inner: Graph) -> int:
        if id(inner) not in known:
            calls = [call for layer in inner.layers for call in layer.calls]
            known[id(inner)] = len(calls) + sum(calls_in(call.body) for call in calls if call.body)
        return known[id(inner)]

    return calls_in(graph) > MAX_CALLS
