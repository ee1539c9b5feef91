"""Attention: of one head without projections, of many heads, of heads in groups.

The MACs are those of the projections and of the two products, query by key and scores by value;
masks and the softmax multiply nothing. Sizes follow Keras' `compute_output_spec`, which gives
the scores of MultiHeadAttention the length of the query on both sides.
"""

from __future__ import annotations

from sizeup.dims import modulo, sign
from sizeup.errors import SizingError
from sizeup.network import Parameter, add_known
from sizeup.rules.checks import (
    differ,
    dimension,
    flag,
    known_product,
    least_rank,
    number,
    positive,
    rank,
    sizes,
    text,
)
from sizeup.rules.parameters import KERNEL_AND_BIAS
from sizeup.rules.quantization import is_sized
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config

CALL = (
    "query, value, key=None, query_mask=None, value_mask=None, key_mask=None, "
    "attention_mask=None, return_attention_scores=False"
)
CALL_OF_A_LIST = "inputs, mask=None, training=False, return_attention_scores=False"
ENDING = f"sliding_window=None, flash_attention=None, {KERNEL_AND_BIAS}, use_gate=False, seed=None"


@rule(
    "Attention",
    signature="use_scale=False, score_mode='dot', dropout=0.0, seed=None",
    call=CALL_OF_A_LIST,
)
def attention(config: Config, query: Shape, value: Shape, key: Shape | None = None) -> Sizing:
    """Luong's attention: (batch, T, d) and (batch, S, v) become (batch, T, v).

    One scale for all scores, and one weight of them where `score_mode` is 'concat'.
    """
    mode = config["score_mode"]
    if mode not in ("dot", "concat"):
        raise SizingError(say("rules.score_mode", value=text(mode)))
    names = ["scale"] if flag("Attention", config, "use_scale") else []
    names += ["concat_score_weight"] if mode == "concat" else []
    least_rank("Attention", query, 1)
    depth = query[-1] if mode == "dot" else 0  # concat adds and squashes, it multiplies nothing
    return _one_head(config, query, value, key, [Parameter(name, ()) for name in names], depth)


@rule("AdditiveAttention", signature="use_scale=True, dropout=0.0", call=CALL_OF_A_LIST)
def additive_attention(
    config: Config, query: Shape, value: Shape, key: Shape | None = None
) -> Sizing:
    """Bahdanau's attention: scores are sums over tanh(query + key), scaled channel by channel."""
    owned = []
    if flag("AdditiveAttention", config, "use_scale"):
        owned = [Parameter("scale", (dimension("AdditiveAttention", query, -1),))]
    return _one_head(config, query, value, key, owned, 0)


def _one_head(
    config: Config,
    query: Shape,
    value: Shape,
    key: Shape | None,
    owned: list[Parameter],
    depth: Dim | None,
) -> Sizing:
    """Scores of every query against every key, at `depth` MACs each, then sums of values."""
    key = value if key is None else key
    least_rank("Attention", value, 1)
    pairs = (*query[1:-1], key[-2]) if len(key) > 1 else (None,)
    outputs: tuple[Shape, ...] = ((*query[:-1], value[-1]),)
    if flag("Attention", config, "return_attention_scores"):
        least_rank("Attention", key, 2)
        outputs = (*outputs, (*query[:-1], key[-2]))
    products = (known_product((*pairs, depth)), known_product((*pairs, value[-1])))
    return Sizing(outputs, tuple(owned), add_known(products))


@rule(
    "MultiHeadAttention",
    signature="num_heads, key_dim, value_dim=None, dropout=0.0, use_bias=True, "
    f"output_shape=None, attention_axes=None, {ENDING}",
    call=CALL,
)
def multi_head_attention(
    config: Config, query: Shape, value: Shape, key: Shape | None = None
) -> Sizing:
    """Attention of many heads (Vaswani et al., 2017); `output_shape` may replace the last axis.

    Heads are projected from query, key and value, and what they gather is merged again.
    """
    kind, key = "MultiHeadAttention", value if key is None else key
    heads, depth = positive(kind, config, "num_heads"), positive(kind, config, "key_dim")
    width = depth if config["value_dim"] is None else positive(kind, config, "value_dim")
    for shape in (query, key, value):
        least_rank(kind, shape, 2)
    merged = sizes(kind, config, "output_shape")
    merged = (query[-1],) if merged in ((None,), (0,), ()) else merged
    if None in merged:
        raise SizingError(say("rules.open_axis", kind=kind, axis=-1, shape=text(query)))
    owned, projecting = _projections(
        kind, config, (query, value, key), ((heads, depth), (heads, depth), (heads, width)), merged
    )
    axes = _attention_axes(kind, config["attention_axes"], len(value) + 1)
    pairs = (_pairs(axes, query, key, heads, depth), _pairs(axes, query, key, heads, width))
    outputs: tuple[Shape, ...] = ((*query[:-1], *merged),)
    if flag(kind, config, "return_attention_scores"):
        outputs = (*outputs, (query[0], heads, query[1], query[1]))
    return Sizing(outputs, owned, add_known((projecting, *pairs)))


@rule(
    "GroupedQueryAttention",
    signature="head_dim, num_query_heads, num_key_value_heads, dropout=0.0, use_bias=True, "
    f"{ENDING}",
    call=CALL,
)
def grouped_query_attention(
    config: Config, query: Shape, value: Shape, key: Shape | None = None
) -> Sizing:
    """Attention of which several query heads share a key and a value head (Ainslie et al., 2023).

    (batch, T, d) stays as it is.
    """
    kind, key = "GroupedQueryAttention", value if key is None else key
    depth, heads = positive(kind, config, "head_dim"), positive(kind, config, "num_query_heads")
    groups = positive(kind, config, "num_key_value_heads")
    if sign(modulo(heads, groups)) not in {None, 0}:
        raise SizingError(say("rules.heads", heads=text(heads), groups=text(groups)))
    for shape in (query, key, value):
        rank(kind, shape, 3)
    features = dimension(kind, query, -1)
    if value[-1] is None or differ(features, value[-1]):
        raise SizingError(say("rules.attention", kind=kind, one=text(query), other=text(value)))
    shared = (groups, depth)
    owned, projecting = _projections(
        kind, config, (query, value, key), ((heads, depth), shared, shared), (features,)
    )
    outputs: tuple[Shape, ...] = (query,)
    if flag(kind, config, "return_attention_scores"):
        outputs = (query, (query[0], heads, query[1], key[1]))
    pairs = known_product((query[1], key[1], heads, depth, 2))
    return Sizing(outputs, owned, add_known((projecting, pairs)))


def _projections(
    kind: str,
    config: Config,
    entering: tuple[Shape, Shape, Shape],
    heads: tuple[tuple[Dim, Dim], tuple[Dim, Dim], tuple[Dim, Dim]],
    merged: tuple[Dim | None, ...],
) -> tuple[tuple[Parameter, ...], Dim | None]:
    """The parameters of all projections, and the MACs of applying them.

    `entering` are query, value and key, `heads` the heads and their width of query, key and
    value; those of the value are merged into `merged`.
    """
    query, value, key = entering
    if not is_sized(kind, config):
        raise SizingError(say("rules.quantized", kind=kind, dtype=text(config["dtype"])))
    _check(kind, config, value, key)
    parts = {"query": (query, heads[0]), "key": (key, heads[1])}
    if flag(kind, config, "use_gate"):
        parts["gate"] = (query, (heads[0][0], heads[2][1]))
    parts["value"] = (value, heads[2])
    gathered = (heads[0][0], heads[2][1])
    biased = flag(kind, config, "use_bias")
    owned: list[Parameter] = []
    for name, (shape, outward) in parts.items():
        owned += _projection(name, (dimension(kind, shape, -1),), outward, biased=biased)
    owned += _projection("attention_output", gathered, merged, biased=biased)
    macs = [known_product((*shape[1:], *outward)) for shape, outward in parts.values()]
    macs += [known_product((*query[1:-1], *gathered, *merged))]
    return tuple(owned), add_known(macs)


def _projection(
    name: str, inward: tuple[Dim, ...], outward: Iterable[Dim | None], *, biased: bool
) -> list[Parameter]:
    """The kernel, and the bias if there is one, of a projection inside the layer."""
    known = tuple(dim for dim in outward if dim is not None)
    kernel = Parameter(f"{name}/kernel", (*inward, *known))
    return [kernel, Parameter(f"{name}/bias", known)] if biased else [kernel]


def _check(kind: str, config: Config, value: Shape, key: Shape) -> None:
    """What Keras demands of any attention with heads."""
    number(kind, config, "dropout", most=1)
    flash, dropout = config["flash_attention"], config["dropout"]
    if flash is True and isinstance(dropout, int | float) and dropout > 0:
        raise SizingError(say("rules.flash", kind=kind))
    if config["sliding_window"] is not None:
        positive(kind, config, "sliding_window")
    inner = list(zip(value[1:-1], key[1:-1], strict=False))
    if len(value) != len(key) or any((a is None) != (b is None) or differ(a, b) for a, b in inner):
        raise SizingError(say("rules.attention", kind=kind, one=text(value), other=text(key)))


def _attention_axes(kind: str, given: Any, projected: int) -> list[int]:
    """The axes that are attended over, of a projected value of so many dimensions."""
    if given is None:
        return list(range(1, projected - 2))
    several = given if isinstance(given, tuple | list) else (given,)
    known = [axis for axis in several if isinstance(axis, int)]
    axes = [axis if axis >= 0 else projected - 1 + axis for axis in known]
    if len(known) < len(several) or any(not -projected <= axis < projected for axis in axes):
        raise SizingError(say("rules.attention_axes", kind=kind, value=text(given)))
    return axes


def _pairs(axes: list[int], query: Shape, key: Shape, heads: Dim, depth: Dim) -> Dim | None:
    """MACs of one product: every query meets every key along `axes`, head by head.

    None where samples would attend to each other, or no run could follow.
    """
    if len(query) != len(key) or any(not 0 < axis < len(query) - 1 for axis in axes):
        return None
    return known_product((*query[1:-1], *(key[axis] for axis in axes), heads, depth))
