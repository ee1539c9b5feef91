"""Does every network keep its budget?

A budget is a number that a count must not exceed. What is not known is neither kept nor broken,
unless what is certain of it breaks the budget already.
"""

from __future__ import annotations

from fractions import Fraction

from sizeup.analyses.measures import activations
from sizeup.errors import UsageError
from sizeup.numbers import BYTE_UNITS, parse_bytes, parse_count
from sizeup.records import Record
from sizeup.shown import Shown
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sizeup.analyses.count import Count
    from sizeup.analyses.since import Since

ELEMENT = 4
"""Bytes of an element of what layers give, float32."""


class Limit(Record):
    """A limit of one network: what is allowed, what there is, and whether that is kept.

    Of growth both are parameters, and `baseline` is what it grew from. `actual` is an integer
    where it is known; `ok` is None where it is not and nothing certain breaks the limit, and
    `why` says why.
    """

    limit: str
    allowed: int | None
    actual: int | None
    ok: bool | None
    baseline: int | None = None
    why: str | None = None


class Checked(Record):
    """A network with its limits; `counts` is what a baseline records of it.

    `since` says what it was in a revision, where that was asked for and can be told.
    """

    name: str
    source: str
    limits: tuple[Limit, ...]
    counts: Mapping[str, int | None]
    count: Count
    since: Since | None = None

    @property
    def key(self) -> str:
        """What the baseline calls it."""
        return f"{self.source}:{self.name}"


class Verdict(Shown, Record):
    """All networks of a project with their limits."""

    networks: tuple[Checked, ...]

    @property
    def ok(self) -> bool:
        """Whether all limits are known to be kept."""
        return all(limit.ok is True for network in self.networks for limit in network.limits)

    @property
    def broken(self) -> bool:
        """Whether one is known not to be."""
        return any(limit.ok is False for network in self.networks for limit in network.limits)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `sizeup check`."""
        return {
            "ok": self.ok,
            "networks": [
                {
                    "name": network.name,
                    "source": network.source,
                    "limits": [
                        {
                            "limit": limit.limit, "allowed": limit.allowed,
                            "actual": limit.actual, "ok": limit.ok,
                            "baseline": limit.baseline, "why": limit.why,
                        }
                        for limit in network.limits
                    ],
                    **({} if network.since is None else {"since": network.since.as_dict()}),
                }
                for network in self.networks
            ],
        }  # fmt: skip


def check(
    found: Count, source: str, limits: Mapping[str, object], baseline: Mapping[str, int]
) -> Checked:
    """One network against its limits; `baseline` are the counts that it had, or none.

    Raises UsageError where a limit is no number of its sort.
    """
    known = {
        "parameters": _number(found.parameters),
        "macs": _number(found.macs),
        "bytes": _number(found.bytes),
        "activations": _number(activations(found)),
    }
    results = []
    for name, given in limits.items():
        of = name.removeprefix("max_")
        if of == "growth":
            results.append(_growth(given, found, known["parameters"], baseline.get("parameters")))
            continue
        most, scale = allowed(name, given)
        least = found.at_least if of == "parameters" else None
        results.append(_limit(name, most, known[of], least, found, scale))
    return Checked(found.network.name, source, tuple(results), known, found)


def _limit(
    name: str, allowed: int, known: int | None, least: int | None, found: Count, scale: int = 1
) -> Limit:
    if known is not None:
        return Limit(name, allowed, known * scale, known * scale <= allowed)
    if least is not None and least > allowed:
        return Limit(name, allowed, least, ok=False, why=say("check.at_least"))
    return Limit(name, allowed, None, ok=None, why=_unknown(found))


def _growth(given: object, found: Count, known: int | None, before: int | None) -> Limit:
    share = parse_share(given)
    if before is None:
        return Limit("max_growth", None, known, ok=None, why=say("check.no_baseline"))
    allowed = int(before * (1 + share))
    limit = _limit("max_growth", allowed, known, found.at_least, found)
    return limit.changed(baseline=before)


def _unknown(found: Count) -> str:
    if found.free:
        names = ", ".join(free.expression for free in found.free)
        return say("check.free", names=names)
    notes = [note.text for note in found.notes if note.level == "unknown"]
    return notes[0] if notes else say("check.open")


def _number(dim: object) -> int | None:
    return dim if isinstance(dim, int) else None


def allowed(name: str, given: object) -> tuple[int, int]:
    """The most that is allowed, and what one of the counted things comes to in its unit."""
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise UsageError(say("check.value", key=name, value=repr(given)))
    text = str(given)
    try:
        if name == "max_bytes":
            return parse_bytes(text).stated, 1
        if name == "max_activations" and _is_bytes(text):
            return parse_bytes(text).stated, ELEMENT
        return parse_count(text).stated, 1
    except UsageError as error:
        raise UsageError(f"{name}: {error.what}") from None


def _is_bytes(text: str) -> bool:
    """`8MiB` and `8MB` are bytes; `8M` and, as everywhere, `8B` are counts."""
    unit = text.lstrip("0123456789.,_ ").rstrip().lower()
    return len(unit) > 1 and unit in BYTE_UNITS


def parse_share(given: object) -> Fraction:
    """`2%` or `0.5%` as a fraction. Raises UsageError of anything else."""
    text = given.strip() if isinstance(given, str) else ""
    try:
        share = Fraction(text.removesuffix("%").strip()) / 100
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if share < 0 or not text.endswith("%"):
        raise UsageError(say("check.share", value=repr(given)))
    return share
