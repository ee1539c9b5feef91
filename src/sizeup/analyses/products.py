"""The MACs of a layer as products of two factors each, of which either may need a gradient.

A product of MACs M costs M again for the gradient of each factor that needs one (Goodfellow et
al., Deep Learning, 2016, section 6.5.6; `torch.utils.flop_counter` counts so): a kernel that
is trained, an input that something trained lies before. The input of the first layer needs none.
"""

from __future__ import annotations

from sizeup.analyses.heads import heads_of
from sizeup.analyses.tasks import as_layer, within
from sizeup.network import add_known, times
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sizeup.analyses.tasks import Task
    from sizeup.dims import Dim

WEIGHT, INNER = -1, -2
"""Factors beside inputs: a weight of the layer, and what it works out inside on the way.

Inputs are factors by their numbers."""
STATE = -3
"""A state that a recurrent layer hands on: none enters its first step, so that needs no gradient."""

RECURRENT = frozenset(
    "SimpleRNN LSTM GRU CuDNNLSTM CuDNNGRU ConvLSTM1D ConvLSTM2D ConvLSTM3D".split()
)
SEPARABLE = frozenset({"SeparableConv1D", "SeparableConv2D"})
OF_INPUTS = frozenset({"Dot", "ops.matmul", "ops.dot", "ops.inner", "ops.tensordot", "ops.batch_dot",
                       "ops.conv", "ops.depthwise_conv", "ops.conv_transpose",
                       "ops.einsum"})  # fmt: skip
"""Kinds that multiply two tensors that enter."""
OF_A_WEIGHT = frozenset(
    """
    Dense EinsumDense Conv1D Conv2D Conv3D DepthwiseConv1D DepthwiseConv2D Conv1DTranspose
    Conv2DTranspose Conv3DTranspose TimeDistributedDense MaxoutDense Highway LocallyConnected1D
    LocallyConnected2D ReversibleEmbedding
    """.split()
)


class Product(Record):
    """MACs, and what is multiplied; of a `STATE` its gradient is needed at `later` of the steps."""

    macs: Dim | None
    left: int
    right: int
    later: Dim | None = None


def products(task: Task) -> tuple[Product, ...] | None:
    """What a call multiplies; None where it is not known what."""
    kind = task.kind
    if task.macs == 0:
        return ()
    if not task.whole:
        return None
    if kind in OF_A_WEIGHT:
        return (Product(task.macs, 0, WEIGHT),)
    if kind in OF_INPUTS and len(task.ins) == 2:
        return (Product(task.macs, 0, 1),)
    several = SEVERAL.get(kind)
    return several(task) if several and task.told else None


def backward(task: Task, needed: Sequence[bool], *, trained: bool) -> Dim | None:
    """The MACs of all gradients; `needed` says for each input whether its gradient is needed."""
    found = products(task)
    if found is None:
        return None if trained or any(needed) or not task.whole else 0
    inner = trained or any(needed)
    costs: list[Dim | None] = []
    for product in found:
        for factor in (product.left, product.right):
            if factor == STATE:
                costs.append(product.later if inner else 0)
            elif trained if factor == WEIGHT else inner if factor == INNER else needed[factor]:
                costs.append(product.macs)
    return add_known(costs)


def _separable(task: Task) -> tuple[Product, ...] | None:
    if task.macs is None:
        return (Product(None, 0, WEIGHT),)
    depthwise, pointwise = (p.count for p in task.weights[:2])
    positions = task.macs // (depthwise + pointwise)
    return (
        Product(positions * depthwise, 0, WEIGHT),
        Product(positions * pointwise, INNER, WEIGHT),
    )


def _recurrent(task: Task) -> tuple[Product, ...] | None:
    """The kernel over the input, and the recurrent one over the state at every step."""
    entering = task.shapes[0]
    steps = None if entering is None or task.config.get("time_major") else entering[1]
    if task.macs is None or steps is None:
        return (Product(None, 0, WEIGHT),)
    kernels = [p.count for p in task.weights if p.name.endswith("kernel")]
    places = task.macs // (kernels[0] + kernels[1])
    state = places * kernels[1]
    later = state - state // steps
    return (Product(places * kernels[0], 0, WEIGHT), Product(state, STATE, WEIGHT, later))


def _heads(task: Task) -> tuple[Product, ...] | None:
    heads = heads_of(task)
    if heads is None:
        return (Product(None, 0, WEIGHT),)
    projections = tuple(
        Product(part.macs, INNER if part.source is None else part.source, WEIGHT)
        for part in heads.projections
    )
    return (*projections, Product(heads.products, INNER, INNER))


def _one_head(task: Task) -> tuple[Product, ...]:
    """Query by key, then scores by value; sums of tanh multiply only the second time."""
    query, value = task.shapes[0], task.shapes[1]
    key = len(task.ins) - 1
    if task.macs is None or query is None or value is None:
        return (Product(None, 0, 1),)
    depth = query[-1] if task.kind == "Attention" and task.config["score_mode"] == "dot" else 0
    assert depth is not None and value[-1] is not None  # noqa: PT018
    pairs = task.macs // (depth + value[-1])
    return (Product(pairs * depth, 0, key), Product(pairs * value[-1], INNER, 1))


def _bidirectional(task: Task) -> tuple[Product, ...] | None:
    """Both directions; each owns one half of the weights, and costs one half where it is alike."""
    from sizeup.rules.wrappers import directions

    found: list[Product] = []
    both = map(as_layer, directions(task.config))
    for inner, prefix in zip(both, ("forward/", "backward/"), strict=True):
        weights = tuple(p for p in task.weights if p.name.startswith(prefix))
        entering = task.shapes[0]
        kernels = [p.count for p in weights if p.name.endswith("kernel")]
        steps = None if entering is None else entering[1]
        macs = times(add_known(kernels), steps) if inner.kind in RECURRENT else None
        each = within(task, inner, task.shapes[:1], task.leaves[:1], macs)
        parts = products(each.changed(weights=weights))
        if parts is None:
            return None
        found += parts
    return tuple(found) if add_known(p.macs for p in found) == task.macs else None


def _celled(task: Task) -> tuple[Product, ...] | None:
    """Cells on top of each other; what the first gives, the next one is given inside."""
    from sizeup.analyses.cells import stacked

    found: list[Product] = []
    for each in stacked(task) or ():
        parts = products(each)
        if parts is None:
            return None
        found += [p.changed(left=INNER) if found and p.left == 0 else p for p in parts]
    return tuple(found) if found and add_known(p.macs for p in found) == task.macs else None


def _held(task: Task) -> tuple[Product, ...] | None:
    """What the layer inside multiplies, at every step or once."""
    inner, entering, leaving = task.config["layer"], task.shapes[0], task.leaves[0]
    if inner.kind in OF_A_WEIGHT:
        return (Product(task.macs, 0, WEIGHT),)
    steps = None if entering is None else entering[1]
    if task.kind != "TimeDistributed" or None in (task.macs, steps, leaving):
        return None
    assert entering and leaving and steps and task.macs is not None  # noqa: PT018
    shapes = [(shape[0], *shape[2:]) for shape in (entering, leaving)]
    parts = products(within(task, inner, shapes[:1], shapes[1:], task.macs // steps))
    return parts and tuple(
        part.changed(macs=times(part.macs, steps), later=times(part.later, steps)) for part in parts
    )


SEVERAL: dict[str, Callable[[Task], tuple[Product, ...] | None]] = {
    **dict.fromkeys(SEPARABLE, _separable),
    **dict.fromkeys(RECURRENT, _recurrent),
    **dict.fromkeys(["MultiHeadAttention", "GroupedQueryAttention"], _heads),
    **dict.fromkeys(["Attention", "AdditiveAttention"], _one_head),
    **dict.fromkeys(["TimeDistributed", "SpectralNormalization"], _held),
    "Bidirectional": _bidirectional,
    "RNN": _celled,
}
"""Kinds that multiply more than once, or whatever the layer inside does."""
