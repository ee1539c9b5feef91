"""The search for what would explain that a total is not the expected number.

Single changes come first: another way to count, another number, flag, kind or depth, a name of
the source with another value. Then pairs of plain ones. A number is not guessed but solved for:
the network is sized with a symbol in its place. Efforts are counted in layers sized, never
clocked.
"""

from __future__ import annotations

from sizeup.analyses import expect_source as source
from sizeup.analyses.expect import Change, Explanation, whole
from sizeup.analyses.expect_counting import likeness, ways
from sizeup.analyses.expect_depth import depths
from sizeup.analyses.expect_edits import switches
from sizeup.analyses.expect_numbers import Knob, knobs, turned
from sizeup.analyses.expect_values import meeting, plainest, surprise
from sizeup.dims import Expr, bind, symbol
from sizeup.errors import SizingError
from sizeup.network import rows
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator, Sequence

    from sizeup.analyses.expect_source import Named, Read
    from sizeup.dims import Dim
    from sizeup.network import Network
    from sizeup.numbers import Quantity

    Report = Callable[[str], None]

EFFORT = 30_000
"""Layers that are sized in a second."""
READING = 25
"""What it takes to read a layer from source, in layers sized, …"""
READING_AT_ALL = 50
"""… and as many layers stand for the rest of the text."""
PLAIN = 2
"""The surprise up to which a value is plain enough for one of two changes."""
LIKELY = 5
"""The cost up to which a change is one of two."""
MOST_KNOBS = 10
"""So many knobs are turned by twos."""
IDLE = 2
"""After so many values that change nothing a name is left alone."""
PAIR = 3
"""What it costs that there are two changes."""
X, Y = "x", "y"


class SpentError(Exception):
    """The effort that was allowed is spent."""


class Search:
    """What was found so far, and what effort is left."""

    def __init__(self, network: Network, expected: Quantity, effort: int) -> None:
        self.network = network
        self.low, self.high = expected.low, expected.high
        self.left = effort
        self.size = len(rows(network)) + 1
        self.itself = likeness(network)
        self.found: dict[object, Explanation] = {}

    def run(self, read: Read | None, tree: ast.Module | None, report: Report) -> bool:
        """Search; False where the effort did not suffice for all."""
        steps: list[tuple[str, Callable[[], None]]] = [
            ("ways", lambda: self.count_otherwise(self.network)),
            ("flags", self.switch),
            ("numbers", self.turn),
            ("depths", self.deepen),
        ]
        if read is not None and tree is not None:
            steps.insert(3, ("names", lambda: self.rename(read, tree)))
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
        """All explanations, single changes first among equals."""
        listed = self.found.values()
        return tuple(sorted(listed, key=lambda e: (e.cost, len(e.changes), e.changes[0].what)))

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
        """Note a changed network if its total is the expected one."""
        if self.meets(value := whole(network)):
            assert isinstance(value, int)
            self.add(likeness(network), changes, value, cost)

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
        likely = []
        for switch in switches(self.network):
            self.spend(self.size)
            change = Change(switch.kind, switch.what)
            self.check(switch.network, [change], switch.cost)
            if switch.cost <= LIKELY:
                self.count_otherwise(switch.network, [change], switch.cost)
                likely.append((switch, change))
        self.switched = likely

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
        aims: list[tuple[Dim, bool]] = [(whole(opened), False)]
        if knob.shared and not paired:
            aims += [(way.value, True) for way in ways(opened) if way.also]
        for dim, counted in aims:
            for span in meeting(dim, X, (self.low, self.high), knob.role.most):
                if span == (knob.before, knob.before):
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

    def rename(self, read: Read, tree: ast.Module) -> None:
        """Every name of the source that has a literal, the builder's first."""
        called = (self.network.name.partition("#")[0].rpartition("/")[2], *self.network.aliases)
        builders = [name.rpartition(".")[2] for name in called]
        share = 2 * self.left // 3  # the rest is for what comes after
        for named in source.names(tree, builders):
            base = 1 if named.near else 2
            if any(type(said) is int for said in named.said):
                share -= self._reading()
                opened = source.with_symbol(read, self.network, named.name)
                if opened is not None:  # what does not hang on it then is not changed by it
                    self.solve_name(read, opened, named, base)
                    continue
            idle = 0
            for before, after, more in source.alternatives(named):
                share -= self._reading()
                if share < 0:
                    raise SpentError
                made = source.again(read, self.network, named.name, after)
                idle += made is not None and likeness(made) == self.itself
                if idle == IDLE:
                    break
                if made is not None:
                    self.check_name(made, named, before, after, base + more)

    def _reading(self) -> int:
        cost = READING * (self.size + READING_AT_ALL)
        self.spend(cost)
        return cost

    def solve_name(self, read: Read, opened: Network, named: Named, base: int) -> None:
        """The values of a name under which the total is as expected."""
        before = next(said for said in named.said if type(said) is int)
        for span in meeting(whole(opened), named.name, (self.low, self.high), named.role.most):
            if span == (before, before):
                continue
            value = plainest(named.role, before, span)
            self._reading()
            made = source.again(read, self.network, named.name, value)
            if made is not None:
                price = min(
                    surprise(named.role, said, value) for said in named.said if type(said) is int
                )
                self.check_name(made, named, before, value, base + price)

    def check_name(
        self, made: Network, named: Named, before: object, after: object, cost: int
    ) -> None:
        """Note the network under a name's other value if its total is the expected one."""
        shown = before if len(named.said) == 1 else None
        setting = f"{named.name}={after!r}"
        if shown is None:
            what = say("expect.named", name=named.name, after=after)
        else:
            what = say("expect.number", what=named.name, before=before, after=after)
        change = Change("name", what, shown, after, setting=setting)
        self.check(made, [change], cost)
        if cost <= LIKELY:
            self.count_otherwise(made, [change], cost)

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
        self.spend(2 * self.size)
        opened = _turned(self.network, [(one, symbol(X)), (other, symbol(Y))])
        if opened is None:
            return
        dim = whole(opened)
        for first in _plain(one):
            self.spend(self.size // 4)
            rest = bind(dim, {X: first}) if isinstance(dim, Expr) else dim
            for span in meeting(rest, Y, (self.low, self.high), other.role.most):
                if span == (other.before, other.before):
                    continue
                second = plainest(other.role, other.before, span)
                price = surprise(other.role, other.before, second)
                if price > PLAIN:
                    continue
                self.spend(self.size)
                made = _turned(self.network, [(one, first), (other, second)])
                if made is not None:
                    price += surprise(one.role, one.before, first)
                    pair = [_change(one, first, (first, first)), _change(other, second, span)]
                    self.check(made, pair, one.cost + other.cost + price)


def _turned(network: Network, turns: Sequence[tuple[Knob, Dim]]) -> Network | None:
    try:
        return turned(network, turns)
    except SizingError:
        return None


def _change(knob: Knob, value: int, span: tuple[int, int]) -> Change:
    also = span if span[0] < span[1] else None
    return Change(knob.kind, knob.said(value), knob.before, value, knob.layers, None, also)


def _plain(knob: Knob) -> Iterator[int]:
    """The values of a number that need no explanation."""
    usual = [value for tier in knob.role.usual for value in tier]
    near = [knob.before * 2, knob.before // 2, knob.before * 4, knob.before // 4]
    for value in dict.fromkeys([*near, *usual]):
        if 0 < value != knob.before and surprise(knob.role, knob.before, value) <= PLAIN:
            yield value


def _apart(one: Knob, other: Knob) -> bool:
    """Whether two knobs turn nothing in common."""
    first = {(id(layer), argument) for layer, argument in one.places} | set(one.axes)
    return first.isdisjoint(
        {(id(layer), argument) for layer, argument in other.places} | set(other.axes)
    )
