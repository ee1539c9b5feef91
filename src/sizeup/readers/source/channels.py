"""The channel order of a source that does not say it: decided once, on the text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from sizeup.dims import as_python
from sizeup.errors import BudgetError
from sizeup.network import Note
from sizeup.readers.source.dialect import Dialect
from sizeup.readers.source.outcomes import Outcome
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.dims import Dim
    from sizeup.network import Shape

FIRST, LAST = "channels_first", "channels_last"
IMAGE = 4
"""The rank of a batch of images."""
SHAPES = frozenset({"input_shape", "batch_input_shape", "shape"})
SINCE_LAST = 2
"""The version of Keras from which on channels_last is the default wherever it runs."""
CHANNELS = frozenset({1, 2, 3, 4})
"""What images have for channels; sides are larger."""


class Decision(Record):
    """The order, the outcomes under it, and what is to be said of it."""

    order: str
    outcomes: list[Outcome]
    note: Note | None = None


def likely_order(nodes: Iterable[ast.AST]) -> str:
    """A cheap guess by the literal shapes in the text, so that mostly one run is enough."""
    votes = {
        _vote((None, *(_constant(side) for side in shape.elts)))
        for node in nodes
        if isinstance(node, ast.Call)
        for shape in (*node.args, *(k.value for k in node.keywords if k.arg in SHAPES))
        if isinstance(shape, ast.Tuple) and len(shape.elts) == IMAGE - 1
    }
    return FIRST if FIRST in votes and LAST not in votes else LAST


def _constant(side: ast.expr) -> Dim | None:
    value = side.value if isinstance(side, ast.Constant) else None
    return value if isinstance(value, int) else None


def choose(run: Callable[[str], list[Outcome]], dialect: Dialect, guess: str) -> Decision:
    """Decide from the input shapes and from what the layers allow.

    A literal 1, 3 or 4 against open or larger sides tells the order; else the one under which
    more layers fit; else the version's default. `guess` only says what to run first.
    """
    outcomes = run(guess)
    if guess == FIRST:
        shapes = _images(outcomes)
        told = {_vote(shape) for shape, _ in shapes} == {FIRST} and not dialect.said_format
        if told and not _faults(outcomes):
            return _first(outcomes, shapes, "source.channels_first", dialect)
        dialect.said_format = False
        other, again = outcomes, _tried(run, LAST)
        if again is None:
            return _first(other, shapes, "source.channels_first", dialect)
        outcomes = again
    else:
        other = None
    if dialect.said_format or not any(outcome.order_matters for outcome in outcomes):
        return Decision(LAST, outcomes)
    shapes = _images(outcomes)
    votes = {_vote(shape) for shape, _ in shapes}
    if FIRST not in votes and (LAST in votes or not shapes) and dialect.version > 0:
        return Decision(LAST, outcomes)
    other = other or _tried(run, FIRST)
    if other is None:
        return Decision(LAST, outcomes, _default(shapes))
    last, first = _faults(outcomes), _faults(other)
    if dialect.version == 0 and first <= last:
        return _first(other, shapes, "source.channels_theano", dialect)
    if first < last:
        return _first(other, shapes, "source.channels_first_fit", dialect)
    if FIRST in votes and LAST not in votes and first == last:
        return _first(other, shapes, "source.channels_first", dialect)
    return Decision(LAST, outcomes, None if LAST in votes else _default(shapes))


def _default(shapes: list[tuple[Shape, int | None]]) -> Note | None:
    """That the version's default holds, where there are images at all."""
    if not shapes:
        return None
    shape, line = shapes[0]
    return Note("assumed", say("source.channels_default", shape=_said(shape)), line)


def _tried(run: Callable[[str], list[Outcome]], order: str) -> list[Outcome] | None:
    """The outcomes under another order; None where the budget has no room for them."""
    try:
        return run(order)
    except BudgetError:
        return None


def _images(outcomes: list[Outcome]) -> list[tuple[Shape, int | None]]:
    """The shapes of images that enter, with their lines."""
    return [pair for outcome in outcomes for pair in outcome.inputs
            if pair[0] is not None and len(pair[0]) >= IMAGE]  # fmt: skip


def _first(
    outcomes: list[Outcome], shapes: list[tuple[Shape, int | None]], key: str, dialect: Dialect
) -> Decision:
    if not shapes:
        return Decision(FIRST, outcomes)
    shape, line = next(((s, n) for s, n in shapes if _vote(s) == FIRST), shapes[0])
    unset = say("source.channels_unset") if dialect.version >= SINCE_LAST else ""
    return Decision(FIRST, outcomes, Note("assumed", say(key, shape=_said(shape)) + unset, line))


def _said(shape: Shape) -> str:
    return "(" + ", ".join(_text(dim) for dim in shape[1:]) + ")"


def _vote(shape: Shape) -> str | None:
    """What a shape, batch first, says of its order."""
    first, last = shape[1] in CHANNELS, shape[-1] in CHANNELS
    if first == last:
        return None
    return FIRST if first else LAST


def _faults(outcomes: list[Outcome]) -> int:
    return sum(network.error is not None for outcome in outcomes for network in outcome.networks)


def _text(dim: object) -> str:
    return "None" if dim is None else as_python(dim)  # type: ignore[arg-type]
