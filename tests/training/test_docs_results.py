"""The results in `docs/train.md` are those of the runs that are kept beside it."""

from pathlib import Path

import pytest

from sizeup.present import searching
from sizeup.present.terminal import text_of
from sizeup.present.training import page
from sizeup.training.comparing import read_comparison
from sizeup.training.search import Found, front_of

pytest.importorskip("scipy")
DOCS = Path(__file__).parents[2] / "docs"
FOLDERS = sorted(path.parent for path in (DOCS / "results").rglob("experiment.json"))
SEARCHED = {"search": (20, 12)}
"""Settings that a search enumerated, and those of them within its budget."""


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_printed_results_are_those_of_the_runs(folder):
    found = read_comparison(folder)
    if folder.name in SEARCHED:
        shown = searching.page(Found(*SEARCHED[folder.name], found, front_of(found)))
    else:
        shown = page(found)
    table = text_of(shown[:-1])  # without where the folder is
    assert table in (DOCS / "train.md").read_text("utf-8")


def test_there_are_results_of_the_question_s_networks():
    names = {n.name for f in FOLDERS for n in read_comparison(f).networks}
    assert names >= {"VGG1", "VGG2"}
