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

from sizeup.dims.expressions import (
    Atom,
    Dim,
    Expr,
    Extremum,
    FloorDiv,
    Max,
    Min,
    Monomial,
    Symbol,
    symbols,
)
from sizeup.dims.operations import (
    bind,
    ceil_div,
    floor_div,
    maximum,
    minimum,
    modulo,
    product,
    sign,
    symbol,
    total,
)
from sizeup.dims.polynomials import DimError
from sizeup.dims.printing import as_python, as_text

__all__ = [
    "Atom",
    "Dim",
    "DimError",
    "Expr",
    "Extremum",
    "FloorDiv",
    "Max",
    "Min",
    "Monomial",
    "Symbol",
    "as_python",
    "as_text",
    "bind",
    "ceil_div",
    "floor_div",
    "maximum",
    "minimum",
    "modulo",
    "product",
    "sign",
    "symbol",
    "symbols",
    "total",
]
