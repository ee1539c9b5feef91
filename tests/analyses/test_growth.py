"""What is said to drive a total is what changes it, as the real Keras counts and refuses."""

from __future__ import annotations

from fractions import Fraction

import keras
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from keras import layers

import sizeup
from sizeup.analyses.count import count
from sizeup.analyses.growth import growth
from sizeup.dims import bind
from sizeup.network import rows

TEXT = """
from keras import Input, Sequential, layers
net = Sequential([
    Input((h, w, 3)),
    layers.Conv2D(f, c, name="first"),
    layers.Conv2D(2 * f, c, strides=2, name="second"),
    layers.MaxPooling2D(p),
    layers.Flatten(),
    layers.Dense(u, name="hidden"),
    layers.Dense(k, name="last"),
])
"""
NET = sizeup.read("-", text=TEXT)["net"]
GROWN = {each.name: each for each in growth(count(NET))}


def real(h: int, w: int, f: int, c: int, p: int, u: int, k: int) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((h, w, 3)),
            layers.Conv2D(f, c),
            layers.Conv2D(2 * f, c, strides=2),
            layers.MaxPooling2D(p),
            layers.Flatten(),
            layers.Dense(u),
            layers.Dense(k),
        ]
    )


@pytest.mark.parametrize(("name", "degree"), [("f", 2), ("h", 1), ("w", 1), ("u", 1), ("k", 1)])
def test_doubling_comes_to_multiply_the_total_by_two_to_the_degree(name, degree):
    values = {"h": 31, "w": 29, "f": 2, "c": 3, "p": 2, "u": 3, "k": 2}
    ratio = [eval(count(NET).formula, values | {name: 2**power}) for power in (40, 41)]
    assert abs(Fraction(ratio[1], ratio[0]) - 2**degree) < Fraction(1, 1000)
    assert (GROWN[name].degree, GROWN[name].falls) == (degree, False)


def test_what_one_more_adds_is_what_keras_has_more():
    for u, k in ((3, 4), (9, 2)):
        values = {"h": 21, "w": 20, "f": 2, "c": 3, "p": 2, "u": u, "k": k}
        for name in ("u", "k"):
            more = real(**(values | {name: values[name] + 1})).count_params()
            assert bind(GROWN[name].each, values) == more - real(**values).count_params()
    assert [name for name, each in GROWN.items() if each.each is None] == ["h", "w", "f", "c", "p"]


@pytest.mark.parametrize("name", list(GROWN))
def test_the_layers_are_those_that_a_change_changes(name):
    values = {"h": 41, "w": 39, "f": 2, "c": 3, "p": 2, "u": 3, "k": 2}
    before, after = (
        [row.parameters for row in rows(sizeup.read("-", chosen, text=TEXT)["net"])]
        for chosen in (values, values | {name: values[name] * 2 + 1})
    )
    changed = {
        row.path for row, old, new in zip(rows(NET), before, after, strict=True) if old != new
    }
    assert set(GROWN[name].layers) == changed


def test_a_larger_pooling_means_fewer_parameters():
    assert (GROWN["p"].falls, GROWN["p"].layers) == (True, ("hidden",))
    totals = [real(30, 30, 2, 3, p, 4, 2).count_params() for p in (1, 2, 3, 5)]
    assert totals == sorted(totals, reverse=True)


@given(st.tuples(*(st.integers(1, most) for most in (14, 14, 2, 5, 4))))
def test_the_network_is_valid_where_all_that_it_needs_is_positive(chosen):
    values = dict(zip("hwfcp", chosen, strict=True), u=2, k=2)
    needs = {side for each in GROWN.values() for side in each.needs}
    assume(values["h"] >= values["c"] <= values["w"])  # or the sides that follow have no meaning
    met = all(bind(side, values) >= 1 for side in needs)
    try:
        real(**values)
    except ValueError:
        assert not met
    else:
        assert met


def test_nothing_drives_what_is_not_known_or_not_open():
    assert growth(count(sizeup.read("784:2000:10")[0])) == ()
    lost = sizeup.read("-", text="from keras import *\nm = Sequential([Input((n,)), mystery()])")
    assert growth(count(lost[0])) == ()
