"""Files of weights, opened with care: what is in them, and never what they point to elsewhere."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from sizeup.errors import ReadError
from sizeup.readers.saved.legacy_hdf5 import OLD_KERNEL
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    Found = TypeVar("Found")
    Group = tuple[str, list[Any]]
    """The name of a layer, and its arrays in the order in which they are stored."""

NUMBERS = "biuf"
"""Kinds of arrays that are weights."""
MOST_PACKED = 1_100
"""So many times smaller than its content a data set may be: what deflate comes to at most."""


class Stored(Record):
    """Layers in their order; whether they are older than Keras 2, and whether Theano is named."""

    groups: tuple[Group, ...]
    old: bool
    theano: bool


def refuse_elsewhere(path: str) -> None:
    """Raise ReadError for HDF5, also in an archive, that takes content from other places."""
    if not zipfile.is_zipfile(path):
        _opened(path, path, _refuse_elsewhere)
        return
    with TemporaryDirectory() as home, zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".h5"):
                beside = Path(home, "member.h5")
                with archive.open(name) as packed, beside.open("wb") as plain:
                    shutil.copyfileobj(packed, plain)
                _opened(str(beside), path, _refuse_elsewhere)


def is_today(path: str) -> bool:
    """Whether a file holds weights as Keras 3 writes them. Raises ReadError for a damaged one."""
    layers = ("layers", "_layer_checkpoint_dependencies")
    return zipfile.is_zipfile(path) or _opened(
        path, path, lambda file: any(name in file for name in layers)
    )


def read_stored(path: str) -> Stored:
    """What older Keras stored, layer by layer. Raises ReadError where that cannot be read."""
    found = _opened(path, path, _stored)
    if not found.groups:
        raise ReadError(say("weights.none_stored"), source=path)
    return found


def _opened(path: str, source: str, look: Callable[[Any], Found]) -> Found:
    import h5py

    try:
        with h5py.File(path, "r") as file:
            return look(file)
    except ReadError as error:
        error.source = error.source or source
        raise
    except Exception as error:  # a damaged file fails in many ways
        raise ReadError(say("weights.unreadable"), source=source) from error


def _refuse_elsewhere(file: Any) -> None:
    """Links to other files or by a name, and data sets that are kept or put together elsewhere."""
    import h5py

    seen, pending = set(), [file]
    while pending:
        group = pending.pop()
        for name in group:
            linked = isinstance(group.get(name, getlink=True), h5py.HardLink)
            item = group[name] if linked else None
            if item is None or (
                isinstance(item, h5py.Dataset) and (item.external or item.is_virtual)
            ):
                raise ReadError(say("weights.elsewhere", name=f"{group.name.rstrip('/')}/{name}"))
            address = h5py.h5o.get_info(item.id).addr
            if isinstance(item, h5py.Group) and address not in seen:
                seen.add(address)
                pending.append(item)


def _stored(file: Any) -> Stored:
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
    return [_array(group[_text(name)]) for name in group.attrs.get("weight_names", ())]


def _numbered(root: Any) -> list[Group]:
    """Keras 0 numbered layers and their parameters."""
    layers = sorted((name for name in root if name.startswith("layer_")),
                    key=lambda name: int(name.removeprefix("layer_")))  # fmt: skip
    return [
        (name, [_array(root[name][f"param_{number}"]) for number in range(len(root[name]))])
        for name in layers
    ]


def _array(data: Any) -> Any:
    if data.dtype.kind not in NUMBERS:
        raise ReadError(say("weights.no_numbers", name=data.name))
    if data.size * data.dtype.itemsize > MOST_PACKED * data.id.get_storage_size():
        raise ReadError(say("weights.hollow", name=data.name, shape="×".join(map(str, data.shape))))
    return data[()]


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
