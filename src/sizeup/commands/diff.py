"""`sizeup diff`: what differs, and what each difference is worth."""

from __future__ import annotations

from argparse import SUPPRESS

from sizeup.commands.common import (
    networks_of,
    options,
    positive,
    print_json,
    readings_of,
    refuse_invalid,
    status_of,
)
from sizeup.errors import UsageError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help=say("cli.two_sources"))
    options(parser)
    parser.add_argument("--batch", type=positive, default=1, help=SUPPRESS)
    parser.add_argument("--of", choices=("parameters", "macs", "activations"),
                        default="parameters", help=say("cli.of"))  # fmt: skip


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    networks = networks_of(readings_of(arguments))
    if len(networks) != 2:  # noqa: PLR2004
        names = ", ".join(network.name for network in networks)
        raise UsageError(say("cli.two", count=len(networks), names=names))
    for network in networks:
        refuse_invalid([network])
    from sizeup.analyses.diff import diff

    before, after = networks
    found = diff(before, after, arguments.batch, arguments.of)
    if arguments.json:
        print_json(found.as_dict())
    else:
        from sizeup.present.terminal import show_diff

        show_diff(found)
    return status_of((found.before, found.after))
