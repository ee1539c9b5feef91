"""How often the true cause is among the first three that `--expect` names.

    python bench/expect.py [NAME …]

Networks in which one thing was changed (`tests/expect_networks.py`), counted by the real Keras;
`sizeup count --expect` is given the unchanged network and that number, exact and rounded to three
digits. Then the seconds of the whole process on ResNet50.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
os.environ.setdefault("KERAS_BACKEND", "numpy")

from expect_networks import CASES, Case, rounded, source_of, text_of, truth  # noqa: E402

FIRST = 3


def asked(case: Case, number: str) -> tuple[dict, float]:
    """What is said, and how long it takes."""
    command = [
        sys.executable,
        "-m",
        "sizeup",
        "count",
        source_of(case),
        "--json",
        "--expect",
        number,
    ]
    start = time.perf_counter()
    done = subprocess.run(command, input=text_of(case), capture_output=True, text=True, check=False)
    taken = time.perf_counter() - start
    if done.returncode == 2:
        sys.exit(done.stderr)
    return json.loads(done.stdout)["networks"][-1]["expect"], taken


def rank(case: Case, found: dict) -> int | None:
    """The place of the true cause."""
    whats = [each["what"] for each in found["explanations"]]
    return next((n for n, what in enumerate(whats, 1) if re.search(case.cause, what)), None)


def main(names: list[str]) -> None:
    """A line for each case, then the shares."""
    cases = [case for case in CASES if not names or case.network in names]
    ranks: dict[str, list[int | None]] = {"exact": [], "rounded": []}
    for case in cases:
        number = truth(case)
        before = asked(case, str(number))[0]["actual"]
        line = f"{case.network:15} {case.cause[:42]:42} {number:>12,}"
        for kind, text in (("exact", str(number)), ("rounded", rounded(number, before))):
            found, taken = asked(case, text)
            place = rank(case, found)
            ranks[kind].append(place)
            more = "" if found["complete"] else "+"
            line += f"  {place or '-':>3} of {found['count']:>4}{more} {taken:4.1f} s"
            if place is None or place > FIRST:
                line += f"  [{found['explanations'][0]['what'] if found['explanations'] else ''}]"
        print(line, flush=True)
    for kind, places in ranks.items():
        first = sum(place is not None and place <= FIRST for place in places)
        print(f"{kind}: {first} of {len(places)} among the first {FIRST}, "
              f"{sum(place == 1 for place in places)} first")  # fmt: skip
    taken = sorted(asked(Case("resnet50", "", "", ""), "23.5M")[1] for _ in range(3))
    print(f"ResNet50, whole process: {taken[1]:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
