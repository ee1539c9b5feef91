"""Saved Keras models: told apart by their content, read without running or importing anything.

A configuration is followed as Keras' own `from_config` would: its layers are made and called in
the world of `readers.source.keras`, so that what holds for code holds for files too.
"""

from __future__ import annotations

import os.path

from sizeup.errors import ReadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Network

ZIP, HDF5 = b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"
TABLE = bytes.fromhex("57fb808b247547db")
"""How the index of a TensorFlow checkpoint ends."""
BLOCK = 512
"""A file of HDF5 may begin with a block of the user's, of this size or a double of it."""


def read_stored(path: str) -> Network | None:
    """The network in a file or directory of a format that is known here, else None.

    A checkpoint is named by what its files begin with. Raises ReadError where the format is known,
    but what is there holds no network that can be read.
    """
    if os.path.isfile(path):
        return _read_file(path)
    if os.path.isdir(path):
        return _read_directory(path)
    return _read_checkpoint(path, path)


def read_weights(path: str) -> Network | None:
    """What a whole model in HDF5 stores, as it is stored; None for what is no HDF5.

    A model that stands in another one is one layer there, and an older Keras had other tensors
    than the layers that its configuration stands for have today.
    """
    if not os.path.isfile(path) or not _is_hdf5(_ends(path)[0]):
        return None
    from sizeup.readers.saved.whole import read_hdf5

    return read_hdf5(path, name=_stem(path), weights=True)


def _is_hdf5(head: bytes) -> bool:
    return head.startswith(HDF5) or head[BLOCK:] == HDF5


def _ends(path: str) -> tuple[bytes, bytes]:
    """How a file begins and ends."""
    try:
        with open(path, "rb") as file:
            head = file.read(BLOCK + len(HDF5))
            file.seek(max(0, os.path.getsize(path) - len(TABLE)))
            return head, file.read(len(TABLE))
    except OSError:  # whoever opens it next says so
        return b"", b""


def _read_file(path: str) -> Network | None:
    head, tail = _ends(path)
    if head.startswith(ZIP):
        from sizeup.readers.saved.archive import read_archive

        return read_archive(path, name=_stem(path))
    if _is_hdf5(head):
        from sizeup.readers.saved.whole import read_hdf5

        return read_hdf5(path, name=_stem(path))
    if tail == TABLE:
        from sizeup.readers.saved.checkpoint import read_checkpoint

        return read_checkpoint(path, path, name=_stem(path))
    return None


def _read_directory(path: str) -> Network | None:
    if os.path.isfile(os.path.join(path, "saved_model.pb")):
        from sizeup.readers.saved.saved_model import read_saved_model

        return read_saved_model(path, name=os.path.basename(os.path.abspath(path)))
    latest = _latest(path)
    return None if latest is None else _read_checkpoint(latest, path)


def _latest(directory: str) -> str | None:
    """The newest checkpoint of a directory, by the file that TensorFlow writes beside it."""
    try:
        with open(
            os.path.join(directory, "checkpoint"), encoding="utf-8", errors="replace"
        ) as file:
            first = file.readline(4096)
    except OSError:
        return None
    name = first.partition(":")[2].strip().strip('"')
    path = os.path.join(directory, os.path.basename(name))
    return path if name and os.path.isfile(f"{path}.index") else None


def _read_checkpoint(prefix: str, source: str) -> Network | None:
    if not os.path.isfile(f"{prefix}.index"):
        return None
    from sizeup.readers.saved.checkpoint import read_checkpoint

    return read_checkpoint(f"{prefix}.index", source, name=_stem(prefix))


def read_text(text: str, source: str) -> Network | None:
    """The network of a text that is a model's configuration, else None."""
    from sizeup.readers.saved.text import is_architecture, parsed, read_architecture

    is_json = text.lstrip().startswith("{")
    try:
        document = parsed(text) if is_json else _yaml(text)
    except ReadError as error:
        if not all(word in text for word in ("class_name", "config")):  # code may begin so too
            return None
        error.source = source
        raise
    if not isinstance(document, dict):
        return None
    if is_json and "weight_map" in document:
        from sizeup.readers.saved.shards import is_index, read_shards

        return read_shards(document, source, name=_stem(source)) if is_index(document) else None
    if not is_architecture(document):
        return None
    reader = "keras json" if is_json else "keras yaml"
    return read_architecture(document, source, reader, name=_stem(source))


def _yaml(text: str) -> object:
    from sizeup.readers.saved.yaml import load

    return load(text)


ENDINGS = (".weights", ".h5", ".hdf5", ".keras", ".json", ".yaml", ".yml", ".index", ".ckpt")


def _stem(path: str) -> str:
    """What a file is called, without what says of which form it is."""
    name = os.path.basename(path)
    while (stem := os.path.splitext(name))[1].lower() in ENDINGS:
        name = stem[0]
    return name.strip("-") or "model"
