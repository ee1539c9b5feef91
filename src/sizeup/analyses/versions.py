"""Names whose values change the structure: the source is read again with each of them.

How often a loop runs, whether a layer is there, a list of widths by its name: no formula holds for
all values of such a name. A name that is a number in the formulas is left to them.
"""

from __future__ import annotations

import ast
from contextlib import suppress
from functools import partial
from itertools import product
from math import prod

from sizeup.analyses.conditions import conditions
from sizeup.analyses.count import count
from sizeup.analyses.freeing import free_names, opened
from sizeup.analyses.plainness import cost, habits
from sizeup.analyses.solve import parse_bounds
from sizeup.dims import symbols
from sizeup.errors import ReadError, SizeupError, UsageError
from sizeup.patterns import Pattern
from sizeup.records import Record
from sizeup.settings import split_setting
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from sizeup.network import Network

    Read = Callable[[Mapping[str, Any]], Sequence[Network]]
    Choices = Mapping[str, Sequence[Any]]

MOST = 64
"""So many choices of values are read."""


class Version(Record):
    """The networks that a source has under values of the names that change the structure."""

    values: Mapping[str, Any]
    networks: tuple[Network, ...]

    @property
    def numbers(self) -> dict[str, int]:
        """The values that are numbers, True being 1."""
        return {name: int(value) for name, value in self.values.items() if isinstance(value, int)}

    def under(self, what: str) -> str:
        """What is said, with the values for which it is."""
        if not self.values:
            return what
        values = ", ".join(f"{name} {value}" for name, value in self.values.items())
        return say("solve.under", values=values, what=what)

    @property
    def cost(self) -> int:
        """What the values cost, the plainest the least."""
        return cost(habits(self.numbers), self.numbers)


class Versions(Record):
    """A source under each choice of values; `choices` are those of each name."""

    each: tuple[Version, ...]
    choices: Choices


def unvaried(networks: Sequence[Network]) -> Versions:
    """Networks as they are, in one version."""
    return Versions((Version({}, tuple(networks)),), {})


def versions(read: Read, vary: Sequence[str]) -> Versions:
    """The networks of a source, read with each choice of what `vary` gives structural names.

    `read` gives the networks under more settings. A name that is a number in all that is known of
    them is left open in each version. Raises UsageError for more than 64 choices.
    """
    if not vary:
        return unvaried(read({}))
    tried = partial(_tried, read)
    networks = tried({})
    names = {free.expression: free.name for network in networks for free in network.free}
    settled = frozenset() if any(map(_is_dark, networks)) else _symbols(networks)
    unsure = {
        name: parse_choices(text)
        for name, text in map(split_setting, vary)
        if names.get(name, name) not in settled
    }
    if not unsure:
        return unvaried(networks)
    hanging = _structural(tried, unsure, names, 0) | _structural(tried, unsure, names, -1)
    choices = {name: some for name, some in unsure.items() if name in hanging}
    many = prod(map(len, choices.values()))
    if many > MOST:
        raise UsageError(say("sweep.many", count=f"{many:,}", most=f"{MOST:,}"))
    left = [name for name in unsure if name not in choices and name not in names]
    found = []
    for chosen in product(*choices.values()):
        values = dict(zip(choices, chosen, strict=True))
        found.append(Version(values, tuple(free_names(tried(opened(left) | values), left))))
    if not any(version.networks for version in found):
        read(found[0].values)  # which says why there is none
    return Versions(tuple(found), choices)


def _tried(read: Read, settings: Mapping[str, Any]) -> Sequence[Network]:
    """The networks under settings; none where the source then builds none."""
    try:
        return read(settings)
    except ReadError:
        return []


def _structural(read: Read, unsure: Choices, names: Mapping[str, str], place: int) -> set[str]:
    """The names that the structure hangs on where the others have their value at a place.

    `names` are free in the source. A name on which nothing depends is left for others to refuse.
    """
    given = {name: some[place] for name, some in unsure.items()}
    try:
        told = read(given)
    except UsageError as error:
        for name in unsure:
            if error.what == say("source.no_name", name=name):
                known = ", ".join(names.values()) or "-"
                raise UsageError(say("solve.no_free", name=name, known=known)) from None
        raise

    def is_structural(name: str, some: Sequence[Any]) -> bool:
        if any(type(value) is not int for value in some):
            return len(some) == 1 or any(read({**given, name: v}) != told for v in some)
        rest = {other: value for other, value in given.items() if other != name}
        try:
            left = read(rest | ({} if name in names else opened([name])))
        except SizeupError:
            return True
        if left == told:
            return False
        branches = name not in names and len(left) != len(told)
        darker = sum(map(_is_dark, left)) > sum(map(_is_dark, told))
        return branches or darker or names.get(name, name) not in _symbols(left)

    return {name for name, some in unsure.items() if is_structural(name, some)}


def _is_dark(network: Network) -> bool:
    """Whether a network has no count, neither as a number nor as a formula."""
    return count(network).parameters is None


def _symbols(networks: Sequence[Network]) -> frozenset[str]:
    """The names that counts of networks, and whether these exist, depend on."""
    dims = [count(network).parameters for network in networks]
    for network in networks:
        needs = conditions(network.graph)
        dims += [*needs.positive, *needs.zero]
    return frozenset().union(*(symbols(dim) for dim in dims if dim is not None))


_WORD = Pattern(r"[^\W\d]")


def parse_choices(text: str) -> Sequence[Any]:
    """What `--vary` gives a name that need not be a number: `1..5`, `True,False`, `small,large`.

    Raises UsageError for what is neither.

    >>> parse_choices("1..3"), parse_choices("True,False"), parse_choices("(8,),(8, 16)")
    (range(1, 4), (True, False), ((8,), (8, 16)))
    >>> parse_choices("small, large")
    ('small', 'large')
    """
    try:
        return parse_bounds(text)
    except UsageError:
        with suppress(ValueError, SyntaxError, MemoryError, RecursionError):
            found = ast.literal_eval(f"({text},)")
            return tuple(value for n, value in enumerate(found) if value not in found[:n])
        words = tuple(dict.fromkeys(word.strip() for word in text.split(",")))
        if not all(map(_WORD.match, words)):
            raise
        return words


def distinct(every: Versions) -> Iterator[tuple[Version, Network]]:
    """Each network of the versions, with the values of those names alone that it depends on."""
    first = {name: some[0] for name, some in every.choices.items()}
    found = {
        str(version.values): {(n.name, n.when): n for n in version.networks}
        for version in every.each
    }

    def depends(key: tuple[str, str | None], name: str) -> bool:
        return any(
            found[str(version.values)].get(key)
            != found.get(str({**version.values, name: first[name]}), {}).get(key)
            for version in every.each
        )

    keys = dict.fromkeys(key for networks in found.values() for key in networks)
    used = {key: [name for name in first if depends(key, name)] for key in keys}
    for version in every.each:
        for network in version.networks:
            names = used[network.name, network.when]
            if {
                **version.values,
                **{n: first[n] for n in first if n not in names},
            } == version.values:
                yield version.changed(values={n: version.values[n] for n in names}), network
