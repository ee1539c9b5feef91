"""What a network costs to run and to train, layer by layer: operations, memory, time at least.

Everything is for the whole batch, in inference unless it says training. What is not known is
None, and a note says of which layers; a total with such a part is None too.
"""

from __future__ import annotations

from sizeup.analyses.count import count, plain
from sizeup.analyses.flops import flops
from sizeup.analyses.kept import kept
from sizeup.analyses.liveness import is_view, overwritten, peak, shared
from sizeup.analyses.optimizers import LOSS_SCALE, accumulators, state, temporaries
from sizeup.analyses.policies import policy_of
from sizeup.analyses.receptive import told
from sizeup.analyses.steps import run
from sizeup.analyses.training_memory import (
    backward_of,
    saved,
    saved_by,
    segments_of,
    training_peak,
)
from sizeup.dims import total
from sizeup.network import Note, add_known, times
from sizeup.records import Record
from sizeup.shown import Shown
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from sizeup.analyses.count import Count
    from sizeup.analyses.flops import Flops
    from sizeup.analyses.kept import Kept
    from sizeup.analyses.liveness import Peak
    from sizeup.analyses.peers import Peer
    from sizeup.analyses.policies import Policy
    from sizeup.analyses.receptive import Field
    from sizeup.analyses.roofline import Bound
    from sizeup.analyses.steps import Run
    from sizeup.analyses.training_memory import Backward, Moment
    from sizeup.dims import Dim
    from sizeup.network import Network, Parameter, Row, Shape

CONVENTIONS = ("macs", "flops", "backward", "activations", "saved", "peak", "field")
"""What the numbers count, each a sentence of its own."""


class Setting(Record):
    """How a network is run and trained.

    `batch` samples at once, in the dtypes of `policy`; `optimizer` by Keras' name in lower case,
    gradients summed over `accumulate` batches, calls cut into `segments` for checkpointing. A
    `device` is its FLOP/s and bytes/s: `19.5T,1.5T`.
    """

    batch: int = 1
    policy: str | None = None
    optimizer: str = "adam"
    accumulate: int = 1
    segments: int | None = None
    device: str | None = None


class LayerCost(Record):
    """What a layer costs in all its calls.

    `macs`, `forward`, `training` and `backward` are operations, `outputs`, `saved` and `moved`
    bytes: of what leaves, of what is kept for the way back and no layer before keeps, of all that
    is read and written. `field` is what a position sees of the input, along the axes that windows
    slide over, None where it cannot be told; `bound` the least time on a device, if one is given.
    """

    name: str
    kind: str
    line: int | None
    outputs_of_call: tuple[Shape | None, ...]
    parameters: Dim
    macs: Dim | None
    forward: Dim | None
    training: Dim | None
    backward: Dim | None
    outputs: Dim | None
    saved: Dim | None
    moved: Dim | None
    field: tuple[Field, ...] | None
    bound: Bound | None

    def as_dict(self) -> dict[str, Any]:
        """The layer as JSON has it."""
        numbers = ("parameters", "macs", "forward", "training", "backward", "outputs", "saved",
                   "moved")  # fmt: skip
        shapes = [None if s is None else [plain(d) for d in s] for s in self.outputs_of_call]
        return {
            "name": self.name,
            "kind": self.kind,
            "line": self.line,
            "output_shape": shapes[0] if len(shapes) == 1 else shapes,
            **{name: plain(getattr(self, name)) for name in numbers},
            "receptive_field": None if self.field is None else [f.as_dict() for f in self.field],
            "at_least": None if self.bound is None else self.bound.as_dict(),
        }


class Training(Record):
    """The memory of a step of training in bytes, and its operations.

    `peak` is the most that is alive at once. `operations` are those of one batch: forward,
    backward, and what checkpointing runs again; `accumulate` batches make a step.
    """

    parameters: Dim
    gradients: Dim
    state: Dim
    accumulators: Dim
    saved: Dim | None
    peak: Moment | None
    peak_layer: str | None
    operations: Dim | None
    recomputed: Dim | None

    def as_dict(self) -> dict[str, Any]:
        """Training as JSON has it."""
        top = self.peak
        return {
            "parameters": plain(self.parameters),
            "gradients": plain(self.gradients),
            "optimizer": plain(self.state),
            "accumulators": plain(self.accumulators),
            "saved": plain(self.saved),
            "peak": plain(top.bytes) if top else None,
            "peak_at": {"layer": self.peak_layer, "phase": top.phase} if top else None,
            "peak_parts": dict(top.parts) if top else None,
            "flops": plain(self.operations),
            "recomputed": plain(self.recomputed),
        }


class Costs(Shown, Record):
    """The costs of one network; `count` are its parameters and MACs.

    `outputs`, `peak` and `in_place` are bytes: of all outputs of layers, of those alive at once
    in the written order, and the same if activation functions write over what they are given.
    `calls` are the operations of each call of the layers `called`, in order.
    """

    count: Count
    setting: Setting
    policy: Policy
    layers: tuple[LayerCost, ...]
    forward: Dim | None
    forward_in_training: Dim | None
    backward: Dim | None
    by_dtype: Mapping[str, Dim]
    outputs: Dim | None
    peak: Dim | None
    peak_layer: str | None
    in_place: Dim | None
    training: Training | None
    bound: Bound | None
    calls: tuple[Flops, ...]
    called: tuple[str, ...]
    notes: tuple[Note, ...]

    @property
    def peers(self) -> tuple[Peer, ...]:
        """What other tools count of the same network, and what that is made of."""
        from sizeup.analyses.peers import peers

        return peers(self.calls, self.setting.batch)

    @property
    def exact(self) -> bool:
        """Whether everything is known, or a formula of what is free."""
        training = self.training
        known = (self.count.parameters, self.count.macs, self.forward, self.backward, self.peak,
                 training and training.saved, training and training.peak)  # fmt: skip
        return None not in known

    def as_dict(self) -> dict[str, Any]:
        """The network as JSON of `sizeup costs` has it."""
        network = self.count.network
        return {
            "name": network.name,
            "source": network.source,
            "when": network.when,
            "batch": self.setting.batch,
            "dtype": self.policy.name,
            "optimizer": self.setting.optimizer,
            "accumulate": self.setting.accumulate,
            "segments": self.setting.segments,
            "macs": plain(self.count.macs),
            "flops": {
                "forward": plain(self.forward),
                "forward_in_training": plain(self.forward_in_training),
                "backward": plain(self.backward),
            },
            "parameters": {
                "total": plain(self.count.parameters),
                "bytes": {dtype: plain(size) for dtype, size in self.by_dtype.items()},
            },
            "activations": {
                "outputs": plain(self.outputs),
                "peak": plain(self.peak),
                "peak_at": self.peak_layer,
                "in_place": plain(self.in_place),
            },
            "training": self.training.as_dict() if self.training else None,
            "device": self.setting.device,
            "at_least": self.bound.as_dict() if self.bound else None,
            "free": [free.name for free in self.count.free],
            "layers": [layer.as_dict() for layer in self.layers],
            "conventions": [say(f"costs.convention_{name}") for name in CONVENTIONS],
            "notes": [{"level": n.level, "line": n.line, "text": n.text} for n in self.notes],
        }


def costs(network: Network, setting: Setting | None = None) -> Costs:
    """What a network costs; raises UsageError for a dtype or an optimizer that is none."""
    setting = Setting() if setting is None else setting
    policy = policy_of(setting.policy)
    found = count(network, setting.batch)
    runs = run(network if network.error is None else _nothing(network), setting.batch)
    each = flops(runs)
    keeps = [kept(f.task, f.needed, trained=f.trained) for f in each]
    backward = backward_of(runs, each, keeps, policy)
    layers = _layers(found, runs, each, backward, policy)
    seen = told(runs, [f.task for f in each], network.graph.input_shapes)
    layers = tuple(layer.changed(field=seen.get(layer.name)) for layer in layers)
    least = None
    if setting.device is not None:
        layers, least = _bounded(layers, setting.device)
    known = found.parameters is not None and not found.unknown
    owners = shared(runs)
    wired = known and all(f.task.whole for f in each)
    top = peak(runs, owners) if wired else None
    low = peak(runs, overwritten(runs, owners)) if wired else None
    return Costs(
        count=found,
        setting=setting,
        policy=policy,
        layers=layers,
        forward=_sum(known, (layer.forward for layer in layers)),
        forward_in_training=_sum(known, (layer.training for layer in layers)),
        backward=_sum(known, (layer.backward for layer in layers)),
        by_dtype=_by_dtype(found, policy),
        outputs=_sum(known, (layer.outputs for layer in layers)),
        peak=_bytes(top, policy),
        peak_layer=runs.steps[top.step].layer.name if top and top.step is not None else None,
        in_place=_bytes(low, policy),
        training=_training(found, setting, policy, runs, each, backward) if wired else None,
        bound=least if known else None,
        calls=each,
        called=tuple(step.layer.name for step in runs.steps),
        notes=(*found.notes, *_notes(found, layers, keeps, each)),
    )


def _nothing(network: Network) -> Network:
    """A network that cannot exist runs nothing."""
    return network.changed(graph=network.graph.changed(layers=(), outputs=()))


def _sum(known: bool, parts: Iterable[Dim | None]) -> Dim | None:
    return add_known(parts) if known else None


def _bytes(top: Peak | None, policy: Policy) -> Dim | None:
    return None if top is None else top.elements * policy.computed


def _layers(
    found: Count, runs: Run, each: Sequence[Flops], backward: Sequence[Backward | None],
    policy: Policy,
) -> tuple[LayerCost, ...]:  # fmt: skip
    """A row for each layer, its calls taken together, in the order in which they first run."""
    own = {row.path: total(p.count for p in row.own) for row in found.rows}
    calls: dict[str, list[int]] = {}
    for number, step in enumerate(runs.steps):
        calls.setdefault(step.layer.name, []).append(number)
    keeps = saved_by(runs, backward, policy)
    rows = []
    for name, numbers in calls.items():
        first = runs.steps[numbers[0]]
        tensors = [t for n in numbers for t in runs.steps[n].outputs]
        rows.append(LayerCost(
            name=name,
            kind=first.layer.kind,
            line=first.layer.line,
            outputs_of_call=first.call.output_shapes,
            parameters=own.get(name, 0),
            macs=add_known(each[n].macs for n in numbers),
            forward=add_known(each[n].forward for n in numbers),
            training=add_known(each[n].training for n in numbers),
            backward=add_known(each[n].backward for n in numbers),
            outputs=add_known(times(runs.elements[t], policy.computed) for t in tensors),
            saved=add_known(keeps[n] for n in numbers),
            moved=add_known(_moved(runs, n, policy) for n in numbers),
            field=None,
            bound=None,
        ))  # fmt: skip
    return tuple(rows)


def _bounded(layers: Sequence[LayerCost], given: str) -> tuple[tuple[LayerCost, ...], Bound | None]:
    """The layers with the least times that they take on a device, and that of all of them."""
    from sizeup.analyses.roofline import bound, device, in_all

    on = device(given)
    timed = tuple(layer.changed(bound=bound(layer.forward, layer.moved, on)) for layer in layers)
    return timed, in_all([layer.bound for layer in timed])


def _moved(runs: Run, number: int, policy: Policy) -> Dim | None:
    """What a call reads and writes: its tensors, its parameters; of a table the rows looked up.

    What only renames its input moves nothing.
    """
    step = runs.steps[number]
    if is_view(step):
        return 0
    tensors = [*dict.fromkeys(step.inputs), *step.outputs]
    sizes = [times(runs.elements[t], policy.computed) for t in tensors]
    if step.layer.kind == "Embedding":
        return add_known((*sizes, times(runs.elements[step.outputs[0]], policy.computed)))
    return add_known((*sizes, *(_stored(p, policy) for p in step.layer.parameters)))


def _stored(parameter: Parameter, policy: Policy) -> Dim:
    return parameter.count * policy.bytes_of(parameter)


def _by_dtype(found: Count, policy: Policy) -> dict[str, Dim]:
    """The bytes of all parameters by their dtype."""
    sizes: dict[str, list[Dim]] = {}
    for row in found.rows:
        for parameter in row.own:
            sizes.setdefault(policy.dtype_of(parameter), []).append(_stored(parameter, policy))
    return {dtype: total(each) for dtype, each in sizes.items()}


def _training(
    found: Count, setting: Setting, policy: Policy, runs: Run, each: Sequence[Flops],
    backward: Sequence[Backward | None],
) -> Training:  # fmt: skip
    trained = {row.path: _trained(row) for row in found.rows}
    gradients = {
        path: total(_stored(p, policy) for p in own) for path, own in trained.items() if own
    }
    shapes = [(p.shape, policy.bytes_of(p)) for own in trained.values() for p in own]
    kept_state = state(setting.optimizer, shapes)
    if policy.name == "mixed_float16":
        kept_state = kept_state + LOSS_SCALE
    sums = accumulators(shapes) if setting.accumulate > 1 else 0
    parameters = total(_by_dtype(found, policy).values())
    fixed = {"parameters": parameters, "optimizer": kept_state, "accumulators": sums}
    update = temporaries(setting.optimizer, shapes)
    moment = training_peak(runs, each, backward, policy, gradients, fixed, update, setting.segments)
    again = _recomputed(runs, each, setting.segments)
    once = add_known(part for f in each for part in (f.training, f.backward))
    return Training(
        parameters=parameters,
        gradients=total(gradients.values()),
        state=kept_state,
        accumulators=sums,
        saved=saved(runs, backward, policy),
        peak=moment,
        peak_layer=_name(runs, moment),
        operations=add_known((once, again)),
        recomputed=again,
    )


def _trained(row: Row) -> list[Parameter]:
    return [p for p in row.own if p.trainable]


def _name(runs: Run, moment: Moment | None) -> str | None:
    if moment is None or moment.step is None:
        return None
    return runs.steps[moment.step].layer.name


def _recomputed(runs: Run, each: Sequence[Flops], segments: int | None) -> Dim | None:
    """What checkpointing runs once more: all segments but the last."""
    early = segments_of(len(runs.steps), segments)[:-1]
    return add_known(each[n].training for segment in early for n in segment)


def _notes(
    found: Count, layers: Sequence[LayerCost], keeps: Sequence[Kept | None], each: Sequence[Flops]
) -> Iterator[Note]:
    """Which layers some cost is not known of, by kind."""
    if found.network.error is not None:
        return
    if not all(f.task.whole for f in each):
        yield Note("unknown", say("costs.unwired"), None)
        return
    unknown = [layer for layer in layers if layer.name not in found.unknown]
    for key, kinds in {
        "costs.unknown_macs": [layer.kind for layer in unknown if layer.macs is None],
        "costs.unknown_work": [
            layer.kind for layer in unknown if layer.macs is not None and layer.training is None
        ],
        "costs.unknown_saved": [f.task.kind for f, k in zip(each, keeps, strict=True) if k is None],
    }.items():
        if kinds:
            yield Note("unknown", say(key, kinds=", ".join(sorted(set(kinds)))), None)
