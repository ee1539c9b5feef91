"""Numbers as people read them: what is published is written as it was published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizeup.present import units


def plain(text):
    return text.replace(units.GLUE, " ")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1.00 k"),
        (194_688, "195 k"),
        (999_499, "999 k"),
        (999_500, "1.00 M"),
        (6_097_408, "6.10 M"),
        (9_976_704, "9.98 M"),
        (9_995_000, "10.0 M"),
        (11_282_415_616, "11.3 G"),
        (-8_350_000, "−8.35 M"),
    ],
)
def test_macs_have_three_significant_digits(value, text):
    assert plain(units.macs(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (512, "512 B"),
        (1_024, "1.00 KiB"),
        (2_416_140, "2.30 MiB"),  # 604,035 weights of 4 bytes
        (1_048_575, "1.00 MiB"),
        (553_430_176, "528 MiB"),  # VGG16, as Keras publishes it
    ],
)
def test_sizes_are_powers_of_1024(value, text):
    assert plain(units.size(value)) == text


@pytest.mark.parametrize(
    ("part", "whole", "places", "text"),
    [
        (589_952, 604_035, 1, "97.7 %"),
        (1_792_060, 5_592_010, 2, "32.05 %"),
        (1_788_000, 5_588_000, 2, "32.00 %"),
        (0, 5, 1, "0 %"),
        (5, 5, 1, "100 %"),
        (1, 100_000, 1, "<0.1 %"),
        (99_999, 100_000, 1, ">99.9 %"),
        (9_976_704, 6_097_408, 1, "163.6 %"),
    ],
)
def test_percentages_never_round_to_nothing_or_all(part, whole, places, text):
    assert plain(units.percent(part, whole, places)) == text


def test_differences_carry_their_sign():
    assert [units.signed(n) for n in (-267_648, 365_056, 0)] == ["−267,648", "+365,056", "0"]


@given(st.integers(1, 10**12), st.integers(1, 10**12), st.integers(0, 40))
def test_a_bar_is_as_long_as_its_share(part, whole, width):
    bar = units.bar(min(part, whole), whole, width)
    assert len(bar) <= width
    assert bool(bar) == bool(width)
    if width:
        eighths = 8 * bar.count("█") + sum(units.EIGHTHS.index(c) for c in bar if c != "█")
        exact = 8 * width * min(part, whole) / whole
        assert abs(eighths - exact) <= 1


@given(st.integers(0, 10**18))
def test_a_scaled_number_is_right_to_three_digits(value):
    number, _, unit = plain(units.macs(value)).partition(" ")
    factor = 1000 ** units.COUNTS.index(unit)
    assert abs(float(number.replace(",", "")) * factor - value) <= value * 0.00501
