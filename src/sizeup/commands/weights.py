"""`sizeup weights`: do these weights belong to this network."""

from __future__ import annotations

from sizeup.commands.common import EXACT, NO, print_json, sources, valid_networks
from sizeup.picking import only
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    sources(parser, nargs=1)
    parser.add_argument("weights", metavar="WEIGHTS", help=say("cli.weights_file"))


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    network = only(valid_networks(arguments))
    from sizeup.analyses.weights import fit_weights
    from sizeup.readers import read
    from sizeup.readers.saved import read_weights

    inside = read_weights(arguments.weights)
    stored = inside or only(
        read(arguments.weights, stdin=arguments.stdin).networks, arguments.weights
    )
    found = fit_weights(network, stored)
    if arguments.json:
        print_json(found.as_dict())
    else:
        from sizeup.present.terminal import show_fitting

        show_fitting(found)
    return EXACT if found.ok else NO
