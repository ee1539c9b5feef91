"""Printed examples in the documentation are what the commands print today."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs"))

from regenerate import EXAMPLE, PAGES, regenerated


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_printed_examples_are_current(page):
    text = page.read_text(encoding="utf-8")
    assert regenerated(text) == text


def test_readme_and_docs_show_what_is_printed():
    shown = [page.name for page in PAGES if EXAMPLE.search(page.read_text(encoding="utf-8"))]
    assert {"README.md", "keras.md"} <= {*shown}
