"""What changes the weights of a layer that is built: low-rank adapters, quantization."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sizeup.errors import SizingError
from sizeup.network import Unknown
from sizeup.readers.source.keras.arguments import Unsized, plain
from sizeup.readers.source.keras.listed import listed_layers
from sizeup.readers.source.keras.objects import LayerValue, ModelValue
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import Builtin, Raised
from sizeup.rules.parameters import with_lora
from sizeup.rules.quantization import MODES, is_sized
from sizeup.rules.registry import find_rule, size
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any


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


def _quantize(
    m: Machine, layer: LayerValue, a: list[Value], k: dict[str, Value], node: ast.AST
) -> None:
    """Other weights than before, in every layer that Keras quantizes, at any depth."""
    for inner in listed_layers(layer) if isinstance(layer, ModelValue) else (layer,):
        if isinstance(inner, ModelValue):
            _quantize(m, inner, a, k, node)
        elif inner.rule in MODES or inner.cls is not None:
            _requantize(m, inner, m.resolve(a[0] if a else k.get("mode")), len(a) + len(k), node)


def _requantize(m: Machine, layer: LayerValue, mode: Value, given: int, node: ast.AST) -> None:
    """The weights of one layer anew; what is not known of them makes it unknown."""
    config = {**layer.config, "dtype": f"{mode}_from_{layer.config.get('dtype', 'float32')}"}
    m.touch(layer)
    whole = mode in ("int8", "float8") and given == 1  # int4 goes by blocks unless it is told
    if layer.cls is None and whole and is_sized(layer.rule, config) and layer.nodes:
        shapes = [shape for shape in layer.nodes[0].shapes if shape is not None]
        if shapes and layer.unknown is None:
            layer.config, layer.parameters = config, size(layer.rule, config, shapes[:1]).parameters
            return
    why = say("source.quantized", name=layer.kind)
    layer.unknown, layer.parameters = layer.unknown or Unknown(why, line_of(node)), ()


METHODS: dict[str, Callable[..., Value]] = {"enable_lora": _enable_lora, "quantize": _quantize}
