"""Versions of Keras and TensorFlow as the text is read, and how versions are compared."""

from __future__ import annotations

import ast
from re import findall

from sizeup.readers.source.builtin_functions import table
from sizeup.readers.source.comparisons import COMPARE, compare
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import MISSING, Builtin, Instance, Raised
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any
    Arguments = list[Any]
    Keywords = dict[str, Any]

KERAS = {0: "0.3.3", 1: "1.2.2", 2: "2.15.0", 3: "3.12.0"}
"""The last Keras of each kind: what a text is read as."""

TENSORFLOW = {2: "2.15.0", 3: "2.20.0"}
"""The same of TensorFlow: the one whose `tf.keras` is Keras 2, and the one whose is Keras 3."""


def of_world(m: Machine, dotted: str, node: ast.AST) -> Value:
    """`tf.__version__`, `keras.__version__`: by the dialect; MISSING where that does not say.

    `keras.version()` gives the same, in Keras 3.
    """
    if dotted == "keras.version":
        found = of_world(m, "keras.__version__", node)
        newest = isinstance(found, str) and found.startswith("3")
        return Builtin("version", lambda *_: found) if newest else MISSING
    dialect = m.world.dialect
    bound = m.setting(written(node)) if isinstance(node, ast.expr) else MISSING
    if bound is not MISSING:
        return bound
    kind = dialect.law if dialect.version > 1 else dialect.version
    version = None
    if dotted == "keras.__version__" and (kind > 1 or not dialect.tensorflow):
        version = KERAS[kind]
    elif dotted == "tensorflow.__version__" and (kind == max(KERAS) or dialect.tensorflow):
        version = TENSORFLOW.get(kind)
    if version is None:
        return MISSING
    dialect.disputed = True  # the other Keras is another version
    m.note("assumed", say("source.version", name=dotted, version=version), line_of(node))
    return version


class Version(Instance):
    """A version that is taken apart: as a number each, compared one by one."""

    def __init__(self, text: str) -> None:
        super().__init__(None)
        self.text = text
        self.numbers = tuple(int(number) for number in findall(r"\d+", text))

    def attribute(self, _m: Machine, name: str, node: ast.AST) -> Value:
        """`.major`, `.release`, …"""
        major, minor, micro = (*self.numbers, 0, 0, 0)[:3]
        parts = {"major": major, "minor": minor, "micro": micro, "release": self.numbers,
                 "version": list(self.numbers), "public": self.text,
                 "base_version": self.text}  # fmt: skip
        if name not in parts:
            raise Raised("AttributeError", name, line_of(node))
        return parts[name]

    def compare(self, m: Machine, op: type[ast.cmpop], other: Value, node: ast.AST) -> Value:
        """With another version, or with the text of one."""
        other = Version(other) if isinstance(other, str) else other
        if not isinstance(other, Version):
            return compare(m, op, self.text, other, node)
        mine, theirs = self.numbers, other.numbers
        longest = max(len(mine), len(theirs))
        mine, theirs = ((*n, *[0] * (longest - len(n))) for n in (mine, theirs))
        return bool(COMPARE[op][1](mine, theirs))

    def __repr__(self) -> str:
        return f"<Version({self.text!r})>"


def _parse(m: Machine, a: Arguments, _k: Keywords, node: ast.AST) -> Value:
    value = m.resolve(a[0]) if a else None
    return Version(value) if isinstance(value, str) else m.world.unseen_value(m, node)


MEMBERS: dict[str, Value] = table(dict.fromkeys((
    "packaging.version.parse", "packaging.version.Version", "packaging.version.LegacyVersion",
    "pkg_resources.parse_version", "distutils.version.LooseVersion",
    "distutils.version.StrictVersion", "looseversion.LooseVersion",
), _parse))  # fmt: skip
