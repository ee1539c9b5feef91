"""Regular expressions that are compiled when a text first needs them.

Compiling one takes 0.1 ms and more, and a command of 50 ms meets few of those that the reading
of all kinds of text needs.
"""

from __future__ import annotations

import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Pattern:
    """A compiled regular expression, in all but that it waits until it may match.

    `needs` is a text that stands in whatever it matches: without it, nothing is tried.
    """

    __slots__ = ("_compiled", "_flags", "_needs", "_text")

    def __init__(self, text: str, flags: int = 0, *, needs: str = "") -> None:
        self._text, self._flags, self._needs = text, flags, needs
        self._compiled: re.Pattern[str] | None = None

    @property
    def regex(self) -> re.Pattern[str]:
        """The expression, compiled."""
        if self._compiled is None:
            self._compiled = re.compile(self._text, self._flags)
        return self._compiled

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        return self.regex.match(text, start, end) if self._needs in text else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As `re.Pattern.fullmatch`."""
        return self.regex.fullmatch(text) if self._needs in text else None

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        return self.regex.search(text, start) if self._needs in text else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        return self.regex.finditer(text) if self._needs in text else iter(())

    def split(self, text: str) -> list[str]:
        """As `re.Pattern.split`."""
        return self.regex.split(text) if self._needs in text else [text]

    def sub(self, new: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        """As `re.Pattern.sub`."""
        return self.regex.sub(new, text, count) if self._needs in text else text
