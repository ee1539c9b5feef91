"""EinsumDense: a kernel and a bias whose axes an equation names.

Source: `keras/src/layers/core/einsum_dense.py`. Keras reads the beginning of an equation only;
spaces and implicit outputs are refused.
"""

from __future__ import annotations

import re

from sizeup.errors import SizingError
from sizeup.network import Parameter
from sizeup.records import Record
from sizeup.rules.checks import differ, known_product, sizes, text
from sizeup.rules.quantization import quantized
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config

FORMS = (
    r"()([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)",
    r"(\.\.\.)([a-zA-Z]+),([a-zA-Z]+)->\.\.\.([a-zA-Z]+)",
    r"()([a-zA-Z]{2,})\.\.\.,([a-zA-Z]+)->([a-zA-Z]+)\.\.\.",
)
"""The equations that Keras knows: axes in front that may be left out, input, kernel, output."""


class _Axes(Record):
    """What an equation makes of an input: what leaves, and the letter and size of every axis.

    `unnamed` are the axes without a letter; they stand in front if `ahead`.
    """

    kernel: str
    output: str
    leaving: Shape
    unnamed: Shape
    ahead: bool
    inputs: dict[str, Dim | None]
    outputs: dict[str, Dim | None]

    @property
    def macs(self) -> Dim | None:
        """The product over the axes of kernel and output without the batch, which stands first.

        An axis of the output that is left open is as long as that of the input.
        """
        known = {axis: size for axis, size in self.outputs.items() if size is not None}
        sizes = {**dict.fromkeys(self.outputs), **self.inputs, **known}
        unnamed = self.unnamed
        if self.ahead and unnamed:
            unnamed = unnamed[1:]
        else:
            del sizes[next(iter(self.inputs))]
        worked = [sizes[axis] for axis in sizes if axis in self.kernel + self.output]
        return known_product((*unnamed, *worked))


@rule(
    "EinsumDense",
    signature="equation, output_shape, activation=None, bias_axes=None, "
    "kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None, "
    "bias_regularizer=None, kernel_constraint=None, bias_constraint=None, lora_rank=None, "
    "lora_alpha=None, gptq_unpacked_column_size=None, quantization_config=None",
)
def einsum_dense(config: Config, x: Shape) -> Sizing:
    """`ab,bc->ac` on (batch, inputs) with `output_shape` 64 becomes (batch, 64).

    The MACs are the product over all axes of the kernel and the output but the batch.
    """
    axes = _named(config["equation"], sizes("EinsumDense", config, "output_shape"), x)
    own = {**axes.inputs, **axes.outputs}
    kernel = Parameter("kernel", _known(config, x, (own[axis] for axis in axes.kernel)))
    return Sizing(
        outputs=(axes.leaving,),
        parameters=quantized(
            "EinsumDense", config, kernel.shape[-1], kernel, *_bias(config, axes, x)
        ),
        macs=axes.macs,
    )


def _named(equation: Any, given: Shape, x: Shape) -> _Axes:
    """What every letter of an equation stands for."""
    matches = [re.match(form, str(equation)) for form in FORMS]
    match = next((found for found in matches if found), None)
    if match is None:
        raise SizingError(say("rules.equation", value=text(equation)))
    elided, entering, kernel, leaving = match.groups()
    ahead = bool(elided)
    count = len(x) - len(entering)
    if count < 0 or not x:
        raise _misfit(equation, x)
    unnamed: Shape = ()
    whole: Shape = (x[0], *given)
    if count and ahead:
        unnamed = x[:count]
        whole = (x[0], *reversed(x[1:count]), *given)  # Keras turns the elided axes around
    elif count:
        unnamed = x[len(entering) :]
        whole = (x[0], *given, *unnamed)
    start = count if ahead else 0
    if len(whole) < start + len(leaving):
        raise _misfit(equation, x)
    inputs = dict(zip(entering, x[start:], strict=False))
    outputs = dict(zip(leaving, whole[start:], strict=False))
    for axis, size in inputs.items():
        wanted = outputs.get(axis)
        if wanted is not None and (size is None or differ(wanted, size)):
            raise _misfit(equation, x)
    if not set(leaving) <= set(entering + kernel) or not set(kernel) <= set(entering + leaving):
        raise SizingError(say("rules.equation", value=text(equation)))
    return _Axes(kernel, leaving, whole, unnamed, ahead, inputs, outputs)


def _bias(config: Config, axes: _Axes, x: Shape) -> tuple[Parameter, ...]:
    """A bias along `bias_axes`; axes of 1 keep their places, from the first of them on."""
    letters = config["bias_axes"]
    if letters is None:
        return ()
    places = [axes.output.find(letter) for letter in str(letters)]
    if not places or min(places) < 0:
        raise SizingError(say("rules.bias_axes", value=text(letters), output=axes.output))
    shape = [axes.outputs[axis] if axis in letters else 1 for axis in axes.output[min(places) :]]
    behind = 0 if axes.ahead else len(axes.unnamed)
    return (Parameter("bias", _known(config, x, (*shape, *[1] * behind))),)


def _known(config: Config, x: Shape, sizes: Any) -> tuple[Dim, ...]:
    """Sizes of a parameter, none of which may be open."""
    known = tuple(sizes)
    if None in known:
        raise _misfit(config["equation"], x)
    return known


def _misfit(equation: Any, x: Shape) -> SizingError:
    return SizingError(say("rules.einsum", equation=text(equation), shape=text(x)))
