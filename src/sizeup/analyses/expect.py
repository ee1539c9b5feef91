"""It is not the paper's number: what would explain that a total is not the expected one.

Single changes come first: another way to count, another number, flag, kind or depth, a name of
the source with another value. Then pairs of plain ones. A number is not guessed but solved for:
the network is sized with a symbol in its place. Every explanation is a network that was really
made and counted. Which is plainer is a sum of costs, as a description's length: how likely it is
that somebody has that wrong, in how many places it may be, and how usual the other value is.
The search itself is in `expect_search`.
"""

from __future__ import annotations

from sizeup.analyses.count import count
from sizeup.dims import total
from sizeup.network import rows
from sizeup.records import Record
from sizeup.rules.graphs import bind
from sizeup.shown import Shown
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable
    from typing import Any

    from sizeup.analyses.expect_source import Read
    from sizeup.dims import Dim
    from sizeup.network import Network
    from sizeup.numbers import Quantity

    Report = Callable[[str], None]

SECONDS = 3
"""About how long a search takes at most."""


LIKELY = 5
"""The cost up to which a change is one of two."""


class SpentError(Exception):
    """The effort that was allowed is spent."""


class Change(Record):
    """One change: its kind, what it is in words, and from what to what, where that is said.

    `also` is the span of values that would do as well, where it is more than one.
    """

    kind: str
    what: str
    before: Any = None
    after: Any = None
    layers: tuple[str, ...] = ()
    setting: str | None = None
    also: tuple[int, int] | None = None

    def as_dict(self) -> dict[str, Any]:
        """One entry of `change` in JSON."""
        return {
            "kind": self.kind,
            "what": self.what,
            "before": self.before,
            "after": self.after,
            "layers": list(self.layers),
            "setting": self.setting,
            "range": None if self.also is None else list(self.also),
        }


class Explanation(Record):
    """One change, or two, under which the number is the expected one; `cost` orders them."""

    changes: tuple[Change, ...]
    total: int
    cost: int

    def as_dict(self) -> dict[str, Any]:
        """One entry of `explanations` in JSON."""
        return {
            "what": say("expect.both").join(change.what for change in self.changes),
            "kind": "+".join(change.kind for change in self.changes),
            "change": [change.as_dict() for change in self.changes],
            "total": self.total,
            "cost": self.cost,
        }


class Expectation(Shown, Record):
    """Whether a total is the expected number, and if not, what would explain it.

    `actual` is None where the total is not known; while something is `free`, explanations are
    values of that under which it is. `explanations` are all that were found, the
    plainest first, `singles` of them a single change; `complete` says that everything was tried
    that would be. Where no plain single change gives the number, `near` are those that come
    within a hundredth of it.
    """

    network: Network
    expected: Quantity
    actual: int | None
    explanations: tuple[Explanation, ...]
    complete: bool
    free: bool = False
    near: tuple[Explanation, ...] = ()

    @property
    def fits(self) -> bool | None:
        """Whether the total rounds to the expected number, or can; None where that is not known."""
        if self.free:
            return True if self.explanations else False if self.complete else None
        if self.actual is None:
            return None
        return self.expected.low <= self.actual <= self.expected.high

    @property
    def singles(self) -> int:
        """How many explanations are a single change."""
        return sum(len(each.changes) == 1 for each in self.explanations)

    def as_dict(self, limit: int = 100) -> dict[str, Any]:
        """`expect` in the JSON of `count`."""
        return {
            "expected": self.expected.stated,
            "range": [self.expected.low, self.expected.high],
            "actual": self.actual,
            "fits": self.fits,
            "explanations": [each.as_dict() for each in self.explanations[:limit]],
            "count": len(self.explanations),
            "singles": self.singles,
            "complete": self.complete,
            "near": [each.as_dict() for each in self.near[:limit]],
        }


def expect(
    network: Network,
    expected: Quantity,
    *,
    read: Read | None = None,
    program: Callable[[], ast.Module | None] = lambda: None,
    seconds: int = SECONDS,
    report: Report = lambda _: None,
) -> Expectation:
    """Compare a total with an expected number and explain the difference.

    `read` reads the source again with names bound, `program` gives its code: without them its names
    are left as they are. `seconds` is about how long to search; `report` is told what is tried.
    """
    found = count(network)
    if found.formula is not None:
        return _free(network, expected, seconds)
    actual = found.total
    if actual is None or expected.low <= actual <= expected.high:
        return Expectation(network, expected, actual, (), complete=actual is not None)
    from sizeup.analyses.expect_search import EFFORT, Search

    search = Search(network, expected, seconds * EFFORT)
    complete = search.run(read, program(), report)
    best, near = search.best(), search.nearest()
    return Expectation(network, expected, actual, best, complete, near=near)


def _free(network: Network, expected: Quantity, seconds: int) -> Expectation:
    """Which values of what the source leaves open give the expected number."""
    from sizeup.analyses.inverse import solve_networks
    from sizeup.analyses.known import Known

    known = Known(within=((network, expected.low, expected.high),))
    solved = solve_networks([network], known, effort=float(seconds))
    explanations: list[Explanation] = []
    for solution in solved.listed:
        changes = [
            Change(
                "free",
                say("expect.named", name=name, after=value),
                None,
                value,
                setting=f"{name}={value}",
            )
            for name, value in solution.values.items()
        ]
        made = whole(bind(network, solution.values))
        assert isinstance(made, int)
        explanations.append(Explanation(tuple(changes), made, len(explanations)))
    return Expectation(network, expected, None, tuple(explanations), solved.complete, free=True)


def whole(network: Network) -> Dim:
    """The total, with symbols."""
    return total(row.parameters for row in rows(network) if row.parent is None)
