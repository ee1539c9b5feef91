"""`sizeup weights`: do these weights belong to this network."""

from __future__ import annotations

from sizeup.commands.common import (
    EXACT,
    NO,
    networks_of,
    options,
    print_json,
    readings_of,
    refuse_invalid,
)
from sizeup.errors import UsageError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("sources", nargs=1, metavar="SOURCE", help=say("cli.sources"))
    parser.add_argument("weights", metavar="WEIGHTS", help=say("cli.weights_file"))
    options(parser)


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    networks = networks_of(readings_of(arguments))
    if len(networks) != 1:
        names = ", ".join(network.name for network in networks)
        raise UsageError(say("api.one", count=len(networks), names=names))
    refuse_invalid(networks)
    from sizeup.analyses.weights import fit_weights
    from sizeup.readers import read
    from sizeup.readers.saved import read_weights

    inside = read_weights(arguments.weights)
    stored = [inside] if inside else read(arguments.weights, stdin=arguments.stdin)
    if len(stored) != 1:
        names = ", ".join(network.name for network in stored)
        raise UsageError(say("api.one", count=len(stored), names=names), source=arguments.weights)
    found = fit_weights(networks[0], stored[0])
    if arguments.json:
        print_json(found.as_dict())
    else:
        from sizeup.present.terminal import show_fitting

        show_fitting(found)
    return EXACT if found.ok else NO
