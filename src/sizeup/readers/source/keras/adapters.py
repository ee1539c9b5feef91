"""What changes the weights of a layer that is built: low-rank adapters, quantization."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sizeup.errors import SizingError
from sizeup.network import Unknown
from sizeup.readers.source.keras.arguments import Unsized, plain
from sizeup.readers.source.keras.models import listed_layers
from sizeup.readers.source.keras.objects import LayerValue, ModelValue
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Builtin, Raised
from sizeup.rules.parameters import with_lora
from sizeup.rules.registry import find_rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

QUANTIZED = frozenset({"Dense", "EinsumDense", "Embedding", "ReversibleEmbedding"})
"""The kinds that Keras quantizes; others stay as they are."""


def method(layer: LayerValue, name: str) -> Builtin | None:
    """`enable_lora` and `quantize`; None for any other name, and where the layer lacks it."""
    function = METHODS.get(name)
    if function is None or not (isinstance(layer, ModelValue) or _adapts(layer)):
        return None
    return Builtin(name, lambda m, a, k, node: function(m, layer, a, k, node))


def _adapts(layer: LayerValue) -> bool:
    rule = find_rule(layer.rule)
    return rule is not None and "lora_rank" in rule.arguments


def _enable_lora(
    m: Machine, layer: LayerValue, a: list[Value], k: dict[str, Value], node: ast.AST
) -> None:
    """Freeze the kernel of a built layer and give it two factors of rank `rank`."""
    rule = find_rule(layer.rule)
    if rule is None or layer.unknown is not None:
        return
    if not layer.parameters or layer.config.get("lora_rank"):
        raise Raised("ValueError", say("source.lora", name=layer.kind), line_of(node))
    m.touch(layer)
    try:
        rank = plain(m, a[0] if a else k.get("rank"))
        config = {**rule.arguments, **layer.config, "lora_rank": rank}
        layer.parameters = with_lora(layer.rule, config, *layer.parameters)
    except Unsized as lost:
        layer.unknown = Unknown(lost.reason, lost.line or line_of(node))
    except SizingError as error:
        raise Raised("ValueError", error.what, line_of(node)) from None
    else:
        layer.config = {**layer.config, "lora_rank": rank}


def _quantize(m: Machine, layer: LayerValue, _a: Value, _k: Value, node: ast.AST) -> None:
    """Other weights than before, in every layer that Keras quantizes."""
    for inner in listed_layers(layer) if isinstance(layer, ModelValue) else (layer,):
        if isinstance(inner, ModelValue):
            _quantize(m, inner, _a, _k, node)
        elif inner.rule in QUANTIZED or inner.cls is not None:
            m.touch(inner)
            why = say("source.quantized", name=inner.kind)
            inner.unknown = inner.unknown or Unknown(why, line_of(node))
            inner.parameters = ()


METHODS: dict[str, Callable[..., Value]] = {"enable_lora": _enable_lora, "quantize": _quantize}
