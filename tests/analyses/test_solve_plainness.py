"""What people would have chosen comes first, whatever the hyperparameters are called."""

from __future__ import annotations

import pytest

from sizeup.analyses.plainness import ROLES, cost, habits, length


def ranked(*choices):
    """The choices from the plainest on."""
    customs = habits(choices[0])
    return sorted(choices, key=lambda choice: cost(customs, choice))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("nb_conv", (3, 5, 7, 4, 12)),
        ("kernel_size", (3, 5, 7, 11)),
        ("filter_size", (3, 5, 7, 32)),
        ("pool_size", (2, 3, 4, 5)),
        ("img_rows", (28, 96, 40, 29, 797)),
        ("nb_classes", (10, 20, 35, 797)),
        ("nb_filters", (32, 8, 96, 33, 797)),
        ("hidden_units", (512, 100, 300, 301)),
        ("n", (64, 100, 96, 28, 35, 797)),
    ],
)
def test_usual_values_of_a_role_come_before_odd_ones(name, values):
    assert [c[name] for c in ranked(*({name: value} for value in reversed(values)))] == list(values)


@pytest.mark.parametrize("names", [("img_rows", "img_cols"), ("height", "width"), ("a", "b")])
def test_equal_values_come_before_different_ones(names):
    square, other = ({names[0]: 35, names[1]: side} for side in (35, 37))
    assert ranked(other, square) == [square, other]


def test_names_of_different_roles_are_not_drawn_together():
    same, usual = ({"img_rows": 28, "nb_conv": kernel} for kernel in (28, 3))
    assert ranked(same, usual) == [usual, same]


def test_length_is_that_of_the_shorter_way_to_write_a_number():
    assert [length(n) for n in (0, 1, 2, 64, 3, 96, 10, 100, 28, 35, 797)] == [
        0, 0, 0, 0, 2, 2, 1, 1, 4, 5, 8,
    ]  # fmt: skip
    assert length(-96) == length(96)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.hint or "any")
@pytest.mark.parametrize(
    "fits", [lambda _: True, lambda n: n >= 6, lambda n: n % 7 == 0, lambda n: n > 2000]
)
def test_the_plainest_that_fits_is_the_cheapest_of_all(role, fits):
    values = range(1, 1025)
    cheapest = min(filter(fits, values), key=lambda n: (role.cost(n), n), default=None)
    assert role.plainest(values, fits) == cheapest
