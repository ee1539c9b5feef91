"""The search for what would explain that a total is not the expected number.

Single changes come first: another way to count, another number, flag, kind or depth, a name of
the source with another value. Then pairs of plain ones. A number is not guessed but solved for:
the network is sized with a symbol in its place. Efforts are counted in layers sized, never
clocked.
"""

from __future__ import annotations

from itertools import islice

from sizeup.analyses import expect_source as source
from sizeup.analyses.expect import Change, Explanation, whole
from sizeup.analyses.expect_counting import likeness, ways
from sizeup.analyses.expect_depth import depths
from sizeup.analyses.expect_edits import switches
from sizeup.analyses.expect_numbers import Knob, knobs, turned
from sizeup.analyses.expect_values import meeting, plainest, surprise
from sizeup.dims import DimError, Expr, bind, symbol, symbols
from sizeup.errors import SizingError
from sizeup.network import rows, total_of
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator, Sequence

    from sizeup.analyses.expect_source import Named, Read, Variant
    from sizeup.analyses.expect_values import Role
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
MOST_DEEP = 1_000
"""The largest number that is tried where no formula follows it."""
FEW_NEAR = 2
"""So many values of a name with which the total only comes near are read."""
TURN = 3
"""So many values of a name are tried before those of the next."""
PLAIN = 2
"""The surprise up to which a value is plain enough for one of two changes."""
LIKELY = 5
"""The cost up to which a change is one of two."""
MOST_KNOBS = 10
"""So many knobs are turned by twos."""
IDLE = 2
"""After so many values that change nothing a name is left alone."""
NEAR = 100
"""A total that is off by less than this part of the expected number comes near."""
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
        self.total = total_of(network)
        self.found: dict[object, Explanation] = {}
        self.near: dict[object, Explanation] = {}
        off = max(self.low - total_of(network), total_of(network) - self.high) - 1
        self.around = max(self.low - self.low // NEAR, self.low - off), min(
            self.high + self.high // NEAR, self.high + off)  # fmt: skip

    def run(self, read: Read | None, tree: ast.Module | None, report: Report) -> bool:
        """Search; False where the effort did not suffice for all."""
        steps: list[tuple[str, Callable[[], None]]] = [
            ("ways", lambda: self.count_otherwise(self.network)),
            ("flags", self.switch),
            ("numbers", self.turn),
            ("depths", self.deepen),
        ]
        if read is not None and tree is not None:
            steps.insert(2, ("names", lambda: self.rename(read, tree)))
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
        if self.meets(_at(dim, name, knob.before)):
            return None
        fitting = [v for v in _plain(knob.role, knob.before) if self.meets(_at(dim, name, v))]
        return min(fitting, key=lambda v: surprise(knob.role, knob.before, v), default=None)

    def solve_near(self, knob: Knob, dim: Dim) -> None:
        """The plain values of a knob under which the total comes near."""
        for value in _plain(knob.role, knob.before):
            if self.comes_near(_at(dim, X, value)):
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

    def rename(self, read: Read, tree: ast.Module) -> None:
        """Every name of the source that has a literal, the builder's first."""
        called = (self.network.name.partition("#")[0].rpartition("/")[2], *self.network.aliases)
        builders = [name.rpartition(".")[2] for name in called]
        self.share = self.left // 2  # the rest is for what comes after
        listed = source.names(tree, builders)
        waiting = [self.trials(read, each) for each in listed if not self.solved(read, each)]
        while waiting:
            waiting = [trials for trials in waiting if len(list(islice(trials, TURN))) == TURN]

    def solved(self, read: Read, named: Named) -> bool:
        """Whether a formula says how the total hangs on a name; what follows from it is noted."""
        number = next((said for said in named.said if type(said) is int), None)
        if number is None:
            return False
        opened = self.again(read, source.bound(named, symbol(named.name)))
        if opened is None:
            return False
        if named.name in symbols(whole(opened)):
            self.solve_name(read, opened, named, number, named.name)
            return True
        if likeness(opened) == self.itself:
            self.rewrite(read, named)  # no `--set` reaches it
            return True
        return False

    def trials(self, read: Read, named: Named) -> Iterator[Network | None]:
        """Try what a name could be instead, where no formula says it; one reading each."""
        idle = 0
        steady, tried = False, set()
        waiting = list(source.alternatives(named))
        while waiting:
            before, after, more = waiting.pop(0)
            if (before, after) in tried:
                continue
            tried.add((before, after))
            made = self.again(read, source.bound(named, after))
            yield made
            idle += made is not None and likeness(made) == self.itself
            if idle == IDLE:
                break
            if made is None:
                continue
            setting = f"{named.name}={after!r}"
            change = _renamed(named, before if len(named.said) == 1 else None, after, setting)
            self.check_name(made, change, (not named.near) + more)
            value = whole(made)
            if type(after) is int and not steady and isinstance(value, int):
                steady = True
                waiting[:0] = self.steady(before, after, value)

    def steady(self, before: int, after: int, value: int) -> Iterator[tuple[int, int, int]]:
        """What a number would be if each one more adds as many: depths, mostly."""
        each = (value - self.total) // (after - before)
        for aim in (self.low, self.high):
            steps = _nearest(aim - self.total, each) if each else 0
            if steps and 0 <= before + steps <= MOST_DEEP:
                yield before, before + steps, 1 + min(abs(steps) // 2, 4)

    def rewrite(self, read: Read, named: Named) -> None:
        """Each literal of a name that only a helper of the builder's takes."""
        for said in named.said:
            if type(said) is int:
                opened = self.again(read, source.rewritten(named, said, None))
                if opened is not None and source.FREE in symbols(whole(opened)):
                    self.solve_name(read, opened, named, said, source.FREE)

    def again(self, read: Read, variant: Variant) -> Network | None:
        """The network of a variant of the source; raises SpentError beyond the share for it."""
        cost = READING * (self.size + READING_AT_ALL)
        self.share -= cost
        if self.share < 0:
            raise SpentError
        self.spend(cost)
        return source.again(read, self.network, variant)

    def solve_name(self, read: Read, opened: Network, named: Named, before: int, free: str) -> None:
        """The values of a name, or of its literal, under which the total is as expected."""
        dim = whole(opened)
        spans = [
            (value, value)
            for value in _plain(named.role, before)
            if self.comes_near(_at(dim, free, value))
        ]
        for span in [
            *spans[:FEW_NEAR],
            *meeting(dim, free, (self.low, self.high), named.role.most),
        ]:
            if span == (before, before):
                continue
            value = plainest(named.role, before, span)
            literal = free == source.FREE
            variant = (
                source.rewritten(named, before, value) if literal else source.bound(named, value)
            )
            made = self.again(read, variant)
            if made is not None:
                known = [before] if literal else [each for each in named.said if type(each) is int]
                price = min(surprise(named.role, each, value) for each in known)
                setting = None if literal else f"{named.name}={value}"
                shown = before if literal or len(named.said) == 1 else None
                self.check_name(
                    made, _renamed(named, shown, value, setting), (not named.near) + price
                )

    def check_name(self, made: Network, change: Change, cost: int) -> None:
        """Note the network under a name's other value if its total is the expected one."""
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
        self.spend(4 * self.size)  # symbols take longer
        opened = _turned(self.network, [(one, symbol(X)), (other, symbol(Y))])
        if opened is None:
            return
        dim = whole(opened)
        for first in _plain(one.role, one.before):
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


def _renamed(named: Named, before: object, after: object, setting: str | None) -> Change:
    """A name with another value; `before` is None where it has several."""
    if before is None:
        return Change(
            "name", say("expect.named", name=named.name, after=after), None, after, (), setting
        )
    line = None if setting else named.line(before)
    what = named.name if line is None else say("expect.in_line", name=named.name, line=line)
    said = say("expect.number", what=what, before=before, after=after)
    return Change("name", said, before, after, (), setting)


def _nearest(number: int, divisor: int) -> int:
    """The integer nearest to a quotient."""
    return (2 * number + divisor) // (2 * divisor)


def _plain(role: Role, before: int) -> Iterator[int]:
    """The values of a number that need no explanation."""
    usual = [value for tier in role.usual for value in tier]
    near = [before * 2, before // 2, before * 4, before // 4, before * 3, before + 1, before + 2]
    for value in dict.fromkeys([*near, *usual]):
        if 0 < value != before and surprise(role, before, value) <= PLAIN:
            yield value


def _at(dim: Dim, name: str, value: int) -> Dim | None:
    """An expression at a value of a name; None where it has none there."""
    try:
        return bind(dim, {name: value})
    except DimError:
        return None


def _apart(one: Knob, other: Knob) -> bool:
    """Whether two knobs turn nothing in common."""
    first = {(id(layer), argument) for layer, argument in one.places} | set(one.axes)
    return first.isdisjoint(
        {(id(layer), argument) for layer, argument in other.places} | set(other.axes)
    )
