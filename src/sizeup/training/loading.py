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
from sizeup.readers.saved.legacy_hdf5 import OLD_KERNEL
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from sizeup.network import Network

    Group = tuple[str, list[Any]]
    """The name of a layer, and its arrays in the order in which they are stored."""


class Stored(Record):
    """Layers in their order; whether they are older than Keras 2, and whether Theano is named."""

    groups: tuple[Group, ...]
    old: bool
    theano: bool


GATES = {"LSTM": (4, (0, 2, 1, 3)), "GRU": (3, (0, 1, 2))}
"""How many gates Keras 1 kept apart, and where today's order has them: LSTM i, c, f, o → i, f, c, o."""
PER_GATE = 3
"""Kernel, recurrent kernel and bias."""
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
    if _is_today(path):
        _refuse_unfit(network, path)
        return lambda model: _load_today(model, path)
    stored = _stored(path)
    groups = stored.groups
    if not groups:
        raise ReadError(say("weights.none_stored"), source=path)
    first = {r.path for r in rows(network) if r.layer.config.get("data_format") == "channels_first"}

    def load(model: Any) -> None:
        for layer, arrays in zip(*_matched(model, groups, network, path), strict=True):
            converted = _converted(layer, arrays, stored.old and layer.name in first)
            if converted is None:
                _refuse_unfit(network, path)
                raise UsageError(say("train.weights", path=path, name=layer.name))
            turn = _windows(layer) if flip or stored.theano else set()
            for variable, array in zip(_targets(layer), converted, strict=True):
                variable.assign(_flipped(array) if id(variable) in turn else array)

    return load


def _load_today(model: Any, path: str) -> None:
    """By Keras itself, which goes by how a file is called."""
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


def _is_today(path: str) -> bool:
    """Whether a file is HDF5 as Keras 3 writes weights."""
    if zipfile.is_zipfile(path):
        return True
    import h5py

    try:
        with h5py.File(path) as file:
            return "layers" in file or "_layer_checkpoint_dependencies" in file
    except OSError as error:
        raise ReadError(say("weights.unreadable"), source=path) from error


def _stored(path: str) -> Stored:
    """What older Keras stored, layer by layer."""
    import h5py

    with h5py.File(path) as file:
        root = file.get("model_weights", file)
        backend = _text(root.attrs.get("backend", file.attrs.get("backend", "")))
        if "layer_names" in root.attrs:
            names = [_text(name) for name in root.attrs["layer_names"]]
            weights = [_text(w) for n in names for w in root[n].attrs.get("weight_names", ())]
            old = any(OLD_KERNEL.search(name) for name in weights)
            groups = [(name, _named(root[name])) for name in names]
        else:
            old, groups = True, list(_numbered(root))
    kept = tuple((name, arrays) for name, arrays in groups if arrays)
    return Stored(kept, old, backend == "theano")


def _named(group: Any) -> list[Any]:
    return [group[_text(name)][()] for name in group.attrs.get("weight_names", ())]


def _numbered(root: Any) -> list[Group]:
    """Keras 0 numbered layers and their parameters."""
    layers = sorted((name for name in root if name.startswith("layer_")),
                    key=lambda name: int(name.removeprefix("layer_")))  # fmt: skip
    return [
        (name, [root[name][f"param_{number}"][()] for number in range(len(root[name]))])
        for name in layers
    ]


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _targets(layer: Any) -> list[Any]:
    """Its weights in the order of older Keras: what is trained comes first."""
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _windows(layer: Any) -> set[int]:
    """The weights of convolutions, be they in a wrapper or a model."""
    found = (each for each in layer._flatten_layers() if hasattr(each, "kernel_size"))  # noqa: SLF001
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


def _flipped(array: Any) -> Any:
    """A kernel of a convolution turned round in space."""
    if array.ndim < LINE:
        return array
    return array[(slice(None, None, -1),) * (array.ndim - 2)]
