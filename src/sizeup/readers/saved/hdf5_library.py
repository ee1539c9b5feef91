"""HDF5 of any format, by h5py: groups, attributes, shapes of data sets, and none of the data.

Links to other files are never followed, and no attribute is read that claims to be huge.
"""

from __future__ import annotations

from sizeup.errors import ReadError
from sizeup.readers.saved.stored import Stored
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_ATTRIBUTE = 100_000_000
"""Bytes of the longest attribute that is read: no configuration is longer."""
MAX_OBJECTS = 2_000_000
"""Groups and data sets of one file."""
KEPT = {"f": "float", "i": "int", "u": "uint", "b": "bool"}


class Library:
    """An open file. Everything that it is asked raises ReadError where the file is damaged."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def tensors(self, group: str = "/") -> list[Stored]:
        """All data sets below a group, each once, in the order of their names."""
        return self.contents(group)[0]

    def contents(self, group: str = "/") -> tuple[list[Stored], list[str]]:
        """All data sets and groups below a group, each once."""
        import h5py

        found: list[Stored] = []
        groups: list[str] = []
        start = self._at(group).id

        def visit(name: bytes, info: Any) -> None:
            if len(found) + len(groups) > MAX_OBJECTS:
                raise ReadError(say("saved.objects", most=MAX_OBJECTS))
            if info.type == h5py.h5o.TYPE_DATASET:
                data = h5py.h5d.open(start, name)
                shape = data.get_space().get_simple_extent_dims() or ()
                found.append(
                    Stored(_decoded(name), tuple(map(int, shape)), _dtype(data.get_type()))
                )
            else:
                groups.append(_decoded(name))

        h5py.h5o.visit(start, visit, info=True)
        return found, groups

    def groups(self, group: str = "/") -> list[str]:
        """The names of what is in a group; links that lead elsewhere are left out."""
        here = self._at(group)
        return [name for name in here if _is_here(here, name)]

    def __contains__(self, path: str) -> bool:
        return self._find(path) is not None

    def _at(self, path: str) -> Any:
        found = self._find(path)
        if found is None:
            raise ReadError(say("saved.no_group", name=path.strip("/")))
        return found

    def _find(self, path: str) -> Any:
        """What is at a path, step by step: a link may lead to another file."""
        here = self.file
        for name in path.split("/"):
            if not name:
                continue
            if not hasattr(here, "keys") or not _is_here(here, name):
                return None
            here = here[name]
        return here

    def attribute(self, name: str, group: str = "/") -> Any:
        """An attribute as text, a number or a list of texts; None where there is none.

        Keras splits a long list of names over `weight_names0`, `weight_names1`, ….
        """
        attributes = self._at(group).attrs
        if name in attributes:
            return _plain(_read(attributes, name))
        if f"{name}0" not in attributes:
            return None
        parts: list[Any] = []
        while f"{name}{len(parts)}" in attributes:
            parts.append(_plain(_read(attributes, f"{name}{len(parts)}")))
        return [each for part in parts for each in part]


def _is_here(group: Any, name: str) -> bool:
    import h5py

    return isinstance(group.get(name, getlink=True), h5py.HardLink)


def _read(attributes: Any, name: str) -> Any:
    kept = attributes.get_id(name)
    if kept.get_space().get_simple_extent_npoints() * kept.get_type().get_size() > MAX_ATTRIBUTE:
        raise ReadError(say("saved.large", name=name))
    return attributes[name]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return _decoded(value)
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", errors="replace")


def _dtype(kind: Any) -> str:
    dtype = kind.dtype
    if dtype.kind in KEPT:
        return "bool" if dtype.kind == "b" else f"{KEPT[dtype.kind]}{8 * dtype.itemsize}"
    return "bfloat16" if dtype.kind == "V" and dtype.itemsize == 2 else str(dtype)
