"""Backwards from totals: which hyperparameters give networks the counts that are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sizeup.analyses.count import count
from sizeup.analyses.known import Known, targets
from sizeup.analyses.known import relations as conditions
from sizeup.analyses.solve import DEFAULT, EFFORT, Solutions, parse_bounds, relations, solve
from sizeup.dims import Dim, Expr
from sizeup.errors import SizingError, UsageError
from sizeup.network import Graph, Layer, Network, held_layers
from sizeup.rules.graphs import bind
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sizeup.analyses.solve import Bounds


def solve_networks(
    networks: Sequence[Network],
    known: Known,
    vary: Sequence[str] = (),
    *,
    limit: int = 100,
    effort: float = EFFORT,
    report: Callable[[str], None] = lambda _: None,
) -> Solutions:
    """The hyperparameters that give networks what is known of them, plainest first.

    `vary` are `NAME=8..512` or `NAME=1,3,5`, 1 to 1,024 otherwise; `effort` is about the seconds
    that the search for a proof may take; `report` is told what is being done. Only values that
    make valid networks count. Raises UsageError for names that do not exist and for networks
    without a formula.
    """
    wanted = list(targets(known, networks))
    if not wanted:
        raise UsageError(say("solve.no_total"))
    involved = [network for _, network in wanted]
    for network in involved:
        if network.error is not None:
            raise UsageError(say("solve.unknown", name=network.name))
    frees = {free.name: free.expression for network in involved for free in count(network).free}
    spelled = {text: name for name, said in frees.items() for text in (said, name)}
    asked = [target for target, _ in wanted] + list(conditions(known.where, spelled))
    solutions = solve(
        asked,
        _bounds(frees, spelled, vary),
        positive=[dim for network in involved for dim in lengths(network.graph)],
        limit=limit,
        effort=effort,
        report=report,
    )
    checked = _valid(solutions, involved)
    return replace(checked, relations=relations(checked, [target for target, _ in wanted]))


def _bounds(
    frees: Iterable[str], spelled: Mapping[str, str], vary: Sequence[str]
) -> Mapping[str, Bounds]:
    """What each free name may be, in the order in which the sources name them."""
    bounds: dict[str, Bounds] = dict.fromkeys(frees, DEFAULT)
    for given in vary:
        name, equals, text = given.rpartition("=")
        name = spelled.get(name.strip(), name.strip())
        if not equals or name not in bounds:
            raise UsageError(
                say("solve.no_free", name=name or given, known=", ".join(bounds) or "-")
            )
        bounds[name] = parse_bounds(text)
    return bounds


def lengths(graph: Graph) -> Iterator[Dim]:
    """Every dimension that a valid network has and that depends on something free."""
    for layer in graph.layers:
        for call in layer.calls:
            for shape in (*call.input_shapes, *call.output_shapes):
                yield from (dim for dim in shape or () if isinstance(dim, Expr))
            if call.body is not None:
                yield from lengths(call.body)


def _valid(solutions: Solutions, networks: Sequence[Network]) -> Solutions:
    """Without those that a rule refuses for what no length shows (groups that do not divide).

    Those that are not listed are not tried one by one: where a rule may refuse some of them,
    only what is listed counts as found.
    """
    kept = tuple(s for s in solutions.listed if all(_fits(n, s.values) for n in networks))
    refused = len(solutions.listed) - len(kept)
    unlisted = solutions.count > len(solutions.listed)
    if not refused and not (unlisted and any(_conditional(n.graph) for n in networks)):
        return solutions
    return replace(
        solutions,
        listed=kept,
        count=len(kept),
        proved=solutions.proved and solutions.count == len(solutions.listed),
    )


CONDITIONAL = frozenset({
    "Reshape", "GroupNormalization", "Add", "Subtract", "Multiply", "Average", "Maximum",
    "Minimum", "Concatenate", "Dot",
})  # fmt: skip
"""Kinds that take some shapes of positive lengths and refuse others; grouped layers do too."""


def _conditional(graph: Graph) -> bool:
    """Whether a rule may refuse values under which all lengths are positive."""
    return any(
        (
            _picky(layer)
            and any(isinstance(dim, Expr) for shape in call.input_shapes for dim in shape or ())
        )
        or (call.body is not None and _conditional(call.body))
        for layer in graph.layers
        for call in layer.calls
    )


def _picky(layer: Layer) -> bool:
    """Whether a layer, or one that it holds, takes some shapes only."""
    held = tuple(held_layers(layer.config))
    return (
        layer.kind in CONDITIONAL
        or layer.config.get("groups", 1) != 1
        or any(map(_picky, held))
        or any(call.body is not None and _conditional(call.body) for h in held for call in h.calls)
    )


def _fits(network: Network, values: Mapping[str, int]) -> bool:
    try:
        bind(network, values)
    except SizingError:
        return False
    return True
