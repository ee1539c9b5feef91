"""HDF5 as Keras has always written it, read without the library: the first format, of symbol tables.

Only what tells structure is looked at: symbol tables, headers of objects, attributes. All else is
left to the library (`Unsupported`). Source: the HDF5 File Format Specification, version 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

from sizeup.errors import ReadError
from sizeup.readers.saved.stored import Stored
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import RawIOBase
    from typing import Any

SIGNATURE = b"\x89HDF\r\n\x1a\n"
CHUNK = 2048
"""Bytes that are read at once: tables that belong together mostly stand together."""
MAX_OBJECTS, MAX_DEPTH, MAX_PARTS = 2_000_000, 60, 10_000
MAX_READ = 100_000_000
"""Bytes of the longest table or attribute that is read: no configuration is longer."""

SUPERBLOCK, ROOT = Struct("<8sB4xBB9xQ"), 56
SYMBOL = Struct("<QQI20x")
TREE, HEAP, TABLE = Struct("<4sBBH16x"), Struct("<4s4xQ8xQ"), Struct("<4s2xH")
HEADER, MESSAGE, PLACE = Struct("<BxHII4x"), Struct("<HHB3x"), Struct("<QQ")
COLLECTION, ELEMENT, TEXT = Struct("<4s4xQ"), Struct("<H6xQ"), Struct("<IQI")
LINKED = 2
"""A symbol that is a link by a name."""

DATASPACE, DATATYPE, ATTRIBUTE, CONTINUES, SYMBOLS = 1, 3, 12, 16, 17
LATER = frozenset({2, 6, 21})
"""Messages of newer formats: links and attributes that stand elsewhere."""
SHARED = 2
"""The flag of a message that stands elsewhere."""
INTEGER, FLOAT, TEXTS, ENUMERATION, VARIABLE = 0, 1, 3, 8, 9
SIGNED = 8


class Unsupported(Exception):  # noqa: N818  (caught where the library takes over)
    """A file that uses what only the library reads."""


class Tables:
    """An open file. Everything that it is asked raises ReadError where the file is damaged."""

    def __init__(self, file: RawIOBase) -> None:
        self.file = file
        self.chunk, self.begins = b"", 0
        signature, version, offsets, lengths, base = SUPERBLOCK.unpack(self._read(0, 32))
        if signature != SIGNATURE or version or (offsets, lengths) != (8, 8) or base:
            raise Unsupported
        self.root: int = SYMBOL.unpack(self._read(ROOT, SYMBOL.size))[1]
        self.known: dict[int, dict[str, int]] = {}
        self.messages: dict[int, list[tuple[int, bytes]]] = {}

    # -- what is asked ----------------------------------------------------------------------

    def contents(self, group: str = "/") -> tuple[list[Stored], list[str]]:
        """All data sets and groups below a group, each once, in the order of their names."""
        found: list[Stored] = []
        groups: list[str] = []
        seen: set[int] = set()
        pending = [("", self._at(group), 0)]
        while pending:
            path, header, depth = pending.pop()
            below = []
            for name, inner in self._members(header).items():
                if inner in seen:
                    continue
                seen.add(inner)
                if len(seen) > MAX_OBJECTS or depth > MAX_DEPTH:
                    raise ReadError(say("saved.objects", most=MAX_OBJECTS))
                if self._tables(inner) is not None:
                    groups.append(path + name)
                    below.append((f"{path}{name}/", inner, depth + 1))
                elif (data := self._data_set(path + name, inner)) is not None:
                    found.append(data)
            pending.extend(reversed(below))
        return found, groups

    def tensors(self, group: str = "/") -> list[Stored]:
        """All data sets below a group, each once."""
        return self.contents(group)[0]

    def groups(self, group: str = "/") -> list[str]:
        """The names of what is in a group; links that lead elsewhere are left out."""
        return list(self._members(self._at(group)))

    def __contains__(self, path: str) -> bool:
        return self._find(path) is not None

    def attribute(self, name: str, group: str = "/") -> Any:
        """An attribute as text, a number or a list of texts; None where there is none.

        Keras splits a long list of names over `weight_names0`, `weight_names1`, ….
        """
        found = dict(self._attributes(self._at(group), name))
        if name in found or f"{name}0" not in found:
            return self._value(found[name]) if name in found else None
        parts: list[Any] = []
        while f"{name}{len(parts)}" in found:
            parts.append(self._value(found[f"{name}{len(parts)}"]))
        return [each for part in parts for each in part]

    # -- bytes ------------------------------------------------------------------------------

    def _read(self, at: int, size: int) -> bytes:
        begin = at - self.begins
        if begin < 0 or begin + size > len(self.chunk):
            if size > MAX_READ:
                raise ReadError(say("saved.damaged"))
            self.file.seek(at)
            self.chunk, self.begins, begin = self.file.read(max(size, CHUNK)) or b"", at, 0
        raw = self.chunk[begin : begin + size]
        if len(raw) < size:
            raise ReadError(say("saved.damaged"))
        return raw

    # -- groups -----------------------------------------------------------------------------

    def _at(self, path: str) -> int:
        """Where the header of a group is."""
        found = self._find(path)
        if found is None:
            raise ReadError(say("saved.no_group", name=path.strip("/")))
        return found

    def _find(self, path: str) -> int | None:
        here: int | None = self.root
        for name in filter(None, path.split("/")):
            if here is None:
                return None
            if here not in self.known:
                self.known[here] = self._members(here)
            here = self.known[here].get(name)
        return here

    def _tables(self, header: int) -> tuple[int, int] | None:
        """Where the tables of a group are; None for what is no group.

        A symbol may tell it too, but not that the group has been turned into a newer one since.
        """
        for kind, body in self._messages(header):
            if kind == SYMBOLS and len(body) >= PLACE.size:
                tree, heap = PLACE.unpack(body[: PLACE.size])
                return tree, heap
        return None

    def _members(self, header: int) -> dict[str, int]:
        tables = self._tables(header)
        if tables is None:
            return {}
        tree, heap = tables
        leaves = list(self._leaves(tree, 0, [0]))
        magic, size, place = HEAP.unpack(self._read(heap, HEAP.size))
        _expect(magic, b"HEAP")
        names = self._read(place, size)
        found = {}
        for leaf in leaves:
            magic, count = TABLE.unpack(self._read(leaf, TABLE.size))
            _expect(magic, b"SNOD")
            for entry in SYMBOL.iter_unpack(self._read(leaf + TABLE.size, count * SYMBOL.size)):
                if entry[2] != LINKED and entry[0] < size:
                    name = names[entry[0] : names.index(b"\0", entry[0])]
                    found[name.decode("utf-8", errors="replace")] = entry[1]
        return found

    def _leaves(self, at: int, depth: int, count: list[int]) -> Iterator[int]:
        """The tables of symbols that a tree leads to."""
        magic, kind, level, used = TREE.unpack(self._read(at, TREE.size))
        _expect(magic, b"TREE")
        count[0] += used
        if kind or depth > MAX_DEPTH or count[0] > MAX_OBJECTS:
            raise ReadError(say("saved.damaged"))
        pairs = self._read(at + TREE.size, used * PLACE.size)
        for _, child in PLACE.iter_unpack(pairs):
            if level:
                yield from self._leaves(child, depth + 1, count)
            else:
                yield child

    # -- objects ----------------------------------------------------------------------------

    def _messages(self, at: int) -> list[tuple[int, bytes]]:
        """What the header of an object says."""
        if at in self.messages:
            return self.messages[at]
        version, _, _, size = HEADER.unpack(self._read(at, HEADER.size))
        if version != 1:
            raise Unsupported
        blocks, found, spent = [(at + HEADER.size, size)], [], 0
        for begin, length in blocks:
            raw, place = self._read(begin, length), 0
            spent += length
            while place + MESSAGE.size <= length:
                kind, long, flags = MESSAGE.unpack_from(raw, place)
                body = raw[place + MESSAGE.size : place + MESSAGE.size + long]
                place += MESSAGE.size + long
                if kind == CONTINUES and len(body) >= PLACE.size:
                    blocks.append(PLACE.unpack(body[: PLACE.size]))
                elif kind in LATER or flags & SHARED:
                    raise Unsupported
                elif kind:
                    found.append((kind, body))
            if len(blocks) > MAX_PARTS or spent > MAX_READ:
                raise ReadError(say("saved.damaged"))
        self.messages = {at: found}  # the last one alone: mostly it is asked for again at once
        return found

    def _data_set(self, path: str, header: int) -> Stored | None:
        shape: tuple[int, ...] | None = None
        dtype = None
        for kind, body in self._messages(header):
            if kind == DATASPACE:
                shape = _dims(body)
            elif kind == DATATYPE:
                dtype = _dtype(body)
        return None if shape is None or dtype is None else Stored(path, shape, dtype)

    def _attributes(self, header: int, wanted: str) -> Iterator[tuple[str, tuple[bytes, ...]]]:
        """Type, space and data of those attributes whose names begin as wanted."""
        for kind, body in self._messages(header):
            if kind != ATTRIBUTE:
                continue
            version, sizes = body[0], [int.from_bytes(body[i : i + 2], "little") for i in (2, 4, 6)]
            at = 9 if version == 3 else 8
            parts = []
            for size in sizes:
                parts.append(body[at : at + size])
                at += size + (-size % 8 if version == 1 else 0)
            name = parts[0].rstrip(b"\0").decode("utf-8", errors="replace")
            if name.startswith(wanted):
                if body[1] & 3 and version > 1:
                    raise Unsupported
                yield name, (parts[1], parts[2], body[at:])

    def _value(self, attribute: tuple[bytes, ...]) -> Any:
        kind, space, data = attribute
        dims = _dims(space)
        count = 1
        for dim in dims:
            count *= dim
        cls, size = kind[0] & 15, int.from_bytes(kind[4:8], "little")
        if count * size > len(data):
            raise ReadError(say("saved.damaged"))
        cells = [data[i * size : (i + 1) * size] for i in range(count)] if size else []
        values = [self._cell(cls, kind, cell) for cell in cells]
        return values if dims else next(iter(values), None)

    def _cell(self, cls: int, kind: bytes, cell: bytes) -> Any:
        if cls == INTEGER:
            return int.from_bytes(cell, "little", signed=bool(kind[1] & SIGNED))
        if cls == TEXTS:
            return cell.partition(b"\0")[0].decode("utf-8", errors="replace")
        if cls == VARIABLE and len(cell) == TEXT.size:
            return self._text(*TEXT.unpack(cell))
        if cls == FLOAT:
            return None  # no number of Keras' own is one
        raise Unsupported

    def _text(self, length: int, at: int, index: int) -> str:
        """A text in a collection of such."""
        if not length:
            return ""
        magic, size = COLLECTION.unpack(self._read(at, COLLECTION.size))
        _expect(magic, b"GCOL")
        raw, place = self._read(at, size), COLLECTION.size
        while place + ELEMENT.size <= size:
            number, long = ELEMENT.unpack_from(raw, place)
            place += ELEMENT.size
            if number == index:
                return raw[place : place + min(length, long)].decode("utf-8", errors="replace")
            if not number:
                break
            place += long + -long % 8
        raise ReadError(say("saved.damaged"))


def _expect(found: bytes, magic: bytes) -> None:
    if found != magic:
        raise ReadError(say("saved.damaged"))


def _dims(body: bytes) -> tuple[int, ...]:
    """The lengths of a data space; none for a single value."""
    version, rank = body[0], body[1]
    begin = {1: 8, 2: 4}.get(version)
    if begin is None or len(body) < begin + 8 * rank:
        raise Unsupported
    return tuple(
        int.from_bytes(body[i : i + 8], "little") for i in range(begin, begin + 8 * rank, 8)
    )


def _dtype(body: bytes) -> str:
    """What the numbers of a data set are."""
    cls, bits = body[0] & 15, 8 * int.from_bytes(body[4:8], "little")
    if cls == FLOAT:
        return f"float{bits}"
    if cls == INTEGER:
        return f"{'' if body[1] & SIGNED else 'u'}int{bits}"
    return "bool" if cls == ENUMERATION and bits == 8 else "object"
