"""Vocabularies of lookup layers: written out in the text, or learned from data and so open.

A vocabulary that is learned is a symbol for its final size, the same one wherever the source asks
for it: `layer.vocabulary_size()`, `len(layer.get_vocabulary())`, the width of a one-hot row.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from sizeup.readers.source.keras.arguments import written_out
from sizeup.readers.source.keras.objects import LayerValue
from sizeup.readers.source.machine import Machine
from sizeup.readers.source.values import Builtin, Open
from sizeup.readers.source.written import written
from sizeup.rules.lookups import all_tokens, vocabulary_size
from sizeup.rules.registry import find_rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

OWNER = "<vocabulary of>"
"""The attribute that keeps how the source writes a layer whose vocabulary is learned."""


def settle(m: Machine, layer: LayerValue) -> None:
    """A layer that is used has a vocabulary: without one in the text it is open how large."""
    if layer.config.get("vocabulary") is None:
        m.touch(layer)
        layer.config = {**layer.config, "vocabulary": m.number(_open_size(m, layer, None))}


def method(layer: LayerValue, name: str) -> Builtin | None:
    """A method of a layer with a vocabulary, or None where it has no say in sizes."""
    function = METHODS.get(name)
    if function is None:
        return None
    return Builtin(name, lambda m, a, k, node: function(m, layer, a, k, node))


def _open_size(m: Machine, layer: LayerValue, node: ast.AST | None) -> Value:
    owner = layer.attributes.get(OWNER, layer.name)
    text = written(node) if isinstance(node, ast.expr) else f"{owner}.vocabulary_size()"
    key = ("len", ("vocabulary", layer.identity))
    return m.open(key, text, say("source.vocabulary"), layer.line)


def _adapt(m: Machine, layer: LayerValue, _a: Value, _k: Value, node: ast.AST) -> None:
    m.touch(layer)
    layer.config = {**layer.config, "vocabulary": None}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        layer.attributes[OWNER] = written(node.func.value)


def _set(m: Machine, layer: LayerValue, a: list[Value], k: dict[str, Value], node: ast.AST) -> None:
    _adapt(m, layer, a, k, node)
    tokens = written_out(m, a[0] if a else k.get("vocabulary"))
    layer.config = {**layer.config, "vocabulary": tokens}


def _size(m: Machine, layer: LayerValue, _a: Value, _k: Value, node: ast.AST) -> Value:
    rule = find_rule(layer.rule)
    if rule is None or not isinstance(layer.config.get("vocabulary"), tuple):
        return _open_size(m, layer, node)
    return vocabulary_size(layer.rule, {**rule.signature, **layer.config})


def _get(m: Machine, layer: LayerValue, a: Value, k: Value, node: ast.AST) -> Value:
    rule = find_rule(layer.rule)
    whole = m.decide(a[0] if a else k.get("include_special_tokens", True))
    if rule is None or not isinstance(layer.config.get("vocabulary"), tuple):
        key = ("vocabulary", layer.identity) if whole else ("tokens", layer.identity)
        return Open(key, written(node), say("source.vocabulary"), layer.line)
    special, tokens = all_tokens(layer.rule, {**rule.signature, **layer.config})
    return [*special, *tokens] if whole else tokens


METHODS: dict[str, Callable[..., Value]] = {
    "adapt": _adapt, "set_vocabulary": _set, "vocabulary_size": _size, "get_vocabulary": _get,
}  # fmt: skip
