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

NUMBER = re.compile(
    r"""(?<![\w./:×%+$€£#~-])
    (?P<digits>\d{1,3}(?:,\d{3})+|[1-9]\d{0,2}(?:\.\d{3})+|\d{1,3}(?:['’\u00a0\u2009\u202f]\d{3})+
       |\d+(?:_\d{3})+|\d+)
    (?P<decimals>\.\d+)?
    (?:[ \u00a0]?(?P<unit>[kKmMbB]|thousand|[Mm]il[lj]\w*|[Mm]io|[Mm]ln|[Mm]rd|[Bb]illions?
       |миллион\w*|млн|тысяч\w*|тыс|[千万萬亿億]|百万|백만|만|억)(?![A-Za-zа-я]))?
    (?![\w:×%/-]*[:×%/-]\w|[A-Za-z_]|%|\ ?°|[.,]?\d)""",
    re.VERBOSE,
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

WIDTHS = re.compile(r"(?<![\w.])(?<!\d:)\d{1,7}(?::\d{1,7}){2,}(?![\w:]|\.\d)", re.ASCII)
ADDRESS = re.compile(r"\S*(?:://|www\.)[^\s()\[\]<>]*|\barxiv\S*", re.IGNORECASE)
LEAST = 1_000
YEARS = range(1950, 2100)
TIME = 60
"""Widths that are all below it may be a time of day."""
NEAR = 1
"""How many lines away a word for parameters may stand."""
MOST_MENTIONED = 4

POWERS = {"thousand": 3, "千": 3, "만": 4, "万": 4, "萬": 4, "百万": 6, "백만": 6,
          "亿": 8, "億": 8, "억": 8}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stated:
    """A number in the text that may be a total: as written, what it may mean, its line."""

    text: str
    quantity: Quantity
    line: int

    @property
    def exact(self) -> bool:
        """Whether it is not a rounded one."""
        return self.quantity.low == self.quantity.high


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
            quantity = _quantity(match)
            if quantity and quantity.stated >= LEAST and not COUNTED.match(plain, match.end()):
                written = match[0].strip()
                part = PART.search(plain, end, match.start()) is not None
                yield _Candidate(Stated(written, quantity, line), line in speaking, part)
            end = match.end()


def _quantity(match: re.Match[str]) -> Quantity | None:
    """What a number means; None for a year, a fraction and what nothing rounds to."""
    digits, decimals, unit = match["digits"], match["decimals"] or "", match["unit"]
    if unit is None and (decimals or (digits.isdigit() and int(digits) in YEARS)):
        return None
    if unit is not None and digits.count(".") == 1:  # 1.234M
        digits, _, fraction = digits.partition(".")
        decimals = f".{fraction}"
    number = re.sub(r"\D", "", digits) + decimals
    try:
        return parse_count(_in_millions(number, _power(unit)) if unit else number)
    except UsageError:
        return None


def _power(unit: str) -> int:
    """The power of ten that a word for a size means."""
    if unit in POWERS:
        return POWERS[unit]
    lower = unit.lower()
    if lower == "k" or lower.startswith("тыс"):
        return 3
    return 9 if lower[0] == "b" or lower.startswith(("mil" + "liard", "miljard", "mrd")) else 6


def _in_millions(number: str, power: int) -> str:
    """The same number, no more exact than it was, in the unit that `parse_count` knows."""
    return f"{Decimal(number).scaleb(power - 6):f}M"
