"""Repeated statements as loops: what is carried out stays the same, statement by statement.

Each statement stands in one line here; how many it takes is decided afterwards.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Sequence

from sizeup.records import Record

WIDTH = 88
LONGEST = 40
"""Statements that the body of a loop may have."""

SAVED = 3
"""Lines that a loop has to save."""

VARIABLES = 2
"""Values that may differ from one round to the next."""

TOKEN = re.compile(r"f?\"[^\"]*\"|(?<![\w.-])\d+(?![\w.])")
"""A text, or a number that is a value by itself."""
INSIDE = re.compile(r"\d+(?![^{}]*\})")
"""A number in a text; not what stands in braces already."""
WORD = re.compile(r"([A-Za-z]+)_?$")
RANGE = 4
"""From so many numbers on, those that follow each other are a range."""
MODULES = frozenset({"keras", "layers", "ops", "model", "range"})
KEYWORD = re.compile(r"(\w+)=\(?$")
ASSIGNED = re.compile(r"^ *([\w, ]+) = ", re.MULTILINE)
LOOPED = re.compile(r"\bfor ([\w, ]+) in ")
FIRST = re.compile(r"(\w+)\($")


def folded(statements: Sequence[str], taken: set[str]) -> list[str]:
    """Statements, in which runs of like ones are loops; `taken` are names in use.

    Numbers may differ from round to round; the shortest bodies are folded first, so that loops
    come to stand in loops.
    """
    found = list(statements)
    taken = {*taken, *(name for text in statements for name in _names(ASSIGNED, text))}
    length = 1
    while length <= min(LONGEST, len(found) // 2):
        before = len(found)
        found = _with_loops(found, length, taken)
        length = length + 1 if len(found) == before else 1  # a loop may be part of a shorter run
    return found


def _with_loops(statements: list[str], length: int, taken: set[str]) -> list[str]:
    """The loops whose bodies are so many statements long.

    Of the places where a run may begin, one block further or not, the first with the fewest
    variables is taken.
    """
    skeletons = [_skeleton(text) for text in statements]
    result, place = [], 0
    while place < len(statements):
        loop = _loop_at(statements, skeletons, place, length, taken)
        if loop is not None and loop.variables:
            for shift in range(1, length):
                later = _loop_at(statements, skeletons, place + shift, length, taken)
                if later and later.rounds >= loop.rounds and later.variables < loop.variables:
                    result += statements[place : place + shift]
                    place, loop = place + shift, later
                    break
        if loop is None:
            result.append(statements[place])
            place += 1
        else:
            result.append(loop.text)
            place += loop.rounds * length
    return result


class Loop(Record):
    """A loop as text, how often it goes round, and how many variables it has."""

    text: str
    rounds: int
    variables: int


def _loop_at(
    statements: list[str], skeletons: list[str], place: int, length: int, taken: set[str]
) -> Loop | None:
    """The longest loop that begins at a place, if there is one."""
    first, rounds = skeletons[place : place + length], 1
    while skeletons[place + rounds * length : place + (rounds + 1) * length] == first:
        rounds += 1
    while rounds > 1:
        body = [statements[place + i * length : place + (i + 1) * length] for i in range(rounds)]
        loop = _loop(body, taken)
        if loop is not None:
            return loop
        rounds -= 1
    return None


def _loop(rounds: list[list[str]], taken: set[str]) -> Loop | None:
    """The loop over like rounds; None where it would not be shorter, or too much differs."""
    texts = ["\n".join(each) for each in rounds]
    lines = texts[0].count("\n") + 1
    if lines * (len(rounds) - 1) < SAVED:
        return None
    columns = list(zip(*([text[a:b] for a, b in _numbers(text)] for text in texts), strict=True))
    varying = list(dict.fromkeys(column for column in columns if len(set(column)) > 1))
    if len(varying) > VARIABLES or (varying and lines * (len(rounds) - 1) < SAVED + 1):
        return None
    if any(value != str(int(value)) for column in varying for value in column):
        return None
    names: dict[tuple[str, ...], str] = {}
    inner = _names(LOOPED, texts[0])
    for (start, _), column in zip(_numbers(texts[0]), columns, strict=True):
        if column in varying and column not in names:
            name = _named(texts[0][:start], {*taken, *inner, *names.values()})
            if name is None:
                return None
            names[column] = name
    head = _head(list(names.values()), list(names), len(rounds))
    if len(head) + 4 > WIDTH:
        return None
    body = _filled(texts[0], [names.get(column) for column in columns])
    inside = "\n".join(f"    {line}" for line in body.split("\n"))
    return Loop(f"{head}\n{inside}", len(rounds), len(varying))


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers stand that may differ from round to round: values, and parts of names."""
    for token in TOKEN.finditer(text):
        if token[0][-1] != '"':
            yield token.span()
        elif text.endswith("name=", 0, token.start()):
            for found in INSIDE.finditer(token[0]):
                yield token.start() + found.start(), token.start() + found.end()


def _skeleton(text: str) -> str:
    """A text with all such numbers left out."""
    return _replaced(text, [(*span, "\0") for span in _numbers(text)])


def _filled(text: str, names: Sequence[str | None]) -> str:
    """A text with variables in place of numbers; what names a layer then becomes a template."""
    edits, templates = [], set()
    for (start, end), name in zip(_numbers(text), names, strict=True):
        if name is None:
            continue
        quoted = _is_quoted(text, start)
        edits.append((start, end, f"{{{name}}}" if quoted else name))
        if quoted:
            templates.add(text.rfind('"', 0, start))
    edits += [(place, place, "f") for place in templates if text[place - 1] != "f"]
    return _replaced(text, sorted(edits))


def _is_quoted(text: str, place: int) -> bool:
    """Whether a place is inside of a text."""
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return line.count('"') % 2 == 1


def _replaced(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    parts, done = [], 0
    for start, end, new in edits:
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])


def _names(pattern: re.Pattern[str], text: str) -> list[str]:
    return [name for found in pattern.findall(text) for name in found.split(", ")]


def _named(before: str, taken: set[str]) -> str | None:
    """A name for a number by the argument that it is, if it is one that is told by its place."""
    if _is_quoted(before, len(before)):
        return _named_in_text(before, taken)
    argument = KEYWORD.search(before)
    called = FIRST.search(before)
    if argument is not None:
        name = argument[1]
    elif called is None:
        name = "repeats" if before.endswith("range(") else "size"
    elif called[1] == "range":
        name = "repeats"
    else:
        name = "filters" if "Conv" in called[1] else "rate" if "Dropout" in called[1] else "units"
    return None if name in taken else name


def _named_in_text(before: str, taken: set[str]) -> str | None:
    """A name for a number by the word before it: `block1` numbers blocks."""
    word = WORD.search(before)
    choices = [word[1].lower()] if word is not None else []
    for name in (*choices, "number", "index"):
        if name not in taken and name not in MODULES and not keyword.iskeyword(name):
            return name
    return None


def _head(names: list[str], columns: list[tuple[str, ...]], count: int) -> str:
    if not names:
        return f"    for _ in range({count}):"
    if len(names) == 1:
        return f"    for {names[0]} in {_values(columns[0])}:"
    pairs = ", ".join(f"({', '.join(values)})" for values in zip(*columns, strict=True))
    return f"    for {', '.join(names)} in ({pairs}):"


def _values(column: tuple[str, ...]) -> str:
    numbers = [int(value) for value in column]
    if len(numbers) >= RANGE and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"range({numbers[0]}, {numbers[-1] + 1})"
    return f"({', '.join(column)})"
