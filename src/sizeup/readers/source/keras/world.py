"""The Keras world as the source sees it: layers, models, tensors, and what is unseen."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from sizeup.naming import snake_case
from sizeup.network import Network, Unknown
from sizeup.readers.source import effects, library
from sizeup.readers.source.iterators import Iter
from sizeup.readers.source.keras import (
    custom,
    decorators,
    flags,
    held,
    lambdas,
    layer_attributes,
    merging,
    models,
    stored,
    tensors,
    tuning,
)
from sizeup.readers.source.keras.calling import (
    apply,
    as_tensor,
    from_data,
    holds_tensor,
    tensors_in,
)
from sizeup.readers.source.keras.classes import KerasClass
from sizeup.readers.source.keras.entering import Entering, sort_arguments
from sizeup.readers.source.keras.listing import snapshot
from sizeup.readers.source.keras.names import (
    NO_RULE,
)
from sizeup.readers.source.keras.namespaces import Namespaces
from sizeup.readers.source.keras.objects import (
    LayerValue,
    MergeLayer,
    ModelValue,
    Node,
    Tensor,
    Vector,
    Weight,
)
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import (
    MISSING,
    Builtin,
    Choice,
    Class,
    Function,
    Instance,
    Lost,
    Module,
    Open,
    Scope,
)
from sizeup.readers.source.written import written
from sizeup.rules.registry import HOMES
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.readers.source.dialect import Dialect
    from sizeup.readers.source.dropped import Dropped

    Value = Any


class World(Namespaces):
    """Everything that evaluation asks about Keras; one for each evaluation."""

    def __init__(self, dialect: Dialect, data_format: str) -> None:
        super().__init__(dialect, data_format)
        self.live: dict[int, LayerValue] = {}  # every layer by its identity
        self.home: Scope | None = None  # the variables of the source itself
        self.borrowed: dict[tuple[str, int | None], Scope] = {}  # files of the zoo
        self.begin()
        self.counts: dict[str, int] = {}
        self.dropped: Callable[[], tuple[Dropped, ...]] = tuple  # what the text makes in vain
        self.patched: dict[str, Value] = {}  # why layers of these kinds are not what Keras says
        self.shared: dict[str, Value] = {}  # what a library keeps for a whole run

    def begin(self) -> None:
        """Forget the networks of the run before; a new run lists its own."""
        self.builds: list[tuple[Function, ModelValue, Network]] = []
        self.models: list[ModelValue] = []
        self.made: list[LayerValue] = []
        self.holders: dict[int, list[str]] = {}
        self.inputs: list[tuple[Any, int | None]] = []
        self.made_layers = False
        self.shown: LayerValue | None = None  # a layer that is to be listed by itself
        self.loose: tuple[LayerValue, ...] = ()  # made by the functions of `tf.layers`
        self.reused: Unknown | None = None  # why weights of these may be one
        self.hidden: dict[object, Value] = {}  # networks of which only outputs are seen, and these
        self.stored: dict[object, tuple[Open, list[str]]] = {}  # models from files: their names
        self.frame: Node | None = None  # the call of the source's own layer that is followed now

    # -- layers -----------------------------------------------------------------------------

    def register(self, m: Machine, layer: LayerValue) -> None:
        """Give a layer the name that Keras would give it, and list models."""
        stem = snake_case(layer.kind)
        number = self.counts.get(stem, 0)
        self.counts[stem] = number + 1
        first = number + 1 if self.dialect.version < 3 else number
        layer.name = layer.explicit or (stem if first == 0 else f"{stem}_{first}")
        self.made_layers = True
        self.live[layer.identity] = layer
        self.made.append(layer)
        lost = self.patched and (self.patched.get(layer.rule) or self.patched.get("Layer"))
        if lost:
            layer.unknown = Unknown(lost.reason, lost.line)
        if isinstance(layer, ModelValue):
            self.models.append(layer)

    def hold(self, m: Machine, layer: LayerValue, name: str, value: Value, node: ast.AST) -> None:
        """`TimeDistributed(layer)`: an argument that is a layer."""
        held.take(m, layer, name, value, node)

    def pair(self, m: Machine, layer: LayerValue, node: ast.AST) -> None:
        """`Bidirectional(layer)`: both directions."""
        held.pair(m, layer, node)

    def call_held(
        self, m: Machine, layer: LayerValue, inputs: Sequence[Tensor], node: ast.AST
    ) -> str | None:
        """The layers that a wrapper holds, called; the error, if any."""
        return held.call_held(m, layer, inputs, node)

    def call_layer(
        self,
        m: Machine,
        layer: LayerValue,
        arguments: list[Value],
        keywords: dict[str, Value],
        node: ast.AST,
    ) -> Value:
        """`layer(x)`."""
        if not any(holds_tensor(v) for v in (*arguments, *keywords.values())):
            arguments = [from_data(argument) for argument in arguments]
        if layer.has_call:
            return custom.run(m, layer, _as_tensors(m, arguments, node), keywords, node)
        how = sort_arguments(m, layer, arguments, keywords, node)
        if not how.inputs:
            return Lost(say("source.no_input", name=layer.kind), line_of(node))
        if isinstance(layer, MergeLayer):
            return merging.apply_merge(m, layer, how.inputs, node)
        if layer.rule == "Lambda":
            argument = next(iter([*arguments, *keywords.values()]))
            return lambdas.run(m, layer, how.inputs, argument, node)
        outputs = self.run_layer(m, layer, how.inputs, node, how)
        structure = layer.structure if isinstance(layer, ModelValue) else None
        if structure is not None:
            return held.packed(m, structure, outputs)
        states = arguments[1] if len(arguments) > 1 else keywords.get("states")
        return held.nested(m, layer, outputs, states)

    def run_layer(
        self,
        m: Machine,
        layer: LayerValue,
        inputs: Sequence[Tensor],
        node: ast.AST | None,
        how: Entering | None = None,
    ) -> tuple[Tensor, ...]:
        """The tensors that leave a layer."""
        m.touch(layer)
        argument: Value = inputs[0] if len(inputs) == 1 else list(inputs)
        if layer.has_call:
            found = custom.run(m, layer, [argument], {}, node or ast.Pass())
            return tuple(t for t in tensors_in(m, found) if isinstance(t, Tensor))
        if isinstance(layer, ModelValue):
            called = models.call_model(m, layer, inputs, node)
            if how is not None:  # masks do not enter the graph of a model
                called.keywords = {k: v for k, v in how.keywords.items() if isinstance(v, bool)}
            return called.outputs
        if layer.cls is not None:
            custom.build_on(m, layer, inputs, node or ast.Pass())
        if HOMES.get(layer.rule) == "lookups":
            from sizeup.readers.source.keras.vocabularies import settle

            settle(m, layer)
        if layer.rule == "Lambda":
            found = lambdas.run(m, layer, inputs, argument, node)
            return tuple(found) if isinstance(found, list) else (found,)
        return apply(m, layer, inputs, node, how).outputs

    def build_model(self, m: Machine, model: ModelValue, shape: Value, node: ast.AST) -> None:
        """`model.build(input_shape)`."""
        if model.has_call:
            custom.build_model(m, model, shape, node)
        else:
            models.build(m, model, shape, node)

    def unknown_layer(self, m: Machine, value: Open | Lost, node: ast.AST) -> LayerValue:
        """A layer that comes from where it cannot be seen."""
        callee = value.callee if isinstance(value, Open) else None
        reason = value.reason if isinstance(value, Lost) else _why_unseen(value)
        line = value.line or line_of(node)
        layer = LayerValue((callee or "Unknown").rpartition(".")[2], None, m.unique(), line)
        layer.unknown = Unknown(reason, line)
        return layer

    def layer_class(self, layer: LayerValue) -> Value:
        """The class of Keras that a layer is an object of."""
        return KerasClass(layer.kind, "Model" if layer.kind == "Functional" else layer.kind)

    def layer_attribute(self, m: Machine, layer: LayerValue, name: str, node: ast.AST) -> Value:
        """`layer.name`."""
        return layer_attributes.get(m, layer, name, node)

    def inherited(self, m: Machine, layer: LayerValue, name: str, node: ast.AST) -> Value:
        """`super().name` in a class that derives from a Keras class."""
        return layer_attributes.inherited(m, layer, name, node)

    def set_layer_attribute(
        self, m: Machine, layer: LayerValue, name: str, value: Value, node: ast.AST
    ) -> None:
        """`layer.name = value`."""
        layer_attributes.put(m, layer, name, value, node)

    def flag_weight(self, m: Machine, weight: Weight, flag: bool) -> None:
        """`layer.kernel.trainable = flag`."""
        flags.mark(m, weight, flag)

    # -- tensors ----------------------------------------------------------------------------

    def tensor_attribute(self, m: Machine, tensor: Tensor, name: str, node: ast.AST) -> Value:
        """`x.shape`, …"""
        return tensors.attribute(m, tensor, name, node)

    def tensor_item(self, m: Machine, tensor: Tensor, index: Value, node: ast.AST) -> Value:
        """`x[key]`."""
        return tensors.item(m, tensor, index, node)

    def tensor_operator(
        self, m: Machine, tensor: Tensor, sign: str, other: Value, swapped: bool, node: ast.AST
    ) -> Value:
        """`x + y`, …"""
        return tensors.operate(m, tensor, sign, other, swapped, node)

    def vector_operator(
        self, m: Machine, vector: Vector, sign: str, other: Value, swapped: bool, node: ast.AST
    ) -> Value:
        """`tf.shape(x) * 2`, …"""
        return tensors.vector_operator(m, vector, sign, other, swapped, node)

    def vector_item(self, m: Machine, vector: Vector, index: Value, node: ast.AST) -> Value:
        """`tf.shape(x)[key]`."""
        return tensors.vector_item(m, vector, index, node)

    # -- what is unseen ---------------------------------------------------------------------

    def inert(self, name: str) -> Builtin:
        """A function that has no say in what a network is."""
        return Builtin(name, lambda m, _a, _k, node: m.world.unseen_value(m, node))

    def unseen_value(self, m: Machine, node: ast.AST) -> Value:
        """The open result of a call whose function is not in the text."""
        text = written(node) if isinstance(node, ast.expr) else say("source.data")
        callee = written(node.func) if isinstance(node, ast.Call) else None
        return m.open(("call", m.unique()), text, say("source.data"), line_of(node), callee)

    def unseen(
        self,
        m: Machine,
        callee: Value,
        arguments: list[Value],
        keywords: dict[str, Value],
        node: ast.AST,
        made: Open | None = None,
    ) -> Value:
        """A call of something that is not in the text: what it is given may come out changed.

        `made` is what it gives where no tensor or growing model is involved.
        """
        suggested = tuning.suggestion(m, callee, arguments, keywords, node)
        if suggested is not MISSING:
            return suggested
        values = [*arguments, *keywords.values()]
        effects.reach(m, callee, values, node)
        if any(holds_tensor(value) for value in values):
            reason = _why_unseen(callee) if isinstance(callee, Open) else None
            name = getattr(callee, "callee", None)
            from sizeup.readers.source.keras import functions

            if name is not None and functions.owns_nothing(name):
                return functions.unknown(m, name, arguments, keywords, node)
            return tensors.unknown_result(m, values, node, name, reason)
        if isinstance(callee, Lost):
            return callee
        made = made or self.unseen_value(m, node)
        stored.meet(m, made)
        return made

    def settle(self, m: Machine, value: Value) -> None:
        """The structure hangs on a size: one that is searched for takes its default."""
        tuning.settle(m, value)

    def loosened(
        self, m: Machine, value: Value, name: str, lost: Lost, before: Value = MISSING
    ) -> Value:
        """A variable after a loop of unknown length: open, or a tensor of unknown shape.

        The loop may run no time at all, so what it adds to a tensor is no part of the network
        that is certain: the tensor of `before` is what goes on.
        """
        if isinstance(value, Tensor):
            layer = LayerValue("Loop", None, m.unique(), lost.line)
            layer.unknown = Unknown(lost.reason, lost.line)
            layer.quiet = True
            source = before if isinstance(before, Tensor) else value
            return apply(m, layer, [source], None).outputs[0]
        if isinstance(value, Function | Class | Module | LayerValue):
            return value
        return m.open(("loop", lost.line, name), name, say("source.loop"), lost.line, name)

    def grown(self, m: Machine, thing: Instance, contents: Value, lost: Lost) -> None:
        """An object that a loop of unknown length changes."""
        if isinstance(thing, ModelValue):
            thing.pending = thing.pending or lost
        elif isinstance(thing, Iter):
            thing.lose(m, lost)
        elif isinstance(thing, LayerValue):
            thing.unknown = thing.unknown or Unknown(lost.reason, lost.line)
        else:
            for name, value in contents[0].items():
                if thing.attributes.get(name, MISSING) is not value:
                    thing.attributes[name] = self.loosened(m, value, name, lost)

    # -- functions and classes ----------------------------------------------------------------

    def returned(self, m: Machine, function: Function, result: Value) -> None:
        """Remember that a function returned a model, as it is then."""
        values = result if isinstance(result, tuple | list) else [result]
        for value in values:
            if isinstance(value, Choice):
                value = m.resolve(value)  # noqa: PLW2901
            if isinstance(value, ModelValue):
                self.builds.append((function, value, snapshot(m, value)))
            stored.meet(m, value, function.qualified)

    def held(self, m: Machine, scope: Scope, name: str, value: Instance | Open) -> None:
        """Remember the variables of the source that hold a model."""
        if scope.globals is not self.home:
            return
        name = f"{scope.function.qualified}.{name}" if scope.function else name
        if isinstance(value, ModelValue):
            if value not in self.models:
                self.models.append(value)
            names = self.holders.setdefault(value.identity, [])
            if name not in names:
                names.append(name)
        stored.meet(m, value, name)

    def decorate(self, m: Machine, decorator: Value, value: Value, node: ast.AST) -> Value:
        """`@decorator` over a function or a class."""
        return decorators.decorate(m, decorator, value, node)

    def veiled(self, m: Machine, value: Value, hidden: Lost, node: ast.AST) -> Value:
        """What comes out of something unseen that a value of the source went through."""
        return decorators.veiled(m, value, hidden, node)

    def prepare_class(self, m: Machine, cls: Class) -> None:
        """What a class body leaves to be done."""
        library.prepare_class(m, cls)


def _as_tensors(m: Machine, values: list[Value], node: ast.AST) -> list[Value]:
    """Arguments of a call, with data that is open as a tensor."""
    resolved = [m.resolve(value) for value in values]
    return [as_tensor(m, v, node) if isinstance(v, Open) else v for v in resolved]


def _why_unseen(value: Open) -> str:
    """Why a layer cannot be known that comes from something open."""
    if isinstance(value.key, tuple) and value.key[0] == NO_RULE:
        return value.why
    name, key = value.callee or value.text, value.key
    while isinstance(key, tuple) and key[0] == "attribute":
        key = key[1]
    if isinstance(key, tuple) and key[0] == "module":
        return say("source.unseen_in", name=name, why=value.why)
    return say("source.unseen", name=name)
