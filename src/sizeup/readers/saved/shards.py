"""Weights of Keras 3 that are split over several files: an index in JSON, and HDF5 beside it."""

from __future__ import annotations

import os.path
from collections.abc import Mapping

from sizeup.errors import ReadError
from sizeup.network import Network
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.readers.saved.hdf5 import Hdf5
    from sizeup.readers.saved.stored import Stored

MAP = "weight_map"
ENDING = ".weights.h5"
MAX_SHARDS = 10_000


def is_index(document: object) -> bool:
    """Whether data is such an index: of groups of weights, and the files that hold them."""
    told = document.get(MAP) if isinstance(document, dict) else None
    return isinstance(told, dict) and bool(told) and all(
        isinstance(each, list) and all(isinstance(name, str) and name.endswith(ENDING) for name in each)
        for each in told.values()
    )  # fmt: skip


def read_shards(document: Mapping[str, Any], source: str, *, name: str) -> Network:
    """The network of the weights in all files that an index lists, which stand beside it."""
    from sizeup.readers.saved.hdf5 import inspected
    from sizeup.readers.saved.stored import tree
    from sizeup.readers.saved.weights import network_of
    from sizeup.readers.saved.whole import BY_CLASS

    files = sorted({name for names in document[MAP].values() for name in names})
    if len(files) > MAX_SHARDS:
        raise ReadError(say("saved.shards", most=MAX_SHARDS), source=source)
    tensors: dict[str, Stored] = {}
    told: dict[str, str] = {}
    for each in files:
        path = os.path.join(os.path.dirname(source), each)
        if os.path.basename(each) != each or not os.path.isfile(path):
            raise ReadError(say("saved.no_shard", name=each), source=source)
        with open(path, "rb", buffering=0) as file:
            found, names = inspected(file, path, _looked_into)
        tensors |= {tensor.path: tensor for tensor in found}
        told |= names
    network = network_of(tree(list(tensors.values()), told), name, by_class=True)
    return network.changed(source=source, reader=BY_CLASS)


def _looked_into(file: Hdf5) -> tuple[list[Stored], dict[str, str]]:
    from sizeup.readers.saved.whole import names_of

    found, groups = file.contents()
    return found, names_of(file, groups)
