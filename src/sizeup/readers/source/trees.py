"""Where the files around a source are kept: a folder of the disk, a revision of a repository."""

from __future__ import annotations

import os
import stat
import subprocess
from functools import cached_property
from posixpath import join, normpath

from sizeup.errors import ReadError
from sizeup.readers.source.modules import MAX_BYTES, PACKAGE, Project
from sizeup.words import say

MAX_LEVELS = 6
"""Folders above a source in which the root of its project is looked for."""
SIGNS = (".git", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "environment.yml",
         "README.md", "README.rst", "README", "LICENSE")  # fmt: skip
"""What the root of a project holds."""
INSTALLED = frozenset({"site-packages", "dist-packages"})
"""Folders whose contents belong to many projects."""


class Folder:
    """A folder of the disk."""

    def __init__(self, root: str) -> None:
        self.root = root

    def _status(self, path: str) -> int:
        try:
            return os.stat(os.path.join(self.root, path)).st_mode
        except (OSError, ValueError):
            return 0

    def is_file(self, path: str) -> bool:
        """Whether a regular file is there: no device, no pipe."""
        return stat.S_ISREG(self._status(path))

    def is_folder(self, path: str) -> bool:
        """Whether a folder is there."""
        return stat.S_ISDIR(self._status(path))

    def read(self, path: str) -> bytes:
        """The contents, if they are not too large; raises ReadError."""
        try:
            with open(os.path.join(self.root, path), "rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise ReadError(say("readers.unreadable", reason=error.strerror), source=path) from None


class Revision:
    """The files of a revision of the repository around the working directory."""

    def __init__(self, revision: str) -> None:
        self.revision = revision

    @cached_property
    def _files(self) -> frozenset[str]:
        listed = _git("ls-tree", "-r", "-z", "--full-tree", self.revision).split(b"\0")
        entries = (entry.partition(b"\t") for entry in listed)
        return frozenset(
            os.fsdecode(path) for kind, _, path in entries if kind.startswith(b"100")
        )  # no symbolic links, no submodules

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(
            path[:end] for path in self._files for end, letter in enumerate(path) if letter == "/"
        )

    def is_file(self, path: str) -> bool:
        """Whether a regular file is there: no device, no pipe."""
        return path in self._files

    def is_folder(self, path: str) -> bool:
        """Whether a folder is there."""
        return path in self._folders

    def read(self, path: str) -> bytes:
        """The contents, if they are not too large; raises ReadError."""
        return _git("cat-file", "blob", f"{self.revision}:{path}")


def _git(*command: str) -> bytes:
    done = subprocess.run(["git", *command], capture_output=True, check=False)  # noqa: S603, S607
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().replace("\n", " ")
        raise ReadError(say("readers.git", said=said))
    return done.stdout


def on_disk(path: str) -> Project:
    """The project around a file."""
    source = os.path.abspath(path)
    top = os.path.dirname(source)
    while os.path.isfile(os.path.join(top, PACKAGE)) and os.path.dirname(top) != top:
        top = os.path.dirname(top)
    roots = [top, *_marked(top)]
    tree = Folder(roots[-1])

    def inside(path: str) -> str:
        found = os.path.relpath(path, tree.root).replace(os.sep, "/")
        return "" if found == "." else found

    beside = [] if os.path.basename(top) in INSTALLED else [inside(top)]
    marked = [inside(root) for root in roots[1:]]
    around = [root for m in marked for root in (m, join(m, "src"))]
    return Project(tree, inside(source), [*beside, *around])


def _marked(folder: str) -> list[str]:
    """The folders above, the nearest first, that look like the root of a project."""
    found = []
    for _ in range(MAX_LEVELS):
        if os.path.basename(folder) in INSTALLED:
            break
        if any(os.path.exists(os.path.join(folder, sign)) for sign in SIGNS):
            found.append(folder)
        if os.path.exists(os.path.join(folder, ".git")) or os.path.dirname(folder) == folder:
            break
        folder = os.path.dirname(folder)
    return found


def in_revision(revision: str, path: str) -> Project:
    """The project around a file of a revision, `path` seen from the working directory."""
    prefix = os.fsdecode(_git("rev-parse", "--show-prefix")).strip()
    return Project(Revision(revision), normpath(join(prefix, path)), ["", "src"])
