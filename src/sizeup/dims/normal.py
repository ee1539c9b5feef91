"""The normal form that decides whether two expressions are equal."""

from __future__ import annotations

from sizeup.dims.expressions import Atom, Expr, FloorDiv, Terms, dim_of, mean, terms_of
from sizeup.dims.operations import floors_in, reflected, with_merged
from sizeup.dims.polynomials import add, divided, monomial_order, nonzero, times, to_power

LARGEST_PRIME, LARGEST_SUM = 1_000, 3
"""Normal form looks for prime factors up to the first, and replaces the last of p complementary
floors by the others for primes p up to the second."""


def normal_form(terms: Terms) -> Terms:
    """The polynomial in floors of least residues, without those that others express."""
    result: Terms = {}
    for monomial, coefficient in terms.items():
        factors: Terms = {(): coefficient}
        for atom, power in monomial:
            factors = times(factors, to_power(_normal_atom(atom), power))
        add(result, factors)
    return result


def _normal_atom(atom: Atom) -> Terms:
    if not isinstance(atom, FloorDiv):
        return {((atom, 1),): 1}
    numerator = normal_form(terms_of(atom.numerator))
    if isinstance(atom.denominator, int):
        return normal_floor(numerator, atom.denominator)
    result, rest = divided(numerator, atom.denominator.polynomial)
    if rest:
        add(result, {((FloorDiv(dim_of(rest), atom.denominator), 1),): 1})
    return result


def normal_floor(terms: Terms, b: int) -> Terms:
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
    inside = [floor for floor in floors_in(terms) if terms[floor[0]] % p in (1, p - 1)]
    if len(misplaced := [floor for floor in inside if floor[2] < p]) == 1:
        merged = with_merged(terms, misplaced[0], terms[misplaced[0][0]] % p == 1)
        return _normal_prime(_normal_prime(merged, p), misplaced[0][2])
    mirror, direction = reflected(terms, p), 1
    order = sorted(filter(None, terms), key=monomial_order)
    if [mirror[m] % p for m in order] < [terms[m] % p for m in order]:
        terms, direction = mirror, -1
    result = nonzero({m: direction * (c // p) for m, c in terms.items()})
    rest = nonzero({m: c % p for m, c in terms.items()})
    constant = rest.pop((), 0)
    if rest and constant == p - 1 < LARGEST_SUM:
        add(result, rest, direction)
        for smaller in range(constant):
            add(result, _floor_term(rest, smaller, p), -direction)
    elif rest:
        add(result, _floor_term(rest, constant, p), direction)
    return result


def _floor_term(terms: Terms, constant: int, b: int) -> Terms:
    numerator = Expr(nonzero(terms | {(): constant}))
    return {((FloorDiv(numerator, b, image=mean(numerator.fingerprint, b)), 1),): 1}
