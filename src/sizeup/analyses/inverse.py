"""Backwards from totals: which hyperparameters give networks the counts that are known."""

from __future__ import annotations

from sizeup.analyses.conditions import conditions
from sizeup.analyses.joined import Question, joined
from sizeup.analyses.known import AbsentError, Known, targets, why_unknown
from sizeup.analyses.relations import outcome, relations
from sizeup.analyses.solve import DEFAULT, EFFORT, Solutions, parse_bounds
from sizeup.analyses.versions import unvaried
from sizeup.dims import symbol, symbols
from sizeup.errors import UsageError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from sizeup.analyses.conditions import Conditions
    from sizeup.analyses.known import Wanted
    from sizeup.analyses.solve import Bounds
    from sizeup.analyses.versions import Version, Versions
    from sizeup.network import Network


def solve_networks(
    networks: Sequence[Network],
    known: Known,
    vary: Sequence[str] = (),
    *,
    limit: int = 100,
    effort: float = EFFORT,
    report: Callable[[str], None] = lambda _: None,
) -> Solutions:
    """As `solve_versions`, of networks as they are."""
    return solve_versions(
        unvaried(networks), known, vary, limit=limit, effort=effort, report=report
    )


def solve_versions(
    versions: Versions,
    known: Known,
    vary: Sequence[str] = (),
    *,
    limit: int = 100,
    effort: float = EFFORT,
    report: Callable[[str], None] = lambda _: None,
) -> Solutions:
    """The hyperparameters that give networks what is known of them, plainest first.

    `vary` are `NAME=8..512` or `NAME=1,3,5`, 1 to 1,024 otherwise; `effort` is about the seconds
    that the search for a proof may take over all versions; `report` is told what is being done.
    Only values that make valid networks count. Raises UsageError for names that do not exist and
    for networks without a formula.
    """
    asked = _asked(versions, known)
    frees: dict[str, str] = {}
    for _, wanted in asked:
        frees |= free_names(_involved(wanted), [conditions(n.graph) for n in _involved(wanted)])
    spelled = {text: name for name, said in frees.items() for text in (said, name)}
    bounds = bounds_of(frees, spelled, vary, versions.choices)
    questions = [_question(version, wanted, known, spelled) for version, wanted in asked]
    found = [
        (question, question.solve(bounds, limit, effort / len(versions.each), report))
        for question in questions
    ]
    return joined(found, versions.choices, limit)


def _asked(versions: Versions, known: Known) -> list[tuple[Version, list[Wanted]]]:
    """What is known of each version's networks; without those that have no such network.

    Raises UsageError where none has, or where it is not known what one version has.
    """
    found, absent = [], []
    for version in versions.each:
        try:
            wanted = list(targets(known, version.networks))
            for network in _involved(wanted):
                if network.error is not None:
                    raise why_unknown(network)
        except AbsentError as error:
            absent.append(error)
        except UsageError as error:
            error.what = version.under(error.what)
            raise
        else:
            found.append((version, wanted))
    if not found:
        raise absent[0]
    if not found[0][1]:
        raise UsageError(say("solve.no_total"))
    return found


def _involved(wanted: Iterable[Wanted]) -> list[Network]:
    return list({id(network): network for _, network in wanted}.values())


def _question(
    version: Version, wanted: Sequence[Wanted], known: Known, spelled: Mapping[str, str]
) -> Question:
    """All that has to hold in a version; `spelled` are the free names of all of them."""
    involved = _involved(wanted)
    needs = [conditions(network.graph) for network in involved]
    named = {text: symbol(name) for text, name in spelled.items()} | version.numbers
    asked = [target for target, _ in wanted]
    asked += relations(known.where, named)
    for network in involved:
        asked += outcome(network, named)
    return Question(version, tuple(involved), tuple(asked), tuple(needs))


def free_names(networks: Sequence[Network], needs: Sequence[Conditions]) -> dict[str, str]:
    """What networks leave open, with how the sources write it: also what decides validity alone."""
    frees = {free.name: free.expression for network in networks for free in network.free}
    for each in needs:
        for dim in (*each.positive, *each.zero):
            frees |= {name: name for name in sorted(symbols(dim) - frees.keys())}
    return frees


def bounds_of(
    frees: Iterable[str],
    spelled: Mapping[str, str],
    vary: Sequence[str],
    others: Container[str] = (),
) -> Mapping[str, Bounds]:
    """What each free name may be, in the order in which the sources name them, `others` aside."""
    bounds: dict[str, Bounds] = dict.fromkeys(frees, DEFAULT)
    for given in vary:
        name, equals, text = given.rpartition("=")
        if name.strip() in others:
            continue
        name = spelled.get(name.strip(), name.strip())
        if not equals or name not in bounds:
            raise UsageError(
                say("solve.no_free", name=name or given, known=", ".join(bounds) or "-")
            )
        bounds[name] = parse_bounds(text)
    return bounds
