"""From a network to the statements that make it, each layer and tensor by a number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sizeup.builders.operations import code_of, spell_operation
from sizeup.builders.plan import (
    Freeze,
    Held,
    Invoke,
    Items,
    Own,
    Plan,
    Statement,
    Tensor,
    Value,
)
from sizeup.builders.spelling import LATE, Speller
from sizeup.errors import PortError
from sizeup.network import WEIGHT, Graph, Layer, Network, Ref, slots_in
from sizeup.rules.registry import find_rule, takes_states
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sizeup.builders.plan import Definition
    from sizeup.network import Call, Shape

    Naming = Callable[[Layer], str | None]
    Entering = Mapping[int, Tensor]


def plan(network: Network, name_of: Naming, known: Mapping[str, Definition] | None = None) -> Plan:
    """The statements that make a network; `name_of` says how a layer is to be named, if at all.

    `known` are classes that other networks of the same file have defined, by their names.
    Raises PortError, with the line, where a part of it is not known or Keras 3 has no word for it.
    """
    if network.error is not None:
        raise PortError(network.error, line=network.error_line)
    for unknown in network.unknown:
        raise PortError(unknown.reason, line=unknown.line)
    planner = Planner(name_of)
    planner.speller.definitions.update(known or {})
    result = planner.model(network.graph, network.kind, None, network.line)
    if not network.trainable:
        planner.statements.append(Freeze(result))
    return Plan(
        name=network.name,
        statements=tuple(planner.statements),
        result=result,
        classes=tuple(planner.speller.classes),
        definitions=tuple(planner.speller.definitions.values()),
        notes=tuple(planner.speller.notes),
    )


class Planner:
    """Gathers statements; what is one object in the source is made once."""

    def __init__(self, name_of: Naming, speller: Speller | None = None) -> None:
        self.name_of = name_of
        self.speller = speller or Speller(self.inner)
        self.statements: list[Statement | Freeze] = []
        self.numbers = 0
        self.made: dict[object, Held] = {}

    def number(self) -> int:
        """A number for the next layer or tensor."""
        self.numbers += 1
        return self.numbers

    def model(self, graph: Graph, kind: str, name: str | None, line: int | None) -> Held:
        """A model of a graph."""
        named = () if name is None else (("name", Value(name)),)
        held = Held(self.number(), "model")
        if kind == "Sequential" and _is_chain(graph):
            entries: list[object] = [self.entrance(None, graph.input_shapes[0])]
            entries += [self.layer(layer, alone=True) for layer in graph.layers]
            value = Invoke("keras.Sequential", (Items(tuple(entries)),), named)
            self.statements.append(Statement((held,), value))
            return held
        inputs, outputs = self.body(graph, line)
        ends = tuple(_one_or_list(tensors) for tensors in (inputs, outputs))
        self.statements.append(Statement((held,), Invoke("keras.Model", ends, named)))
        return held

    def body(self, graph: Graph, line: int | None) -> tuple[list[Tensor], list[Tensor]]:
        """The statements between the inputs of a graph and its outputs."""
        if not graph.outputs:
            raise PortError(say("port.no_graph"), line=line)
        if graph.input_shapes == ():
            raise PortError(say("port.input"), line=line)
        scope = Scope(self, graph)
        inputs = scope.inputs()
        outputs = [scope.tensor(ref) for ref in graph.outputs]
        return inputs, outputs

    def layer(self, layer: Layer, *, alone: bool = False, measured: bool = False) -> Invoke | Held:
        """Code of a layer: its constructor, or what holds it where it is used again.

        One that is used `alone`, and only once, needs no variable. A class that is to be `measured`
        says what shape leaves it.
        """
        key = layer.identity if layer.identity is not None else id(layer)
        if key in self.made:
            return self.made[key]
        body = next((call.body for call in layer.calls if call.body is not None), None)
        if body is not None:
            found = self.composed(layer, body, alone=alone, measured=measured)
            if isinstance(found, Invoke):
                return found
            held = found
        else:
            made = self.constructed(layer)
            late = not layer.trainable and layer.rule in LATE
            if alone and not late:
                return made
            held = Held(self.number(), layer.name)
            self.statements.append(Statement((held,), made))
        self.made[key] = held
        return held

    def constructed(self, layer: Layer) -> Invoke:
        """The constructor of a layer that is a kind of Keras', or is called as one."""
        name = self.name_of(layer)
        if layer.base is not None:
            self.speller.left_out("port.derived", layer, layer.base)
            layer = layer.changed(kind=layer.base)
        if layer.kind == "Lambda":
            return self.function(layer)
        unknown = find_rule(layer.kind) is None and layer.unknown is None
        if layer.kind in ("Sequential", "Functional", "Model") or unknown:
            raise PortError(say("port.kind", name=layer.name, kind=layer.kind), line=layer.line)
        return self.speller.constructor(layer, name)

    def function(self, layer: Layer) -> Invoke:
        """A Lambda, whose function is written as it is understood."""
        from sizeup.builders.functions import function_of

        name = self.name_of(layer)
        named = () if name is None else (("name", Value(name)),)
        return Invoke("layers.Lambda", (function_of(self, layer),), named)

    def weight(self, ref: Ref) -> object:
        """A weight of the layer around: a model has none."""
        del ref
        raise PortError(say("port.constant"))

    def composed(
        self, layer: Layer, body: Graph, *, alone: bool = False, measured: bool = False
    ) -> Invoke | Held:
        """A model inside of another, or a layer of the source's own that is made of layers.

        One that has weights of its own becomes a class, of which one that is used `alone` needs
        no variable.
        """
        if layer.parameters or _uses_weights(body) or layer.held:
            from sizeup.builders.definitions import defined

            name = self.name_of(layer)
            named = () if name is None else (("name", Value(name)),)
            made = defined(self, layer, measured=measured).changed(keywords=named)
            if alone and layer.trainable:
                return made
            held = Held(self.number(), layer.name)
            self.statements.append(Statement((held,), made))
        else:
            held = self.model(body, layer.kind, self.name_of(layer), layer.line)
        if not layer.trainable:
            self.statements.append(Freeze(held))
        return held

    def inner(self, layer: Layer) -> Invoke | Held:
        """A layer that a wrapper or an RNN holds."""
        body = next((call.body for call in layer.calls if call.body is not None), None)
        if body is None:
            return self.speller.constructor(layer.changed(identity=None), None)
        if "state_size" in layer.config:
            from sizeup.builders.definitions import defined

            return defined(self, layer)
        return self.layer(layer, measured=True)

    def entrance(self, layer: Layer | None, shape: Shape | None) -> Invoke:
        """What enters a graph, as its input layer says if it has one."""
        if shape is None:
            raise PortError(say("port.input"), line=layer.line if layer else None)
        dtype = str(layer.config.get("dtype", "float32")) if layer else "float32"
        batch = () if shape[0] is None else (("batch_size", Value(shape[0])),)
        typed = () if dtype == "float32" else (("dtype", Value(dtype)),)
        name = self.name_of(layer) if layer else None
        named = () if name is None else (("name", Value(name)),)
        return Invoke("keras.Input", (Value(tuple(shape[1:])),), (*batch, *typed, *named))


class Scope:
    """The tensors of one graph, each made when it is first asked for."""

    def __init__(self, planner: Planner, graph: Graph) -> None:
        self.planner = planner
        self.graph = graph
        self.tensors: dict[Ref, Any] = {}
        self.entering: list[Tensor] = []

    def inputs(self) -> list[Tensor]:
        """The graph's inputs, one statement each."""
        layers = {
            layer.calls[0].inputs[0].output: layer
            for layer in self.graph.layers
            if layer.kind == "InputLayer" and layer.calls and layer.calls[0].inputs[0].layer == -1
        }
        for place, shape in enumerate(self.graph.input_shapes):
            tensor = Tensor(self.planner.number())
            made = self.planner.entrance(layers.get(place), shape)
            self.planner.statements.append(Statement((tensor,), made))
            self.tensors[Ref(-1, 0, place)] = tensor
            self.entering.append(tensor)
        return list(self.entering)

    def tensor(self, wanted: Ref) -> Any:
        """A tensor, with the statements that lead to it, branch by branch."""
        stack = [wanted]
        while stack:
            ref = stack[-1]
            if ref in self.tensors:
                stack.pop()
                continue
            if ref.layer == WEIGHT:
                self.tensors[ref] = self.planner.weight(ref) if ref.output else None
                continue
            layer = self.graph.layers[ref.layer]
            call = layer.calls[ref.call]
            if layer.kind == "InputLayer":
                self.tensors[ref] = self.tensors[call.inputs[0]]
                continue
            missing = [each for each in call.inputs if each not in self.tensors]
            if missing:
                stack.extend(reversed(missing))
                continue
            self.call(ref, layer, call)
        if self.tensors[wanted] is None:
            raise PortError(say("port.constant"))
        return self.tensors[wanted]

    def call(self, ref: Ref, layer: Layer, call: Call) -> None:
        """The statement of one call."""
        entering = [self.tensors[each] for each in call.inputs]
        made = tuple(Tensor(self.planner.number()) for _ in call.output_shapes)
        if None in entering and not layer.kind.startswith("ops."):
            raise PortError(say("port.constant"), line=layer.line)
        if layer.kind.startswith("ops."):
            shapes = enumerate(self.graph.input_shapes)
            around = [(self.tensors.get(Ref(-1, 0, n)), shape) for n, shape in shapes]
            value = spell_operation(layer, call, entering, around)
            if isinstance(value, Tensor | Own):
                self.tensors[ref] = value
                return
        else:
            code = self.planner.layer(layer, alone=len(layer.calls) == 1)
            value = Invoke(code, *_arguments(layer, call, entering))
            late = not layer.trainable and layer.rule in LATE and layer.calls[0] is call
            if late and isinstance(code, Held):
                self.planner.statements.append(Statement(made, value))
                self.planner.statements.append(Freeze(code))
                self._remember(ref, made)
                return
        self.planner.statements.append(Statement(made, value))
        self._remember(ref, made)

    def _remember(self, ref: Ref, made: Iterable[Tensor]) -> None:
        for output, tensor in enumerate(made):
            self.tensors[Ref(ref.layer, ref.call, output)] = tensor


def _arguments(
    layer: Layer, call: Call, entering: Sequence[Tensor]
) -> tuple[tuple[object, ...], tuple[tuple[str, object], ...]]:
    """The arguments of a call, by position and by keyword."""
    options = tuple((key, Value(value)) for key, value in call.options.items())
    rule = find_rule(layer.rule)
    sizing = entering[: len(entering) - call.beside]
    told = {slot.place for value in call.keywords.values() for slot in slots_in(value)}
    if not told.issuperset(range(len(sizing), len(entering))):
        raise PortError(say("port.beside", name=layer.name), line=layer.line)
    keywords = tuple((key, code_of(value, entering)) for key, value in call.keywords.items())
    keywords = (*keywords, *options)
    if takes_states(layer.rule) and len(sizing) > 1:
        return (sizing[0],), (("initial_state", Items(tuple(sizing[1:]))), *keywords)
    if rule is not None and rule.called and layer.rule not in ("Attention", "AdditiveAttention"):
        names = [name for name in rule.call if name in (rule.tensors or ())]
        named = tuple(zip(names[2:], sizing[2:], strict=False))
        return tuple(sizing[:2]), (*named, *keywords)
    if len(sizing) == 1:
        return (sizing[0],), keywords
    return (Items(tuple(sizing)),), keywords


def _one_or_list(tensors: Sequence[Tensor]) -> Tensor | Items:
    return tensors[0] if len(tensors) == 1 else Items(tuple(tensors))


def _is_chain(graph: Graph) -> bool:
    """Whether each layer is called once, on what the one before it gives."""
    if len(graph.input_shapes) != 1 or graph.outputs != (Ref(len(graph.layers) - 1),):
        return False
    return all(
        len(layer.calls) == 1
        and layer.calls[0].inputs == (Ref(place - 1),)
        and len(layer.calls[0].output_shapes) == 1
        and not layer.kind.startswith("ops.")
        and layer.rule not in LATE | {"InputLayer"}
        for place, layer in enumerate(graph.layers)
    )


def _uses_weights(graph: Graph) -> bool:
    return any(
        ref.layer == WEIGHT for layer in graph.layers for call in layer.calls for ref in call.inputs
    ) or any(ref.layer == WEIGHT for ref in graph.outputs)
