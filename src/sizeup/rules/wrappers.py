"""Wrappers: layers that apply another one to both directions, to every step, or normalized.

What they own are the parameters of the layer that they hold, in Keras 3's order.
"""

from __future__ import annotations

from sizeup.errors import SizingError
from sizeup.network import Parameter, add_known, renumbered
from sizeup.rules.checks import dimension, known_product, least_rank, positive, text
from sizeup.rules.inner import held, inside, size_inner
from sizeup.rules.registry import Sizing, find_rule, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Layer, Shape
    from sizeup.rules.registry import Config

MERGES = ("sum", "mul", "ave", "concat", None)
WAYS = ("go_backwards", "stateful", "return_sequences", "return_state")
"""How a recurrent layer reads a sequence; the two of a Bidirectional differ in the first alone."""


@rule("Bidirectional", signature="layer, merge_mode='concat', weights=None, backward_layer=None")
def bidirectional(config: Config, x: Shape, *_states: Shape) -> Sizing:
    """A recurrent layer and its like backwards (Schuster and Paliwal, 1997).

    Concatenated, its output is twice as wide; with `merge_mode=None` both outputs leave. Keras
    takes all shapes from the forward layer.
    """
    forward, backward = directions(config)
    merge = config["merge_mode"]
    if merge not in MERGES:
        raise SizingError(say("rules.merge_mode", value=text(merge)))
    first, second = size_inner(forward, (x,)), size_inner(backward, (x,))
    output, *states = first.outputs
    outputs: tuple[Shape, ...] = (output,)
    if merge == "concat":
        outputs = ((*output[:-1], 2 * dimension("Bidirectional", output, -1)),)
    elif merge is None:
        outputs = (output, output)
    return Sizing(
        outputs=(*outputs, *states, *states),
        parameters=(*inside("forward", first), *inside("backward", second)),
        macs=add_known((first.macs, second.macs)),
    )


def directions(config: Config) -> tuple[Layer, Layer]:
    """The layers that read forwards and backwards; the second is a copy of the first if not given.

    Raises SizingError where Keras would not pair them.
    """
    forward, backward = held("Bidirectional", config, "layer"), config["backward_layer"]
    ways = _settings(forward)
    if backward is None:
        backward = renumbered(forward, lambda identity: -identity)  # a copy is another object
        backward = backward.changed(config={**backward.config, "go_backwards": True})
    others = _settings(held("Bidirectional", {"backward_layer": backward}, "backward_layer"))
    if ways["go_backwards"] == others["go_backwards"]:
        raise SizingError(say("rules.directions"))
    for name in WAYS[1:]:
        if ways[name] != others[name]:
            raise SizingError(say("rules.direction_setting", name=name))
    return forward, backward


def _settings(layer: Layer) -> Config:
    """The configuration of a recurrent layer with its defaults; others have no direction."""
    found = find_rule(layer.kind)
    settings = {**(found.signature if found else {}), **layer.config}
    if any(name not in settings for name in WAYS):
        raise SizingError(say("rules.not_recurrent", kind=layer.kind))
    return settings


@rule("TimeDistributed", signature="layer")
def time_distributed(config: Config, x: Shape) -> Sizing:
    """A layer at every step: (batch, time, ...) becomes (batch, time, ...)."""
    least_rank("TimeDistributed", x, 3)
    sizing = size_inner(held("TimeDistributed", config, "layer"), ((x[0], *x[2:]),))
    if len(sizing.outputs) != 1:
        raise SizingError(say("rules.one_output", kind="TimeDistributed"))
    batch, *rest = sizing.outputs[0]
    return sizing.changed(outputs=((batch, x[1], *rest),), macs=known_product((x[1], sizing.macs)))


@rule("SpectralNormalization", signature="layer, power_iterations=1")
def spectral_normalization(config: Config, x: Shape) -> Sizing:
    """A layer whose kernel is divided by its largest singular value (Miyato et al., 2018).

    The estimate of the singular vector is kept beside the kernel and not trained; what it
    takes to work it out is done once for a whole batch and not counted.
    """
    kind, layer = "SpectralNormalization", held("SpectralNormalization", config, "layer")
    positive(kind, config, "power_iterations")
    sizing = size_inner(layer, (x,))
    kernel = next((p for p in sizing.parameters if p.name in {"kernel", "embeddings"}), None)
    if kernel is None or "recurrent_kernel" in {p.name for p in sizing.parameters}:
        raise SizingError(say("rules.no_kernel", kind=layer.kind))
    vector = Parameter("vector_u", (1, kernel.shape[-1]), kernel.dtype, trainable=False)
    others = tuple(each for each in sizing.parameters if each is not kernel)
    return sizing.changed(parameters=(kernel, vector, *others))


@rule("Wrapper", signature="layer")
def wrapper(_config: Config, _x: Shape) -> Sizing:
    """The base of wrappers, which says itself not how it is called."""
    raise SizingError(say("rules.abstract", kind="Wrapper"))
