"""Files as they are in a revision of the git repository around them."""

from __future__ import annotations

import os
import subprocess

from sizeup.errors import ReadError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.network import Network

BEGINNING = 8192
"""Bytes within which what is no text shows."""


def verify(revision: str) -> None:
    """Raises ReadError where there is no such revision, or no repository here."""
    if revision.startswith("-") or ":" in revision:
        raise ReadError(say("revisions.form", revision=revision))
    done = _git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if done is None:
        raise ReadError(say("revisions.none", revision=revision))


def source_in(revision: str, path: str) -> str | None:
    """The SOURCE of a file in a revision; None where the revision does not have it."""
    file = os.path.relpath(path)
    if _git("cat-file", "-e", f"{revision}:./{file}") is None:
        return None
    return f"git:{revision}:{file}"


def shown(revision: str, meant: Sequence[tuple[str, str]], source: str) -> tuple[str, str, bytes]:
    """A file in a revision, by the first of these paths that it has, its name and its content.

    Paths are relative to the working directory or, as git writes them, to the repository. Raises
    ReadError where git cannot show any.
    """
    above = (_git("rev-parse", "--show-cdup") or "").strip()
    for path, name in meant:
        for file in dict.fromkeys((path, above + path)):
            found = _run("show", f"{revision}:./{file}")
            if found is None:
                raise ReadError(say("readers.no_git"), source=source)
            if found.returncode == 0 and found.stdout.startswith(b"tree "):
                raise ReadError(say("readers.directory"), source=source)
            if found.returncode == 0:
                return file, name, found.stdout
    said = _run("show", f"{revision}:./{meant[-1][0]}")
    text = "" if said is None else said.stderr.decode(errors="replace")
    raise ReadError(say("readers.git", said=text.strip().replace("\n", " ")), source=source)


def stored_in(content: bytes, file: str, label: str) -> Network | None:
    """The model that a framework has saved in a file of a revision; None for text."""
    if b"\0" not in content[:BEGINNING]:
        return None
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from sizeup.readers.saved import read_stored

    with TemporaryDirectory() as folder:
        copy = Path(folder, Path(file).name)
        copy.write_bytes(content)
        network = read_stored(str(copy))
    return None if network is None else network.changed(source=label)


def _git(*arguments: str) -> str | None:
    """What git prints; None where it fails, or is not there."""
    done = _run(*arguments)
    if done is None or done.returncode != 0:
        return None
    return done.stdout.decode(errors="replace")


def _run(*arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    """How git ends; None where it is not there."""
    try:
        return subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S603, S607
    except OSError:
        return None
