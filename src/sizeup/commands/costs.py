"""`sizeup costs`: what a network costs to run and to train."""

from __future__ import annotations

from sizeup.commands.common import (
    EXACT,
    UNKNOWN,
    positive,
    print_json,
    shown,
    valid_networks,
)
from sizeup.errors import UsageError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import Any

    from sizeup.analyses.costs import Costs


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    shown(parser)
    parser.add_argument("--input", default=None, metavar="1x224x224x3", help=say("cli.input"))
    parser.add_argument("--dtype", metavar="POLICY", help=say("cli.dtype"))
    parser.add_argument("--optimizer", default="adam", metavar="NAME", help=say("cli.optimizer"))
    parser.add_argument("--accumulate", type=positive, default=1, metavar="N",
                        help=say("cli.accumulate"))  # fmt: skip
    parser.add_argument("--checkpoint", type=positive, default=None, metavar="N",
                        help=say("cli.checkpoint"))  # fmt: skip
    parser.add_argument("--peers", action="store_true", help=say("cli.peers"))
    parser.add_argument("--device", metavar="FLOPS,BYTES", help=say("cli.device"))


def run(arguments: Namespace) -> int:
    """Run it; returns the exit status."""
    networks = valid_networks(arguments)
    from sizeup.analyses.costs import Setting, costs

    batch = arguments.batch
    if arguments.input is not None:
        from sizeup.analyses.editing import edit

        batch, *sides = _shape(arguments.input)
        networks = [edit(network, input_shape=(None, *sides)) for network in networks]
    setting = Setting(batch, arguments.dtype, arguments.optimizer, arguments.accumulate,
                      arguments.checkpoint, arguments.device)  # fmt: skip
    found = [costs(network, setting) for network in networks]
    if arguments.json:
        print_json({"networks": [_document(each, peers=arguments.peers) for each in found]})
    else:
        from sizeup.present.costs import page
        from sizeup.present.terminal import show

        show(page(found, depth=arguments.depth, peers=arguments.peers))
    return EXACT if all(each.exact for each in found) else UNKNOWN


def _shape(text: str) -> list[int]:
    """`1x224x224x3`, or with a dtype behind it, which has no say here."""
    sides = text.partition(":")[0].lower().split("x")
    if not all(side.isdecimal() and int(side) for side in sides):
        raise UsageError(say("costs.input", text=text))
    return [int(side) for side in sides]


def _document(found: Costs, *, peers: bool) -> dict[str, Any]:
    if not peers:
        return found.as_dict()
    return found.as_dict() | {"peers": [peer.as_dict(found.called) for peer in found.peers]}
