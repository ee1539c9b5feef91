"""Printed examples in the documentation are what the commands print today."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs"))

from regenerate import EXAMPLE, README, regenerated


def test_printed_examples_are_current():
    text = README.read_text(encoding="utf-8")
    assert EXAMPLE.search(text)
    assert regenerated(text) == text
