"""`.keras`: an archive of the configuration, and of the weights in HDF5."""

from __future__ import annotations

import zipfile
import zlib

from sizeup.errors import ReadError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Network

CONFIG, METADATA = "config.json", "metadata.json"
MAX_BYTES = 100_000_000
"""No configuration is larger; a claim beyond that is not unpacked."""


def read_archive(path: str, *, name: str) -> Network:
    """The network in a `.keras` file. Raises ReadError where the archive holds none."""
    from sizeup.readers.saved.text import is_architecture, parsed, read_architecture

    try:
        with zipfile.ZipFile(path) as archive:
            document = parsed(_member(archive, CONFIG))
            metadata = parsed(_member(archive, METADATA)) if METADATA in archive.NameToInfo else {}
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError,
            ValueError) as error:  # fmt: skip
        raise ReadError(say("saved.archive", error=str(error)), source=path) from None
    except ReadError as error:
        error.source = path
        raise
    if not is_architecture(document):
        raise ReadError(say("saved.no_model"), source=path)
    version = metadata.get("keras_version") if isinstance(metadata, dict) else None
    return read_architecture(document, path, "keras file", name=name, version=version)


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
