"""YAML as `model.to_yaml()` of Keras 0 to 2 wrote it: what PyYAML's `dump` writes, and no more.

Nothing is made of tags: a tuple is a list here, and an object of Python stays its tag's name.
"""

from __future__ import annotations

import re
import sys
from binascii import a2b_base64

from sizeup.errors import ReadError
from sizeup.readers.saved.described import Opaque
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

MAX_DEPTH = 200
MAX_NODES = 2_000_000
"""With all that aliases repeat: one that repeats repetitions is soon larger than any model."""

PLAIN_TAGS = frozenset({"!!python/tuple", "!!python/unicode", "!!python/str", "!!str", "!!int",
                        "!!float", "!!bool", "!!null", "!!seq", "!!map", "!!python/long",
                        "!!python/list", "!!python/dict", "!!binary"})  # fmt: skip
PROPERTY = re.compile(r"(&[^\s\[\]{},]+|![^\s\[\]{},]*)(?:\s+|$)")
KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'\[\]{}#&*!|>%@`,?-][^#]*?|-[^\s#][^#]*?):(?:\s+|$)"""
)
INT = re.compile(r"[-+]?(0|[1-9][0-9_]*)$")
FLOAT = re.compile(r"[-+]?([0-9][0-9_]*\.[0-9_]*([eE][-+]?[0-9]+)?|\.[0-9]+([eE][-+]?[0-9]+)?)$")
WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "on", "On"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "off", "Off"), False),
    ".inf": float("inf"), "-.inf": float("-inf"), ".nan": float("nan"),
}  # fmt: skip
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f",
           "v": "\v", " ": " ", '"': '"', "\\": "\\", "/": "/", "N": "\x85", "_": "\xa0"}  # fmt: skip
NUMPY_NUMBER = "!!python/object/apply:numpy.core.multiarray.scalar"
INTEGERS = {"i1": 1, "i2": 2, "i4": 4, "i8": 8}
LONG = {"x": 2, "u": 4, "U": 8}


def load(text: str) -> Any:
    """A document as data. Raises ReadError where it is not of this form."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    document = _Document(lines)
    value = document.block(-1, 0)
    if document.peek() is not None:
        document.fail()
    return value


class _Document:
    """A text by its lines, and how far it is read."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = [(len(line) - len(line.lstrip(" ")), line.strip()) for line in lines]
        self.at = 0
        self.nodes = 0
        self.anchors: dict[str, tuple[Any, int]] = {}

    def fail(self) -> NoReturn:
        raise ReadError(say("saved.yaml"), line=min(self.at, len(self.lines) - 1) + 1)

    def peek(self) -> tuple[int, str] | None:
        """The next line that says something."""
        while self.at < len(self.lines):
            indent, text = self.lines[self.at]
            if text and not text.startswith("#") and text not in ("---", "..."):
                return indent, text
            self.at += 1
        return None

    def count(self, nodes: int = 1) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise ReadError(say("saved.repeated"))

    # -- blocks -----------------------------------------------------------------------------

    def block(self, above: int, depth: int, *, level: bool = False) -> Any:
        """What is indented further than `above`; a list may stand at its `level`."""
        if depth > MAX_DEPTH:
            raise ReadError(say("saved.nested"))
        line = self.peek()
        if line is None:
            return None
        indent, text = line
        if _is_item(text) and (indent > above or (level and indent == above)):
            return self.sequence(indent, depth)
        if indent <= above:
            return None
        if KEY.match(text):
            return self.mapping(indent, depth)
        self.at += 1
        return self.value(text, above, depth)

    def sequence(self, indent: int, depth: int) -> list[Any]:
        found = []
        while (line := self.peek()) is not None and line[0] == indent and _is_item(line[1]):
            rest = line[1][1:].lstrip()
            if not rest:
                self.at += 1
                found.append(self.block(indent, depth + 1))
                continue
            inner = indent + len(line[1]) - len(rest)
            if _is_item(rest) or KEY.match(rest):
                self.lines[self.at] = inner, rest
                found.append(self.block(indent, depth + 1))
            else:
                self.at += 1
                found.append(self.value(rest, indent, depth + 1))
            self.count()
        return found

    def mapping(self, indent: int, depth: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        while (line := self.peek()) is not None and line[0] == indent:
            match = KEY.match(line[1])
            if match is None:
                self.fail()
            key, rest = _scalar(match[1]), line[1][match.end() :]
            self.at += 1
            found[key] = self.value(rest, indent, depth + 1, level=True)
            self.count()
        return found

    def value(self, text: str, above: int, depth: int, *, level: bool = False) -> Any:
        """What stands behind a key or a dash, and goes on below it."""
        anchor, tag, text = _properties(text)
        before = self.nodes
        value = self.bare(text, above, depth, level=level)
        value = _tagged(tag, value)
        if anchor is not None:
            self.anchors[anchor] = value, self.nodes - before + 1
        return value

    def bare(self, text: str, above: int, depth: int, *, level: bool) -> Any:
        if not text:
            return self.block(above, depth, level=level)
        if text[0] == "*":
            return self.alias(text[1:].strip())
        if text[0] in "|>":
            return self.literal(above)
        if text[0] in "[{":
            return _Flow(self, self.gathered(text, above), depth).whole()
        if text[0] in "\"'":
            whole = self.gathered(text, above)
            return _scalar(whole)
        return _scalar(self.folded(text, above))

    def alias(self, name: str) -> Any:
        if name not in self.anchors:
            self.fail()
        value, nodes = self.anchors[name]
        self.count(nodes)
        return value

    def literal(self, above: int) -> str:
        """A block of text, as it stands; no size depends on it."""
        found = []
        while self.at < len(self.lines) and (
            not self.lines[self.at][1] or self.lines[self.at][0] > above
        ):
            found.append(self.lines[self.at][1])
            self.at += 1
        return "\n".join(found)

    def folded(self, text: str, above: int) -> str:
        """A plain text that goes on in lines that are indented further."""
        parts = [text]
        while (line := self.peek()) is not None and line[0] > above:
            parts.append(line[1])
            self.at += 1
        return " ".join(parts)

    def gathered(self, text: str, above: int) -> str:
        """A text in quotes or brackets up to where these are closed."""
        parts = [text]
        scan = _Balance()
        while not scan.closed(parts[-1]):
            if self.at >= len(self.lines):
                self.fail()
            indent, more = self.lines[self.at]
            if more and indent <= above and not scan.quote:
                self.fail()
            if scan.quote == '"' and parts[-1].endswith(
                "\\"
            ):  # an end of a line that does not count
                parts[-1] = parts[-1][:-1]
                parts.append(more)
            else:
                parts.append(f" {more}" if more else "\n")
            self.at += 1
        return "".join(parts)


class _Balance:
    """How many brackets are open, and whether a text in quotes is, after so much of a text."""

    def __init__(self) -> None:
        self.depth = 0
        self.quote = ""

    def closed(self, text: str) -> bool:
        """Whether all is closed behind one more part."""
        place = 0
        while place < len(text):
            letter = text[place]
            if self.quote:
                if letter == "\\" and self.quote == '"':
                    place += 1
                elif letter == self.quote:
                    self.quote = ""
            elif letter in "\"'" and (place == 0 or text[place - 1] in " [{,:"):
                self.quote = letter
            else:
                self.depth += (letter in "[{") - (letter in "]}")
            place += 1
        return self.depth <= 0 and not self.quote


class _Flow:
    """`{class_name: Dense, config: {units: 3}}`, `[1, 2]`."""

    TOKEN = re.compile(
        r"""\s*([\[\]{},]|"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?:[^\s\[\]{},:]|:(?=\S)|\s+(?=[^\s\[\]{},]))+|:)"""
    )

    def __init__(self, document: _Document, text: str, depth: int) -> None:
        self.document = document
        self.text = text
        self.place = 0
        self.depth = depth

    def whole(self) -> Any:
        value = self.node(self.depth)
        if self.text[self.place :].strip():
            self.document.fail()
        return value

    def token(self) -> str:
        match = self.TOKEN.match(self.text, self.place)
        if match is None:
            self.document.fail()
        self.place = match.end()
        return match[1]

    def ahead(self) -> str:
        place = self.place
        token = self.token()
        self.place = place
        return token

    def node(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise ReadError(say("saved.nested"))
        self.document.count()
        anchor, tag = None, None
        rest = self.text[self.place :].lstrip()
        while match := PROPERTY.match(rest):
            if match[1][0] == "&":
                anchor = match[1][1:]
            else:
                tag = match[1]
            rest = rest[match.end() :]
        self.place = len(self.text) - len(rest)
        before = self.document.nodes
        word = self.token()
        if word == "[":
            value: Any = self.items("]", depth)
        elif word == "{":
            value = dict(self.pairs(depth))
        elif word[0] == "*":
            value = self.document.alias(word[1:].strip())
        elif word in "]},:":
            self.document.fail()
        else:
            value = _scalar(word)
        value = _tagged(tag, value)
        if anchor is not None:
            self.document.anchors[anchor] = value, self.document.nodes - before + 1
        return value

    def items(self, end: str, depth: int) -> list[Any]:
        found = []
        while self.ahead() != end:
            found.append(self.node(depth + 1))
            if self.ahead() == ",":
                self.token()
            elif self.ahead() != end:
                self.document.fail()
        self.token()
        return found

    def pairs(self, depth: int) -> list[tuple[Any, Any]]:
        found = []
        while self.ahead() != "}":
            key = self.node(depth + 1)
            if self.token() != ":" or isinstance(key, list | dict):
                self.document.fail()
            found.append((key, None if self.ahead() in ",}" else self.node(depth + 1)))
            if self.ahead() == ",":
                self.token()
            elif self.ahead() != "}":
                self.document.fail()
        self.token()
        return found


def _tagged(tag: str | None, value: Any) -> Any:
    """A value under its tag; a number of NumPy is one that anybody can read."""
    if tag is None or tag in PLAIN_TAGS:
        return value
    if tag == NUMPY_NUMBER and isinstance(value, list) and len(value) == 2:
        number = _number(*value)
        if number is not None:
            return number
    return Opaque(tag, value)


def _number(dtype: Any, raw: Any) -> int | None:
    """An integer by its bytes in base64, and how many these are."""
    told = dtype.value if isinstance(dtype, Opaque) else None
    kind = told.get("args", [None])[0] if isinstance(told, dict) and told.get("args") else None
    if kind not in INTEGERS or not isinstance(raw, str):
        return None
    try:
        whole = a2b_base64(raw)
    except ValueError:
        return None
    return int.from_bytes(whole, "little", signed=True) if len(whole) == INTEGERS[kind] else None


def _is_item(text: str) -> bool:
    return text == "-" or text.startswith("- ")


def _properties(text: str) -> tuple[str | None, str | None, str]:
    """The anchor and the tag in front of a value."""
    anchor = tag = None
    while match := PROPERTY.match(text):
        if match[1][0] == "&":
            anchor = match[1][1:]
        else:
            tag = match[1]
        text = text[match.end() :]
    return anchor, tag, text


def _scalar(text: str) -> Any:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        return _unescaped(text[1:-1])
    if text in WORDS:
        return WORDS[text]
    if INT.match(text):
        return int(text.replace("_", ""))
    if FLOAT.match(text):
        return float(text.replace("_", ""))
    return text


def _unescaped(text: str) -> str:
    def meant(match: re.Match[str]) -> str:
        letter = match[1][0]
        if letter in LONG:
            code = match[1][1:]
            return chr(int(code, 16)) if code and int(code, 16) <= sys.maxunicode else ""
        return ESCAPES.get(letter, letter)

    return re.sub(
        r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.|\s)", meant, text, flags=re.DOTALL
    )
