"""What is not known any more after something that the text does not give, or that nobody sees.

A function that is not in the text may change the lists, dictionaries and objects that it is
given, by Python's conventions: those that are named after showing or making something do not.
"""

from __future__ import annotations

import ast

from sizeup.dims import Expr
from sizeup.readers.source.machine import Machine, line_of
from sizeup.readers.source.values import (
    Class,
    Instance,
    Lost,
    Names,
    Open,
    Rest,
    Scope,
    rest_of,
)
from sizeup.readers.source.written import written
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Value = Any

INERT_VERBS = frozenset({
    "train", "fit", "test", "predict", "evaluate", "eval", "plot", "save", "print", "show", "log",
    "summary", "summarize", "visualize", "display", "compile", "check", "run", "export", "draw",
    "count", "load", "convert", "write", "dump", "benchmark", "validate", "verify", "report",
})  # fmt: skip
"""What a function that is given a model and is not in the text may begin with and add no layer."""

MAKING_VERBS = INERT_VERBS | {
    "get", "is", "has", "make", "create", "build", "read", "parse", "generate", "compute",
    "calculate", "calc", "encode", "decode", "download", "fetch", "open", "split", "to", "from",
    "format", "join", "describe", "render", "sample", "augment", "batch", "info", "debug", "warn",
    "warning", "error", "tokenize", "preprocess", "transform", "resize", "crop", "normalize",
    "one", "pad", "concat", "concatenate", "stack", "flatten", "sum", "mean", "len", "logging",
}  # fmt: skip
"""What a function may begin with that leaves lists and objects as they are: it makes new ones."""

PURE_LIBRARIES = frozenset({
    "matplotlib", "pylab", "seaborn", "pandas", "sklearn", "scipy", "skimage", "cv2", "PIL", "yaml",
    "pickle", "cPickle", "h5py", "time", "datetime", "tqdm", "requests", "wandb", "mlflow", "nltk",
    "gensim", "librosa", "imageio", "torch", "torchvision", "hyperopt", "optuna", "transformers",
    "pprint", "glob", "shutil", "pathlib", "csv", "string", "math", "functools", "multiprocessing",
})  # fmt: skip
"""Packages whose functions leave what they are given as it is."""

DATA = (bool, int, float, str, tuple, list, dict, set, type(None), Expr)


def loosen(m: Machine, value: Value, lost: Lost) -> None:
    """A container, an object or a scope of which nobody knows any more what it holds."""
    if isinstance(value, Names):
        value = value.holder
    if isinstance(value, Scope):
        m.touch(value)
        value.variables = _without_data(value.variables, lost)
    elif isinstance(value, Instance):
        m.touch(value)
        for cls in reversed(value.cls.order if value.cls is not None else []):
            shown = cls.namespace if isinstance(cls, Class) else {}
            value.attributes = {**_without_data(shown, lost, only=True), **value.attributes}
        value.attributes = _without_data(value.attributes, lost)
    elif rest_of(value) is None:
        m.touch(value)
        rest = Rest(lost.reason, lost.line)
        if isinstance(value, dict):
            value.update(dict.fromkeys(value, lost))
            value[rest] = rest
        elif isinstance(value, set):
            value.add(rest)
        else:
            value.append(rest)


def _without_data(names: dict[str, Value], lost: Lost, *, only: bool = False) -> dict[str, Value]:
    """Names of which those of plain data are lost; functions, classes and objects stay."""
    return {
        name: lost if data else value
        for name, value in names.items()
        for data in [isinstance(value, DATA) and not name.startswith(("<", "__"))]
        if data or not only
    }


def reach(m: Machine, callee: Value, values: list[Value], node: ast.AST) -> None:
    """Lose what a call of something unseen may have changed among its arguments."""
    name = written(node.func) if isinstance(node, ast.Call) else written(node)
    lost = Lost(say("source.unseen", name=name), line_of(node))
    last = name.rpartition(".")[2]
    verb = last.lower().partition("_")[0]
    if last == "shuffle":
        for value in values[:1]:
            shuffle(m, m.resolve(value), lost)
    if verb in INERT_VERBS or last[:1].isupper():
        return
    changes = verb not in MAKING_VERBS and last != "shuffle" and _may_change(callee)
    for value in map(m.resolve, values):
        if getattr(value, "sequential", False):  # it may have got further layers
            m.touch(value)
            value.pending = value.pending or lost
        elif changes and (isinstance(value, list | dict | set) or type(value) is Instance):
            loosen(m, value, lost)
        if hasattr(value, "trainable") and ("freez" in last.lower() or "trainable" in last.lower()):
            m.note("assumed", say("source.flags", code=written(node)), lost.line)


def shuffle(m: Machine, value: Value, lost: Lost) -> None:
    """A list of which nobody knows the order any more."""
    if isinstance(value, list) and any(element is not value[0] for element in value):
        m.touch(value)
        value[:] = [lost] * len(value)


def _may_change(callee: Value) -> bool:
    """Whether it is a function of a module that is not known."""
    key = callee.key if isinstance(callee, Open) else None
    names = ""
    while isinstance(key, tuple) and key[0] == "attribute":
        key = key[1]
    if isinstance(key, tuple) and key[0] in ("module", "name"):
        names = str(key[1])
    return bool(names) and names.partition(".")[0] not in PURE_LIBRARIES
