"""Findings as fragments of HTML for notebooks: small, self-contained, without script."""

from __future__ import annotations

from html import escape

from sizeup.present import pages, units
from sizeup.present.blocks import Entries, Grid, Paragraph, Sections
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from sizeup.analyses.count import Count
    from sizeup.analyses.diff import Diff
    from sizeup.analyses.explain import Explanation
    from sizeup.analyses.solve import Solutions
    from sizeup.present.blocks import Block, Page, Section, TableLine

BAR = 12
"""Characters of the longest bar."""
FRAME = "font-family:ui-monospace,monospace;font-size:13px;line-height:1.4"
TABLE = "border-collapse:collapse;margin:0"
CELL = "padding:0 1.2em 0 0;text-align:{align};vertical-align:top;border:0;background:none"
QUIET = "opacity:.65"


def html_of_count(count: Count) -> str:
    """A network with its layers."""
    return html_of(pages.page_of_counts([count]))


def html_of_diff(diff: Diff) -> str:
    """What differs between two networks."""
    return html_of(pages.page_of_diff(diff))


def html_of_solutions(found: Solutions) -> str:
    """Which hyperparameters are possible."""
    from sizeup.present.solving import page

    return html_of(page(found))


def html_of_explanation(explanation: Explanation) -> str:
    """The whole answer."""
    return html_of(pages.page_of_explanation(explanation))


def html_of(page: Page) -> str:
    """A page; its groups are divisions."""
    groups = "".join(
        f'<div style="margin:0 0 1em">{"".join(map(_block, group))}</div>' for group in page
    )
    return f'<div style="{FRAME}">{groups}</div>'


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            strong = f"<b>{_text(block.strong)}</b> " if block.strong else ""
            return _div(strong + _text(block.text), quiet=block.quiet)
        case Entries():
            align = "right" if block.numbers else "left"
            rows = (
                _cell(f"<b>{_text(entry.label)}</b>", align)
                + _cell(_words(entry.text, entry.detail))
                for entry in block.entries
            )
            return _div(_table(rows), quiet=block.quiet)
        case Grid():
            return _grid(block)
        case Sections():
            return "".join(map(_section, block.sections))


def _grid(grid: Grid) -> str:
    words = {0} if grid.named else set()
    words |= {len(grid.head) - 1} if grid.words else set()
    rows = [
        "".join(
            _cell(f"<b>{_text(cell)}</b>" if number == 0 or (grid.named and place == 0) else _text(cell),
                  "left" if place in words else "right")
            for place, cell in enumerate(row)
        )
        for number, row in enumerate([grid.head, *grid.rows])
    ]  # fmt: skip
    return _table(rows)


def _section(section: Section) -> str:
    facts = [section.formula or f"{section.total}{units.GLUE}{say('page.parameters')}"]
    if not section.total and not section.formula:
        facts = []
    facts.append(" ".join(filter(None, (section.macs, section.cost))))
    title = f"<b>{_text(section.title)}</b> {_text(units.JOINT.join(filter(None, facts)))}"
    remarks = "".join(_div(_text(remark)) for remark in section.remarks)
    rest = _div(_text(section.rest), quiet=True) if section.rest else ""
    table = _table(map(_record, section.records))
    return f'<div style="margin:0 0 1em">{_div(title)}{remarks}{table}{rest}</div>'


def _record(record: TableLine) -> str:
    name = "&nbsp;" * (2 * record.depth) + _text(record.gutter + record.name)
    if record.role == "run":
        return _cell(name, quiet=True) + _cell(
            _text(f"{record.kind} → {record.leaves}"), quiet=True, span=6
        )
    shapes = f"{record.enters} → {record.leaves}" if record.leaves else ""
    bar = units.bar(*record.share, BAR)
    return "".join((
        _cell(name),
        _cell(_text(record.kind), quiet=True),
        _cell(_text(shapes)),
        _cell(_text(record.parameters), "right"),
        _cell(_text(record.arithmetic), quiet=True),
        _cell(_text(record.macs), "right"),
        _cell(_text(f"{record.percent} {bar}".strip())),
    ))  # fmt: skip


def _words(text: str, detail: str) -> str:
    return _text(text) + (_div(_text(detail), quiet=True) if detail else "")


def _table(rows: Iterable[str]) -> str:
    body = "".join(f'<tr style="background:none">{row}</tr>' for row in rows)
    return f'<table style="{TABLE}"><tbody>{body}</tbody></table>'


def _cell(content: str, align: str = "left", *, quiet: bool = False, span: int = 1) -> str:
    style = CELL.format(align=align) + (f";{QUIET}" if quiet else "")
    across = f' colspan="{span}"' if span > 1 else ""
    return f'<td{across} style="{style}">{content}</td>'


def _div(content: str, *, quiet: bool = False) -> str:
    return f'<div style="{QUIET}">{content}</div>' if quiet else f"<div>{content}</div>"


def _text(text: str) -> str:
    """Escaped; what may not break stays glued."""
    return escape(text).replace(units.GLUE, "&nbsp;")
