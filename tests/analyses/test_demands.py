"""What a source checks before it builds: values that it refuses are no solutions."""

from __future__ import annotations

from itertools import product

import pytest

import sizeup
from sizeup.cli import main

TEXT = """
from keras import Input, Sequential, layers
def build(rows, units, deep=flag):
    if rows < 8:
        raise ValueError("too small")
    elif rows > 30 and units > 8:
        raise ValueError("too large")
    assert units % 4 == 0, "in fours"
    net = Sequential([Input((rows, 1)), layers.Conv1D(2, 3)])
    if deep:
        if rows % 2:
            raise ValueError("even, if deep")
        net.add(layers.Conv1D(2, 3))
    net.add(layers.Flatten())
    net.add(layers.Dense(units))
    return net
"""
VARY = {"rows": "6..36", "units": "1..16"}


def totals(deep: bool) -> dict[tuple[int, int], int]:
    """What the function builds, by running its checks as Python does."""
    found = {}
    for rows, units in product(range(6, 37), range(1, 17)):
        if rows < 8 or (rows > 30 and units > 8) or units % 4 or (deep and rows % 2):
            continue
        length = rows - 2 - 2 * deep
        found[rows, units] = 8 + 14 * deep + 2 * length * units + units
    return found


@pytest.mark.parametrize("deep", [False, True])
def test_values_that_the_source_refuses_are_no_solutions(deep):
    networks = sizeup.read("-", text=TEXT)
    assert len(networks) == 2
    (network,) = [n for n in networks if (n.when == "flag") is deep]
    truth = totals(deep)
    for total in [*sorted({*truth.values()})[::7], 1]:
        found = sizeup.solve(network, totals={network.name: total}, vary=VARY, limit=1000)
        rows = {(s.values["rows"], s.values["units"]) for s in found.listed}
        assert rows == {choice for choice, value in truth.items() if value == total}
        assert found.complete
    best = sizeup.fit(network, max_parameters=300, vary=VARY).settings[0]
    assert best.objective == max(value for value in truth.values() if value <= 300)


def test_counting_is_as_before(capsys, tmp_path):
    path = tmp_path / "net.py"
    path.write_text(TEXT)
    assert (
        main(["count", str(path), "--set", "rows=9", "--set", "units=4", "--set", "flag=False"])
        == 0
    )
    assert f"{totals(False)[9, 4]}" in capsys.readouterr().out
    assert main(["count", str(path), "--set", "rows=7", "--set", "units=4"]) == 2


def test_what_is_raised_in_a_trial_that_is_not_taken_demands_nothing():
    text = """
from keras import Input, Sequential, layers
def build(rows, units):
    try:
        if rows < 8:
            raise ValueError("small")
        extra = 1
    except ValueError:
        extra = 1
    if units > 3:
        if rows > 20:
            raise ValueError("large")
    return Sequential([Input((rows,)), layers.Dense(units)])
"""
    (network,) = sizeup.read("-", text=text)
    found = sizeup.solve(network, totals={"build": 52}, vary={"rows": "1..60", "units": "1..9"})
    rows = {(s.values["rows"], s.values["units"]) for s in found.listed}
    assert {(51, 1), (25, 2), (12, 4)} <= rows
