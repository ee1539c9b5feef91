"""Networks of the corpus whose size no text can tell, each with the reason."""

from __future__ import annotations

UNTOLD: dict[tuple[str, str], str] = {}
"""By the package and the builder."""
