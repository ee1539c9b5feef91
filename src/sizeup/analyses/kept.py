"""What is kept in the forward pass of training because gradients need it.

The rules are those of PyTorch's autograd (`tools/autograd/derivatives.yaml`), which other
frameworks share where the mathematics leaves no choice:

* a kernel's gradient needs its input; an input's gradient needs only the kernel, a parameter;
* relu, sigmoid, tanh, softmax and exp are undone by what they gave, all other functions by what
  they were given; a function inside of a layer (`Conv2D(activation="gelu")`) then keeps what the
  kernel gave, which is no layer's output;
* normalization keeps its input and its statistics, of 4 bytes each;
* max pooling keeps its input and where the maxima were, 8 bytes each; average pooling its input;
* a dropout keeps its mask, a byte for each element;
* sums, concatenations, copies and padding keep nothing;
* a product of two tensors keeps each factor whose counterpart needs a gradient;
* attention keeps query, key and value of its heads, the scores after the softmax, and what is
  gathered; recurrent layers their gates and states at every step, and their input once more,
  with the time in front.

A layer that is frozen and before which nothing is trained keeps nothing.
"""

from __future__ import annotations

from sizeup.analyses.heads import heads_of
from sizeup.analyses.products import RECURRENT, SEPARABLE
from sizeup.analyses.tasks import as_layer, named, within
from sizeup.analyses.work import IDLE, MOVED, SOFTMAXES
from sizeup.dims import maximum
from sizeup.network import add_known, times
from sizeup.records import Record
from sizeup.rules.checks import known_product
from sizeup.rules.registry import HOMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sizeup.analyses.tasks import Task
    from sizeup.dims import Dim

BY_OUTPUT = frozenset({"relu", "sigmoid", "tanh", "exp", "exponential", "sqrt", "rsqrt", "reciprocal",
                       "re_lu", *SOFTMAXES})  # fmt: skip
"""Functions that are undone by what they gave."""
BY_NOTHING = frozenset({"add", "subtract", "sub", "negative", "neg", "bias_add", "+", "-", "round",
                        "sign", "floor", "ceil"})  # fmt: skip
"""Functions whose gradient depends on no element."""
PRODUCTS = frozenset({"multiply", "mul", "*", "matmul"})


GATED = 7
"""Tensors of an LSTM's or a GRU's units that PyTorch keeps at every step: gates and states."""


class Kept(Record):
    """What one call keeps: inputs by number, its output, and elements besides for one sample.

    `inner` are of the dtype that is computed in, `words` of 4 bytes, `indices` of 8, `mask` of 1;
    `fixed` are words that no sample adds to. `passing` are elements that its backward call needs
    while it runs.
    """

    inputs: tuple[int, ...] = ()
    output: bool = False
    inner: Dim | None = 0
    words: Dim | None = 0
    indices: Dim | None = 0
    mask: Dim | None = 0
    fixed: Dim = 0
    passing: Dim | None = 0


NOTHING = Kept()


def kept(task: Task, needed: Sequence[bool], *, trained: bool) -> Kept | None:
    """What a call keeps; None where that is not known.

    `needed` says for each input whether its gradient is needed, `trained` whether the layer owns
    something that is trained.
    """
    if not trained and not any(needed):
        return NOTHING
    kind = task.kind
    if not task.whole or (not task.told and kind not in MOVING and kind not in LINEAR):
        return None
    if kind in KERNELS:
        return _after(task, (0,) if trained else ())
    if kind in MOVING or kind in LINEAR or HOMES.get(kind) == "operations_shape":
        return Kept((0,)) if kind == "Embedding" else NOTHING
    if kind in PAIRS or (kind == "ops.einsum" and len(task.ins) == 2):
        return _factors(needed)
    found = KEPT.get(kind)
    return found(task, needed, trained) if found else None


def _after(task: Task, inputs: tuple[int, ...]) -> Kept:
    """What is kept besides for the activation function of a layer.

    On the way back the gradient before the function is there beside that behind it.
    """
    name = named(task.config.get("activation"))
    if name is None:
        return Kept(inputs)
    found = Kept(inputs, output=True) if name in BY_OUTPUT else Kept(inputs, inner=task.outs[0])
    return found.changed(passing=task.outs[0])


def _function(name: str | None) -> Kept | None:
    if name is None or name in BY_NOTHING or name in MOVED:
        return NOTHING
    return Kept(output=True) if name in BY_OUTPUT else Kept((0,))


def _activation(task: Task, _needed: Sequence[bool], _trained: bool) -> Kept | None:
    return _function(named(task.config["activation"]))


def _relu(task: Task, _needed: Sequence[bool], _trained: bool) -> Kept:
    plain = task.config["max_value"] is None and not task.config["negative_slope"]
    return Kept(output=True) if plain and not task.config["threshold"] else Kept((0,))


def _factors(needed: Sequence[bool]) -> Kept:
    """Each factor whose counterpart needs a gradient."""
    both = range(len(needed))
    return Kept(tuple(n for n in both if any(needed[m] for m in both if m != n)))


def _multiply(task: Task, needed: Sequence[bool], _trained: bool) -> Kept:
    more = times(task.outs[0], len(needed) - 2) if len(needed) > 2 else 0
    return _factors(needed).changed(inner=more)


def _inputs(_task: Task, needed: Sequence[bool], _trained: bool) -> Kept:
    return Kept(tuple(range(len(needed))))


def _both_ends(_task: Task, _needed: Sequence[bool], _trained: bool) -> Kept:
    return Kept((0,), output=True)


def _output(_task: Task, _needed: Sequence[bool], _trained: bool) -> Kept:
    return Kept(output=True)


def _batch_norm(task: Task, _needed: Sequence[bool], _trained: bool) -> Kept:
    """Frozen, it works as in inference, with a factor and a shift that it need not keep."""
    if not task.active:
        return NOTHING
    statistics = [p.count for p in task.weights if p.name.startswith(("moving", "running"))]
    return Kept((0,), fixed=sum(statistics[:2], start=0))


def _layer_norm(task: Task, _needed: Sequence[bool], _trained: bool) -> Kept | None:
    """A mean and a deviation for each row, or for each group."""
    shape, axis = task.shapes[0], task.config["axis"]
    if shape is None:
        return None
    if task.kind == "GroupNormalization":
        groups = task.config["groups"]
        rows = shape[axis] if groups == -1 else groups
    else:
        axes = {a % len(shape) for a in (axis if isinstance(axis, tuple | list) else (axis,))}
        rows = known_product(dim for i, dim in enumerate(shape) if i and i not in axes)
    alone = task.kind == "RMSNormalization" or task.config.get("rms_scaling")
    return Kept((0,), words=times(rows, 1 if alone else 2))


def _max_pooling(task: Task, _needed: Sequence[bool], _trained: bool) -> Kept:
    return Kept((0,), indices=task.outs[0])


def _mask(task: Task, _needed: Sequence[bool], _trained: bool) -> Kept:
    """Spatial dropouts draw once for a whole map."""
    if task.kind.startswith("Spatial"):
        shape = task.shapes[0]
        first = task.config.get("data_format") == "channels_first"
        return Kept(mask=None if shape is None else shape[1 if first else -1])
    return Kept(mask=task.outs[0])


def _noise(task: Task, _needed: Sequence[bool], _trained: bool) -> Kept:
    return Kept(inner=task.outs[0])


def _separable(task: Task, _needed: Sequence[bool], trained: bool) -> Kept:
    """The input, and what the depthwise kernel gives."""
    found = _after(task, (0,) if trained else ())
    if not trained:
        return found
    leaving, width = task.leaves[0], task.weights[1].shape[-2:]
    first = task.config.get("data_format") == "channels_first"
    sides = (None,) if leaving is None else leaving[2:] if first else leaving[1:-1]
    return found.changed(inner=add_known((found.inner, known_product((*sides, width[0])))))


def _recurrent(task: Task, _needed: Sequence[bool], trained: bool) -> Kept | None:
    """At every step the gates, the states and an LSTM's squashed one; the input, time in front.

    On the way back the gradients of all gates are worked out before the kernel's.
    """
    entering, leaving = task.shapes[0], task.leaves[0]
    if entering is None or leaving is None or task.config.get("time_major"):
        return None
    sequences = bool(task.config.get("return_sequences"))
    units = known_product(leaving[1:] if sequences else (entering[1], *leaving[1:]))
    states = times(units, GATED)
    if task.kind == "SimpleRNN":  # each state is what a gate gave, but for the first
        states = add_known((units, known_product(leaving[2:] if sequences else leaving[1:])))
    gates = 0 if task.kind == "SimpleRNN" else 3 if task.kind.endswith("GRU") else 4
    kept_input = task.ins[0] if trained else 0
    return Kept(inner=add_known((states, kept_input)), passing=times(units, gates))


def _highway(task: Task, needed: Sequence[bool], _trained: bool) -> Kept:
    """Input, what is gated and the gate; its rest, too, where the input needs a gradient."""
    name = named(task.config["activation"])
    tensors = 2 + needed[0] + (name is not None and name not in BY_OUTPUT)
    return Kept((0,), inner=times(task.outs[0], tensors), passing=times(task.outs[0], 2))


def _maxout(task: Task, _needed: Sequence[bool], trained: bool) -> Kept:
    """Which map each maximum is of; on the way back all maps are there again."""
    passing = times(task.outs[0], task.config["nb_feature"])
    return Kept((0,) if trained else (), indices=task.outs[0], passing=passing)


def _heads(task: Task, _needed: Sequence[bool], trained: bool) -> Kept | None:
    heads = heads_of(task)
    if heads is None:
        return None
    inner = [p.elements for p in heads.projections if p.source is not None]
    inner += [heads.scores, heads.context if trained else 0]
    masked = bool(task.config["dropout"])
    return Kept(
        inputs=tuple(range(len(task.ins))) if trained else (),
        inner=add_known((*inner, heads.scores if masked else 0)),
        mask=heads.scores if masked else 0,
    )


def _one_head(task: Task, needed: Sequence[bool], _trained: bool) -> Kept | None:
    """Query, key and value, and the scores after the softmax; of sums of tanh also these."""
    query, key = task.shapes[0], task.shapes[-1]
    if query is None or key is None:
        return None
    pairs = known_product((*query[1:-1], key[-2]))
    plain = task.kind == "Attention" and task.config["score_mode"] == "dot"
    inner = pairs if plain else add_known((pairs, known_product((pairs, query[-1]))))
    dropout = pairs if task.config["dropout"] else 0
    return Kept(tuple(range(len(needed))), inner=add_known((inner, dropout)), mask=dropout)


def _elementwise(task: Task, needed: Sequence[bool], _trained: bool) -> Kept | None:
    name = task.function
    if len(needed) == 1:
        return NOTHING if name in PRODUCTS else _function(name)
    if name in BY_NOTHING:
        return NOTHING
    if name in PRODUCTS:
        return _factors(needed)
    return Kept(tuple(range(len(needed)))) if name is not None else None


def _along(task: Task, _needed: Sequence[bool], _trained: bool) -> Kept | None:
    return None if task.function is None else _function(named(task.function))


def _reduced(task: Task, _needed: Sequence[bool], _trained: bool) -> Kept | None:
    name = (task.function or "").removeprefix("reduce_")
    if name in ("mean", "sum"):
        return NOTHING
    if name in ("argmax", "argmin", "all", "any"):
        return NOTHING
    return Kept((0,), output=name != "var") if name else None


def _indexed(task: Task, _needed: Sequence[bool], _trained: bool) -> Kept:
    """The places that are looked up."""
    return Kept((1,)) if len(task.ins) > 1 else NOTHING


def _distributed(task: Task, needed: Sequence[bool], trained: bool) -> Kept | None:
    entering, leaving = task.shapes[0], task.leaves[0]
    if entering is None or leaving is None:
        return None
    inner = within(task, task.config["layer"], [(entering[0], *entering[2:])],
                   [(leaving[0], *leaving[2:])], None)  # fmt: skip
    found = kept(inner, needed, trained=trained)
    if found is None:
        return None
    steps = entering[1]
    return found.changed(inner=times(found.inner, steps), words=times(found.words, steps),
                         indices=times(found.indices, steps), mask=times(found.mask, steps))  # fmt: skip


def _celled(task: Task, needed: Sequence[bool], trained: bool) -> Kept | None:
    """What layers on top of each other keep, of which one at a time works on the way back."""
    from sizeup.analyses.cells import stacked

    found = [_recurrent(each, needed, trained) for each in stacked(task) or ()]
    known = [each for each in found if each is not None]
    if not known or len(known) < len(found):
        return None
    passing = [each.passing for each in known]
    most = maximum(*(each or 0 for each in passing)) if None not in passing else None
    return Kept(inner=add_known(each.inner for each in known), passing=most)


def _bidirectional(task: Task, needed: Sequence[bool], trained: bool) -> Kept | None:
    """Each direction keeps its states for itself; joined, they are another tensor."""
    from sizeup.rules.wrappers import directions

    entering, sums = task.shapes[0], []
    for inner in map(as_layer, directions(task.config)):
        if entering is None or inner.kind not in RECURRENT or "units" not in inner.config:
            return None
        leaving = (entering[0], inner.config["units"])
        each = within(task, inner, task.shapes[:1], [leaving], None)
        each = each.changed(config={**each.config, "return_sequences": False})
        found = _recurrent(each, needed, trained)
        if found is None:
            return None
        sums.append(found)
    return Kept(inner=add_known(each.inner for each in sums), passing=sums[0].passing)


KERNELS = frozenset(
    """
    Dense EinsumDense Conv1D Conv2D Conv3D DepthwiseConv1D DepthwiseConv2D Conv1DTranspose
    Conv2DTranspose Conv3DTranspose TimeDistributedDense LocallyConnected1D LocallyConnected2D
    """.split()
)
PAIRS = frozenset("""Dot ops.matmul ops.dot ops.inner ops.outer ops.tensordot ops.batch_dot ops.conv
                  ops.depthwise_conv ops.conv_transpose""".split())  # fmt: skip
MOVING = IDLE - PAIRS
LINEAR = frozenset(
    """
    Add Subtract Average Rescaling UpSampling1D UpSampling2D UpSampling3D Resizing
    CenterCrop RandomCrop GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D
    GlobalAveragePooling3D ActivityRegularization TimeDistributedMerge
    """.split()
)
"""Kinds whose gradients depend on no element."""

KEPT: dict[str, Callable[[Task, Sequence[bool], bool], Kept | None]] = {
    **dict.fromkeys(SEPARABLE, _separable),
    **dict.fromkeys(RECURRENT, _recurrent),
    **dict.fromkeys(["Maximum", "Minimum", "PReLU", "LeakyReLU", "ELU", "ThresholdedReLU"], _inputs),
    **dict.fromkeys([f"MaxPooling{n}D" for n in "123"], _max_pooling),
    **dict.fromkeys([f"AdaptiveMaxPooling{n}D" for n in "123"], _max_pooling),
    **dict.fromkeys([f"AveragePooling{n}D" for n in "123"], _inputs),
    **dict.fromkeys([f"AdaptiveAveragePooling{n}D" for n in "123"], _inputs),
    **dict.fromkeys([f"GlobalMaxPooling{n}D" for n in "123"], _both_ends),
    **dict.fromkeys(["LayerNormalization", "GroupNormalization", "RMSNormalization"], _layer_norm),
    **dict.fromkeys(["Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"], _mask),
    **dict.fromkeys(["MultiHeadAttention", "GroupedQueryAttention"], _heads),
    **dict.fromkeys(["Attention", "AdditiveAttention"], _one_head),
    **dict.fromkeys([k for k, home in HOMES.items() if home == "operations_index"], _indexed),
    "GaussianDropout": _noise, "Multiply": _multiply, "ReLU": _relu, "Activation": _activation,
    "Softmax": _output, "BatchNormalization": _batch_norm, "TimeDistributed": _distributed,
    "Bidirectional": _bidirectional, "RNN": _celled, "Highway": _highway,
    "MaxoutDense": _maxout, "ops.elementwise": _elementwise, "ops.along": _along,
    "ops.reduce": _reduced, "ops.max_pool": _max_pooling, "ops.average_pool": _inputs,
}  # fmt: skip
