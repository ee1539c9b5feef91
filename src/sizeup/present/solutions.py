"""Which hyperparameters are possible, in words."""

from __future__ import annotations

from itertools import pairwise
from math import prod

from sizeup.dims import as_text
from sizeup.present import units
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from sizeup.analyses.shared import Relation
    from sizeup.analyses.solve import Solutions

MOST_VALUES = 5
"""So many values of a name are listed one by one."""
FEW = 5
"""So many solutions are seen at a glance."""


def is_product(found: Solutions) -> bool:
    """Whether every choice of one value of each name is a solution, and nothing else is."""
    whole = found.count == prod(map(len, found.shared.values.values()))
    alike = len({frozenset(each.values) for each in found.listed}) < 2
    return found.proved and whole and alike


def summary(found: Solutions) -> Iterator[str]:
    """What many solutions have in common: the values that names take, and what always holds."""
    values = {n: v for n, v in found.shared.values.items() if n not in found.shared.apart}
    if len(found.apart) > FEW or is_product(found):
        yield choices(values) if found.proved else say("solutions.among", values=choices(values))
    facts = always(found.shared.relations, {})
    if facts:
        yield say("page.always", facts=facts)
    if found.shared.apart:
        loose = choices({name: found.shared.values[name] for name in found.shared.apart})
        yield say("solutions.apart", values=loose)


def choices(values: Mapping[str, Sequence[Any]]) -> str:
    """`f 32 · c 3 · h and w each 28 or 29`: names with the same choice stand together."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, column in values.items():
        alike.setdefault((said(column), "" if len(column) > 1 else name), []).append(name)
    parts = []
    for (text, _), names in alike.items():
        key = "solutions.each" if len(names) > 1 else "solutions.one"
        parts.append(say(key, names=listing(names), values=text).replace(" ", units.GLUE))
    return units.JOINT.join(parts)


def said(values: Sequence[Any]) -> str:
    """`28 or 29`, `1 … 1,024`, `1, 3, 5 … 99`, `small or large`."""
    if any(type(value) is not int for value in values):
        return listing(list(map(units.value, values)), "page.or")
    if len(values) > 2 and values[-1] - values[0] == len(values) - 1:
        return say("solutions.range", first=units.number(values[0]), last=units.number(values[-1]))
    shown = list(map(units.number, values))
    if len(shown) > MOST_VALUES:
        first = ", ".join(shown[: MOST_VALUES - 2])
        even = len({b - a for a, b in pairwise(values)}) == 1
        key = "solutions.range" if even else "solutions.among_values"
        return say(key, first=first, last=shown[-1], count=units.number(len(values)))
    return listing(shown, "page.or")


def listing(items: Sequence[str], key: str = "page.and") -> str:
    """`a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return say(key, items=", ".join(items[:-1]), last=items[-1])


def how_many(things: Sequence[object]) -> str:
    """`one`, `both` or `all`."""
    return {1: "one", 2: "both"}.get(len(things), "all")


def bounds(found: Solutions) -> str:
    """`within 1 … 1,024`, name by name where they differ."""
    spans = {name: said(list(span)) for name, span in found.bounds.items()}
    if len(set(spans.values())) == 1:
        return say("solutions.within", span=next(iter(spans.values())))
    return say("solutions.within", span=", ".join(f"{name} {span}" for name, span in spans.items()))


def always(relations: Iterable[Relation], letters: Mapping[str, str]) -> str:
    """What holds in all solutions although the values differ: `⌊(h−2c+2)/p⌋ = 12`."""
    compound = [r for r in relations if not as_text(r.left).isidentifier()]
    equal = [
        r for r in relations if as_text(r.left).isidentifier() and not isinstance(r.right, int)
    ]
    texts = [f"{as_text(r.left, letters)} = {as_text(r.right, letters)}" for r in equal + compound]
    return listing([text.replace(" ", units.GLUE) for text in sorted(texts)])
