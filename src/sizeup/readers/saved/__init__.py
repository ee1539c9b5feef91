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
BLOCK = 512
"""A file of HDF5 may begin with a block of the user's, of this size or a double of it."""


def read_file(path: str) -> Network | None:
    """The network in a binary file of a format that is known here, else None.

    Raises ReadError where it is such a file but holds no network that can be read.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(BLOCK + len(HDF5))
    except OSError:  # whoever opens it next says so
        return None
    if head.startswith(ZIP):
        from sizeup.readers.saved.archive import read_archive

        return read_archive(path, name=_stem(path))
    if head.startswith(HDF5) or head[BLOCK:] == HDF5:
        from sizeup.readers.saved.whole import read_hdf5

        return read_hdf5(path, name=_stem(path))
    return None


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
    if not isinstance(document, dict) or not is_architecture(document):
        return None
    reader = "keras json" if is_json else "keras yaml"
    return read_architecture(document, source, reader, name=_stem(source))


def _yaml(text: str) -> object:
    from sizeup.readers.saved.yaml import load

    return load(text)


def _stem(path: str) -> str:
    return os.path.basename(path).partition(".")[0] or "model"
