"""What is said of a finding, from top to bottom."""

from __future__ import annotations

from dataclasses import replace

from sizeup.analyses.telling import told_apart
from sizeup.places import place
from sizeup.present import difference, drivers, expect, story, sweeps, units
from sizeup.present.blocks import Entries, Entry, Grid, Paragraph, Sections
from sizeup.present.letters import letters_for
from sizeup.present.notes import Footnotes, repairs
from sizeup.present.sections import formula, section
from sizeup.present.solutions import always, bounds, choices, how_many, is_product, listing
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sizeup.analyses.count import Count
    from sizeup.analyses.diff import Diff
    from sizeup.analyses.expect import Expectation
    from sizeup.analyses.explain import Explanation
    from sizeup.analyses.sweep import Point
    from sizeup.present.blocks import Block, Page, Section
    from sizeup.zoo import Architecture

    Letters = Mapping[str, str]

MANY = 3
"""From so many networks on, a list of them comes first."""
MANY_OUTCOMES = 5
"""Of so many outcomes of conditions it is no longer said what drives them."""


def page_of_counts(
    counts: Sequence[Count],
    depth: int | None = None,
    points: Sequence[Point] = (),
    expectations: Sequence[tuple[Expectation, str]] = (),
) -> Page:
    """Networks with their layers, how they go with what was varied, and what was expected."""
    letters = _letters(counts)
    notes = Footnotes(counts)
    return _groups(
        [*_header(counts, notes)],
        _formulas((), counts, letters),
        *_tables(counts, letters, notes, depth),
        *_drivers(counts, letters),
        [sweeps.table(points, letters)] if points else [],
        *(expect.blocks(*each) for each in expectations),
        _footnotes(notes),
    )


def page_of_diff(diff: Diff) -> Page:
    """Two networks side by side, and why they differ."""
    diff = told_apart(diff)
    counts = (diff.before, diff.after)
    letters = _letters(counts)
    notes = Footnotes(counts)
    return _groups(
        [*_header(counts, notes)],
        _formulas(counts, counts, letters),
        difference.summary(diff),
        difference.why(diff, letters),
        difference.words(diff),
        difference.layers(diff, letters),
        _footnotes(notes, counts),
    )


def page_of_zoo(architectures: Sequence[Architecture]) -> Page:
    """The architectures that ship with sizeup, grouped by where they were published."""
    groups: dict[str, list[Entry]] = {}
    for each in architectures:
        names = listing([f"zoo:{each.name}", *each.aliases], "page.or")
        groups.setdefault(each.reference, []).append(Entry(names, each.published))
    return tuple(
        (Paragraph("", strong=title), Entries(tuple(entries))) for title, entries in groups.items()
    )


def page_of_explanation(explanation: Explanation, depth: int | None = None) -> Page:
    """The whole answer: what the text implies, the networks, why they differ, what is wrong."""
    counts, bound = explanation.counts, explanation.bound
    letters = _letters(counts)
    notes = Footnotes(bound)
    diff = explanation.difference
    return _groups(
        [*_header(bound, notes)],
        _formulas(counts if explanation.solved else (), counts, letters),
        _stated(explanation, letters),
        *_tables(bound, letters, notes, depth),
        difference.why(diff, letters) if diff else [],
        _verdict(explanation),
        _footnotes(notes),
    )


def _groups(*groups: Iterator[Block] | Sequence[Block]) -> Page:
    """Without those that say nothing."""
    listed = [tuple(group) for group in groups]
    return tuple(group for group in listed if group)


def _letters(counts: Sequence[Count]) -> Letters:
    return letters_for(free.name for found in counts for free in found.free)


def _header(counts: Sequence[Count], notes: Footnotes) -> Iterator[Block]:
    """Where the networks come from, and how the text was mended to be read."""
    files = dict.fromkeys(
        (found.network.source, found.network.reader)
        for found in counts
        if not found.network.source.startswith("zoo:") and found.network.reader != "mlp"
    )
    parts = []
    if files:
        sources = listing(
            [_shortened(source) for source in dict.fromkeys(source for source, _ in files)]
        )
        key = "page.one_network" if len(counts) == 1 else "page.networks"
        parts.append(say(key, count=len(counts), sources=sources))
        parts += dict.fromkeys(reader for _, reader in files if reader)
    parts += repairs(counts)
    text = units.JOINT.join(parts) + notes.common()
    if text:
        yield Paragraph(text.strip(), quiet=True)


def _shortened(source: str) -> str:
    """A path by its last part; other sources as they are."""
    if source == "-":
        return say("page.pasted")
    return source if ":" in source else source.rpartition("/")[2]


def _formulas(
    formulas: Sequence[Count], counts: Sequence[Count], letters: Letters
) -> Iterator[Block]:
    """The formulas of some networks, and what the letters in those of all stand for."""
    entries = [
        Entry(found.network.name, formula(found.parameters, letters))
        for found in formulas
        if found.parameters is not None and found.total is None
    ]
    spelled: dict[str, dict[str, str]] = {}
    for found in counts:
        for free in found.free:
            letter = letters[free.name]
            alike = letter == free.expression
            shown = letter if alike else f"{letter}{units.GLUE}{free.expression}"
            spelled.setdefault(free.why, {}).setdefault(free.name, shown)
    for why, names in spelled.items():
        entries.append(Entry("", say("page.free", names=units.JOINT.join(names.values()), why=why)))
    if entries:
        yield Entries(tuple(entries))


def _tables(
    counts: Sequence[Count], letters: Letters, notes: Footnotes, depth: int | None
) -> Iterator[list[Block]]:
    """The networks; neighbours that are alike in all but the name once."""
    groups: list[tuple[Section, list[Count]]] = []
    for found in counts:
        drawn = section(found, letters, depth)
        if groups and groups[-1][0] == drawn and notes.of(groups[-1][1][0]) == notes.of(found):
            groups[-1][1].append(found)
        else:
            groups.append((drawn, [found]))
    titles = [_title(group, counts) for _, group in groups]
    if len(groups) >= MANY:
        firsts = [group[0] for _, group in groups]
        yield [_overview(titles, firsts, letters)]
    yield [
        Sections(
            tuple(
                replace(drawn, title=title + notes.of(group[0]))
                for title, (drawn, group) in zip(titles, groups, strict=True)
            )
        )
    ]


def _drivers(counts: Sequence[Count], letters: Letters) -> Iterator[Iterator[Block]]:
    """What drives the formulas, where there are few."""
    open_ones = [found for found in counts if found.free]
    if open_ones and len(counts) < (MANY_OUTCOMES if open_ones[0].network.when else MANY):
        from sizeup.analyses.growth import growth

        for found in open_ones:
            yield drivers.block(found.network.name, growth(found), letters)


def _title(group: Sequence[Count], counts: Sequence[Count]) -> str:
    """What networks that are alike are called: `block … block#6, 6 alike`."""
    name = group[0].network.name
    if len(group) > 1:
        return say("page.alike", name=name, last=group[-1].network.name, count=len(group))
    if sum(found.network.name == name for found in counts) > 1:
        return say("page.of_source", name=name, source=_shortened(group[0].network.source))
    return name


def _overview(titles: Sequence[str], counts: Sequence[Count], letters: Letters) -> Grid:
    rows = []
    for title, found in zip(titles, counts, strict=True):
        macs = units.macs(found.macs) if isinstance(found.macs, int) else ""
        size = units.size(found.bytes) if isinstance(found.bytes, int) else ""
        rows.append((title, _counted(found, letters), macs, size))
    head = ("", say("page.parameters"), say("difference.macs"), say("difference.size"))
    return Grid(head, tuple(rows))


def _counted(found: Count, letters: Letters) -> str:
    if found.network.error is not None:
        return say("page.not_valid")
    if found.parameters is None:
        return f"≥ {units.number(found.at_least)}"
    return formula(found.parameters, letters)


def _stated(explanation: Explanation, letters: Letters) -> Iterator[Block]:
    """The totals in the text, and what they imply."""
    stated, found = explanation.stated, explanation.solutions
    if found is None and explanation.unsolved is None:
        return
    totals = listing([units.number(s.quantity.stated) if s.exact else s.text for s in stated])
    lines = sorted({each.line for each in stated})
    where = say("page.place", place=place(lines[0])) if len(lines) == 1 else say(
        "page.lines", lines=listing(list(map(str, lines))))  # fmt: skip
    said = say("page.stated", totals=totals) + where
    if found is None:
        yield Paragraph(say("page.unsolved", said=said, reason=explanation.unsolved))
        return
    if not found.listed:
        yield Paragraph(
            say(
                "page.no_values" if found.proved else "page.not_found",
                said=said,
                bounds=bounds(found),
            )
        )
        return
    yield Paragraph(say(f"page.hold_{how_many(stated)}", said=said))
    shown = found.shared.values
    free = [name for name, values in shown.items() if len(values) > 1]
    plainest = listing([f"{name}{units.GLUE}{found.listed[0].values[name]:,}" for name in free])
    entries = []
    if is_product(found):
        entries.append(Entry("", choices(shown)))
        entries.append(Entry("", say("page.no_others", bounds=bounds(found))))
    else:
        entries.append(Entry("", choices({n: [v] for n, v in found.listed[0].values.items()})))
        key = "page.others" if found.proved else "page.at_least_others"
        entries.append(
            Entry("", say(key, count=units.number(found.count - 1), bounds=bounds(found)))
        )
    facts = always(found.shared.relations, letters)
    if facts:
        entries.append(Entry("", say("page.always", facts=facts)))
    if free:
        entries.append(Entry("", say("page.plainest", values=plainest)))
    yield Entries(tuple(entries))


def _verdict(explanation: Explanation) -> Iterator[Block]:
    sentences = list(story.sentences(explanation.findings))
    if sentences:
        yield Paragraph("", strong=story.heading(explanation.findings))
        yield Entries(tuple(Entry("", sentence) for sentence in sentences))
    worth = story.suggestion(explanation.findings)
    if worth:
        yield Paragraph(worth, strong=say("story.worth"))
    if explanation.mentioned:
        yield Paragraph(story.mentioned(explanation.mentioned))


def _footnotes(notes: Footnotes, counts: Sequence[Count] = ()) -> Iterator[Block]:
    """The notes; those of `counts` too, whose marks stand nowhere."""
    for found in counts:
        notes.of(found)
    block = notes.block()
    if block.entries:
        yield block
