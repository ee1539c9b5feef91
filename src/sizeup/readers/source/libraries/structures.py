"""`tf.nest` and `keras.tree`: lists, tuples and dicts in each other, and what is in them."""

from __future__ import annotations

import ast

from sizeup.readers.source.calls import call
from sizeup.readers.source.keras.objects import Vector
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import Builtin, Lost, Open

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]


def _parts(m: Machine, value: Value) -> tuple[Value, list[Value] | None]:
    """A structure and what is directly in it, of a dict by the order of its keys; else None."""
    value = m.resolve(value)
    if isinstance(value, dict):
        return value, [value[key] for key in sorted(value)]
    if isinstance(value, list | tuple) and not isinstance(value, Vector):
        return value, list(value)
    return value, None


def _leaves(m: Machine, structure: Value) -> Iterator[Value]:
    value, parts = _parts(m, structure)
    if parts is None:
        yield value
    else:
        for part in parts:
            yield from _leaves(m, part)


def _flatten(m: Machine, a: Arguments, k: Keywords, node: ast.AST) -> Value:
    """The leaves in a list; what may be a structure or none is not known."""
    found = list(_leaves(m, a[0] if a else k.get("structure")))
    if any(isinstance(leaf, Open | Lost) for leaf in found):
        return m.world.unseen_value(m, node)
    return found


def _mapped(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    """`map_structure(function, one, another)`: the same structure of what the function gives."""
    pairs = [_parts(m, structure) for structure in a[1:]]
    first, parts = pairs[0]
    if parts is None:
        return call(m, a[0], [value for value, _ in pairs], {}, node)
    if any(other is None or len(other) != len(parts) for _, other in pairs):
        return m.world.unseen_value(m, node)
    rows = zip(*(other or [] for _, other in pairs), strict=True)
    made = [_mapped(m, [a[0], *row], {}, node) for row in rows]
    if isinstance(first, dict):
        by_key = dict(zip(sorted(first), made, strict=True))
        return {key: by_key[key] for key in first}
    return made if isinstance(first, list) else tuple(made)


def _nested(m: Machine, a: Arguments, _k: Keywords, _node: ast.AST) -> bool:
    return _parts(m, a[0])[1] is not None


MEMBERS = {
    f"{module}.{name}": Builtin(name, function)
    for module in ("tensorflow.nest", "tensorflow.compat.v1.nest", "keras.tree", "tree")
    for name, function in (("flatten", _flatten), ("map_structure", _mapped),
                           ("is_nested", _nested))
}  # fmt: skip
