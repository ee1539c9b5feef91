"""Element-wise work: what a layer computes beside the multiply-accumulates of its kernels.

The convention, for one sample:

* a bias, an activation function, and each step of a merge is one operation for each element;
* a softmax is 3 for each element (exponential, sum, quotient);
* batch normalization is 2 in inference (its statistics are folded into a factor and a shift), and in
  training, as layer and group normalization always, 5 (mean, difference, square and its sum,
  quotient), with one each for factor and shift; that by root mean square is 4;
* pooling is one for each element of each window, a global one for each element that enters;
* interpolating is 7 for each element: three times between two values, of which one product is spared;
* of recurrent units, every sum, bias, function and product of the gates at every step;
* a dropout mask is one product for each element, in training only; drawing it is not counted;
* moving, copying and looking up is none.

What no entry speaks of has None: it is not known, and never taken for nothing.
"""

from __future__ import annotations

from functools import partial

from sizeup.analyses.tasks import IDENTITIES, as_layer, named, within
from sizeup.dims import modulo
from sizeup.network import add_known, times
from sizeup.rules.checks import known_product
from sizeup.rules.registry import HOMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sizeup.analyses.tasks import Task
    from sizeup.dims import Dim

    Work = Callable[[Task], Dim | None]

SOFTMAX = 3
MOMENTS = 5
INTERPOLATION = 7
FUNCTIONS = frozenset(
    """
    relu relu6 sigmoid tanh softplus softsign silu swish gelu elu selu celu mish exponential exp
    leaky_relu leakyrelu leaky_re_lu re_lu prelu hard_sigmoid steep_hard_sigmoid hard_silu hard_swish hard_tanh
    hard_shrink soft_shrink tanh_shrink threshold log_sigmoid squareplus sparse_plus sparse_sigmoid
    glu clip clip_by_value round nan_to_num bias_add
    """.split()
)
"""Functions of single elements that have names as activations."""
SOFTMAXES = frozenset({"softmax", "log_softmax", "logsoftmax"})
NORMED = frozenset({"normalize", "l2_normalize"})
MOVED = frozenset({"flip", "reverse", "roll", "tril", "triu", "matrix_band_part", "band_part",
                   "zeros_like", "ones_like", "full_like", "empty_like", "flip_left_right",
                   "flip_up_down"})  # fmt: skip
IDLE = frozenset(
    """
    InputLayer Identity Embedding Flatten Reshape Permute RepeatVector Concatenate StringLookup
    IntegerLookup ZeroPadding1D ZeroPadding2D ZeroPadding3D Cropping1D Cropping2D Cropping3D
    ops.conv ops.depthwise_conv ops.separable_conv ops.conv_transpose ops.pad_spatial
    ops.extract_patches ops.depth_to_space ops.space_to_depth ops.crop_or_pad ops.frame
    ops.matmul ops.batch_dot
    """.split()
)
"""Kinds that only move elements about, or multiply and accumulate."""
IDLE_HOMES = frozenset({"operations_shape", "operations_index"})
TRAINED_ONLY = {"Dropout": 1, "AlphaDropout": 3, "GaussianDropout": 1, "GaussianNoise": 1,
                "SpatialDropout1D": 1, "SpatialDropout2D": 1, "SpatialDropout3D": 1,
                "ActivityRegularization": 2}  # fmt: skip
"""Kinds that do something in training only: operations for each element then."""


def work(task: Task, *, training: bool = False) -> Dim | None:
    """The operations of a forward call beside its MACs; None where they are not known."""
    kind = task.kind
    if not task.outs or not (task.ins or kind == "InputLayer"):
        return None
    if kind in TRAINED_ONLY:
        return times(task.outs[0], TRAINED_ONLY[kind]) if training else 0
    if kind == "BatchNormalization" and not training:
        return times(task.outs[0], 2)
    if kind in IDLE or HOMES.get(kind) in IDLE_HOMES:
        return 0
    if not task.told and kind not in UNSET:
        return None
    if kind == "BatchNormalization":
        return _moments(task)
    if HOMES.get(kind) == "augmentation":
        return None if training else 0
    if kind in HELD:
        return HELD[kind](task, training)
    counted = WORK.get(kind)
    return counted(task) if counted else None


UNSET = frozenset(
    """
    ReLU LeakyReLU PReLU ELU ThresholdedReLU ThresholdedLinear Softmax Add Subtract Multiply Maximum
    Minimum Average Rescaling Normalization Masking RMSNormalization UnitNormalization
    GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D
    GlobalMaxPooling2D GlobalMaxPooling3D
    """.split()
)
"""Kinds whose work no setting changes."""


def activated(value: object, elements: Dim | None) -> Dim | None:
    """What an activation function costs on so many elements."""
    name = named(value)
    if name is None:
        return 0
    if name in SOFTMAXES:
        return times(elements, SOFTMAX)
    return elements if name in FUNCTIONS else None


def _each(number: int, task: Task) -> Dim | None:
    """So many operations for each element that leaves."""
    return times(task.outs[0], number)


def _kernel(task: Task) -> Dim | None:
    """A bias and an activation on what the kernel gives."""
    bias = task.outs[0] if task.config.get("use_bias", True) else 0
    return add_known((bias, activated(task.config.get("activation"), task.outs[0])))


def _einsum(task: Task) -> Dim | None:
    bias = task.outs[0] if task.config["bias_axes"] else 0
    return add_known((bias, activated(task.config["activation"], task.outs[0])))


def _maxout(task: Task) -> Dim | None:
    """The maximum over the maps, and the biases of all of these."""
    maps = task.config["nb_feature"]
    return times(task.outs[0], maps * 2 if task.config["use_bias"] else maps)


def _highway(task: Task) -> Dim | None:
    """Two biases, the activation, the gate's sigmoid, and g·h + (1 − g)·x."""
    biases = 2 if task.config["use_bias"] else 0
    activation = activated(task.config["activation"], task.outs[0])
    return add_known((activation, times(task.outs[0], biases + 5)))


def _activation(task: Task) -> Dim | None:
    return activated(task.config["activation"], task.ins[0])


def _merge(task: Task) -> Dim | None:
    """A step less than there are inputs."""
    return times(task.outs[0], len(task.ins) - 1)


def _average(task: Task) -> Dim | None:
    return times(task.outs[0], len(task.ins))


def _dot(task: Task) -> Dim | None:
    return times(add_known(task.ins), 3) if task.config["normalize"] else 0


def _moments(task: Task) -> Dim | None:
    config = {"scale": True, "center": True, **task.config}
    both = int(bool(config["scale"])) + int(bool(config["center"]))
    return times(task.outs[0], MOMENTS + (1 if config.get("rms_scaling") else both))


def _pooling(task: Task) -> Dim | None:
    """Every element of every window."""
    shape, size = task.shapes[0], task.config["pool_size"]
    if shape is None:
        return None
    sides = size if isinstance(size, tuple | list) else (size,) * (len(shape) - 2)
    return known_product((task.outs[0], *sides))


def _entering(task: Task) -> Dim | None:
    """One for each element that enters."""
    return task.ins[0]


def _adaptive(task: Task) -> Dim | None:
    """One for each element of each window; windows overlap where lengths do not divide."""
    entering, leaving = task.shapes[0], task.leaves[0]
    if entering is None or leaving is None:
        return None
    factors: list[Dim | None] = []
    for length, count in zip(entering[1:], leaving[1:], strict=True):
        if length == count or (length is not None and count and modulo(length, count) == 0):
            factors.append(length)
        elif isinstance(length, int) and isinstance(count, int):
            ends = [-(-(i + 1) * length // count) for i in range(count)]
            factors.append(sum(end - i * length // count for i, end in enumerate(ends)))
        else:
            return None
    return known_product(factors)


def _interpolated(task: Task, name: str = "interpolation") -> Dim | None:
    how = str(task.config.get(name, "nearest")).lower()
    return {"nearest": 0, "bilinear": times(task.outs[0], INTERPOLATION)}.get(how)


def _cropped(task: Task) -> Dim | None:
    """Nothing where it only crops; what is too small is resized before."""
    entering, leaving = task.shapes[0], task.leaves[0]
    pairs = zip(entering or (None,), leaving or (None,), strict=False)
    sized = [(a, b) for a, b in pairs if isinstance(a, int) and isinstance(b, int)]
    return 0 if sized and all(b <= a for a, b in sized) else None


def _elementwise(task: Task) -> Dim | None:
    if task.function == "cond":
        return None
    if task.function in IDENTITIES:
        return 0
    return times(task.outs[0], max(1, len(task.ins) - 1))


def _along(task: Task) -> Dim | None:
    name = task.function
    if name is None:
        return None
    if name in MOVED or name in IDENTITIES:
        return 0
    if name in NORMED:
        return times(task.outs[0], 3)
    return activated(name, task.outs[0])


def _reduced(task: Task) -> Dim | None:
    """One for each element that enters, the five of moments for a variance or deviation."""
    several = {"std": 4, "var": 4, "reduce_std": 4, "reduce_variance": 4, "nanstd": 4, "nanvar": 4,
               "norm": 2, "logsumexp": 2, "reduce_logsumexp": 2, "median": None}  # fmt: skip
    number = several.get(task.function or "", 1)
    return None if number is None else times(task.ins[0], number)


def _summed(task: Task) -> Dim | None:
    """Nothing beside the MACs; where nothing is summed over, a product for each element."""
    return task.outs[0] if task.macs == 0 else 0


def _heads(task: Task) -> Dim | None:
    """Biases, the scaling of the query, and the softmax of its scores; a gate's function and product."""
    from sizeup.analyses.heads import heads_of

    heads = heads_of(task)
    if heads is None:
        return None
    biases = heads.projected if task.config["use_bias"] else 0
    gate = times(heads.context, 2) if task.config["use_gate"] else 0
    return add_known((biases, heads.query, times(heads.scores, SOFTMAX), gate))


def _one_head(task: Task) -> Dim | None:
    """The softmax of scores; those of sums of tanh cost 3 or 4 for each channel of each pair."""
    query, key = task.shapes[0], task.shapes[-1]
    if query is None or key is None:
        return None
    pairs = known_product((*query[1:-1], key[-2]))
    scale = 1 if task.config.get("use_scale") else 0
    if task.kind == "AdditiveAttention":
        each = known_product((pairs, query[-1], 3 + scale))
    elif task.config["score_mode"] == "concat":
        each = add_known((known_product((pairs, query[-1], 3 + scale)), pairs))
    else:
        each = times(pairs, scale)
    return add_known((each, times(pairs, SOFTMAX)))


def _gated(task: Task) -> Dim | None:
    """Of every unit at every step: sums, biases and functions of the gates, and the new state."""
    name = task.kind.removeprefix("CuDNN").removesuffix("Cell").removesuffix("1D")
    name = "LSTM" if name.startswith("ConvLSTM") else name
    gates = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}[name]
    after = name == "GRU" and bool(task.config.get("reset_after", True))
    biased = task.config.get("use_bias", True)
    biases = gates * (2 if after else 1) if biased else 0
    state = {"SimpleRNN": 0, "LSTM": 5, "GRU": 5}[name]
    functions = [task.config.get("activation", "tanh")] * (2 if name == "LSTM" else 1)
    functions += [task.config.get("recurrent_activation", "sigmoid")] * (gates - 1)
    # of an LSTM the second function of the state is one of the five above
    state -= 1 if name == "LSTM" else 0
    costs = [activated(function, 1) for function in functions]
    return times(_units(task), add_known((gates, biases, state, *costs)))


def _units(task: Task) -> Dim | None:
    """Units times steps."""
    entering, leaving = task.shapes[0], task.leaves[0]
    if entering is None or leaving is None or task.config.get("time_major"):
        return None
    if task.kind.endswith("Cell"):
        return task.outs[0]
    if task.config.get("return_sequences"):
        return known_product(leaving[1:])
    return known_product((entering[1], *leaving[1:]))


def _bidirectional(task: Task, training: bool) -> Dim | None:
    from sizeup.rules.wrappers import directions

    costs = []
    for inner in map(as_layer, directions(task.config)):
        leaving = task.leaves[0]
        if leaving is not None and task.config["merge_mode"] == "concat":
            leaving = (*leaving[:-1], inner.config["units"]) if "units" in inner.config else None
        costs.append(work(within(task, inner, task.shapes[:1], (leaving,), 0), training=training))
    merged = {"concat": 0, None: 0, "sum": task.outs[0], "mul": task.outs[0],
              "ave": times(task.outs[0], 2)}  # fmt: skip
    return add_known((*costs, merged[task.config["merge_mode"]]))


def _distributed(task: Task, training: bool) -> Dim | None:
    entering, leaving = task.shapes[0], task.leaves[0]
    if entering is None or leaving is None:
        return None
    inner = within(task, task.config["layer"], [(entering[0], *entering[2:])],
                   [(leaving[0], *leaving[2:])], 0)  # fmt: skip
    return times(work(inner, training=training), entering[1])


def _wrapped(task: Task, training: bool) -> Dim | None:
    inner = within(task, task.config["layer"], task.shapes, task.leaves, 0)
    return work(inner, training=training)


def _celled(task: Task, training: bool) -> Dim | None:
    from sizeup.analyses.cells import stacked

    layers = stacked(task)
    if layers is None:
        return None
    return add_known(work(each, training=training) for each in layers)


HELD: dict[str, Callable[[Task, bool], Dim | None]] = {
    "Bidirectional": _bidirectional,
    "TimeDistributed": _distributed,
    "SpectralNormalization": _wrapped,
    "RNN": _celled,
}
"""Kinds that hold another layer."""

WORK: dict[str, Work] = {
    **dict.fromkeys(
        [*(f"Conv{n}D{end}" for n in "123" for end in ("", "Transpose")), "Dense",
         *(f"{kind}Conv{n}D" for n in "12" for kind in ("Depthwise", "Separable")),
         "TimeDistributedDense", "LocallyConnected1D", "LocallyConnected2D"], _kernel),
    **dict.fromkeys([f"{how}Pooling{n}D" for n in "123" for how in ("Max", "Average")], _pooling),
    **dict.fromkeys(
        [f"Global{how}Pooling{n}D" for n in "123" for how in ("Max", "Average")], _entering),
    **dict.fromkeys(
        [f"Adaptive{how}Pooling{n}D" for n in "123" for how in ("Max", "Average")], _adaptive),
    **dict.fromkeys([f"UpSampling{n}D" for n in "123"], _interpolated),
    **dict.fromkeys(["ReLU", "LeakyReLU", "PReLU", "ELU", "ThresholdedReLU", "ThresholdedLinear"],
                    partial(_each, 1)),
    **dict.fromkeys(["Add", "Subtract", "Multiply", "Maximum", "Minimum"], _merge),
    **dict.fromkeys(["LayerNormalization", "GroupNormalization"], _moments),
    **dict.fromkeys(["Rescaling", "Normalization", "Masking"], partial(_each, 2)),
    **dict.fromkeys(["SimpleRNN", "LSTM", "GRU", "SimpleRNNCell", "LSTMCell", "GRUCell", "CuDNNLSTM",
                     "CuDNNGRU", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"], _gated),
    **dict.fromkeys(["CenterCrop", "RandomCrop"], _cropped),
    **dict.fromkeys(["MultiHeadAttention", "GroupedQueryAttention"], _heads),
    **dict.fromkeys(["Attention", "AdditiveAttention"], _one_head),
    **dict.fromkeys(["ops.dot", "ops.inner", "ops.tensordot", "ops.einsum"], _summed),
    **dict.fromkeys(["ops.max_pool", "ops.average_pool"], _pooling),
    "EinsumDense": _einsum, "MaxoutDense": _maxout, "Highway": _highway, "Activation": _activation,
    "Softmax": partial(_each, SOFTMAX), "RMSNormalization": partial(_each, 4),
    "UnitNormalization": partial(_each, 3), "ParametricSoftplus": partial(_each, 3),
    "SReLU": partial(_each, 4), "Average": _average, "Dot": _dot, "Resizing": _interpolated,
    "TimeDistributedMerge": _entering, "ReversibleEmbedding": lambda task: (
        0 if task.config["logit_soft_cap"] is None else _each(3, task)),
    "ops.elementwise": _elementwise, "ops.along": _along, "ops.reduce": _reduced,
    "ops.moments": lambda task: times(task.ins[0], 4), "ops.cumulate": _entering,
    "ops.outer": partial(_each, 1),
}  # fmt: skip
