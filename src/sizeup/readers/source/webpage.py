"""Pages of HTML: the code is what stands in `<pre>`, the prose what else can be seen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

from sizeup.patterns import Pattern
from sizeup.readers.source.blocks import join_blocks
from sizeup.readers.source.repair import Repaired

READER = "page of HTML"
HIDDEN = frozenset({"script", "style", "template", "noscript", "title", "svg", "select"})
"""Elements whose text no reader of the page sees as part of it."""
CODE = frozenset({"pre", "textarea"})
"""Elements in which line breaks are kept."""
BREAKING = frozenset({
    "br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "blockquote",
})  # fmt: skip
_PAGE = Pattern(r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
                re.IGNORECASE | re.DOTALL, needs="<")  # fmt: skip
_GUTTER = Pattern(r"[\s\d]*")


def is_page(text: str) -> bool:
    """Whether a text is a whole page; pieces of HTML around code are mended line by line."""
    return _PAGE.match(text) is not None


def read_page(text: str) -> Repaired:
    """The program on a page: its blocks of code one after the other."""
    seen = _Seen()
    seen.feed(text)
    seen.close()
    blocks = [lines for lines in seen.blocks if not _GUTTER.fullmatch(_text(lines))]
    program = join_blocks([(lines, _text(lines)) for lines in blocks or [seen.prose]])
    prose = [(line, text) for line, text in seen.prose if text.strip()] if blocks else []
    return program.changed(prose=tuple(sorted([*prose, *program.prose])), reader=READER)


def _text(lines: Sequence[tuple[int, str]]) -> str:
    return "\n".join(text for _, text in lines)


class _Seen(HTMLParser):
    """What a reader of a page sees: blocks of code and lines of prose, with their lines."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[list[tuple[int, str]]] = []
        self.prose: list[tuple[int, str]] = [(1, "")]
        self.hidden = 0
        self.code = 0

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in HIDDEN
        if tag in CODE:
            self.code += 1
            if self.code == 1:
                self.blocks.append([(self.getpos()[0], "")])
        elif tag == "br" and self.code:
            self.blocks[-1].append((self.getpos()[0], ""))
        elif tag in BREAKING:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in HIDDEN and self.hidden > 0
        if tag in CODE and self.code:
            self.code -= 1
        if tag in BREAKING:
            self._break()

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        at = self.getpos()[0]
        lines = self.blocks[-1] if self.code else self.prose
        for number, part in enumerate(data.split("\n")):
            if number:
                lines.append((at + number, ""))
            lines[-1] = (lines[-1][0] if lines[-1][1] else at + number, lines[-1][1] + part)

    def _break(self) -> None:
        lines = self.blocks[-1] if self.code else self.prose
        if lines[-1][1]:
            lines.append((self.getpos()[0], ""))
