"""The registry of layer rules: one pure function per kind, loaded when the kind is met.

A rule is given a layer's complete configuration in Keras 3's spelling and the shapes that
enter (batch first), and declares the shapes of the parameters and of what leaves:

    @rule("Dense", signature="units, activation=None, use_bias=True, ...")
    def dense(config: Config, x: Shape) -> Sizing: ...

`signature` is the signature of the layer's constructor as Keras 3 has it,
in order, with its defaults; readers map positional arguments by it. `also` are arguments that it
takes beside them, through its `**kwargs`. Where a layer is called
with more than its input (attention: query, value and key), `call` is the signature of its call,
as far as sizes depend on it: tensors have the names that the rule's function gives them, flags
stand in the configuration that the rule is given.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib import import_module

from sizeup.dims import Dim
from sizeup.errors import SizingError
from sizeup.network import Parameter, Shape
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.network import Layer

    Config = Mapping[str, Any]

REQUIRED = object()
"""The default of an argument that has none."""

MODULES = {
    "core": "InputLayer Dense Embedding ReversibleEmbedding Masking Identity Activation",
    "einsum": "EinsumDense",
    "attention": "Attention AdditiveAttention MultiHeadAttention GroupedQueryAttention",
    "activations": "ReLU LeakyReLU PReLU ELU Softmax ThresholdedReLU",
    "regularization": "Dropout AlphaDropout GaussianDropout GaussianNoise "
    "SpatialDropout1D SpatialDropout2D SpatialDropout3D ActivityRegularization",
    "reshaping": "Flatten Reshape Permute RepeatVector",
    "norm": "BatchNormalization LayerNormalization GroupNormalization RMSNormalization "
    "UnitNormalization",
    "preprocessing": "Rescaling Normalization CategoryEncoding Hashing HashedCrossing Discretization",
    "lookups": "StringLookup IntegerLookup TextVectorization",
    "spectrograms": "STFTSpectrogram MelSpectrogram ops.fft_parts ops.rfft ops.rfft_parts ops.irfft "
    "ops.irfft_parts ops.stft ops.stft_parts",
    "augmentation": "AugMix AutoContrast ContrastLimitedAdaptiveHistogramEqualization CutMix "
    "Equalization MaxNumBoundingBoxes MixUp RandAugment RandomBrightness RandomColorDegeneration "
    "RandomColorJitter RandomContrast RandomElasticTransform RandomErasing RandomFlip "
    "RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective "
    "RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear "
    "RandomTranslation RandomZoom Solarization",
    "resizing": "Resizing CenterCrop RandomCrop",
    "pipeline": "Pipeline",
    "merge": "Add Subtract Multiply Average Maximum Minimum Concatenate Dot",
    "conv": "Conv1D Conv2D Conv3D DepthwiseConv1D DepthwiseConv2D SeparableConv1D "
    "SeparableConv2D Conv1DTranspose Conv2DTranspose Conv3DTranspose",
    "pooling": "MaxPooling1D MaxPooling2D MaxPooling3D "
    "AveragePooling1D AveragePooling2D AveragePooling3D "
    "GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D "
    "GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D "
    "AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D "
    "AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D",
    "operations": "ops.elementwise ops.reduce ops.moments ops.along ops.cumulate ops.top_k "
    "ops.mapped ops.looped",
    "operations_shape": "ops.reshape ops.flatten ops.transpose ops.moveaxis ops.swapaxes "
    "ops.expand_dims ops.squeeze ops.concatenate ops.vstack ops.hstack ops.stack ops.unstack "
    "ops.split ops.split_sizes ops.tile ops.repeat ops.repeat_vector ops.broadcast_to "
    "ops.meshgrid ops.pad",
    "operations_index": "ops.getitem ops.slice ops.take ops.take_along_axis ops.gather_nd "
    "ops.one_hot ops.diagonal ops.segment ops.indices ops.values",
    "operations_products": "ops.matmul ops.dot ops.inner ops.outer ops.tensordot ops.batch_dot "
    "ops.einsum",
    "operations_image": "ops.conv ops.depthwise_conv ops.separable_conv ops.conv_transpose "
    "ops.max_pool ops.average_pool ops.resize ops.scale ops.pad_spatial ops.extract_patches "
    "ops.depth_to_space ops.space_to_depth ops.crop_or_pad ops.channels ops.frame",
    "legacy": "TimeDistributedDense MaxoutDense Highway TimeDistributedMerge ThresholdedLinear "
    "ParametricSoftplus SReLU LocallyConnected1D LocallyConnected2D",
    "padding": "ZeroPadding1D ZeroPadding2D ZeroPadding3D Cropping1D Cropping2D Cropping3D "
    "UpSampling1D UpSampling2D UpSampling3D",
    "recurrent": "SimpleRNN LSTM GRU SimpleRNNCell LSTMCell GRUCell StackedRNNCells RNN "
    "CuDNNLSTM CuDNNGRU",
    "convlstm": "ConvLSTM1D ConvLSTM2D ConvLSTM3D",
    "wrappers": "Bidirectional TimeDistributed SpectralNormalization Wrapper",
}
"""The kinds whose rules each module holds, so that a module is imported only if it is needed."""

SIZELESS = {
    "activation", "alpha", "dropout", "dtype", "epsilon", "go_backwards", "implementation",
    "mask_value", "mask_zero", "max_value", "momentum", "name", "negative_slope", "rate", "recurrent_activation",
    "recurrent_dropout", "seed", "stateful", "stddev", "threshold", "trainable",
    "unit_forget_bias", "unroll", "use_cudnn", "zero_output_for_mask",
}  # fmt: skip
"""Settings that neither parameters nor shapes hang on; neither do these:"""
SIZELESS_ENDINGS = ("_initializer", "_regularizer", "_constraint")

HOMES = {kind: module for module, kinds in MODULES.items() for kind in kinds.split()}


class Sizing(Record):
    """What a layer owns, emits and costs for one call.

    `outputs` holds one shape per output tensor, `macs` the multiply-accumulates of the
    kernel for one sample (None where they depend on an open dimension). A layer that owns
    nothing says so by leaving `parameters` empty; nothing else is zero by default.
    """

    outputs: tuple[Shape, ...]
    parameters: tuple[Parameter, ...] = ()
    macs: Dim | None = 0


class Rule(Record):
    """A kind of layer: its constructor as declared and the function that sizes it.

    `tensors` are the names of those that enter, the last of which may be left out down to
    `least` of them; None for any number from `least` on.
    """

    kind: str
    declared: str
    besides: str
    called: str
    size: Callable[..., Sizing]
    tensors: tuple[str, ...] | None
    least: int

    @property
    def signature(self) -> Mapping[str, Any]:
        """The arguments of the constructor with their defaults, in order."""
        return parse_signature(self.declared)

    @property
    def arguments(self) -> Mapping[str, Any]:
        """All arguments that the constructor takes, those by name only last."""
        return _together(self.declared, self.besides)

    @property
    def call(self) -> Mapping[str, Any]:
        """The arguments of the call that sizes depend on; empty where that is the first alone."""
        return parse_signature(self.called)

    @property
    def options(self) -> Mapping[str, bool]:
        """The flags among them, with their defaults."""
        return _flags(self.called)

    def admits(self, count: int) -> bool:
        """Whether so many tensors may enter."""
        return self.least <= count and (self.tensors is None or count <= len(self.tensors))


_RULES: dict[str, Rule] = {}
_VARARGS = 4
"""The flag of a function that takes any number of arguments (`inspect.CO_VARARGS`)."""


def rule(
    *kinds: str, signature: str, also: str = "", call: str = ""
) -> Callable[[Callable[..., Sizing]], Callable[..., Sizing]]:
    """Register a function as the rule of `kinds`; a second rule for a kind is an error."""

    def register(function: Callable[..., Sizing]) -> Callable[..., Sizing]:
        for kind in kinds:
            if kind in _RULES:
                raise ValueError(f"two rules for {kind}")
            _RULES[kind] = Rule(kind, signature, also, call, function, *_tensors(function))
        return function

    return register


def _tensors(function: Callable[..., Sizing]) -> tuple[tuple[str, ...] | None, int]:
    """What a rule takes after its configuration (None for any number), and how many at least."""
    bound = 0
    while isinstance(function, partial):
        bound += len(function.args)
        function = function.func
    code = function.__code__
    names = code.co_varnames[bound + 1 : code.co_argcount]
    least = len(names) - len(function.__defaults__ or ())
    return None if code.co_flags & _VARARGS else names, least


def takes_states(kind: str) -> bool:
    """Whether what enters beside the first tensor are states of recurrent layers."""
    return HOMES.get(kind) in ("recurrent", "convlstm") or kind == "Bidirectional"


@cache  # parsed on first use: most kinds of a module are never met
def parse_signature(text: str) -> Mapping[str, Any]:
    """`"units, use_bias=True"` as an ordered table of names and defaults."""
    arguments = ast.parse(f"lambda {text}: 0", mode="eval").body
    assert isinstance(arguments, ast.Lambda)
    names = [argument.arg for argument in arguments.args.args]
    defaults = [ast.literal_eval(default) for default in arguments.args.defaults]
    required = len(names) - len(defaults)
    return dict(zip(names, [REQUIRED] * required + defaults, strict=True))


@cache
def _together(declared: str, besides: str) -> Mapping[str, Any]:
    return {**parse_signature(declared), **parse_signature(besides)}


@cache
def _flags(called: str) -> Mapping[str, bool]:
    return {
        name: value for name, value in parse_signature(called).items() if isinstance(value, bool)
    }


def find_rule(kind: str) -> Rule | None:
    """The rule of a kind by its exact name, or None where nobody wrote one."""
    if kind not in _RULES and kind in HOMES:
        import_module(f"sizeup.rules.{HOMES[kind]}")
    return _RULES.get(kind)


def idle_setting(setting: str) -> bool:
    """Whether neither parameters nor shapes hang on a setting."""
    return setting in SIZELESS or setting.endswith(SIZELESS_ENDINGS)


def is_determined(layer: Layer) -> bool:
    """Whether the configuration that is known of a layer says all that its rule asks for."""
    found = find_rule(layer.kind)
    if found is None or not layer.partial:
        return found is not None
    return all(name in layer.config or idle_setting(name) for name in found.signature)


def size(kind: str, config: Config, shapes: Sequence[Shape]) -> Sizing:
    """Size one call of a layer; `config` may leave out what has a default.

    Raises SizingError where Keras would raise, KeyError where the kind has no rule.
    """
    found = find_rule(kind)
    if found is None:
        raise KeyError(kind)
    if not found.admits(len(shapes)):
        takes = " or ".join(
            map(str, range(found.least, max(found.least, len(found.tensors or ())) + 1))
        )
        raise SizingError(say("rules.inputs", kind=kind, takes=takes, given=len(shapes)))
    return found.size({**found.arguments, **found.options, **config}, *shapes)
