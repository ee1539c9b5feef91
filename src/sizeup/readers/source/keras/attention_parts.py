"""The parts of Keras' own attention that a class of the source puts together by itself.

The layer owns what its rule declares; a part is what multiplies by one of these weights.
"""

from __future__ import annotations

import ast
from functools import partial

from sizeup.readers.source.keras import tensors
from sizeup.readers.source.keras.objects import LayerValue, Weight
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import MISSING, Builtin
from sizeup.rules.registry import find_rule

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


SCORES, GATHERED = "aecd,abcd->acbe", "acbe,aecd->abcd"
EQUATIONS = {"_dot_product_equation": SCORES, "_combine_equation": GATHERED}
"""What the scores are, and what is gathered by them, over one axis of time."""

OWN = frozenset({"num_heads", "key_dim", "value_dim", "use_bias", "output_shape", "dropout"})
"""Arguments that the layer keeps under a name of its own: `_num_heads`."""

KEEPING = frozenset({"_masked_softmax", "_dropout_layer", "_softmax"})
"""Parts that leave the scores as they are shaped."""


def find(layer: LayerValue, name: str) -> Value:
    """A part of a layer of attention; MISSING where it is none, or the layer is not built."""
    if layer.rule != "MultiHeadAttention":
        return MISSING
    if name[1:] in OWN:
        rule = find_rule(layer.rule)
        given = {**(rule.signature if rule else {}), **layer.config}
        return given["key_dim" if name == "_value_dim" and not given["value_dim"] else name[1:]]
    if name == "_get_common_kwargs_for_sublayer":  # initializers and the like
        return Builtin(name, lambda *_: {})
    if name in EQUATIONS and layer.config.get("attention_axes") is None:
        return EQUATIONS[name]
    if name == "_compute_attention":
        return Builtin(name, _attend)
    if name in KEEPING:
        return Builtin(name, _keep)
    if name not in PROJECTIONS:
        return MISSING
    weight, product = PROJECTIONS[name]
    kernel = next((p for p in layer.parameters or () if p.name == weight), None)
    if kernel is None:
        return MISSING
    return Builtin(name, partial(_project, Weight(kernel, layer), product))


def _project(
    kernel: Weight, product: str, m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST
) -> Value:
    """`self._query_dense(x)`: (batch, T, features) becomes (batch, T, heads, width)."""
    return _einsum(m, product, [*a, *k.values()][0], kernel, node)


def _attend(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """`self._compute_attention(query, key, value)`: what is gathered, and the scores."""
    given = {**dict(zip(("query", "key", "value"), a, strict=False)), **k}
    scores = _einsum(m, SCORES, given["key"], given["query"], node)
    return _einsum(m, GATHERED, scores, given["value"], node), scores


def _keep(m: Machine, a: list[Value], k: dict[str, Value], node: ast.AST) -> Value:
    """`self._masked_softmax(scores, mask)`."""
    return tensors.operation(m, "ops.along", [[*a, *k.values()][0]], {}, node)


def _einsum(m: Machine, product: str, one: Value, other: Value, node: ast.AST) -> Value:
    return tensors.operation(m, "ops.einsum", [one, other], {"subscripts": product}, node)
