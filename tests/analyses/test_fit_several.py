"""Several networks in one source, some of which have nothing that is free."""

from __future__ import annotations

import pytest

import sizeup
from sizeup.analyses.fit import Asked, fit
from sizeup.errors import UsageError

TEXT = """
import keras
from keras import layers
fixed = keras.Sequential([keras.Input((20,)), layers.Dense(5)])
def wide(units):
    return keras.Sequential([keras.Input((20,)), layers.Dense(units), layers.Dense(3)])
"""


def networks(text=TEXT):
    return sizeup.read("-", text=text).networks


def test_only_a_network_that_has_the_name_can_be_best_by_it():
    found = fit(networks(), Asked({"parameters": "1k"}, maximize="units"))
    assert {each.network.name for each in found.settings} == {"wide"}
    # 20 u + u + 3 u + 3 <= 1,000
    assert found.settings[0].values == {"units": 41}
    assert found.proved


def test_a_network_with_nothing_free_is_compared_by_what_it_is():
    found = fit(networks(), Asked({"parameters": "110"}), limit=1)
    assert found.settings[0].network.name == "fixed"
    assert found.settings[0].objective == 105
    assert found.proved


@pytest.mark.parametrize("budget", ["1k", "10"])
def test_nothing_free_at_all_says_how_to_open_something(budget):
    with pytest.raises(UsageError, match=r"--free dense_1\.units"):
        fit(networks()[:1], Asked({"parameters": budget}))


def test_names_of_different_networks_cannot_be_best_together():
    text = f"""{TEXT}
def deep(depth):
    return keras.Sequential([keras.Input((20,)), layers.Dense(depth)])
"""
    with pytest.raises(UsageError, match="which is to be best"):
        fit(networks(text), Asked({"parameters": "1k"}, maximize="units * depth"))
