"""Records are to be what frozen dataclasses are; the dataclass is the truth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from sizeup.records import Record


class Point(Record):
    x: int
    y: int = 0

    @property
    def sum(self) -> int:
        return self.x + self.y


@dataclass(frozen=True)
class Truth:
    x: int
    y: int = 0


class Other(Record):
    x: int
    y: int = 0


ARGUMENTS = [((1,), {}), ((1, 2), {}), ((1,), {"y": 2}), ((), {"x": 1}), ((), {"y": 2, "x": 1})]


@pytest.mark.parametrize(("values", "named"), ARGUMENTS)
def test_values_and_their_print_are_those_of_a_dataclass(values, named):
    made, truth = Point(*values, **named), Truth(*values, **named)
    assert (made.x, made.y) == (truth.x, truth.y)
    assert repr(made) == repr(truth).replace("Truth", "Point")


@pytest.mark.parametrize("named", [{}, {"y": 1}, {"x": 1, "z": 2}])
def test_missing_and_unknown_names_are_refused_as_by_a_dataclass(named):
    for cls in (Point, Truth):
        with pytest.raises(TypeError):
            cls(**named)


def test_a_copy_has_new_values_and_leaves_the_first_alone():
    first = Point(1, 2)
    assert first.changed(y=5) == Point(1, 5)
    assert first == Point(1, 2)
    for change in (lambda: first.changed(z=1), lambda: replace(Truth(1, 2), z=1)):
        with pytest.raises(TypeError):
            change()


def test_equal_means_same_class_and_values():
    assert Point(1) == Point(1, 0)
    assert hash(Point(1)) == hash(Point(1, 0))
    assert Point(1) != Point(2)
    assert Point(1) != Other(1)


def test_nothing_can_be_set():
    for made in (Point(1), Truth(1)):
        with pytest.raises(AttributeError):
            made.x = 2
    assert Point(1).sum == 1


def test_patterns_match_by_position():
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
