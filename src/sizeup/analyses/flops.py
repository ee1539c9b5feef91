"""The operations of each call: forward, backward, and those of a step of training.

A multiply-accumulate is two operations; what is done element by element is told by `work`.
Backward, a product costs once more for each factor that needs a gradient (`products`), and
element-wise work as much again as forward in training: one product with the derivative for each
operation. What nothing that is trained lies before needs no gradient: the input of the first
layer, all of a frozen bottom.
"""

from __future__ import annotations

from sizeup.analyses.products import backward
from sizeup.analyses.tasks import task_of
from sizeup.analyses.work import work
from sizeup.network import add_known, times
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.analyses.steps import Run, Step
    from sizeup.analyses.tasks import Task
    from sizeup.dims import Dim

CUT = frozenset({"argmax", "argmin", "sign", "stop_gradient", "round", "floor", "ceil", "zeros_like",
                 "ones_like", "equal", "not_equal", "greater", "greater_equal", "less",
                 "less_equal"})  # fmt: skip
"""Functions through which no gradient goes."""
UNDIFFERENTIABLE = frozenset({"ops.one_hot", "Embedding"})
MATRIX = 2


class Flops(Record):
    """The operations of one call for the whole batch; None where they are not known.

    `macs` are counted twice in `forward`; `training` is the forward pass of training, in which
    some layers do more. `needed` says which inputs need a gradient, `trained` whether the layer
    owns something that is trained.
    """

    task: Task
    macs: Dim | None
    forward: Dim | None
    training: Dim | None
    backward: Dim | None
    needed: tuple[bool, ...]
    trained: bool


def flops(run: Run) -> tuple[Flops, ...]:
    """The operations of every step, in order."""
    gradients = set(run.weights)
    found = []
    for step in run.steps:
        needed = tuple(tensor in gradients for tensor in _used(step))
        active = step.layer.trainable
        trained = active and any(p.trainable for p in step.layer.parameters)
        found.append(_flops(run, step, needed, trained=trained))
        if (trained or any(needed)) and _differentiable(step, found[-1].task):
            gradients.update(step.outputs)
    return tuple(found)


def _used(step: Step) -> tuple[int, ...]:
    return step.inputs[: len(step.inputs) - step.call.beside]


def _differentiable(step: Step, task: Task) -> bool:
    if step.layer.kind in UNDIFFERENTIABLE:
        return any(p.trainable for p in step.layer.parameters)
    return task.function not in CUT


def _flops(run: Run, step: Step, needed: tuple[bool, ...], *, trained: bool) -> Flops:
    task = task_of(step.layer, step.call, run.made_for)
    inference = work(task)
    training = inference if inference is None else work(task, training=True)
    kernels = [p.trainable for p in step.layer.parameters if len(p.shape) >= MATRIX]
    gradients = backward(task, needed, trained=trained and (any(kernels) or not kernels))
    differentiated = training if trained or any(needed) else 0
    batch = run.batch
    return Flops(
        task=task,
        macs=times(task.macs, batch),
        forward=_both(task.macs, inference, batch),
        training=_both(task.macs, training, batch),
        backward=_both(gradients, differentiated, batch),
        needed=needed,
        trained=trained,
    )


def _both(macs: Dim | None, elementwise: Dim | None, batch: int) -> Dim | None:
    """Twice the MACs and the rest, for all samples."""
    return times(add_known((times(macs, 2), elementwise)), batch)
