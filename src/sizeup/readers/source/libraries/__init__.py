"""What sizeup knows of modules beside Keras, a file for each theme, loaded when a text needs it."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from sizeup.readers.source.values import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

HOMES = {
    "argparse": "options", "absl": "flags", "gflags": "flags", "tensorflow.app": "flags",
    "tensorflow.flags": "flags", "tensorflow.compat.v1.app": "flags",
    "tensorflow.compat.v1.flags": "flags", "click": "commands", "fire": "commands",
    "sacred": "commands", "types": "containers", "collections": "containers",
    "itertools": "iteration", "operator": "iteration", "functools": "functions",
    "contextlib": "contexts", "dataclasses": "fields", "enum": "enumerations", "json": "texts",
    "numpy": "numpy", "tensorflow.zeros": "numpy", "tensorflow.ones": "numpy",
    "tensorflow.random": "numpy", "tensorflow.random_normal": "numpy", "keras.datasets": "datasets",
    "keras.utils": "datasets", "keras.preprocessing": "datasets", "sklearn": "datasets",
    "sys": "system", "ast": "texts", "os": "environment", "typing": "fields",
    "inspect": "introspection", "string": "texts", "re": "patterns", "packaging.version": "versions",
    "tensorflow.nest": "structures", "tensorflow.compat.v1.nest": "structures",
    "keras.tree": "structures", "tree": "structures", "pkg_resources": "versions",
    "distutils.version": "versions", "looseversion": "versions",
}  # fmt: skip
"""The file of this package that knows a module, by the module's dotted name."""


def _prefixes(dotted: str) -> list[str]:
    parts = dotted.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


@lru_cache(4096)
def _members(dotted: str) -> dict[str, Value]:
    home = next((HOMES[prefix] for prefix in _prefixes(dotted) if prefix in HOMES), None)
    members: dict[str, Value] = (
        import_module(f"{__name__}.{home}").MEMBERS if home is not None else {}
    )
    return members


def find(dotted: str) -> Value:
    """A member of a module by its dotted name; MISSING where none is known."""
    return _members(dotted).get(dotted, MISSING)


def knows(dotted: str) -> bool:
    """Whether a module is known."""
    if dotted in HOMES or any(home.startswith(dotted + ".") for home in HOMES):
        return True
    return any(name.startswith(dotted + ".") for name in _members(dotted))


def exported(dotted: str) -> dict[str, Value]:
    """What `from module import *` gives."""
    prefix = dotted + "."
    return {
        name[len(prefix) :]: value
        for name, value in _members(dotted).items()
        if name.startswith(prefix) and "." not in name[len(prefix) :]
    }
