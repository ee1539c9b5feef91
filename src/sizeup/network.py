"""The one core structure: a network as frozen, framework-free data.

A `Network` is a named `Graph`. A graph holds layers in the order in which Keras lists them,
and every layer its calls; a call says which tensors enter and what leaves. A layer that is
itself made of layers (a nested model, a subclassed layer) holds, per call, the graph inside.
Dimensions are integers or expressions over free symbols; `None` is a dimension that is open
by design (the batch, the length of a sequence).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType

from sizeup.dims import Dim, product, total
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Shape = tuple[Dim | None, ...]
"""Dimensions with the batch first: `(None, 28, 28, 1)`."""

WEIGHT = -2
"""The layer of a `Ref` to a tensor that no call gives."""

BYTES = {"float64": 8, "int64": 8, "uint64": 8, "float16": 2, "bfloat16": 2, "int16": 2,
         "uint16": 2, "int8": 1, "uint8": 1, "bool": 1}  # fmt: skip
"""Bytes of an element where they are not 4."""


class Span(Record):
    """A place in the original text; lines count from 1, columns from 0."""

    line: int
    column: int = 0
    end_line: int | None = None
    end_column: int | None = None
    file: str | None = None


class Unknown(Record):
    """Something that was not understood: why, and where."""

    reason: str
    line: int | None = None


class Note(Record):
    """A remark on a network; `level` is repaired, assumed, warning or unknown."""

    level: str
    text: str
    line: int | None = None


class Free(Record):
    """A hyperparameter that the source leaves open.

    `name` is the symbol, `expression` how the source writes it (`x_train.shape[1]`).
    """

    name: str
    expression: str
    line: int | None
    why: str


class Parameter(Record):
    """A named tensor that a layer owns. Its count is the product of its shape.

    `tied` names the tensor where several layers own the same one, by a name or as the
    (identity, name) of the layer that owns it first hand. `parts` is how many equal parts its
    last axis holds side by side, as the gates of an LSTM. What is not `shaped` stands for all tensors of a
    layer where only the number of their scalars is known, as an axis of so many. Where the
    source does not tell whether it is trainable, it is not `told`.
    """

    name: str
    shape: tuple[Dim, ...]
    dtype: str = "float32"
    trainable: bool = True
    tied: str | tuple[int, str] | None = None
    parts: int = 1
    shaped: bool = True
    told: bool = True

    @property
    def count(self) -> Dim:
        """Scalars in it."""
        return product(self.shape)


class Ref(Record):
    """A tensor inside a graph: output `output` of call `call` of layer number `layer`.

    `layer` −1 is the graph itself: `output` is then the number of the graph's input. `WEIGHT` is
    outside of it: parameter number `output` of the layer that the graph is inside of, counted from
    1, or for 0 a weight or a constant of which no more is known.
    """

    layer: int
    call: int = 0
    output: int = 0


class Call(Record):
    """One application of a layer: shapes with the batch first, MACs for one sample.

    `macs` is None where they depend on a dimension that is open by design. The last `beside` of
    the inputs are those that no size depends on: masks, states; `keywords` are the arguments by
    which they enter, as far as told: plain data with a `Slot` for each tensor, and whether it is trained
    where the source says so (`training`). `options` are the
    arguments that sizes depend on (`return_attention_scores`), where they are not the defaults.
    `traced` is what the function of a Lambda does, where that is known; nothing in it is listed.
    `samples` is how many rows of the open first dimension belong to one sample (windows of an
    image that were put into the batch), None where that is not known: MACs are those of all.
    """

    inputs: tuple[Ref, ...]
    input_shapes: tuple[Shape | None, ...]
    output_shapes: tuple[Shape | None, ...]
    macs: Dim | None = 0
    body: Graph | None = None
    beside: int = 0
    keywords: Mapping[str, Any] = MappingProxyType({})
    options: Mapping[str, Any] = MappingProxyType({})
    samples: Dim | None = 1
    traced: Graph | None = None


class Slot(Record):
    """The tensor that enters a call at a place."""

    place: int


def slots_in(value: Any) -> list[Slot]:
    """The slots in an argument, however nested."""
    if isinstance(value, tuple):
        return [slot for each in value for slot in slots_in(each)]
    return [value] if isinstance(value, Slot) else []


class Written(Record):
    """How the source writes an operation: `ops.mean`, `K.clip`, `tf.concat`, or an operator's sign.

    Among the arguments, which are plain data else, a `Slot` stands for each tensor. `made` says of
    tensors that no call gives, by their places, what of the source makes them, but for their shape.
    """

    function: str
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = MappingProxyType({})
    made: Mapping[int, Written] = MappingProxyType({})


class Layer(Record):
    """A layer with its configuration in Keras 3's spelling, its parameters and its calls.

    `identity` is equal for two entries that are the same object in the source (a layer used
    both inside a nested model and beside it); its parameters are then counted once.
    `trainable` is the layer's own flag; a frozen parent freezes its children besides.
    `unknown` says why its parameters or its output cannot be known. The layers that a wrapper
    or an RNN is made with stand as layers in its `config`.
    `held` are layers inside it that none of its calls reaches: they count and cost nothing.
    What is not `tracked` counts nothing: Keras does not know that the network has it.
    A `partial` configuration is all that is known: what it leaves out may be other than the
    default. `written` is how the source writes what is an operation and no layer. `perhaps` are the
    parameters that the layer may have where it is not known which, plainest first; `parameters` is
    then one that is not shaped. `base` is the kind of Keras' whose call a class of the source's own
    inherits as it is.
    """

    name: str
    kind: str
    config: Mapping[str, Any] = MappingProxyType({})
    parameters: tuple[Parameter, ...] = ()
    calls: tuple[Call, ...] = ()
    trainable: bool = True
    line: int | None = None
    identity: int | None = None
    unknown: Unknown | None = None
    held: tuple[Layer, ...] = ()
    tracked: bool = True
    partial: bool = False
    perhaps: tuple[tuple[Parameter, ...], ...] = ()
    written: Written | None = None
    base: str | None = None

    @property
    def rule(self) -> str:
        """The kind of Keras' that says what a call of it does."""
        return self.base or self.kind


class Graph(Record):
    """Layers in Keras' order, the shapes that enter, and the tensors that leave."""

    layers: tuple[Layer, ...]
    input_shapes: tuple[Shape | None, ...] = ()
    outputs: tuple[Ref, ...] = ()


class Network(Record):
    """A network, where it came from, and what was remarked on the way.

    `kind` is `Sequential`, `Functional` or the name of the class that it is an instance of;
    `aliases` are further names that the source gives it. `error` is set where the network
    cannot exist (Keras would raise); `graph` then holds the layers before the error.
    Where the source says of all layers together what it does not say of each, `total` are its
    parameters and `trained` the trainable ones; `most` bounds them where it contradicts itself.
    `weights` is the file that the source loads into it. `demands` are conditions on what is free
    that the source checks, and raises where they fail.
    """

    name: str
    graph: Graph
    kind: str = "Functional"
    source: str = "-"
    reader: str = ""
    when: str | None = None
    trainable: bool = True
    free: tuple[Free, ...] = ()
    notes: tuple[Note, ...] = ()
    aliases: tuple[str, ...] = ()
    error: str | None = None
    error_line: int | None = None
    line: int | None = None
    unknown: tuple[Unknown, ...] = ()
    total: int | None = None
    most: int | None = None
    trained: int | None = None
    demands: tuple[str, ...] = ()
    weights: str | None = None

    def to_keras(self) -> Any:
        """The live model of Keras 3, its weights drawn anew, its layers named as here.

        The backend is that of Keras' own settings. Raises PortError where something is free or
        not known, or Keras 3 cannot build it.
        """
        return _BUILDERS[0](self)


_BUILDERS: list[Callable[[Network], Any]] = []


def build_with(builder: Callable[[Network], Any]) -> None:
    """Let `builder(network)` make live models."""
    _BUILDERS[:] = [builder]


class Row(Record):
    """A layer as a table lists it: its path, its parent's, and what it counts for.

    `parameters` and `trainable` are scalars, a parent's include its children's; what an
    earlier row owns already is left out and `shared_with` names that row; `trainable` is None
    where the source does not tell.
    `weights` are the parameters that the layer itself owns, with the trainable flag that they
    have in this network; `own` is the part of them that this row counts. `macs` are those of
    all calls, for one sample.
    """

    path: str
    parent: str | None
    depth: int
    layer: Layer
    weights: tuple[Parameter, ...]
    own: tuple[Parameter, ...]
    parameters: Dim
    trainable: Dim | None
    macs: Dim | None
    shared_with: str | None


def rows(network: Network) -> tuple[Row, ...]:
    """All layers of a network, parents before their children, each parameter counted once.

    One that several layers own is trained where one of them trains it.
    """
    seen = _Seen(set())
    table = tuple(_rows(network.graph, None, 0, network.trainable, seen))
    if not seen.trained & seen.frozen:
        return table
    return tuple(_rows(network.graph, None, 0, network.trainable, _Seen(seen.trained)))


class _Seen:
    """Tensors that rows own: by whom first, and which of them some row trains, some does not."""

    __slots__ = ("first", "frozen", "trained")

    def __init__(self, trained: set[object]) -> None:
        self.first: dict[object, str] = {}
        self.frozen: set[object] = set()
        self.trained = trained

    def flagged(self, layer: Layer, parameter: Parameter, active: bool) -> Parameter:
        """A parameter as the rows so far train it."""
        key, flag = tensor_key(layer, parameter), parameter.trainable and active
        if key is not None:
            (self.trained if flag else self.frozen).add(key)
            flag = key in self.trained
        return parameter if flag == parameter.trainable else parameter.changed(trainable=flag)


def _rows(
    graph: Graph, parent: str | None, depth: int, trainable: bool, seen: _Seen
) -> Iterator[Row]:
    for layer in graph.layers:
        path = f"{parent}/{layer.name}" if parent else layer.name
        active = trainable and layer.trainable
        owned = layer.parameters if layer.tracked else ()
        weights = tuple(seen.flagged(layer, parameter, active) for parameter in owned)
        own, shared_with = [], None
        for parameter in weights:
            key = tensor_key(layer, parameter)
            if key is not None and seen.first.setdefault(key, path) != path:
                shared_with = shared_with or seen.first[key]
            else:
                own.append(parameter)
        children = tuple(_rows(Graph(inside(layer)), path, depth + 1, active, seen))
        below = [row for row in children if row.parent == path]
        yield Row(
            path=path,
            parent=parent,
            depth=depth,
            layer=layer,
            weights=weights,
            own=tuple(own),
            parameters=total([*(p.count for p in own), *(row.parameters for row in below)]),
            trainable=add_known([*map(trained, own), *(row.trainable for row in below)]),
            macs=add_known(call.macs for call in layer.calls),
            shared_with=shared_with,
        )
        yield from children


def trained(parameter: Parameter) -> Dim | None:
    """How many of its scalars are updated by the optimizer, None where the source does not tell."""
    if not parameter.told:
        return None
    return parameter.count if parameter.trainable else 0


def total_of(network: Network) -> int:
    """The sum of all counts that are numbers."""
    counts = (p.count for row in rows(network) for p in row.own)
    return sum(count for count in counts if isinstance(count, int))


def add_known(dims: Iterable[Dim | None]) -> Dim | None:
    """The sum, or None where any summand is open."""
    known = []
    for dim in dims:
        if dim is None:
            return None
        known.append(dim)
    return total(known)


def times(cost: Dim | None, number: Dim | None) -> Dim | None:
    """A cost any number of times; what costs nothing costs nothing however often."""
    if cost is None or cost == 0:
        return cost
    return None if number is None else cost * number


def tensor_key(layer: Layer, parameter: Parameter) -> str | tuple[int, str] | None:
    """What makes two tensors the same one; None where nothing can."""
    if parameter.tied is not None:
        return parameter.tied
    return None if layer.identity is None else (layer.identity, parameter.name)


def inside(layer: Layer) -> tuple[Layer, ...]:
    """The layers inside a layer: every one once, with the calls that it has in all bodies."""
    merged: dict[str, Layer] = {}
    bodies = (call.body.layers for call in layer.calls if call.body)
    for inner in chain(*bodies, layer.held):
        first = merged.get(inner.name)
        if first is not None:
            inner = _both(first, inner)  # noqa: PLW2901
        merged[inner.name] = inner
    return tuple(merged.values())


def _both(first: Layer, second: Layer) -> Layer:
    """A layer that one call of the layer around may reach and another not."""
    parameters = first.parameters or second.parameters
    calls, held = first.calls + second.calls, first.held or second.held
    return first.changed(parameters=parameters, calls=calls, held=held)


def held_layers(value: object) -> Iterator[Layer]:
    """The layers in a configuration or in a part of one, not those that they hold themselves."""
    if isinstance(value, Layer):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from held_layers(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from held_layers(item)


def map_held(value: Any, change: Callable[[Layer], Layer]) -> Any:
    """A configuration, or a part of one, with each layer that it holds changed."""
    if isinstance(value, Layer):
        return change(value)
    if isinstance(value, tuple | list):
        return type(value)(map_held(item, change) for item in value)
    if isinstance(value, Mapping):
        return {key: map_held(item, change) for key, item in value.items()}
    return value


def map_bodies(layer: Layer, change: Callable[[Graph], Graph]) -> Layer:
    """A layer with the graph inside of each call changed."""
    calls = [c.changed(body=change(c.body)) if c.body else c for c in layer.calls]
    return layer.changed(calls=tuple(calls))


def renumbered(layer: Layer, number: Callable[[int], int]) -> Layer:
    """A layer with other identities: its own, and those of all that it holds and is made of."""

    def anew(inner: Layer) -> Layer:
        return renumbered(inner, number)

    identity = None if layer.identity is None else number(layer.identity)
    parameters = tuple(
        p.changed(tied=(number(p.tied[0]), p.tied[1])) if isinstance(p.tied, tuple) else p
        for p in layer.parameters
    )
    layer = layer.changed(
        identity=identity,
        parameters=parameters,
        config=map_held(layer.config, anew),
        held=tuple(map(anew, layer.held)),
    )
    return map_bodies(layer, lambda graph: graph.changed(layers=tuple(map(anew, graph.layers))))
