"""Names and literals of a source with other values: which of them give the expected number."""

from __future__ import annotations

from itertools import islice

from sizeup.analyses import expect_source as source
from sizeup.analyses.expect import LIKELY, Change, SpentError, whole
from sizeup.analyses.expect_counting import likeness
from sizeup.analyses.expect_values import meeting, plain_values, plainest, surprise, value_at
from sizeup.dims import symbol, symbols
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from sizeup.analyses.expect_search import Search
    from sizeup.analyses.expect_source import Named, Read, Variant
    from sizeup.network import Network

READING = 25
"""What it takes to read a layer from source, in layers sized, …"""
READING_AT_ALL = 50
"""… and as many layers stand for the rest of the text."""
FEW_NEAR = 2
"""So many values of a name with which the total only comes near are read."""
TURN = 3
"""So many values of a name are tried before those of the next."""
MOST_DEEP = 1_000
"""The largest number that is tried where no formula follows it."""
IDLE = 2
"""After so many values that change nothing a name is left alone."""


class Renaming:
    """The part of a search that reads the source again, with 2/3 of the effort that is left."""

    def __init__(self, search: Search, read: Read) -> None:
        self.search = search
        self.read = read
        self.share = 2 * search.left // 3
        self.builders: tuple[str, ...] = ()

    def try_all(self, tree: ast.Module) -> None:
        """Every name of the source that has a literal, the builder's first."""
        called = (
            self.search.network.name.partition("#")[0].rpartition("/")[2],
            *self.search.network.aliases,
        )
        builders = [name.rpartition(".")[2] for name in called]
        tree = self.focus(tree, {part for name in called for part in name.split(".")})
        listed = source.names(tree, builders)
        waiting = [self.trials(each) for each in listed if not self.solved(each)]
        while waiting:
            waiting = [trials for trials in waiting if len(list(islice(trials, TURN))) == TURN]

    def focus(self, tree: ast.Module, builders: set[str]) -> ast.Module:
        """Leave out of every variant what builds other networks, if that changes nothing."""
        rest = source.without_others(tree, builders)
        if len(rest.body) == len(tree.body):
            return tree
        self.builders = tuple(sorted(builders))
        same = self.again(source.Variant({}))
        if same is not None and likeness(same) == self.search.itself:
            return rest
        self.builders = ()
        return tree

    def solved(self, named: Named) -> bool:
        """Whether a formula says how the total hangs on a name; what follows from it is noted."""
        number = next((said for said in named.said if type(said) is int), None)
        if number is None:
            return False
        opened = self.again(source.bound(named, symbol(named.name)))
        if opened is None:
            return False
        if named.name in symbols(whole(opened)):
            self.solve_name(opened, named, number, named.name)
            return True
        if likeness(opened) == self.search.itself:
            self.rewrite(named)  # no `--set` reaches it
            return True
        return False

    def trials(self, named: Named) -> Iterator[Network | None]:
        """Try what a name could be instead, where no formula says it; one reading each."""
        idle = 0
        steady, tried, literal = False, set(), named.loop
        waiting = list(source.alternatives(named))
        while waiting:
            before, after, more = waiting.pop(0)
            if (before, after) in tried:
                continue
            tried.add((before, after))
            made = self.again(_variant(named, before, after, literal=literal))
            yield made
            same = made is not None and likeness(made) == self.search.itself
            if same and not literal and isinstance(before, tuple):
                literal = True  # no `--set` reaches it
                made = self.again(_variant(named, before, after, literal=True))
                same = made is not None and likeness(made) == self.search.itself
            idle += same
            if idle == IDLE:
                break
            if made is None:
                continue
            setting = None if literal else f"{named.name}={after!r}"
            shown = before if literal or len(named.said) == 1 else None
            change = _renamed(named, shown, after, setting)
            self.check_name(made, change, (not named.near) + more)
            value = whole(made)
            if type(after) is int and not steady and isinstance(value, int):
                steady = True
                waiting[:0] = self.steady(before, after, value)

    def steady(self, before: int, after: int, value: int) -> Iterator[tuple[int, int, int]]:
        """What a number would be if each one more adds as many: depths, mostly."""
        each = (value - self.search.total) // (after - before)
        for aim in (self.search.low, self.search.high):
            steps = _nearest(aim - self.search.total, each) if each else 0
            if steps and 0 <= before + steps <= MOST_DEEP:
                yield before, before + steps, 1 + min(abs(steps) // 2, 4)

    def rewrite(self, named: Named) -> None:
        """Each literal of a name that only a helper of the builder's takes."""
        for said in named.said:
            if type(said) is int:
                opened = self.again(source.rewritten(named, said, None))
                if opened is not None and source.FREE in symbols(whole(opened)):
                    self.solve_name(opened, named, said, source.FREE)

    def again(self, variant: Variant) -> Network | None:
        """The network of a variant of the source; raises SpentError beyond the share for it."""
        cost = READING * (self.search.size + READING_AT_ALL)
        self.share -= cost
        if self.share < 0:
            raise SpentError
        self.search.spend(cost)
        if self.builders:
            variant = source.focused(variant, self.builders)
        return source.again(self.read, self.search.network, variant)

    def solve_name(self, opened: Network, named: Named, before: int, free: str) -> None:
        """The values of a name, or of its literal, under which the total is as expected."""
        dim = whole(opened)
        spans = [
            (value, value)
            for value in plain_values(named.role, before)
            if self.search.comes_near(at := value_at(dim, free, value))
            and not self.search.meets(at)
        ]
        for span in [
            *spans[:FEW_NEAR],
            *meeting(dim, free, (self.search.low, self.search.high), named.role.most),
        ]:
            if span == (before, before):
                continue
            value = plainest(named.role, before, span)
            literal = free == source.FREE
            variant = (
                source.rewritten(named, before, value) if literal else source.bound(named, value)
            )
            made = self.again(variant)
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
        self.search.check(made, [change], cost)
        if cost <= LIKELY:
            self.search.count_otherwise(made, [change], cost)


def _variant(named: Named, before: object, after: object, *, literal: bool) -> Variant:
    """A name with another value, or one of its literals as another."""
    return source.rewritten(named, before, after) if literal else source.bound(named, after)


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
