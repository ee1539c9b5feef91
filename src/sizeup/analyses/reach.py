"""Where a formula changes with a name, and where its network ends."""

from __future__ import annotations

from itertools import count as numbers

from sizeup.dims import (
    Dim,
    DimError,
    Expr,
    FloorDiv,
    Max,
    Symbol,
    as_python,
    bind,
    ceil_div,
    floor_div,
    symbols,
)
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from sizeup.dims import Atom
    from sizeup.network import Call, Graph, Layer

FLAT = frozenset({"Flatten", "Reshape", "InputLayer", "ops.flatten", "ops.reshape"})
"""What these give are products of sides, or what enters: the sides themselves say more."""
WIDEST = 1_024
"""The longest step that is shown with an example."""


class Limit(Record):
    """How far a name may go: beyond, a layer gives nothing along an axis.

    `side` is what must be at least 1; `at_least` or `at_most` is what that means for the name,
    both None where no formula says it. `axis` is `row`, `column`, `step`, `place` or `feature`.
    """

    layer: str
    axis: str
    side: Dim
    at_least: Dim | None
    at_most: Dim | None

    def as_dict(self) -> dict[str, Any]:
        """One entry of `limits` in the JSON of `count`."""
        return {
            "layer": self.layer,
            "axis": self.axis,
            "side": as_python(self.side),
            "at_least": _plain(self.at_least),
            "at_most": _plain(self.at_most),
        }


class Step(Record):
    """A total that stays while a name grows by less than `width`; `alike` are two such values."""

    width: Dim
    alike: tuple[int, int] | None

    def as_dict(self) -> dict[str, Any]:
        """`step` in the JSON of `count`."""
        return {"width": _plain(self.width), "alike": self.alike and list(self.alike)}


def _plain(dim: Dim | None) -> int | str | None:
    return as_python(dim) if isinstance(dim, Expr) else dim


def limits(graph: Graph, name: str) -> tuple[Limit, ...]:
    """The ends of a network along one name: the nearest, as far as numbers tell."""
    found: dict[Dim, tuple[str, str]] = {}
    for layer, call in _calls(graph):
        known = [shape for shape in call.output_shapes if shape and layer.kind not in FLAT]
        for shape, (place, side) in ((s, each) for s in known for each in enumerate(s)):
            if side is not None and name in symbols(side) and _may_vanish(side):
                found.setdefault(side, (layer.name, _axis(layer, place, len(shape))))
    ends = [Limit(*found[side], side, *_bounds(side, name)) for side in found]
    ends = [end for end in ends if not isinstance(end.at_least, int) or end.at_least > 1]
    least = [(end.at_least, end) for end in ends if isinstance(end.at_least, int)]
    most = [(end.at_most, end) for end in ends if isinstance(end.at_most, int)]
    numeric = [end for _, end in (*least, *most)]
    kept = [max(least, key=_first)[1]] if least else []
    kept += [min(most, key=_first)[1]] if most else []
    return (*kept, *_last([end for end in ends if end not in numeric]))


def _first(pair: tuple[int, Limit]) -> int:
    return pair[0]


def _last(ends: Sequence[Limit]) -> Iterator[Limit]:
    """Of the ends along one axis the last, which is mostly the nearest."""
    inner = {part for end in ends for part in _inside(end.side)}
    ends = [end for end in ends if end.side not in inner]
    for place, end in enumerate(ends):
        later = [e for e in ends[place + 1 :] if e.axis == end.axis]
        if not any(symbols(end.side) <= symbols(e.side) for e in later):
            yield end


def step(whole: Dim, name: str, around: int) -> Step | None:
    """The step in which a total goes with a name; an example holds the value `around`.

    None where it goes with every value, or in no even steps.
    """
    acts = {a for _, factors in whole.terms for a, _ in factors if name in a.symbols} if isinstance(
        whole, Expr) else set()  # fmt: skip
    widths = [_width(atom, name) for atom in acts]
    if not widths or None in widths:
        return None
    width = min((w for w in widths if isinstance(w, int)), default=widths[0])
    if not isinstance(width, int):
        return Step(width, None) if len(acts) == 1 and width is not None else None
    if not 1 < width <= WIDEST:
        return None
    return _shown(whole, name, width, around)


def _shown(whole: Dim, name: str, width: int, around: int) -> Step | None:
    """The step with its example, if the total really goes so there."""
    try:
        here = bind(whole, {name: around})
        start = around
        while start > around - width and bind(whole, {name: start - 1}) == here:
            start -= 1
        run = [bind(whole, {name: start + more}) for more in range(width + 1)]
    except DimError:
        return None
    if any(value != here for value in run[:-1]) or run[-1] == here:
        return None
    return Step(width, (start, start + width - 1))


def _width(atom: Atom, name: str) -> Dim | None:
    """How far a name goes before a floor does; None where that is uneven or not known."""
    if not isinstance(atom, FloorDiv) or name in symbols(atom.denominator):
        return None
    parts = _parted(atom.numerator, name)
    if parts is None:
        return None
    scale, inner, _ = parts
    inside = 1 if isinstance(inner, Symbol) else _width(inner, name)
    if inside is None:
        return None
    if scale in (1, -1):
        return inside * atom.denominator
    if isinstance(atom.denominator, int) and atom.denominator % abs(scale) == 0:
        return inside * (atom.denominator // abs(scale))
    return None


def _bounds(side: Dim, name: str) -> tuple[Dim | None, Dim | None]:
    """The least or the largest value of a name under which a side is at least 1."""
    low, bound, dim = True, 1, side  # type: bool, Dim, Dim
    for _ in numbers():
        parts = _parted(dim, name)
        if parts is None:
            return None, None
        scale, inner, rest = parts
        if scale < 0:  # -x + r ≥ b: x ≤ r - b; -x + r ≤ b: x ≥ r - b
            low, gap = not low, rest - bound
        else:
            gap = bound - rest
        bound = ceil_div(gap, abs(scale)) if low else floor_div(gap, abs(scale))
        if isinstance(inner, Symbol):
            return (bound, None) if low else (None, bound)
        if not isinstance(inner, FloorDiv):
            return None, None
        if name in symbols(inner.denominator):
            return _under(inner, name, bound, low=low)
        dim = inner.numerator
        bound = bound * inner.denominator + (0 if low else inner.denominator - 1)
    raise AssertionError


def _under(atom: FloorDiv, name: str, bound: Dim, *, low: bool) -> tuple[Dim | None, Dim | None]:
    """The largest divisor under which ⌊n/d⌋ is at least a number from 1 up."""
    bare = atom.denominator == Expr({((Symbol(name), 1),): 1})
    if (
        bare
        and low
        and isinstance(bound, int)
        and bound > 0
        and name not in symbols(atom.numerator)
    ):
        return None, floor_div(atom.numerator, bound)
    return None, None


def _parted(dim: Dim, name: str) -> tuple[int, Atom, Dim] | None:
    """`scale·atom + rest` where the name stands in that atom alone; None of anything else."""
    if not isinstance(dim, Expr):
        return None
    having = [(c, f) for c, f in dim.terms if any(name in atom.symbols for atom, _ in f)]
    match having:
        case [(scale, ((atom, 1),))]:
            return scale, atom, dim - scale * Expr({((atom, 1),): 1})
    return None


def _calls(graph: Graph) -> Iterator[tuple[Layer, Call]]:
    for layer in graph.layers:
        for call in layer.calls:
            if call.body is None:
                yield layer, call
            else:
                yield from _calls(call.body)


def _axis(layer: Layer, place: int, rank: int) -> str:
    """What a place along an axis of an output is called."""
    first = layer.config.get("data_format") == "channels_first" and rank > 3
    if place == (1 if first else rank - 1):
        return "feature"
    spatial = place - (2 if first else 1)
    names: dict[int, tuple[str, ...]] = {3: ("step",), 4: ("row", "column")}
    here = names.get(rank, ())
    return here[spatial] if spatial < len(here) else "place"


def _inside(dim: Dim) -> Iterator[Dim]:
    """The dimensions that floors, maxima and minima in a dimension are made of."""
    for _, factors in dim.terms if isinstance(dim, Expr) else ():
        for atom, _ in factors:
            for part in (*_made_of(atom), Expr({((atom, 1),): 1})):
                if part != dim:
                    yield part
                    yield from _inside(part)


def _made_of(atom: Atom) -> Iterable[Dim]:
    if isinstance(atom, Symbol):
        return ()
    return (atom.numerator,) if isinstance(atom, FloorDiv) else atom.args


def _may_vanish(side: Dim) -> bool:
    """Whether a side may fall below 1 while all names are at least 1."""
    least = _least(side)
    return least is None or least < 1


def _least(dim: Dim) -> int | None:
    """What an expression is at least while all names are at least 1; None for maybe below 0."""
    if isinstance(dim, int):
        return dim if dim >= 0 else None
    least = 0
    for coefficient, factors in dim.terms:
        value = coefficient
        for atom, power in factors:
            here = _least_of(atom)
            if here is None:
                return None
            value *= here**power
        if coefficient < 0:
            return None
        least += value
    return least


def _least_of(atom: Atom) -> int | None:
    if isinstance(atom, Symbol):
        return 1
    if isinstance(atom, FloorDiv):
        over = _least(atom.numerator)
        return None if over is None else over // atom.denominator if isinstance(
            atom.denominator, int) else 0  # fmt: skip
    known = [_least(arg) for arg in atom.args]
    if isinstance(atom, Max):
        return max((value for value in known if value is not None), default=None)
    return None if None in known else min(value for value in known if value is not None)
