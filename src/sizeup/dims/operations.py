"""What rules and readers compute with."""

from __future__ import annotations

from math import gcd

from sizeup.dims.expressions import (
    Atom,
    Dim,
    Expr,
    FloorDiv,
    Max,
    Min,
    Monomial,
    Symbol,
    Terms,
    dim_of,
    sole_atom,
    symbols,
    terms_of,
)
from sizeup.dims.polynomials import (
    FIELD,
    DimError,
    add,
    divided,
    image_of_terms,
    monomial_order,
    nonzero,
    times,
)
from sizeup.dims.printing import as_python
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def symbol(name: str) -> Expr:
    """The free hyperparameter of that name."""
    return Expr({((Symbol(name), 1),): 1})


def sign(dim: Dim) -> int | None:
    """−1, 0 or 1 where it is certain: of constants, as nothing is assumed of symbols."""
    return None if isinstance(dim, Expr) else (dim > 0) - (dim < 0)


def total(dims: Iterable[Dim]) -> Dim:
    """The sum; 0 of nothing."""
    constant = image = 0
    terms: Terms = {}
    for dim in dims:
        if isinstance(dim, int):
            constant += dim
        else:
            add(terms, dim.polynomial)
            image += dim.fingerprint
    if not terms:
        return constant
    if constant:
        add(terms, {(): constant})
    return dim_of(terms, (image + constant) % FIELD)


def product(dims: Iterable[Dim]) -> Dim:
    """The product; 1 of nothing."""
    constant, factors = 1, []
    for dim in dims:
        if isinstance(dim, int):
            constant *= dim
        else:
            factors.append(dim)
    if not factors:
        return constant
    if len(factors) == 1:
        return factors[0] * constant
    image = 1
    terms: Terms = {(): 1}
    for factor in factors:
        image = image * factor.fingerprint % FIELD
        terms = times(terms, gathered(factor.polynomial))
    return Expr(terms, image) * constant


def floor_div(a: Dim, b: Dim) -> Dim:
    """⌊a/b⌋ as Python rounds, towards −∞."""
    if isinstance(b, Expr):
        return _by_symbols(a, b) if a != 0 else 0
    if not b:
        raise DimError(say("dims.division_by_zero", dividend=as_python(a)))
    if isinstance(a, int):
        return a // b
    return _by_constant(a, b) if b > 0 else _by_constant(-a, -b)


def ceil_div(a: Dim, b: Dim) -> Dim:
    """⌈a/b⌉, towards +∞."""
    if isinstance(b, Expr):
        return -_by_symbols(-a, b, ceiling=True) if a != 0 else 0
    return floor_div(a + b - 1, b) if b > 0 else -floor_div(-a, b)


def modulo(a: Dim, b: Dim) -> Dim:
    """What ⌊a/b⌋ leaves, with the sign of b as in Python: a − b·⌊a/b⌋."""
    rest = dict(terms_of(a))
    add(rest, times(terms_of(b), terms_of(floor_div(a, b))), -1)
    return dim_of(rest)


def maximum(*dims: Dim) -> Dim:
    """The largest; decided where two differ by a known constant."""
    return _extremum(dims, Max, 1)


def minimum(*dims: Dim) -> Dim:
    """The smallest; decided where two differ by a known constant."""
    return _extremum(dims, Min, -1)


def _extremum(dims: Iterable[Dim], kind: type[Max | Min], direction: int) -> Dim:
    kept: list[Dim] = []
    waiting = list(dims)
    while waiting:
        dim = waiting.pop()
        atom = sole_atom(dim)
        if isinstance(atom, kind):
            waiting.extend(atom.args)
            continue
        ahead = [sign(direction * (dim - other)) for other in kept]
        if all(lead is None or lead > 0 for lead in ahead):
            kept = [
                dim,
                *(other for other, lead in zip(kept, ahead, strict=True) if lead is None),
            ]
    return kept[0] if len(kept) == 1 else Expr({((kind(kept), 1),): 1})


def bind(dim: Dim, values: Mapping[str, Dim]) -> Dim:
    """The dimension with names replaced by their values, all at once; other names stay.

    Raises DimError where that divides by zero.
    """
    return dim if symbols(dim).isdisjoint(values) else _bound(dim, values, {})


def _bound(dim: Dim, values: Mapping[str, Dim], known: dict[Atom, Dim]) -> Dim:
    summands = []
    for monomial, coefficient in terms_of(dim).items():
        factors: list[Dim] = [coefficient]
        for atom, power in monomial:
            if atom not in known:
                known[atom] = _bound_atom(atom, values, known)
            factors.append(known[atom] ** power)
        summands.append(product(factors))
    return total(summands)


def _bound_atom(atom: Atom, values: Mapping[str, Dim], known: dict[Atom, Dim]) -> Dim:
    if isinstance(atom, Symbol):
        return values[atom.name] if atom.name in values else symbol(atom.name)
    if isinstance(atom, FloorDiv):
        a, b = (_bound(part, values, known) for part in (atom.numerator, atom.denominator))
        return -ceil_div(-a, b) if atom.ceiling else floor_div(a, b)
    args = (_bound(arg, values, known) for arg in atom.args)
    return maximum(*args) if isinstance(atom, Max) else minimum(*args)


def _by_constant(a: Expr, b: int) -> Dim:
    """⌊a/b⌋, b > 0: multiples of b leave the floor; what remains keeps its sign, as written."""
    terms, b = _lowest(a.polynomial, b)
    if b == 1:
        return dim_of(terms)
    rest = {m: c % b if not m or c > 0 else -(-c % b) for m, c in terms.items()}
    result = nonzero({m: (c - rest[m]) // b for m, c in terms.items()})
    up = all(c <= 0 for m, c in rest.items() if m)
    rest = reflected(rest, b) if up else rest
    add(result, {((FloorDiv(Expr(nonzero(rest)), b), 1),): -1 if up else 1})
    return dim_of(result)


def reflected(terms: Terms, b: int) -> Terms:
    """The m with ⌊n/b⌋ = −⌊m/b⌋: b − 1 − n."""
    result: Terms = {(): b - 1}
    add(result, terms, -1)
    return result


def _lowest(terms: Terms, b: int) -> tuple[Terms, int]:
    """The same floor without common factors, and with a floor inside merged: ⌊(⌊h/2⌋ + 1)/3⌋.

    Several floors inside are left alone: which of them to merge would be arbitrary.
    """
    while b > 1:
        common = gcd(b, *(c for m, c in terms.items() if m))
        if common > 1:
            terms, b = nonzero({m: c // common for m, c in terms.items()}), b // common
            continue
        inside = [floor for floor in floors_in(terms) if terms[floor[0]] % b in (1, b - 1)]
        if len(inside) != 1:
            break
        up = terms[inside[0][0]] % b == 1
        terms, b = with_merged(terms, inside[0], up), b * inside[0][2]
    return terms, b


def floors_in(terms: Terms) -> list[tuple[Monomial, Dim, int]]:
    """The terms that are a floor over a constant, times a number: with what is in the floor."""
    return [
        (monomial, atom.numerator, atom.denominator)
        for monomial in terms
        if len(monomial) == 1 and monomial[0][1] == 1
        if isinstance(atom := monomial[0][0], FloorDiv) and isinstance(atom.denominator, int)
    ]


def with_merged(terms: Terms, floor: tuple[Monomial, Dim, int], up: bool) -> Terms:
    """The x with terms = ⌊x/d⌋, where terms hold ⌊numerator/d⌋, or its negative if not `up`."""
    monomial, numerator, d = floor
    rest = dict(terms)
    add(rest, {monomial: -1 if up else 1})
    result = dict(terms_of(numerator)) if up else reflected(terms_of(numerator), d)
    add(result, rest, d)
    return result


def _by_symbols(a: Dim, b: Expr, ceiling: bool = False) -> Dim:
    """⌊a/b⌋, a not 0: common factors cancel, and multiples of b leave the floor."""
    numerator, denominator = terms_of(a), b.polynomial
    lead = max(denominator, key=monomial_order)
    common = gcd(*numerator.values(), *denominator.values())
    common = common if denominator[lead] > 0 else -common
    powers = [dict(m) for m in (*numerator, *denominator)]
    shared = {atom: min(p.get(atom, 0) for p in powers) for atom, _ in lead}
    numerator = _cancelled(numerator, shared, common)
    denominator = _cancelled(denominator, shared, common)
    divisor = dim_of(denominator)
    if isinstance(divisor, int):
        return floor_div(dim_of(numerator), divisor)
    result, rest = divided(numerator, denominator)
    if rest:
        up = ceiling or all(c < 0 for m, c in rest.items() if m or len(rest) == 1)
        add(result, {((FloorDiv(dim_of(rest), divisor, up), 1),): 1})
    return dim_of(result)


def _cancelled(terms: Terms, shared: Mapping[Atom, int], common: int) -> Terms:
    return {
        tuple((a, p - shared.get(a, 0)) for a, p in m if p > shared.get(a, 0)): c // common
        for m, c in terms.items()
    }


def gathered(terms: Terms) -> Terms:
    """Terms to multiply by, where k·(⌊n/d⌋ + b) with a linear b becomes k·⌊(n + d·b)/d⌋.

    Products of such sums would otherwise be expanded into formulas that nobody reads.
    """
    compound = [m for m in terms if any(not isinstance(atom, Symbol) for atom, _ in m)]
    if len(terms) == 1 or len(compound) != 1 or any(sum(p for _, p in m) > 1 for m in terms):
        return terms
    monomial = compound[0]
    atom, scale = monomial[0][0], gcd(*terms.values())
    if not isinstance(atom, FloorDiv) or abs(terms[monomial]) != scale:
        return terms
    scale = scale if isinstance(atom.denominator, int) else terms[monomial]
    unit = {m: c // scale for m, c in terms.items()}
    if isinstance(atom.denominator, int):
        numerator = with_merged(
            unit, (monomial, atom.numerator, atom.denominator), unit[monomial] > 0
        )
    else:
        numerator = dict(terms_of(atom.numerator))
        rest = {m: c for m, c in unit.items() if m != monomial}
        add(numerator, times(rest, atom.denominator.polynomial))
    merged = FloorDiv(dim_of(numerator), atom.denominator, atom.ceiling, image_of_terms(unit))
    return {((merged, 1),): scale}
