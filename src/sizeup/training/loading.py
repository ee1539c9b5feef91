"""Stored weights into a live model: those of today's Keras, and those of Keras 0 to 2 converted.

Older Keras kept the weights of each layer in a group, in order; the conversions are those that
`preprocess_weights_for_loading` of Keras 2 made, and that of a GRU with one bias.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from sizeup.analyses.weights import fit_weights
from sizeup.errors import ReadError, UsageError
from sizeup.network import rows
from sizeup.readers import read
from sizeup.readers.saved import read_weights
from sizeup.training.stored import is_today, read_stored, refuse_elsewhere
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from sizeup.network import Network
    from sizeup.training.stored import Group

GATES = {"LSTM": (4, (0, 2, 1, 3)), "GRU": (3, (0, 1, 2))}
"""How many gates Keras 1 kept apart, and where today's order has them: LSTM i, c, f, o → i, f, c, o."""
PER_GATE = 3
"""Kernel, recurrent kernel and bias."""
PLACED = ("LocallyConnected1D", "LocallyConnected2D")
"""Kinds with a kernel for each place of an image, which no library turned round."""
IMAGE, LINE = 4, 3
"""Axes of the kernels of Conv2D and Conv1D."""


def loader(network: Network, path: str, *, flip: bool = False) -> Callable[[Any], None]:
    """What loads the weights of a file into the model of a network.

    `flip` turns the kernels of convolutions round, as those that were trained on Theano need
    where the file does not say so. Raises ReadError for a missing file, UsageError where the
    weights do not belong to the network, with the cause.
    """
    if not Path(path).is_file():
        raise ReadError(say("readers.missing"), source=path)
    refuse_elsewhere(path)
    if is_today(path):
        _refuse_unfit(network, path)
        return lambda model: _load_today(model, path)
    stored = read_stored(path)
    first = {r.path for r in rows(network) if r.layer.config.get("data_format") == "channels_first"}

    def load(model: Any) -> None:
        for layer, arrays in zip(*_matched(model, stored.groups, network, path), strict=True):
            given = _of_last(layer, arrays) if layer.name in first else arrays
            converted = _converted(layer, given, stored.old and layer.name in first)
            targets = _targets(layer)
            if converted is None or len(converted) != len(targets):
                _refuse_unfit(network, path)
                raise UsageError(say("train.weights", path=path, name=layer.name))
            turn = _windows(layer) if flip or stored.theano else set()
            for variable, array in zip(targets, converted, strict=True):
                variable.assign(_flipped(array) if id(variable) in turn else array)

    return load


def _load_today(model: Any, path: str) -> None:
    """By Keras itself. Raises UsageError for what it refuses."""
    try:
        _load_as_called(model, path)
    except (ValueError, KeyError, TypeError, OSError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise UsageError(say("train.unloaded", path=path, reason=reason)) from error


def _load_as_called(model: Any, path: str) -> None:
    """Keras goes by how a file is called."""
    if path.endswith((".keras", ".weights.h5")):
        model.load_weights(path)
        return
    with TemporaryDirectory() as home:
        ending = ".keras" if zipfile.is_zipfile(path) else ".weights.h5"
        model.load_weights(shutil.copy(path, Path(home, f"model{ending}")))


def _refuse_unfit(network: Network, path: str) -> None:
    stored = read_weights(path) or read(path)[0]
    found = fit_weights(network, stored)
    if not found.ok:
        raise UsageError(say("weights.not", name=network.name, cause=found.cause), source=path)


def _targets(layer: Any) -> list[Any]:
    """Its weights in the order of older Keras: what is trained comes first."""
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _windows(layer: Any) -> set[int]:
    """The weights of convolutions, be they in a wrapper or a model."""
    found = (each for each in layer._flatten_layers() if hasattr(each, "kernel_size")  # noqa: SLF001
             and type(each).__name__ not in PLACED)  # fmt: skip
    return {id(variable) for each in found for variable in each.weights}


def _matched(
    model: Any, groups: Sequence[Group], network: Network, path: str
) -> tuple[list[Any], list[list[Any]]]:
    """The layers that own weights, and the arrays of each: by name where all names are there."""
    layers = [layer for layer in model.layers if layer.weights]
    by_name = dict(groups)
    if all(layer.name in by_name for layer in layers) and len(layers) == len(groups):
        return layers, [by_name[layer.name] for layer in layers]
    if len(layers) != len(groups):
        _refuse_unfit(network, path)
        raise UsageError(say("train.layers", path=path, stored=len(groups), owned=len(layers)))
    return layers, [arrays for _, arrays in groups]


def _converted(layer: Any, arrays: list[Any], old: bool) -> list[Any] | None:
    """The arrays as today's layer has them; None where nothing makes them fit."""
    inner = _inside(layer)
    if inner:
        share = len(arrays) // len(inner)
        parts = [_converted(each, arrays[n * share : (n + 1) * share], old)
                 for n, each in enumerate(inner)]  # fmt: skip
        return None if None in parts else [a for part in parts for a in part or ()]
    shapes = [tuple(variable.shape) for variable in _targets(layer)]
    ways = [arrays, _merged(type(layer).__name__, arrays), *_turned(arrays, len(shapes[0]))]
    fitting = [way for way in ways if way is not None and [a.shape for a in way] == shapes]
    # a kernel of equal sides fits both ways: what is old and has its channels first is turned
    return fitting[-1 if old else 0] if fitting else None


def _inside(layer: Any) -> list[Any]:
    """The layers of a wrapper, in the order of their weights."""
    found = [getattr(layer, name, None) for name in ("forward_layer", "backward_layer", "layer")]
    return [each for each in found if each is not None]


def _merged(kind: str, arrays: list[Any]) -> list[Any] | None:
    """The kernels, recurrent kernels and biases of gates side by side."""
    gates, order = GATES.get(kind, (0, ()))
    if not gates or len(arrays) != PER_GATE * gates:
        return None
    import numpy as np

    parts = (arrays[part::PER_GATE] for part in range(PER_GATE))
    return [np.concatenate([part[gate] for gate in order], axis=-1) for part in parts]


def _turned(arrays: list[Any], rank: int) -> Iterator[list[Any]]:
    """Kernels with their filters in front; those of sequences were of images of one column."""
    import numpy as np

    kernel, *rest = arrays
    if kernel.ndim < IMAGE:
        return
    turned = np.moveaxis(kernel, (0, 1), (-1, -2))
    if kernel.ndim == rank:
        yield [turned, *rest]
    elif kernel.ndim == rank + 1:
        for each in (kernel, turned):
            if each.shape[1] == 1:
                yield [each[:, 0], *rest]


def _of_last(layer: Any, arrays: list[Any]) -> list[Any]:
    """What a kind with a kernel for each place had with its channels first, as it is with them last.

    Its windows were (channels, rows, columns), and its biases were added as if they were.
    """
    if type(layer).__name__ != "LocallyConnected2D" or not arrays:
        return arrays
    kernel, *biases = arrays
    if kernel.shape == tuple(layer.kernel.shape):
        windows = kernel.reshape(len(kernel), -1, *layer.kernel_size, kernel.shape[-1])
        kernel = windows.transpose(0, 2, 3, 1, 4).reshape(kernel.shape)
    return [kernel, *(b.reshape(kernel.shape[-1], *layer.positions).transpose(1, 2, 0) for b in biases
                      if b.size == kernel.shape[-1] * len(kernel))]  # fmt: skip


def _flipped(array: Any) -> Any:
    """A kernel of a convolution turned round in space."""
    if array.ndim < LINE:
        return array
    return array[(slice(None, None, -1),) * (array.ndim - 2)]
