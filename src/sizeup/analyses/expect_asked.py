"""Which networks an expected number is asked of: `14.89M` of all, `NAME=14.89M` of one."""

from __future__ import annotations

from sizeup.analyses.count import count
from sizeup.analyses.expect import SECONDS, expect
from sizeup.analyses.known import named
from sizeup.numbers import parse_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sizeup.analyses.expect import Expectation
    from sizeup.analyses.expect_source import Read, Variant
    from sizeup.network import Network
    from sizeup.numbers import Quantity
    from sizeup.readers import Reading

    Asked = tuple[Expectation, str]


def expectations(
    given: Sequence[str],
    readings: Sequence[Reading],
    again: Read,
    *,
    seconds: int | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> list[Asked]:
    """What is expected of which networks, each with the number as it was written.

    A number without a name is met where any network has it; only then the others are left alone.
    `again` reads variants of the sources; `seconds` is about how long to search for each.
    Raises UsageError for numbers and names that make no sense.
    """
    programs = {id(network): reading.program for reading in readings for network in reading}
    networks = [network for reading in readings for network in reading]
    found = []
    for text in given:
        name, _, number = text.rpartition("=")
        expected = parse_count(number)
        chosen = [named(name, networks)] if name else _asked(networks, expected)
        for network in chosen:

            def read(variant: Variant, source: str = network.source) -> Sequence[Network]:
                return [each for each in again(variant) if each.source == source]

            expectation = expect(
                network, expected, read=read, program=programs[id(network)],
                seconds=SECONDS if seconds is None else seconds, report=report,
            )  # fmt: skip
            found.append((expectation, number.strip()))
    return found


def _asked(networks: Sequence[Network], expected: Quantity) -> Sequence[Network]:
    """Those that have the number, all where none has."""
    totals = [(network, count(network).total) for network in networks]
    meeting = [n for n, t in totals if t is not None and expected.low <= t <= expected.high]
    return meeting or networks
