"""The tables of what was measured, as Markdown."""

from __future__ import annotations

import re
import statistics
from collections import Counter

COLUMNS = ("exact", "honest", "untold", "wrong", "crash", "not built")


HEAD = """# The corpus

`python bench/corpus --keras PYTHON --old-keras PYTHON FOLDER > docs/corpus.md`; nothing here is written by hand.

Model code of packages on PyPI, of different authors and years, fetched at run time, and the `applications`
of old releases of Keras itself (their sources on PyPI hold no examples): every function, class and script
that builds a network, called with its defaults and with drawn arguments, and programs that use a package,
are read from their text and built with the real Keras: tf_keras 2 and Keras 3 on TensorFlow, older releases
on Theano. *exact*: the total, the trainable part and the counts of the layers agree; *honest*: a lower
bound that holds, or a reason why it cannot be said; *untold*: the same where the text cannot tell, since
the weights depend on data, on the machine, or on a module that is not there; *wrong*: other figures, or an
error where Keras has none; *crash*: anything else, or more than a minute; *not built*: Keras itself
refuses, mostly for want of better arguments. Networks are those that Keras builds; seconds are of the
processor, the middle one and the longest.
"""


def table(results: list[dict]) -> str:
    """A row for each package and for each era, the reasons, and every call that is not exact."""
    lines = [HEAD]
    lines += ["| package | era | networks |" + "".join(f" {c} |" for c in COLUMNS) + " seconds |"]
    lines.append("|---" * (len(COLUMNS) + 4) + "|")
    lines += [_row(result["package"], result["era"], result["jobs"]) for result in results]
    eras = dict.fromkeys(result["era"] for result in results)
    for era in eras:
        jobs = [job for result in results if result["era"] == era for job in result["jobs"]]
        lines.append(_row("all of", era, jobs))
    everything = [job for result in results for job in result["jobs"]]
    lines += [_row("all", "", everything), "", _summary(results), "", _files(results), ""]
    lines += ["Reasons of the honest ones:", "", *_ranked(everything, "honest"), ""]
    lines += ["What the text cannot tell:", "", *_ranked(everything, "untold"), ""]
    lines += ["What is not exact:", "", "```text"]
    for result in results:
        for job in result["jobs"]:
            if job["verdict"] not in ("exact", "not built"):
                lines.append(_line(result["package"], job))
    lines += [
        "```",
        "",
        "What Keras itself does not build, one call of each builder:",
        "",
        "```text",
    ]
    for result in results:
        refused: dict[tuple[str, str], list[dict]] = {}
        for job in result["jobs"]:
            if job["verdict"] == "not built":
                refused.setdefault((job["file"], job["name"]), []).append(job)
        lines += [f"{len(jobs)} × {_line(result['package'], jobs[0])}" for jobs in refused.values()]
    return "\n".join([*lines, "```"])


def _ranked(jobs: list[dict], verdict: str) -> list[str]:
    """The reasons of a verdict, the most frequent first."""
    said = (re.sub(r"\d+", "…", job["said"]) for job in jobs if job["verdict"] == verdict)
    found = [f"- {times} × {reason[:160]}" for reason, times in Counter(said).most_common()]
    return found or ["- none"]


def _line(package: str, job: dict) -> str:
    given = ", ".join(f"{k}={v!r}" for k, v in (job["arguments"] or {}).items())
    said = re.sub(r"/(?:[^/\s']+/)+", "", job["said"].splitlines()[0] if job["said"] else "")
    return f"{job['verdict']:<10}{package} {job['file']}:{job['name']}({given})  {said[:160]}"


def _summary(results: list[dict]) -> str:
    """The share of what can be known that is exact, and where it comes from."""
    tally = Counter(job["verdict"] for result in results for job in result["jobs"])
    told = tally.total() - tally["not built"] - tally["untold"]
    old = sum(
        job["verdict"] != "not built"
        for result in results
        if result["era"].startswith(("Keras 0", "Keras 1"))
        for job in result["jobs"]
    )
    built = sum(any(job["verdict"] != "not built" for job in r["jobs"]) for r in results)
    share = f"{100 * tally['exact'] / told:.1f} %" if told else "nothing"
    return (
        f"{told + tally['untold']} networks of {built} packages and releases, {old} of them from before "
        f"Keras 2: {tally['exact']} of {told} that the text can tell are exact, {share}."
    )


def _row(name: str, era: str, jobs: list[dict]) -> str:
    tally = Counter(job["verdict"] for job in jobs)
    taken = [job["seconds"] for job in jobs if job["verdict"] != "not built"]
    middle, longest = (statistics.median(taken), max(taken)) if taken else (0, 0)
    built = tally.total() - tally["not built"]
    cells = [name, era, built, *(tally[column] for column in COLUMNS)]
    return "".join(f"| {cell} " for cell in cells) + f"| {middle:.2f}, at most {longest:.2f} |"


def _files(results: list[dict]) -> str:
    times = {
        f"{r['package']} {file}": seconds for r in results for file, seconds in r["times"].items()
    }
    if not times:
        return ""
    slow = sorted(times, key=times.__getitem__, reverse=True)[:5]
    listed = ", ".join(f"`{name}` {times[name]:.1f} s" for name in slow)
    middle = statistics.median(times.values())
    return f"{len(times)} files read whole: {middle:.3f} s in the middle; the slowest {listed}."
