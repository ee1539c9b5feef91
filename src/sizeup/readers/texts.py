"""Bytes of a file as the text that they are."""

from __future__ import annotations

from sizeup.errors import ReadError
from sizeup.words import say

BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # decoded here: the codec that knows it would have to be loaded


def decoded(raw: bytes, source: str) -> str:
    """The text of a file in UTF-8, UTF-16 or, failing both, Latin-1.

    Raises ReadError for what is no text.
    """
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    if b"\0" in raw:
        raise ReadError(say("readers.binary"), source=source)
    try:
        return raw.removeprefix(BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
