"""Keras' own `applications`, read from their source text, against the models that Keras builds.

python bench/hunt.py [NAME …]   (a table: exact, honest, wrong or crash for each builder)

The helpers of other files are not followed yet, so that input shapes stay free and are bound to
Keras' default here. exact: the same total; honest: unknown, with a lower bound that holds.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "numpy")

import keras

from sizeup.analyses.count import count
from sizeup.errors import SizeupError
from sizeup.readers import read

FOLDER = Path(keras.__file__).parent / "src" / "applications"


def builders() -> dict[str, Path]:
    """The public builders and the files that define them."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        for name in dir(keras.applications):
            if name[:1].isupper() and f"\ndef {name}(" in text:
                found[name] = path
    return found


def verdict(name: str, path: Path, truth: int, sides: tuple[int, ...]) -> tuple[str, str]:
    """How what is read of a builder compares with the truth, and a word on it."""
    try:
        found = count(read(f"{path}:{name}", {"weights": None})[0])
    except SizeupError as error:
        return "honest", str(error)[:90]
    except Exception as error:  # noqa: BLE001  (a crash is what is looked for)
        return "crash", type(error).__name__
    values = {
        f.name: sides[int(f.name[-1])] for f in found.free if f.name[-2:] in ("_0", "_1", "_2")
    }
    if found.formula is not None and len(values) == len(found.free):
        total = eval(found.formula, {"max": max, "min": min}, dict(values))
    else:
        total = found.total
    if total is not None:
        return ("exact" if total == truth else "wrong"), f"{total:,}"
    reason = next((n.text for n in found.notes if n.level == "unknown"), "free names")
    return (
        "honest" if found.at_least <= truth else "wrong"
    ), f"≥ {found.at_least:,}: {reason[:70]}"


def main(wanted: list[str]) -> None:
    tally: Counter[str] = Counter()
    for name, path in builders().items():
        if wanted and name not in wanted:
            continue
        model = getattr(keras.applications, name)(weights=None)
        sides = model.input_shape[1:]
        start = time.perf_counter()
        kind, said = verdict(name, path, model.count_params(), sides)
        tally[kind] += 1
        print(f"{name:<20}{kind:<8}{time.perf_counter() - start:6.2f} s  {said}", flush=True)
    print(dict(tally))


if __name__ == "__main__":
    main(sys.argv[1:])
