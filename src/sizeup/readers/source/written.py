"""Code as Python writes it: what is open and what is lost is named after it."""

from __future__ import annotations

import ast


def written(node: ast.AST) -> str:
    """`ast.unparse(node)`, kept on the node: loops and calls come by the same nodes again."""
    kept: str | None = node.__dict__.get("written")
    if kept is None:
        kept = ast.unparse(node)
        node.written = kept  # type: ignore[attr-defined]
    return kept
