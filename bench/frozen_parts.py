"""What Keras 2 trains of the programs in `tests/readers/frozen_programs.py`.

    TF_USE_LEGACY_KERAS=1 python bench/frozen_parts.py > tests/readers/frozen_parts.json

Python with TensorFlow and tf_keras, the Keras 2 of today, runs them. For each program its total
and what is trained of it; for those that are drawn too, by the seeds that draw them.
"""

from __future__ import annotations

import importlib
import json
import math
import random
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests" / "readers"
DRAWN = 60


def measured(text: str) -> list[int] | None:
    """The counts of the network that a program builds; None where Keras refuses it."""
    scope: dict = {"__name__": "__main__"}
    try:
        exec(compile(text, "<program>", "exec"), scope)
        model = scope["model"]
        return [_scalars(model.weights), _scalars(model.trainable_weights)]
    except (ValueError, TypeError, RuntimeError):
        return None


def _scalars(weights: list) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def main() -> None:
    """Print what is measured."""
    sys.path.insert(0, str(TESTS))
    programs = importlib.import_module("frozen_programs")
    sys.modules["keras"] = keras = importlib.import_module("tf_keras")
    for name in [name for name in sys.modules if name.startswith("tf_keras.")]:
        sys.modules[name.removeprefix("tf_")] = sys.modules[name]
    texts = dict(programs.PROGRAMS)
    texts |= {str(seed): programs.drawn_program(random.Random(seed).randrange)
              for seed in range(DRAWN)}  # fmt: skip
    found = {}
    for name, text in texts.items():
        keras.backend.clear_session()
        found[name] = measured(programs.HEAD + text)
    lines = (f"{json.dumps(name)}: {json.dumps(counts)}" for name, counts in found.items())
    print("{" + ",\n".join(lines) + "}")


if __name__ == "__main__":
    main()
