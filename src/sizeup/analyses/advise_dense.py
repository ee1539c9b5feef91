"""Changes of matrices: dense layers, embeddings, recurrent gates."""

from __future__ import annotations

from sizeup.network import Layer, held_layers, map_held
from sizeup.rules.replacing import Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sizeup.analyses.advise_view import Change, Spot, View

BOTTLENECK, LEAST = 40, 32
"""A bottleneck is a fortieth of the narrower side, as in 784:2000:50:2000:10, and at least so wide."""
RANK = 4
"""Factors own so much less."""
WORTH = 64
"""The narrowest side of a matrix that is worth factors."""
SMALLER = 4
"""By what the head's units, and the width of embeddings, are divided."""
SHAPING = ("Dense", "Activation", "ReLU", "LeakyReLU", "ELU", "PReLU", "Softmax", "Dropout",
           "AlphaDropout", "GaussianDropout", "BatchNormalization", "LayerNormalization")  # fmt: skip
"""Kinds that a head is made of."""
NORMALIZED = ("Dense", "Conv1D", "Conv2D", "Conv3D", "DepthwiseConv1D", "DepthwiseConv2D",
              "SeparableConv1D", "SeparableConv2D", "Conv1DTranspose", "Conv2DTranspose",
              "Conv3DTranspose")  # fmt: skip


def bottlenecks(view: View) -> Iterator[Change]:
    """Few units between two wide layers, between all that are as wide at once."""
    alike: dict[tuple[int, int], list[Spot]] = {}
    for spot in view.of("Dense"):
        inside = any(layer.parameters for layer in view.before(spot.number))
        if min(_sides(spot)) >= SMALLER * LEAST and inside and not _is_last(view, spot):
            alike.setdefault(_sides(spot), []).append(spot)

    def parts(spot: Spot, layer: Layer) -> tuple[Part, ...]:
        between = view.activation(spot)
        narrow = {"units": _few(spot)} | ({} if between is None else {"activation": between})
        return (Part("Dense", narrow, "bottleneck"), Part("Dense", layer.config))

    for spots in alike.values():
        yield from view.changes("bottleneck_dense", spots, parts, units=_few(spots[0]))


def _few(spot: Spot) -> int:
    return max(LEAST, plain(min(_sides(spot)) // BOTTLENECK))


def factors(view: View) -> Iterator[Change]:
    """A matrix as the product of two thin ones: of all that are worth it, and of the one that is most."""
    spots = [spot for spot in view.of("Dense") if min(_sides(spot)) >= WORTH]

    def factored(spot: Spot, layer: Layer) -> tuple[Part, ...]:
        rows, columns = _sides(spot)
        thin = {"units": plain(rows * columns // (RANK * (rows + columns))), "use_bias": False}
        return (Part("Dense", thin, "factor"), Part("Dense", layer.config))

    yield from view.changes("low_rank", spots, factored)
    largest = max(spots, key=lambda spot: spot.owns, default=None)
    if largest is not None and 2 * largest.owns > sum(spot.owns for spot in spots):
        yield from view.changes("low_rank", [largest], factored)


def embedding_factors(view: View) -> Iterator[Change]:
    """A narrow table and a matrix that widens what it gives."""
    spots = [spot for spot in view.of("Embedding") if (spot.leaves[-1] or 0) >= WORTH]

    def factored(_: Spot, layer: Layer) -> tuple[Part, ...]:
        width = layer.config["output_dim"]
        widened = {"units": width, "use_bias": False}
        narrow = {**layer.config, "output_dim": width // SMALLER}
        return (Part("Embedding", narrow), Part("Dense", widened, "projection"))

    yield from view.changes("embedding_factors", spots, factored)


def heads(view: View) -> Iterator[Change]:
    """A quarter of the units of the hidden dense layers behind all others."""
    spots = [
        spot
        for spot in view.of("Dense")
        if not _is_last(view, spot)
        and _sides(spot)[1] >= WORTH
        and all(layer.kind in SHAPING for layer in view.reached(spot.number))
        and any(
            layer.parameters and layer.kind not in SHAPING for layer in view.before(spot.number)
        )
    ]

    def smaller(_: Spot, layer: Layer) -> tuple[Part, ...]:
        return (Part("Dense", {**layer.config, "units": layer.config["units"] // SMALLER}),)

    if spots:
        yield view.change("head", spots, smaller)


def unbiased(view: View) -> Iterator[Change]:
    """No bias where a BatchNormalization takes it away again."""
    spots = [
        spot
        for spot in view.of(*NORMALIZED)
        if spot.setting("use_bias") and spot.setting("activation") in (None, "linear")
        and _is_normalized(view, spot)
    ]  # fmt: skip
    yield from view.changes(
        "no_bias",
        spots,
        lambda _, layer: (Part(layer.kind, {**layer.config, "use_bias": False}),),
    )


def _is_normalized(view: View, spot: Spot) -> bool:
    after = view.next(spot.number)
    if after is None or after.kind != "BatchNormalization" or not after.trainable:
        return False
    rank, axis = len(spot.leaves), after.config.get("axis", -1)
    first = spot.layer.config.get("data_format") == "channels_first"
    return isinstance(axis, int) and axis % rank == (1 if first else rank - 1)


def gated_less(view: View) -> Iterator[Change]:
    """Three gates in place of four."""
    spots = [
        spot
        for spot in view.of("LSTM", "Bidirectional")
        if spot.layer.kind == "LSTM"
        or any(held.kind == "LSTM" for held in held_layers(spot.layer.config))
    ]

    def as_gru(layer: Layer) -> Layer:
        if layer.kind != "LSTM":
            return layer
        config = {k: v for k, v in layer.config.items() if k != "unit_forget_bias"}
        return layer.changed(kind="GRU", config=config, parameters=())

    def gated(_: Spot, layer: Layer) -> tuple[Part, ...]:
        new = as_gru(layer)
        return (Part(new.kind, map_held(new.config, as_gru)),)

    yield from view.changes("gru", spots, gated)


def plain(number: int) -> int:
    """At most so much, in two digits that count: 102 is 100, 357 is 350.

    >>> [plain(n) for n in (7, 50, 102, 357, 1638)]
    [7, 50, 100, 350, 1600]
    """
    unit = int("1".ljust(len(str(number)) - 1, "0"))
    return number // unit * unit


def _sides(spot: Spot) -> tuple[int, int]:
    """The rows and columns of a dense layer's matrix."""
    rows, columns = spot.enters[-1], spot.leaves[-1]
    assert rows is not None and columns is not None  # noqa: PT018
    return rows, columns


def _is_last(view: View, spot: Spot) -> bool:
    """Whether no weights on connections come behind a layer."""
    return not any(
        len(p.shape) > 1 for layer in view.reached(spot.number) for p in layer.parameters
    )
