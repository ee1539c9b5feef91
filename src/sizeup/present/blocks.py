"""What a page is made of, whether a terminal or a notebook shows it: text that is laid out later."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `strong` stands before it in bold, `quiet` text is said in a low voice."""

    text: str
    strong: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A label and what it stands for; `detail` follows in a low voice on lines of its own."""

    label: str
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Entries:
    """Labels in one column, their texts in another; `numbers` aligns the labels as such."""

    entries: tuple[Entry, ...]
    numbers: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of numbers, but for names in the first column and words in the last, if so."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    named: bool = True
    words: bool = False


@dataclass(frozen=True, slots=True)
class TableLine:
    """A line in the table of a network's layers.

    `role` is `layer`; `run` for layers that own nothing, whose kinds are in `kind`; or `close`
    for the end of a block that repeats, which `gutter` draws. `short` is what there is to say of
    the kind where the name tells it already; `share` is (part, whole) of the bar.
    """

    role: str
    name: str
    kind: str
    depth: int = 0
    short: str | None = None
    gutter: str = ""
    enters: str = ""
    leaves: str = ""
    parameters: str = ""
    arithmetic: str = ""
    macs: str = ""
    percent: str = ""
    share: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Section:
    """A network: its total or formula, its layers, and what is left out.

    `macs` is a number, `cost` what it counts and what else there is to say.
    """

    title: str
    total: str
    formula: str
    macs: str
    cost: str
    remarks: tuple[str, ...]
    records: tuple[TableLine, ...]
    rest: str


@dataclass(frozen=True, slots=True)
class Sections:
    """Networks whose tables are laid out alike."""

    sections: tuple[Section, ...]


Block = Paragraph | Entries | Grid | Sections
Page = tuple[tuple[Block, ...], ...]
"""Groups of blocks; a blank line stands between two groups."""
