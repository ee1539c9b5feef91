"""Writes the printed examples of the README anew; `tests/test_docs.py` checks them."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

from sizeup.cli import main

README = Path(__file__).parents[1] / "README.md"
EXAMPLE = re.compile(r"```console\n\$ sizeup (?P<command>.*)\n(?P<output>(?:.*\n)*?)```")


def printed(command: str) -> str:
    """What a command prints, without blanks at the ends of lines."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.chdir(README.parent):
        main(shlex.split(command))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def regenerated(text: str) -> str:
    """The text with every example as it is printed now."""
    return EXAMPLE.sub(
        lambda m: f"```console\n$ sizeup {m['command']}\n{printed(m['command'])}```", text
    )


if __name__ == "__main__":
    README.write_text(regenerated(README.read_text(encoding="utf-8")), encoding="utf-8")
