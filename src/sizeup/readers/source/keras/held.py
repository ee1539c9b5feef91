"""Layers that wrappers and RNNs hold: taken in, called, copied for the other direction."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from sizeup.network import Unknown
from sizeup.readers.source.keras import custom, said_shapes
from sizeup.readers.source.keras.arguments import Unsized, make_trainable, plain
from sizeup.readers.source.keras.calling import keys_of, tensors_in
from sizeup.readers.source.keras.names import HOLDS
from sizeup.readers.source.keras.objects import LayerValue, ModelValue, Node, Tensor, Weight
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Instance, Lost, Open, Raised
from sizeup.rules.registry import find_rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.network import Shape

    Value = Any


def take(m: Machine, layer: LayerValue, name: str, value: Value, node: ast.AST) -> None:
    """Keep an argument that is a layer; a list of cells for an RNN is a stack of them."""
    value = m.resolve(value)
    if value is None and name == "backward_layer":
        return
    if isinstance(value, list | tuple):
        cells = [_layer(m, each, node) for each in value]
        if layer.rule == "StackedRNNCells":
            layer.inner[name] = cells
            return
        value = LayerValue("StackedRNNCells", None, m.unique(), line_of(node))
        value.inner["cells"] = cells
        m.world.live[value.identity] = value
    layer.inner[name] = _layer(m, value, node)


def _layer(m: Machine, value: Value, node: ast.AST) -> LayerValue:
    value = m.resolve(value)
    if isinstance(value, Open | Lost):
        unseen = m.world.unknown_layer(m, value, node)
        reason = unseen.unknown.reason if unseen.unknown else say("source.data")
        raise Unsized(reason, line_of(node))
    if isinstance(value, Instance) and not isinstance(value, LayerValue):  # a cell may be that
        raise Unsized(say("source.plain_cell"), line_of(node))
    if not isinstance(value, LayerValue):
        kind = getattr(value, "name", type(value).__name__)
        raise Raised("ValueError", say("source.not_layer", what=kind), line_of(node))
    if value.rule == "Lambda":  # no rule knows what its function makes of a step
        raise Unsized(say("source.no_rule", name="Lambda"), line_of(node))
    return value


def pair(m: Machine, layer: LayerValue, node: ast.AST) -> None:
    """The two directions of a Bidirectional; Keras copies the layer that it is given."""
    given = layer.inner["layer"]
    forward = layer.inner["layer"] = layer.inner["forward_layer"] = _remade(m, given, {}, node)
    if "backward_layer" not in layer.inner:
        keras3 = m.world.version >= 3 and not m.world.dialect.tensorflow
        ways = {"go_backwards": keras3 or not forward.config.get("go_backwards", False)}
        backward = layer.inner["backward_layer"] = _remade(m, given, ways, node)
        m.world.live[-forward.identity] = backward  # as the rule calls a copy
    for each in (forward, layer.inner["backward_layer"]):
        _say_ways(m, each)
    layer.declared = layer.declared or given.declared


def _remade(m: Machine, layer: LayerValue, changes: dict[str, Value], node: ast.AST) -> LayerValue:
    """Another one of the same configuration but for `changes`.

    A constructor of the source's own is given what Keras has written down of the first, of which
    it may make something else.
    """
    if layer.method("__init__") is None or layer.inner or isinstance(layer, ModelValue):
        made = _copy(m, layer)
        made.config.update(changes)
        return made
    from sizeup.readers.source.keras.copies import clone_custom

    return clone_custom(m, layer, changes, node)


def _say_ways(m: Machine, layer: LayerValue) -> None:
    """How a layer of the source's own class reads a sequence, for rules that know no such class."""
    from sizeup.rules.wrappers import WAYS

    if layer.cls is None:
        return
    rule = find_rule(layer.rule)
    said = {**(rule.arguments if rule is not None else {}), **layer.config}
    for name in WAYS:
        if name in layer.attributes:
            layer.config[name] = plain(m, layer.attributes[name])
        elif name in said:
            layer.config[name] = said[name]


def _copy(m: Machine, layer: LayerValue, known: dict[int, LayerValue] | None = None) -> LayerValue:
    """A layer of the same configuration that shares nothing with the other.

    `known` are copies by the identities of their originals: what the constructor of a class puts
    under two names stays one, unlike cells that are stacked, of which Keras writes down each.
    """
    known = {} if known is None else known
    if layer.identity in known:
        return known[layer.identity]
    copy = type(layer)(layer.kind, layer.cls, m.unique(), layer.line)
    known[layer.identity] = m.world.live[copy.identity] = copy
    copy.rule, copy.explicit, copy.name = layer.rule, layer.explicit, layer.name
    make_trainable(copy, layer.trainable)
    copy.unknown, copy.config, copy.marks = layer.unknown, dict(layer.config), dict(layer.marks)
    copy.attributes = {
        name: _anew(m, value, copy, known)
        for name, value in layer.attributes.items()
        if name != "<built>"
    }
    copy.inner = {
        name: [_copy(m, each) for each in value] if isinstance(value, list) else _copy(m, value)
        for name, value in layer.inner.items()
    }
    copy.tracked = _anew(m, layer.tracked, copy, known)
    if "<built>" not in layer.attributes:  # what its constructor made
        copy.parameters = layer.parameters
    return copy


def _anew(m: Machine, value: Value, owner: LayerValue, known: dict[int, LayerValue]) -> Value:
    """What a copy holds: copies of layers, weights of its own."""
    if isinstance(value, LayerValue):
        return _copy(m, value, known)
    if isinstance(value, Weight):
        return Weight(value.parameter, owner)
    if isinstance(value, dict):
        return {key: _anew(m, each, owner, known) for key, each in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_anew(m, each, owner, known) for each in value)
    return value


def layers_in(layer: LayerValue) -> list[LayerValue]:
    """The layers that it holds, each once."""
    found: dict[int, LayerValue] = {}
    for value in layer.inner.values():
        for each in value if isinstance(value, list) else [value]:
            found.setdefault(each.identity, each)
    return list(found.values())


def call_held(m: Machine, layer: LayerValue, inputs: Sequence[Tensor], node: ast.AST) -> str | None:
    """Call what a layer holds, where more than a rule says what that is; the error, if any.

    What is not known of it makes the layer unknown.
    """
    x, between = inputs[0], any(tensor.is_symbolic for tensor in inputs)
    if layer.rule == "TimeDistributed":
        x = _step(layer, x)
    if layer.rule == "RNN":
        return _call_cell(m, layer, layer.inner["cell"], _step(layer, x), node)
    if layer.rule == "StackedRNNCells":
        for cell in layer.inner["cells"]:
            error = _call_cell(m, layer, cell, x, node)
            if error is not None or layer.unknown is not None:
                return error
            output, _ = _sizes(m, cell, node)
            x = _tensor(x, None if x.shape is None else (x.shape[0], *_dims(output)))
        return None
    for inner in layers_in(layer):
        if _owns_more(inner):
            custom.run(m, inner, [x], {}, node, wrapped=between)
        elif _is_more(inner):
            m.world.run_layer(m, inner, [x], node)
        error = _learn(layer, inner)
        if error is not None:
            return error
    return None


def _is_more(inner: LayerValue) -> bool:
    """Whether a layer is more than its rule and its configuration say."""
    return bool(inner.inner) or isinstance(inner, ModelValue) or _owns_more(inner)


def _owns_more(inner: LayerValue) -> bool:
    """Whether a class of the source's own says how a layer is called or gives it weights besides."""
    made = inner.cls is not None and bool(inner.parameters) and not isinstance(inner, ModelValue)
    return made or custom.overrides(inner)


def _learn(layer: LayerValue, inner: LayerValue) -> str | None:
    """What is unknown inside is unknown outside; the error of the last call inside."""
    last: Node | None = inner.nodes[-1] if inner.nodes and _is_more(inner) else None
    unknown = inner.unknown
    if unknown is None and last is not None:
        unknown = next((t.unknown for t in last.outputs if t.unknown), None)
    if unknown is None and isinstance(inner, ModelValue) and inner.pending is not None:
        unknown = Unknown(inner.pending.reason, inner.pending.line)
    unknown = unknown or inner.attributes.get(said_shapes.CONTRADICTED)
    layer.unknown = layer.unknown or unknown
    return None if last is None else last.error


def _step(layer: LayerValue, x: Tensor) -> Tensor:
    """What enters at each step; a rank that leaves nothing over is refused by the rule."""
    if x.shape is None or len(x.shape) < 2:
        return x
    batch = x.shape[1] if layer.config.get("time_major") else x.shape[0]
    return _tensor(x, (batch, *x.shape[2:]))


def _tensor(like: Tensor, shape: Shape | None) -> Tensor:
    tensor = Tensor(shape, like.dtype)
    tensor.unknown = like.unknown
    return tensor


def _call_cell(
    m: Machine, layer: LayerValue, cell: LayerValue, x: Tensor, node: ast.AST
) -> str | None:
    """One step of a cell, with states of the sizes that it says."""
    try:
        sizes = _sizes(m, cell, node)[1]
    except Unsized as lost:
        layer.unknown = layer.unknown or Unknown(lost.reason, lost.line or line_of(node))
        return None
    if cell.inner:
        m.world.run_layer(m, cell, [x], node)
    elif _owns_more(cell) and x.shape is not None:
        batch = x.shape[0]
        states = [_tensor(x, (batch, *_dims(size))) for size in sizes]
        left = custom.run(m, cell, [x, states], {}, node)
        cell.config["returned"] = _places(m, cell, left)
    return _learn(layer, cell)


def _places(m: Machine, cell: LayerValue, left: Value) -> tuple[int, ...]:
    """Which of the tensors that leave a cell are its output and its states, in that order."""
    places = {id(tensor): place for place, tensor in enumerate(cell.nodes[-1].outputs)}
    return tuple(places[id(tensor)] for tensor in tensors_in(m, left) if id(tensor) in places)


def _dims(size: Value) -> tuple[Value, ...]:
    return size if isinstance(size, tuple) else (size,)


def _sizes(m: Machine, cell: LayerValue, node: ast.AST) -> tuple[Value, tuple[Value, ...]]:
    """What leaves a cell at each step, and its states; a cell of the source's own says it itself.

    Kept in the cell's configuration, which is all that rules know of it. Raises Unsized.
    """
    from sizeup.rules.recurrent import CELLS

    if cell.rule == "StackedRNNCells":
        each = [_sizes(m, inner, node) for inner in cell.inner["cells"]]
        if not each:
            raise Unsized(say("source.no_cells"), line_of(node))
        return each[-1][0], tuple(size for _, states in each for size in states)
    units = cell.config.get("units") if cell.rule in CELLS else None
    sizes = None if units is None else (units,) * CELLS[cell.rule].states
    if sizes is not None and not _owns_more(cell):
        return units, sizes
    if "state_size" not in cell.config:
        states = _attribute(m, cell, "state_size", sizes, node)
        if states is None:
            raise Unsized(say("source.no_state_size", name=cell.kind), line_of(node))
        cell.config["state_size"] = states
        cell.config["output_size"] = _attribute(m, cell, "output_size", units, node)
    states, output = cell.config["state_size"], cell.config["output_size"]
    several = states if isinstance(states, tuple) else (states,)
    return (several[0] if output is None else output), several


def _attribute(m: Machine, cell: LayerValue, name: str, known: Value, node: ast.AST) -> Value:
    """A size that the source's class says; what Keras' own class says where it does not."""
    if name in cell.attributes or (cell.cls is not None and cell.cls.find(name)[1] is not None):
        return plain(m, m.world.layer_attribute(m, cell, name, node))
    return known


def said_size(cell: LayerValue, name: str) -> Value:
    """`cell.state_size` and `cell.output_size` of Keras' own cells."""
    from sizeup.rules.recurrent import CELLS

    if cell.rule == "StackedRNNCells":
        each = [said_size(inner, name) for inner in cell.inner["cells"]]
        return each[-1] if name == "output_size" else each
    units = cell.config["units"]
    states = CELLS[cell.rule].states
    return units if name == "output_size" or states == 1 else [units] * states


def packed(m: Machine, structure: Value, outputs: Sequence[Tensor]) -> Value:
    """What leaves a model, nested as its outputs are; in Keras 2 one in a list is no list."""
    if isinstance(structure, list) and len(outputs) == 1:
        m.world.dialect.disputed = True
        if m.world.dialect.law < LISTS:
            structure = structure[0]
    remaining = iter(outputs)

    def fill(part: Value) -> Value:
        part = m.resolve(part)
        if isinstance(part, list | tuple):
            filled = [fill(element) for element in part]
            return filled if isinstance(part, list) else tuple(filled)
        if isinstance(part, dict):
            filled_by = {key: fill(part[key]) for key in keys_of(part)}
            return {key: filled_by[key] for key in part}
        return next(remaining) if tensors_in(m, part) else part

    return fill(structure)


LISTS = 3
"""The Keras since which a list of one output leaves as a list."""


def nested(m: Machine, layer: LayerValue, outputs: Sequence[Value], states: Value) -> Value:
    """What leaves a layer as the source sees it: states of cells in lists of their own.

    A cell that is given `states` as one tensor gives one back.
    """
    if len(outputs) > 1 and (layer.rule in HOLDS or layer.rule.endswith("Cell")):
        given = m.resolve(states)
        if layer.rule == "RNN" and layer.inner["cell"].rule == "StackedRNNCells":
            return [outputs[0], *_grouped(layer.inner["cell"], list(outputs[1:]))]
        if layer.rule == "StackedRNNCells":
            return [outputs[0], _grouped(layer, list(outputs[1:]))]
        if layer.rule.endswith("Cell"):
            return [outputs[0], outputs[1] if isinstance(given, Tensor) else list(outputs[1:])]
    return outputs[0] if len(outputs) == 1 else list(outputs)


def _grouped(stack: LayerValue, states: list[Value]) -> list[Value]:
    """The states of stacked cells, a list for each cell that has several."""
    from sizeup.rules.recurrent import CELLS

    groups: list[Value] = []
    for cell in stack.inner["cells"]:
        kept = cell.config.get("state_size")
        known = CELLS[cell.rule].states if cell.rule in CELLS else 1
        count = known if kept is None else len(kept) if isinstance(kept, tuple) else 1
        own, states = states[:count], states[count:]
        groups.append(own[0] if count == 1 else own)
    return groups
