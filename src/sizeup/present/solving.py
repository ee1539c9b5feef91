"""Which hyperparameters are possible, as a page: how many, what they share, the plainest."""

from __future__ import annotations

from math import prod

from sizeup.analyses.solve import DEFAULT
from sizeup.present import units
from sizeup.present.blocks import Entries, Entry, Grid, Paragraph
from sizeup.present.solutions import bounds, choices, summary
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sizeup.analyses.solve import Solutions
    from sizeup.present.blocks import Block, Page

MOST_COLUMNS = 8
"""Solutions of so many names are a table."""
MOST_SOLUTIONS = 20
"""So many solutions are listed."""


def page(found: Solutions) -> Page:
    """How many there are and what they have in common, then the plainest of them."""
    assumed = tuple(Paragraph(text, quiet=True) for text in found.assumed)
    groups = [tuple(_how_many(found)), tuple(_solutions(found)), assumed]
    return tuple(group for group in groups if group)


def _how_many(found: Solutions) -> Iterator[Block]:
    if not found.listed:
        key = "solutions.none" if found.proved else "solutions.not_found"
        wider = [say("solutions.wider", name=name, most=4 * span[-1])
                 for name, span in found.bounds.items() if span == DEFAULT][:1]  # fmt: skip
        yield Paragraph(" ".join([say(key, bounds=bounds(found)), *wider]))
        return
    key = "solutions.all" if found.proved else "solutions.some"
    if found.count == 1:
        key += "_one"
    yield Paragraph(say(key, count=units.number(found.count), bounds=bounds(found)))
    entries = tuple(Entry("", text) for text in summary(found))
    if entries:
        yield Entries(entries)


def _solutions(found: Solutions) -> Iterator[Block]:
    """The plainest, without the names that nothing known depends on."""
    listed = [each.values for each in found.apart[:MOST_SOLUTIONS]]
    names = list(dict.fromkeys(name for values in listed for name in values))
    if not names:
        return
    if len(names) > MOST_COLUMNS:
        texts = (choices({name: [value] for name, value in values.items()}) for values in listed)
        yield Entries(tuple(Entry(f"{n}.", text) for n, text in enumerate(texts, 1)), numbers=True)
    else:
        rows = [tuple(units.value(values.get(name, "")) for name in names) for values in listed]
        yield Grid(tuple(names), tuple(rows), named=False)
    every = prod(len(found.shared.values[name]) for name in found.shared.apart)
    if found.count // every > len(listed):
        more = units.number(found.count // every - len(listed))
        yield Paragraph(say("solutions.more", count=more), quiet=True)
