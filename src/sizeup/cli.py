"""The command line: which command is asked for, and how it ends."""

from __future__ import annotations

import gc
import os
import sys
from argparse import ArgumentParser, HelpFormatter
from collections.abc import Sequence
from importlib import import_module

from sizeup import __version__
from sizeup.commands.common import EXACT, INTERRUPTED, WRONG
from sizeup.errors import SizeupError, UsageError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

COMMANDS = ("explain", "count", "costs", "diff", "solve", "fit", "advise", "port", "weights", "check",
            "train", "search", "zoo")  # fmt: skip
"""Each is a module of `sizeup.commands`, imported where it is asked for."""


def _formatter(prog: str) -> HelpFormatter:
    """Of a fixed width: asking for the terminal's imports shutil at every start."""
    return HelpFormatter(prog, width=100)


class Parser(ArgumentParser):
    """Mistakes in the arguments are one line like all others."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the usage."""
        raise UsageError(say("cli.help", message=message, command=self.prog))


def process() -> NoReturn:
    """The command line as a process of its own.

    Too short for many searches for cycles, and at its end the interpreter is not taken apart
    object by object: that takes a tenth of the time in which a count is answered.
    """
    gc.set_threshold(50_000)
    status = main()
    sys.stderr.flush()
    os._exit(status)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status, with all that was printed on its way."""
    try:
        status = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except SizeupError as error:
        print("sizeup: " + " ".join(str(error).split()), file=sys.stderr)
        return WRONG
    except BrokenPipeError:  # the reader of a pipe has left
        return EXACT
    except OSError as error:  # a full disk: what is read has errors of its own
        print(say("cli.unwritable", reason=error.strerror), file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print(say("cli.interrupted"), file=sys.stderr)
        return INTERRUPTED
    return status


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(say("cli.usage", version=__version__, commands="\n".join(
            f"  {name:<9}{say(f'cli.{name}')}" for name in COMMANDS)))  # fmt: skip
        return EXACT if arguments else WRONG
    if arguments[0] == "--version":
        print(f"sizeup {__version__}")
        return EXACT
    name = arguments.pop(0) if arguments[0] in COMMANDS else "explain"
    command = import_module(f"sizeup.commands.{name}")
    parser = Parser(
        prog=f"sizeup {name}", description=say(f"cli.{name}"), formatter_class=_formatter
    )
    command.declare(parser)
    # argparse takes `-:NAME` for an option unless something stands in front of it
    given = parser.parse_args(["\0" + a if a.startswith("-:") else a for a in arguments])
    if hasattr(given, "sources"):
        given.sources = [source.lstrip("\0") for source in given.sources]
    status: int = command.run(given)
    return status
