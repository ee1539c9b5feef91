"""How many elements are alive at once while a network runs: in inference, in the written order.

A tensor is alive from the call that gives it to the last one that takes it; what leaves the
network stays. What only renames elements (Flatten, Reshape, Dropout in inference) shares the
memory of its input. With activations in place, an activation function also writes over what it
is given, if nothing else needs that any more. What a call needs for itself while it runs is not
counted.
"""

from __future__ import annotations

from sizeup.analyses.tasks import IDENTITIES, named
from sizeup.analyses.work import SOFTMAXES
from sizeup.dims import maximum, total
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from sizeup.analyses.steps import Run, Step
    from sizeup.dims import Dim

    Event = tuple[Iterable[Any], Iterable[Any]]

VIEWS = frozenset({"Flatten", "Reshape", "Identity", "InputLayer", "ops.reshape", "ops.flatten",
                   "ops.expand_dims", "ops.squeeze"})  # fmt: skip
"""Kinds that leave all elements where they are."""
TRAINING = frozenset({"Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise",
                      "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
                      "ActivityRegularization"})  # fmt: skip
"""Kinds that do so in inference."""
IN_PLACE = frozenset({"ReLU", "LeakyReLU", "PReLU", "ELU", "ThresholdedReLU", "Activation"})
SEVERAL = 64
"""So many sums, of which none is known to be the largest, are written as one maximum."""


class Peak(Record):
    """The most elements that are alive at once, and the step while which they are.

    `step` is None while something is free, so that it may be one of several.
    """

    elements: Dim
    step: int | None


def shared(run: Run, *, training: bool = False) -> list[int]:
    """For each tensor the one whose memory it has: itself, or what it is another name of."""
    owners = list(range(len(run.elements)))
    for step in run.steps:
        if is_view(step, training=training):
            for output in step.outputs:
                owners[output] = owners[step.inputs[0]]
    return owners


def is_view(step: Step, *, training: bool = False) -> bool:
    """Whether a call gives what it is given, under another name or shape."""
    kind = step.layer.kind
    if not step.inputs:
        return False
    if kind == "Activation":
        return not step.layer.partial and named(step.layer.config.get("activation")) is None
    if kind == "ops.along" and step.layer.written is not None:
        return step.layer.written.function.rpartition(".")[2] in IDENTITIES
    return kind in VIEWS or (kind in TRAINING and not training)


def overwritten(run: Run, owners: Sequence[int]) -> list[int]:
    """The owners of all tensors if activation functions write over what they are given."""
    last = last_uses(run, owners)
    found = list(range(len(owners)))
    for number, step in enumerate(run.steps):
        for output in step.outputs:
            if owners[output] != output:
                found[output] = found[owners[output]]
        if not step.inputs or not _in_place(step):
            continue
        source = owners[step.inputs[0]]
        free = last[source] == number and source >= run.inputs and source not in run.given
        if free and owners[step.outputs[0]] == step.outputs[0]:
            found[step.outputs[0]] = found[source]
    return found


def _in_place(step: Step) -> bool:
    """Whether a call is a function of single elements; a softmax is none."""
    name = named(step.layer.config.get("activation"))
    return step.layer.kind in IN_PLACE and name not in SOFTMAXES


def last_uses(run: Run, owners: Sequence[int]) -> dict[int, int]:
    """The last step that takes each tensor or what shares its memory; after all for what leaves."""
    last: dict[int, int] = {}
    for number, step in enumerate(run.steps):
        for tensor in (*step.inputs, *step.outputs):
            last[owners[tensor]] = number
    for tensor in run.outputs:
        last[owners[tensor]] = len(run.steps)
    return last


def peak(run: Run, owners: Sequence[int]) -> Peak | None:
    """The live peak of a run; None where a dimension is open by design, or nothing runs.

    What enters is alive while some call still takes it.
    """
    last = last_uses(run, owners)
    ends: dict[int, list[int]] = {}
    for tensor, number in last.items():
        ends.setdefault(number, []).append(tensor)
    fresh = [n for n in range(run.inputs) if n in last]
    known = {*fresh, *run.given}
    events: list[Event] = []
    for number, step in enumerate(run.steps):
        new = [owners[tensor] for tensor in step.outputs if owners[tensor] not in known]
        known.update(new)
        gone = [tensor for tensor in ends.get(number, ()) if tensor not in run.given]
        events.append(((*fresh, *new), gone))
        fresh = []
    return highest(events, dict(enumerate(run.elements)))


def highest(events: Sequence[Event], sizes: Mapping[Any, Dim | None]) -> Peak | None:
    """The event while which most is alive; None where one of the sizes is not known.

    What an event begins with is alive in it, and what it ends with is so no more after it.
    """
    begun = [key for new, _ in events for key in new]
    if not events or any(sizes[key] is None for key in begun):
        return None
    if not all(isinstance(sizes[key], int) for key in begun):
        return _highest_formula(events, sizes)
    alive, most, step = 0, -1, 0
    for number, (new, gone) in enumerate(events):
        alive += sum(sizes[key] for key in new)  # type: ignore[misc]
        if alive > most:
            most, step = alive, number
        alive -= sum(sizes[key] for key in gone)  # type: ignore[misc]
    return Peak(most, step)


def _highest_formula(events: Sequence[Event], sizes: Mapping[Any, Dim | None]) -> Peak | None:
    """A maximum over all events that are not less than another whatever the free names are."""
    alive: set[Any] = set()
    moments = []
    for new, gone in events:
        alive.update(new)
        moments.append(frozenset(alive))
        alive.difference_update(gone)
    largest = [m for m in dict.fromkeys(moments) if not any(m < other for other in moments)]
    sums = (total(size for key in m if (size := sizes[key]) is not None) for m in largest)
    candidates = list(dict.fromkeys(sums))
    if len(candidates) > SEVERAL:
        return None
    step = moments.index(largest[0]) if len(largest) == 1 else None
    return Peak(maximum(*candidates) if len(candidates) > 1 else candidates[0], step)
