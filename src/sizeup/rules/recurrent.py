"""Recurrent layers and their cells: plain, gated, stacked, and those that the source defines.

Weights and their order are Keras 3's (`keras/src/layers/rnn/`), those of the CuDNN layers
Keras 2's (`keras/layers/cudnn_recurrent.py`). What a layer multiplies is what its cell does,
at every step of the sequence.
"""

from __future__ import annotations

from functools import partial

from sizeup.errors import SizingError
from sizeup.naming import auto_names
from sizeup.network import Layer, Parameter, add_known
from sizeup.records import Record
from sizeup.rules.checks import dimension, flag, known_product, positive, rank, text
from sizeup.rules.inner import held, inside, size_inner
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config

    Size = Dim | tuple[Dim, ...]


class Unit(Record):
    """A recurrent unit: how many gates share its kernels, and how many states it keeps."""

    gates: int
    states: int


UNITS = {"SimpleRNN": Unit(1, 1), "LSTM": Unit(4, 2), "GRU": Unit(3, 1)}
CELLS = {f"{name}Cell": unit for name, unit in UNITS.items()}


def weights(*, forget: str = "", activity: str = "") -> str:
    """The arguments on a recurrent unit's weights, with those that only some kinds have."""
    return (
        "kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', "
        f"bias_initializer='zeros', {forget}kernel_regularizer=None, "
        f"recurrent_regularizer=None, bias_regularizer=None, {activity}kernel_constraint=None, "
        "recurrent_constraint=None, bias_constraint=None"
    )


FORGET, ACTIVITY = "unit_forget_bias=True, ", "activity_regularizer=None, "
DROPOUT = "dropout=0.0, recurrent_dropout=0.0"
ONE_GATE = "units, activation='tanh', use_bias=True"
GATED = "units, activation='tanh', recurrent_activation='sigmoid', use_bias=True"
SEQUENCE = "return_sequences=False, return_state=False, go_backwards=False, stateful=False"
ALSO = "implementation=2, zero_output_for_mask=False, time_major=False"
"""What recurrent layers take besides, in one version or another."""


def cell(name: str, config: Config, x: Shape, *_states: Shape) -> Sizing:
    """One step: (batch, features) and states of (batch, units) become an output and states.

    LSTM: Hochreiter and Schmidhuber, 1997; GRU: Cho et al., 2014, whose reset gate acts before
    the product with the recurrent kernel; with `reset_after` it acts after, as in CuDNN, and
    the input and the recurrent kernel have a bias each. With a `second_bias` any of them has two,
    as in PyTorch.
    """
    kind, unit = f"{name}Cell", UNITS[name]
    units = positive(kind, config, "units")
    parameters = [*_kernels(kind, unit, units, x)]
    if flag(kind, config, "use_bias"):
        both = name == "GRU" and flag(kind, config, "reset_after")
        shape = (2, unit.gates * units) if both else (unit.gates * units,)
        parameters.append(Parameter("bias", shape, parts=unit.gates))
        if config.get("second_bias"):
            parameters.append(Parameter("second_bias", shape, parts=unit.gates))
    return _step(unit, units, x, parameters)


def layer(name: str, config: Config, x: Shape, *_states: Shape) -> Sizing:
    """A cell over time: (batch, time, features) becomes (batch, units), or all of its outputs."""
    rank(name, x, 3)
    return over_time(name, config, x, cell(name, config, step_of(config, x)))


def cudnn(name: str, config: Config, x: Shape, *_states: Shape) -> Sizing:
    """As `layer`; the input and the recurrent kernel have biases of their own, in one vector."""
    kind, unit = f"CuDNN{name}", UNITS[name]
    rank(kind, x, 3)
    units = positive(kind, config, "units")
    bias = Parameter("bias", (2 * unit.gates * units,), parts=unit.gates)
    step = step_of(config, x)
    parameters = [*_kernels(kind, unit, units, step), bias]
    return over_time(kind, config, x, _step(unit, units, step, parameters))


def _kernels(kind: str, unit: Unit, units: Dim, x: Shape) -> tuple[Parameter, Parameter]:
    width = unit.gates * units
    return (
        Parameter("kernel", (dimension(kind, x, -1), width), parts=unit.gates),
        Parameter("recurrent_kernel", (units, width), parts=unit.gates),
    )


def _step(unit: Unit, units: Dim, x: Shape, parameters: Sequence[Parameter]) -> Sizing:
    state = (*x[:-1], units)
    macs = known_product((*x[1:-1], parameters[0].count + parameters[1].count))
    return Sizing((state,) * (1 + unit.states), tuple(parameters), macs)


LAYER_ENDS = f"seed=None, {SEQUENCE}, unroll=False"
for _name, _begins, _forget, _cell_ends, _ends in (
    ("SimpleRNN", ONE_GATE, "", "seed=None", f"{SEQUENCE}, unroll=False, seed=None"),
    ("LSTM", GATED, FORGET, "seed=None", f"{LAYER_ENDS}, use_cudnn='auto'"),
    ("GRU", GATED, "", "reset_after=True, seed=None",
     f"{LAYER_ENDS}, reset_after=True, use_cudnn='auto'"),
):  # fmt: skip
    _cell = f"{_begins}, {weights(forget=_forget)}, {DROPOUT}, {_cell_ends}"
    _layer = f"{_begins}, {weights(forget=_forget, activity=ACTIVITY)}, {DROPOUT}, {_ends}"
    rule(f"{_name}Cell", signature=_cell, also="implementation=2")(partial(cell, _name))
    rule(_name, signature=_layer, also=ALSO)(partial(layer, _name))

for _name, _forget in (("LSTM", FORGET), ("GRU", "")):
    rule(
        f"CuDNN{_name}",
        signature=f"units, {weights(forget=_forget, activity=ACTIVITY)}, "
        "return_sequences=False, return_state=False, stateful=False, go_backwards=False",
        also="time_major=False",
    )(partial(cudnn, _name))


@rule(
    "RNN",
    signature=f"cell, {SEQUENCE}, unroll=False, zero_output_for_mask=False",
    also="time_major=False",
)
def rnn(config: Config, x: Shape, *_states: Shape) -> Sizing:
    """Any cell over time: (batch, time, ...) becomes (batch, output_size) or all of its outputs."""
    inner = held("RNN", config, "cell")
    output, states = sizes(inner)
    step = step_of(config, x)
    shapes = tuple(_batched(step[0], size) for size in states)
    sizing = size_inner(inner, (step, *shapes))
    return over_time("RNN", config, x, sizing.changed(outputs=(_batched(step[0], output), *shapes)))


@rule("StackedRNNCells", signature="cells")
def stacked_rnn_cells(config: Config, x: Shape, *states: Shape) -> Sizing:
    """Cells on top of each other; each reads the output of the one below and states of its own."""
    cells, rest = _cells(config), list(states)
    names = auto_names((each.kind, None) for each in cells)
    outputs: list[Shape] = []
    parameters: list[Parameter] = []
    macs = []
    for name, each in zip(names, cells, strict=True):
        output, kept = sizes(each)
        own = tuple(_batched(x[0], size) for size in kept)
        given, rest = tuple(rest[: len(own)]) or own, rest[len(own) :]
        sizing = size_inner(each, (x, *given))
        x = _batched(x[0], output)
        outputs += own
        known = {each.tied for each in parameters} - {None}  # of a cell that is there twice
        parameters += [each for each in inside(name, sizing) if each.tied not in known]
        macs.append(sizing.macs)
    return Sizing((x, *outputs), tuple(parameters), add_known(macs))


def _cells(config: Config) -> tuple[Layer, ...]:
    cells = config["cells"]
    if not cells or not all(isinstance(each, Layer) for each in cells):
        value = text(cells)
        raise SizingError(say("rules.no_layer", kind="StackedRNNCells", name="cells", value=value))
    return tuple(cells)


def sizes(inner: Layer) -> tuple[Size, tuple[Size, ...]]:
    """What leaves a cell at each step, and its states, both without the batch.

    A cell of the source's own class says it in `state_size` and `output_size`.
    """
    config = inner.config
    if inner.kind == "StackedRNNCells":
        each = [sizes(cell) for cell in _cells(config)]
        return each[-1][0], tuple(size for _, states in each for size in states)
    if inner.kind in CELLS:
        units = positive(inner.kind, config, "units")
        return units, (units,) * CELLS[inner.kind].states
    states = config.get("state_size")
    if states is None:
        raise SizingError(say("rules.no_state", kind=inner.kind))
    several = tuple(states) if isinstance(states, tuple | list) else (states,)
    output = config.get("output_size")
    return (several[0] if output is None else output), several


def _batched(batch: Dim | None, size: Size) -> Shape:
    return (batch, *size) if isinstance(size, tuple) else (batch, size)


def step_of(config: Config, x: Shape) -> Shape:
    """What enters at each step; Keras 2 also took the time before the batch, as `time_major`."""
    return (x[1] if config["time_major"] else x[0], *x[2:])


def over_time(kind: str, config: Config, x: Shape, step: Sizing) -> Sizing:
    """A cell, whose output and states leave `step`, at every step of a sequence."""
    output, *states = step.outputs
    if flag(kind, config, "stateful") and output[0] is None:
        raise SizingError(say("rules.stateful", kind=kind, shape=text(x)))
    if flag(kind, config, "return_sequences"):
        output = (*x[:2], *output[1:])
    outputs = (output, *states) if flag(kind, config, "return_state") else (output,)
    # with the time in front, the batch is not where the cost of one sample could be told from
    time: Any = None if config["time_major"] else x[1]
    return Sizing(outputs, step.parameters, known_product((time, step.macs)))
