"""`sizeup solve`: which hyperparameters give what is known."""

from __future__ import annotations

from sizeup.commands.common import (
    EXACT,
    NO,
    UNKNOWN,
    positive,
    print_json,
    sources,
    versions_of,
)
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


QUANTITIES = {
    "total": "NAME=N", "trainable": "NAME=N", "macs": "NAME=N", "layer": "LAYER=N",
    "shape": "LAYER=SHAPE", "where": "RELATION",
}  # fmt: skip
"""What `solve` may be told, and how it is written."""


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    sources(parser)
    for name, form in QUANTITIES.items():
        parser.add_argument(f"--{name}", action="append", default=[], metavar=form,
                            help=say(f"cli.{name}"))  # fmt: skip
    parser.add_argument("--vary", action="append", default=[], metavar="NAME=RANGE",
                        help=say("cli.vary"))  # fmt: skip
    parser.add_argument("--limit", type=positive, default=100, metavar="N", help=say("cli.limit"))
    parser.add_argument("--timeout", type=positive, default=10, metavar="SECONDS",
                        help=say("cli.timeout"))  # fmt: skip


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    versions = versions_of(arguments)
    from sizeup.analyses.inverse import solve_versions
    from sizeup.analyses.known import Known
    from sizeup.present.progress import progress

    known = Known(arguments.total, arguments.trainable, arguments.macs, arguments.layer,
                  arguments.shape, arguments.where)  # fmt: skip
    with progress() as report:
        found = solve_versions(versions, known, arguments.vary, limit=arguments.limit,
                               effort=arguments.timeout, report=report)  # fmt: skip
    if arguments.json:
        print_json(found.as_dict())
    else:
        from sizeup.present.terminal import show_solutions

        show_solutions(found)
    if found.count == 0:
        return NO if found.complete else UNKNOWN
    return EXACT
