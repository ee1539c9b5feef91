"""`sizeup diff`: what differs, and what each difference is worth."""

from __future__ import annotations

from argparse import SUPPRESS

from sizeup.commands.common import (
    networks_of,
    positive,
    print_json,
    readings_of,
    refuse_invalid,
    sources,
    status_of,
)
from sizeup.picking import pair
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    sources(parser, what="cli.two_sources")
    parser.add_argument("--batch", type=positive, default=1, help=SUPPRESS)
    parser.add_argument("--of", choices=("parameters", "macs", "activations"),
                        default="parameters", help=say("cli.of"))  # fmt: skip


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    before, after = pair(networks_of(readings_of(arguments)))
    for network in (before, after):
        refuse_invalid([network])
    from sizeup.analyses.diff import diff

    found = diff(before, after, arguments.batch, arguments.of)
    if arguments.json:
        print_json(found.as_dict())
    else:
        from sizeup.present.terminal import show_diff

        show_diff(found)
    return status_of((found.before, found.after))
