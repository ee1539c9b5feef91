"""What looks like a mistake in a network: only what is one in nearly all cases.

Each finding is a note of level `warning`, with the line of the layer that it is about. Layers
that one line of the source makes share a note.
"""

from __future__ import annotations

import re

from sizeup.network import Note, inside
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sizeup.network import Call, Graph, Layer, Network, Ref, Row, Shape

    Found = tuple[Layer, str]

IMAGE = 4
"""The rank of a batch of images."""
SMALLEST_SIDE = 8
"""Sides of images are taken for such from here on."""
ELEMENTWISE = frozenset({
    "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Dropout", "GaussianNoise", "Identity",
    "BatchNormalization", "ActivityRegularization", "InputLayer", "Rescaling", "ops.elementwise",
})  # fmt: skip
"""Kinds that leave the order of the axes as it is."""


def warnings(network: Network, table: Sequence[Row]) -> Iterator[Note]:
    """The notes on a network whose rows are `table`."""
    found: list[Found] = [
        entry
        for graph, kind in _graphs(network)
        for check in (*CHECKS, *CHECKS_OF.get(kind, ()))
        for entry in check(graph)
    ]
    if not network.unknown and not any(row.layer.unknown for row in table):
        found += _unused_inputs(network)
    found += _first_axis(network.graph)
    found += _maps_leave(network)
    found += ((row.layer, say("lint.untracked")) for row in _untracked(table))
    grouped: dict[tuple[int | None, str], list[str]] = {}
    for layer, text in found:
        names = grouped.setdefault((layer.line, text), [])
        if layer.name not in names:
            names.append(layer.name)
    for (line, text), names in grouped.items():
        more = say("lint.more", count=len(names) - 1) if len(names) > 1 else ""
        yield Note("warning", f"{names[0]}{more}: {text}", line)


def _untracked(table: Sequence[Row]) -> Iterator[Row]:
    """What owns parameters that Keras does not know of; what `super().call` stands for does not."""
    owners = {row.path: {(p.name, p.shape) for p in row.layer.parameters or ()} for row in table}
    for row in table:
        own = {(p.name, p.shape) for p in row.layer.parameters or ()}
        if own and not row.layer.tracked and not own <= owners.get(row.parent or "", set()):
            yield row


def _graphs(network: Network) -> Iterator[tuple[Graph, str]]:
    """The network's graph and all inside of it, one for every layer that is made of layers."""
    yield network.graph, network.kind
    pending = list(network.graph.layers)
    while pending:
        layer = pending.pop()
        body = next((call.body for call in layer.calls if call.body is not None), None)
        if body is not None:
            yield body, layer.kind
            pending.extend(body.layers)
        else:
            pending.extend(inside(layer))


def _single_softmax(graph: Graph) -> Iterator[Found]:
    """A softmax over one element is 1, whatever enters."""
    for layer, call in _calls(graph):
        shape = call.output_shapes[0]
        if _is_softmax(layer) and shape and shape[-1] == 1 and len(shape) > 1:
            yield layer, say("lint.single_softmax")


def _double_softmax(graph: Graph) -> Iterator[Found]:
    for layer, call in _calls(graph):
        if layer.kind in ("Activation", "Softmax") and _is_softmax(layer) and call.inputs:
            before = _source(graph, call.inputs[0])
            if before is not None and _is_softmax(before[0]):
                yield layer, say("lint.double_softmax", name=before[0].name)


def _is_softmax(layer: Layer) -> bool:
    """Whether a layer ends in a softmax over the last axis."""
    config = layer.config
    if layer.kind == "Softmax":
        return bool(config.get("axis", -1) == -1)
    last = layer.kind in ("Dense", "Activation") or config.get("data_format") == "channels_last"
    return last and config.get("activation") == "softmax"


def _normalized_axis(graph: Graph) -> Iterator[Found]:
    """A normalization of another axis than that of the channels of the convolution before it."""
    for layer, call in _calls(graph):
        shape = call.input_shapes[0] if call.input_shapes else None
        if layer.kind != "BatchNormalization" or shape is None or len(shape) != IMAGE:
            continue
        axis = layer.config.get("axis", -1)
        data_format = _format_before(graph, call)
        if data_format is None or not isinstance(axis, int):
            continue
        channels = 1 if data_format == "channels_first" else IMAGE - 1
        if axis % IMAGE != channels:
            yield layer, say("lint.axis", axis=axis, order=data_format, channels=channels)


def _format_before(graph: Graph, call: Call) -> str | None:
    """The channel order of what enters, as the last layer says that has one."""
    while call.inputs:
        before = _source(graph, call.inputs[0])
        if before is None:
            return None
        layer, call = before
        found = layer.config.get("data_format")
        if isinstance(found, str):
            return found
        if layer.kind not in ELEMENTWISE:
            return None
    return None


def _repeated(graph: Graph) -> Iterator[Found]:
    """One BatchNormalization that is used again on what it has normalized itself."""
    for layer in graph.layers:
        if layer.kind == "BatchNormalization" and _in_series(graph, layer):
            yield layer, say("lint.repeated", count=len(layer.calls))


def _added_again(graph: Graph) -> Iterator[Found]:
    """One layer with weights that is added to a chain more than once."""
    for layer in graph.layers:
        if layer.kind != "BatchNormalization" and _owns(layer) and _in_series(graph, layer):
            yield layer, say("lint.shared", count=len(layer.calls))


def _applied_again(graph: Graph) -> Iterator[Found]:
    """The same, drawn as a graph: there loops may be meant unless nothing stands in between."""
    for layer, text in _added_again(graph):
        if any(_behind_elementwise(graph, call) is layer for call in layer.calls):
            yield layer, text


def _in_series(graph: Graph, layer: Layer) -> bool:
    several = len(layer.calls) > 1
    return several and any(_reaches(graph, call, layer) for call in layer.calls)


def _owns(layer: Layer) -> bool:
    return bool(layer.parameters) or any(map(_owns, inside(layer)))


def _behind_elementwise(graph: Graph, call: Call) -> Layer | None:
    """The layer before a call, without those that leave the order of the axes as it is."""
    while call.inputs:
        before = _source(graph, call.inputs[0])
        if before is None or before[0].kind not in ELEMENTWISE:
            return None if before is None else before[0]
        call = before[1]
    return None


def _reaches(graph: Graph, call: Call, layer: Layer) -> bool:
    """Whether the output of a layer is somewhere before a call."""
    pending, seen = list(call.inputs), set()
    while pending:
        ref = pending.pop()
        if ref in seen or ref.layer < 0:
            continue
        seen.add(ref)
        before = graph.layers[ref.layer]
        if before is layer:
            return True
        pending.extend(before.calls[ref.call].inputs)
    return False


def _same_names(graph: Graph) -> Iterator[Found]:
    """Keras refuses two layers of one name in a model."""
    for layer in graph.layers:
        repeated = REPEATED.fullmatch(layer.name)
        if repeated:
            yield layer, say("lint.name", name=repeated[1])


REPEATED = re.compile(r"(.+)#\d+")
"""How names that occur twice are told apart."""


CHECKS: tuple[Callable[[Graph], Iterable[Found]], ...] = (
    _single_softmax, _double_softmax, _normalized_axis, _repeated,
)  # fmt: skip
CHECKS_OF: dict[str, tuple[Callable[[Graph], Iterable[Found]], ...]] = {
    "Functional": (_same_names, _applied_again), "Sequential": (_same_names, _added_again),
}  # fmt: skip
"""The checks of what is put together layer by layer, where layers are named apart."""


def _unused_inputs(network: Network) -> Iterator[Found]:
    for graph, kind in _graphs(network):
        used = {ref.layer for _, call in _calls(graph) for ref in call.inputs}
        used |= {ref.layer for ref in graph.outputs}
        for number, layer in enumerate(graph.layers if kind in CHECKS_OF else ()):
            if layer.kind == "InputLayer" and number not in used:
                yield layer, say("lint.unused_input")


def _first_axis(graph: Graph) -> Iterator[Found]:
    """Images whose channels stand where the first layer reads their rows or columns."""
    for layer, call in _calls(graph):
        order = layer.config.get("data_format")
        shape = call.input_shapes[0] if call.input_shapes else None
        if order is None or shape is None or len(shape) != IMAGE or not _enters(graph, call):
            continue
        other, sides = (shape[1], shape[2:]) if order == "channels_last" else (shape[3], shape[1:3])
        if other in (1, 3) and _are_sides(sides):
            yield layer, say("lint.order", shape=_said(shape), order=order, channels=other,
                             seen=shape[-1] if order == "channels_last" else shape[1])  # fmt: skip


def _enters(graph: Graph, call: Call) -> bool:
    """Whether a call is given what enters the graph, as it is."""
    while call.inputs:
        before = _source(graph, call.inputs[0])
        if before is None:
            return call.inputs[0].layer == -1
        if before[0].kind not in ELEMENTWISE:
            return False
        call = before[1]
    return False


def _are_sides(sides: Sequence[object]) -> bool:
    first, second = sides
    return first == second and isinstance(first, int) and first >= SMALLEST_SIDE


def _maps_leave(network: Network) -> Iterator[Found]:
    """A Dense for classes that is applied at each place of a map smaller than the image."""
    graph = network.graph
    for ref in graph.outputs:
        end = _source(graph, ref)
        if end is not None and end[0].kind in ("Activation", "Softmax") and end[1].inputs:
            end = _source(graph, end[1].inputs[0])
        if end is None or end[0].kind != "Dense" or not graph.input_shapes:
            continue
        image, leaves = graph.input_shapes[0], end[1].output_shapes[0]
        if image is None or leaves is None or len(leaves) != len(image):
            continue
        if _is_image(image) and _is_flat(graph, end[1]):
            yield end[0], say("lint.unflattened", shape=_said(leaves), places=_said(leaves[:-1]))
        elif len(image) == IMAGE and any(
            _is_less(out, side) for out, side in zip(leaves[1:3], image[1:3], strict=True)
        ):
            yield end[0], say("lint.maps", shape=_said(leaves), places=_said(leaves[:-1]))


def _is_image(shape: Shape) -> bool:
    """Whether a shape is that of images: with channels, or square without."""
    return len(shape) in (IMAGE - 1, IMAGE) and _are_sides(shape[1:3])


def _is_flat(graph: Graph, call: Call) -> bool:
    """Whether only layers that look at one place at a time stand between the input and a call."""
    while call.inputs:
        before = _source(graph, call.inputs[0])
        if before is None:
            return True
        layer, call = before
        if layer.kind not in ELEMENTWISE | {"Dense"}:
            return False
    return True


def _is_less(out: object, side: object) -> bool:
    return isinstance(out, int) and isinstance(side, int) and 1 < out < side


def _calls(graph: Graph) -> Iterator[tuple[Layer, Call]]:
    return ((layer, call) for layer in graph.layers for call in layer.calls)


def _source(graph: Graph, ref: Ref) -> tuple[Layer, Call] | None:
    """The layer, and its call, that a tensor comes from."""
    if ref.layer < 0:
        return None
    layer = graph.layers[ref.layer]
    return layer, layer.calls[ref.call]


def _said(shape: Shape) -> str:
    return "×".join("?" if dim is None else str(dim) for dim in shape[1:])
