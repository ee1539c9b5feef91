"""Dimensions as text, for Python and for people."""

from __future__ import annotations

from sizeup.dims.expressions import (
    Atom,
    Dim,
    Expr,
    Extremum,
    FloorDiv,
    Symbol,
    Terms,
    sole_atom,
    terms_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    Writer: TypeAlias = Callable[[Atom], tuple[str, int]]

SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def as_python(dim: Dim) -> str:
    """A Python expression in the names, of + - * // ** ( ) max min; it evaluates to the value.

    >>> as_python(128 * symbol("f") * (symbol("h") // 2))
    '128*f*(h//2)'
    """
    if isinstance(dim, int):
        return str(dim)
    if dim.written is None:
        terms = arranged(dim.polynomial, code_atom)
        rows = [(c < 0, _code_term(abs(c), f, c > 0)) for c, f in terms]
        object.__setattr__(dim, "written", _sum(rows, " + ", " - "))
    assert dim.written is not None
    return dim.written


def as_text(dim: Dim, letters: Mapping[str, str] = {}) -> str:
    """The formula as people write it; `letters` says what stands for a name.

    >>> as_text(4608 * symbol("filters") ** 2 - symbol("k"), {"filters": "f"})
    '4,608f² − k'
    """
    return _text(dim, letters, " + ", " − ")


def arranged(terms: Terms, write: Writer) -> list[tuple[int, list[tuple[str, int, Atom]]]]:
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
    return minus.strip() + text.removeprefix(minus) if rows[0][0] else text.removeprefix(plus)


def _code_term(size: int, factors: list[tuple[str, int, Atom]], positive: bool) -> str:
    alone = len(factors) == 1 and size == 1 and positive
    texts = [str(size)] if size != 1 or not factors else []
    for text, power, atom in factors:
        bare = not isinstance(atom, FloorDiv) or (alone and power == 1)
        texts.append((text if bare else f"({text})") + (f"**{power}" if power > 1 else ""))
    return "*".join(texts)


def code_atom(atom: Atom) -> tuple[str, int]:
    """The atom in Python, and the sign that its text takes from the term."""
    if isinstance(atom, Symbol):
        return atom.name, 1
    if isinstance(atom, FloorDiv):
        return f"{_code_operand(atom.numerator)}//{_code_operand(atom.denominator)}", 1
    return _call(atom, as_python), 1


def _code_operand(dim: Dim) -> str:
    text = as_python(dim)
    return text if isinstance(sole_atom(dim), Symbol) or text.isdecimal() else f"({text})"


def _call(atom: Extremum, write: Callable[[Dim], str]) -> str:
    return f"{type(atom).__name__.lower()}({', '.join(sorted(map(write, atom.args)))})"


def _text(dim: Dim, letters: Mapping[str, str], plus: str = "+", minus: str = "−") -> str:
    if isinstance(dim, int):
        return f"{dim:,}".replace("-", "−")
    rows = arranged(dim.polynomial, lambda atom: _text_atom(atom, letters))
    return _sum([(c < 0, _text_term(abs(c), factors)) for c, factors in rows], plus, minus)


def _text_term(size: int, factors: list[tuple[str, int, Atom]]) -> str:
    texts = [f"{size:,}"] if size != 1 or not factors else []
    texts += (text + (str(p).translate(SUPERSCRIPT) if p > 1 else "") for text, p, _ in factors)
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
    elif isinstance(b, int) and terms_of(a).get((), 0) == b - 1:
        a, up = a - (b - 1), True
    over, under = _text(a, letters), _text(b, letters)
    over = f"({over})" if len(terms_of(a)) > 1 else over
    under = under if isinstance(b, int) or isinstance(sole_atom(b), Symbol) else f"({under})"
    return (f"⌈{over}/{under}⌉" if up else f"⌊{over}/{under}⌋"), direction
