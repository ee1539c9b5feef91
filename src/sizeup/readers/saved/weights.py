"""Files of weights alone: a network of what is stored, with kinds where they are certain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from sizeup.naming import auto_names, snake_case
from sizeup.network import Graph, Layer, Network, Note, Parameter
from sizeup.readers.saved.stored import Stored, StoredLayer, parameters, weight_name
from sizeup.rules.registry import HOMES
from sizeup.words import say

KERNEL_AND_BIAS = ("kernel", "bias")
NAMES = {
    **dict.fromkeys(("Dense", "EinsumDense", "Conv1D", "Conv2D", "Conv3D", "DepthwiseConv1D",
                     "DepthwiseConv2D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"),
                    KERNEL_AND_BIAS),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"),
                    ("depthwise_kernel", "pointwise_kernel", "bias")),
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN", "LSTMCell", "GRUCell", "SimpleRNNCell"),
                    ("kernel", "recurrent_kernel", "bias")),
    "Embedding": ("embeddings",), "PReLU": ("alpha",), "SpectralNormalization": ("vector_u",),
}  # fmt: skip
"""The weights of kinds in the order in which Keras 3 stores them, which numbers them."""
LAST = {"BatchNormalization": ("moving_mean", "moving_variance")}
"""Those that always come last, whatever the configuration."""
NUMBER = re.compile(r"_\d+$")
GATES = {1: "SimpleRNN", 3: "GRU", 4: "LSTM"}
"""How many gates share a recurrent kernel."""
MODELS = frozenset({"Sequential", "Functional"})


def network_of(stored: StoredLayer, name: str, *, by_class: bool) -> Network:
    """The network of the layers that a file stores; `by_class` where it calls them by their class."""
    layers = tuple(
        row_of(each, by_class=by_class) for each in stored.inside if any(each.everything())
    )
    names = auto_names((layer.kind, layer.name) for layer in layers)
    layers = tuple(layer.changed(name=n) for layer, n in zip(layers, names, strict=True))
    if stored.tensors:
        own = Layer(
            f"{name}_weights", "Weights", parameters=_parameters(stored.tensors, "", by_class)
        )
        layers = (*layers, own)
    note = Note("assumed", say("saved.weights_only"))
    return Network(stored.name or name, Graph(layers), kind="Weights", notes=(note,))


def row_of(stored: StoredLayer, *, by_class: bool) -> Layer:
    """A layer as the file stores it, with those inside of it where it is a model."""
    kind = _kind(stored, by_class)
    if stored.inside and (kind is None or kind in MODELS):
        held = tuple(
            row_of(each, by_class=by_class) for each in stored.inside if any(each.everything())
        )
        names = auto_names((layer.kind, layer.name) for layer in held)
        held = tuple(layer.changed(name=n) for layer, n in zip(held, names, strict=True))
        own = _parameters(stored.tensors, kind or "", by_class)
        return Layer(stored.name or stored.stem, kind or "Weights", parameters=own, held=held)
    return Layer(
        stored.name or stored.stem,
        kind or "Weights",
        parameters=_whole(stored, kind or "", by_class),
    )


def _whole(stored: StoredLayer, kind: str, by_class: bool, path: str = "") -> tuple[Parameter, ...]:
    """All tensors of a layer that is one row, those inside of it by their paths."""
    tensors = stored.tensors
    if kind == "SpectralNormalization":  # which stores its layer's kernel too
        tensors = tensors[1:]
    own = _parameters(tensors, kind, by_class)
    found = [each.changed(name=f"{path}{each.name}") for each in own]
    for each in stored.inside:
        inner = (
            _kind(each, by_class) or (by_class and _kinds().get(NUMBER.sub("", each.name))) or ""
        )
        found += _whole(each, inner, by_class, f"{path}{each.stem}/")
    return tuple(found)


def _parameters(tensors: Sequence[Stored], kind: str, by_class: bool) -> tuple[Parameter, ...]:
    return parameters(tensors, _names(tensors, kind) if by_class else None)


def _names(tensors: Sequence[Stored], kind: str) -> list[str]:
    """The names of numbered weights, where the kind tells them."""
    last = LAST.get(kind, ())
    known = NAMES.get(kind, ())[: len(tensors)]
    numbers = [weight_name(tensor.path) for tensor in tensors]
    if last and len(tensors) >= len(last):
        first = ("gamma", "beta") if len(tensors) == len(last) + 2 else ()
        rest = numbers[: len(tensors) - len(last)]
        return [*(first or rest), *last]
    return [*known, *numbers[len(known) :]]


def _kind(stored: StoredLayer, by_class: bool) -> str | None:
    """The kind of a layer where it is certain: by its class, or by the weights that only it has."""
    if by_class:
        return _kinds().get(NUMBER.sub("", stored.stem)) or _kinds().get(stored.stem)
    shapes = {weight_name(tensor.path): tensor.shape for tensor in stored.tensors}
    if len(shapes) < len(stored.tensors):
        return None  # of several layers
    if "moving_variance" in shapes or "running_std" in shapes:
        return "BatchNormalization"
    if shapes.keys() == {"embeddings"}:
        return "Embedding"
    recurrent = shapes.get("recurrent_kernel")
    if recurrent is not None and len(recurrent) == 2 and recurrent[0]:
        return GATES.get(recurrent[1] // recurrent[0]) if "kernel" in shapes else None
    named = _kinds().get(NUMBER.sub("", stored.name))
    fits = named is not None and shapes.keys() <= set(NAMES.get(named, ()))
    return named if fits else None


@cache
def _kinds() -> dict[str, str]:
    """Kinds by the names that Keras makes of them."""
    return {snake_case(kind): kind for kind in (*HOMES, *MODELS) if not kind.startswith("ops.")}
