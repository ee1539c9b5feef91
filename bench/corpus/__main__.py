"""Model code of packages on PyPI, read from its text, against the models that it builds.

    python bench/corpus --keras PYTHON [--old-keras PYTHON FOLDER] [--cache DIR] [PACKAGE …]

PYTHON is an interpreter with tensorflow and tf_keras, which builds what sizeup only reads; the other
one and its FOLDER, for releases of Keras itself, are those of `old_keras.py`. Every function and
class that sizeup lists is called there with its defaults, with what it wants more, and with drawn
arguments, at most N calls (24) for each package. exact: total, trainable part and the counts of the
layers agree; honest: a lower bound that holds, or a reason why it cannot be said; wrong: other
figures than the real ones, or an error where Keras has none; crash: anything else, or more than a
minute. What the real Keras does not build is not counted. Results are kept in DIR/results, what the
real Keras says in DIR/truths, where it is looked up the next time; the table is of all results that
are there, and with `--table` nothing else is done.
"""

from __future__ import annotations

import argparse
import gc
import json
import signal
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

from jobs import MOST, OF_TODAYS_KERAS, SECONDS, answers, jobs_in, unpacked
from packages import PACKAGES
from programs import USES
from report import table
from untold import UNTOLD
from verdicts import verdict

REAL_KERAS = Path(__file__).with_name("real_keras.py")
"""What the interpreters with the real Keras run."""


def _late(*_: object) -> NoReturn:
    message = f"more than {SECONDS} s"
    raise TimeoutError(message)


def measure(name: str, options: argparse.Namespace) -> dict[str, object]:
    """All verdicts on one package, and the seconds that its files take."""
    gc.set_threshold(50_000)  # as the command does
    package = PACKAGES[name]
    old_python, releases = options.old_keras or (None, None)
    root = unpacked(package, options.cache, releases and Path(releases)).resolve()
    times: dict[str, float] = {}
    uses = USES.get(name, "")
    most = OF_TODAYS_KERAS if package.is_todays_keras else options.most
    jobs = jobs_in(root, uses, times, most)
    python = old_python if package.is_old else options.keras
    worker = [python, str(REAL_KERAS), str(root), package.keras, releases or ""]
    kept = options.cache / "truths" / f"{name}-{sha256(uses.encode()).hexdigest()[:16]}.json"
    known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    truths = answers(worker, jobs, known)
    kept.write_text(json.dumps(known, indent=1), encoding="utf-8")
    found = []
    for job, truth in zip(jobs, truths, strict=True):
        if truth.get("error") == "no model":
            continue
        start = time.process_time()
        if "total" in truth:
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            kind, said = verdict(job, truth)
            if kind == "honest" and (name, job.name) in UNTOLD:
                kind, said = "untold", UNTOLD[name, job.name]
            signal.setitimer(signal.ITIMER_PROF, 0)
        else:
            kind, said = "not built", truth["error"]
        found.append({
            "file": str(job.path.relative_to(root)), "name": job.name, "arguments": job.arguments,
            "verdict": kind, "said": said, "seconds": time.process_time() - start,
        })  # fmt: skip
    return {"package": package.pins[0], "era": package.era, "times": times, "jobs": found}


def keep(name: str, options: argparse.Namespace) -> None:
    """Measure a package and write what was found."""
    signal.signal(signal.SIGPROF, _late)
    found = json.dumps(measure(name, options), indent=1)
    (options.cache / "results" / f"{name}.json").write_text(found, encoding="utf-8")


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
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    results = options.cache / "results"
    for folder in (results, options.cache / "truths"):
        folder.mkdir(parents=True, exist_ok=True)
    wanted = [] if options.table else options.packages or [*PACKAGES]
    able = [name for name in wanted if options.old_keras or not PACKAGES[name].is_old]
    with ProcessPoolExecutor(options.processes) as pool:
        list(pool.map(partial(keep, options=options), able))
    kept = [results / f"{name}.json" for name in PACKAGES]
    print(table([json.loads(p.read_text(encoding="utf-8")) for p in kept if p.exists()]))


if __name__ == "__main__":
    main()
