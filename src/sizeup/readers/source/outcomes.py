"""What the runs of a program gave, and the networks that it therefore has."""

from __future__ import annotations

from sizeup.network import Graph, Network, Unknown, total_of
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    Value = Any
    Path = tuple[tuple[object, Value, str | None], ...]

MAX_NETWORKS = 8
"""Networks that one name may stand for, by the contract."""


class Outcome(Record):
    """The networks of one run along one path of decisions, and what the run learned.

    Those that are `stored` elsewhere are listed where the text builds no other. `ended` says
    that there were more outcomes than are followed; `fault` is what the source raised, and where.
    """

    path: Path
    networks: tuple[Network, ...]
    entry: str | None = None
    builders: frozenset[str] = frozenset()
    inputs: tuple[tuple[Value, int | None], ...] = ()
    stored: tuple[Network, ...] = ()
    order_matters: bool = False
    overridden: frozenset[str] = frozenset()
    ended: bool = False
    fault: tuple[str, int | None] | None = None


def invalid(outcomes: list[Outcome], unbound: Sequence[Network]) -> list[Outcome]:
    """The outcomes of a text with bindings, with the networks that it lacks as invalid ones.

    `unbound` are those that it builds without bindings. What the source raises on the way to them
    says why they are none.
    """
    failed = next((outcome for outcome in outcomes if outcome.fault and not outcome.path), None)
    if failed is None or failed.fault is None:
        return outcomes
    error, line = failed.fault
    left = [
        outcome.changed(networks=tuple(n for n in outcome.networks if not _never_made(n)))
        for outcome in outcomes
    ]
    found = {network.name for outcome in left for network in outcome.networks}
    lacking = [n for n in unbound if n.name not in found and n.when is None]
    if not lacking:
        return outcomes
    broken = [
        Network(n.name, Graph(()), n.kind, reader=n.reader, aliases=n.aliases, error=error,
                error_line=line)
        for n in lacking
    ]  # fmt: skip
    place = outcomes.index(failed)
    left[place] = left[place].changed(networks=(*left[place].networks, *broken))
    return left


def _never_made(network: Network) -> bool:
    """Whether a network is one only in name: the source raised before it had a layer."""
    return network.error is not None and not network.graph.layers


def with_unknown(network: Network, unknown: Unknown) -> Network:
    """The network with one more thing that keeps its total from being known."""
    return network.changed(unknown=(*network.unknown, unknown))


def merge(outcomes: list[Outcome]) -> list[Network]:
    """One network for each name and outcome that differs from the others.

    What two functions that nothing calls build alike is listed once.
    """
    if not any(outcome.networks for outcome in outcomes):
        outcomes = [outcome.changed(networks=outcome.stored) for outcome in outcomes]
    grouped: dict[tuple[str | None, str, int], list[tuple[Path, Network]]] = {}
    for outcome in outcomes:
        seen: dict[str, int] = {}
        for network in outcome.networks:
            number = seen[network.name] = seen.get(network.name, 0) + 1
            key = outcome.entry, network.name, number
            grouped.setdefault(key, []).append((outcome.path, network))
    merged: list[Network] = []
    listed: dict[tuple[str, str], tuple[str | None, int]] = {}
    for (entry, _, _), variants in grouped.items():
        for network in _distinct(variants):
            alike = network.name, _shape(network)
            first, place = listed.setdefault(alike, (entry, len(merged)))
            if first == entry:
                merged.append(network)
                continue
            known = merged[place]  # it goes by the names of both
            merged[place] = known.changed(
                aliases=tuple(dict.fromkeys((*known.aliases, *network.aliases)))
            )
    return _numbered(merged)


def _distinct(variants: list[tuple[Path, Network]]) -> list[Network]:
    """The variants that differ, each under the conditions that tell it from the others."""
    variants = [(tuple(step for step in path if step[2] is not None), n) for path, n in variants]
    for key in dict.fromkeys(key for path, _ in variants for key, *_ in path):
        reduced: dict[Path, list[Network]] = {}
        for path, network in variants:
            rest = tuple(step for step in path if step[0] != key)
            reduced.setdefault(rest, []).append(network)
        if _agree([(rest, _shape(n)) for rest, group in reduced.items() for n in group]):
            variants = [(path, _one_of(group)) for path, group in reduced.items()]
    if len(variants) == 1:
        return [variants[0][1]]
    if len(variants) > MAX_NETWORKS:
        unknown = Unknown(say("source.too_many_outcomes", most=MAX_NETWORKS))
        smallest = min((network for _, network in variants), key=total_of)
        return [with_unknown(smallest.changed(error=None), unknown)]
    alike: dict[object, set[str]] = {}
    for key, _, said in (step for path, _ in variants for step in path):
        alike.setdefault(key, set()).add(said or "")
    return [
        network.changed(
            when=when,
            name=f"{network.name}[{when}]",
            aliases=(*network.aliases, network.name),
        )
        for path, network in variants
        for when in [_conditions(path, alike)]
    ]


def _one_of(alike: list[Network]) -> Network:
    """A network for several that are alike; it demands what all of them do."""
    first = alike[0]
    common = tuple(d for d in first.demands if all(d in other.demands for other in alike))
    return first if common == first.demands else first.changed(demands=common)


def _agree(variants: list[tuple[Path, str]]) -> bool:
    """Whether no two that may hold at the same time differ."""
    return all(
        shape == other or any(
            a[0] == b[0] and a[1] != b[1] for a in path for b in another)
        for i, (path, shape) in enumerate(variants) for another, other in variants[:i]
    )  # fmt: skip


def _conditions(path: Path, alike: Mapping[object, set[str]]) -> str:
    """The conditions on the way to a network; those that read alike are numbered.

    `alike` holds how the outcomes of each condition are written.
    """
    said = []
    for i, (key, _, text) in enumerate(path):
        number = 1 + sum(bool(alike[key] & alike[earlier]) for earlier, *_ in path[:i])
        bracketed = number > 1 or " or " in (text or "")
        said.append((f"({text})" if bracketed else f"{text}") + (f"#{number}" * (number > 1)))
    return " and ".join(said)


def _shape(network: Network) -> str:
    """What makes two networks the same to whoever counts them."""

    def layers(graph: Graph) -> object:
        return [
            (layer.kind, layer.name, layer.parameters, layer.trainable, layer.unknown,
             [(c.inputs, c.output_shapes, c.macs, c.body and layers(c.body)) for c in layer.calls])
            for layer in graph.layers
        ]  # fmt: skip

    return repr((layers(network.graph), network.graph.outputs, network.error, network.unknown))


def _numbered(networks: list[Network]) -> list[Network]:
    """Names that occur twice get `#2`, `#3`."""
    counts: dict[str, int] = {}
    result = []
    for network in networks:
        number = counts[network.name] = counts.get(network.name, 0) + 1
        name = network.name if number == 1 else f"{network.name}#{number}"
        result.append(network.changed(name=name))
    return result
