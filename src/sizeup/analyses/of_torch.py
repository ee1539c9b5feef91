"""What torchinfo and torchsummary print of a network, in Keras' words, beside one of Keras.

Their tables list modules: kinds of PyTorch, channels first, neither settings nor wires, and
nothing of what `forward` does by a function. What they do say (kinds in sequence, what leaves a
module, how many parameters it has) is held against the layers of the other network; what they
leave unsaid is taken from it wherever it gives just that.
"""

from __future__ import annotations

from itertools import pairwise

from sizeup.analyses.align import sequence
from sizeup.analyses.likeness import WIDTHS
from sizeup.analyses.stages import SHAPELESS
from sizeup.analyses.torch_kinds import FIRST, MAPS, as_layer
from sizeup.analyses.variants import closest
from sizeup.dims import total
from sizeup.errors import SizingError
from sizeup.network import Call, Graph, Network, Ref
from sizeup.rules.graphs import resize
from sizeup.rules.registry import HOMES, find_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Layer, Shape

    Shapes = tuple[Shape | None, ...]

FUNCTIONS = frozenset({"activations"})
WHOLE, SAME_SHAPE, SAME_COUNT, ALIKE, EMPTY = 100, 30, 25, 20, 10
"""What a match is worth: by count and shape, by one of them, by kind alone; of what owns nothing."""


def as_keras(printed: Graph, code: Graph) -> Graph:
    """The printed flat graph as one of Keras, as far as the other one can be what it shows.

    It owns what the table says; where the two cannot be brought together, it is as it was, and so
    it is beside a network of which it is not known what enters its layers.
    """
    if not all(call.inputs for layer in code.layers for call in layer.calls):
        return printed
    made = _Made(printed, code).graph()
    known = all(None not in call.output_shapes for layer in made.layers for call in layer.calls)
    return made if known and _owned(made.layers) == _owned(printed.layers) else printed


class _Made:
    """The layers of the other network, with what a table says of them, and what it has besides."""

    def __init__(self, printed: Graph, code: Graph) -> None:
        self.code = code
        first = any(layer.config.get("data_format") == FIRST for layer in code.layers)
        self.modules = [as_layer(layer, first=first) for layer in printed.layers]
        self.partner = _matched(self.modules, code.layers)
        self.layers: list[Layer] = []
        self.shapes: dict[Ref, Shape | None] = {}
        self.now: dict[Ref, Ref] = {}
        """What carries on what a tensor of the other network does."""
        self.lacking: set[int] = set()
        """The layers of the other network that are not here."""

    def graph(self) -> Graph:
        inputs = self._inputs()
        for number, shape in enumerate(inputs):
            self.shapes[Ref(-1, 0, number)] = shape
        behind = self._behind()
        self._insert(Ref(-1), behind.get(-1, ()))
        module = {j: self.modules[i] for i, j in self.partner.items()}
        for j, layer in enumerate(self.code.layers):
            self._take(j, layer, module.get(j))
            self._insert(Ref(j), behind.get(j, ()))
        outputs = tuple(map(self._ref, self.code.outputs))
        return Graph(tuple(self.layers), inputs, outputs)

    def _behind(self) -> dict[int, list[Layer]]:
        """The modules without a counterpart, by the layer that they follow."""
        found: dict[int, list[Layer]] = {}
        last = -1
        for i, module in enumerate(self.modules):
            if i in self.partner:
                last = self.partner[i]
            elif module.parameters or HOMES.get(module.kind) not in FUNCTIONS:
                found.setdefault(last, []).append(module)
        return found

    def _inputs(self) -> Shapes:
        """What enters: as in the other network, unless the first layer shows another image."""
        shapes = self.code.input_shapes
        first = next((pair for pair in sorted(self.partner.items())), None)
        if first is None or len(shapes) != 1 or shapes[0] is None:
            return shapes
        module, like = self.modules[first[0]], self.code.layers[first[1]]
        if like.calls[0].inputs != (Ref(-1),):
            return shapes
        fitting = (
            (shape,)
            for shape in _images(shapes[0], module, like)
            if _fitted(module, like, like.calls[0], (shape,)) is not None
        )
        return next(fitting, shapes)

    def _ref(self, ref: Ref) -> Ref:
        return self.now.get(ref, ref)

    def _take(self, j: int, layer: Layer, module: Layer | None) -> None:
        """A layer of the other network, as the table has it; one that it lacks is passed by."""
        entering = tuple(self._ref(ref) for ref in layer.calls[0].inputs) if layer.calls else ()
        call = layer.calls[0].changed(inputs=entering) if layer.calls else None
        shapes = tuple(self.shapes.get(ref) for ref in entering)
        made = None
        if call is not None and module is not None:
            made = _fitted(module, layer, call, shapes) or _as_printed(module, call, shapes)
        elif call is not None and not layer.parameters and self._may_be_unsaid(layer):
            made = _sized(layer.changed(identity=None), call, shapes)
        if made is None:
            self.lacking.add(j)
            for number, _ in enumerate(layer.calls):
                self.now[Ref(j, number)] = entering[0] if entering else Ref(-1)
            return
        self._add(made, Ref(j))

    def _may_be_unsaid(self, layer: Layer) -> bool:
        """Whether `forward` may do without a module what a layer does.

        It does not where it has modules for poolings, or has not what the layer follows.
        """
        if layer.kind in SHAPELESS and layer.calls[0].inputs[0].layer in self.lacking:
            return False
        homes = {HOMES.get(module.kind) for module in self.modules}
        return HOMES.get(layer.kind) != "pooling" or "pooling" not in homes

    def _insert(self, ref: Ref, modules: Sequence[Layer]) -> None:
        """Modules that the other network lacks, one behind the other."""
        for module in modules:
            source = self._ref(ref)
            entering = (self.shapes.get(source),)
            output = module.calls[0].output_shapes[0] if module.calls else None
            idle = not module.parameters and module.kind not in SHAPELESS
            if output is None or (idle and _batchless(output) == _batchless(entering[0])):
                continue
            call = Call((source,), entering, (output,))
            self._add(_as_printed(module, call, entering), ref)

    def _add(self, layer: Layer, ref: Ref) -> None:
        place = Ref(len(self.layers))
        self.layers.append(layer)
        for number, shape in enumerate(layer.calls[0].output_shapes):
            self.shapes[place.changed(output=number)] = shape
            self.now[ref.changed(output=number)] = place.changed(output=number)


def _matched(modules: Sequence[Layer], layers: Sequence[Layer]) -> dict[int, int]:
    """Which module is which layer.

    Those of one size and kind come first, in sequence, then what is left over of them, as branches
    may be listed in another order; last what stands between the same two and is of one kind.
    """
    worths = {
        (i, j): worth
        for i, module in enumerate(modules)
        for j, layer in enumerate(layers)
        if (worth := _worth(module, layer))
    }
    partner = _sequence(range(len(modules)), range(len(layers)),
                        {pair: worth for pair, worth in worths.items() if worth == WHOLE})  # fmt: skip
    gaps = [(-1, -1), *sorted(partner.items()), (len(modules), len(layers))]
    left = [i for i in range(len(modules)) if i not in partner]
    free = [j for j in range(len(layers)) if j not in partner.values()]
    for i in left:
        place = next((j for j in free if worths.get((i, j)) == WHOLE), None)
        if place is not None:
            partner[i] = place
            free.remove(place)
    for (i, j), (end, last) in pairwise(gaps):
        between = [n for n in left if i < n < end and n not in partner]
        partner |= _sequence(between, [n for n in free if j < n < last], worths)
    return partner


def _sequence(
    modules: Sequence[int], layers: Sequence[int], worths: Mapping[tuple[int, int], int]
) -> dict[int, int]:
    pairs = sequence(len(modules), len(layers),
                     lambda i, j: worths.get((modules[i], layers[j]), 0))  # fmt: skip
    return {modules[i]: layers[j] for i, j in pairs if i is not None and j is not None}


def _worth(module: Layer, layer: Layer) -> int:
    if len(layer.calls) != 1 or not module.calls:
        return 0
    gives = _gives(layer, layer.calls[0].output_shapes[0], module)
    if not layer.parameters and not module.parameters:
        alike = layer.kind == module.kind or (
            HOMES.get(layer.kind) == HOMES.get(module.kind) in FUNCTIONS
        )
        return EMPTY * (1 + gives) if alike else 0
    counts = _printed(layer) == _owned((module,))
    if layer.kind != module.kind and not (counts and gives and _related(layer, module)):
        return 0
    if counts:
        return WHOLE if gives else SAME_COUNT
    return SAME_SHAPE if gives else ALIKE


def _related(layer: Layer, module: Layer) -> bool:
    """Whether one module of PyTorch stands for several kinds of Keras: a convolution in groups."""
    return layer.kind.startswith("Depthwise") and module.kind.startswith("Conv")


def _printed(layer: Layer) -> Dim:
    """What PyTorch's tables would count of a layer of Keras."""
    return _owned((_as_counted(layer),))


def _as_counted(layer: Layer) -> Layer:
    """A layer without the statistics that PyTorch does not count, with the bias that it adds."""
    if layer.kind == "BatchNormalization":
        kept = tuple(p for p in layer.parameters if not p.name.startswith("moving_"))
        return layer.changed(parameters=kept, config={**layer.config, "statistics": False})
    biases = tuple(p for p in layer.parameters if p.name == "bias")
    if layer.kind in {"LSTM", "SimpleRNN"} and biases:
        more = tuple(p.changed(name="second_bias") for p in biases)
        config = {**layer.config, "second_bias": True}
        return layer.changed(parameters=(*layer.parameters, *more), config=config)
    return layer


def _gives(layer: Layer, shape: Shape | None, module: Layer) -> bool:
    """Whether what leaves a layer is what the table says, if it does; a sequence may be cut."""
    said = module.calls[0].output_shapes[0]
    if said is None:
        return True
    if HOMES.get(layer.kind) == "recurrent":
        return shape is not None and shape[-1] == said[-1]
    return _batchless(shape) == _batchless(said)


def _batchless(shape: Shape | None) -> Shape | None:
    return None if shape is None else shape[1:]


def _fitted(module: Layer, like: Layer, call: Call, shapes: Shapes) -> Layer | None:
    """The layer as its counterpart is, or else in one setting; None where that is not it."""
    config = {**like.config, **_own_settings(module, like, call, shapes)}
    return closest(like.kind, config, lambda each: _tried(module, like, each, call, shapes))


def _own_settings(module: Layer, like: Layer, call: Call, shapes: Shapes) -> dict[str, Any]:
    """What the table does say of the settings of a layer."""
    output, owned = module.calls[0].output_shapes[0], _owned((module,))
    if like.kind == "Embedding" and module.parameters and module.parameters[0].shaped:
        return dict(zip(("input_dim", "output_dim"), module.parameters[0].shape, strict=True))
    name = next((name for name in WIDTHS if name in like.config), None)
    if name is None:
        return {}
    if output is not None:
        return {name: _width(like, output)}
    sized = _sized(like, call, shapes)  # without shapes: parameters grow as the width does
    width, count = like.config[name], 0 if sized is None else _printed(sized)
    if not (isinstance(width, int) and isinstance(count, int) and isinstance(owned, int) and count):
        return {}
    found, rest = divmod(width * owned, count)
    return {} if rest or not found else {name: found}


def _tried(
    module: Layer, like: Layer, config: Mapping[str, Any], call: Call, shapes: Shapes
) -> Layer | None:
    named = like.changed(name=module.name, line=module.line, identity=None, config=config)
    sized = _sized(named, call, shapes)
    if sized is None or not _gives(sized, sized.calls[0].output_shapes[0], module):
        return None
    counted = _as_counted(sized)
    return counted if _owned((counted,)) == _owned((module,)) else None


def _sized(layer: Layer, call: Call, shapes: Shapes) -> Layer | None:
    if None in shapes:
        return None
    refs = tuple(Ref(-1, 0, number) for number in range(len(shapes)))
    tried = layer.changed(calls=(call.changed(inputs=refs, input_shapes=()),))
    try:
        (sized,) = resize(Network("", Graph((tried,), shapes))).graph.layers
    except SizingError:
        return None
    return sized.changed(calls=(sized.calls[0].changed(inputs=call.inputs),))


def _as_printed(module: Layer, call: Call, shapes: Shapes) -> Layer:
    """A layer of which no more is known than the table says."""
    outputs = module.calls[0].output_shapes
    made = Call(call.inputs, shapes, outputs, None if module.parameters else 0)
    output, config = outputs[0], dict(module.config)
    width = next((name for name in WIDTHS if name in _arguments(module.kind)), None)
    if width is not None and output is not None:
        config[width] = _width(module, output)
    return module.changed(calls=(made,), config=config, partial=True)


def _width(layer: Layer, shape: Shape) -> Dim | None:
    """How many units or channels a shape has that leaves a layer."""
    return shape[1 if layer.config.get("data_format") == FIRST else -1]


def _arguments(kind: str) -> Mapping[str, Any]:
    """The arguments of a kind of Keras'."""
    rule = find_rule(kind)
    return rule.arguments if rule else {}


def _images(shape: Shape, module: Layer, like: Layer) -> Iterator[Shape]:
    """What may enter the first layer: as in the other network, else larger or smaller images."""
    yield shape
    output, was = module.calls[0].output_shapes[0], like.calls[0].output_shapes[0]
    if output is None or was is None or not len(output) == len(was) == len(shape) > MAPS:
        return
    channel = 1 if like.config.get("data_format") == FIRST else len(shape) - 1
    strides = like.config.get("strides", 1)
    step = strides[0] if isinstance(strides, tuple) else strides
    moved = list(shape)
    for place, (old, new, before) in enumerate(zip(shape, output, was, strict=True)):
        if place not in {0, channel} and None not in {old, new, before}:
            moved[place] = total((old or 0, step * (new or 0), -step * (before or 0)))
    yield tuple(moved)
    for channels in (1, 3, 4):
        yield (*shape[:channel], channels, *shape[channel + 1 :])


def _owned(layers: Sequence[Layer]) -> Dim:
    return total(parameter.count for layer in layers for parameter in layer.parameters)
