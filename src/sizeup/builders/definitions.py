"""Layers of the source's own that have weights of their own, as classes of Keras 3."""

from __future__ import annotations

from sizeup.builders.plan import Cell, Definition, Invoke, Own, Owned, Statement, Tensor
from sizeup.builders.planning import Planner, Scope
from sizeup.builders.spelling import LATE, OWN
from sizeup.builders.variables import identifier
from sizeup.errors import PortError
from sizeup.naming import snake_case
from sizeup.network import Ref
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sizeup.network import Graph, Layer, Parameter, Shape

TAKEN = frozenset(
    """
activity_regularizer autocast add_loss add_metric add_weight build built call compute_dtype
compute_mask compute_output_shape compute_output_spec count_params dtype dtype_policy
dynamic from_config get_config get_weights input input_dtype input_shape input_spec losses metrics
name non_trainable_variables non_trainable_weights output path quantize rematerialized_call
save_own_variables set_weights stateless_call supports_jit supports_masking trainable
trainable_variables trainable_weights updates variable_dtype variables weights
""".split()
)
"""Names that a layer of Keras has for something else."""


def defined(outer: Planner, layer: Layer, *, measured: bool = False) -> Invoke:
    """The constructor of a layer's class; the class is defined on the way, if it is not yet.

    One that is `measured` says what shape leaves it.

    Raises PortError where what it does is not known.
    """
    bodies = [call.body for call in layer.calls]
    if not bodies or any(body is None for body in bodies) or layer.held:
        raise _refused(layer)
    found = [_definition(outer, layer, body) for body in bodies if body is not None]
    if len(set(map(repr, found))) > 1:  # calls that do different things
        raise _refused(layer)
    if measured and found[0].layers:  # Keras would take them for built
        raise PortError(say("port.held", name=layer.name, kind=layer.kind), line=layer.line)
    leaves = _leaving(layer) if measured else None
    return Invoke(_named(outer, layer, found[0].changed(leaves=leaves)))


def _leaving(layer: Layer) -> tuple[int | None, ...]:
    """The shape that leaves a layer, beside that of its one input."""
    call = layer.calls[0]
    if len(call.input_shapes) != 1 or len(call.output_shapes) != 1:
        raise _refused(layer)
    enters, leaves = call.input_shapes[0], call.output_shapes[0]
    if enters is None or leaves is None:
        raise _refused(layer)
    if enters == leaves:
        return ()
    found: list[int | None] = []
    for place, dim in enumerate(leaves):
        same = place < len(enters) and enters[place] == dim
        if not same and not isinstance(dim, int):
            raise _refused(layer)
        found.append(None if same or not isinstance(dim, int) else dim)
    return tuple(found)


def _named(outer: Planner, layer: Layer, found: Definition) -> str:
    """The name of a class, that of the source where no other class has it."""
    known = outer.speller.definitions
    for name, definition in known.items():
        if repr(definition.changed(name="")) == repr(found):
            return name
    name = _free(layer.kind, {*known, *outer.speller.classes, *OWN})
    known[name] = found.changed(name=name)
    return name


def _definition(outer: Planner, layer: Layer, body: Graph) -> Definition:
    """The class without its name."""
    if not body.outputs:
        raise _refused(layer)
    enters = body.input_shapes[0] if body.input_shapes else None
    inherited = _inherited(layer, body)
    owned = [
        None if parameter.name in inherited else _owned(layer, parameter, enters)
        for parameter in layer.parameters
    ]
    weights = tuple(each for each in owned if each is not None)
    if inherited and not any(p.trainable for p in layer.parameters if p.name in inherited):
        body = body.changed(layers=tuple(map(_frozen, body.layers)))
    inside = _Inside(outer, [None if each is None else each.name for each in owned])
    scope = Scope(inside, body)
    inputs = tuple(Tensor(inside.number()) for _ in body.input_shapes)
    scope.tensors.update({Ref(-1, 0, place): tensor for place, tensor in enumerate(inputs)})
    leaving = layer.config.get("returned", range(len(body.outputs)))
    outputs = tuple(scope.tensor(body.outputs[place]) for place in leaving)
    statements = tuple(each for each in inside.statements if isinstance(each, Statement))
    cell = _cell(layer, body, inside.held) if "state_size" in layer.config else None
    return Definition("", weights, tuple(inside.layers), inputs, statements, outputs, cell)


def _inherited(layer: Layer, body: Graph) -> frozenset[str]:
    """The weights of a layer that are those of the one that it derives from, which it calls.

    That one is held as a layer in the class that is written.
    """
    mine = {(parameter.name, parameter.shape) for parameter in layer.parameters}
    bases = [each for each in body.layers if each.parameters and not each.tracked]
    theirs = {(parameter.name, parameter.shape) for base in bases for parameter in base.parameters}
    if len(bases) > 1 or not theirs <= mine:
        raise _refused(layer)
    return frozenset(name for name, _ in theirs)


def _frozen(layer: Layer) -> Layer:
    """The layer that a class derives from, where the class freezes itself."""
    return layer.changed(trainable=layer.tracked and layer.trainable)


def _cell(layer: Layer, body: Graph, held: Sequence[tuple[str, Layer]]) -> Cell:
    """What makes the class a cell; an RNN builds it for what enters at a step, and nothing in it."""
    sizes, output = layer.config["state_size"], layer.config.get("output_size")
    states = tuple(sizes) if isinstance(sizes, tuple | list) else (sizes,)
    builds = tuple((name, _entering(layer, each)) for name, each in held if _owns(each))
    count = 1 + len(states)
    known = all(isinstance(size, int) for size in states)
    if not known or (len(body.input_shapes), len(layer.config["returned"])) != (count, count):
        raise _refused(layer)
    return Cell(states, None if output == states[0] else output, builds)


def _entering(layer: Layer, held: Layer) -> tuple[int | None, ...]:
    """The shape that enters a layer that the cell holds."""
    shapes = held.calls[0].input_shapes
    shape = shapes[0] if len(shapes) == 1 else None
    if (
        shape is None
        or _is_composed(held)
        or not all(d is None or isinstance(d, int) for d in shape)
    ):
        raise _refused(layer)
    return tuple(dim for dim in shape if dim is None or isinstance(dim, int))


def _owned(layer: Layer, parameter: Parameter, enters: Shape | None) -> Owned:
    last = enters[-1] if enters else None
    shape = tuple(None if last is not None and dim == last else dim for dim in parameter.shape)
    known = parameter.shaped and parameter.tied is None and parameter.told
    if not known or not all(dim is None or isinstance(dim, int) for dim in shape):
        raise _refused(layer)
    sizes = tuple(dim for dim in shape if dim is None or isinstance(dim, int))
    return Owned(_free(parameter.name, TAKEN), sizes, parameter.dtype, parameter.trainable)


def _refused(layer: Layer) -> PortError:
    return PortError(say("port.weights", name=layer.name, kind=layer.kind), line=layer.line)


def _free(name: str, taken: frozenset[str] | set[str]) -> str:
    found, number = identifier(name), 1
    while found in taken:
        number += 1
        found = f"{identifier(name)}_{number}"
    return found


class _Inside(Planner):
    """Plans what a class does: layers are held by `self`, and weights are at hand."""

    def __init__(self, outer: Planner, weights: list[str | None]) -> None:
        super().__init__(lambda _: None, outer.speller)
        self.weights = weights
        self.layers: list[tuple[str, Any]] = []
        self.own: dict[object, Own] = {}
        self.held: list[tuple[str, Layer]] = []

    def layer(self, layer: Layer, *, alone: bool = False, measured: bool = False) -> Any:  # noqa: ARG002
        """What `self` holds the layer as."""
        key = layer.identity if layer.identity is not None else id(layer)
        if key not in self.own:
            if not layer.trainable and (layer.kind in LATE or _is_composed(layer)):
                raise _refused(layer)
            made = (
                defined(self, layer, measured=measured)
                if _is_composed(layer)
                else self.constructed(layer)
            )
            taken = {*TAKEN, *filter(None, self.weights), *(name for name, _ in self.layers)}
            own = Own(_free(snake_case(layer.name.rpartition("/")[2]), taken))
            self.layers.append((own.name, made))
            self.held.append((own.name, layer))
            self.own[key] = own
        return self.own[key]

    def weight(self, ref: Ref) -> Any:
        """A weight of the class."""
        if ref.output == 0:
            return super().weight(ref)
        name = self.weights[ref.output - 1]
        return super().weight(ref) if name is None else Own(name)


def _owns(layer: Layer) -> bool:
    return bool(layer.parameters) or _is_composed(layer)


def _is_composed(layer: Layer) -> bool:
    return any(call.body is not None for call in layer.calls)
