"""Keras' own `applications`, read from their source text, against the models that Keras builds.

python bench/hunt.py [NAME …]   (a table: exact, honest, wrong or crash for each builder)

exact: the same total and the same trainable one, of the text as it is, where the default is to
load weights; honest: unknown, with a lower bound that holds.
"""

from __future__ import annotations

import math
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


def verdict(name: str, path: Path, model: keras.Model) -> tuple[str, str]:
    """How what is read of a builder compares with what Keras builds, and a word on it."""
    truth = model.count_params(), sum(math.prod(w.shape) for w in model.trainable_weights)
    try:
        found = count(read(f"{path}:{name}")[0])
    except SizeupError as error:
        return "honest", str(error)[:90]
    except Exception as error:  # noqa: BLE001  (a crash is what is looked for)
        return "crash", type(error).__name__
    if found.total is not None:
        return "exact" if (found.total, found.trainable) == truth else "wrong", f"{found.total:,}"
    kind = "honest" if found.at_least <= truth[0] else "wrong"
    reason = next((n.text for n in found.notes if n.level == "unknown"), "free names")
    return kind, f"≥ {found.at_least:,}: {reason[:70]}"


def main(wanted: list[str]) -> None:
    tally: Counter[str] = Counter()
    for name, path in builders().items():
        if wanted and name not in wanted:
            continue
        model = getattr(keras.applications, name)(weights=None)
        start = time.perf_counter()
        kind, said = verdict(name, path, model)
        tally[kind] += 1
        print(f"{name:<20}{kind:<8}{time.perf_counter() - start:6.2f} s  {said}", flush=True)
    print(dict(tally))


if __name__ == "__main__":
    main(sys.argv[1:])
