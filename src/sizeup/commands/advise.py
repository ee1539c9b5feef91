"""`sizeup advise`: what to change to make a network smaller, each change made and sized."""

from __future__ import annotations

from sizeup.commands.common import (
    EXACT,
    UNKNOWN,
    positive,
    print_json,
    sources,
    status_of,
    valid_networks,
)
from sizeup.errors import UsageError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from sizeup.analyses.advise import Advised


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    sources(parser)
    parser.add_argument("--apply", type=positive, default=None, metavar="K", help=say("cli.apply"))


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    networks = valid_networks(arguments)
    from sizeup.analyses.advise import advise

    found: list[Advised] = []
    number = 1
    for network in networks:
        found.append(advise(network, number))
        number += len(found[-1].advice)
    if arguments.apply is not None:
        return _apply(arguments, found)
    if arguments.json:
        print_json({"networks": [each.as_dict() for each in found]})
    else:
        from sizeup.present.terminal import show_advice

        show_advice(found)
    return status_of(each.before for each in found)


def _apply(arguments: Namespace, found: Sequence[Advised]) -> int:
    """Print the network that a change leads to as code."""
    from sizeup.builders.code import port

    listed = [advice for each in found for advice in each.advice]
    if arguments.apply > len(listed):
        raise UsageError(say("advise.no_number", number=arguments.apply, count=len(listed)))
    chosen = listed[arguments.apply - 1]
    ported = port([chosen.network])
    if arguments.json:
        print_json({"advice": chosen.as_dict(), **ported.as_dict()})
    else:
        print(ported.code, end="")
    return EXACT if ported.complete else UNKNOWN
