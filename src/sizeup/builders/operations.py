"""Operations on tensors as code: operators, brackets and functions of `keras.ops`.

What moves elements about is written from the operation's own settings, whatever function of
whichever library the source called; what computes is called by what Keras 3 calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sizeup.builders.filled import filled
from sizeup.builders.plan import Invoke, Items, Operation, Tensor, Value
from sizeup.errors import PortError
from sizeup.network import Slot
from sizeup.rules.checks import OPEN
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.network import Call, Layer, Shape, Written

    Given = Sequence[Tensor]
    Code = Any

SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "true_divide": "/",
         "truediv": "/", "div": "/", "realdiv": "/", "sub": "-", "mul": "*", "floor_divide": "//",
         "floordiv": "//", "pow": "**", "power": "**", "matmul": "@", "mod": "%",
         "equal": "==", "not_equal": "!=", "greater": ">", "greater_equal": ">=", "less": "<",
         "less_equal": "<=", "and": "&", "or": "|"}  # fmt: skip
"""Functions that people write as operators."""

TODAY = {
    "reduce_mean": "mean", "reduce_sum": "sum", "reduce_max": "max", "reduce_min": "min",
    "reduce_prod": "prod", "reduce_std": "std", "reduce_variance": "var", "reduce_all": "all",
    "reduce_any": "any", "reduce_logsumexp": "logsumexp", "arg_max": "argmax", "arg_min": "argmin",
    "amax": "max", "amin": "min", "swish": "silu", "hard_swish": "hard_silu", "reverse": "flip",
    "neg": "negative", "acos": "arccos", "asin": "arcsin", "atan": "arctan", "atan2": "arctan2",
    "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh", "clip_by_value": "clip",
    "absolute": "abs", "to_dense": "copy", "sin": "sin", "cast_to_floatx": "cast",
    "nanmean": "nanmean", "rint": "round",
    "exponential": "exp",
}  # fmt: skip
"""What `keras.ops` calls functions of TensorFlow and of `keras.backend`."""

PASSED = frozenset({"identity", "linear", "convert_to_tensor", "ensure_shape", "check_numerics", "Print",
                    "print_tensor", "cast_to_floatx", "to_float", "to_dense", "asarray"})  # fmt: skip
"""Functions that give what they are given."""

ACTIVATIONS = frozenset(
    """
relu relu6 sigmoid softplus softsign silu log_sigmoid hard_sigmoid hard_silu hard_tanh elu selu gelu
celu mish tanh softmax log_softmax leaky_relu exp log log1p expm1 sqrt rsqrt square abs sign negative
sin cos tan arcsin arccos arctan sinh cosh floor ceil round erf reciprocal stop_gradient isnan
logical_not zeros_like ones_like copy softmax squareplus sparsemax
""".split()
)
"""Functions of one tensor, of which other arguments may be left to their defaults only where none
was given."""

SEVERAL = frozenset(
    """
add subtract multiply divide maximum minimum power mod logical_and logical_or arctan2 where
equal not_equal greater greater_equal less less_equal logaddexp hypot floor_divide clip leaky_relu elu
gelu softmax log_softmax sort argsort flip roll tril triu cast moments logical_xor nan_to_num square
log exp average cumsum cumprod top_k dot_product_attention full_like relu
""".split()
)
"""Functions whose further arguments mean in `keras.ops` what they meant in the source's library."""


def spell_operation(
    layer: Layer, call: Call, entering: Given, around: Sequence[tuple[Code, Shape | None]] = ()
) -> Code:
    """The code of one operation; a tensor where it changes nothing.

    What is None of what enters is a constant of the source's; `around` are tensors whose shape it
    may have.

    Raises PortError where what it computes is not known.
    """
    if layer.unknown is not None or None in call.output_shapes:
        raise PortError(say("port.operation", name=layer.name), line=layer.line)
    if None in entering:
        known = [*around, *zip(entering, call.input_shapes, strict=False)]
        entering = [filled(layer, call, place, known) if each is None else each
                    for place, each in enumerate(entering)]  # fmt: skip
    spell = MOVES.get(layer.kind)
    if spell is not None:
        made = spell(layer, call, entering)
        if made is not None:
            return made
    elif layer.written is not None:
        return _written(layer, layer.written, entering)
    elif layer.kind == "ops.elementwise" and len(entering) == 2:
        sign = SIGNS.get(layer.config.get("name") or "")
        if sign is not None:
            return Operation(sign, tuple(entering))
    raise PortError(say("port.operation", name=layer.name), line=layer.line)


def _written(layer: Layer, written: Written, entering: Given) -> Code:
    """A computation as the source has it, by the names of today."""
    world, _, function = written.function.rpartition(".")
    given = [code_of(value, entering) for value in written.arguments]
    if not world:
        return _operator(function, given)
    name = TODAY.get(function, function)
    keywords = {key: code_of(value, entering) for key, value in written.keywords.items()}
    if function in PASSED and len(entering) == 1:
        return entering[0]
    if function == "cast" or name in ("to_int32", "to_int64"):
        kind = keywords.get("dtype") or (given[1] if len(given) > 1 else Value(name[3:]))
        return Invoke("ops.cast", (given[0], kind))
    if name in SIGNS and len(given) == 2 and not keywords:
        return _operator(SIGNS[name], given)
    if layer.kind == "ops.reduce":
        return _reduced(layer, name, entering)
    if layer.kind == "ops.along" and "axis" in layer.config and name in ("softmax", "log_softmax"):
        return Invoke(f"ops.{name}", (entering[0],), _axis(layer.config["axis"], -1))
    if name == "l2_normalize":
        return Invoke("ops.normalize", (entering[0],), _axis(layer.config.get("axis", -1), -1))
    if layer.kind == "ops.cumulate":
        return Invoke(f"ops.{name}", (entering[0],), _axis(layer.config.get("axis"), None))
    alone = len(given) + len(keywords) == 1
    if world in ("ops", "np") or (alone and name in ACTIVATIONS) or name in SEVERAL:
        if not _known(name):
            raise PortError(say("port.operation", name=layer.name), line=layer.line)
        if name == "mish":  # which is a function of the activations alone
            return Operation(
                "*", (given[0], Invoke("ops.tanh", (Invoke("ops.softplus", (given[0],)),)))
            )
        return Invoke(f"ops.{name}", tuple(given), tuple(keywords.items()))
    raise PortError(say("port.operation", name=layer.name), line=layer.line)


def _known(name: str) -> bool:
    return name in ACTIVATIONS or name in SEVERAL or name in OTHERS


OTHERS = frozenset(
    """
relu hard_shrink soft_shrink tanh_shrink threshold sparse_plus sparse_sigmoid normalize
batch_normalization layer_normalization rms_normalization std var prod norm trunc log2 log10 cosh exp2
isfinite isinf isclose fmod cbrt erfinv in_top_k slice_update scatter_update hard_swish cholesky inv
""".split()
)
"""Further functions of `keras.ops` that the source may have called as they are."""


def _operator(sign: str, given: Sequence[Code]) -> Code:
    if sign == "-" and isinstance(given[0], Value) and given[0].value == 0:
        return Operation("neg", (given[1],))
    return Operation(sign, tuple(given))


def code_of(value: Any, entering: Given) -> Code:
    """An argument, in which the tensors that enter stand for slots."""
    if isinstance(value, Slot):
        return entering[value.place]
    if isinstance(value, tuple) and any(isinstance(each, Slot) for each in value):
        return Items(tuple(code_of(each, entering) for each in value))
    return Value(value)


def _axis(axis: Any, default: Any) -> tuple[tuple[str, Value], ...]:
    return () if axis == default else (("axis", Value(axis)),)


def _reduced(layer: Layer, name: str, entering: Given) -> Code:
    kept = (("keepdims", Value(True)),) if layer.config.get("keepdims") else ()
    if name == "reduce_euclidean_norm":
        name = "norm"
    if name == "norm" and layer.written and len(layer.written.arguments) > 1:
        raise PortError(say("port.operation", name=layer.name), line=layer.line)
    if len(entering) != 1:
        raise PortError(say("port.operation", name=layer.name), line=layer.line)
    axis = _axis(layer.config.get("axis"), None)
    return Invoke(f"ops.{name}", (entering[0],), (*axis, *kept))


def _shape(shape: Sequence[Any]) -> Value:
    """A shape to give, with the one size that is open worked out by Keras."""
    return Value(tuple(-1 if size is None else size for size in shape))


def _reshape(layer: Layer, _call: Call, entering: Given) -> Code:
    target = layer.config["newshape"]
    several = target if isinstance(target, tuple) else (target,)
    if OPEN in several or sum(size in (None, -1) for size in several) > 1:
        return None
    return Invoke("ops.reshape", (entering[0], _shape(several)))


def _flatten(_layer: Layer, call: Call, entering: Given) -> Code:
    shape = call.output_shapes[0] or ()
    target = (-1,) if len(shape) == 1 else (-1, shape[1])
    return Invoke("ops.reshape", (entering[0], Value(target))) if None not in shape[1:] else None


def _call(
    function: str, *names: str, several: bool = False, **defaults: Any
) -> Callable[[Layer, Call, Given], Code]:
    """A function of the same name and settings in `keras.ops`, those in `names` by position."""

    def spell(layer: Layer, _call: Call, entering: Given) -> Code:
        first: tuple[Code, ...] = (Items(tuple(entering)),) if several else tuple(entering)
        given = tuple(Value(layer.config[name]) for name in names)
        more = tuple(
            (name, Value(value))
            for name, value in layer.config.items()
            if name in defaults and value != defaults[name]
        )
        return Invoke(f"ops.{function}", (*first, *given), more)

    return spell


def _split_sizes(layer: Layer, _call: Call, entering: Given) -> Code:
    sizes, axis = layer.config["sizes"], layer.config.get("axis", 0)
    if isinstance(sizes, tuple):
        ends = [sum(sizes[: place + 1]) for place in range(len(sizes) - 1)]
        if any(size == -1 for size in sizes):
            return None
        sizes = tuple(ends)
    return Invoke("ops.split", (entering[0], Value(sizes)), _axis(axis, 0))


def _repeat_vector(layer: Layer, _call: Call, entering: Given) -> Code:
    wide = Invoke("ops.expand_dims", (entering[0],), (("axis", Value(1)),))
    return Invoke("ops.repeat", (wide, Value(layer.config["n"])), (("axis", Value(1)),))


def _broadcast_to(layer: Layer, _call: Call, entering: Given) -> Code:
    shape = layer.config["shape"]
    return None if None in shape else Invoke("ops.broadcast_to", (entering[0], Value(shape)))


def _getitem(layer: Layer, _call: Call, entering: Given) -> Code:
    key = layer.config["key"]
    if _open(key):
        return None
    return Operation("[]", (entering[0],), key)


def _open(key: Any) -> bool:
    if isinstance(key, tuple):
        return any(map(_open, key))
    if isinstance(key, slice):
        return OPEN in (key.start, key.stop, key.step)
    return bool(key == OPEN)


def _matmul(layer: Layer, call: Call, entering: Given) -> Code:
    operands: list[Code] = list(entering)
    for place, name in enumerate(("transpose_a", "transpose_b")):
        if layer.config.get(name):
            shape = call.input_shapes[place] or ()
            axes = (*range(len(shape) - 2), len(shape) - 1, len(shape) - 2)
            operands[place] = Invoke("ops.transpose", (entering[place], Value(axes)))
    return Invoke("ops.matmul", tuple(operands))


def _batch_dot(layer: Layer, _call: Call, entering: Given) -> Code:
    axes = layer.config.get("axes")
    if axes is None:
        return None
    dot = Invoke("layers.Dot", (), (("axes", Value(axes)),))
    return Invoke(dot, (Items(tuple(entering)),))


def _einsum(layer: Layer, _call: Call, entering: Given) -> Code:
    return Invoke("ops.einsum", (Value(layer.config["subscripts"]), *entering))


def _said(layer: Layer, name: str, place: int) -> Any:
    """An argument as the source writes it, by name or place; None where it does not."""
    written = layer.written
    if written is None:
        return None
    if name in written.keywords:
        return written.keywords[name]
    return written.arguments[place] if place < len(written.arguments) else None


def _pad(layer: Layer, _call: Call, entering: Given) -> Code:
    mode = _said(layer, "mode", 2) or "constant"
    if layer.written is None or not isinstance(mode, str):
        return None
    how = () if mode.lower() == "constant" else (("mode", Value(mode.lower())),)
    filled = layer.written.keywords.get("constant_values")
    value = () if not filled else (("constant_values", Value(filled)),)
    return Invoke("ops.pad", (entering[0], Value(layer.config["pad_width"])), (*how, *value))


def _pool(mode: str) -> Callable[[Layer, Call, Given], Code]:
    def spell(layer: Layer, _call: Call, entering: Given) -> Code:
        config = layer.config
        if layer.written is not None and layer.written.function.startswith("K."):
            mode_of = _said(layer, "pool_mode", 5) or "max"
            function = "average_pool" if mode_of == "avg" else "max_pool"
        else:
            function = mode
        more = tuple(
            (name, Value(config[name]))
            for name, default in (("strides", None), ("padding", "valid"))
            if config.get(name) not in (default, None)
        )
        first = config.get("data_format") == "channels_first"
        ordered = (("data_format", Value("channels_first")),) if first else ()
        return Invoke(
            f"ops.{function}", (entering[0], Value(config["pool_size"])), (*more, *ordered)
        )

    return spell


def _resize(layer: Layer, call: Call, entering: Given) -> Code:
    method = _said(layer, "method", 2) or _said(layer, "interpolation", 2) or "bilinear"
    if layer.written is not None and "nearest" in layer.written.function:
        method = "nearest"
    shape, first = call.output_shapes[0] or (), layer.config.get("data_format") == "channels_first"
    sides = shape[2:4] if first else shape[1:3]
    if not isinstance(method, str) or None in sides or len(shape) != 4:
        return None
    how = () if method == "bilinear" else (("interpolation", Value(method)),)
    ordered = (("data_format", Value("channels_first")),) if first else ()
    return Invoke("ops.image.resize", (entering[0], Value(tuple(sides))), (*how, *ordered))


def _slice(layer: Layer, call: Call, entering: Given) -> Code:
    """As brackets, which leave the batch alone."""
    starts, shape = layer.config["start_indices"], call.output_shapes[0] or ()
    if not isinstance(starts, tuple) or _open(starts) or starts[:1] != (0,) or None in shape[1:]:
        return None
    pairs = zip(starts[1:], shape[1:], strict=True)
    parts = tuple(slice(start or None, start + size) for start, size in pairs)
    return Operation("[]", (entering[0],), (slice(None), *parts))


def _swap(layer: Layer, _call: Call, entering: Given) -> Code:
    axes = (Value(layer.config["axis1"]), Value(layer.config["axis2"]))
    return Invoke("ops.swapaxes", (entering[0], *axes))


def _one_hot(layer: Layer, _call: Call, entering: Given) -> Code:
    number = Value(layer.config["num_classes"])
    return Invoke("ops.one_hot", (entering[0], number), _axis(layer.config.get("axis", -1), -1))


def _moments(layer: Layer, _call: Call, entering: Given) -> Code:
    kept = (("keepdims", Value(True)),) if layer.config.get("keepdims") else ()
    return Invoke("ops.moments", (entering[0],), (("axes", Value(layer.config["axes"])), *kept))


def _take(layer: Layer, _call: Call, entering: Given) -> Code:
    if layer.config.get("batch_dims"):
        return None
    return Invoke("ops.take", tuple(entering), _axis(layer.config.get("axis"), None))


MOVES: Mapping[str, Callable[[Layer, Call, Given], Code]] = {
    "ops.reshape": _reshape,
    "ops.flatten": _flatten,
    "ops.transpose": _call("transpose", axes=None),
    "ops.moveaxis": _call("moveaxis", "source", "destination"),
    "ops.swapaxes": _swap,
    "ops.expand_dims": _call("expand_dims", "axis"),
    "ops.squeeze": _call("squeeze", axis=None),
    "ops.concatenate": _call("concatenate", several=True, axis=0),
    "ops.vstack": _call("vstack", several=True),
    "ops.hstack": _call("hstack", several=True),
    "ops.stack": _call("stack", several=True, axis=0),
    "ops.unstack": _call("unstack", num=None, axis=0),
    "ops.split": _call("split", "indices_or_sections", axis=0),
    "ops.split_sizes": _split_sizes,
    "ops.tile": _call("tile", "repeats"),
    "ops.repeat": _call("repeat", "repeats", axis=None),
    "ops.repeat_vector": _repeat_vector,
    "ops.broadcast_to": _broadcast_to,
    "ops.pad": _pad,
    "ops.getitem": _getitem,
    "ops.slice": _slice,
    "ops.take": _take,
    "ops.take_along_axis": _call("take_along_axis", axis=-1),
    "ops.one_hot": _one_hot,
    "ops.diagonal": _call("diagonal", offset=0, axis1=0, axis2=1),
    "ops.matmul": _matmul,
    "ops.dot": _call("dot"),
    "ops.inner": _call("inner"),
    "ops.outer": _call("outer"),
    "ops.tensordot": _call("tensordot", axes=2),
    "ops.batch_dot": _batch_dot,
    "ops.einsum": _einsum,
    "ops.max_pool": _pool("max_pool"),
    "ops.average_pool": _pool("average_pool"),
    "ops.resize": _resize,
    "ops.scale": _resize,
    "ops.moments": _moments,
    "ops.depth_to_space": _call("depth_to_space", "block_size", data_format="channels_last"),
    "ops.space_to_depth": _call("space_to_depth", "block_size", data_format="channels_last"),
}
"""Kinds that are written from their settings."""
