"""What would make a network smaller: changes of structure, each really made and sized again.

Moves look at the network for what they could change (`advise_images`, `advise_dense`,
`advise_whole`); what they find is made, counted, and listed if the network then owns less.
"""

from __future__ import annotations

from sizeup.analyses import advise_dense, advise_images, advise_whole
from sizeup.analyses.advise_view import View, applied, owned
from sizeup.analyses.count import count, plain
from sizeup.analyses.flat import flatten
from sizeup.analyses.measures import activations, batch_of, measure
from sizeup.analyses.plainness import habits
from sizeup.errors import SizingError
from sizeup.records import Record
from sizeup.rules.graphs import bind
from sizeup.shown import Shown
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from sizeup.analyses.advise_view import Change
    from sizeup.analyses.count import Count
    from sizeup.analyses.plainness import Role
    from sizeup.dims import Dim
    from sizeup.network import Network

    Move = Callable[[View], Iterator[Change]]
    Pair = tuple[Dim | None, Dim | None]

MOVES: tuple[Move, ...] = (
    advise_images.global_pooling,
    advise_images.one_more_pooling,
    advise_dense.bottlenecks,
    advise_dense.heads,
    advise_dense.factors,
    advise_images.separable,
    advise_images.bottlenecks,
    advise_images.stacks,
    advise_images.factors,
    advise_dense.embedding_factors,
    advise_whole.tied,
    advise_dense.gated_less,
    advise_whole.narrower,
    advise_dense.unbiased,
)
"""All that is tried; what comes first stands for others that lead to the same sizes."""
LEAST = 1000
"""What takes away less than this part of a network is not worth a line,"""
FREE = frozenset({"no_bias"})
"""unless it costs nothing."""
TRIES = 8
"""Choices of plain values that are tried for what is free."""


class Advice(Record):
    """A change that was made: the network that it leads to, and what it does to the sizes.

    `parameters`, `macs` and `activations` are those before and after, None where they are not
    known; `effect` is the difference in parameters, which is known also where some layer is not
    and the change does not reach it. `number` is what `--apply` calls it.
    """

    number: int
    move: str
    what: str
    layers: tuple[str, ...]
    lines: tuple[int, ...]
    parameters: Pair
    effect: Dim
    macs: Pair
    activations: Pair
    network: Network

    @property
    def gives_up(self) -> str:
        """What the change costs, in a sentence."""
        return say(f"advise.{self.move}_gives_up")

    @property
    def source(self) -> str:
        """Where the change was proposed or its cost measured."""
        return say(f"advise.{self.move}_source")

    def as_dict(self) -> dict[str, Any]:
        """One entry of `advice` in the JSON of `sizeup advise`."""
        return {
            "number": self.number,
            "move": self.move,
            "what": self.what,
            "layers": list(self.layers),
            "lines": [
                {"line": int(line), "file": getattr(line, "file", None)} for line in self.lines
            ],
            "parameters": list(map(plain, self.parameters)),
            "effect": plain(self.effect),
            "macs": list(map(plain, self.macs)),
            "activations": list(map(plain, self.activations)),
            "gives_up": self.gives_up,
            "source": self.source,
        }


class Advised(Shown, Record):
    """A network and what would make it smaller, the most effective first.

    While something is free, `values` are those under which changes are chosen and ranked; their
    sizes are formulas. It is None where no plain values make a valid network.
    """

    before: Count
    activations: Dim | None
    advice: tuple[Advice, ...]
    values: Mapping[str, int] | None

    def as_dict(self) -> dict[str, Any]:
        """One network of the JSON of `sizeup advise`."""
        return {
            **self.before.as_dict(),
            "activations": plain(self.activations),
            "values": self.values,
            "advice": [each.as_dict() for each in self.advice],
        }


def advise(network: Network, first: int = 1) -> Advised:
    """What would make a network smaller; numbers count from `first`."""
    before = count(network)
    values = plain_values(network)
    held = activations(before)
    if values is None:
        return Advised(before, held, (), values)
    known = bind(network, values) if values else network
    ranked = sorted(_made(View(known), known), key=lambda made: made[0])
    listed: list[Advice] = []
    for _, change, bound in ranked:
        found = _advice(first + len(listed), change, network, bound, before, held)
        if found is not None:
            listed.append(found)
    return Advised(before, held, tuple(listed), values)


def plain_values(network: Network) -> Mapping[str, int] | None:
    """Values that people use for what is free, and that make a valid network."""
    if network.error is not None:
        return None
    names = [free.name for free in network.free]
    if not names:
        return {}
    customs = habits(names)
    for attempt in range(TRIES):
        values = {habit.name: _usual(habit.role, attempt) for habit in customs}
        try:
            bind(network, values)
        except SizingError:
            continue
        return values
    return None


def _usual(role: Role, attempt: int) -> int:
    """A value of a role: the first where one is usual before all others, else the second."""
    if not role.usual:
        return (32, 64, 16, 8)[attempt % 4]
    values = [value for tier in role.usual for value in tier]
    return values[(attempt + (len(role.usual[0]) > 1)) % len(values)]


def _made(view: View, network: Network) -> Iterator[tuple[tuple[int, int], Change, Network]]:
    """The changes that make a network smaller, with what they lead to, each outcome once."""
    was = owned(network)
    seen: set[object] = set()
    assert isinstance(was, int)
    for place, move in enumerate(MOVES):
        for change in move(view):
            made = applied(change, network)
            now = owned(made) if made else None
            if made is None or not isinstance(now, int) or now >= was:
                continue
            if change.move not in FREE and (was - now) * LEAST < was:
                continue
            outcome = (now, *_costs(made))
            if outcome not in seen:
                seen.add(outcome)
                yield (now, place), change, made


def _advice(
    number: int, change: Change, network: Network, bound: Network, before: Count, held: Dim | None
) -> Advice | None:
    made = applied(change, network) if network.free else bound
    if made is None:
        return None
    effect = owned(made) - owned(network)
    after = None if before.parameters is None else before.parameters + effect
    macs, elements = _costs(made) if before.parameters is not None else (None, None)
    known = before.macs is not None
    return Advice(
        number=number, move=change.move, what=change.what, layers=change.layers,
        lines=change.lines, parameters=(before.parameters, after), effect=effect,
        macs=(before.macs, macs if known else None),
        activations=(held, elements if held is not None else None), network=made,
    )  # fmt: skip


def _costs(network: Network) -> Pair:
    """MACs and activations for one sample."""
    flat = flatten(network.graph)
    return measure(flat, "macs"), measure(flat, "activations", batch_of(network.graph))
