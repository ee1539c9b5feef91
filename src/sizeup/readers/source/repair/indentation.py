"""How statements nest, found again where their indentation is lost, wrong or mixed.

The search goes through the statements once and keeps the most likely readings. Where exactly
one open block is indented as a statement is, the indentation decides. Otherwise the costs of
`likelihood` do, with what a wrong indentation costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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

ORPHAN = -2
"""`parent` of a clause that continues nothing; such a clause is left out."""
_READINGS = 24
_SAME_BLOCKS = 6
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


@dataclass(frozen=True, slots=True)
class Unit:
    """A statement to be placed: its facts and its indentation, None if it has none to go by.

    `hollow` says that something indented deeper, but no statement, stands in front of it.
    """

    facts: Facts
    width: int | None
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A placing of all units: for each its level and the index of its header, −1 the module's."""

    cost: int
    levels: tuple[int, ...]
    parents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Trail:
    parent: int
    level: int
    before: _Trail | None


@dataclass(frozen=True, slots=True)
class _State:
    """A reading up to here. `essence` is equal for readings that differ in `with` bodies only."""

    cost: int
    blocks: tuple[Block, ...]
    trail: _Trail | None = None
    essence: int = 0


def nest(units: Sequence[Unit]) -> list[Reading]:
    """The readings that are plausible, the likeliest first, at most five."""
    states = [_State(0, (Block("module"),))]
    for index, unit in enumerate(units):
        after = index > 0 and units[index - 1].facts.decorates
        states = _best(new for state in states for new in _moves(state, index, unit, after))
    finished = sorted((_finish(state) for state in states), key=lambda state: state.cost)
    seen: dict[int, _State] = {}
    for state in finished:
        if state.cost <= finished[0].cost + DOUBT:
            seen.setdefault(state.essence, state)
    return [_reading(state) for state in list(seen.values())[:5]]


def _best(states: Iterator[_State]) -> list[_State]:
    ranked = sorted(states, key=lambda state: state.cost)
    kept: list[_State] = []
    same: dict[tuple[int, ...], int] = {}
    for state in ranked:
        if state.cost > ranked[0].cost + _HOPELESS or len(kept) == _READINGS:
            break
        key = tuple(block.header for block in state.blocks)
        same[key] = same.get(key, 0) + 1
        if same[key] <= _SAME_BLOCKS:
            kept.append(state)
    return kept


def _finish(state: _State) -> _State:
    cost = sum(leaving(block, None, NONE) for block in state.blocks if block.count)
    return replace(state, cost=state.cost + cost)


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
    blocks = state.blocks
    top = len(blocks) - 1
    empty = blocks[top].count == 0 and top > 0
    places = range(top, top - 1 if decorated else -1, -1)
    matching = [place for place in places if unit.width in blocks[place].widths]
    if len(matching) == 1 and not empty and unit.facts.gap != PROSE_GAP:
        yield _placed(state, index, unit, matching[0], 0)
        return
    for place in places:
        cost = _width_cost(blocks[place], unit)
        cost += _leave(blocks, place, unit) + misplaced(unit.facts, blocks[: place + 1])
        cost += sum(
            staying(blocks[inner], unit.facts, direct=inner == place)
            for inner in range(1, place + 1)
        )
        yield _placed(state, index, unit, place, cost)


def _leave(blocks: tuple[Block, ...], place: int, unit: Unit) -> int:
    """The cost of closing all blocks inside of number `place`."""
    cost = 0
    for inner in range(len(blocks) - 1, place, -1):
        block = blocks[inner]
        if block.count == 0:
            cost += 2 if unit.hollow else 6 if unit.facts.gap == PROSE_GAP else _EMPTY
            continue
        outer = NONE.union(*(b.bound | b.names for b in blocks[:inner] if b.kind != "class"))
        cost += leaving(block, unit.facts, outer)
    return cost


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
    blocks = list(state.blocks[: place + 1])
    spent = NONE.union(*(b.names for b in state.blocks[place + 1 :] if b.kind == "for"))
    blocks[place] = _holding(blocks[place], unit)
    _bind(blocks, unit.facts, spent)
    header = blocks[place].header
    if unit.facts.opens:
        blocks.append(_opened(index, unit, ()))
    return _stepped(state, cost, blocks, header, place)


def _stepped(state: _State, cost: int, blocks: list[Block], header: int, place: int) -> _State:
    outer = next(block.header for block in blocks[place::-1] if block.kind != "with")
    return _State(
        state.cost + cost,
        tuple(blocks),
        _Trail(header, place, state.trail),
        hash((state.essence, outer)),
    )


def _holding(block: Block, unit: Unit) -> Block:
    """The block with one more statement of its own."""
    facts, width = unit.facts, unit.width
    known = width is None or width in block.widths
    return replace(
        block,
        widths=block.widths if known else (*block.widths, width),
        count=block.count + (not facts.decorates),
        ended=facts.leaves,
        has_def=block.has_def or facts.keyword == "def",
        signatures=(*block.signatures[-11:], facts.signature),
    )


def _bind(blocks: list[Block], facts: Facts, spent: frozenset[str]) -> None:
    """Tells the blocks around a statement which names it binds, up to its scope."""
    for place in range(len(blocks) - 1, -1, -1):
        block = blocks[place]
        scope = block.kind in _SCOPES
        returned = block.returned or facts.returns
        over = (block.spent | spent) - facts.writes if scope else NONE
        if facts.writes - block.bound or returned != block.returned or over != block.spent:
            blocks[place] = replace(
                block, bound=block.bound | facts.writes, returned=returned, spent=over
            )
        if scope:
            break


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
        cost += 0 if decided else _leave(blocks, place, unit)
        cost += 0 if unit.width in (before.indent, None) else 6
        kept = list(blocks[:place])
        if before.kind == "match":
            kept.append(replace(before, count=before.count + 1))
        inside = len(kept) - 1
        if unit.facts.opens:
            mirrored = before.signatures if kind in ("else", "elif", "except") else ()
            kept.append(replace(_opened(index, unit, mirrored), indent=before.indent))
        yield _stepped(state, cost, kept, kept[inside].header, inside)
    if not places:
        yield replace(state, cost=state.cost + 50, trail=_Trail(ORPHAN, 0, state.trail))
