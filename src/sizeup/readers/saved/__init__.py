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

ZIP = b"PK\x03\x04"


def read_file(path: str) -> Network | None:
    """The network in a binary file of a format that is known here, else None.

    Raises ReadError where it is such a file but holds no network that can be read.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(len(ZIP))
    except OSError:  # whoever opens it next says so
        return None
    if head == ZIP:
        from sizeup.readers.saved.archive import read_archive

        return read_archive(path, name=_stem(path))
    return None


def read_text(text: str, source: str) -> Network | None:
    """The network of a text that is a model's configuration, else None."""
    if not text.lstrip().startswith("{"):
        return None
    from sizeup.readers.saved.text import is_architecture, parsed, read_architecture

    try:
        document = parsed(text)
    except ReadError:  # code may begin so too
        return None
    if not is_architecture(document):
        return None
    return read_architecture(document, source, "keras json", name=_stem(source))


def _stem(path: str) -> str:
    return os.path.basename(path).partition(".")[0] or "model"
