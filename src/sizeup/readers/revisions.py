"""Files as they are in a revision of the git repository around them."""

from __future__ import annotations

import os
import subprocess

from sizeup.errors import ReadError
from sizeup.words import say


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


def _git(*arguments: str) -> str | None:
    """What git prints; None where it fails, or is not there."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S603, S607
    except OSError:
        return None
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None
