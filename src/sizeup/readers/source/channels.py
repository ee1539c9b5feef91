"""The channel order of a source that does not say it: decided once, on the text."""

from __future__ import annotations

from collections.abc import Callable

from sizeup.dims import as_python
from sizeup.network import Note
from sizeup.readers.source.dialect import Dialect
from sizeup.readers.source.session import Outcome
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Shape

FIRST, LAST = "channels_first", "channels_last"
CHANNELS = frozenset({1, 2, 3, 4})
"""What images have for channels; sides are larger."""


class Decision(Record):
    """The order, the outcomes under it, and what is to be said of it."""

    order: str
    outcomes: list[Outcome]
    note: Note | None = None


def choose(
    outcomes: list[Outcome], dialect: Dialect, rerun: Callable[[str], list[Outcome]]
) -> Decision:
    """Decide from the input shapes and from what the layers allow.

    `outcomes` are those under channels last. A literal 1, 3 or 4 against open or larger sides
    tells the order; else the one under which every layer fits; else the version's default.
    """
    if dialect.said_format or not any(outcome.order_matters for outcome in outcomes):
        return Decision(LAST, outcomes)
    shapes = [pair for outcome in outcomes for pair in outcome.inputs
              if pair[0] is not None and len(pair[0]) >= 4]  # noqa: PLR2004  # fmt: skip
    votes = {_vote(shape) for shape, _ in shapes}
    if FIRST not in votes and (LAST in votes or not shapes):
        return Decision(LAST, outcomes)
    other = rerun(FIRST)
    faults = _faults(outcomes), _faults(other)
    shape, line = next(((s, n) for s, n in shapes if _vote(s) == FIRST), shapes[0])
    said = "(" + ", ".join(_text(dim) for dim in shape[1:]) + ")"
    if FIRST in votes and LAST not in votes and faults[1] <= faults[0]:
        key = "source.channels_first_fit" if faults[0] > faults[1] else "source.channels_first"
        return Decision(FIRST, other, Note("assumed", say(key, shape=said), line))
    if faults[1] < faults[0]:
        return Decision(
            FIRST, other, Note("assumed", say("source.channels_first_fit", shape=said), line)
        )
    note = Note("assumed", say("source.channels_default", shape=said), line)
    return Decision(LAST, outcomes, None if LAST in votes else note)


def _vote(shape: Shape) -> str | None:
    """What a shape, batch first, says of its order."""
    first, last = shape[1] in CHANNELS, shape[-1] in CHANNELS
    if first == last:
        return None
    return FIRST if first else LAST


def _faults(outcomes: list[Outcome]) -> int:
    return sum(network.error is not None for outcome in outcomes for network in outcome.networks)


def _text(dim: object) -> str:
    return "None" if dim is None else as_python(dim)  # type: ignore[arg-type]
