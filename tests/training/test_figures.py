"""Figures take names of any letters: as they are, not as formulas, and none is lost."""

import warnings

import numpy as np
import pytest

from sizeup.present.figures import draw
from sizeup.present.fonts import Letters
from sizeup.training.comparing import Comparison, Run, Trained
from sizeup.training.runs import State

pytest.importorskip("matplotlib")
CLASSES = (r"$\frac$", "a$1 b$2", "_hidden", "a_b^c", "Übergrößenträger", "猫", "line\nbreak", "\U0010fffe",
           "a name that is so long that no figure has room for all of it")  # fmt: skip


def network(name, parameters, accuracy):
    matrix = np.eye(len(CLASSES), dtype=int).tolist()
    epoch = {"val_accuracy": accuracy, "val_loss": 1.0, "seconds": 1.0}
    result = {"accuracy": accuracy, "confusion": matrix, "judged": "test", "samples": 9}
    run = Run(0, None, State(({**epoch}, {**epoch}), 0, 0, "done"), result)
    return Trained(name, parameters, 4 * parameters, 100, 1000, (run,))


def test_names_are_drawn_as_they_are(tmp_path):
    networks = (network("_net$1$", 10, 0.5), network(r"$\frac$ & <b>", 20, 0.7))
    found = Comparison(r"data/$\frac$", tmp_path, "test", 9, CLASSES, networks)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        paths = draw(found)
    assert len(paths) == 6
    svg = (tmp_path / "comparison.svg").read_text()
    for name in ("_net$1$", r"$\frac$ &amp; &lt;b&gt;"):
        assert svg.count(name) >= 2  # beside its point, and in the legend


def test_what_no_font_has_is_told_apart_by_its_number():
    letters = Letters(["abc", "\U0010fffe", "line\nbreak", "\U00016a40"])
    assert letters.shown("abc") == "abc"
    assert letters.shown("\U0010fffe") == r"\U0010fffe"
    assert letters.shown("line\nbreak") == r"line\nbreak"
    assert not any(family.startswith("Last Resort") for family in letters.families)
    assert len(letters.shown("so long " * 20)) <= 32
