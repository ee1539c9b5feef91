"""Writes the printed examples of the README and of `docs/` anew; `tests/test_docs.py` checks them."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

from sizeup.cli import main

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
EXAMPLE = re.compile(r"```console\n\$ sizeup (?P<command>.*)\n(?P<output>(?:.*\n)*?)```")


def printed(command: str) -> str:
    """What a command prints, without blanks at the ends of lines."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.chdir(ROOT):
        main(shlex.split(command))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def regenerated(text: str) -> str:
    """The text with every example as it is printed now."""
    return EXAMPLE.sub(
        lambda m: f"```console\n$ sizeup {m['command']}\n{printed(m['command'])}```", text
    )


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(regenerated(page.read_text(encoding="utf-8")), encoding="utf-8")
