"""Numbers as people write them mean exactly the integers that they say."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizeup.errors import UsageError
from sizeup.numbers import Quantity, parse_bytes, parse_count


@pytest.mark.parametrize(
    ("text", "stated", "low", "high"),
    [
        ("604035", 604_035, 604_035, 604_035),
        ("604,035", 604_035, 604_035, 604_035),
        ("604_035", 604_035, 604_035, 604_035),
        (" 604035 ", 604_035, 604_035, 604_035),
        ("604035.0", 604_035, 604_035, 604_035),
        ("0", 0, 0, 0),
        ("604k", 604_000, 603_500, 604_499),
        ("604K", 604_000, 603_500, 604_499),
        ("0k", 0, 0, 499),
        ("14.89M", 14_890_000, 14_885_000, 14_894_999),
        ("14.89 m", 14_890_000, 14_885_000, 14_894_999),
        ("1,234.5k", 1_234_500, 1_234_450, 1_234_549),
        ("7B", 7_000_000_000, 6_500_000_000, 7_499_999_999),
        ("7G", 7_000_000_000, 6_500_000_000, 7_499_999_999),
        ("1.2T", 1_200_000_000_000, 1_150_000_000_000, 1_249_999_999_999),
    ],
)
def test_count_means_every_integer_that_rounds_to_it(text, stated, low, high):
    assert parse_count(text) == Quantity(stated, low, high)


@pytest.mark.parametrize(
    ("text", "stated", "low", "high"),
    [
        ("4096", 4096, 4096, 4096),
        ("512B", 512, 512, 512),
        ("8MiB", 8 * 2**20, 15 * 2**19, 17 * 2**19 - 1),
        ("8mib", 8 * 2**20, 15 * 2**19, 17 * 2**19 - 1),
        ("8MB", 8_000_000, 7_500_000, 8_499_999),
        ("8 kB", 8_000, 7_500, 8_499),
        ("0.3KiB", 307, 256, 358),
        ("2GiB", 2**31, 3 * 2**29, 5 * 2**29 - 1),
        ("1.5TB", 1_500_000_000_000, 1_450_000_000_000, 1_549_999_999_999),
    ],
)
def test_bytes_keep_thousands_and_1024s_apart(text, stated, low, high):
    assert parse_bytes(text) == Quantity(stated, low, high)


@pytest.mark.parametrize(
    "text",
    ["", "k", "-5", "1e6", "6,04035", "60,4035", "604__035", "_604", "604_", "1.k", ".5k", "604kk",
     "604x", "0x10", "\N{ARABIC-INDIC DIGIT FIVE}", "8MiB", "604 035", "604.035,5", "9" * 41],
)  # fmt: skip
def test_what_is_no_count_is_an_error_in_one_line(text):
    with pytest.raises(UsageError, match=r"^[^\n]+$"):
        parse_count(text)


@pytest.mark.parametrize("text", ["8M", "8k", "7G", "8MiBs", "-8MB", "512.5B"])
def test_bytes_need_an_unmistakable_unit(text):
    with pytest.raises(UsageError, match=r"^[^\n]+$"):
        parse_bytes(text)


@pytest.mark.parametrize("text", ["604035.5", "1.2345k", "1.0001k"])
def test_a_fraction_that_no_integer_rounds_to_is_an_error(text):
    with pytest.raises(UsageError, match="whole number"):
        parse_count(text)


@given(st.integers(0, 10**12), st.integers(0, 3), st.sampled_from(["k", "M", "B", "T"]))
def test_interval_is_the_set_that_decimal_rounds_to_the_text(count, places, unit):
    power = {"k": 3, "M": 6, "B": 9, "T": 12}[unit]
    quantum = Decimal(1).scaleb(-places)

    def rounded(number):
        return Decimal(number).scaleb(-power).quantize(quantum, ROUND_HALF_UP)

    found = parse_count(f"{rounded(count):f}{unit}")
    assert found.low <= count <= found.high
    assert rounded(found.low) == rounded(found.high) == rounded(count)
    assert rounded(found.high + 1) > rounded(count)
    assert found.low == 0 or rounded(found.low - 1) < rounded(count)
