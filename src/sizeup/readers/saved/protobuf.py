"""The wire format of protocol buffers: fields by their numbers, and nothing of what they mean.

Source: the encoding guide of protocol buffers.
"""

from __future__ import annotations

from collections.abc import Iterator

from sizeup.errors import ReadError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import BufferedReader

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
LONGEST_VARINT = 10
SHIFT, CONTINUES = 7, 0x80

Field = tuple[int, int | bytes]
"""A field's number, and its value: an integer, or the bytes of a text or a message."""


def varint(raw: bytes, at: int) -> tuple[int, int]:
    """An integer and the place behind it. Raises ReadError where it does not end."""
    value = shift = 0
    for place in range(at, min(at + LONGEST_VARINT, len(raw))):
        value |= (raw[place] & (CONTINUES - 1)) << shift
        if raw[place] < CONTINUES:
            return value, place + 1
        shift += SHIFT
    raise ReadError(say("saved.protobuf"))


def fields(raw: bytes) -> Iterator[Field]:
    """The fields of a message, in order. Raises ReadError where it is damaged."""
    at = 0
    while at < len(raw):
        tag, at = varint(raw, at)
        kind = tag & 7
        if kind == VARINT:
            value, at = varint(raw, at)
            yield tag >> 3, value
            continue
        if kind == BYTES:
            size, at = varint(raw, at)
        elif kind in (FIXED64, FIXED32):
            size = 8 if kind == FIXED64 else 4
        else:
            raise ReadError(say("saved.protobuf"))
        if at + size > len(raw):
            raise ReadError(say("saved.protobuf"))
        yield tag >> 3, raw[at : at + size]
        at += size


def messages(raw: bytes, number: int) -> Iterator[bytes]:
    """The messages or texts in the field of that number."""
    for found, value in fields(raw):
        if found == number and isinstance(value, bytes):
            yield value


def integer(raw: bytes, number: int, default: int = 0) -> int:
    """The last integer in the field of that number."""
    for found, value in fields(raw):
        if found == number and isinstance(value, int):
            default = value
    return default


def text(raw: bytes, number: int) -> str:
    """The last text in the field of that number."""
    return next(reversed([*messages(raw, number)]), b"").decode("utf-8", errors="replace")


def sections(file: BufferedReader, end: int) -> Iterator[tuple[int, int, int]]:
    """The messages up to `end` of an open file: number, begin and end of each, none of them read."""
    while (at := file.tell()) < end:
        head = file.read(2 * LONGEST_VARINT)
        tag, place = varint(head, 0)
        if tag & 7 == VARINT:
            _, place = varint(head, place)
            file.seek(at + place)
            continue
        if tag & 7 != BYTES:
            raise ReadError(say("saved.protobuf"))
        size, place = varint(head, place)
        begin = at + place
        if begin + size > end:
            raise ReadError(say("saved.protobuf"))
        yield tag >> 3, begin, begin + size
        file.seek(begin + size)
