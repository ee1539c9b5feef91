"""Findings for people: in the terminal, as text, and as HTML for notebooks."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def show(finding: Any, form: str) -> str:
    """A finding as `text`, or as a fragment of `html`."""
    from sizeup.analyses.advise import Advised
    from sizeup.analyses.costs import Costs
    from sizeup.analyses.count import Count
    from sizeup.analyses.diff import Diff
    from sizeup.analyses.solve import Solutions
    from sizeup.present import advise, costs, pages, solving

    if isinstance(finding, Count):
        page = pages.page_of_counts([finding])
    elif isinstance(finding, Costs):
        page = costs.page([finding])
    elif isinstance(finding, Diff):
        page = pages.page_of_diff(finding)
    elif isinstance(finding, Advised):
        page = advise.page([finding])
    elif isinstance(finding, Solutions):
        page = solving.page(finding)
    elif type(finding).__name__ == "Fit":
        from sizeup.present import budget

        page = budget.page(finding)
    elif type(finding).__name__ == "Comparison":
        from sizeup.present import training

        page = training.page(finding)
    else:
        page = pages.page_of_explanation(finding)
    if form == "html":
        from sizeup.present.html import html_of

        return html_of(page)
    from sizeup.present.terminal import text_of

    return text_of(page)
