"""The parts of Keras' own attention that a class of the source puts together by itself.

The layer owns what its rule declares; a part is what multiplies by one of these weights.
"""

from __future__ import annotations

import ast
from functools import partial

from sizeup.readers.source.keras import tensors
from sizeup.readers.source.keras.objects import LayerValue, Weight
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import Builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

PROJECTIONS = {
    "_query_dense": ("query/kernel", "...a,abc->...bc"),
    "_key_dense": ("key/kernel", "...a,abc->...bc"),
    "_value_dense": ("value/kernel", "...a,abc->...bc"),
    "_output_dense": ("attention_output/kernel", "...ab,abc->...c"),
}
"""The weight that a projection multiplies by, and how."""


def find(layer: LayerValue, name: str) -> Builtin | None:
    """A part of a layer of attention; None where it is none, or the layer is not built."""
    if layer.rule != "MultiHeadAttention":
        return None
    if name == "_compute_attention":
        return Builtin(name, _attend)
    if name not in PROJECTIONS:
        return None
    weight, product = PROJECTIONS[name]
    kernel = next((p for p in layer.parameters or () if p.name == weight), None)
    if kernel is None:
        return None
    return Builtin(name, partial(_project, Weight(kernel, layer), product))


def _project(
    kernel: Weight, product: str, m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST
) -> Value:
    """`self._query_dense(x)`: (batch, T, features) becomes (batch, T, heads, width)."""
    return _einsum(m, product, [*a, *k.values()][0], kernel, node)


def _attend(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """`self._compute_attention(query, key, value)`: what is gathered, and the scores."""
    given = {**dict(zip(("query", "key", "value"), a, strict=False)), **k}
    scores = _einsum(m, "aecd,abcd->acbe", given["key"], given["query"], node)
    return _einsum(m, "acbe,aecd->abcd", scores, given["value"], node), scores


def _einsum(m: Machine, product: str, one: Value, other: Value, node: ast.AST) -> Value:
    return tensors.operation(m, "ops.einsum", [one, other], {"subscripts": product}, node)
