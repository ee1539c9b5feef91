"""What the text around the code states: totals, and multilayer perceptrons by their widths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from sizeup.errors import UsageError
from sizeup.numbers import Quantity, parse_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SPEAKS = re.compile(
    r"par[aàáâ]m|weights|gewicht|\bpoids\b|\bpesos?\b|\bpesi\b|παράμετρ|параметр|веса\b|весов"
    r"|参数|參數|参數|权重|權重|パラメー?タ|重み|매개변수|파라미터|가중치|tham số|trọng số|พารามิเตอร์"
    r"|पैरामीटर|प्राचल|פרמטר|משקל|پارامتر|معلم|معاملات|باراميتر",
    re.IGNORECASE,
)
"""Words for parameters, in the languages in which people ask."""

UNITS = {
    3: r"k|thousand|tausend|mille|mila|mil|тыс[а-я]*|千",
    4: r"[万萬만]",
    9: r"b|bn|billions?|mrd|milliards?|milliarden|miliard[a-z]*|млрд|миллиард[а-я]*",
    6: r"m|mio|mln|mil(?:l?i[oó]|h[oõ])[a-zé]*|млн|миллион[а-я]*|百万|백만",
    8: r"[亿億억]",
}
"""Words for powers of ten behind a number; 9 before 6, whose words begin alike."""

NUMBER = re.compile(
    rf"""(?<![\w./×·%+$€£#-])(?<!\d[:*])
    (?P<digits>\d{{1,3}}(?:,\d{{3}})+
       |[1-9]\d{{0,2}}(?:\ \d{{3}})+(?=\ (?:{SPEAKS.pattern.replace(" ", "[ ]")}))
       |[1-9]\d{{0,2}}(?:\.\d{{3}})+
       |\d{{1,3}}(?:['’\u00a0\u2009\u202f]\d{{3}})+|\d+(?:_\d{{3}})+|\d+)
    (?P<decimals>\.\d+)?
    (?:[ \u00a0]?(?:{"|".join(f"(?P<e{power}>{words})" for power, words in UNITS.items())})
       (?![A-Za-zа-я]))?
    (?![:×·*%/-]\w|[A-Za-z_]|\ ?%|[.,]?\d)""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""A number as people write one, thousands set apart or not, with or without a word for its size."""

COUNTED = re.compile(
    r"\s*(?:[kKMGTmµn]?(?:i?B|bytes?|s|sec\w*|Hz)\b|\w*(?:images?|samples?|examples?|epochs?|steps|"
    r"iterations|units|neurons?|nodes|filters?|channels|classes|words|tokens|points|rows|columns|"
    r"features|pixels|px|layers|hours|minutes|days|votes|views|people|users|dollars)\b"
    r"|[个個张張条條枚개장]?(?:神经元|神經元|图|圖|样本|樣本|层|層|类|類|像素|画像|뉴런|샘플))"
)
"""Things that are counted and are no parameters."""

PART = re.compile(r"train|frozen|optimi[sz]er|可训练|可訓練", re.IGNORECASE)
"""What labels a number as a part of a total, or as more than it."""

WIDTHS = re.compile(r"(?<![\w.])(?<!\d:)\d{1,7}(?::\d{1,7}){2,40}(?![\w:]|\.\d)", re.ASCII)
ADDRESS = re.compile(
    r"[a-z+.-]{1,12}://[!-~]*|www\.[!-~]*|\barxiv[!-~ ]?[\d.]*|\b(?:localhost|\d+(?:\.\d+){3}):\d+\b",
    re.IGNORECASE | re.ASCII,
)
LEAST = 1_000
YEAR = r"19[5-9]\d|20\d\d"
TIME = 60
"""Widths that are all below it may be a time of day."""
NEAR = 1
"""How many lines away a word for parameters may stand."""
MOST_MENTIONED = 4
PARSED = {3: "k", 6: "M", 9: "B"}


@dataclass(frozen=True, slots=True)
class Stated:
    """A number in the text that may be a total: as written, its line, and what it may mean.

    `number` is how `parse_count` knows it.
    """

    text: str
    line: int
    number: str
    quantity: Quantity

    @property
    def exact(self) -> bool:
        """Whether it is not a rounded one."""
        return self.quantity.low == self.quantity.high

    def apart(self, total: int | None) -> int:
        """By how much it is more than a total, less below zero; 0 where it may mean the total."""
        if total is None or self.quantity.low <= total <= self.quantity.high:
            return 0
        return self.quantity.stated - total


@dataclass(frozen=True, slots=True)
class _Candidate:
    stated: Stated
    beside: bool
    """Whether a word for parameters stands in the same line, not only near it."""
    part: bool
    """Whether it is labelled as trainable, for example."""


def stated_totals(prose: Sequence[tuple[int, str]], count: int) -> tuple[Stated, ...]:
    """The numbers that are the totals of `count` networks, in order; none where that is unclear.

    Those that stand beside a word for parameters count before those that stand near one, those
    without a label like `trainable` before those with, exact ones before rounded ones.
    """
    candidates = list(_candidates(prose))
    for far, part, rounded in product((False, True), repeat=3):
        found: dict[Quantity, Stated] = {}
        for each in candidates:
            if (far or each.beside) and (part or not each.part) and (rounded or each.stated.exact):
                found.setdefault(each.stated.quantity, each.stated)
        if len(found) == count:
            return tuple(found.values())
    return ()


def mentioned_widths(prose: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """Multilayer perceptrons that the text names by their widths: `784:2000:10`."""
    found = dict.fromkeys(
        match[0]
        for _, text in prose
        for match in WIDTHS.finditer(ADDRESS.sub(" ", text))
        if max(widths := [int(width) for width in match[0].split(":")]) >= TIME and min(widths) > 0
    )
    return tuple(found)[:MOST_MENTIONED]


def _candidates(prose: Sequence[tuple[int, str]]) -> Iterator[_Candidate]:
    speaking = {line for line, text in prose if SPEAKS.search(text)}
    for line, text in prose:
        if not any(line + near in speaking for near in range(-NEAR, NEAR + 1)):
            continue
        plain = ADDRESS.sub(lambda match: " " * len(match[0]), text)
        end = 0
        for match in NUMBER.finditer(plain):
            stated = _stated(match, line)
            if stated and not COUNTED.match(plain, match.end()):
                part = PART.search(plain, end, match.start()) is not None
                yield _Candidate(stated, line in speaking, part)
            end = match.end()


def _stated(match: re.Match[str], line: int) -> Stated | None:
    """A number; None for a year, a fraction, what is small and what nothing rounds to."""
    digits, decimals = match["digits"], match["decimals"] or ""
    power = next((power for power in UNITS if match[f"e{power}"]), None)
    if power is None and (decimals or re.fullmatch(YEAR, digits)):
        return None
    if power is not None and digits.count(".") == 1:  # 1.234M
        digits, _, fraction = digits.partition(".")
        decimals = f".{fraction}"
    number = re.sub(r"\D", "", digits) + decimals
    if power is not None:
        number = _in_units(number, power)
    try:
        quantity = parse_count(number)
    except UsageError:
        return None
    return Stated(match[0].strip(), line, number, quantity) if quantity.stated >= LEAST else None


def _in_units(number: str, power: int) -> str:
    """The same number, no more exact than it was, in a unit that `parse_count` knows."""
    known = next(exponent for exponent in PARSED if power <= exponent)
    return f"{Decimal(number).scaleb(power - known):f}{PARSED[known]}"
