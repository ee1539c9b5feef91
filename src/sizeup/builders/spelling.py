"""A layer's constructor as Keras 3 spells it, with nothing that is the default."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sizeup.builders.plan import Invoke, Items, Value
from sizeup.errors import PortError
from sizeup.naming import snake_case
from sizeup.network import Layer
from sizeup.rules.registry import REQUIRED, find_rule
from sizeup.rules.windows import FULL
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.builders.plan import Definition

    Inner = Callable[[Layer], Any]

OWN = frozenset(
    """
CuDNNLSTM Highway LocallyConnected1D LocallyConnected2D MaxoutDense ParametricSoftplus SReLU
ThresholdedLinear ThresholdedReLU TimeDistributedMerge
""".split()
)
"""Kinds that Keras 3 has no class for, which `legacy` defines."""

RENAMED = {"TimeDistributedDense": "Dense", "CuDNNGRU": "GRU"}
"""Kinds of old that are another kind today."""

EXPORTED = {"GroupedQueryAttention": "GroupQueryAttention"}
"""Kinds that `keras.layers` has under another name than their class's."""

LATE = frozenset({"MultiHeadAttention", "GroupedQueryAttention", "ConvLSTM1D", "ConvLSTM2D",
                  "ConvLSTM3D", "Pipeline"})  # fmt: skip
"""Kinds whose parts a flag of the constructor does not reach."""

ONE_FOR_ALL = frozenset({"kernel_size", "strides", "pool_size", "dilation_rate", "size", "padding",
                         "cropping", "output_size"})  # fmt: skip
"""Arguments of which one size stands for equal ones of every dimension."""

FIRST = frozenset({"pool_size", "size", "padding", "cropping"})
"""Arguments with a default that people give by position where they come first."""

UNUSED = frozenset({"weights", "seed", "implementation", "inputs", "shape", "mode", "use_cudnn",
                    "renorm_clipping", "renorm_momentum", "trainable", "name"})  # fmt: skip
"""Arguments that say nothing of the network, or that Keras 3 does not have."""

STATISTICS = frozenset({"mean", "variance"})
"""Arguments whose values may be known by the name of an object alone."""

MOST_NAMED = 3
"""So many layers are named in a note."""

ACTIVATIONS = frozenset(
    """
celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu
linear log_sigmoid log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign
sparse_plus sparse_sigmoid sparsemax squareplus swish tanh tanh_shrink threshold
""".split()
)
FUNCTIONS = {"steep_hard_sigmoid": "SteepHardSigmoid"}
"""Activations that `legacy` defines."""
INITIALIZERS = frozenset(
    """
constant glorot_normal glorot_uniform he_normal he_uniform identity lecun_normal lecun_uniform
normal one ones orthogonal random_normal random_uniform truncated_normal uniform variance_scaling
zero zeros
""".split()
)
"""What Keras 3 knows by these names."""

SAME = {"zero": "zeros", "one": "ones", "swish": "silu", "hard_swish": "hard_silu",
        "normal": "random_normal", "uniform": "random_uniform"}  # fmt: skip
"""Two names of one thing."""


class Speller:
    """Spells constructors; gathers the classes that they need and what has to be said of them.

    `definitions` are classes of the source's own, by their names.
    `inner` makes the code of a layer that another one holds and that is made of layers itself.
    """

    def __init__(self, inner: Inner) -> None:
        self.inner = inner
        self.classes: dict[str, None] = {}
        self.definitions: dict[str, Definition] = {}
        self.unsaid: dict[tuple[str, str], dict[str, None]] = {}

    @property
    def notes(self) -> list[str]:
        """What is to be said of layers that are not as in the source."""
        return [
            say(key, name=listed(list(names)), value=value)
            for (key, value), names in self.unsaid.items()
        ]

    def left_out(self, key: str, layer: Layer, value: object) -> None:
        """Note what of a layer is left out."""
        self.unsaid.setdefault((key, str(value)), {})[layer.name] = None

    def constructor(self, layer: Layer, name: str | None) -> Invoke:
        """`layers.Dense(10, name="top")`.

        Raises PortError for what Keras 3 cannot be told.
        """
        kind = RENAMED.get(layer.kind, layer.kind)
        rule = find_rule(layer.kind)
        if layer.unknown is not None:
            raise PortError(layer.unknown.reason, line=layer.unknown.line or layer.line)
        if rule is None or kind.startswith("ops."):
            raise PortError(say("port.kind", name=layer.name, kind=layer.kind), line=layer.line)
        if layer.partial:
            self.left_out("port.partial", layer, None)
        if kind in OWN:
            self.classes[kind] = None
        given: list[Any] = []
        keywords: list[tuple[str, Any]] = []
        for place, (key, default) in enumerate(self._told(layer, kind).items()):
            argument, known = default
            leads = key in FIRST and key == next(iter(rule.arguments))
            positional = len(given) == place and (known is REQUIRED or leads)
            if positional:
                given.append(argument)
            else:
                keywords.append((key, argument))
        if name is not None:
            keywords.append(("name", Value(name)))
        if not layer.trainable and layer.kind not in LATE:
            keywords.append(("trainable", Value(False)))
        function = kind if kind in OWN else f"layers.{EXPORTED.get(kind, kind)}"
        return Invoke(function, tuple(given), tuple(keywords))

    def _told(self, layer: Layer, kind: str) -> dict[str, tuple[Any, Any]]:
        """The arguments that are not the defaults, in the constructor's order: code and default."""
        rule = find_rule(kind)
        assert rule is not None
        config = layer.config
        if layer.kind == "CuDNNGRU":
            config = {**config, "reset_after": True}
        if config.get("time_major") is True:
            raise PortError(say("port.time_major", name=layer.name), line=layer.line)
        if config.get("padding") == FULL:
            raise PortError(say("port.full", name=layer.name), line=layer.line)
        if "LocallyConnected" in kind and config.get("implementation", 1) != 1:
            raise PortError(say("port.implementation", name=layer.name), line=layer.line)
        if config.get("renorm"):
            raise PortError(say("port.renorm", name=layer.name), line=layer.line)
        told: dict[str, tuple[Any, Any]] = {}
        for key, default in rule.arguments.items():
            value = _plainest(key, config.get(key, default))
            if (
                key in UNUSED
                or key == "time_major"
                or (default is not REQUIRED and _is_default(layer, key, value, default))
            ):
                continue
            if value is REQUIRED:
                raise PortError(say("rules.missing", kind=layer.kind, name=key), line=layer.line)
            code = self._argument(layer, key, value)
            if code is not None:
                told[key] = (code, default)
        dtype = config.get("dtype")
        if isinstance(dtype, str) and dtype != "float32" and "dtype" not in told:
            told["dtype"] = (Value(dtype), "float32")
        return told

    def _argument(self, layer: Layer, key: str, value: Any) -> Any:
        """Code for a value; None where it is left out, which is then noted."""
        if isinstance(value, Layer):
            return self.inner(value)
        if isinstance(value, tuple | list) and any(isinstance(each, Layer) for each in value):
            return Items(tuple(self.inner(each) for each in value))
        if key.endswith(("_regularizer", "_constraint")):
            self.left_out("port.regularizers", layer, None)
            return None
        if key.endswith("activation") or (layer.kind == "Activation" and key == "activation"):
            if isinstance(value, str) and value in ACTIVATIONS:
                return Value(SAME.get(value, value))
            if value in FUNCTIONS:
                self.classes[FUNCTIONS[value]] = None
                return Invoke(FUNCTIONS[value])
            self.left_out("port.activation", layer, value)
            return Value("linear") if layer.kind == "Activation" else None
        if key.endswith("_initializer"):
            named = snake_case(value) if isinstance(value, str) else None
            if named in INITIALIZERS:
                return Value(SAME.get(named, named))
            self.left_out("port.initializer", layer, value)
            return None
        if not _is_plain(value) or (key in STATISTICS and isinstance(value, str)):
            raise PortError(say("port.value", name=layer.name, argument=key), line=layer.line)
        return Value(value)


def listed(names: list[str]) -> str:
    """`C1, C2, C3 and 14 more`."""
    if len(names) <= MOST_NAMED:
        return ", ".join(names)
    return ", ".join(names[:MOST_NAMED]) + say("port.more", count=len(names) - MOST_NAMED)


def _is_default(layer: Layer, key: str, value: Any, default: Any) -> bool:
    if key == "reset_after":  # which readers of the code need not know the default of
        return False
    if key == "data_format":
        return value in (None, "channels_last")
    if key == "strides" and default is None:  # of a pooling, as long as its window
        window = _plainest("pool_size", layer.config.get("pool_size", 2))
        return bool(value is None or value == window)
    if key == "activation" and default is None and value == "linear":
        return True
    if isinstance(value, str) and isinstance(default, str) and key.endswith("_initializer"):
        named, usual = snake_case(value), snake_case(default)
        return SAME.get(named, named) == SAME.get(usual, usual)
    if isinstance(value, bool) or isinstance(default, bool):
        return value is default
    return bool(value == _plainest(key, default))


def _plainest(key: str, value: Any) -> Any:
    """One size in place of equal ones."""
    if key not in ONE_FOR_ALL or not isinstance(value, tuple | list) or not value:
        return value
    parts = [_plainest(key, part) for part in value]
    if any(isinstance(part, tuple | str | None) for part in parts):
        return tuple(tuple(part) if isinstance(part, list) else part for part in value)
    return parts[0] if all(part == parts[0] for part in parts[1:]) else tuple(parts)


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_is_plain, value))
    if isinstance(value, Mapping):
        return all(map(_is_plain, value.values()))
    return value is None or isinstance(value, bool | int | float | str) or hasattr(value, "terms")
