"""What is evaluated again for other outcomes of conditions has an end that the reader says."""

from __future__ import annotations

from sizeup.analyses.count import count
from sizeup.readers.source import machine, read_source

CODE = """
import keras
from keras import layers

def plain(classes=3):
    return keras.Sequential([keras.Input((4,)), layers.Dense(classes)])

def costly(data):
    model = keras.Sequential([keras.Input((4,))])
    for i in range(60):
        model.add(layers.Dense(4))
    for key in ("a", "b", "c", "d", "e", "f"):
        if data[key]:
            return model
    return model

def last(units=2):
    return keras.Sequential([keras.Input((4,)), layers.Dense(units)])
"""


def test_what_does_not_change_the_network_is_no_outcome():
    networks, _ = read_source(CODE)
    assert [(n.name, count(n).total) for n in networks] == [
        ("plain", 15), ("costly", 60 * 20), ("last", 10)]  # fmt: skip


def test_a_reading_that_has_no_steps_left_for_further_outcomes_says_so(monkeypatch):
    monkeypatch.setattr(machine, "SPARE_STEPS", 100)
    networks, _ = read_source(CODE)
    found = {network.name: count(network) for network in networks}
    assert found["plain"].total == 15
    assert found["last"].total == 10  # evaluated once: no outcome but the one
    assert found["costly"].total is None
    assert found["costly"].at_least <= 60 * 20
    assert any(note.level == "unknown" for note in found["costly"].notes)
