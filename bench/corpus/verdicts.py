"""How what is read compares with what is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sizeup.analyses.count import count
from sizeup.errors import OpenSizeError, SizeupError, SizingError
from sizeup.network import Network, rows
from sizeup.readers import read

if TYPE_CHECKING:
    from jobs import Job


def verdict(job: Job, truth: dict) -> tuple[str, str]:
    """exact, honest, wrong or crash, and the reason or the figures."""
    try:
        return _compared(_read(job), truth)
    except SizeupError as error:
        if "defect of sizeup" in error.what:
            return "crash", error.what
        refused = isinstance(error, SizingError) and not isinstance(error, OpenSizeError)
        return "wrong" if refused else "honest", error.what
    except Exception as error:  # noqa: BLE001  (a crash is what is looked for)
        return "crash", f"{type(error).__name__}: {error}"


def _read(job: Job) -> Network:
    """The network by its name in its file; where arguments are drawn, by a program that calls it.

    Of a variable it is the last that it holds. Arguments of Keras' own architectures are bound:
    an import would not lead to the file.
    """
    if job.arguments and not job.module.startswith("keras."):
        program = job.root / "sizeup_call.py"
        given = ", ".join(f"{name}={_tuples(value)!r}" for name, value in job.arguments.items())
        text = f"from {job.module} import {job.name}\nnetwork = {job.name}({given})\n"
        program.write_text(text, encoding="utf-8")
        return read(f"{program}:network")[0]
    return read(f"{job.path}:{job.name}", job.arguments or {})[
        0 if job.arguments is not None else -1
    ]


def _tuples(value: object) -> object:
    """Lists of JSON as the tuples that the real Keras is given."""
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value


def _compared(network: Network, truth: dict) -> tuple[str, str]:
    found = count(network)
    if network.error is not None:
        return "wrong", network.error
    if network.when is not None:
        return "honest", f"when {network.when}"
    if found.total is None:
        reasons = [note.text for note in found.notes if note.level == "unknown"]
        reasons += [f"{free.name}: {free.why}" for free in found.free]
        if found.at_least <= truth["total"]:
            return "honest", reasons[0]
        return "wrong", f"at least {found.at_least:,} for {truth['total']:,}; {reasons[0]}"
    if (found.total, found.trainable) != (truth["total"], truth["trainable"]):
        real = f"{truth['total']:,}, {truth['trainable']:,}"
        return "wrong", f"{found.total:,}, {found.trainable:,} for {real}"
    ours = [[r.parameters, r.trainable] for r in rows(network) if r.parent is None and r.parameters]
    different = [c for c in truth["layers"] if c not in ours]
    if sum(total for total, _ in truth["layers"]) == truth["total"] and different:
        return "wrong", f"the totals agree, but no layer has {different[:3]} of {len(ours)}"
    return "exact", f"{found.total:,}"
