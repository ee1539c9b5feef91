"""What a layer of a kind may be, given the shapes around it and how many parameters it has.

Each function yields configurations in Keras 3's spelling, plainest first, each with the shape
that enters: all that can own that number of parameters.
"""

from __future__ import annotations

from functools import partial

from sizeup.network import Layer
from sizeup.readers.summary.convolutions import (
    convolution,
    depthwise,
    divisors,
    separable,
    transposed,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sizeup.network import Shape
    from sizeup.readers.summary.convolutions import Option

    Finder = Callable[..., Iterator[Option]]

GATES = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3, "CuDNNLSTM": 4, "CuDNNGRU": 3}


def dense(kind: str, x: Shape | None, y: Shape, count: int, *, style: str) -> Iterator[Option]:
    """A matrix over the last axis."""
    del kind, style
    units = y[-1]
    if not isinstance(units, int) or units < 1:
        return
    for use_bias in (True, False):
        inputs, rest = divmod(count - use_bias * units, units)
        if not rest and inputs > 0 and (x is None or x[-1] == inputs):
            yield {"units": units, "use_bias": use_bias}, x or (None, *y[1:-1], inputs)


def embedding(kind: str, x: Shape | None, y: Shape, count: int, *, style: str) -> Iterator[Option]:
    """A table with a row for each word."""
    del kind, style
    columns = y[-1]
    if isinstance(columns, int) and columns > 0 and count % columns == 0:
        yield {"input_dim": count // columns, "output_dim": columns}, x or y[:-1]


def recurrent(kind: str, x: Shape | None, y: Shape, count: int, *, style: str) -> Iterator[Option]:
    """Gates over what enters and over the state, each with a bias, two or none."""
    del style
    units, gates = y[-1], GATES[kind]
    if not isinstance(units, int) or units < 1:
        return
    sequences = len(y) > 2
    for config, biases in _biases(kind):
        inputs, rest = divmod(count - gates * units * (units + biases), gates * units)
        if not rest and inputs > 0 and (x is None or x[-1] == inputs):
            found = {"units": units, "return_sequences": sequences, **config}
            yield found, x or (None, None, inputs)


def _biases(kind: str) -> Iterator[tuple[dict[str, bool], int]]:
    if kind.startswith("CuDNN"):
        yield {}, 2
        return
    if kind == "GRU":
        yield {"use_bias": True, "reset_after": True}, 2
        yield {"use_bias": True, "reset_after": False}, 1
        yield {"use_bias": False}, 0
        return
    yield {"use_bias": True}, 1
    yield {"use_bias": False}, 0


def bidirectional(
    kind: str, x: Shape | None, y: Shape, count: int, *, style: str
) -> Iterator[Option]:
    """A recurrent layer and its like backwards: twice the same parameters."""
    del kind
    width = y[-1]
    if not isinstance(width, int) or count % 2:
        return
    for merge_mode, units in (("concat", width // 2), ("sum", width)):
        if merge_mode == "concat" and width % 2:
            continue
        for inner in GATES:
            one = (*y[:-1], units)
            for config, entering in recurrent(inner, x, one, count // 2, style=style):
                held = Layer(inner.lower(), inner, config)
                yield {"layer": held, "merge_mode": merge_mode}, entering


def batch_norm(kind: str, x: Shape | None, y: Shape, count: int, *, style: str) -> Iterator[Option]:
    """Scale, shift, and two statistics along one axis; renormalized, five in Keras 2."""
    del kind, x
    if style == "keras 1":
        for axis in (-1, *range(1, len(y) - 1)):
            if y[axis] is not None and 4 * y[axis] == count:
                yield {"axis": axis, "mode": 0}, y
        return
    learned = [(True, True), (True, False), (False, True), (False, False)]
    for axis in (-1, *range(1, len(y) - 1)):
        for scale, center in learned:
            if y[axis] is not None and (2 + scale + center) * y[axis] == count:
                yield {"axis": axis, "center": center, "scale": scale, "renorm": False}, y
        if style.startswith("keras 2") and y[axis] is not None:
            for scale, center in learned:
                if (5 + scale + center) * y[axis] == count:
                    yield {"axis": axis, "center": center, "scale": scale, "renorm": True}, y


def layer_norm(kind: str, x: Shape | None, y: Shape, count: int, *, style: str) -> Iterator[Option]:
    """Scale and shift along one axis or several."""
    del x, style
    last = range(len(y) - 1, 0, -1)
    axes: list[tuple[int, ...]] = [(axis,) for axis in last]
    if kind == "LayerNormalization":
        axes += [tuple(range(first, len(y))) for first in range(len(y) - 2, 0, -1)]
    for several in axes:
        size = 1
        for axis in several:
            dim = y[axis]
            size *= dim if isinstance(dim, int) else 0
        for scale, center in ((True, True), (True, False), (False, True)):
            if size and (scale + center) * size == count:
                along = several if len(several) > 1 else several[0]
                found = {"axis": along, "center": center, "scale": scale}
                yield (found if kind != "GroupNormalization" else {**found, "groups": 1}), y


def scale_only(kind: str, x: Shape | None, y: Shape, count: int, *, style: str) -> Iterator[Option]:
    """A scale along the last axis."""
    del kind, x, style
    if y[-1] == count:
        yield {"axis": -1}, y


def slopes(kind: str, x: Shape | None, y: Shape, count: int, *, style: str) -> Iterator[Option]:
    """A slope for each element, shared along any axes."""
    del kind, style
    axes = range(1, len(y))
    for shared in sorted(_subsets(axes), key=len):
        size = 1
        for axis in axes:
            dim = y[axis]
            size *= 1 if axis in shared else dim if isinstance(dim, int) else 0
        if size == count:
            yield {"shared_axes": shared or None}, x or y


def _subsets(axes: range) -> Iterator[tuple[int, ...]]:
    for mask in range(1 << len(axes)):
        yield tuple(axis for place, axis in enumerate(axes) if mask >> place & 1)


def attention(kind: str, x: Shape | None, y: Shape, count: int, *, style: str) -> Iterator[Option]:
    """Heads over one sequence: three projections to them and one back."""
    del kind, style
    width = y[-1] if x is None else x[-1]
    if not isinstance(width, int) or not isinstance(y[-1], int):
        return
    for use_bias in (True, False):
        heads, rest = divmod(count - use_bias * y[-1], 3 * width + y[-1] + 3 * use_bias)
        if not rest and heads > 0:
            for number in sorted(divisors(heads), key=lambda n: abs(n - 8)):
                config = {"num_heads": number, "key_dim": heads // number, "use_bias": use_bias}
                yield config, x or y


FINDERS: dict[str, Finder] = {
    "Dense": dense,
    "Embedding": embedding,
    "Bidirectional": bidirectional,
    "BatchNormalization": batch_norm,
    "LayerNormalization": layer_norm,
    "GroupNormalization": layer_norm,
    "RMSNormalization": scale_only,
    "PReLU": slopes,
    "MultiHeadAttention": attention,
    **dict.fromkeys(GATES, recurrent),
    **{f"Conv{n}D": convolution for n in (1, 2, 3)},
    **{f"Conv{n}DTranspose": transposed for n in (1, 2, 3)},
    **{f"DepthwiseConv{n}D": depthwise for n in (1, 2)},
    **{f"SeparableConv{n}D": separable for n in (1, 2)},
}


def finder(kind: str) -> Finder | None:
    """The search for a kind, None where there is none."""
    found = FINDERS.get(kind)
    return None if found is None else partial(found, kind)
