"""Short letters for free names, as people write them in formulas: `nb_filters` is f."""

from __future__ import annotations

from collections.abc import Sequence

HINTS = (
    ("filter", "f"), ("class", "k"), ("row", "h"), ("height", "h"), ("col", "w"), ("width", "w"),
    ("pool", "p"), ("kernel", "c"), ("conv", "c"), ("unit", "u"), ("hidden", "u"), ("depth", "d"),
    ("channel", "c"), ("vocab", "v"), ("embed", "e"),
)  # fmt: skip
"""Parts of names and the letter that people give them."""
ALPHABET = "fhwckpudvenmabgijlqrstxyz"


def letters_of(names: Sequence[str]) -> dict[str, str]:
    """A letter of its own for each name, the whole name where letters run out."""
    found: dict[str, str] = {}
    for name in names:
        hinted = [letter for part, letter in HINTS if part in name.lower()]
        for letter in (*hinted, *(c for c in name.lower() if c in ALPHABET), *ALPHABET):
            if letter not in found.values():
                found[name] = letter
                break
        else:
            found[name] = name
    return found
