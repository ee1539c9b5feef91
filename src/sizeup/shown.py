"""How findings show themselves: as text when printed, as HTML in notebooks.

Analyses know nothing of presentation; the public API hands the renderer in.
"""

from __future__ import annotations

from collections.abc import Callable

_RENDERERS: list[Callable[[object, str], str]] = []


def render_with(renderer: Callable[[object, str], str]) -> None:
    """Let `renderer(finding, "text" or "html")` show all findings."""
    _RENDERERS[:] = [renderer]


class Shown:
    """A finding that prints as the command line prints it."""

    __slots__ = ()

    def __str__(self) -> str:
        return _RENDERERS[0](self, "text") if _RENDERERS else repr(self)

    def _repr_html_(self) -> str | None:
        """The fragment that Jupyter shows."""
        return _RENDERERS[0](self, "html") if _RENDERERS else None
