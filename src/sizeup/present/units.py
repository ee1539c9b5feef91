"""Numbers as people read them: grouped, with units, as percentages and as bars; all exact."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction

GLUE = "\u00a0"
"""A blank at which no line breaks; shown as a plain one."""
JOINT = f"{GLUE}· "
MINUS = "−"
COUNTS = ("", "k", "M", "G", "T", "P", "E")
BYTES = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
DIGITS = 3
"""Significant digits of a number with a unit."""
MOST_PLACES = 6
"""Digits behind the point of the smallest numbers."""
EIGHTHS = " ▏▎▍▌▋▊▉"


def number(value: int) -> str:
    """Digits in groups of three: `604,035`, `−267,648`."""
    return f"{value:,}".replace("-", MINUS)


def value(given: object) -> str:
    """An integer as a number, anything else as Python writes it: `1,024`, `True`, `small`."""
    return number(given) if type(given) is int else str(given)


def signed(value: int) -> str:
    """A difference: `+365,056`, `−267,648`, `0`."""
    return f"+{value:,}" if value > 0 else number(value)


def macs(value: int) -> str:
    """Three significant digits and a power of 1,000: `6.10 M`; exact below 1,000."""
    return _scaled(value, 1000, COUNTS)


def size(value: int) -> str:
    """Bytes in powers of 1,024: `2.30 MiB`, `512 B`."""
    return _scaled(value, 1024, BYTES)


def seconds(value: Fraction) -> str:
    """A time in the largest unit of which there is one: `1.25 ms`, `0.062 ns` below that."""
    for unit, name in ((1, "s"), (10**3, "ms"), (10**6, "µs")):
        if value * unit >= 1:
            return f"{decimal(value * unit)}{GLUE}{name}"
    return f"{decimal(value * 10**9)}{GLUE}ns"


def decimal(value: Fraction) -> str:
    """Three significant digits: `0.25`, `12.5`, `1,250`."""
    places = 0
    while value and places < MOST_PLACES and value * 10**places < 10 ** (DIGITS - 1):
        places += 1
    return _decimal(_rounded(value.numerator * 10**places, value.denominator), places)


def percent(part: int, whole: int, places: int = 1) -> str:
    """`97.7 %`; what is not nothing or all is never shown as if it were."""
    if part in {0, whole}:
        return f"{100 if part else 0}{GLUE}%"
    least = 10**places
    shown = _rounded(100 * least * part, whole)
    if shown == 0:
        return f"<{_decimal(1, places)}{GLUE}%"
    if shown == 100 * least and part < whole:
        return f">{_decimal(shown - 1, places)}{GLUE}%"
    return f"{_decimal(shown, places)}{GLUE}%"


def bar(part: int, whole: int, width: int) -> str:
    """A bar of at most `width` characters, in eighths of one; never nothing for something."""
    if part <= 0 or whole <= 0 or width <= 0:
        return ""
    eighths = max(1, _rounded(8 * width * min(part, whole), whole))
    full, rest = divmod(eighths, 8)
    return "█" * full + EIGHTHS[rest].strip()


def _scaled(value: int, base: int, units: tuple[str, ...]) -> str:
    """In the largest unit of which there is one, after rounding too."""
    power = 0
    while power + 1 < len(units) and abs(value) >= base ** (power + 1):
        power += 1
    while True:
        text = _significant(value, base**power) if power else number(value)
        if power + 1 == len(units) or int(text.split(".")[0].replace(",", "").strip(MINUS)) < base:
            return f"{text}{GLUE}{units[power]}".rstrip(GLUE)
        power += 1


def _significant(value: int, unit: int) -> str:
    places = max(0, DIGITS - len(str(abs(value) // unit)))
    shown = _rounded(value * 10**places, unit)
    if places and len(str(abs(shown))) > DIGITS:  # 9.999 is 10.0
        places -= 1
        shown = _rounded(value * 10**places, unit)
    return _decimal(shown, places)


def _decimal(shown: int, places: int) -> str:
    """An integer with the point `places` from its end."""
    if not places:
        return number(shown)
    whole, rest = divmod(abs(shown), 10**places)
    return f"{MINUS if shown < 0 else ''}{whole:,}.{rest:0{places}}"


def _rounded(value: int, unit: int) -> int:
    """The nearest multiple of a unit; halves go up."""
    return (2 * value + unit) // (2 * unit)
