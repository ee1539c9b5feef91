"""How plain a choice of hyperparameters is: what people would have chosen comes first.

Many hyperparameters may give one total, and the plain ones are the likely ones. Every value
costs something, and the plainest choice is the one whose values cost the least in sum:

- A value that is usual in the hyperparameter's role costs next to nothing: 3 for a kernel, 2 for
  a pool, 28 or 224 for an image's side, powers of two for filters and units. Roles are guessed
  from names (`nb_conv`, `img_rows`); a name that says nothing has no usual values.
- Any other costs by how long it is to write in a round base: by the bits of its odd part, or by
  its significant decimal digits, whichever is cheaper. So 32, 48, 100 are cheap and 797 is not.
- A value costs nothing if the name before it in the same role has the same one: square images,
  equal widths. In some roles, to differ costs extra.
"""

from __future__ import annotations

import re

from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


class Role(Record):
    """What a hyperparameter is for, as far as its name tells.

    `usual` are the usual values in tiers that cost 0, 1, 2, …; any other value costs `unusual`
    and its length. `apart` is what it costs to differ from the name before in the role.
    """

    hint: str
    usual: tuple[tuple[int, ...], ...] = ()
    unusual: int = 0
    apart: int = 0

    def cost(self, value: int) -> int:
        """What the value costs by itself."""
        for tier, values in enumerate(self.usual):
            if value in values:
                return tier
        return self.unusual + length(value)

    def plainest(self, values: Sequence[int], fits: Callable[[int], bool]) -> int | None:
        """The one of the values that costs the least of those that fit, the smallest of such."""
        for tier in self.usual:  # none of which costs more than what is not usual
            for value in sorted(tier):
                if value in values and fits(value):
                    return value
        fitting = (value for value in values if fits(value))
        return min(fitting, key=lambda value: (self.cost(value), value), default=None)


WINDOW = ((3,), (1, 5), (2, 7))
POWERS = (16, 32, 64, 128, 256, 512)
ROLES = (
    Role("kernel|window|filter_?(size|len)", WINDOW, unusual=6, apart=1),
    Role("pool|stride", ((2,), (3,), (1, 4)), unusual=6, apart=1),
    Role("channel", ((1, 3, *POWERS),), unusual=3),
    Role(
        "height|width|side|image|img|(?<![a-z])(row|col)",
        (
            (28, 32, 64, 128, 224, 256),
            (16, 48, 96, 100, 150, 160, 192, 200, 227, 299, 300, 384, 512),
        ),
        unusual=2,
        apart=2,
    ),
    Role("class|label|categor", ((2, 10, 100, 1000),), unusual=1),
    Role(
        "filter|unit|hidden|neuron|dense|dim|embed|feature",
        (POWERS, (8, 10, 20, 50, 100, 200, 500, 1000, 1024, 2048, 4096)),
        unusual=3,
    ),
    Role("conv", WINDOW, unusual=6, apart=1),
    Role(""),
)
"""The first whose hint is in a name is the name's role; the last takes every name."""


def length(value: int) -> int:
    """How long a value is to write in a round base, from 0.

    >>> [length(n) for n in (1, 2, 64, 3, 96, 10, 100, 28, 35, 797)]
    [0, 0, 0, 2, 2, 1, 1, 4, 5, 8]
    """
    if value == 0:
        return 0
    odd = abs(value) // (value & -value)
    digits = str(abs(value)).rstrip("0")
    return min(2 * odd.bit_length() - 2, 3 * len(digits) - 2 + (digits not in {"1", "2", "5"}))


class Habit(Record):
    """What people choose for one name: by its role, and by the name before in that role."""

    name: str
    role: Role
    before: str | None

    def cost(self, value: int) -> int:
        """What the value costs where it is not that of the name before."""
        return self.role.cost(value) + (self.role.apart if self.before else 0)


def habits(names: Iterable[str]) -> tuple[Habit, ...]:
    """The habits for names, in their order."""
    last: dict[Role, str] = {}
    found = []
    for name in names:
        role = next(role for role in ROLES if re.search(role.hint, name, re.IGNORECASE))
        found.append(Habit(name, role, last.get(role)))
        last[role] = name
    return tuple(found)


def cost(customs: Iterable[Habit], values: Mapping[str, int]) -> int:
    """What a choice of values costs in sum; the plainest costs the least."""
    return sum(
        habit.cost(values[habit.name])
        for habit in customs
        if habit.before is None or values[habit.before] != values[habit.name]
    )
