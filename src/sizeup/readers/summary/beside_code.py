"""Summaries on a page that holds code as well: the code is used, the summaries check it."""

from __future__ import annotations

from sizeup.errors import ReadError
from sizeup.network import Network, Note, rows, total_of
from sizeup.patterns import Pattern
from sizeup.readers.summary import summaries
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sizeup.readers import Reading
    from sizeup.readers.summary import Summary

    Prose = tuple[tuple[int, str], ...]


_TAG = Pattern(r"</?[A-Za-z][^<>]*>")


def read_page(
    text: str, source: str, code: Callable[[str], Reading]
) -> tuple[tuple[Network, ...], Prose] | None:
    """The networks of a page with summaries and the prose around them; None if it has none.

    Those of the code come first, as `code` reads it. A summary with the total of one of them
    is no network of its own.
    """
    found = summaries(text, source)
    if not found:
        return None
    lines = text.splitlines()
    printed = {number for each in found for number in range(each.first, each.last + 1)}
    rest = text
    if not text.lstrip().startswith("{"):  # not in a notebook, whose outputs are no code anyway
        rest = "\n".join(
            "".join(_TAG.regex.findall(line)) if n in printed else line
            for n, line in enumerate(lines, 1)
        )
    try:
        reading = code(rest)
    except ReadError:
        prose = ((n, line) for n, line in enumerate(lines, 1) if n not in printed and line.strip())
        return tuple(each.network for each in found), tuple(prose)
    networks, others = list(reading.networks), []
    spoken = list(reading.prose)
    for each in found:
        place = _meant(networks, each.network, alone=len(found) == 1)
        if place is None or not _agrees(networks[place], each):
            others.append(each.network)
        else:
            spoken += [(n, lines[n - 1]) for n in range(each.first, each.last + 1)]
        if place is not None:
            networks[place] = _compared(networks[place], each)
    taken = {network.name for network in networks}
    others = [n.changed(name=_free(n.name, taken)) for n in others]
    return (*networks, *others), tuple(sorted(spoken))


def _meant(networks: Sequence[Network], printed: Network, *, alone: bool) -> int | None:
    """The network of the code that a summary is of: the same total, kinds or name, or the only."""
    tests: tuple[Callable[[Network], bool], ...] = (
        lambda n: _total(n) == total_of(printed),
        lambda n: _kinds(n) == _kinds(printed),
        lambda n: n.name == printed.name or printed.name in n.aliases,
    )
    for test in tests:
        fitting = [place for place, network in enumerate(networks) if test(network)]
        if fitting:
            return fitting[0]
    return 0 if alone and len(networks) == 1 else None


def _total(network: Network) -> int | None:
    """The total, if it is a number."""
    unknown = network.unknown or network.error is not None
    counts = [row.parameters for row in rows(network) if row.parent is None]
    unknown = unknown or any(row.layer.unknown for row in rows(network))
    if unknown or not all(isinstance(count, int) for count in counts):
        return None
    return total_of(network)


def _kinds(network: Network) -> list[str]:
    """The kinds of the layers that own something."""
    return [row.layer.kind for row in rows(network) if row.own]


def _agrees(network: Network, summary: Summary) -> bool:
    """Whether a summary says nothing else than the code, as far as that is known."""
    total = _total(network)
    known = summary.network.most is None and not summary.network.unknown
    if total is None:
        return _kinds(network) == _kinds(summary.network)
    return known and total == total_of(summary.network)


def _compared(network: Network, summary: Summary) -> Network:
    total, stated = _total(network), summary.stated
    if total is None or stated is None or total == stated:
        return network
    figures = {"line": summary.first, "stated": f"{stated:,}", "total": f"{total:,}"}
    note = Note("warning", say("summary.disagrees", **figures), summary.stated_line)
    return network.changed(notes=(*network.notes, note))


def _free(name: str, taken: Iterable[str]) -> str:
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}#{number}"
    return found
