"""The memory of a step of training: forward, backward and the update, call by call.

What is alive is followed through the step as an eager framework runs it: forward, each output is
alive until the last call that takes it, and what `kept` says until its gradient has been worked
out; backward, from the last call to the first, gradients of tensors are alive from the first call
that adds to them to the call that gave the tensor, and those of parameters until the update. The
parameters, the optimizer's state and the batch are alive throughout. Not counted is what a kernel
needs for itself while it runs, the loss, and what an allocator rounds up: `docs/costs.md` says
how far that leads away from what was measured.

With checkpointing (Chen et al., 2016) the calls are cut into segments; of all but the last only
what enters them is kept, and they run once more before their gradients.
"""

from __future__ import annotations

from collections import Counter

from sizeup.analyses.flops import MATRIX
from sizeup.analyses.liveness import highest, shared
from sizeup.dims import total
from sizeup.network import add_known, times
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from sizeup.analyses.flops import Flops
    from sizeup.analyses.kept import Kept
    from sizeup.analyses.policies import Policy
    from sizeup.analyses.steps import Run
    from sizeup.dims import Dim

    Key = tuple[str, Any]

WORD, INDEX = 4, 8
WIDENED = frozenset({"BatchNormalization", "LayerNormalization", "GroupNormalization"})
"""Kinds that Keras computes in float32 whatever the others compute in."""
PARTS = {"t": "activations", "r": "activations", "x": "activations", "g": "activation_gradients",
         "b": "activation_gradients", "w": "gradients", "u": "update"}  # fmt: skip
"""What the first part of a key stands for."""


class Backward(Record):
    """What a step of the network keeps for the way back: tensors by number, and further bytes.

    `passing` are bytes that are alive while its gradients are worked out.
    """

    tensors: tuple[int, ...]
    extra: Dim | None
    passing: Dim | None


class Moment(Record):
    """The most bytes that are alive while a network is trained, and what they are then.

    `parts` sum to it; they are empty while something is free. `step` is the call of the network,
    `phase` forward, backward or update.
    """

    bytes: Dim
    parts: Mapping[str, int]
    step: int | None
    phase: str | None


def backward_of(
    run: Run, flops: Sequence[Flops], kept: Sequence[Kept | None], policy: Policy
) -> list[Backward | None]:
    """What each step keeps, in bytes for the whole batch; None where it is not known."""
    owners = shared(run, training=True)
    found: list[Backward | None] = []
    for step, done, each in zip(run.steps, flops, kept, strict=True):
        if each is None:
            found.append(None)
            continue
        widened = policy.mixed and step.layer.kind in WIDENED
        tensors = [step.inputs[n] for n in each.inputs if not widened]
        tensors += step.outputs[:1] if each.output else ()
        inner = [
            times(each.inner, policy.computed),
            times(each.words, WORD),
            times(each.indices, INDEX),
            each.mask,
            times(done.task.ins[0], WORD) if widened and each.inputs else 0,
        ]
        extra = add_known((times(add_known(inner), run.batch), each.fixed * WORD))
        if policy.mixed and done.macs != 0 and (done.trained or any(done.needed)):
            extra = add_known((extra, _casts(done, policy)))
        names = dict.fromkeys(owners[tensor] for tensor in tensors)
        passing = times(times(each.passing, run.batch), policy.computed)
        found.append(Backward(tuple(n for n in names if n not in run.given), extra, passing))
    return found


def _casts(done: Flops, policy: Policy) -> Dim:
    """Kernels in the dtype that is computed in: the gradient of an input needs them."""
    if not any(done.needed):
        return 0
    kernels = (p.count for p in done.task.weights if len(p.shape) >= MATRIX)
    return policy.computed * total(kernels)


def saved(run: Run, backward: Sequence[Backward | None], policy: Policy) -> Dim | None:
    """All that is kept for the way back, every tensor once, in bytes."""
    return add_known(saved_by(run, backward, policy))


def saved_by(run: Run, backward: Sequence[Backward | None], policy: Policy) -> list[Dim | None]:
    """The bytes that each step keeps and no step before it does."""
    seen: set[int] = set()
    found: list[Dim | None] = []
    for each in backward:
        if each is None:
            found.append(None)
            continue
        new = [tensor for tensor in each.tensors if tensor not in seen]
        seen.update(new)
        sizes = [times(run.elements[tensor], policy.computed) for tensor in new]
        found.append(add_known((*sizes, each.extra)))
    return found


def segments_of(steps: int, number: int | None) -> list[range]:
    """So many stretches of steps, as equal as can be; none are one."""
    number = min(number or 1, steps) or 1
    ends = [steps * (i + 1) // number for i in range(number)]
    return [range(start, end) for start, end in zip([0, *ends], ends, strict=False)]


class _Trained:
    """The events of a step of training, as they happen."""

    def __init__(
        self, run: Run, flops: Sequence[Flops], backward: Sequence[Backward],
        gradients: Mapping[str, Dim], segments: Sequence[range],
    ) -> None:  # fmt: skip
        self.run, self.flops, self.backward, self.gradients = run, flops, backward, gradients
        self.owners = shared(run, training=True)
        self.segments = segments
        self.made = {
            segment: frozenset(t for n in segment for t in run.steps[n].outputs)
            for segment in segments
        }
        self.events: list[tuple[list[Key], list[Key]]] = []
        self.places: list[tuple[int | None, str]] = []
        self.holds: Counter[Key] = Counter()
        self.begun: set[Key] = set()

    def happen(self) -> None:
        """Forward through all segments, backward through them, and the update."""
        inputs: list[Key] = [("t", n) for n in range(self.run.inputs)]
        self.events.append((inputs, []))
        self.places.append((None, "forward"))
        *early, last = self.segments
        for segment in early:
            self._hold_entering(segment)
        for segment in early:
            self._forward(segment, "t", keep=False)
        self._forward(last, "t", keep=True)
        self._seed()
        self._backward(last, "t")
        for segment in reversed(early):
            self._forward(segment, "r", keep=True)
            self._backward(segment, "r")
            self._release(("t", tensor) for tensor in self._entering(segment))
        self.events.append(([("u", 0)], []))
        self.places.append((None, "update"))

    def _key(self, tensor: int, segment: range, way: str) -> Key:
        """A tensor in one pass; what comes from before the segment is that of the first."""
        owner = self.owners[tensor]
        return (way if owner in self.made[segment] else "t", owner)

    def _entering(self, segment: range) -> list[int]:
        """What a segment takes and does not give itself."""
        taken = (self.owners[t] for n in segment for t in self.run.steps[n].inputs)
        return [t for t in dict.fromkeys(taken) if t not in self.made[segment]
                and t not in self.run.given]  # fmt: skip

    def _hold_entering(self, segment: range) -> None:
        for tensor in self._entering(segment):
            self.holds["t", tensor] += 1

    def _uses(self, segment: range, way: str) -> Counter[Key]:
        """By how many steps each tensor is taken: in one segment, or in it and all after it."""
        end = segment.stop if way == "r" else len(self.run.steps)
        uses: Counter[Key] = Counter()
        for number in range(segment.start, end):
            for tensor in dict.fromkeys(self.owners[t] for t in self.run.steps[number].inputs):
                uses[self._key(tensor, segment, way)] += 1
        return uses

    def _forward(self, segment: range, way: str, *, keep: bool) -> None:
        if way == "r" or segment.start == 0:
            self.holds.update(self._uses(segment, way))
        if way == "t" and segment.start == 0:
            self.holds.update({("t", self.owners[t]): 1 for t in self.run.outputs})
        for number in segment if keep else ():
            for tensor in self.backward[number].tensors:
                self.holds[self._key(tensor, segment, way)] += 1
        for number in segment:
            step = self.run.steps[number]
            new = [self._key(t, segment, way) for t in step.outputs if self.owners[t] == t]
            if keep:
                new.append(("x", number))
            self._event(number, "forward", new)
            taken = dict.fromkeys(self.owners[t] for t in step.inputs)
            self._release(self._key(tensor, segment, way) for tensor in taken)
            self.events[-1][1].extend(key for key in new if key[0] != "x" and not self.holds[key])

    def _seed(self) -> None:
        """The gradients of what leaves the network."""
        leaving = [self.owners[t] for t in self.run.outputs]
        self._event(None, "backward", [("g", tensor) for tensor in dict.fromkeys(leaving)])

    def _backward(self, segment: range, way: str) -> None:
        """Each step twice: what its function gives back, then what its kernels do."""
        for number in reversed(segment):
            step, done = self.run.steps[number], self.flops[number]
            differentiated = done.trained or any(done.needed)
            passes = differentiated and self.backward[number].passing != 0
            if passes:
                self._event(number, "backward", [("b", number)])
                self._end_gradients(number)
            new: list[Key] = []
            if differentiated:
                needed = [t for t, need in zip(step.inputs, done.needed, strict=False) if need]
                new += [("g", self.owners[t]) for t in needed if t not in self.run.given]
                new += [("w", name) for name in self._owning(step.layer.name)]
            self._event(number, "backward", new)
            self._end_gradients(number)
            self.events[-1][1].extend([*([("b", number)] if passes else []), ("x", number)])
            self._release(self._key(t, segment, way) for t in self.backward[number].tensors)

    def _end_gradients(self, number: int) -> None:
        """Those of what a step gives, which nothing needs after it."""
        step = self.run.steps[number]
        inside = {self.owners[t] for t in step.inputs}
        given = dict.fromkeys(("g", self.owners[t]) for t in step.outputs)
        ended = [key for key in given if key[1] not in inside and key in self.begun]
        self.events[-1][1].extend(ended)
        self.begun.difference_update(ended)

    def _owning(self, name: str) -> list[str]:
        """A layer and all that it is inside of, as far as they own something that is trained."""
        parts = name.split("/")
        paths = ["/".join(parts[: i + 1]) for i in range(len(parts))]
        return [path for path in paths if path in self.gradients]

    def _event(self, number: int | None, phase: str, new: Iterable[Key]) -> None:
        fresh = [key for key in dict.fromkeys(new) if (key[0] != "g" and key[0] != "w")
                 or key not in self.begun]  # fmt: skip
        self.begun.update(key for key in fresh if key[0] in "gw")
        self.events.append((fresh, []))
        self.places.append((number, phase))

    def _release(self, keys: Iterable[Key]) -> None:
        """One hold less on each; what nothing holds any more ends, but what enters the network."""
        for key in keys:
            self.holds[key] -= 1
            entering = key[0] == "t" and isinstance(key[1], int) and key[1] < self.run.inputs
            if not self.holds[key] and not entering and key[1] not in self.run.given:
                self.events[-1][1].append(key)


def training_peak(
    run: Run, flops: Sequence[Flops], backward: Sequence[Backward | None], policy: Policy,
    gradients: Mapping[str, Dim], fixed: Mapping[str, Dim], update: Dim, segments: int | None = None,
) -> Moment | None:  # fmt: skip
    """The moment of a training step at which most is alive; None where a size is not known.

    `gradients` are the bytes of those of each layer's parameters by its path, `fixed` the bytes
    that are there throughout by what they are, `update` what the update needs besides.
    """
    known = [each for each in backward if each is not None]
    if len(known) < len(backward) or not known:
        return None
    trained = _Trained(run, flops, known, gradients, segments_of(len(run.steps), segments))
    trained.happen()
    sizes = {
        key: _size(key, run, known, policy, gradients, update)
        for new, _ in trained.events
        for key in new
    }
    peak = highest(trained.events, sizes)
    if peak is None:
        return None
    size = peak.elements + total(fixed.values())
    if peak.step is None or not isinstance(size, int):
        return Moment(size, {}, None, None)
    parts = Counter({PARTS.get(name, name): int(dim) for name, dim in fixed.items()})  # type: ignore[arg-type]
    for number, (new, gone) in enumerate(trained.events[: peak.step + 1]):
        for key in new:
            parts[PARTS[key[0]]] += sizes[key]  # type: ignore[assignment,operator]
        for key in gone if number < peak.step else ():
            parts[PARTS[key[0]]] -= sizes[key]  # type: ignore[assignment,operator]
    return Moment(size, dict(parts), *trained.places[peak.step])


def _size(
    key: Key, run: Run, backward: Sequence[Backward], policy: Policy,
    gradients: Mapping[str, Dim], update: Dim,
) -> Dim | None:  # fmt: skip
    """The bytes of what a key stands for."""
    what, which = key
    if what in "trg":
        return times(run.elements[which], policy.computed)
    if what == "x":
        return backward[which].extra
    if what == "b":
        return backward[which].passing
    return gradients[which] if what == "w" else update
