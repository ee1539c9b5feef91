"""`.keras`: an archive of the configuration, and of the weights in HDF5."""

from __future__ import annotations

import os
import zlib
from io import RawIOBase
from struct import Struct, error

from sizeup.errors import ReadError
from sizeup.network import Note
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import FileIO
    from typing import Any

    from sizeup.network import Network

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
MAX_BYTES = 100_000_000
"""No configuration is larger; a claim beyond that is not unpacked."""
MAX_LIST = 50_000_000
"""Bytes of the list of an archive's members."""

# APPNOTE.TXT of PKWARE, 4.3: the end of an archive, that of a large one, an entry of its list, a member
END, END_64 = Struct("<4s6xHII2x"), Struct("<4s20xQ8xQQ")
LOCATOR, ENTRY, MEMBER = Struct("<4s4xQ4x"), Struct("<4s6xH8xIIHHH8xI"), Struct("<4s22xHH")
LONGEST_COMMENT = 0xFFFF
LARGE = 0xFFFF_FFFF
"""What stands for a number that is too large for its field; the number itself comes last."""
PLAIN, DEFLATED = 0, 8


class Member(Record):
    """A file of an archive: where it begins, how long it is there and unpacked, how it is packed."""

    begin: int
    packed: int
    size: int
    method: int


def read_archive(path: str, *, name: str) -> Network:
    """The network in a `.keras` file. Raises ReadError where the archive holds none."""
    from sizeup.readers.saved.text import parsed, read_architecture

    try:
        with open(path, "rb", buffering=0) as file:
            members = _members(file)
            document = parsed(_unpacked(file, members, CONFIG))
            metadata = parsed(_unpacked(file, members, METADATA)) if METADATA in members else {}
            version = metadata.get("keras_version") if isinstance(metadata, dict) else None
            network = read_architecture(document, path, "keras file", name=name, version=version)
            weights = members.get(WEIGHTS)
            return network if weights is None else _with_weights(network, file, path, weights)
    except ReadError as fault:
        fault.source = path
        raise
    except (zlib.error, error, OSError, OverflowError) as fault:
        raise ReadError(say("saved.archive", error=str(fault)), source=path) from None


def _with_weights(network: Network, file: FileIO, path: str, weights: Member) -> Network:
    """The network held against its weights, where they can be looked into as they stand."""
    if weights.method != PLAIN:
        return network.changed(notes=(*network.notes, Note("assumed", say("saved.packed"))))
    from sizeup.readers.saved.settling import settled, told_by_class
    from sizeup.readers.saved.whole import stored_in

    part = Part(file, _data(file, weights), weights.size)
    stored = stored_in(part, path, named=False)
    if not told_by_class(network, stored):
        stored = stored_in(part, path, named=True)
    return settled(network, stored, whole=True)


def _members(file: FileIO) -> dict[str, Member]:
    """The list of an archive. Raises ReadError where there is none."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - END.size - LONGEST_COMMENT)
    tail = _read(file, start, size - start)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0:
        raise ReadError(say("saved.archive", error=say("saved.no_list")))
    _, count, length, begin = END.unpack_from(tail, place)
    ends = start + place
    if LARGE in (begin, length):
        magic, at = LOCATOR.unpack(_read(file, ends - LOCATOR.size, LOCATOR.size))
        _, count, length, begin = END_64.unpack(_read(file, at, END_64.size))
        if magic != b"PK\x06\x07":
            raise ReadError(say("saved.archive", error=say("saved.no_list")))
    if length > min(size, MAX_LIST):
        raise ReadError(say("saved.archive", error=say("saved.no_list")))
    raw, at = _read(file, begin, length), 0
    found: dict[str, Member] = {}
    for _ in range(min(count, length // ENTRY.size)):
        magic, method, packed, whole, name, extra, comment, where = ENTRY.unpack_from(raw, at)
        if magic != b"PK\x01\x02":
            raise ReadError(say("saved.archive", error=say("saved.no_list")))
        at += ENTRY.size
        label = raw[at : at + name].decode("utf-8", errors="replace")
        whole, packed, where = _large([whole, packed, where], raw[at + name : at + name + extra])
        found.setdefault(label, Member(where, packed, whole, method))
        at += name + extra + comment
    return found


def _large(numbers: list[int], extra: bytes) -> list[int]:
    """Numbers that are too large for their fields, from the field that has them at full length."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = (int.from_bytes(extra[i : i + 2], "little") for i in (at, at + 2))
        if kind == 1:
            place = at + 4
            for number, value in enumerate(numbers):
                if value == LARGE:
                    numbers[number] = int.from_bytes(extra[place : place + 8], "little")
                    place += 8
        at += 4 + size
    return numbers


def _data(file: FileIO, member: Member) -> int:
    """Where the bytes of a member begin."""
    magic, name, extra = MEMBER.unpack(_read(file, member.begin, MEMBER.size))
    if magic != b"PK\x03\x04":
        raise ReadError(say("saved.archive", error=say("saved.no_list")))
    return member.begin + MEMBER.size + int(name) + int(extra)


def _unpacked(file: FileIO, members: dict[str, Member], name: str) -> bytes:
    """A file of the archive; no more of it is unpacked than a configuration can be long."""
    member = members.get(name)
    if member is None:
        raise ReadError(say("saved.no_member", name=name))
    if member.method not in (PLAIN, DEFLATED):
        raise ReadError(say("saved.method", name=name))
    if member.packed > MAX_BYTES:
        raise ReadError(say("saved.large", name=name))
    raw = _read(file, _data(file, member), member.packed)
    if member.method == DEFLATED:
        raw = zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ReadError(say("saved.large", name=name))
    return raw


def _read(file: FileIO, at: int, size: int) -> bytes:
    file.seek(at)
    raw = b""
    while len(raw) < size and (more := file.read(size - len(raw))):
        raw += more
    return raw


class Part(RawIOBase):
    """A file that stands in another one as it is."""

    def __init__(self, file: FileIO, start: int, size: int) -> None:
        self.file = file
        self.start = start
        self.size = min(size, os.fstat(file.fileno()).st_size - start)
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
        raw = self.read(len(buffer))
        buffer[: len(raw)] = raw
        return len(raw)

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or as many as there are."""
        left = max(0, self.size - self.place)
        self.file.seek(self.start + self.place)
        raw = self.file.read(left if size < 0 else min(size, left))
        self.place += len(raw)
        return raw
