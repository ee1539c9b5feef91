"""The search for what would explain that a total is not the expected number.

Single changes come first: another way to count, another number, flag, kind or depth, a name of
the source with another value. Then pairs of plain ones. A number is not guessed but solved for:
the network is sized with a symbol in its place. Efforts are counted in layers sized, never
clocked.
"""

from __future__ import annotations

from sizeup.analyses.expect import LIKELY, Change, Explanation, SpentError, whole
from sizeup.analyses.expect_counting import likeness, ways
from sizeup.analyses.expect_depth import depths
from sizeup.analyses.expect_edits import switches
from sizeup.analyses.expect_numbers import Knob, knobs, turned
from sizeup.analyses.expect_renaming import Renaming
from sizeup.analyses.expect_values import PLAIN, meeting, plain_values, plainest, surprise, value_at
from sizeup.dims import Expr, bind, symbol
from sizeup.errors import SizingError
from sizeup.network import rows, total_of
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator, Sequence

    from sizeup.analyses.expect_edits import Switch
    from sizeup.analyses.expect_source import Read
    from sizeup.dims import Dim
    from sizeup.network import Network
    from sizeup.numbers import Quantity

    Report = Callable[[str], None]

EFFORT = 30_000
"""Layers that are sized in a second."""
MOST_KNOBS = 10
"""So many knobs are turned by twos."""
NEAR = 100
"""A total that is off by less than this part of the expected number comes near."""
PAIR = 3
"""What it costs that there are two changes."""
X, Y = "x", "y"


class Search:
    """What was found so far, and what effort is left."""

    def __init__(self, network: Network, expected: Quantity, effort: int) -> None:
        self.network = network
        self.low, self.high = expected.low, expected.high
        self.left = effort
        self.size = len(rows(network)) + 1
        self.itself = likeness(network)
        self.total = total_of(network)
        self.found: dict[object, Explanation] = {}
        self.near: dict[object, Explanation] = {}
        self.switched: list[tuple[Switch, Change]] = []
        off = max(self.low - total_of(network), total_of(network) - self.high) - 1
        self.around = max(self.low - self.low // NEAR, self.low - off), min(
            self.high + self.high // NEAR, self.high + off)  # fmt: skip

    def run(self, read: Read | None, tree: ast.Module | None, report: Report) -> bool:
        """Search; False where the effort did not suffice for all."""
        steps: list[tuple[str, Callable[[], None]]] = [
            ("ways", lambda: self.count_otherwise(self.network)),
            ("numbers", self.turn),
            ("flags", self.switch),
            ("depths", self.deepen),
        ]
        if read is not None and tree is not None:
            steps.insert(2, ("names", lambda: Renaming(self, read).try_all(tree)))
        steps.append(("pairs", self.turn_two))
        complete = True
        for name, step in steps:
            report(say(f"expect.try_{name}"))
            try:
                step()
            except SpentError:
                complete = False
        return complete

    def best(self) -> tuple[Explanation, ...]:
        """All explanations, single changes first among equals; one that suffices is in no pair."""
        found = self.found.values()
        enough = {each.changes[0].what for each in found if len(each.changes) == 1}
        listed = [
            e for e in found if len(e.changes) == 1 or enough.isdisjoint(c.what for c in e.changes)
        ]
        return tuple(sorted(listed, key=lambda e: (e.cost, len(e.changes), e.changes[0].what)))

    def nearest(self) -> tuple[Explanation, ...]:
        """Plain single changes that come near, the plainest first; none where one as plain fits."""
        if any(len(e.changes) == 1 and e.cost <= LIKELY for e in self.found.values()):
            return ()
        return tuple(sorted(self.near.values(), key=lambda e: (e.cost, e.changes[0].what)))

    def spend(self, layers: int) -> None:
        """Account for layers sized."""
        self.left -= layers
        if self.left < 0:
            raise SpentError

    def add(self, key: object, changes: Sequence[Change], value: int, cost: int) -> None:
        """Note an explanation; of those that lead to the same network the plainest stays."""
        assert self.low <= value <= self.high
        known = self.found.get(key)
        explanation = Explanation(tuple(changes), value, cost + PAIR * (len(changes) - 1))
        if known is None or (explanation.cost, len(changes)) < (known.cost, len(known.changes)):
            self.found[key] = explanation

    def meets(self, value: object) -> bool:
        """Whether a number is the expected one."""
        return isinstance(value, int) and self.low <= value <= self.high

    def check(self, network: Network, changes: Sequence[Change], cost: int) -> None:
        """Note a changed network if its total is the expected one, or near it."""
        value = whole(network)
        if self.meets(value):
            assert isinstance(value, int)
            self.add(likeness(network), changes, value, cost)
        elif len(changes) == 1 and isinstance(value, int) and self.comes_near(value):
            key, near = likeness(network), Explanation(tuple(changes), value, cost)
            if key not in self.near or cost < self.near[key].cost:
                self.near[key] = near

    def comes_near(self, value: object) -> bool:
        """Whether a number is almost the expected one, and nearer to it than the actual total."""
        return isinstance(value, int) and self.around[0] <= value <= self.around[1]

    def count_otherwise(
        self, network: Network, changes: Sequence[Change] = (), cost: int = 0
    ) -> None:
        """All ways to count a network; of one that was changed, the usual ones."""
        for way in ways(network):
            redundant = way.kind == "head" and any(c.kind == "classes" for c in changes)
            if self.meets(way.value) and (not changes or (way.also and not redundant)):
                assert isinstance(way.value, int)
                change = Change(way.kind, way.what)
                key = way.key or (way.kind, way.what, likeness(network))
                self.add(key, [*changes, change], way.value, cost + way.cost)

    def switch(self) -> None:
        """Every other flag and kind; with the likely ones, other ways to count and numbers."""
        for switch in switches(self.network):
            self.spend(self.size)
            change = Change(switch.kind, switch.what)
            self.check(switch.network, [change], switch.cost)
            if switch.cost <= LIKELY:
                self.count_otherwise(switch.network, [change], switch.cost)
                self.switched.append((switch, change))

    def turn(self) -> None:
        """Every number, the likelier first."""
        for knob in knobs(self.network):
            self.spend(self.size)
            self.solve(self.network, knob, (), 0)

    def solve(self, network: Network, knob: Knob, changes: Sequence[Change], cost: int) -> None:
        """The values of a knob under which the total, or another usual count, is as expected."""
        opened = None if knob.parted else _turned(network, [(knob, symbol(X))])
        if opened is None:
            if not changes and (knob.shared or knob.parted):
                self.try_values(network, knob)
            return  # beside one layer others have to change as well
        paired = bool(changes)
        if not paired and knob.shared:
            self.solve_near(knob, whole(opened))
        aims: list[tuple[Dim, bool]] = [(whole(opened), False)]
        if knob.shared and not paired:
            aims += [(way.value, True) for way in ways(opened) if way.also]
        for dim, counted in aims:
            for span in self.spans(dim, knob, plain=paired or counted):
                if span[0] <= knob.before <= span[1]:  # what else was changed suffices
                    continue
                value = plainest(knob.role, knob.before, span)
                price = surprise(knob.role, knob.before, value)
                if (paired or counted) and price > PLAIN:
                    continue
                self.spend(self.size)
                made = _turned(network, [(knob, value)])
                if made is None:
                    continue
                listed = [*changes, _change(knob, value, span)]
                self.check(made, listed, cost + knob.cost + price)
                if counted:
                    self.count_otherwise(made, listed, cost + knob.cost + price)

    def spans(self, dim: Dim, knob: Knob, *, plain: bool) -> Iterator[tuple[int, int]]:
        """The values of a knob that meet the expected number: all, or the plainest alone."""
        if not plain:
            yield from meeting(dim, X, (self.low, self.high), knob.role.most)
        elif (value := self.plain_value(dim, X, knob)) is not None:
            yield value, value

    def plain_value(self, dim: Dim, name: str, knob: Knob) -> int | None:
        """The plainest value of a knob with which an expression is the expected number.

        None where it is that already: what else was changed suffices then.
        """
        if self.meets(value_at(dim, name, knob.before)):
            return None
        fitting = [
            v for v in plain_values(knob.role, knob.before) if self.meets(value_at(dim, name, v))
        ]
        return min(fitting, key=lambda v: surprise(knob.role, knob.before, v), default=None)

    def solve_near(self, knob: Knob, dim: Dim) -> None:
        """The plain values of a knob under which the total comes near, but is not met."""
        for value in plain_values(knob.role, knob.before):
            at = value_at(dim, X, value)
            if self.comes_near(at) and not self.meets(at):
                self.spend(self.size)
                made = _turned(self.network, [(knob, value)])
                if made is not None:
                    price = knob.cost + surprise(knob.role, knob.before, value)
                    self.check(made, [_change(knob, value, (value, value))], price)

    def try_values(self, network: Network, knob: Knob) -> None:
        """The usual values of a knob that no formula follows."""
        usual = [value for tier in knob.role.usual for value in tier]
        near = [knob.before * 2, knob.before // 2, knob.before * 4, knob.before // 4,
                knob.before + 1, knob.before - 1]  # fmt: skip
        for value in dict.fromkeys([*near, *usual]):
            if value < 1 or value == knob.before:
                continue
            self.spend(self.size)
            made = _turned(network, [(knob, value)])
            if made is not None:
                change = _change(knob, value, (value, value))
                self.check(made, [change], knob.cost + surprise(knob.role, knob.before, value))

    def deepen(self) -> None:
        """More or fewer of what is repeated."""
        for depth in depths(self.network, self.low, self.high, self.spend):
            change = Change("depth", depth.what, depth.before, depth.after)
            self.check(depth.network, [change], depth.cost)

    def turn_two(self) -> None:
        """Two likely changes: a flag and a number, or two numbers, with plain values."""
        for switch, change in self.switched:
            for knob in knobs(switch.network)[:MOST_KNOBS]:
                redundant = switch.kind == "top" and knob.kind == "classes"
                if knob.shared and not redundant and knob.cost + switch.cost <= 2 * LIKELY:
                    self.spend(self.size)
                    self.solve(switch.network, knob, [change], switch.cost)
        likely = [k for k in knobs(self.network) if k.shared and not k.parted][:MOST_KNOBS]
        for number, one in enumerate(likely):
            for other in likely[number + 1 :]:
                if _apart(one, other):
                    self.two_numbers(one, other)

    def two_numbers(self, one: Knob, other: Knob) -> None:
        """The plain values of one number with which a plain value of another does."""
        self.spend(4 * self.size)  # symbols take longer
        opened = _turned(self.network, [(one, symbol(X)), (other, symbol(Y))])
        if opened is None:
            return
        dim = whole(opened)
        for first in plain_values(one.role, one.before):
            self.spend(self.size // 4)
            rest = bind(dim, {X: first}) if isinstance(dim, Expr) else dim
            second = self.plain_value(rest, Y, other)
            if second is not None:
                self.spend(self.size)
                made = _turned(self.network, [(one, first), (other, second)])
                if made is not None:
                    price = surprise(one.role, one.before, first)
                    price += surprise(other.role, other.before, second)
                    pair = [
                        _change(one, first, (first, first)),
                        _change(other, second, (second, second)),
                    ]
                    self.check(made, pair, one.cost + other.cost + price)


def _turned(network: Network, turns: Sequence[tuple[Knob, Dim]]) -> Network | None:
    try:
        return turned(network, turns)
    except SizingError:
        return None


def _change(knob: Knob, value: int, span: tuple[int, int]) -> Change:
    also = span if span[0] < span[1] else None
    return Change(knob.kind, knob.said(value), knob.before, value, knob.layers, None, also)


def _apart(one: Knob, other: Knob) -> bool:
    """Whether two knobs turn nothing in common."""
    first = {(id(layer), argument) for layer, argument in one.places} | set(one.axes)
    return first.isdisjoint(
        {(id(layer), argument) for layer, argument in other.places} | set(other.axes)
    )
