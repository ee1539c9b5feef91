"""What drives a total: how it grows with each name that is free, and through which layers."""

from __future__ import annotations

from sizeup.dims import Dim, Expr, FloorDiv, Max, Symbol, as_python, symbols, total
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sizeup.analyses.count import Count
    from sizeup.dims import Atom
    from sizeup.network import Graph

    Factors = tuple[tuple[Atom, int], ...]


class Growth(Record):
    """How a total goes with one free name while the others stay.

    For large values it grows with the name to the power of `degree`: each doubling comes to
    multiply it by 2 to that power. Where that is 0 it stays bounded, and where it `falls` a larger
    value means fewer parameters. `each` is what one more adds, where
    that is the same everywhere. `layers` are those whose parameters depend on it, the steepest
    first. `steps` are the floors, maxima and minima through which it acts, `needs` what must be
    at least 1 for the network to be valid.
    """

    name: str
    degree: int
    falls: bool
    each: Dim | None
    layers: tuple[str, ...]
    steps: tuple[Dim, ...]
    needs: tuple[Dim, ...]

    def as_dict(self) -> dict[str, Any]:
        """One entry of `growth` in the JSON of `count`."""
        return {
            "name": self.name,
            "degree": self.degree,
            "falls": self.falls,
            "each": as_python(self.each) if isinstance(self.each, Expr) else self.each,
            "layers": list(self.layers),
            "steps": [as_python(step) for step in self.steps],
            "needs": [as_python(side) for side in self.needs],
        }


def growth(found: Count) -> tuple[Growth, ...]:
    """What each free name does to the total of a network; nothing where that is not known."""
    whole = found.parameters
    if not isinstance(whole, Expr):
        return ()
    grown = (_growth(found, whole, free.name) for free in found.free)
    return tuple(each for each in grown if each.layers)


def _growth(found: Count, whole: Expr, name: str) -> Growth:
    steep: dict[str, int] = {}
    for row in found.rows:
        own = total(parameter.count for parameter in row.own)
        if name in symbols(own):
            steep[row.path] = degree(own, name)
    acts = {atom for _, factors in whole.terms for atom, _ in factors if name in atom.symbols}
    return Growth(
        name=name,
        degree=max(0, 0, *steep.values()),
        falls=bool(steep) and all(power < 0 for power in steep.values()),
        each=_each(whole, name),
        layers=tuple(sorted(steep, key=lambda path: -steep[path])),
        steps=tuple(sorted((Expr({((atom, 1),): 1}) for atom in acts
                            if not isinstance(atom, Symbol)), key=as_python)),
        needs=_needs(found.network.graph, name),
    )  # fmt: skip


def degree(dim: Dim, name: str) -> int:
    """The power of a name with which a dimension grows; negative where it falls instead.

    Terms that cancel each other only in the limit are not seen: the degree is then an upper
    bound.
    """
    if name not in symbols(dim) or not isinstance(dim, Expr):
        return 0
    return max(_power(factors, name) if coefficient > 0 else -1
               for coefficient, factors in dim.terms
               if any(name in atom.symbols for atom, _ in factors))  # fmt: skip


def _power(factors: Factors, name: str) -> int:
    return sum(power * _degree(atom, name) for atom, power in factors)


def _degree(atom: Atom, name: str) -> int:
    if isinstance(atom, Symbol):
        return int(atom.name == name)
    if isinstance(atom, FloorDiv):
        return degree(atom.numerator, name) - degree(atom.denominator, name)
    pick = max if isinstance(atom, Max) else min
    return pick(degree(arg, name) for arg in atom.args)


def _each(whole: Expr, name: str) -> Dim | None:
    """The factor of a name that stands in the total as a mere multiple."""
    parts: list[Dim] = []
    for coefficient, factors in whole.terms:
        if not any(name in atom.symbols for atom, _ in factors):
            continue
        rest = tuple((atom, power) for atom, power in factors if atom != Symbol(name))
        if len(rest) == len(factors) or (Symbol(name), 1) not in factors:
            return None
        if any(name in atom.symbols for atom, _ in rest):
            return None
        parts.append(Expr({rest: coefficient}) if rest else coefficient)
    return total(parts)


def _needs(graph: Graph, name: str) -> tuple[Dim, ...]:
    """The sides that may fall below 1, of those along one axis the last, which is the smallest.

    Products of sides are positive where these are.
    """
    found = {side: None for side in _sides(graph) if name in symbols(side) and _may_vanish(side)}
    inner = {part for side in found for part in _inside(side)}
    sides = [side for side in found if side not in inner]
    return tuple(side for place, side in enumerate(sides)
                 if not any(symbols(side) <= symbols(later) for later in sides[place + 1 :]))  # fmt: skip


def _inside(dim: Dim) -> Iterator[Dim]:
    """The dimensions that floors, maxima and minima in a dimension are made of."""
    for _, factors in dim.terms if isinstance(dim, Expr) else ():
        for atom, _ in factors:
            parts = (
                ()
                if isinstance(atom, Symbol)
                else ((atom.numerator,) if isinstance(atom, FloorDiv) else atom.args)
            )
            for part in (*parts, Expr({((atom, 1),): 1})):
                if part != dim:
                    yield part
                    yield from _inside(part)


def _sides(graph: Graph) -> Iterator[Dim]:
    for layer in graph.layers:
        for call in layer.calls:
            for shape in call.output_shapes:
                yield from (dim for dim in shape or () if dim is not None)
            if call.body is not None:
                yield from _sides(call.body)


def _may_vanish(side: Dim) -> bool:
    """Whether a side, no product, may fall below 1 while all names are at least 1."""
    if not isinstance(side, Expr):
        return False
    if len(side.terms) == 1:
        ((_, factors),) = side.terms
        return len(factors) == 1 and isinstance(factors[0][0], FloorDiv)
    return any(coefficient < 0 for coefficient, _ in side.terms)
