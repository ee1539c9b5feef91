"""`sizeup count`: how many parameters, in which layers, by what arithmetic."""

from __future__ import annotations

from sizeup.commands.common import (
    NO,
    networks_of,
    positive,
    print_json,
    read_all,
    readings_of,
    refuse_invalid,
    shown,
    status_of,
)
from sizeup.settings import parse_settings, split_setting, with_weights
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence
    from typing import Any

    from sizeup.analyses.count import Count
    from sizeup.analyses.expect import Expectation
    from sizeup.analyses.sweep import Point
    from sizeup.analyses.weights import Fitting
    from sizeup.network import Network
    from sizeup.readers import Reading


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    shown(parser)
    parser.add_argument("--vary", action="append", default=[], metavar="NAME=RANGE",
                        help=say("cli.vary"))  # fmt: skip
    parser.add_argument("--expect", action="append", default=[], metavar="[NAME=]N",
                        help=say("cli.expect"))  # fmt: skip
    parser.add_argument("--timeout", type=positive, default=None, metavar="SECONDS",
                        help=say("cli.expect_timeout"))  # fmt: skip


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    readings = readings_of(arguments)
    networks = with_weights(networks_of(readings), parse_settings(arguments.set))
    refuse_invalid(networks)
    from sizeup.analyses.count import count

    fittings = {n: _fitting(each) for n, each in enumerate(networks) if each.weights}
    networks = [_remarked(each, fittings.get(n)) for n, each in enumerate(networks)]
    counts = [count(network, arguments.batch) for network in networks]
    points = _points(arguments) if arguments.vary else ()
    asked = _expectations(arguments, readings) if arguments.expect else []
    if arguments.json:
        listed = [_with_growth(found) for found in counts]
        for (expectation, _), place in ((each, networks.index(each[0].network)) for each in asked):
            listed[place]["expect"] = expectation.as_dict()
        for place, fitting in fittings.items():
            listed[place]["weights"] = fitting.as_dict()
        document = {"networks": listed}
        more = {"vary": [point.as_dict() for point in points]} if points else {}
        print_json(document | more)
    else:
        from sizeup.present.terminal import show_counts

        show_counts(counts, depth=arguments.depth, points=points, expectations=asked)
    if any(expectation.fits is False for expectation, _ in asked):
        return NO
    if any(not (each.ok or each.convertible) for each in fittings.values()):
        return NO
    return status_of(counts)


def _fitting(network: Network) -> Fitting:
    """Whether the weights that the source loads, as a setting names them, belong to a network."""
    from sizeup.analyses.weights import fit_weights
    from sizeup.readers import read
    from sizeup.readers.saved import read_weights

    assert network.weights is not None
    return fit_weights(network, read_weights(network.weights) or read(network.weights)[0])


def _remarked(network: Network, fitting: Fitting | None) -> Network:
    """The network with what there is to say of its weights."""
    if fitting is None:
        return network
    from sizeup.network import Note

    if fitting.ok or fitting.convertible:
        key = "weights.belong" if fitting.ok else "weights.older"
        note = Note("assumed", say(key, path=network.weights))
    else:
        said = say("weights.not", name=network.name, cause=fitting.cause)
        note = Note("warning", f"{network.weights}: {said}")
    return network.changed(notes=(*network.notes, note))


def _expectations(
    arguments: Namespace, readings: Sequence[Reading]
) -> Sequence[tuple[Expectation, str]]:
    """What the totals should be, and what would explain that they are not."""
    from sizeup.analyses.expect_asked import expectations
    from sizeup.present.progress import progress

    bound = parse_settings(arguments.set)
    with progress() as report:
        return expectations(
            arguments.expect,
            readings,
            lambda v: networks_of(read_all(arguments, {**bound, **v.settings}, v.edit)),
            seconds=arguments.timeout,
            report=report,
        )


def _with_growth(found: Count) -> dict[str, Any]:
    """A network, with what drives its total while something is free."""
    if not found.free or found.parameters is None:
        return found.as_dict()
    from sizeup.analyses.growth import growth

    return found.as_dict() | {"growth": [each.as_dict() for each in growth(found)]}


def _points(arguments: Namespace) -> Sequence[Point]:
    """The networks under the values of `--vary`; some of these where a person reads."""
    from sizeup.analyses.solve import parse_bounds
    from sizeup.analyses.sweep import spread, sweep

    values = {}
    for given in arguments.vary:
        name, text = split_setting(given)
        found = parse_bounds(text)
        values[name] = found if arguments.json else spread(found)
    bound = parse_settings(arguments.set)
    return sweep(
        lambda chosen: networks_of(read_all(arguments, {**bound, **chosen})),
        values,
        arguments.batch,
    )
