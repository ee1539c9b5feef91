"""Dimensions: integers, or exact integer expressions over free symbols.

A `Dim` is an `int` or an `Expr`. An `Expr` is an expanded polynomial with integer coefficients
over atoms: symbols, floor divisions, maxima and minima. It is immutable, hashable and never
constant: what comes out constant is an `int`.

    >>> h = symbol("h")
    >>> (h - 3 + 2) // 2 + 1, h - h // 2 == (h + 1) // 2, (h // 2) // 2 == h // 4
    ((h + 1)//2, True, True)

**Equal means equal in value.** One value can be written with different atoms, like the last two
above, and for people the short one is worth keeping. So every expression carries a fingerprint:
its image in a finite field, under a homomorphism that respects the identities of floor division.
It serves as hash. Where fingerprints agree and terms do not, both sides are brought to normal
form; equality is never claimed without that proof. The proof is found for floors over powers of
two, and for shifts, signs, common factors and nesting of any; a few identities between floors
over other divisors go unnoticed, as unequal.

Nothing is assumed of symbols, not even a sign, except that what divides is not zero.
"""

from __future__ import annotations

from math import gcd

from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, NoReturn, TypeAlias

    Writer: TypeAlias = "Callable[[Atom], tuple[str, int]]"

FIELD = (1 << 61) - 1
"""The prime modulus of fingerprints."""
SMALL = 1 << 40
"""Up to this size, constants are recognised in sums whose atoms cancel by an identity."""
MAX_TERMS, MAX_DEGREE, MAX_DEPTH = 20_000, 1_000, 64
"""Beyond these an expression is refused: nobody reads it, and source code is not trusted.
At 64 floors inside each other the parentheses of the formula are still valid Python."""
LARGEST_PRIME, LARGEST_SUM = 1_000, 3
"""Normal form looks for prime factors up to the first, and replaces the last of p complementary
floors by the others for primes p up to the second."""


class DimError(ValueError):
    """A division by zero, or an expression beyond all bounds."""


# --- atoms and expressions --------------------------------------------------------------------


class _Frozen:
    """What atoms and expressions share: a fingerprint that is their hash, and immutability."""

    __slots__ = ("fingerprint",)
    fingerprint: int

    def __hash__(self) -> int:
        return self.fingerprint

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable")


_put = object.__setattr__


class Symbol(_Frozen):
    """A free hyperparameter."""

    __slots__ = ("name", "symbols")
    name: str
    symbols: frozenset[str]
    size, depth = 1, 0

    def __init__(self, name: str) -> None:
        _put(self, "name", name)
        _put(self, "symbols", frozenset((name,)))
        _put(self, "fingerprint", _mix(1, int.from_bytes(name.encode())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Symbol) and self.name == other.name

    __hash__ = _Frozen.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        return Symbol, (self.name,)


class _Compound(_Frozen):
    """An atom made of dimensions; `size` counts the atoms in it, as print repeats them."""

    __slots__ = ("depth", "size", "symbols")
    depth: int
    size: int
    symbols: frozenset[str]

    def _measure(self, *parts: Dim) -> None:
        atoms = [
            atom for part in parts for monomial in _terms(part) for atom, _ in monomial
        ]
        _put(self, "symbols", frozenset().union(*(atom.symbols for atom in atoms)))
        _put(self, "depth", 1 + max(atom.depth for atom in atoms))
        _put(self, "size", 1 + sum(atom.size for atom in atoms))
        if self.depth > MAX_DEPTH or self.size > MAX_TERMS:
            raise DimError(say("dims.too_long"))


class FloorDiv(_Compound):
    """⌊numerator / denominator⌋; a constant denominator is at least 2.

    `ceiling` is a hint for print alone: the source meant ⌈a/b⌉, which is −⌊−a/b⌋.
    """

    __slots__ = ("ceiling", "denominator", "numerator")
    numerator: Dim
    denominator: Dim
    ceiling: bool

    def __init__(
        self,
        numerator: Dim,
        denominator: Dim,
        ceiling: bool = False,
        image: int | None = None,
    ) -> None:
        if image is None:
            image = _image_of_floor(numerator, denominator)
        _put(self, "numerator", numerator)
        _put(self, "denominator", denominator)
        _put(self, "ceiling", ceiling)
        self._measure(numerator, denominator)
        _put(self, "fingerprint", image)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, FloorDiv)
            and self.fingerprint == other.fingerprint
            and self.denominator == other.denominator
            and self.numerator == other.numerator
        )

    __hash__ = _Frozen.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        return FloorDiv, (
            self.numerator,
            self.denominator,
            self.ceiling,
            self.fingerprint,
        )


class Extremum(_Compound):
    """What `Max` and `Min` share: arguments, at least two, of which at most one is constant."""

    __slots__ = ("args",)
    args: tuple[Dim, ...]

    def __init__(self, args: Iterable[Dim]) -> None:
        ordered = tuple(sorted(args, key=_image))
        _put(self, "args", ordered)
        self._measure(*ordered)
        _put(
            self,
            "fingerprint",
            _mix(3 if isinstance(self, Max) else 4, *map(_image, ordered)),
        )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Extremum)
            and type(other) is type(self)
            and self.args == other.args
        )

    __hash__ = _Frozen.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.args,)


class Max(Extremum):
    """The largest of `args`."""

    __slots__ = ()


class Min(Extremum):
    """The smallest of `args`."""

    __slots__ = ()


class Expr(_Frozen):
    """An integer polynomial over atoms that is not constant; `symbol` and operators make it."""

    __slots__ = ("polynomial",)
    polynomial: Terms

    def __init__(self, polynomial: Terms, image: int | None = None) -> None:
        _put(self, "polynomial", polynomial)
        _put(self, "fingerprint", _image_of(polynomial) if image is None else image)

    @property
    def terms(self) -> tuple[tuple[int, Monomial], ...]:
        """Coefficients, each with its atoms and their powers, in the order of print."""
        return tuple(
            (coefficient, tuple((atom, power) for _, power, atom in factors))
            for coefficient, factors in _arranged(self.polynomial, _code_atom)
        )

    @property
    def symbols(self) -> frozenset[str]:
        """The names that it depends on."""
        return frozenset().union(
            *(atom.symbols for m in self.polynomial for atom, _ in m)
        )

    def bind(self, values: Mapping[str, Dim]) -> Dim:
        """See the function `bind`."""
        return bind(self, values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Expr) or self.fingerprint != other.fingerprint:
            return False
        return self.polynomial == other.polynomial or self - other == 0

    __hash__ = _Frozen.__hash__

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "whether an expression is zero depends on its symbols: use sign()"
        )

    def __repr__(self) -> str:
        return as_python(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return Expr, (self.polynomial, self.fingerprint)

    def __neg__(self) -> Expr:
        return Expr(
            {m: -c for m, c in self.polynomial.items()}, -self.fingerprint % FIELD
        )

    def __add__(self, other: Dim) -> Dim:
        return total((self, other)) if isinstance(other, Dim) else NotImplemented

    __radd__ = __add__

    def __sub__(self, other: Dim) -> Dim:
        return total((self, -other)) if isinstance(other, Dim) else NotImplemented

    def __rsub__(self, other: int) -> Dim:
        return total((-self, other)) if isinstance(other, int) else NotImplemented

    def __mul__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            image = self.fingerprint * other % FIELD
            return (
                Expr({m: c * other for m, c in self.polynomial.items()}, image)
                if other
                else 0
            )
        if not isinstance(other, Expr):
            return NotImplemented
        image = self.fingerprint * other.fingerprint % FIELD
        return Expr(
            _times(_gathered(self.polynomial), _gathered(other.polynomial)), image
        )

    __rmul__ = __mul__

    def __pow__(self, power: int) -> Dim:
        if not isinstance(power, int) or power < 0:
            return NotImplemented
        if power > MAX_DEGREE:
            raise DimError(say("dims.too_long"))
        return Expr(_power(_gathered(self.polynomial), power)) if power else 1

    def __floordiv__(self, other: Dim) -> Dim:
        return floor_div(self, other) if isinstance(other, Dim) else NotImplemented

    def __rfloordiv__(self, other: int) -> Dim:
        return floor_div(other, self) if isinstance(other, int) else NotImplemented

    def __mod__(self, other: Dim) -> Dim:
        return modulo(self, other) if isinstance(other, Dim) else NotImplemented

    def __rmod__(self, other: int) -> Dim:
        return modulo(other, self) if isinstance(other, int) else NotImplemented


Dim = int | Expr
Atom = Symbol | FloorDiv | Max | Min
Monomial = tuple[tuple[Atom, int], ...]
"""Atoms with their powers, by falling fingerprint; empty for the constant term."""
Terms = dict[Monomial, int]
"""A polynomial; no coefficient is zero."""


# --- what rules and readers compute with ------------------------------------------------------


def symbol(name: str) -> Expr:
    """The free hyperparameter of that name."""
    return Expr({((Symbol(name), 1),): 1})


def symbols(dim: Dim) -> frozenset[str]:
    """The names that a dimension depends on."""
    return dim.symbols if isinstance(dim, Expr) else frozenset()


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
            _add(terms, dim.polynomial)
            image += dim.fingerprint
    if not terms:
        return constant
    if constant:
        _add(terms, {(): constant})
    return _dim(terms, (image + constant) % FIELD)


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
        terms = _times(terms, _gathered(factor.polynomial))
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
    rest = dict(_terms(a))
    _add(rest, _times(_terms(b), _terms(floor_div(a, b))), -1)
    return _dim(rest)


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
        atom = _sole_atom(dim)
        if isinstance(atom, kind):
            waiting.extend(atom.args)
            continue
        ahead = [sign(direction * (dim - other)) for other in kept]
        if all(lead is None or lead > 0 for lead in ahead):
            kept = [
                dim,
                *(
                    other
                    for other, lead in zip(kept, ahead, strict=True)
                    if lead is None
                ),
            ]
    return kept[0] if len(kept) == 1 else Expr({((kind(kept), 1),): 1})


def bind(dim: Dim, values: Mapping[str, Dim]) -> Dim:
    """The dimension with names replaced by their values, all at once; other names stay.

    Raises DimError where that divides by zero.
    """
    return dim if symbols(dim).isdisjoint(values) else _bound(dim, values, {})


def _bound(dim: Dim, values: Mapping[str, Dim], known: dict[Atom, Dim]) -> Dim:
    summands = []
    for monomial, coefficient in _terms(dim).items():
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
        a, b = (
            _bound(part, values, known) for part in (atom.numerator, atom.denominator)
        )
        return -ceil_div(-a, b) if atom.ceiling else floor_div(a, b)
    args = (_bound(arg, values, known) for arg in atom.args)
    return maximum(*args) if isinstance(atom, Max) else minimum(*args)


# --- polynomials ------------------------------------------------------------------------------


def _terms(dim: Dim) -> Terms:
    """The polynomial that a dimension is; not to be changed."""
    return dim.polynomial if isinstance(dim, Expr) else {(): dim} if dim else {}


def _dim(terms: Terms, image: int | None = None) -> Dim:
    """The `Dim` of a polynomial: an integer where it, or its normal form, is constant."""
    if terms.keys() <= {()}:
        return terms.get((), 0)
    expr = Expr(terms, image)
    if min(expr.fingerprint, FIELD - expr.fingerprint) > SMALL:
        return expr
    try:
        reduced = _normal(terms)
    except DimError:  # too long to decide
        return expr
    return reduced.get((), 0) if reduced.keys() <= {()} else expr


def _sole_atom(dim: Dim) -> Atom | None:
    """The atom that a dimension is, if it is nothing more."""
    match [*_terms(dim).items()]:
        case [(((atom, 1),), 1)]:
            return atom
    return None


def _mix(*values: int) -> int:
    """A fingerprint for what obeys no identity: nonlinear, and the same on every platform."""
    mixed = 1
    for value in values:
        mixed = pow(mixed + value % FIELD + 7, 65537, FIELD)
    return mixed


def _image(dim: Dim) -> int:
    """The fingerprint of a dimension."""
    return dim.fingerprint if isinstance(dim, Expr) else dim % FIELD


def _image_of(terms: Terms) -> int:
    """The fingerprint of a polynomial."""
    image = 0
    for monomial, coefficient in terms.items():
        value = coefficient
        for atom, power in monomial:
            value = value * pow(atom.fingerprint, power, FIELD) % FIELD
        image += value
    return image % FIELD


def _image_of_floor(a: Dim, b: Dim) -> int:
    if isinstance(b, Expr):
        return _mix(2, _image(a), _image(b))
    if any(isinstance(atom, FloorDiv) for m in _terms(a) for atom, _ in m):
        try:
            return _image_of(_normal_floor(_normal(_terms(a)), b))
        except DimError:  # too long to compare with others
            pass
    return _mean(_image(a), b)


def _mean(image: int, b: int) -> int:
    """The mean of ⌊n/b⌋, n/b − (b − 1)/2b: linear, and true to the identities of normal form."""
    return (2 * image - b + 1) * pow(2 * b, FIELD - 2, FIELD) % FIELD


def _add(into: Terms, terms: Terms, factor: int = 1) -> None:
    """Add a multiple of `terms` to `into`, in place."""
    for monomial, coefficient in terms.items():
        value = into.get(monomial, 0) + factor * coefficient
        if value:
            into[monomial] = value
        else:
            into.pop(monomial, None)


def _nonzero(terms: Terms) -> Terms:
    """The polynomial without the coefficients that came out zero."""
    return {m: c for m, c in terms.items() if c}


def _times(left: Terms, right: Terms) -> Terms:
    """The product, expanded."""
    if len(left) * len(right) > MAX_TERMS:
        raise DimError(say("dims.too_long"))
    result: Terms = {}
    for a, x in left.items():
        _add(result, {_joined(a, b): y for b, y in right.items()}, x)
    return result


def _joined(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    powers = dict(left)
    for atom, power in right:
        powers[atom] = powers.get(atom, 0) + power
    if sum(powers.values()) > MAX_DEGREE:
        raise DimError(say("dims.too_long"))
    return tuple(
        sorted(powers.items(), key=lambda factor: factor[0].fingerprint, reverse=True)
    )


def _power(terms: Terms, power: int) -> Terms:
    """The power, expanded; `power` is at least 1."""
    if len(terms) == 1:
        ((monomial, coefficient),) = terms.items()
        return {tuple((atom, p * power) for atom, p in monomial): coefficient**power}
    result: Terms = {(): 1}
    for bit in f"{power:b}":
        result = _times(result, result)
        result = _times(result, terms) if bit == "1" else result
    return result


def _order(monomial: Monomial) -> tuple[int, list[tuple[int, int]]]:
    """A monomial order (graded lexicographic), which division of polynomials needs."""
    return sum(p for _, p in monomial), [(atom.fingerprint, p) for atom, p in monomial]


def _without(monomial: Monomial, divisor: Monomial) -> Monomial | None:
    """The quotient of two monomials, None where there is none."""
    powers = dict(monomial)
    for atom, power in divisor:
        powers[atom] = powers.get(atom, 0) - power
        if powers[atom] < 0:
            return None
    return tuple((atom, power) for atom, power in powers.items() if power)


def _divided(numerator: Terms, denominator: Terms) -> tuple[Terms, Terms]:
    """Quotient and remainder; multiples of the denominator do not change the remainder."""
    lead = max(denominator, key=_order)
    rest, quotient, remainder = dict(numerator), {}, {}
    while rest:
        monomial = max(rest, key=_order)
        factor = _without(monomial, lead)
        count = rest[monomial] // denominator[lead]
        if factor is None or not count:
            remainder[monomial] = rest.pop(monomial)
            continue
        quotient[factor] = count
        _add(rest, _times({factor: count}, denominator), -1)
        if len(quotient) > MAX_TERMS:
            raise DimError(say("dims.too_long"))
    return quotient, remainder


# --- floors -----------------------------------------------------------------------------------


def _by_constant(a: Expr, b: int) -> Dim:
    """⌊a/b⌋, b > 0: multiples of b leave the floor; what remains keeps its sign, as written."""
    terms, b = _lowest(a.polynomial, b)
    if b == 1:
        return _dim(terms)
    rest = {m: c % b if not m or c > 0 else -(-c % b) for m, c in terms.items()}
    result = _nonzero({m: (c - rest[m]) // b for m, c in terms.items()})
    up = all(c <= 0 for m, c in rest.items() if m)
    rest = _reflected(rest, b) if up else rest
    _add(result, {((FloorDiv(Expr(_nonzero(rest)), b), 1),): -1 if up else 1})
    return _dim(result)


def _reflected(terms: Terms, b: int) -> Terms:
    """The m with ⌊n/b⌋ = −⌊m/b⌋: b − 1 − n."""
    result: Terms = {(): b - 1}
    _add(result, terms, -1)
    return result


def _lowest(terms: Terms, b: int) -> tuple[Terms, int]:
    """The same floor without common factors, and with a floor inside merged: ⌊(⌊h/2⌋ + 1)/3⌋.

    Several floors inside are left alone: which of them to merge would be arbitrary.
    """
    while b > 1:
        common = gcd(b, *(c for m, c in terms.items() if m))
        if common > 1:
            terms, b = _nonzero({m: c // common for m, c in terms.items()}), b // common
            continue
        inside = [
            floor for floor in _floors(terms) if terms[floor[0]] % b in (1, b - 1)
        ]
        if len(inside) != 1:
            break
        up = terms[inside[0][0]] % b == 1
        terms, b = _merged(terms, inside[0], up), b * inside[0][2]
    return terms, b


def _floors(terms: Terms) -> list[tuple[Monomial, Dim, int]]:
    """The terms that are a floor over a constant, times a number: with what is in the floor."""
    return [
        (monomial, atom.numerator, atom.denominator)
        for monomial in terms
        if len(monomial) == 1 and monomial[0][1] == 1
        if isinstance(atom := monomial[0][0], FloorDiv)
        and isinstance(atom.denominator, int)
    ]


def _merged(terms: Terms, floor: tuple[Monomial, Dim, int], up: bool) -> Terms:
    """The x with terms = ⌊x/d⌋, where terms hold ⌊numerator/d⌋, or its negative if not `up`."""
    monomial, numerator, d = floor
    rest = dict(terms)
    _add(rest, {monomial: -1 if up else 1})
    result = dict(_terms(numerator)) if up else _reflected(_terms(numerator), d)
    _add(result, rest, d)
    return result


def _by_symbols(a: Dim, b: Expr, ceiling: bool = False) -> Dim:
    """⌊a/b⌋, a not 0: common factors cancel, and multiples of b leave the floor."""
    numerator, denominator = _terms(a), b.polynomial
    lead = max(denominator, key=_order)
    common = gcd(*numerator.values(), *denominator.values())
    common = common if denominator[lead] > 0 else -common
    powers = [dict(m) for m in (*numerator, *denominator)]
    shared = {atom: min(p.get(atom, 0) for p in powers) for atom, _ in lead}
    numerator = _cancelled(numerator, shared, common)
    denominator = _cancelled(denominator, shared, common)
    divisor = _dim(denominator)
    if isinstance(divisor, int):
        return floor_div(_dim(numerator), divisor)
    result, rest = _divided(numerator, denominator)
    if rest:
        up = ceiling or all(c < 0 for m, c in rest.items() if m or len(rest) == 1)
        _add(result, {((FloorDiv(_dim(rest), divisor, up), 1),): 1})
    return _dim(result)


def _cancelled(terms: Terms, shared: Mapping[Atom, int], common: int) -> Terms:
    return {
        tuple((a, p - shared.get(a, 0)) for a, p in m if p > shared.get(a, 0)): c
        // common
        for m, c in terms.items()
    }


def _gathered(terms: Terms) -> Terms:
    """Terms to multiply by, where k·(⌊n/d⌋ + b) with a linear b becomes k·⌊(n + d·b)/d⌋.

    Products of such sums would otherwise be expanded into formulas that nobody reads.
    """
    compound = [m for m in terms if any(not isinstance(atom, Symbol) for atom, _ in m)]
    if (
        len(terms) == 1
        or len(compound) != 1
        or any(sum(p for _, p in m) > 1 for m in terms)
    ):
        return terms
    monomial = compound[0]
    atom, scale = monomial[0][0], gcd(*terms.values())
    if not isinstance(atom, FloorDiv) or abs(terms[monomial]) != scale:
        return terms
    scale = scale if isinstance(atom.denominator, int) else terms[monomial]
    unit = {m: c // scale for m, c in terms.items()}
    if isinstance(atom.denominator, int):
        numerator = _merged(
            unit, (monomial, atom.numerator, atom.denominator), unit[monomial] > 0
        )
    else:
        numerator = dict(_terms(atom.numerator))
        rest = {m: c for m, c in unit.items() if m != monomial}
        _add(numerator, _times(rest, atom.denominator.polynomial))
    merged = FloorDiv(_dim(numerator), atom.denominator, atom.ceiling, _image_of(unit))
    return {((merged, 1),): scale}


def _normal(terms: Terms) -> Terms:
    """The polynomial in floors of least residues, without those that others express."""
    result: Terms = {}
    for monomial, coefficient in terms.items():
        factors: Terms = {(): coefficient}
        for atom, power in monomial:
            factors = _times(factors, _power(_normal_atom(atom), power))
        _add(result, factors)
    return result


def _normal_atom(atom: Atom) -> Terms:
    if not isinstance(atom, FloorDiv):
        return {((atom, 1),): 1}
    numerator = _normal(_terms(atom.numerator))
    if isinstance(atom.denominator, int):
        return _normal_floor(numerator, atom.denominator)
    result, rest = _divided(numerator, atom.denominator.polynomial)
    if rest:
        _add(result, {((FloorDiv(_dim(rest), atom.denominator), 1),): 1})
    return result


def _normal_floor(terms: Terms, b: int) -> Terms:
    """⌊terms/b⌋ as floors over the primes in b, the largest innermost."""
    factors = []
    prime = 2
    while b > 1:
        while b % prime and prime < LARGEST_PRIME:
            prime += 1
        factor = prime if b % prime == 0 else b
        factors.append(factor)
        b //= factor
    for factor in reversed(factors):
        terms = _normal_prime(terms, factor)
    return terms


def _normal_prime(terms: Terms, p: int) -> Terms:
    """⌊terms/p⌋ by ⌊n/p⌋ = −⌊(p − 1 − n)/p⌋ and, for small p, ⌊n/p⌋ + … + ⌊(n + p − 1)/p⌋ = n."""
    inside = [floor for floor in _floors(terms) if terms[floor[0]] % p in (1, p - 1)]
    if len(misplaced := [floor for floor in inside if floor[2] < p]) == 1:
        merged = _merged(terms, misplaced[0], terms[misplaced[0][0]] % p == 1)
        return _normal_prime(_normal_prime(merged, p), misplaced[0][2])
    mirror, direction = _reflected(terms, p), 1
    order = sorted(filter(None, terms), key=_order)
    if [mirror[m] % p for m in order] < [terms[m] % p for m in order]:
        terms, direction = mirror, -1
    result = _nonzero({m: direction * (c // p) for m, c in terms.items()})
    rest = _nonzero({m: c % p for m, c in terms.items()})
    constant = rest.pop((), 0)
    if rest and constant == p - 1 < LARGEST_SUM:
        _add(result, rest, direction)
        for smaller in range(constant):
            _add(result, _floor_term(rest, smaller, p), -direction)
    elif rest:
        _add(result, _floor_term(rest, constant, p), direction)
    return result


def _floor_term(terms: Terms, constant: int, b: int) -> Terms:
    numerator = Expr(_nonzero(terms | {(): constant}))
    return {((FloorDiv(numerator, b, image=_mean(numerator.fingerprint, b)), 1),): 1}


# --- print ------------------------------------------------------------------------------------


def as_python(dim: Dim) -> str:
    """A Python expression in the names, of + - * // ** ( ) max min; it evaluates to the value.

    >>> as_python(128 * symbol("f") * (symbol("h") // 2))
    '128*f*(h//2)'
    """
    if isinstance(dim, int):
        return str(dim)
    rows = [
        (c < 0, _code_term(abs(c), f, c > 0))
        for c, f in _arranged(dim.polynomial, _code_atom)
    ]
    return _sum(rows, " + ", " - ")


def as_text(dim: Dim, letters: Mapping[str, str] = {}) -> str:
    """The formula as people write it; `letters` says what stands for a name.

    >>> as_text(4608 * symbol("filters") ** 2 - symbol("k"), {"filters": "f"})
    '4,608f² − k'
    """
    return _text(dim, letters, " + ", " − ")


def _arranged(
    terms: Terms, write: Writer
) -> list[tuple[int, list[tuple[str, int, Atom]]]]:
    """Coefficients and factors (text, power, atom) in the order of print.

    Terms with floors, maxima and minima come first, then by falling degree; of one degree, what
    is subtracted comes last; then by name. `write` gives an atom's text and the sign that its
    text takes from it.
    """
    rows = []
    for monomial, coefficient in terms.items():
        signed, factors = coefficient, []
        for atom, power in monomial:
            text, direction = write(atom)
            signed *= direction**power
            length = 0 if isinstance(atom, Symbol) else len(text)  # ⌊h/2⌋ before ⌊h/16⌋
            factors.append(((length, text, -power), (text, power, atom)))
        factors.sort(key=lambda factor: factor[0])
        compound = sum(power for (length, _, power), _ in factors if length)
        degree = sum(power for (_, _, power), _ in factors)
        key = compound, degree, signed < 0, [sort_key for sort_key, _ in factors]
        rows.append((key, signed, [factor for _, factor in factors]))
    rows.sort(key=lambda row: row[0])
    return [(signed, factors) for _, signed, factors in rows]


def _sum(rows: list[tuple[bool, str]], plus: str, minus: str) -> str:
    text = "".join((minus if negative else plus) + term for negative, term in rows)
    return (
        minus.strip() + text.removeprefix(minus)
        if rows[0][0]
        else text.removeprefix(plus)
    )


def _code_term(size: int, factors: list[tuple[str, int, Atom]], positive: bool) -> str:
    alone = len(factors) == 1 and size == 1 and positive
    texts = [str(size)] if size != 1 or not factors else []
    for text, power, atom in factors:
        bare = not isinstance(atom, FloorDiv) or (alone and power == 1)
        texts.append(
            (text if bare else f"({text})") + (f"**{power}" if power > 1 else "")
        )
    return "*".join(texts)


def _code_atom(atom: Atom) -> tuple[str, int]:
    """The atom in Python, and the sign that its text takes from the term."""
    if isinstance(atom, Symbol):
        return atom.name, 1
    if isinstance(atom, FloorDiv):
        return f"{_code_operand(atom.numerator)}//{_code_operand(atom.denominator)}", 1
    return _call(atom, as_python), 1


def _code_operand(dim: Dim) -> str:
    text = as_python(dim)
    return (
        text if isinstance(_sole_atom(dim), Symbol) or text.isdecimal() else f"({text})"
    )


def _call(atom: Extremum, write: Callable[[Dim], str]) -> str:
    return f"{type(atom).__name__.lower()}({', '.join(sorted(map(write, atom.args)))})"


def _text(
    dim: Dim, letters: Mapping[str, str], plus: str = "+", minus: str = "−"
) -> str:
    if isinstance(dim, int):
        return f"{dim:,}".replace("-", "−")
    rows = _arranged(dim.polynomial, lambda atom: _text_atom(atom, letters))
    return _sum(
        [(c < 0, _text_term(abs(c), factors)) for c, factors in rows], plus, minus
    )


def _text_term(size: int, factors: list[tuple[str, int, Atom]]) -> str:
    texts = [f"{size:,}"] if size != 1 or not factors else []
    texts += (
        text + (str(p).translate(SUPERSCRIPT) if p > 1 else "")
        for text, p, _ in factors
    )
    short = all(len(text.rstrip("₀₁₂₃₄₅₆₇₈₉′")) == 1 for text, _, _ in factors)
    return ("" if short else "·").join(texts)


def _text_atom(atom: Atom, letters: Mapping[str, str]) -> tuple[str, int]:
    if isinstance(atom, Symbol):
        return letters.get(atom.name, atom.name), 1
    if isinstance(atom, Extremum):
        return _call(atom, lambda arg: _text(arg, letters)), 1
    a, b, direction, up = atom.numerator, atom.denominator, 1, atom.ceiling
    if isinstance(b, Expr) and up:
        a, direction = -a, -1
    elif isinstance(b, int) and _terms(a).get((), 0) == b - 1:
        a, up = a - (b - 1), True
    over, under = _text(a, letters), _text(b, letters)
    over = f"({over})" if len(_terms(a)) > 1 else over
    under = (
        under
        if isinstance(b, int) or isinstance(_sole_atom(b), Symbol)
        else f"({under})"
    )
    return (f"⌈{over}/{under}⌉" if up else f"⌊{over}/{under}⌋"), direction


SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
