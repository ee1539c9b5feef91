"""How statements nest, found again where their indentation is lost, wrong or mixed.

The search goes through the statements once and keeps the most likely readings. Where exactly
one open block is indented as a statement is, the indentation decides. Otherwise the costs of
`likelihood` do, with what a wrong indentation costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sizeup.readers.source.repair.likelihood import (
    DOUBT,
    NONE,
    PROSE_GAP,
    Block,
    Facts,
    leaving,
    misplaced,
    staying,
)
from sizeup.records import Record

ORPHAN = -2
"""`parent` of a clause that continues nothing; such a clause is left out."""
_TREES = 4
"""Readings that are told, of those that are plausible."""
_READINGS = 24
_SAME_BLOCKS = 6
"""Readings that are followed at once, and those of them in which the same blocks are open."""
_LONG = 300
"""Units from which on a quarter as many readings are followed, for speed."""
_DEEPEST = 40
"""Open blocks beyond which a reading starts over in the module."""
_HOPELESS = 9
"""A reading that costs so much more than the best one is given up."""
_EMPTY = 25
_CONTINUES = {
    "elif": ("if", "elif"),
    "else": ("if", "elif", "for", "while", "except"),
    "except": ("try", "except"),
    "finally": ("try", "except", "else"),
    "case": ("case", "match"),
}
_SCOPES = ("module", "def", "class")


class Unit(Record):
    """A statement to be placed: its facts and its indentation, None if it has none to go by.

    `hollow` says that something indented deeper, but no statement, stands in front of it.
    """

    facts: Facts
    width: int | None
    hollow: bool = False


class Reading(Record):
    """A placing of all units: for each its level and the index of its header, −1 the module's."""

    cost: int
    levels: tuple[int, ...]
    parents: tuple[int, ...]


class Nesting(Record):
    """The plausible readings, likeliest first; they may be too many to be told all.

    `doubts` are complete: pairs of a unit and the header of a block to which it may belong or not.
    """

    readings: tuple[Reading, ...]
    doubts: frozenset[tuple[int, int]] = frozenset()


class _Trail(Record):
    """The last unit of a reading; `holder` is the header of its block, `with` blocks aside."""

    unit: int
    parent: int
    level: int
    holder: int
    before: _Trail | None


class _State(Record):
    """A reading up to here. `essence` is equal for readings that differ in `with` bodies only."""

    cost: int
    blocks: tuple[Block, ...]
    trail: _Trail | None = None
    essence: int = 0


def nest(units: Sequence[Unit]) -> Nesting:
    """The readings of the units that are plausible."""
    states = [_State(0, (Block("module"),))]
    doubts: set[tuple[int, int]] = set()
    share = 1 if len(units) < _LONG else 4
    for index, unit in enumerate(units):
        after = index > 0 and units[index - 1].facts.decorates
        moved = (new for state in states for new in _moves(state, index, unit, after))
        states = _best(moved, doubts, share)
    finished = sorted((_finish(state) for state in states), key=lambda state: state.cost)
    best, seen = finished[0], dict[int, _State]()
    for state in finished:
        if state.cost <= best.cost + DOUBT and state.essence not in seen:
            seen[state.essence] = state
            doubts |= _parting(best, state)
    return Nesting(
        tuple(_reading(state) for state in list(seen.values())[:_TREES]), frozenset(doubts)
    )


def _best(states: Iterator[_State], doubts: set[tuple[int, int]], share: int) -> list[_State]:
    """The likeliest readings; where others that are plausible are given up, that is a doubt."""
    ranked = sorted(states, key=lambda state: state.cost)
    kept: list[_State] = []
    same: dict[tuple[int, ...], list[_State]] = {}
    for state in ranked:
        if state.cost > ranked[0].cost + _HOPELESS:
            break
        rivals = same.setdefault(tuple(block.header for block in state.blocks), [])
        if any(state.essence == rival.essence for rival in rivals):
            continue
        if len(rivals) < max(2, _SAME_BLOCKS // share) and len(kept) < _READINGS // share:
            kept.append(state)
            rivals.append(state)
        elif state.cost <= (likeliest := (rivals or kept)[0]).cost + DOUBT:
            doubts |= _parting(likeliest, state)
    return kept


def _parting(one: _State, other: _State) -> set[tuple[int, int]]:
    """Where two readings of the same units part: the unit, and the inner one of its blocks."""
    parting: set[tuple[int, int]] = set()
    mine, theirs = one.trail, other.trail
    while mine is not None and theirs is not None and mine is not theirs:
        if mine.holder != theirs.holder:
            parting = {(mine.unit, max(mine.holder, theirs.holder))}
        mine, theirs = mine.before, theirs.before
    return parting


def _finish(state: _State) -> _State:
    cost = sum(leaving(block, None, NONE) for block in state.blocks if block.count)
    return state.changed(cost=state.cost + cost)


def _reading(state: _State) -> Reading:
    levels, parents, trail = [], [], state.trail
    while trail is not None:
        levels.append(trail.level)
        parents.append(trail.parent)
        trail = trail.before
    return Reading(state.cost, tuple(reversed(levels)), tuple(reversed(parents)))


def _moves(state: _State, index: int, unit: Unit, decorated: bool) -> Iterator[_State]:
    """Every way in which the reading can go on with a unit."""
    if unit.facts.keyword in _CONTINUES:
        yield from _clauses(state, index, unit)
        return
    if len(state.blocks) > _DEEPEST:
        state = state.changed(cost=state.cost + _EMPTY, blocks=state.blocks[:1])
    blocks = state.blocks
    top = len(blocks) - 1
    empty = blocks[top].count == 0 and top > 0
    places = range(top, top - 1 if decorated else -1, -1)
    matching = [place for place in places if unit.width in blocks[place].widths]
    if top > 0 and len(matching) == 1 and not empty and unit.facts.gap != PROSE_GAP:
        yield _placed(state, index, unit, matching[0], 0)
        return
    around = _names_around(blocks)
    for place in places:
        cost = _width_cost(blocks[place], unit) + misplaced(unit.facts, blocks[: place + 1])
        cost += _leave(blocks, place, unit, around)
        scope = max(p for p in range(place + 1) if blocks[p].kind in _SCOPES)
        cost += sum(
            staying(blocks[p], unit.facts, around[p], direct=p == place)
            for p in range(scope, place + 1)
        )
        yield _placed(state, index, unit, place, cost)


def _names_around(blocks: Sequence[Block]) -> list[frozenset[str]]:
    """For each block the names that are bound around it."""
    around = [NONE]
    for block in blocks:
        known = NONE if block.kind == "class" else block.bound | block.names
        around.append(around[-1] if known <= around[-1] else around[-1] | known)
    return around


def _leave(
    blocks: Sequence[Block], place: int, unit: Unit, around: Sequence[frozenset[str]]
) -> int:
    """The cost of closing all blocks inside of number `place`."""
    cost = 0
    held = NONE
    for inner in range(len(blocks) - 1, place, -1):
        block = _with_names(blocks[inner], held)
        held = NONE if block.kind in _SCOPES else block.bound
        if block.count:
            cost += leaving(block, unit.facts, around[inner])
        else:
            cost += 2 if unit.hollow else 6 if unit.facts.gap == PROSE_GAP else _EMPTY
    return cost


def _with_names(block: Block, names: frozenset[str]) -> Block:
    return block if names <= block.bound else block.changed(bound=block.bound | names)


def _width_cost(block: Block, unit: Unit) -> int:
    """What it costs that a unit is not indented as its block is."""
    width = unit.width
    if width is None:
        return 0
    if not block.widths:
        return 12 if unit.hollow and width <= block.indent else 0
    if width in block.widths:
        return 0
    if width > max(block.widths):
        return 1 if unit.facts.gap == PROSE_GAP else 3
    if width > min(block.widths):
        return 4
    return 2 if width == min(block.widths) - 1 else 12


def _placed(state: _State, index: int, unit: Unit, place: int, cost: int) -> _State:
    blocks = _closed(state.blocks, place)
    blocks[place] = _holding(blocks[place], unit)
    _tell_scope(blocks, unit.facts)
    if unit.facts.opens:
        blocks.append(_opened(index, unit, ()))
    return _stepped(state, cost, blocks, index, place)


def _closed(blocks: Sequence[Block], place: int) -> list[Block]:
    """The blocks up to number `place`, told what those inside of it bind and leave behind."""
    kept = list(blocks)
    around = _names_around(blocks)
    while len(kept) > place + 1:
        block = kept.pop()
        inner = (block.bound | block.names) - around[len(kept)]
        spent = block.spent
        if block.kind in ("def", "for", "while"):
            spent = spent | inner | (block.names if block.kind == "for" else NONE)
        outer = kept[-1] if block.kind in _SCOPES else _with_names(kept[-1], inner)
        kept[-1] = outer if spent <= outer.spent else outer.changed(spent=outer.spent | spent)
    return kept


def _tell_scope(blocks: list[Block], facts: Facts) -> None:
    """Tells the function around that it returns, and that names are bound anew."""
    for place in range(len(blocks) - 1, -1, -1):
        block = blocks[place]
        if block.spent & facts.writes:
            block = block.changed(spent=block.spent - facts.writes)
        if facts.returns and not block.returned:
            block = block.changed(returned=True)
        blocks[place] = block
        if block.kind in _SCOPES:
            break


def _stepped(state: _State, cost: int, blocks: list[Block], index: int, place: int) -> _State:
    """The reading with unit `index` put into block number `place`."""
    holder = next(block.header for block in blocks[place::-1] if block.kind != "with")
    return _State(
        state.cost + cost,
        tuple(blocks),
        _Trail(index, blocks[place].header, place, holder, state.trail),
        hash((state.essence, holder)),
    )


def _holding(block: Block, unit: Unit) -> Block:
    """The block with one more statement of its own."""
    facts, width = unit.facts, unit.width
    known = width is None or width in block.widths
    return block.changed(
        widths=block.widths if known or width is None else (*block.widths, width),
        count=block.count + (not facts.decorates),
        ended=facts.leaves,
        bound=block.bound if facts.writes <= block.bound else block.bound | facts.writes,
        has_def=block.has_def or facts.keyword == "def",
        signatures=(*block.signatures[-11:], facts.signature),
    )


def _opened(index: int, unit: Unit, mirrored: tuple[str, ...]) -> Block:
    facts = unit.facts
    kind = facts.keyword
    names = frozenset(facts.parameters) if kind == "def" else facts.writes
    return Block(
        kind,
        index,
        unit.width if unit.width is not None else -1,
        name=next(iter(facts.writes), "") if kind in ("def", "class") else "",
        names=names if kind in ("def", "for", "with", "except") else NONE,
        needs=facts.reads if kind == "while" else NONE,
        mirrored=mirrored,
        main=facts.guards_main,
    )


def _clauses(state: _State, index: int, unit: Unit) -> Iterator[_State]:
    """The blocks that an `else` or its like can go on with."""
    kind = unit.facts.keyword
    blocks = state.blocks
    places = [p for p in range(1, len(blocks)) if blocks[p].kind in _CONTINUES[kind]]
    exact = [place for place in places if blocks[place].indent == unit.width]
    decided = len(exact) == 1
    for nearer, place in enumerate(reversed(exact if decided else places)):
        before = blocks[place]
        cost = 2 * nearer + (0 if before.count else _EMPTY)
        cost += 0 if decided else _leave(blocks, place, unit, _names_around(blocks))
        cost += 0 if unit.width in (before.indent, None) else 6
        kept = _closed(blocks, place - 1)
        if before.kind == "match":
            kept.append(before.changed(count=before.count + 1))
        inside = len(kept) - 1
        if unit.facts.opens:
            mirrored = before.signatures if kind in ("else", "elif", "except") else ()
            kept.append(_opened(index, unit, mirrored).changed(indent=before.indent))
        yield _stepped(state, cost, kept, index, inside)
    if not places:
        yield state.changed(
            cost=state.cost + 50, trail=_Trail(index, ORPHAN, 0, ORPHAN, state.trail)
        )
