"""`.keras`: an archive of the configuration, and of the weights in HDF5."""

from __future__ import annotations

import os
import zipfile
import zlib
from io import RawIOBase

from sizeup.errors import ReadError
from sizeup.network import Note
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import BufferedReader
    from typing import Any

    from sizeup.network import Network

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
HEADER, NAME_LENGTH = 30, 26
"""Bytes in front of a file's name in an archive, and where they say how long that is."""
MAX_BYTES = 100_000_000
"""No configuration is larger; a claim beyond that is not unpacked."""


def read_archive(path: str, *, name: str) -> Network:
    """The network in a `.keras` file. Raises ReadError where the archive holds none."""
    from sizeup.readers.saved.text import is_architecture, parsed, read_architecture

    try:
        with zipfile.ZipFile(path) as archive:
            document = parsed(_member(archive, CONFIG))
            metadata = parsed(_member(archive, METADATA)) if METADATA in archive.NameToInfo else {}
            weights = archive.NameToInfo.get(WEIGHTS)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError,
            ValueError) as error:  # fmt: skip
        raise ReadError(say("saved.archive", error=str(error)), source=path) from None
    except ReadError as error:
        error.source = path
        raise
    if not is_architecture(document):
        raise ReadError(say("saved.no_model"), source=path)
    version = metadata.get("keras_version") if isinstance(metadata, dict) else None
    network = read_architecture(document, path, "keras file", name=name, version=version)
    return network if weights is None else _with_weights(network, path, weights)


def _with_weights(network: Network, path: str, weights: zipfile.ZipInfo) -> Network:
    """The network held against its weights, where they can be looked into as they stand."""
    from importlib.util import find_spec

    if weights.compress_type != zipfile.ZIP_STORED or find_spec("h5py") is None:
        key = "saved.packed" if find_spec("h5py") else "saved.unchecked"
        return network.changed(notes=(*network.notes, Note("assumed", say(key))))
    from sizeup.readers.saved.settling import settled
    from sizeup.readers.saved.whole import stored_in

    with open(path, "rb") as file:
        return settled(network, stored_in(Part(file, weights), path))


class Part(RawIOBase):
    """A file that stands in an archive as it is."""

    def __init__(self, file: BufferedReader, info: zipfile.ZipInfo) -> None:
        file.seek(info.header_offset + NAME_LENGTH)
        names = file.read(4)
        self.file = file
        self.start = (
            info.header_offset
            + HEADER
            + sum(int.from_bytes(names[at : at + 2], "little") for at in (0, 2))
        )
        self.size = min(info.file_size, os.fstat(file.fileno()).st_size - self.start)
        self.place = 0

    def seekable(self) -> bool:
        """Anywhere, without reading what lies before."""
        return True

    def readable(self) -> bool:
        """Only that."""
        return True

    def tell(self) -> int:
        """Where the next byte is."""
        return self.place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a byte of the part."""
        self.place = offset + (0, self.place, self.size)[whence]
        return self.place

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as the part goes."""
        left = max(0, min(len(buffer), self.size - self.place))
        self.file.seek(self.start + self.place)
        raw = self.file.read(left)
        buffer[: len(raw)] = raw
        self.place += len(raw)
        return len(raw)


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A file of the archive; no more of it is unpacked than a configuration can be long."""
    info = archive.NameToInfo.get(name)
    if info is None:
        raise ReadError(say("saved.no_member", name=name))
    with archive.open(info) as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ReadError(say("saved.large", name=name))
    return raw
