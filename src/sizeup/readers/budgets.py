"""Budgets as a project writes them down, in `pyproject.toml` or `sizeup.toml`, and their baseline.

    [tool.sizeup]                      # a sizeup.toml has the same without this line
    sources = ["models/*.py", "zoo:vgg16"]
    max_growth = "2%"                  # for every network of these sources
    set = { nb_classes = 10 }

    [tool.sizeup.networks.VGG1]        # what else holds for one of them, by a name that it has
    max_parameters = "604,035"

    [[tool.sizeup.networks]]           # or with a source and settings of its own
    source = "models/large.py:build"
    max_macs = "1.2G"

A table of `networks` is keyed by names, a list of them has a `source` or a `name` in each.
"""

from __future__ import annotations

import os
import tomllib
from glob import glob, has_magic
from pathlib import Path

from sizeup.errors import ReadError, UsageError
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

FILES = ("sizeup.toml", "pyproject.toml")
LOCK = "sizeup.lock"
LIMITS = ("max_parameters", "max_macs", "max_bytes", "max_activations", "max_growth")
_SETTINGS = ("set", "keras", "tf_keras")
_KEYS = {"sources", "source", "networks", *LIMITS, *_SETTINGS}
_ENTRY = {"source", "name", *LIMITS, *_SETTINGS}

Limits = dict[str, object]


class Budget(Record):
    """Limits of the networks of some sources: all, or those of one name.

    `key` says where in the file they stand. `sources` are as for the command line, with globs;
    a `pattern` stands for the files that there are.
    """

    key: str
    sources: tuple[str, ...]
    name: str | None
    limits: Mapping[str, object]
    settings: Mapping[str, Any]
    keras: int | None
    tf_keras: bool


class Budgets(Record):
    """All budgets of a file, the general ones first."""

    file: str
    budgets: tuple[Budget, ...]

    @property
    def folder(self) -> Path:
        """Where the file is; sources and the baseline are looked for there."""
        return Path(self.file).parent

    @property
    def lock(self) -> Path:
        """The path of the baseline."""
        return self.folder / LOCK


def find_budgets(path: str | None = None) -> Budgets:
    """The budgets of a file, or of the nearest one in this folder and those above it.

    Raises ReadError where there is none, UsageError where it says what makes no sense.
    """
    if path is not None:
        return _budgets(path, _table(Path(path)) or {})
    here = Path.cwd()
    for folder in (here, *here.parents):
        for file in (folder / name for name in FILES):
            table = _table(file) if file.exists() else None
            if table is not None:
                return _budgets(os.path.relpath(file), table)
    raise ReadError(say("budgets.none"))


def expanded(source: str, folder: Path) -> list[tuple[str, str]]:
    """A source as the budgets call it and as it is reached from here; each file of a pattern."""
    path, name = parted(source)
    if path is None:
        return [(source, source)]
    paths = sorted(glob(path, root_dir=folder, recursive=True)) if is_pattern(source) else [path]  # noqa: PTH207
    return [(each + name, str(folder / each) + name) for each in paths]


def is_pattern(source: str) -> bool:
    """Whether a source stands for the files that there are."""
    return has_magic(parted(source)[0] or "")


def read_lock(path: Path) -> dict[str, dict[str, int]]:
    """The baseline: counts by network; empty where none is written yet."""
    if not path.exists():
        return {}
    recorded = _load(path, "budgets.lock_toml")
    for name, counts in recorded.items():
        numbers = counts.values() if isinstance(counts, dict) else [None]
        if not all(isinstance(number, int) for number in numbers):
            raise UsageError(say("budgets.lock", name=name), source=str(path))
    return recorded


def written_lock(counts: Mapping[str, Mapping[str, int | None]]) -> str:
    """The baseline as text: a table for each network, in the order of their names."""
    lines = [say("budgets.header")]
    for name in sorted(counts):
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        lines += ["", f'["{quoted}"]']
        lines += [f"{key} = {number}" for key, number in counts[name].items() if number is not None]
    return "\n".join(lines) + "\n"


def parted(source: str) -> tuple[str | None, str]:
    """The path of a file and `:NAME`; no path where the source is of another form."""
    head, colon, rest = source.partition(":")
    if (colon and head in {"zoo", "git", "import"}) or (colon and head.isdigit()):
        return None, ""
    if os.sep in rest or not colon:
        return source, ""
    return head, colon + rest


def _load(path: Path, broken: str = "budgets.toml") -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReadError(say("readers.unreadable", reason=reason), source=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReadError(say(broken, reason=error), source=str(path)) from None


def _table(path: Path) -> dict[str, Any] | None:
    """What a file says of sizeup; None of a project that says nothing."""
    document = _load(path)
    if "tool" not in document and path.name != "pyproject.toml":
        return document
    tool = document.get("tool", {})
    return tool.get("sizeup") if isinstance(tool, dict) else None


def _budgets(file: str, table: dict[str, Any]) -> Budgets:
    return Budgets(file, tuple(_Table(file, table).budgets()))


class _Table:
    """The table of a file, checked key by key."""

    def __init__(self, file: str, table: dict[str, Any]) -> None:
        self.file = file
        self.table = table

    def budgets(self) -> Iterator[Budget]:
        self._known("", self.table, _KEYS)
        sources = self._sources("", self.table)
        entries = list(self._entries())
        if not sources and not any("source" in entry for _, entry in entries):
            raise UsageError(say("budgets.sources"), source=self.file)
        if sources:
            yield self._budget("", self.table, sources, None)
        for key, entry in entries:
            self._known(key, entry, _ENTRY)
            own = self._sources(key, entry)
            name = entry.get("name")
            if not own and name is None:
                raise UsageError(say("budgets.nameless", key=key), source=self.file)
            if not own and not sources:
                raise UsageError(say("budgets.sources"), source=self.file)
            inherited = {k: v for k, v in self.table.items() if k in _SETTINGS}
            yield self._budget(key, inherited | entry, own or sources, name)

    def _entries(self) -> Iterator[tuple[str, dict[str, Any]]]:
        networks = self.table.get("networks", {})
        if isinstance(networks, list):
            named = [(f"networks[{n}]", None, entry) for n, entry in enumerate(networks, 1)]
        elif isinstance(networks, dict):
            named = [(f"networks.{name}", name, entry) for name, entry in networks.items()]
        else:
            raise self._wrong("networks", networks, "networks")
        for key, name, entry in named:
            if not isinstance(entry, dict):
                raise self._wrong(key, entry, "entry")
            yield key, entry if name is None else {"name": name, **entry}

    def _known(self, key: str, table: Iterable[str], known: set[str]) -> None:
        for name in table:
            if name not in known:
                whole = f"{key}.{name}" if key else name
                listed = ", ".join(sorted(known))
                raise UsageError(say("budgets.key", key=whole, known=listed), source=self.file)

    def _sources(self, key: str, table: Mapping[str, Any]) -> tuple[str, ...]:
        found: list[str] = []
        for name in ("source", "sources"):
            given = table.get(name, [])
            several = [given] if isinstance(given, str) else given
            if not isinstance(several, list) or not all(isinstance(s, str) for s in several):
                raise self._wrong(f"{key}.{name}" if key else name, given, "source")
            found += several
        return tuple(found)

    def _budget(
        self, key: str, table: Mapping[str, Any], sources: tuple[str, ...], name: str | None
    ) -> Budget:
        checks = {"set": dict, "keras": int, "tf_keras": bool, "name": str}
        for setting, kind in checks.items():
            if setting in table and type(table[setting]) is not kind:
                whole = f"{key}.{setting}" if key else setting
                raise self._wrong(whole, table[setting], setting)
        limits = {limit: table[limit] for limit in LIMITS if limit in table}
        return Budget(
            key=key,
            sources=sources,
            name=name,
            limits=limits,
            settings={k: tuple(v) if isinstance(v, list) else v
                      for k, v in table.get("set", {}).items()},
            keras=table.get("keras"),
            tf_keras=table.get("tf_keras", False),
        )  # fmt: skip

    def _wrong(self, key: str, value: object, wanted: str) -> UsageError:
        told = say(
            "budgets.value", key=key, value=repr(value), wanted=say(f"budgets.wanted_{wanted}")
        )
        return UsageError(told, source=self.file)
