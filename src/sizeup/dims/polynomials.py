"""Polynomials over atoms, as dictionaries from monomials to coefficients."""

from __future__ import annotations

from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.dims.expressions import Monomial, Terms

FIELD = (1 << 61) - 1
"""The prime modulus of fingerprints."""
SMALL = 1 << 40
"""Up to this size, constants are recognised in sums whose atoms cancel by an identity."""
MAX_TERMS, MAX_DEGREE, MAX_DEPTH = 20_000, 1_000, 64
"""Beyond these an expression is refused: nobody reads it, and source code is not trusted.
At 64 floors inside each other the parentheses of the formula are still valid Python."""


class DimError(ValueError):
    """A division by zero, or an expression beyond all bounds."""


def mix(*values: int) -> int:
    """A fingerprint for what obeys no identity: nonlinear, and the same on every platform."""
    mixed = 1
    for value in values:
        mixed = pow(mixed + value % FIELD + 7, 65537, FIELD)
    return mixed


def image_of_terms(terms: Terms) -> int:
    """The fingerprint of a polynomial."""
    image = 0
    for monomial, coefficient in terms.items():
        value = coefficient
        for atom, power in monomial:
            value = value * pow(atom.fingerprint, power, FIELD) % FIELD
        image += value
    return image % FIELD


def add(into: Terms, terms: Terms, factor: int = 1) -> None:
    """Add a multiple of `terms` to `into`, in place."""
    for monomial, coefficient in terms.items():
        value = into.get(monomial, 0) + factor * coefficient
        if value:
            into[monomial] = value
        else:
            into.pop(monomial, None)


def nonzero(terms: Terms) -> Terms:
    """The polynomial without the coefficients that came out zero."""
    return {m: c for m, c in terms.items() if c}


def times(left: Terms, right: Terms) -> Terms:
    """The product, expanded."""
    if len(left) * len(right) > MAX_TERMS:
        raise DimError(say("dims.too_long"))
    result: Terms = {}
    for a, x in left.items():
        add(result, {_joined(a, b): y for b, y in right.items()}, x)
    return result


def _joined(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    powers = dict(left)
    for atom, power in right:
        powers[atom] = powers.get(atom, 0) + power
    if sum(powers.values()) > MAX_DEGREE:
        raise DimError(say("dims.too_long"))
    return tuple(sorted(powers.items(), key=lambda factor: factor[0].fingerprint, reverse=True))


def to_power(terms: Terms, power: int) -> Terms:
    """The power, expanded; `power` is at least 1."""
    if len(terms) == 1:
        ((monomial, coefficient),) = terms.items()
        return {tuple((atom, p * power) for atom, p in monomial): coefficient**power}
    result: Terms = {(): 1}
    for bit in f"{power:b}":
        result = times(result, result)
        result = times(result, terms) if bit == "1" else result
    return result


def monomial_order(monomial: Monomial) -> tuple[int, list[tuple[int, int]]]:
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


def divided(numerator: Terms, denominator: Terms) -> tuple[Terms, Terms]:
    """Quotient and remainder; multiples of the denominator do not change the remainder."""
    lead = max(denominator, key=monomial_order)
    rest, quotient, remainder = dict(numerator), {}, {}
    while rest:
        monomial = max(rest, key=monomial_order)
        factor = _without(monomial, lead)
        count = rest[monomial] // denominator[lead]
        if factor is None or not count:
            remainder[monomial] = rest.pop(monomial)
            continue
        quotient[factor] = count
        add(rest, times({factor: count}, denominator), -1)
        if len(quotient) > MAX_TERMS:
            raise DimError(say("dims.too_long"))
    return quotient, remainder
