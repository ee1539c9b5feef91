"""Whole graphs sized with the rules: after an edit, after binding symbols, or from nothing.

Tensors are followed from the graph's inputs through every call; a layer that is made of
layers is sized by what is inside, any other by the rule of its kind. What a rule cannot size
keeps its sizes as long as the same shapes enter it, and is an error otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from sizeup.dims import DimError, Expr
from sizeup.dims import bind as bind_dim
from sizeup.errors import SizingError
from sizeup.naming import auto_names
from sizeup.network import (
    WEIGHT,
    Call,
    Graph,
    Layer,
    Network,
    Ref,
    add_known,
    map_bodies,
    map_held,
    times,
)
from sizeup.records import Record
from sizeup.rules.checks import differ, text
from sizeup.rules.registry import REQUIRED, find_rule, is_determined, size
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Parameter, Shape
    from sizeup.rules.registry import Config, Sizing

    Shapes = Sequence[Shape | None]
    Entering = tuple[Shape | None, ...]

_DECLARATIONS = frozenset({"shape", "batch_size", "batch_shape"})
"""The arguments by which an InputLayer declares what enters."""


def _same_config(layer: Layer) -> Config:
    return layer.config


def _same_layer(layer: Layer) -> Layer:
    return layer


class _Edit(Record):
    """The new configuration of a layer, and the sizes that it had as they read now.

    `anew` sizes also what the edit and other shapes do not reach.
    """

    config: Callable[[Layer], Config] = _same_config
    restate: Callable[[Layer], Layer] = _same_layer
    anew: bool = False


def resize(
    network: Network,
    config: Callable[[Layer], Config] = _same_config,
    *,
    input_shapes: Shapes | None = None,
    anew: bool = False,
) -> Network:
    """All shapes, parameters and MACs anew, after a change of the graph or of its inputs.

    `config` gives each layer, inner ones and those that wrappers hold too, its configuration;
    `input_shapes`, batch first, replace those that enter; `anew` sizes also what neither
    reaches. Raises SizingError, with the layer's name and line, where Keras would raise and
    where a layer without a rule is given other shapes than before.
    """
    graph = network.graph
    if config is not _same_config:
        config = _throughout(config)
    if input_shapes is not None:
        graph = graph.changed(layers=tuple(_declare(each, input_shapes) for each in graph.layers))
    return _resized(network, graph, input_shapes or graph.input_shapes, _Edit(config, anew=anew))


def _throughout(config: Callable[[Layer], Config]) -> Callable[[Layer], Config]:
    """`config` of a layer, applied to the layers too that it holds in it."""

    def edited(layer: Layer) -> Layer:
        layer = layer.changed(config=whole(layer))
        return map_bodies(layer, lambda body: body.changed(layers=tuple(map(edited, body.layers))))

    def whole(layer: Layer) -> Config:
        found: Config = map_held(config(layer), edited)
        return found

    return whole


def bind(network: Network, values: Mapping[str, Dim]) -> Network:
    """The network with symbols replaced, all of it sized anew; `free` loses their names.

    Raises SizingError, with the layer's name and line, where the values make no valid network.
    """
    graph = network.graph
    edit = _Edit(
        config=lambda layer: _bound(layer.config, values),
        restate=lambda layer: _bound_layer(layer, values),
    )
    bound = _resized(network, graph, _bound(graph.input_shapes, values), edit)
    return bound.changed(free=tuple(free for free in network.free if free.name not in values))


def sequential(
    name: str, input_shape: Shape, layers: Sequence[tuple[str, Mapping[str, Any]]]
) -> Network:
    """A chain of layers, each a kind and its configuration, on one input (batch first).

    A configuration may hold a `name`; the others are named automatically. Raises SizingError
    where Keras would raise and for kinds without a rule.
    """
    names = auto_names((kind, config.get("name")) for kind, config in layers)
    unsized = Call((), (None,), (None,), None)
    chain = tuple(
        Layer(
            name=layer_name,
            kind=kind,
            config={key: value for key, value in config.items() if key != "name"},
            calls=(unsized.changed(inputs=(Ref(number - 1),)),),
        )
        for number, (layer_name, (kind, config)) in enumerate(zip(names, layers, strict=True))
    )
    graph = Graph(chain, (input_shape,), (Ref(len(chain) - 1),))
    return resize(Network(name, graph, kind="Sequential"))


def size_layer(layer: Layer, shapes: Shapes) -> Sizing:
    """What the rule of its kind says of one call on `shapes`.

    Raises SizingError with the layer's name and line where Keras would raise, and where
    there is no rule or a shape is unknown.
    """
    rule = find_rule(layer.kind)
    if rule is None or None in shapes:
        raise _unsizable(layer, shapes)
    for name, default in rule.signature.items():
        if default is REQUIRED and name not in layer.config:
            raise _error(layer, say("rules.missing", kind=layer.kind, name=name))
    try:
        return size(layer.kind, layer.config, [shape for shape in shapes if shape is not None])
    except SizingError as error:
        raise _error(layer, error.what) from None
    except DimError as error:
        raise _error(layer, str(error)) from None


def _bound(value: Any, values: Mapping[str, Dim]) -> Any:
    """Symbols bound wherever they are in a configuration or a shape."""
    if isinstance(value, Expr):
        return bind_dim(value, values)
    if isinstance(value, tuple | list):
        return type(value)(_bound(item, values) for item in value)
    if isinstance(value, Mapping):
        return {key: _bound(item, values) for key, item in value.items()}
    if isinstance(value, Layer):
        return map_bodies(_bound_layer(value, values), lambda body: _bound_graph(body, values))
    if isinstance(value, slice):
        return slice(*_bound((value.start, value.stop, value.step), values))
    return value


def _bound_graph(graph: Graph, values: Mapping[str, Dim]) -> Graph:
    shapes = _bound(graph.input_shapes, values)
    return graph.changed(layers=_bound(graph.layers, values), input_shapes=shapes)


def _bound_layer(layer: Layer, values: Mapping[str, Dim]) -> Layer:
    try:
        return layer.changed(
            config=_bound(layer.config, values),
            parameters=tuple(p.changed(shape=_bound(p.shape, values)) for p in layer.parameters),
            held=tuple(_bound_layer(inner, values) for inner in layer.held),
            calls=tuple(
                call.changed(
                    input_shapes=_bound(call.input_shapes, values),
                    output_shapes=_bound(call.output_shapes, values),
                    macs=_bound(call.macs, values),
                    samples=_bound(call.samples, values),
                    traced=None if call.traced is None else _bound_graph(call.traced, values),
                )
                for call in layer.calls
            ),
        )
    except DimError as error:
        raise _error(layer, str(error)) from None


def _declare(layer: Layer, shapes: Shapes) -> Layer:
    """An input layer of the outermost graph, made for the shape that enters now."""
    ref = layer.calls[0].inputs[0] if layer.kind == "InputLayer" and layer.calls else None
    if ref is None or ref.layer != -1 or ref.output >= len(shapes):
        return layer
    rest = {key: layer.config[key] for key in layer.config if key not in _DECLARATIONS}
    return layer.changed(config={**rest, "batch_shape": shapes[ref.output]})


def _admits(layer: Layer, shapes: Shapes) -> bool:
    """Whether an input layer was made for such a shape; an open dimension admits all."""
    config = layer.config
    declared = config.get("batch_shape")
    if declared is None and config.get("shape") is not None:
        declared = (config.get("batch_size"), *config["shape"])
    return declared is None or not any(
        shape is not None and _clash(shape, declared) for shape in shapes
    )


def _resized(network: Network, graph: Graph, shapes: Shapes, edit: _Edit) -> Network:
    if network.error is not None:
        raise SizingError(network.error, line=network.error_line)
    resized = network.changed(graph=_size_graph(graph, shapes, edit))
    check_shared(resized.graph)
    return resized


def _size_graph(graph: Graph, shapes: Shapes, edit: _Edit) -> Graph:
    """The graph with all of its calls sized, in the order in which tensors become known."""
    tensors = {Ref(-1, 0, number): shape for number, shape in enumerate(shapes)}
    layers = [_Layer(layer, edit) for layer in graph.layers]
    pending = [
        (number, index) for number, layer in enumerate(layers) for index in range(len(layer.calls))
    ]
    while pending:
        waiting = []
        for number, index in pending:
            refs = layers[number].was.calls[index].inputs
            if any(ref not in tensors and ref.layer != WEIGHT for ref in refs):
                waiting.append((number, index))
                continue
            entering = (
                layers[number].weight(index, place) if ref.layer == WEIGHT else tensors[ref]
                for place, ref in enumerate(refs)
            )
            outputs = layers[number].size(index, tuple(entering))
            for output, shape in enumerate(outputs):
                tensors[Ref(number, index, output)] = shape
        if len(waiting) == len(pending):
            raise _error(graph.layers[waiting[0][0]], say("rules.unfed"))
        pending = waiting
    if any(ref not in tensors and ref.layer != WEIGHT for ref in graph.outputs):
        raise SizingError(say("rules.no_output"))
    return Graph(tuple(layer.sized() for layer in layers), tuple(shapes), graph.outputs)


class _Layer:
    """A layer while its calls are sized one after the other.

    `before` are its own sizes, without those of bodies, as the edit states them.
    """

    def __init__(self, layer: Layer, edit: _Edit) -> None:
        self.was = layer
        self.config = edit.config(layer)
        self.edit = edit
        self.calls = list(layer.calls)
        self.parameters: tuple[Parameter, ...] | None = None

    def sized(self) -> Layer:
        parameters = self.before.parameters if self.parameters is None else self.parameters
        return self.before.changed(config=self.config, parameters=parameters,
                       calls=tuple(self.calls))  # fmt: skip

    @cached_property
    def before(self) -> Layer:
        own = tuple(call.changed(macs=_own_cost(call)) for call in self.was.calls)
        return self.edit.restate(self.was.changed(calls=own))

    def weight(self, index: int, place: int) -> Shape | None:
        """An input that is a weight of the layer around, which is as large as it was."""
        return self.before.calls[index].input_shapes[place]

    def size(self, index: int, shapes: Entering) -> Sequence[Shape | None]:
        """Size one call and return the shapes that leave."""
        call = self.was.calls[index]
        if call.body is not None:
            self.calls[index] = self._inside(index, call.body, shapes)
        elif not self.edit.anew and call.input_shapes == shapes and self.config == self.was.config:
            self._settle(self.was.parameters)
        elif self.was.unknown is None and is_determined(self.was):
            self.calls[index] = self._by_rule(index, shapes)
        else:
            self.calls[index] = self._as_before(index, shapes)
        return self.calls[index].output_shapes

    def _inside(self, index: int, body: Graph, shapes: Entering) -> Call:
        before = self.before
        own = before.calls[index].macs
        if before.parameters or own != 0 or self.config != before.config:
            self._as_before(index, shapes)
        sized = _size_graph(body, shapes, self.edit)
        leave = zip(sized.outputs, before.calls[index].output_shapes, strict=True)
        outputs = tuple(was if ref.layer == WEIGHT else _output(sized, ref) for ref, was in leave)
        macs = add_known([own, _cost(sized)])
        return self.was.calls[index].changed(
            input_shapes=shapes,
            output_shapes=outputs,
            macs=macs,
            body=sized,
        )

    def _by_rule(self, index: int, shapes: Entering) -> Call:
        call = self.was.calls[index]
        layer = self.was.changed(config={**self.config, **call.options})
        sizing = size_layer(layer, shapes[: len(shapes) - call.beside])
        if layer.kind == "InputLayer" and not _admits(layer, shapes):
            raise _unsizable(layer, shapes)
        self._settle(_inherit(self.was, sizing.parameters, same=self.config == self.was.config))
        number = 1 if call.samples == 1 else self.before.calls[index].samples
        macs = times(sizing.macs, number)
        return call.changed(
            input_shapes=shapes, output_shapes=sizing.outputs, macs=macs, samples=number
        )

    def _as_before(self, index: int, shapes: Entering) -> Call:
        """The call as it was, for what no rule can size."""
        before = self.before
        call = before.calls[index]
        if call.input_shapes != shapes or before.config != self.config:
            raise _unsizable(self.was, shapes)
        self._settle(before.parameters)
        return call

    def _settle(self, parameters: tuple[Parameter, ...]) -> None:
        """Keep what the first call builds; every further call has to fit it."""
        if self.parameters is None:
            self.parameters = parameters
        elif not fit(self.parameters, parameters):
            raise _error(self.was, say("rules.calls_differ", kind=self.was.kind))


def _inherit(was: Layer, new: tuple[Parameter, ...], *, same: bool) -> tuple[Parameter, ...]:
    """New shapes for parameters that are otherwise as the source has them."""
    old = {parameter.name: parameter for parameter in was.parameters}
    dtypes = {parameter.dtype for parameter in was.parameters}
    common = dtypes.pop() if len(dtypes) == 1 else None
    inherited = []
    for parameter in new:
        before = old.get(parameter.name)
        if before is None:
            inherited.append(parameter.changed(dtype=common or parameter.dtype))
        else:
            trainable = before.trainable if same else parameter.trainable
            inherited.append(
                parameter.changed(
                    dtype=before.dtype,
                    trainable=trainable,
                    tied=before.tied or parameter.tied,
                )
            )
    return tuple(inherited)


def fit(first: Sequence[Parameter], second: Sequence[Parameter]) -> bool:
    """Whether two calls can use the same parameters."""
    return len(first) == len(second) and not any(
        _clash(one.shape, other.shape) for one, other in zip(first, second, strict=True)
    )


def _clash(one: Shape, other: Shape) -> bool:
    """Whether two shapes are certainly different; an open dimension fits any."""
    return len(one) != len(other) or any(differ(*pair) for pair in zip(one, other, strict=True))


def _unsizable(layer: Layer, shapes: Shapes) -> SizingError:
    return _error(layer, say("rules.unsizable", kind=layer.kind, shapes=text(tuple(shapes))))


def _error(layer: Layer, what: str) -> SizingError:
    return SizingError(f"{layer.name}: {what}", line=layer.line)


def check_shared(graph: Graph) -> None:
    """What is one tensor has to have one shape, wherever and however often it is used.

    Raises SizingError.
    """
    shapes: dict[object, Shape] = {}
    for path, layer in _inner(graph, ""):
        for parameter in layer.parameters:
            keys: list[object] = [(path, parameter.name)]
            if parameter.tied is not None:
                keys.append(parameter.tied)
            if layer.identity is not None:
                keys.append((layer.identity, parameter.name))
            if any(
                _clash(parameter.shape, shapes.setdefault(key, parameter.shape)) for key in keys
            ):
                raise _error(layer, say("rules.tied", name=parameter.name))


def _inner(graph: Graph, parent: str) -> Iterator[tuple[str, Layer]]:
    """Every layer with its path, once for each call of what it is inside."""
    for layer in graph.layers:
        path = f"{parent}{layer.name}"
        yield path, layer
        for call in layer.calls:
            if call.body is not None:
                yield from _inner(call.body, f"{path}/")
        yield from _inner(Graph(layer.held), f"{path}/")


def _output(graph: Graph, ref: Ref) -> Shape | None:
    if ref.layer == -1:
        return graph.input_shapes[ref.output]
    return graph.layers[ref.layer].calls[ref.call].output_shapes[ref.output]


def _cost(graph: Graph) -> Dim | None:
    return add_known(call.macs for layer in graph.layers for call in layer.calls)


def _own_cost(call: Call) -> Dim | None:
    """What a call costs besides its body; nothing where both are open."""
    if call.body is None:
        return call.macs
    inside = _cost(call.body)
    if call.macs is None or inside is None:
        return None if inside != call.macs else 0
    return call.macs - inside
