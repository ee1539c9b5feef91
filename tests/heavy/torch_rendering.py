"""A network as a module of PyTorch: every call in order, each layer what PyTorch has for it.

Tensors stand as Keras has them, channels last; convolutions and pooling see them through a view.
What nothing takes any more is let go, as a program does whose variable is overwritten.
"""

from __future__ import annotations

import torch
from torch import nn

from sizeup.analyses.steps import run
from sizeup.analyses.tasks import named, task_of

FUNCTIONS = {
    "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "gelu": nn.GELU, "silu": nn.SiLU,
    "swish": nn.SiLU, "elu": nn.ELU, "selu": nn.SELU, "softplus": nn.Softplus,
    "relu6": nn.ReLU6, "leaky_relu": nn.LeakyReLU, "hard_sigmoid": nn.Hardsigmoid,
    "hard_swish": nn.Hardswish, "hard_silu": nn.Hardswish,
}  # fmt: skip


class Masked(nn.Module):
    """Dropout as a GPU has it: its mask is of one byte an element."""

    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        return torch.native_dropout(x, self.rate, True)[0] if self.training else x


class Spatial(nn.Module):
    """A module that wants channels first, between two views."""

    def __init__(self, inner, pads=None, first=False):
        super().__init__()
        self.inner, self.pads, self.first = inner, pads, first

    def forward(self, x):
        x = x if self.first else x.movedim(-1, 1)
        if self.pads is not None:
            x = nn.functional.pad(x, self.pads)
        x = self.inner(x)
        return x if self.first else x.movedim(1, -1)


class Heads(nn.Module):
    """Attention of many heads as Keras computes it without a fused kernel."""

    def __init__(self, task):
        super().__init__()
        config = task.config
        self.heads, self.depth = config["num_heads"], config["key_dim"]
        width = config["value_dim"] or self.depth
        query, value, key = task.shapes[0], task.shapes[1], task.shapes[-1]
        bias = config["use_bias"]
        self.query = nn.Linear(query[-1], self.heads * self.depth, bias)
        self.key = nn.Linear(key[-1], self.heads * self.depth, bias)
        self.value = nn.Linear(value[-1], self.heads * width, bias)
        self.leave = nn.Linear(self.heads * width, task.leaves[0][-1], bias)
        self.dropout = Masked(config["dropout"]) if config["dropout"] else None

    def forward(self, query, value, key=None):
        key = value if key is None else key

        def split(x):
            return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

        q = split(self.query(query)) * self.depth**-0.5
        k, v = split(self.key(key)), split(self.value(value))
        del query, value, key
        scores = (q @ k.transpose(-1, -2)).softmax(-1)
        if self.dropout is not None:
            scores = self.dropout(scores)
        return self.leave((scores @ v).transpose(1, 2).flatten(2))


class Recurrent(nn.Module):
    def __init__(self, task, kind):
        super().__init__()
        self.unit = getattr(nn, kind)(task.shapes[0][-1], task.config["units"], batch_first=True)
        self.sequences = task.config["return_sequences"]

    def forward(self, x):
        y, states = self.unit(x)
        if self.sequences:
            return y
        return (states[0] if isinstance(states, tuple) else states)[0]


class Rendered(nn.Module):
    """A network; activation functions compute in place where that is asked for.

    `fused` does so for those inside of other layers, which then give one tensor, as in Keras.
    """

    def __init__(self, network, *, in_place=False, fused=False):
        super().__init__()
        self.run = run(network)
        self.parts = nn.ModuleDict()
        self.names = []
        for step in self.run.steps:
            name = step.layer.name.replace(".", "_").replace("/", "_")
            if name not in self.parts:
                made = _module(task_of(step.layer, step.call, None), in_place, fused)
                for parameter in made.parameters():
                    parameter.requires_grad_(step.layer.trainable)
                self.parts[name] = made
            self.names.append(name)
        self.last = {}
        for number, step in enumerate(self.run.steps):
            for tensor in step.inputs:
                self.last[tensor] = number
        for tensor in self.run.outputs:
            self.last[tensor] = len(self.names)

    def forward(self, *inputs):
        return self.passed(list(inputs))

    def passed(self, inputs):
        """What leaves; the list is emptied, so that nothing else need hold what enters."""
        tensors = dict(enumerate(inputs))
        inputs.clear()
        for number, (name, step) in enumerate(zip(self.names, self.run.steps, strict=True)):
            used = step.inputs[: len(step.inputs) - step.call.beside]
            taken = [tensors[t] for t in used]
            for tensor in step.inputs:
                if self.last[tensor] == number:
                    tensors.pop(tensor, None)
            given = _call(self.parts[name], taken)
            tensors[step.outputs[0]] = given
            del given
        leaving = [tensors[t] for t in sorted(self.run.outputs)]
        return leaving[0] if len(leaving) == 1 else tuple(leaving)


def _call(module, taken):
    """Called so that nothing but the module holds what is taken."""
    if len(taken) == 1:
        return module(taken.pop())
    return module(*taken)


def _module(task, in_place, fused):
    made = _kernel(task, in_place)
    function = named(task.config.get("activation"))
    if function is None or task.kind in ("Activation", "LSTM", "GRU", "SimpleRNN"):
        return made
    return nn.Sequential(made, _function(function, fused))


def _function(name, in_place):
    if name == "softmax":
        return nn.Softmax(-1)
    made = FUNCTIONS[name]
    try:
        return made(inplace=in_place)
    except TypeError:
        return made()


def _each(value, n):
    return (value,) * n if isinstance(value, int) else tuple(value)


def _rank(kind):
    return next(int(c) for c in kind if c.isdigit())


def _padding(task, n, size, strides, dilation):
    """`padding` of the module, or pads before it where both sides differ."""
    if task.config["padding"] == "valid":
        return 0, None
    x = task.shapes[0]
    sides = x[2:] if task.config.get("data_format") == "channels_first" else x[1:-1]
    both = []
    for length, k, s, d in zip(sides, size, strides, dilation, strict=True):
        needed = max((-(-length // s) - 1) * s + d * (k - 1) + 1 - length, 0)
        both.append((needed // 2, needed - needed // 2))
    if all(a == b for a, b in both):
        return tuple(a for a, _ in both), None
    return 0, [side for pair in reversed(both) for side in pair]


def _convolution(task, n):
    config = task.config
    size, strides = _each(config["kernel_size"], n), _each(config["strides"], n)
    dilation = _each(config["dilation_rate"], n)
    padding, pads = _padding(task, n, size, strides, dilation)
    first = config.get("data_format") == "channels_first"
    channels = task.shapes[0][1 if first else -1]
    conv = getattr(nn, f"Conv{n}d")
    common = dict(stride=strides, padding=padding, dilation=dilation)
    if task.kind.startswith("Separable"):
        wide = channels * config["depth_multiplier"]
        inner = nn.Sequential(
            conv(channels, wide, size, groups=channels, bias=False, **common),
            conv(wide, config["filters"], 1, bias=config["use_bias"]),
        )
    elif task.kind.startswith("Depthwise"):
        wide = channels * config["depth_multiplier"]
        inner = conv(channels, wide, size, groups=channels, bias=config["use_bias"], **common)
    else:
        inner = conv(channels, config["filters"], size, groups=config["groups"],
                     bias=config["use_bias"], **common)  # fmt: skip
    return Spatial(inner, pads, first)


class Merge(nn.Module):
    def __init__(self, kind, config):
        super().__init__()
        self.kind, self.axis = kind, config.get("axis", -1)

    def forward(self, *tensors):
        if self.kind == "Concatenate":
            return torch.cat(tensors, self.axis)
        whole = tensors[0]
        for each in tensors[1:]:
            whole = whole * each if self.kind == "Multiply" else whole + each
        return whole / len(tensors) if self.kind == "Average" else whole


class Apply(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *x):
        return self.function(*x)


def _kernel(task, in_place):
    kind, config, x = task.kind, task.config, task.shapes[0]
    if "Conv" in kind and "Transpose" not in kind:
        return _convolution(task, _rank(kind))
    if kind in ("MaxPooling2D", "AveragePooling2D", "MaxPooling1D", "AveragePooling1D"):
        n = _rank(kind)
        size = _each(config["pool_size"], n)
        strides = size if config["strides"] is None else _each(config["strides"], n)
        padding, pads = _padding(task, n, size, strides, (1,) * n)
        name = f"{'Max' if kind.startswith('Max') else 'Avg'}Pool{n}d"
        first = config.get("data_format") == "channels_first"
        return Spatial(getattr(nn, name)(size, strides, padding=padding), pads, first)
    if kind in ("GlobalAveragePooling2D", "GlobalAveragePooling1D", "GlobalMaxPooling1D"):
        axes = tuple(range(1, len(x) - 1))
        keep = config["keepdims"]
        if kind.startswith("GlobalMax"):
            return Apply(lambda t: t.amax(axes, keepdim=keep))
        if kind.endswith("2D"):
            inner = Spatial(
                nn.AdaptiveAvgPool2d(1), None, config["data_format"] == "channels_first"
            )
            return inner if keep else nn.Sequential(inner, nn.Flatten())
        return Apply(lambda t: t.mean(axes, keepdim=keep))
    if kind == "BatchNormalization":
        channels = x[config["axis"]]
        made = getattr(nn, f"BatchNorm{max(1, len(x) - 2)}d")
        affine = bool(config["scale"] or config["center"])
        inner = made(channels, affine=affine)
        return inner if len(x) == 2 else Spatial(inner, None, config["axis"] == 1)
    if kind == "LayerNormalization":
        return nn.LayerNorm(x[-1])
    simple = {
        "Dense": lambda: nn.Linear(x[-1], config["units"], config["use_bias"]),
        "Activation": lambda: (
            nn.Identity()
            if named(config["activation"]) is None
            else _function(named(config["activation"]), in_place)
        ),
        "ReLU": lambda: nn.ReLU6(in_place) if config["max_value"] == 6 else nn.ReLU(in_place),
        "LeakyReLU": lambda: nn.LeakyReLU(config["negative_slope"], in_place),
        "ELU": lambda: nn.ELU(inplace=in_place),
        "Softmax": lambda: nn.Softmax(-1),
        "Dropout": lambda: Masked(config["rate"]),
        "Flatten": nn.Flatten,
        "Reshape": lambda: Apply(lambda t: t.reshape(len(t), *task.leaves[0][1:])),
        "Rescaling": lambda: Apply(lambda t: t * 0.5),
        "ZeroPadding2D": lambda: _zero_padding(config),
        "Embedding": lambda: nn.Embedding(config["input_dim"], config["output_dim"]),
        "LSTM": lambda: Recurrent(task, "LSTM"),
        "GRU": lambda: Recurrent(task, "GRU"),
        "SimpleRNN": lambda: Recurrent(task, "RNN"),
        "MultiHeadAttention": lambda: Heads(task),
        "Dot": lambda: Apply(lambda a, b: a @ b),
        "ops.matmul": lambda: Apply(lambda a, b: a @ b),
        "ops.elementwise": lambda: Merge({"multiply": "Multiply"}.get(task.function, "Add"), {}),
    }
    if kind in ("Add", "Multiply", "Average", "Concatenate"):
        return Merge(kind, config)
    return simple[kind]()


def _zero_padding(config):
    (top, bottom), (left, right) = (_each(side, 2) for side in _each(config["padding"], 2))
    return Apply(lambda t: nn.functional.pad(t, (0, 0, left, right, top, bottom)))
