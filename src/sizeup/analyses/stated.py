"""Totals that the text around the code states: `the first gives 604035 parameters`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sizeup.numbers import Quantity, parse_count

SPEAKS = re.compile(
    r"param|weights|参数|參數|パラメータ|매개변수|параметр|parâmetro|parámetro|paramètre",
    re.IGNORECASE,
)
"""Words for parameters, in the languages in which people ask."""

NUMBER = re.compile(
    r"(?<![\w./:%+-])(\d{1,3}(?:,\d{3})+|\d+(?:_\d{3})+|\d+\.\d+ ?[kKmMbB]|\d+ ?[kKmMbB]|\d{4,})"
    r"(?![\w:/%]|\.\d|,\d)",
    re.ASCII,
)
LEAST = 1_000
YEARS = range(1950, 2100)
NEAR = 1
"""How many lines away a word for parameters may stand."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A number in the text that may be a total: as written, what it may mean, its line."""

    text: str
    quantity: Quantity
    line: int


def stated_totals(prose: Sequence[tuple[int, str]]) -> tuple[Stated, ...]:
    """Numbers near words for parameters, in order, each value once."""
    speaking = {line for line, text in prose if SPEAKS.search(text)}
    found: dict[Quantity, Stated] = {}
    for line, text in prose:
        if not any(line + near in speaking for near in range(-NEAR, NEAR + 1)):
            continue
        for match in NUMBER.finditer(text):
            quantity = parse_count(match[1])
            plain = match[1].isdigit() and quantity.stated in YEARS
            if quantity.stated >= LEAST and not plain:
                found.setdefault(quantity, Stated(match[1], quantity, line))
    return tuple(found.values())
