"""`sizeup port`: the same network as Keras 3 code."""

from __future__ import annotations

from sizeup.commands.common import EXACT, UNKNOWN, print_json, sources, valid_networks
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    sources(parser, nargs=1)
    parser.add_argument("--keep-data-format", action="store_true", help=say("cli.keep"))
    parser.add_argument("-o", "--output", default=None, metavar="FILE", help=say("cli.output"))


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    networks = valid_networks(arguments)
    from sizeup.builders.code import port

    found = port(networks, keep_data_format=arguments.keep_data_format)
    if arguments.json:
        print_json(found.as_dict())
    elif arguments.output:
        with open(arguments.output, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(found.code)
    else:
        print(found.code, end="")
    return EXACT if found.complete else UNKNOWN
