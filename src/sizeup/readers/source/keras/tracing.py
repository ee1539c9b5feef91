"""Walks from a tensor back through the calls that made it."""

from __future__ import annotations

from collections.abc import Iterator

from sizeup.readers.source.keras.objects import Node, Tensor


def nodes_before(tensor: Tensor, since: int = 0) -> Iterator[Node]:
    """The calls that a tensor comes from, each once, as far as they were made after `since`."""
    pending, seen = [tensor.node], set[int]()
    while pending:
        node = pending.pop()
        if node is None or id(node) in seen or node.number <= since:
            continue
        seen.add(id(node))
        yield node
        pending.extend(each.node for each in node.inputs)


def fault_before(tensor: Tensor) -> str | None:
    """The error of the first faulty call before a tensor."""
    return next((node.error for node in nodes_before(tensor) if node.error), None)
