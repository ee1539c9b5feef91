"""The files around a source: where its imports lead, and the syntax trees of what lies there.

A `Project` answers one question, which file a dotted name means at a place, and parses every
file once. What holds the files is a `Tree`: a folder of a disk or a revision of a repository.
All paths are relative to the root of the tree, with `/`; nothing outside of it is read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from posixpath import dirname, join, normpath, relpath

from sizeup.errors import ReadError
from sizeup.places import Line
from sizeup.readers.source.repair import repair
from sizeup.readers.texts import decoded
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from sizeup.network import Note

    class Tree(Protocol):
        """A tree of files by their paths."""

        def is_file(self, path: str) -> bool:
            """Whether a regular file is there: no device, no pipe."""

        def is_folder(self, path: str) -> bool:
            """Whether a folder is there."""

        def read(self, path: str) -> bytes:
            """The contents; raises ReadError where they cannot be had."""


MAX_BYTES = 2_000_000
"""No module that a person wrote is larger."""
MAX_MODULES = 300
"""Modules that one reading may take in."""
PACKAGE = "__init__.py"


class Place(Record):
    """A module: its dotted name, the path of its file or folder, whether it is a package.

    A folder without `__init__.py` is a package that has no file.
    """

    dotted: str
    path: str
    is_package: bool = False
    has_file: bool = True

    @property
    def folder(self) -> str:
        """Where its siblings, or a package's own modules, are."""
        return self.path if not self.has_file else dirname(self.path)


class Parsed(Record):
    """A module's syntax tree, whose lines know their file.

    `names` are those that its own statements bind, None where a star import may bind others.
    """

    tree: ast.Module
    notes: tuple[Note, ...]
    python2: bool
    names: frozenset[str] | None


class Project:
    """The files that a source may import, in the order in which Python would look for them.

    `home` is the path of the source itself, `roots` the folders in which dotted names begin.
    """

    def __init__(self, tree: Tree, home: str, roots: Iterable[str] = ()) -> None:
        self.tree = tree
        self.home = Place(self.dotted(home), home, home.endswith(PACKAGE))
        self.package = self._package_root(dirname(home))
        self.roots = tuple(dict.fromkeys([dirname(home), *roots]))
        self.parsed: dict[str, Parsed] = {}
        self._places: dict[str, Place | None] = {}

    def find(self, dotted: str) -> Place | None:
        """The module of an absolute name, or None where it is not in the project."""
        parts = dotted.split(".")
        own = self.home.dotted.partition(".")[0]
        first = (self.package,) if parts[0] == own else ()
        folder = None
        for root in (*first, *self.roots):
            top = self._at(join(root, parts[0]))
            found = self._at(join(root, *parts)) if top is not None else None
            if found is not None and found.has_file:
                return found
            if top is not None and top.has_file:
                return None
            folder = folder or found
        return folder

    def relative(self, place: Place, level: int, name: str) -> Place | None:
        """The module of `from ...name import` at a place; None outside of the tree."""
        folder = place.folder
        for _ in range(level - 1):
            if not folder:
                return None
            folder = dirname(folder)
        return self._at(join(folder, *name.split(".")) if name else folder)

    def child(self, place: Place, name: str) -> Place | None:
        """A module inside of a package."""
        return self._at(join(place.folder, name)) if place.is_package else None

    def parents(self, place: Place) -> Iterator[Place]:
        """The packages around a module, the outermost first."""
        folder = dirname(place.folder) if place.is_package else place.folder
        chain = []
        while self.tree.is_file(join(folder, PACKAGE)):
            chain.append(folder)
            if not folder:
                break
            folder = dirname(folder)
        for path in reversed(chain):
            yield Place(self.dotted(join(path, PACKAGE)), join(path, PACKAGE), True)

    def is_around_home(self, place: Place) -> bool:
        """Whether a package holds the source itself."""
        return place.is_package and join(self.home.path, "").startswith(join(place.folder, ""))

    def parse(self, place: Place) -> Parsed:
        """The module's tree; raises ReadError, naming the file, where it cannot be read."""
        if place.path not in self.parsed:
            if len(self.parsed) >= MAX_MODULES:
                raise ReadError(say("source.many_modules", most=MAX_MODULES))
            self.parsed[place.path] = self._parse(place)
        return self.parsed[place.path]

    def label(self, place: Place) -> str:
        """How people are told of a file: its path as seen from the source."""
        return relpath(place.path, dirname(self.home.path) or ".")

    def dotted(self, path: str) -> str:
        """The name of a file or folder, from the outermost package that it is in."""
        folder, _, name = path.rpartition("/")
        parts = [] if name == PACKAGE else [name.removesuffix(".py")]
        while self.tree.is_file(join(folder, PACKAGE)) and folder:
            folder, _, name = folder.rpartition("/")
            parts.insert(0, name)
        return ".".join(parts)

    def _package_root(self, folder: str) -> str:
        while folder and self.tree.is_file(join(folder, PACKAGE)):
            folder = dirname(folder)
        return folder

    def _at(self, path: str) -> Place | None:
        if path not in self._places:
            self._places[path] = self._look("" if path in ("", ".") else normpath(path))
        return self._places[path]

    def _look(self, path: str) -> Place | None:
        package = join(path, PACKAGE)
        if self.tree.is_file(package):
            return Place(self.dotted(package), package, True)
        if path and self.tree.is_file(path + ".py"):
            return Place(self.dotted(path + ".py"), path + ".py")
        if self.tree.is_folder(path):
            return Place(self.dotted(path), path, True, False)
        return None

    def _parse(self, place: Place) -> Parsed:
        if not place.has_file:
            return Parsed(ast.Module([], []), (), False, frozenset())
        label = self.label(place)
        raw = self.tree.read(place.path)
        if len(raw) > MAX_BYTES:
            raise ReadError(say("source.large_module", file=label))
        repaired = repair(decoded(raw, label))
        doubts = [note for note in repaired.notes if note.level == "unknown"]
        if doubts or repaired.alternatives:
            raise ReadError(say("source.broken_module", file=label))
        _number(repaired.tree, label)
        notes = tuple(
            note.changed(line=note.line and Line(note.line, label)) for note in repaired.notes
        )
        return Parsed(repaired.tree, notes, repaired.python2, _bound(repaired.tree.body))


def _number(tree: ast.Module, file: str) -> None:
    """Let every line of a tree know its file."""
    line = lru_cache(None)(lambda number: Line(number, file))
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            node.lineno = line(node.lineno)


def _bound(body: list[ast.stmt]) -> frozenset[str] | None:
    """The names that statements of a module bind, None where that cannot be said."""
    names: set[str] = set()
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*":
                    return None
                names.add(alias.asname or alias.name.partition(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        pending.extend(ast.iter_child_nodes(node))
    return frozenset(names)
