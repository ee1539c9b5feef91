"""What looks like a mistake in code that works: every warning here is to be true.

    python bench/alarms.py [FOLDER …]   (a table: warnings by their words, with one place each)

Read are the zoo, `keras.applications` from their source text, and the Python files below each
FOLDER, such as unpacked packages, each text once; one that builds no network counts as silent.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from multiprocessing import Pool
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "numpy")

from sizeup.analyses.count import count
from sizeup.errors import SizeupError
from sizeup.readers import read
from sizeup.zoo import ARCHITECTURES

KERAS = re.compile(r"\b(keras|layers)\b")


def sources(folders: list[str]) -> list[tuple[str, str]]:
    """Groups and sources of what is read."""
    import keras

    found = [("zoo", f"zoo:{name}") for name in ARCHITECTURES]
    here = Path(keras.__file__).parent / "src" / "applications"
    found += (("keras.applications", str(path)) for path in sorted(here.glob("*.py")))
    files = (path for folder in folders for path in sorted(Path(folder).rglob("*.py")))
    texts = {path.read_text(encoding="utf-8", errors="replace"): str(path) for path in files}
    found += (("packages", path) for text, path in texts.items() if KERAS.search(text))
    return found


def warned(entry: tuple[str, str]) -> tuple[str, int, list[str]]:
    """The group of a source, how many networks it has, and its warnings with their places."""
    group, source = entry
    try:
        networks = read(source)
    except (SizeupError, RecursionError):
        return group, 0, []
    notes = {
        f"{source}:{note.line}: {note.text}"
        for network in networks
        for note in count(network).notes
        if note.level == "warning"
    }
    return group, len(networks), sorted(notes)


def main(folders: list[str]) -> None:
    networks: Counter[str] = Counter()
    warnings: Counter[str] = Counter()
    with Pool(2) as pool:
        for group, found, notes in pool.imap(warned, sources(folders)):
            networks[group] += found
            warnings[group] += len(notes)
            for note in notes:
                print(note, flush=True)
    for group in networks:
        print(f"{group:<20}{networks[group]:>6} networks{warnings[group]:>6} warnings")


if __name__ == "__main__":
    main(sys.argv[1:])
