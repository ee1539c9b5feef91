"""Whole models and weights in HDF5 as Keras up to 2 wrote them, and Keras 3 for those who ask.

The root holds `model_config` and, in the group `model_weights`, a group for each layer; a file of
weights holds these groups itself. Keras 0 numbered the groups.
"""

from __future__ import annotations

import re

from sizeup.errors import ReadError
from sizeup.readers.saved.stored import Stored, StoredLayer
from sizeup.readers.saved.text import is_architecture, parsed
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sizeup.readers.saved.hdf5 import Hdf5

WEIGHTS = "model_weights"
OLD_KERNEL = re.compile(r"_W$|param_\d+$")
TOP_LEVEL = "top_level_model_weights"
"""The group of weights that a model owns itself, beside its layers."""


def configuration(file: Hdf5) -> tuple[Any, str | None]:
    """The configuration of a whole model, if the file holds one, and the Keras that wrote it."""
    version = file.attribute("keras_version")
    text = file.attribute("model_config")
    if not isinstance(text, str):
        return None, version if isinstance(version, str) else None
    document = parsed(text)
    if not is_architecture(document):
        raise ReadError(say("saved.no_model"))
    return document, version if isinstance(version, str) else None


def stored_layers(file: Hdf5) -> list[StoredLayer] | None:
    """The layers of a file in their order; None where it is not of this form."""
    root = f"/{WEIGHTS}" if WEIGHTS in file else "/"
    names = file.attribute("layer_names", root)
    if names is None:
        return _numbered(file, root)
    return [_layer(file, root, name) for name in [*names, *_top_level(file, root)]]


def may_be_flipped(file: Hdf5, layers: Sequence[StoredLayer]) -> bool:
    """Whether kernels of convolutions may be Theano's, which flips them; shapes cannot show it.

    Keras 2 names its backend; those before it had Theano first, and named their weights otherwise.
    """
    root = f"/{WEIGHTS}" if WEIGHTS in file else "/"
    backend = file.attribute("backend", root) or file.attribute("backend")
    if backend is not None and backend != "theano":
        return False
    tensors = [tensor for layer in layers for tensor in layer.everything()]
    kernels = [tensor for tensor in tensors if len(tensor.shape) > 2]
    return any(backend or OLD_KERNEL.search(tensor.path) for tensor in kernels)


def _top_level(file: Hdf5, root: str) -> list[str]:
    return [TOP_LEVEL] if f"{root}/{TOP_LEVEL}" in file else []


def _layer(file: Hdf5, root: str, name: str) -> StoredLayer:
    group = f"{root.rstrip('/')}/{name}"
    if group not in file:
        raise ReadError(say("saved.no_group", name=name))
    order = {path: place for place, path in enumerate(file.attribute("weight_names", group) or ())}
    found = [tensor for tensor in file.tensors(group) if tensor.path in order]
    if len(found) != len(order):
        raise ReadError(say("saved.no_weight", name=name))
    return StoredLayer(name, name, tuple(sorted(found, key=lambda tensor: order[tensor.path])))


def _numbered(file: Hdf5, root: str) -> list[StoredLayer] | None:
    """Keras 0: `layer_0/param_0`, or the one group `graph`."""
    count = file.attribute("nb_layers", root)
    names = ["graph"] if "/graph" in file and count is None else []
    if isinstance(count, int):
        names = [f"layer_{number}" for number in range(min(count, len(file.groups(root))))]
    if not names:
        return None
    return [StoredLayer(name, name, tuple(sorted(file.tensors(f"{root.rstrip('/')}/{name}"), key=_number)))
            for name in names if name in file.groups(root)]  # fmt: skip


def _number(tensor: Stored) -> int:
    digits = tensor.path.rpartition("_")[2]
    return int(digits) if digits.isdecimal() else 0
