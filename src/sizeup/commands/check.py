"""`sizeup check`: does every network keep its budget."""

from __future__ import annotations

from sizeup.commands.common import EXACT, NO, UNKNOWN, print_json
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("file", nargs="?", metavar="FILE", help=say("cli.check_file"))
    parser.add_argument("--json", action="store_true", help=say("cli.json"))
    parser.add_argument("--markdown", action="store_true", help=say("cli.markdown"))
    parser.add_argument("--since", default=None, metavar="REV", help=say("cli.since"))
    parser.add_argument("--update", action="store_true", help=say("cli.update"))


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    from sizeup.analyses.project import check_project, record
    from sizeup.readers.budgets import find_budgets

    budgets = find_budgets(arguments.file)
    if arguments.update:
        record(check_project(budgets, anew=True), budgets)
    verdict = check_project(budgets, arguments.since)
    if arguments.json:
        print_json(verdict.as_dict())
    elif arguments.markdown:
        from sizeup.present.checking import markdown

        print(markdown(verdict))
    else:
        from sizeup.present.terminal import show_verdict

        show_verdict(verdict)
    if verdict.broken:
        return NO
    return EXACT if verdict.ok else UNKNOWN
