"""A network and data, each made to suit the other.

What the data decide of what is open is bound, the data are laid out as the network takes them,
and what does not fit is said, with the hyperparameter to change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isqrt, prod

from sizeup.analyses.count import count
from sizeup.analyses.relations import outcome
from sizeup.dims import Expr, symbols
from sizeup.dims import bind as bind_dim
from sizeup.errors import SizingError, UsageError
from sizeup.network import Network, rows
from sizeup.records import Record
from sizeup.rules.graphs import bind
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.training.data import Data

Part = Callable[[Network], "Dim | None"]
"""A dimension of a network: of its input or of its output."""
NameOf = Callable[[Part, int], "str | None"]
"""The hyperparameter of the source that a dimension is, if any; it is now so many."""

SIDES = (16, 24, 28, 32, 48, 64)
"""Sizes that small images are enlarged to where a network leaves its own open and needs more."""
SCALING = frozenset({"Rescaling", "Normalization"})
"""Kinds that scale their input; the network then takes bytes as they are."""
IMAGE = 3
"""Axes of an image in a batch of images."""


class Layout(Record):
    """How a sample enters the network.

    `size` is what images are resized to, as (rows, columns, channels), None where there are
    none; `shape` is that of what enters, with its channels `first` or last. What is `turned` has
    its channels first where it comes from, and last where it enters.
    """

    size: tuple[int, int, int] | None
    shape: tuple[int, ...]
    first: bool = False
    turned: bool = False


class Suited(Record):
    """A network with nothing open that it is built of, and how the data enter it.

    `values` is what the data decided. What is `scaling` takes bytes as they are;
    `tokens` are numbers that stand for something, and are never scaled.
    """

    network: Network
    layout: Layout
    values: Mapping[str, int]
    scaling: bool
    tokens: bool = False


class ExcludedError(UsageError):
    """The code does not build this outcome of a condition for what the data have."""


def nameless(_: Part, __: int) -> str | None:
    """No name, for what has none."""
    return None


def suit(
    network: Network,
    data: Data,
    *,
    resize: bool = False,
    name_of: NameOf = nameless,
    least: int = 0,
) -> Suited:
    """Bind what the data decide: the size of the input and the number of classes.

    Images are resized to a fixed input where `resize` says so or the data are scalable; where the
    input is open they have `least` rows at least. Raises UsageError where they do not fit, or
    something else is open.
    """
    if network.error is not None:
        raise UsageError(
            say("train.invalid", name=network.name, data=data.name, error=network.error)
        )
    shape, output = _ends(network)
    first, refused = is_first(network), None
    for layout in _layouts(shape, data, first, resize or data.scalable, least):
        try:
            values = dict(_inputs(network, data, layout, name_of))
            values |= _classes(network, output, data, values, name_of)
            bound = bind(network, values)
            _refuse_excluded(network, data, values)
        except (UsageError, SizingError) as error:
            refused = refused or error
            continue
        _refuse_open(bound)
        scaling = any(row.layer.kind in SCALING for row in rows(bound)[:3])
        return Suited(bound, layout, values, scaling, _takes_tokens(bound, data))
    if isinstance(refused, UsageError):
        raise refused
    raise UsageError(say("train.invalid", name=network.name, data=data.name, error=refused))


def _takes_tokens(network: Network, data: Data) -> bool:
    """Whether an Embedding is what the data enter. Raises UsageError for those that it lacks."""
    layers = (row.layer for row in rows(network) if row.layer.kind != "InputLayer")
    first = next(layers, None)
    if first is None or first.kind != "Embedding":
        return False
    known = first.config.get("input_dim")
    samples = [x for x, _ in (data.train, data.test or data.train)]
    least, most = min(x.min() for x in samples), max(x.max() for x in samples)
    if isinstance(known, int) and not 0 <= least <= most < known:
        raise UsageError(say("train.tokens", name=first.name, known=known, data=data.name,
                             least=least, most=most))  # fmt: skip
    return True


def _refuse_excluded(network: Network, data: Data, values: Mapping[str, int]) -> None:
    """Raise where the data contradict the condition under which there is this network."""
    spelled = {text: values[free.name] for free in network.free if free.name in values
               for text in (free.name, free.expression)}  # fmt: skip
    for target in outcome(network, spelled):
        if isinstance(target.expr, int) and not target.low <= target.expr <= target.high:
            raise ExcludedError(say("train.excluded", name=network.name, data=data.name))


def _ends(network: Network) -> tuple[Shape, Shape]:
    """The shapes of the one input and the one output."""
    graph = network.graph
    shapes = [graph.layers[ref.layer].calls[ref.call].output_shapes[ref.output]
              for ref in graph.outputs if ref.layer >= 0]  # fmt: skip
    if len(graph.input_shapes) != 1 or len(shapes) != 1:
        raise UsageError(say("train.one", name=network.name, inputs=len(graph.input_shapes),
                             outputs=len(shapes)))  # fmt: skip
    ends = graph.input_shapes[0], shapes[0]
    if ends[0] is None or ends[1] is None:
        raise UsageError(say("train.shapeless", name=network.name))
    if len(ends[1]) != 2:
        raise UsageError(say("train.classifier", name=network.name, shape=ends[1][1:]))
    return ends[0], ends[1]


def is_first(network: Network) -> bool:
    """Whether images enter with their channels first."""
    found = [row.layer.config.get("data_format") for row in rows(network)]
    return next((each == "channels_first" for each in found if each), False)


def _layouts(shape: Shape, data: Data, first: bool, resize: bool, least: int) -> Iterator[Layout]:
    """The ways in which the data may enter, plainest first."""
    rank = len(shape) - 1
    if not data.images:
        flat = rank == 1 and len(data.shape) > 1
        yield Layout(None, (prod(data.shape),) if flat else data.shape)
        return
    rows_, columns, channels = data.shape
    sizes = [(rows_, columns, channels)]
    if resize and rank == IMAGE:
        given = [shape[2], shape[3], shape[1]] if first else [shape[1], shape[2], shape[3]]
        fixed = [side if isinstance(side, int) else None for side in given]
        sizes = [(fixed[0] or side or rows_, fixed[1] or side or columns, fixed[2] or channels)
                 for side in (0, *sorted({*SIDES, least})) if fixed[0] or (side or rows_) >= least]  # fmt: skip
    elif resize and rank == 1 and isinstance(shape[1], int):
        side = isqrt(shape[1] // channels)
        if side * side * channels == shape[1]:
            sizes = [(side, side, channels)]
    for size in sizes:
        yield Layout(size, _entering(size, rank, first), first and rank == IMAGE)


def _entering(size: tuple[int, int, int], rank: int, first: bool) -> tuple[int, ...]:
    """The shape of an image as it enters: as it is, as rows of one channel, or as one row."""
    if rank == 1:
        return (prod(size),)
    if rank == IMAGE - 1 and size[2] == 1:
        return size[:2]
    return (size[2], *size[:2]) if first else size


def _inputs(
    network: Network, data: Data, layout: Layout, name_of: NameOf
) -> Iterator[tuple[str, int]]:
    shape = network.graph.input_shapes[0]
    assert shape is not None
    if len(shape) - 1 != len(layout.shape):
        said = say("train.rank", name=network.name, shape=_sides(shape[1:]), data=data.name,
                   given=_sides(data.shape))  # fmt: skip
        raise UsageError(said if data.images else said + say("train.bytes"))
    bound: dict[str, int] = {}
    for axis, (dim, length) in enumerate(zip(shape[1:], layout.shape, strict=True), 1):
        found = _solved(dim, length, bound)
        if found is None:
            name = name_of(lambda n, axis=axis: (n.graph.input_shapes[0] or ())[axis], length)  # type: ignore[misc]
            how = say("train.set", name=name, value=length) if name else say("train.resize")
            raise UsageError(say("train.size", name=network.name, shape=_sides(shape[1:]),
                                 data=data.name, given=_sides(layout.shape), how=how))  # fmt: skip
        bound |= found
    yield from bound.items()


def _classes(
    network: Network, output: Shape, data: Data, values: Mapping[str, int], name_of: NameOf
) -> Mapping[str, int]:
    """What the number of classes decides; one output tells two classes apart."""
    classes = len(data.classes)
    found = _solved(output[1], classes, values)
    if found is not None:
        return found
    if output[1] == 1 and classes == 2:
        return {}
    name = name_of(lambda n: _ends(n)[1][1], classes)
    how = say("train.set", name=name, value=classes) if name else say("train.head", value=classes)
    raise UsageError(say("train.classes", name=network.name, units=output[1], data=data.name,
                         classes=classes, how=how))  # fmt: skip


def _solved(dim: Dim | None, wanted: int, values: Mapping[str, int]) -> dict[str, int] | None:
    """The one value that gives a dimension its length; None where none does."""
    if isinstance(dim, Expr):
        dim = bind_dim(dim, values)
    if dim is None or dim == wanted:
        return {}
    open_names = sorted(symbols(dim))
    if len(open_names) != 1:
        return None
    (name,) = open_names
    tried = ({name: value} for value in range(1, wanted + 1))
    return next((value for value in tried if bind_dim(dim, value) == wanted), None)


def _refuse_open(network: Network) -> None:
    """Raise for hyperparameters that the data do not decide, and for what is not known."""
    found = count(network)
    if found.parameters is None:
        raise UsageError(say("train.unknown", name=network.name))
    if found.trainable == 0:
        raise UsageError(say("train.frozen", name=network.name))
    free = [f"{each.name}" for each in found.free]
    if free:
        how = " ".join(f"--set {name}=…" for name in free)
        raise UsageError(say("train.free", name=network.name, names=", ".join(free), how=how))


def _sides(shape: Sequence[Dim | None]) -> str:
    return "×".join("?" if side is None else str(side) for side in shape)
