"""Repeated statements as loops: what is carried out stays the same, statement by statement."""

from __future__ import annotations

import re
from collections.abc import Sequence

WIDTH = 88
LONGEST = 40
"""Statements that the body of a loop may have."""

SAVED = 3
"""Lines that a loop has to save."""

VARIABLES = 2
"""Values that may differ from one round to the next."""

NUMBER = re.compile(r"(?<![\w.\"-])\d+(?![\w.\"])")
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
    """The loops whose bodies are so many statements long."""
    skeletons = [NUMBER.sub("\0", text) for text in statements]
    result, place = [], 0
    while place < len(statements):
        rounds = 1
        while (
            skeletons[place : place + length]
            == skeletons[place + rounds * length : place + (rounds + 1) * length]
        ):
            rounds += 1
        loop = None
        while rounds > 1 and loop is None:
            body = [
                statements[place + i * length : place + (i + 1) * length] for i in range(rounds)
            ]
            loop = _loop(body, taken)
            rounds -= loop is None
        if loop is None:
            result.append(statements[place])
            place += 1
        else:
            result.append(loop)
            place += rounds * length
    return result


def _loop(rounds: list[list[str]], taken: set[str]) -> str | None:
    """The loop over like rounds; None where it would not be shorter, or too much differs."""
    texts = ["\n".join(each) for each in rounds]
    lines = texts[0].count("\n") + 1
    if lines * (len(rounds) - 1) < SAVED or any(
        len(line) + 4 > WIDTH for line in texts[0].split("\n")
    ):
        return None
    numbers = [NUMBER.findall(text) for text in texts]
    columns = list(zip(*numbers, strict=True))
    varying = list(dict.fromkeys(column for column in columns if len(set(column)) > 1))
    if len(varying) > VARIABLES or (varying and lines * (len(rounds) - 1) < SAVED + 1):
        return None
    names: dict[tuple[str, ...], str] = {}
    for match, column in zip(NUMBER.finditer(texts[0]), columns, strict=True):
        if column in varying and column not in names:
            inner = _names(LOOPED, texts[0])
            name = _named(texts[0][: match.start()], {*taken, *inner, *names.values()})
            if name is None:
                return None
            names[column] = name
    head = _head(list(names.values()), list(names), len(rounds))
    if len(head) + 4 > WIDTH:
        return None
    each = iter(columns)
    body = NUMBER.sub(lambda m: names.get(next(each), m[0]), texts[0])
    inside = "\n".join(f"    {line}" for line in body.split("\n"))
    if any(len(line) > WIDTH for line in inside.split("\n")):
        return None
    return f"{head}\n{inside}"


def _names(pattern: re.Pattern[str], text: str) -> list[str]:
    return [name for found in pattern.findall(text) for name in found.split(", ")]


def _named(before: str, taken: set[str]) -> str | None:
    """A name for a number by the argument that it is, if it is one that is told by its place."""
    keyword = KEYWORD.search(before)
    called = FIRST.search(before)
    if keyword is not None:
        name = keyword[1]
    elif called is None:
        name = "repeats" if before.endswith("range(") else "size"
    elif called[1] == "range":
        name = "repeats"
    else:
        name = "filters" if "Conv" in called[1] else "rate" if "Dropout" in called[1] else "units"
    return None if name in taken else name


def _head(names: list[str], columns: list[tuple[str, ...]], count: int) -> str:
    if not names:
        return f"    for _ in range({count}):"
    if len(names) == 1:
        return f"    for {names[0]} in ({', '.join(columns[0])}):"
    pairs = ", ".join(f"({', '.join(values)})" for values in zip(*columns, strict=True))
    return f"    for {', '.join(names)} in ({pairs}):"
