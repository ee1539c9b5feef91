"""Model code of packages on PyPI, read from its text, against the models that it builds.

    python bench/corpus --keras PYTHON [--old-keras PYTHON FOLDER] [--cache DIR] [PACKAGE …]

PYTHON is an interpreter with tensorflow and tf_keras, which builds what sizeup only reads; the other
one and its FOLDER, for releases of Keras itself, are those of `old_keras.py`. Every function and
class that sizeup lists is called there with its defaults, with what it wants more, and with drawn
arguments, at most N calls (40) for each package. exact: total, trainable part and the counts of the
layers agree; honest: a lower bound that holds, or a reason why it cannot be said; wrong: other
figures than the real ones, or an error where Keras has none; crash: anything else, or more than a
minute. What the real Keras does not build is not counted. Results are kept in DIR/results; the
table is of all that are there, and with `--table` nothing else is done.
"""

from __future__ import annotations

import argparse
import json
import signal
import tempfile
import time
from pathlib import Path
from typing import NoReturn

from jobs import MOST, SECONDS, answers, jobs_in, unpacked
from packages import PACKAGES
from programs import USES
from report import table
from verdicts import verdict


def _late(*_: object) -> NoReturn:
    message = f"more than {SECONDS} s"
    raise TimeoutError(message)


def measure(name: str, options: argparse.Namespace) -> dict[str, object]:
    """All verdicts on one package, and the seconds that its files take."""
    package = PACKAGES[name]
    old_python, releases = options.old_keras or (None, None)
    root = unpacked(package, options.cache, releases and Path(releases)).resolve()
    times: dict[str, float] = {}
    jobs = jobs_in(root, USES.get(name, ""), times, options.most)
    python = old_python if package.is_release else options.keras
    found = []
    for job, truth in zip(jobs, answers(python, root, package.keras, jobs), strict=True):
        if truth.get("error") == "no model":
            continue
        start = time.process_time()
        if "total" in truth:
            signal.alarm(SECONDS)
            kind, said = verdict(job, truth)
            signal.alarm(0)
        else:
            kind, said = "not built", truth["error"]
        found.append({
            "file": str(job.path.relative_to(root)), "name": job.name, "arguments": job.arguments,
            "verdict": kind, "said": said, "seconds": time.process_time() - start,
        })  # fmt: skip
    return {"package": package.pins[0], "era": package.era, "times": times, "jobs": found}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("packages", nargs="*", metavar="PACKAGE")
    parser.add_argument("--keras", metavar="PYTHON")
    parser.add_argument("--old-keras", nargs=2, metavar=("PYTHON", "FOLDER"))
    cache = Path(tempfile.gettempdir()) / "sizeup-corpus"
    parser.add_argument("--cache", type=Path, default=cache, metavar="DIR")
    parser.add_argument("--most", type=int, default=MOST, metavar="N", help="calls for a package")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _late)
    results = options.cache / "results"
    results.mkdir(parents=True, exist_ok=True)
    wanted = [] if options.table else options.packages or PACKAGES
    for name in wanted:
        if options.old_keras or not PACKAGES[name].is_release:
            found = measure(name, options)
            (results / f"{name}.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    kept = [results / f"{name}.json" for name in PACKAGES]
    print(table([json.loads(p.read_text(encoding="utf-8")) for p in kept if p.exists()]))


if __name__ == "__main__":
    main()
