"""`sizeup zoo`: the architectures that ship with sizeup."""

from __future__ import annotations

from sizeup.commands.common import EXACT, print_json
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("--json", action="store_true", help=say("cli.json"))


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    from sizeup.zoo import APPLICATIONS, ARCHITECTURES

    listed = (*ARCHITECTURES, *APPLICATIONS)
    if arguments.json:
        print_json({"architectures": [
            {"name": a.name, "aliases": list(a.aliases), "reference": a.reference,
             "published": a.published} for a in listed]})  # fmt: skip
    else:
        from sizeup.present.terminal import show_zoo

        show_zoo(listed)
    return EXACT
