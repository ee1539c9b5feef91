"""What other tools count of the same network, derived layer by layer from the rule of each.

They take modules of PyTorch; a network is meant as people write it there: a layer a module, its
activation function another, global average pooling as AdaptiveAvgPool, sums and products as
operators. Their numbers are those of one batch in inference.

* PyTorch's `FlopCounterMode` counts two for each MAC of kernels and products, nothing else, and
  calflops' MACs are the same MACs.
* torchinfo ("mult-adds") takes the parameters of a module: of a convolution weights and biases at
  every position of its output, of all others once for each sample, so that a Linear over a sequence
  counts one step, normalization its two vectors and an Embedding its table.
* ptflops ("MACs") counts kernels and biases, two for each element of batch normalization and one of
  layer normalization, and elements of some activations and of what enters a pooling: twice where
  module and function are both patched, as of relu.
* fvcore ("flops") counts one for each MAC, two for each element of batch normalization, five of
  layer normalization, and each element that enters an adaptive pooling.
"""

from __future__ import annotations

from sizeup.analyses.count import plain
from sizeup.analyses.tasks import named
from sizeup.dims import total
from sizeup.network import add_known, times
from sizeup.records import Record
from sizeup.rules.checks import known_product

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from sizeup.analyses.flops import Flops
    from sizeup.analyses.tasks import Task
    from sizeup.dims import Dim

    Parts = Mapping[str, Dim | None]

PARTS = ("macs", "biases", "normalization", "activations", "pooling", "tables")
"""What the numbers of peers are made of, in order."""
CONVOLUTIONS = frozenset(
    [*(f"Conv{n}D" for n in "123"), *(f"{kind}Conv{n}D" for kind in ("Depthwise", "Separable")
                                      for n in "12")]
)  # fmt: skip
TURNED = frozenset(f"Conv{n}DTranspose" for n in "123")
POOLING = frozenset(f"{kind}Pooling{n}D" for kind in ("Max", "Average") for n in "123")
GLOBAL = frozenset(f"GlobalAveragePooling{n}D" for n in "123")
FUNCTIONS = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu", "PReLU": "prelu",
             "Softmax": "softmax"}  # fmt: skip
"""Layers that are activation functions."""
NOTHING = frozenset(
    """
    Dropout Flatten Reshape Permute InputLayer Identity ActivityRegularization Add Subtract
    Multiply Average Maximum Minimum Concatenate ZeroPadding1D ZeroPadding2D ZeroPadding3D
    Cropping1D Cropping2D Cropping3D SpatialDropout1D SpatialDropout2D SpatialDropout3D
    GaussianNoise GaussianDropout AlphaDropout Rescaling
    """.split()
)
"""Kinds of which no peer counts anything."""
TWICE = {"relu": 2, "elu": 2, "gelu": 2, "prelu": 2, "relu6": 1, "leaky_relu": 1, "silu": 1,
         "swish": 1, "softmax": 1}  # fmt: skip
"""How often ptflops counts each element of an activation function: as a module, as a function."""


class Peer(Record):
    """What a tool counts, under its own name for that; `parts` sum to `total`.

    `total` is None where some layer's rule is not known.
    """

    name: str
    counts: str
    parts: Mapping[str, Dim | None]
    total: Dim | None
    calls: Sequence[Dim | None]

    def as_dict(self, names: Sequence[str]) -> dict[str, Any]:
        """The peer as JSON has it; `names` are the layers of the calls."""
        layers: dict[str, Dim | None] = {}
        for name, number in zip(names, self.calls, strict=True):
            layers[name] = add_known((layers.get(name, 0), number))
        return {
            "peer": self.name,
            "counts": self.counts,
            "total": plain(self.total),
            "parts": {part: plain(number) for part, number in self.parts.items()},
            "layers": {name: plain(number) for name, number in layers.items()},
        }


def peers(flops: Sequence[Flops], batch: int = 1) -> tuple[Peer, ...]:
    """What the peers count of a network's calls, for the whole batch."""
    found = []
    for name, (counts, rule) in RULES.items():
        each = [rule(done.task) if _is_known(done.task) else None for done in flops]
        parts = {
            part: times(add_known(None if p is None else p.get(part, 0) for p in each), batch)
            for part in PARTS
        }
        calls = [None if p is None else times(add_known(p.values()), batch) for p in each]
        found.append(Peer(name, counts, parts, add_known(parts.values()), calls))
    return tuple(found)


def _is_known(task: Task) -> bool:
    """Whether all is known that a rule asks for."""
    return task.told and task.whole


def _doubled(task: Task) -> Parts:
    """FlopCounterMode."""
    return {"macs": times(task.macs, 2)}


def _kernels(task: Task) -> Parts:
    """Calflops' MACs."""
    return {"macs": task.macs}


def _torchinfo(task: Task) -> Parts | None:
    kind = task.kind
    if kind in CONVOLUTIONS:
        return {"macs": task.macs, "biases": _biases(task)}
    if kind in TURNED:
        positions = None if task.leaves[0] is None else known_product(_sides(task))
        kernel = task.weights[0].count
        return {"macs": times(positions, kernel), "biases": _biases(task)}
    owned = total(p.count for p in task.weights)
    if kind == "Dense":
        kernel = task.weights[0].count
        return {"macs": kernel, "biases": owned - kernel}
    if kind == "BatchNormalization":
        channels = task.weights[0].count if task.weights else 0
        return {"normalization": 2 * channels if _affine(task) else 0}
    if kind == "LayerNormalization":
        return {"normalization": owned}
    if kind == "Embedding":
        return {"tables": owned}
    if not task.weights and (
        kind in NOTHING or kind in POOLING or kind in GLOBAL or _is_function(task)
    ):
        return {}
    return None


def _ptflops(task: Task) -> Parts | None:
    kind, function = task.kind, _function(task)
    activations = times(task.outs[0], TWICE.get(function, 0)) if function else 0
    if kind in CONVOLUTIONS or kind in TURNED or kind == "Dense":
        return {"macs": task.macs, "biases": _biases(task), "activations": activations}
    if kind == "BatchNormalization":
        return {"normalization": times(task.ins[0], 2 if _affine(task) else 1)}
    if kind == "LayerNormalization":
        return {"normalization": task.ins[0]}
    if kind in POOLING or kind in GLOBAL:
        return {"pooling": times(task.ins[0], 2)}
    if _is_function(task):
        return {"activations": activations}
    return {} if kind in NOTHING or kind == "Embedding" else None


def _fvcore(task: Task) -> Parts | None:
    kind = task.kind
    if kind in CONVOLUTIONS or kind in TURNED or kind == "Dense":
        return {"macs": task.macs}
    if kind == "BatchNormalization":
        return {"normalization": times(task.ins[0], 2 if _affine(task) else 1)}
    if kind == "LayerNormalization":
        return {"normalization": times(task.ins[0], 5)}
    if kind in GLOBAL:
        return {"pooling": task.ins[0]}
    free = kind in NOTHING or kind in POOLING or kind == "Embedding" or _is_function(task)
    return {} if free else None


def _biases(task: Task) -> Dim | None:
    """One for each element that leaves."""
    return task.outs[0] if task.config.get("use_bias", True) else 0


def _affine(task: Task) -> bool:
    return bool(task.config.get("scale", True) or task.config.get("center", True))


def _sides(task: Task) -> tuple[Dim | None, ...]:
    shape = task.leaves[0] or ()
    return shape[2:] if task.config.get("data_format") == "channels_first" else shape[1:-1]


def _is_function(task: Task) -> bool:
    return task.kind == "Activation" or task.kind in FUNCTIONS


def _function(task: Task) -> str | None:
    """The activation function of a layer, or that it is."""
    if task.kind == "ReLU" and task.config["max_value"] is not None:
        return "relu6"
    return FUNCTIONS.get(task.kind) or named(task.config.get("activation"))


RULES: dict[str, tuple[str, Callable[[Task], Parts | None]]] = {
    "torch FlopCounterMode": ("FLOPs", _doubled),
    "calflops": ("MACs", _kernels),
    "torchinfo": ("mult-adds", _torchinfo),
    "ptflops": ("MACs", _ptflops),
    "fvcore": ("flops", _fvcore),
}
