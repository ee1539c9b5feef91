"""Backwards from totals: which hyperparameters give networks the counts that are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sizeup.analyses.conditions import conditions, valid
from sizeup.analyses.known import Known, targets, why_unknown
from sizeup.analyses.presumed import presumptions
from sizeup.analyses.relations import outcome, relations
from sizeup.analyses.solve import DEFAULT, EFFORT, Check, Solutions, parse_bounds, solve
from sizeup.dims import symbol, symbols
from sizeup.errors import UsageError
from sizeup.network import Network
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sizeup.analyses.conditions import Conditions
    from sizeup.analyses.solve import Bounds

MOST_TRIED = 20_000
"""Layers that are sized, over all solutions, to see whether their networks exist."""


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
    involved = list({id(network): network for _, network in wanted}.values())
    for network in involved:
        if network.error is not None:
            raise UsageError(why_unknown(network))
    needs = [conditions(network.graph) for network in involved]
    frees = free_names(involved, needs)
    spelled = {text: name for name, said in frees.items() for text in (said, name)}
    asked = [target for target, _ in wanted]
    named = {text: symbol(name) for text, name in spelled.items()}
    asked += relations(known.where, named)
    for network in involved:
        asked += outcome(network, named)
    sure = all(each.sure for each in needs)
    layers = sum(len(network.graph.layers) for network in involved)
    found = solve(
        asked,
        bounds_of(frees, spelled, vary),
        positive=[dim for each in needs for dim in each.positive],
        zero=[dim for each in needs for dim in each.zero],
        check=Check(
            lambda values: all(valid(network, values) for network in involved),
            limit if sure else max(limit, MOST_TRIED // max(1, layers)),
            sure,
        ),
        limit=limit,
        effort=effort,
        report=report,
    )
    return replace(found, assumed=tuple(text for each in involved for text in presumptions(each)))


def free_names(networks: Sequence[Network], needs: Sequence[Conditions]) -> dict[str, str]:
    """What networks leave open, with how the sources write it: also what decides validity alone."""
    frees = {free.name: free.expression for network in networks for free in network.free}
    for each in needs:
        for dim in (*each.positive, *each.zero):
            frees |= {name: name for name in sorted(symbols(dim) - frees.keys())}
    return frees


def bounds_of(
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
