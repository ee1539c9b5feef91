"""`sizeup fit`: the best hyperparameters inside a budget."""

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

BUDGETS = ("parameters", "macs", "activations", "bytes")


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    sources(parser)
    for name in BUDGETS:
        parser.add_argument(f"--max-{name}", metavar="N", help=say(f"cli.max_{name}"))
    parser.add_argument("--vary", action="append", default=[], metavar="NAME=RANGE",
                        help=say("cli.vary"))  # fmt: skip
    parser.add_argument("--where", action="append", default=[], metavar="RELATION",
                        help=say("cli.where"))  # fmt: skip
    best = parser.add_mutually_exclusive_group()
    best.add_argument("--maximize", default="parameters", metavar="EXPR", help=say("cli.maximize"))
    best.add_argument("--minimize", default=None, metavar="EXPR", help=say("cli.minimize"))
    parser.add_argument("--limit", type=positive, default=5, metavar="N", help=say("cli.fit_limit"))
    parser.add_argument("--timeout", type=positive, default=10, metavar="SECONDS",
                        help=say("cli.timeout"))  # fmt: skip


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    versions = versions_of(arguments)
    from sizeup.analyses.fit import Asked, fit_versions
    from sizeup.present.progress import progress

    given = {name: getattr(arguments, f"max_{name}") for name in BUDGETS}
    asked = Asked(
        {name: text for name, text in given.items() if text is not None},
        arguments.where, arguments.vary, arguments.maximize, arguments.minimize,
    )  # fmt: skip
    with progress() as report:
        found = fit_versions(versions, asked, limit=arguments.limit, effort=arguments.timeout,
                             report=report)  # fmt: skip
    if arguments.json:
        print_json(found.as_dict())
    else:
        from sizeup.present.terminal import show_fit

        show_fit(found)
    if not found.settings:
        return NO if found.proved else UNKNOWN
    return EXACT if found.proved else UNKNOWN
