"""Atoms and expressions: what a dimension is made of, and its operators."""

from __future__ import annotations

from sizeup.dims.polynomials import (
    FIELD,
    MAX_DEGREE,
    MAX_DEPTH,
    MAX_TERMS,
    SMALL,
    DimError,
    image_of_terms,
    mix,
    times,
    to_power,
)
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, NoReturn


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
        _put(self, "fingerprint", mix(1, int.from_bytes(name.encode())))

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
        atoms = [atom for part in parts for monomial in terms_of(part) for atom, _ in monomial]
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
        ordered = tuple(sorted(args, key=image_of))
        _put(self, "args", ordered)
        self._measure(*ordered)
        _put(
            self,
            "fingerprint",
            mix(3 if isinstance(self, Max) else 4, *map(image_of, ordered)),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Extremum) and type(other) is type(self) and self.args == other.args

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

    __slots__ = ("polynomial", "written")
    polynomial: Terms
    written: str | None  # its text for Python, once somebody has asked

    def __init__(self, polynomial: Terms, image: int | None = None) -> None:
        _put(self, "polynomial", polynomial)
        _put(self, "written", None)
        _put(self, "fingerprint", image_of_terms(polynomial) if image is None else image)

    @property
    def terms(self) -> tuple[tuple[int, Monomial], ...]:
        """Coefficients, each with its atoms and their powers, in the order of print."""
        return tuple(
            (coefficient, tuple((atom, power) for _, power, atom in factors))
            for coefficient, factors in printing.arranged(self.polynomial, printing.code_atom)
        )

    @property
    def symbols(self) -> frozenset[str]:
        """The names that it depends on."""
        return frozenset().union(*(atom.symbols for m in self.polynomial for atom, _ in m))

    def bind(self, values: Mapping[str, Dim]) -> Dim:
        """See the function `bind`."""
        return operations.bind(self, values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Expr) or self.fingerprint != other.fingerprint:
            return False
        return self.polynomial == other.polynomial or self - other == 0

    __hash__ = _Frozen.__hash__

    def __bool__(self) -> NoReturn:
        raise TypeError("whether an expression is zero depends on its symbols: use sign()")

    def __repr__(self) -> str:
        return printing.as_python(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return Expr, (self.polynomial, self.fingerprint)

    def __neg__(self) -> Expr:
        return Expr({m: -c for m, c in self.polynomial.items()}, -self.fingerprint % FIELD)

    def __add__(self, other: Dim) -> Dim:
        return operations.total((self, other)) if isinstance(other, Dim) else NotImplemented

    __radd__ = __add__

    def __sub__(self, other: Dim) -> Dim:
        return operations.total((self, -other)) if isinstance(other, Dim) else NotImplemented

    def __rsub__(self, other: int) -> Dim:
        return operations.total((-self, other)) if isinstance(other, int) else NotImplemented

    def __mul__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            image = self.fingerprint * other % FIELD
            return Expr({m: c * other for m, c in self.polynomial.items()}, image) if other else 0
        if not isinstance(other, Expr):
            return NotImplemented
        image = self.fingerprint * other.fingerprint % FIELD
        return Expr(
            times(operations.gathered(self.polynomial), operations.gathered(other.polynomial)),
            image,
        )

    __rmul__ = __mul__

    def __pow__(self, power: int) -> Dim:
        if not isinstance(power, int) or power < 0:
            return NotImplemented
        if power > MAX_DEGREE:
            raise DimError(say("dims.too_long"))
        return Expr(to_power(operations.gathered(self.polynomial), power)) if power else 1

    def __floordiv__(self, other: Dim) -> Dim:
        return operations.floor_div(self, other) if isinstance(other, Dim) else NotImplemented

    def __rfloordiv__(self, other: int) -> Dim:
        return operations.floor_div(other, self) if isinstance(other, int) else NotImplemented

    def __mod__(self, other: Dim) -> Dim:
        return operations.modulo(self, other) if isinstance(other, Dim) else NotImplemented

    def __rmod__(self, other: int) -> Dim:
        return operations.modulo(other, self) if isinstance(other, int) else NotImplemented


Dim = int | Expr
Atom = Symbol | FloorDiv | Max | Min
Monomial = tuple[tuple[Atom, int], ...]
"""Atoms with their powers, by falling fingerprint; empty for the constant term."""
Terms = dict[Monomial, int]
"""A polynomial; no coefficient is zero."""


def symbols(dim: Dim) -> frozenset[str]:
    """The names that a dimension depends on."""
    return dim.symbols if isinstance(dim, Expr) else frozenset()


def terms_of(dim: Dim) -> Terms:
    """The polynomial that a dimension is; not to be changed."""
    return dim.polynomial if isinstance(dim, Expr) else {(): dim} if dim else {}


def dim_of(terms: Terms, image: int | None = None) -> Dim:
    """The `Dim` of a polynomial: an integer where it, or its normal form, is constant."""
    if terms.keys() <= {()}:
        return terms.get((), 0)
    expr = Expr(terms, image)
    if min(expr.fingerprint, FIELD - expr.fingerprint) > SMALL:
        return expr
    try:
        reduced = normal.normal_form(terms)
    except DimError:  # too long to decide
        return expr
    return reduced.get((), 0) if reduced.keys() <= {()} else expr


def sole_atom(dim: Dim) -> Atom | None:
    """The atom that a dimension is, if it is nothing more."""
    match [*terms_of(dim).items()]:
        case [(((atom, 1),), 1)]:
            return atom
    return None


def image_of(dim: Dim) -> int:
    """The fingerprint of a dimension."""
    return dim.fingerprint if isinstance(dim, Expr) else dim % FIELD


def _image_of_floor(a: Dim, b: Dim) -> int:
    if isinstance(b, Expr):
        return mix(2, image_of(a), image_of(b))
    if any(isinstance(atom, FloorDiv) for m in terms_of(a) for atom, _ in m):
        try:
            return image_of_terms(normal.normal_floor(normal.normal_form(terms_of(a)), b))
        except DimError:  # too long to compare with others
            pass
    return mean(image_of(a), b)


def mean(image: int, b: int) -> int:
    """The mean of ⌊n/b⌋, n/b − (b − 1)/2b: linear, and true to the identities of normal form."""
    return (2 * image - b + 1) * pow(2 * b, FIELD - 2, FIELD) % FIELD


# The operators need what is built on expressions, when they are called.
from sizeup.dims import normal, operations, printing  # noqa: E402
