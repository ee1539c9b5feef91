"""From the description of a layer to the layer, made as the source's own call would make it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from sizeup.readers.saved.described import Described, Opaque, is_object
from sizeup.readers.source.calls import call
from sizeup.readers.source.keras.classes import KerasClass, keras_member
from sizeup.readers.source.keras.names import FOREIGN, HOLDS, kind_of
from sizeup.readers.source.keras.objects import LayerValue
from sizeup.readers.source.values import Builtin, Class, Lost, Raised
from sizeup.rules.registry import find_rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.readers.saved.eras import Era
    from sizeup.readers.source.machine import Machine

    Value = Any
    Make = Callable[[object], LayerValue]

SINCE_TF = frozenset(
    """
LayerNormalization GroupNormalization UnitNormalization Attention AdditiveAttention EinsumDense
MultiHeadAttention Normalization Rescaling Resizing Identity SpectralNormalization Conv1DTranspose
DepthwiseConv1D ConvLSTM1D ConvLSTM3D
""".split()
)
SINCE_3 = frozenset(
    """
RMSNormalization GroupedQueryAttention ReversibleEmbedding Pipeline AdaptiveAveragePooling1D
AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D
AdaptiveMaxPooling3D
""".split()
)
SINCE_2 = frozenset(
    """
Add Average Concatenate Dot Maximum Minimum Multiply Subtract AlphaDropout DepthwiseConv2D ReLU Softmax
Conv3DTranspose SeparableConv1D RNN StackedRNNCells GRUCell LSTMCell SimpleRNNCell CuDNNGRU CuDNNLSTM
""".split()
)
UNTIL_1 = frozenset(
    """
Highway MaxoutDense ParametricSoftplus SReLU ThresholdedLinear TimeDistributedDense TimeDistributedMerge
""".split()
)
UNTIL_2 = frozenset({"LocallyConnected1D", "LocallyConnected2D", "CuDNNGRU", "CuDNNLSTM"})
"""Since and until which Keras there are kinds: elsewhere a class of that name is a person's own."""
SAID = frozenset({"use_bias", "center", "scale", "use_scale"})
"""Arguments that Keras always writes down: a class that does not is a person's own."""

PASSED_OVER = frozenset({
    "build_config", "shared_object_id", "function_type", "output_shape_type", "module", "seed",
    "output_shape_module", "mode_type", "output_mask", "output_mask_type", "renorm", "noise_shape",
    "renorm_clipping", "renorm_momentum", "ragged", "sparse", "synchronized", "quantization_mode",
    "rng_type", "softmax_robust_masking", "vocabulary_size", "query_shape", "key_shape", "value_shape",
    "kernel_initializer", "kernel_regularizer", "kernel_constraint", "rms_scaling",
})  # fmt: skip
"""What configurations hold that no size depends on, of kinds whose constructor does not take it."""


DRAWN = ("_initializer", "_regularizer")
"""Arguments of every size's layer that say how weights are drawn and held small."""

APPLICATIONS = {"LayerScale": "convnext", "CustomScaleLayer": "inception"}
"""Classes that networks of `keras.applications` bring along, and the files of the zoo that have them."""


def layer_of(m: Machine, era: Era, told: Described, make: Make) -> LayerValue:
    """The layer; what its description does not tell makes it one of unknown parameters.

    `make` makes the layers that it holds.
    """
    node = ast.Name(told.name or told.kind)
    if (
        told.kind == "Merge"
        and told.config.get("mode_type", "raw") != "raw"
        and not told.config.get("layers")
    ):
        told = told.changed(kind="Lambda")
    maker = _maker(m, told, era)
    if maker is None:
        key = "saved.foreign" if told.kind in FOREIGN else "saved.custom"
        return unknown_layer(m, told, say(key, kind=told.kind), node)
    try:
        made = call(m, maker, [], arguments(told, era, make), node)
    except Raised as raised:
        return unknown_layer(m, told, say("saved.refused", kind=told.kind, error=str(raised)), node)
    assert isinstance(made, LayerValue), made
    return made


def unknown_layer(m: Machine, told: Described, reason: str, node: ast.AST) -> LayerValue:
    """A layer of which only the name is certain."""
    lost = m.world.unknown_layer(m, Lost(reason), node)
    lost.kind = lost.rule = told.kind
    lost.explicit = told.name
    flag = told.config.get("trainable") if isinstance(told.config, dict) else None
    lost.trainable = flag is not False
    m.world.register(m, lost)
    return lost


def _maker(m: Machine, told: Described, era: Era) -> KerasClass | Builtin | Class | None:
    bundled = told.own and (told.module is not None or era.tensorflow or era.version == 3)
    if bundled and told.kind in APPLICATIONS:
        from sizeup.readers.source.keras.applications import load

        found: Class = load(m, APPLICATIONS[told.kind], None).variables[told.kind]
        return found
    if not told.own or _is_namesake(told, era):
        return None
    known = keras_member(told.kind)
    return known if isinstance(known, KerasClass | Builtin) and told.kind != "Layer" else None


def _is_namesake(told: Described, era: Era) -> bool:
    """Whether a class has the name of a layer that this Keras did not have, or did not write so."""
    kind = kind_of(told.kind) or told.kind
    unknown = UNTIL_1 if era.version > 1 else SINCE_2
    if era.version == 3:
        unknown |= UNTIL_2
    else:
        unknown |= SINCE_3 if era.tensorflow else SINCE_3 | SINCE_TF
    if kind in unknown:
        return True
    rule = find_rule(kind) if told.module is None and kind in SINCE_TF else None
    return rule is not None and not SAID & rule.signature.keys() <= told.config.keys()


def arguments(told: Described, era: Era, make: Make) -> dict[str, Value]:
    """The arguments of the constructor as values of the world."""
    assert isinstance(told.config, dict)
    rule = find_rule(kind_of(told.kind) or told.kind)
    known = rule.arguments if rule is not None else {}
    held = HOLDS.get(told.kind, ())
    given = {}
    for name, value in told.config.items():
        if name in known:
            usual = era.version == 3 and name not in held and value == known[name]
            if name.endswith(DRAWN) or usual:
                continue
        elif name in PASSED_OVER or (name == "groups" and value == 1):
            continue
        if name == "dtype":
            given[name] = variable_dtype(value)
        elif name in held or (name == "layers" and told.kind != "Merge"):
            given[name] = _made(value, make)
        else:
            given[name] = plain(value, make)
    if told.name is not None:
        given["name"] = told.name
    _as_written(told, given, era, make)
    return given


def _made(value: object, make: Make) -> Value:
    if isinstance(value, list):
        return [make(each) for each in value]
    return make(value) if isinstance(value, dict) else value


def _as_written(told: Described, given: dict[str, Value], era: Era, make: Make) -> None:
    """What configurations have otherwise than constructors, in place."""
    kind = told.kind
    if kind == "BatchNormalization" and isinstance(given.get("axis"), tuple):
        given["axis"] = given["axis"][0] if len(given["axis"]) == 1 else given["axis"]
    if kind in ("GRU", "GRUCell") and era.version < 3:
        given.setdefault("reset_after", False)  # every later one writes it
    if kind == "LayerNormalization" and told.config.get("rms_scaling") is True:
        given.update(scale=True, center=False)
    if kind == "Embedding" and era.version == 0:
        given.pop("input_shape", None)  # which it was not
    if kind == "AutoEncoder":
        for part in ("encoder", "decoder"):
            given[part] = make(told.config.get(part) or told.config.get(f"{part}_config"))
    if kind == "Lambda":
        _as_lambda(told, given)
    if kind == "Merge":
        given["layers"] = [make(each) for each in told.config.get("layers") or ()] or None


def _as_lambda(told: Described, given: dict[str, Value]) -> None:
    """A function is bytecode, or a name: neither is looked at; a shape may be said beside it."""
    shape, raw = given.get("output_shape"), told.config.get("output_shape_type", "raw") == "raw"
    given.update(
        function=Lost(say("saved.bytecode", name=told.name or told.kind)),
        arguments=None,
        mask=None,
        output_shape=shape if raw and isinstance(shape, tuple | int) else None,
    )


def plain(value: object, make: Make) -> Value:
    """A value of a configuration: tuples for lists, slices, and objects by their class's name."""
    if isinstance(value, list):
        return tuple([plain(each, make) for each in value])
    if isinstance(value, Opaque):
        return Lost(say("saved.tag", tag=value.tag))
    if not isinstance(value, dict):
        return value
    kind = value.get("class_name")
    if not isinstance(kind, str):
        return {key: plain(each, make) for key, each in value.items()}
    config, unpack = value.get("config"), SPECIAL.get(kind)
    if unpack is not None:
        return unpack(value, make)
    if is_object(value) and isinstance(config, dict) and isinstance(keras_member(kind), KerasClass):
        return make(value)  # a layer as an activation
    return kind


def _tuple(value: Mapping[str, Any], make: Make) -> Value:
    items = value.get("items", value.get("config"))
    return tuple([plain(each, make) for each in items]) if isinstance(items, list) else ()


def _slice(value: Mapping[str, Any], _make: Make) -> Value:
    config = value.get("config")
    ends = config if isinstance(config, dict) else {}
    return slice(*(_end(ends.get(name)) for name in ("start", "stop", "step")))


def _end(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _array(value: Mapping[str, Any], make: Make) -> Value:
    config = value.get("config")
    return plain(config.get("value"), make) if isinstance(config, dict) else None


def _typed(value: Mapping[str, Any], make: Make) -> Value:
    inner = value.get("config", value.get("value"))
    return plain(inner, make) if not isinstance(inner, dict) else None


SPECIAL: dict[str, Callable[[Mapping[str, Any], Make], Value]] = {
    "__tuple__": _tuple, "__slice__": _slice, "__numpy__": _array, "__tensor__": _array,
    "__ellipsis__": lambda _value, _make: Ellipsis, "TensorShape": _tuple,
    "__lambda__": lambda _value, _make: Lost(say("saved.bytecode", name="Lambda")),
    "__bytes__": _typed, "__typespec__": _typed, "__str__": _typed,
}  # fmt: skip
"""How Keras writes down what JSON has no word for."""


def variable_dtype(told: object) -> str | None:
    """What the variables of a layer are made of, by the dtype or the policy that it has."""
    if isinstance(told, dict):
        config = told.get("config")
        config = config if isinstance(config, dict) else {}
        if told.get("class_name") == "QuantizedDTypePolicy" or "mode" in config:
            return f"{config.get('mode')}_from_{config.get('source_name')}"
        told = config.get("name")
    if not isinstance(told, str):
        return None
    return "float32" if told.startswith("mixed_") else told
