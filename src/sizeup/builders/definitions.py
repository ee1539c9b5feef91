"""Layers of the source's own that have weights of their own, as classes of Keras 3."""

from __future__ import annotations

from sizeup.builders.plan import Definition, Invoke, Own, Owned, Statement, Tensor
from sizeup.builders.planning import Planner, Scope
from sizeup.builders.spelling import LATE, OWN
from sizeup.builders.variables import identifier
from sizeup.errors import PortError
from sizeup.naming import snake_case
from sizeup.network import Ref
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
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


def defined(outer: Planner, layer: Layer) -> Invoke:
    """The constructor of a layer's class; the class is defined on the way, if it is not yet.

    Raises PortError where what it does is not known.
    """
    bodies = [call.body for call in layer.calls]
    if not bodies or any(body is None for body in bodies) or layer.held:
        raise PortError(say("port.weights", name=layer.name, kind=layer.kind), line=layer.line)
    found = [_definition(outer, layer, body) for body in bodies if body is not None]
    if len(set(map(repr, found))) > 1:  # calls that do different things
        raise PortError(say("port.weights", name=layer.name, kind=layer.kind), line=layer.line)
    return Invoke(_named(outer, layer, found[0]))


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
        raise PortError(say("port.weights", name=layer.name, kind=layer.kind), line=layer.line)
    enters = body.input_shapes[0] if body.input_shapes else None
    weights = tuple(_owned(layer, parameter, enters) for parameter in layer.parameters)
    inside = _Inside(outer, [owned.name for owned in weights])
    scope = Scope(inside, body)
    inputs = tuple(Tensor(inside.number()) for _ in body.input_shapes)
    scope.tensors.update({Ref(-1, 0, place): tensor for place, tensor in enumerate(inputs)})
    outputs = tuple(scope.tensor(ref) for ref in body.outputs)
    statements = tuple(each for each in inside.statements if isinstance(each, Statement))
    return Definition("", weights, tuple(inside.layers), inputs, statements, outputs)


def _owned(layer: Layer, parameter: Parameter, enters: Shape | None) -> Owned:
    last = enters[-1] if enters else None
    shape = tuple(None if last is not None and dim == last else dim for dim in parameter.shape)
    known = parameter.shaped and parameter.tied is None and parameter.told
    if not known or not all(dim is None or isinstance(dim, int) for dim in shape):
        raise PortError(say("port.weights", name=layer.name, kind=layer.kind), line=layer.line)
    sizes = tuple(dim for dim in shape if dim is None or isinstance(dim, int))
    return Owned(_free(parameter.name, TAKEN), sizes, parameter.dtype, parameter.trainable)


def _free(name: str, taken: frozenset[str] | set[str]) -> str:
    found, number = identifier(name), 1
    while found in taken:
        number += 1
        found = f"{identifier(name)}_{number}"
    return found


class _Inside(Planner):
    """Plans what a class does: layers are held by `self`, and weights are at hand."""

    def __init__(self, outer: Planner, weights: list[str]) -> None:
        super().__init__(lambda _: None, outer.speller)
        self.weights = weights
        self.layers: list[tuple[str, Any]] = []
        self.own: dict[object, Own] = {}

    def layer(self, layer: Layer, *, alone: bool = False) -> Any:  # noqa: ARG002
        """What `self` holds the layer as."""
        key = layer.identity if layer.identity is not None else id(layer)
        if key not in self.own:
            if not layer.trainable and (layer.kind in LATE or _is_composed(layer)):
                raise PortError(
                    say("port.weights", name=layer.name, kind=layer.kind), line=layer.line
                )
            made = defined(self, layer) if _is_composed(layer) else self.constructed(layer)
            taken = {*TAKEN, *self.weights, *(name for name, _ in self.layers)}
            own = Own(_free(snake_case(layer.name.rpartition("/")[2]), taken))
            self.layers.append((own.name, made))
            self.own[key] = own
        return self.own[key]

    def weight(self, ref: Ref) -> Any:
        """A weight of the class."""
        if ref.output == 0:
            return super().weight(ref)
        return Own(self.weights[ref.output - 1])


def _is_composed(layer: Layer) -> bool:
    return any(call.body is not None for call in layer.calls)
