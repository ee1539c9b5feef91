"""Dimensions against SymPy and Python's own integers, over drawn expressions, and how they print."""

import math
import os
import pickle
import subprocess
import sys
from fractions import Fraction

import pytest
import sympy
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from sizeup.dims import (
    DimError,
    Expr,
    FloorDiv,
    Max,
    Min,
    Symbol,
    as_python,
    as_text,
    bind,
    ceil_div,
    floor_div,
    maximum,
    minimum,
    modulo,
    product,
    sign,
    symbol,
    symbols,
    total,
)
from sizeup.ratio import Ratio, dyadic, ratio

NAMES = ("a", "b", "c")
a, b, c = map(symbol, NAMES)
f, h, k, p, s, w = map(symbol, "fhkpsw")


def nonzero(divisor):
    """Points at which something is divided by zero are not drawn."""
    assume(divisor != 0)
    return divisor


OURS = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "neg": lambda x: -x,
    "square": lambda x: x**2,
    "floor": floor_div,
    "ceil": ceil_div,
    "mod": modulo,
    "max": maximum,
    "min": minimum,
}
SYMPY = OURS | {
    "floor": lambda x, y: sympy.floor(x / nonzero(y)),
    "ceil": lambda x, y: sympy.ceiling(x / nonzero(y)),
    "mod": lambda x, y: sympy.Mod(x, nonzero(y)),
    "max": sympy.Max,
    "min": sympy.Min,
}

leaves = st.sampled_from(NAMES) | st.integers(-9, 9)
divisors = st.sampled_from([-3, -2, -1, 1, 2, 3, 4, 6, 32])


def grown(trees):
    """Trees one level higher; most divisors are constants, as they are in networks."""
    return st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "max", "min"]), trees, trees),
        st.tuples(st.sampled_from(["neg", "square"]), trees),
        st.tuples(st.sampled_from(["floor", "ceil", "mod"]), trees, divisors | trees),
    )


trees = st.recursive(leaves, grown, max_leaves=8)


def linear(*divisors):
    """Linear forms with floors over these divisors."""
    return st.recursive(
        leaves,
        lambda x: st.one_of(
            st.tuples(st.sampled_from(["+", "-"]), x, x),
            st.tuples(st.just("*"), x, st.integers(-4, 4)),
            *(st.tuples(st.just("floor"), x, st.just(d)) for d in divisors),
        ),
        max_leaves=6,
    )


points = st.fixed_dictionaries({name: st.integers(-40, 40) for name in NAMES})


def computed(tree, operations, values):
    """The tree computed over other operations and leaves."""
    if isinstance(tree, tuple):
        return operations[tree[0]](*(computed(part, operations, values) for part in tree[1:]))
    return values.get(tree, tree)


def ours(tree):
    try:
        return computed(tree, OURS, {name: symbol(name) for name in NAMES})
    except DimError:  # a division by what is zero everywhere
        assume(False)


def truth(tree, point):
    """SymPy's value, from its numbers."""
    values = {leaf: sympy.Integer(point.get(leaf, leaf)) for leaf in (*range(-40, 41), *NAMES)}
    return int(computed(tree, SYMPY, values))


# --- values -----------------------------------------------------------------------------------


@settings(max_examples=400)
@given(trees, points)
def test_binding_gives_what_sympy_gives(tree, point):
    dim = ours(tree)
    expected = truth(tree, point)
    assert bind(dim, point) == expected
    assert type(bind(dim, point)) is int


@settings(max_examples=300)
@given(trees, points, st.sets(st.sampled_from(NAMES)))
def test_binding_in_two_steps_is_binding_at_once(tree, point, first):
    dim = ours(tree)
    expected = truth(tree, point)
    try:
        partly = bind(dim, {name: point[name] for name in first})
    except DimError:
        assume(False)
    assert symbols(partly) <= set(NAMES) - first
    assert bind(partly, point) == expected


@settings(max_examples=300)
@given(trees, points)
def test_the_python_formula_evaluates_to_the_value(tree, point):
    dim = ours(tree)
    expected = truth(tree, point)
    assert eval(as_python(dim), {"max": max, "min": min}, dict(point)) == expected


@given(trees, points)
def test_binding_names_to_expressions_replaces_all_at_once(tree, point):
    """Rename in a circle: nothing may be replaced twice."""
    circle = bind(ours(tree), {"a": b, "b": c, "c": a})
    expected = truth(tree, {"a": point["b"], "b": point["c"], "c": point["a"]})
    assert bind(circle, point) == expected


@given(trees)
def test_an_expression_is_never_constant_and_terms_rebuild_it(tree):
    dim = ours(tree)
    assume(isinstance(dim, Expr))
    assert symbols(dim)
    rebuilt = total(
        product(
            [
                coefficient,
                *(Expr({((atom, 1),): 1}) ** power for atom, power in monomial),
            ]
        )
        for coefficient, monomial in dim.terms
    )
    assert rebuilt == dim


# --- equality ---------------------------------------------------------------------------------

REWRITES = {
    "commuted sum": lambda x, y, n, d: (x + y, y + x),
    "commuted product": lambda x, y, n, d: (x * y, y * x),
    "distributed": lambda x, y, n, d: (x * (y + n), x * y + n * x),
    "squared": lambda x, y, n, d: ((x + y) ** 2, x * x + 2 * x * y + y * y),
    "floors multiplied": lambda x, y, n, d: ((x // d + n) * y, x // d * y + n * y),
    "shifted": lambda x, y, n, d: ((x + n * d) // d, x // d + n),
    "shifted by a multiple": lambda x, y, n, d: ((x + d * y) // d, x // d + y),
    "nested": lambda x, y, n, d: ((x // d) // n, x // (d * n)),
    "nested and shifted": lambda x, y, n, d: (
        (x // d + y) // n,
        (x + d * y) // (d * n),
    ),
    "common factor": lambda x, y, n, d: ((n * x) // (n * d), x // d),
    "common factor and rest": lambda x, y, n, d: ((n * x + n - 1) // (n * d), x // d),
    "ceiling by floor": lambda x, y, n, d: (ceil_div(x, d), (x + d - 1) // d),
    "ceiling by signs": lambda x, y, n, d: (ceil_div(x, d), -(-x // d)),
    "negative divisor": lambda x, y, n, d: (floor_div(x, -d), floor_div(-x, d)),
    "halves": lambda x, y, n, d: (x - floor_div(x, 2), floor_div(x + 1, 2)),
    "halves add up": lambda x, y, n, d: (floor_div(x, 2) + floor_div(x + 1, 2), x),
    "remainder": lambda x, y, n, d: (modulo(x, d), x - d * floor_div(x, d)),
    "remainder of a multiple": lambda x, y, n, d: (modulo(x + d * y, d), modulo(x, d)),
}


@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES)
@settings(max_examples=60)
@given(
    st.one_of(
        st.tuples(linear(), linear(), *[st.sampled_from([1, 2, 3, 4, 6, 8])] * 2),
        st.tuples(linear(2, 4), linear(2, 4), *[st.sampled_from([1, 2, 4, 8])] * 2),
    ),
    points,
)
def test_rewritten_dimensions_are_equal_with_equal_hashes(rewrite, drawn, point):
    """With floors inside, for the powers of two that strides are; without, for threes too."""
    left, right, n, d = drawn
    one, other = rewrite(ours(left), ours(right), n, d)
    x, y = truth(left, point), truth(right, point)
    assert bind(one, point) == bind(other, point) == rewrite(x, y, n, d)[0]
    assert one == other
    assert hash(one) == hash(other)
    assert one - other == 0
    assert as_python(one - other) == "0"


@settings(max_examples=300)
@given(trees, trees, points)
def test_equal_dimensions_have_equal_values(left, right, point):
    if ours(left) == ours(right):
        assert truth(left, point) == truth(right, point)


polynomials = st.recursive(
    leaves, lambda x: st.tuples(st.sampled_from(["+", "-", "*"]), x, x), max_leaves=7
)


@settings(max_examples=300)
@given(polynomials, polynomials)
@example(("*", "a", ("+", "b", 1)), ("+", ("*", "b", "a"), "a"))
def test_polynomials_are_equal_exactly_if_sympy_says_so(left, right):
    letters = {name: sympy.Symbol(name) for name in NAMES}
    difference = computed(left, SYMPY, letters) - computed(right, SYMPY, letters)
    assert (ours(left) == ours(right)) == (sympy.expand(difference) == 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((2 * h + 3) // 2, h + 1),
        ((2 * h + 1) // 4, h // 2),
        (((h + 1) // 2 + 1) // 2, (h + 3) // 4),
        (h // 1, h),
        ((f * h) // f, h),
        (((f + 1) * h) // (f + 1), h),
        ((6 * f * h) // (4 * f), (3 * h) // 2),
        ((h - 1) // -3, -((h + 1) // 3)),
        (h // (-p), (-h) // p),
        ((h + 2 * p) // p, h // p + 2),
        ((h - p) // p + 1, h // p),
        ((h // p + 1) * f, (h // p) * f + f),
        ((h - h // 2) // 3, (h + 1) // 6),
        (((h - h // 2) * f) // 3, (f * ((h + 1) // 2)) // 3),
        (maximum(h - h // 2, w), maximum(w, (h + 1) // 2)),
        (h // 4 + (h + 2) // 4, h // 2),
        ((h + 1) % 2, 1 - h % 2),
        ((-h) % 4, 3 - (h + 3) % 4),
    ],
    ids=str,
)
def test_known_identities_hold(one, other):
    assert one == other
    assert hash(one) == hash(other)
    assert len({one, other}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (h // 2, (h + 1) // 2),
        (2 * (h // 2), h),
        (2 * (h % 2), h % 2 + h % 2 + 0 * h + p - p + h - h + 1),
        (h % 2, w % 2),
        ((h // p) * p, h),
        (ceil_div(h, p), (h + p - 1) // p - 1),
        (maximum(h, w), minimum(h, w)),
        (h, 1),
    ],
    ids=str,
)
def test_different_dimensions_are_different(one, other):
    assert one != other


def test_what_cancels_by_an_identity_is_an_integer():
    assert type((h + 1) // 2 + h // 2 - h) is int
    assert type(bind(ceil_div(h, p) + h // p - h, {"p": 2})) is int
    assert type(modulo(4 * h + 3, 4)) is int
    assert type((h - w) - (h - w)) is int


# --- maxima and minima ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dim", "expected"),
    [
        (maximum(3, 7), 7),
        (minimum(3, 7, 5), 3),
        (maximum(h), h),
        (maximum(h, h), h),
        (maximum(h, h + 2, 3, 7), maximum(7, h + 2)),
        (minimum(h, h + 2, 3, 7), minimum(h, 3)),
        (maximum(maximum(h, 3), maximum(w, 5)), maximum(5, h, w)),
        (maximum((h + 1) // 2, h - h // 2 - 1), (h + 1) // 2),
        (maximum(h, minimum(w, 3)), maximum(minimum(3, w), h)),
    ],
    ids=str,
)
def test_extrema_are_flat_decided_and_sorted(dim, expected):
    assert dim == expected
    assert str(dim) == str(expected)


# --- the interface ----------------------------------------------------------------------------


def test_solvers_can_walk_terms_and_atoms():
    dim = 3 * f**2 * ((h + 1) // p) + maximum(h, 2) - 7
    (first, (x, y)), (second, ((most, _),)), (constant, none) = dim.terms
    assert (first, second, constant, none) == (3, 1, -7, ())
    assert x == (Symbol("f"), 2)
    assert isinstance(y[0], FloorDiv)
    assert (y[0].numerator, y[0].denominator, y[1]) == (h + 1, p, 1)
    assert isinstance(most, Max)
    assert not isinstance(most, Min)
    assert set(most.args) == {h, 2}
    assert dim.symbols == {"f", "h", "p"}


def test_integers_stay_integers():
    for value in (
        total([1, 2]),
        product([2, 3]),
        total([]),
        product([]),
        floor_div(7, -2),
    ):
        assert type(value) is int
    assert (product([]), total([]), floor_div(7, -2), ceil_div(7, -2)) == (1, 0, -4, -3)
    assert (h * 0, h**0, product([0, h]), 0 // h, modulo(0, h)) == (0, 1, 0, 0, 0)
    assert (symbols(3), sign(-3), sign(0), sign(4), sign(h), sign(h * h)) == (
        frozenset(), -1, 0, 1, None, None)  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: h < 3,
        lambda: bool(h),
        lambda: h * 0.5,
        lambda: h / 2,
        lambda: h ** (-1),
        lambda: h**w,
        lambda: int(h),
        lambda: range(h),
        lambda: h + "1",
        lambda: h + None,
    ],
)
def test_what_has_no_exact_answer_is_a_type_error(wrong):
    with pytest.raises(TypeError):
        wrong()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: h // 0,
        lambda: floor_div(3, 0),
        lambda: ceil_div(h, 0),
        lambda: modulo(h, 0),
        lambda: h // (p - p),
        lambda: bind(h // p, {"p": 0}),
        lambda: bind(h // (p - s), {"p": s}),
        lambda: ratio(h, 0),
    ],
)
def test_division_by_zero_is_a_dim_error(wrong):
    with pytest.raises(DimError, match="divided by zero"):
        wrong()


def nested(levels):
    dim = h
    for _ in range(levels):
        dim = (dim - 2) // p + 1
    return dim


def doubled(levels):
    dim = h
    for _ in range(levels):
        dim = (dim * (dim + 1)) // p
    return dim


@pytest.mark.parametrize(
    "hostile",
    [
        lambda: nested(10_000),
        lambda: doubled(40),
        lambda: (f + h + k + 1) ** 900,
        lambda: h ** (10**9),
        lambda: (2 * h) ** (10**9),
        lambda: product([h] * 2000),
        lambda: (h**1000 + 1) ** 2,
    ],
)
def test_hostile_expressions_end_in_an_error_soon(hostile):
    with pytest.raises(DimError, match="too many terms"):
        hostile()


def test_the_deepest_allowed_formula_is_still_python():
    deepest = nested(64)
    point = {"h": 10**30, "p": 2}
    assert bind(deepest, point) == eval(as_python(deepest), dict(point))
    assert pickle.loads(pickle.dumps(deepest)) == deepest


@pytest.mark.parametrize("attribute", ["polynomial", "fingerprint", "anything"])
def test_expressions_cannot_be_changed(attribute):
    with pytest.raises(AttributeError, match="immutable"):
        setattr(h + 1, attribute, 0)


@settings(max_examples=50)
@given(trees)
def test_pickled_dimensions_come_back_equal(tree):
    dim = ours(tree)
    back = pickle.loads(pickle.dumps(dim))
    assert back == dim
    assert as_text(back) == as_text(dim)


def test_hashes_and_print_do_not_depend_on_the_process():
    code = (
        "from sizeup.dims import *; a, b, c = map(symbol, 'abc');"
        "d = (a // b + 1) * (c % 4) + maximum(a, b, 3) // (b - c) + c * a * b;"
        "print(hash(d), d, as_text(d))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


# --- print ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dim", "text", "python"),
    [
        (4608, "4,608", "4608"),
        (-1234567, "−1,234,567", "-1234567"),
        (h, "h", "h"),
        (-h, "−h", "-h"),
        (2 * f, "2f", "2*f"),
        (1000 - 2 * f, "−2f + 1,000", "-2*f + 1000"),
        (4608 * f**2 + f * k, "4,608f² + fk", "4608*f**2 + f*k"),
        (f**12, "f¹²", "f**12"),
        (h - f, "h − f", "h - f"),
        (h // 2, "⌊h/2⌋", "h//2"),
        (-(h // 2), "−⌊h/2⌋", "-(h//2)"),
        (h // 2 + 1, "⌊h/2⌋ + 1", "h//2 + 1"),
        (3 * (h // 2), "3·⌊h/2⌋", "3*(h//2)"),
        ((h + 1) // 2, "⌈h/2⌉", "(h + 1)//2"),
        (-(-h // 2), "⌈h/2⌉", "(h + 1)//2"),
        (ceil_div(h, 2), "⌈h/2⌉", "(h + 1)//2"),
        ((h + 1) // 4, "⌊(h+1)/4⌋", "(h + 1)//4"),
        (2 * h // 3, "⌊2h/3⌋", "(2*h)//3"),
        ((h - k) // 2 + 1, "⌊(h−k)/2⌋ + 1", "(h - k)//2 + 1"),
        (((h + 1) // 2) ** 2 * f, "f·⌈h/2⌉²", "f*((h + 1)//2)**2"),
        (ceil_div(h, s), "⌈h/s⌉", "-((-h)//s)"),
        (-(-h // s), "⌈h/s⌉", "-((-h)//s)"),
        (ceil_div(h - k + 1, s), "⌈(h−k+1)/s⌉", "-((k - h - 1)//s)"),
        (ceil_div(h, s) ** 2 * f, "f·⌈h/s⌉²", "f*((-h)//s)**2"),
        ((h - k) // s, "⌊(h−k)/s⌋", "(h - k)//s"),
        (h // (2 * p), "⌊h/(2p)⌋", "h//(2*p)"),
        (h // (p - 1), "⌊h/(p−1)⌋", "h//(p - 1)"),
        (1 // p, "⌊1/p⌋", "1//p"),
        ((h // 2) // p, "⌊⌊h/2⌋/p⌋", "(h//2)//p"),
        (f * (h // 2 - 1), "f·⌊(h−2)/2⌋", "f*((h - 2)//2)"),
        (f * (h - h // 2), "f·⌈h/2⌉", "f*((h + 1)//2)"),
        (maximum(0, h - 2), "max(0, h−2)", "max(0, h - 2)"),
        (2 * minimum(w, h) ** 3, "2·min(h, w)³", "2*min(h, w)**3"),
        (3 * symbol("units") * f, "3·f·units", "3*f*units"),
        (symbol("nb_conv") ** 2 + 1, "nb_conv² + 1", "nb_conv**2 + 1"),
        (5 * symbol("f₂"), "5f₂", "5*f₂"),
    ],
    ids=str,
)
def test_dimensions_print_as_people_and_python_write_them(dim, text, python):
    assert as_text(dim) == text
    assert as_python(dim) == repr(dim) == python


LETTERS = {
    "nb_filters": "f",
    "nb_conv": "c",
    "nb_pool": "p",
    "img_rows": "h",
    "img_cols": "w",
    "nb_classes": "k",
}


def vgg1(nb_filters, nb_conv, nb_pool, img_rows, img_cols, nb_classes):
    """The parameters of two valid convolutions, pooling, Flatten, Dense(128), Dense."""
    sides = [
        ((side - nb_conv + 1 - nb_conv + 1) - nb_pool) // nb_pool + 1
        for side in (img_rows, img_cols)
    ]
    return total(
        [
            product([nb_conv, nb_conv, 1, nb_filters]),
            nb_filters,
            product([nb_conv, nb_conv, nb_filters, nb_filters]),
            nb_filters,
            product([product([nb_filters, *sides]), 128]),
            128,
            product([128, nb_classes]),
            nb_classes,
        ]
    )


def test_a_network_has_the_published_formula_and_count():
    free = vgg1(*map(symbol, LETTERS))
    assert as_text(free, LETTERS) == (
        "128·f·⌊(h−2c+2)/p⌋·⌊(w−2c+2)/p⌋ + c²f² + c²f + 2f + 129k + 128"
    )
    values = dict(zip(LETTERS, (32, 3, 2, 28, 28, 35), strict=True))
    assert bind(free, values) == 604_035 == vgg1(**values)
    halved = bind(free, {"nb_pool": 2})
    assert halved == vgg1(**{name: symbol(name) for name in LETTERS} | {"nb_pool": 2})
    assert as_text(halved, LETTERS) == (
        "128·f·⌊(h−2c+2)/2⌋·⌊(w−2c+2)/2⌋ + c²f² + c²f + 2f + 129k + 128"
    )


def test_halving_with_same_padding_keeps_one_floor_per_side():
    sides = [h, w]
    for _ in range(5):
        sides = [ceil_div(side, 2) for side in sides]
    assert as_text(product([512, *sides])) == "512·⌈h/32⌉·⌈w/32⌉"


def test_print_is_the_same_however_the_sum_was_built():
    parts = [128 * f * (h // p), f**2, 2 * f, 129 * k, maximum(h, w), 128]
    assert {as_text(total(parts[i:] + parts[:i])) for i in range(6)} == {as_text(total(parts))}


# --- fractions --------------------------------------------------------------------------------

fractions = st.builds(Fraction, st.integers(-30, 30), st.sampled_from([1, 2, 4, 8]))


@given(linear(2, 3), linear(2, 3), fractions, st.integers(1, 12), points)
def test_ratios_compute_as_fractions_do(left, right, shift, divisor, point):
    x, y = Fraction(truth(left, point)), truth(right, point)
    number = float(shift)
    exact = (x / divisor * shift + shift - y) * 3
    found = (ratio(ours(left), divisor) * number + number - ours(right)) * 3
    swapped = -3 * (ours(right) - (number + number * ratio(ours(left), divisor)))
    assert found == swapped
    assert bind(found.floor(), point) == math.floor(exact)
    assert bind(found.ceil(), point) == math.ceil(exact)
    if exact >= 0:
        assert bind(found.trunc(), point) == math.trunc(exact)


def test_a_ratio_is_exact_and_in_lowest_terms():
    half = ratio(6 * f, 12)
    assert (half.numerator, half.denominator) == (f, 2)
    assert half == ratio(-f, -2)
    assert hash(half) == hash(ratio(-f, -2))
    assert half + half == ratio(f, 1)
    assert half - half == ratio(0, 1)
    assert half.trunc() == f // 2
    assert half.ceil() == (f + 1) // 2
    assert ratio(-7, 2).trunc() == int(-7 / 2) == -3
    assert (half * 1.5).floor() == (3 * f) // 4
    assert pickle.loads(pickle.dumps(half)) == half
    assert isinstance(1 - half, Ratio)


@pytest.mark.parametrize("wrong", [lambda: ratio(f, 2) * 0.1, lambda: ratio(f, 2) + "a"])
def test_ratios_refuse_what_is_not_exact(wrong):
    with pytest.raises(TypeError):
        wrong()


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (0.5, (1, 2)),
        (-1.25, (-5, 4)),
        (3.0, (3, 1)),
        (2.0**-10, (1, 1024)),
        (2.0**-11, None),
        (0.1, None),
        (math.inf, None),
        (math.nan, None),
    ],
)
def test_dyadic_floats_are_told_from_others(x, expected):
    assert dyadic(x) == expected
