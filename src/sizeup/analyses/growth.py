"""What drives a total: how it grows with each name that is free, and through which layers."""

from __future__ import annotations

from sizeup.analyses.conditions import conditions
from sizeup.analyses.plainness import habits
from sizeup.analyses.reach import Limit, Step, limits, step
from sizeup.analyses.relations import outcome
from sizeup.dims import Dim, Expr, FloorDiv, Max, Symbol, as_python, bind, symbol, symbols, total
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sizeup.analyses.count import Count
    from sizeup.dims import Atom
    from sizeup.network import Network

    Factors = tuple[tuple[Atom, int], ...]


EXAMPLES = range(1, 1025)
"""Values among which an example is chosen."""
MOST_MULTIPLE = 256
"""Values that are tried for what they have to be multiples of."""


class Growth(Record):
    """How a total goes with one free name while the others stay.

    For large values it grows with the name to the power of `degree`: each doubling comes to
    multiply it by 2 to that power. Where that is 0 it stays bounded, and where it `falls` a larger
    value means fewer parameters. `each` is what one more adds, where
    that is the same everywhere. `layers` are those whose parameters depend on it, the steepest
    first. `steps` are the floors, maxima and minima through which it acts, `step` how far it goes
    before the total does. `limits` are the ends beyond which the network is not valid; it is for
    multiples of `multiple` alone.
    """

    name: str
    degree: int
    falls: bool
    each: Dim | None
    layers: tuple[str, ...]
    steps: tuple[Dim, ...]
    step: Step | None
    limits: tuple[Limit, ...]
    multiple: int | None

    @property
    def needs(self) -> tuple[Dim, ...]:
        """The sides that must be at least 1."""
        return tuple(limit.side for limit in self.limits)

    def as_dict(self) -> dict[str, Any]:
        """One entry of `growth` in the JSON of `count`."""
        return {
            "name": self.name,
            "degree": self.degree,
            "falls": self.falls,
            "each": as_python(self.each) if isinstance(self.each, Expr) else self.each,
            "layers": list(self.layers),
            "steps": [as_python(step) for step in self.steps],
            "step": self.step and self.step.as_dict(),
            "needs": [as_python(side) for side in self.needs],
            "limits": [limit.as_dict() for limit in self.limits],
            "multiple": self.multiple,
        }


def growth(found: Count) -> tuple[Growth, ...]:
    """What each free name does to the total of a network; nothing where that is not known."""
    whole = found.parameters
    if whole is None:
        return ()
    zero = conditions(found.network.graph).zero
    grown = (_growth(found, whole, free.name, zero) for free in found.free)
    return tuple(each for each in grown if each.layers or each.limits or each.multiple)


def _growth(found: Count, whole: Dim, name: str, zero: Sequence[Dim]) -> Growth:
    steep: dict[str, int] = {}
    for row in found.rows:
        own = total(parameter.count for parameter in row.own)
        if name in symbols(own):
            steep[row.path] = degree(own, name)
    terms = whole.terms if isinstance(whole, Expr) else ()
    acts = {atom for _, factors in terms for atom, _ in factors if name in atom.symbols}
    ends = limits(found.network.graph, name)
    multiple = _multiple([dim for dim in zero if symbols(dim) == {name}], name)
    return Growth(
        name=name,
        degree=max(0, 0, *steep.values()),
        falls=bool(steep) and all(power < 0 for power in steep.values()),
        each=_each(whole, name) if steep and isinstance(whole, Expr) else None,
        layers=tuple(sorted(steep, key=lambda path: -steep[path])),
        steps=tuple(sorted((Expr({((atom, 1),): 1}) for atom in acts
                            if not isinstance(atom, Symbol)), key=as_python)),
        step=step(whole, name, _example(found.network, name, ends, multiple)) if acts else None,
        limits=ends,
        multiple=multiple,
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


def _multiple(zero: Sequence[Dim], name: str) -> int | None:
    """The number whose multiples alone are allowed, where lengths have to agree."""
    if not zero:
        return None
    kept = [v for v in range(1, MOST_MULTIPLE + 1) if all(bind(d, {name: v}) == 0 for d in zero)]
    first = kept[0] if kept else 1
    return first if first > 1 and kept == list(range(first, MOST_MULTIPLE + 1, first)) else None


def _example(network: Network, name: str, ends: tuple[Limit, ...], multiple: int | None) -> int:
    """A value that people choose, under which the network exists as far as numbers tell."""
    least = max((e.at_least for e in ends if isinstance(e.at_least, int)), default=1)
    most = min((e.at_most for e in ends if isinstance(e.at_most, int)), default=EXAMPLES[-1])
    said = [t for t in outcome(network, {name: symbol(name)}) if symbols(t.expr) == {name}]

    def fits(value: int) -> bool:
        return (
            least <= value <= most
            and value % (multiple or 1) == 0
            and all(_is_in(bind(t.expr, {name: value}), t.low, t.high) for t in said)
        )

    (habit,) = habits([name])
    return habit.role.plainest(EXAMPLES, fits) or least


def _is_in(value: Dim, low: int, high: int) -> bool:
    return isinstance(value, int) and low <= value <= high
