"""Changes of networks on images, sound and text that convolve: kernels, channels, what is flattened."""

from __future__ import annotations

from sizeup.rules.replacing import Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sizeup.analyses.advise_view import Change, Spot, View
    from sizeup.network import Layer

    Config = dict[str, Any]

IMAGE = 3
"""The rank from which what is flattened has places and channels."""
RANKS = range(IMAGE, 6)
"""The ranks for which there are poolings."""
LARGE = 5
"""The smallest kernel that a stack of kernels of 3 can stand for."""
NARROW, REDUCTION = 64, 4
"""Channels that are worth a bottleneck, and by what it divides them."""
FEWEST = 8
"""Channels under which a convolution is left whole: the first one, as MobileNet leaves it."""
SHARED = ("data_format", "activation", "use_bias", "dtype")
"""Settings that a layer in a chain has of the one that it stands for; at its inside only these."""


def global_pooling(view: View) -> Iterator[Change]:
    """Each channel's mean in place of all of its places."""

    def pooled(spot: Spot, _: Layer) -> tuple[Part, ...]:
        return (Part(f"GlobalAveragePooling{len(spot.enters) - 2}D", _format(view, spot)),)

    for spot in view.of("Flatten"):
        if len(spot.enters) in RANKS:
            kind = pooled(spot, spot.layer)[0].kind
            yield view.change("global_pooling", [spot], pooled, kind=kind)


def one_more_pooling(view: View) -> Iterator[Change]:
    """Half the places a side before they are flattened."""

    def pooled(spot: Spot, layer: Layer) -> tuple[Part, ...]:
        config = {"pool_size": 2, **_format(view, spot)}
        kind = f"MaxPooling{len(spot.enters) - 2}D"
        return (Part(kind, config, "pool"), Part(layer.kind, layer.config))

    for spot in view.of("Flatten"):
        if len(spot.enters) in RANKS:
            kind = pooled(spot, spot.layer)[0].kind
            yield view.change("pooling", [spot], pooled, kind=kind)


def _format(view: View, spot: Spot) -> Config:
    found = view.data_format(spot)
    return {} if found == "channels_last" else {"data_format": found}


def stacks(view: View) -> Iterator[Change]:
    """Kernels of 3 one after another in place of larger ones; they see as far."""
    for size in sorted(
        {_side(s) for s in _convolutions(view) if _side(s) >= LARGE and _side(s) % 2}
    ):
        spots = [s for s in _convolutions(view) if _side(s) == size and _is_dense(s)]
        count = (size - 1) // 2

        def stack(spot: Spot, layer: Layer, count: int = count) -> tuple[Part, ...]:
            kept = {**layer.config, "kernel_size": 3}
            first = {**kept, "strides": 1, "activation": view.activation(spot) or "relu"}
            return (
                *(Part(layer.kind, first, "a") for _ in range(count - 1)),
                Part(layer.kind, kept),
            )

        yield from view.changes("stack", spots, stack, size=size, count=count)


def bottlenecks(view: View) -> Iterator[Change]:
    """A convolution of fewer channels between two of size 1."""
    wide = [
        spot
        for spot in _convolutions(view)
        if _side(spot) > 1 and _is_dense(spot)
        and min(_channels(spot), spot.setting("filters")) >= NARROW
    ]  # fmt: skip

    def bottleneck(spot: Spot, layer: Layer) -> tuple[Part, ...]:
        config, filters = layer.config, layer.config["filters"]
        inner = view.activation(spot) or "relu"
        point = {key: config[key] for key in SHARED if key in config} | {"kernel_size": 1}
        narrow = {"filters": filters // REDUCTION, "activation": inner}
        return (
            Part(layer.kind, {**point, **narrow}, "reduce"),
            Part(layer.kind, {**config, **narrow}, "narrow"),
            Part(layer.kind, {**point, "filters": filters}),
        )

    yield from view.changes("bottleneck", wide, bottleneck)


def separable(view: View) -> Iterator[Change]:
    """Each channel by itself, then all of them at each place."""
    spots = [
        spot
        for spot in _convolutions(view, "Conv1D", "Conv2D")
        if _side(spot) > 1 and _is_dense(spot) and _channels(spot) >= FEWEST
    ]

    def separated(_: Spot, layer: Layer) -> tuple[Part, ...]:
        names = (*SHARED, "filters", "kernel_size", "strides", "padding", "dilation_rate")
        config = {name: layer.config[name] for name in names if name in layer.config}
        return (Part(layer.kind.replace("Conv", "SeparableConv"), config),)

    yield from view.changes("separable", spots, separated)


def factors(view: View) -> Iterator[Change]:
    """A kernel as a column and a row."""
    spots = [spot for spot in _convolutions(view, "Conv2D") if _side(spot) > 1 and _is_dense(spot)]

    def factored(_: Spot, layer: Layer) -> tuple[Part, ...]:
        config = dict(layer.config)
        rows, columns = _pair(config["kernel_size"])
        down, right = _pair(config.get("strides", 1))
        column = {"kernel_size": (rows, 1), "strides": (down, 1)}
        row = {"kernel_size": (1, columns), "strides": (1, right)}
        linear = {"activation": None, "use_bias": False}
        return (
            Part(layer.kind, {**config, **column, **linear}, "column"),
            Part(layer.kind, {**config, **row}),
        )

    yield from view.changes("factors", spots, factored)


def _convolutions(view: View, *kinds: str) -> list[Spot]:
    return view.of(*(kinds or ("Conv1D", "Conv2D", "Conv3D")))


def _pair(value: Any) -> tuple[Any, Any]:
    return tuple(value) if isinstance(value, tuple | list) else (value, value)


def _side(spot: Spot) -> int:
    """The size of a kernel that is equal in all dimensions, else 0."""
    sizes = spot.setting("kernel_size")
    sizes = set(sizes) if isinstance(sizes, tuple | list) else {sizes}
    size = sizes.pop()
    return size if not sizes and isinstance(size, int) else 0


def _is_dense(spot: Spot) -> bool:
    """Whether every filter sees all channels at neighbouring places, in equal steps."""
    steps = spot.setting("strides")
    equal = not isinstance(steps, tuple | list) or len(set(steps)) == 1
    dilation = spot.setting("dilation_rate")
    dilation = dilation if isinstance(dilation, tuple | list) else (dilation,)
    padding = spot.setting("padding") in ("valid", "same", "causal")
    return spot.setting("groups") in (None, 1) and set(dilation) == {1} and equal and padding


def _channels(spot: Spot) -> int:
    """The channels that enter: what a filter holds for each place of the kernel."""
    kernel = next(p for p in spot.layer.parameters if p.name == "kernel")
    channels = kernel.shape[-2]
    assert isinstance(channels, int)
    return channels
