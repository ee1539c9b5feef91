"""Findings for people: in the terminal, as text, and as HTML for notebooks."""

from __future__ import annotations

from io import StringIO


def show(finding: object, form: str) -> str:
    """A finding as `text` or as a fragment of `html`."""
    from rich.console import Console

    from sizeup.analyses.count import Count
    from sizeup.analyses.diff import Diff
    from sizeup.analyses.explain import Explanation
    from sizeup.analyses.solve import Solutions
    from sizeup.present import terminal

    text = StringIO()
    out = Console(file=text, width=terminal.PIPED, highlight=False, record=form == "html")
    if isinstance(finding, Count):
        terminal.show_counts([finding], out=out)
    elif isinstance(finding, Diff):
        terminal.show_diff(finding, out=out)
    elif isinstance(finding, Solutions):
        terminal.show_solutions(finding, out=out)
    elif isinstance(finding, Explanation):
        terminal.show_explanation(finding, out=out)
    else:
        return repr(finding)
    if form == "html":
        return out.export_html(inline_styles=True, code_format="<pre>{code}</pre>")
    return text.getvalue().rstrip("\n")
