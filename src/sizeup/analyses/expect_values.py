"""Which integer a changed number would be: the values that meet a total, and how likely each is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from sizeup.analyses.plainness import length
from sizeup.dims import Dim, DimError, Expr, FloorDiv, Symbol, bind
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sizeup.dims import Atom

    Span = tuple[int, int]

SCANNED = 1_024
"""Values that are tried one by one where a count may rise and fall."""
LISTED = 2_000
"""Values of a span that are weighed one by one."""
PLAIN = 2
"""The surprise up to which a value is plain enough for one of two changes."""
UNUSUAL = 4
"""What a value costs besides its length where nobody's habit speaks for it."""


class Role(Record):
    """What a number is for: the largest that it may be, and usual values in tiers of cost 0, 1.

    A usual value costs more beyond `reach` doublings or halvings.
    """

    name: str
    most: int
    usual: tuple[tuple[int, ...], ...]
    reach: int = 3


WIDTH = Role(
    "width",
    1 << 16,
    (
        (8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096),
        (10, 20, 24, 48, 50, 96, 100, 150, 192, 200, 300, 320, 384, 400, 500, 640, 768, 1000,
         1280, 1536),
    ),
)  # fmt: skip
CLASSES = Role(
    "classes",
    1 << 16,
    ((10, 100, 1000, 2, 1), (3, 4, 5, 6, 7, 8, 12, 15, 20, 21, 26, 35, 37, 43, 47, 50, 62, 80, 91,
     101, 102, 120, 200, 256, 257, 365, 1001, 21_841)),
    reach=10,
)  # fmt: skip
VOCABULARY = Role(
    "vocabulary",
    1_000_000,
    ((1_000, 5_000, 10_000, 20_000, 30_000, 50_000, 100_000),
     (2_000, 8_000, 15_000, 16_000, 25_000, 30_522, 32_000, 40_000, 50_257, 60_000, 400_000)),
)  # fmt: skip
CHANNELS = Role("channels", 4_096, ((1, 3), (2, 4)))
SIDE = Role(
    "side",
    4_096,
    (
        (28, 32, 64, 128, 224, 256),
        (16, 48, 96, 100, 112, 150, 160, 192, 200, 227, 299, 300, 384, 512),
    ),
)
KERNEL = Role("kernel", 64, ((1, 3), (2, 5, 7), (4, 9, 11)))
POOL = Role("pool", 64, ((1, 2), (3, 4)))
FEW = Role("few", 256, ((1, 2, 4, 8), (3, 6, 12, 16)))


def surprise(role: Role, before: int, value: int) -> int:
    """How unlikely it is that this value was meant instead of that: 0 is the plainest.

    Usual values and those near by a simple ratio or by one are plain; any other costs by how
    long it is to write in a round base.
    """
    far = abs(value.bit_length() - before.bit_length())
    costs = [UNUSUAL + length(value) + far // 2]
    apart = max(0, far - role.reach)
    costs += [tier + apart for tier, values in enumerate(role.usual) if value in values]
    if value == 2 * before or 2 * value == before:
        costs.append(0)
    ratios = (4 * value == before, 3 * value == before, 4 * value == 3 * before, 2 * value == 3 * before,
              value == 3 * before, value == 4 * before, 3 * value == 2 * before)  # fmt: skip
    if any(ratios) or abs(value - before) <= 2:  # padding, a word for the unknown
        costs.append(2)
    return min(costs)


def plainest(role: Role, before: int, span: Span) -> int:
    """The likeliest value of a span, of equals the most usual; what it was before is none."""
    low, high = span
    if high - low < LISTED:
        values: Sequence[int] = range(low, high + 1)
    else:
        step = 10 ** (len(str(high - low)) - 1)
        values = [low, *range(-(-low // step) * step, high + 1, step)]
        values += [v for tier in role.usual for v in tier if low <= v <= high]
    usual = [value for tier in role.usual for value in tier]
    rank = {value: place for place, value in enumerate(usual)}
    return min(
        (value for value in values if value != before),
        key=lambda value: (surprise(role, before, value), rank.get(value, len(usual)), value),
    )


def meeting(dim: Dim, name: str, span: Span, most: int) -> Iterator[Span]:
    """The spans of values of a name, 1 to `most`, for which an expression lies in a span.

    All of them where it rises throughout, up to 1,024 else.
    """
    if not isinstance(dim, Expr):
        return
    low, high = span

    def at(value: int) -> int | None:
        try:
            found = bind(dim, {name: value})
        except DimError:
            return None
        return found if isinstance(found, int) else None

    if rises(dim, name):
        values = range(1, most + 1)
        first = bisect_left(values, low, key=lambda v: at(v) or 0)
        last = bisect_right(values, high, key=lambda v: at(v) or 0)
        if first < last:
            yield first + 1, last
        return
    yield from runs(range(1, min(most, SCANNED) + 1), at, low, high)


def runs(
    values: Sequence[int], at: Callable[[int], int | None], low: int, high: int
) -> Iterator[Span]:
    """Neighbours among values whose count lies within bounds."""
    start = None
    for value in values:
        found = at(value)
        if found is not None and low <= found <= high:
            start = value if start is None else start
            end = value
        elif start is not None:
            yield start, end
            start = None
    if start is not None:
        yield start, end


def rises(dim: Dim, name: str) -> bool:
    """Whether an expression plainly never falls while a name that is at least 1 grows."""
    if not isinstance(dim, Expr):
        return True
    return all(
        coefficient > 0 and all(_rises(atom, name) for atom, _ in factors)
        for coefficient, factors in dim.terms
        if any(name in atom.symbols for atom, _ in factors)
    )


def _rises(atom: Atom, name: str) -> bool:
    """The same of a factor, which is then never negative either."""
    if isinstance(atom, Symbol) or name not in atom.symbols:
        return True
    if isinstance(atom, FloorDiv):
        positive = isinstance(atom.denominator, int) and atom.denominator > 0
        return positive and _positive(atom.numerator, name)
    return all(_positive(arg, name) for arg in atom.args)


def _positive(dim: Dim, name: str) -> bool:
    """Whether a part rises and is nowhere negative."""
    if not rises(dim, name):
        return False
    first = bind(dim, {name: 1})
    return isinstance(first, int) and first >= 0


def plain_values(role: Role, before: int) -> Iterator[int]:
    """The values of a number that need no explanation."""
    usual = [value for tier in role.usual for value in tier]
    near = [before * 2, before // 2, before * 4, before // 4, before * 3, before + 1, before + 2]
    for value in dict.fromkeys([*near, *usual]):
        if 0 < value != before and surprise(role, before, value) <= PLAIN:
            yield value


def value_at(dim: Dim, name: str, value: int) -> Dim | None:
    """An expression at a value of a name; None where it has none there."""
    try:
        return bind(dim, {name: value})
    except DimError:
        return None
