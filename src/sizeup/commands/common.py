"""What the commands share: options, reading the sources, exit status."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from itertools import islice
from types import MappingProxyType

from sizeup import __version__
from sizeup.errors import UsageError
from sizeup.settings import parse_settings
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Literal

    from sizeup.analyses.count import Count
    from sizeup.analyses.versions import Versions
    from sizeup.network import Network
    from sizeup.readers import Edit, Reading

EXACT, NO, WRONG, UNKNOWN = 0, 1, 2, 3
"""Exit status: answered exactly, the answer is no, the call is wrong, a part is unknown."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


def sources(
    parser: ArgumentParser, *, nargs: int | Literal["+"] = "+", what: str = "cli.sources"
) -> None:
    """The sources, and the options of all commands that read some."""
    parser.add_argument("sources", nargs=nargs, metavar="SOURCE", help=say(what))
    parser.add_argument("--json", action="store_true", help=say("cli.json"))
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                        help=say("cli.set"))  # fmt: skip
    parser.add_argument("--free", action="append", default=[], metavar="LAYER.ARGUMENT",
                        help=say("cli.free"))  # fmt: skip
    parser.add_argument("--keras", type=int, choices=range(4), default=None, metavar="0|1|2|3",
                        help=say("cli.keras"))  # fmt: skip
    parser.add_argument("--tf-keras", action="store_true", help=say("cli.tf_keras"))
    parser.set_defaults(stdin=None)


def shown(parser: ArgumentParser) -> None:
    """Any number of sources, and how they are shown."""
    sources(parser)
    parser.add_argument("--batch", type=positive, default=1, metavar="N", help=say("cli.batch"))
    parser.add_argument("--depth", type=positive, default=None, metavar="N", help=say("cli.depth"))


def positive(text: str) -> int:
    """An integer from 1 up; raises ValueError otherwise."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def readings_of(
    arguments: Namespace, more: Mapping[str, Any] = MappingProxyType({})
) -> list[Reading]:
    """The sources, read, with what `--free` leaves open; `more` settings come last."""
    names = [name for name in arguments.free if "." not in name and name not in more]
    settings = {**parse_settings(arguments.set), **more}
    if not arguments.free:
        return read_all(arguments, settings)
    from sizeup.analyses.freeing import free_arguments, free_names, opened

    readings = read_all(arguments, settings | opened(names))
    networks = free_names(networks_of(readings), names)
    numbers = [text for text in arguments.free if "." in text]
    freed = iter(free_arguments(networks, numbers))
    return [r.changed(networks=tuple(islice(freed, len(r)))) for r in readings]


def read_all(
    arguments: Namespace, settings: dict[str, Any], edit: Edit | None = None
) -> list[Reading]:
    """The sources, read; every binding has to be known to at least one of them."""
    from sizeup.readers import read

    if any(source == "-" or source.startswith("-:") for source in arguments.sources):
        arguments.stdin = sys.stdin.read() if arguments.stdin is None else arguments.stdin
    spoken = {"keras": arguments.keras, "tf_keras": arguments.tf_keras,
              "stdin": arguments.stdin, "edit": edit}  # fmt: skip
    if len(arguments.sources) == 1:
        return [read(arguments.sources[0], settings, **spoken)]
    from sizeup.readers.knowing import read_knowing

    read_so = [read_knowing(source, settings, **spoken) for source in arguments.sources]
    for name in settings:
        if all(name in strange for _, strange in read_so):
            raise UsageError(say("source.no_name", name=name))
    return [reading for reading, _ in read_so]


def networks_of(readings: Sequence[Reading]) -> list[Network]:
    """All networks of the sources, in order."""
    return [network for reading in readings for network in reading]


def versions_of(arguments: Namespace) -> Versions:
    """All networks of the sources, read again where `--vary` changes their structure."""
    from sizeup.analyses.versions import versions

    return versions(lambda more: networks_of(readings_of(arguments, more)), arguments.vary)


def valid_networks(arguments: Namespace) -> list[Network]:
    """All networks of the sources, with what `--free` leaves open, unless a lone one is invalid."""
    networks = networks_of(readings_of(arguments))
    refuse_invalid(networks)
    return networks


def refuse_invalid(networks: Sequence[Network]) -> None:
    """An invalid network that is asked for alone is an error with line and cause."""
    if len(networks) == 1 and networks[0].error is not None:
        network = networks[0]
        what = say("cli.invalid", name=network.name, error=network.error)
        raise UsageError(what, line=network.error_line, source=network.source)


def status_of(counts: Iterable[Count]) -> int:
    """Whether every network is known."""
    exact = all(found.parameters is not None for found in counts)
    return EXACT if exact else UNKNOWN


def print_json(document: Mapping[str, Any]) -> None:
    """The one document on standard output, with the version in front."""
    import json

    print(json.dumps({"sizeup": __version__, **document}))
