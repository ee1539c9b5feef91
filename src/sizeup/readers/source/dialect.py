"""Which Keras, and which Python, a source speaks, by its spellings and imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

KERAS_1 = frozenset({
    "border_mode", "nb_filter", "nb_row", "nb_col", "subsample", "dim_ordering", "W_regularizer",
    "b_regularizer", "W_constraint", "filter_length", "pool_length", "nb_epoch", "inner_init",
    "subsample_length", "inner_activation", "return_sequence", "concat_axis", "dropout_W", "dropout_U",
    "nb_val_samples", "samples_per_epoch", "atrous_rate",
})  # fmt: skip
"""Keyword arguments that only Keras 1 and older had."""

KERAS_1_NAMES = frozenset({
    "Merge", "merge", "Graph", "MaxoutDense", "Highway", "TimeDistributedDense", "set_image_dim_ordering",
    "image_dim_ordering", "AtrousConvolution2D",
})  # fmt: skip
KERAS_3_NAMES = frozenset({"ops", "saving", "random", "distribution", "SeedGenerator"})


class Dialect:
    """`version` of Keras, whether as `tf.keras`, and whether in Python 2.

    `said_format` is set once the source has said its channel order.
    """

    __slots__ = ("evidence", "python2", "said_format", "tensorflow", "version")

    def __init__(
        self, version: int, *, tensorflow: bool, python2: bool, evidence: str | None
    ) -> None:
        self.version = version
        self.tensorflow = tensorflow
        self.python2 = python2
        self.evidence = evidence
        self.said_format = False


def infer(nodes: Iterable[ast.AST], *, python2: bool) -> Dialect:
    """The dialect of a program by its nodes; without a sign that of Keras 3, which reads most."""
    tensorflow = keras3 = standalone = False
    evidence: str | None = None
    for node in nodes:
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg in KERAS_1:
                    evidence = evidence or keyword.arg
            name = _name(node.func)
            if name in KERAS_1_NAMES or name.startswith("Convolution"):
                evidence = evidence or name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for module in _modules(node):
                tensorflow = tensorflow or module.startswith("tensorflow")
                standalone = standalone or module.startswith("keras.")
                keras3 = keras3 or module.startswith(("keras.ops", "keras.src", "keras_core"))
    if isinstance(evidence, str) and not tensorflow and not keras3:
        return Dialect(1, tensorflow=False, python2=python2, evidence=evidence)
    if keras3:
        return Dialect(3, tensorflow=False, python2=python2, evidence=None)
    # `from keras.layers import …` is Keras 2 or 3: they differ in what Conv2D(32, 3, 3) means
    version = 2 if standalone and not tensorflow else 3
    return Dialect(version, tensorflow=tensorflow, python2=python2, evidence=None)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        yield module
        yield from (f"{module}.{alias.name}" for alias in node.names)
    else:
        yield from (alias.name for alias in node.names)
